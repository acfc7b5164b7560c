//! What views answer when they cannot do what they were asked.
//!
//! Views are derived: nothing here is ever a loss, and most faults end by building them again. This module
//! knows neither the record nor the tables.

use std::path::PathBuf;

use devenir_core::ledger::{Position, TreeSize};

use crate::source::SourceError;

/// Why views did not do what they were asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// The record could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file of the views failed.
    #[error(
        "the views could not be used: {0}; they are derived, so deleting their file and starting again is safe"
    )]
    File(#[from] rusqlite::Error),
    /// A file beside them failed.
    #[error("could not {doing} `{}`: {error}", path.display())]
    Path {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's own words.
        error: std::io::Error,
    },
    /// An event came that is not the next one.
    #[error("the views stand at {size} and were given event {found}, not the next one; please report it")]
    Gap {
        /// How many events the views hold.
        size: TreeSize,
        /// The event that came.
        found: Position,
    },
    /// An earlier state of so long a consultation is not folded on demand.
    #[error(
        "an earlier state is told of consultations of at most {most} events, and this one had {events} by then; ask for \
         an earlier one"
    )]
    TooLong {
        /// How many events it had.
        events: u64,
        /// The most that are folded on demand.
        most: u64,
    },
    /// Somebody reads an older state for so long that what was erased is still in the log of the file.
    #[error("somebody reads an older state of `{}`: what was erased is not out of its log yet, and is tried again", path.display())]
    Held {
        /// The file.
        path: PathBuf,
    },
    /// Nothing was folded yet.
    #[error("the views in `{}` were never built; start the server, or run any command that reads them", path.display())]
    NotBuilt {
        /// The file that is missing.
        path: PathBuf,
    },
}

impl ViewError {
    /// Whether the file itself is damaged or not ours, so that building it again is the way out.
    #[must_use]
    pub fn asks_for_a_rebuild(&self) -> bool {
        match self {
            Self::File(error) => is_damage(error),
            Self::Source(_)
            | Self::Path { .. }
            | Self::Gap { .. }
            | Self::NotBuilt { .. }
            | Self::Held { .. }
            | Self::TooLong { .. } => false,
        }
    }
}

/// Whether SQLite says that a file is no database, is damaged, or holds what we never put there.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::{Error, ErrorCode};
    match error.sqlite_error_code() {
        Some(code) => matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase),
        None => matches!(
            error,
            Error::InvalidColumnType(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::FromSqlConversionFailure(..)
        ),
    }
}
