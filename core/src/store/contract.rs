//! The contract of `port.rs` as tests: small named cases, each over whichever store a [`Host`] opens.
//!
//! [`store_contract!`](crate::store_contract) makes one test of each. A case knows only [`Store`] and
//! [`Reader`](super::port::Reader), so it holds for every adapter or says that the contract is wrong.

#![allow(missing_docs, reason = "the name of a case is its sentence")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a suite of tests asserts")]

use std::thread;
use std::time::Duration;

use super::error::{Misuse, StoreError};
use super::group::{Group, Leaf, Place, SealedPart};
use super::port::Store;
use super::sample;
use crate::ledger::{Position, TreeHead, TreeSize};

/// A medium for one case: empty at first, and the same one at each opening.
pub trait Host {
    /// Opens the writing handle; the first time it makes the store.
    ///
    /// # Errors
    ///
    /// What the store answers.
    fn open(&self) -> Result<Box<dyn Store>, StoreError>;
}

/// Long enough for anything that happens at all, on a machine that does other things too.
const LONG: Duration = Duration::from_secs(30);

/// Makes a test of each case over the store of `$host`, an expression that is evaluated for each.
#[macro_export]
macro_rules! store_contract {
    ($host:expr) => {
        $crate::store_contract! { $host =>
            a_new_store_is_empty
            a_group_is_read_back_as_it_was_written
            the_head_is_the_root_over_all_envelopes
            another_size_than_expected_is_a_conflict_and_writes_nothing
            a_group_that_breaks_the_rules_is_refused_and_writes_nothing
            the_largest_envelope_and_part_are_kept_whole
            reading_stops_at_the_end_and_never_skips
            a_part_is_opened_by_its_place_and_commitment
            all_parts_of_a_range_come_in_order_of_place
            an_entry_may_come_without_some_of_its_parts
            a_request_is_recalled_by_its_first_position
            erased_parts_and_requests_are_gone_and_the_rest_stays
            what_was_committed_is_there_after_reopening
            what_was_erased_stays_erased_after_reopening
            a_second_writer_is_refused_until_the_first_ends
            a_reader_sees_a_commit_as_soon_as_it_returns
            a_reader_outlives_its_writer
            following_ends_when_the_ledger_grows
            following_ends_when_patience_does
            readers_see_whole_groups_only
        }
    };
    ($host:expr => $($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                $crate::store::contract::$case(&$host);
            }
        )*
    };
}

pub fn a_new_store_is_empty(host: &dyn Host) {
    let store = host.open().unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(store.head(), TreeHead::empty());
    assert_eq!(reader.head().unwrap(), TreeHead::empty());
    assert!(reader.read(Position::FIRST, 10).unwrap().is_empty());
    assert!(reader.open_all(Position::FIRST..Position::new(10)).unwrap().is_empty());
    assert_eq!(reader.recall(Position::FIRST).unwrap(), None);
}

pub fn a_group_is_read_back_as_it_was_written(host: &dyn Host) {
    let mut store = host.open().unwrap();
    let group = sample::group(TreeSize::EMPTY, 9);
    store.commit(TreeSize::EMPTY, &group).unwrap();

    let reader = store.reader().unwrap();
    let envelopes: Vec<&[u8]> = group.entries.iter().map(|entry| entry.leaf.bytes()).collect();
    assert_eq!(reader.read(Position::FIRST, 9).unwrap(), envelopes);
    let parts = reader.open_all(Position::FIRST..Position::new(9)).unwrap();
    assert_eq!(
        parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>(),
        group.entries.iter().flat_map(|entry| entry.parts.clone()).collect::<Vec<_>>()
    );
    for request in group.requests {
        assert_eq!(reader.recall(request.position).unwrap(), Some(request));
    }
}

pub fn the_head_is_the_root_over_all_envelopes(host: &dyn Host) {
    let mut store = host.open().unwrap();
    // Sizes around powers of two, where the shape of the tree changes.
    for count in [1, 1, 1, 4, 1, 7, 1, 1, 47, 1] {
        let size = store.head().size;
        let head = store.commit(size, &sample::group(size, count)).unwrap();
        assert_eq!(head, sample::head(size.plus(count)));
        assert_eq!(head, store.head());
        assert_eq!(head, store.reader().unwrap().head().unwrap());
    }
}

pub fn another_size_than_expected_is_a_conflict_and_writes_nothing(host: &dyn Host) {
    let mut store = filled(host, 5);
    for expected in [0, 4, 6, u64::MAX].map(TreeSize::new) {
        let refused = store.commit(expected, &sample::group(TreeSize::new(5), 1)).unwrap_err();
        assert_eq!(refused, StoreError::Conflict { expected, actual: TreeSize::new(5) });
    }
    assert_is_sample(&*store, 5);
    store.commit(TreeSize::new(5), &sample::group(TreeSize::new(5), 3)).unwrap();
    assert_is_sample(&*store, 8);
}

