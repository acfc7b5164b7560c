//! The consultation as a whole: registration, rules, phases, reference texts, closing.

use crate::consultation::{Book as _, Invariant, Rejection};
use crate::event::code::{RulesOrigin, Trust};
use crate::event::part::Registration;
use crate::event::{Absence, Part};
use crate::rules::{Norm, Role};
use crate::testing::{
    Drafting, Record, Refused, START, World, given, given_observed, given_registered, sample,
};

/// Why a registration is refused.
fn registration(drafting: impl Drafting) -> Invariant {
    let mut record = Record::new();
    match record.register(Trust::Native, vec![drafting.draft()]) {
        Err(Refused::Rejected(Rejection::Invariant(invariant))) => invariant,
        other => panic!("the registration should be refused, found {other:?}"),
    }
}

fn named(slug: &str, timezone: &str) -> Part<Registration> {
    Part::Open(Registration { slug: slug.to_owned(), timezone: timezone.to_owned() })
}

#[test]
fn a_registration_opens_a_consultation_without_rules() {
    let world = World::registered();
    let consultation = world.consultation();
    assert_eq!((&*consultation.slug, consultation.bodies), ("plan-velo", 1));
    assert_eq!((consultation.rules.clone(), consultation.rules_version), (None, 0));
    assert_eq!(world.record.book().slug("plan-velo"), Some(world.stream));
}

#[test]
fn only_an_administrator_registers() {
    let mut record = Record::new();
    let by_an_authority = sample::registration("plan-velo").by(Role::Authority);
    let refused = record.register(Trust::Native, vec![by_an_authority]).unwrap_err();
    assert_eq!(refused, Refused::Rejected(Rejection::Norms(vec![Norm::ActorMay])));
}

#[test]
fn a_short_name_belongs_to_one_consultation() {
    let mut world = World::registered();
    let again = vec![sample::registration("plan-velo").draft()];
    let refused = world.record.register(Trust::Native, again).unwrap_err();
    let taken = Invariant::SlugTaken("plan-velo".to_owned());
    assert_eq!(refused, Refused::Rejected(Rejection::Invariant(taken)));
}

#[test]
fn a_consultation_is_registered_once() {
    given_registered(|_| ())
        .when(|_, ()| sample::registration("autre-nom"))
        .then_impossible(&Invariant::Registered);
}

#[test]
fn a_short_name_has_3_to_40_small_letters_digits_and_hyphens() {
    for slug in ["ab", "Plan", "plan_velo", "vélo", "", &"a".repeat(41)] {
        let bad = sample::registration("x").with(|event| event.registration = named(slug, "Europe/Paris"));
        assert_eq!(registration(bad), Invariant::BadSlug(slug.to_owned()));
    }
    for slug in ["abc", "2030", &"a".repeat(40)] {
        let good = sample::registration(slug).draft();
        assert!(Record::new().register(Trust::Native, vec![good]).is_ok(), "{slug}");
    }
}

#[test]
fn a_registration_gives_name_zone_title_and_a_body() {
    let nowhere = sample::registration("x").with(|event| event.registration = named("abc", "Paris"));
    assert_eq!(registration(nowhere), Invariant::BadZone("Paris".to_owned()));
    let nameless = sample::registration("abc").with(|event| event.registration = absent());
    assert_eq!(registration(nameless), Invariant::Missing("registration"));
    let untitled = sample::registration("abc").with(|event| event.presentation = absent());
    assert_eq!(registration(untitled), Invariant::Missing("title"));
    let bodiless = sample::registration("abc").with(|event| event.bodies = absent());
    assert_eq!(registration(bodiless), Invariant::Missing("bodies"));
    let nobody = sample::registration("abc").with(|event| event.bodies = sample::bodies(&[]));
    assert_eq!(registration(nobody), Invariant::Missing("bodies"));
}

fn absent<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
}

