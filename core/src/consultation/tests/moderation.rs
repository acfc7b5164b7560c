//! Moderation: reports, measures with their grounds, appeals.

use crate::consultation::{Book as _, Invariant, SubjectKind};
use crate::event::code::AppealOutcome;
use crate::event::{Absence, Part};
use crate::id::IntentId;
use crate::rules::{ModerationAction, Norm, Role, Visibility};
use crate::testing::{Drafting, START, World, given, given_observed, sample};

const UNKNOWN: IntentId = IntentId([0xee; 32]);

/// A hidden contribution and the measure that hid it.
fn hidden(world: &mut World) -> (IntentId, IntentId) {
    let idea = world.contribution();
    (idea, world.happens(sample::moderation(ModerationAction::Hide).about(idea)))
}

/// The same with an appeal: the contribution, the measure, the appeal.
fn appealed(world: &mut World) -> (IntentId, IntentId, IntentId) {
    let (idea, measure) = hidden(world);
    (idea, measure, world.happens(sample::appeal().about(idea).act(measure)))
}

/// A measure that carries nothing but what it does.
fn bare(action: ModerationAction) -> crate::event::moderation::Decided {
    sample::moderation(action).with(|event| {
        event.facts.ground = None;
        event.facts.policy_version = None;
        event.facts.appeal_until = None;
        event.explanation = Part::Absent(Absence::NotInSource);
    })
}

#[test]
fn a_report_is_remembered_and_changes_no_text() {
    given(|world| world.contribution()).when(|_, idea| sample::report().about(*idea)).then_recorded().and(
        |world, idea, id| {
            assert_eq!(world.subject(*idea).moderated.visibility, Visibility::Visible);
            assert!(world.record.book().act(id).is_some());
        },
    );
}

#[test]
fn each_measure_leaves_of_the_text_what_the_rules_say() {
    for (action, visibility, inadmissible) in [
        (ModerationAction::Hide, Visibility::Hidden, false),
        (ModerationAction::Remove, Visibility::Removed, false),
        (ModerationAction::Redact, Visibility::Redacted, false),
        (ModerationAction::Reject, Visibility::Visible, true),
        (ModerationAction::Keep, Visibility::Visible, false),
    ] {
        given(|world| world.contribution())
            .when(|_, idea| sample::moderation(action).about(*idea))
            .then_recorded()
            .and(|world, idea, _| {
                let moderated = world.subject(*idea).moderated;
                assert_eq!((moderated.visibility, moderated.inadmissible), (visibility, inadmissible));
            });
    }
}

#[test]
fn a_measure_against_a_text_carries_its_statement_of_reasons() {
    let asked = [Norm::GroundStated, Norm::ExplanationGiven, Norm::PolicyStated, Norm::AppealPathStated];
    for action in
        [ModerationAction::Hide, ModerationAction::Remove, ModerationAction::Redact, ModerationAction::Reject]
    {
        given(|world| world.contribution()).when(|_, idea| bare(action).about(*idea)).then_refused(&asked);
        given_observed(|world| world.happens(sample::submission().with(|event| event.facts.theme = None)))
            .when(|_, idea| bare(action).about(*idea))
            .then_recorded_with(&asked);
    }
    given(|world| world.contribution())
        .when(|_, idea| bare(ModerationAction::Keep).about(*idea))
        .then_recorded();
    given(|world| hidden(world).0)
        .when(|_, idea| bare(ModerationAction::Restore).about(*idea))
        .then_refused(&[Norm::GroundStated]);
}

#[test]
fn whoever_erases_an_explanation_later_breaks_no_norm() {
    given(|world| world.contribution())
        .when(|_, idea| {
            // What the envelope commits to counts, whatever became of it since.
            sample::moderation(ModerationAction::Hide).about(*idea)
        })
        .then_recorded()
        .and(|world, _, id| {
            let entry = world.record.entries().iter().find(|entry| entry.recorded.id == id).unwrap();
            let erased = entry.read(&|kind| (kind < 128).then_some(Absence::Erased));
            let act = crate::consultation::Proposed::of(&erased);
            assert_eq!(crate::consultation::breaches(world.record.book(), &act), []);
        });
}

#[test]
fn only_moderators_moderate_and_not_the_texts_of_the_authority() {
    given(|world| world.contribution())
        .when(|_, idea| sample::moderation(ModerationAction::Hide).about(*idea).by(Role::Administrator))
        .then_refused(&[Norm::ActorMay]);
    given(|world| world.happens(sample::reference_text()))
        .when(|_, text| sample::moderation(ModerationAction::Hide).about(*text))
        .then_impossible(&Invariant::WrongKind {
            expected: "something that a participant wrote",
            found: SubjectKind::Reference,
        });
}

