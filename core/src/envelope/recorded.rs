//! Reading the record: from an envelope and what the vault still holds to an event with its place.
//!
//! `docs/format.md` (Reading) is the law: a part counts as open only if it fits its commitment. Views,
//! deciders and the auditor all read through here. This module knows no store and judges nothing.

use super::actor::actor_role;
use super::commitment::{PartContext, PartKey, commit};
use super::seal::ref_list;
use super::{Envelope, EnvelopeError, LIST_PART_KIND, PartCommitment, Signer, decode, intent_id};
use crate::event::code::Trust;
use crate::event::{Absence, Event, EventError, PartSource, RefRole};
use crate::id::{CommandId, IntentId, LogId, StreamId};
use crate::ledger::{Hash, Position, Revision, leaf_hash};
use crate::rules::Role;
use crate::time::{Claimed, Timestamp};

/// An event as it stands in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its place in the ledger.
    pub position: Position,
    /// Its place in its stream.
    pub revision: Revision,
    /// The ledger.
    pub log: LogId,
    /// The stream.
    pub stream: StreamId,
    /// Its name.
    pub id: IntentId,
    /// The hash of its envelope.
    pub leaf: Hash,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it happened, as somebody claims.
    pub occurred: Claimed,
    /// How it came to be recorded.
    pub trust: Trust,
    /// The class of who acted.
    pub actor: Role,
    /// The command.
    pub command: CommandId,
    /// Its index in the command.
    pub command_index: u16,
    /// How many events the command has.
    pub command_count: u16,
    /// What it refers to.
    pub refs: Refs,
    /// Who signed it away from the server, if somebody did.
    pub signer: Option<Signer>,
    /// What happened.
    pub event: Event,
}

/// The references of an event, ascending by role and id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refs(Vec<(RefRole, IntentId)>);

impl Refs {
    /// Takes references in any order.
    #[must_use]
    pub fn new(mut refs: Vec<(RefRole, IntentId)>) -> Self {
        refs.sort_unstable();
        Self(refs)
    }

    /// The first reference in a role.
    #[must_use]
    pub fn one(&self, role: RefRole) -> Option<IntentId> {
        self.all(role).next()
    }

    /// Every reference in a role.
    pub fn all(&self, role: RefRole) -> impl Iterator<Item = IntentId> + '_ {
        self.0.iter().filter(move |(other, _)| *other == role).map(|(_, id)| *id)
    }

    /// Adds a reference where the role has none yet.
    pub fn complete(&mut self, role: RefRole, id: IntentId) {
        if self.one(role).is_none() {
            self.0.push((role, id));
            self.0.sort_unstable();
        }
    }

    /// Every reference.
    pub fn iter(&self) -> impl Iterator<Item = (RefRole, IntentId)> + '_ {
        self.0.iter().copied()
    }
}

/// What a vault answers for a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultPart {
    /// The part, with the key under which it was committed to.
    Open {
        /// The key.
        key: PartKey,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// There is none.
    Absent(Absence),
}

/// Why an envelope does not read as an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are not an envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The facts are not an event of this software's vocabulary.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The class of who acted is unknown.
    #[error("actor class {0} is not one that this software knows")]
    Actor(u8),
    /// A role of a reference is unknown.
    #[error("reference role {0} is not one that this software knows")]
    Role(u8),
    /// A list of references cannot be read: its structural part is gone or does not fit its root.
    #[error(
        "the list of references of role {role} cannot be read: its part of kind {kind} is missing or does not fit"
    )]
    List {
        /// The role's number.
        role: u8,
        /// The part's kind.
        kind: u8,
    },
}

/// How an envelope's parts are fetched: by index among its parts.
pub type Reading<'a> = &'a mut dyn FnMut(usize, &PartCommitment) -> VaultPart;

/// Reads an envelope's bytes as an event, opening its parts through `vault`.
///
/// A part that does not fit its commitment reads as lost: never as open.
///
/// # Errors
/// [`ReadError`] where the bytes are no envelope, or the vocabulary does not know what they hold.
pub fn read(bytes: &[u8], vault: Reading<'_>) -> Result<Recorded, ReadError> {
    let envelope = decode(bytes)?;
    let id = intent_id(&envelope.intent);
    read_sound(&envelope, id, leaf_hash(bytes), &mut Opened { envelope: &envelope, vault })
}

/// Reads an envelope whose name and leaf are known, with parts that are known to fit their commitments.
///
/// # Errors
/// As [`read`], but for the envelope's own.
pub fn read_sound(
    envelope: &Envelope,
    id: IntentId,
    leaf: Hash,
    parts: &mut dyn PartSource,
) -> Result<Recorded, ReadError> {
    let intent = &envelope.intent;
    let event = Event::decode(intent.event_type, intent.schema, &intent.facts, parts)?;
    let refs = refs(envelope, parts)?;
    let actor = actor_role(intent.actor_class).ok_or(ReadError::Actor(intent.actor_class))?;
    Ok(Recorded {
        position: envelope.sequence.position,
        revision: envelope.sequence.revision,
        log: intent.log,
        stream: intent.stream,
        id,
        leaf,
        recorded_at: envelope.sequence.recorded_at,
        occurred: intent.occurred,
        trust: intent.trust,
        actor,
        command: intent.command,
        command_index: intent.command_index,
        command_count: intent.command_count,
        refs,
        signer: intent.signer,
        event,
    })
}

struct Opened<'e, 'v> {
    envelope: &'e Envelope,
    vault: Reading<'v>,
}

impl PartSource for Opened<'_, '_> {
    fn part(&mut self, kind: u8) -> Result<Vec<u8>, Absence> {
        let intent = &self.envelope.intent;
        let committed = intent.parts.iter().enumerate().find(|(_, part)| part.kind == kind);
        let (index, part) = committed.ok_or(Absence::NotInSource)?;
        match (self.vault)(index, part) {
            VaultPart::Absent(absence) => Err(absence),
            VaultPart::Open { key, bytes } => {
                let (event_type, schema) = (intent.event_type, intent.schema);
                let context =
                    PartContext { log: intent.log, stream: intent.stream, event_type, schema, kind };
                if commit(&key, &context, &bytes) == part.commitment { Ok(bytes) } else { Err(Absence::Lost) }
            }
        }
    }
}

fn refs(envelope: &Envelope, parts: &mut dyn PartSource) -> Result<Refs, ReadError> {
    let role = |number: u8| RefRole::from_number(number).ok_or(ReadError::Role(number));
    let mut refs = Vec::with_capacity(envelope.intent.refs.len());
    for (number, id) in &envelope.intent.refs {
        refs.push((role(*number)?, *id));
    }
    for (kind, list) in (LIST_PART_KIND..).zip(&envelope.intent.lists) {
        let unreadable = ReadError::List { role: list.role, kind };
        let bytes = parts.part(kind).map_err(|_| unreadable.clone())?;
        let (chunks, rest) = bytes.as_chunks::<{ IntentId::LEN }>();
        let ids: Vec<IntentId> = chunks.iter().map(|id| IntentId(*id)).collect();
        let ascending = ids.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !rest.is_empty() || !ascending || ref_list(list.role, &ids) != *list {
            return Err(unreadable);
        }
        let role = role(list.role)?;
        refs.extend(ids.into_iter().map(|id| (role, id)));
    }
    Ok(Refs::new(refs))
}
