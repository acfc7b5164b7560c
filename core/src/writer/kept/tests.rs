//! The kept book is the book that a replay would make, whatever was written when, and belongs to its ledger.

use super::*;
use crate::consultation::{VoteStanding, evolve, vote_left_by};
use crate::envelope::Recorded;
use crate::store::memory::MemoryReader;
use crate::store::{Group, MemoryDisk, Store as _};
use crate::testing::history::{histories, seeded};
use crate::testing::{Entry, Record, same_answers};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A store that holds a record.
fn stored(record: &Record) -> MemoryReader {
    let disk = MemoryDisk::default();
    let mut store = disk.open().unwrap();
    let entries = record.entries().iter().map(Entry::stored).collect();
    store.commit(store.head().size, &Group { entries, requests: Vec::new() }).unwrap();
    disk.reader()
}

/// Opens the state and folds what it lacks, writing after each of the events that `writes` names.
fn caught_up(
    dir: &Path,
    record: &Record,
    until: usize,
    writes: &dyn Fn(usize) -> bool,
) -> (KeptBook, TreeSize) {
    let store = stored(record);
    let (mut kept, from) = KeptBook::open(Some(dir), record.log(), Box::new(store)).unwrap();
    let start = usize::try_from(from.get()).unwrap();
    for (at, event) in record.events().enumerate().take(until).skip(start) {
        for change in evolve(&kept, event) {
            if let Change::Vote(key, _) = &change {
                kept.voted(*key, event.position);
            }
            kept.apply(change);
        }
        kept.follow(
            event.stream,
            Tail { revision: event.revision, position: event.position, leaf: event.leaf },
        );
        kept.append(event.leaf);
        if event.command_index == 0 {
            kept.note(event.command, event.position);
        }
        if writes(at) {
            kept.write().unwrap();
        }
    }
    (kept, from)
}

#[test]
fn several_votes_of_one_tag_are_kept_each_on_its_thing_with_their_number() {
    let home = tempfile::tempdir().unwrap();
    let record = seeded(3, 20);
    let (mut kept, _) = caught_up(home.path(), &record, usize::MAX, &|_| false);
    let ids = [1, 2].map(|n| IntentId([n; 32]));
    let key = (ids[0], crate::testing::sample::tag(1));
    let vote = Vote { id: ids[1], subject: Some(ids[1]), weight: 1, standing: VoteStanding::Live };
    kept.apply(Change::Pick((key.0, key.1, ids[1]), Some(vote)));
    kept.apply(Change::Held(key, 1));
    kept.write().unwrap();
    drop(kept);
    let (mut kept, _) = caught_up(home.path(), &record, usize::MAX, &|_| false);
    assert_eq!((kept.pick((key.0, key.1, ids[1])), kept.held(key)), (Some(vote), 1));
    assert_eq!(kept.pick((key.0, key.1, ids[0])), None);
    kept.apply(Change::Pick((key.0, key.1, ids[1]), None));
    kept.apply(Change::Held(key, 0));
    assert_eq!((kept.pick((key.0, key.1, ids[1])), kept.held(key)), (None, 0));
}

/// What else the writer asks: each stream's last event, and where each command stands.
fn same_places(kept: &KeptBook, record: &Record) {
    let mut tails = BTreeMap::new();
    for event in record.events() {
        let tail = Tail { revision: event.revision, position: event.position, leaf: event.leaf };
        tails.insert(event.stream, tail);
        if event.command_index == 0 {
            assert!(kept.candidates(event.command).any(|position| position == event.position));
        }
    }
    assert_eq!(kept.tails(), &tails);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn it_answers_as_a_replay_does_wherever_it_was_closed_and_whatever_was_written(
        record in histories(1..100), cut in any::<prop::sample::Index>(), every in 1usize..20,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let cut = cut.index(record.entries().len());
        drop(caught_up(dir.path(), &record, cut, &|at| at % every == 0));
        let (kept, from) = caught_up(dir.path(), &record, usize::MAX, &|at| at % every == 0);
        prop_assert!(from.get() <= cut as u64);
        same_answers(&kept, record.book(), &record)?;
        same_places(&kept, &record);
        prop_assert!(kept.failure().is_none());
    }
}

