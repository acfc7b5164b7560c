//! What an audit found, and the verdict that follows.
//!
//! `docs/verify.md` fixes the verdicts and their exit codes. Without a cosigned checkpoint the best verdict is
//! "self-consistent only": a record rewritten as a whole agrees with itself too.

use super::around::Around;
use super::conformity::AgainstTheRules;
use super::erasures::TakenDown;
use super::fault::Found;
use super::parts::PartCounts;
use super::signed::SignedCounts;
use super::succession::Succession;
use crate::id::LogId;
use crate::ledger::{ConsistencyProof, Heads, LogKeys, Position, TreeHead};

/// The most faults and refusals that a report lists; all are counted.
pub(super) const LISTED_MAX: usize = 100;

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The ledger, once event 0 was read.
    pub log: Option<LogId>,
    /// The head that the envelopes give.
    pub head: TreeHead,
    /// The roots at the sizes that were asked for, as far as the record reaches.
    pub roots: Vec<TreeHead>,
    /// What was recorded around those sizes.
    pub around: Vec<Around>,
    /// That the larger of two trees begins with the smaller, where it was asked for and the record reaches so far.
    pub begins: Option<ConsistencyProof>,
    /// How far every stream goes.
    pub heads: Heads,
    /// How many streams there are.
    pub streams: usize,
    /// The keys that sign the ledger's checkpoints, one after the other; none where event 0 states none that is admitted.
    pub checkpoint_keys: Option<LogKeys>,
    /// Those of its promises; none where the ledger states none.
    pub promise_keys: Option<LogKeys>,
    /// How many commands.
    pub commands: u64,
    /// What is wrong, in order of position; at most 100.
    pub faults: Vec<Found>,
    /// How many things are wrong.
    pub fault_count: u64,
    /// The states of the parts.
    pub parts: PartCounts,
    /// The texts of public acts that two people took down, in the order of the decisions.
    pub takedowns: Vec<TakenDown>,
    /// Who vouches for the acts.
    pub signed: SignedCounts,
    /// The ledger in whose place this one was opened.
    pub succession: Option<Succession>,
    /// Events of which this software does not know the type, its schema version, the actor class, a role or a kind of part.
    pub unknown_types: u64,
    /// Native events that the rules refuse; at most 100.
    pub against_the_rules: Vec<AgainstTheRules>,
    /// How many there are.
    pub against_count: u64,
}

/// What can be said of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Those whom the reader trusts have seen it as it is here.
    Anchored,
    /// Nobody outside has seen it; it agrees with itself.
    SelfConsistent,
    /// It cannot be read.
    Unreadable,
    /// Parts are missing: without an event that says why, taken down by two people, or declared lost.
    Incomplete,
    /// The ledger signed two histories.
    Divergent,
    /// Something was changed.
    Altered,
}

impl Verdict {
    /// The exit code of `devenir verify`.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Anchored => 0,
            Self::Unreadable => 3,
            Self::SelfConsistent => 4,
            Self::Altered => 10,
            Self::Divergent => 11,
            Self::Incomplete => 12,
        }
    }

    /// The verdict's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anchored => "anchored",
            Self::Unreadable => "unreadable",
            Self::SelfConsistent => "self-consistent only",
            Self::Altered => "altered",
            Self::Divergent => "divergent",
            Self::Incomplete => "incomplete",
        }
    }
}

impl Report {
    /// The verdict.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        if self.fault_count > 0 {
            return Verdict::Altered;
        }
        if self.parts.missing > 0 || self.parts.taken_down > 0 || self.parts.lost > 0 {
            return Verdict::Incomplete;
        }
        Verdict::SelfConsistent
    }

    /// The first position that cannot be trusted: that of the first fault or missing part.
    #[must_use]
    pub fn first_bad(&self) -> Option<Position> {
        let fault = self.first_fault().map(|found| found.position);
        [fault, self.parts.first_missing].into_iter().flatten().min()
    }

    /// The first thing that is wrong.
    #[must_use]
    pub fn first_fault(&self) -> Option<&Found> {
        self.faults.first()
    }
}
