//! Oversight: recommendations and their answers, imports and gaps.

use crate::consultation::{ActKind, Book as _, Invariant};
use crate::id::IntentId;
use crate::rules::{Norm, Role};
use crate::testing::{Drafting, START, World, given, given_observed, sample};

const UNKNOWN: IntentId = IntentId([0xee; 32]);

#[test]
fn recommendations_are_numbered_in_the_consultation() {
    given(|world| world.happens(sample::recommendation()))
        .when(|_, _| sample::recommendation().with(|event| event.facts.number = 0))
        .then_recorded()
        .and(|world, _, _| assert_eq!(world.consultation().recommendations, 2));
}

#[test]
fn only_a_guarantor_observes_and_recommends() {
    for act in [sample::observation().draft(), sample::recommendation().draft()] {
        given(|_| ()).when(|_, ()| act.clone().by(Role::Authority)).then_refused(&[Norm::ActorMay]);
    }
}

#[test]
fn an_observation_names_things_of_the_record_or_nothing() {
    given(|_| ()).when(|_, ()| sample::observation()).then_recorded().and_nothing_changes();
    given(|world| world.contribution()).when(|_, idea| sample::observation().about(*idea)).then_recorded();
    given(|_| ())
        .when(|_, ()| sample::observation().about(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "subject", id: UNKNOWN });
    given(|_| ())
        .when(|_, ()| sample::observation().act(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "act", id: UNKNOWN });
}

#[test]
fn a_gap_names_something_of_the_record_or_nothing() {
    given(|_| ()).when(|_, ()| sample::gap()).then_recorded().and_nothing_changes();
    given(|world| world.contribution()).when(|_, idea| sample::gap().about(*idea)).then_recorded();
    given(|_| ())
        .when(|_, ()| sample::gap().about(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "subject", id: UNKNOWN });
}

#[test]
fn a_recommendation_is_answered_and_then_waits_no_longer() {
    given(|world| world.happens(sample::recommendation()))
        .when(|_, recommendation| sample::recommendation_answer().act(*recommendation))
        .then_recorded()
        .and(|world, recommendation, _| {
            assert!(!world.record.book().act(*recommendation).unwrap().stands);
        });
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::report().about(idea))
    })
    .when(|_, report| sample::recommendation_answer().act(*report))
    .then_impossible(&Invariant::WrongAct { expected: ActKind::Recommendation, found: ActKind::Report });
}

#[test]
fn an_older_observation_of_a_source_comes_too_late() {
    let sealed = |world: &mut World| world.happens(sample::import(START));
    given_observed(sealed)
        .when(|_, _| sample::import(START.plus_ms(-1)))
        .then_impossible(&Invariant::OlderImport);
    given_observed(sealed).when(|_, _| sample::import(START)).then_recorded();
    given_observed(sealed)
        .when(|_, _| sample::import(START.plus_days(1)))
        .then_recorded()
        .and(|world, _, _| assert_eq!(world.consultation().newest_import, Some(START.plus_days(1))));
}

#[test]
fn a_gap_is_declared_by_an_administrator() {
    given_observed(|_| ()).when(|_, ()| sample::gap()).then_recorded().and_nothing_changes();
    given(|_| ()).when(|_, ()| sample::gap().by(Role::Citizen)).then_refused(&[Norm::ActorMay]);
}