pub fn a_group_that_breaks_the_rules_is_refused_and_writes_nothing(host: &dyn Host) {
    let mut store = filled(host, 5);
    let size = TreeSize::new(5);
    let position = Position::new(5);
    let broken = |alter: fn(&mut Group)| {
        let mut group = sample::group(TreeSize::new(5), 3);
        alter(&mut group);
        group
    };
    let place = |index| Place { position, index };
    let request = |found, least| Misuse::RequestPosition {
        found: Position::new(found),
        least: Position::new(least),
        end: Position::new(8),
    };
    let cases = [
        (Group::default(), Misuse::EmptyGroup),
        (
            broken(|group| group.entries[0].leaf = Leaf::new(vec![])),
            Misuse::LeafLength { position, found: 0 },
        ),
        (
            broken(|group| group.entries[0].leaf = Leaf::new(vec![1; Leaf::BYTES_MAX + 1])),
            Misuse::LeafLength { position, found: 65_536 },
        ),
        (
            broken(|group| group.entries[0].parts[1].index = 0),
            Misuse::PartIndex { place: place(0), least: 1 },
        ),
        (
            broken(|group| group.entries[0].parts[1].index = 15),
            Misuse::PartIndex { place: place(15), least: 1 },
        ),
        (
            broken(|group| group.entries[0].parts[1].bytes = vec![0; SealedPart::BYTES_MAX + 1]),
            Misuse::PartLength { place: place(1), found: 1_048_577 },
        ),
        (broken(|group| group.requests[0].position = Position::new(4)), request(4, 5)),
        (broken(|group| group.requests[2].position = Position::new(8)), request(8, 7)),
        (broken(|group| group.requests[1].position = Position::new(5)), request(5, 6)),
    ];
    for (group, misuse) in cases {
        assert_eq!(store.commit(size, &group).unwrap_err(), StoreError::Misuse(misuse));
    }
    assert_is_sample(&*store, 5);
    store.commit(size, &sample::group(size, 3)).unwrap();
    assert_is_sample(&*store, 8);
}

pub fn the_largest_envelope_and_part_are_kept_whole(host: &dyn Host) {
    let mut store = host.open().unwrap();
    let mut group = sample::group(TreeSize::EMPTY, 2);
    let part = &mut group.entries[1].parts[0];
    part.index = Place::INDEX_MAX;
    part.kind = u8::MAX;
    part.bytes = (0..SealedPart::BYTES_MAX).map(|at| (at % 251) as u8).collect();
    let mut envelope: Vec<u8> = (0..Leaf::BYTES_MAX - 32).map(|at| (at % 241) as u8).collect();
    envelope.extend_from_slice(&part.commitment);
    group.entries[1].leaf = Leaf::new(envelope);
    store.commit(TreeSize::EMPTY, &group).unwrap();

    let reader = store.reader().unwrap();
    assert_eq!(reader.read(Position::new(1), 1).unwrap(), [group.entries[1].leaf.bytes()]);
    let part = &group.entries[1].parts[0];
    let place = Place { position: Position::new(1), index: Place::INDEX_MAX };
    assert_eq!(reader.open(place, &part.commitment).unwrap().as_ref(), Some(part));
}

pub fn reading_stops_at_the_end_and_never_skips(host: &dyn Host) {
    let store = filled(host, 20);
    let reader = store.reader().unwrap();
    let all = reader.read(Position::FIRST, usize::MAX).unwrap();
    assert_eq!(all.len(), 20);
    for (from, count_max, expected) in
        [(0, 0, 0..0), (0, 1, 0..1), (7, 5, 7..12), (18, 5, 18..20), (20, 5, 20..20), (21, 5, 20..20)]
    {
        assert_eq!(reader.read(Position::new(from), count_max).unwrap(), all[expected], "{from} {count_max}");
    }
    assert!(reader.read(Position::new(u64::MAX), 5).unwrap().is_empty());
}

pub fn a_part_is_opened_by_its_place_and_commitment(host: &dyn Host) {
    let store = filled(host, 6);
    let reader = store.reader().unwrap();
    let position = Position::new(5);
    for index in [0, 1] {
        let part = sample::part(position, index);
        let place = Place { position, index };
        assert_eq!(reader.open(place, &part.commitment).unwrap(), Some(part));
    }
    for (position, index) in [(5, 2), (3, 0), (6, 0), (u64::MAX, 0)] {
        let place = Place { position: Position::new(position), index };
        assert_eq!(reader.open(place, &[7; 32]).unwrap(), None, "{place}");
    }
    // Another commitment at the same place is another part: an error or nothing, never this one.
    let place = Place { position, index: 0 };
    assert!(matches!(reader.open(place, &[7; 32]), Ok(None) | Err(StoreError::Damaged(_))));
}

