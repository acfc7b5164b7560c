//! Does this tree begin with the whole of that one? Over the same trees as `inclusion`.

use devenir_core::ledger::{ConsistencyError, ConsistencyProof, TreeHead, TreeSize};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inclusion::{flipped, tree};
use crate::kind::{Case, Kind, all_parsed, parsed, verdict};

/// Two trees, and a path that is said to lead from one to the other.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consistency {
    old_size: String,
    old_root: String,
    new_size: String,
    new_root: String,
    path: Vec<String>,
}

fn root(size: u64) -> String {
    tree().head_at(TreeSize::new(size)).expect("a size of the tree").root.to_string()
}

/// An honest proof that the tree of `new` begins with that of `old`.
fn honest(old: u64, new: u64) -> Consistency {
    let proof = tree().prove_consistency(TreeSize::new(old), TreeSize::new(new)).expect("sizes of the tree");
    Consistency {
        old_size: old.to_string(),
        old_root: root(old),
        new_size: new.to_string(),
        new_root: root(new),
        path: proof.path.iter().map(ToString::to_string).collect(),
    }
}

/// An honest proof after a change.
fn changed(old: u64, new: u64, change: impl FnOnce(&mut Consistency)) -> Consistency {
    let mut proof = honest(old, new);
    change(&mut proof);
    proof
}

impl Consistency {
    fn check(&self) -> Result<(), String> {
        let old = TreeHead { size: parsed(&self.old_size)?, root: parsed(&self.old_root)? };
        let new = TreeHead { size: parsed(&self.new_size)?, root: parsed(&self.new_root)? };
        let reason = match (ConsistencyProof { path: all_parsed(&self.path)? }).verify(&old, &new) {
            Ok(_) => return Ok(()),
            Err(ConsistencyError::EmptyOld) => "empty old",
            Err(ConsistencyError::Shrunk { .. }) => "shrunk",
            Err(ConsistencyError::Fork { .. }) => "fork",
            Err(ConsistencyError::TooShort { .. }) => "too short",
            Err(ConsistencyError::TooLong { .. }) => "too long",
            Err(ConsistencyError::OldRoot { .. }) => "old root",
            Err(ConsistencyError::NewRoot { .. }) => "new root",
        };
        Err(reason.to_owned())
    }
}

impl Kind for Consistency {
    const DIGEST: &str = "bf20d82bbfcc1bd4ce9304bf82938d40a258d4f2a5159225c6de3b54271dae0c";

    fn run(&self) -> Value {
        verdict(self.check()).into()
    }

