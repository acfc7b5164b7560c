//! Faults that a test injects into the next commit, each where a real one would strike.
//!
//! The contract in `port.rs` says what must follow. An injected fault is one of SQLite's own answers, so it
//! takes the same road as a real one; without an injection this file only commits.

use rusqlite::{Transaction, ffi};

use super::failure::WriteFailure;

/// What goes wrong in the next commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only tests inject faults"))]
pub enum Fault {
    /// The disk is full before anything is written.
    FullBeforeWrite,
    /// The disk is full when all is written but the commit.
    FullBeforeCommit,
    /// The sync fails, and the group is not on the disk.
    SyncFailed,
    /// The commit's answer is an error, though the group is on the disk.
    CommitKept,
    /// The commit's answer is an error, and the group is not on the disk.
    CommitLost,
}

/// The fault that waits for the next commit.
#[derive(Debug, Default)]
pub(super) struct Faults {
    next: Option<Fault>,
}

impl Faults {
    #[cfg(feature = "testing")]
    pub(super) fn inject(&mut self, fault: Fault) {
        self.next = Some(fault);
    }

    pub(super) fn before_write(&mut self) -> Result<(), WriteFailure> {
        self.strike(Fault::FullBeforeWrite, ffi::SQLITE_FULL)
    }

    pub(super) fn before_commit(&mut self) -> Result<(), WriteFailure> {
        self.strike(Fault::FullBeforeCommit, ffi::SQLITE_FULL)
    }

    /// Commits, unless a fault strikes here.
    pub(super) fn commit(&mut self, transaction: Transaction<'_>) -> Result<(), WriteFailure> {
        match self.next {
            Some(Fault::SyncFailed) => transaction.rollback()?,
            Some(Fault::CommitLost) => transaction.rollback()?,
            Some(Fault::CommitKept) | Some(Fault::FullBeforeWrite | Fault::FullBeforeCommit) | None => {
                transaction.commit()?;
            }
        }
        self.strike(Fault::SyncFailed, ffi::SQLITE_IOERR_FSYNC)?;
        self.strike(Fault::CommitLost, ffi::SQLITE_IOERR_WRITE)?;
        self.strike(Fault::CommitKept, ffi::SQLITE_IOERR_SHMSIZE)
    }

    fn strike(&mut self, fault: Fault, code: std::ffi::c_int) -> Result<(), WriteFailure> {
        if self.next != Some(fault) {
            return Ok(());
        }
        self.next = None;
        let words = format!("injected: {fault:?}");
        Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(words)).into())
    }
}
