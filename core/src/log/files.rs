//! Writing tile files: extended as the ledger grows, held against it at an opening, made again where they differ.
//!
//! `docs/format.md` (Tiles) defines paths and bytes. A full tile is written once; the partial ones at the right edge give
//! way to wider ones and go when the full one is there. This module does not know what an envelope says.
//!
//! ```text
//! tiles/
//!   tile/0/000 …          full tiles; partial ones below 000.p/ until then
//!   checkpoint            the newest published checkpoint
//!   extended              devenir tiles SIZE ROOT: how far the files reach, written last
//! ```

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::disk::{self, Disk};
use super::edge::{Edge, bytes_of, hashes_of};
use super::scrub::{Scrub, Scrubbed};
use super::tiles::{CHECKPOINT, TileFileError, TileReader, io};
use crate::ledger::{Hash, Tile, TreeHead, TreeSize, leaf_hash};
use crate::store::ReadLedger;

const TITLE: &str = "devenir tiles";
const EXTENDED: &str = "extended";
/// Envelopes read at once: four tiles of the lowest level.
const READ_AT_ONCE: usize = 1_024;
/// Tiles that wait for their sync and their name, 8 KiB each.
const WAITING_MAX: usize = 1_024;

/// The files, for the one who writes them.
#[derive(Debug)]
pub struct TileFiles {
    reader: TileReader,
    disk: Disk,
    repaired: Scrubbed,
    /// Tiles that were written beside their names, and have neither a sync nor the name: they get both together.
    waiting: RefCell<BTreeSet<Tile>>,
    /// Directories in which tiles were written whose names the disk may not have yet.
    unsynced: RefCell<BTreeSet<PathBuf>>,
}

impl TileFiles {
    /// Opens the files below `dir` and extends them to the head of the ledger; where they do not lead to its root, they are
    /// made again from it, and [`TileFiles::repaired`] says which differed.
    ///
    /// # Errors
    ///
    /// [`TileFileError`] when the disk or the ledger cannot be read, or the ledger does not lead to its own root.
    pub fn open(dir: &Path, ledger: &dyn ReadLedger) -> Result<Self, TileFileError> {
        Self::open_on(Disk::default(), dir, ledger)
    }

    pub(super) fn open_on(disk: Disk, dir: &Path, ledger: &dyn ReadLedger) -> Result<Self, TileFileError> {
        disk.create_dir(dir).map_err(|source| io("made", dir, source))?;
        let head = ledger.head()?;
        let kept = read_edge(dir)?.filter(|edge| edge.size() <= head.size);
        let begins_anew = kept.is_none();
        let edge = Arc::new(RwLock::new(Arc::new(kept.unwrap_or_default())));
        let reader = TileReader { dir: dir.into(), edge };
        let mut files = Self {
            reader,
            disk,
            repaired: Scrubbed::default(),
            waiting: RefCell::default(),
            unsynced: RefCell::default(),
        };
        if begins_anew {
            files.rebuild(ledger, head)?;
            return Ok(files);
        }
        match files.extend(ledger, head) {
            Err(TileFileError::Root { .. }) => files.rebuild(ledger, head)?,
            other => other?,
        }
        Ok(files)
    }

    /// What the opening found different from the ledger, and wrote again.
    #[must_use]
    pub fn repaired(&self) -> &Scrubbed {
        &self.repaired
    }

    /// A way to the tiles, for any number of threads.
    #[must_use]
    pub fn reader(&self) -> TileReader {
        self.reader.clone()
    }

    /// Extends the files to `head`, a head of the ledger; whoever reads sees the new size once all files are written.
    ///
    /// # Errors
    ///
    /// [`TileFileError`]: whoever reads still sees the old size.
    pub fn extend(&mut self, ledger: &dyn ReadLedger, head: TreeHead) -> Result<(), TileFileError> {
        let old = self.reader.edge();
        if old.head() == head {
            return Ok(());
        }
        let mut edge = Edge::clone(&old);
        push_until(&mut edge, ledger, head.size, |tile, hashes| self.fill(tile, hashes).map(drop))?;
        check_root(&edge, head)?;
        self.adopt(&old, edge, |_, _| Ok(()))
    }

