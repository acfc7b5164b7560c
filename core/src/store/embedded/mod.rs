//! The embedded store: one SQLite file in a directory, one writer, as many readers as wanted.
//!
//! `docs/format.md` (Stores) defines the files; the contract is [`Store`]'s. A group's envelopes, parts,
//! requests and new head are one transaction, and `Ok` comes after the disk has it. This module sees opaque
//! bytes; the keys beside the database, the queue of commands and the clock are the writer's.

mod acknowledged;
mod check;
mod copy;
mod create;
mod erase;
mod failure;
mod faults;
mod files;
mod layout;
mod lock;
mod open;
mod reader;
mod rows;
mod wal;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior, params};

pub use acknowledged::last_acknowledged;
pub use copy::{Copied, bring_together, copy_apart};
pub use faults::Fault;
pub use files::create_dir;
pub use layout::{DATABASE, KEYS};
pub use open::Recovery;
pub use reader::EmbeddedReader;

use self::acknowledged::Acknowledged;
use self::erase::Fold;
use self::failure::WriteFailure;
use self::faults::Faults;
use self::layout::Layout;
use self::lock::WriterLock;
use self::open::Opened;
use self::reader::Bell;
use super::error::StoreError;
use super::group::{Entry, Group, Place, Request};
use super::port::{Reader, Store};
use crate::ledger::{Frontier, Position, TreeHead, TreeSize};

/// The one writing handle of an embedded store.
#[derive(Debug)]
pub struct EmbeddedStore {
    // Fields are dropped in this order: the file is closed before another writer may take the lock.
    connection: Connection,
    /// The frontier of the last durable group.
    frontier: Frontier,
    head: TreeHead,
    /// Why this writer takes no group any more.
    poison: Option<String>,
    acknowledged: Acknowledged,
    bell: Arc<Bell>,
    faults: Faults,
    recovery: Recovery,
    layout: Layout,
    _lock: WriterLock,
}

impl EmbeddedStore {
    /// Makes an empty store in `dir`, which may exist, and opens it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], [`StoreError::Locked`], or [`StoreError::NotWritten`] when the disk is full or
    /// read-only. A creation that was interrupted leaves no store, and the next one begins anew.
    pub fn create(dir: &Path) -> Result<Self, StoreError> {
        files::create_dir(dir).map_err(|error| failure::file("make the store's directory", &error))?;
        let layout = Layout::new(dir);
        let lock = WriterLock::take(layout.lock())?;
        create::create(&layout)?;
        Self::open_locked(layout, lock)
    }

    /// Opens the store in `dir` for writing, drops the remains of a group that was never acknowledged, and
    /// says so in [`EmbeddedStore::recovery`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`], [`StoreError::Foreign`], [`StoreError::Layout`], [`StoreError::Locked`] when
    /// there is another writer, [`StoreError::Damaged`] when what was acknowledged is not whole, or
    /// [`StoreError::NotWritten`] when the disk is full or read-only.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let layout = Layout::new(dir);
        if !layout.database().exists() {
            return Err(StoreError::Missing { path: dir.to_owned() });
        }
        let lock = WriterLock::take(layout.lock())?;
        Self::open_locked(layout, lock)
    }

    fn open_locked(layout: Layout, lock: WriterLock) -> Result<Self, StoreError> {
        let Opened { connection, frontier, acknowledged, recovery } = open::open(&layout)?;
        let head = frontier.head();
        Ok(Self {
            connection,
            frontier,
            head,
            poison: None,
            acknowledged,
            bell: Arc::new(Bell::new(head.size)),
            faults: Faults::default(),
            recovery,
            layout,
            _lock: lock,
        })
    }

    /// What the opening dropped.
    #[must_use]
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// The right edge of the ledger's tree at the head.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The directory of the store.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.layout.dir()
    }

    /// The directory for the keys, of mode 0700; the store itself makes no key.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        self.layout.keys()
    }

    /// A reader for another thread, woken by this writer's commits.
    ///
    /// # Errors
    ///
    /// As [`EmbeddedReader::open`].
    pub fn embedded_reader(&self) -> Result<EmbeddedReader, StoreError> {
        EmbeddedReader::open_beside(&self.layout, Some(Arc::clone(&self.bell)))
    }

    /// Makes `fault` strike the next commit.
    #[cfg(feature = "testing")]
    pub fn inject(&mut self, fault: Fault) {
        self.faults.inject(fault);
    }

    /// Lets the file grow to `count` pages only: a disk that is full.
    ///
    /// # Panics
    ///
    /// When SQLite does not take the limit.
    #[cfg(feature = "testing")]
    #[allow(clippy::expect_used, reason = "a test without its limit must not go on")]
    pub fn limit_pages(&self, count: u32) {
        let set = self.connection.pragma_update_and_check(None, "max_page_count", count, |_| Ok(()));
        set.expect("SQLite takes a limit of pages");
    }

    fn refuse_if_poisoned(&self) -> Result<(), StoreError> {
        match &self.poison {
            None => Ok(()),
            Some(cause) => Err(StoreError::Poisoned { size: self.head.size, cause: cause.clone() }),
        }
    }

    /// Writes the group and the head that follows from it, in one transaction.
    fn write(&mut self, group: &Group, next: &Edge) -> Result<(), WriteFailure> {
        self.faults.before_write()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert_entries(&transaction, self.head.size, &group.entries)?;
        insert_requests(&transaction, &group.requests)?;
        move_head(&transaction, self.head.size, next)?;
        self.faults.before_commit()?;
        self.faults.commit(transaction)
    }

    /// Takes over what is durable now: the guard first, then whoever waits.
    fn adopt(&mut self, next: Edge) {
        self.head = next.head;
        self.frontier = next.frontier;
        // The guard is no promise: where it cannot be written, an opening only knows less.
        let _ = self.acknowledged.note(self.head);
        self.bell.ring(self.head.size);
    }

    /// The answer to a write that failed: everything as it was, or a poisoned writer.
    fn settle(&mut self, failure: WriteFailure) -> StoreError {
        let cause = match failure {
            WriteFailure::Unchanged(obstacle, detail) if self.is_unchanged() => {
                return StoreError::NotWritten { obstacle, detail };
            }
            WriteFailure::Unchanged(_, cause) | WriteFailure::Doubt(cause) => cause,
        };
        // The log may hold the group: it stays for the next opening to judge, and is not folded away.
        let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        self.poison = Some(cause.clone());
        StoreError::Poisoned { size: self.head.size, cause }
    }

    /// Whether no transaction is left open and the file still states our head.
    fn is_unchanged(&self) -> bool {
        self.connection.is_autocommit() && rows::head(&self.connection).is_ok_and(|row| row.head == self.head)
    }
}

