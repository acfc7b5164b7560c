//! Steps of the record itself: its beginning, its keys, the second hand that some acts need, what was lost of it.
//!
//! `docs/design.md` (Trail) asks for one sentence for every type, these too, although they stand on no
//! contribution's trail. This module knows no key.

use devenir_core::event::RefRole;
use devenir_core::event::code::KeyPurpose;
use devenir_core::event::ledger::LedgerEvent;

use super::actor::ActorShown;
use super::consultation::reasoned;
use super::step::{StepFamily, Telling, Told};

pub(super) fn tell(event: &LedgerEvent, at: Telling<'_>) -> Told {
    let of = |role| at.it.refs.one(role).and_then(|id| at.context.type_of(id));
    match event {
        LedgerEvent::Opened(event) => {
            let who = at.by_role();
            let id = if event.facts.demonstration { "ledger-opened-demonstration" } else { "ledger-opened" };
            let sentence = at.message(id, &who);
            Told::new(StepFamily::Other, who, sentence)
        }
        LedgerEvent::HeadsRecorded(_) => {
            let who = at.by_role();
            let sentence = at.message("heads-recorded", &who);
            Told::new(StepFamily::Other, who, sentence)
        }
        LedgerEvent::KeyIntroduced(event) => {
            let who = at.by_role();
            let id = match event.facts.purpose {
                KeyPurpose::Checkpoint => "key-introduced-checkpoint",
                KeyPurpose::Promise => "key-introduced-promise",
                KeyPurpose::Signer => "key-introduced-signer",
            };
            let sentence = at.message(id, &who);
            Told::new(StepFamily::Other, who, sentence)
        }
        LedgerEvent::Countersigned(event) => {
            let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, Vec::new());
            let is_takedown = of(RefRole::Act) == Some("takedown-decided");
            let id = if is_takedown { "takedown-countersigned" } else { "act-countersigned" };
            let sentence = at.message(id, &who);
            Told::new(StepFamily::Other, who, sentence)
        }
        LedgerEvent::TakedownDecided(event) => {
            let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, Vec::new());
            let sentence = at.message("takedown-decided", &who).label("ground", event.facts.ground);
            let sentence = sentence.code("act", of(RefRole::Target).unwrap_or("unknown"));
            Told::new(StepFamily::Other, who, sentence).details(reasoned(&event.reasons))
        }
        LedgerEvent::Succeeded(event) => {
            let who = at.by_role();
            let sentence = at.message("ledger-succeeded", &who).code("cause", event.facts.cause.as_str());
            Told::new(StepFamily::Other, who, sentence).details(reasoned(&event.reasons))
        }
        LedgerEvent::PartsLost(event) => {
            let who = at.by_role();
            let sentence = at.message("parts-lost", &who).code("cause", event.facts.cause.as_str());
            Told::new(StepFamily::Other, who, sentence).details(reasoned(&event.reasons))
        }
    }
}
