//! What a guarantor is told: a record or a bundle audited, held against checkpoints, and one verdict.
//!
//! `docs/verify.md` fixes the verdicts and says what each shows and what not; `docs/format.md` (What a verifier checks) numbers
//! the checks. A policy and an older checkpoint come from whoever verifies, never from what is verified. This module
//! knows no clock, no network and no writer.

mod anchor;
mod bundle;
mod bundled;
mod problem;
mod receipt;
mod record;
mod say;
mod to_json;

pub use anchor::{Anchoring, Evidence};
pub use bundle::verify_bundle;
pub use problem::Problem;
pub use receipt::{Checked, verify_promise, verify_receipt};
pub use record::verify_record;

use crate::audit::{Report, Verdict};
use crate::id::StreamId;
use crate::ledger::{Note, Policy, Position, TreeHead};
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
    /// Parts that exist and are not shown here.
    pub withheld: u64,
    /// Who vouches for the tree.
    pub anchoring: Anchoring,
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
            withheld: 0,
            anchoring: Anchoring::Nobody,
            evidence: None,
        }
    }

    /// The verdict: the gravest of what was found, else how far somebody outside vouches for it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let found = self.problems.iter().map(Problem::verdict).chain(self.audited());
        let gravest = found.max_by_key(|verdict| gravity(*verdict));
        let known = self.report.as_ref().is_some_and(|report| report.unknown_types == 0);
        match gravest {
            Some(verdict) if verdict != Verdict::SelfConsistent => verdict,
            Some(_) | None if self.anchoring.is_enough() && known => Verdict::Anchored,
            Some(_) | None => Verdict::SelfConsistent,
        }
    }

    /// The audit's own verdict, where what is withheld is not missing.
    fn audited(&self) -> Option<Verdict> {
        let report = self.report.as_ref()?;
        let excused =
            report.fault_count == 0 && report.parts.taken_down == 0 && report.parts.missing <= self.withheld;
        Some(if excused { Verdict::SelfConsistent } else { report.verdict() })
    }

    /// Parts that are missing without an explanation.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.report.as_ref().map_or(0, |report| report.parts.missing.saturating_sub(self.withheld))
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
