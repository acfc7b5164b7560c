//! Thresholds: what support brings, once and for ever.

use crate::consultation::Invariant;
use crate::event::code::ThresholdKind;
use crate::id::IntentId;
use crate::rules::{Norm, Role};
use crate::testing::{Drafting, World, given, given_observed, sample};

/// A contribution with so many supports, and its ballot.
fn with_supports(count: u64) -> impl FnOnce(&mut World) -> (IntentId, IntentId) {
    move |world| {
        let idea = world.contribution();
        let ballot = world.support_ballot(idea);
        for n in 0..count {
            world.vote(n, ballot, idea);
        }
        (idea, ballot)
    }
}

#[test]
fn a_threshold_is_recorded_when_the_counted_votes_reach_it() {
    given(with_supports(3))
        .when(|_, (idea, _)| sample::threshold().about(*idea))
        .then_recorded()
        .and(|world, (idea, _), _| assert_eq!(world.subject(*idea).thresholds, 1));
    given(with_supports(2))
        .when(|_, (idea, _)| sample::threshold().about(*idea))
        .then_refused(&[Norm::ThresholdTrue]);
}

#[test]
fn a_threshold_that_no_rule_states_is_never_true() {
    given(with_supports(9))
        .when(|_, (idea, _)| {
            sample::threshold().with(|event| event.facts.brings = ThresholdKind::Ballot).about(*idea)
        })
        .then_refused(&[Norm::ThresholdTrue]);
}

#[test]
fn only_the_clerk_records_a_threshold_here() {
    given(with_supports(3))
        .when(|_, (idea, _)| sample::threshold().about(*idea).by(Role::Administrator))
        .then_refused(&[Norm::ActorMay]);
}

#[test]
fn a_threshold_once_reached_is_reached_for_ever() {
    given(|world| {
        let (idea, ballot) = with_supports(3)(world);
        world.happens(sample::threshold().about(idea));
        for n in 0..3 {
            world.happens(sample::vote_retraction(n).ballot(ballot));
        }
        assert_eq!(world.subject(idea).supports, 0);
        assert_eq!(world.subject(idea).thresholds, 1, "what was reached stays reached");
        idea
    })
    .when(|_, idea| sample::threshold().about(*idea))
    .then_impossible(&Invariant::ThresholdReached);
}

#[test]
fn each_kind_of_threshold_is_reached_by_itself() {
    given(|world| {
        let (idea, _) = with_supports(5)(world);
        world.happens(sample::threshold().about(idea));
        idea
    })
    .when(|_, idea| sample::threshold().with(|event| event.facts.brings = ThresholdKind::Debate).about(*idea))
    .then_recorded()
    .and(|world, idea, _| assert_eq!(world.subject(*idea).thresholds, 3));
}

#[test]
fn a_threshold_that_a_source_states_is_believed_once() {
    given_observed(|world| world.happens(sample::submission().with(|event| event.facts.theme = None)))
        .when(|_, petition| sample::threshold().about(*petition).by(Role::Administrator))
        .then_recorded();
    given_observed(|world| {
        let petition = world.happens(sample::submission().with(|event| event.facts.theme = None));
        world.happens(sample::threshold().about(petition));
        petition
    })
    .when(|_, petition| sample::threshold().about(*petition))
    .then_impossible(&Invariant::ThresholdReached);
}
