//! A store copied apart while its writer goes on, and brought together again: what must be kept for ever, and what must not.
//!
//! `docs/operating.md` (Backup) asks for it. Envelopes go into one file, parts with their keys and requests into another,
//! row by row from one state of the store: pages copied as they are would take parts along. Both files have the layout of a store,
//! so that the same reader reads them. Which file is kept where and how long, is not known here.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::layout::{Layout, PLACES_PER_EVENT};
use super::lock::WriterLock;
use super::reader::EmbeddedReader;
use super::{create, failure, files, layout};
use crate::ledger::TreeHead;
use crate::store::error::StoreError;
use crate::store::port::ReadLedger as _;

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// The head of the state that was copied.
    pub head: TreeHead,
    /// How many parts.
    pub parts: u64,
    /// How many requests.
    pub requests: u64,
}

/// Copies one state of the store in `store` into two new files: `ledger` gets the envelopes, `vault` parts and requests, both
/// the head. Whether somebody writes to the store meanwhile does not matter; an erasure waits until the copy is done.
///
/// # Errors
///
/// As [`EmbeddedReader::open`], or [`StoreError::NotWritten`] where a file is there already, the disk is full, or
/// nothing may be written; what was begun is left behind.
pub fn copy_apart(store: &Path, ledger: &Path, vault: &Path) -> Result<Copied, StoreError> {
    let source = Layout::new(store).database();
    // Whether it is a store at all, and of this layout.
    drop(EmbeddedReader::open(store)?);
    for path in [ledger, vault] {
        let made = files::private().create_new(true).open(path);
        made.map_err(|error| failure::file(&format!("make {}", path.display()), &error))?;
        create::fill(path, create::Journal::Beside)?;
    }
    let copy = || -> rusqlite::Result<()> {
        let mut target = attached(ledger, &[("vault", vault, "rw"), ("source", &source, "ro")])?;
        let transaction = target.transaction()?;
        let size = "(SELECT size FROM source.head)";
        transaction.execute_batch(&format!(
            "DELETE FROM main.head; INSERT INTO main.head SELECT id, size, root, before_last FROM source.head;
             DELETE FROM vault.head; INSERT INTO vault.head SELECT id, size, root, before_last FROM source.head;
             INSERT INTO main.envelope SELECT position, bytes FROM source.envelope WHERE position < {size} ORDER BY position;
             INSERT INTO vault.part SELECT place, kind, commitment, key, bytes FROM source.part
               WHERE place < {size} * {PLACES_PER_EVENT} ORDER BY place;
             INSERT INTO vault.request SELECT position, command_id, mac FROM source.request
               WHERE position < {size} ORDER BY position;"
        ))?;
        transaction.commit()
    };
    copy().map_err(|error| failure::copying(&error))?;
    let held = EmbeddedReader::open_file(vault)?;
    Ok(Copied { head: held.head()?, parts: held.count("part")?, requests: held.count("request")? })
}

/// Makes a store in `store` of the two files of [`copy_apart`], or of the first alone. The store is whole on the disk under
/// its name, or not there.
///
/// # Errors
///
/// [`StoreError::Exists`] where there is a store; otherwise as [`copy_apart`].
pub fn bring_together(ledger: &Path, vault: Option<&Path>, store: &Path) -> Result<(), StoreError> {
    files::create_dir(store).map_err(|error| failure::file("make the store's directory", &error))?;
    let layout = Layout::new(store);
    let _lock = WriterLock::take(layout.lock())?;
    create::create_with(&layout, |unfinished| {
        let copy = || -> rusqlite::Result<()> {
            let sources = [Some(("ledger", ledger, "ro")), vault.map(|vault| ("vault", vault, "ro"))];
            let sources: Vec<_> = sources.into_iter().flatten().collect();
            let mut target = attached(unfinished, &sources)?;
            let transaction = target.transaction()?;
            transaction.execute_batch(
                "DELETE FROM main.head; INSERT INTO main.head SELECT id, size, root, before_last FROM ledger.head;
                 INSERT INTO main.envelope SELECT position, bytes FROM ledger.envelope ORDER BY position;",
            )?;
            if vault.is_some() {
                transaction.execute_batch(
                    "INSERT INTO main.part SELECT place, kind, commitment, key, bytes FROM vault.part ORDER BY place;
                     INSERT INTO main.request SELECT position, command_id, mac FROM vault.request ORDER BY position;",
                )?;
            }
            transaction.commit()?;
            target.close().map_err(|(_, error)| error)
        };
        copy().map_err(|error| failure::copying(&error))
    })
}

