//! The decider of a contribution: its text, its versions, its withdrawal.
//!
//! `docs/design.md` (Deciders). Whether an act is its author's own is settled at the door, which knows who
//! speaks: no person is in this state.

use super::book::{Book, Change};
use super::proposed::Proposed;
use super::register::entry;
use super::rejection::Invariant;
use super::state::{Act, Consultation, Subject, SubjectKind};
use crate::envelope::{Recorded, Refs};
use crate::event::RefRole;
use crate::event::code::Activity;
use crate::event::contribution::ContributionEvent;
use crate::id::StreamId;
use crate::rules::Norm;
use std::sync::Arc;

const CONTRIBUTION: &[SubjectKind] = &[SubjectKind::Contribution];
/// What can be revised and read: the authority's texts change too, and so do arguments.
const REVISABLE: &[SubjectKind] = &[SubjectKind::Contribution, SubjectKind::Reference, SubjectKind::Argument];

pub(super) fn number(book: &dyn Book, stream: StreamId, event: &mut ContributionEvent, refs: &Refs) {
    match event {
        ContributionEvent::Submitted(event) => {
            let last = book.consultation(stream).map_or(0, |consultation| consultation.last_number);
            event.facts.number = last.saturating_add(1);
        }
        ContributionEvent::Revised(event) => {
            let subject = refs.one(RefRole::Subject).and_then(|id| book.subject(id));
            event.facts.version = subject.map_or(0, |subject| subject.version).saturating_add(1);
        }
        ContributionEvent::Published(_)
        | ContributionEvent::RevisionRequested(_)
        | ContributionEvent::Withdrawn(_)
        | ContributionEvent::CoauthorChanged(_)
        | ContributionEvent::ReferenceCorrected(_) => {}
    }
}

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ContributionEvent,
) -> Result<(), Invariant> {
    let consultation = act.consultation(book)?;
    let subject = |kinds| act.subject(book, RefRole::Subject, kinds, "a contribution");
    match event {
        ContributionEvent::Submitted(event) => {
            let rules = consultation.rules.as_ref();
            entry("themes", event.facts.theme, rules.map(|rules| rules.themes.len()))?;
            entry("territories", event.facts.territory, rules.map(|rules| rules.territories.len()))
        }
        ContributionEvent::Published(_) => match subject(CONTRIBUTION)?.published {
            true => Err(Invariant::Already("contribution is published")),
            false => Ok(()),
        },
        ContributionEvent::Withdrawn(_) => match subject(CONTRIBUTION)?.withdrawn {
            true => Err(Invariant::Already("contribution is withdrawn")),
            false => Ok(()),
        },
        ContributionEvent::Revised(_) => subject(REVISABLE).map(drop),
        ContributionEvent::RevisionRequested(_)
        | ContributionEvent::CoauthorChanged(_)
        | ContributionEvent::ReferenceCorrected(_) => subject(CONTRIBUTION).map(drop),
    }
}

pub(super) fn breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ContributionEvent,
    norms: &mut Vec<Norm>,
) {
    let subject = act.refs.one(RefRole::Subject).and_then(|id| book.subject(id));
    match event {
        ContributionEvent::Submitted(event) => {
            act.calendar(book, Activity::Submissions, norms);
            if act.is_from_a_source() && event.facts.source_changed_at.is_some() {
                norms.push(Norm::EditsShown);
            }
        }
        ContributionEvent::Revised(_) => {
            match subject.map(|subject| subject.kind) {
                Some(SubjectKind::Contribution) => act.calendar(book, Activity::Submissions, norms),
                Some(SubjectKind::Argument) => act.calendar(book, Activity::Debate, norms),
                // The phases bind participants; the authority's texts follow the authority.
                Some(
                    SubjectKind::Reference
                    | SubjectKind::Amendment
                    | SubjectKind::Comment
                    | SubjectKind::Citation,
                )
                | None => {}
            }
            if let Some(subject) = subject
                && subject.withdrawn
            {
                norms.push(Norm::NotWithdrawn);
            }
        }
        ContributionEvent::RevisionRequested(event) => {
            if !event.explanation.is_committed() {
                norms.push(Norm::ExplanationGiven);
            }
        }
        ContributionEvent::Withdrawn(_) => {
            // A response that was superseded by one with another list answers this contribution no longer.
            let response = subject.and_then(|subject| subject.response).and_then(|id| book.act(id));
            if response.is_some_and(|response| response.stands) && !act.is_from_a_source() {
                norms.push(Norm::NotYetTakenUp);
            }
        }
        ContributionEvent::Published(_)
        | ContributionEvent::CoauthorChanged(_)
        | ContributionEvent::ReferenceCorrected(_) => {}
    }
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &ContributionEvent) -> Vec<Change> {
    if let ContributionEvent::Submitted(event) = event {
        let Some(consultation) = book.consultation(recorded.stream) else { return Vec::new() };
        let next = Consultation { last_number: event.facts.number, ..Consultation::clone(&consultation) };
        return vec![
            Change::Subject(recorded.id, Subject::new(recorded, SubjectKind::Contribution)),
            Change::Consultation(recorded.stream, Arc::new(next)),
        ];
    }
    let Some(id) = recorded.refs.one(RefRole::Subject) else { return Vec::new() };
    let Some(mut subject) = book.subject(id) else { return Vec::new() };
    match event {
        ContributionEvent::Published(_) => subject.published = true,
        ContributionEvent::Withdrawn(_) => subject.withdrawn = true,
        ContributionEvent::Revised(event) => {
            subject.version = event.facts.version;
            subject.current = recorded.id;
            return vec![Change::Subject(id, subject), Act::version(recorded, id)];
        }
        ContributionEvent::Submitted(_)
        | ContributionEvent::RevisionRequested(_)
        | ContributionEvent::CoauthorChanged(_)
        | ContributionEvent::ReferenceCorrected(_) => return Vec::new(),
    }
    vec![Change::Subject(id, subject)]
}
