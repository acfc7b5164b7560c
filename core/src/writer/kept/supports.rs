//! How much live support each subject has: the one thing about a subject that every vote changes.
//!
//! `docs/design.md` (Views). It is kept apart from the subjects' rows, which votes would otherwise write again and
//! again all over the file; the file gets the new counts one after the other, and the last one holds. This module
//! knows no file.

use crate::id::IntentId;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Counts that the file may hold more than twice over before it is written anew.
const SPARE: usize = 1 << 16;

/// The support of subjects; none is zero.
#[derive(Debug, Default)]
pub(super) struct Supports {
    counts: HashMap<IntentId, u64>,
    changed: BTreeSet<IntentId>,
    /// How many counts the file holds, with those that no longer hold.
    written: usize,
}

/// What the file lacks.
pub(super) struct Lacking {
    /// Whether the file is to forget what it holds.
    pub(super) anew: bool,
    /// The counts to add to it.
    pub(super) counts: Vec<(IntentId, u64)>,
}

impl Supports {
    /// The support of a subject.
    pub(super) fn get(&self, id: IntentId) -> u64 {
        self.counts.get(&id).copied().unwrap_or(0)
    }

    /// Takes in what the file holds, in its order.
    pub(super) fn load(&mut self, id: IntentId, count: u64) {
        self.counts.insert(id, count);
        self.written += 1;
    }

    /// A subject has this support.
    pub(super) fn put(&mut self, id: IntentId, count: u64) {
        if self.get(id) != count {
            self.counts.insert(id, count);
            self.changed.insert(id);
        }
    }

    /// How many counts the file lacks.
    pub(super) fn changed_count(&self) -> usize {
        self.changed.len()
    }

    /// What the file lacks: what changed, or everything, where most of what it holds no longer holds.
    pub(super) fn lacking(&self) -> Lacking {
        let anew = self.written + self.changed.len() > 2 * self.counts.len() + SPARE;
        let counts = if anew {
            let all: BTreeMap<_, _> = self.counts.iter().map(|(id, count)| (*id, *count)).collect();
            all.into_iter().collect()
        } else {
            self.changed.iter().map(|id| (*id, self.get(*id))).collect()
        };
        Lacking { anew, counts }
    }

    /// The file has it all.
    pub(super) fn written(&mut self) {
        let Lacking { anew, counts } = self.lacking();
        self.written = if anew { counts.len() } else { self.written + counts.len() };
        self.changed.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> IntentId {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        IntentId(bytes)
    }

    #[test]
    fn only_what_changed_is_lacking() {
        let mut supports = Supports::default();
        supports.put(id(1), 3);
        supports.put(id(2), 0);
        assert_eq!(supports.lacking().counts, [(id(1), 3)]);
        supports.written();
        supports.put(id(1), 3);
        assert_eq!(supports.lacking().counts, []);
        supports.put(id(1), 0);
        assert_eq!(supports.lacking().counts, [(id(1), 0)]);
    }

    #[test]
    fn the_file_stays_in_proportion_to_what_there_is_and_the_last_count_holds() {
        let mut supports = Supports::default();
        let mut file: Vec<(IntentId, u64)> = Vec::new();
        for round in 1..=300 {
            for n in 0..1_000 {
                supports.put(id(n), round);
            }
            let Lacking { anew, counts } = supports.lacking();
            if anew {
                file.clear();
            }
            file.extend(counts);
            supports.written();
            assert!(file.len() <= 2 * 1_000 + SPARE, "{}", file.len());
        }
        let mut read = Supports::default();
        for (id, count) in file {
            read.load(id, count);
        }
        assert!((0..1_000).all(|n| read.get(id(n)) == 300));
    }
}
