//! Acts on an amendment.
//!
//! `docs/events.md`, family amendment. Nothing here decides.

use super::door::CITIZEN;
use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::own::Asker;
use super::response::Signed;
use super::{Act, Caller, OnBehalfOf, People, absent, draft, to};
use devenir_core::envelope::Draft;
use devenir_core::event::amendment as event;
use devenir_core::event::code::{Channel, Lang, Opinion, TextFormat};
use devenir_core::event::part::{ActText, Explanation, Minutes, TitledText};
use devenir_core::event::{Part, RefRole};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::rules::{AmendmentFate, Ground, Role};
use devenir_core::time::Claimed;
use devenir_core::writer::Target;

/// Propose an amendment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SubmitAmendment {
    /// The consultation.
    pub consultation: StreamId,
    /// The contribution, reference text or amendment that it changes.
    pub parent: IntentId,
    /// How it came.
    pub channel: Channel,
    /// Its language.
    pub lang: Lang,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// Why, in the author's words.
    pub explanation: Option<String>,
    /// The author.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for SubmitAmendment {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let explanation = optional("explanation", self.explanation.as_deref(), TEXT_MAX)?;
        let event = event::Submitted {
            facts: event::SubmittedFacts {
                channel: self.channel,
                lang: self.lang,
                number: 0,
                source_changed_at: None,
            },
            text: Part::Open(TitledText {
                body: Some(text("body", &self.body, TEXT_MAX)?),
                format: TextFormat::Plain,
                title: Some(text("title", &self.title, TITLE_MAX)?),
            }),
            author: self.on_behalf_of.author(self.consultation, people)?,
            source: absent(),
            explanation: Part::from_option(explanation.map(|text| Explanation { text })),
        };
        Ok(vec![draft(event, vec![to(RefRole::Parent, self.parent)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Give a body's opinion on an amendment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GiveAmendmentOpinion {
    /// The consultation.
    pub consultation: StreamId,
    /// The amendment.
    pub amendment: IntentId,
    /// The body, an index in the list.
    pub body: u32,
    /// Its opinion.
    pub opinion: Opinion,
    /// Why.
    pub reason: Option<String>,
}

impl Act for GiveAmendmentOpinion {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let reason = optional("reason", self.reason.as_deref(), TEXT_MAX)?;
        let words = reason.map(|reason| ActText {
            local_status: None,
            pointers: vec![],
            reason: Some(reason),
            text: None,
        });
        let event = event::OpinionGiven {
            facts: event::OpinionGivenFacts { body: self.body, opinion: self.opinion },
            text: Part::from_option(words),
        };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.amendment)], Claimed::UNKNOWN, Role::Authority)])
    }
}

/// Decide an amendment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DecideAmendment {
    /// The consultation.
    pub consultation: StreamId,
    /// The amendment.
    pub amendment: IntentId,
    /// The fate.
    pub fate: AmendmentFate,
    /// On which ground, where it is inadmissible.
    pub ground: Option<Ground>,
    /// The body that decides, an index in the list; none where the author of the text decides.
    pub body: Option<u32>,
    /// The number of the version that takes it in.
    pub resulting_version: Option<u32>,
    /// Why.
    pub reason: Option<String>,
    /// Who signs, where a body decides.
    pub signatory: Option<Signed>,
}

impl Act for DecideAmendment {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let reason = optional("reason", self.reason.as_deref(), TEXT_MAX)?;
        let event = event::Decided {
            facts: event::DecidedFacts {
                body: self.body,
                fate: self.fate,
                ground: self.ground,
                resulting_version: self.resulting_version,
            },
            signatory: match &self.signatory {
                Some(signatory) => Part::Open(signatory.part()?),
                None => absent(),
            },
            minutes: Part::from_option(reason.map(|text| Minutes { text, url: None })),
            bodies: absent(),
        };
        let actor = if self.body.is_some() { Role::Authority } else { CITIZEN };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.amendment)], Claimed::UNKNOWN, actor)])
    }
}

/// Mend one's own amendment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RectifyAmendment {
    /// The consultation.
    pub consultation: StreamId,
    /// The amendment.
    pub amendment: IntentId,
    /// The title from now on.
    pub title: String,
    /// The text from now on.
    pub body: String,
    /// The author, where a platform asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The author's token, from the receipt of the text: it is asked by the author, who needs no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_token: Option<String>,
}

impl Act for RectifyAmendment {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn own(&self) -> Option<(IntentId, &OnBehalfOf)> {
        self.on_behalf_of.as_ref().map(|person| (self.amendment, person))
    }

    fn token(&self) -> Option<(IntentId, &str)> {
        self.author_token.as_deref().map(|token| (self.amendment, token))
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let asker = Asker::of(self.on_behalf_of.as_ref(), self.author_token.as_deref())?;
        let author = asker.rewriting(self.consultation, self.amendment, people)?;
        let event = event::Rectified {
            facts: event::RectifiedFacts { version: 0 },
            text: Part::Open(TitledText {
                body: Some(text("body", &self.body, TEXT_MAX)?),
                format: TextFormat::Plain,
                title: Some(text("title", &self.title, TITLE_MAX)?),
            }),
            author,
        };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.amendment)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// State that an amendment lost its object.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LapseAmendment {
    /// The consultation.
    pub consultation: StreamId,
    /// The amendment.
    pub amendment: IntentId,
    /// The event that brought it about.
    pub cause: Option<IntentId>,
}

impl Act for LapseAmendment {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let mut refs = vec![to(RefRole::Subject, self.amendment)];
        refs.extend(self.cause.map(|cause| to(RefRole::Cause, cause)));
        let event = event::Lapsed { facts: event::LapsedFacts {} };
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Facilitator)])
    }
}
