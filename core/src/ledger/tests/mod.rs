//! What holds between the ledger's parts: what is proven verifies, and nothing else does.

mod properties;
mod published;
mod small_trees;

use super::hash::{Hash, leaf_hash};
use super::tree::Tree;

/// The bytes of the `place`-th leaf of every tree of these tests.
fn leaf(place: u64) -> [u8; 8] {
    place.to_be_bytes()
}

/// A tree of `count` leaves.
fn tree(count: u64) -> Tree {
    (0..count).map(|place| leaf_hash(&leaf(place))).collect()
}

/// `hash` with one bit turned.
fn flipped(hash: Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8 % 32] ^= 1 << (bit % 8);
    Hash::from_bytes(bytes)
}
