//! Reading a tree from its tiles: roots and proofs from static files, wherever they are.
//!
//! `docs/format.md` (Tiles) says which tile holds which hash; proofs are made as [`prove`](super::prove) defines them.
//! Tiles are not believed: a proof made from them is checked against a signed root like any other. This module does not
//! know where tiles come from, and asks for each once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::hash::{Hash, node_hash};
use super::number::TreeSize;
use super::prove::Subtrees;
use super::tile::Tile;

/// Somewhere that has the tiles of a ledger.
pub trait TileSource {
    /// Why a tile could not be had.
    type Error;

    /// The bytes of a tile of hashes. A source that has only the full tile in place of a partial one gives that: its
    /// first hashes are the same.
    ///
    /// # Errors
    ///
    /// When there is no such tile, or the medium fails.
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

/// The tree of a certain size, read from tiles; it keeps those that it has read.
#[derive(Debug)]
pub struct TiledTree<S> {
    source: S,
    size: TreeSize,
    read: RefCell<BTreeMap<Tile, Vec<Hash>>>,
}

impl<S: TileSource> TiledTree<S> {
    /// The tree of `size`. Ask for sizes of signed checkpoints only: partial tiles of other sizes may not exist.
    #[must_use]
    pub const fn new(source: S, size: TreeSize) -> Self {
        Self { source, size, read: RefCell::new(BTreeMap::new()) }
    }

    /// The size of the tree.
    #[must_use]
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// These hashes of a tile.
    fn hashes(&self, tile: Tile, place: u16, count: u16) -> Result<Vec<Hash>, TiledError<S::Error>> {
        let (place, end) = (usize::from(place), usize::from(place) + usize::from(count));
        let short = |found: usize| TiledError::Length { tile, found: found * Hash::LEN };
        if let Some(hashes) = self.read.borrow().get(&tile) {
            return hashes.get(place..end).map(<[Hash]>::to_vec).ok_or_else(|| short(hashes.len()));
        }
        let bytes = self.source.tile(tile).map_err(|source| TiledError::Source { tile, source })?;
        let lengths = [tile.len_of_hashes(), tile.full().len_of_hashes()];
        let (chunks, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        if !lengths.contains(&Some(bytes.len())) || !rest.is_empty() {
            return Err(TiledError::Length { tile, found: bytes.len() });
        }
        // A full tile in place of a partial one: what lies beyond this tree's size is not of this tree.
        let hashes: Vec<Hash> =
            chunks.iter().take(usize::from(tile.width())).copied().map(Hash::from_bytes).collect();
        let found = hashes.get(place..end).map(<[Hash]>::to_vec).ok_or_else(|| short(hashes.len()))?;
        self.read.borrow_mut().insert(tile, hashes);
        Ok(found)
    }
}

impl<S: TileSource> Subtrees for TiledTree<S> {
    type Error = TiledError<S::Error>;

    fn subtree(&self, level: u8, index: u64) -> Result<Hash, Self::Error> {
        let not_held = || TiledError::NotHeld { level, index, size: self.size };
        let (tile, place, count) = Tile::of_subtree(level, index, self.size).ok_or_else(not_held)?;
        let mut hashes = self.hashes(tile, place, count)?;
        // The number is a power of two, so pairs are whole until one is left.
        while hashes.len() > 1 {
            let pairs = hashes.as_chunks::<2>().0;
            hashes = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
        }
        hashes.pop().ok_or_else(not_held)
    }
}

/// Why a hash could not be read from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TiledError<E> {
    /// The tree has no such subtree.
    #[error("a tree of size {size} has no complete subtree {index} at level {level}")]
    NotHeld {
        /// The level that was asked for; leaves are level 0.
        level: u8,
        /// The 0-based place in the level.
        index: u64,
        /// The tree's size.
        size: TreeSize,
    },
    /// A tile of another length.
    #[error("{tile} has {found} bytes; it holds {} hashes of 32 bytes", tile.width())]
    Length {
        /// The tile.
        tile: Tile,
        /// How many bytes it has.
        found: usize,
    },
    /// The source answered with an error.
    #[error("{tile} could not be read")]
    Source {
        /// The tile.
        tile: Tile,
        /// Why.
        source: E,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::hash::leaf_hash;
    use crate::ledger::number::Position;
    use crate::ledger::prove::{self, ProveError};
    use crate::ledger::tree::Tree;
    use proptest::prelude::*;

    /// Tiles cut from a tree when they are asked for, and a list of those that were.
    struct Cut<'t> {
        tree: &'t Tree,
        asked: RefCell<Vec<String>>,
        full: bool,
    }

