//! The mirror: what a watcher keeps of a ledger on its own disk, and the audit's way to it.
//!
//! `docs/verify.md` (Watch) names the files, `docs/format.md` (Tiles) their form: bundles of envelopes as the log serves them,
//! and the newest checkpoint that they lead to. A bundle of a checkpoint that was not accepted is thrown away; the key, the
//! checkpoint that was accepted and evidence never are. This module asks nobody.

use crate::remote::bundles;
use devenir_core::ledger::{
    Frontier, Hash, NamedKey, Note, Position, Tile, TileLevel, Tree, TreeHead, TreeSize, decode_bundle,
    leaf_hash,
};
use devenir_core::log::Disk;
use devenir_core::store::{ReadLedger, StoreError};
use std::fmt::Display;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

const CHECKPOINT: &str = "checkpoint";
const KEY: &str = "key";
const EVIDENCE: &str = "evidence";

/// How many envelopes are read at once.
const READ_AT_ONCE: usize = 1_024;

/// A folder that holds what was seen of one ledger.
#[derive(Debug, Clone)]
pub struct Mirror {
    dir: PathBuf,
}

/// A file of the mirror that cannot be used: this is about the watcher's own disk, and says nothing of the ledger.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct MirrorError {
    path: PathBuf,
    why: String,
}

impl Mirror {
    /// Opens the mirror in `dir`, making it where there is none.
    ///
    /// # Errors
    /// [`MirrorError`]: what the system says.
    pub fn open(dir: &Path) -> Result<Self, MirrorError> {
        let failed =
            |path: &Path, error: io::Error| MirrorError { path: path.to_owned(), why: error.to_string() };
        let dir = std::path::absolute(dir).map_err(|error| failed(dir, error))?;
        Disk::default().create_dir(&dir).map_err(|error| failed(&dir, error))?;
        Ok(Self { dir })
    }

    /// The checkpoint that was accepted last.
    ///
    /// # Errors
    /// [`MirrorError`] where the file does not read, or is no note.
    pub fn checkpoint(&self) -> Result<Option<Note>, MirrorError> {
        let Some(bytes) = self.read(CHECKPOINT)? else { return Ok(None) };
        Note::parse(&bytes).map(Some).map_err(|error| self.failed(CHECKPOINT, &error))
    }

