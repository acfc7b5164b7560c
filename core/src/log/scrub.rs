//! The scrub: every tile file held against the ledger, a chunk at a time, so that it runs beside everything else.
//!
//! `docs/operating.md` (Tiles) says what an operator sees of it. A tile that differs is written again and reported; it was
//! not given out meanwhile. This module does not know when to run.

use super::edge::Edge;
use super::files::Was;
use crate::ledger::{Tile, TreeSize};

/// How far a scrub has come; a new one begins at the first event.
#[derive(Debug, Default)]
pub struct Scrub {
    pub(super) edge: Edge,
}

impl Scrub {
    /// A scrub that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events it has seen.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.edge.size()
    }
}

/// What a comparison of tiles with the ledger found, and mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// The tiles whose file held something else.
    pub differing: Vec<Tile>,
    /// How many had no file.
    pub missing: u64,
    /// How many files were deleted that are no tiles of this ledger.
    pub removed: u64,
    /// Whether the scrub has come to the end of the tiles.
    pub finished: bool,
}

impl Scrubbed {
    pub(super) fn add(&mut self, tile: Tile, was: Was) {
        match was {
            Was::Same => {}
            Was::Missing => self.missing += 1,
            Was::Differing => self.differing.push(tile),
        }
    }
}
