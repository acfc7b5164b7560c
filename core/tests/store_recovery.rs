//! What an opening makes of a store whose writer ended badly, or whose files somebody changed.
//!
//! Every crash point, once with the group on the disk and once without; a log that breaks off at any byte or
//! reads wrong at any byte; rows, headers and tables that are not what a writer left.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests assert"
)]

use std::fs;
use std::path::{Path, PathBuf};

use devenir_core::ledger::{Position, TreeSize};
use devenir_core::store::contract::assert_is_sample;
use devenir_core::store::embedded::{DATABASE, Fault};
use devenir_core::store::{
    Damage, EmbeddedReader, EmbeddedStore, Obstacle, ReadLedger, Store, StoreError, sample,
};
use rusqlite::Connection;

/// Where the frames of a log begin, and how long each is, with pages of 4 KiB.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const FRAME: usize = FRAME_HEADER + 4096;

#[test]
fn every_crash_point_keeps_what_was_acknowledged_and_nothing_by_halves() {
    struct Case {
        fault: Fault,
        stops_the_writer: bool,
        reached_the_disk: bool,
    }
    let case = |fault, stops_the_writer, reached_the_disk| Case { fault, stops_the_writer, reached_the_disk };
    let cases = [
        case(Fault::FullBeforeWrite, false, false),
        case(Fault::FullBeforeCommit, false, false),
        case(Fault::SyncFailed, true, false),
        case(Fault::CommitLost, true, false),
        case(Fault::CommitKept, true, true),
    ];
    for Case { fault, stops_the_writer, reached_the_disk } in cases {
        let home = tempfile::tempdir().unwrap();
        let mut store = filled(home.path(), 5);
        let (size, group) = (TreeSize::new(5), sample::group(TreeSize::new(5), 3));

        store.inject(fault);
        let error = store.commit(size, &group).unwrap_err();
        assert_eq!(error.is_fatal(), stops_the_writer, "{fault:?}: {error}");
        assert_eq!(store.head(), sample::head(size), "{fault:?}: acknowledged after an error");
        match store.commit(size, &group) {
            Ok(_) if !stops_the_writer => assert_is_sample(&store, 8),
            Err(again @ StoreError::Poisoned { .. }) if stops_the_writer => assert_eq!(again, error),
            other => panic!("{fault:?}: the next commit answered {other:?}"),
        }
        drop(store);

        let mut store = EmbeddedStore::open(home.path()).unwrap();
        let found = if stops_the_writer && !reached_the_disk { 5 } else { 8 };
        assert_is_sample(&store, found);
        commit(&mut store, 2);
        assert_is_sample(&store, found + 2);
    }
}

#[test]
fn a_poisoned_writer_refuses_to_erase_too() {
    let home = tempfile::tempdir().unwrap();
    let mut store = filled(home.path(), 5);
    store.inject(Fault::SyncFailed);
    store.commit(TreeSize::new(5), &sample::group(TreeSize::new(5), 1)).unwrap_err();
    assert!(matches!(store.erase(&[], &[]), Err(StoreError::Poisoned { .. })));
}

/// The files of a store as a crash leaves them: the writer never closed it.
struct Crashed {
    home: tempfile::TempDir,
    database: Vec<u8>,
    log: Vec<u8>,
    /// The size after each commit, with the length of the log that holds it.
    commits: Vec<(u64, usize)>,
}

impl Crashed {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut store = EmbeddedStore::create(&home.path().join("origin")).unwrap();
        let log = home.path().join("origin").join(format!("{DATABASE}-wal"));
        let mut commits = vec![(0, 0)];
        for count in [1, 2, 3, 1] {
            commit(&mut store, count);
            commits.push((store.head().size.get(), fs::metadata(&log).unwrap().len() as usize));
        }
        let database = fs::read(home.path().join("origin").join(DATABASE)).unwrap();
        let log = fs::read(log).unwrap();
        assert_eq!(log.len(), commits.last().unwrap().1, "the log has frames beyond the last commit");
        Self { home, database, log, commits }
    }

    /// A store of these files, with `log` in place of their own; the guard comes along if asked.
    fn with_log(&self, log: &[u8], with_guard: bool) -> PathBuf {
        let dir = self.home.path().join("copy");
        if dir.exists() {
            fs::remove_dir_all(&dir).unwrap();
        }
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join(DATABASE), &self.database).unwrap();
        fs::write(dir.join(format!("{DATABASE}-wal")), log).unwrap();
        if with_guard {
            fs::copy(self.home.path().join("origin/acknowledged"), dir.join("acknowledged")).unwrap();
        }
        dir
    }

    fn size(&self) -> u64 {
        self.commits.last().unwrap().0
    }
}

