//! The clerk: what rules and calendar leave no choice about, written once.

use crate::consultation::{MemoryBook, due_after, due_at};
use crate::event::Part;
use crate::event::code::ThresholdKind;
use crate::event::part::SupportThreshold;
use crate::id::{IntentId, StreamId};
use crate::rules::Role;
use crate::testing::{Drafting, START, World, sample};
use crate::time::Timestamp;

/// The names and facts of what is due.
fn names(drafts: &[crate::envelope::Draft]) -> Vec<String> {
    let name = |draft: &crate::envelope::Draft| {
        assert_eq!(draft.actor, Role::Clerk);
        let facts = String::from_utf8(draft.event.facts_bytes()).unwrap();
        format!("{} {facts}", draft.event.event_type().name)
    };
    drafts.iter().map(name).collect()
}

fn due(world: &World, at: Timestamp) -> Vec<String> {
    names(&due_at(world.record.book(), world.stream, at))
}

fn supported(world: &mut World, votes: u64) -> (IntentId, Vec<IntentId>) {
    let idea = world.contribution();
    let ballot = world.support_ballot(idea);
    let votes = (0..votes).map(|n| world.vote(n, ballot, idea)).collect();
    (idea, votes)
}

#[test]
fn a_threshold_is_due_when_support_reaches_it_and_not_before() {
    let mut world = World::native();
    let (idea, _) = supported(&mut world, 2);
    assert_eq!(due_after(world.record.book(), world.stream, idea), []);
    let (idea, _) = supported(&mut world, 3);
    assert_eq!(
        names(&due_after(world.record.book(), world.stream, idea)),
        [r#"threshold-reached {"brings":"response","count":3,"threshold":3}"#]
    );
}

#[test]
fn what_the_clerk_wrote_is_due_no_longer_even_when_support_falls_again() {
    let mut world = World::native();
    let (idea, votes) = supported(&mut world, 3);
    assert_eq!(world.record.clerk_after(&votes).len(), 1);
    assert_eq!(world.record.clerk_after(&votes), []);
    let ballot = world.record.event(votes[0]).refs.one(crate::event::RefRole::Ballot).unwrap();
    world.happens(sample::vote_retraction(0).ballot(ballot));
    world.happens(sample::vote(0).ballot(ballot));
    assert_eq!(due_after(world.record.book(), world.stream, idea), []);
}

#[test]
fn several_thresholds_of_one_kind_are_one_and_the_lowest() {
    let mut world = World::native();
    let threshold = |count| SupportThreshold { brings: ThresholdKind::Debate, count };
    let mut rules = sample::rule_set();
    rules.thresholds = vec![threshold(5), threshold(2), threshold(3)];
    world.happens(sample::rules_change().with(|event| event.rules = Part::Open(rules)));
    let (idea, votes) = supported(&mut world, 3);
    assert_eq!(
        names(&due_after(world.record.book(), world.stream, idea)),
        [r#"threshold-reached {"brings":"debate","count":3,"threshold":2}"#]
    );
    assert_eq!(world.record.clerk_after(&votes).len(), 1, "and it is accepted");
}

#[test]
fn phases_open_and_close_by_the_calendar_once() {
    let mut world = World::registered();
    world.happens(sample::rules());
    let opened = [
        r#"phase-opened {"phase":0,"until":1809072000000}"#,
        r#"phase-opened {"phase":1,"until":1811664000000}"#,
    ];
    assert_eq!(due(&world, START), opened);
    assert_eq!(world.record.clerk_now(world.stream).len(), 2);
    assert_eq!(world.record.clerk_now(world.stream), []);
    let end = START.plus_days(60);
    assert_eq!(
        due(&world, end),
        [r#"phase-opened {"phase":2,"until":1819440000000}"#],
        "0 is open to its end"
    );
    assert_eq!(
        due(&world, end.plus_ms(1)),
        [r#"phase-closed {"phase":0}"#, r#"phase-opened {"phase":2,"until":1819440000000}"#]
    );
    world.record.pass_days(61);
    assert_eq!(world.record.clerk_now(world.stream).len(), 2);
    assert_eq!(world.record.clerk_now(world.stream), []);
}

#[test]
fn an_extended_phase_closes_at_its_new_end() {
    let mut world = World::registered();
    world.happens(sample::rules());
    world.record.clerk_now(world.stream);
    world.happens(sample::phase_extension(0, START.plus_days(70)));
    assert!(due(&world, START.plus_days(69)).iter().all(|act| !act.starts_with("phase-closed")));
    assert!(due(&world, START.plus_days(71)).contains(&r#"phase-closed {"phase":0}"#.to_owned()));
}

#[test]
fn a_phase_whose_time_passed_unseen_is_not_opened_afterwards() {
    let mut world = World::registered();
    world.happens(sample::rules());
    let opened = due(&world, START.plus_days(75));
    assert!(opened.iter().all(|act| !act.contains(r#""phase":0"#)), "{opened:?}");
}

#[test]
fn a_phase_that_amended_rules_no_longer_have_is_closed_all_the_same() {
    let mut world = World::registered();
    world.happens(sample::rules());
    world.record.clerk_now(world.stream);
    let mut rules = sample::rule_set();
    rules.phases.truncate(1);
    world.happens(sample::rules_change().with(|event| event.rules = Part::Open(rules)));
    world.record.pass_days(100);
    assert_eq!(world.record.clerk_now(world.stream).len(), 2, "phases 0 and 1 close");
}

#[test]
fn the_clerk_rests_after_the_closing_and_where_the_rules_are_anothers() {
    let mut world = World::registered();
    world.happens(sample::rules());
    world.happens(sample::consultation_closing());
    assert_eq!(due(&world, START), Vec::<String>::new());
    let mut observed = World::observed();
    observed.happens(sample::rules());
    let petition = observed.happens(sample::submission());
    let ballot = observed.support_ballot(petition);
    for n in 0..9 {
        observed.vote(n, ballot, petition);
    }
    assert_eq!(due(&observed, START), Vec::<String>::new());
    assert_eq!(due_after(observed.record.book(), observed.stream, petition), []);
}

#[test]
fn nothing_is_due_where_nothing_is_known() {
    let book = MemoryBook::default();
    assert_eq!(due_at(&book, StreamId([9; 16]), START), []);
    assert_eq!(due_after(&book, StreamId([9; 16]), IntentId([9; 32])), []);
}
