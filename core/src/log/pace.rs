//! When the next checkpoint is due: a function of two instants and two sizes.
//!
//! `docs/format.md` (Checkpoints) states the pace. This module reads no clock and signs nothing.

use crate::ledger::TreeSize;
use crate::time::Timestamp;

/// How long a new event waits for its checkpoint at most, in milliseconds.
pub const LOADED_MS: i64 = 2_000;
/// How long the newest checkpoint stands alone where nothing happens, in milliseconds.
pub const IDLE_MS: i64 = 60_000;

/// Whether a ledger of `size` owes a checkpoint at `now`, given when the last was given out in this run and over what.
///
/// An idle ledger gives out the same checkpoint again, so that witnesses can say that they still see it. A clock that went
/// back brings a checkpoint rather than holding one up.
#[must_use]
pub fn due(last: Option<(Timestamp, TreeSize)>, now: Timestamp, size: TreeSize) -> bool {
    let Some((at, signed)) = last else { return !size.is_empty() };
    let waits = if size == signed { IDLE_MS } else { LOADED_MS };
    now < at || now >= at.plus_ms(waits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_due_after_two_seconds_with_new_events_and_after_a_minute_without() {
        let [old, new] = [7, 8].map(TreeSize::new);
        let at = Timestamp(1_000_000);
        let due_after = |ms, size| due(Some((at, old)), at.plus_ms(ms), size);
        assert!(!due_after(1_999, new) && due_after(2_000, new));
        assert!(!due_after(59_999, old) && due_after(60_000, old));
        assert!(due_after(-1, old), "a clock that went back holds nothing up");
        assert!(due(None, at, old));
        assert!(!due(None, at, TreeSize::EMPTY), "an empty ledger states nothing");
    }
}
