//! The two orders, and what could be read at a date.

use devenir_core::event::RefRole;
use devenir_core::event::contribution::{Published, PublishedFacts};
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::rules::{Locale, Role};
use proptest::prelude::*;

use super::examples::{adopted_by_the_author, examples};
use super::stage::{SECOND, Town, at, day, fact, observed};
use crate::trail::{TrailOrder, TrailStep, recorded_by, sort_steps, step};

fn told(position: u64, refers_to: Option<u64>, claimed: Option<&str>) -> TrailStep {
    let id = |position: u64| IntentId([u8::try_from(position).unwrap(); 32]);
    let refs: Vec<_> = refers_to.map(|to| (RefRole::Subject, id(to))).into_iter().collect();
    let it = observed(claimed, fact(Role::Platform, &refs, Published { facts: PublishedFacts {} }));
    step(&at(position, id(position), "2029-01-03", it), &Town::new(), &[])
}

fn positions(steps: &[TrailStep]) -> Vec<u64> {
    steps.iter().map(|step| step.position.get()).collect()
}

#[test]
fn an_undated_step_stands_right_after_what_it_refers_to() {
    let mut steps = vec![
        told(1, None, Some("2015-10-01")),
        told(2, None, Some("2015-09-01")),
        told(3, Some(2), None),
        told(4, Some(3), None),
        told(5, None, Some("2015-09-01")),
    ];
    sort_steps(&mut steps, TrailOrder::Story);
    assert_eq!(positions(&steps), [2, 3, 4, 5, 1]);
    sort_steps(&mut steps, TrailOrder::Record);
    assert_eq!(positions(&steps), [1, 2, 3, 4, 5]);
}

#[test]
fn a_text_that_changed_unseen_stands_where_it_was_found_and_never_where_it_was_recorded() {
    let (_, found) =
        examples().into_iter().find(|(name, _)| name == "contribution-revised found").expect("an example");
    let revision = step(&at(3, SECOND, "2029-01-03", found), &Town::new(), &[]);
    assert_eq!(revision.when.date(Locale::En), "5 November 2025");
    assert!(revision.sentence(Locale::En).contains("the one found on 3 November 2025"));
    // Counters were read on the old text and, with the new one, on the day that it was found.
    let mut steps = vec![
        revision,
        told(1, None, Some("2025-10-30")),
        told(2, None, Some("2025-11-03")),
        told(4, None, Some("2025-11-05")),
    ];
    sort_steps(&mut steps, TrailOrder::Story);
    assert_eq!(positions(&steps), [1, 2, 3, 4]);
}

#[test]
fn the_adoption_of_an_amendment_is_told_before_the_version_that_it_gave() {
    let town = Town::new();
    let (_, version) =
        examples().into_iter().find(|(name, _)| name == "contribution-revised").expect("an example");
    let id = IntentId([31; 32]);
    let mut steps = vec![
        step(&at(1, SECOND, "2027-04-01", version.clone()), &town, &[]),
        step(&at(2, id, "2027-04-01", adopted_by_the_author()), &town, &[]),
    ];
    sort_steps(&mut steps, TrailOrder::Story);
    assert_eq!(positions(&steps), [2, 1]);
    sort_steps(&mut steps, TrailOrder::Record);
    assert_eq!(positions(&steps), [1, 2]);
    let mut apart = vec![
        step(&at(1, SECOND, "2027-04-01", version), &town, &[]),
        step(&at(2, id, "2027-04-09", adopted_by_the_author()), &town, &[]),
    ];
    sort_steps(&mut apart, TrailOrder::Story);
    assert_eq!(positions(&apart), [1, 2], "days apart, the dates decide");
}

#[test]
fn as_of_a_date_means_recorded_by_then_whatever_is_claimed() {
    let early = |steps: Vec<TrailStep>| recorded_by(steps, day("2029-01-02")).len();
    assert_eq!(early(vec![told(1, None, Some("2015-10-01"))]), 0);
    assert_eq!(recorded_by(vec![told(1, None, None)], day("2029-01-03")).len(), 1);
}

proptest! {
    #[test]
    fn the_story_depends_on_no_order_of_arrival(
        claims in proptest::collection::vec((proptest::option::of(0_usize..4), proptest::option::of(0_u64..8)), 1..8),
        seed in 0_usize..8,
    ) {
        const DAYS: [&str; 4] = ["2015-09-01", "2015-09-02", "2015-10-01", "2016-01-01"];
        let all: Vec<TrailStep> = (0_u64..).zip(&claims).map(|(position, (claimed, to))| {
            let to = to.filter(|to| *to < position);
            told(position, to, claimed.map(|index| DAYS[index]))
        }).collect();
        let mut first = all.clone();
        let mut turned = all;
        let turn = seed % turned.len();
        turned.rotate_left(turn);
        turned.reverse();
        sort_steps(&mut first, TrailOrder::Story);
        sort_steps(&mut turned, TrailOrder::Story);
        prop_assert_eq!(positions(&first), positions(&turned));
        let dated: Vec<_> = first.iter().filter_map(|step| Some((step.occurred.at()?, step.position))).collect();
        prop_assert!(dated.is_sorted());
        let undated = first.iter().filter(|step| step.occurred.at().is_none());
        for step in undated {
            let place = |wanted: Position| first.iter().position(|it| it.position == wanted);
            for it in first.iter().filter(|it| step.refers_to.contains(&it.id)) {
                prop_assert!(place(it.position) < place(step.position));
            }
        }
    }
}
