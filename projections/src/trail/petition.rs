//! The step of a threshold: what reaching it brings.
//!
//! `docs/design.md` (Votes) decides that a threshold once reached stays reached. This module counts nothing.

use devenir_core::event::RefRole;
use devenir_core::event::petition::PetitionEvent;

use super::message::Message;
use super::step::{StepFamily, Telling, Told};

pub(super) fn tell(event: &PetitionEvent, at: Telling<'_>) -> Told {
    match event {
        PetitionEvent::ThresholdReached(event) => {
            let who = at.by_role();
            let threshold = event.facts.threshold.or(event.facts.count);
            let sentence = at
                .message(format!("threshold-reached-{}", event.facts.brings), &who)
                .thing("thing", &at.subject(RefRole::Subject))
                .flag("counted", threshold.is_some())
                .number("threshold", threshold.unwrap_or(0));
            let unsaid = threshold.is_none().then(|| Message::new("note-threshold-unsaid"));
            Told::new(StepFamily::Vote, who, sentence).note(unsaid)
        }
    }
}
