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
use crate::envelope::{Envelope, LIST_PART_KIND, PartKey, VaultPart, decode, log_id, read};
use crate::event::{Absence, Event, NoParts, event_type};
use crate::ledger::chain::{ChainCheck, ChainedEvent, Link};
use crate::ledger::{Frontier, Position, TreeHead, leaf_hash};
use crate::store::{Place, Reader, SealedPart, StoreError};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// How many events are read at once.
const CHUNK: usize = 1_024;

/// Audits everything that a reader gives.
///
/// # Errors
/// [`StoreError`] where the medium does not answer at all; what it answers wrongly is in the report.
pub fn audit(reader: &dyn Reader) -> Result<Report, StoreError> {
    let stated = reader.head()?;
    let mut walk = Walk::new();
    loop {
        let from = Position::new(walk.frontier.size().get());
        let envelopes = match reader.read(from, CHUNK) {
            Ok(envelopes) => envelopes,
            Err(error) => {
                walk.fault(from, Fault::Medium(error.to_string()));
                break;
            }
        };
        if envelopes.is_empty() {
            break;
        }
        let end = Position::new(from.get().saturating_add(envelopes.len() as u64));
        let mut held = match reader.open_all(from..end) {
            Ok(parts) => parts.into_iter().collect(),
            Err(error) => {
                walk.fault(from, Fault::Medium(error.to_string()));
                BTreeMap::new()
            }
        };
        for bytes in &envelopes {
            walk.event(bytes, &mut held);
        }
        for place in held.keys() {
            walk.fault(place.position, Fault::ForeignPart { place: *place });
        }
    }
    Ok(walk.end(stated))
}

struct Walk {
    frontier: Frontier,
    chain: ChainCheck,
    commands: Commands,
    references: References,
    conformity: Conformity,
    last: Timestamp,
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
            last: Timestamp(i64::MIN),
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

    fn fault(&mut self, position: Position, fault: Fault) {
        self.report.fault_count += 1;
        if self.report.faults.len() < LISTED_MAX {
            self.report.faults.push(Found { position, fault });
        }
    }

    fn event(&mut self, bytes: &[u8], held: &mut BTreeMap<Place, SealedPart>) {
        let position = self.frontier.push(leaf_hash(bytes));
        let envelope = match decode(bytes) {
            Ok(envelope) => envelope,
            Err(error) => return self.fault(position, Fault::Envelope { position, error }),
        };
        let mut faults = Vec::new();
        self.opening(position, &envelope, &mut faults);
        self.place(bytes, &envelope, &mut faults);
        self.commands.follow(&envelope, &mut |fault| faults.push(fault));
        self.report.commands += u64::from(envelope.intent.command_index == 0);
        self.facts(position, &envelope, &mut faults);
        let of_this: BTreeMap<Place, SealedPart> = held
            .range(Place { position, index: 0 }..=Place { position, index: u8::MAX })
            .map(|(place, part)| (*place, part.clone()))
            .collect();
        let lists = lists(&envelope, &of_this);
        self.references.follow(&envelope, &lists, &mut |fault| faults.push(fault));
        parts::check(&envelope, held, &mut self.report.parts, &mut |fault| faults.push(fault));
        self.conform(bytes, &of_this);
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

    fn place(&mut self, bytes: &[u8], envelope: &Envelope, faults: &mut Vec<Fault>) {
        let sequence = &envelope.sequence;
        let link = match sequence.prev_position {
            Some(position) => Link::to(position, sequence.prev),
            None => Link::FIRST,
        };
        let event = ChainedEvent {
            position: sequence.position,
            stream: envelope.intent.stream.0,
            revision: sequence.revision,
            link,
            leaf_hash: leaf_hash(bytes),
        };
        if let Err(error) = self.chain.follow(&event) {
            faults.push(error.into());
        }
        if sequence.recorded_at < self.last {
            let (before, found) = (self.last, sequence.recorded_at);
            faults.push(Fault::Time { position: sequence.position, before, found });
        }
        self.last = self.last.max(sequence.recorded_at);
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
        let last = Position::new(head.size.get().saturating_sub(1));
        if let Some(fault) = self.commands.end() {
            self.fault(last, fault);
        }
        if head.size != stated.size {
            self.fault(last, Fault::Size { expected: stated.size, found: head.size });
        } else if head.root != stated.root {
            self.fault(last, Fault::Root { size: head.size, expected: stated.root, found: head.root });
        }
        if head.size.is_empty() {
            self.fault(last, Fault::Opening("the ledger holds no event".into()));
        }
        self.report.head = head;
        self.report.streams = self.chain.heads().iter().count();
        self.report.faults.sort_by_key(|found| found.position);
        self.report
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
