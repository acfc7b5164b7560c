//! What only the store can check of itself: its pages, its right edge, its requests, and rows that nobody asks for.
//!
//! The audit reads through the ports and vouches for envelopes and parts; `layout.rs` defines what else the file
//! holds, and here that is read. Whether an envelope or a part says what was written is not known here.

use rusqlite::Connection;

use super::layout::PLACES_PER_EVENT;
use super::{failure, open, rows};
use crate::ledger::Position;
use crate::store::error::{Damage, StoreError};

/// Checks everything that the ports do not show; takes time in proportion to the file's size.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    pages(connection)?;
    let row = rows::head(connection)?;
    open::right_edge(connection, &row)?;
    requests(connection)?;
    strays(connection)
}

/// As [`check`], where there are parts and requests and no envelope.
pub(super) fn check_vault(connection: &Connection) -> Result<(), StoreError> {
    pages(connection)?;
    rows::head(connection)?;
    requests(connection)?;
    strays(connection)
}

/// SQLite's own walk over every page, table and constraint.
fn pages(connection: &Connection) -> Result<(), StoreError> {
    let read = || -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    let findings = read().map_err(|error| failure::reading("the pages of the store", &error))?;
    if findings == ["ok"] {
        return Ok(());
    }
    Err(Damage::Unreadable { detail: findings.join("; ") }.into())
}

/// Every request fits its check.
fn requests(connection: &Connection) -> Result<(), StoreError> {
    let reading = |error| failure::reading("the requests", &error);
    let sql = "SELECT position, command_id, mac FROM request WHERE position >= 0 ORDER BY position";
    let mut statement = connection.prepare(sql).map_err(reading)?;
    let mut found = statement.query([]).map_err(reading)?;
    while let Some(row) = found.next().map_err(reading)? {
        let columns = || Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?));
        let (position, command_id, mac) = columns().map_err(reading)?;
        rows::request_of_row(Position::new(position.cast_unsigned()), command_id, mac)?;
    }
    Ok(())
}

/// Rows under keys that no reader asks for. Each statement sees one state, whatever a writer does meanwhile.
fn strays(connection: &Connection) -> Result<(), StoreError> {
    let size = "(SELECT size FROM head)";
    let tables = [
        ("envelope", format!("position < 0 OR position >= {size}")),
        ("part", format!("place < 0 OR place >= {size} * {PLACES_PER_EVENT}")),
        ("request", format!("position < 0 OR position >= {size}")),
        // The writer looks for its one row under the key 0; a reader takes whatever row there is.
        ("head", "id <> 0".to_owned()),
    ];
    for (table, is_stray) in tables {
        let sql = format!("SELECT count(*) FROM {table} WHERE {is_stray}");
        let count = connection.query_row(&sql, [], |row| row.get::<_, i64>(0));
        let count = count.map_err(|error| failure::reading(&format!("the keys of `{table}`"), &error))?;
        if count > 0 {
            let detail = format!("{count} rows of `{table}` stand under keys that a store does not use");
            return Err(Damage::Tables { detail }.into());
        }
    }
    Ok(())
}
