//! Responses: what an answer must carry, what it answers, what replaces it, who contests it.

use crate::consultation::{Book as _, Invariant, SubjectKind};
use crate::event::response::{Published, PublishedFacts};
use crate::event::{Absence, Part, RefRole};
use crate::id::IntentId;
use crate::rules::{Norm, Outcome, Role};
use crate::testing::{Drafting, START, World, given, given_observed, sample};

/// An answered contribution and its answer.
fn answered(world: &mut World) -> (IntentId, IntentId) {
    let idea = world.contribution();
    (idea, world.happens(sample::response(Outcome::Answered).answering(&[idea])))
}

/// A response that carries nothing but its outcome.
fn bare(outcome: Outcome) -> Published {
    Published {
        facts: PublishedFacts {
            bodies: vec![],
            decided_at: None,
            deferred_until: None,
            group_size: 0,
            outcome: Some(outcome),
            passages: vec![],
            pointers: vec![],
            reasons: vec![],
            referred_to: None,
        },
        signatory: Part::Absent(Absence::NotInSource),
        text: Part::Absent(Absence::NotInSource),
        ..sample::response(outcome)
    }
}

#[test]
fn an_answer_to_several_counts_them_and_stands_for_each() {
    given(|world| [world.contribution(), world.contribution(), world.happens(sample::reference_text())])
        .when(|_, ideas| sample::response(Outcome::Adopted).answering(ideas))
        .then_recorded()
        .and(|world, ideas, id| {
            for idea in ideas {
                assert_eq!(world.subject(*idea).response, Some(id));
            }
            let facts = String::from_utf8(world.record.event(id).event.facts_bytes()).unwrap();
            assert!(facts.contains(r#""group_size":3"#), "{facts}");
        });
}

#[test]
fn every_outcome_is_accepted_with_its_evidence() {
    for outcome in Outcome::ALL {
        given(|world| world.contribution())
            .when(|_, idea| sample::response(*outcome).answering(&[*idea]))
            .then_recorded();
    }
}

#[test]
fn an_answer_has_a_body_a_name_a_capacity_and_reasons_and_each_outcome_its_evidence() {
    let always = [Norm::BodyNamed, Norm::SignatoryNamed, Norm::CapacityGiven, Norm::ReasonsGiven];
    for (outcome, evidence) in [
        (Outcome::Answered, vec![]),
        (Outcome::Rejected, vec![]),
        (Outcome::ClosedNoAction, vec![]),
        (Outcome::UnderReview, vec![Norm::DecisionDated]),
        (Outcome::Referred, vec![Norm::RecipientNamed]),
        (Outcome::Adopted, vec![Norm::PointerGiven]),
        (Outcome::AdoptedWithChanges, vec![Norm::PointerGiven]),
        (Outcome::Selected, vec![Norm::PointerGiven]),
        (Outcome::PartiallyAdopted, vec![Norm::PointerGiven, Norm::PartStated]),
        (Outcome::AlreadySatisfied, vec![Norm::PointerGiven, Norm::PointerDatedBefore]),
        (Outcome::Deferred, vec![Norm::UntilStated]),
        (Outcome::NotFeasible, vec![Norm::GroundStated]),
        (Outcome::Debated, vec![Norm::DecisionDated, Norm::PointerGiven]),
    ] {
        let asked: Vec<Norm> = always.iter().chain(&evidence).copied().collect();
        given(|world| world.contribution())
            .when(|_, idea| bare(outcome).answering(&[*idea]))
            .then_refused(&asked);
        given_observed(|world| world.happens(sample::submission().with(|event| event.facts.theme = None)))
            .when(|_, idea| bare(outcome).answering(&[*idea]))
            .then_recorded_with(&asked);
    }
}

#[test]
fn an_answer_says_what_is_decided() {
    let silent = || sample::response(Outcome::Answered).with(|event| event.facts.outcome = None);
    given(|world| world.contribution())
        .when(|_, idea| silent().answering(&[*idea]))
        .then_refused(&[Norm::OutcomeStated]);
    given(|world| world.contribution())
        .when_observed(|_, idea| silent().answering(&[*idea]))
        .then_recorded_with(&[Norm::OutcomeStated]);
}

#[test]
fn what_was_provided_for_already_points_at_something_older_than_the_contribution() {
    let pointing = |days| {
        sample::response(Outcome::AlreadySatisfied)
            .with(|event| event.facts.pointers[0].dated = Some(START.plus_days(days)))
    };
    given(|world| world.contribution())
        .when(|_, idea| pointing(1).answering(&[*idea]))
        .then_refused(&[Norm::PointerDatedBefore]);
    given(|world| {
        world.record.pass_days(2);
        world.contribution()
    })
    .when(|_, idea| pointing(1).answering(&[*idea]))
    .then_recorded();
}

#[test]
fn a_decision_dated_after_its_publication_is_remarked_on() {
    given(|world| world.contribution())
        .when(|_, idea| {
            sample::response(Outcome::Adopted)
                .with(|event| event.facts.decided_at = Some(START.plus_ms(1)))
                .answering(&[*idea])
        })
        .then_recorded_with(&[Norm::DecidedBeforePublication]);
}

#[test]
fn a_late_answer_is_accepted_whoever_it_is_late_for() {
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::consultation_closing());
        world.record.pass_days(400);
        idea
    })
    .when(|_, idea| sample::response(Outcome::Rejected).answering(&[*idea]))
    .then_recorded();
    given_observed(|world| {
        let petition = world.happens(sample::submission().with(|event| event.facts.theme = None));
        let ballot = world.support_ballot(petition);
        world.happens(sample::ballot_closing().ballot(ballot).claimed(START.plus_days(-20)));
        petition
    })
    .when(|_, petition| {
        sample::response(Outcome::Answered).answering(&[*petition]).claimed(START.plus_days(-3))
    })
    .then_recorded_with(&[Norm::AnsweredBeforeClosing]);
}

