//! Inclusion proofs from one pass over the leaves of a tree, when nobody keeps its hashes.
//!
//! The paths are those of RFC 9162 2.1.3.1: each hash of a path is the root over a range of leaves, and the ranges of one
//! path with the leaf itself are the whole tree. So every leaf that comes by belongs to one range of each path, and as
//! much memory is needed as the paths are long. This module knows no store and shares no code with
//! [`verify`](super::verify).

use std::ops::Range;

use super::frontier::Frontier;
use super::hash::Hash;
use super::number::{Position, TreeSize};
use super::proof::InclusionProof;

/// Proofs in the making.
#[derive(Debug)]
pub struct ProofPass {
    next: u64,
    proofs: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    position: Position,
    /// From the leaf up, as the path is written.
    ranges: Vec<(Range<u64>, Frontier)>,
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
                let middle = low + (1 << (high - low - 1).ilog2());
                if position.get() < middle {
                    ranges.push((middle..high, Frontier::new()));
                    high = middle;
                } else {
                    ranges.push((low..middle, Frontier::new()));
                    low = middle;
                }
            }
            ranges.reverse();
            Pending { position: *position, ranges }
        };
        Self { next: 0, proofs: positions.iter().map(pending).collect() }
    }

    /// Takes the next leaf in, from the first on.
    pub fn push(&mut self, leaf: Hash) {
        for proof in &mut self.proofs {
            let range = proof.ranges.iter_mut().find(|(range, _)| range.contains(&self.next));
            if let Some((_, frontier)) = range {
                frontier.push(leaf);
            }
        }
        self.next += 1;
    }

    /// The proofs, in the order in which they were asked for, once all leaves came by.
    #[must_use]
    pub fn into_proofs(self) -> Vec<InclusionProof> {
        let proof = |Pending { position, ranges }: Pending| InclusionProof {
            position,
            path: ranges.iter().map(|(_, frontier)| frontier.root()).collect(),
        };
        self.proofs.into_iter().map(proof).collect()
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
}
