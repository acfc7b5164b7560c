//! Every proof of every tree up to 300 leaves, and the same of an independent implementation.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::{Digest, Sha256};

use super::{leaf, tree};
use crate::ledger::frontier::Frontier;
use crate::ledger::hash::{Hash, empty_root, leaf_hash, node_hash};
use crate::ledger::number::{Position, TreeSize};
use crate::ledger::proof::TreeHead;
use crate::ledger::tree::Tree;

const LEAVES: u64 = 300;

/// `MTH` word for word from RFC 6962 2.1, over all leaves each time.
fn defined_root(leaves: &[[u8; 8]]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => leaf_hash(only),
        _ => {
            let mut k = 1;
            while 2 * k < leaves.len() {
                k *= 2;
            }
            node_hash(&defined_root(&leaves[..k]), &defined_root(&leaves[k..]))
        }
    }
}

fn heads(tree: &Tree) -> Vec<TreeHead> {
    (0..=tree.size().get()).map(|size| tree.head_at(TreeSize::new(size)).unwrap()).collect()
}

#[test]
fn the_root_is_that_of_the_definition() {
    let leaves: Vec<_> = (0..LEAVES).map(leaf).collect();
    let mut frontier = Frontier::new();
    for (size, head) in heads(&tree(LEAVES)).into_iter().enumerate() {
        assert_eq!(head.root, defined_root(&leaves[..size]), "the tree's root at size {size}");
        assert_eq!(head, frontier.head(), "the frontier's root at size {size}");
        assert_eq!(frontier.push_leaf(&leaf(size as u64)), Position::new(size as u64));
    }
}

#[test]
fn every_leaf_is_proven_in_every_tree() {
    let tree = tree(LEAVES);
    for head in heads(&tree) {
        for place in 0..head.size.get() {
            let proof = tree.prove_inclusion(Position::new(place), head.size).unwrap();
            let included = proof.verify(&leaf(place), &head).unwrap();
            assert_eq!(included.position(), Position::new(place));
            assert_eq!(included.leaf_hash(), leaf_hash(&leaf(place)));
            assert_eq!(included.head(), head);
        }
        assert!(
            tree.prove_inclusion(head.size.next_position(), head.size).is_err(),
            "past the end of {head}"
        );
    }
}

#[test]
fn every_tree_is_proven_to_begin_with_every_smaller_one() {
    let tree = tree(LEAVES);
    let heads = heads(&tree);
    for new in &heads {
        for old in &heads[1..=new.size.get() as usize] {
            let proof = tree.prove_consistency(old.size, new.size).unwrap();
            let extended = proof.verify(old, new).unwrap();
            assert_eq!((extended.old_head(), extended.new_head()), (*old, *new));
        }
        assert!(tree.prove_consistency(TreeSize::EMPTY, new.size).is_err(), "an empty tree proves nothing");
        assert!(tree.prove_consistency(new.size.plus(1), new.size).is_err(), "a larger old tree");
    }
}

#[test]
fn no_leaf_is_proven_anywhere_but_in_its_place() {
    let tree = tree(24);
    for head in heads(&tree) {
        for place in 0..head.size.get() {
            let proof = tree.prove_inclusion(Position::new(place), head.size).unwrap();
            for elsewhere in (0..40).filter(|elsewhere| *elsewhere != place) {
                let mut moved = proof.clone();
                moved.position = Position::new(elsewhere);
                assert!(moved.verify(&leaf(place), &head).is_err(), "{place} moved to {elsewhere} in {head}");
                assert!(proof.verify(&leaf(elsewhere), &head).is_err(), "{elsewhere} as {place} in {head}");
            }
        }
    }
}