#[test]
fn only_an_authority_answers() {
    given(|world| world.contribution())
        .when(|_, idea| sample::response(Outcome::Adopted).answering(&[*idea]).by(Role::Administrator))
        .then_refused(&[Norm::ActorMay]);
}

#[test]
fn an_answer_is_to_texts_of_this_record_and_by_bodies_of_the_list() {
    given(|_| ())
        .when(|_, ()| sample::response(Outcome::Adopted))
        .then_impossible(&Invariant::NoReference("answers"));
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::comment().under(idea))
    })
    .when(|_, comment| sample::response(Outcome::Adopted).answering(&[*comment]))
    .then_impossible(&Invariant::WrongKind {
        expected: "a contribution, a reference text or an amendment",
        found: SubjectKind::Comment,
    });
    given(|world| world.contribution())
        .when(|_, idea| {
            sample::response(Outcome::Adopted)
                .with(|event| event.facts.bodies = vec![0, 1])
                .answering(&[*idea])
        })
        .then_impossible(&Invariant::NoEntry { list: "bodies", found: 1, count: 1 });
    given(|world| world.contribution())
        .when(|_, idea| {
            sample::response(Outcome::Referred)
                .with(|event| event.facts.referred_to = Some(2))
                .answering(&[*idea])
        })
        .then_impossible(&Invariant::NoEntry { list: "bodies", found: 2, count: 1 });
}

#[test]
fn an_answer_may_bring_the_body_that_gives_it() {
    given(|world| world.contribution())
        .when(|_, idea| {
            sample::response(Outcome::Referred)
                .with(|event| {
                    event.facts.referred_to = Some(1);
                    event.bodies = sample::bodies(&["Département de l'Yvelle"]);
                })
                .answering(&[*idea])
        })
        .then_recorded()
        .and(|world, _, _| assert_eq!(world.consultation().bodies, 2));
}

#[test]
fn a_correction_keeps_the_answer_standing_and_changes_nothing() {
    given(answered)
        .when(|_, (_, answer)| sample::response_correction().act(*answer))
        .then_recorded()
        .and_nothing_changes();
}

#[test]
fn a_replacement_stands_in_the_place_of_the_answer_before_it() {
    given(answered)
        .when(|_, (idea, answer)| {
            sample::response_replacement(Outcome::Adopted).act(*answer).answering(&[*idea])
        })
        .then_recorded()
        .and(|world, (idea, answer), id| {
            assert_eq!(world.subject(*idea).response, Some(id));
            assert!(!world.record.book().act(*answer).unwrap().stands);
            assert!(world.record.book().act(id).unwrap().stands);
        });
}

#[test]
fn an_answer_is_replaced_once() {
    given(|world| {
        let (idea, answer) = answered(world);
        world.happens(sample::response_replacement(Outcome::Adopted).act(answer).answering(&[idea]));
        (idea, answer)
    })
    .when(|_, (idea, answer)| {
        sample::response_replacement(Outcome::Rejected).act(*answer).answering(&[*idea])
    })
    .then_impossible(&Invariant::Already("response is superseded"));
}

