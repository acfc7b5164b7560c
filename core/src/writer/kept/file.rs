//! The file of the decision state: its tables, what binds it to a ledger, and how it is opened.
//!
//! `docs/operating.md` (What the directory holds) names it among what can be deleted. A file that is missing,
//! damaged, of another version or of another ledger is made anew. This module knows no decider.

use super::supports::Lacking;
use crate::id::{CredentialId, IntentId, LogId, StreamId};
use crate::ledger::{Frontier, Hash, Position};
use crate::writer::private::make_private;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::path::{Path, PathBuf};

/// The file, in the store's directory.
pub(super) const FILE: &str = "state.sqlite3";
/// What the rows mean and how `evolve` makes them: another number makes the file anew.
pub(super) const VERSION: i32 = 12;
/// Pages in the write-ahead log before it is folded back into the file: 16,384 x 4 KiB = 64 MB.
const CHECKPOINT_PAGES: u32 = 16_384;
/// What SQLite may keep of the file in memory.
const CACHE_KIB: u32 = 64 * 1024;

const TABLES: &str = "
    CREATE TABLE bound (id INTEGER PRIMARY KEY CHECK (id = 0), log BLOB NOT NULL, edge BLOB NOT NULL, heads BLOB NOT NULL, commands INTEGER NOT NULL, votes INTEGER NOT NULL) STRICT;
    CREATE TABLE consultation (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE tail (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE subject (nth INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL) STRICT;
    CREATE TABLE ballot (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE pick (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE held (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE act (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE credential (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE pending (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE erasure (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE support (nth INTEGER PRIMARY KEY, counts BLOB NOT NULL) STRICT;
    CREATE TABLE vote (position INTEGER PRIMARY KEY, tag INTEGER NOT NULL) STRICT;
    CREATE TABLE command (position INTEGER PRIMARY KEY, tag INTEGER NOT NULL) STRICT;";

/// What the file was folded from, and what some of its rows must be: they would be written on into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    /// The ledger.
    pub(super) log: LogId,
    /// The right edge of its tree: of how many events, and which.
    pub(super) edge: Frontier,
    /// The root over the last events of its streams.
    pub(super) heads: Hash,
    /// What the rows of commands add up to.
    pub(super) commands: Sum,
    /// What the rows of votes add up to.
    pub(super) votes: Sum,
}

/// What rows of positions add up to, in any order: it shows an accident, and is no proof against anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sum(u64);

impl Sum {
    /// With one more row.
    pub(super) fn add(&mut self, tag: u32, position: Position) {
        self.0 = self.0.wrapping_add(spread(tag, position));
    }

    /// With one row less.
    pub(super) fn remove(&mut self, tag: u32, position: Position) {
        self.0 = self.0.wrapping_sub(spread(tag, position));
    }
}

/// A row as a number that differs in about half of its bits from that of any other (the finalizer of SplitMix64).
fn spread(tag: u32, position: Position) -> u64 {
    let mut mixed =
        position.get().wrapping_add(u64::from(tag).rotate_left(32)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Opens the file in a directory, or makes an empty one; in memory where there is no directory.
pub(super) fn open(dir: Option<&Path>) -> rusqlite::Result<Connection> {
    let Some(dir) = dir else { return create(Connection::open_in_memory()?) };
    let path = dir.join(FILE);
    match existing(&path) {
        Ok(Some(connection)) => Ok(connection),
        // Disposable: whatever is wrong with it, a replay makes it anew.
        Ok(None) | Err(_) => make_anew(dir),
    }
}

/// Removes the file and makes an empty one.
pub(super) fn make_anew(dir: &Path) -> rusqlite::Result<Connection> {
    let path = dir.join(FILE);
    for suffix in ["-wal", "-shm", ""] {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        // What cannot be removed is found by the opening below, which says so.
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
    make_private(&path).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    create(Connection::open(&path)?)
}

fn existing(path: &Path) -> rusqlite::Result<Option<Connection>> {
    if !path.exists() {
        return Ok(None);
    }
    let connection = Connection::open(path)?;
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        return Ok(None);
    }
    set_up(&connection)?;
    Ok(Some(connection))
}

fn create(connection: Connection) -> rusqlite::Result<Connection> {
    set_up(&connection)?;
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(connection)
}

/// A crash may lose the last transactions, never leave half of one: what is lost is replayed.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; \
         PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; \
         PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; PRAGMA cache_size = -{CACHE_KIB};"
    ))
}

/// What the file is bound to; nothing before its first writing.
pub(super) fn bound(connection: &Connection) -> rusqlite::Result<Option<Bound>> {
    let row = |row: &rusqlite::Row<'_>| {
        let edge: Vec<u8> = row.get(1)?;
        let edge = Frontier::from_bytes(&edge)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, Type::Blob, Box::new(error)))?;
        let sum = |column| Ok::<_, rusqlite::Error>(Sum(row.get::<_, i64>(column)?.cast_unsigned()));
        let heads = Hash::from_bytes(row.get(2)?);
        Ok(Bound { log: LogId(row.get(0)?), edge, heads, commands: sum(3)?, votes: sum(4)? })
    };
    connection.query_row("SELECT log, edge, heads, commands, votes FROM bound", [], row).optional()
}

/// Binds the file.
pub(super) fn bind(connection: &Connection, bound: &Bound) -> rusqlite::Result<()> {
    let Bound { log, edge, heads, commands, votes } = bound;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO bound (id, log, edge, heads, commands, votes) VALUES (0, ?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            log.0,
            edge.to_bytes(),
            heads.as_bytes(),
            commands.0.cast_signed(),
            votes.0.cast_signed()
        ])?;
    Ok(())
}

/// A table of positions by tag, which grows at its end.
pub(super) struct Places {
    all: &'static str,
    add: &'static str,
    remove: &'static str,
}

macro_rules! places {
    ($name:ident $table:literal) => {
        pub(super) const $name: Places = Places {
            all: concat!("SELECT tag, position FROM ", $table, " ORDER BY position"),
            add: concat!("INSERT OR REPLACE INTO ", $table, " (tag, position) VALUES (?1, ?2)"),
            remove: concat!("DELETE FROM ", $table, " WHERE position = ?1"),
        };
    };
}
places!(COMMANDS "command");
places!(VOTES "vote");

impl Places {
    /// What the table holds, in the order of positions.
    pub(super) fn each(
        &self,
        connection: &Connection,
        mut take: impl FnMut(u32, Position),
    ) -> rusqlite::Result<()> {
        let mut statement = connection.prepare(self.all)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (tag, position): (u32, i64) = (row.get(0)?, row.get(1)?);
            take(tag, Position::new(u64::try_from(position).unwrap_or(u64::MAX)));
        }
        Ok(())
    }

    /// Adds a position.
    pub(super) fn add(&self, connection: &Connection, tag: u32, position: Position) -> rusqlite::Result<()> {
        connection.prepare_cached(self.add)?.execute(params![tag, key(position.get())])?;
        Ok(())
    }

    /// Removes a position.
    pub(super) fn remove(&self, connection: &Connection, position: Position) -> rusqlite::Result<()> {
        connection.prepare_cached(self.remove)?.execute([key(position.get())])?;
        Ok(())
    }
}

/// The keys of subjects in the file, by their rows' numbers, in that order.
pub(super) fn subject_keys(
    connection: &Connection,
    mut take: impl FnMut(IntentId, u64),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT key, nth FROM subject ORDER BY nth")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(IntentId(row.get(0)?), u64::try_from(row.get::<_, i64>(1)?).unwrap_or(u64::MAX));
    }
    Ok(())
}

/// The row of a subject, if it is the one of this number.
pub(super) fn subject(connection: &Connection, nth: u64, id: IntentId) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT value FROM subject WHERE nth = ?1 AND key = ?2")?;
    statement.query_row(params![key(nth), id.0], |row| row.get(0)).optional()
}

