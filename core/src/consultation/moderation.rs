//! The decider of moderation: what a decision needs, what an appeal answers.
//!
//! `docs/design.md` (Deciders). What moderation leaves of a text is a rule; this decider holds it for each
//! text, and reads no explanation.

use super::book::{Book, Change};
use super::proposed::{MODERATED, Proposed};
use super::rejection::Invariant;
use super::state::{Act, ActKind};
use crate::envelope::Recorded;
use crate::event::RefRole;
use crate::event::code::AppealOutcome;
use crate::event::moderation::{Decided, ModerationEvent};
use crate::rules::norms::asked_of_moderation;
use crate::rules::{ModerationAction, Norm};

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ModerationEvent,
) -> Result<(), Invariant> {
    act.consultation(book)?;
    act.subject(book, RefRole::Subject, MODERATED, "something that a participant wrote")?;
    match event {
        ModerationEvent::Reported(_) => Ok(()),
        ModerationEvent::Decided(_) => {
            act.known(book, RefRole::Cause)?;
            act.known(book, RefRole::Act)
        }
        ModerationEvent::Appealed(_) | ModerationEvent::AuthorNotified(_) => {
            act.earlier_on_same(book, ActKind::Moderation).map(drop)
        }
        ModerationEvent::AppealDecided(_) => act.earlier_on_same(book, ActKind::Appeal).map(drop),
    }
}

pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, event: &ModerationEvent, norms: &mut Vec<Norm>) {
    let earlier = act.refs.one(RefRole::Act).and_then(|id| book.act(id));
    match event {
        ModerationEvent::Decided(event) => {
            norms.extend(missing(event));
            let subject = act.refs.one(RefRole::Subject).and_then(|id| book.subject(id));
            if event.facts.action == ModerationAction::Reject
                && subject.is_some_and(|subject| subject.supports_opened)
            {
                norms.push(Norm::ModeratedBeforeOpening);
            }
        }
        ModerationEvent::Appealed(_) => {
            let until = earlier.and_then(|earlier| earlier.appeal_until);
            if until.is_some_and(|until| act.judged_at() > until) {
                norms.push(Norm::AppealInTime);
            }
        }
        ModerationEvent::AppealDecided(event) => {
            if !earlier.is_some_and(|earlier| earlier.stands) {
                norms.push(Norm::AppealPending);
            }
            if !event.explanation.is_committed() {
                norms.push(Norm::ExplanationGiven);
            }
        }
        ModerationEvent::Reported(_) | ModerationEvent::AuthorNotified(_) => {}
    }
}

/// What the decision should carry and does not.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the tables of rules say what is asked; only that is looked for"
)]
fn missing(event: &Decided) -> impl Iterator<Item = Norm> + '_ {
    asked_of_moderation(event.facts.action).iter().copied().filter(|norm| match norm {
        Norm::GroundStated => event.facts.ground.is_none(),
        Norm::ExplanationGiven => !event.explanation.is_committed(),
        Norm::PolicyStated => event.facts.policy_version.is_none(),
        Norm::AppealPathStated => event.facts.appeal_until.is_none(),
        // Asked of no moderation.
        _ => false,
    })
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &ModerationEvent) -> Vec<Change> {
    let Some(id) = recorded.refs.one(RefRole::Subject) else { return Vec::new() };
    let Some(mut subject) = book.subject(id) else { return Vec::new() };
    let act = |kind, stands, appeal_until| {
        let act = Act { stream: recorded.stream, kind, stands, appeal_until, subject: Some(id), asks: None };
        Change::Act(recorded.id, act)
    };
    match event {
        ModerationEvent::Reported(_) => vec![act(ActKind::Report, true, None)],
        ModerationEvent::Decided(event) => {
            subject.moderated = subject.moderated.after(event.facts.action);
            vec![act(ActKind::Moderation, true, event.facts.appeal_until), Change::Subject(id, subject)]
        }
        ModerationEvent::Appealed(_) => vec![act(ActKind::Appeal, true, None)],
        ModerationEvent::AppealDecided(event) => {
            subject.moderated = match event.facts.outcome {
                AppealOutcome::Upheld => subject.moderated,
                AppealOutcome::Overturned => subject.moderated.after(ModerationAction::Restore),
                // The measure is undone first: what was hidden is readable again, but for some words.
                AppealOutcome::Redacted => {
                    subject.moderated.after(ModerationAction::Restore).after(ModerationAction::Redact)
                }
            };
            let mut changes = vec![Change::Subject(id, subject)];
            if let Some((appeal_id, appeal)) =
                recorded.refs.one(RefRole::Act).and_then(|id| Some((id, book.act(id)?)))
            {
                changes.push(Change::Act(appeal_id, Act { stands: false, ..appeal }));
            }
            changes
        }
        ModerationEvent::AuthorNotified(_) => Vec::new(),
    }
}
