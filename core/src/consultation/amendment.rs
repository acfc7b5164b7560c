//! The decider of an amendment: its parent, its number, its fate.
//!
//! `docs/design.md` (Deciders). An amendment stands under a text or another amendment and is numbered under
//! the numbered thing at the root. It knows nothing of what it says.

use super::book::{Book, Change};
use super::proposed::{Proposed, TEXTS};
use super::register::{appended, body};
use super::rejection::Invariant;
use super::state::{Act, Consultation, Subject, SubjectKind};
use crate::envelope::{Recorded, Refs};
use crate::event::RefRole;
use crate::event::amendment::{AmendmentEvent, Decided};
use crate::event::code::Activity;
use crate::rules::norms::asked_of_amendment;
use crate::rules::{AmendmentFate, Norm};
use std::sync::Arc;

const AMENDMENT: &[SubjectKind] = &[SubjectKind::Amendment];

/// The numbered thing above `refs`' parent, and what the book knows of it.
fn root(book: &dyn Book, refs: &Refs) -> Option<(crate::id::IntentId, Subject)> {
    let parent = book.subject(refs.one(RefRole::Parent)?)?;
    Some((parent.root, book.subject(parent.root)?))
}

pub(super) fn number(book: &dyn Book, event: &mut AmendmentEvent, refs: &Refs) {
    match event {
        AmendmentEvent::Submitted(event) => {
            let last = root(book, refs).map_or(0, |(_, root)| root.last_amendment);
            event.facts.number = last.saturating_add(1);
        }
        AmendmentEvent::Rectified(event) => {
            let subject = refs.one(RefRole::Subject).and_then(|id| book.subject(id));
            event.facts.version = subject.map_or(0, |subject| subject.version).saturating_add(1);
        }
        AmendmentEvent::OpinionGiven(_) | AmendmentEvent::Decided(_) | AmendmentEvent::Lapsed(_) => {}
    }
}

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &AmendmentEvent,
) -> Result<(), Invariant> {
    let consultation = act.consultation(book)?;
    let subject = || act.subject(book, RefRole::Subject, AMENDMENT, "an amendment");
    match event {
        AmendmentEvent::Submitted(_) => act
            .subject(book, RefRole::Parent, TEXTS, "a contribution, a reference text or an amendment")
            .map(drop),
        AmendmentEvent::OpinionGiven(event) => {
            subject()?;
            body(event.facts.body, consultation.bodies)
        }
        AmendmentEvent::Decided(event) => {
            subject()?;
            act.known(book, RefRole::Version)?;
            let count = consultation.bodies + appended(&event.bodies);
            event.facts.body.map_or(Ok(()), |found| body(found, count))
        }
        AmendmentEvent::Rectified(_) => subject().map(drop),
        AmendmentEvent::Lapsed(_) => {
            subject()?;
            act.known(book, RefRole::Cause)
        }
    }
}

pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, event: &AmendmentEvent, norms: &mut Vec<Norm>) {
    match event {
        AmendmentEvent::Submitted(event) => {
            act.calendar(book, Activity::Amendments, norms);
            if let Some(parent) = act.refs.one(RefRole::Parent).and_then(|id| book.subject(id)) {
                act.on_a_live_text(book, &parent, norms);
            }
            if act.is_from_a_source() && event.facts.source_changed_at.is_some() {
                norms.push(Norm::EditsShown);
            }
        }
        AmendmentEvent::Rectified(_) => act.calendar(book, Activity::Amendments, norms),
        AmendmentEvent::Decided(event) => norms.extend(decision(act, event)),
        AmendmentEvent::Lapsed(_) => {
            if act.refs.one(RefRole::Cause).is_none() {
                norms.push(Norm::CauseStated);
            }
        }
        AmendmentEvent::OpinionGiven(_) => {}
    }
}

/// The evidence that the decision lacks.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the tables of rules say what is asked; only that is looked for"
)]
fn decision<'a>(act: &'a Proposed<'_>, event: &'a Decided) -> impl Iterator<Item = Norm> + 'a {
    let asked = asked_of_amendment(event.facts.fate).iter().copied();
    asked.filter(|norm| match norm {
        Norm::ResultingVersionStated => {
            event.facts.resulting_version.is_none() && act.refs.one(RefRole::Version).is_none()
        }
        Norm::ReasonsGiven | Norm::PointerGiven => !event.minutes.is_committed(),
        Norm::GroundStated => event.facts.ground.is_none(),
        Norm::CauseStated => act.refs.one(RefRole::Cause).is_none() && !event.minutes.is_committed(),
        // Asked of no amendment.
        _ => false,
    })
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &AmendmentEvent) -> Vec<Change> {
    if let AmendmentEvent::Submitted(event) = event {
        let Some((root_id, root)) = root(book, &recorded.refs) else { return Vec::new() };
        let amendment =
            Subject { root: root_id, published: true, ..Subject::new(recorded, SubjectKind::Amendment) };
        let root = Subject { last_amendment: event.facts.number, ..root };
        return vec![Change::Subject(recorded.id, amendment), Change::Subject(root_id, root)];
    }
    let Some(id) = recorded.refs.one(RefRole::Subject) else { return Vec::new() };
    let Some(mut subject) = book.subject(id) else { return Vec::new() };
    let mut changes = Vec::new();
    match event {
        AmendmentEvent::Decided(event) => {
            subject.decided = Some(event.facts.fate);
            let bodies = appended(&event.bodies);
            if bodies > 0
                && let Some(consultation) = book.consultation(recorded.stream)
            {
                let bodies = consultation.bodies + bodies;
                let next = Consultation { bodies, ..Consultation::clone(&consultation) };
                changes.push(Change::Consultation(recorded.stream, Arc::new(next)));
            }
        }
        AmendmentEvent::Rectified(event) => {
            subject.version = event.facts.version;
            subject.current = recorded.id;
            changes.push(Act::version(recorded, id));
        }
        AmendmentEvent::Lapsed(_) => subject.decided = Some(AmendmentFate::Lapsed),
        AmendmentEvent::Submitted(_) | AmendmentEvent::OpinionGiven(_) => return Vec::new(),
    }
    changes.push(Change::Subject(id, subject));
    changes
}
