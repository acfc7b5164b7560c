//! The heads of all streams: one hash that says how long every stream is and how it ends.
//!
//! `docs/format.md` (Heads): the RFC 6962 root over one leaf of 56 bytes for each stream, in the order of the
//! stream ids. The leaf chain of a stream cannot show that its tail was cut, nor that a whole stream was left
//! out; a proof in this tree can: "complete up to the size that the heads event covers, unknown after".
//!
//! ```text
//! leaf = stream id [16] | count u64 | last leaf hash [32]        big-endian, 56 bytes
//! ```

use std::collections::BTreeMap;

use super::frontier::head_of;
use super::hash::Hash;
use super::number::Position;
use super::proof::{InclusionProof, TreeHead};
use super::tree::Tree;

/// How long a stream is, and with which event it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamHead {
    /// The stream's id.
    pub stream: [u8; 16],
    /// How many events it has.
    pub count: u64,
    /// The leaf hash of its last event.
    pub last_leaf: Hash,
}

impl StreamHead {
    /// Length of the leaf: 16 + 8 + 32 = 56 bytes.
    pub const LEN: usize = 16 + 8 + Hash::LEN;

    /// The leaf of this stream in the tree of heads.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let fields = [self.stream.as_slice(), &self.count.to_be_bytes(), self.last_leaf.as_bytes()];
        for (slot, byte) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *slot = *byte;
        }
        bytes
    }
}

/// The heads of all streams, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heads(BTreeMap<[u8; 16], StreamHead>);

impl Heads {
    /// Records that a stream has one event more, with this leaf hash.
    pub fn extend_stream(&mut self, stream: [u8; 16], leaf_hash: Hash) {
        let head = self.0.entry(stream).or_insert(StreamHead { stream, count: 0, last_leaf: Hash::ZERO });
        head.count = head.count.saturating_add(1);
        head.last_leaf = leaf_hash;
    }

    /// The head of one stream; none when it has no event.
    #[must_use]
    pub fn get(&self, stream: &[u8; 16]) -> Option<&StreamHead> {
        self.0.get(stream)
    }

    /// All heads, in the order of the stream ids.
    pub fn iter(&self) -> impl Iterator<Item = &StreamHead> {
        self.0.values()
    }

    /// How many streams there are, and the root over their heads.
    #[must_use]
    pub fn tree_head(&self) -> TreeHead {
        head_of(self.iter().map(StreamHead::to_bytes))
    }

    /// Proves the head of `stream` in the tree of [`tree_head`](Self::tree_head); none when it has no event.
    ///
    /// Check it with [`InclusionProof::verify`] against [`StreamHead::to_bytes`].
    #[must_use]
    pub fn prove(&self, stream: &[u8; 16]) -> Option<InclusionProof> {
        let place = self.0.keys().position(|id| id == stream)?;
        let mut tree = Tree::new();
        for head in self.iter() {
            tree.push_leaf(&head.to_bytes());
        }
        tree.prove_inclusion(Position::new(place as u64), tree.size()).ok()
    }
}

impl FromIterator<StreamHead> for Heads {
    fn from_iter<I: IntoIterator<Item = StreamHead>>(heads: I) -> Self {
        Self(heads.into_iter().map(|head| (head.stream, head)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::hash::{empty_root, leaf_hash, node_hash};
    use proptest::prelude::*;

    fn head(stream: u8, count: u64) -> StreamHead {
        StreamHead { stream: [stream; 16], count, last_leaf: leaf_hash(&[stream]) }
    }

    #[test]
    fn the_leaf_is_the_56_bytes_of_the_format() {
        let bytes = head(0xab, 258).to_bytes();
        assert_eq!(bytes[..16], [0xab; 16]);
        assert_eq!(bytes[16..24], [0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(bytes[24..], *leaf_hash(&[0xab]).as_bytes());
    }

    #[test]
    fn the_root_follows_the_order_of_the_ids_not_of_arrival() {
        let heads: Heads = [head(9, 1), head(2, 4)].into_iter().collect();
        let [two, nine] = [head(2, 4), head(9, 1)].map(|head| leaf_hash(&head.to_bytes()));
        assert_eq!(heads.tree_head().root, node_hash(&two, &nine));
        assert_eq!(Heads::default().tree_head().root, empty_root());
    }

    #[test]
    fn a_stream_that_was_left_out_changes_the_root() {
        let whole: Heads = [head(1, 3), head(2, 3), head(3, 3)].into_iter().collect();
        let missing: Heads = [head(1, 3), head(3, 3)].into_iter().collect();
        assert_ne!(whole.tree_head(), missing.tree_head());
    }

    proptest! {
        #[test]
        fn each_stream_is_proven_and_a_shorter_one_is_not(streams in proptest::collection::vec(0u8..20, 1..60)) {
            let mut heads = Heads::default();
            for (place, stream) in streams.iter().enumerate() {
                heads.extend_stream([*stream; 16], leaf_hash(&place.to_be_bytes()));
            }
            let tree = heads.tree_head();
            for head in heads.iter() {
                let proof = heads.prove(&head.stream).expect("a stream with events has a proof");
                prop_assert!(proof.verify(&head.to_bytes(), &tree).is_ok());
                let cut = StreamHead { count: head.count - 1, ..*head };
                prop_assert!(proof.verify(&cut.to_bytes(), &tree).is_err());
            }
            prop_assert_eq!(heads.prove(&[99; 16]), None);
        }
    }
}
