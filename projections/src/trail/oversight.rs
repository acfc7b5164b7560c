//! Steps of oversight: roles, what a guarantor notes and recommends, imports, and what is missing from a source.
//!
//! `docs/design.md` (Native and observed) decides that a gap is never taken for a decision of anybody. This
//! module checks nothing.

use devenir_core::event::code::GapCause;
use devenir_core::event::oversight::{GapDeclared, ImportSealed, OversightEvent, RoleGranted};
use devenir_core::event::part::Reasons;
use devenir_core::event::{Part, RefRole};

use super::actor::ActorShown;
use super::amendment::minuted;
use super::consultation::reasoned;
use super::erasure;
use super::message::{Message, shortened};
use super::step::{Details, StepFamily, Telling, Told};
use super::words::Words;

/// A name or an appointing body is shown with so many words.
const NAME_WORDS_MAX: usize = 6;

pub(super) fn tell(event: &OversightEvent, at: Telling<'_>) -> Told {
    match event {
        OversightEvent::RoleGranted(event) => role_granted(event, at),
        OversightEvent::RoleRevoked(event) => {
            let who = at.by_role();
            let sentence = at.message(format!("role-revoked-{}", event.facts.cause), &who);
            let reason = event.explanation.open().map(|explanation| Words::Said(explanation.text.clone()));
            Told::new(StepFamily::Other, who, sentence).details(Details { reason, ..Details::default() })
        }
        OversightEvent::GuarantorObserved(event) => {
            let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, Vec::new());
            let sentence = at.message("guarantor-observed", &who);
            Told::new(StepFamily::Other, who, sentence).details(said(&event.reasons))
        }
        OversightEvent::Recommended(event) => {
            let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, Vec::new());
            let sentence = at.message("guarantor-recommended", &who).number("number", event.facts.number);
            Told::new(StepFamily::Other, who, sentence).details(said(&event.reasons))
        }
        OversightEvent::RecommendationAnswered(event) => {
            let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, Vec::new());
            let sentence = at.message(format!("recommendation-answered-{}", event.facts.followed), &who);
            Told::new(StepFamily::Other, who, sentence).details(minuted(&event.minutes))
        }
        OversightEvent::ErasureRequested(event) => erasure::requested(event, at),
        OversightEvent::ErasureDecided(event) => erasure::decided(event, at),
        OversightEvent::Erased(event) => erasure::erased(event, at),
        OversightEvent::ErasureCompleted(_) => {
            let who = at.by_role();
            let sentence = at.message("erasure-completed", &who);
            Told::new(StepFamily::Other, who, sentence)
        }
        OversightEvent::ImportSealed(event) => import_sealed(event, at),
        OversightEvent::GapDeclared(event) => gap_declared(event, at),
    }
}

/// Something that is missing: a thing of the record that its source no longer has, or one that never came.
fn gap_declared(event: &GapDeclared, at: Telling<'_>) -> Told {
    let who = at.by_role();
    let known = at.it.refs.one(RefRole::Subject).is_some();
    let missing = event.source.open().map(|source| source.external_id.clone());
    let sentence = at
        .message(format!("gap-declared-{}", event.facts.cause), &who)
        .flag("known", known)
        .thing("thing", &at.subject(RefRole::Subject))
        .words("missing", missing);
    let gone = known && event.facts.cause == GapCause::Vanished;
    let record = event.record.open();
    let details = Details {
        said: record.and_then(|record| record.overview.clone()).map(Words::Said),
        links: record.map(|record| record.links.clone()).unwrap_or_default(),
        ..Details::default()
    };
    Told::new(StepFamily::Other, who, sentence)
        .details(details)
        .note(gone.then(|| Message::new("note-vanished")))
}

/// A guarantor without a mandate of an appointing body is shown as such wherever the role is told.
fn role_granted(event: &RoleGranted, at: Telling<'_>) -> Told {
    let who = at.by_role();
    let holder = event.holder.open().map(|holder| shortened(&holder.name, NAME_WORDS_MAX));
    let mandate = event.mandate.open().map(|mandate| shortened(&mandate.body, NAME_WORDS_MAX));
    let mandated = match (&mandate, event.mandate.is_committed()) {
        (Some(_), _) => "named",
        (None, true) => "unread",
        (None, false) => "no",
    };
    let sentence = at
        .message("role-granted", &who)
        .words("holder", holder)
        .words("mandate", mandate)
        .code("mandated", mandated)
        .code("as", event.facts.role.as_str());
    let words = event.mandate.open().and_then(|mandate| mandate.text.clone()).map(Words::Said);
    Told::new(StepFamily::Other, who, sentence).details(Details { reason: words, ..Details::default() })
}

/// What a guarantor says, which is the act itself and not the reason for it.
fn said(reasons: &Part<Reasons>) -> Details {
    let Details { reason, .. } = reasoned(reasons);
    Details { said: reason, ..Details::default() }
}

fn import_sealed(event: &ImportSealed, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let who = at.by_role();
    let sentence = at
        .message("import-sealed", &who)
        .number("written", facts.written)
        .number("gaps", facts.gaps)
        .moment("observed", at.day(facts.observed_at));
    let notes = event.manifest.open().map(|manifest| manifest.notes.join("\n"));
    let text = notes.filter(|notes| !notes.is_empty()).map(Words::Said);
    Told::new(StepFamily::Other, who, sentence).details(Details { text, ..Details::default() })
}
