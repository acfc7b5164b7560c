//! Checking proofs: the iterative algorithms of RFC 9162 2.1.3.2 and 2.1.4.2, step by step.
//!
//! The steps stand as comments, with the letters of the RFC, above the lines that do them. This code shares
//! nothing with [`prove`](super::prove) but the node hash, so a fault in one does not hide in the other; it
//! sees no tree, and is total: any sizes and any path, however hostile, give an answer after at most 64 steps.
//!
//! ```text
//! InclusionProof   + leaf + TreeHead  ->  Included    there is no other way to hold one
//! ConsistencyProof + two TreeHeads    ->  Extended
//! ```

use super::hash::{Hash, leaf_hash, node_hash};
use super::number::{Position, TreeSize};
use super::proof::{ConsistencyProof, InclusionProof, TreeHead};

/// Evidence that a leaf stands at a position of a tree; only a verified proof gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Included {
    leaf_hash: Hash,
    position: Position,
    head: TreeHead,
}

impl Included {
    /// The hash of the leaf.
    #[must_use]
    pub const fn leaf_hash(&self) -> Hash {
        self.leaf_hash
    }

    /// Where it stands.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The tree that it stands in.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        self.head
    }
}

/// Evidence that a tree begins with the whole of an older one; only a verified proof gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extended {
    old: TreeHead,
    new: TreeHead,
}

impl Extended {
    /// The older tree.
    #[must_use]
    pub const fn old_head(&self) -> TreeHead {
        self.old
    }

    /// The tree that begins with it.
    #[must_use]
    pub const fn new_head(&self) -> TreeHead {
        self.new
    }
}

impl InclusionProof {
    /// Checks that `leaf`, the whole bytes of it, stands at this proof's position in the tree of `head`.
    ///
    /// # Errors
    ///
    /// [`InclusionError`] says what does not fit: the position, the length of the path, or the root.
    pub fn verify(&self, leaf: &[u8], head: &TreeHead) -> Result<Included, InclusionError> {
        self.verify_leaf_hash(leaf_hash(leaf), head)
    }

    /// Like [`verify`](Self::verify), for a caller that computed the leaf hash from the bytes itself.
    ///
    /// Never give it a hash that came with the proof: that would prove something about nothing.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn verify_leaf_hash(&self, leaf_hash: Hash, head: &TreeHead) -> Result<Included, InclusionError> {
        let Self { position, ref path } = *self;
        let TreeHead { size, root } = *head;

        // 1. Compare leaf_index against tree_size; if it is not smaller, fail.
        let Some(last) = size.last_position().filter(|last| position <= *last) else {
            return Err(InclusionError::Beyond { position, size });
        };
        // 2. Set fn to leaf_index and sn to tree_size - 1.
        let mut walk = Walk { node: position.get(), last: last.get() };
        // 3. Set r to the leaf hash.
        let mut computed = leaf_hash;
        // 4. For each value p in the inclusion_path array:
        for sibling in path {
            // 4.a If sn is 0, stop and fail.
            if walk.is_at_root() {
                return Err(InclusionError::TooLong { position, size, found: path.len() });
            }
            // 4.b If LSB(fn) is set, or fn equals sn: r = HASH(0x01 || p || r); otherwise r = HASH(0x01 || r || p).
            if walk.has_left_sibling() {
                computed = node_hash(sibling, &computed);
                walk.skip_levels_without_sibling();
            } else {
                computed = node_hash(&computed, sibling);
            }
            // 4.c Right-shift both fn and sn one time.
            walk.rise();
        }
        // 5. If sn is 0 and r equals root_hash, the leaf is included.
        if !walk.is_at_root() {
            return Err(InclusionError::TooShort { position, size, found: path.len() });
        }
        if computed != root {
            return Err(InclusionError::Root { position, size, computed, expected: root });
        }
        Ok(Included { leaf_hash, position, head: *head })
    }
}