    /// Compares the next `count_max` events, about, with the tiles over them, and writes again those that differ.
    ///
    /// # Errors
    ///
    /// [`TileFileError`]; calling again goes on where it stopped.
    pub fn scrub(
        &self,
        scrub: &mut Scrub,
        ledger: &dyn ReadLedger,
        count_max: u64,
    ) -> Result<Scrubbed, TileFileError> {
        let current = self.reader.edge();
        let size = current.size().min(scrub.edge.size().plus(count_max));
        let mut found = Scrubbed::default();
        push_until(&mut scrub.edge, ledger, size, |tile, hashes| {
            found.add(tile, self.fill(tile, hashes)?);
            Ok(())
        })?;
        if scrub.edge.size() == current.size() {
            check_root(&scrub.edge, current.head())?;
            for (tile, hashes) in current.tiles() {
                found.add(tile, self.put(tile, hashes)?);
            }
            self.name_tiles()?;
            for (tile, hashes) in current.tiles() {
                self.sweep(tile, hashes, &mut found)?;
            }
            found.finished = true;
        }
        self.name_tiles()?;
        Ok(found)
    }

    /// Makes every file again from the ledger, in one go.
    fn rebuild(&mut self, ledger: &dyn ReadLedger, head: TreeHead) -> Result<(), TileFileError> {
        let mut found = Scrubbed::default();
        let mut edge = Edge::default();
        push_until(&mut edge, ledger, head.size, |tile, hashes| {
            found.add(tile, self.fill(tile, hashes)?);
            Ok(())
        })?;
        check_root(&edge, head)?;
        self.adopt(&Edge::default(), edge, |tile, was| {
            found.add(tile, was);
            Ok(())
        })?;
        found.finished = true;
        self.repaired = found;
        Ok(())
    }

    /// Writes a full tile; the partial ones that it replaces go once it is there.
    fn fill(&self, tile: Tile, hashes: &[Hash]) -> Result<Was, TileFileError> {
        let was = self.put(tile, hashes)?;
        if was == Was::Same {
            self.forget_partial(tile)?;
        } else if self.waiting.borrow().len() >= WAITING_MAX {
            self.name_tiles()?;
        }
        Ok(was)
    }

    /// Writes the partial tiles of a new edge and how far it reaches, then shows it to whoever reads.
    fn adopt(
        &mut self,
        old: &Edge,
        edge: Edge,
        mut wrote: impl FnMut(Tile, Was) -> Result<(), TileFileError>,
    ) -> Result<(), TileFileError> {
        let before = |tile: Tile| Tile::at(tile.level(), tile.index(), old.size());
        for (tile, hashes) in edge.tiles().filter(|(tile, _)| before(*tile) != Some(*tile)) {
            let was = self.put(tile, hashes)?;
            wrote(tile, was)?;
        }
        self.name_tiles()?;
        for (tile, hashes) in edge.tiles().filter(|(tile, _)| before(*tile).is_none()) {
            // Whatever else lies there is of no ledger that we know of.
            self.sweep(tile, hashes, &mut Scrubbed::default())?;
        }
        let TreeHead { size, root } = edge.head();
        self.write(&self.reader.dir.join(EXTENDED), format!("{TITLE} {size} {root}\n").as_bytes())?;
        *self.reader.edge.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edge);
        Ok(())
    }

    /// Makes the file of a tile hold these hashes once [`TileFiles::name_tiles`] is through; says what it held.
    fn put(&self, tile: Tile, hashes: &[Hash]) -> Result<Was, TileFileError> {
        let path = self.reader.path(tile);
        let bytes = bytes_of(hashes);
        // What waited for this name, after something failed, is not to take it.
        self.waiting.borrow_mut().remove(&tile);
        let was = match disk::read(&path).map_err(|source| io("read", &path, source))? {
            Some(held) if held == bytes => return Ok(Was::Same),
            Some(_) => Was::Differing,
            None => Was::Missing,
        };
        if let Some(dir) = path.parent() {
            self.disk.create_dir(dir).map_err(|source| io("made", dir, source))?;
        }
        self.disk.grow(&path, &bytes).map_err(|source| io("written", &path, source))?;
        self.waiting.borrow_mut().insert(tile);
        Ok(was)
    }

    /// Gives the tiles that were written their names, and returns when the disk has all of it; where that fails, no tile
    /// waits any more, since some may have their names, and whoever goes on puts the others again.
    fn name_tiles(&self) -> Result<(), TileFileError> {
        let tiles = std::mem::take(&mut *self.waiting.borrow_mut());
        let paths: Vec<PathBuf> = tiles.iter().map(|tile| self.reader.path(*tile)).collect();
        self.disk.sync_grown(&paths).map_err(|source| io("synced", &self.reader.dir, source))?;
        for path in &paths {
            self.unsynced.borrow_mut().extend(path.parent().map(Path::to_owned));
            self.disk.name_grown(path).map_err(|source| io("written", path, source))?;
        }
        self.sync_names()?;
        tiles.into_iter().filter(|tile| tile.is_full()).try_for_each(|tile| self.forget_partial(tile))
    }

    /// Returns when the disk has the names of all tiles that were written.
    fn sync_names(&self) -> Result<(), TileFileError> {
        let mut unsynced = self.unsynced.borrow_mut();
        // The directory of partial tiles goes when their full one is there.
        for dir in unsynced.iter().filter(|dir| dir.exists()) {
            self.disk.sync_names(dir).map_err(|source| io("synced", dir, source))?;
        }
        unsynced.clear();
        Ok(())
    }

    /// Deletes every narrower tile beside a partial one that does not begin like it.
    fn sweep(&self, tile: Tile, hashes: &[Hash], found: &mut Scrubbed) -> Result<(), TileFileError> {
        let path = self.reader.path(tile);
        let Some(dir) = path.parent() else { return Ok(()) };
        let listed = std::fs::read_dir(dir).map_err(|source| io("listed", dir, source))?;
        for entry in listed {
            let path = entry.map_err(|source| io("listed", dir, source))?.path();
            let bytes = disk::read(&path).map_err(|source| io("read", &path, source))?.unwrap_or_default();
            let width: Option<u16> = path.file_name().and_then(|name| name.to_str()?.parse().ok());
            let expected = width.and_then(|width| hashes.get(..usize::from(width)));
            if expected.is_none_or(|expected| bytes_of(expected) != bytes) {
                std::fs::remove_file(&path).map_err(|source| io("deleted", &path, source))?;
                found.removed += 1;
            }
        }
        Ok(())
    }

    fn forget_partial(&self, full: Tile) -> Result<(), TileFileError> {
        self.waiting.borrow_mut().retain(|tile| tile.is_full() || tile.full() != full);
        let mut name = self.reader.path(full).into_os_string();
        name.push(".p");
        let dir = PathBuf::from(name);
        disk::remove_dir(&dir).map_err(|source| io("deleted", &dir, source))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), TileFileError> {
        self.disk.replace(path, bytes).map_err(|source| io("written", path, source))
    }

    /// Puts a checkpoint where everybody finds it; the caller has made sure that it is recorded as signed.
    pub(super) fn publish(&self, note: &str) -> Result<(), TileFileError> {
        self.write(&self.reader.dir.join(CHECKPOINT), note.as_bytes())
    }
}

