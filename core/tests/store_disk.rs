//! Disks that are full, read-only, or refuse to let a file grow: real ones, mounted for the test.
//!
//! A store of 2 MiB in memory is filled to the brim, a directory is bound read-only, and a child process gets a
//! limit on the length of its files. Mounting needs root; without it the test says `SKIPPED` and passes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests assert"
)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use devenir_core::ledger::{Position, TreeSize};
use devenir_core::store::contract::assert_is_sample;
use devenir_core::store::embedded::DATABASE;
use devenir_core::store::{EmbeddedReader, EmbeddedStore, Obstacle, ReadLedger, Store, StoreError, sample};

/// Names the store to a child; absent in the parent.
const CHILD: &str = "DEVENIR_DISK_CHILD";

#[test]
fn a_full_disk_refuses_the_group_loses_nothing_and_takes_more_when_there_is_room() {
    let Some(disk) = Mount::new(&["-t", "tmpfs", "-o", "size=2m", "tmpfs"], None) else { return };
    let dir = disk.path().join("store");
    let ballast = disk.path().join("ballast");
    fs::write(&ballast, vec![1; 512 * 1024]).unwrap();
    let mut store = EmbeddedStore::create(&dir).unwrap();
    let error = fill(&mut store);
    assert!(matches!(error, StoreError::NotWritten { obstacle: Obstacle::DiskFull, .. }), "{error}");
    let size = store.head().size.get();
    assert_is_sample(&store, size);
    // Still full: refused again, and again nothing is lost.
    let again = store.commit(TreeSize::new(size), &sample::group(TreeSize::new(size), 50)).unwrap_err();
    assert!(matches!(again, StoreError::NotWritten { obstacle: Obstacle::DiskFull, .. }), "{again}");
    assert_is_sample(&store, size);

    fs::remove_file(&ballast).unwrap();
    store.commit(TreeSize::new(size), &sample::group(TreeSize::new(size), 50)).unwrap();
    assert_is_sample(&store, size + 50);
    drop(store);
    assert_is_sample(&EmbeddedStore::open(&dir).unwrap(), size + 50);
}

#[test]
fn a_store_left_on_a_full_disk_opens_again() {
    let Some(disk) = Mount::new(&["-t", "tmpfs", "-o", "size=2m", "tmpfs"], None) else { return };
    let dir = disk.path().join("store");
    let mut store = EmbeddedStore::create(&dir).unwrap();
    fill(&mut store);
    let size = store.head().size.get();
    drop(store);
    fs::write(disk.path().join("ballast"), vec![1; 4096]).ok();
    match EmbeddedStore::open(&dir) {
        Ok(store) => assert_is_sample(&store, size),
        Err(StoreError::NotWritten { obstacle: Obstacle::DiskFull, .. } | StoreError::Unavailable { .. }) => {
            assert!(disk.grow("size=4m"));
            assert_is_sample(&EmbeddedStore::open(&dir).unwrap(), size);
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn no_store_is_created_on_a_full_disk_and_the_next_try_succeeds() {
    let Some(disk) = Mount::new(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], None) else { return };
    let dir = disk.path().join("store");
    fs::write(disk.path().join("ballast"), vec![1; 56 * 1024]).unwrap();
    let error = EmbeddedStore::create(&dir).unwrap_err();
    assert!(matches!(error, StoreError::NotWritten { obstacle: Obstacle::DiskFull, .. }), "{error}");
    assert!(matches!(EmbeddedStore::open(&dir), Err(StoreError::Missing { .. })));
    assert!(disk.grow("size=2m"));
    assert_is_sample(&EmbeddedStore::create(&dir).unwrap(), 0);
}

#[test]
fn a_read_only_disk_refuses_the_writer_and_serves_readers() {
    let home = tempfile::tempdir().unwrap();
    let mut store = EmbeddedStore::create(&home.path().join("store")).unwrap();
    store.commit(TreeSize::EMPTY, &sample::group(TreeSize::EMPTY, 9)).unwrap();
    drop(store);
    let Some(disk) = Mount::read_only(home.path()) else { return };
    let dir = disk.path().join("store");

    let error = EmbeddedStore::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::NotWritten { obstacle: Obstacle::ReadOnly, .. }), "{error}");
    let error = EmbeddedStore::create(&disk.path().join("other")).unwrap_err();
    assert!(matches!(error, StoreError::NotWritten { obstacle: Obstacle::ReadOnly, .. }), "{error}");

    let reader = EmbeddedReader::open(&dir).unwrap();
    assert_eq!(reader.head().unwrap(), sample::head(TreeSize::new(9)));
    assert_eq!(reader.read(Position::FIRST, 100).unwrap().len(), 9);
    reader.check_pages().unwrap();
    drop((reader, disk));
    assert_is_sample(&EmbeddedStore::open(&home.path().join("store")).unwrap(), 9);
}

