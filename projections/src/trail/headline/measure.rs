//! The first sentence where moderation decides it: which measure weighs on a text, who took it, and whether on appeal.
//!
//! `docs/design.md` (Fates) puts it before every other rank. This module finds the last measure among the recorded
//! facts; what a measure does to a text is the rules' to say.

use devenir_core::envelope::Recorded;
use devenir_core::event::Event;
use devenir_core::event::code::AppealOutcome;
use devenir_core::event::moderation::ModerationEvent;
use devenir_core::rules::{Ground, ModerationAction};
use devenir_core::time::Timestamp;

use super::{HeadlineShown, Story};
use crate::trail::actor::ActorShown;
use crate::trail::message::Message;
use crate::trail::moment::Moment;
use crate::trail::words::Words;

/// The measure that weighs on a text.
pub(in crate::trail) struct Measure {
    pub(in crate::trail) at: Moment,
    ground: Option<Ground>,
    pub(in crate::trail) appeal_until: Option<Timestamp>,
    by_appeal: bool,
    actor: ActorShown,
    reason: Words,
}

impl Story<'_> {
    pub(super) fn moderated(&self) -> HeadlineShown {
        let code = self.inputs.headline.code;
        let measure = self.measure();
        let sentence = self
            .plain("headline-moderated")
            .code("code", code.as_str())
            .moment("when", measure.as_ref().map_or(Moment::UNKNOWN, |measure| measure.at))
            .flag("appealed", measure.as_ref().is_some_and(|measure| measure.by_appeal));
        let ground = measure.as_ref().and_then(|measure| measure.ground);
        let sentence = sentence.flag("grounded", ground.is_some());
        let sentence = match ground {
            Some(ground) => sentence.label("ground", ground),
            None => sentence.words("ground", None::<String>),
        };
        let bare = HeadlineShown::bare(code, sentence);
        match measure {
            None => bare,
            Some(measure) => HeadlineShown {
                beside: self.beside_measure(&measure),
                actor: Some(measure.actor),
                at: Some(measure.at),
                reason: Some(measure.reason),
                ..bare
            },
        }
    }

    /// The last measure of moderation that weighs on the subject.
    pub(in crate::trail) fn measure(&self) -> Option<Measure> {
        self.own().find_map(|it| {
            let Event::Moderation(event) = &it.event else { return None };
            self.measure_of(it, event)
        })
    }

    /// Who took a measure, and what had been decided before an appeal.
    fn beside_measure(&self, measure: &Measure) -> Vec<Message> {
        let named = measure.actor.name.is_some();
        let taken = named.then(|| Message::new("headline-measured").who(&measure.actor));
        let first = self.own().filter(|_| measure.by_appeal).find_map(|it| {
            let Event::Moderation(ModerationEvent::Decided(event)) = &it.event else { return None };
            let first = Message::new("headline-measured-first")
                .moment("when", self.moment(it))
                .label("action", event.facts.action)
                .flag("grounded", event.facts.ground.is_some());
            Some(match event.facts.ground {
                Some(ground) => first.label("ground", ground),
                None => first.words("ground", None::<String>),
            })
        });
        taken.into_iter().chain(first).collect()
    }

    fn measure_of(&self, it: &Recorded, event: &ModerationEvent) -> Option<Measure> {
        let (moderator, explanation) = match event {
            ModerationEvent::Decided(event) if weighs(event.facts.action) => {
                (&event.moderator, &event.explanation)
            }
            ModerationEvent::AppealDecided(event) if event.facts.outcome != AppealOutcome::Upheld => {
                (&event.moderator, &event.explanation)
            }
            ModerationEvent::Decided(_)
            | ModerationEvent::AppealDecided(_)
            | ModerationEvent::Reported(_)
            | ModerationEvent::Appealed(_)
            | ModerationEvent::AuthorNotified(_) => return None,
        };
        let facts = if let ModerationEvent::Decided(event) = event { Some(&event.facts) } else { None };
        Some(Measure {
            at: self.moment(it),
            ground: facts.and_then(|facts| facts.ground),
            appeal_until: facts.and_then(|facts| facts.appeal_until),
            by_appeal: facts.is_none(),
            actor: ActorShown::moderator(it.actor, it.trust, moderator),
            reason: Words::of(explanation, |it| Some(it.text.clone())),
        })
    }

    /// Whether somebody appealed against a measure on the subject.
    pub(in crate::trail) fn was_appealed(&self) -> bool {
        self.own().any(|it| matches!(it.event, Event::Moderation(ModerationEvent::Appealed(_))))
    }
}

/// Whether a measure changes what can be read.
const fn weighs(action: ModerationAction) -> bool {
    match action {
        ModerationAction::Keep => false,
        ModerationAction::Hide
        | ModerationAction::Remove
        | ModerationAction::Redact
        | ModerationAction::Restore
        | ModerationAction::Reject => true,
    }
}