    fn cases() -> Vec<Case<Self>> {
        let accepted = |name, desc, old, new| Case::new(name, desc, honest(old, new), "accept");
        let refused =
            |name, desc, proof, reason: &str| Case::new(name, desc, proof, format!("refuse: {reason}"));
        let max = u64::MAX.to_string();
        vec![
            accepted(
                "1-to-8",
                "from the first leaf, which is a complete subtree: its root is not in the path",
                1,
                8,
            ),
            accepted("4-to-7", "from a complete subtree to an incomplete tree", 4, 7),
            accepted("4-to-8", "from one half to the whole: a path of one hash", 4, 8),
            accepted(
                "3-to-7",
                "from an incomplete tree: the path begins with a hash that both trees share",
                3,
                7,
            ),
            accepted("6-to-8", "the older tree ends in a complete pair", 6, 8),
            accepted("7-to-8", "one leaf more", 7, 8),
            accepted("5-to-7", "both trees are incomplete", 5, 7),
            accepted("2-to-3", "the smallest growth of a pair", 2, 3),
            accepted("5-to-5", "the same tree twice: an empty path", 5, 5),
            refused(
                "empty-old",
                "every tree begins with the empty one: there is nothing to prove, so nothing is accepted",
                changed(1, 7, |proof| {
                    let empty = TreeHead::empty();
                    (proof.old_size, proof.old_root) = (empty.size.to_string(), empty.root.to_string());
                    proof.path.clear();
                }),
                "empty old",
            ),
            refused(
                "both-empty",
                "not even of two empty trees",
                changed(1, 1, |proof| {
                    let empty = TreeHead::empty();
                    (proof.old_size, proof.old_root) = (empty.size.to_string(), empty.root.to_string());
                    (proof.new_size, proof.new_root) = (proof.old_size.clone(), proof.old_root.clone());
                }),
                "empty old",
            ),
            refused(
                "shrunk",
                "a tree that became smaller",
                changed(5, 7, |proof| {
                    std::mem::swap(&mut proof.old_size, &mut proof.new_size);
                    std::mem::swap(&mut proof.old_root, &mut proof.new_root);
                }),
                "shrunk",
            ),
            refused(
                "fork",
                "two roots at one size: the proof that somebody was shown another ledger",
                changed(5, 5, |proof| proof.new_root = flipped(&proof.new_root)),
                "fork",
            ),
            refused(
                "same-tree-with-a-path",
                "the same tree twice asks for an empty path",
                changed(5, 5, |proof| proof.path.push(proof.old_root.clone())),
                "too long",
            ),
            refused(
                "roots-swapped",
                "the two roots in the wrong order",
                changed(5, 7, |proof| std::mem::swap(&mut proof.old_root, &mut proof.new_root)),
                "old root",
            ),
            refused(
                "old-root-flipped",
                "one bit of the older root",
                changed(5, 7, |proof| proof.old_root = flipped(&proof.old_root)),
                "old root",
            ),
            refused(
                "new-root-flipped",
                "one bit of the newer root",
                changed(5, 7, |proof| proof.new_root = flipped(&proof.new_root)),
                "new root",
            ),
            refused(
                "old-root-flipped-at-a-power-of-two",
                "the older root is itself the start of the way: a change of it shows in the newer root",
                changed(4, 7, |proof| proof.old_root = flipped(&proof.old_root)),
                "new root",
            ),
            refused(
                "path-bit-flipped",
                "one bit of a hash that both trees share",
                changed(5, 7, |proof| proof.path[0] = flipped(&proof.path[0])),
                "old root",
            ),
            refused(
                "path-last-bit-flipped",
                "one bit of the last hash, which only the newer tree needs",
                changed(3, 7, |proof| *proof.path.last_mut().expect("a path") = flipped(&proof.path[3])),
                "new root",
            ),
            refused(
                "path-empty",
                "different sizes ask for a path",
                changed(5, 7, |proof| proof.path.clear()),
                "too short",
            ),
            refused(
                "path-without-its-last-hash",
                "a path that ends below the root",
                changed(5, 7, |proof| drop(proof.path.pop())),
                "too short",
            ),
            refused(
                "path-with-a-hash-after-the-root",
                "a path that goes on above the root",
                changed(5, 7, |proof| proof.path.push(proof.new_root.clone())),
                "too long",
            ),
            refused(
                "old-root-in-the-path-at-a-power-of-two",
                "the older root must not be repeated in the path",
                changed(4, 7, |proof| proof.path.insert(0, proof.old_root.clone())),
                "too long",
            ),
            refused(
                "old-size-of-another-tree",
                "the right root under a size that it does not have",
                changed(5, 7, |proof| proof.old_size = "6".to_owned()),
                "too long",
            ),
            refused(
                "root-of-31-bytes",
                "a root has 32 bytes",
                changed(5, 7, |proof| proof.old_root.truncate(62)),
                "malformed",
            ),
            refused(
                "largest-sizes",
                "no addition may overflow on the way from 2^64 - 2 to 2^64 - 1",
                changed(5, 7, |proof| {
                    (proof.old_size, proof.new_size) = ((u64::MAX - 1).to_string(), max.clone());
                }),
                "too short",
            ),
        ]
    }
}
