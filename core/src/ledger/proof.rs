//! What a proof about a tree consists of, before anybody has checked it.
//!
//! `docs/format.md` (Proofs) gives the JSON; RFC 9162 2.1.3 and 2.1.4 the meaning of the paths. This
//! module computes nothing: [`prove`](super::prove) makes proofs, [`verify`](super::verify) checks them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::hash::{Hash, empty_root};
use super::number::{Position, TreeSize};

/// A tree named by how many leaves it has and by the hash at its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TreeHead {
    /// How many leaves the tree has.
    pub size: TreeSize,
    /// Its root hash.
    pub root: Hash,
}

impl TreeHead {
    /// The tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self { size: TreeSize::EMPTY, root: empty_root() }
    }
}

impl fmt::Display for TreeHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tree of size {} with root {}", self.size, self.root.short())
    }
}

/// The claim that a certain leaf stands at a position of a tree.
///
/// It says neither which leaf nor which tree: both are given to
/// [`verify`](InclusionProof::verify), so a proof cannot bring its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct InclusionProof {
    /// Where the leaf is said to stand.
    pub position: Position,
    /// The sibling hashes from the leaf up to the root.
    pub path: Vec<Hash>,
}

/// The claim that one tree begins with the whole of another.
///
/// The two trees are given to [`verify`](ConsistencyProof::verify).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ConsistencyProof {
    /// The hashes of RFC 9162 2.1.4.1, in its order; empty when the two sizes are equal.
    pub path: Vec<Hash>,
}
