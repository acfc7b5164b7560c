//! The decider of oversight: roles, recommendations and their answers, imports and gaps.
//!
//! `docs/design.md` (Native and observed). It reads no recommendation and no manifest.

use super::book::{Book, Change};
use super::erasure;
use super::proposed::Proposed;
use super::rejection::Invariant;
use super::role;
use super::state::{Act, ActKind, Consultation};
use crate::envelope::Recorded;
use crate::event::RefRole;
use crate::event::oversight::OversightEvent;
use crate::id::StreamId;
use crate::rules::Norm;
use std::sync::Arc;

pub(super) fn number(book: &dyn Book, stream: StreamId, event: &mut OversightEvent) {
    match event {
        OversightEvent::Recommended(event) => {
            let last = book.consultation(stream).map_or(0, |consultation| consultation.recommendations);
            event.facts.number = last.saturating_add(1);
        }
        OversightEvent::RoleGranted(_)
        | OversightEvent::RoleRevoked(_)
        | OversightEvent::GuarantorObserved(_)
        | OversightEvent::RecommendationAnswered(_)
        | OversightEvent::ErasureRequested(_)
        | OversightEvent::ErasureDecided(_)
        | OversightEvent::Erased(_)
        | OversightEvent::ErasureCompleted(_)
        | OversightEvent::ImportSealed(_)
        | OversightEvent::GapDeclared(_) => {}
    }
}

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &OversightEvent,
) -> Result<(), Invariant> {
    let consultation = || act.consultation(book);
    match event {
        OversightEvent::RoleGranted(event) => role::grant_invariants(book, act, event),
        OversightEvent::RoleRevoked(event) => role::revocation_invariants(book, act, event),
        OversightEvent::Recommended(_) => consultation().map(drop),
        OversightEvent::RecommendationAnswered(_) => {
            consultation()?;
            act.earlier(book, ActKind::Recommendation).map(drop)
        }
        OversightEvent::ErasureRequested(_) => erasure::request_invariants(book, act),
        OversightEvent::ErasureDecided(event) => erasure::decision_invariants(book, act, event),
        OversightEvent::Erased(event) => erasure::invariants(book, act, event),
        OversightEvent::ErasureCompleted(_) => erasure::completion_invariants(book, act),
        OversightEvent::ImportSealed(event) => {
            let newest = consultation()?.newest_import;
            let older = newest.is_some_and(|newest| event.facts.observed_at < newest);
            if older { Err(Invariant::OlderImport) } else { Ok(()) }
        }
        OversightEvent::GuarantorObserved(_) => {
            consultation()?;
            act.known(book, RefRole::Act)?;
            act.known(book, RefRole::Subject)
        }
        // What vanished from a source is in the record; what never came is not.
        OversightEvent::GapDeclared(_) => {
            consultation()?;
            act.known(book, RefRole::Subject)
        }
    }
}

pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, event: &OversightEvent, norms: &mut Vec<Norm>) {
    match event {
        OversightEvent::RoleGranted(event) => role::grant_breaches(book, act, event, norms),
        OversightEvent::RoleRevoked(event) => role::revocation_breaches(book, act, event, norms),
        OversightEvent::ErasureDecided(event) => erasure::decision_breaches(book, act, event, norms),
        OversightEvent::Erased(_) => erasure::breaches(book, act, norms),
        OversightEvent::GuarantorObserved(_)
        | OversightEvent::Recommended(_)
        | OversightEvent::RecommendationAnswered(_)
        | OversightEvent::ErasureRequested(_)
        | OversightEvent::ErasureCompleted(_)
        | OversightEvent::ImportSealed(_)
        | OversightEvent::GapDeclared(_) => {}
    }
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &OversightEvent) -> Vec<Change> {
    let change = |change: &dyn Fn(&mut Consultation)| {
        let mut next = Consultation::clone(&*book.consultation(recorded.stream)?);
        change(&mut next);
        Some(Change::Consultation(recorded.stream, Arc::new(next)))
    };
    match event {
        OversightEvent::RoleGranted(event) => role::grant_evolve(book, recorded, event),
        OversightEvent::RoleRevoked(event) => role::revocation_evolve(book, recorded, event),
        OversightEvent::Recommended(event) => {
            let act = Act {
                stream: recorded.stream,
                kind: ActKind::Recommendation,
                stands: true,
                appeal_until: None,
                asks: None,
                subject: None,
            };
            let numbered = change(&|next| next.recommendations = event.facts.number);
            numbered.map_or_else(Vec::new, |numbered| vec![Change::Act(recorded.id, act), numbered])
        }
        OversightEvent::RecommendationAnswered(_) => {
            let answered = recorded.refs.one(RefRole::Act).and_then(|id| Some((id, book.act(id)?)));
            answered.map(|(id, act)| Change::Act(id, Act { stands: false, ..act })).into_iter().collect()
        }
        OversightEvent::ErasureRequested(event) => vec![erasure::requested(recorded, event)],
        OversightEvent::ErasureDecided(event) => erasure::decided(book, recorded, event),
        OversightEvent::Erased(event) => erasure::evolve(book, recorded, event),
        OversightEvent::ErasureCompleted(_) => erasure::completed(book, recorded),
        OversightEvent::ImportSealed(event) => {
            change(&|next| next.newest_import = Some(event.facts.observed_at)).into_iter().collect()
        }
        OversightEvent::GuarantorObserved(_) | OversightEvent::GapDeclared(_) => Vec::new(),
    }
}