/// What the file of a tile held before it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    Same,
    Missing,
    Differing,
}

/// Pushes the ledger's leaves from the edge on, until it has `size`.
fn push_until(
    edge: &mut Edge,
    ledger: &dyn ReadLedger,
    size: TreeSize,
    mut full: impl FnMut(Tile, &[Hash]) -> Result<(), TileFileError>,
) -> Result<(), TileFileError> {
    while edge.size() < size {
        let left = usize::try_from(size.get() - edge.size().get()).unwrap_or(usize::MAX);
        let envelopes = ledger.read(edge.size().next_position(), left.min(READ_AT_ONCE))?;
        if envelopes.is_empty() {
            return Err(TileFileError::Short { size, found: edge.size() });
        }
        for envelope in envelopes {
            for (tile, hashes) in edge.push(leaf_hash(&envelope)) {
                full(tile, &hashes)?;
            }
        }
    }
    Ok(())
}

fn check_root(edge: &Edge, stated: TreeHead) -> Result<(), TileFileError> {
    let computed = edge.head();
    if computed == stated { Ok(()) } else { Err(TileFileError::Root { computed, stated }) }
}

/// The edge that the files hold, if they lead to the root that they say.
fn read_edge(dir: &Path) -> Result<Option<Edge>, TileFileError> {
    let path = dir.join(EXTENDED);
    let Some(line) = disk::read(&path).map_err(|source| io("read", &path, source))? else { return Ok(None) };
    let Some(stated) = std::str::from_utf8(&line).ok().and_then(parse) else { return Ok(None) };
    let edge = Edge::of_tiles(stated.size, |tile| {
        let path = dir.join(tile.to_string());
        let bytes = disk::read(&path).map_err(|source| io("read", &path, source))?;
        Ok::<_, TileFileError>(bytes.map(|bytes| hashes_of(&bytes)).unwrap_or_default())
    })?;
    Ok(edge.filter(|edge| edge.head() == stated))
}

fn parse(line: &str) -> Option<TreeHead> {
    let (size, root) = line.strip_prefix(TITLE)?.strip_suffix('\n')?.trim_start().split_once(' ')?;
    Some(TreeHead { size: size.parse().ok()?, root: root.parse().ok()? })
}
