//! What is asked of the writer, and what it answers.
//!
//! `docs/design.md` (Commands): a command is the list of events that it would record, with the key under which
//! asking again is the same asking. Who may ask was settled at the door; this module knows no credential.

use super::promiser::GroupPromise;
use super::token::AuthorToken;
use crate::consultation::Rejection;
use crate::envelope::{Draft, SealError};
use crate::event::code::Trust;
use crate::id::{CommandId, IntentId, StreamId};
use crate::ledger::{Hash, Position, Revision};
use crate::signing::SignatureFault;
use crate::store::StoreError;
use crate::time::Timestamp;

/// The door that a command comes through: it alone says how far its facts are to be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The namespace of idempotency keys, fixed at a credential's grant: `admin`, `import`.
    pub namespace: String,
    /// How the events come to be recorded.
    pub trust: Trust,
}

/// Where a command's events go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The instance itself.
    Instance,
    /// A consultation that the command registers.
    NewConsultation,
    /// A consultation in the record.
    Consultation(StreamId),
}

/// A request to record something, which may be refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The door.
    pub door: Door,
    /// The client's idempotency key, at most 65,535 bytes.
    pub key: Vec<u8>,
    /// The request as the client wrote it, to tell a repetition from another request under the same key.
    pub request: Vec<u8>,
    /// The stream.
    pub target: Target,
    /// The events, in order.
    pub drafts: Vec<Draft>,
}

/// What the caller keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The command.
    pub command: CommandId,
    /// The stream.
    pub stream: StreamId,
    /// Its events, in order.
    pub events: Vec<EventReceipt>,
    /// Whether the command had been recorded before.
    pub replayed: bool,
    /// What vouches for the places.
    pub standing: Standing,
}

/// What vouches for the places that a receipt states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The command was recorded now: the ledger promises the places.
    Promised(GroupPromise),
    /// The command was recorded before, and promises are not kept: whoever lacks the first receipt asks the log for
    /// inclusion proofs at the positions of the events.
    InLog,
}

impl Standing {
    /// The promise, if this receipt carries one.
    #[must_use]
    pub const fn promise(&self) -> Option<&GroupPromise> {
        match self {
            Self::Promised(promise) => Some(promise),
            Self::InLog => None,
        }
    }
}

/// What the caller keeps of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventReceipt {
    /// Its place in the ledger.
    pub position: Position,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its name.
    pub id: IntentId,
    /// The hash of its envelope.
    pub leaf: Hash,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The number that it was given, where it opens something that people refer to.
    pub number: Option<u32>,
    /// For what somebody submitted here: what lets its author act on it later. The same whenever it is asked for.
    pub token: Option<AuthorToken>,
}

/// Why nothing was written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    /// The rules or the state of the record say no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// It does not fit the format.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The same key came with another request.
    #[error(
        "this idempotency key was used for another request (command {command}); use a new key for a new request"
    )]
    IdempotencyConflict {
        /// The command that has the key.
        command: CommandId,
    },
    /// The clock went back.
    #[error(
        "the clock shows {now}, but the last event was recorded at {last}; set the clock right, nothing is recorded until then"
    )]
    ClockBehind {
        /// What the clock shows.
        now: Timestamp,
        /// The last event's instant.
        last: Timestamp,
    },
    /// The signature of a signed act does not count.
    #[error("the signature does not count: {0}")]
    Signature(SignatureFault),
    /// What would be recorded is not what was signed.
    #[error(
        "what would be recorded now ({found}) is not what was signed ({signed}): it is of another ledger, another idempotency \
         key, or the record has moved on since; prepare the act anew"
    )]
    NotAsSigned {
        /// The act that was signed.
        signed: IntentId,
        /// The act as it would be sealed now.
        found: IntentId,
    },
    /// Several events cannot be signed as one.
    #[error("an act that is signed is one event, this one is {0}")]
    NotOneEvent(usize),
    /// The store did not take the group.
    #[error("{0}")]
    Store(std::sync::Arc<StoreError>),
    /// The system gave no randomness.
    #[error("no random bytes to seal with: {0}")]
    Random(String),
    /// The writer ended.
    #[error("the writer has stopped; start the server again")]
    Stopped,
}
