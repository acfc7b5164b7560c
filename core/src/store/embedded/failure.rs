//! What an answer of SQLite means: was nothing written, is it unknown, or is the file damaged?
//!
//! The contract in `port.rs` asks for the difference. Only codes after which SQLite is known to have left
//! the file as it was count as "nothing written"; everything else is doubt, and doubt stops the writer.

use rusqlite::{Error, ErrorCode};

use crate::store::error::{Damage, Obstacle, StoreError};

/// Why a write did not happen, or may have.
#[derive(Debug)]
pub(super) enum WriteFailure {
    /// The file is as it was.
    Unchanged(Obstacle, String),
    /// Nobody knows.
    Doubt(String),
}

impl From<Error> for WriteFailure {
    fn from(error: Error) -> Self {
        match error.sqlite_error_code().and_then(obstacle) {
            Some(obstacle) => Self::Unchanged(obstacle, error.to_string()),
            None => Self::Doubt(error.to_string()),
        }
    }
}

/// The codes that leave the file as it was.
///
/// SQLite answers `FULL` when a page or a frame of the log had no room: the frame that commits comes last,
/// so it was not written. A disk that notices only at the sync answers with an I/O error, which is doubt.
fn obstacle(code: ErrorCode) -> Option<Obstacle> {
    if code == ErrorCode::DiskFull {
        Some(Obstacle::DiskFull)
    } else if code == ErrorCode::ReadOnly {
        Some(Obstacle::ReadOnly)
    } else if matches!(code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) {
        Some(Obstacle::Busy)
    } else {
        None
    }
}

/// The error of reading `what`: damage where SQLite says so, else something to try again.
pub(super) fn reading(what: &str, error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Damage::Unreadable { detail: format!("at {what}: {error}") }.into()
        }
        Some(_) => StoreError::Unavailable { doing: format!("read {what}"), detail: error.to_string() },
        // Not SQLite's own answer: a column of another type than the tables allow, or a missing row.
        None => Damage::Row { place: what.to_owned(), detail: error.to_string() }.into(),
    }
}

/// The error of a file operation: an obstacle where there is one, else something to look at.
pub(super) fn file(doing: &str, error: &std::io::Error) -> StoreError {
    use std::io::ErrorKind;
    let obstacle = if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        Obstacle::DiskFull
    } else if matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied) {
        Obstacle::ReadOnly
    } else {
        return StoreError::Unavailable { doing: doing.to_owned(), detail: error.to_string() };
    };
    StoreError::NotWritten { obstacle, detail: format!("could not {doing}: {error}") }
}

/// The error of opening or making the store: an obstacle or damage where there is one, else as [`reading`].
pub(super) fn opening(error: &Error) -> StoreError {
    match error.sqlite_error_code().and_then(obstacle) {
        Some(obstacle) => StoreError::NotWritten { obstacle, detail: error.to_string() },
        None => reading("the store", error),
    }
}

/// The error of copying a store: an obstacle or damage where there is one, else either of two disks.
pub(super) fn copying(error: &Error) -> StoreError {
    let mut found = opening(error);
    if let StoreError::Unavailable { doing, .. } = &mut found {
        "copy the store (look at the disk of the copy first)".clone_into(doing);
    }
    found
}
