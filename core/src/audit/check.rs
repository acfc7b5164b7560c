//! The walk over a whole record, event by event, every check on each.
//!
//! `docs/format.md` (What a verifier checks) numbers them. Memory grows with the number of events by their names
//! only; envelopes and parts are read in chunks.

use super::commands::Commands;
use super::conformity::Conformity;
use super::fault::{Fault, Found};
use super::parts;
use super::references::References;
use super::report::{LISTED_MAX, Report};
use crate::envelope::{
    Envelope, LIST_PART_KIND, PartKey, VaultPart, decode, instance_stream, log_id, read, stream_id,
};
use crate::event::{Absence, Event, NoParts, event_type};
use crate::ledger::chain::{ChainCheck, ChainError, ChainedEvent, Link};
use crate::ledger::{Frontier, Position, TreeHead, TreeSize, leaf_hash};
use crate::store::{Place, Reader, SealedPart, StoreError};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::ops::Range;

/// How many events are read at once.
const CHUNK: usize = 1_024;

/// Audits everything that a reader gives.
///
/// # Errors
/// [`StoreError`] where the medium does not answer at all; what it answers wrongly is in the report.
pub fn audit(reader: &dyn Reader) -> Result<Report, StoreError> {
    let stated = reader.head()?;
    let mut walk = Walk::new();
    while !walk.is_cut && walk.frontier.size() < stated.size {
        let from = walk.next();
        let envelopes = envelopes(reader, from, stated.size, &mut walk);
        if envelopes.is_empty() {
            break;
        }
        let end = Position::new(from.get().saturating_add(envelopes.len() as u64));
        let mut held = parts_held(reader, from..end, &mut walk);
        for bytes in &envelopes {
            walk.event(bytes, &mut held);
        }
        walk.foreign(&held);
    }
    beyond(reader, stated, &mut walk)?;
    Ok(walk.end(stated))
}

/// What stands beyond the stated head, where no writer moved the head meanwhile.
fn beyond(reader: &dyn Reader, stated: TreeHead, walk: &mut Walk) -> Result<(), StoreError> {
    let next = stated.size.next_position();
    let more = reader.read(next, 1).unwrap_or_default();
    let mut aside = Walk::new();
    let parts = parts_held(reader, next..Position::new(u64::MAX), &mut aside);
    if walk.is_cut || reader.head()? != stated {
        return Ok(());
    }
    if !more.is_empty() {
        walk.fault(next, Fault::Beyond { position: next });
    }
    for Found { position, fault } in aside.report.faults {
        walk.fault(position, fault);
    }
    walk.foreign(&parts);
    Ok(())
}

/// The next envelopes; where they do not read, those up to the first that does not, which is named.
fn envelopes(reader: &dyn Reader, from: Position, size: TreeSize, walk: &mut Walk) -> Vec<Vec<u8>> {
    let left = usize::try_from(size.get().saturating_sub(from.get())).unwrap_or(usize::MAX);
    let count = left.min(CHUNK);
    if let Ok(envelopes) = reader.read(from, count) {
        return envelopes;
    }
    let mut envelopes = Vec::new();
    let mut position = from;
    while envelopes.len() < count {
        match reader.read(position, 1) {
            Ok(mut one) if !one.is_empty() => envelopes.append(&mut one),
            Ok(_) => break,
            Err(error) => {
                walk.fault(position, Fault::Medium(error.to_string()));
                walk.is_cut = true;
                break;
            }
        }
        position = position.next();
    }
    envelopes
}

/// The parts of the events in `positions`; where they do not read, those of every event that has them.
fn parts_held(
    reader: &dyn Reader,
    positions: Range<Position>,
    walk: &mut Walk,
) -> BTreeMap<Place, SealedPart> {
    let error = match reader.open_all(positions.clone()) {
        Ok(parts) => return parts.into_iter().collect(),
        Err(error) => error,
    };
    let mut held = BTreeMap::new();
    let mut is_named = false;
    // Beyond the last event there is no end to ask one by one for: at most as many as a chunk holds.
    for position in (positions.start.get()..positions.end.get()).take(CHUNK).map(Position::new) {
        match reader.open_all(position..position.next()) {
            Ok(parts) => held.extend(parts),
            Err(error) => {
                is_named = true;
                walk.fault(position, Fault::Medium(error.to_string()));
            }
        }
    }
    if !is_named {
        walk.fault(positions.start, Fault::Medium(error.to_string()));
    }
    held
}

