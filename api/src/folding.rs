//! The views as one process folds them, and the lock that makes it the only one.
//!
//! `docs/design.md` (Views): everything derived stands in one file that many read. Two processes that folded it
//! at once would each put in what the other had put in already, so whoever folds holds a lock, which the system
//! drops with the process. This module knows no query.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use devenir_core::store::EmbeddedReader;
use devenir_projections::{Referee, StoreSource, ViewError, Views};

use crate::app::AppError;

/// The file that is held; it says nothing.
const LOCK: &str = "views.lock";

/// The views, with the referee who tells which norms facts did not respect.
pub(crate) struct Folding {
    pub(crate) views: Views,
    source: StoreSource<EmbeddedReader>,
    /// Where the referee reads back what it lacks.
    record: StoreSource<EmbeddedReader>,
    referee: Referee,
    /// Held as long as the value lives.
    _lock: File,
}

impl Folding {
    /// Opens the views in `dir`, after whoever folds them now.
    ///
    /// # Errors
    /// [`AppError`] says what is missing or damaged.
    pub(crate) fn open(dir: &Path) -> Result<Self, AppError> {
        let (readers, lock) = (readers(dir)?, lock_file(dir)?);
        lock.lock().map_err(|error| cannot("lock", dir, error))?;
        Self::holding(dir, readers, lock)
    }

    /// Opens the views in `dir`; none where another process folds them.
    ///
    /// # Errors
    /// As [`Folding::open`].
    pub(crate) fn open_if_free(dir: &Path) -> Result<Option<Self>, AppError> {
        let (readers, lock) = (readers(dir)?, lock_file(dir)?);
        match lock.try_lock() {
            Ok(()) => Self::holding(dir, readers, lock).map(Some),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(cannot("lock", dir, error).into()),
        }
    }

    fn holding(dir: &Path, readers: [EmbeddedReader; 2], lock: File) -> Result<Self, AppError> {
        let [source, record] = readers.map(StoreSource);
        Ok(Self { views: Views::open(dir)?, source, record, referee: Referee::default(), _lock: lock })
    }

    /// Folds what the record holds beyond the views.
    ///
    /// # Errors
    /// [`AppError::Views`] where the views cannot be written or the record does not read.
    pub(crate) fn catch_up(&mut self) -> Result<(), AppError> {
        let Self { views, source, record, referee, .. } = self;
        views.catch_up(source, &mut |recorded| referee.judge(recorded, record))?;
        Ok(())
    }

    /// Folds the whole record anew: what it says may have changed although no event did.
    ///
    /// # Errors
    /// As [`Folding::catch_up`].
    pub(crate) fn rebuild(&mut self) -> Result<(), AppError> {
        let Self { views, source, record, .. } = self;
        let mut referee = Referee::default();
        views.rebuild(source, &mut |recorded| referee.judge(recorded, record))?;
        self.referee = referee;
        Ok(())
    }
}

/// The store first: without one there is nothing to fold, and no file to make.
fn readers(dir: &Path) -> Result<[EmbeddedReader; 2], AppError> {
    Ok([EmbeddedReader::open(dir)?, EmbeddedReader::open(dir)?])
}

fn lock_file(dir: &Path) -> Result<File, ViewError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(dir.join(LOCK)).map_err(|error| cannot("open", dir, error))
}

fn cannot(doing: &'static str, dir: &Path, error: std::io::Error) -> ViewError {
    ViewError::Path { doing, path: dir.join(LOCK), error }
}