#[test]
fn a_store_that_was_not_closed_is_not_read_wrongly_from_a_read_only_disk() {
    let home = tempfile::tempdir().unwrap();
    let (origin, copy) = (home.path().join("origin"), home.path().join("copy"));
    let mut store = EmbeddedStore::create(&origin).unwrap();
    store.commit(TreeSize::EMPTY, &sample::group(TreeSize::EMPTY, 9)).unwrap();
    fs::create_dir(&copy).unwrap();
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
        fs::copy(origin.join(&name), copy.join(&name)).unwrap();
    }
    let Some(disk) = Mount::read_only(home.path()) else { return };
    // The events are in the log only: to show the file without them would be a lie.
    match EmbeddedReader::open(&disk.path().join("copy")) {
        Ok(reader) => assert_eq!(reader.head().unwrap(), sample::head(TreeSize::new(9))),
        Err(error) => assert!(matches!(error, StoreError::Unavailable { .. }), "{error}"),
    }
}

#[test]
fn a_write_that_fails_halfway_stops_the_writer_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    // The system answers EFBIG in place of the signal, which SQLite cannot tell from a broken disk.
    let said = limited_child(home.path(), "trap '' XFSZ;");
    let (acknowledged, error) = said.rsplit_once("refused: ").expect("the child was refused");
    assert!(error.starts_with("this writer stopped at size "), "{error}");
    assert_survives(home.path(), acknowledged);
}

#[test]
fn a_writer_that_the_system_ends_in_the_middle_of_a_write_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let said = limited_child(home.path(), "");
    assert!(!said.contains("refused"), "{said}");
    assert_survives(home.path(), &said);
}

/// Not a test of its own: what a child process runs.
#[test]
fn child() {
    let Ok(dir) = env::var(CHILD) else { return };
    let mut store = EmbeddedStore::create(Path::new(&dir)).unwrap();
    loop {
        let size = store.head().size;
        match store.commit(size, &sample::group(size, 10)) {
            Ok(head) => println!("\nacknowledged {}", head.size),
            Err(error) => {
                let again = store.commit(size, &sample::group(size, 10)).unwrap_err();
                assert_eq!(again, error, "a stopped writer answers the same again");
                println!("\nrefused: {error}");
                return;
            }
        }
    }
}

/// Runs a child whose files may not grow beyond 400 KiB, and returns what it printed.
fn limited_child(home: &Path, before: &str) -> String {
    let script = format!("{before} ulimit -f 800; exec \"$0\" child --exact --nocapture");
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(env::current_exe().unwrap())
        .env(CHILD, home.join("store"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Asserts that all that `said` acknowledges is in the store, and that it goes on from there.
fn assert_survives(home: &Path, said: &str) {
    let acknowledged = said.lines().filter_map(|line| line.strip_prefix("acknowledged ")).next_back();
    let acknowledged: u64 = acknowledged.expect("the child wrote something").parse().unwrap();
    let mut store = EmbeddedStore::open(&home.join("store")).unwrap();
    let size = store.head().size;
    assert!(size.get() == acknowledged || size.get() == acknowledged + 10, "{acknowledged} became {size}");
    assert_is_sample(&store, size.get());
    store.commit(size, &sample::group(size, 10)).unwrap();
    assert_is_sample(&store, size.get() + 10);
}

/// Commits groups of ever fewer events until not even one fits.
fn fill(store: &mut EmbeddedStore) -> StoreError {
    let mut refusal = None;
    for count in [50, 10, 1] {
        loop {
            let size = store.head().size;
            match store.commit(size, &sample::group(size, count)) {
                Ok(_) => assert!(size < TreeSize::new(20_000), "the disk never fills"),
                Err(error) => {
                    refusal = Some(error);
                    break;
                }
            }
        }
    }
    refusal.unwrap()
}

/// Something mounted for the length of a test.
struct Mount {
    point: PathBuf,
    _home: Option<tempfile::TempDir>,
}

impl Mount {
    /// Mounts `what` over `over`, or over a new directory; none where that is not permitted.
    fn new(what: &[&str], over: Option<&Path>) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let point = over.unwrap_or_else(|| home.path()).to_owned();
        if !mount(what, &point) {
            println!("SKIPPED: mounting is not permitted here; run the tests as root to try a real disk");
            return None;
        }
        Some(Self { point, _home: Some(home) })
    }

    /// Shows `dir` read-only under another path.
    fn read_only(dir: &Path) -> Option<Self> {
        let bound = Self::new(&["--bind", dir.to_str().unwrap()], None)?;
        assert!(mount(&["-o", "remount,bind,ro"], &bound.point));
        Some(bound)
    }

    fn grow(&self, size: &str) -> bool {
        mount(&["-o", &format!("remount,{size}")], &self.point)
    }

    fn path(&self) -> &Path {
        &self.point
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.point).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "still mounted: {}", self.point.display());
    }
}

fn mount(arguments: &[&str], point: &Path) -> bool {
    let output = Command::new("mount").args(arguments).arg(point).output();
    output.is_ok_and(|output| output.status.success())
}
