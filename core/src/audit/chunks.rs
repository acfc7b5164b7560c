//! The events of a record a chunk at a time, with the parts that are at hand: from a store or a log, or as somebody hands
//! them over.
//!
//! `docs/format.md` (Stores, Bundles). Bytes that the medium gives wrongly are faults, named where they begin; a medium that
//! does not answer ends the audit, since that says nothing of the record. This module examines no event.

use super::examine::Held;
use super::fault::{Fault, Found};
use crate::ledger::{Position, TreeHead, TreeSize};
use crate::store::{Place, ReadLedger, ReadVault, Reader, Request, SealedPart, StoreError};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// How many events are read at once.
const EVENTS: usize = 2_048;
/// Once so many bytes of parts are at hand, they are looked at before more are read.
const PART_BYTES: usize = 32 << 20;

/// Some events in order, and what was wrong in reading them.
#[derive(Default)]
pub(super) struct Chunk {
    /// None after the last event.
    pub(super) events: Vec<Held>,
    pub(super) faults: Vec<Found>,
}

impl Chunk {
    fn fault(&mut self, position: Position, error: &StoreError) {
        self.faults.push(Found { position, fault: Fault::Medium(error.to_string()) });
    }
}

/// The chunks of what a reader gives.
pub(super) struct Chunks<'a> {
    reader: &'a dyn Reader,
    stated: TreeHead,
    next: Position,
    is_cut: bool,
}

impl<'a> Chunks<'a> {
    /// From the first event to the head that the reader states.
    pub(super) const fn new(reader: &'a dyn Reader, stated: TreeHead) -> Self {
        Self { reader, stated, next: Position::FIRST, is_cut: false }
    }

    /// Whether the envelopes stop reading before their end.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The next events with their parts; none at the end, or where nothing more reads.
    pub(super) fn next(&mut self) -> Result<Chunk, StoreError> {
        let mut chunk = Chunk::default();
        let from = self.next;
        if self.is_cut || !from.is_within(self.stated.size) {
            return Ok(chunk);
        }
        let envelopes = self.envelopes(&mut chunk)?;
        if envelopes.is_empty() {
            return Ok(chunk);
        }
        self.next = Position::new(from.get().saturating_add(envelopes.len() as u64));
        let mut parts = self.parts(from..self.next, &mut chunk)?.into_iter().peekable();
        let held = |(position, bytes): (u64, Vec<u8>)| {
            let mut own = Vec::new();
            while let Some(part) = parts.next_if(|(place, _)| place.position.get() <= position) {
                own.push(part);
            }
            Held { position: Position::new(position), bytes, parts: own, withheld: 0 }
        };
        chunk.events = (from.get()..).zip(envelopes).map(held).collect();
        Ok(chunk)
    }

    /// What stands beyond the stated head, where no writer moved the head meanwhile.
    pub(super) fn beyond(&self) -> Result<Vec<Found>, StoreError> {
        let next = self.stated.size.next_position();
        let more = answered(self.reader.read(next, 1))?.unwrap_or_default();
        let mut aside = Chunk::default();
        let parts = self.parts(next..Position::new(u64::MAX), &mut aside)?;
        if self.is_cut || self.reader.head()? != self.stated {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        if !more.is_empty() {
            found.push(Found { position: next, fault: Fault::Beyond { position: next } });
        }
        found.append(&mut aside.faults);
        let foreign = parts.into_keys();
        found.extend(
            foreign.map(|place| Found { position: place.position, fault: Fault::ForeignPart { place } }),
        );
        Ok(found)
    }

    /// The next envelopes; where they do not read, those up to the first that does not, which is named.
    fn envelopes(&mut self, chunk: &mut Chunk) -> Result<Vec<Vec<u8>>, StoreError> {
        let left = self.stated.size.get().saturating_sub(self.next.get());
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(EVENTS);
        if let Ok(envelopes) = answered(self.reader.read(self.next, count))? {
            return Ok(envelopes);
        }
        let mut envelopes = Vec::new();
        let mut position = self.next;
        while envelopes.len() < count {
            match answered(self.reader.read(position, 1))? {
                Ok(mut one) if !one.is_empty() => envelopes.append(&mut one),
                Ok(_) => break,
                Err(error) => {
                    chunk.fault(position, &error);
                    self.is_cut = true;
                    break;
                }
            }
            position = position.next();
        }
        Ok(envelopes)
    }

    /// The parts of the events in `positions`; where they do not read, those of every event that has them.
    fn parts(
        &self,
        positions: Range<Position>,
        chunk: &mut Chunk,
    ) -> Result<BTreeMap<Place, SealedPart>, StoreError> {
        let error = match answered(self.reader.open_all(positions.clone()))? {
            Ok(parts) => return Ok(parts.into_iter().collect()),
            Err(error) => error,
        };
        let mut held = BTreeMap::new();
        let named = chunk.faults.len();
        // Beyond the last event there is no end to ask one by one for: at most as many as a chunk holds.
        for position in (positions.start.get()..positions.end.get()).take(EVENTS).map(Position::new) {
            match answered(self.reader.open_all(position..position.next()))? {
                Ok(parts) => held.extend(parts),
                Err(error) => chunk.fault(position, &error),
            }
        }
        if chunk.faults.len() == named {
            chunk.fault(positions.start, &error);
        }
        Ok(held)
    }
}

/// What a medium answered, right or wrong.
///
/// # Errors
/// Where it did not answer at all: then nobody can say anything of the record.
fn answered<T>(answer: Result<T, StoreError>) -> Result<Result<T, StoreError>, StoreError> {
    match answer {
        Err(error @ StoreError::Unavailable { .. }) => Err(error),
        answer => Ok(answer),
    }
}

/// An event as somebody hands it over.
#[derive(Debug)]
pub struct GivenEvent {
    /// The envelope.
    pub envelope: Vec<u8>,
    /// The parts that are shown.
    pub parts: Vec<(Place, SealedPart)>,
    /// The parts that they say they have and do not show: bit i is the i-th of the envelope.
    pub withheld: u16,
}

/// The next event that somebody hands over, in ascending order of position; none after the last.
pub type NextEvent<'a, E> = &'a mut dyn FnMut() -> Result<Option<GivenEvent>, E>;

/// The next chunk of what somebody hands over, whose first event stands at `position`.
pub(super) fn given<E>(next: NextEvent<'_, E>, position: &mut Position) -> Result<Chunk, E> {
    let mut chunk = Chunk::default();
    let mut bytes = 0;
    while chunk.events.len() < EVENTS && bytes < PART_BYTES {
        let Some(GivenEvent { envelope, parts, withheld }) = next()? else { break };
        bytes += parts.iter().map(|(_, part)| part.bytes.len()).sum::<usize>();
        chunk.events.push(Held { position: *position, bytes: envelope, parts, withheld });
        *position = position.next();
    }
    Ok(chunk)
}

/// A ledger whose vault is elsewhere.
pub(super) struct Bare<L>(pub(super) L);

impl<L: ReadLedger> ReadLedger for Bare<L> {
    fn head(&self) -> Result<TreeHead, StoreError> {
        self.0.head()
    }
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.0.read(from, count_max)
    }
    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
        self.0.follow(size, patience)
    }
}

impl<L: ReadLedger> ReadVault for Bare<L> {
    fn open(&self, _: Place, _: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        Ok(None)
    }
    fn open_all(&self, _: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        Ok(Vec::new())
    }
    fn recall(&self, _: Position) -> Result<Option<Request>, StoreError> {
        Ok(None)
    }
}
