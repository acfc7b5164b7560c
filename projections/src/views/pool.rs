//! Connections for reading, kept open between questions.
//!
//! A reader sees whole batches only (`docs/design.md`, Views): its connection holds one state of the file for as
//! long as the question lasts, and never waits for the fold. This module knows no question.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::file;
use crate::error::ViewError;

/// Connections kept when nobody asks.
const IDLE_MAX: usize = 8;

/// The connections of one file.
#[derive(Debug)]
pub(crate) struct Pool {
    path: PathBuf,
    /// Counts the files that stood under this path: a connection to an older one is dropped.
    generation: AtomicU64,
    idle: Mutex<Vec<(u64, Connection)>>,
}

impl Pool {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, generation: AtomicU64::new(0), idle: Mutex::new(Vec::new()) }
    }

    /// Says that another file stands under the path now.
    pub(crate) fn renew(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.idle().clear();
    }

    /// A connection that holds one state of the file until it is given back.
    pub(crate) fn take(&self) -> Result<(u64, Connection), ViewError> {
        let generation = self.generation.load(Ordering::SeqCst);
        let kept = self.idle().pop().filter(|(of, _)| *of == generation);
        let connection = match kept {
            Some((_, connection)) => connection,
            None => file::open_reader(&self.path)?,
        };
        connection.execute_batch("BEGIN")?;
        Ok((generation, connection))
    }

    /// Takes a connection back.
    pub(crate) fn give_back(&self, generation: u64, connection: Connection) {
        let ended = connection.execute_batch("ROLLBACK").is_ok();
        let mut idle = self.idle();
        if ended && idle.len() < IDLE_MAX && generation == self.generation.load(Ordering::SeqCst) {
            idle.push((generation, connection));
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(u64, Connection)>> {
        // A list of connections is whole, whoever panicked beside it.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