struct Walk {
    frontier: Frontier,
    chain: ChainCheck,
    commands: Commands,
    references: References,
    conformity: Conformity,
    /// The latest instant so far, and the event that states it.
    last: (Timestamp, Position),
    /// An event that a later one contradicts: should the root differ, this may be the one that was changed.
    doubt: Option<Position>,
    /// Whether the envelopes stop reading before their end.
    is_cut: bool,
    report: Report,
}

impl Walk {
    fn new() -> Self {
        Self {
            frontier: Frontier::new(),
            chain: ChainCheck::of_ledger(),
            commands: Commands::default(),
            references: References::default(),
            conformity: Conformity::default(),
            last: (Timestamp(i64::MIN), Position::FIRST),
            doubt: None,
            is_cut: false,
            report: Report {
                log: None,
                head: TreeHead::empty(),
                streams: 0,
                commands: 0,
                faults: Vec::new(),
                fault_count: 0,
                parts: parts::PartCounts::default(),
                unknown_types: 0,
                against_the_rules: Vec::new(),
                against_count: 0,
            },
        }
    }

    /// Where the next event stands.
    fn next(&self) -> Position {
        self.frontier.size().next_position()
    }

    fn fault(&mut self, position: Position, fault: Fault) {
        self.report.fault_count += 1;
        if self.report.faults.len() < LISTED_MAX {
            self.report.faults.push(Found { position, fault });
        }
    }

    fn foreign(&mut self, held: &BTreeMap<Place, SealedPart>) {
        for place in held.keys() {
            self.fault(place.position, Fault::ForeignPart { place: *place });
        }
    }

    fn event(&mut self, bytes: &[u8], held: &mut BTreeMap<Place, SealedPart>) {
        let position = self.frontier.push(leaf_hash(bytes));
        let envelope = match decode(bytes) {
            Ok(envelope) => envelope,
            Err(error) => {
                // Nobody can say what these parts belong to: the one fault is the envelope's.
                held.retain(|place, _| place.position != position);
                return self.fault(position, Fault::Envelope { position, error });
            }
        };
        let mut faults = Vec::new();
        self.opening(position, &envelope, &mut faults);
        self.place(position, bytes, &envelope);
        if let Some(cut) = self.commands.follow(position, &envelope, &mut |fault| faults.push(fault)) {
            self.contradicted(cut);
        }
        self.report.commands += u64::from(envelope.intent.command_index == 0);
        self.facts(position, &envelope, &mut faults);
        let counts = &mut self.report.parts;
        let sound = parts::check(position, &envelope, held, counts, &mut |fault| faults.push(fault));
        let lists = lists(&envelope, &sound);
        self.references.follow(position, &envelope, &lists, &mut |fault| faults.push(fault));
        self.conform(bytes, &sound);
        for fault in faults {
            self.fault(position, fault);
        }
    }

    fn opening(&mut self, position: Position, envelope: &Envelope, faults: &mut Vec<Fault>) {
        let found = envelope.intent.log;
        match self.report.log {
            Some(expected) if expected != found => faults.push(Fault::Ledger { position, expected, found }),
            Some(_) => {}
            None => {
                let opens = envelope.intent.event_type == 0x0001;
                let derived = log_id(&envelope.intent.facts);
                if !opens {
                    faults.push(Fault::Opening(format!("its type is {:#06x}", envelope.intent.event_type)));
                } else if derived != found {
                    faults.push(Fault::Opening(format!("it names ledger {found}, its facts give {derived}")));
                }
                self.report.log = Some(found);
            }
        }
    }

    fn place(&mut self, position: Position, bytes: &[u8], envelope: &Envelope) {
        let (intent, sequence) = (&envelope.intent, &envelope.sequence);
        let link = match sequence.prev_position {
            Some(position) => Link::to(position, sequence.prev),
            None => Link::FIRST,
        };
        let event = ChainedEvent {
            position: sequence.position,
            stream: intent.stream.0,
            revision: sequence.revision,
            link,
            leaf_hash: leaf_hash(bytes),
        };
        if self.chain.tail(&event.stream).is_none() {
            self.stream_begins(position, envelope);
        }
        if let Err(error) = self.chain.follow(&event) {
            self.chain.resume(&event);
            self.fault(trusted_up_to(position, &error), error.into());
        }
        let (before, stated_by) = self.last;
        if sequence.recorded_at < before {
            self.contradicted(stated_by);
            self.fault(position, Fault::Time { position, before, found: sequence.recorded_at });
        }
        self.last = self.last.max((sequence.recorded_at, position));
    }

