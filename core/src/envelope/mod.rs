//! The envelope: the canonical bytes of one event, which are the entry of the log and the leaf of the tree.
//!
//! `docs/format.md` (Envelope) is the law. The codec is strict: what decodes encodes to the same bytes, and
//! there is one way to write anything. This module knows the layout of facts, parts and references, not what
//! any event means.
//!
//! ```text
//!  Draft ──seal──▶ Sealed { intent, parts } ──sequence──▶ Envelope ──encode──▶ bytes ──SHA-256(0x00‖·)──▶ leaf
//!  (an event,       (named by its intent id)              (has a place)                                 hash
//!   not yet placed)
//! ```

mod actor;
mod commitment;
mod cursor;
mod decode;
mod encode;
mod facts;
mod identity;
mod recorded;
mod seal;

pub use actor::{actor_number, actor_role};
pub use commitment::{COMMIT_ALG_HMAC_SHA256, PartContext, PartKey, commit};
pub use decode::{EnvelopeError, decode, decode_intent};
pub use encode::{encode, intent_bytes};
pub use facts::{FACTS_BYTES_MAX, FactsError, check_canonical};
pub use identity::{command_id, instance_stream, intent_id, intent_signature_message, log_id, stream_id};
pub use recorded::{ReadError, Reading, Recorded, Refs, VaultPart, read, read_sound};
pub use seal::{Draft, Place, Reference, SealError, Sealed, SealedPart, Sealer, Sealing, seal};

use crate::event::code::Trust;
use crate::id::{CommandId, Commitment, IntentId, LogId, StreamId};
use crate::ledger::{Hash, Position, Revision};
use crate::time::{Claimed, Timestamp};

/// The longest envelope, in bytes; an entry bundle can hold 65,535.
pub const ENVELOPE_BYTES_MAX: usize = 8_192;
/// The most references that stand in the envelope itself; more go into lists.
pub const REFS_MAX: usize = 32;
/// The most lists of references.
pub const LISTS_MAX: usize = 4;
/// The most references in one list.
pub const LIST_REFS_MAX: u32 = 32_767;
/// The most parts.
pub const PARTS_MAX: usize = 15;
/// The kind of the part that holds the first list; list number i has kind 240 + i.
pub const LIST_PART_KIND: u8 = 240;
/// What an envelope begins with.
pub const MAGIC: &[u8; 11] = b"devenir/ev\0";
/// The version of the bytes: 0 is the draft.
pub const VERSION: u8 = 0;

/// One event, with its place in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// What was decided.
    pub intent: Intent,
    /// Who signed it, away from the server.
    pub signature: Signature,
    /// Where it stands.
    pub sequence: Sequence,
}

/// What was decided: everything but the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// How the event came to be recorded.
    pub trust: Trust,
    /// Flag bits 12 to 15, which a reader may ignore.
    pub ignorable: u8,
    /// The ledger.
    pub log: LogId,
    /// The stream.
    pub stream: StreamId,
    /// The event type's code.
    pub event_type: u16,
    /// The schema version of the facts.
    pub schema: u16,
    /// The class of who acted: the number of a [`Role`](crate::rules::Role).
    pub actor_class: u8,
    /// The command.
    pub command: CommandId,
    /// Its index in the command.
    pub command_index: u16,
    /// How many events the command has.
    pub command_count: u16,
    /// When it happened, as somebody claims.
    pub occurred: Claimed,
    /// Canonical JSON, at most [`FACTS_BYTES_MAX`] bytes.
    pub facts: Vec<u8>,
    /// References, strictly ascending.
    pub refs: Vec<(u8, IntentId)>,
    /// Long lists of references, roles strictly ascending.
    pub lists: Vec<RefList>,
    /// Commitments to parts, kinds strictly ascending.
    pub parts: Vec<PartCommitment>,
    /// Who signed, if somebody did.
    pub signer: Option<Signer>,
}

/// A long list of references: its ids are the structural part of kind 240 + its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefList {
    /// The role.
    pub role: u8,
    /// How many ids.
    pub count: u32,
    /// The RFC 6962 root with each id as the data of a leaf.
    pub root: Hash,
}

/// A commitment to one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartCommitment {
    /// The part's kind.
    pub kind: u8,
    /// How it is committed to; 0 is HMAC-SHA-256.
    pub alg: u8,
    /// The commitment.
    pub commitment: Commitment,
}

/// Who signs an intent, what they had seen, and until when it may be sequenced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    /// The key's id.
    pub key: Hash,
    /// The size of the ledger that the signer had seen.
    pub seen_size: u64,
    /// Its root.
    pub seen_root: Hash,
    /// After this instant the act may not be sequenced.
    pub expires_at: Timestamp,
}

/// A signature over the intent id: algorithm 0 with no bytes is unsigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// 0: none. 1: Ed25519.
    pub alg: u8,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// No signature: the operator vouches.
    pub const NONE: Self = Self { alg: 0, bytes: Vec::new() };
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequence {
    /// Its place in the ledger.
    pub position: Position,
    /// Its place in its stream.
    pub revision: Revision,
    /// The leaf hash of the stream's previous event; zero at revision 0.
    pub prev: Hash,
    /// The position of the stream's previous event; none at revision 0.
    pub prev_position: Option<Position>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

#[cfg(test)]
mod tests;
