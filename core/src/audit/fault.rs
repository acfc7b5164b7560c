//! What an audit can find wrong, each with the place where it starts.
//!
//! The messages follow `docs/format.md`: what was expected, what was found, where. This module checks nothing.

use crate::envelope::EnvelopeError;
use crate::event::EventError;
use crate::id::{CommandId, IntentId, LogId, StreamId};
use crate::ledger::chain::ChainError;
use crate::ledger::{Hash, Position, TreeHead, TreeSize};
use crate::signing::SignatureFault;
use crate::store::Place;
use crate::time::Timestamp;

/// Something wrong, and the position from which the record cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub position: Position,
    /// What.
    pub fault: Fault,
}

/// Something wrong with the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes are no envelope.
    #[error("the bytes of event {position} are not an envelope: {error}")]
    Envelope {
        /// Where.
        position: Position,
        /// Why.
        error: EnvelopeError,
    },
    /// Facts of a type that this software knows do not fit it.
    #[error("event {position}: {error}")]
    Facts {
        /// Where.
        position: Position,
        /// Why.
        error: EventError,
    },
    /// Event 0 does not open this ledger.
    #[error("event 0 does not open a ledger: {0}")]
    Opening(String),
    /// The event belongs to another ledger.
    #[error("event {position} belongs to ledger {found}, expected {expected}")]
    Ledger {
        /// Where.
        position: Position,
        /// The ledger of event 0.
        expected: LogId,
        /// The ledger that the event names.
        found: LogId,
    },
    /// A stream that is not named as its first event says.
    #[error("event {position} is the first of stream {found}, expected {expected}, which its command names")]
    Stream {
        /// Where.
        position: Position,
        /// The stream that follows from the ledger or from the command.
        expected: StreamId,
        /// The stream that the event names.
        found: StreamId,
    },
    /// A consultation's stream that does not begin with its registration.
    #[error(
        "event {position} begins stream {stream} with an event of type {kind:#06x}, expected 0x0101: a consultation begins with its registration"
    )]
    Unregistered {
        /// Where.
        position: Position,
        /// The stream.
        stream: StreamId,
        /// The type of its first event.
        kind: u16,
    },
    /// The chain of its stream is broken.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The heads of all streams are others than an event says.
    #[error(
        "event {position} states that the heads of {} streams have the root {}, but the events before it give {} streams and the root {}: an event before it was altered, left out or put in, or this one was altered",
        .found.size, .found.root, .expected.size, .expected.root
    )]
    Heads {
        /// Where.
        position: Position,
        /// What the events before it give.
        expected: TreeHead,
        /// What it states.
        found: TreeHead,
    },
    /// Time goes back.
    #[error("event {position} was recorded at {found}, before the event before it ({before})")]
    Time {
        /// Where.
        position: Position,
        /// The instant before.
        before: Timestamp,
        /// Its own.
        found: Timestamp,
    },
    /// A command is cut, interleaved, spread, or holds what is a command of its own.
    #[error(
        "event {position} is event {index} of {count} of command {command}, expected {expected}; a command is whole, contiguous, in one stream and recorded at one instant"
    )]
    Command {
        /// Where.
        position: Position,
        /// The command.
        command: CommandId,
        /// Its index in it.
        index: u16,
        /// How many events the command has.
        count: u16,
        /// What should stand here.
        expected: String,
    },
    /// The ledger ends inside a command.
    #[error(
        "the ledger ends inside command {command}: {missing} of its events are missing after event {position}"
    )]
    HalfCommand {
        /// The last event.
        position: Position,
        /// The command.
        command: CommandId,
        /// How many are missing.
        missing: u16,
    },
    /// The same command or intent twice.
    #[error("event {position} repeats {what} of event {first}")]
    Repeated {
        /// Where.
        position: Position,
        /// The first time.
        first: Position,
        /// What is repeated.
        what: &'static str,
    },
    /// A reference to nothing before it.
    #[error("event {position} refers to {id} as `{role}`, which is no earlier event of this ledger")]
    Reference {
        /// Where.
        position: Position,
        /// The role.
        role: &'static str,
        /// The id.
        id: IntentId,
    },
    /// A reference that does not fit its role.
    #[error(
        "event {position} refers to event {to} as `{role}`, which an event of type {kind:#06x} cannot be"
    )]
    Role {
        /// Where.
        position: Position,
        /// The role.
        role: &'static str,
        /// The event referred to.
        to: Position,
        /// Its type.
        kind: u16,
    },
    /// References that the type does not take.
    #[error("event {position} ({name}) has {found} references as `{role}`, which its type does not take")]
    Arity {
        /// Where.
        position: Position,
        /// The type.
        name: &'static str,
        /// The role.
        role: &'static str,
        /// How many.
        found: usize,
    },
    /// A part does not fit its commitment.
    #[error("{place} does not fit its commitment: the part or its key was changed")]
    Part {
        /// Which part.
        place: Place,
    },
    /// A part that no envelope names.
    #[error("the vault holds {place}, which no envelope names")]
    ForeignPart {
        /// Which part.
        place: Place,
    },
    /// An erasure names what no such act may take away.
    #[error(
        "event {position} erases parts of event {target} that it may not: a person's request erases personal parts only, a takedown texts of public acts"
    )]
    Erasure {
        /// Where.
        position: Position,
        /// The event whose parts it names.
        target: Position,
    },
    /// An erasure without a decision that grants it.
    #[error(
        "event {position} erases parts, and names no decision that grants it: one that answers a request, or that another person \
         countersigned"
    )]
    Undecided {
        /// Where.
        position: Position,
    },
    /// A part is erased twice.
    #[error(
        "event {position} erases parts of event {target} that an earlier event erased; a part is erased once in a ledger"
    )]
    ErasedTwice {
        /// Where.
        position: Position,
        /// The event whose parts it names.
        target: Position,
    },
    /// Parts are declared lost that there never were.
    #[error("event {position} says that parts of event {target} are lost that its envelope does not name")]
    Loss {
        /// Where.
        position: Position,
        /// The event whose parts it names.
        target: Position,
    },
    /// A ledger that does not succeed another as it says.
    #[error("event {position} says that this ledger succeeds another, but {why}")]
    Succession {
        /// Where.
        position: Position,
        /// What does not fit.
        why: String,
    },
    /// What was erased is still there.
    #[error(
        "{place} is still held, although event {act} erased it{}; start the server, which carries erasures out, or ask its operator", if *completed { " and the record says that it was deleted" } else { " long ago" }
    )]
    ErasedPresent {
        /// Which part.
        place: Place,
        /// The act that erased it.
        act: Position,
        /// Whether an event says that it was deleted.
        completed: bool,
    },
    /// A list of references does not fit its root.
    #[error("event {position}: the list of references in part kind {kind} does not fit its root")]
    List {
        /// Where.
        position: Position,
        /// The part's kind.
        kind: u8,
    },
    /// The tree differs from what the store states.
    #[error(
        "the root over {size} events is {found}, the store states {expected}; some envelope was changed, or the head was"
    )]
    Root {
        /// How many events.
        size: TreeSize,
        /// What the store states.
        expected: Hash,
        /// What the envelopes give.
        found: Hash,
    },
    /// Envelopes beyond the head.
    #[error("the store holds event {position}, which lies beyond the head that it states")]
    Beyond {
        /// Where.
        position: Position,
    },
    /// Fewer envelopes than the store states.
    #[error("the store states {expected} events and holds {found}")]
    Size {
        /// What the store states.
        expected: TreeSize,
        /// What it holds.
        found: TreeSize,
    },
    /// A signature does not count.
    #[error("event {position}: {fault}")]
    Signature {
        /// Where.
        position: Position,
        /// Why.
        fault: SignatureFault,
    },
    /// The medium does not read.
    #[error("the store does not read: {0}")]
    Medium(String),
}
