//! What was recorded around a size: the last event before it, and the first after it, with their instants.
//!
//! `docs/format.md` (What a verifier checks) says what follows where witnesses had seen that size. Of an excerpt it is what
//! the excerpt holds. This module knows no checkpoint and judges nothing.

use crate::ledger::{Position, TreeSize};
use crate::time::Timestamp;

/// An event and when it says that it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// Where it stands.
    pub position: Position,
    /// The instant that it states.
    pub recorded_at: Timestamp,
}

/// What stands on either side of a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    /// The size.
    pub size: TreeSize,
    /// Of the events that it covers, that with the latest instant; the last one where time does not go back.
    pub latest_before: Option<Dated>,
    /// Of those that came after, that with the earliest instant.
    pub earliest_after: Option<Dated>,
}

impl Around {
    /// Nothing yet, around each of these sizes.
    pub(super) fn sizes(sizes: &[TreeSize]) -> Vec<Self> {
        sizes.iter().map(|&size| Self { size, latest_before: None, earliest_after: None }).collect()
    }

    /// Takes the next event in.
    pub(super) fn follow(&mut self, position: Position, recorded_at: Timestamp) {
        let dated = Dated { position, recorded_at };
        if position.is_within(self.size) {
            let later = self.latest_before.is_none_or(|known| known.recorded_at < recorded_at);
            self.latest_before = if later { Some(dated) } else { self.latest_before };
        } else {
            let earlier = self.earliest_after.is_none_or(|known| recorded_at < known.recorded_at);
            self.earliest_after = if earlier { Some(dated) } else { self.earliest_after };
        }
    }
}
