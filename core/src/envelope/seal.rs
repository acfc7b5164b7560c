//! Sealing: from what was decided to what is named for ever.
//!
//! `docs/format.md` (Sealing) is the law: references to events of the same command become intent ids, long
//! lists of references become structural parts, each part gets a key of its own and a commitment. This module
//! draws no key itself and gives no place: sequencing does, once the group is known.

use super::actor::actor_number;
use super::commitment::{COMMIT_ALG_HMAC_SHA256, PartContext, PartKey, commit};
use super::encode::NO_TIME;
use super::facts::{FACTS_BYTES_MAX, FactsError, check_canonical};
use super::recorded::{Recorded, Refs};
use super::{
    ENVELOPE_BYTES_MAX, Envelope, Intent, LIST_PART_KIND, LIST_REFS_MAX, LISTS_MAX, PARTS_MAX,
    PartCommitment, REFS_MAX, RefList, Sequence, Signature, Signer, encode, intent_id,
};
use crate::event::code::Trust;
use crate::event::part::PART_BYTES_MAX;
use crate::event::{Event, RefRole};
use crate::id::{CommandId, Commitment, IntentId, LogId, StreamId};
use crate::ledger::{Frontier, Hash, Signature as KeySignature};
use crate::rules::Role;
use crate::time::Claimed;

/// An event that was decided and has neither name nor place.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What happened.
    pub event: Event,
    /// What it refers to.
    pub refs: Vec<(RefRole, Reference)>,
    /// When it happened, as somebody claims.
    pub occurred: Claimed,
    /// The class of who acted.
    pub actor: Role,
}

/// A reference of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// To an event already recorded.
    Recorded(IntentId),
    /// To an event of the same command, by its index.
    Own(u16),
    /// To the first event of an earlier command of the same caller; the writer resolves it.
    Command(CommandId),
}

/// What all events of one command share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The ledger.
    pub log: LogId,
    /// The stream.
    pub stream: StreamId,
    /// The command.
    pub command: CommandId,
    /// How its events come to be recorded.
    pub trust: Trust,
}

/// A part with its key and commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPart {
    /// The kind.
    pub kind: u8,
    /// The key.
    pub key: PartKey,
    /// The commitment.
    pub commitment: Commitment,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// An event that has its name for ever, and no place yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// The intent.
    pub intent: Intent,
    /// Its id.
    pub id: IntentId,
    /// The event.
    pub event: Event,
    /// Its references.
    pub refs: Refs,
    /// Its parts, kinds ascending.
    pub parts: Vec<SealedPart>,
    /// Who signed it, if somebody did.
    pub signature: Signature,
}

impl Sealed {
    /// The bytes of the envelope at a place.
    #[must_use]
    pub fn sequenced(&self, sequence: Sequence) -> Vec<u8> {
        // Encoding borrows nothing from the sealed intent, so the clone is of the envelope's own small fields.
        encode(&Envelope { intent: self.intent.clone(), signature: self.signature.clone(), sequence })
    }

    /// The same act, to be signed by `signer`: it gets another name, which is what the signature is over.
    ///
    /// # Errors
    /// [`SealError::Envelope`] where the signer's lines no longer fit.
    pub fn for_signer(mut self, signer: Signer) -> Result<Self, SealError> {
        self.intent.signer = Some(signer);
        let found = super::intent_bytes(&self.intent).len() + SEQUENCE_BYTES + KeySignature::LEN;
        if found > ENVELOPE_BYTES_MAX {
            return Err(SealError::Envelope { name: self.event.event_type().name, found });
        }
        Ok(Self { id: intent_id(&self.intent), ..self })
    }

    /// The event as it will stand in the record at a place, where `leaf` is the hash of its envelope.
    #[must_use]
    pub fn recorded(self, sequence: Sequence, leaf: Hash, actor: Role) -> Recorded {
        Recorded {
            position: sequence.position,
            revision: sequence.revision,
            log: self.intent.log,
            stream: self.intent.stream,
            id: self.id,
            leaf,
            recorded_at: sequence.recorded_at,
            occurred: self.intent.occurred,
            trust: self.intent.trust,
            actor,
            command: self.intent.command,
            command_index: self.intent.command_index,
            command_count: self.intent.command_count,
            refs: self.refs,
            signer: self.intent.signer,
            event: self.event,
        }
    }
}