#[test]
fn a_log_cut_at_any_byte_opens_at_the_last_whole_commit_and_says_what_it_dropped() {
    let crashed = Crashed::new();
    for cut in places(crashed.log.len()) {
        let dir = crashed.with_log(&crashed.log[..cut], false);
        let (size, kept) = *crashed.commits.iter().rfind(|(_, end)| *end <= cut).unwrap();
        let store = EmbeddedStore::open(&dir).unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
        assert_is_sample(&store, size);
        // A frame whose own header is cut short does not say that it belongs to this round of the log.
        let frames = |length: usize| {
            let body = length.saturating_sub(LOG_HEADER);
            body / FRAME + usize::from(body % FRAME >= FRAME_HEADER)
        };
        let torn = frames(cut) - frames(kept);
        assert_eq!(store.recovery().log_frames, torn as u64, "cut at {cut}");
    }
}

#[test]
fn a_log_cut_below_what_was_acknowledged_is_refused() {
    let crashed = Crashed::new();
    for cut in places(crashed.log.len() - 1) {
        let dir = crashed.with_log(&crashed.log[..cut], true);
        match EmbeddedStore::open(&dir) {
            Err(StoreError::Damaged(Damage::AcknowledgedLost { acknowledged, .. })) => {
                assert_eq!(acknowledged, sample::head(TreeSize::new(crashed.size())), "cut at {cut}");
            }
            other => panic!("cut at {cut}: {other:?}"),
        }
    }
    assert_is_sample(&EmbeddedStore::open(&crashed.with_log(&crashed.log, true)).unwrap(), crashed.size());
}

#[test]
fn a_byte_flipped_anywhere_in_the_log_never_loses_an_acknowledged_event_in_silence() {
    let crashed = Crashed::new();
    let [.., (before_last, _), (size, _)] = crashed.commits[..] else { panic!("too few commits") };
    let mut refused = 0;
    for place in places(crashed.log.len() - 1) {
        let mut log = crashed.log.clone();
        log[place] ^= 0x40;
        match EmbeddedStore::open(&crashed.with_log(&log, true)) {
            Ok(store) => assert_is_sample(&store, size),
            Err(StoreError::Damaged(_)) => refused += 1,
            Err(other) => panic!("byte {place}: {other}"),
        }
        // Without the guard the last group cannot be told from one that was never acknowledged; all others can.
        match EmbeddedStore::open(&crashed.with_log(&log, false)) {
            Ok(store) => {
                let found = store.head().size.get();
                assert!(found >= before_last, "byte {place}: {found} of {size} events left");
                assert_is_sample(&store, found);
                assert!(found == size || store.recovery().log_frames > 0, "byte {place}: nothing said");
            }
            Err(StoreError::Damaged(_)) => {}
            Err(other) => panic!("byte {place}: {other}"),
        }
    }
    assert!(refused > 100, "only {refused} flips were noticed");
}

#[test]
fn rows_beyond_the_head_are_dropped_and_said() {
    let home = tempfile::tempdir().unwrap();
    drop(filled(home.path(), 5));
    let raw = raw(home.path());
    raw.execute_batch(
        "INSERT INTO envelope VALUES (5, x'00'), (7, x'01'); INSERT INTO part VALUES (80, 1, x'', x'', x'');
         INSERT INTO request VALUES (6, x'', x''), (8, x'', x''), (9, x'', x'')",
    )
    .unwrap();
    drop(raw);
    let mut store = EmbeddedStore::open(home.path()).unwrap();
    insta::assert_snapshot!(store.recovery(), @"dropped the remains of a group that was never acknowledged: 0 log frames, 2 envelopes, 1 parts, 3 requests beyond the head");
    assert_is_sample(&store, 5);
    commit(&mut store, 4);
    drop(store);
    let store = EmbeddedStore::open(home.path()).unwrap();
    assert!(store.recovery().is_clean());
    assert_is_sample(&store, 9);
}

