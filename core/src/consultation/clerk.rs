//! The clerk: what the system itself writes, because rules and calendar leave no choice.
//!
//! `docs/design.md` (Deciders) names the cases: a threshold reached, a phase opened or closed by the calendar.
//! Pure and idempotent: what is recorded is no longer due. It never acts in a consultation whose rules are
//! another platform's.

use super::ballot::thresholds_due;
use super::book::Book;
use crate::envelope::{Draft, Reference};
use crate::event::code::RulesOrigin;
use crate::event::consultation::{PhaseClosed, PhaseClosedFacts, PhaseOpened, PhaseOpenedFacts};
use crate::event::petition::{ThresholdReached, ThresholdReachedFacts};
use crate::event::{Event, RefRole};
use crate::id::{IntentId, StreamId};
use crate::rules::Role;
use crate::time::{Claimed, Timestamp};

/// What is due on a subject after somebody acted on it.
#[must_use]
pub fn due_after(book: &dyn Book, stream: StreamId, subject_id: IntentId) -> Vec<Draft> {
    let Some(consultation) = book.consultation(stream) else { return Vec::new() };
    let (Some(rules), RulesOrigin::Native) = (&consultation.rules, consultation.origin) else {
        return Vec::new();
    };
    let Some(subject) = book.subject(subject_id) else { return Vec::new() };
    let reached = |rule: crate::event::part::SupportThreshold| ThresholdReached {
        facts: ThresholdReachedFacts {
            brings: rule.brings,
            count: Some(subject.supports),
            threshold: Some(rule.count),
        },
    };
    thresholds_due(&subject, rules)
        .into_iter()
        .map(|rule| draft(reached(rule).into(), vec![(RefRole::Subject, Reference::Recorded(subject_id))]))
        .collect()
}

/// What the calendar asks of a consultation at an instant: first what closes, then what opens.
#[must_use]
pub fn due_at(book: &dyn Book, stream: StreamId, now: Timestamp) -> Vec<Draft> {
    let Some(consultation) = book.consultation(stream) else { return Vec::new() };
    let (Some(rules), RulesOrigin::Native, None) =
        (&consultation.rules, consultation.origin, consultation.closed_at)
    else {
        return Vec::new();
    };
    let closing = consultation.phases.iter().filter_map(|(index, phase)| {
        let over = !phase.closed && phase.until.is_some_and(|until| now > until);
        over.then(|| PhaseClosed { facts: PhaseClosedFacts { phase: *index } }.into())
    });
    let opening = (0..).zip(&rules.phases).filter_map(|(index, rule)| {
        let begun = rule.from.is_some_and(|from| from <= now) && rule.until.is_none_or(|until| now <= until);
        let due = begun && !consultation.phases.contains_key(&index);
        due.then(|| PhaseOpened { facts: PhaseOpenedFacts { phase: index, until: rule.until } }.into())
    });
    let closing: Vec<Event> = closing.collect();
    closing.into_iter().chain(opening).map(|event| draft(event, Vec::new())).collect()
}

const fn draft(event: Event, refs: Vec<(RefRole, Reference)>) -> Draft {
    Draft { event, refs, occurred: Claimed::UNKNOWN, actor: Role::Clerk }
}
