//! An instance looked at and not written to: for the command line, beside a server or without one.
//!
//! `docs/operating.md` says which commands stop no server. Where nobody folds the views this brings them up to the record
//! itself. It takes no lock of the writer, and changes nothing that is not derived.

use crate::app::AppError;
use crate::cosigning::cosigned_size;
use crate::folding::Folding;
use devenir_core::ledger::TreeSize;
use devenir_core::store::EmbeddedReader;
use devenir_projections::{Queries, Reading, ViewError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a look asks for views that another process builds, for the first time or for a new version.
const TRIES_MAX: u32 = 600;
/// How long it waits in between: a minute in all.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// An instance looked at, not written to: for the command line beside a server, or without one.
pub struct Lookout {
    dir: PathBuf,
    queries: Queries,
}

impl Lookout {
    /// Opens a store for reading and brings its views up to date; where a server or an import folds them, it reads
    /// what they hold so far, and waits only where they hold nothing yet.
    ///
    /// # Errors
    /// [`AppError`] says what is missing or damaged.
    pub fn open(dir: &Path) -> Result<Self, AppError> {
        let mut tries = 0;
        loop {
            if let Some(mut folding) = Folding::open_if_free(dir)? {
                folding.catch_up()?;
                return Ok(Self { dir: dir.to_owned(), queries: folding.views.queries() });
            }
            let queries = Queries::of(dir);
            match queries.read() {
                Ok(_) => return Ok(Self { dir: dir.to_owned(), queries }),
                Err(ViewError::NotBuilt { .. }) if tries < TRIES_MAX => tries += 1,
                Err(error) => return Err(error.into()),
            }
            std::thread::sleep(BETWEEN_TRIES);
        }
    }

    /// One state of the views.
    ///
    /// # Errors
    /// [`ViewError`] where the file does not read.
    pub fn read(&self) -> Result<Reading, ViewError> {
        self.queries.read()
    }

    /// How many events the published checkpoint covers, where outside witnesses have cosigned it.
    #[must_use]
    pub fn cosigned_size(&self) -> Option<TreeSize> {
        cosigned_size(&std::fs::read(self.dir.join("tiles").join("checkpoint")).ok()?)
    }

    /// A reader of the record itself.
    ///
    /// # Errors
    /// [`AppError::Store`] where the store does not open once more.
    pub fn reader(&self) -> Result<EmbeddedReader, AppError> {
        Ok(EmbeddedReader::open(&self.dir)?)
    }
}
