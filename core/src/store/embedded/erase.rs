//! Erasure in the embedded store: rows deleted, then no file that still holds their bytes.
//!
//! [`Store::erase`](crate::store::Store::erase) defines it. `secure_delete` overwrites what a deleted row leaves in
//! its page; the pages of before still lie in the write-ahead log, so it is folded back and cut to nothing. Why
//! something is erased, and whether it may be, is not known here.

use rusqlite::{Connection, TransactionBehavior};

use super::failure::WriteFailure;
use super::rows;
use crate::ledger::Position;
use crate::store::group::Place;

/// How often the log is tried; each try waits for readers as long as a connection waits for a lock (5 s).
const TRIES: u32 = 6;

/// Deletes the rows, all or none.
pub(super) fn delete(
    connection: &mut Connection,
    places: &[Place],
    positions: &[Position],
) -> Result<(), WriteFailure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for place in places {
        transaction
            .prepare_cached("DELETE FROM part WHERE place = ?1")?
            .execute([rows::place_key(*place)])?;
    }
    for position in positions {
        let mut row = transaction.prepare_cached("DELETE FROM request WHERE position = ?1")?;
        row.execute([rows::key(*position)])?;
    }
    Ok(transaction.commit()?)
}

/// What became of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// It is empty, and all it held is in the file.
    Done,
    /// Somebody still reads an older state from it.
    Held,
}

/// Folds the log back into the file and cuts it to nothing. Any failure is doubt: a sync may have failed.
pub(super) fn fold_log(connection: &Connection) -> Result<Fold, WriteFailure> {
    for _ in 0..TRIES {
        let busy = connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .map_err(|error| WriteFailure::Doubt(format!("could not fold the log into the file: {error}")))?;
        if busy == 0 {
            return Ok(Fold::Done);
        }
    }
    Ok(Fold::Held)
}
