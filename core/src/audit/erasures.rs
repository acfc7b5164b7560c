//! Erasures and takedowns: what they name, what is still there, and what is missing because of them.
//!
//! `docs/format.md` (Erasure) is the law: a person's request erases personal parts only, two people take down texts of
//! public acts, and nothing touches structural parts. A part that is erased and still held is pending for a while, then
//! a fault; after the completion it is a fault at once. This module deletes nothing and reads no clock.

use super::fault::Fault;
use super::parts::PartCounts;
use crate::envelope::{Envelope, Recorded};
use crate::event::ledger::LedgerEvent;
use crate::event::oversight::OversightEvent;
use crate::event::part::{is_personal, is_structural};
use crate::event::{Event, RefRole};
use crate::id::IntentId;
use crate::ledger::Position;
use crate::store::{Place, SealedPart};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// How long an erased part may still be held: 72 hours.
const ERASURE_MS_MAX: i64 = 72 * 60 * 60 * 1000;
/// How long a part that was taken down may still be held: one hour.
const TAKEDOWN_MS_MAX: i64 = 60 * 60 * 1000;

/// The parts of one envelope as masks: bit i is its i-th part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shape {
    /// Parts of a person.
    personal: u16,
    /// Texts of public acts.
    record: u16,
    /// Parts that are not held.
    missing: u16,
}

impl Shape {
    pub(super) fn of(envelope: &Envelope, held: &[(Place, SealedPart)]) -> Self {
        let mut shape = Self::default();
        for (index, part) in (0_u8..15).zip(&envelope.intent.parts) {
            let bit = 1 << index;
            if is_personal(part.kind) {
                shape.personal |= bit;
            } else if !is_structural(part.kind) {
                shape.record |= bit;
            }
            if !held.iter().any(|(place, _)| place.index == index) {
                shape.missing |= bit;
            }
        }
        shape
    }

    /// Whether a part is not held.
    pub(super) const fn lacks(self) -> bool {
        self.missing != 0
    }
}

/// An erasure or a takedown.
struct Act {
    position: Position,
    at: Timestamp,
    target: Position,
    shape: Shape,
    mask: u16,
    is_takedown: bool,
    /// Whether it counts: a takedown does from its second hand.
    stands: bool,
    is_completed: bool,
}

impl Act {
    /// The place of the first part that it names among `bits`.
    fn place(&self, bits: u16) -> Place {
        Place { position: self.target, index: u8::try_from(bits.trailing_zeros()).unwrap_or(0) }
    }
}

/// What a record says was erased.
#[derive(Default)]
pub(super) struct Erasures {
    acts: BTreeMap<IntentId, Act>,
    /// Events that lack parts, with which.
    missing: BTreeMap<Position, u16>,
}

/// What is said of the parts of a record at its end.
pub(super) struct Ended {
    pub(super) erased: u64,
    pub(super) taken_down: u64,
    pub(super) pending: u64,
    /// The first event with a part that is missing and that nobody erased.
    pub(super) first_missing: Option<Position>,
    pub(super) faults: Vec<(Position, Fault)>,
}

impl Ended {
    /// Corrects the counts of parts, of which those that are missing had no explanation yet.
    pub(super) const fn explain(&self, counts: &mut PartCounts) {
        counts.erased = self.erased;
        counts.taken_down = self.taken_down;
        counts.pending = self.pending;
        counts.missing = counts.missing.saturating_sub(self.erased).saturating_sub(self.taken_down);
        counts.first_missing = self.first_missing;
    }
}

impl Erasures {
    /// Notes an event that lacks parts.
    pub(super) fn lacks(&mut self, position: Position, shape: Shape) {
        if shape.lacks() {
            self.missing.insert(position, shape.missing);
        }
    }

    /// Takes in what an event says of erasures; `known` finds an earlier event with the shape of its parts.
    pub(super) fn follow(
        &mut self,
        it: &Recorded,
        known: &dyn Fn(IntentId) -> Option<(Position, Shape)>,
        faults: &mut dyn FnMut(Fault),
    ) {
        match &it.event {
            Event::Oversight(OversightEvent::Erased(event)) => {
                self.names(it, event.facts.mask, false, known, faults)
            }
            Event::Ledger(LedgerEvent::TakedownDecided(event)) => {
                self.names(it, event.facts.mask, true, known, faults);
            }
            Event::Ledger(LedgerEvent::Countersigned(_)) => {
                if let Some(act) = it.refs.one(RefRole::Act).and_then(|id| self.acts.get_mut(&id)) {
                    (act.stands, act.at) = (true, it.recorded_at);
                }
            }
            Event::Oversight(OversightEvent::ErasureCompleted(_)) => {
                for id in it.refs.all(RefRole::Act) {
                    if let Some(act) = self.acts.get_mut(&id) {
                        act.is_completed = true;
                    }
                }
            }
            Event::Ledger(_)
            | Event::Consultation(_)
            | Event::Contribution(_)
            | Event::Amendment(_)
            | Event::Debate(_)
            | Event::Vote(_)
            | Event::Petition(_)
            | Event::Moderation(_)
            | Event::Response(_)
            | Event::Oversight(_) => {}
        }
    }

    fn names(
        &mut self,
        it: &Recorded,
        mask: u16,
        is_takedown: bool,
        known: &dyn Fn(IntentId) -> Option<(Position, Shape)>,
        faults: &mut dyn FnMut(Fault),
    ) {
        // A target that is not in the record is a fault of the reference.
        let Some((target, shape)) = it.refs.one(RefRole::Target).and_then(known) else { return };
        let may = if is_takedown { shape.record } else { shape.personal };
        if mask & !may != 0 {
            faults(Fault::Erasure { position: it.position, target });
        }
        let (position, at, mask) = (it.position, it.recorded_at, mask & may);
        let act =
            Act { position, at, target, shape, mask, is_takedown, stands: !is_takedown, is_completed: false };
        self.acts.insert(it.id, act);
    }

    /// What is missing, pending or still there, as of `now`.
    pub(super) fn end(mut self, now: Timestamp) -> Ended {
        let mut ended =
            Ended { erased: 0, taken_down: 0, pending: 0, first_missing: None, faults: Vec::new() };
        for act in self.acts.values().filter(|act| act.stands) {
            let gone = self.missing.get_mut(&act.target).map_or(0, |missing| {
                let explained = *missing & act.mask;
                *missing &= !act.mask;
                explained
            });
            let gone = u64::from(gone.count_ones());
            if act.is_takedown {
                ended.taken_down += gone
            } else {
                ended.erased += gone
            }
            let there = act.mask & !act.shape.missing;
            if there == 0 {
                continue;
            }
            let patience = if act.is_takedown { TAKEDOWN_MS_MAX } else { ERASURE_MS_MAX };
            if act.is_completed || now > act.at.plus_ms(patience) {
                let (place, act_position, completed) = (act.place(there), act.position, act.is_completed);
                ended.faults.push((act.target, Fault::ErasedPresent { place, act: act_position, completed }));
            } else {
                ended.pending += u64::from(there.count_ones());
            }
        }
        let unexplained = |(_, missing): &(&Position, &u16)| **missing != 0;
        ended.first_missing = self.missing.iter().find(unexplained).map(|(position, _)| *position);
        ended
    }
}
