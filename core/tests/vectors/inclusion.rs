//! Is this leaf in that tree, there? The trees are the first 1 to 8 of the leaves that Certificate
//! Transparency's own tests use, so their roots can be compared with other projects'.

use devenir_core::ledger::{InclusionError, InclusionProof, Position, Tree, TreeHead, TreeSize};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::{Case, Kind, all_parsed, bytes, hex, parsed, verdict};

/// The leaves of Certificate Transparency's reference tests.
pub(crate) const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The tree of all [`LEAVES`].
pub(crate) fn tree() -> Tree {
    let mut tree = Tree::new();
    for leaf in LEAVES {
        tree.push_leaf(&bytes(leaf).expect("hexadecimal"));
    }
    tree
}

/// A leaf, a place, a tree, and a path that is said to join them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inclusion {
    leaf: String,
    position: String,
    size: String,
    root: String,
    path: Vec<String>,
}

/// An honest proof for the leaf at `position` in the tree of the first `size`.
fn honest(position: u64, size: u64) -> Inclusion {
    let (tree, size) = (tree(), TreeSize::new(size));
    let proof = tree.prove_inclusion(Position::new(position), size).expect("a leaf of the tree");
    Inclusion {
        leaf: LEAVES[position as usize].to_owned(),
        position: proof.position.to_string(),
        size: size.to_string(),
        root: tree.head_at(size).expect("a size of the tree").root.to_string(),
        path: proof.path.iter().map(ToString::to_string).collect(),
    }
}

/// `honest(3, 7)` after a change.
fn changed(change: impl FnOnce(&mut Inclusion)) -> Inclusion {
    let mut proof = honest(3, 7);
    change(&mut proof);
    proof
}

impl Inclusion {
    fn check(&self) -> Result<(), String> {
        let head = TreeHead { size: parsed::<TreeSize>(&self.size)?, root: parsed(&self.root)? };
        let proof = InclusionProof { position: parsed(&self.position)?, path: all_parsed(&self.path)? };
        match proof.verify(&bytes(&self.leaf)?, &head) {
            Ok(_) => Ok(()),
            Err(InclusionError::Beyond { .. }) => Err("beyond".to_owned()),
            Err(InclusionError::TooShort { .. }) => Err("too short".to_owned()),
            Err(InclusionError::TooLong { .. }) => Err("too long".to_owned()),
            Err(InclusionError::Root { .. }) => Err("root".to_owned()),
        }
    }
}

impl Kind for Inclusion {
    const DIGEST: &str = "25085b03a0c9468412c23390afa62081afe065bab93219d73e8f6d5022af7d05";

    fn run(&self) -> Value {
        verdict(self.check()).into()
    }

