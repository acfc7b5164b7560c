//! Reading tile files: tiles and bundles to give out, and proofs.
//!
//! `docs/format.md` (Tiles) defines them. A tile is given out only if its root stands in the tile above it, and so on up to
//! the right edge, which was held against the ledger. Bundles of entries are cut from the ledger itself: there is no
//! copy of them. This module does not know who asks.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::disk;
use super::edge::{Shared, bytes_of, hashes_of, root_of};
use crate::ledger::{
    BundleError, ConsistencyProof, Hash, InclusionProof, Position, ProveError, Tile, TileLevel, TileSource,
    TiledError, TiledTree, TreeHead, TreeSize, encode_bundle, leaf_hash, prove_consistency, prove_inclusion,
};
use crate::store::{ReadLedger, StoreError};

/// The newest published checkpoint, beside the tiles.
pub(super) const CHECKPOINT: &str = "checkpoint";

/// A way to the tiles, for any number of threads.
#[derive(Debug, Clone)]
pub struct TileReader {
    pub(super) dir: Arc<Path>,
    pub(super) edge: Arc<RwLock<Shared>>,
}

impl TileReader {
    /// The tree as it is now; it stays as it is while the files grow.
    #[must_use]
    pub fn tiles(&self) -> Tiles {
        Tiles { dir: Arc::clone(&self.dir), edge: self.edge() }
    }

    /// The newest published checkpoint, a note; none before the first.
    ///
    /// # Errors
    ///
    /// [`TileFileError::Io`] when the file cannot be read.
    pub fn checkpoint(&self) -> Result<Option<Vec<u8>>, TileFileError> {
        let path = self.dir.join(CHECKPOINT);
        disk::read(&path).map_err(|source| io("read", &path, source))
    }

    pub(super) fn edge(&self) -> Shared {
        Arc::clone(&self.edge.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn path(&self, tile: Tile) -> PathBuf {
        self.dir.join(tile.to_string())
    }
}

/// The tiles of a tree of a certain size.
#[derive(Debug, Clone)]
pub struct Tiles {
    dir: Arc<Path>,
    edge: Shared,
}

impl Tiles {
    /// The size and root of the tree.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.edge.head()
    }

    /// The hashes of a tile, checked up to the right edge.
    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, TileFileError> {
        let size = self.edge.size();
        let not_held = || TileFileError::NotHeld { tile, size };
        let TileLevel::Hashes(level) = tile.level() else { return Err(not_held()) };
        let current = Tile::at(tile.level(), tile.index(), size).ok_or_else(not_held)?;
        if current.width() < tile.width() {
            return Err(not_held());
        }
        if let Some(hashes) = self.edge.hashes(tile) {
            return Ok(hashes.to_vec());
        }
        let path = self.dir.join(current.to_string());
        let bytes = disk::read(&path).map_err(|source| io("read", &path, source))?;
        let bytes = bytes.ok_or_else(|| TileFileError::Differs { path: path.clone(), why: "is missing" })?;
        let mut hashes = hashes_of(&bytes);
        if Some(bytes.len()) != current.len_of_hashes() {
            return Err(TileFileError::Differs { path, why: "has another length" });
        }
        let width = u64::from(Tile::WIDTH);
        let above =
            Tile::at(TileLevel::Hashes(level + 1), tile.index() / width, size).ok_or_else(not_held)?;
        let place = usize::try_from(tile.index() % width).unwrap_or(usize::MAX);
        if self.hashes(above)?.get(place) != Some(&root_of(&hashes)) {
            return Err(TileFileError::Differs { path, why: "does not lead to the hash above it" });
        }
        hashes.truncate(usize::from(tile.width()));
        Ok(hashes)
    }

    /// The envelopes of a tile of entries, cut from the ledger and held against their leaf hashes.
    ///
    /// # Errors
    ///
    /// [`TileFileError`] when the tree has no such tile, the ledger cannot be read, or an envelope is another than the tree
    /// has.
    pub fn bundle(&self, ledger: &dyn ReadLedger, tile: Tile) -> Result<Vec<u8>, TileFileError> {
        let size = self.edge.size();
        let held = Tile::at(tile.level(), tile.index(), size).filter(|held| held.width() >= tile.width());
        let leaves = held.and_then(|_| Tile::at(TileLevel::Hashes(0), tile.index(), size));
        let (TileLevel::Entries, Some(leaves)) = (tile.level(), leaves) else {
            return Err(TileFileError::NotHeld { tile, size });
        };
        let first = Position::new(tile.index() * u64::from(Tile::WIDTH));
        let entries = ledger.read(first, usize::from(tile.width()))?;
        let hashes = self.hashes(leaves)?;
        if entries.len() != usize::from(tile.width())
            || entries.iter().zip(&hashes).any(|(entry, hash)| leaf_hash(entry) != *hash)
        {
            return Err(TileFileError::Entry { tile });
        }
        Ok(encode_bundle(&entries)?)
    }

    /// That the leaf at `position` stands in the tree of the first `size` leaves; any size up to this tree's will do.
    ///
    /// # Errors
    ///
    /// As [`prove_inclusion`].
    pub fn prove_inclusion(&self, position: Position, size: TreeSize) -> Result<InclusionProof, ProofError> {
        prove_inclusion(&TiledTree::new(self, size), position, size)
    }

    /// That the tree of the first `new` leaves begins with that of the first `old`.
    ///
    /// # Errors
    ///
    /// As [`prove_consistency`].
    pub fn prove_consistency(&self, old: TreeSize, new: TreeSize) -> Result<ConsistencyProof, ProofError> {
        prove_consistency(&TiledTree::new(self, new), old, new)
    }
}

/// Why a proof could not be read from tile files.
pub type ProofError = ProveError<TiledError<TileFileError>>;

impl TileSource for &Tiles {
    type Error = TileFileError;
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, TileFileError> {
        Ok(bytes_of(&self.hashes(tile)?))
    }
}

pub(super) fn io(doing: &'static str, path: &Path, source: io::Error) -> TileFileError {
    TileFileError::Io { doing, path: path.to_owned(), source }
}

/// Why a tile could not be written or given out.
#[derive(Debug, thiserror::Error)]
pub enum TileFileError {
    /// The file system refuses.
    #[error("{} cannot be {doing}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The ledger cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tree has no such tile.
    #[error("the tree of size {size} has no {tile}")]
    NotHeld {
        /// What was asked for.
        tile: Tile,
        /// The tree's size.
        size: TreeSize,
    },
    /// A file is not what the ledger makes it; it was not given out.
    #[error("{} {why}; it is written again by the next scrub, or delete the directory of tiles and start again", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
        /// How it differs.
        why: &'static str,
    },
    /// An envelope in the ledger is another than the tree has.
    #[error("the ledger's envelopes are not those of {tile}; run `devenir verify`")]
    Entry {
        /// The tile of entries.
        tile: Tile,
    },
    /// The ledger ends too early.
    #[error("the ledger states {size} events, but ends after {found}; run `devenir verify`")]
    Short {
        /// What it states.
        size: TreeSize,
        /// What it gives.
        found: TreeSize,
    },
    /// The envelopes do not lead to the root.
    #[error("the envelopes lead to a {computed}, but the ledger states a {stated}; run `devenir verify`")]
    Root {
        /// What the envelopes lead to.
        computed: TreeHead,
        /// What the ledger states.
        stated: TreeHead,
    },
    /// The envelopes do not fit in a bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}
