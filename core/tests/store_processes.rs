//! Two processes over one embedded store: one writes, and any number read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests assert"
)]

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use devenir_core::ledger::TreeSize;
use devenir_core::store::{EmbeddedReader, EmbeddedStore, ReadLedger, Store, StoreError, sample};

/// Names the store to a child; absent in the parent.
const CHILD: &str = "DEVENIR_PROCESS_CHILD";

#[test]
fn a_second_process_that_wants_to_write_is_told_who_does_and_may_read() {
    let home = tempfile::tempdir().unwrap();
    let mut store = EmbeddedStore::create(home.path()).unwrap();
    store.commit(TreeSize::EMPTY, &sample::group(TreeSize::EMPTY, 4)).unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture"])
        .env(CHILD, home.path())
        .output()
        .unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    let refused = format!(
        "the store is being written by process {}: it holds `{}`; stop it first, or only read",
        std::process::id(),
        home.path().join("writer.lock").display()
    );
    assert!(said.contains(&refused), "{said}");
    assert!(said.contains("read 4 events"), "{said}");
    // The other process came and went; this one still writes.
    store.commit(TreeSize::new(4), &sample::group(TreeSize::new(4), 1)).unwrap();
}

/// Not a test of its own: what a child process runs.
#[test]
fn child() {
    let Ok(dir) = env::var(CHILD) else { return };
    match EmbeddedStore::open(Path::new(&dir)) {
        Err(error @ StoreError::Locked { .. }) => println!("\n{error}"),
        other => println!("\nthe lock did not hold: {other:?}"),
    }
    let reader = EmbeddedReader::open(Path::new(&dir)).unwrap();
    println!("\nread {} events", reader.head().unwrap().size);
}

#[test]
fn a_reader_that_no_writer_wakes_follows_too() {
    let home = tempfile::tempdir().unwrap();
    let mut store = EmbeddedStore::create(home.path()).unwrap();
    // Opened by path, as another process would: nobody rings a bell for it.
    let reader = EmbeddedReader::open(home.path()).unwrap();
    assert_eq!(reader.follow(TreeSize::EMPTY, Duration::from_millis(50)).unwrap(), store.head());
    let follower =
        std::thread::spawn(move || reader.follow(TreeSize::EMPTY, Duration::from_secs(30)).unwrap());
    let head = store.commit(TreeSize::EMPTY, &sample::group(TreeSize::EMPTY, 4)).unwrap();
    assert_eq!(follower.join().unwrap(), head);
}
