//! The right edge of a growing tree: all that is needed to append and to give the root.
//!
//! One hash for each complete subtree, largest first: at most 64, as many as the size has binary ones
//! (`docs/format.md`, Frontier; elsewhere called a compact range). It can prove nothing and remembers no leaf:
//! for proofs there is [`Tree`](super::tree::Tree), or a store that answers as [`Subtrees`](super::prove::Subtrees).
//!
//! ```text
//! size 7 = 111b      peaks: [ hash of 0..4, hash of 4..6, hash of 6..7 ]
//! bytes              size u64 | peak[32] | peak[32] | ...        big-endian, largest subtree first
//! ```

use super::hash::{Hash, empty_root, leaf_hash, node_hash};
use super::number::{Position, TreeSize};
use super::proof::TreeHead;

/// The right edge of a tree: append, root, size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: TreeSize,
    /// The hashes of the complete subtrees, largest first; as many as `size` has ones.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: TreeSize::EMPTY, peaks: Vec::new() }
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// Appends a leaf by its hash, and says where it stands.
    pub fn push(&mut self, leaf: Hash) -> Position {
        let position = self.size.next_position();
        let mut hash = leaf;
        // Each trailing one of the size is a complete subtree that this leaf completes to a larger one.
        for _ in 0..self.size.get().trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size = self.size.plus(1);
        position
    }

    /// Appends a leaf by its bytes, and says where it stands.
    pub fn push_leaf(&mut self, leaf: &[u8]) -> Position {
        self.push(leaf_hash(leaf))
    }

    /// The root hash of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let smallest_first = self.peaks.iter().rev().copied();
        smallest_first.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
    }

    /// The size and the root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root() }
    }

    /// The bytes that [`from_bytes`](Self::from_bytes) reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        for peak in &self.peaks {
            bytes.extend_from_slice(peak.as_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// The hashes cannot be checked here: compare [`head`](Self::head) with one that you trust.
    ///
    /// # Errors
    ///
    /// [`FrontierError`] when the number of hashes is not what the size asks for.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrontierError> {
        let Some((size, hashes)) = bytes.split_first_chunk::<8>() else {
            return Err(FrontierError::Truncated { found: bytes.len() });
        };
        let size = TreeSize::from_be_bytes(*size);
        let (peaks, rest) = hashes.as_chunks::<{ Hash::LEN }>();
        if peaks.len() as u64 != u64::from(size.get().count_ones()) || !rest.is_empty() {
            return Err(FrontierError::Length { size, found: hashes.len() });
        }
        Ok(Self { size, peaks: peaks.iter().copied().map(Hash::from_bytes).collect() })
    }
}

impl Extend<Hash> for Frontier {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut frontier = Self::new();
        frontier.extend(leaves);
        frontier
    }
}

/// The head of the tree over `leaves`, each given by its bytes: for lists, groups and stream heads.
pub fn head_of<I>(leaves: I) -> TreeHead
where
    I: IntoIterator,
    I::Item: AsRef<[u8]>,
{
    leaves.into_iter().map(|leaf| leaf_hash(leaf.as_ref())).collect::<Frontier>().head()
}

/// Bytes that are not the right edge of a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// Not even the size is there.
    #[error("a tree's right edge begins with its size in 8 bytes, found {found}")]
    Truncated {
        /// How many bytes were found.
        found: usize,
    },
    /// More or fewer bytes than the size asks for.
    #[error(
        "the right edge of a tree of size {size} is {} hashes of 32 bytes, found {found} bytes",
        size.get().count_ones()
    )]
    Length {
        /// The size that the bytes begin with.
        size: TreeSize,
        /// How many bytes follow it.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frontier_of(count: u64) -> Frontier {
        (0..count).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect()
    }

    #[test]
    fn an_empty_tree_has_the_root_of_no_bytes() {
        assert_eq!(Frontier::new().head(), TreeHead::empty());
    }

    #[test]
    fn there_are_as_many_hashes_as_the_size_has_ones() {
        for count in 0..200 {
            let frontier = frontier_of(count);
            assert_eq!(frontier.to_bytes().len(), 8 + 32 * count.count_ones() as usize, "size {count}");
        }
    }

    #[test]
    fn bytes_of_another_length_are_refused() {
        let bytes = frontier_of(7).to_bytes();
        insta::assert_snapshot!(Frontier::from_bytes(&bytes[..5]).unwrap_err(), @"a tree's right edge begins with its size in 8 bytes, found 5");
        insta::assert_snapshot!(Frontier::from_bytes(&bytes[..72]).unwrap_err(), @"the right edge of a tree of size 7 is 3 hashes of 32 bytes, found 64 bytes");
        assert!(Frontier::from_bytes(&[bytes, vec![0]].concat()).is_err());
    }

    proptest! {
        #[test]
        fn a_stored_edge_goes_on_as_if_it_had_never_been_stored(before in 0u64..300, after in 0u64..40) {
            let mut kept = frontier_of(before);
            let mut stored = Frontier::from_bytes(&kept.to_bytes()).unwrap();
            prop_assert_eq!(&stored, &kept);
            for leaf in 0..after {
                prop_assert_eq!(stored.push_leaf(&leaf.to_be_bytes()), kept.push_leaf(&leaf.to_be_bytes()));
            }
            prop_assert_eq!(stored.head(), kept.head());
        }

        #[test]
        fn reading_any_bytes_never_panics_and_writes_them_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(frontier) = Frontier::from_bytes(&bytes) {
                prop_assert_eq!(frontier.to_bytes(), bytes);
            }
        }
    }
}
