//! Earlier states of consultations, folded on demand and kept for a while.
//!
//! `docs/design.md` (Trail) decides what "as of" means; [`history`](devenir_projections::history) folds. A state is
//! kept only as long as the record does not grow: what may not be read any more is taken from it when it is folded.
//! This module answers no question.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use devenir_core::id::StreamId;
use devenir_core::ledger::TreeSize;
use devenir_projections::Reading;

/// States kept when nobody asks: each is as large as the views of its consultation.
const KEPT_MAX: usize = 4;

/// Which state it is: of which consultation, when the record held how many events, folded when it held how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastKey {
    /// The consultation.
    pub stream: StreamId,
    /// How many events the record held then.
    pub size: TreeSize,
    /// How many it held when the state was folded.
    pub seen_from: TreeSize,
}

/// The states that were folded last.
#[derive(Debug, Default)]
pub struct Pasts(Mutex<VecDeque<(PastKey, Reading)>>);

impl Pasts {
    /// A state, for one question at a time.
    pub fn take(&self, key: PastKey) -> Option<Reading> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| *known == key)?;
        kept.remove(at).map(|(_, reading)| reading)
    }

    /// Forgets every state: one of them may hold what was erased since.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes a state back; the one that was asked for longest ago leaves.
    pub fn keep(&self, key: PastKey, reading: Reading) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| known.seen_from >= key.seen_from);
        kept.push_back((key, reading));
        while kept.len() > KEPT_MAX {
            kept.pop_front();
        }
    }
}
