//! Conformity: every native event decided again from the state before it.
//!
//! `docs/design.md` (Native and observed): an event that the rules refuse is "recorded against the rules". This
//! never changes the integrity verdict, and judges no fact of a source.

use crate::consultation::{MemoryBook, Proposed, Rejection, decide, evolve};
use crate::envelope::Recorded;
use crate::event::Event;
use crate::event::ledger::LedgerEvent;
use crate::ledger::Position;

/// A native event that the rules of its consultation refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgainstTheRules {
    /// Where.
    pub position: Position,
    /// The event's type.
    pub name: &'static str,
    /// Why.
    pub rejection: Rejection,
}

/// Decides a record again, event by event.
#[derive(Debug, Default)]
pub(super) struct Conformity {
    book: MemoryBook,
}

impl Conformity {
    pub(super) fn follow(&mut self, recorded: &Recorded) -> Option<AgainstTheRules> {
        let refused = match recorded.event {
            // Opening a ledger is not a command.
            Event::Ledger(LedgerEvent::Opened(_) | LedgerEvent::Succeeded(_)) => None,
            Event::Ledger(
                LedgerEvent::KeyIntroduced(_)
                | LedgerEvent::HeadsRecorded(_)
                | LedgerEvent::Countersigned(_)
                | LedgerEvent::TakedownDecided(_)
                | LedgerEvent::PartsLost(_),
            )
            | Event::Consultation(_)
            | Event::Contribution(_)
            | Event::Amendment(_)
            | Event::Debate(_)
            | Event::Vote(_)
            | Event::Petition(_)
            | Event::Moderation(_)
            | Event::Response(_)
            | Event::Oversight(_) => decide(&self.book, &Proposed::of(recorded)).err(),
        };
        for change in evolve(&self.book, recorded) {
            self.book.apply(change);
        }
        refused.map(|rejection| AgainstTheRules {
            position: recorded.position,
            name: recorded.event.event_type().name,
            rejection,
        })
    }
}