#[test]
fn only_an_answer_is_corrected_or_replaced() {
    let wrong = |world: &mut World| {
        let idea = world.contribution();
        (idea, world.happens(sample::report().about(idea)))
    };
    let expected = Invariant::WrongAct {
        expected: crate::consultation::ActKind::Response,
        found: crate::consultation::ActKind::Report,
    };
    given(wrong).when(|_, (_, report)| sample::response_correction().act(*report)).then_impossible(&expected);
    given(wrong)
        .when(|_, (idea, report)| {
            sample::response_replacement(Outcome::Adopted).act(*report).answering(&[*idea])
        })
        .then_impossible(&expected);
}

#[test]
fn a_grouped_answer_to_more_than_fit_in_an_envelope_answers_each() {
    given(|world| (0..40).map(|_| world.contribution()).collect::<Vec<_>>())
        .when(|_, ideas| sample::response(Outcome::Answered).answering(ideas))
        .then_recorded()
        .and(|world, ideas, id| {
            assert!(ideas.iter().all(|idea| world.subject(*idea).response == Some(id)));
            assert_eq!(world.record.event(id).refs.all(RefRole::Answers).count(), 40);
        });
}

#[test]
fn an_author_contests_the_response_in_force_to_their_own_text() {
    given(answered)
        .when(|_, (idea, answer)| sample::contest().about(*idea).act(*answer))
        .then_recorded()
        .and(|world, (idea, answer), _| {
            assert!(world.subject(*idea).contested);
            assert_eq!(world.subject(*idea).response, Some(*answer), "the response goes on standing");
            assert!(world.record.book().act(*answer).unwrap().stands);
        });
    given(answered)
        .when(|_, (idea, answer)| sample::contest().about(*idea).act(*answer).by(Role::Authority))
        .then_refused(&[Norm::ActorMay]);
}

#[test]
fn a_contest_says_why() {
    let silent = || sample::contest().with(|event| event.explanation = Part::Absent(Absence::NotInSource));
    given(answered)
        .when(|_, (idea, answer)| silent().about(*idea).act(*answer))
        .then_refused(&[Norm::ReasonsGiven]);
    given(answered)
        .when_observed(|_, (idea, answer)| silent().about(*idea).act(*answer))
        .then_recorded_with(&[Norm::ReasonsGiven]);
}

#[test]
fn what_is_contested_is_a_response_and_one_to_that_text() {
    given(|world| (answered(world), world.contribution()))
        .when(|_, ((_, answer), other)| sample::contest().about(*other).act(*answer))
        .then_impossible(&Invariant::AnotherSubject { role: "act" });
    given(|world| {
        let (idea, _) = answered(world);
        (idea, world.happens(sample::report().about(idea)))
    })
    .when(|_, (idea, report)| sample::contest().about(*idea).act(*report))
    .then_impossible(&Invariant::WrongAct {
        expected: crate::consultation::ActKind::Response,
        found: crate::consultation::ActKind::Report,
    });
    given(|world| {
        let text = world.happens(sample::reference_text());
        (text, world.happens(sample::response(Outcome::Answered).answering(&[text])))
    })
    .when(|_, (text, answer)| sample::contest().about(*text).act(*answer))
    .then_impossible(&Invariant::WrongKind {
        expected: "a contribution or an amendment",
        found: SubjectKind::Reference,
    });
}

#[test]
fn a_response_is_contested_once_by_each_author_whom_it_answers() {
    given(|world| {
        let (idea, answer) = answered(world);
        world.happens(sample::contest().about(idea).act(answer));
        (idea, answer)
    })
    .when(|_, (idea, answer)| sample::contest().about(*idea).act(*answer))
    .then_impossible(&Invariant::Already("response is contested"));
    given(|world| {
        let ideas = [world.contribution(), world.contribution()];
        let answer = world.happens(sample::response(Outcome::Rejected).answering(&ideas));
        world.happens(sample::contest().about(ideas[0]).act(answer));
        (ideas[1], answer)
    })
    .when(|_, (other, answer)| sample::contest().about(*other).act(*answer))
    .then_recorded();
}

#[test]
fn a_response_that_replaces_the_contested_one_ends_the_contest_and_can_be_contested() {
    let replaced = |world: &mut World| {
        let (idea, answer) = answered(world);
        world.happens(sample::contest().about(idea).act(answer));
        let next = sample::response_replacement(Outcome::Adopted).act(answer).answering(&[idea]);
        (idea, answer, world.happens(next))
    };
    given(replaced)
        .when(|_, (idea, answer, _)| sample::contest().about(*idea).act(*answer))
        .then_impossible(&Invariant::Already("response is superseded"));
    given(replaced)
        .when(|world, (idea, _, next)| {
            assert!(!world.subject(*idea).contested, "a new response, contested by nobody");
            sample::contest().about(*idea).act(*next)
        })
        .then_recorded();
}