#[test]
fn damage_at_the_right_edge_is_refused_and_named() {
    let damage = |sql: &str| {
        let home = tempfile::tempdir().unwrap();
        drop(filled(home.path(), 6));
        raw(home.path()).execute_batch(sql).unwrap();
        match EmbeddedStore::open(home.path()) {
            Err(StoreError::Damaged(damage)) => damage.to_string(),
            other => panic!("{sql}: {other:?}"),
        }
    };
    insta::assert_snapshot!(damage("DELETE FROM envelope WHERE position = 5"), @"event 5 is missing, though the ledger holds 6 events");
    insta::assert_snapshot!(damage("UPDATE envelope SET bytes = x'00' WHERE position = 5"), @"the last envelope, event 5, leads to root f11025…, but the head states d69efd…");
    insta::assert_snapshot!(damage("UPDATE head SET size = 5"), @"the last envelope, event 4, leads to root 43540a…, but the head states d69efd…");
    insta::assert_snapshot!(damage("UPDATE head SET root = zeroblob(32)"), @"the last envelope, event 5, leads to root d69efd…, but the head states 000000…");
    insta::assert_snapshot!(damage("UPDATE head SET root = x'00'"), @"the head does not read: a hash has 32 bytes, found 1");
    insta::assert_snapshot!(damage("UPDATE head SET size = -1"), @"the head does not read: the stored tree size -1 is negative; the store was written by something else, or is damaged");
    insta::assert_snapshot!(damage("UPDATE head SET before_last = x'00'"), @"the head does not read: a tree's right edge begins with its size in 8 bytes, found 1");
    insta::assert_snapshot!(damage("DELETE FROM head"), @"the head does not read: Query returned no rows");
    insta::assert_snapshot!(damage("DROP TABLE request"), @"its tables are not those of a store: expected envelope, head, part, request, found envelope, head, part");
    insta::assert_snapshot!(damage("CREATE INDEX by_bytes ON envelope (bytes)"), @"its tables are not those of a store: expected envelope, head, part, request, found by_bytes, envelope, head, part, request");
    insta::assert_snapshot!(damage("DELETE FROM envelope; DELETE FROM head; INSERT INTO head SELECT 0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', zeroblob(8)"), @"it holds 0 events with root e3b0c4…, but 6 with root d69efd… were acknowledged");
}

#[test]
fn a_hole_below_the_head_is_an_error_when_it_is_read() {
    let home = tempfile::tempdir().unwrap();
    drop(filled(home.path(), 6));
    raw(home.path()).execute_batch("DELETE FROM envelope WHERE position = 2").unwrap();
    let reader = EmbeddedReader::open(home.path()).unwrap();
    assert_eq!(reader.read(Position::FIRST, 2).unwrap().len(), 2);
    let hole = Damage::Hole { position: Position::new(2), size: TreeSize::new(6) };
    assert_eq!(reader.read(Position::FIRST, 6), Err(hole.clone().into()));
    assert_eq!(reader.read(Position::new(2), 1), Err(hole.into()));
    assert_eq!(reader.read(Position::new(3), 9).unwrap().len(), 3);
}

#[test]
fn a_part_under_another_commitment_is_an_error_when_it_is_opened() {
    let home = tempfile::tempdir().unwrap();
    let mut store = filled(home.path(), 6);
    raw(home.path()).execute_batch("UPDATE part SET commitment = zeroblob(32) WHERE place = 80").unwrap();
    let reader = store.reader().unwrap();
    let place = devenir_core::store::Place { position: Position::new(5), index: 0 };
    let commitment = sample::part(Position::new(5), 0).commitment;
    insta::assert_snapshot!(reader.open(place, &commitment).unwrap_err(), @"the store is damaged: part 0 of event 5 does not read: expected commitment b69ebd…, found 000000…; do not write to it: keep a copy, then restore a backup or recover from a mirror");
    store.erase(&[place], &[]).unwrap();
    assert_eq!(reader.open(place, &commitment).unwrap(), None);
}

#[test]
fn files_that_are_not_a_store_of_ours_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("store");
    let refusal = || {
        let refusals = [EmbeddedStore::open(&dir).unwrap_err(), EmbeddedReader::open(&dir).unwrap_err()];
        let [writer, reader] =
            refusals.map(|error| error.to_string().replace(home.path().to_str().unwrap(), "…"));
        assert_eq!(writer, reader);
        writer
    };
    insta::assert_snapshot!(refusal(), @"there is no store in `…/store`: `ledger.sqlite3` is missing; create one, or name another directory");
    drop(filled(&dir, 3));
    raw(&dir).pragma_update(None, "user_version", 3).unwrap();
    insta::assert_snapshot!(refusal(), @"`…/store/ledger.sqlite3` has store layout 3, this program reads layout 2 only; use a newer program");
    raw(&dir).pragma_update(None, "user_version", 0).unwrap();
    insta::assert_snapshot!(refusal(), @"`…/store/ledger.sqlite3` has store layout 0, this program reads layout 2 only; it was a draft, or is older: export it with the program that wrote it");
    raw(&dir).pragma_update(None, "application_id", 0x1234).unwrap();
    insta::assert_snapshot!(refusal(), @"`…/store/ledger.sqlite3` is not a Devenir store: expected application id 0x44564e52, found 0x00001234");
    fs::write(dir.join(DATABASE), "not a database at all, but a text that is long enough to be read")
        .unwrap();
    insta::assert_snapshot!(EmbeddedStore::open(&dir).unwrap_err(), @"the store is damaged: its file does not read as a database (at the header of the store: file is not a database); do not write to it: keep a copy, then restore a backup or recover from a mirror");
}