#[test]
fn nothing_happens_in_a_consultation_that_is_not_registered() {
    let mut record = Record::new();
    let stream = World::registered().stream;
    for act in [sample::rules().draft(), sample::submission().draft(), sample::recommendation().draft()] {
        let refused = record.write(stream, Trust::Observed, vec![act]).unwrap_err();
        assert_eq!(refused, Refused::Rejected(Rejection::Invariant(Invariant::NoConsultation)));
    }
}

#[test]
fn rules_are_adopted_as_version_1_and_may_append_bodies() {
    given_registered(|_| ())
        .when(|_, ()| {
            sample::rules().with(|event| {
                event.facts.version = 9;
                event.bodies = sample::bodies(&["Comité du plan vélo", "Région"]);
            })
        })
        .then_recorded()
        .and(|world, (), _| {
            let consultation = world.consultation();
            assert_eq!((consultation.rules_version, consultation.bodies), (1, 3));
            assert_eq!(consultation.rules.as_deref(), Some(&sample::rule_set()));
        });
}

#[test]
fn rules_are_adopted_once_and_then_amended() {
    given(|_| ()).when(|_, ()| sample::rules()).then_impossible(&Invariant::RulesAdopted);
    given_registered(|_| ()).when(|_, ()| sample::rules_change()).then_impossible(&Invariant::NoRules);
    given(|_| ())
        .when(|_, ()| sample::rules_change())
        .then_recorded()
        .and(|world, (), _| assert_eq!(world.consultation().rules_version, 2));
}

#[test]
fn rules_without_a_rule_set_are_no_rules() {
    given_registered(|_| ())
        .when(|_, ()| sample::rules().with(|event| event.rules = absent()))
        .then_impossible(&Invariant::Missing("rules"));
    given(|_| ())
        .when(|_, ()| sample::rules_change().with(|event| event.rules = absent()))
        .then_impossible(&Invariant::Missing("rules"));
}

#[test]
fn the_body_that_must_answer_stands_in_the_list_or_is_appended_with_the_rules() {
    let owed_by = |body| {
        let mut rules = sample::rule_set();
        rules.answer_within.as_mut().unwrap().body = body;
        Part::Open(rules)
    };
    given_registered(|_| ())
        .when(|_, ()| sample::rules().with(|event| event.rules = owed_by(1)))
        .then_impossible(&Invariant::NoEntry { list: "bodies", found: 1, count: 1 });
    given_registered(|_| ())
        .when(|_, ()| {
            let rules = sample::rules().with(|event| event.rules = owed_by(1));
            rules.with(|event| event.bodies = sample::bodies(&["Région"]))
        })
        .then_recorded();
}

#[test]
fn a_change_of_rules_and_an_extension_give_their_reasons() {
    given(|_| ())
        .when(|_, ()| sample::rules_change().with(|event| event.reasons = absent()))
        .then_refused(&[Norm::ReasonsGiven]);
    given(|_| ())
        .when(|_, ()| sample::phase_extension(0, START.plus_days(9)).with(|event| event.reasons = absent()))
        .then_refused(&[Norm::ReasonsGiven]);
}

#[test]
fn a_phase_opens_once_is_extended_while_open_and_closes() {
    let until = START.plus_days(3);
    given_registered(|world| world.happens(sample::rules()))
        .when(|_, _| sample::phase_opening(1))
        .then_recorded()
        .and(|world, _, _| assert!(!world.consultation().phases[&1].closed));
    given(|_| ()).when(|_, ()| sample::phase_opening(0)).then_impossible(&Invariant::PhaseOpen(0));
    given(|_| ())
        .when(|_, ()| sample::phase_extension(0, until))
        .then_recorded()
        .and(|world, (), _| assert_eq!(world.consultation().phases[&0].until, Some(until)));
    given(|_| ())
        .when(|_, ()| sample::phase_closing(0))
        .then_recorded()
        .and(|world, (), _| assert!(world.consultation().phases[&0].closed));
}

