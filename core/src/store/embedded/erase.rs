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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::ledger::{TreeSize, sha256};
    use crate::store::embedded::{DATABASE, EmbeddedStore};
    use crate::store::{Store, StoreError, sample};

    const POSITION: Position = Position::new(40);
    const PLACE: Place = Place { position: POSITION, index: 0 };

    /// A store of 100 events, of which event 40 has a part that is found nowhere else.
    fn store_with_canary(dir: &Path, canary: &[u8]) -> EmbeddedStore {
        let mut store = EmbeddedStore::create(dir).unwrap();
        let mut group = sample::group(TreeSize::EMPTY, 100);
        group.entries[40].parts[0].bytes = canary.to_vec();
        store.commit(TreeSize::EMPTY, &group).unwrap();
        store
    }

    /// The files of the store that hold `needle`.
    fn files_with(dir: &Path, needle: &[u8]) -> Vec<String> {
        let files = fs::read_dir(dir).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
        let holding = files.filter(|entry| {
            let bytes = fs::read(entry.path()).unwrap();
            bytes.windows(needle.len()).any(|window| window == needle)
        });
        let mut names: Vec<_> = holding.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn no_file_holds_an_erased_part_its_key_or_its_request() {
        // A part within its page, and one of the largest size, which SQLite keeps on pages of its own.
        for length in [200, 1024 * 1024] {
            let home = tempfile::tempdir().unwrap();
            let canary: Vec<u8> = b"a canary that sings ".iter().copied().cycle().take(length).collect();
            let mut store = store_with_canary(home.path(), &canary);
            let [key, mac] = [*sample::part(POSITION, 0).key, sample::request(POSITION).mac];
            // Once while everything lies in the log, once more after it was folded into the file.
            assert!(!files_with(home.path(), b"a canary that sings").is_empty());
            fold_log(&store.connection).unwrap();
            for needle in [b"a canary that sings".as_slice(), &key, &mac] {
                assert_eq!(files_with(home.path(), needle), [DATABASE]);
            }
            store.erase(&[PLACE], &[POSITION]).unwrap();
            for needle in [b"a canary that sings".as_slice(), &key, &mac, sha256(&canary).as_bytes()] {
                assert!(files_with(home.path(), needle).is_empty(), "{length} bytes");
            }
        }
    }

    #[test]
    fn a_part_erased_before_the_log_was_ever_folded_is_gone_too() {
        let home = tempfile::tempdir().unwrap();
        let mut store = store_with_canary(home.path(), b"a canary that sings");
        store.erase(&[PLACE], &[]).unwrap();
        assert!(files_with(home.path(), b"a canary that sings").is_empty());
    }

    #[test]
    fn an_old_view_held_open_delays_the_erasure_and_says_so() {
        let home = tempfile::tempdir().unwrap();
        let mut store = store_with_canary(home.path(), b"a canary that sings");
        store.connection.busy_timeout(Duration::from_millis(1)).unwrap();
        let other = Connection::open(home.path().join(DATABASE)).unwrap();
        other.execute_batch("BEGIN; SELECT count(*) FROM part").unwrap();

        let held = store.erase(&[PLACE], &[]).unwrap_err();
        assert!(matches!(held, StoreError::ErasureHeld { .. }), "{held}");
        assert!(!held.is_fatal());
        assert!(!files_with(home.path(), b"a canary that sings").is_empty());
        let size = store.head().size;
        store.commit(size, &sample::group(size, 1)).unwrap();

        drop(other);
        store.erase(&[PLACE], &[]).unwrap();
        assert!(files_with(home.path(), b"a canary that sings").is_empty());
    }

    #[test]
    fn another_program_that_holds_the_write_lock_delays_the_group_and_loses_nothing() {
        let home = tempfile::tempdir().unwrap();
        let mut store = store_with_canary(home.path(), b"-");
        store.connection.busy_timeout(Duration::from_millis(1)).unwrap();
        let other = Connection::open(home.path().join(DATABASE)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let size = store.head().size;
        let group = sample::group(size, 1);
        let busy = store.commit(size, &group).unwrap_err();
        insta::assert_snapshot!(busy, @"nothing was written, nothing was lost: another program is writing to the store's file (database is locked); close that program and try again");
        let held = store.erase(&[PLACE], &[]).unwrap_err();
        assert!(matches!(held, StoreError::NotWritten { .. }), "{held}");
        drop(other);
        assert_eq!(store.commit(size, &group).unwrap().size, size.plus(1));
        assert_eq!(store.head(), sample::head(size.plus(1)));
    }
}
