//! The embedded store on disk: its files, its tables, and how every connection is set up.
//!
//! `docs/format.md` (Stores) defines them. The shape is append-only: every key grows with the position, so
//! an insert goes to the last page, and there is no secondary index. What the blobs hold is not known here.
//!
//! ```text
//! STORE/
//!   ledger.sqlite3      envelopes, parts, requests and the head, in one file     (-wal, -shm beside)
//!   keys/               one file a key, mode 0600; the writer makes them
//!   writer.lock         held by the one writer, says its process id              disposable
//!   acknowledged        the last head that was acknowledged, a guard             disposable
//! ```

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::store::error::{Damage, StoreError};

/// The database, in the store's directory.
pub const DATABASE: &str = "ledger.sqlite3";
/// The directory of the keys, in the store's directory.
pub const KEYS: &str = "keys";
/// The database while it is being created.
pub(super) const UNFINISHED: &str = "creating.sqlite3";
/// The lock of the one writer.
pub(super) const LOCK: &str = "writer.lock";
/// The guard of [`super::acknowledged`].
pub(super) const ACKNOWLEDGED: &str = "acknowledged";

/// `DVNR`: what tells `file` and `sqlite3` whose database it is.
pub(super) const APPLICATION_ID: u32 = 0x4456_4e52;
/// The version of the tables below (SQLite's `user_version`); envelopes state a version of their own.
pub(super) const LAYOUT: i32 = 2;

/// Parts of one event stand next to each other: `place` = position * 16 + index.
pub(super) const PLACES_PER_EVENT: i64 = 16;

/// Pages in the write-ahead log before it is folded back into the file: 10,000 x 4 KiB = 40 MB.
pub(super) const CHECKPOINT_PAGES: u32 = 10_000;

/// How long a connection waits for another program's lock.
const BUSY_PATIENCE: Duration = Duration::from_secs(5);

/// The tables. `request.mac` holds the MAC and the first bytes of a check over the whole row
/// (`rows::request_check`): no envelope vouches for a request. Each statement as SQLite keeps it, so that opening can compare them.
pub(super) const TABLES: [(&str, &str); 4] = [
    ("envelope", "CREATE TABLE envelope (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT"),
    (
        "head",
        "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 0), size INTEGER NOT NULL, root BLOB NOT NULL, \
         before_last BLOB NOT NULL) STRICT",
    ),
    (
        "part",
        "CREATE TABLE part (place INTEGER PRIMARY KEY, kind INTEGER NOT NULL, commitment BLOB NOT NULL, \
         key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT",
    ),
    (
        "request",
        "CREATE TABLE request (position INTEGER PRIMARY KEY, command_id BLOB NOT NULL, mac BLOB NOT NULL) STRICT",
    ),
];

/// The paths of a store.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    dir: PathBuf,
}

impl Layout {
    pub(super) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn database(&self) -> PathBuf {
        self.dir.join(DATABASE)
    }

    pub(super) fn log(&self) -> PathBuf {
        self.dir.join(format!("{DATABASE}-wal"))
    }

    pub(super) fn unfinished(&self) -> PathBuf {
        self.dir.join(UNFINISHED)
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.dir.join(KEYS)
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.dir.join(LOCK)
    }

    pub(super) fn acknowledged(&self) -> PathBuf {
        self.dir.join(ACKNOWLEDGED)
    }
}

/// What every connection is told, reader or writer.
///
/// An erased byte must not survive in a free page (`secure_delete`) nor in a temporary file (`temp_store`);
/// a damaged page should be noticed when it is met (`cell_size_check`); nothing in the file runs as code.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_PATIENCE)?;
    // A plan follows from its statement alone; otherwise one is made anew at each use, for each value bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; \
         PRAGMA trusted_schema = OFF;",
    )
}

/// What the writer's connection is told beside: a commit returns when the disk has it.
pub(super) fn set_up_writer(connection: &Connection) -> rusqlite::Result<()> {
    set_up(connection)?;
    // The first statement answers with the mode, which `execute_batch` would drop unread.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; \
         PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
    ))
}

/// The name of a database for SQLite, with options: `mode=ro`.
pub(super) fn uri(path: &Path, options: &str) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?{options}")
}

/// Whether the file says that it is a store of this layout, and has its tables.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let reading = |error| super::failure::reading("the header of the store", &error);
    let found = number("application_id").map_err(reading)?.cast_unsigned();
    if found != APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_owned(), expected: APPLICATION_ID, found });
    }
    let found = number("user_version").map_err(reading)?;
    if found != LAYOUT {
        return Err(StoreError::Layout { path: path.to_owned(), expected: LAYOUT, found });
    }
    check_tables(connection)
}

fn check_tables(connection: &Connection) -> Result<(), StoreError> {
    let read = || -> rusqlite::Result<Vec<(String, String)>> {
        let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let found = read().map_err(|error| super::failure::reading("the tables of the store", &error))?;
    let expected = TABLES.map(|(name, sql)| (name.to_owned(), sql.to_owned()));
    if found == expected {
        return Ok(());
    }
    let names = |tables: &[(String, String)]| {
        tables.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let detail = match found.iter().zip(&expected).find(|(found, expected)| found != expected) {
        Some(((name, sql), (wanted, _))) if name == wanted => format!("`{name}` is `{sql}`"),
        Some(_) | None => format!("expected {}, found {}", names(&expected), names(&found)),
    };
    Err(Damage::Tables { detail }.into())
}