/// Opens the database at `path` for writing, with others attached under their names.
fn attached(path: &Path, others: &[(&str, &Path, &str)]) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(path, flags)?;
    layout::set_up(&connection)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;")?;
    for (name, path, mode) in others {
        let uri = layout::uri(path, &format!("mode={mode}"));
        connection.execute(&format!("ATTACH ?1 AS {name}"), params![uri])?;
    }
    Ok(connection)
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests assert")]

    use std::fs;

    use super::*;
    use crate::ledger::{Position, TreeSize};
    use crate::store::embedded::EmbeddedStore;
    use crate::store::{ReadVault as _, Store as _, sample};

    fn store(dir: &Path, count: u64) -> EmbeddedStore {
        let mut store = EmbeddedStore::create(dir).unwrap();
        store.commit(TreeSize::EMPTY, &sample::group(TreeSize::EMPTY, count)).unwrap();
        store
    }

    #[test]
    fn a_store_comes_back_as_it_was_while_its_writer_went_on() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let mut store = store(&at("store"), 40);
        let copied = copy_apart(&at("store"), &at("ledger"), &at("vault")).unwrap();
        let size = store.head().size;
        assert_eq!(copied.head, store.head());
        store.commit(size, &sample::group(size, 5)).unwrap();
        bring_together(&at("ledger"), Some(&at("vault")), &at("back")).unwrap();
        let back = EmbeddedStore::open(&at("back")).unwrap();
        assert_eq!(back.head(), copied.head);
        let (old, new) = (store.embedded_reader().unwrap(), back.embedded_reader().unwrap());
        new.check_pages().unwrap();
        let all = Position::FIRST..size.next_position();
        assert_eq!(new.open_all(all.clone()).unwrap(), old.open_all(all).unwrap());
        assert_eq!(new.read(Position::FIRST, 40).unwrap(), old.read(Position::FIRST, 40).unwrap());
        for position in (0..40).map(Position::new) {
            assert_eq!(new.recall(position).unwrap(), old.recall(position).unwrap());
        }
    }

    #[test]
    fn the_ledgers_file_holds_no_byte_of_a_part_nor_of_its_key() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        drop(store(&at("store"), 40));
        copy_apart(&at("store"), &at("ledger"), &at("vault")).unwrap();
        let [ledger, vault] = ["ledger", "vault"].map(|name| fs::read(at(name)).unwrap());
        let part = sample::part(Position::new(7), 0);
        let holds = |file: &[u8], needle: &[u8]| file.windows(needle.len()).any(|window| window == needle);
        for needle in [&part.key[..], &part.bytes] {
            assert!(holds(&vault, needle) && !holds(&ledger, needle));
        }
        let sealed = EmbeddedReader::open_file(&at("vault")).unwrap();
        sealed.check_vault().unwrap();
        assert!(sealed.count("envelope").unwrap() == 0);
    }

    #[test]
    fn nothing_is_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        drop(store(&at("store"), 3));
        copy_apart(&at("store"), &at("ledger"), &at("vault")).unwrap();
        assert!(copy_apart(&at("store"), &at("ledger"), &at("vault")).is_err());
        let again = bring_together(&at("ledger"), None, &at("store")).unwrap_err();
        assert!(matches!(again, StoreError::Exists { .. }), "{again}");
    }
}
