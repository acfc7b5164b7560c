//! The clock of a story: it shows, for each act handed to the writer, the instant of that act.
//!
//! Many acts are under way at once and each must be recorded at its own instant, so the instants wait in the order
//! of the acts and the writer, which asks once an act, draws them one by one. `docs/design.md` (The demonstration)
//! allows this in an empty store marked as a demonstration only; the loader checks every receipt against it.

use devenir_core::time::Timestamp;
use devenir_core::writer::Clock;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// A clock whose next instants are known.
#[derive(Debug)]
pub struct StoryClock(Mutex<Shown>);

#[derive(Debug)]
struct Shown {
    now: Timestamp,
    next: VecDeque<Timestamp>,
}

impl StoryClock {
    /// A clock that shows `at` until the first act.
    #[must_use]
    pub const fn new(at: Timestamp) -> Self {
        Self(Mutex::new(Shown { now: at, next: VecDeque::new() }))
    }

    /// Says which instant to show once the ones said before were shown.
    pub(super) fn then(&self, at: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next.push_back(at);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = shown.next.pop_front() {
            shown.now = next;
        }
        shown.now
    }
}
