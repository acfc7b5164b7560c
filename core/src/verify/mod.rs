//! What a guarantor is told: a record or a bundle audited, held against checkpoints, and one verdict.
//!
//! `docs/verify.md` fixes the verdicts and says what each shows and what not; `docs/format.md` (What a verifier checks) numbers
//! the checks. A policy and an older checkpoint come from whoever verifies, never from what is verified. This module
//! knows no clock, no network and no writer.

mod anchor;
mod bundle;
mod bundled;
mod dating;
mod evidence;
mod problem;
mod receipt;
mod record;
mod say;
mod to_json;

pub use anchor::Anchoring;
pub use bundle::verify_bundle;
pub use dating::misdated;
pub use evidence::Evidence;
pub use problem::Problem;
pub use receipt::{Checked, verify_promise, verify_receipt};
pub use record::{Beside, verify_record};

use crate::audit::{Report, Verdict};
use crate::id::StreamId;
use crate::ledger::{Note, Policy, Position, TreeHead, TreeSize};
use crate::time::Timestamp;

/// What whoever verifies brings along.
#[derive(Debug, Default)]
pub struct Asked {
    /// Whose signatures they believe.
    pub policy: Option<Policy>,
    /// A checkpoint that they kept from before.
    pub seen: Option<Note>,
    /// Whether the record is read where it has no parts: then nothing is said of them, nor of what rules decide by them.
    pub envelopes_only: bool,
    /// The present, which says how long what was erased is still held; none: that of the last event.
    pub now: Option<Timestamp>,
}

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A whole ledger, where it lies.
    Record,
    /// The log of a whole ledger: envelopes without their parts, so that nothing that follows from parts was looked at.
    Log,
    /// A bundle of a whole ledger.
    All,
    /// A bundle of one consultation.
    Consultation {
        /// Its stream.
        stream: StreamId,
        /// Up to where it is complete.
        heads: Position,
    },
}

/// What verifying gave.
#[derive(Debug)]
pub struct Verified {
    /// What was verified; none where it could not be read so far.
    pub scope: Option<Scope>,
    /// The tree to which it was held.
    pub head: TreeHead,
    /// What the audit found; none where nothing could be read.
    pub report: Option<Report>,
    /// What is wrong beside that.
    pub problems: Vec<Problem>,
    /// Who vouches for the tree, as far as their checkpoint goes.
    pub anchoring: Anchoring,
    /// The size of the older checkpoint, where this does not show whether it goes on from it.
    pub uncompared: Option<TreeSize>,
    /// Whether event 0 says that the record is invented.
    pub is_demonstration: bool,
    /// Two notes that contradict each other.
    pub evidence: Option<Evidence>,
}

impl Verified {
    /// What cannot be read as anything.
    #[must_use]
    pub fn unreadable(why: String) -> Self {
        Self::failed(Problem::Unreadable(why))
    }

    /// What is damaged so that no audit was possible.
    #[must_use]
    pub fn damaged(why: String) -> Self {
        Self::failed(Problem::Damaged(why))
    }

    fn failed(problem: Problem) -> Self {
        Self {
            scope: None,
            head: TreeHead::empty(),
            report: None,
            problems: vec![problem],
            anchoring: Anchoring::Nobody,
            uncompared: None,
            is_demonstration: false,
            evidence: None,
        }
    }

    /// The verdict: the gravest of what was found, else how far somebody outside vouches for it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let audited = self.report.as_ref().map(Report::verdict);
        let found = self.problems.iter().map(Problem::verdict).chain(audited);
        let gravest = found.max_by_key(|verdict| gravity(*verdict));
        let known = self.report.as_ref().is_some_and(|report| report.unknown_types == 0);
        match gravest {
            Some(verdict) if verdict != Verdict::SelfConsistent => verdict,
            Some(_) | None if self.is_vouched_for() && known => Verdict::Anchored,
            Some(_) | None => Verdict::SelfConsistent,
        }
    }

    /// Whether those vouch for all of it whom the reader asked for.
    pub(crate) fn is_vouched_for(&self) -> bool {
        self.anchoring.is_enough() && self.anchoring.size() == Some(self.head.size)
    }

    /// The first event that came after the checkpoint; none where the checkpoint covers all of them, or there is none.
    fn uncovered(&self) -> Option<Position> {
        self.anchoring.size().filter(|size| *size < self.head.size).map(TreeSize::next_position)
    }

    /// Parts that whoever gave this copy says they have, and did not show.
    #[must_use]
    pub fn withheld(&self) -> u64 {
        self.report.as_ref().map_or(0, |report| report.parts.withheld)
    }

    /// Parts that are missing without an explanation.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.report.as_ref().map_or(0, |report| report.parts.missing)
    }
}

/// Which verdict is said where several would be right.
const fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Anchored => 0,
        Verdict::SelfConsistent => 1,
        Verdict::Incomplete => 2,
        Verdict::Divergent => 3,
        Verdict::Altered => 4,
        Verdict::Unreadable => 5,
    }
}

#[cfg(test)]
mod tests;
