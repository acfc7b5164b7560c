//! Steps of an amendment: submitted, judged by a body, decided.
//!
//! `docs/design.md` (Trail) asks for one sentence for each fate; the words stand in `sentences.*.ftl`. On the
//! trail of what it amends, an amendment is named by its reference.

use devenir_core::event::amendment::{AmendmentEvent, Decided, Submitted};
use devenir_core::event::part::{Bodies, Minutes};
use devenir_core::event::{Part, RefRole};
use devenir_core::rules::{AmendmentFate, Norm, Role};

use super::actor::ActorShown;
use super::context::ThingKind;
use super::contribution::explained;
use super::message::Message;
use super::moment::Moment;
use super::step::{Details, StepFamily, Telling, Told};
use super::words::Words;

pub(super) fn tell(event: &AmendmentEvent, at: Telling<'_>) -> Told {
    match event {
        AmendmentEvent::Submitted(event) => submitted(event, at),
        AmendmentEvent::OpinionGiven(event) => {
            let who = ActorShown { bodies: at.bodies(&[event.facts.body]), ..at.by_role() };
            let id = format!("amendment-opinion-given-{}", event.facts.opinion);
            let sentence = at.message(id, &who).thing("thing", &at.subject(RefRole::Subject));
            let reason = Words::of(&event.text, |act| act.reason.clone().or_else(|| act.text.clone()));
            Told::new(StepFamily::Amendment, who, sentence)
                .details(Details { reason: Some(reason), ..Details::default() })
        }
        AmendmentEvent::Decided(event) => decided(event, at),
        AmendmentEvent::Rectified(event) => {
            let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, at.is_shown(at.it.id));
            let sentence = at
                .message("amendment-rectified", &who)
                .thing("thing", &at.subject(RefRole::Subject))
                .number("version", event.facts.version);
            Told::new(StepFamily::Amendment, who, sentence).details(at.brought())
        }
        AmendmentEvent::Lapsed(_) => {
            let who = at.by_role();
            let cause = at.it.refs.one(RefRole::Cause).and_then(|id| at.context.date_of(id));
            let sentence = at
                .message("amendment-lapsed", &who)
                .thing("thing", &at.subject(RefRole::Subject))
                .moment("cause", cause.unwrap_or(Moment::UNKNOWN));
            Told::new(StepFamily::Amendment, who, sentence)
        }
    }
}

fn submitted(event: &Submitted, at: Telling<'_>) -> Told {
    let shown = at.is_shown(at.it.id);
    let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, shown);
    let sentence = at
        .message("amendment-submitted", &who)
        .thing("thing", &at.named(at.it.id))
        .thing("parent", &at.subject(RefRole::Parent))
        .words("reference", at.named(at.it.id).reference);
    let source = event.source.open().filter(|_| shown);
    let details = Details {
        reason: explained(&event.explanation, shown),
        links: source.and_then(|source| source.url.clone()).into_iter().collect(),
        ..at.brought()
    };
    Told::new(StepFamily::Amendment, who, sentence)
        .details(details)
        .note_saying(at.changed_in_source(event.facts.source_changed_at), &[Norm::EditsShown])
}

fn decided(event: &Decided, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let bodies = facts.body.map(|body| at.bodies(&[body])).unwrap_or_default();
    let bodies = if bodies.is_empty() { named(&event.bodies) } else { bodies };
    let who = decider(event, at, bodies);
    let sentence = at
        .message(format!("amendment-decided-{}", facts.fate), &who)
        .thing("thing", &at.subject(RefRole::Subject))
        .number("version", facts.resulting_version.unwrap_or(0))
        .flag("numbered", facts.resulting_version.is_some());
    let ground = facts.ground.map(|ground| Message::new("note-ground").label("ground", ground));
    let gives = facts.resulting_version.filter(|_| gives_a_version(facts.fate));
    Told::new(StepFamily::Amendment, who, sentence).details(minuted(&event.minutes)).note(ground).gives(gives)
}

/// Who decided: without a body and a signatory, it is the author of the text that decides in this record.
pub(super) fn decider(event: &Decided, at: Telling<'_>, bodies: Vec<String>) -> ActorShown {
    let unsigned = !event.signatory.is_committed() && bodies.is_empty();
    let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, bodies);
    if unsigned && at.it.actor == Role::Citizen && !at.is_from_a_source() {
        let amended = at.context.home().map(|home| at.named(home).kind);
        let of = amended.filter(|kind| *kind != ThingKind::Amendment).unwrap_or(ThingKind::Text);
        return ActorShown { author_of: Some(of), ..who };
    }
    who
}

const fn gives_a_version(fate: AmendmentFate) -> bool {
    match fate {
        AmendmentFate::Adopted | AmendmentFate::AdoptedWithChanges => true,
        AmendmentFate::Rejected
        | AmendmentFate::Lapsed
        | AmendmentFate::Withdrawn
        | AmendmentFate::NotSupported
        | AmendmentFate::NotExamined
        | AmendmentFate::Inadmissible
        | AmendmentFate::AlreadySatisfied
        | AmendmentFate::NotVoted => false,
    }
}

/// What minutes say, and where they are published.
pub(super) fn minuted(minutes: &Part<Minutes>) -> Details {
    let links = minutes.open().and_then(|minutes| minutes.url.clone()).into_iter().collect();
    let reason = minutes.is_committed().then(|| Words::of(minutes, |it| Some(it.text.clone())));
    Details { reason, links, ..Details::default() }
}

/// The names of a list of bodies that came with the act itself.
pub(super) fn named(bodies: &Part<Bodies>) -> Vec<String> {
    bodies.open().map(|bodies| bodies.names.clone()).unwrap_or_default()
}
