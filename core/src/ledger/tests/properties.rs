//! Random trees and random damage: what is proven verifies, what was changed does not, nothing panics.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{flipped, leaf, tree};
use crate::ledger::hash::{Hash, leaf_hash};
use crate::ledger::number::{Position, TreeSize};
use crate::ledger::proof::{ConsistencyProof, InclusionProof, TreeHead};

/// A change to a path that makes it another one.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, usize),
    Drop(Index),
    Insert(Index, [u8; 32]),
    Swap(Index, Index),
}

impl Damage {
    /// The path after the change; none where the change would leave it as it was.
    fn of(&self, path: &[Hash]) -> Option<Vec<Hash>> {
        let mut changed = path.to_vec();
        match self {
            Self::Insert(at, bytes) => changed.insert(at.index(path.len() + 1), Hash::from_bytes(*bytes)),
            Self::Flip(..) | Self::Drop(_) | Self::Swap(..) if path.is_empty() => return None,
            Self::Flip(at, bit) => {
                let at = at.index(path.len());
                changed[at] = flipped(changed[at], *bit);
            }
            Self::Drop(at) => drop(changed.remove(at.index(path.len()))),
            Self::Swap(a, b) => changed.swap(a.index(path.len()), b.index(path.len())),
        }
        (changed != path).then_some(changed)
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), 0..256usize).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        any::<Index>().prop_map(Damage::Drop),
        (any::<Index>(), any::<[u8; 32]>()).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Damage::Swap(a, b)),
    ]
}

/// The same size with a root in which one bit is turned.
fn other_root(head: TreeHead, bit: usize) -> TreeHead {
    TreeHead { root: flipped(head.root, bit), ..head }
}

/// Sizes and positions where overflow would show.
fn hostile_number() -> impl Strategy<Value = u64> {
    prop_oneof![0..10u64, any::<u64>(), (u64::MAX - 3)..=u64::MAX, (0..64u32).prop_map(|bit| 1 << bit)]
}

fn hostile_path() -> impl Strategy<Value = Vec<Hash>> {
    proptest::collection::vec(any::<[u8; 32]>().prop_map(Hash::from_bytes), 0..130)
}

proptest! {
    #[test]
    fn a_proven_leaf_verifies_and_a_damaged_proof_does_not(
        size in 1u64..2000, pick: Index, damage in damage(), bit in 0..256usize,
    ) {
        let tree = tree(size);
        let head = tree.head();
        let place = pick.index(size as usize) as u64;
        let proof = tree.prove_inclusion(Position::new(place), head.size).unwrap();
        prop_assert!(proof.verify(&leaf(place), &head).is_ok());
        prop_assert!(proof.verify(b"another leaf", &head).is_err());
        prop_assert!(proof.verify(&leaf(place), &other_root(head, bit)).is_err());
        if let Some(path) = damage.of(&proof.path) {
            let damaged = InclusionProof { path, ..proof };
            prop_assert!(damaged.verify(&leaf(place), &head).is_err());
        }
    }

    #[test]
    fn a_proven_extension_verifies_and_a_damaged_proof_does_not(
        size in 1u64..2000, pick: Index, damage in damage(), bit in 0..256usize,
    ) {
        let tree = tree(size);
        let new = tree.head();
        let old = tree.head_at(TreeSize::new(1 + pick.index(size as usize) as u64)).unwrap();
        let proof = tree.prove_consistency(old.size, new.size).unwrap();
        prop_assert!(proof.verify(&old, &new).is_ok());
        prop_assert!(proof.verify(&other_root(old, bit), &new).is_err());
        prop_assert!(proof.verify(&old, &other_root(new, bit)).is_err());
        if let Some(path) = damage.of(&proof.path) {
            let damaged = ConsistencyProof { path };
            prop_assert!(damaged.verify(&old, &new).is_err());
        }
    }

    #[test]
    fn a_rewritten_past_is_never_consistent(size in 2u64..500, rewritten: Index, seen: Index) {
        let honest = tree(size);
        let rewritten = rewritten.index(size as usize) as u64;
        let forged: crate::ledger::tree::Tree = (0..size)
            .map(|place| if place == rewritten { leaf_hash(b"rewritten") } else { leaf_hash(&leaf(place)) })
            .collect();
        // Somebody saw the honest ledger at a size that covers the event.
        let seen = TreeSize::new(rewritten + 1 + seen.index((size - rewritten) as usize) as u64);
        let old = honest.head_at(seen).unwrap();
        let proof = forged.prove_consistency(seen, forged.size()).unwrap();
        prop_assert!(proof.verify(&old, &forged.head()).is_err());
    }

    #[test]
    fn an_inclusion_proof_from_anybody_gets_an_answer(
        position in hostile_number(), size in hostile_number(), path in hostile_path(), root: [u8; 32],
    ) {
        let head = TreeHead { size: TreeSize::new(size), root: Hash::from_bytes(root) };
        let proof = InclusionProof { position: Position::new(position), path };
        prop_assert!(proof.verify(b"leaf", &head).is_err());
    }

    #[test]
    fn a_consistency_proof_from_anybody_gets_an_answer(
        old in hostile_number(), new in hostile_number(), path in hostile_path(), roots: [[u8; 32]; 2],
    ) {
        let [old_root, new_root] = roots.map(Hash::from_bytes);
        let old = TreeHead { size: TreeSize::new(old), root: old_root };
        let new = TreeHead { size: TreeSize::new(new), root: new_root };
        let proof = ConsistencyProof { path };
        prop_assert!(proof.verify(&old, &new).is_err());
    }

    #[test]
    fn proofs_read_back_from_json_as_they_were(size in 1u64..100, pick: Index) {
        let tree = tree(size);
        let position = Position::new(pick.index(size as usize) as u64);
        let proof = tree.prove_inclusion(position, tree.size()).unwrap();
        let json = serde_json::to_string(&proof).unwrap();
        prop_assert_eq!(serde_json::from_str::<InclusionProof>(&json).unwrap(), proof);
    }
}

