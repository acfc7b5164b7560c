//! The right edge of a tree as rows of tiles: what a running ledger needs to write the next ones.
//!
//! `docs/format.md` (Tiles): the partial tiles of a size are its right edge, and its root follows from them. Leaves are
//! pushed, full tiles come out. This module knows no file.

use std::sync::Arc;

use crate::ledger::prove;
use crate::ledger::{Hash, Tile, TileLevel, TileSource, TiledTree, TreeHead, TreeSize, node_hash};

/// How many levels a tree of fewer than 2^64 leaves has.
const LEVELS: usize = Tile::MAX_LEVEL as usize + 1;

/// The hashes of the partial tiles, one row a level; a row without hashes is no tile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edge {
    size: TreeSize,
    rows: [Vec<Hash>; LEVELS],
}

impl Edge {
    /// The edge of a tree of `size`, from its partial tiles; none where one has another length.
    pub(super) fn of_tiles<E>(
        size: TreeSize,
        mut tile: impl FnMut(Tile) -> Result<Vec<Hash>, E>,
    ) -> Result<Option<Self>, E> {
        let mut edge = Self { size, ..Self::default() };
        for partial in Tile::right_edge(size) {
            let hashes = tile(partial)?;
            if hashes.len() != usize::from(partial.width()) {
                return Ok(None);
            }
            if let Some(row) = row_of(partial).and_then(|level| edge.rows.get_mut(level)) {
                *row = hashes;
            }
        }
        Ok(Some(edge))
    }

    pub(super) const fn size(&self) -> TreeSize {
        self.size
    }

    /// Takes a leaf in; gives the tiles that it fills, lowest level first.
    pub(super) fn push(&mut self, leaf: Hash) -> Vec<(Tile, Vec<Hash>)> {
        self.size = self.size.plus(1);
        let mut filled = Vec::new();
        let mut hash = leaf;
        let mut before = self.size.get();
        for (level, row) in (0..).zip(&mut self.rows) {
            row.push(hash);
            if row.len() < usize::from(Tile::WIDTH) {
                break;
            }
            before /= u64::from(Tile::WIDTH);
            let hashes = std::mem::take(row);
            hash = root_of(&hashes);
            let tile = Tile::at(TileLevel::Hashes(level), before.saturating_sub(1), self.size);
            filled.extend(tile.map(|tile| (tile, hashes)));
        }
        filled
    }

    /// The hashes of a partial tile of this edge, or the first ones of it.
    pub(super) fn hashes(&self, tile: Tile) -> Option<&[Hash]> {
        let current = Tile::at(tile.level(), tile.index(), self.size).filter(|tile| !tile.is_full())?;
        self.rows.get(row_of(current)?)?.get(..usize::from(tile.width()))
    }

    /// The partial tiles with their hashes, lowest level first.
    pub(super) fn tiles(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        Tile::right_edge(self.size).filter_map(|tile| Some((tile, self.hashes(tile)?)))
    }

    /// The head of the tree.
    pub(super) fn head(&self) -> TreeHead {
        let root = prove::root(&TiledTree::new(self, self.size), self.size);
        // A root needs the right edge only, and an edge has all of it by construction.
        TreeHead { size: self.size, root: root.unwrap_or(Hash::ZERO) }
    }
}

/// A tile that an edge does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAtTheEdge;

impl TileSource for &Edge {
    type Error = NotAtTheEdge;
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, NotAtTheEdge> {
        self.hashes(tile).map(bytes_of).ok_or(NotAtTheEdge)
    }
}

/// An edge that others read while the next one grows.
pub(super) type Shared = Arc<Edge>;

fn row_of(tile: Tile) -> Option<usize> {
    match tile.level() {
        TileLevel::Entries => None,
        TileLevel::Hashes(level) => Some(usize::from(level)),
    }
}

/// The root over the hashes of a full tile.
pub(super) fn root_of(hashes: &[Hash]) -> Hash {
    let mut hashes = hashes.to_vec();
    while hashes.len() > 1 {
        hashes = hashes.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    hashes.pop().unwrap_or(Hash::ZERO)
}

/// The bytes of a tile.
pub(super) fn bytes_of(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The hashes in a tile's bytes; a length that is no number of hashes leaves the rest out.
pub(super) fn hashes_of(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<{ Hash::LEN }>().0.iter().copied().map(Hash::from_bytes).collect()
}
