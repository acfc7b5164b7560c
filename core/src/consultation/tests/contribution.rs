//! A contribution: submitted, published, revised, withdrawn.

use crate::consultation::{Invariant, SubjectKind};
use crate::event::{Absence, Part};
use crate::id::IntentId;
use crate::rules::{Norm, Outcome, Role};
use crate::testing::{Drafting, START, World, given, given_observed, given_registered, sample};

const UNKNOWN: IntentId = IntentId([0xee; 32]);

#[test]
fn a_submission_takes_the_next_number_and_is_version_1() {
    given(|world| world.contribution())
        .when(|_, _| sample::submission().with(|event| event.facts.number = 77))
        .then_recorded()
        .and(|world, first, id| {
            assert_eq!(world.consultation().last_number, 2);
            let subject = world.subject(id);
            assert_eq!((subject.version, subject.current, subject.root), (1, id, id));
            assert_eq!((subject.published, world.subject(*first).published), (false, true));
        });
}

#[test]
fn numbers_are_never_reused() {
    given(|world| {
        let first = world.contribution();
        world.happens(sample::withdrawal().about(first));
    })
    .when(|_, ()| sample::submission())
    .then_recorded()
    .and(|world, (), _| assert_eq!(world.consultation().last_number, 2));
}

#[test]
fn nobody_submits_before_the_rules_are_adopted() {
    given_registered(|_| ())
        .when(|_, ()| sample::submission().with(|event| event.facts.theme = None))
        .then_refused(&[Norm::RulesAdopted]);
}

#[test]
fn nobody_submits_once_the_phase_is_closed_or_its_time_is_over() {
    given(|world| world.happens(sample::phase_closing(0)))
        .when(|_, _| sample::submission())
        .then_refused(&[Norm::PhaseOpen]);
    let over = |world: &mut World| {
        world.happens(sample::phase_extension(0, START.plus_days(2)));
        world.record.pass_days(3);
    };
    given(over).when(|_, ()| sample::submission()).then_refused(&[Norm::PhaseOpen]);
}

#[test]
fn the_last_millisecond_of_a_phase_belongs_to_it() {
    let at_the_end = |world: &mut World| {
        world.happens(sample::phase_extension(0, START.plus_days(2)));
        world.record.pass_days(2);
    };
    given(at_the_end).when(|_, ()| sample::submission()).then_recorded();
    given(|world| {
        at_the_end(world);
        world.record.pass_ms(1);
    })
    .when(|_, ()| sample::submission())
    .then_refused(&[Norm::PhaseOpen]);
}

#[test]
fn nobody_submits_after_the_consultation_is_closed() {
    given(|world| world.happens(sample::consultation_closing()))
        .when(|_, _| sample::submission())
        .then_refused(&[Norm::ConsultationOpen]);
}

#[test]
fn a_page_of_the_paper_register_is_entered_after_its_phase() {
    let closed = |world: &mut World| world.happens(sample::phase_closing(0));
    given(closed)
        .when_attested(|_, _| sample::submission().by(Role::Facilitator).claimed(START))
        .then_recorded();
    given_registered(|world| world.happens(sample::rules()))
        .when_attested(|_, _| sample::submission().by(Role::Facilitator))
        .then_refused(&[Norm::PhaseOpen]);
}

#[test]
fn a_moderator_submits_nothing() {
    given(|_| ()).when(|_, ()| sample::submission().by(Role::Moderator)).then_refused(&[Norm::ActorMay]);
}

#[test]
fn every_norm_that_a_submission_breaks_is_named() {
    given(|world| {
        world.happens(sample::phase_closing(0));
        world.happens(sample::consultation_closing());
    })
    .when(|_, ()| sample::submission().by(Role::Guarantor))
    .then_refused(&[Norm::ActorMay, Norm::ConsultationOpen, Norm::PhaseOpen]);
}

#[test]
fn a_theme_or_territory_beyond_the_rules_has_no_meaning() {
    given(|_| ())
        .when(|_, ()| sample::submission().with(|event| event.facts.theme = Some(3)))
        .then_impossible(&Invariant::NoEntry { list: "themes", found: 3, count: 3 });
    given(|_| ())
        .when(|_, ()| sample::submission().with(|event| event.facts.territory = Some(2)))
        .then_impossible(&Invariant::NoEntry { list: "territories", found: 2, count: 2 });
}

#[test]
fn what_a_source_states_is_admitted_out_of_any_phase_by_anybody() {
    given(|world| world.happens(sample::consultation_closing()))
        .when_observed(|_, _| sample::submission().by(Role::Administrator))
        .then_recorded();
}

#[test]
fn a_change_that_a_source_does_not_show_is_remarked_on() {
    given_observed(|_| ())
        .when(|_, ()| {
            sample::submission()
                .with(|event| (event.facts.theme, event.facts.source_changed_at) = (None, Some(START)))
        })
        .then_recorded_with(&[Norm::EditsShown]);
}

#[test]
fn a_contribution_is_published_once() {
    given(|world| world.happens(sample::submission()))
        .when(|_, idea| sample::publication().about(*idea))
        .then_recorded()
        .and(|world, idea, _| assert!(world.subject(*idea).published));
    given(|world| world.contribution())
        .when(|_, idea| sample::publication().about(*idea))
        .then_impossible(&Invariant::Already("contribution is published"));
}

#[test]
fn a_revision_is_the_next_version_and_the_one_in_force() {
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::revision().about(idea));
        idea
    })
    .when(|_, idea| sample::revision().about(*idea))
    .then_recorded()
    .and(|world, idea, id| {
        let subject = world.subject(*idea);
        assert_eq!((subject.version, subject.current, subject.root), (3, id, *idea));
    });
}