    /// Remembers the first event that a later one contradicts.
    fn contradicted(&mut self, position: Position) {
        self.doubt = Some(self.doubt.map_or(position, |doubt| doubt.min(position)));
    }

    /// Checks the name of a stream: it follows from the ledger or from the command that begins it.
    fn stream_begins(&mut self, position: Position, envelope: &Envelope) {
        let (intent, found) = (&envelope.intent, envelope.intent.stream);
        let instance = instance_stream(intent.log);
        let expected =
            if position == Position::FIRST { instance } else { stream_id(intent.log, intent.command) };
        if found != expected && found != instance {
            self.fault(position, Fault::Stream { position, expected, found });
        }
    }

    fn facts(&mut self, position: Position, envelope: &Envelope, faults: &mut Vec<Fault>) {
        let intent = &envelope.intent;
        let known = event_type(intent.event_type).is_some_and(|row| row.version == intent.schema);
        if !known {
            self.report.unknown_types += 1;
        } else if let Err(error) =
            Event::decode(intent.event_type, intent.schema, &intent.facts, &mut NoParts)
        {
            faults.push(Fault::Facts { position, error });
        }
    }

    fn conform(&mut self, bytes: &[u8], held: &BTreeMap<Place, SealedPart>) {
        let mut vault = |index: usize, _: &crate::envelope::PartCommitment| {
            let index = u8::try_from(index).unwrap_or(u8::MAX);
            let part = held.iter().find(|(place, _)| place.index == index);
            part.map_or(VaultPart::Absent(Absence::Lost), |(_, part)| VaultPart::Open {
                key: PartKey::new(*part.key),
                bytes: part.bytes.clone(),
            })
        };
        let Ok(recorded) = read(bytes, &mut vault) else { return };
        if let Some(refused) = self.conformity.follow(&recorded) {
            self.report.against_count += 1;
            if self.report.against_the_rules.len() < LISTED_MAX {
                self.report.against_the_rules.push(refused);
            }
        }
    }

    fn end(mut self, stated: TreeHead) -> Report {
        let head = self.frontier.head();
        // What follows from an envelope that does not read is said by that fault already.
        if !self.is_cut {
            if let Some((last, fault)) = self.commands.end() {
                self.contradicted(last);
                self.fault(self.next(), fault);
            }
            if head.size != stated.size {
                let position = head.size.min(stated.size).next_position();
                self.fault(position, Fault::Size { expected: stated.size, found: head.size });
            } else if head.root != stated.root {
                let fault = Fault::Root { size: head.size, expected: stated.root, found: head.root };
                self.fault(self.unvouched(), fault);
            }
            if head.size.is_empty() {
                self.fault(Position::FIRST, Fault::Opening("the ledger holds no event".into()));
            }
        }
        self.report.head = head;
        self.report.streams = self.chain.heads().iter().count();
        self.report.faults.sort_by_key(|found| found.position);
        self.report
    }

    /// Where a root that differs can begin: at the first other fault or the event that it contradicts, else at
    /// the first event to which no later one links. A stream rewritten with all its links leaves no earlier
    /// trace: only a head that somebody else keeps bounds that.
    fn unvouched(&self) -> Position {
        let faults = self.report.faults.iter().map(|found| found.position);
        faults.chain(self.doubt).min().or(self.chain.first_tail()).unwrap_or(Position::FIRST)
    }
}

/// The position from which a broken chain leaves doubt: where the event before in the stream hashes to
/// something else than its successor says, either may be the altered one, and the doubt begins at the first.
fn trusted_up_to(position: Position, error: &ChainError) -> Position {
    match error {
        ChainError::Link(broken) if broken.found.prev_position == broken.expected.prev_position => {
            position.min(broken.expected.prev_position)
        }
        ChainError::Link(_) | ChainError::Position { .. } | ChainError::Revision { .. } => position,
    }
}

/// The parts that hold long lists of references, by role.
fn lists<'a>(envelope: &Envelope, held: &'a BTreeMap<Place, SealedPart>) -> Vec<(u8, &'a SealedPart)> {
    let kinds = (LIST_PART_KIND..).zip(&envelope.intent.lists);
    kinds
        .filter_map(|(kind, list)| {
            let part = held.values().find(|part| part.kind == kind)?;
            Some((list.role, part))
        })
        .collect()
}