/// Why something decided cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Facts too long.
    #[error(
        "the facts of {name} have {found} bytes; at most {FACTS_BYTES_MAX} fit; put lists and texts into parts"
    )]
    Facts {
        /// The type.
        name: &'static str,
        /// How many bytes.
        found: usize,
    },
    /// Facts that would not read back: a number beyond 2^53 - 1, or a text that facts do not hold.
    #[error("the facts of {name} do not fit the format: {reason}")]
    FactsForm {
        /// The type.
        name: &'static str,
        /// Where they leave the form.
        reason: FactsError,
    },
    /// A claimed instant that the format keeps to say that there is none.
    #[error(
        "{name} claims to have happened at the earliest instant of all, which says that nobody knows when"
    )]
    Instant {
        /// The type.
        name: &'static str,
    },
    /// A part too long.
    #[error(
        "the part of kind {kind} of {name} has {found} bytes; at most {PART_BYTES_MAX} fit; shorten the text or attach it as a file"
    )]
    Part {
        /// The type.
        name: &'static str,
        /// The part's kind.
        kind: u8,
        /// How many bytes.
        found: usize,
    },
    /// Too many parts or lists.
    #[error(
        "{name} brings {parts} parts and {lists} lists of references; at most {PARTS_MAX} and {LISTS_MAX} fit"
    )]
    Many {
        /// The type.
        name: &'static str,
        /// How many parts.
        parts: usize,
        /// How many lists.
        lists: usize,
    },
    /// Too many references of a role.
    #[error("{name} refers to {found} events as `{role}`; at most {LIST_REFS_MAX} fit in one act; split it")]
    List {
        /// The type.
        name: &'static str,
        /// The role.
        role: &'static str,
        /// How many.
        found: usize,
    },
    /// A reference within the command points at itself or forward.
    #[error("{name} at index {index} of its command refers to index {to}; references point backwards only")]
    Forward {
        /// The type.
        name: &'static str,
        /// Its own index.
        index: usize,
        /// The index it refers to.
        to: u16,
    },
    /// A reference to a command that is not recorded.
    #[error(
        "{name} refers as `{role}` to command {command}, which is not recorded: it was refused, or never asked for"
    )]
    Unresolved {
        /// The type.
        name: &'static str,
        /// The role.
        role: &'static str,
        /// The command.
        command: CommandId,
    },
    /// The same reference twice.
    #[error("{name} refers to {id} twice as `{role}`")]
    Twice {
        /// The type.
        name: &'static str,
        /// The role.
        role: &'static str,
        /// The event.
        id: IntentId,
    },
    /// References that the type does not take.
    #[error("{name} takes other references as `{role}` than the {found} given")]
    Arity {
        /// The type.
        name: &'static str,
        /// The role.
        role: &'static str,
        /// How many were given.
        found: usize,
    },
    /// A command without events, or with more than its counters hold.
    #[error("a command has 1 to 65535 events, found {0}")]
    Command(usize),
    /// The envelope is too long.
    #[error("the envelope of {name} has {found} bytes; at most {ENVELOPE_BYTES_MAX} fit")]
    Envelope {
        /// The type.
        name: &'static str,
        /// How many bytes.
        found: usize,
    },
}

/// Where the keys of parts come from: 32 random bytes at each call.
pub trait Sealing {
    /// A new key.
    fn part_key(&mut self) -> PartKey;
}

impl<F: FnMut() -> PartKey> Sealing for F {
    fn part_key(&mut self) -> PartKey {
        self()
    }
}

/// Seals the events of one command, in order.
///
/// # Errors
/// [`SealError`] where something does not fit the format; nothing is half sealed.
pub fn seal(place: Place, drafts: Vec<Draft>, keys: &mut dyn Sealing) -> Result<Vec<Sealed>, SealError> {
    let mut sealer = Sealer::new(place, drafts.len())?;
    for draft in drafts {
        let refs = sealer.resolve(&draft)?;
        sealer.seal(draft.event, refs, draft.occurred, draft.actor, keys)?;
    }
    Ok(sealer.into_sealed())
}

/// Seals a command event by event, so that each can be decided on with the ones before it.
#[derive(Debug)]
pub struct Sealer {
    place: Place,
    count: u16,
    sealed: Vec<Sealed>,
}

