//! What holds of every history: erasure, replay, overlays, totality.
//!
//! The histories are random and valid (`testing::history`); the four properties are promises of
//! `docs/design.md` (Deciders), not of any one decider.

use crate::consultation::{
    Book, Change, MemoryBook, Overlay, Proposed, breaches, decide, due_at, evolve, number,
};
use crate::event::Absence;
use crate::event::part::{is_personal, is_structural};
use crate::testing::history::{histories, seeded};
use crate::testing::{Entry, same_answers};
use proptest::prelude::*;

/// The changes of one entry, read where some parts are gone.
fn changes(book: &dyn Book, entry: &Entry, absent: &dyn Fn(u8) -> Option<Absence>) -> Vec<Change> {
    evolve(book, &entry.read(absent))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn erasing_every_personal_part_leaves_what_deciders_remember(record in histories(0..120)) {
        let erased = record.replayed(&|kind| is_personal(kind).then_some(Absence::Erased));
        prop_assert_eq!(&erased, record.book());
        let all_gone = record.replayed(&|kind| (!is_structural(kind)).then_some(Absence::Lost));
        prop_assert_eq!(&all_gone, record.book());
    }

    #[test]
    fn erasing_every_personal_part_leaves_every_breach_and_every_decision(record in histories(0..120)) {
        let mut book = MemoryBook::default();
        for entry in record.entries() {
            let erased = entry.read(&|kind| is_personal(kind).then_some(Absence::Erased));
            let (before, after) = (Proposed::of(&entry.recorded), Proposed::of(&erased));
            prop_assert_eq!(breaches(&book, &before), breaches(&book, &after));
            prop_assert_eq!(decide(&book, &before), decide(&book, &after));
            for change in evolve(&book, &erased) {
                book.apply(change);
            }
        }
    }

    #[test]
    fn a_replay_remembers_what_was_remembered_as_it_happened(record in histories(0..120)) {
        prop_assert_eq!(&record.replayed(&|_| None), record.book());
    }

    #[test]
    fn deciding_a_record_again_accepts_every_event_and_gives_it_the_same_numbers(record in histories(0..120)) {
        let mut book = MemoryBook::default();
        for entry in record.entries().iter().skip(1) {
            let act = Proposed::of(&entry.recorded);
            prop_assert_eq!(decide(&book, &act), Ok(()));
            let (mut event, mut refs) = (entry.recorded.event.clone(), entry.recorded.refs.clone());
            number(&book, act.stream, &mut event, &mut refs);
            prop_assert_eq!(&event, &entry.recorded.event);
            prop_assert_eq!(&refs, &entry.recorded.refs);
            for change in changes(&book, entry, &|_| None) {
                book.apply(change);
            }
        }
    }

    #[test]
    fn an_overlay_answers_as_the_base_will_once_its_changes_are_applied(
        record in histories(1..100), at in any::<prop::sample::Index>(),
    ) {
        let entries = record.entries();
        let (before, after) = entries.split_at(at.index(entries.len()));
        let mut base = MemoryBook::default();
        for entry in before {
            for change in changes(&base, entry, &|_| None) {
                base.apply(change);
            }
        }
        let untouched = base.clone();
        let mut overlay = Overlay::new(&untouched);
        for entry in after {
            for change in changes(&overlay, entry, &|_| None) {
                overlay.apply(change);
            }
        }
        same_answers(&overlay, record.book(), &record)?;
        prop_assert_eq!(&untouched, &base);
        for change in overlay.into_changes() {
            base.apply(change);
        }
        prop_assert_eq!(&base, record.book());
    }

    /// No event of one record makes another record's deciders stop, whatever it says there.
    #[test]
    fn evolving_is_total_on_events_that_mean_nothing_here(
        record in histories(0..60), seed in any::<u64>(),
    ) {
        let mut book = record.book().clone();
        for entry in seeded(seed, 60).entries() {
            let act = Proposed::of(&entry.recorded);
            let _ = (decide(&book, &act), breaches(&book, &act));
            for change in evolve(&book, &entry.recorded) {
                book.apply(change);
            }
        }
    }

    #[test]
    fn what_is_recorded_is_due_no_longer(record in histories(0..120)) {
        let mut record = record;
        let streams: std::collections::BTreeSet<_> = record.events().map(|event| event.stream).collect();
        record.pass_days(40);
        for stream in streams {
            record.clerk_now(stream);
            prop_assert_eq!(due_at(record.book(), stream, record.now()), []);
        }
    }
}

#[test]
fn a_history_reads_the_same_from_its_bytes_alone() {
    let record = seeded(3, 500);
    assert!(record.entries().len() > 200, "a long history holds many events");
    let observed = record.events().filter(|event| Proposed::of(event).is_from_a_source()).count();
    assert!(observed > 50, "and many observed ones: {observed}");
    let broken = {
        let mut book = MemoryBook::default();
        let mut broken = 0;
        for entry in record.entries() {
            broken += usize::from(!breaches(&book, &Proposed::of(&entry.recorded)).is_empty());
            for change in changes(&book, entry, &|_| None) {
                book.apply(change);
            }
        }
        broken
    };
    assert!(broken > 10, "and breaches that are only remarked on: {broken}");
}
