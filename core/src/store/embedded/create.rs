//! Makes a new embedded store: whole on the disk under its name, or not there.
//!
//! `layout.rs` defines what is made. The database grows under another name and is renamed when the disk has
//! it, so a store that exists is complete. The keys are the writer's; this module makes their directory only.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, params};

use super::layout::{self, Layout};
use super::{failure, files};
use crate::ledger::{Frontier, TreeHead};
use crate::store::error::StoreError;

/// Makes the files of an empty store; the caller holds the lock.
pub(super) fn create(layout: &Layout) -> Result<(), StoreError> {
    create_with(layout, |_| Ok(()))
}

/// As [`create`], with what `more` puts into the database before it has its name.
pub(super) fn create_with(
    layout: &Layout,
    more: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    if layout.database().exists() {
        return Err(StoreError::Exists { path: layout.dir().to_owned() });
    }
    prepare(layout).map_err(|error| failure::file("prepare the store's directory", &error))?;
    let publish = || publish(layout).map_err(|error| failure::file("put the new store on the disk", &error));
    let made = fill(&layout.unfinished(), Journal::Ahead)
        .and_then(|()| more(&layout.unfinished()))
        .and_then(|()| publish());
    if made.is_err() {
        // The lock is ours and nobody was told of a store: what is there is what failed. The next try clears what stays.
        let _ = files::remove(&layout.database()).and_then(|()| clear(&layout.unfinished()));
    }
    made
}

/// Clears what an interrupted creation left, and makes what the database needs.
fn prepare(layout: &Layout) -> std::io::Result<()> {
    let unfinished = layout.unfinished();
    clear(&unfinished)?;
    files::create_dir(&layout.keys())?;
    files::private().open(unfinished).map(drop)
}

/// Removes a database that is not whole, and what SQLite keeps beside it.
fn clear(unfinished: &Path) -> std::io::Result<()> {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut name = unfinished.as_os_str().to_owned();
        name.push(suffix);
        files::remove(Path::new(&name))?;
    }
    Ok(())
}

/// How a database is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Journal {
    /// With a write-ahead log: a store.
    Ahead,
    /// With a journal that is gone afterwards: one file, of which a copy is a copy.
    Beside,
}

/// Writes the header, the tables and the head of an empty ledger, in one transaction.
pub(super) fn fill(path: &Path, journal: Journal) -> Result<(), StoreError> {
    let write = || -> rusqlite::Result<()> {
        let mut connection = Connection::open(path)?;
        layout::set_up(&connection)?;
        let transaction = connection.transaction()?;
        transaction.pragma_update(None, "application_id", layout::APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", layout::LAYOUT)?;
        for (_, table) in layout::TABLES {
            transaction.execute(table, [])?;
        }
        let TreeHead { root, .. } = TreeHead::empty();
        transaction.execute(
            "INSERT INTO head (id, size, root, before_last) VALUES (0, 0, ?1, ?2)",
            params![root.as_bytes(), Frontier::new().to_bytes()],
        )?;
        transaction.commit()?;
        if journal == Journal::Ahead {
            layout::set_up_writer(&connection)?;
        }
        connection.close().map_err(|(_, error)| error)
    };
    write().map_err(|error| failure::opening(&error))
}

/// Gives the database its name once the disk has its bytes; the disk then learns the name too.
fn publish(layout: &Layout) -> std::io::Result<()> {
    files::sync(&layout.unfinished())?;
    fs::rename(layout.unfinished(), layout.database())?;
    files::sync(layout.dir())?;
    match layout.dir().canonicalize()?.parent() {
        Some(parent) => files::sync(parent),
        None => Ok(()),
    }
}
