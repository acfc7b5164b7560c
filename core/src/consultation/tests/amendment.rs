//! An amendment: its parent, its number, its fate.

use crate::consultation::{Invariant, SubjectKind};
use crate::event::{Absence, Part};
use crate::id::IntentId;
use crate::rules::{AmendmentFate, Ground, ModerationAction, Norm, Role};
use crate::testing::{Drafting, START, World, given, given_observed, sample};

const UNKNOWN: IntentId = IntentId([0xee; 32]);

fn amended(world: &mut World) -> IntentId {
    let idea = world.contribution();
    world.happens(sample::amendment().under(idea))
}

#[test]
fn amendments_are_numbered_under_their_numbered_root_however_deep_they_stand() {
    given(|world| {
        let idea = world.contribution();
        let first = world.happens(sample::amendment().under(idea));
        let other = world.contribution();
        world.happens(sample::amendment().under(other));
        (idea, first)
    })
    .when(|_, (_, first)| sample::amendment().with(|event| event.facts.number = 9).under(*first))
    .then_recorded()
    .and(|world, (idea, _), id| {
        assert_eq!(world.subject(*idea).last_amendment, 2);
        assert_eq!(world.subject(id).root, *idea);
        assert_eq!(world.consultation().last_number, 2, "amendments take no number of the consultation");
    });
}

#[test]
fn a_text_of_the_authority_takes_amendments() {
    given(|world| world.happens(sample::reference_text()))
        .when(|_, text| sample::amendment().under(*text))
        .then_recorded();
}

#[test]
fn an_argument_takes_no_amendment() {
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::argument().under(idea))
    })
    .when(|_, argument| sample::amendment().under(*argument))
    .then_impossible(&Invariant::WrongKind {
        expected: "a contribution, a reference text or an amendment",
        found: SubjectKind::Argument,
    });
}

#[test]
fn nobody_amends_out_of_phase_nor_what_was_withdrawn_or_hidden() {
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::phase_closing(0));
        idea
    })
    .when(|_, idea| sample::amendment().under(*idea))
    .then_refused(&[Norm::PhaseOpen]);
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::withdrawal().about(idea));
        idea
    })
    .when(|_, idea| sample::amendment().under(*idea))
    .then_refused(&[Norm::NotWithdrawn]);
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::moderation(ModerationAction::Hide).about(idea));
        idea
    })
    .when(|_, idea| sample::amendment().under(*idea))
    .then_refused(&[Norm::TextReadable]);
}

#[test]
fn an_amendment_that_its_source_changed_unseen_is_remarked_on() {
    given_observed(|world| world.happens(sample::submission().with(|event| event.facts.theme = None)))
        .when(|_, idea| {
            sample::amendment().with(|event| event.facts.source_changed_at = Some(START)).under(*idea)
        })
        .then_recorded_with(&[Norm::EditsShown]);
}

#[test]
fn a_rectification_is_the_next_version() {
    given(amended).when(|_, amendment| sample::rectification().about(*amendment)).then_recorded().and(
        |world, amendment, id| {
            let subject = world.subject(*amendment);
            assert_eq!((subject.version, subject.current), (2, id));
        },
    );
    given(|world| {
        let amendment = amended(world);
        world.happens(sample::phase_closing(0));
        amendment
    })
    .when(|_, amendment| sample::rectification().about(*amendment))
    .then_refused(&[Norm::PhaseOpen]);
}

#[test]
fn an_opinion_is_of_a_body_of_the_list_and_changes_nothing() {
    given(amended)
        .when(|_, amendment| sample::opinion().about(*amendment))
        .then_recorded()
        .and_nothing_changes();
    given(amended)
        .when(|_, amendment| sample::opinion().with(|event| event.facts.body = 1).about(*amendment))
        .then_impossible(&Invariant::NoEntry { list: "bodies", found: 1, count: 1 });
    given(amended)
        .when(|_, amendment| sample::opinion().about(*amendment).by(Role::Moderator))
        .then_refused(&[Norm::ActorMay]);
}