#[test]
fn an_independent_tree_has_the_same_roots_and_proofs() {
    let ours = tree(LEAVES);
    let mut theirs: MemoryBackedTree<Sha256, Vec<u8>> = MemoryBackedTree::new();
    for size in 1..=LEAVES {
        theirs.push(leaf(size - 1).to_vec());
        let at = TreeSize::new(size);
        let head = ours.head_at(at).unwrap();
        assert_eq!(theirs.root().as_bytes().as_slice(), head.root.as_bytes(), "root at size {size}");
        // Every place and every older size in small trees; a spread of them in large ones.
        let step = 1 + size as usize / 40;
        for place in (0..size).step_by(step) {
            let path = ours.prove_inclusion(Position::new(place), at).unwrap().path;
            let expected = theirs.prove_inclusion(place as usize);
            assert_eq!(bytes(&path), expected.as_bytes(), "inclusion of {place} at size {size}");
        }
        for old in (1..=size).step_by(step) {
            let path = ours.prove_consistency(TreeSize::new(old), at).unwrap().path;
            let expected = theirs.prove_consistency((size - old) as usize);
            assert_eq!(bytes(&path), expected.as_bytes(), "consistency of {old} with {size}");
        }
    }
}

#[test]
fn an_independent_verifier_agrees_on_right_and_wrong_proofs() {
    use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
    let tree = tree(40);
    let heads = heads(&tree);
    let root = |head: &TreeHead| RootHash::<Sha256>::new(digest(head.root), head.size.get());
    for made_for in 1..40u64 {
        let size = TreeSize::new(made_for);
        for place in 0..made_for {
            let proof = tree.prove_inclusion(Position::new(place), size).unwrap();
            let theirs = InclusionProof::<Sha256>::try_from_bytes(bytes(&proof.path)).unwrap();
            for head in &heads {
                let ours = proof.verify(&leaf(place), head).is_ok();
                let verdict = root(head).verify_inclusion(&leaf(place), place, &theirs).is_ok();
                assert_eq!(ours, verdict, "inclusion of {place}, proven for {made_for}, shown to {head}");
            }
        }
        for old in 1..=made_for {
            let proof = tree.prove_consistency(TreeSize::new(old), size).unwrap();
            let theirs = ConsistencyProof::<Sha256>::try_from_bytes(bytes(&proof.path)).unwrap();
            for new in &heads[1..] {
                let ours = proof.verify(&heads[old as usize], new).is_ok();
                let verdict = root(new).verify_consistency(&root(&heads[old as usize]), &theirs).is_ok();
                assert_eq!(ours, verdict, "consistency of {old}, proven for {made_for}, shown to {new}");
            }
        }
    }
}

/// A proof does not say for which sizes it was made, so right roots may come under wrong sizes.
#[test]
fn an_independent_verifier_agrees_on_right_roots_under_wrong_sizes() {
    use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
    const SIZES: u64 = 20;
    let tree = tree(SIZES);
    let heads = heads(&tree);
    let claim = |head: &TreeHead, size| TreeHead { size: TreeSize::new(size), ..*head };
    let theirs = |head: &TreeHead| RootHash::<Sha256>::new(digest(head.root), head.size.get());
    for new in &heads[1..] {
        for place in 0..new.size.get() {
            let proof = tree.prove_inclusion(Position::new(place), new.size).unwrap();
            let their_proof = InclusionProof::<Sha256>::try_from_bytes(bytes(&proof.path)).unwrap();
            for size in 0..=2 * SIZES {
                let claimed = claim(new, size);
                let verdict = theirs(&claimed).verify_inclusion(&leaf(place), place, &their_proof).is_ok();
                assert_eq!(
                    proof.verify(&leaf(place), &claimed).is_ok(),
                    verdict,
                    "{place} in {new} as {claimed}"
                );
            }
        }
        for old in &heads[1..=new.size.get() as usize] {
            let proof = tree.prove_consistency(old.size, new.size).unwrap();
            let their_proof = ConsistencyProof::<Sha256>::try_from_bytes(bytes(&proof.path)).unwrap();
            for (old_size, new_size) in (0..=SIZES).flat_map(|old| (0..=2 * SIZES).map(move |new| (old, new)))
            {
                let (old, new) = (claim(old, old_size), claim(new, new_size));
                let verdict = theirs(&new).verify_consistency(&theirs(&old), &their_proof).is_ok();
                assert_eq!(proof.verify(&old, &new).is_ok(), verdict, "{old} as the beginning of {new}");
            }
        }
    }
}

fn bytes(path: &[Hash]) -> Vec<u8> {
    path.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

fn digest(hash: Hash) -> sha2::digest::Output<Sha256> {
    let mut output = Sha256::digest([]);
    output.copy_from_slice(hash.as_bytes());
    output
}
