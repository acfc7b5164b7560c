//! Events edited, moved, repeated, left out: what is named, and where.
//!
//! `docs/format.md` (What a verifier checks). The record is that of `shelf.rs`; what is expected is the first position that
//! cannot be trusted, and why.

use devenir_core::audit::{Fault, Verdict, audit};
use devenir_core::ledger::{ChainError, Position, TreeSize};
use devenir_core::store::{EmbeddedReader, EmbeddedStore, Group, MemoryDisk, Place, SealedPart, Store};
use devenir_core::testing::history::{histories, seeded};
use proptest::prelude::*;

use crate::shelf::{MIDDLE, Shelf, shelf};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_valid_history_audits_clean(record in histories(0..80)) {
        let report = Shelf::of(&record).audit();
        prop_assert_eq!(report.verdict(), Verdict::SelfConsistent, "{:#?}", report.faults);
        prop_assert_eq!(&report.against_the_rules, &[]);
        prop_assert_eq!(report.parts.missing, 0);
        prop_assert_eq!(report.log, Some(record.log()));
        prop_assert_eq!(report.head.size.get(), record.entries().len() as u64);
    }

    #[test]
    fn a_byte_of_an_envelope_changed_anywhere_is_found_no_later_than_there(
        record in histories(10..40),
        at: prop::sample::Index,
        byte: prop::sample::Index,
        bit in 0u8..8,
    ) {
        let mut shelf = Shelf::of(&record);
        let place = at.index(shelf.envelopes.len());
        let byte = byte.index(shelf.envelopes[place].len());
        shelf.envelopes[place][byte] ^= 1 << bit;
        let (first, fault) = shelf.first();
        prop_assert!(first <= place as u64, "event {place}, byte {byte}: {first}: {fault}");
    }
}

/// Longer than what is read at once: chunks are examined while others are read, and come back in order.
#[test]
fn a_long_record_audits_clean_and_a_late_edit_is_found_where_it_is() {
    let record = seeded(7, 15_000);
    let mut shelf = Shelf::of(&record);
    let count = record.entries().len();
    assert!(count > 4 * 2_048, "{count}");
    let report = shelf.audit();
    assert_eq!((report.fault_count, report.first_bad()), (0, None), "{:#?}", report.faults);
    let late = count - 1_500;
    shelf.envelopes[late][40] ^= 1;
    assert!(shelf.audit().first_bad().is_some_and(|bad| bad.get() <= late as u64));
}

#[test]
fn a_memory_store_and_an_embedded_store_audit_alike() {
    let record = seeded(3, 250);
    let group = Group {
        entries: record.entries().iter().map(|entry| entry.stored()).collect(),
        requests: Vec::new(),
    };
    let disk = MemoryDisk::default();
    disk.open().unwrap().commit(TreeSize::EMPTY, &group).unwrap();
    let home = tempfile::tempdir().unwrap();
    EmbeddedStore::create(home.path()).unwrap().commit(TreeSize::EMPTY, &group).unwrap();
    let report = Shelf::of(&record).audit();
    assert_eq!(report.verdict(), Verdict::SelfConsistent);
    assert!(report.commands > 100 && report.parts.open > 100 && report.streams == 3, "{report:#?}");
    assert_eq!(audit(&disk.reader()).unwrap(), report);
    assert_eq!(audit(&EmbeddedReader::open(home.path()).unwrap()).unwrap(), report);
}

#[test]
fn an_envelope_edited_is_the_first_that_cannot_be_trusted() {
    let whole = shelf();
    let length = whole.envelopes[MIDDLE].len();
    // The last 64 bytes are its place; the link among them may as well accuse the event before.
    for byte in 0..length - 64 {
        let mut shelf = whole.clone();
        shelf.envelopes[MIDDLE][byte] ^= 0x01;
        let (first, fault) = shelf.first();
        assert_eq!(first, MIDDLE as u64, "byte {byte}: {fault}");
    }
}

#[test]
fn a_last_envelope_edited_is_found_by_the_root() {
    let mut shelf = shelf();
    let last = shelf.envelopes.len() - 1;
    let end = shelf.envelopes[last].len() - 1;
    shelf.envelopes[last][end] ^= 0x01;
    let (_, fault) = shelf.first();
    assert!(matches!(fault, Fault::Root { .. }), "{fault}");
}