#[test]
fn what_was_written_is_not_folded_again() {
    let record = seeded(7, 60);
    let dir = tempfile::tempdir().unwrap();
    drop(caught_up(dir.path(), &record, usize::MAX, &|_| true));
    let (kept, from) = caught_up(dir.path(), &record, usize::MAX, &|_| panic!("folded again"));
    assert_eq!(from.get(), record.entries().len() as u64);
    same_answers(&kept, record.book(), &record).unwrap();
}

#[test]
fn a_state_of_another_ledger_or_of_one_that_went_on_differently_is_thrown_away() {
    let (mine, other) = (seeded(7, 60), seeded(8, 60));
    let dir = tempfile::tempdir().unwrap();
    drop(caught_up(dir.path(), &mine, usize::MAX, &|_| true));
    let (kept, from) = caught_up(dir.path(), &other, usize::MAX, &|_| true);
    assert_eq!(from, TreeSize::EMPTY);
    same_answers(&kept, other.book(), &other).unwrap();
}

#[test]
fn a_state_ahead_of_its_ledger_is_thrown_away() {
    let record = seeded(7, 60);
    let dir = tempfile::tempdir().unwrap();
    drop(caught_up(dir.path(), &record, usize::MAX, &|_| true));
    let empty = MemoryDisk::default().reader();
    let (_, from) = KeptBook::open(Some(dir.path()), record.log(), Box::new(empty)).unwrap();
    assert_eq!(from, TreeSize::EMPTY);
}

#[test]
fn a_damaged_file_is_made_anew() {
    let record = seeded(7, 60);
    for (damage, bytes) in [("cut short", 700), ("overwritten", 0)] {
        let dir = tempfile::tempdir().unwrap();
        drop(caught_up(dir.path(), &record, usize::MAX, &|_| true));
        let path = dir.path().join(file::FILE);
        let mut whole = std::fs::read(&path).unwrap();
        whole.truncate(if bytes == 0 { whole.len() } else { bytes });
        if bytes == 0 {
            whole.fill(0x5a);
        }
        std::fs::write(&path, whole).unwrap();
        let (kept, from) = caught_up(dir.path(), &record, usize::MAX, &|_| true);
        assert_eq!(from, TreeSize::EMPTY, "{damage}");
        same_answers(&kept, record.book(), &record).unwrap();
    }
}

/// Has the file of a whole record altered, and says up to where it is believed then.
fn altered(record: &Record, alter: impl FnOnce(&Connection)) -> TreeSize {
    let dir = tempfile::tempdir().unwrap();
    drop(caught_up(dir.path(), record, usize::MAX, &|_| true));
    let file = Connection::open(dir.path().join(file::FILE)).unwrap();
    alter(&file);
    drop(file);
    let (kept, from) = caught_up(dir.path(), record, usize::MAX, &|_| true);
    same_answers(&kept, record.book(), record).unwrap();
    same_places(&kept, record);
    from
}

