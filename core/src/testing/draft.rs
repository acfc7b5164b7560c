//! Drafts in one line: `sample::revision().about(idea).by(Role::Platform)`.
//!
//! Only tests use it. A draft acts in the first role of the table of who may do what, unless it says otherwise;
//! this module knows no other rule.

use crate::consultation::asked;
use crate::envelope::{Draft, Reference};
use crate::event::{Event, RefRole};
use crate::id::IntentId;
use crate::rules::Role;
use crate::time::{Claimed, Precision, Timestamp};

/// Anything that becomes a draft: an event alone, or a draft with references already.
pub trait Drafting: Sized {
    /// The draft.
    fn draft(self) -> Draft;

    /// The same after a change.
    #[must_use]
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Refers to an event of the record.
    #[must_use]
    fn naming(self, role: RefRole, id: IntentId) -> Draft {
        self.draft().with(|draft| draft.refs.push((role, Reference::Recorded(id))))
    }

    /// Refers to an event of the same command, as its subject.
    #[must_use]
    fn about_own(self, index: u16) -> Draft {
        self.draft().with(|draft| draft.refs.push((RefRole::Subject, Reference::Own(index))))
    }

    /// What it is about.
    #[must_use]
    fn about(self, id: IntentId) -> Draft {
        self.naming(RefRole::Subject, id)
    }

    /// What it stands under.
    #[must_use]
    fn under(self, id: IntentId) -> Draft {
        self.naming(RefRole::Parent, id)
    }

    /// The version that it binds to.
    #[must_use]
    fn version(self, id: IntentId) -> Draft {
        self.naming(RefRole::Version, id)
    }

    /// The ballot that it belongs to.
    #[must_use]
    fn ballot(self, id: IntentId) -> Draft {
        self.naming(RefRole::Ballot, id)
    }

    /// The earlier vote of the same tag.
    #[must_use]
    fn vote(self, id: IntentId) -> Draft {
        self.naming(RefRole::Vote, id)
    }

    /// The earlier act that it answers, corrects or replaces.
    #[must_use]
    fn act(self, id: IntentId) -> Draft {
        self.naming(RefRole::Act, id)
    }

    /// What brought it about.
    #[must_use]
    fn because_of(self, id: IntentId) -> Draft {
        self.naming(RefRole::Cause, id)
    }

    /// What it answers.
    #[must_use]
    fn answering(self, ids: &[IntentId]) -> Draft {
        self.draft().with(|draft| {
            draft.refs.extend(ids.iter().map(|id| (RefRole::Answers, Reference::Recorded(*id))));
        })
    }

    /// In which role somebody acts.
    #[must_use]
    fn by(self, actor: Role) -> Draft {
        self.draft().with(|draft| draft.actor = actor)
    }

    /// When it happened, as somebody claims, to the day.
    #[must_use]
    fn claimed(self, at: Timestamp) -> Draft {
        self.draft().with(|draft| draft.occurred = Claimed::new(at, Precision::Day))
    }
}

impl<E: Into<Event>> Drafting for E {
    fn draft(self) -> Draft {
        let event = self.into();
        let actor = asked(&event).and_then(|act| act.roles().first().copied());
        Draft { event, refs: Vec::new(), occurred: Claimed::UNKNOWN, actor: actor.unwrap_or(Role::Clerk) }
    }
}

impl Drafting for Draft {
    fn draft(self) -> Draft {
        self
    }
}
