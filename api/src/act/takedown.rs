//! The takedown of a public act's text: decided by one person, for a reason, and counting once another has countersigned it.
//!
//! `docs/design.md` (Erasure) keeps it apart from erasure: nobody asks for it, it takes texts of public acts and nothing of
//! a person, and the record is incomplete after it. Which parts an act has, is found in the record by whoever implements
//! [`People`]; nothing here deletes.

use super::malformed::{Malformed, TEXT_MAX, text};
use super::response::Signed;
use super::{Act, Caller, People, draft, to};
use devenir_core::envelope::Draft;
use devenir_core::event::part::Reasons;
use devenir_core::event::{Part, RefRole, ledger as event};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::rules::{Ground, Role};
use devenir_core::time::Claimed;
use devenir_core::writer::Target;

/// Decide to take down texts of a public act.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DecideTakedown {
    /// The consultation.
    pub consultation: StreamId,
    /// The act.
    pub target: IntentId,
    /// Which of its parts, by the names that `docs/events.md` gives them; every text of the act where none is named.
    pub parts: Option<Vec<String>>,
    /// Why, as a code.
    pub ground: Ground,
    /// Why, in words: they are public and stay.
    pub reasons: String,
    /// Who decides.
    pub signatory: Signed,
}

impl Act for DecideTakedown {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, caller: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let named = self.parts.as_deref().unwrap_or_default();
        let mask = people.public_texts(self.consultation, self.target, named)?;
        let event = event::TakedownDecided {
            facts: event::TakedownDecidedFacts { by: caller.credential, ground: self.ground, mask },
            signatory: Part::Open(self.signatory.part()?),
            reasons: Part::Open(Reasons { text: text("reasons", &self.reasons, TEXT_MAX)? }),
        };
        let refs = vec![to(RefRole::Target, self.target)];
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Authority)])
    }
}