#[test]
fn the_largest_tree_is_walked_in_64_steps() {
    let head = TreeHead { size: TreeSize::new(u64::MAX), root: Hash::ZERO };
    let proof = |length: usize| InclusionProof { position: Position::FIRST, path: vec![Hash::ZERO; length] };
    let message = |length| proof(length).verify(b"leaf", &head).unwrap_err().to_string();
    assert!(message(63).contains("too short"), "{}", message(63));
    assert!(message(64).contains("root"), "{}", message(64));
    assert!(message(65).contains("too long"), "{}", message(65));
}

#[test]
fn a_refused_proof_says_what_was_expected_and_what_was_found() {
    let tree = tree(7);
    let head = tree.head();
    let mut proof = tree.prove_inclusion(Position::new(3), head.size).unwrap();
    insta::assert_snapshot!(proof.verify(b"another", &head).unwrap_err(), @"the proof leads from position 3 to root 6ec5e3…, but the tree of size 7 has root 45cea7…");
    proof.path.pop();
    insta::assert_snapshot!(proof.verify(&leaf(3), &head).unwrap_err(), @"the proof for position 3 is too short: 2 hashes do not reach the root of a tree of size 7");
    proof.path.extend([Hash::ZERO; 2]);
    insta::assert_snapshot!(proof.verify(&leaf(3), &head).unwrap_err(), @"the proof for position 3 is too long: 4 hashes go beyond the root of a tree of size 7");
    proof.position = Position::new(7);
    insta::assert_snapshot!(proof.verify(&leaf(3), &head).unwrap_err(), @"position 7 is not in a tree of size 7");
}

#[test]
fn a_refused_extension_says_what_it_shows() {
    let tree = tree(7);
    let [old, new] = [5, 7].map(|size| tree.head_at(TreeSize::new(size)).unwrap());
    let proof = tree.prove_consistency(old.size, new.size).unwrap();
    let none = ConsistencyProof { path: Vec::new() };
    let forged = |head: TreeHead| TreeHead { root: leaf_hash(b"forged"), ..head };
    insta::assert_snapshot!(proof.verify(&forged(old), &new).unwrap_err(), @"the proof leads to root cb03de… at size 5, but the older tree has root 92aa08…");
    insta::assert_snapshot!(proof.verify(&old, &forged(new)).unwrap_err(), @"the proof leads to root 45cea7… at size 7, but the newer tree has root 92aa08…");
    insta::assert_snapshot!(none.verify(&old, &new).unwrap_err(), @"the proof is too short: 0 hashes do not lead from size 5 to the root of size 7");
    insta::assert_snapshot!(none.verify(&new, &old).unwrap_err(), @"the newer tree has size 5, below the older one's 7: events are missing, or the two were swapped");
    insta::assert_snapshot!(none.verify(&old, &forged(old)).unwrap_err(), @"two trees of size 5 have different roots, cb03de… and 92aa08…: the ledger was shown in two versions");
    insta::assert_snapshot!(none.verify(&TreeHead::empty(), &new).unwrap_err(), @"the older tree is empty: every tree begins with it, so there is nothing to prove");
    insta::assert_snapshot!(proof.verify(&old, &old).unwrap_err(), @"the proof is too long: 4 hashes go beyond what leads from size 5 to the root of size 5");
}
