//! What can be wrong with a record beside what its audit finds: against checkpoints, proofs, or its own manifest.
//!
//! `docs/verify.md` says which verdict follows. Each message says what was expected, what was found, and where; this
//! module checks nothing.

use crate::audit::{Dated, Verdict};
use crate::bundle::BundleError;
use crate::id::{LogId, StreamId};
use crate::ledger::{CheckpointError, Hash, InclusionError, Position, TreeSize};
use crate::store::Place;
use crate::time::Timestamp;

/// Something wrong that is no fault of an event.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It is damaged.
    #[error("{0}")]
    Damaged(String),
    /// Something that belongs to it is not here.
    #[error("{0}")]
    Lacks(String),
    /// It has not the form of a bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A record of a part that does not exist.
    #[error("the bundle has a record of {0}, whose envelope names no such part")]
    Stray(Place),
    /// The manifest names another ledger than event 0.
    #[error("manifest.json names the ledger {stated} ({origin}), but event 0 opens {found} ({found_origin})")]
    Ledger {
        /// What the manifest says.
        stated: LogId,
        /// The name that it gives.
        origin: String,
        /// What event 0 gives.
        found: LogId,
        /// The name in event 0.
        found_origin: String,
    },
    /// The checkpoint of a bundle is of another tree than its manifest.
    #[error(
        "the checkpoint is of {found} events, the manifest of {stated}, or their roots differ: one of them was put in from elsewhere"
    )]
    Manifest {
        /// The manifest's size.
        stated: TreeSize,
        /// The checkpoint's size.
        found: TreeSize,
    },
    /// A checkpoint with another root than the events give.
    #[error(
        "the ledger signed {size} events with the root {expected}; the events here give {found}: some event before {size} was changed, left out or put in since it was signed"
    )]
    Root {
        /// Over how many events.
        size: TreeSize,
        /// What was signed.
        expected: Hash,
        /// What the events give.
        found: Hash,
    },
    /// Fewer events than were signed for.
    #[error(
        "the ledger signed for {signed} events, and only {found} are here: the events from {found} on are missing"
    )]
    Behind {
        /// What was signed.
        signed: TreeSize,
        /// How many there are.
        found: TreeSize,
    },
    /// Fewer events than the store acknowledged.
    #[error(
        "the store acknowledged {acknowledged} events, and only {found} are here: the events from {found} on are missing"
    )]
    Forgotten {
        /// What was acknowledged.
        acknowledged: TreeSize,
        /// How many there are.
        found: TreeSize,
    },
    /// Other events than the store acknowledged.
    #[error(
        "the store acknowledged {size} events with the root {expected}; the events here give {found}: some event before {size} was changed since"
    )]
    Acknowledged {
        /// Over how many events.
        size: TreeSize,
        /// What was acknowledged.
        expected: Hash,
        /// What the events give.
        found: Hash,
    },
    /// The checkpoint is none that the policy believes.
    #[error("the checkpoint is not one of the ledger of your policy: {0}")]
    NotOfThePolicy(String),
    /// The checkpoint is not signed by the key that the record states.
    #[error("the checkpoint is not signed by the key that the record itself states for it: {0}")]
    NotOfTheLedger(CheckpointError),
    /// The checkpoint is signed by a key of this ledger that does not sign over so many events.
    #[error("{0}: whoever has a key that was replaced can sign with it; do not believe this checkpoint")]
    OtherTerm(CheckpointError),
    /// The older checkpoint and this record do not go together.
    #[error(
        "at {size} events, your checkpoint states the root {expected}, and this record {found}: you were shown another history"
    )]
    Seen {
        /// Over how many events.
        size: TreeSize,
        /// What the reader holds.
        expected: Hash,
        /// What is here.
        found: Hash,
    },
    /// The older checkpoint is of another ledger.
    #[error("your checkpoint is of {seen}; this is {found}")]
    SeenElsewhere {
        /// Its origin.
        seen: String,
        /// The origin here.
        found: String,
    },
    /// An event that is older by its own word than witnesses allow.
    #[error(
        "event {} says that it was recorded at {}, but by {seen_at} enough of your witnesses had cosigned the ledger at {size} events, without it: it was dated back, or their clocks are wrong", event.position, event.recorded_at
    )]
    DatedBack {
        /// The event, with what it states.
        event: Dated,
        /// The size of the checkpoint that does not hold it.
        size: TreeSize,
        /// By when a quorum had cosigned that checkpoint, long after the event's instant.
        seen_at: Timestamp,
    },
    /// An event that is younger by its own word than witnesses allow.
    #[error(
        "event {} says that it was recorded at {}, but enough of your witnesses had seen it by {seen_at}, in the ledger at {size} events: it was dated ahead, or their clocks are wrong", event.position, event.recorded_at
    )]
    DatedAhead {
        /// The event, with what it states.
        event: Dated,
        /// The size of the checkpoint that holds it.
        size: TreeSize,
        /// By when a quorum had cosigned that checkpoint.
        seen_at: Timestamp,
    },
    /// A proof of a consultation's bundle does not hold.
    #[error("proofs.json, `{what}`: {error}")]
    Proof {
        /// Which.
        what: &'static str,
        /// Why.
        error: InclusionError,
    },
    /// The consultation begins elsewhere.
    #[error("proofs.json says that the consultation's {what} event is {stated}; here it is {found}")]
    Place {
        /// Which event.
        what: &'static str,
        /// What the proofs say.
        stated: Position,
        /// What the bundle has.
        found: Position,
    },
    /// Events are missing at the consultation's end.
    #[error(
        "the consultation's last event is {stated}; the last one here is {found}: what lies between is missing"
    )]
    Short {
        /// Where its last event stands.
        stated: Position,
        /// Where the last one here stands.
        found: Position,
    },
    /// The consultation has no event here.
    #[error("there is no event of the consultation {0} in the bundle")]
    Nothing(StreamId),
    /// The heads event is missing.
    #[error(
        "the heads event at {0}, up to which the bundle says that it is complete, is not its last event: events are missing or were put in"
    )]
    NoHeads(Position),
    /// An event that does not belong.
    #[error(
        "event {position} belongs to stream {stream}, which is neither the consultation nor the instance: it was put in"
    )]
    Foreign {
        /// Where.
        position: Position,
        /// Its stream.
        stream: StreamId,
    },
    /// The consultation does not end as the heads event says.
    #[error(
        "the heads event does not say that the consultation has {count} events and ends with {last}: it is of another day, or events were left out or put in ({error})"
    )]
    Heads {
        /// How many events there are here.
        count: u64,
        /// The leaf hash of the last.
        last: Hash,
        /// What the proof gives.
        error: InclusionError,
    },
}

impl Problem {
    /// The verdict that follows.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Unreadable(_) | Self::Bundle(_) => Verdict::Unreadable,
            Self::Lacks(_)
            | Self::Behind { .. }
            | Self::Forgotten { .. }
            | Self::Short { .. }
            | Self::NoHeads(_)
            | Self::Nothing(_) => Verdict::Incomplete,
            Self::Seen { .. } | Self::SeenElsewhere { .. } => Verdict::Divergent,
            Self::Damaged(_)
            | Self::Stray(_)
            | Self::Ledger { .. }
            | Self::Manifest { .. }
            | Self::Root { .. }
            | Self::Acknowledged { .. }
            | Self::NotOfThePolicy(_)
            | Self::NotOfTheLedger(_)
            | Self::OtherTerm(_)
            | Self::DatedBack { .. }
            | Self::DatedAhead { .. }
            | Self::Proof { .. }
            | Self::Place { .. }
            | Self::Foreign { .. }
            | Self::Heads { .. } => Verdict::Altered,
        }
    }
}
