//! Steps of a consultation as a whole: its registration, rules, phases, and the texts put to the public.
//!
//! `docs/design.md` (Trail) asks for one sentence each; phases are named as the rules name them. This module
//! computes no deadline.

use devenir_core::event::Part;
use devenir_core::event::consultation::{ConsultationEvent, ReferenceTextPublished};
use devenir_core::event::part::{OfficialText, Reasons};
use devenir_core::rules::Norm;
use devenir_core::time::Timestamp;

use super::actor::ActorShown;
use super::context::SubjectName;
use super::message::Message;
use super::moment::Moment;
use super::step::{Details, StepFamily, Telling, Told};
use super::words::Words;

pub(super) fn tell(event: &ConsultationEvent, at: Telling<'_>) -> Told {
    let who = at.by_role();
    match event {
        ConsultationEvent::Registered(event) => {
            let title = Words::of(&event.presentation, |it| Some(it.title.clone()));
            let id = format!("consultation-registered-{}", event.facts.rules);
            let sentence = at.message(id, &who);
            let text = event.presentation.open().and_then(|it| it.description.clone()).map(Words::Said);
            let links = event.source.open().and_then(|source| source.url.clone()).into_iter().collect();
            Told::new(StepFamily::Other, who, sentence).details(Details {
                title: Some(title),
                text,
                links,
                ..Details::default()
            })
        }
        ConsultationEvent::RulesAdopted(event) => {
            let sentence = at.message("rules-adopted", &who).number("version", event.facts.version);
            Told::new(StepFamily::Other, who, sentence)
        }
        ConsultationEvent::RulesAmended(event) => {
            let sentence = at.message("rules-amended", &who).number("version", event.facts.version);
            Told::new(StepFamily::Other, who, sentence).details(reasoned(&event.reasons))
        }
        ConsultationEvent::PhaseOpened(event) => {
            let until = event.facts.until;
            phase("phase-opened", event.facts.phase, until, &who, at)
        }
        ConsultationEvent::PhaseExtended(event) => {
            let until = Some(event.facts.until);
            phase("phase-extended", event.facts.phase, until, &who, at).details(reasoned(&event.reasons))
        }
        ConsultationEvent::PhaseClosed(event) => phase("phase-closed", event.facts.phase, None, &who, at),
        ConsultationEvent::ReferenceTextPublished(event) => reference_text(event, at),
        ConsultationEvent::Closed(event) => {
            let sentence = at.message_to_the_minute("consultation-closed", &who);
            Told::new(StepFamily::Other, who, sentence).details(reasoned(&event.reasons))
        }
    }
}

fn phase(id: &str, phase: u32, until: Option<Timestamp>, who: &ActorShown, at: Telling<'_>) -> Told {
    let last_day = until.map_or(Moment::UNKNOWN, |until| Moment::last_day(at.context.zone(), until));
    let sentence: Message = at
        .message_to_the_minute(id, who)
        .words("phase", at.context.phase(phase))
        .number("number", u64::from(phase) + 1)
        .moment("until", last_day);
    Told::new(StepFamily::Other, who.clone(), sentence)
}

fn reference_text(event: &ReferenceTextPublished, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let who = at.by_role();
    let thing = SubjectName { kind: facts.kind.into(), ..at.named(at.it.id) };
    let sentence = at
        .message("reference-text-published", &who)
        .thing("thing", &thing)
        .words("reference", thing.reference.clone().filter(|_| thing.at_home));
    let brought = at.brought();
    // Views that do not hold the text leave the part itself, which is a public act.
    let left = brought.text.is_none().then(|| event.text.open()).flatten();
    let details = Details {
        title: match (brought.title, &brought.text) {
            (None, None) => Some(official(&event.text, |text| text.title.clone())),
            (title, _) => title,
        },
        sections: left.map_or(brought.sections, |text| text.changes.clone()),
        text: brought.text.or_else(|| Some(official(&event.text, |text| text.body.clone()))),
        theme: facts.theme.and_then(|index| at.context.theme(index)),
        links: event.source.open().and_then(|source| source.url.clone()).into_iter().collect(),
        ..Details::default()
    };
    Told::new(StepFamily::Text, who, sentence)
        .details(details)
        .note_saying(at.changed_in_source(facts.source_changed_at), &[Norm::EditsShown])
}

fn official(text: &Part<OfficialText>, words: impl FnOnce(&OfficialText) -> String) -> Words {
    Words::of(text, |text| Some(words(text)))
}

/// Why the organiser did something.
pub(super) fn reasoned(reasons: &Part<Reasons>) -> Details {
    let reason = reasons.is_committed().then(|| Words::of(reasons, |it| Some(it.text.clone())));
    Details { reason, ..Details::default() }
}