impl Sealer {
    /// A command of `count` events.
    ///
    /// # Errors
    /// [`SealError::Command`] where a command cannot have so many.
    pub fn new(place: Place, count: usize) -> Result<Self, SealError> {
        let admitted =
            u16::try_from(count).ok().filter(|count| *count > 0).ok_or(SealError::Command(count))?;
        Ok(Self { place, count: admitted, sealed: Vec::with_capacity(count) })
    }

    /// The references of the next draft, with those to its own command resolved.
    ///
    /// # Errors
    /// [`SealError`] where a reference points forward or stands twice.
    pub fn resolve(&self, draft: &Draft) -> Result<Refs, SealError> {
        let index = u16::try_from(self.sealed.len()).unwrap_or(u16::MAX);
        resolve(draft.event.event_type().name, index, &draft.refs, &self.sealed).map(Refs::new)
    }

    /// Seals the next event.
    ///
    /// # Errors
    /// [`SealError`] where something does not fit the format.
    pub fn seal(
        &mut self,
        event: Event,
        refs: Refs,
        occurred: Claimed,
        actor: Role,
        keys: &mut dyn Sealing,
    ) -> Result<&Sealed, SealError> {
        let index = u16::try_from(self.sealed.len()).unwrap_or(u16::MAX);
        let next = Next { index, count: self.count, event, refs, occurred, actor };
        self.sealed.push(seal_one(self.place, next, keys)?);
        self.sealed.last().ok_or(SealError::Command(0))
    }

    /// Puts a signature under the event sealed last.
    ///
    /// # Errors
    /// [`SealError`] where nothing was sealed, or the signer's lines no longer fit.
    pub fn sign_last(&mut self, signer: Signer, signature: Signature) -> Result<&Sealed, SealError> {
        let sealed = self.sealed.pop().ok_or(SealError::Command(0))?.for_signer(signer)?;
        self.sealed.push(Sealed { signature, ..sealed });
        self.sealed.last().ok_or(SealError::Command(0))
    }

    /// What was sealed, in order.
    #[must_use]
    pub fn into_sealed(self) -> Vec<Sealed> {
        self.sealed
    }
}

/// An event about to be sealed, its references resolved.
struct Next {
    index: u16,
    count: u16,
    event: Event,
    refs: Refs,
    occurred: Claimed,
    actor: Role,
}

fn seal_one(place: Place, next: Next, keys: &mut dyn Sealing) -> Result<Sealed, SealError> {
    let Next { index, count, event, refs, occurred, actor } = next;
    let row = event.event_type();
    let name = row.name;
    let refs: Vec<(RefRole, IntentId)> = refs.iter().collect();
    check_arity(row, &refs)?;
    let facts = event.facts_bytes();
    if facts.len() > FACTS_BYTES_MAX {
        return Err(SealError::Facts { name, found: facts.len() });
    }
    // What is sealed must read back: serde knows larger integers than every reader of JSON keeps exact.
    check_canonical(&facts).map_err(|reason| SealError::FactsForm { name, reason })?;
    if occurred.at().is_some_and(|at| at.0 == NO_TIME) {
        return Err(SealError::Instant { name });
    }
    let (single, lists) = split_lists(name, &refs)?;
    let mut contents = event.part_bytes();
    let mut ref_lists = Vec::with_capacity(lists.len());
    for (number, (role, ids)) in (LIST_PART_KIND..).zip(&lists) {
        ref_lists.push(ref_list(*role, ids));
        contents.push((number, ids.iter().flat_map(|id| id.0).collect()));
    }
    if contents.len() > PARTS_MAX || ref_lists.len() > LISTS_MAX {
        return Err(SealError::Many { name, parts: contents.len(), lists: ref_lists.len() });
    }
    let parts = contents
        .into_iter()
        .map(|(kind, bytes)| seal_part(place, row.code, row.version, name, kind, bytes, keys))
        .collect::<Result<Vec<_>, _>>()?;
    let intent = Intent {
        trust: place.trust,
        ignorable: 0,
        log: place.log,
        stream: place.stream,
        event_type: row.code,
        schema: row.version,
        actor_class: actor_number(actor),
        command: place.command,
        command_index: index,
        command_count: count,
        occurred,
        facts,
        refs: single,
        lists: ref_lists,
        parts: parts.iter().map(commitment_of).collect(),
        signer: None,
    };
    let found = super::intent_bytes(&intent).len() + SEQUENCE_BYTES;
    if found > ENVELOPE_BYTES_MAX {
        return Err(SealError::Envelope { name, found });
    }
    let signature = Signature::NONE;
    Ok(Sealed { id: intent_id(&intent), intent, event, refs: Refs::new(refs), parts, signature })
}

