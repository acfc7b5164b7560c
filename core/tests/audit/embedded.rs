//! An embedded store, altered with SQL.
//!
//! `docs/format.md` (What a verifier checks). The record is that of `shelf.rs`; what is expected is the first position that
//! cannot be trusted, and why.

use std::path::Path;

use devenir_core::audit::audit;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::store::{EmbeddedReader, EmbeddedStore, Group, Store};
use devenir_core::testing::Record;
use rusqlite::Connection;

use crate::shelf::consultation;

/// What `devenir verify` finds after `sql` was done to an embedded store.
fn after(sql: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    embed(home.path(), &consultation());
    Connection::open(home.path().join("ledger.sqlite3")).unwrap().execute_batch(sql).unwrap();
    let reader = EmbeddedReader::open(home.path()).unwrap();
    let report = audit(&reader).unwrap();
    let first = report.first_fault().map(|found| format!("{}: {}", found.position, found.fault));
    let verdict = report.verdict().as_str();
    match (first, reader.check_pages()) {
        (Some(first), _) => format!("{verdict}, first at {first}"),
        (None, Ok(())) => verdict.to_owned(),
        (None, Err(error)) => error.to_string(),
    }
}

fn embed(dir: &Path, record: &Record) {
    let mut store = EmbeddedStore::create(dir).unwrap();
    let entries: Vec<_> = record.entries().iter().map(|entry| entry.stored()).collect();
    let requests =
        (0..entries.len() as u64).map(|at| devenir_core::store::sample::request(Position::new(at)));
    let requests = requests.collect();
    store.commit(TreeSize::EMPTY, &Group { entries, requests }).unwrap();
}

#[test]
fn tampering_with_sql_is_found_and_named() {
    let starts = |sql: &str, expected: &str| {
        let found = after(sql);
        assert!(found.starts_with(expected), "{sql}\n  expected {expected}\n  found    {found}");
    };
    starts("SELECT 1", "self-consistent only");
    starts(
        "UPDATE envelope SET bytes = x'00' WHERE position = 9",
        "altered, first at 9: the bytes of event 9 are not an envelope",
    );
    starts(
        "UPDATE envelope SET bytes = (SELECT bytes FROM envelope WHERE position = 8) WHERE position = 9",
        "altered, first at 9: event 8 stands where event 9 should",
    );
    starts("DELETE FROM envelope WHERE position = 9", "altered, first at 9: the store does not read");
    starts("DELETE FROM envelope WHERE position = (SELECT size - 1 FROM head)", "altered, first at ");
    starts("INSERT INTO envelope SELECT size, x'00' FROM head", "altered, first at ");
    starts(
        "INSERT INTO envelope VALUES (-1, x'00')",
        "the store is damaged: its tables are not those of a store: 1 rows of `envelope`",
    );
    starts(
        "INSERT INTO part SELECT -16, kind, commitment, key, bytes FROM part LIMIT 1",
        "the store is damaged: its tables are not those of a store: 1 rows of `part`",
    );
    starts(
        "UPDATE part SET key = zeroblob(32) WHERE place = 16",
        "altered, first at 1: part 0 of event 1 does not fit its commitment",
    );
    starts("UPDATE part SET key = x'00' WHERE place = 16", "altered, first at 1: the store does not read: ");
    starts(
        "UPDATE part SET bytes = zeroblob(9) WHERE place = 16",
        "altered, first at 1: part 0 of event 1 does not fit",
    );
    starts(
        "UPDATE part SET place = 30 WHERE place = 16",
        "altered, first at 1: the vault holds part 14 of event 1",
    );
    starts("DELETE FROM part WHERE place = 16", "incomplete");
    starts("UPDATE head SET root = zeroblob(32)", "altered, first at 0: the root over ");
    starts("UPDATE head SET size = size - 1", "altered, first at ");
    starts(
        "UPDATE head SET before_last = CAST(substr(before_last, 1, 8) || zeroblob(length(before_last) - 8) AS BLOB)",
        "the store is damaged: the last envelope",
    );
    starts(
        "UPDATE request SET mac = zeroblob(40) WHERE position = 9",
        "the store is damaged: the request at position 9 does not read: its check does not fit",
    );
    starts(
        "UPDATE request SET command_id = zeroblob(16) WHERE position = 9",
        "the store is damaged: the request at position 9",
    );
    starts(
        "UPDATE request SET position = 900 WHERE position = 9",
        "the store is damaged: the request at position 900",
    );
    starts(
        "UPDATE request SET mac = zeroblob(32) WHERE position = 9",
        "the store is damaged: the request at position 9 does not read: ",
    );
}