impl ConsistencyProof {
    /// Checks that the tree of `new` begins with the whole tree of `old`.
    ///
    /// Equal sizes ask for equal roots and an empty path. An empty `old` is refused: every tree begins
    /// with the empty one, so there is nothing to prove, and accepting it has misled callers before.
    ///
    /// # Errors
    ///
    /// [`ConsistencyError`] says what does not fit: the sizes, the length of the path, or which root.
    pub fn verify(&self, old: &TreeHead, new: &TreeHead) -> Result<Extended, ConsistencyError> {
        let sizes = (old.size, new.size);
        let [first, second] = [old.size.get(), new.size.get()];
        let too_short = || ConsistencyError::TooShort { old: sizes.0, new: sizes.1, found: self.path.len() };
        let too_long = || ConsistencyError::TooLong { old: sizes.0, new: sizes.1, found: self.path.len() };

        // The RFC's algorithm is for 0 < first < second; the rest is settled here.
        match (first, first.cmp(&second)) {
            (0, _) => return Err(ConsistencyError::EmptyOld),
            (_, std::cmp::Ordering::Greater) => {
                return Err(ConsistencyError::Shrunk { old: sizes.0, new: sizes.1 });
            }
            (_, std::cmp::Ordering::Equal) if !self.path.is_empty() => return Err(too_long()),
            (_, std::cmp::Ordering::Equal) if old.root != new.root => {
                return Err(ConsistencyError::Fork { size: old.size, old: old.root, new: new.root });
            }
            (_, std::cmp::Ordering::Equal) => return Ok(Extended { old: *old, new: *new }),
            (_, std::cmp::Ordering::Less) => {}
        }

        // 1. If consistency_path is an empty array, fail.
        // 2. If first is an exact power of 2, prepend first_hash to consistency_path.
        let mut rest = self.path.iter();
        let seed = if self.path.is_empty() {
            return Err(too_short());
        } else if first.is_power_of_two() {
            old.root
        } else {
            *rest.next().ok_or_else(too_short)?
        };
        // 3. Set fn to first - 1 and sn to second - 1.
        let mut walk = Walk { node: first.saturating_sub(1), last: second.saturating_sub(1) };
        // 4. If LSB(fn) is set, right-shift both fn and sn until LSB(fn) is not set.
        while walk.is_right_child() {
            walk.rise();
        }
        // 5. Set both fr and sr to the first value of consistency_path.
        let (mut old_root, mut new_root) = (seed, seed);
        // 6. For each subsequent value c:
        for sibling in rest {
            // 6.a If sn is 0, stop and fail.
            if walk.is_at_root() {
                return Err(too_long());
            }
            // 6.b If LSB(fn) is set, or fn equals sn: fr = HASH(0x01 || c || fr) and sr = HASH(0x01 || c || sr);
            //     otherwise sr = HASH(0x01 || sr || c).
            if walk.has_left_sibling() {
                old_root = node_hash(sibling, &old_root);
                new_root = node_hash(sibling, &new_root);
                walk.skip_levels_without_sibling();
            } else {
                new_root = node_hash(&new_root, sibling);
            }
            // 6.c Right-shift both fn and sn one time.
            walk.rise();
        }
        // 7. fr must equal first_hash, sr must equal second_hash, and sn must be 0.
        if !walk.is_at_root() {
            return Err(too_short());
        }
        if old_root != old.root {
            return Err(ConsistencyError::OldRoot { size: old.size, computed: old_root, expected: old.root });
        }
        if new_root != new.root {
            return Err(ConsistencyError::NewRoot { size: new.size, computed: new_root, expected: new.root });
        }
        Ok(Extended { old: *old, new: *new })
    }
}

/// The way from a node up to the root: the RFC's `fn` and `sn`.
struct Walk {
    /// `fn`: the 0-based place of the node in its level.
    node: u64,
    /// `sn`: the place of the last node in that level.
    last: u64,
}

impl Walk {
    /// Only one node is left in the level.
    const fn is_at_root(&self) -> bool {
        self.last == 0
    }

    const fn is_right_child(&self) -> bool {
        self.node & 1 == 1
    }

