//! One event examined by itself: what its bytes, its name, its facts and its parts say, whatever stands before it.
//!
//! `docs/format.md` (What a verifier checks). Each event is examined once, on any core; what depends on the events
//! before it is for the walk.

use super::erasures::Shape;
use super::fault::Fault;
use super::parts::{self, PartCounts};
use super::references::arity;
use crate::envelope::{Envelope, LIST_PART_KIND, ReadError, Recorded, decode, intent_id, read_sound};
use crate::event::part::{PART_KINDS, is_personal};
use crate::event::{Absence, PartSource, event_type};
use crate::id::IntentId;
use crate::ledger::{Hash, Position, leaf_hash};
use crate::store::{Place, SealedPart};

/// The bytes of an event with the parts that a vault holds for it.
pub(super) struct Held {
    pub(super) position: Position,
    pub(super) bytes: Vec<u8>,
    pub(super) parts: Vec<(Place, SealedPart)>,
    /// The parts that whoever gave the event has and does not show: bit i is the i-th.
    pub(super) withheld: u16,
}

/// What an event says by itself.
pub(super) struct Examined {
    pub(super) position: Position,
    pub(super) leaf: Hash,
    /// None where the bytes are no envelope.
    pub(super) sound: Option<Box<Sound>>,
    pub(super) faults: Vec<Fault>,
}

/// An envelope that reads.
pub(super) struct Sound {
    pub(super) envelope: Envelope,
    pub(super) id: IntentId,
    pub(super) counts: PartCounts,
    pub(super) shape: Shape,
    /// Whether this software knows all that the envelope names: type, schema version, actor class, roles, kinds of parts.
    pub(super) is_known: bool,
    /// The structural parts that hold long lists of references, by role.
    pub(super) lists: Vec<(u8, SealedPart)>,
    /// The event as deciders read it, where the vocabulary knows it.
    pub(super) recorded: Option<Recorded>,
}

/// Examines an event.
pub(super) fn examine(held: Held) -> Examined {
    let Held { position, bytes, parts, withheld } = held;
    let leaf = leaf_hash(&bytes);
    match decode(&bytes) {
        Ok(envelope) => {
            let shape = Shape::of(&envelope, &parts, withheld);
            sound(position, leaf, envelope, shape, parts)
        }
        // Nobody can say what its parts belong to: the one fault is the envelope's.
        Err(error) => {
            let faults = vec![Fault::Envelope { position, error }];
            Examined { position, leaf, sound: None, faults }
        }
    }
}

fn sound(
    position: Position,
    leaf: Hash,
    envelope: Envelope,
    shape: Shape,
    mut held: Vec<(Place, SealedPart)>,
) -> Examined {
    let mut faults = Vec::new();
    let intent = &envelope.intent;
    let id = intent_id(intent);
    let mut counts = PartCounts::default();
    let mut fitting =
        parts::check(position, &envelope, &mut held, &mut counts, &mut |fault| faults.push(fault));
    faults.extend(held.iter().map(|(place, _)| Fault::ForeignPart { place: *place }));
    let mut is_known = event_type(intent.event_type).is_some_and(|row| row.version == intent.schema);
    let mut recorded = None;
    if is_known {
        match read_sound(&envelope, id, leaf, &mut Structural { envelope: &envelope, fitting: &fitting }) {
            Ok(read) => recorded = Some(read),
            Err(ReadError::Event(error)) => faults.push(Fault::Facts { position, error }),
            // Nobody here can say whether such an act counts: it is verified as bytes, and that is said.
            Err(ReadError::Actor(_) | ReadError::Role(_)) => is_known = false,
            // A list that is missing or does not fit is named with the parts; the envelope was decoded above.
            Err(ReadError::List { .. } | ReadError::Envelope(_)) => {}
        }
    }
    arity(position, &envelope, &mut |fault| faults.push(fault));
    is_known &= knows_parts(&envelope);
    let lists = lists(&envelope, &mut fitting);
    Examined {
        position,
        leaf,
        // It is handed from thread to thread, and is large.
        sound: Some(Box::new(Sound { envelope, id, counts, shape, is_known, lists, recorded })),
        faults,
    }
}

/// Whether every part is of a kind that this software knows.
fn knows_parts(envelope: &Envelope) -> bool {
    let lists = usize::from(LIST_PART_KIND)..usize::from(LIST_PART_KIND) + envelope.intent.lists.len();
    let knows = |kind: u8| PART_KINDS.iter().any(|(known, _)| *known == kind);
    envelope.intent.parts.iter().all(|part| knows(part.kind) || lists.contains(&usize::from(part.kind)))
}

/// The parts that deciders may read: those of a person are withheld from them, here as everywhere.
struct Structural<'a> {
    envelope: &'a Envelope,
    fitting: &'a [(Place, SealedPart)],
}

impl PartSource for Structural<'_> {
    fn part(&mut self, kind: u8) -> Result<Vec<u8>, Absence> {
        if !self.envelope.intent.parts.iter().any(|part| part.kind == kind) {
            return Err(Absence::NotInSource);
        }
        if is_personal(kind) {
            return Err(Absence::Withheld);
        }
        let found = self.fitting.iter().find(|(_, part)| part.kind == kind);
        found.map(|(_, part)| part.bytes.clone()).ok_or(Absence::Lost)
    }
}

fn lists(envelope: &Envelope, fitting: &mut Vec<(Place, SealedPart)>) -> Vec<(u8, SealedPart)> {
    let kinds = (LIST_PART_KIND..).zip(&envelope.intent.lists);
    kinds
        .filter_map(|(kind, list)| {
            let at = fitting.iter().position(|(_, part)| part.kind == kind)?;
            Some((list.role, fitting.swap_remove(at).1))
        })
        .collect()
}
