//! Steps of moderation: reports, measures with their statement of reasons, appeals.
//!
//! `docs/design.md` (Moderation) decides that a trail shows the act, its ground, its reasons and how to appeal,
//! and never the words that were taken away. Whoever reports a text is not named, nor are their words shown.

use devenir_core::event::moderation::{AppealDecided, Decided, ModerationEvent};
use devenir_core::event::part::Explanation;
use devenir_core::event::{Part, RefRole};
use devenir_core::rules::Norm;

use super::actor::ActorShown;
use super::contribution::explained;
use super::message::Message;
use super::moment::Moment;
use super::step::{Details, StepFamily, Telling, Told};
use super::words::Words;

pub(super) fn tell(event: &ModerationEvent, at: Telling<'_>) -> Told {
    let thing = at.subject(RefRole::Subject);
    match event {
        ModerationEvent::Reported(event) => {
            let who = at.by_role();
            let sentence = at
                .message("content-reported", &who)
                .thing("thing", &thing)
                .flag("grounded", event.facts.ground.is_some());
            let sentence = match event.facts.ground {
                Some(ground) => sentence.label("ground", ground),
                None => sentence.words("ground", None::<String>),
            };
            Told::new(StepFamily::Moderation, who, sentence)
        }
        ModerationEvent::Decided(event) => decided(event, at),
        ModerationEvent::Appealed(event) => {
            let shown = at.shows(RefRole::Subject);
            let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, shown);
            let sentence = at.message("moderation-appealed", &who).thing("thing", &thing);
            let reason = explained(&event.explanation, shown);
            Told::new(StepFamily::Moderation, who, sentence).details(Details { reason, ..Details::default() })
        }
        ModerationEvent::AppealDecided(event) => appeal_decided(event, at),
        ModerationEvent::AuthorNotified(event) => {
            let who = at.by_role();
            let sentence = at
                .message("author-notified", &who)
                .thing("thing", &thing)
                .code("channel", event.facts.channel.as_str());
            Told::new(StepFamily::Moderation, who, sentence)
        }
    }
}

fn decided(event: &Decided, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let who = ActorShown::moderator(at.it.actor, at.it.trust, &event.moderator);
    let sentence = at
        .message(format!("moderation-decided-{}", facts.action), &who)
        .thing("thing", &at.subject(RefRole::Subject))
        .flag("grounded", facts.ground.is_some());
    let sentence = match facts.ground {
        Some(ground) => sentence.label("ground", ground),
        None => sentence.words("ground", None::<String>),
    };
    let local_status = event.local.open().map(|local| local.words.clone());
    let unexplained = at.is_from_a_source()
        && facts.ground.is_none()
        && local_status.is_none()
        && !event.explanation.is_committed();
    let appeal = facts.appeal_until.map(|until| {
        Message::new("note-appeal-until").moment("until", Moment::last_day(at.context.zone(), until))
    });
    Told::new(StepFamily::Moderation, who, sentence)
        .details(Details { reason: reasons(&event.explanation), local_status, ..Details::default() })
        .note_saying(
            unexplained.then(|| Message::new("note-measure-unexplained")),
            &[Norm::GroundStated, Norm::ExplanationGiven],
        )
        .note((facts.automated == Some(true)).then(|| Message::new("note-automated")))
        .note(appeal)
}

fn appeal_decided(event: &AppealDecided, at: Telling<'_>) -> Told {
    let who = ActorShown::moderator(at.it.actor, at.it.trust, &event.moderator);
    let sentence = at
        .message(format!("appeal-decided-{}", event.facts.outcome), &who)
        .thing("thing", &at.subject(RefRole::Subject));
    Told::new(StepFamily::Moderation, who, sentence)
        .details(Details { reason: reasons(&event.explanation), ..Details::default() })
}

/// The statement of reasons, which is shown whatever became of the text.
fn reasons(explanation: &Part<Explanation>) -> Option<Words> {
    explanation.is_committed().then(|| Words::of(explanation, |it| Some(it.text.clone())))
}
