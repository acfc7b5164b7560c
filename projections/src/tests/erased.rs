//! Erasing everything of every person leaves fates, duties and counts as they were.
//!
//! A choice that counts is left out: no erasure takes it. Either its vote is taken back with it, or its author alone goes
//! (`docs/design.md`, Erasure).

use devenir_core::envelope::Recorded;
use devenir_core::event::PartContent as _;
use devenir_core::event::code::ErasureScope;
use devenir_core::event::part::{ChoiceMade, erasure_mask};
use proptest::prelude::*;

use crate::query::By;
use crate::testing::random::{World, draws};
use crate::testing::{Folded, day};

/// The same events without any part of a person, but for choices that count.
fn without_people(events: &[Recorded]) -> Vec<Recorded> {
    let mut bare = events.to_vec();
    for event in &mut bare {
        let kinds = event.event.committed_kinds();
        let kept = kinds.iter().position(|kind| *kind == ChoiceMade::KIND).map_or(0, |index| 1 << index);
        event.event.erase(erasure_mask(kinds, ErasureScope::All) & !kept);
    }
    bare
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn without_any_word_of_any_person_fates_duties_and_counts_are_what_they_were(
        draws in draws(120), days in 0_i64..200,
    ) {
        let events = World::of(&draws).history.events;
        let (whole, bare) = (Folded::of(&events).read(), Folded::of(&without_people(&events)).read());
        for event in &events {
            let (was, is) = (whole.subject(event.position).unwrap(), bare.subject(event.position).unwrap());
            prop_assert_eq!(was.is_some(), is.is_some());
            let (Some(was), Some(is)) = (was, is) else { continue };
            let consultation = |read: &crate::Reading| read.consultation(By::Position(was.consultation)).unwrap().unwrap();
            let before = whole.fate(&was, &consultation(&whole), day(days)).unwrap();
            let after = bare.fate(&is, &consultation(&bare), day(days)).unwrap();
            prop_assert_eq!(&before.headline, &after.headline);
            prop_assert_eq!(format!("{:?}", before.duties), format!("{:?}", after.duties));
            prop_assert_eq!(was.support, is.support);
            let counts = |read: &crate::Reading| format!("{:?}", read.tallies(event.position).unwrap());
            prop_assert_eq!(counts(&whole), counts(&bare));
            prop_assert!(is.writer.name.is_none() && is.writer.tag.is_none() && is.place.is_none());
        }
    }
}
