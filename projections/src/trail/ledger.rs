//! The step of a record's own beginning.
//!
//! `docs/design.md` (Trail) asks for one sentence for every type, this one too, although it stands on no
//! contribution's trail. This module knows no key.

use devenir_core::event::ledger::LedgerEvent;

use super::step::{StepFamily, Telling, Told};

pub(super) fn tell(event: &LedgerEvent, at: Telling<'_>) -> Told {
    match event {
        LedgerEvent::Opened(event) => {
            let who = at.by_role();
            let id = if event.facts.demonstration { "ledger-opened-demonstration" } else { "ledger-opened" };
            let sentence = at.message(id, &who);
            Told::new(StepFamily::Other, who, sentence)
        }
    }
}
