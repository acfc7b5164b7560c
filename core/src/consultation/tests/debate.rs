//! The debate: arguments, comments, cited sources, debates held.

use crate::consultation::{Invariant, SubjectKind};
use crate::envelope::Draft;
use crate::id::IntentId;
use crate::rules::{ModerationAction, Norm, Role};
use crate::testing::{Drafting, START, World, given, given_observed, sample};

/// An argument, a comment and a source under the same thing.
fn posts(parent: IntentId) -> [Draft; 3] {
    [sample::argument().under(parent), sample::comment().under(parent), sample::citation().under(parent)]
}

#[test]
fn an_argument_a_comment_and_a_source_stand_under_a_text_and_are_shown_at_once() {
    for (at, kind) in
        [SubjectKind::Argument, SubjectKind::Comment, SubjectKind::Citation].into_iter().enumerate()
    {
        given(|world| world.contribution()).when(|_, idea| posts(*idea)[at].clone()).then_recorded().and(
            |world, idea, id| {
                let subject = world.subject(id);
                assert_eq!((subject.kind, subject.root, subject.published), (kind, *idea, true));
            },
        );
    }
}

#[test]
fn a_reply_stands_under_an_argument_or_a_comment_and_not_under_a_source() {
    let under = |post: usize| {
        given(move |world| {
            let idea = world.contribution();
            world.happens(posts(idea)[post].clone())
        })
        .when(|_, parent| sample::comment().under(*parent))
    };
    under(0).then_recorded();
    under(1).then_recorded();
    under(2).then_impossible(&Invariant::WrongKind {
        expected: "a text, an argument or a comment",
        found: SubjectKind::Citation,
    });
}

#[test]
fn nobody_argues_out_of_phase() {
    for at in 0..3 {
        given(|world| {
            let idea = world.contribution();
            world.happens(sample::phase_closing(0));
            idea
        })
        .when(|_, idea| posts(*idea)[at].clone())
        .then_refused(&[Norm::PhaseOpen]);
    }
}

#[test]
fn nobody_argues_on_what_was_withdrawn_or_hidden() {
    for at in 0..3 {
        given(|world| {
            let idea = world.contribution();
            world.happens(sample::moderation(ModerationAction::Remove).about(idea));
            world.happens(sample::withdrawal().about(idea));
            idea
        })
        .when(|_, idea| posts(*idea)[at].clone())
        .then_refused(&[Norm::NotWithdrawn, Norm::TextReadable]);
    }
}

#[test]
fn a_moderator_takes_no_side() {
    given(|world| world.contribution())
        .when(|_, idea| sample::argument().under(*idea).by(Role::Moderator))
        .then_refused(&[Norm::ActorMay]);
}

#[test]
fn an_argument_that_its_source_changed_unseen_is_remarked_on() {
    given_observed(observed_petition)
        .when(|_, idea| {
            sample::argument().with(|event| event.facts.source_changed_at = Some(START)).under(*idea)
        })
        .then_recorded_with(&[Norm::EditsShown]);
}

fn observed_petition(world: &mut World) -> IntentId {
    world.happens(sample::submission().with(|event| event.facts.theme = None))
}

#[test]
fn a_debate_that_was_held_is_about_a_text() {
    given(|world| world.contribution())
        .when(|_, idea| sample::debate_held().about(*idea))
        .then_recorded()
        .and_nothing_changes();
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::comment().under(idea))
    })
    .when(|_, comment| sample::debate_held().about(*comment))
    .then_impossible(&Invariant::WrongKind {
        expected: "a contribution, a reference text or an amendment",
        found: SubjectKind::Comment,
    });
}

#[test]
fn a_debate_after_the_petition_closed_is_kept_and_its_lateness_said() {
    let closed = |world: &mut World| {
        let petition = observed_petition(world);
        let ballot = world.support_ballot(petition);
        world.happens(sample::ballot_closing().ballot(ballot).claimed(START.plus_days(-20)));
        petition
    };
    given_observed(closed)
        .when(|_, petition| sample::debate_held().about(*petition).claimed(START.plus_days(-19)))
        .then_recorded_with(&[Norm::AnsweredBeforeClosing]);
    given_observed(closed)
        .when(|_, petition| sample::debate_held().about(*petition).claimed(START.plus_days(-20)))
        .then_recorded();
}
