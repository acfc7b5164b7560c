//! The keys of one ledger, one after the other: each signs from a size on, until the next one takes over.
//!
//! `docs/format.md` (Rotation of keys) says how a key gets its successor. Whoever has read that in the ledger itself
//! puts the keys in order here; what is signed over so many events is then opened with the key of that size, and with no
//! other. This module reads no event, and does not know how anybody came to trust the first key.
//!
//! ```text
//!  size   0 ────────── 12 ─────────────── 40 ───▶
//!         first key    │ second key       │ third key
//!                      └ the first tree that holds its acceptance
//! ```

use super::checkpoint::{Checkpoint, CheckpointError};
use super::key::VerifyingKey;
use super::named_key::{KeyId, NamedKey};
use super::note::Note;
use super::number::TreeSize;

/// The keys of a ledger, or of its promises: all of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKeys {
    first: NamedKey,
    later: Vec<(TreeSize, NamedKey)>,
}

impl From<NamedKey> for LogKeys {
    /// A ledger that never had another key.
    fn from(first: NamedKey) -> Self {
        Self { first, later: Vec::new() }
    }
}

impl LogKeys {
    /// Another key takes over, from trees of `from` events on.
    pub fn take_over(&mut self, from: TreeSize, key: VerifyingKey) {
        let key = NamedKey::new(self.first.name().clone(), self.first.purpose(), key);
        self.later.push((from, key));
    }

    /// The key that signs over so many events. Of a promise, that is the number of events before its first.
    #[must_use]
    pub fn at(&self, size: TreeSize) -> &NamedKey {
        let last = self.later.iter().rev().find(|(from, _)| *from <= size);
        last.map_or(&self.first, |(_, key)| key)
    }

    /// The key that signs now.
    #[must_use]
    pub fn newest(&self) -> &NamedKey {
        self.newest_term().1
    }

    /// The key that signs now, and the size from which it does.
    #[must_use]
    pub fn newest_term(&self) -> (TreeSize, &NamedKey) {
        self.later.last().map_or((TreeSize::EMPTY, &self.first), |(from, key)| (*from, key))
    }

    /// The keys, each with the size from which it signs, the first first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (TreeSize, &NamedKey)> {
        let first = std::iter::once((TreeSize::EMPTY, &self.first));
        first.chain(self.later.iter().map(|(from, key)| (*from, key)))
    }

    /// Reads a checkpoint that the ledger signed with the key of its size.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::OtherTerm`] when another of its keys did; else as [`Checkpoint::open`].
    pub fn open(&self, note: &Note) -> Result<Checkpoint, CheckpointError> {
        let size = note.text().parse::<Checkpoint>()?.head.size;
        let key = self.at(size);
        Checkpoint::open(note, key).map_err(|error| self.out_of_term(note, size).unwrap_or(error))
    }

    /// That a key of this ledger signed which is not the one of this size.
    fn out_of_term(&self, note: &Note, size: TreeSize) -> Option<CheckpointError> {
        let expected = self.at(size);
        let signed =
            |(_, key): &(TreeSize, &NamedKey)| *key != expected && Checkpoint::open(note, key).is_ok();
        let (from, found) = self.iter().find(signed)?;
        let (id, expected): (KeyId, KeyId) = (found.id(), expected.id());
        let next = self.iter().map(|(from, _)| from).find(|next| *next > from && *next <= size);
        Some(CheckpointError::OtherTerm { size, found: id, expected, retired: next, from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use crate::ledger::named_key::NoteSigner;
    use crate::ledger::proof::TreeHead;

    fn signer(seed: u8) -> NoteSigner {
        NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[seed; 32]))
    }

    /// The key 1 signs from 0, the key 2 from 12, the key 3 from 40.
    fn keys() -> LogKeys {
        let mut keys = LogKeys::from(signer(1).public().clone());
        keys.take_over(TreeSize::new(12), *signer(2).public().key());
        keys.take_over(TreeSize::new(40), *signer(3).public().key());
        keys
    }

    fn signed(size: u64, seed: u8) -> Note {
        let head = TreeHead { size: TreeSize::new(size), root: [5; 32].into() };
        Checkpoint { origin: "example.org/a".parse().unwrap(), head }.sign(&signer(seed)).unwrap()
    }

    #[test]
    fn every_size_has_one_key_and_it_changes_with_the_first_tree_of_the_next() {
        for (size, seed) in [(1, 1), (11, 1), (12, 2), (39, 2), (40, 3), (u64::from(u32::MAX), 3)] {
            assert_eq!(keys().at(TreeSize::new(size)), signer(seed).public(), "size {size}");
            for other in 1..=3 {
                assert_eq!(
                    keys().open(&signed(size, other)).is_ok(),
                    other == seed,
                    "size {size} by {other}"
                );
            }
        }
        assert_eq!(keys().newest(), signer(3).public());
    }

    #[test]
    fn a_retired_key_and_one_that_comes_later_are_named() {
        insta::assert_snapshot!(keys().open(&signed(12, 1)).unwrap_err());
        insta::assert_snapshot!(keys().open(&signed(11, 2)).unwrap_err());
        insta::assert_snapshot!(keys().open(&signed(11, 9)).unwrap_err());
    }

    #[test]
    fn a_note_that_two_keys_signed_is_that_of_its_size() {
        let both = signed(12, 1).with(signed(12, 2).signatures()[0].clone()).unwrap();
        assert!(keys().open(&both).is_ok());
    }
}