#[test]
fn a_part_or_its_key_edited_is_named() {
    let whole = shelf();
    for (place, part) in &whole.parts {
        let edits: [fn(&mut SealedPart); 4] = [
            |part| part.bytes[0] ^= 0x20,
            |part| part.key[31] ^= 0x01,
            |part| part.commitment[7] ^= 0x80,
            |part| part.kind ^= 0x02,
        ];
        for edit in edits {
            let mut shelf = whole.clone();
            let mut edited = part.clone();
            edit(&mut edited);
            shelf.parts.insert(*place, edited);
            assert_eq!(shelf.first(), (place.position.get(), Fault::Part { place: *place }));
            assert_eq!(shelf.audit().parts.altered, 1);
        }
    }
}

#[test]
fn two_events_that_change_places_are_found_at_the_first() {
    let mut shelf = shelf();
    shelf.envelopes.swap(MIDDLE, MIDDLE + 5);
    let (first, fault) = shelf.first();
    assert_eq!(first, MIDDLE as u64);
    assert!(matches!(fault, Fault::Chain(ChainError::Position { .. })), "{fault}");
}

#[test]
fn two_parts_that_change_places_are_both_found() {
    let mut shelf = shelf();
    let places: Vec<Place> = shelf.parts.keys().filter(|place| place.index == 0).copied().collect();
    let [.., a, b, _] = places[..] else { panic!("too few parts") };
    let [mut of_a, mut of_b] = [a, b].map(|place| shelf.parts.remove(&place).unwrap());
    (of_a.index, of_b.index) = (b.index, a.index);
    shelf.parts.insert(b, of_a);
    shelf.parts.insert(a, of_b);
    assert_eq!(shelf.first(), (a.position.get(), Fault::Part { place: a }));
    assert_eq!(shelf.audit().parts.altered, 2);
}

#[test]
fn an_event_that_stands_twice_is_found_at_the_second() {
    let mut shelf = shelf();
    let twice = shelf.envelopes[MIDDLE].clone();
    shelf.envelopes.insert(MIDDLE + 1, twice);
    shelf.restate();
    let (first, fault) = shelf.first();
    assert_eq!(first, MIDDLE as u64 + 1);
    assert!(matches!(fault, Fault::Chain(ChainError::Position { .. })), "{fault}");
    // With every link made anew, the command and the intent still stand twice.
    shelf.parts.clear();
    shelf.rechain();
    let [first, second] = [MIDDLE, MIDDLE + 1].map(|place| Position::new(place as u64));
    let repeated = |what| Fault::Repeated { position: second, first, what };
    let faults: Vec<Fault> = shelf.audit().faults.into_iter().map(|found| found.fault).collect();
    assert!(
        faults.contains(&repeated("the command")) && faults.contains(&repeated("the intent")),
        "{faults:#?}"
    );
}

#[test]
fn an_event_left_out_is_found_where_it_stood_and_once() {
    let mut shelf = shelf();
    shelf.envelopes.remove(MIDDLE);
    shelf.parts.clear();
    shelf.restate();
    let (first, fault) = shelf.first();
    let [expected, found] = [MIDDLE, MIDDLE + 1].map(|place| Position::new(place as u64));
    assert_eq!((first, fault), (MIDDLE as u64, Fault::Chain(ChainError::Position { expected, found })));
    let chain = |fault: &Fault| matches!(fault, Fault::Chain(ChainError::Position { .. }));
    assert_eq!(shelf.audit().faults.iter().filter(|found| chain(&found.fault)).count(), 1);
}

#[test]
fn a_last_event_left_out_is_found_by_the_size() {
    let mut shelf = shelf();
    shelf.envelopes.pop();
    let [expected, found] = [shelf.stated.size, TreeSize::new(shelf.envelopes.len() as u64)];
    assert_eq!(shelf.first(), (found.get(), Fault::Size { expected, found }));
}

#[test]
fn an_event_beyond_the_head_is_found() {
    let mut shelf = shelf();
    let position = Position::new(shelf.envelopes.len() as u64);
    shelf.envelopes.push(shelf.envelopes[MIDDLE].clone());
    assert_eq!(shelf.first(), (position.get(), Fault::Beyond { position }));
}
