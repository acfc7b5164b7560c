//! Erasures and takedowns: who asks, who decides, what is erased once, and what rules see of it.

use crate::consultation::{ActKind, Book as _, Invariant};
use crate::envelope::instance_stream;
use crate::event::code::{ErasureOutcome, ErasureRefusal, ErasureScope, Requester};
use crate::event::{Absence, Part, RefRole};
use crate::id::{CredentialId, IntentId};
use crate::rules::{Norm, Role, Visibility};
use crate::testing::{Drafting, World, given, given_observed, sample};

/// The decision that a person asked for, on one contribution.
fn decided(world: &mut World, scope: ErasureScope) -> (IntentId, IntentId) {
    let idea = world.contribution();
    let request = world.happens(sample::erasure_request(scope).naming(RefRole::Target, idea));
    let decision = sample::erasure_decision(scope).act(request).naming(RefRole::Target, idea);
    (idea, world.happens(decision))
}

/// An administrator and an authority, whose credentials are 0 and 1.
fn two_people(world: &mut World) {
    let instance = instance_stream(world.record.log());
    let first = vec![sample::first_grant().draft()];
    world.record.write(instance, world.trust, first).expect("the first grant");
    world.happens(sample::grant(1, Role::Authority));
}

/// What the controller decided unasked, on one contribution.
fn unasked(world: &mut World) -> (IntentId, IntentId) {
    two_people(world);
    let idea = world.contribution();
    let decision = sample::unasked_erasure(0, ErasureScope::Content).naming(RefRole::Target, idea);
    (idea, world.happens(decision.by(Role::Administrator)))
}

#[test]
fn an_author_asks_the_controller_decides_and_it_is_erased() {
    given(|world| decided(world, ErasureScope::All))
        .when(|_, (idea, decision)| {
            sample::erased(7, ErasureScope::All).act(*decision).naming(RefRole::Target, *idea)
        })
        .then_recorded()
        .and(|world, (idea, _), id| {
            assert_eq!(world.record.book().erasure(*idea).unwrap().mask, 7);
            assert_eq!(world.subject(*idea).moderated.visibility, Visibility::Erased);
            assert_eq!(world.record.book().act(id).unwrap().kind, ActKind::Erasure);
        });
}

#[test]
fn what_nobody_decided_is_not_erased() {
    given(|world| {
        let idea = world.contribution();
        (idea, world.happens(sample::erasure_request(ErasureScope::Content).naming(RefRole::Target, idea)))
    })
    .when(|_, (idea, request)| {
        sample::erased(1, ErasureScope::Content).act(*request).naming(RefRole::Target, *idea)
    })
    .then_impossible(&Invariant::WrongAct {
        expected: ActKind::ErasureDecision,
        found: ActKind::ErasureRequest,
    });
}

#[test]
fn a_decision_grants_what_it_names_and_nothing_else() {
    given(|world| {
        let (_, decision) = decided(world, ErasureScope::Author);
        (world.contribution(), decision)
    })
    .when(|_, (other, decision)| {
        sample::erased(2, ErasureScope::Author).act(*decision).naming(RefRole::Target, *other)
    })
    .then_impossible(&Invariant::BadErasure("this decision does not grant the erasure of that event"));
    given(|world| decided(world, ErasureScope::Author))
        .when(|_, (idea, decision)| {
            sample::erased(1, ErasureScope::Content).act(*decision).naming(RefRole::Target, *idea)
        })
        .then_impossible(&Invariant::BadErasure("the decision grants the erasure of other parts"));
}

#[test]
fn author_and_content_are_erased_apart_and_each_once() {
    given(|world| {
        let (idea, decision) = decided(world, ErasureScope::All);
        let author = sample::erased(2, ErasureScope::Author).act(decision).naming(RefRole::Target, idea);
        world.happens(author);
        (idea, decision)
    })
    .when(|_, (idea, decision)| {
        sample::erased(5, ErasureScope::Content).act(*decision).naming(RefRole::Target, *idea)
    })
    .then_recorded()
    .and(|world, (idea, _), _| assert_eq!(world.record.book().erasure(*idea).unwrap().mask, 7));
    given(|world| {
        let (idea, decision) = decided(world, ErasureScope::Author);
        world.happens(sample::erased(2, ErasureScope::Author).act(decision).naming(RefRole::Target, idea));
        (idea, decision)
    })
    .when(|_, (idea, decision)| {
        sample::erased(2, ErasureScope::Author).act(*decision).naming(RefRole::Target, *idea)
    })
    .then_impossible(&Invariant::Already("part was erased"));
}

#[test]
fn a_name_can_go_and_the_text_stays_readable() {
    given(|world| decided(world, ErasureScope::Author))
        .when(|_, (idea, decision)| {
            sample::erased(2, ErasureScope::Author).act(*decision).naming(RefRole::Target, *idea)
        })
        .then_recorded()
        .and(|world, (idea, _), _| {
            assert_eq!(world.subject(*idea).moderated.visibility, Visibility::Visible);
        });
}

