//! Proofs from one pass over the leaves of a tree, when nobody keeps its hashes.
//!
//! The paths are those of RFC 9162 2.1.3.1 and 2.1.4.1: each hash of a path is the root over a range of leaves, and the ranges of one
//! path do not overlap. So every leaf that comes by belongs to at most one range of each path, and as
//! much memory is needed as the paths are long. This module knows no store and shares no code with
//! [`verify`](super::verify).

use std::ops::Range;

use super::frontier::Frontier;
use super::hash::Hash;
use super::number::{Position, TreeSize};
use super::proof::{ConsistencyProof, InclusionProof};

/// Proofs in the making.
#[derive(Debug)]
pub struct ProofPass {
    next: u64,
    proofs: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    position: Position,
    path: Path,
}

/// A path in the making: the ranges of leaves that its hashes are over, from the leaf up, as it is written.
#[derive(Debug)]
struct Path(Vec<(Range<u64>, Frontier)>);

impl Path {
    /// From the ranges in the order in which the root is taken apart.
    fn of(down: Vec<Range<u64>>) -> Self {
        Self(down.into_iter().rev().map(|range| (range, Frontier::new())).collect())
    }

    fn push(&mut self, position: u64, leaf: Hash) {
        if let Some((_, frontier)) = self.0.iter_mut().find(|(range, _)| range.contains(&position)) {
            frontier.push(leaf);
        }
    }

    fn hashes(&self) -> Vec<Hash> {
        self.0.iter().map(|(_, frontier)| frontier.root()).collect()
    }
}

/// Where a range of at least two leaves is taken apart.
const fn middle(low: u64, high: u64) -> u64 {
    low + (1 << (high - low - 1).ilog2())
}

impl ProofPass {
    /// Proofs for the leaves at `positions` in the tree of `size`; of a position beyond it, the proof is empty and holds
    /// for nothing.
    #[must_use]
    pub fn new(positions: &[Position], size: TreeSize) -> Self {
        let pending = |position: &Position| {
            let mut ranges = Vec::new();
            let (mut low, mut high) = (0, size.get());
            // From the root down: the half without the leaf is one hash of the path.
            while position.is_within(size) && high - low > 1 {
                let middle = middle(low, high);
                if position.get() < middle {
                    ranges.push(middle..high);
                    high = middle;
                } else {
                    ranges.push(low..middle);
                    low = middle;
                }
            }
            Pending { position: *position, path: Path::of(ranges) }
        };
        Self { next: 0, proofs: positions.iter().map(pending).collect() }
    }

    /// Takes the next leaf in, from the first on.
    pub fn push(&mut self, leaf: Hash) {
        for proof in &mut self.proofs {
            proof.path.push(self.next, leaf);
        }
        self.next += 1;
    }

    /// The proofs, in the order in which they were asked for, once all leaves came by.
    #[must_use]
    pub fn into_proofs(self) -> Vec<InclusionProof> {
        let proof = |Pending { position, path }: Pending| InclusionProof { position, path: path.hashes() };
        self.proofs.into_iter().map(proof).collect()
    }
}

/// A consistency proof in the making: that the tree of one size begins with that of a smaller one.
#[derive(Debug)]
pub struct ConsistencyPass {
    next: u64,
    new: TreeSize,
    path: Path,
}

impl ConsistencyPass {
    /// A proof between two trees of the leaves that will come by; none unless `0 < old <= new`.
    #[must_use]
    pub fn new(old: TreeSize, new: TreeSize) -> Option<Self> {
        if old.is_empty() || old > new {
            return None;
        }
        let mut ranges = Vec::new();
        let (mut low, mut high) = (0, new.get());
        while high != old.get() {
            let middle = middle(low, high);
            if old.get() <= middle {
                ranges.push(middle..high);
                high = middle;
            } else {
                ranges.push(low..middle);
                low = middle;
            }
        }
        // The last subtree of the older tree; whoever verifies knows it where it is that whole tree.
        if low > 0 {
            ranges.push(low..high);
        }
        Some(Self { next: 0, new, path: Path::of(ranges) })
    }

    /// Takes the next leaf in, from the first on.
    pub fn push(&mut self, leaf: Hash) {
        self.path.push(self.next, leaf);
        self.next += 1;
    }

    /// The proof, once all leaves of the newer tree came by; none before.
    #[must_use]
    pub fn into_proof(self) -> Option<ConsistencyProof> {
        (self.next >= self.new.get()).then(|| ConsistencyProof { path: self.path.hashes() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::hash::leaf_hash;
    use crate::ledger::tree::Tree;

    #[test]
    fn the_proofs_of_every_leaf_are_those_of_the_kept_tree() {
        for size in 1..40u64 {
            let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let tree: Tree = leaves.iter().copied().collect();
            let positions: Vec<Position> = (0..size).map(Position::new).collect();
            let mut pass = ProofPass::new(&positions, TreeSize::new(size));
            leaves.iter().for_each(|leaf| pass.push(*leaf));
            for (position, proof) in positions.iter().zip(pass.into_proofs()) {
                assert_eq!(Ok(proof), tree.prove_inclusion(*position, tree.size()), "{position} of {size}");
            }
        }
    }

    #[test]
    fn the_proof_that_one_tree_begins_with_another_is_that_of_the_kept_tree() {
        for new in 1..40u64 {
            let leaves: Vec<Hash> = (0..new).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let tree: Tree = leaves.iter().copied().collect();
            for old in 1..=new {
                let (old, new) = (TreeSize::new(old), TreeSize::new(new));
                let mut pass = ConsistencyPass::new(old, new).unwrap();
                assert!(ConsistencyPass::new(old, new).unwrap().into_proof().is_none(), "no leaf came by");
                leaves.iter().for_each(|leaf| pass.push(*leaf));
                let proof = pass.into_proof().unwrap();
                assert_eq!(Ok(proof), tree.prove_consistency(old, new), "{old} of {new}");
            }
        }
        assert!(ConsistencyPass::new(TreeSize::EMPTY, TreeSize::new(3)).is_none());
        assert!(ConsistencyPass::new(TreeSize::new(4), TreeSize::new(3)).is_none());
    }
}