/// What the next event would repeat for ever: where its stream ends, and which commands and votes there were.
#[test]
fn a_file_whose_rows_do_not_fit_the_ledger_is_made_anew() {
    let record = seeded(7, 200);
    let whole = TreeSize::new(record.entries().len() as u64);
    assert_eq!(altered(&record, |_| {}), whole, "as it was");
    let tail =
        |event: &Recorded| Tail { revision: event.revision, position: event.position, leaf: event.leaf };
    let last = record.events().last().unwrap();
    let (stream, end) = (last.stream, tail(last));
    let earlier =
        tail(record.events().rfind(|one| one.stream == stream && one.position != end.position).unwrap());
    let other = tail(record.events().rfind(|one| one.stream != stream).unwrap());
    let foreign = Tail { revision: end.revision, ..other };
    let renumbered = Tail { revision: end.revision.next(), ..end };
    for tail in [Tail { leaf: Hash::ZERO, ..end }, earlier, foreign, renumbered] {
        let from =
            altered(&record, |file| put(file, &TAILS, &stream, Some(&compact(&tail).unwrap())).unwrap());
        assert_eq!(from, TreeSize::EMPTY, "{tail:?}");
    }
    let last = |table: &str| format!("WHERE position = (SELECT max(position) FROM {table})");
    for sql in [
        "DELETE FROM tail".to_owned(),
        format!("DELETE FROM command {}", last("command")),
        format!("UPDATE command SET tag = tag + 1 {}", last("command")),
        format!("DELETE FROM vote {}", last("vote")),
        format!("UPDATE vote SET tag = tag + 1 {}", last("vote")),
    ] {
        let from = altered(&record, |file| assert!(file.execute(&sql, []).unwrap() > 0, "{sql}"));
        assert_eq!(from, TreeSize::EMPTY, "{sql}");
    }
    let another_root = |file: &Connection| {
        let bound = file::bound(file).unwrap().unwrap();
        let mut edge = bound.edge.to_bytes();
        *edge.last_mut().unwrap() ^= 1;
        let edge = Frontier::from_bytes(&edge).unwrap();
        file::bind(file, &Bound { edge, ..bound }).unwrap();
    };
    assert_eq!(altered(&record, another_root), TreeSize::EMPTY, "another root");
}

/// A ledger that can be made to fail.
struct Failing(MemoryReader, Arc<AtomicBool>);

impl ReadLedger for Failing {
    fn head(&self) -> Result<TreeHead, StoreError> {
        self.0.head()
    }
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        if self.1.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable { doing: "read".into(), detail: "injected".into() });
        }
        self.0.read(from, count_max)
    }
    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
        self.0.follow(size, patience)
    }
}

#[test]
fn a_vote_that_could_not_be_taken_in_stops_the_book_and_is_never_written_as_if_it_were() {
    let record = seeded(7, 400);
    let dir = tempfile::tempdir().unwrap();
    drop(caught_up(dir.path(), &record, usize::MAX, &|_| true));
    let fails = Arc::new(AtomicBool::new(false));
    let ledger = Failing(stored(&record), Arc::clone(&fails));
    let (mut kept, from) = KeptBook::open(Some(dir.path()), record.log(), Box::new(ledger)).unwrap();
    assert!(kept.failure().is_none());
    let mut voted =
        record.events().filter_map(|event| vote_left_by(event).map(|(key, _)| (key, event.position)));
    let (key, position) = voted.next_back().unwrap();
    fails.store(true, Ordering::Relaxed);
    kept.voted(key, position);
    fails.store(false, Ordering::Relaxed);
    for _ in 0..2 {
        let failure = kept.failure().unwrap().to_string();
        assert!(failure.contains("until it is started again"), "{failure}");
    }
    kept.append(Hash::ZERO);
    assert!(kept.write().is_err(), "a wrong book would be believed at the next start");
    drop(kept);
    let (kept, again) = caught_up(dir.path(), &record, usize::MAX, &|_| panic!("folded again"));
    assert_eq!(from, again);
    same_answers(&kept, record.book(), &record).unwrap();
}

#[test]
fn a_reading_that_fails_while_deciding_voids_that_decision_alone() {
    let record = seeded(7, 400);
    let fails = Arc::new(AtomicBool::new(false));
    let ledger = Failing(stored(&record), Arc::clone(&fails));
    let (mut kept, _) = KeptBook::open(None, record.log(), Box::new(ledger)).unwrap();
    let (key, _) = record.events().find_map(vote_left_by).unwrap();
    kept.voted(key, Position::FIRST);
    fails.store(true, Ordering::Relaxed);
    assert_eq!(kept.vote(key), None);
    assert!(kept.failure().is_some() && kept.failure().is_none());
}