/// Writes the row of a subject, new or not.
pub(super) fn put_subject(
    connection: &Connection,
    nth: u64,
    id: IntentId,
    value: &[u8],
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO subject (nth, key, value) VALUES (?1, ?2, ?3)")?
        .execute(params![key(nth), id.0, value])?;
    Ok(())
}

/// How many counts of support stand in a row.
const COUNTS_IN_ROW: usize = 4_096;
/// The bytes of one: whose it is, then the count, big-endian.
const COUNT_BYTES: usize = 32 + 8;

/// The counts of support in the file, in the order in which they were written.
pub(super) fn supports(connection: &Connection, mut take: impl FnMut(IntentId, u64)) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT counts FROM support ORDER BY nth")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for count in row.get_ref(0)?.as_blob()?.as_chunks::<COUNT_BYTES>().0 {
            let (mut id, mut number) = ([0; 32], [0; 8]);
            let (first, second) = count.split_at(id.len());
            id.copy_from_slice(first);
            number.copy_from_slice(second);
            take(IntentId(id), u64::from_be_bytes(number));
        }
    }
    Ok(())
}

/// Adds counts of support, or puts them in the place of all that there are.
pub(super) fn add_supports(connection: &Connection, lacking: &Lacking) -> rusqlite::Result<()> {
    if lacking.anew {
        connection.execute("DELETE FROM support", [])?;
    }
    for counts in lacking.counts.chunks(COUNTS_IN_ROW) {
        let mut bytes = Vec::with_capacity(counts.len() * COUNT_BYTES);
        for (id, count) in counts {
            bytes.extend(id.0);
            bytes.extend(count.to_be_bytes());
        }
        connection.prepare_cached("INSERT INTO support (counts) VALUES (?1)")?.execute([bytes])?;
    }
    Ok(())
}

