//! The decider of the debate: arguments, comments, cited sources, debates held.
//!
//! `docs/design.md` (Deciders). It knows where something stands, not what it says.

use super::book::{Book, Change};
use super::proposed::{DEBATED, Proposed, TEXTS};
use super::rejection::Invariant;
use super::state::{Subject, SubjectKind};
use crate::envelope::Recorded;
use crate::event::RefRole;
use crate::event::code::Activity;
use crate::event::debate::DebateEvent;
use crate::rules::Norm;

pub(super) fn invariants(book: &dyn Book, act: &Proposed<'_>, event: &DebateEvent) -> Result<(), Invariant> {
    act.consultation(book)?;
    match event {
        DebateEvent::ArgumentPosted(_) | DebateEvent::CommentPosted(_) | DebateEvent::SourceCited(_) => {
            act.subject(book, RefRole::Parent, DEBATED, "a text, an argument or a comment").map(drop)
        }
        DebateEvent::DebateHeld(_) => act
            .subject(book, RefRole::Subject, TEXTS, "a contribution, a reference text or an amendment")
            .map(drop),
    }
}

pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, event: &DebateEvent, norms: &mut Vec<Norm>) {
    match event {
        DebateEvent::ArgumentPosted(event) => {
            posted(book, act, norms);
            if act.is_from_a_source() && event.facts.source_changed_at.is_some() {
                norms.push(Norm::EditsShown);
            }
        }
        DebateEvent::CommentPosted(_) | DebateEvent::SourceCited(_) => posted(book, act, norms),
        DebateEvent::DebateHeld(_) => {
            let subject = act.refs.one(RefRole::Subject).and_then(|id| book.subject(id));
            if subject.is_some_and(|subject| after_closing(&subject, act)) {
                norms.push(Norm::AnsweredBeforeClosing);
            }
        }
    }
}

fn posted(book: &dyn Book, act: &Proposed<'_>, norms: &mut Vec<Norm>) {
    act.calendar(book, Activity::Debate, norms);
    if let Some(parent) = act.refs.one(RefRole::Parent).and_then(|id| book.subject(id)) {
        act.on_a_live_text(book, &parent, norms);
    }
}

/// Whether an act comes after the ballot on its subject closed, as the source says.
pub(super) fn after_closing(subject: &Subject, act: &Proposed<'_>) -> bool {
    subject.supports_closed_at.is_some_and(|closed| act.judged_at() > closed)
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &DebateEvent) -> Vec<Change> {
    let kind = match event {
        DebateEvent::ArgumentPosted(_) => SubjectKind::Argument,
        DebateEvent::CommentPosted(_) => SubjectKind::Comment,
        DebateEvent::SourceCited(_) => SubjectKind::Citation,
        DebateEvent::DebateHeld(_) => return Vec::new(),
    };
    let Some(parent) = recorded.refs.one(RefRole::Parent).and_then(|id| book.subject(id)) else {
        return Vec::new();
    };
    let subject = Subject { root: parent.root, published: true, ..Subject::new(recorded, kind) };
    vec![Change::Subject(recorded.id, subject)]
}