#[test]
fn a_mask_names_some_of_fifteen_parts() {
    for mask in [0, 1 << 15] {
        given(|world| decided(world, ErasureScope::All))
            .when(|_, (idea, decision)| {
                sample::erased(mask, ErasureScope::All).act(*decision).naming(RefRole::Target, *idea)
            })
            .then_impossible(&Invariant::BadErasure("a mask names at least one of 15 parts"));
    }
}

#[test]
fn a_request_is_decided_once() {
    given(|world| {
        let (idea, _) = decided(world, ErasureScope::All);
        let request = world.record.events().find(|it| it.event.event_type().name == "erasure-requested");
        (idea, request.unwrap().id)
    })
    .when(|_, (idea, request)| {
        sample::erasure_decision(ErasureScope::All).act(*request).naming(RefRole::Target, *idea)
    })
    .then_impossible(&Invariant::Already("request was decided"));
}

#[test]
fn what_is_refused_is_not_erased_and_the_refusal_says_why() {
    let refuse = |world: &mut World| {
        let idea = world.contribution();
        let request = world.happens(sample::erasure_request(ErasureScope::All).naming(RefRole::Target, idea));
        (idea, request)
    };
    let refusal = |refusal, idea: IntentId, request: IntentId| {
        sample::erasure_decision(ErasureScope::All)
            .with(|event| (event.facts.outcome, event.facts.refusal) = (ErasureOutcome::Refused, refusal))
            .act(request)
            .naming(RefRole::Target, idea)
    };
    given(refuse)
        .when(|_, (idea, request)| refusal(None, *idea, *request))
        .then_refused(&[Norm::GroundStated]);
    given(|world| {
        let (idea, request) = refuse(world);
        (idea, world.happens(refusal(Some(ErasureRefusal::Expression), idea, request)))
    })
    .when(|_, (idea, decision)| {
        sample::erased(1, ErasureScope::All).act(*decision).naming(RefRole::Target, *idea)
    })
    .then_impossible(&Invariant::BadErasure("this decision does not grant the erasure of that event"));
}

#[test]
fn what_the_controller_decides_unasked_waits_for_a_second_person() {
    let erase = |(idea, decision): &(IntentId, IntentId)| {
        sample::erased(1, ErasureScope::Content).act(*decision).naming(RefRole::Target, *idea)
    };
    given(unasked).when(|_, named| erase(named)).then_refused(&[Norm::AnotherHand]);
    given(|world| {
        let named = unasked(world);
        world.happens(sample::countersignature(1).act(named.1));
        named
    })
    .when(|_, named| erase(named))
    .then_recorded();
    given(unasked)
        .when(|_, (_, decision)| sample::countersignature(0).act(*decision).by(Role::Administrator))
        .then_refused(&[Norm::AnotherHand]);
}

#[test]
fn a_decision_that_nobody_asked_for_names_who_takes_it() {
    given(|world| world.contribution())
        .when(|_, idea| {
            sample::erasure_decision(ErasureScope::All)
                .with(|event| event.facts.requester = Requester::Controller)
                .naming(RefRole::Target, *idea)
        })
        .then_impossible(&Invariant::BadErasure(
            "an erasure that nobody asked for names the credential that decides it, so that another person can countersign it",
        ));
}

#[test]
fn a_decision_is_signed() {
    given(|world| {
        let idea = world.contribution();
        (idea, world.happens(sample::erasure_request(ErasureScope::All).naming(RefRole::Target, idea)))
    })
    .when(|_, (idea, request)| {
        sample::erasure_decision(ErasureScope::All)
            .with(|event| event.signatory = Part::Absent(crate::event::Absence::NotInSource))
            .act(*request)
            .naming(RefRole::Target, *idea)
    })
    .then_refused(&[Norm::SignatoryNamed]);
}

#[test]
fn what_is_erased_is_carried_out_once() {
    let erased = |world: &mut World| {
        let (idea, decision) = decided(world, ErasureScope::All);
        world.happens(sample::erased(7, ErasureScope::All).act(decision).naming(RefRole::Target, idea))
    };
    given(erased).when(|_, erased| sample::erasure_completion().act(*erased)).then_recorded();
    given(|world| {
        let erased = erased(world);
        world.happens(sample::erasure_completion().act(erased));
        erased
    })
    .when(|_, erased| sample::erasure_completion().act(*erased))
    .then_impossible(&Invariant::BadErasure("it was carried out already, or waits for its second hand"));
}

#[test]
fn a_takedown_needs_two_people_before_it_is_carried_out() {
    let down = |world: &mut World| {
        two_people(world);
        let text = world.happens(sample::reference_text());
        world.happens(sample::takedown(0, 1).naming(RefRole::Target, text).by(Role::Administrator))
    };
    given(down)
        .when(|_, takedown| sample::erasure_completion().act(*takedown))
        .then_impossible(&Invariant::BadErasure("it was carried out already, or waits for its second hand"));
    given(|world| {
        let takedown = down(world);
        world.happens(sample::countersignature(1).act(takedown));
        takedown
    })
    .when(|_, takedown| sample::erasure_completion().act(*takedown))
    .then_recorded();
}

