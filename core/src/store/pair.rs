//! A store made of any ledger and any vault: parts first, then envelopes.
//!
//! The contracts of `port.rs` define both halves and the whole. The order of the three steps is all there is:
//! a crash between them leaves orphan parts and requests, which the next opening sweeps. This module does
//! not know where either half lives.

use std::ops::Range;
use std::time::Duration;

use super::error::StoreError;
use super::group::{Group, Leaf, Place, Request, SealedPart};
use super::port::{Ledger, ReadLedger, ReadVault, Reader, Store, Vault};
use crate::ledger::{Position, TreeHead, TreeSize};

/// A ledger and a vault, written as one store.
#[derive(Debug)]
pub struct Pair<L, V> {
    ledger: L,
    vault: V,
    head: TreeHead,
}

impl<L: Ledger, V: Vault> Pair<L, V> {
    /// Joins `ledger` and `vault`, and drops from the vault what never reached the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the head cannot be read or the orphans cannot be dropped.
    pub fn join(ledger: L, mut vault: V) -> Result<Self, StoreError> {
        let head = ledger.head()?;
        vault.sweep(head.size)?;
        Ok(Self { ledger, vault, head })
    }
}

impl<L: Ledger, V: Vault> Store for Pair<L, V> {
    fn head(&self) -> TreeHead {
        self.head
    }

    fn commit(&mut self, expected: TreeSize, group: &Group) -> Result<TreeHead, StoreError> {
        if expected != self.head.size {
            return Err(StoreError::Conflict { expected, actual: self.head.size });
        }
        group.check(expected)?;
        self.vault.put(&placed_parts(expected, group))?;
        self.vault.remember(&group.requests)?;
        let leaves: Vec<&Leaf> = group.entries.iter().map(|entry| &entry.leaf).collect();
        self.head = self.ledger.append(expected, &leaves)?;
        Ok(self.head)
    }

    fn erase(&mut self, places: &[Place], positions: &[Position]) -> Result<(), StoreError> {
        self.vault.erase(places, positions)
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(PairReader::new(self.ledger.ledger_reader()?, self.vault.vault_reader()?)))
    }
}

/// Every part of `group` with its place, when the group begins at `expected`.
fn placed_parts(expected: TreeSize, group: &Group) -> Vec<(Place, &SealedPart)> {
    let mut placed = Vec::new();
    let mut position = expected.next_position();
    for entry in &group.entries {
        placed.extend(entry.parts.iter().map(|part| (Place { position, index: part.index }, part)));
        position = position.next();
    }
    placed
}

/// A reader of both halves.
pub struct PairReader {
    ledger: Box<dyn ReadLedger>,
    vault: Box<dyn ReadVault>,
}

impl PairReader {
    /// Reads envelopes from one place and parts from another.
    #[must_use]
    pub fn new(ledger: Box<dyn ReadLedger>, vault: Box<dyn ReadVault>) -> Self {
        Self { ledger, vault }
    }
}

impl std::fmt::Debug for PairReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairReader(…)")
    }
}

impl ReadLedger for PairReader {
    fn head(&self) -> Result<TreeHead, StoreError> {
        self.ledger.head()
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.ledger.read(from, count_max)
    }

    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
        self.ledger.follow(size, patience)
    }
}

impl ReadVault for PairReader {
    fn open(&self, place: Place, commitment: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        self.vault.open(place, commitment)
    }

    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        self.vault.open_all(positions)
    }

    fn recall(&self, position: Position) -> Result<Option<Request>, StoreError> {
        self.vault.recall(position)
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::store::{MemoryDisk, sample};

    /// A ledger that loses the race for every group.
    struct Late<L>(L);

    impl<L: ReadLedger> ReadLedger for Late<L> {
        fn head(&self) -> Result<TreeHead, StoreError> {
            self.0.head()
        }

        fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
            self.0.read(from, count_max)
        }

        fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
            self.0.follow(size, patience)
        }
    }

    impl<L: Ledger> Ledger for Late<L> {
        fn append(&mut self, expected: TreeSize, _: &[&Leaf]) -> Result<TreeHead, StoreError> {
            Err(StoreError::Conflict { expected, actual: expected.plus(1) })
        }

        fn ledger_reader(&self) -> Result<Box<dyn ReadLedger>, StoreError> {
            self.0.ledger_reader()
        }
    }

    #[test]
    fn parts_whose_envelopes_never_came_are_swept_at_the_next_opening() {
        let disk = MemoryDisk::default();
        let Pair { ledger, vault, .. } = disk.open().unwrap();
        let mut store = Pair::join(Late(ledger), vault).unwrap();
        let group = sample::group(TreeSize::EMPTY, 3);
        assert!(matches!(store.commit(TreeSize::EMPTY, &group), Err(StoreError::Conflict { .. })));
        assert_eq!(store.head(), TreeHead::empty());
        let all = || disk.reader().open_all(Position::FIRST..Position::new(9)).unwrap().len();
        assert_eq!(all(), 3, "the parts came first");
        drop(store);
        let store = disk.open().unwrap();
        assert_eq!(all(), 0);
        assert_eq!(disk.reader().recall(Position::FIRST).unwrap(), None);
        drop(store);
    }
}
