//! A Merkle tree in memory: every complete level, so that any root and any proof is at hand.
//!
//! RFC 6962 2.1 defines the tree; appending touches one node on average. It holds about 64 bytes a leaf
//! and only hashes: where the leaves' bytes are, it does not know. A writer that needs nothing but the
//! running root keeps a [`Frontier`](super::frontier::Frontier) instead.

use super::hash::{Hash, leaf_hash, node_hash};
use super::number::{Position, TreeSize};
use super::proof::{ConsistencyProof, InclusionProof, TreeHead};
use super::prove::{self, ProveError, Subtrees};

/// A Merkle tree in memory.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[l][i]` is the hash of the complete subtree over leaves `i * 2^l .. (i + 1) * 2^l`.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// A tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        TreeSize::new(self.levels.first().map_or(0, |leaves| leaves.len() as u64))
    }

    /// Appends a leaf by its hash, and says where it stands.
    pub fn push(&mut self, leaf: Hash) -> Position {
        let position = self.size().next_position();
        let mut hash = leaf;
        for level in &mut self.levels {
            level.push(hash);
            // A level of even length has just completed a pair, whose parent goes one level up.
            let [.., left, right] = level.as_slice() else { return position };
            if level.len() % 2 == 1 {
                return position;
            }
            hash = node_hash(left, right);
        }
        self.levels.push(vec![hash]);
        position
    }

    /// Appends a leaf by its bytes, and says where it stands.
    pub fn push_leaf(&mut self, leaf: &[u8]) -> Position {
        self.push(leaf_hash(leaf))
    }

    /// The size and root of the whole tree.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        // The tree holds every complete subtree of itself, so the error cannot occur; were that ever
        // broken, the empty head would disagree with every other and be found at once.
        self.head_at(self.size()).unwrap_or_else(|_| TreeHead::empty())
    }

    /// The size and root of the tree as it was at `size`.
    ///
    /// # Errors
    ///
    /// [`NotHeld`] when it has not grown to that size.
    pub fn head_at(&self, size: TreeSize) -> Result<TreeHead, NotHeld> {
        prove::head(self, size)
    }

    /// Proves that the leaf at `position` stands in the tree as it was at `size`.
    ///
    /// # Errors
    ///
    /// As [`prove::prove_inclusion`].
    pub fn prove_inclusion(
        &self,
        position: Position,
        size: TreeSize,
    ) -> Result<InclusionProof, ProveError<NotHeld>> {
        prove::prove_inclusion(self, position, size)
    }

    /// Proves that the tree as it was at `new` begins with the tree as it was at `old`.
    ///
    /// # Errors
    ///
    /// As [`prove::prove_consistency`].
    pub fn prove_consistency(
        &self,
        old: TreeSize,
        new: TreeSize,
    ) -> Result<ConsistencyProof, ProveError<NotHeld>> {
        prove::prove_consistency(self, old, new)
    }
}

impl Subtrees for Tree {
    type Error = NotHeld;

    fn subtree(&self, level: u8, index: u64) -> Result<Hash, NotHeld> {
        let place = usize::try_from(index).ok();
        self.levels.get(usize::from(level)).and_then(|hashes| hashes.get(place?)).copied().ok_or(NotHeld {
            level,
            index,
            size: self.size(),
        })
    }
}

impl Extend<Hash> for Tree {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut tree = Self::new();
        tree.extend(leaves);
        tree
    }
}

/// A subtree that the tree has not grown to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tree of size {size} has no complete subtree {index} at level {level}")]
pub struct NotHeld {
    /// The level that was asked for; leaves are level 0.
    pub level: u8,
    /// The 0-based place in the level.
    pub index: u64,
    /// The tree's size.
    pub size: TreeSize,
}