pub fn all_parts_of_a_range_come_in_order_of_place(host: &dyn Host) {
    let store = filled(host, 20);
    let reader = store.reader().unwrap();
    let places: Vec<(u64, u8)> = reader
        .open_all(Position::new(4)..Position::new(9))
        .unwrap()
        .into_iter()
        .map(|(place, _)| (place.position.get(), place.index))
        .collect();
    assert_eq!(places, [(4, 0), (5, 0), (5, 1), (7, 0), (8, 0), (8, 1)]);
    assert!(reader.open_all(Position::new(9)..Position::new(9)).unwrap().is_empty());
    assert!(reader.open_all(Position::new(20)..Position::new(u64::MAX)).unwrap().is_empty());
}

pub fn an_entry_may_come_without_some_of_its_parts(host: &dyn Host) {
    let mut store = host.open().unwrap();
    let mut group = sample::group(TreeSize::EMPTY, 3);
    group.entries[2].parts.remove(0);
    store.commit(TreeSize::EMPTY, &group).unwrap();
    let parts = store.reader().unwrap().open_all(Position::new(2)..Position::new(3)).unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0], (Place { position: Position::new(2), index: 1 }, sample::part(Position::new(2), 1)));
}

pub fn a_request_is_recalled_by_its_first_position(host: &dyn Host) {
    let mut store = host.open().unwrap();
    let mut group = sample::group(TreeSize::EMPTY, 4);
    group.requests.remove(1);
    store.commit(TreeSize::EMPTY, &group).unwrap();
    let reader = store.reader().unwrap();
    let recalled: Vec<bool> = (0..5).map(|at| reader.recall(Position::new(at)).unwrap().is_some()).collect();
    assert_eq!(recalled, [true, false, true, true, false]);
}

pub fn erased_parts_and_requests_are_gone_and_the_rest_stays(host: &dyn Host) {
    let mut store = filled(host, 9);
    let place = Place { position: Position::new(5), index: 0 };
    for _ in 0..2 {
        store.erase(&[place], &[Position::new(7)]).unwrap();
    }
    assert_is_sample_but_erased(&*store, 9, place, Position::new(7));
    let nowhere = Place { position: Position::new(100), index: 0 };
    store.erase(&[nowhere], &[Position::new(100)]).unwrap();
    store.commit(TreeSize::new(9), &sample::group(TreeSize::new(9), 2)).unwrap();
    assert_is_sample_but_erased(&*store, 11, place, Position::new(7));
}

pub fn what_was_committed_is_there_after_reopening(host: &dyn Host) {
    for round in 0..5 {
        let mut store = host.open().unwrap();
        assert_is_sample(&*store, round * 7);
        let size = store.head().size;
        store.commit(size, &sample::group(size, 7)).unwrap();
    }
}

pub fn what_was_erased_stays_erased_after_reopening(host: &dyn Host) {
    let place = Place { position: Position::new(5), index: 0 };
    let mut store = filled(host, 9);
    store.erase(&[place], &[Position::new(7)]).unwrap();
    drop(store);
    assert_is_sample_but_erased(&*host.open().unwrap(), 9, place, Position::new(7));
}

pub fn a_second_writer_is_refused_until_the_first_ends(host: &dyn Host) {
    let mut first = filled(host, 3);
    let Err(StoreError::Locked { pid, .. }) = host.open() else { panic!("a second writer was let in") };
    assert_eq!(pid, Some(std::process::id()));
    first.commit(TreeSize::new(3), &sample::group(TreeSize::new(3), 1)).unwrap();
    drop(first);
    assert_is_sample(&*host.open().unwrap(), 4);
}

pub fn a_reader_sees_a_commit_as_soon_as_it_returns(host: &dyn Host) {
    let mut store = host.open().unwrap();
    let reader = store.reader().unwrap();
    for size in (0..30).map(TreeSize::new) {
        let head = store.commit(size, &sample::group(size, 1)).unwrap();
        assert_eq!(reader.head().unwrap(), head);
        let last = sample::entry(size.next_position());
        assert_eq!(reader.read(size.next_position(), 2).unwrap(), [last.leaf.bytes()]);
    }
}

pub fn a_reader_outlives_its_writer(host: &dyn Host) {
    let store = filled(host, 4);
    let reader = store.reader().unwrap();
    drop(store);
    assert_eq!(reader.read(Position::FIRST, 10).unwrap().len(), 4);
    drop(filled(host, 6));
    assert_eq!(reader.head().unwrap(), sample::head(TreeSize::new(6)));
}