#[test]
fn a_store_is_created_whole_or_not_at_all_and_never_over_another() {
    let home = tempfile::tempdir().unwrap();
    // What a creation leaves that ended halfway.
    fs::write(home.path().join("creating.sqlite3"), "half a database").unwrap();
    fs::write(home.path().join("creating.sqlite3-journal"), "and its journal").unwrap();
    assert!(matches!(EmbeddedStore::open(home.path()), Err(StoreError::Missing { .. })));
    let mut store = EmbeddedStore::create(home.path()).unwrap();
    commit(&mut store, 3);
    drop(store);
    assert!(matches!(EmbeddedStore::create(home.path()), Err(StoreError::Exists { .. })));
    assert_is_sample(&EmbeddedStore::open(home.path()).unwrap(), 3);
    let mut names: Vec<_> = fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["acknowledged", "keys", DATABASE, "writer.lock"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_store() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("store");
    let _store = filled(&dir, 3);
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(dir.clone()), 0o700);
    for entry in fs::read_dir(&dir).unwrap().map(Result::unwrap) {
        let expected = if entry.path().is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(entry.path()), expected, "{}", entry.path().display());
    }
}

#[test]
fn another_program_that_moves_the_head_stops_the_writer() {
    let home = tempfile::tempdir().unwrap();
    let mut store = filled(home.path(), 3);
    raw(home.path()).execute_batch("UPDATE head SET size = 2").unwrap();
    let error = store.commit(TreeSize::new(3), &sample::group(TreeSize::new(3), 1)).unwrap_err();
    insta::assert_snapshot!(error, @"this writer stopped at size 3: another program changed the head since; whether the group after it is on the disk is unknown. Reopen the store, run `devenir verify`, and compare its head with the last signed one");
}

#[test]
fn a_full_disk_refuses_the_group_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut store = filled(home.path(), 5);
    store.limit_pages(30);
    let mut refused = None;
    for size in (5..).map(TreeSize::new) {
        if let Err(error) = store.commit(size, &sample::group(size, 1)) {
            refused = Some(error);
            break;
        }
    }
    let Some(error @ StoreError::NotWritten { obstacle: Obstacle::DiskFull, .. }) = refused else {
        panic!("{refused:?}")
    };
    insta::assert_snapshot!(error, @"nothing was written, nothing was lost: the disk is full (database or disk is full); make room and try again");
    let size = store.head().size.get();
    assert!(size > 5);
    assert_is_sample(&store, size);
    store.limit_pages(1_000_000);
    commit(&mut store, 10);
    assert_is_sample(&store, size + 10);
    drop(store);
    assert_is_sample(&EmbeddedStore::open(home.path()).unwrap(), size + 10);
}

/// A store of the first `size` sample entries, in groups of one.
fn filled(dir: &Path, size: u64) -> EmbeddedStore {
    let mut store = EmbeddedStore::create(dir).unwrap();
    for _ in 0..size {
        commit(&mut store, 1);
    }
    store
}

fn commit(store: &mut EmbeddedStore, count: u64) {
    let size = store.head().size;
    store.commit(size, &sample::group(size, count)).unwrap();
}

/// The database, opened behind the store's back.
fn raw(dir: &Path) -> Connection {
    Connection::open(dir.join(DATABASE)).unwrap()
}

/// Places of a log to cut or flip: around each edge of a frame and its header, and every so often between.
fn places(length: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).step_by(997).collect();
    for frame in (LOG_HEADER..=length).step_by(FRAME) {
        places.extend([0, 7, 8, 15, 16, 23, 24, 25].map(|more| frame + more));
        places.push(frame - 1);
    }
    places.retain(|place| *place <= length);
    places.sort_unstable();
    places.dedup();
    places
}
