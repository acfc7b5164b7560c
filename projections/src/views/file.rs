//! The file of the views: how it is opened, what binds it to a record, how a new one takes its place.
//!
//! `docs/design.md` (Views) says what is disposable: all of it. A file that is missing, damaged, of another
//! version or of another record is built anew beside the old one and takes its name in one step. Erased words
//! must not survive in a free page: every connection deletes securely. This module folds nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use devenir_core::id::LogId;
use devenir_core::ledger::{Hash, TreeSize};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};

use super::schema::{APPLICATION_ID, INDEXES, TABLES, VIEW_VERSION};
use crate::error::ViewError;

/// The file, in the directory of the store.
pub const FILE: &str = "views.sqlite3";
/// The file while it is being built beside the old one.
const NEXT: &str = "views.next.sqlite3";
/// Statements kept prepared on each connection.
const STATEMENTS: usize = 128;
/// How often a purge tries; each try waits for readers as long as a connection waits for a lock: 30 s in all.
pub(crate) const PURGE_TRIES: u32 = 6;
/// How long a connection waits for another's lock.
const BUSY_PATIENCE: Duration = Duration::from_secs(5);

/// What a file of views was folded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The ledger; none before the first event.
    pub(crate) log: Option<LogId>,
    /// How many events were folded.
    pub(crate) size: TreeSize,
    /// The leaf hash of the last of them.
    pub(crate) leaf: Option<Hash>,
}

/// The paths of the views in a directory.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    dir: PathBuf,
}

impl Paths {
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    pub(crate) fn live(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    pub(crate) fn next(&self) -> PathBuf {
        self.dir.join(NEXT)
    }

    /// Puts the file that was built beside in the place of the live one.
    pub(crate) fn swap(&self) -> Result<(), ViewError> {
        // A log of the old file would be taken for one of the new file, so it leaves first. Readers that still
        // hold the old file keep reading it until they ask anew.
        remove(&self.live())?;
        let (next, live) = (self.next(), self.live());
        std::fs::rename(&next, &live).map_err(path_error("put in place", &live))?;
        let dir = std::fs::File::open(&self.dir).map_err(path_error("open", &self.dir))?;
        dir.sync_all().map_err(path_error("sync", &self.dir))
    }
}

fn path_error<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> ViewError + 'a {
    move |error| ViewError::Path { doing, path: path.to_owned(), error }
}

/// Removes a database with its log, where they are.
pub(crate) fn remove(path: &Path) -> Result<(), ViewError> {
    for suffix in ["-wal", "-shm", "-journal", ""] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(PathBuf::from(&name)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(path_error("remove", path)(error)),
        }
    }
    Ok(())
}

/// What every connection is told.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A plan follows from its statement alone; otherwise many are made anew at each use, for each value bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; \
         PRAGMA trusted_schema = OFF;",
    )
}

/// Opens the live file for folding, if it is a file of this version; none where it must be built.
pub(crate) fn open_live(path: &Path) -> rusqlite::Result<Option<Connection>> {
    if !path.exists() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    if !is_ours(&connection)? {
        return Ok(None);
    }
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; \
         PRAGMA cache_size = -32768;",
    )?;
    Ok(Some(connection))
}

/// Opens the live file for reading only.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, ViewError> {
    let not_built = || ViewError::NotBuilt { path: path.to_owned() };
    if !path.exists() {
        return Err(not_built());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    if is_ours(&connection)? { Ok(connection) } else { Err(not_built()) }
}

/// Makes a file that nobody but its owner reads: words that may not be served lie in it too. SQLite gives the
/// files that it makes beside a database the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes an empty file beside the live one; it has no reader, so it keeps no log.
pub(crate) fn create_next(path: &Path) -> Result<Connection, ViewError> {
    remove(path)?;
    make_private(path).map_err(path_error("make", path))?;
    let connection = Connection::open(path)?;
    set_up(&connection)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; \
         PRAGMA cache_size = -131072;",
    )?;
    connection.execute_batch("BEGIN")?;
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VIEW_VERSION)?;
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

/// Makes empty views that no file holds.
pub(crate) fn in_memory() -> Result<Connection, ViewError> {
    let connection = Connection::open_in_memory()?;
    set_up(&connection)?;
    connection.execute_batch(TABLES)?;
    connection.execute_batch(INDEXES)?;
    Ok(connection)
}

/// Closes a file that was built beside, whole and on the disk.
pub(crate) fn finish_next(connection: Connection, path: &Path) -> Result<(), ViewError> {
    // What is sorted here is numbers and codes, so that it may lie in a file: memory stays flat.
    connection.execute_batch("PRAGMA temp_store = FILE")?;
    connection.execute_batch(INDEXES)?;
    connection.close().map_err(|(_, error)| error)?;
    let file = std::fs::File::open(path).map_err(path_error("open", path))?;
    file.sync_all().map_err(path_error("sync", path))
}

fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    Ok(pragma("application_id")? == APPLICATION_ID && pragma("user_version")? == VIEW_VERSION)
}

/// What the file was folded from.
pub(crate) fn bound(connection: &Connection) -> rusqlite::Result<Bound> {
    let mut statement = connection.prepare_cached("SELECT log, size, leaf FROM meta")?;
    statement.query_row([], |row| {
        let size = row.get::<_, i64>(1)?;
        Ok(Bound {
            log: row.get::<_, Option<[u8; 32]>>(0)?.map(LogId),
            size: TreeSize::try_from(size).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(1, size))?,
            leaf: row.get::<_, Option<[u8; 32]>>(2)?.map(Hash::from_bytes),
        })
    })
}

/// States what the file is folded from now.
pub(crate) fn bind(connection: &Connection, bound: &Bound) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("UPDATE meta SET log = ?1, size = ?2, leaf = ?3")?;
    let size = i64::try_from(bound.size).unwrap_or(i64::MAX);
    let (log, leaf) = (bound.log.map(|log| log.0), bound.leaf.map(|leaf| *leaf.as_bytes()));
    statement.execute(params![log, size, leaf]).map(|_| ())
}
