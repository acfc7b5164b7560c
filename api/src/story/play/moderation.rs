//! Reports, decisions of the moderators, appeals.
//!
//! A decision names the reports that led to it and the version of the rules that it applies. This module decides
//! nothing.

use super::{Learns, Player};
use crate::act::{Appeal, DecideAppeal, Moderate, NotifyAuthor, ReportContent};
use crate::story::deed::Moderation;
use crate::story::error::StoryError;
use crate::story::names::Name;
use crate::story::timeline::Step;
use devenir_core::event::code::{AppealOutcome, Channel};
use devenir_core::rules::Ground;

impl Player<'_> {
    pub(super) fn report(
        &mut self,
        step: &Step,
        of: &str,
        ground: Option<Ground>,
        reason: Option<&String>,
    ) -> Result<(), StoryError> {
        let act = ReportContent {
            consultation: self.consultation(step)?,
            subject: self.text(step, of)?,
            ground,
            explanation: reason.cloned(),
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::name(Name::Reports(of.to_owned())))
    }

    pub(super) fn moderate(&mut self, step: &Step, moderation: &Moderation) -> Result<(), StoryError> {
        let Moderation { of, action, ground, appeal_until_day, reason } = moderation;
        // Every report made before is to be named, those under way included.
        self.settle()?;
        let act = Moderate {
            consultation: self.consultation(step)?,
            subject: self.text(step, of)?,
            action: *action,
            ground: *ground,
            explanation: reason.clone(),
            policy_version: Some(self.rules_version),
            appeal_until: appeal_until_day.map(|day| self.end_of(step, day)).transpose()?,
            automated: Some(false),
            moderator: Some(self.signed_line(step)?),
            reports: self.names.all(&Name::Reports(of.clone())).to_vec(),
            redacted_title: None,
            redacted_body: None,
        };
        self.give(step, &act, Learns::name(Name::Moderation(of.clone())))
    }

    pub(super) fn notify_author(
        &mut self,
        step: &Step,
        of: &str,
        channel: Channel,
    ) -> Result<(), StoryError> {
        let act = NotifyAuthor {
            consultation: self.consultation(step)?,
            subject: self.text(step, of)?,
            decision: self.known(step, &Name::Moderation(of.to_owned()))?,
            channel,
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn appeal(&mut self, step: &Step, of: &str, reason: &str) -> Result<(), StoryError> {
        let act = Appeal {
            consultation: self.consultation(step)?,
            subject: self.text(step, of)?,
            decision: self.known(step, &Name::Moderation(of.to_owned()))?,
            explanation: reason.to_owned(),
            on_behalf_of: Some(self.person(step)),
            author_token: None,
        };
        self.give(step, &act, Learns::name(Name::Appeal(of.to_owned())))
    }

    pub(super) fn decide_appeal(
        &mut self,
        step: &Step,
        of: &str,
        outcome: AppealOutcome,
        redacted: Option<&String>,
        reason: &str,
    ) -> Result<(), StoryError> {
        let remaining = redacted.map(|text| self.titled(step, text)).transpose()?;
        let (redacted_title, redacted_body) = remaining.unzip();
        let act = DecideAppeal {
            consultation: self.consultation(step)?,
            subject: self.text(step, of)?,
            appeal: self.known(step, &Name::Appeal(of.to_owned()))?,
            outcome,
            explanation: reason.to_owned(),
            moderator: Some(self.signed_line(step)?),
            redacted_title,
            redacted_body,
        };
        self.give(step, &act, Learns::nothing())
    }
}