impl Store for EmbeddedStore {
    fn head(&self) -> TreeHead {
        self.head
    }

    fn commit(&mut self, expected: TreeSize, group: &Group) -> Result<TreeHead, StoreError> {
        self.refuse_if_poisoned()?;
        if expected != self.head.size {
            return Err(StoreError::Conflict { expected, actual: self.head.size });
        }
        group.check(expected)?;
        let next = Edge::after(&self.frontier, &group.entries);
        match self.write(group, &next) {
            Ok(()) => self.adopt(next),
            Err(failure) => return Err(self.settle(failure)),
        }
        Ok(self.head)
    }

    fn erase(&mut self, places: &[Place], positions: &[Position]) -> Result<(), StoreError> {
        self.refuse_if_poisoned()?;
        if let Err(failure) = erase::delete(&mut self.connection, places, positions) {
            return Err(self.settle(failure));
        }
        match erase::fold_log(&self.connection) {
            Ok(Fold::Done) => Ok(()),
            Ok(Fold::Held) => Err(StoreError::ErasureHeld { path: self.layout.database() }),
            Err(failure) => Err(self.settle(failure)),
        }
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(self.embedded_reader()?))
    }
}

/// The right edge of the tree after a group, and just before its last event.
struct Edge {
    before_last: Frontier,
    frontier: Frontier,
    head: TreeHead,
}

impl Edge {
    fn after(frontier: &Frontier, entries: &[Entry]) -> Self {
        let mut before_last = frontier.clone();
        let mut frontier = frontier.clone();
        if let Some((last, others)) = entries.split_last() {
            before_last.extend(others.iter().map(|entry| entry.leaf.hash()));
            frontier.clone_from(&before_last);
            frontier.push(last.leaf.hash());
        }
        let head = frontier.head();
        Self { before_last, frontier, head }
    }
}

fn insert_entries(connection: &Connection, size: TreeSize, entries: &[Entry]) -> rusqlite::Result<()> {
    let mut envelope = connection.prepare_cached("INSERT INTO envelope (position, bytes) VALUES (?1, ?2)")?;
    let mut row = connection.prepare_cached(
        "INSERT INTO part (place, kind, commitment, key, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut position = size.next_position();
    for Entry { leaf, parts } in entries {
        envelope.execute(params![rows::key(position), leaf.bytes()])?;
        for part in parts {
            let place = rows::place_key(Place { position, index: part.index });
            row.execute(params![place, part.kind, part.commitment, &part.key[..], part.bytes])?;
        }
        position = position.next();
    }
    Ok(())
}

fn insert_requests(connection: &Connection, requests: &[Request]) -> rusqlite::Result<()> {
    let mut row =
        connection.prepare_cached("INSERT INTO request (position, command_id, mac) VALUES (?1, ?2, ?3)")?;
    for request in requests {
        row.execute(params![rows::key(request.position), request.command_id, rows::request_mac(request)])?;
    }
    Ok(())
}

/// Moves the head from the size that this writer left there; another size means another writer.
fn move_head(connection: &Connection, expected: TreeSize, next: &Edge) -> Result<(), WriteFailure> {
    let mut row = connection.prepare_cached(
        "UPDATE head SET size = ?1, root = ?2, before_last = ?3 WHERE id = 0 AND size = ?4",
    )?;
    let [size, old] = [next.head.size, expected].map(|size| rows::key(size.next_position()));
    let changed = row.execute(params![size, next.head.root.as_bytes(), next.before_last.to_bytes(), old])?;
    if changed == 1 {
        return Ok(());
    }
    Err(WriteFailure::Doubt("another program changed the head since".to_owned()))
}
