//! Erasures, takedowns and losses: what they name, what is still there, and what is missing because of them.
//!
//! `docs/format.md` (Erasure) is the law: a person's request erases personal parts only, two people take down texts of
//! public acts, and nothing touches structural parts. A part that is erased and still held is pending for a while, then
//! a fault; after the completion it is a fault at once. A part that was declared lost and is held was found again. This
//! module deletes nothing and reads no clock.

use super::fault::{Fault, Found};
use super::parts::PartCounts;
use crate::envelope::{Envelope, Recorded};
use crate::event::code::ErasureOutcome;
use crate::event::ledger::LedgerEvent;
use crate::event::oversight::OversightEvent;
use crate::event::part::{is_personal, is_public_text};
use crate::event::{Event, RefRole, event_type};
use crate::id::IntentId;
use crate::ledger::Position;
use crate::rules::Ground;
use crate::store::{Place, SealedPart};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How long an erased part may still be held: 72 hours.
const ERASURE_MS_MAX: i64 = 72 * 60 * 60 * 1000;
/// How long a part that was taken down may still be held: one hour.
const TAKEDOWN_MS_MAX: i64 = 60 * 60 * 1000;

/// Finds an earlier event by its name: where it stands, its type, the shape of its parts.
type Known<'a> = &'a dyn Fn(IntentId) -> Option<(Position, u16, Shape)>;

/// A text of a public act that two people took down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenDown {
    /// The act.
    pub target: Position,
    /// The name of its type.
    pub name: &'static str,
    /// The name of its part; empty where this software does not know one.
    pub part: &'static str,
    /// On which ground.
    pub ground: Ground,
    /// Where it was decided.
    pub decided: Position,
    /// Where it got its second hand.
    pub countersigned: Position,
    /// When, which is since when it counts.
    pub at: Timestamp,
}

/// The parts of one envelope as masks: bit i is its i-th part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shape {
    /// All that there are.
    all: u16,
    /// Parts of a person.
    personal: u16,
    /// Texts of public acts.
    record: u16,
    /// Parts that are not held.
    missing: u16,
    /// Parts of them that whoever gave the event has and does not show; never structural ones.
    withheld: u16,
}

impl Shape {
    /// Of an event of which `held` is shown, and `withheld` said to exist.
    pub(super) fn of(envelope: &Envelope, held: &[(Place, SealedPart)], withheld: u16) -> Self {
        let mut shape = Self::default();
        for (index, part) in (0_u8..15).zip(&envelope.intent.parts) {
            let bit = 1 << index;
            shape.all |= bit;
            if is_personal(part.kind) {
                shape.personal |= bit;
            } else if is_public_text(part.kind) {
                shape.record |= bit;
            }
            if !held.iter().any(|(place, _)| place.index == index) {
                shape.missing |= bit;
            }
        }
        shape.withheld = withheld & shape.missing & (shape.personal | shape.record);
        shape
    }
}

/// An erasure or a takedown.
struct Act {
    position: Position,
    at: Timestamp,
    target: Position,
    event_type: u16,
    shape: Shape,
    mask: u16,
    /// Why, of a takedown; none of an erasure.
    takedown: Option<Ground>,
    /// The event from which it counts: itself, of a takedown its second hand.
    since: Option<Position>,
    is_completed: bool,
}

impl Act {
    /// The place of the first part that it names among `bits`.
    fn place(&self, bits: u16) -> Place {
        Place { position: self.target, index: u8::try_from(bits.trailing_zeros()).unwrap_or(0) }
    }

    /// What a takedown that counts says. An act has one text at most that can be taken down.
    fn told(&self) -> Option<TakenDown> {
        let row = event_type(self.event_type);
        let part = row.and_then(|row| row.parts.iter().find(|part| is_public_text(part.kind)));
        Some(TakenDown {
            target: self.target,
            name: row.map_or("", |row| row.name),
            part: part.map_or("", |part| part.name),
            ground: self.takedown?,
            decided: self.position,
            countersigned: self.since?,
            at: self.at,
        })
    }
}

/// What a record says was erased.
#[derive(Default)]
pub(super) struct Erasures {
    acts: BTreeMap<IntentId, Act>,
    /// The decisions that grant an erasure, and those that nobody asked for and that nobody has countersigned.
    granted: BTreeSet<IntentId>,
    unasked: BTreeSet<IntentId>,
    /// The parts that a person's erasure named already, by event.
    erased: BTreeMap<Position, u16>,
    /// Those that were declared lost.
    lost: BTreeMap<Position, u16>,
    /// Events that lack parts, with which.
    lacking: BTreeMap<Position, Lacking>,
}

/// The parts of an event that are not held, as masks.
struct Lacking {
    /// Nobody says that they have them.
    missing: u16,
    withheld: u16,
}

/// What is said of the parts of a record at its end.
#[derive(Default)]
pub(super) struct Ended {
    erased: u64,
    taken_down: u64,
    lost: u64,
    pending: u64,
    withheld: u64,
    missing: u64,
    first_missing: Option<Position>,
    /// What was taken down, in the order of the decisions.
    pub(super) takedowns: Vec<TakenDown>,
    pub(super) faults: Vec<Found>,
}

impl Ended {
    /// Completes the counts of parts with those that are not held.
    pub(super) const fn explain(&self, counts: &mut PartCounts) {
        counts.erased = self.erased;
        counts.taken_down = self.taken_down;
        counts.lost = self.lost;
        counts.pending = self.pending;
        counts.withheld = self.withheld;
        counts.missing = self.missing;
        counts.first_missing = self.first_missing;
    }
}

