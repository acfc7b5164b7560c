//! The moderation family: what is shown, hidden, redacted, restored.
//!
//! `docs/events.md` lists the types; what a measure leaves is computed by [`Moderated`]. Reports and notices
//! are steps of the trail and change nothing.

use devenir_core::envelope::Recorded;
use devenir_core::event::code::AppealOutcome;
use devenir_core::event::moderation::{AppealDecided, Decided, ModerationEvent};
use devenir_core::event::part::RedactedText;
use devenir_core::event::{Part, RefRole};
use devenir_core::rules::{Moderated, ModerationAction, Visibility};
use rusqlite::params;

use super::{Done, Fold};
use crate::views::key;

impl Fold<'_> {
    pub(super) fn moderation(&mut self, it: &Recorded, event: &ModerationEvent) -> Done {
        let Some(subject) = self.find_one(it, RefRole::Subject)? else { return Ok(()) };
        match event {
            ModerationEvent::Decided(Decided { facts, redacted, .. }) => {
                self.measure(it, subject, facts.action, redacted)?;
            }
            ModerationEvent::AppealDecided(AppealDecided { facts, redacted, .. }) => {
                self.measure(it, subject, of_appeal(facts.outcome), redacted)?;
            }
            ModerationEvent::Reported(_)
            | ModerationEvent::Appealed(_)
            | ModerationEvent::AuthorNotified(_) => {}
        }
        self.step(subject, it)
    }

    fn measure(
        &mut self,
        it: &Recorded,
        subject: i64,
        action: ModerationAction,
        redacted: &Part<RedactedText>,
    ) -> Done {
        let Some(before) = self.moderated(subject)? else { return Ok(()) };
        let after = before.after(action);
        if action == ModerationAction::Redact {
            self.redact(it, subject, redacted)?;
        }
        // What may not be read any more says which act took it away; what may says of none.
        let measure = (after != Moderated::UNTOUCHED && after != before).then_some(key(it.position));
        self.run(
            "UPDATE subject SET visibility = ?2, inadmissible = ?3, \
             measure = CASE WHEN ?5 THEN NULL ELSE coalesce(?4, measure) END WHERE position = ?1",
            params![
                subject,
                after.visibility.as_str(),
                after.inadmissible,
                measure,
                after == Moderated::UNTOUCHED
            ],
        )?;
        let shown_alike = before.visibility == after.visibility && after.visibility != Visibility::Redacted;
        if shown_alike { Ok(()) } else { self.settle(subject) }
    }

    /// Keeps the words that are left of the current version. Where nobody gave them, nothing is served.
    fn redact(&mut self, it: &Recorded, subject: i64, redacted: &Part<RedactedText>) -> Done {
        let words = redacted.open();
        self.run(
            "INSERT OR REPLACE INTO redaction SELECT position, version, ?2, ?3, ?4 FROM subject WHERE position = ?1",
            params![
                subject,
                key(it.position),
                words.and_then(|words| words.title.as_deref()),
                words.and_then(|words| words.body.as_deref())
            ],
        )
    }
}

/// What an appeal's decision does to the text.
const fn of_appeal(outcome: AppealOutcome) -> ModerationAction {
    match outcome {
        AppealOutcome::Upheld => ModerationAction::Keep,
        AppealOutcome::Overturned => ModerationAction::Restore,
        AppealOutcome::Redacted => ModerationAction::Redact,
    }
}
