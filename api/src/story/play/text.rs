//! Ideas and amendments: submitted, published, revised, withdrawn, decided.
//!
//! A page of the paper register is entered by the operator for who wrote it. This module decides nothing.

use super::{Learns, Player, wrong};
use crate::act::{
    DecideAmendment, PublishContribution, ReviseContribution, SubmitAmendment, SubmitContribution,
    WithdrawContribution,
};
use crate::story::deed::{Amendment, Submission};
use crate::story::error::StoryError;
use crate::story::names::Name;
use crate::story::timeline::{Step, name_of};
use devenir_core::event::code::{Channel, ContributionKind};
use devenir_core::rules::AmendmentFate;

impl Player<'_> {
    pub(super) fn submit(&mut self, step: &Step, idea: &Submission) -> Result<(), StoryError> {
        let (title, body) =
            self.text_or_title(step, idea.text.as_ref(), idea.title.as_ref(), idea.body.as_ref())?;
        let channel = idea.channel.unwrap_or(Channel::Web);
        let act = SubmitContribution {
            consultation: self.consultation(step)?,
            kind: idea.kind.unwrap_or(ContributionKind::Proposal),
            channel,
            lang: self.story.page.story.lang,
            title,
            body,
            theme: self.theme(step, idea.theme.as_ref())?,
            territory: self.territory(step, idea.territory.as_ref())?,
            place: self.page(step, idea)?,
            written_on: idea.written_day.map(|day| self.start_of(step, day)).transpose()?,
            on_behalf_of: Some(self.person(step)),
        };
        let learns = Learns::number(Name::Text(name_of(idea.number)), idea.number);
        match channel {
            Channel::Web => self.give(step, &act, learns),
            Channel::Paper | Channel::Meeting | Channel::Telephone | Channel::Letter | Channel::Import => {
                self.attest(step, &act, learns)
            }
        }
    }

    /// Where a text stands on paper and who typed it: the only words about it that the record has a place for.
    fn page(&self, step: &Step, idea: &Submission) -> Result<Option<String>, StoryError> {
        let Some(page) = idea.page else { return Ok(None) };
        let Some(entered_by) = &idea.entered_by else { return Ok(Some(format!("page {page}"))) };
        let typist = Step { who: entered_by.clone(), ..step.clone() };
        Ok(Some(format!("page {page}, saisie par {}", self.signed_line(&typist)?)))
    }

    pub(super) fn publish(&mut self, step: &Step, of: &str) -> Result<(), StoryError> {
        let contribution = self.text(step, of)?;
        let consultation = self.consultation(step)?;
        let act = PublishContribution { consultation, contribution, by_moderator: true };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn revise(
        &mut self,
        step: &Step,
        of: &str,
        version: u32,
        text: &str,
        reason: Option<&String>,
    ) -> Result<(), StoryError> {
        let revisions = self.versions.entry(of.to_owned()).or_insert(1);
        *revisions += 1;
        if *revisions != version {
            let expected = format!("version {revisions}");
            return Err(wrong(step, expected, version, "give the version that this revision makes"));
        }
        let (title, body) = self.titled(step, text)?;
        let act = ReviseContribution {
            consultation: self.consultation(step)?,
            contribution: self.text(step, of)?,
            title,
            body,
            material: Some(true),
            explanation: reason.cloned(),
            on_behalf_of: Some(self.person(step)),
            author_token: None,
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn withdraw(
        &mut self,
        step: &Step,
        of: &str,
        reason: Option<&String>,
    ) -> Result<(), StoryError> {
        let act = WithdrawContribution {
            consultation: self.consultation(step)?,
            contribution: self.text(step, of)?,
            reason: reason.cloned(),
            on_behalf_of: Some(self.person(step)),
            author_token: None,
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn amend(&mut self, step: &Step, amendment: &Amendment) -> Result<(), StoryError> {
        let Amendment { of, number, text, title, body } = amendment;
        let (title, body) = self.text_or_title(step, text.as_ref(), title.as_ref(), body.as_ref())?;
        let digits = number.strip_prefix(of.as_str()).and_then(|rest| rest.strip_prefix("-a"));
        let Some(under) = digits.and_then(|digits| digits.parse().ok()) else {
            return Err(wrong(
                step,
                format!("a number such as {of}-a1"),
                number,
                "give the amendment its number",
            ));
        };
        let act = SubmitAmendment {
            consultation: self.consultation(step)?,
            parent: self.text(step, of)?,
            channel: Channel::Web,
            lang: self.story.page.story.lang,
            title,
            body,
            explanation: None,
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::number(Name::Text(number.clone()), under))
    }

    pub(super) fn decide_amendment(
        &mut self,
        step: &Step,
        of: &str,
        fate: AmendmentFate,
        resulting_version: Option<u32>,
        reason: Option<&String>,
    ) -> Result<(), StoryError> {
        // The author of the amended text decides as a person, a body through who signs for it.
        let is_author = self.story.page.people.iter().any(|person| person.id == step.who);
        let signed = if is_author { None } else { Some(self.signed(step)?) };
        let (signatory, body) = signed.unzip();
        let act = DecideAmendment {
            consultation: self.consultation(step)?,
            amendment: self.text(step, of)?,
            fate,
            ground: None,
            body,
            resulting_version,
            reason: reason.cloned(),
            signatory,
        };
        self.give(step, &act, Learns::nothing())
    }
}