impl Erasures {
    /// Notes an event that lacks parts.
    pub(super) fn lacks(&mut self, position: Position, shape: Shape) {
        if shape.missing != 0 {
            let Shape { missing, withheld, .. } = shape;
            self.lacking.insert(position, Lacking { missing: missing & !withheld, withheld });
        }
    }

    /// Takes in what an event says of erasures; `known` finds an earlier event with the shape of its parts.
    pub(super) fn follow(&mut self, it: &Recorded, known: Known<'_>, faults: &mut dyn FnMut(Fault)) {
        match &it.event {
            Event::Oversight(OversightEvent::ErasureDecided(event)) => {
                if event.facts.outcome != ErasureOutcome::Refused {
                    let is_asked = it.refs.one(RefRole::Act).is_some();
                    if is_asked { &mut self.granted } else { &mut self.unasked }.insert(it.id);
                }
            }
            Event::Oversight(OversightEvent::Erased(event)) => {
                if !it.refs.one(RefRole::Act).is_some_and(|id| self.granted.contains(&id)) {
                    faults(Fault::Undecided { position: it.position });
                }
                self.names(it, event.facts.mask, None, known, faults)
            }
            Event::Ledger(LedgerEvent::TakedownDecided(event)) => {
                self.names(it, event.facts.mask, Some(event.facts.ground), known, faults);
            }
            Event::Ledger(LedgerEvent::PartsLost(event)) => self.loses(it, event.facts.mask, known, faults),
            Event::Ledger(LedgerEvent::Countersigned(_)) => {
                let unasked = it.refs.one(RefRole::Act).filter(|id| self.unasked.contains(id));
                self.granted.extend(unasked);
                let act = it.refs.one(RefRole::Act).and_then(|id| self.acts.get_mut(&id));
                if let Some(act) = act.filter(|act| act.since.is_none()) {
                    (act.since, act.at) = (Some(it.position), it.recorded_at);
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
        takedown: Option<Ground>,
        known: Known<'_>,
        faults: &mut dyn FnMut(Fault),
    ) {
        // A target that is not in the record is a fault of the reference.
        let Some((target, event_type, shape)) = it.refs.one(RefRole::Target).and_then(known) else { return };
        let may = if takedown.is_some() { shape.record } else { shape.personal };
        if mask & !may != 0 {
            faults(Fault::Erasure { position: it.position, target });
        }
        if takedown.is_none() {
            let erased = self.erased.entry(target).or_default();
            if *erased & mask & may != 0 {
                faults(Fault::ErasedTwice { position: it.position, target });
            }
            *erased |= mask & may;
        }
        let (position, at, mask) = (it.position, it.recorded_at, mask & may);
        let since = takedown.is_none().then_some(position);
        let act = Act { position, at, target, event_type, shape, mask, takedown, since, is_completed: false };
        self.acts.insert(it.id, act);
    }

    /// Takes in which parts were declared lost.
    fn loses(&mut self, it: &Recorded, mask: u16, known: Known<'_>, faults: &mut dyn FnMut(Fault)) {
        for (target, _, shape) in it.refs.all(RefRole::Target).filter_map(known) {
            if mask & !shape.all != 0 {
                faults(Fault::Loss { position: it.position, target });
            }
            *self.lost.entry(target).or_default() |= mask;
        }
    }

    /// What is missing, pending or still there as of `now`, in a record whose last event is of `last`.
    pub(super) fn end(mut self, now: Timestamp, last: Timestamp) -> Ended {
        let mut ended = Ended::default();
        for act in self.acts.values().filter(|act| act.since.is_some()) {
            ended.takedowns.extend(act.told().filter(|_| act.mask != 0));
            let gone = self.lacking.get_mut(&act.target).map_or(0, |lacking| {
                let explained = lacking.missing & act.mask;
                lacking.missing &= !act.mask;
                // What somebody has all the same is not excused: it is still held, and said so below.
                lacking.withheld &= !act.mask;
                explained
            });
            let gone = u64::from(gone.count_ones());
            if act.takedown.is_some() {
                ended.taken_down += gone
            } else {
                ended.erased += gone
            }
            still_there(act, now.max(last), last, &mut ended);
        }
        ended.takedowns.sort_by_key(|it| it.decided);
        for (position, Lacking { missing, withheld }) in &self.lacking {
            // What was erased as well is counted as erased, and what somebody withholds was found again.
            let lost = self.lost.get(position).map_or(0, |lost| missing & lost);
            let missing = &(missing & !lost);
            ended.lost += u64::from(lost.count_ones());
            ended.withheld += u64::from(withheld.count_ones());
            ended.missing += u64::from(missing.count_ones());
            if *missing != 0 {
                ended.first_missing.get_or_insert(*position);
            }
        }
        ended
    }
}

/// Counts what an act took away and somebody still has: pending for a while, then a fault.
fn still_there(act: &Act, now: Timestamp, last: Timestamp, ended: &mut Ended) {
    let patience = if act.takedown.is_some() { TAKEDOWN_MS_MAX } else { ERASURE_MS_MAX };
    let is_late = |since: Timestamp| act.is_completed || since > act.at.plus_ms(patience);
    let held = act.mask & !act.shape.missing;
    // Whoever made a copy had what they withhold when they made it, which nobody states: after its last event.
    let withheld = act.mask & act.shape.withheld;
    let late = if is_late(now) { held } else { 0 } | if is_late(last) { withheld } else { 0 };
    ended.pending += u64::from(((held | withheld) & !late).count_ones());
    if late != 0 {
        let (place, completed) = (act.place(late), act.is_completed);
        let fault = Fault::ErasedPresent { place, act: act.position, completed };
        ended.faults.push(Found { position: act.target, fault });
    }
}