/// What follows the intent of an unsigned event: algorithm, length, position, revision, prev, prev_position,
/// recorded_at.
const SEQUENCE_BYTES: usize = 1 + 2 + 8 + 8 + 32 + 8 + 8;

const fn commitment_of(part: &SealedPart) -> PartCommitment {
    PartCommitment { kind: part.kind, alg: COMMIT_ALG_HMAC_SHA256, commitment: part.commitment }
}

fn resolve(
    name: &'static str,
    index: u16,
    refs: &[(RefRole, Reference)],
    earlier: &[Sealed],
) -> Result<Vec<(RefRole, IntentId)>, SealError> {
    let mut resolved = Vec::with_capacity(refs.len());
    for (role, reference) in refs {
        let id = match *reference {
            Reference::Recorded(id) => id,
            Reference::Own(to) => earlier
                .get(usize::from(to))
                .map(|event| event.id)
                .ok_or(SealError::Forward { name, index: usize::from(index), to })?,
            Reference::Command(command) => {
                return Err(SealError::Unresolved { name, role: role.name(), command });
            }
        };
        resolved.push((*role, id));
    }
    resolved.sort_unstable();
    for pair in resolved.windows(2) {
        if let [first, second] = pair
            && first == second
        {
            return Err(SealError::Twice { name, role: first.0.name(), id: first.1 });
        }
    }
    Ok(resolved)
}

fn check_arity(row: &'static crate::event::EventType, refs: &[(RefRole, IntentId)]) -> Result<(), SealError> {
    for role in RefRole::ALL {
        let found = refs.iter().filter(|(other, _)| other == role).count();
        let admitted = match row.refs.iter().find(|rule| rule.role == *role) {
            Some(rule) => rule.arity.admits(found),
            None => found == 0,
        };
        if !admitted {
            return Err(SealError::Arity { name: row.name, role: role.name(), found });
        }
    }
    Ok(())
}

type Single = Vec<(u8, IntentId)>;
type Lists = Vec<(u8, Vec<IntentId>)>;

/// Moves the role with most references into a list until the rest fits in the envelope.
fn split_lists(name: &'static str, refs: &[(RefRole, IntentId)]) -> Result<(Single, Lists), SealError> {
    let mut single: Single = refs.iter().map(|(role, id)| (role.number(), *id)).collect();
    let mut lists: Lists = Vec::new();
    while single.len() > REFS_MAX {
        let (role, _) = RefRole::ALL
            .iter()
            .map(|role| (role.number(), single.iter().filter(|(other, _)| *other == role.number()).count()))
            // The first of the largest, so that one set of references has one form.
            .fold((0, 0), |largest, next| if next.1 > largest.1 { next } else { largest });
        let ids: Vec<IntentId> =
            single.iter().filter(|(other, _)| *other == role).map(|(_, id)| *id).collect();
        if ids.len() > LIST_REFS_MAX as usize {
            let role = RefRole::from_number(role).map_or("", RefRole::name);
            return Err(SealError::List { name, role, found: ids.len() });
        }
        single.retain(|(other, _)| *other != role);
        lists.push((role, ids));
    }
    lists.sort_unstable_by_key(|(role, _)| *role);
    Ok((single, lists))
}

/// The entry of a list: its root is RFC 6962 with each id as the data of a leaf.
pub(super) fn ref_list(role: u8, ids: &[IntentId]) -> RefList {
    let mut tree = Frontier::default();
    for id in ids {
        tree.push_leaf(id.as_bytes());
    }
    RefList { role, count: u32::try_from(ids.len()).unwrap_or(u32::MAX), root: tree.root() }
}

fn seal_part(
    place: Place,
    event_type: u16,
    schema: u16,
    name: &'static str,
    kind: u8,
    bytes: Vec<u8>,
    keys: &mut dyn Sealing,
) -> Result<SealedPart, SealError> {
    // The longest list is 32,767 ids of 32 bytes: just below the longest part.
    if bytes.len() > PART_BYTES_MAX {
        return Err(SealError::Part { name, kind, found: bytes.len() });
    }
    let key = keys.part_key();
    let context = PartContext { log: place.log, stream: place.stream, event_type, schema, kind };
    Ok(SealedPart { kind, commitment: commit(&key, &context, &bytes), key, bytes })
}
