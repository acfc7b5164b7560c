//! The consultation as a whole: registration, rules, phases, texts of the authority.
//!
//! The words stand at the head of the story, the acts say when. This module decides nothing.

use super::{Learns, Player, index, wrong};
use crate::act::{
    AdoptRules, AmendRules, CloseConsultation, ClosePhase, ExtendPhase, OpenPhase, PublishReferenceText,
    RegisterConsultation,
};
use crate::story::deed::ReferenceText;
use crate::story::error::StoryError;
use crate::story::names::Name;
use crate::story::script::DutyRule;
use crate::story::timeline::{Step, name_of};
use devenir_core::event::code::{ReferenceKind, RulesOrigin};
use devenir_core::event::part::{AnswerWithin, PhaseRule, RuleSet, SupportThreshold};

impl Player<'_> {
    pub(super) fn register_consultation(&mut self, step: &Step) -> Result<(), StoryError> {
        let page = &self.story.page;
        let act = RegisterConsultation {
            slug: page.story.slug.clone(),
            title: page.consultation.title.clone(),
            description: page.consultation.description.clone(),
            kind: page.consultation.kind,
            lang: page.story.lang,
            timezone: page.story.timezone.clone(),
            bodies: page.bodies.iter().map(|body| body.name.clone()).collect(),
            rules: RulesOrigin::Native,
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn adopt_rules(&mut self, step: &Step) -> Result<(), StoryError> {
        let rules = self.rule_set(step)?;
        let act = AdoptRules { consultation: self.consultation(step)?, rules: rules.clone() };
        (self.rules, self.rules_version) = (Some(rules), 1);
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn amend_rules(&mut self, step: &Step, count: u64, reasons: &str) -> Result<(), StoryError> {
        let mut rules = match &self.rules {
            Some(rules) => rules.clone(),
            None => return Err(wrong(step, "rules", "none", "put `adopt_rules` before")),
        };
        for threshold in &mut rules.thresholds {
            threshold.count = count;
        }
        let consultation = self.consultation(step)?;
        let act = AmendRules { consultation, rules: rules.clone(), reasons: reasons.to_owned() };
        self.rules = Some(rules);
        self.rules_version += 1;
        self.give(step, &act, Learns::nothing())
    }

    fn rule_set(&self, step: &Step) -> Result<RuleSet, StoryError> {
        let (rules, presented) = (&self.story.page.rules, &self.story.page.consultation);
        let phase = |phase: &crate::story::script::Phase| {
            Ok(PhaseRule {
                admits: phase.admits.clone(),
                from: Some(self.start_of(step, phase.from_day)?),
                name: phase.name.clone(),
                until: Some(self.end_of(step, phase.until_day)?),
            })
        };
        let threshold = |threshold: &crate::story::script::Threshold| SupportThreshold {
            brings: threshold.brings,
            count: threshold.count,
        };
        let now = rules.duties.iter().find(|duty| duty.waits_for.is_none());
        Ok(RuleSet {
            moderated_before: rules.moderated_before,
            phases: rules.phases.iter().map(phase).collect::<Result<_, StoryError>>()?,
            territories: presented.territories.clone(),
            themes: presented.themes.clone(),
            thresholds: rules.thresholds.iter().map(threshold).collect(),
            answer_within: now.map(|duty| self.answer_within(step, duty)).transpose()?,
        })
    }

    fn answer_within(&self, step: &Step, duty: &DutyRule) -> Result<AnswerWithin, StoryError> {
        let from = duty.from.parse().map_err(|error| {
            wrong(step, "what starts the delay of a duty", error, "let the duty wait for its family")
        })?;
        let days = duty
            .days
            .ok_or_else(|| wrong(step, "`days` of a duty", "none", "say how many days there are"))?;
        let body = self.body(step, &duty.body)?;
        Ok(AnswerWithin { body, days, from, must: duty.force == "must", source: duty.source.clone() })
    }

    fn phase(&self, step: &Step, id: &str) -> Result<u32, StoryError> {
        index(
            step,
            "[[rules.phases]]",
            id,
            self.story.page.rules.phases.iter().map(|phase| phase.id.as_str()),
        )
    }

    pub(super) fn open_phase(&mut self, step: &Step, id: &str) -> Result<(), StoryError> {
        let phase = self.phase(step, id)?;
        let planned = self.story.page.rules.phases.iter().find(|phase| phase.id == id);
        // A slice leaves out the extension of a phase: it says no end that the extension would move.
        let until = match planned {
            Some(planned) if !self.sliced => Some(self.end_of(step, planned.until_day)?),
            Some(_) | None => None,
        };
        let act = OpenPhase { consultation: self.consultation(step)?, phase, until };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn extend_phase(
        &mut self,
        step: &Step,
        id: &str,
        until_day: i64,
        reasons: &str,
    ) -> Result<(), StoryError> {
        let act = ExtendPhase {
            consultation: self.consultation(step)?,
            phase: self.phase(step, id)?,
            until: self.end_of(step, until_day)?,
            reasons: reasons.to_owned(),
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn close_phase(&mut self, step: &Step, id: &str) -> Result<(), StoryError> {
        let act = ClosePhase { consultation: self.consultation(step)?, phase: self.phase(step, id)? };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn close_consultation(
        &mut self,
        step: &Step,
        reasons: Option<&String>,
    ) -> Result<(), StoryError> {
        let act = CloseConsultation { consultation: self.consultation(step)?, reasons: reasons.cloned() };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn publish_reference_text(
        &mut self,
        step: &Step,
        text: &ReferenceText,
    ) -> Result<(), StoryError> {
        let (title, body) = self.titled(step, &text.text)?;
        let act = PublishReferenceText {
            consultation: self.consultation(step)?,
            kind: ReferenceKind::Article,
            lang: self.story.page.story.lang,
            theme: self.theme(step, text.theme.as_ref())?,
            title,
            body,
            changes: Vec::new(),
        };
        self.give(step, &act, Learns::number(Name::Text(name_of(text.number)), text.number))
    }

    /// A theme's index.
    pub(super) fn theme(&self, step: &Step, theme: Option<&String>) -> Result<Option<u32>, StoryError> {
        let themes = || self.story.page.consultation.themes.iter().map(String::as_str);
        theme.map(|theme| index(step, "`themes`", theme, themes())).transpose()
    }

    /// A territory's index.
    pub(super) fn territory(
        &self,
        step: &Step,
        territory: Option<&String>,
    ) -> Result<Option<u32>, StoryError> {
        let territories = || self.story.page.consultation.territories.iter().map(String::as_str);
        territory.map(|territory| index(step, "`territories`", territory, territories())).transpose()
    }
}
