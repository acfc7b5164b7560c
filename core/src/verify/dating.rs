//! Whether the instants at which events say that they were recorded fit those at which witnesses had seen the ledger.
//!
//! `docs/format.md` (What a verifier checks): what a quorum had seen was recorded before, and what it had not seen,
//! after; two minutes on either side are for clocks and for the term in which a checkpoint covers an event. This module knows
//! no clock of its own: with one checkpoint it bounds one side of each event, with two both.

use super::problem::Problem;
use crate::audit::{Around, Dated};
use crate::ledger::{Evaluation, Quorum, TreeSize};
use crate::time::Timestamp;

/// How far the ledger's instants may lie on the wrong side of those of a quorum: as long as a promise gives a checkpoint to
/// cover an event.
const TERM_MS: i64 = 120_000;

/// Holds what was recorded around the size of a cosigned checkpoint against the instants of its witnesses.
#[must_use]
pub fn misdated(evaluation: &Evaluation, around: &[Around]) -> Vec<Problem> {
    let size = evaluation.checkpoint().head.size;
    let Some(around) = around.iter().find(|around| around.size == size) else { return Vec::new() };
    let ahead = around.latest_before.and_then(|it| ahead(evaluation, size, it));
    ahead.into_iter().chain(around.earliest_after.and_then(|it| back(evaluation, size, it))).collect()
}

/// An event that a quorum had seen before it says that it was recorded.
fn ahead(evaluation: &Evaluation, size: TreeSize, event: Dated) -> Option<Problem> {
    let latest = event.recorded_at.plus_ms(-TERM_MS);
    let Quorum::Reached { since_s } = evaluation.quorum_before(latest.0) else { return None };
    Some(Problem::DatedAhead { event, size, seen_at: seconds(since_s) })
}

/// An event that a quorum had not seen long after it says that it was recorded.
fn back(evaluation: &Evaluation, size: TreeSize, event: Dated) -> Option<Problem> {
    let earliest = event.recorded_at.plus_ms(TERM_MS);
    let Quorum::Reached { since_s } = evaluation.quorum_after(earliest.0) else { return None };
    Some(Problem::DatedBack { event, size, seen_at: seconds(since_s) })
}

fn seconds(since_s: u64) -> Timestamp {
    Timestamp(i64::try_from(since_s).unwrap_or(i64::MAX).saturating_mul(1000))
}
