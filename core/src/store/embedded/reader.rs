//! Reading the embedded store: a connection of one's own, beside the writer or without one.
//!
//! The contract in `port.rs` defines what is seen: SQLite's write-ahead log shows each connection a whole
//! committed state and lets nobody wait. A reader never writes to the file, nor does it know the writer.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::layout::{self, Layout};
use super::{check, failure, files, rows};
use crate::ledger::{Hash, Position, TreeHead, TreeSize};
use crate::store::error::{Damage, StoreError};
use crate::store::group::{Place, Request, SealedPart};
use crate::store::port::{ReadLedger, ReadVault};

/// How often a reader in another process than the writer's looks for a new head.
const POLL: Duration = Duration::from_millis(20);

/// Rung by the writer after each durable group, for the readers in its own process.
#[derive(Debug)]
pub(super) struct Bell {
    size: Mutex<TreeSize>,
    rung: Condvar,
}

impl Bell {
    pub(super) fn new(size: TreeSize) -> Self {
        Self { size: Mutex::new(size), rung: Condvar::new() }
    }

    pub(super) fn ring(&self, size: TreeSize) {
        *self.lock() = size;
        self.rung.notify_all();
    }

    fn wait_beyond(&self, size: TreeSize, patience: Duration) {
        // The answer does not matter: the caller reads the head in any case.
        drop(self.rung.wait_timeout_while(self.lock(), patience, |reached| *reached <= size));
    }

    fn lock(&self) -> MutexGuard<'_, TreeSize> {
        // A number is whole, whoever panicked beside it.
        self.size.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads an embedded store.
#[derive(Debug)]
pub struct EmbeddedReader {
    connection: Connection,
    bell: Option<Arc<Bell>>,
}

impl EmbeddedReader {
    /// Opens the store in `dir` for reading, whether or not somebody writes to it.
    ///
    /// A store on a read-only medium is read as it lies there, if its last writer closed it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`], [`StoreError::Foreign`], [`StoreError::Layout`], [`StoreError::Damaged`], or
    /// [`StoreError::Unavailable`] when the file cannot be read.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_beside(&Layout::new(dir), None)
    }

    /// Opens one file of a store that was copied apart ([`super::copy_apart`]).
    ///
    /// # Errors
    ///
    /// As [`EmbeddedReader::open`], and [`StoreError::Unavailable`] where there is no such file.
    pub fn open_file(path: &Path) -> Result<Self, StoreError> {
        let connection =
            connect(path, OpenFlags::empty()).map_err(|error| failure::reading("the copy", &error))?;
        layout::check(&connection, path)?;
        Ok(Self { connection, bell: None })
    }

    /// Opens a reader that `bell` wakes.
    pub(super) fn open_beside(layout: &Layout, bell: Option<Arc<Bell>>) -> Result<Self, StoreError> {
        let path = layout.database();
        if !path.exists() {
            return Err(StoreError::Missing { path: layout.dir().to_owned() });
        }
        let connection = match connect(&path, OpenFlags::empty()) {
            Err(error) if needs_writing(&error) && files::is_empty(&layout.log()) => {
                // Nobody writes it: SQLite then makes no file beside it.
                connect(Path::new(&layout::uri(&path, "mode=ro&immutable=1")), OpenFlags::SQLITE_OPEN_URI)
            }
            other => other,
        };
        let connection = connection.map_err(|error| failure::reading("the store", &error))?;
        layout::check(&connection, &path)?;
        Ok(Self { connection, bell })
    }

    /// Checks what the ports do not show: every page and constraint, the right edge, the requests, and that no
    /// row stands where nobody reads; takes time in proportion to the file's size. It does not know whether an
    /// envelope or a part says what was written: that is the audit's work.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] with what was found, or [`StoreError::Unavailable`].
    pub fn check_pages(&self) -> Result<(), StoreError> {
        check::check(&self.connection)
    }

    /// As [`EmbeddedReader::check_pages`], of a file that holds parts and requests and no envelope.
    ///
    /// # Errors
    ///
    /// As [`EmbeddedReader::check_pages`].
    pub fn check_vault(&self) -> Result<(), StoreError> {
        check::check_vault(&self.connection)
    }

    /// How many rows a table has.
    pub(super) fn count(&self, table: &str) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {table}");
        let count = self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0));
        count
            .map(i64::cast_unsigned)
            .map_err(|error| failure::reading(&format!("the keys of `{table}`"), &error))
    }
}

/// Opens and touches the file, since SQLite itself opens lazily.
fn connect(path: &Path, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = Connection::open_with_flags(path, flags)?;
    layout::set_up(&connection)?;
    connection.pragma_query_value(None, "schema_version", |row| row.get::<_, i64>(0))?;
    Ok(connection)
}

/// Whether SQLite failed since it could not make the files that a log needs beside the database.
fn needs_writing(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

impl ReadLedger for EmbeddedReader {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(rows::head(&self.connection)?.head)
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        rows::envelopes(&self.connection, from, count_max)
    }

    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
        if let Some(bell) = &self.bell {
            bell.wait_beyond(size, patience);
            return self.head();
        }
        let mut left = patience;
        loop {
            let head = self.head()?;
            if head.size > size || left.is_zero() {
                return Ok(head);
            }
            let nap = left.min(POLL);
            std::thread::sleep(nap);
            left -= nap;
        }
    }
}

impl ReadVault for EmbeddedReader {
    fn open(&self, place: Place, commitment: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        let Some(part) = rows::part(&self.connection, place)? else { return Ok(None) };
        if part.commitment == *commitment {
            return Ok(Some(part));
        }
        let [found, expected] = [part.commitment, *commitment].map(Hash::from_bytes);
        let detail = format!("expected commitment {}, found {}", expected.short(), found.short());
        Err(Damage::Row { place: place.to_string(), detail }.into())
    }

    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        rows::parts(&self.connection, positions)
    }

    fn recall(&self, position: Position) -> Result<Option<Request>, StoreError> {
        rows::request(&self.connection, position)
    }
}