    /// The key that was taken for the ledger's when it was seen first.
    ///
    /// # Errors
    /// [`MirrorError`] where the file does not read, or holds no key.
    pub fn key(&self) -> Result<Option<NamedKey>, MirrorError> {
        let Some(bytes) = self.read(KEY)? else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|error| self.failed(KEY, &error))?;
        text.trim_end().parse().map(Some).map_err(|error| self.failed(KEY, &error))
    }

    /// Keeps the key of the ledger.
    ///
    /// # Errors
    /// [`MirrorError`]: what the system says.
    pub fn pin(&self, key: &NamedKey) -> Result<(), MirrorError> {
        self.write(KEY, format!("{key}\n").as_bytes())
    }

    /// The bundles that a tree of `size` needs and that are not here, beginning with the first.
    pub fn wanted(&self, size: TreeSize) -> impl Iterator<Item = Tile> {
        let dir = self.dir.clone();
        bundles(TreeSize::EMPTY, size).filter(move |tile| !dir.join(tile.to_string()).exists())
    }

    /// Keeps a bundle.
    ///
    /// # Errors
    /// [`MirrorError`]: what the system says.
    pub fn keep(&self, bundle: Tile, bytes: &[u8]) -> Result<(), MirrorError> {
        self.write(&bundle.to_string(), bytes)
    }

    /// Whether a bundle is here with these bytes.
    #[must_use]
    pub fn holds(&self, bundle: Tile, bytes: &[u8]) -> bool {
        self.read(&bundle.to_string()).is_ok_and(|held| held.as_deref() == Some(bytes))
    }

    /// Throws away the bundles of a tree of `new` that one of `old` does not have: what they lead to was not accepted.
    pub fn forget(&self, old: TreeSize, new: TreeSize) {
        for bundle in bundles(old, new) {
            // One that stays is asked about again: its root is derived at each look.
            let _ = std::fs::remove_file(self.dir.join(bundle.to_string()));
        }
    }

    /// Keeps a checkpoint of `new` events, whose bundles are all here and lead to it, in place of one of `old`.
    ///
    /// # Errors
    /// [`MirrorError`]: what the system says.
    pub fn accept(&self, checkpoint: &Note, old: TreeSize, new: TreeSize) -> Result<(), MirrorError> {
        self.write(CHECKPOINT, checkpoint.to_string().as_bytes())?;
        // The partial bundle of before has given way to a wider one.
        let last = Tile::at(TileLevel::Entries, old.get() / u64::from(Tile::WIDTH), old);
        if let Some(narrow) =
            last.filter(|narrow| Tile::at(TileLevel::Entries, narrow.index(), new) != Some(*narrow))
        {
            let _ = std::fs::remove_file(self.dir.join(narrow.to_string()));
        }
        Ok(())
    }

    /// Keeps evidence whose file's name ends in `kind`, and says where.
    ///
    /// # Errors
    /// [`MirrorError`]: what the system says.
    pub fn keep_evidence(&self, text: &str, kind: &str) -> Result<PathBuf, MirrorError> {
        let name = format!("{EVIDENCE}/{}.{kind}", devenir_core::ledger::sha256(text.as_bytes()));
        self.write(&name, text.as_bytes())?;
        Ok(self.dir.join(name))
    }

    /// The ledger of the envelopes that are here, whose bundles are those of a tree of `head.size`.
    #[must_use]
    pub fn ledger(&self, head: TreeHead) -> Mirrored {
        Mirrored { dir: self.dir.clone(), head }
    }

    /// The heads that the envelopes here, of bundles of a tree of `held`, lead to at `size` and at `held`.
    ///
    /// # Errors
    /// [`StoreError`] where one is missing or does not read.
    pub fn heads_at(&self, size: TreeSize, held: TreeSize) -> Result<(TreeHead, TreeHead), StoreError> {
        let mut frontier = Frontier::new();
        let mut earlier = frontier.head();
        self.leaves(Position::FIRST..held.next_position(), held, |leaf| {
            frontier.push(leaf);
            if frontier.size() == size {
                earlier = frontier.head();
            }
        })?;
        Ok((earlier, frontier.head()))
    }

    /// The tree over the envelopes at `positions`, of bundles of a tree of `held`.
    ///
    /// # Errors
    /// As [`Mirror::heads_at`].
    pub fn tree_of(&self, positions: Range<Position>, held: TreeSize) -> Result<Tree, StoreError> {
        let mut tree = Tree::default();
        self.leaves(positions, held, |leaf| {
            tree.push(leaf);
        })?;
        Ok(tree)
    }

    fn leaves(
        &self,
        positions: Range<Position>,
        held: TreeSize,
        mut each: impl FnMut(Hash),
    ) -> Result<(), StoreError> {
        let ledger = self.ledger(TreeHead { size: held, root: Hash::ZERO });
        let Range { start: first, end } = positions;
        let mut position = first;
        while position < end {
            let left = usize::try_from(end.get() - position.get()).unwrap_or(usize::MAX);
            let envelopes = ledger.read(position, left.min(READ_AT_ONCE))?;
            if envelopes.is_empty() {
                break;
            }
            for envelope in envelopes {
                each(leaf_hash(&envelope));
                position = position.next();
            }
        }
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, MirrorError> {
        match std::fs::read(self.dir.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(name, &error)),
        }
    }

    /// Whole or not at all, and on the disk under its name when this returns.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        let (disk, path) = (Disk::default(), self.dir.join(name));
        let made = path.parent().map_or(Ok(()), |dir| disk.create_dir(dir));
        made.and_then(|()| disk.replace(&path, bytes)).map_err(|error| self.failed(name, &error))
    }

    fn failed(&self, name: &str, why: &dyn Display) -> MirrorError {
        MirrorError { path: self.dir.join(name), why: why.to_string() }
    }
}

/// The envelopes of a mirror as a ledger, for the audit.
#[derive(Debug)]
pub struct Mirrored {
    dir: PathBuf,
    head: TreeHead,
}

impl Mirrored {
    fn bundle(&self, bundle: Tile) -> Result<Vec<Vec<u8>>, String> {
        let path = self.dir.join(bundle.to_string());
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let entries =
            decode_bundle(&bytes, bundle.width()).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }
}

impl ReadLedger for Mirrored {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.head)
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut read: Vec<Vec<u8>> = Vec::new();
        let mut position = from;
        while read.len() < count_max {
            let Some((bundle, place)) = Tile::of_entry(position, self.head.size) else { break };
            let unread = |detail| StoreError::Unavailable { doing: "read the mirror".into(), detail };
            let entries = self.bundle(bundle).map_err(unread)?;
            let wanted = entries.into_iter().skip(usize::from(place)).take(count_max - read.len());
            let before = read.len();
            read.extend(wanted);
            position = Position::new(position.get() + (read.len() - before) as u64);
        }
        Ok(read)
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        Ok(self.head)
    }
}
