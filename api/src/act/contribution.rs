//! Acts on a contribution.
//!
//! `docs/events.md`, family contribution. Nothing here decides.

use super::door::CITIZEN;
use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::own::Asker;
use super::{Act, Caller, OnBehalfOf, People, absent, draft, to};
use devenir_core::envelope::Draft;
use devenir_core::event::code::{Channel, CoauthorChange, ContributionKind, Lang, TextFormat};
use devenir_core::event::contribution as event;
use devenir_core::event::part::{Explanation, Moderator, Place, TitledText};
use devenir_core::event::{Part, RefRole};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::rules::Role;
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::Target;

/// Submit a contribution.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SubmitContribution {
    /// The consultation.
    pub consultation: StreamId,
    /// What sort it is.
    pub kind: ContributionKind,
    /// How it came.
    pub channel: Channel,
    /// Its language.
    pub lang: Lang,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// Its theme, an index in the rules.
    pub theme: Option<u32>,
    /// Its territory, an index in the rules.
    pub territory: Option<u32>,
    /// A place, in words.
    pub place: Option<String>,
    /// When it was written, where that is not now (paper, meeting): the day.
    pub written_on: Option<Timestamp>,
    /// Who submits it; none for an unsigned page of a paper register.
    pub on_behalf_of: Option<OnBehalfOf>,
}

impl Act for SubmitContribution {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let author = match &self.on_behalf_of {
            Some(person) => person.author(self.consultation, people)?,
            None => absent(),
        };
        let place = optional("place", self.place.as_deref(), TITLE_MAX)?;
        let event = event::Submitted {
            facts: event::SubmittedFacts {
                channel: self.channel,
                kind: self.kind,
                lang: self.lang,
                number: 0,
                source_changed_at: None,
                territory: self.territory,
                theme: self.theme,
            },
            text: Part::Open(TitledText {
                body: Some(text("body", &self.body, TEXT_MAX)?),
                format: TextFormat::Plain,
                title: Some(text("title", &self.title, TITLE_MAX)?),
            }),
            author,
            source: absent(),
            place: Part::from_option(place.map(|label| Place { label })),
        };
        let occurred = self
            .written_on
            .map_or(Claimed::UNKNOWN, |day| Claimed::new(day, devenir_core::time::Precision::Day));
        Ok(vec![draft(event, vec![], occurred, CITIZEN)])
    }
}

/// Show a contribution to everybody.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PublishContribution {
    /// The consultation.
    pub consultation: StreamId,
    /// The contribution.
    pub contribution: IntentId,
    /// Whether a moderator does it, rather than the platform by itself.
    pub by_moderator: bool,
}

impl Act for PublishContribution {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::Published { facts: event::PublishedFacts {} };
        let actor = if self.by_moderator { Role::Moderator } else { Role::Platform };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.contribution)], Claimed::UNKNOWN, actor)])
    }
}

/// Replace one's own text by a new version.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReviseContribution {
    /// The consultation.
    pub consultation: StreamId,
    /// The contribution.
    pub contribution: IntentId,
    /// The title from now on.
    pub title: String,
    /// The text from now on.
    pub body: String,
    /// Whether the meaning changes.
    pub material: Option<bool>,
    /// Why, in the author's words.
    pub explanation: Option<String>,
    /// The author, where a platform asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The author's token, from the receipt of the text: it is asked by the author, who needs no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_token: Option<String>,
}

impl Act for ReviseContribution {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn own(&self) -> Option<(IntentId, &OnBehalfOf)> {
        self.on_behalf_of.as_ref().map(|person| (self.contribution, person))
    }

    fn token(&self) -> Option<(IntentId, &str)> {
        self.author_token.as_deref().map(|token| (self.contribution, token))
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let asker = Asker::of(self.on_behalf_of.as_ref(), self.author_token.as_deref())?;
        let author = asker.rewriting(self.consultation, self.contribution, people)?;
        let explanation = optional("explanation", self.explanation.as_deref(), TEXT_MAX)?;
        let event = event::Revised {
            facts: event::RevisedFacts { material: self.material, seen_before: None, version: 0 },
            text: Part::Open(TitledText {
                body: Some(text("body", &self.body, TEXT_MAX)?),
                format: TextFormat::Plain,
                title: Some(text("title", &self.title, TITLE_MAX)?),
            }),
            author,
            explanation: Part::from_option(explanation.map(|text| Explanation { text })),
        };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.contribution)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Ask an author for another text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RequestRevision {
    /// The consultation.
    pub consultation: StreamId,
    /// The contribution.
    pub contribution: IntentId,
    /// Until when.
    pub until: Option<Timestamp>,
    /// What should change, and why.
    pub explanation: String,
    /// Who asks.
    pub moderator: Option<String>,
}

impl Act for RequestRevision {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let moderator = optional("moderator", self.moderator.as_deref(), TITLE_MAX)?;
        let event = event::RevisionRequested {
            facts: event::RevisionRequestedFacts { until: self.until },
            explanation: Part::Open(Explanation { text: text("explanation", &self.explanation, TEXT_MAX)? }),
            moderator: Part::from_option(moderator.map(|name| Moderator { name })),
        };
        Ok(vec![draft(
            event,
            vec![to(RefRole::Subject, self.contribution)],
            Claimed::UNKNOWN,
            Role::Moderator,
        )])
    }
}

/// Take one's own contribution back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WithdrawContribution {
    /// The consultation.
    pub consultation: StreamId,
    /// The contribution.
    pub contribution: IntentId,
    /// Why, where the author says.
    pub reason: Option<String>,
    /// The author, where a platform asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The author's token, from the receipt of the text: it is asked by the author, who needs no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_token: Option<String>,
}

impl Act for WithdrawContribution {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn own(&self) -> Option<(IntentId, &OnBehalfOf)> {
        self.on_behalf_of.as_ref().map(|person| (self.contribution, person))
    }

    fn token(&self) -> Option<(IntentId, &str)> {
        self.author_token.as_deref().map(|token| (self.contribution, token))
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let asker = Asker::of(self.on_behalf_of.as_ref(), self.author_token.as_deref())?;
        let author = asker.author(self.consultation, self.contribution, people)?;
        let reason = optional("reason", self.reason.as_deref(), TEXT_MAX)?;
        let event = event::Withdrawn {
            facts: event::WithdrawnFacts { reason_given: reason.is_some() },
            author,
            explanation: Part::from_option(reason.map(|text| Explanation { text })),
        };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.contribution)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Add or remove a coauthor of one's own contribution.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ChangeCoauthor {
    /// The consultation.
    pub consultation: StreamId,
    /// The contribution.
    pub contribution: IntentId,
    /// What changes.
    pub change: CoauthorChange,
    /// The coauthor.
    pub coauthor: OnBehalfOf,
    /// The author who asks.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for ChangeCoauthor {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn own(&self) -> Option<(IntentId, &OnBehalfOf)> {
        Some((self.contribution, &self.on_behalf_of))
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::CoauthorChanged {
            facts: event::CoauthorChangedFacts { change: self.change },
            author: self.coauthor.author(self.consultation, people)?,
        };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.contribution)], Claimed::UNKNOWN, CITIZEN)])
    }
}