    impl<'t> Cut<'t> {
        fn of(tree: &'t Tree) -> Self {
            Self { tree, asked: RefCell::default(), full: false }
        }
    }

    impl TileSource for &Cut<'_> {
        type Error = String;
        fn tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
            self.asked.borrow_mut().push(tile.to_string());
            let tile = if self.full { tile.full() } else { tile };
            let hash = |(level, index)| self.tree.subtree(level, index).map_err(|error| error.to_string());
            let hashes = tile.subtrees().map(hash).collect::<Result<Vec<_>, _>>()?;
            Ok(hashes.iter().flat_map(|hash| *hash.as_bytes()).collect())
        }
    }

    fn tree(count: u64) -> Tree {
        (0..count).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect()
    }

    #[test]
    fn every_root_up_to_three_levels_is_that_of_the_tree() {
        let tree = tree(66_000);
        for size in
            [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 66_000].map(TreeSize::new)
        {
            let cut = Cut::of(&tree);
            let tiled = TiledTree::new(&cut, size);
            assert_eq!(prove::head(&tiled, size), Ok(tree.head_at(size).unwrap()), "size {size}");
            let edge: Vec<String> = Tile::right_edge(size).map(|tile| tile.to_string()).collect();
            let mut asked = cut.asked.into_inner();
            asked.sort();
            assert_eq!(asked, edge, "the right edge is all that the root of size {size} needs");
        }
    }

    #[test]
    fn a_tile_is_asked_for_once() {
        let tree = tree(70_000);
        let cut = Cut::of(&tree);
        let tiled = TiledTree::new(&cut, tree.size());
        let proof = prove::prove_inclusion(&tiled, Position::new(1234), tree.size()).unwrap();
        assert_eq!(proof, tree.prove_inclusion(Position::new(1234), tree.size()).unwrap());
        let mut asked = cut.asked.borrow().clone();
        asked.sort();
        assert_eq!(asked, ["tile/0/004", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17"]);
    }

    #[test]
    fn a_full_tile_stands_in_for_a_partial_one_that_is_gone() {
        let tree = tree(512);
        let size = TreeSize::new(300);
        let cut = Cut { full: true, ..Cut::of(&tree) };
        let proof = prove::prove_inclusion(&TiledTree::new(&cut, size), Position::new(260), size);
        // Level 1 has only two hashes, so its full tile does not exist: the proof asks for one that cannot be had.
        assert!(matches!(proof, Err(ProveError::Source(TiledError::Source { .. }))));
        let level_0 = TiledTree::new(&cut, size).subtree(2, 74);
        assert_eq!(level_0, Ok(tree.subtree(2, 74).unwrap()));
    }

    #[test]
    fn a_tile_of_another_length_is_refused() {
        struct Short;
        impl TileSource for Short {
            type Error = String;
            fn tile(&self, _: Tile) -> Result<Vec<u8>, String> {
                Ok(vec![0; 33])
            }
        }
        let refused = TiledTree::new(Short, TreeSize::new(2)).subtree(0, 0).unwrap_err();
        insta::assert_snapshot!(refused, @"tile/0/000.p/2 has 33 bytes; it holds 2 hashes of 32 bytes");
        let refused = TiledTree::new(Short, TreeSize::new(2)).subtree(2, 0).unwrap_err();
        insta::assert_snapshot!(refused, @"a tree of size 2 has no complete subtree 0 at level 2");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn proofs_from_tiles_are_those_of_the_tree(new in 1u64..1500, old in 1u64..1500, place in 0u64..1500) {
            let tree = tree(new);
            let (new, old, place) = (tree.size(), TreeSize::new(old), Position::new(place));
            let cut = Cut::of(&tree);
            let tiled = TiledTree::new(&cut, new);
            if let Ok(proof) = tree.prove_inclusion(place, new) {
                prop_assert_eq!(prove::prove_inclusion(&tiled, place, new), Ok(proof));
            }
            if let Ok(proof) = tree.prove_consistency(old, new) {
                prop_assert_eq!(prove::prove_consistency(&tiled, old, new), Ok(proof));
            }
        }
    }
}
