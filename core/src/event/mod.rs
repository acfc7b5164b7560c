//! The vocabulary: what can happen, as plain facts in the past tense.
//!
//! Types live in families of one module each (`docs/events.md`), declared as tables. [`Event`] is a two-level
//! enum: whoever reads a family opens it without a wildcard, so a new type stops exactly those who must
//! think about it. This module knows no rule, no hash and no store.

pub mod code;
mod family;
pub mod part;
mod role;

pub mod amendment;
pub mod consultation;
pub mod contribution;
pub mod debate;
pub mod ledger;
pub mod moderation;
pub mod oversight;
pub mod petition;
pub mod response;
pub mod vote;

pub use family::{EventError, EventType, NoParts, PartSource, PartType};
pub use part::{Absence, Part, PartContent};
pub use role::{Arity, RefRole, RefRule};

macro_rules! vocabulary {
    ($($family:ident ($type:ident in $module:ident, $code:literal)),+ $(,)?) => {
        /// Anything that can happen, by family.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {$(
            #[doc = concat!("Family `", stringify!($module), "`.")]
            $family($module::$type),
        )+}

        $(impl From<$module::$type> for Event {
            fn from(event: $module::$type) -> Self {
                Self::$family(event)
            }
        })+

        impl Event {
            /// Every family: code, name, types.
            pub const FAMILIES: &'static [(u8, &'static str, &'static [EventType])] =
                &[$(($code, stringify!($module), $module::$type::TYPES)),+];

            /// The row of this event's type.
            #[must_use]
            pub fn event_type(&self) -> &'static EventType {
                match self { $(Self::$family(event) => event.event_type(),)+ }
            }

            /// The canonical bytes of the facts (`docs/format.md`, Facts).
            #[must_use]
            pub fn facts_bytes(&self) -> Vec<u8> {
                match self { $(Self::$family(event) => event.facts_bytes(),)+ }
            }

            /// The open parts, kinds ascending.
            #[must_use]
            pub fn part_bytes(&self) -> Vec<(u8, Vec<u8>)> {
                match self { $(Self::$family(event) => event.part_bytes(),)+ }
            }

            /// The kinds that the envelope commits to, ascending: their order is that of its parts, before its lists.
            #[must_use]
            pub fn committed_kinds(&self) -> Vec<u8> {
                match self { $(Self::$family(event) => event.committed_kinds(),)+ }
            }

            /// Takes away the parts that a mask names, as erased: bit i is the i-th part of the envelope. Structural
            /// parts stay.
            pub fn erase(&mut self, mask: u16) {
                let named = (0_u32..15).zip(self.committed_kinds()).filter(|(index, _)| mask & 1 << index != 0);
                let kinds: Vec<u8> = named.map(|(_, kind)| kind).filter(|kind| !part::is_structural(*kind)).collect();
                match self { $(Self::$family(event) => event.erase_kinds(&kinds),)+ }
            }

            /// Reads an event back from its facts and parts.
            ///
            /// # Errors
            /// [`EventError`] where the type is unknown, or the facts do not fit or are not canonical.
            pub fn decode(
                code: u16,
                version: u16,
                facts: &[u8],
                parts: &mut dyn PartSource,
            ) -> Result<Self, EventError> {
                let [family, _] = code.to_be_bytes();
                match family {
                    $($code => $module::$type::decode(code, version, facts, parts).map(Self::$family),)+
                    _ => Err(EventError::Unknown { code, version }),
                }
            }
        }
    };
}

vocabulary! {
    Ledger(LedgerEvent in ledger, 0x00),
    Consultation(ConsultationEvent in consultation, 0x01),
    Contribution(ContributionEvent in contribution, 0x02),
    Amendment(AmendmentEvent in amendment, 0x03),
    Debate(DebateEvent in debate, 0x04),
    Vote(VoteEvent in vote, 0x05),
    Petition(PetitionEvent in petition, 0x06),
    Moderation(ModerationEvent in moderation, 0x07),
    Response(ResponseEvent in response, 0x0B),
    Oversight(OversightEvent in oversight, 0x0E),
}

/// The row of a code, where this software knows it.
#[must_use]
pub fn event_type(code: u16) -> Option<&'static EventType> {
    Event::FAMILIES.iter().flat_map(|(_, _, types)| types.iter()).find(|row| row.code == code)
}

#[cfg(test)]
mod tests;
