//! Opens an embedded store for writing: what is checked, what is dropped, and what is refused.
//!
//! The contract in `port.rs` and `docs/format.md` (Stores) define it. A group that was never acknowledged may
//! be dropped, and it is said; damage below is refused. The checks take the same time at any size: to verify
//! every envelope is the audit's work, which this module knows nothing of.

use std::fmt;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::acknowledged::Acknowledged;
use super::layout::{self, Layout};
use super::rows::{self, HeadRow};
use super::{failure, files, wal};
use crate::ledger::{Frontier, Position, TreeHead, leaf_hash};
use crate::store::error::{Damage, StoreError};
use crate::store::group::Place;

/// What an opening dropped: the remains of a group whose writer ended before it was acknowledged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Frames at the end of the write-ahead log that no commit closes.
    pub log_frames: u64,
    /// Envelopes beyond the head.
    pub envelopes: u64,
    /// Parts beyond the head.
    pub parts: u64,
    /// Requests beyond the head.
    pub requests: u64,
}

impl Recovery {
    /// Whether nothing was dropped.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return f.write_str("nothing had to be dropped");
        }
        let Self { log_frames, envelopes, parts, requests } = self;
        write!(
            f,
            "dropped the remains of a group that was never acknowledged: {log_frames} log frames, {envelopes} \
             envelopes, {parts} parts, {requests} requests beyond the head"
        )
    }
}

/// An opened store, before its writer takes it over.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) frontier: Frontier,
    pub(super) acknowledged: Acknowledged,
    pub(super) recovery: Recovery,
}

/// Opens, checks and recovers; the caller holds the lock.
pub(super) fn open(layout: &Layout) -> Result<Opened, StoreError> {
    let log = scan_log(layout)?;
    let mut connection = connect(layout)?;
    let row = rows::head(&connection)?;
    let frontier = right_edge(&connection, &row)?;
    let acknowledged = compare_acknowledged(layout, row.head)?;
    let recovery = drop_beyond(&mut connection, row.head, log.frames_dropped)?;
    Ok(Opened { connection, frontier, acknowledged, recovery })
}

/// Reads the log, and makes sure that the disk has what recovery will keep of it: the process that wrote it
/// may have ended before its sync.
fn scan_log(layout: &Layout) -> Result<wal::Log, StoreError> {
    let path = layout.log();
    let doing = "read the write-ahead log";
    let log = wal::scan(&path).map_err(|error| failure::file(doing, &error))??;
    if log.frames_kept > 0 {
        files::sync(&path).map_err(|error| failure::file("sync the write-ahead log", &error))?;
    }
    Ok(log)
}

fn connect(layout: &Layout) -> Result<Connection, StoreError> {
    let path = layout.database();
    let open = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)?;
        layout::set_up(&connection)?;
        Ok(connection)
    };
    let connection = open().map_err(|error| failure::opening(&error))?;
    // The header is checked before anything is set that would write to a file of somebody else's.
    layout::check(&connection, &path)?;
    layout::set_up_writer(&connection).map_err(|error| failure::opening(&error))?;
    Ok(connection)
}

/// The frontier at the head, if the last envelope leads there and to the root that the head states.
pub(super) fn right_edge(connection: &Connection, row: &HeadRow) -> Result<Frontier, StoreError> {
    let TreeHead { size, root: stated } = row.head;
    let mut frontier = row.before_last.clone();
    let position = match size.last_position() {
        None => Position::FIRST,
        Some(position) => {
            let last = rows::envelopes(connection, position, 1)?.pop();
            frontier.push(leaf_hash(&last.ok_or(Damage::Hole { position, size })?));
            position
        }
    };
    let computed = frontier.root();
    if frontier.size() != size || computed != stated {
        return Err(Damage::RightEdge { position, computed, stated }.into());
    }
    Ok(frontier)
}

/// Refuses a file that holds less than was acknowledged.
fn compare_acknowledged(layout: &Layout, found: TreeHead) -> Result<Acknowledged, StoreError> {
    let doing = "open the file of the last acknowledged head";
    let opened = Acknowledged::open(&layout.acknowledged());
    let (guard, acknowledged) = opened.map_err(|error| failure::file(doing, &error))?;
    match acknowledged {
        Some(acknowledged)
            if found.size < acknowledged.size
                || (found.size == acknowledged.size && found.root != acknowledged.root) =>
        {
            Err(Damage::AcknowledgedLost { acknowledged, found }.into())
        }
        Some(_) | None => Ok(guard),
    }
}

/// Deletes the rows beyond the head. One transaction writes both, so there are none unless another program
/// put them there.
fn drop_beyond(connection: &mut Connection, head: TreeHead, log_frames: u64) -> Result<Recovery, StoreError> {
    let next = head.size.next_position();
    let beyond = rows::key(next);
    let places_beyond = rows::place_key(Place { position: next, index: 0 });
    let mut write = || -> rusqlite::Result<Recovery> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let delete = |sql, key: i64| transaction.execute(sql, [key]).map(|count| count as u64);
        let recovery = Recovery {
            log_frames,
            envelopes: delete("DELETE FROM envelope WHERE position >= ?1", beyond)?,
            parts: delete("DELETE FROM part WHERE place >= ?1", places_beyond)?,
            requests: delete("DELETE FROM request WHERE position >= ?1", beyond)?,
        };
        transaction.commit()?;
        Ok(recovery)
    };
    write().map_err(|error| failure::opening(&error))
}