#[test]
fn nobody_revises_a_withdrawn_contribution_or_out_of_phase() {
    let withdrawn = |world: &mut World| {
        let idea = world.contribution();
        world.happens(sample::withdrawal().about(idea));
        idea
    };
    given(withdrawn).when(|_, idea| sample::revision().about(*idea)).then_refused(&[Norm::NotWithdrawn]);
    given(withdrawn)
        .when_observed(|_, idea| sample::revision().about(*idea))
        .then_recorded_with(&[Norm::NotWithdrawn]);
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::phase_closing(0));
        idea
    })
    .when(|_, idea| sample::revision().about(*idea))
    .then_refused(&[Norm::PhaseOpen]);
}

#[test]
fn a_text_of_the_authority_is_revised_by_those_who_publish_such_texts_in_any_phase() {
    let text = |world: &mut World| {
        world.happens(sample::phase_closing(0));
        world.happens(sample::reference_text())
    };
    given(text)
        .when(|_, text| sample::revision().about(*text).by(Role::Authority))
        .then_recorded()
        .and(|world, text, _| assert_eq!(world.subject(*text).version, 2));
    given(text).when(|_, text| sample::revision().about(*text)).then_refused(&[Norm::ActorMay]);
}

#[test]
fn an_argument_is_revised_while_the_debate_is_open() {
    let argument = |world: &mut World| {
        let idea = world.contribution();
        world.happens(sample::argument().under(idea))
    };
    given(argument)
        .when(|_, argument| sample::revision().about(*argument))
        .then_recorded()
        .and(|world, argument, _| assert_eq!(world.subject(*argument).version, 2));
    given(|world| {
        let argument = argument(world);
        world.happens(sample::phase_closing(0));
        argument
    })
    .when(|_, argument| sample::revision().about(*argument))
    .then_refused(&[Norm::PhaseOpen]);
}

#[test]
fn amendments_comments_and_cited_sources_are_not_revised() {
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::amendment().under(idea))
    })
    .when(|_, amendment| sample::revision().about(*amendment))
    .then_impossible(&Invariant::WrongKind { expected: "a contribution", found: SubjectKind::Amendment });
}

#[test]
fn a_request_for_another_text_is_explained() {
    let waiting = |world: &mut World| world.happens(sample::submission());
    given(waiting)
        .when(|_, idea| sample::revision_request().about(*idea))
        .then_recorded()
        .and_nothing_changes();
    given(waiting)
        .when(|_, idea| {
            sample::revision_request()
                .with(|event| event.explanation = Part::Absent(Absence::NotInSource))
                .about(*idea)
        })
        .then_refused(&[Norm::ExplanationGiven]);
}

#[test]
fn a_contribution_is_withdrawn_once_and_in_any_phase() {
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::consultation_closing());
        idea
    })
    .when(|_, idea| sample::withdrawal().about(*idea))
    .then_recorded()
    .and(|world, idea, _| assert!(world.subject(*idea).withdrawn));
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::withdrawal().about(idea));
        idea
    })
    .when(|_, idea| sample::withdrawal().about(*idea))
    .then_impossible(&Invariant::Already("contribution is withdrawn"));
}

#[test]
fn an_answered_contribution_is_not_withdrawn() {
    let answered = |world: &mut World| {
        let idea = world.contribution();
        world.happens(sample::response(Outcome::Adopted).answering(&[idea]));
        idea
    };
    given(answered).when(|_, idea| sample::withdrawal().about(*idea)).then_refused(&[Norm::NotYetTakenUp]);
    given(answered).when_observed(|_, idea| sample::withdrawal().about(*idea)).then_recorded();
}

#[test]
fn a_contribution_left_out_of_the_answer_that_replaced_its_own_can_be_withdrawn() {
    given(|world| {
        let (kept, left_out) = (world.contribution(), world.contribution());
        let answer = world.happens(sample::response(Outcome::Answered).answering(&[kept, left_out]));
        world.happens(sample::response_replacement(Outcome::Answered).act(answer).answering(&[kept]));
        (kept, left_out)
    })
    .when(|_, (_, left_out)| sample::withdrawal().about(*left_out))
    .then_recorded();
}

#[test]
fn coauthors_and_corrected_addresses_change_nothing_that_rules_depend_on() {
    given(|world| world.contribution())
        .when(|_, idea| sample::coauthor().about(*idea))
        .then_recorded()
        .and_nothing_changes();
    given(|world| world.contribution())
        .when(|_, idea| sample::reference_correction().about(*idea))
        .then_recorded()
        .and_nothing_changes();
}

#[test]
fn what_is_not_in_the_record_can_be_neither_published_nor_withdrawn() {
    for act in [
        sample::publication().about(UNKNOWN),
        sample::withdrawal().about(UNKNOWN),
        sample::revision().about(UNKNOWN),
        sample::coauthor().about(UNKNOWN),
    ] {
        given(|_| ())
            .when_observed(|_, ()| act.clone())
            .then_impossible(&Invariant::Unknown { role: "subject", id: UNKNOWN });
    }
}

#[test]
fn an_act_and_what_it_is_about_belong_to_the_same_consultation() {
    given(|world| {
        let registration = sample::registration("autre-plan").draft();
        let elsewhere = world.record.register(world.trust, vec![registration]).unwrap();
        let here = std::mem::replace(&mut world.stream, elsewhere);
        world.happens(sample::rules());
        world.happens(sample::phase_opening(0));
        let idea = world.contribution();
        world.stream = here;
        idea
    })
    .when(|_, idea| sample::withdrawal().about(*idea))
    .then_impossible(&Invariant::Elsewhere { role: "subject" });
}