#[test]
fn a_takedown_names_a_credential_of_the_record() {
    given(|world| world.happens(sample::reference_text()))
        .when(|_, text| sample::takedown(0, 1).naming(RefRole::Target, *text).by(Role::Administrator))
        .then_impossible(&Invariant::NoCredential(CredentialId::FIRST));
}

#[test]
fn a_loss_is_declared_with_its_reasons_and_changes_nothing_that_rules_see() {
    given(|world| (world.contribution(), world.record.clone()))
        .when(|_, (idea, _)| sample::loss(1).naming(RefRole::Target, *idea).by(Role::Administrator))
        .then_recorded()
        .and(|world, (idea, before), _| {
            assert_eq!(world.record.book().subject(*idea), before.book().subject(*idea));
        });
    given(World::contribution)
        .when(|_, idea| {
            let silent = sample::loss(1).with(|event| event.reasons = Part::Absent(Absence::NotInSource));
            silent.naming(RefRole::Target, *idea).by(Role::Administrator)
        })
        .then_refused(&[Norm::ReasonsGiven]);
    given(World::contribution)
        .when(|_, idea| sample::loss(1).naming(RefRole::Target, *idea).by(Role::Authority))
        .then_refused(&[Norm::ActorMay]);
}

#[test]
fn what_was_erased_is_not_lost() {
    given(|world| {
        let (idea, decision) = decided(world, ErasureScope::All);
        world.happens(sample::erased(3, ErasureScope::All).act(decision).naming(RefRole::Target, idea));
        idea
    })
    .when(|_, idea| sample::loss(2).naming(RefRole::Target, *idea).by(Role::Administrator))
    .then_impossible(&Invariant::Already("part was erased"));
}

#[test]
fn a_source_erases_nothing_here() {
    given_observed(|_| ())
        .when(|_, ()| sample::erasure_request(ErasureScope::All).naming(RefRole::Target, IntentId([1; 32])))
        .then_impossible(&Invariant::NotFromASource);
}

#[test]
fn only_the_controller_decides() {
    given(|world| {
        let idea = world.contribution();
        (idea, world.happens(sample::erasure_request(ErasureScope::All).naming(RefRole::Target, idea)))
    })
    .when(|_, (idea, request)| {
        sample::erasure_decision(ErasureScope::All)
            .act(*request)
            .naming(RefRole::Target, *idea)
            .by(Role::Moderator)
    })
    .then_refused(&[Norm::ActorMay]);
}

/// What a person asked of one contribution, and another contribution.
fn asked(world: &mut World, scope: ErasureScope) -> (IntentId, IntentId, IntentId) {
    let idea = world.contribution();
    let request = world.happens(sample::erasure_request(scope).naming(RefRole::Target, idea));
    (idea, request, world.contribution())
}

#[test]
fn a_decision_answers_what_was_asked_of_that_thing_and_no_more() {
    given(|world| asked(world, ErasureScope::All))
        .when(|_, (_, request, other)| {
            sample::erasure_decision(ErasureScope::All).act(*request).naming(RefRole::Target, *other)
        })
        .then_impossible(&Invariant::BadErasure(
            "the request that this decision answers is about something else",
        ));
    for wider in [ErasureScope::All, ErasureScope::Content] {
        given(|world| asked(world, ErasureScope::Author))
            .when(|_, (idea, request, _)| {
                sample::erasure_decision(wider).act(*request).naming(RefRole::Target, *idea)
            })
            .then_impossible(&Invariant::BadErasure(
                "the request that this decision answers asks for less, or for other parts",
            ));
    }
    given(|world| asked(world, ErasureScope::All))
        .when(|_, (idea, request, _)| {
            sample::erasure_decision(ErasureScope::Author).act(*request).naming(RefRole::Target, *idea)
        })
        .then_recorded();
}

#[test]
fn a_decision_says_who_asked_as_the_request_does_and_unasked_it_is_the_controllers() {
    given(|world| asked(world, ErasureScope::All))
        .when(|_, (idea, request, _)| {
            sample::erasure_decision(ErasureScope::All)
                .with(|event| event.facts.requester = Requester::Concerned)
                .act(*request)
                .naming(RefRole::Target, *idea)
        })
        .then_impossible(&Invariant::BadErasure(
            "the request that this decision answers came from somebody else",
        ));
    given(|world| {
        two_people(world);
        world.contribution()
    })
    .when(|_, idea| {
        sample::unasked_erasure(0, ErasureScope::All)
            .with(|event| event.facts.requester = Requester::Author)
            .naming(RefRole::Target, *idea)
            .by(Role::Administrator)
    })
    .then_impossible(&Invariant::BadErasure("an erasure that nobody asked for is the controller's own"));
}