#[test]
fn a_petition_refused_after_support_opened_is_remarked_on_and_recorded() {
    given(|world| {
        let idea = world.contribution();
        world.support_ballot(idea);
        idea
    })
    .when(|_, idea| sample::moderation(ModerationAction::Reject).about(*idea))
    .then_recorded_with(&[Norm::ModeratedBeforeOpening]);
}

#[test]
fn a_measure_names_reports_that_are_in_the_record() {
    given(|world| {
        let idea = world.contribution();
        (idea, world.happens(sample::report().about(idea)))
    })
    .when(|_, (idea, report)| sample::moderation(ModerationAction::Hide).about(*idea).because_of(*report))
    .then_recorded();
    given(|world| world.contribution())
        .when(|_, idea| sample::moderation(ModerationAction::Hide).about(*idea).because_of(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "cause", id: UNKNOWN });
    given(|world| world.contribution())
        .when(|_, idea| sample::moderation(ModerationAction::Hide).about(*idea).act(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "act", id: UNKNOWN });
}

#[test]
fn an_appeal_is_against_a_measure_on_the_same_text() {
    given(hidden).when(|_, (idea, measure)| sample::appeal().about(*idea).act(*measure)).then_recorded();
    given(|world| (hidden(world), world.contribution()))
        .when(|_, ((_, measure), other)| sample::appeal().about(*other).act(*measure))
        .then_impossible(&Invariant::AnotherSubject { role: "act" });
    given(|world| {
        let idea = world.contribution();
        (idea, world.happens(sample::report().about(idea)))
    })
    .when(|_, (idea, report)| sample::appeal().about(*idea).act(*report))
    .then_impossible(&Invariant::WrongAct {
        expected: crate::consultation::ActKind::Moderation,
        found: crate::consultation::ActKind::Report,
    });
}

#[test]
fn a_late_appeal_is_recorded_and_its_lateness_said() {
    given(|world| {
        let ids = hidden(world);
        world.record.pass_days(41);
        ids
    })
    .when(|_, (idea, measure)| sample::appeal().about(*idea).act(*measure))
    .then_recorded_with(&[Norm::AppealInTime]);
    given(|world| {
        let ids = hidden(world);
        world.record.pass_days(40);
        assert_eq!(world.record.now(), START.plus_days(40));
        ids
    })
    .when(|_, (idea, measure)| sample::appeal().about(*idea).act(*measure))
    .then_recorded();
}

#[test]
fn an_appeal_upholds_overturns_or_redacts() {
    for (outcome, visibility) in [
        (AppealOutcome::Upheld, Visibility::Hidden),
        (AppealOutcome::Overturned, Visibility::Visible),
        (AppealOutcome::Redacted, Visibility::Redacted),
    ] {
        given(appealed)
            .when(|_, (idea, _, appeal)| sample::appeal_decision(outcome).about(*idea).act(*appeal))
            .then_recorded()
            .and(|world, (idea, _, appeal), _| {
                assert_eq!(world.subject(*idea).moderated.visibility, visibility);
                assert!(!world.record.book().act(*appeal).unwrap().stands, "the appeal is decided");
            });
    }
}

#[test]
fn an_appeal_is_decided_once_with_an_explanation_and_on_its_own_text() {
    given(|world| {
        let ids = appealed(world);
        world.happens(sample::appeal_decision(AppealOutcome::Upheld).about(ids.0).act(ids.2));
        ids
    })
    .when(|_, (idea, _, appeal)| sample::appeal_decision(AppealOutcome::Overturned).about(*idea).act(*appeal))
    .then_refused(&[Norm::AppealPending]);
    given(appealed)
        .when(|_, (idea, _, appeal)| {
            sample::appeal_decision(AppealOutcome::Upheld)
                .with(|event| event.explanation = Part::Absent(Absence::NotInSource))
                .about(*idea)
                .act(*appeal)
        })
        .then_refused(&[Norm::ExplanationGiven]);
    given(|world| (appealed(world), hidden(world)))
        .when(|_, ((_, _, appeal), (other, _))| {
            sample::appeal_decision(AppealOutcome::Overturned).about(*other).act(*appeal)
        })
        .then_impossible(&Invariant::AnotherSubject { role: "act" });
}

#[test]
fn telling_the_author_changes_nothing() {
    given(hidden)
        .when(|_, (idea, measure)| sample::notification().about(*idea).act(*measure))
        .then_recorded()
        .and_nothing_changes();
}