    /// The path's next hash belongs on the left: of a right child, or of the last node of a level, which
    /// has no right neighbour.
    const fn has_left_sibling(&self) -> bool {
        self.is_right_child() || self.node == self.last
    }

    /// 4.b.ii and 6.b.ii: if LSB(fn) is not set, right-shift both until LSB(fn) is set or fn is 0.
    const fn skip_levels_without_sibling(&mut self) {
        while !self.is_right_child() && self.node != 0 {
            self.rise();
        }
    }

    const fn rise(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }
}

/// Why a leaf is not proven to stand in a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// The tree does not reach that position.
    #[error("position {position} is not in a tree of size {size}")]
    Beyond {
        /// The position that the proof names.
        position: Position,
        /// The tree's size.
        size: TreeSize,
    },
    /// The path ends below the root.
    #[error(
        "the proof for position {position} is too short: {found} hashes do not reach the root of a tree of size {size}"
    )]
    TooShort {
        /// The position that the proof names.
        position: Position,
        /// The tree's size.
        size: TreeSize,
        /// How many hashes the path has.
        found: usize,
    },
    /// The path goes on above the root.
    #[error(
        "the proof for position {position} is too long: {found} hashes go beyond the root of a tree of size {size}"
    )]
    TooLong {
        /// The position that the proof names.
        position: Position,
        /// The tree's size.
        size: TreeSize,
        /// How many hashes the path has.
        found: usize,
    },
    /// The path leads to another root: another leaf, another place, or a changed path.
    #[error(
        "the proof leads from position {position} to root {}, but the tree of size {size} has root {}",
        computed.short(),
        expected.short()
    )]
    Root {
        /// The position that the proof names.
        position: Position,
        /// The tree's size.
        size: TreeSize,
        /// The root that the proof leads to.
        computed: Hash,
        /// The root that the tree has.
        expected: Hash,
    },
}

/// Why one tree is not proven to begin with another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsistencyError {
    /// Nothing can be proven of an empty tree.
    #[error("the older tree is empty: every tree begins with it, so there is nothing to prove")]
    EmptyOld,
    /// The newer tree is the smaller one.
    #[error(
        "the newer tree has size {new}, below the older one's {old}: events are missing, or the two were swapped"
    )]
    Shrunk {
        /// The older tree's size.
        old: TreeSize,
        /// The newer tree's size.
        new: TreeSize,
    },
    /// Two different trees of one size.
    #[error("two trees of size {size} have different roots, {} and {}: the ledger was shown in two versions", old.short(), new.short())]
    Fork {
        /// The size of both.
        size: TreeSize,
        /// The older tree's root.
        old: Hash,
        /// The newer tree's root.
        new: Hash,
    },
    /// The path ends below the root.
    #[error("the proof is too short: {found} hashes do not lead from size {old} to the root of size {new}")]
    TooShort {
        /// The older tree's size.
        old: TreeSize,
        /// The newer tree's size.
        new: TreeSize,
        /// How many hashes the path has.
        found: usize,
    },
    /// The path goes on above the root.
    #[error(
        "the proof is too long: {found} hashes go beyond what leads from size {old} to the root of size {new}"
    )]
    TooLong {
        /// The older tree's size.
        old: TreeSize,
        /// The newer tree's size.
        new: TreeSize,
        /// How many hashes the path has.
        found: usize,
    },
    /// The path leads to another older root.
    #[error("the proof leads to root {} at size {size}, but the older tree has root {}", computed.short(), expected.short())]
    OldRoot {
        /// The older tree's size.
        size: TreeSize,
        /// The root that the proof leads to.
        computed: Hash,
        /// The root that the older tree has.
        expected: Hash,
    },
    /// The path leads to another newer root.
    #[error("the proof leads to root {} at size {size}, but the newer tree has root {}", computed.short(), expected.short())]
    NewRoot {
        /// The newer tree's size.
        size: TreeSize,
        /// The root that the proof leads to.
        computed: Hash,
        /// The root that the newer tree has.
        expected: Hash,
    },
}
