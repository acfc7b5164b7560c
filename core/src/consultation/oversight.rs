//! The decider of oversight: recommendations and their answers, imports and gaps.
//!
//! `docs/design.md` (Native and observed). It reads no recommendation and no manifest.

use super::book::{Book, Change};
use super::proposed::Proposed;
use super::rejection::Invariant;
use super::state::{Act, ActKind, Consultation};
use crate::envelope::Recorded;
use crate::event::RefRole;
use crate::event::oversight::OversightEvent;
use crate::id::StreamId;
use std::sync::Arc;

pub(super) fn number(book: &dyn Book, stream: StreamId, event: &mut OversightEvent) {
    match event {
        OversightEvent::Recommended(event) => {
            let last = book.consultation(stream).map_or(0, |consultation| consultation.recommendations);
            event.facts.number = last.saturating_add(1);
        }
        OversightEvent::GuarantorObserved(_)
        | OversightEvent::RecommendationAnswered(_)
        | OversightEvent::ImportSealed(_)
        | OversightEvent::GapDeclared(_) => {}
    }
}

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &OversightEvent,
) -> Result<(), Invariant> {
    let consultation = act.consultation(book)?;
    match event {
        OversightEvent::RecommendationAnswered(_) => act.earlier(book, ActKind::Recommendation).map(drop),
        OversightEvent::ImportSealed(event) => {
            let older = consultation.newest_import.is_some_and(|newest| event.facts.observed_at < newest);
            if older { Err(Invariant::OlderImport) } else { Ok(()) }
        }
        OversightEvent::GuarantorObserved(_) => {
            act.known(book, RefRole::Act)?;
            act.known(book, RefRole::Subject)
        }
        // What vanished from a source is in the record; what never came is not.
        OversightEvent::GapDeclared(_) => act.known(book, RefRole::Subject),
        OversightEvent::Recommended(_) => Ok(()),
    }
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &OversightEvent) -> Vec<Change> {
    let Some(consultation) = book.consultation(recorded.stream) else { return Vec::new() };
    let consultation = Consultation::clone(&consultation);
    match event {
        OversightEvent::Recommended(event) => {
            let act = Act {
                stream: recorded.stream,
                kind: ActKind::Recommendation,
                stands: true,
                appeal_until: None,
                subject: None,
            };
            let next = Consultation { recommendations: event.facts.number, ..consultation };
            vec![Change::Act(recorded.id, act), Change::Consultation(recorded.stream, Arc::new(next))]
        }
        OversightEvent::RecommendationAnswered(_) => {
            let answered = recorded.refs.one(RefRole::Act).and_then(|id| Some((id, book.act(id)?)));
            answered.map(|(id, act)| Change::Act(id, Act { stands: false, ..act })).into_iter().collect()
        }
        OversightEvent::ImportSealed(event) => {
            let next = Consultation { newest_import: Some(event.facts.observed_at), ..consultation };
            vec![Change::Consultation(recorded.stream, Arc::new(next))]
        }
        OversightEvent::GuarantorObserved(_) | OversightEvent::GapDeclared(_) => Vec::new(),
    }
}