#[test]
fn a_decision_gives_the_amendment_its_fate_and_may_append_a_body() {
    given(amended)
        .when(|_, amendment| {
            sample::amendment_decision()
                .with(|event| {
                    event.facts.body = Some(1);
                    event.bodies = sample::bodies(&["Comité du plan vélo"]);
                })
                .about(*amendment)
        })
        .then_recorded()
        .and(|world, amendment, _| {
            assert_eq!(world.subject(*amendment).decided, Some(AmendmentFate::Adopted));
            assert_eq!(world.consultation().bodies, 2);
        });
}

#[test]
fn a_contribution_is_not_decided_as_an_amendment() {
    given(|world| world.contribution())
        .when(|_, idea| sample::amendment_decision().about(*idea))
        .then_impossible(&Invariant::WrongKind {
            expected: "an amendment",
            found: SubjectKind::Contribution,
        });
}

#[test]
fn a_decision_by_a_body_beyond_the_list_has_no_meaning() {
    given(amended)
        .when(|_, amendment| {
            sample::amendment_decision().with(|event| event.facts.body = Some(1)).about(*amendment)
        })
        .then_impossible(&Invariant::NoEntry { list: "bodies", found: 1, count: 1 });
}

/// A decision that carries nothing but its fate.
fn bare(fate: AmendmentFate) -> crate::event::amendment::Decided {
    sample::amendment_decision().with(|event| {
        event.facts.fate = fate;
        event.facts.resulting_version = None;
        event.minutes = Part::Absent(Absence::NotInSource);
    })
}

#[test]
fn each_fate_asks_for_its_evidence() {
    for (fate, asked) in [
        (AmendmentFate::Adopted, vec![Norm::ResultingVersionStated]),
        (AmendmentFate::AdoptedWithChanges, vec![Norm::ResultingVersionStated]),
        (AmendmentFate::Rejected, vec![Norm::ReasonsGiven]),
        (AmendmentFate::Inadmissible, vec![Norm::GroundStated, Norm::ReasonsGiven]),
        (AmendmentFate::AlreadySatisfied, vec![Norm::PointerGiven]),
        (AmendmentFate::Lapsed, vec![Norm::CauseStated]),
    ] {
        given(amended).when(|_, amendment| bare(fate).about(*amendment)).then_refused(&asked);
        given(amended).when_observed(|_, amendment| bare(fate).about(*amendment)).then_recorded_with(&asked);
    }
}

#[test]
fn a_fate_that_nobody_chose_asks_for_nothing() {
    for fate in [
        AmendmentFate::Withdrawn,
        AmendmentFate::NotSupported,
        AmendmentFate::NotExamined,
        AmendmentFate::NotVoted,
    ] {
        given(amended).when(|_, amendment| bare(fate).about(*amendment)).then_recorded();
    }
}

#[test]
fn a_decision_with_its_evidence_is_accepted() {
    let inadmissible = |amendment: &IntentId| {
        sample::amendment_decision()
            .with(|event| {
                event.facts.fate = AmendmentFate::Inadmissible;
                event.facts.ground = Some(Ground::UnrelatedAmendment);
            })
            .about(*amendment)
    };
    given(amended).when(|_, amendment| inadmissible(amendment)).then_recorded();
    // The version that takes it in may be named instead of numbered.
    given(|world| {
        let idea = world.contribution();
        let amendment = world.happens(sample::amendment().under(idea));
        (amendment, world.happens(sample::revision().about(idea)))
    })
    .when(|_, (amendment, version)| bare(AmendmentFate::Adopted).about(*amendment).version(*version))
    .then_recorded();
}

#[test]
fn a_decision_names_a_version_that_is_in_the_record() {
    given(amended)
        .when(|_, amendment| sample::amendment_decision().about(*amendment).version(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "version", id: UNKNOWN });
}

#[test]
fn what_lost_its_object_says_through_what() {
    given(|world| {
        let amendment = amended(world);
        (amendment, world.contribution())
    })
    .when(|_, (amendment, cause)| sample::lapse().about(*amendment).because_of(*cause))
    .then_recorded()
    .and(|world, (amendment, _), _| {
        assert_eq!(world.subject(*amendment).decided, Some(AmendmentFate::Lapsed));
    });
    given(amended).when(|_, amendment| sample::lapse().about(*amendment)).then_refused(&[Norm::CauseStated]);
    given(amended)
        .when(|_, amendment| sample::lapse().about(*amendment).because_of(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "cause", id: UNKNOWN });
}
