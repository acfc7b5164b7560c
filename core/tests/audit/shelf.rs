//! A record that anybody can tamper with, and the consultation that most tests tamper with.
//!
//! What is altered here is bytes: where the alteration would break the chain before it is reached, every later link and the
//! head are made anew. This module expects no fault.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use devenir_core::audit::{Fault, Report, Verdict, audit};
use devenir_core::envelope::{Envelope, decode, encode};
use devenir_core::id::IntentId;
use devenir_core::ledger::{Frontier, Hash, Position, Revision, TreeHead, TreeSize, leaf_hash};
use devenir_core::rules::Outcome;
use devenir_core::store::{Place, ReadLedger, ReadVault, Request, SealedPart, StoreError};
use devenir_core::testing::{Drafting, Record, World, sample};

/// A record that anybody can tamper with.
#[derive(Clone)]
pub(crate) struct Shelf {
    pub(crate) stated: TreeHead,
    pub(crate) envelopes: Vec<Vec<u8>>,
    pub(crate) parts: BTreeMap<Place, SealedPart>,
}

impl Shelf {
    pub(crate) fn of(record: &Record) -> Self {
        let mut shelf = Self { stated: TreeHead::empty(), envelopes: Vec::new(), parts: BTreeMap::new() };
        for (position, entry) in (0..).map(Position::new).zip(record.entries()) {
            let stored = entry.stored();
            shelf.envelopes.push(stored.leaf.bytes().to_vec());
            for part in stored.parts {
                shelf.parts.insert(Place { position, index: part.index }, part);
            }
        }
        shelf.restate();
        shelf
    }

    /// States the head that the envelopes give.
    pub(crate) fn restate(&mut self) {
        let mut frontier = Frontier::new();
        frontier.extend(self.envelopes.iter().map(|bytes| leaf_hash(bytes)));
        self.stated = frontier.head();
    }

    /// Makes places, links and head anew, as somebody does who hides a change.
    pub(crate) fn rechain(&mut self) {
        let mut tails = BTreeMap::new();
        for (place, bytes) in self.envelopes.iter_mut().enumerate() {
            let mut envelope = decode(bytes).unwrap();
            let position = Position::new(place as u64);
            let sequence = &mut envelope.sequence;
            sequence.position = position;
            let tail = tails.get(&envelope.intent.stream).copied();
            (sequence.revision, sequence.prev_position, sequence.prev) = match tail {
                None => (Revision::FIRST, None, Hash::ZERO),
                Some((revision, position, leaf)) => (Revision::next(revision), Some(position), leaf),
            };
            let revision = sequence.revision;
            *bytes = encode(&envelope);
            tails.insert(envelope.intent.stream, (revision, position, leaf_hash(bytes)));
        }
        self.restate();
    }

    /// The same after `change` to one envelope, with every later link made anew.
    pub(crate) fn rewritten(&self, position: usize, change: impl FnOnce(&mut Envelope)) -> Self {
        let mut shelf = self.clone();
        let mut envelope = self.envelope(position);
        change(&mut envelope);
        shelf.envelopes[position] = encode(&envelope);
        shelf.rechain();
        shelf
    }

    pub(crate) fn envelope(&self, position: usize) -> Envelope {
        decode(&self.envelopes[position]).unwrap()
    }

    pub(crate) fn find(&self, holds: impl Fn(&Envelope) -> bool) -> usize {
        (0..self.envelopes.len()).find(|place| holds(&self.envelope(*place))).expect("such an event")
    }

    pub(crate) fn audit(&self) -> Report {
        audit(self).unwrap()
    }

    /// The first position that cannot be trusted, and why; the verdict must be "altered".
    pub(crate) fn first(&self) -> (u64, Fault) {
        let report = self.audit();
        assert_eq!(report.verdict(), Verdict::Altered, "{report:#?}");
        let found = report.first_fault().expect("a fault");
        (found.position.get(), found.fault.clone())
    }
}

impl ReadLedger for Shelf {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.stated)
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let skipped = usize::try_from(from.get()).unwrap();
        Ok(self.envelopes.iter().skip(skipped).take(count_max).cloned().collect())
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

impl ReadVault for Shelf {
    fn open(&self, place: Place, _: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        Ok(self.parts.get(&place).cloned())
    }

    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        let held = self.parts.iter().filter(|(place, _)| positions.contains(&place.position));
        Ok(held.map(|(place, part)| (*place, part.clone())).collect())
    }

    fn recall(&self, _: Position) -> Result<Option<Request>, StoreError> {
        Ok(None)
    }
}

/// A consultation that ends with a response to forty contributions, too many to stand in its envelope.
pub(crate) fn consultation() -> Record {
    let mut world = World::native();
    let ideas: Vec<IntentId> = (0..40).map(|_| world.contribution()).collect();
    let ballot = world.support_ballot(ideas[0]);
    for voter in 0..5 {
        world.vote(voter, ballot, ideas[0]);
    }
    world.record.pass_days(1);
    let response = sample::response(Outcome::Adopted).with(|response| response.facts.group_size = 40);
    world.happens(response.answering(&ideas));
    world.record
}

pub(crate) fn shelf() -> Shelf {
    Shelf::of(&consultation())
}

/// An event in the middle that others of its stream follow.
pub(crate) const MIDDLE: usize = 30;