/// No ledger reaches 2^63 events.
fn key(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A kind of row: its table and the bytes of its key.
pub(super) struct Rows {
    /// Reads a value.
    pub(super) get: &'static str,
    /// Writes one.
    pub(super) put: &'static str,
    /// Deletes one.
    pub(super) delete: &'static str,
    /// Reads them all.
    pub(super) all: &'static str,
}

macro_rules! rows {
    ($name:ident $table:literal) => {
        pub(super) const $name: Rows = Rows {
            get: concat!("SELECT value FROM ", $table, " WHERE key = ?1"),
            put: concat!("INSERT OR REPLACE INTO ", $table, " (key, value) VALUES (?1, ?2)"),
            delete: concat!("DELETE FROM ", $table, " WHERE key = ?1"),
            all: concat!("SELECT key, value FROM ", $table),
        };
    };
}
rows!(CONSULTATIONS "consultation");
rows!(TAILS "tail");
rows!(BALLOTS "ballot");
rows!(PICKS "pick");
rows!(HELD "held");
rows!(ACTS "act");
rows!(GRANTS "credential");
rows!(PENDING "pending");
rows!(ERASURES "erasure");

/// A key as bytes.
pub(super) trait Key {
    /// The bytes, the same for the same key.
    fn bytes(&self) -> impl AsRef<[u8]>;
}

impl Key for IntentId {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self.0
    }
}

impl Key for CredentialId {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self.0
    }
}

impl Key for StreamId {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self.0
    }
}

impl Key for crate::consultation::PickKey {
    fn bytes(&self) -> impl AsRef<[u8]> {
        [self.0.0.as_slice(), &self.1.0, &self.2.0].concat()
    }
}

impl Key for crate::consultation::VoteKey {
    fn bytes(&self) -> impl AsRef<[u8]> {
        [self.0.0.as_slice(), &self.1.0].concat()
    }
}