pub fn following_ends_when_the_ledger_grows(host: &dyn Host) {
    let mut store = filled(host, 2);
    let reader = store.reader().unwrap();
    let at_once = reader.follow(TreeSize::new(1), LONG).unwrap();
    assert_eq!(at_once, sample::head(TreeSize::new(2)));
    let follower = thread::spawn(move || reader.follow(TreeSize::new(2), LONG).unwrap());
    store.commit(TreeSize::new(2), &sample::group(TreeSize::new(2), 3)).unwrap();
    assert_eq!(follower.join().unwrap(), sample::head(TreeSize::new(5)));
}

pub fn following_ends_when_patience_does(host: &dyn Host) {
    let store = filled(host, 2);
    let reader = store.reader().unwrap();
    for patience in [Duration::ZERO, Duration::from_millis(30)] {
        assert_eq!(reader.follow(TreeSize::new(2), patience).unwrap(), store.head());
    }
}

pub fn readers_see_whole_groups_only(host: &dyn Host) {
    const GROUP: u64 = 7;
    const SIZE: u64 = 60 * GROUP;
    let mut store = host.open().unwrap();
    let readers: Vec<_> = (0..2).map(|_| store.reader().unwrap()).collect();
    thread::scope(|scope| {
        for reader in readers {
            scope.spawn(move || {
                let mut size = TreeSize::EMPTY;
                while size < TreeSize::new(SIZE) {
                    let grown = reader.follow(size, LONG).unwrap();
                    assert_eq!(grown.size.get() % GROUP, 0, "half a group is visible");
                    assert!(grown.size > size, "the ledger shrank, or did not grow in {LONG:?}");
                    let count = usize::try_from(grown.size.get() - size.get()).unwrap();
                    let envelopes = reader.read(size.next_position(), count).unwrap();
                    assert_eq!(envelopes.len(), count, "the head is ahead of its envelopes");
                    let parts = reader.open_all(size.next_position()..grown.size.next_position()).unwrap();
                    let expected = sample::group(size, count as u64);
                    assert_eq!(
                        parts.len(),
                        expected.entries.iter().map(|entry| entry.parts.len()).sum::<usize>()
                    );
                    // Read without a bound, there may be more than the head said, but whole groups again.
                    let all = reader.read(Position::FIRST, usize::MAX).unwrap();
                    assert_eq!(all.len() as u64 % GROUP, 0, "half a group is readable");
                    size = grown.size;
                }
            });
        }
        while store.head().size < TreeSize::new(SIZE) {
            let size = store.head().size;
            store.commit(size, &sample::group(size, GROUP)).unwrap();
        }
    });
    assert_is_sample(&*store, SIZE);
}

/// A store that holds the first `size` sample entries, committed in groups of at most three.
fn filled(host: &dyn Host, size: u64) -> Box<dyn Store> {
    let mut store = host.open().unwrap();
    while store.head().size < TreeSize::new(size) {
        let from = store.head().size;
        store.commit(from, &sample::group(from, (size - from.get()).min(3))).unwrap();
    }
    store
}

/// Asserts that `store` holds the first `size` sample entries, and nothing else.
pub fn assert_is_sample(store: &dyn Store, size: u64) {
    assert_holds(store, size, None, None);
}

fn assert_is_sample_but_erased(store: &dyn Store, size: u64, erased: Place, forgotten: Position) {
    assert_holds(store, size, Some(erased), Some(forgotten));
}

fn assert_holds(store: &dyn Store, size: u64, erased: Option<Place>, forgotten: Option<Position>) {
    let reader = store.reader().unwrap();
    assert_eq!(store.head(), sample::head(TreeSize::new(size)));
    assert_eq!(reader.head().unwrap(), store.head());

    let Group { entries, requests } = sample::group(TreeSize::EMPTY, size);
    let envelopes: Vec<&[u8]> = entries.iter().map(|entry| entry.leaf.bytes()).collect();
    assert_eq!(reader.read(Position::FIRST, usize::MAX).unwrap(), envelopes);

    let placed = (0..).map(Position::new).zip(&entries).flat_map(|(position, entry)| {
        entry.parts.iter().map(move |part| (Place { position, index: part.index }, part.clone()))
    });
    let kept: Vec<(Place, SealedPart)> = placed.filter(|(place, _)| Some(*place) != erased).collect();
    assert_eq!(reader.open_all(Position::FIRST..Position::new(u64::MAX)).unwrap(), kept);

    for request in requests {
        let expected = Some(request).filter(|request| Some(request.position) != forgotten);
        assert_eq!(reader.recall(request.position).unwrap(), expected);
    }
}