#[test]
fn a_closed_phase_is_neither_extended_nor_closed_again_but_may_reopen() {
    let closed = |world: &mut World| world.happens(sample::phase_closing(2));
    given(closed).when(|_, _| sample::phase_closing(2)).then_impossible(&Invariant::PhaseNotOpen(2));
    given(closed)
        .when(|_, _| sample::phase_extension(2, START.plus_days(9)))
        .then_impossible(&Invariant::PhaseNotOpen(2));
    given(closed).when(|_, _| sample::phase_opening(2)).then_recorded();
}

#[test]
fn there_is_no_phase_beyond_the_rules() {
    given(|_| ())
        .when(|_, ()| sample::phase_opening(3))
        .then_impossible(&Invariant::NoPhase { found: 3, count: 3 });
    given_registered(|_| ()).when(|_, ()| sample::phase_opening(0)).then_impossible(&Invariant::NoRules);
}

#[test]
fn an_open_phase_closes_even_where_amended_rules_no_longer_have_it() {
    given(|world| {
        let fewer = sample::rules_change().with(|event| {
            let mut rules = sample::rule_set();
            rules.phases.truncate(1);
            event.rules = Part::Open(rules);
        });
        world.happens(fewer)
    })
    .when(|_, _| sample::phase_closing(2))
    .then_recorded();
}

#[test]
fn no_phase_opens_after_the_closing() {
    given(|world| {
        world.happens(sample::phase_closing(2));
        world.happens(sample::consultation_closing())
    })
    .when(|_, _| sample::phase_opening(2))
    .then_refused(&[Norm::ConsultationOpen]);
}

#[test]
fn a_consultation_closes_once() {
    given(|_| ())
        .when(|_, ()| sample::consultation_closing())
        .then_recorded()
        .and(|world, (), _| assert_eq!(world.consultation().closed_at, Some(world.record.now())));
    given(|world| world.happens(sample::consultation_closing()))
        .when(|_, _| sample::consultation_closing())
        .then_impossible(&Invariant::Already("consultation is closed"));
}

#[test]
fn a_reference_text_takes_the_next_number_and_is_published_at_once() {
    given(|world| world.contribution()).when(|_, _| sample::reference_text()).then_recorded().and(
        |world, _, id| {
            assert_eq!(world.consultation().last_number, 2);
            assert!(world.subject(id).published);
        },
    );
}

#[test]
fn a_theme_beyond_the_rules_has_no_meaning() {
    let beyond = Invariant::NoEntry { list: "themes", found: 3, count: 3 };
    given(|_| ())
        .when(|_, ()| sample::reference_text().with(|event| event.facts.theme = Some(3)))
        .then_impossible(&beyond);
    given_observed(|_| ()).when(|_, ()| sample::reference_text()).then_impossible(&Invariant::NoEntry {
        list: "themes",
        found: 0,
        count: 0,
    });
}

#[test]
fn a_text_that_its_source_changed_unseen_is_kept_and_the_breach_is_said() {
    given_observed(|_| ())
        .when(|_, ()| {
            sample::reference_text()
                .with(|event| (event.facts.theme, event.facts.source_changed_at) = (None, Some(START)))
        })
        .then_recorded_with(&[Norm::EditsShown]);
}

#[test]
fn each_act_on_a_consultation_belongs_to_those_entitled_to_it() {
    for act in [
        sample::rules_change().draft(),
        sample::phase_closing(0).draft(),
        sample::phase_extension(0, START.plus_days(9)).draft(),
        sample::reference_text().draft(),
        sample::consultation_closing().draft(),
    ] {
        given(|_| ()).when(|_, ()| act.clone().by(Role::Citizen)).then_refused(&[Norm::ActorMay]);
    }
}

#[test]
fn the_rules_of_another_platform_refuse_nothing_here() {
    given_observed(|_| ())
        .when(|_, ()| sample::submission().with(|event| event.facts.theme = None))
        .then_recorded()
        .and(|world, (), _| assert_eq!(world.consultation().origin, RulesOrigin::Observed));
}