    fn cases() -> Vec<Case<Self>> {
        let accepted = |name, desc, position, size| Case::new(name, desc, honest(position, size), "accept");
        let max = u64::MAX.to_string();
        let tree = tree();
        let hash = |level, index| {
            use devenir_core::ledger::Subtrees as _;
            tree.subtree(level, index).expect("a complete subtree")
        };
        vec![
            accepted(
                "only-leaf",
                "in a tree of one leaf, the leaf hash is the root and the path is empty",
                0,
                1,
            ),
            accepted("first-of-8", "the first leaf of a complete tree", 0, 8),
            accepted("last-of-8", "the last leaf of a complete tree", 7, 8),
            accepted("first-of-7", "the first leaf of an incomplete tree", 0, 7),
            accepted("middle-of-7", "a leaf in the middle, with siblings on both sides", 3, 7),
            accepted("pair-on-the-right-of-7", "a leaf of the smaller right half", 5, 7),
            accepted(
                "last-of-7",
                "the last leaf of an incomplete tree has no sibling in its own level",
                6,
                7,
            ),
            accepted(
                "last-of-5",
                "the last leaf of 5 has no sibling in two levels: a path of one hash",
                4,
                5,
            ),
            accepted("last-of-3", "the last leaf of 3", 2, 3),
            Case::new(
                "another-leaf",
                "the path of one leaf does not prove another",
                changed(|proof| proof.leaf = LEAVES[2].to_owned()),
                "refuse: root",
            ),
            Case::new(
                "sibling-position",
                "a leaf moved to its sibling's place, with the same path",
                changed(|proof| proof.position = "2".to_owned()),
                "refuse: root",
            ),
            Case::new(
                "position-is-size",
                "the first place after the end is not in the tree",
                changed(|proof| proof.position = "7".to_owned()),
                "refuse: beyond",
            ),
            Case::new(
                "empty-tree",
                "nothing is in the empty tree, not even at place 0",
                Inclusion {
                    leaf: String::new(),
                    position: "0".to_owned(),
                    size: "0".to_owned(),
                    root: TreeHead::empty().root.to_string(),
                    path: Vec::new(),
                },
                "refuse: beyond",
            ),
            Case::new(
                "path-without-its-last-hash",
                "a path that ends below the root",
                changed(|proof| drop(proof.path.pop())),
                "refuse: too short",
            ),
            Case::new(
                "path-empty",
                "an empty path is right only in a tree of one leaf",
                changed(|proof| proof.path.clear()),
                "refuse: too short",
            ),
            Case::new(
                "path-with-a-hash-after-the-root",
                "a path that goes on above the root",
                changed(|proof| proof.path.push(proof.root.clone())),
                "refuse: too long",
            ),
            Case::new(
                "path-with-a-hash-before",
                "a path with something in front of it",
                changed(|proof| proof.path.insert(0, proof.root.clone())),
                "refuse: too long",
            ),
            Case::new(
                "path-reversed",
                "a path from the root down instead of from the leaf up",
                changed(|proof| proof.path.reverse()),
                "refuse: root",
            ),
            Case::new(
                "path-bit-flipped",
                "one bit of one hash of the path",
                changed(|proof| proof.path[1] = flipped(&proof.path[1])),
                "refuse: root",
            ),
            Case::new(
                "root-bit-flipped",
                "one bit of the root",
                changed(|proof| proof.root = flipped(&proof.root)),
                "refuse: root",
            ),
            Case::new(
                "node-as-leaf",
                "two leaf hashes, one after the other, are no leaf: leaves and nodes are hashed under different \
                 first bytes",
                Inclusion {
                    leaf: hex([*hash(0, 0).as_bytes(), *hash(0, 1).as_bytes()].concat()),
                    position: "0".to_owned(),
                    size: "2".to_owned(),
                    root: hash(2, 0).to_string(),
                    path: vec![hash(1, 1).to_string()],
                },
                "refuse: root",
            ),
            Case::new(
                "last-leaf-doubled",
                "an incomplete level is not filled up by repeating its last leaf, as some trees do",
                Inclusion {
                    leaf: LEAVES[2].to_owned(),
                    position: "3".to_owned(),
                    size: "4".to_owned(),
                    root: tree.head_at(TreeSize::new(3)).expect("a size of the tree").root.to_string(),
                    path: vec![hash(0, 2).to_string(), hash(1, 0).to_string()],
                },
                "refuse: root",
            ),
            Case::new(
                "root-of-31-bytes",
                "a root has 32 bytes",
                changed(|proof| proof.root.truncate(62)),
                "refuse: malformed",
            ),
            Case::new(
                "path-hash-of-33-bytes",
                "so has each hash of the path",
                changed(|proof| proof.path[0].push_str("00")),
                "refuse: malformed",
            ),
            Case::new(
                "upper-case",
                "a hash has one text only, in lower case",
                changed(|proof| proof.root = proof.root.to_uppercase()),
                "refuse: malformed",
            ),
            Case::new(
                "position-with-leading-zero",
                "a number has one text only, without leading zeros",
                changed(|proof| proof.position = "03".to_owned()),
                "refuse: malformed",
            ),
            Case::new(
                "position-of-65-bits",
                "2^64 is no position",
                changed(|proof| proof.position = "18446744073709551616".to_owned()),
                "refuse: malformed",
            ),
            Case::new(
                "largest-position-and-size",
                "2^64 - 1 is beyond a tree of size 2^64 - 1; no addition may overflow on the way",
                changed(|proof| (proof.position, proof.size) = (max.clone(), max.clone())),
                "refuse: beyond",
            ),
            Case::new(
                "largest-size",
                "a tree of size 2^64 - 1 asks for 64 hashes",
                changed(|proof| proof.size = max.clone()),
                "refuse: too short",
            ),
        ]
    }
}

/// A hash with its lowest bit turned.
pub(crate) fn flipped(hash: &str) -> String {
    let mut bytes = bytes(hash).expect("hexadecimal");
    *bytes.last_mut().expect("a hash is not empty") ^= 1;
    hex(bytes)
}

#[test]
fn the_tree_is_that_of_certificate_transparency() {
    assert_eq!(
        tree().head().root.to_string(),
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    );
}