#[test]
fn a_file_that_cannot_be_written_is_tried_again_once_there_is_as_much_again() {
    let record = seeded(7, 60);
    let dir = tempfile::tempdir().unwrap();
    let (mut kept, _) = caught_up(dir.path(), &record, usize::MAX, &|_| true);
    let mut position = Position::new(1_000);
    let mut note = |kept: &mut KeptBook, count: usize| {
        for _ in 0..count {
            position = position.next();
            // Ids are drawn as by a hash: the index stands on that.
            let id = u128::from(position.get().wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64;
            kept.note(CommandId(id.to_be_bytes()), position);
        }
        kept.write_some()
    };
    kept.connection.execute_batch("PRAGMA query_only = ON").unwrap();
    assert!(note(&mut kept, CHANGES_MAX).is_err());
    assert!(!note(&mut kept, CHANGES_MAX - 1).unwrap(), "not at every group");
    assert!(note(&mut kept, 1).is_err());
    kept.connection.execute_batch("PRAGMA query_only = OFF").unwrap();
    assert!(note(&mut kept, CHANGES_MAX).unwrap());
    assert!(!note(&mut kept, 1).unwrap());
}

#[test]
fn the_file_holds_the_last_event_about_each_vote_and_no_other() {
    let record = seeded(7, 400);
    let dir = tempfile::tempdir().unwrap();
    let (kept, _) = caught_up(dir.path(), &record, usize::MAX, &|at| at % 7 == 0);
    let mut last = BTreeMap::new();
    for event in record.events() {
        if let Some((key, _)) = vote_left_by(event) {
            last.insert(key, event.position);
        }
    }
    let mut found = Vec::new();
    VOTES.each(&kept.connection, |_, position| found.push(position)).unwrap();
    found.extend(kept.votes.added.iter().map(|(_, position)| *position));
    found.retain(|position| !kept.votes.gone.contains(position));
    let mut expected: Vec<Position> = last.into_values().collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

/// What a fixed record folds to. Where this changes, rows or `evolve` mean something else than in the files that
/// exist: [`file::VERSION`] must be raised with it, so that they are made anew.
#[test]
fn the_version_of_the_file_stands_for_what_its_rows_mean() {
    let record = seeded(7, 400);
    let dir = tempfile::tempdir().unwrap();
    let (kept, _) = caught_up(dir.path(), &record, usize::MAX, &|at| at == record.entries().len() - 1);
    let mut digest = Vec::new();
    for rows in [CONSULTATIONS, TAILS, BALLOTS, PICKS, HELD, ACTS, GRANTS, PENDING, ERASURES] {
        let mut pairs = all(&kept.connection, &rows).unwrap();
        pairs.sort();
        digest.extend(pairs.into_iter().flat_map(|(key, value)| [key, value]).flatten());
    }
    let mut subjects = Vec::new();
    file::subject_keys(&kept.connection, |id, nth| {
        subjects.push((id, file::subject(&kept.connection, nth, id).unwrap().unwrap()));
    })
    .unwrap();
    subjects.sort();
    digest.extend(subjects.into_iter().flat_map(|(id, value)| [id.0.to_vec(), value]).flatten());
    VOTES
        .each(&kept.connection, |tag, position| {
            digest.extend(tag.to_be_bytes());
            digest.extend(position.get().to_be_bytes());
        })
        .unwrap();
    file::supports(&kept.connection, |id, count| {
        digest.extend(id.0);
        digest.extend(count.to_be_bytes());
    })
    .unwrap();
    let found = crate::ledger::sha256(&digest).to_string();
    assert_eq!(
        (file::VERSION, found.as_str()),
        (12, "9c37f0bdf15ec717cfc019425d4977ce37735fa29ee99872b9d9a08414366d10"),
        "raise file::VERSION, then pin the new digest"
    );
}
