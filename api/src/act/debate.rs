//! Acts of the debate.
//!
//! `docs/events.md`, family debate. Nothing here decides.

use super::door::CITIZEN;
use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::{Act, Caller, OnBehalfOf, People, absent, draft, to};
use devenir_core::envelope::Draft;
use devenir_core::event::code::{Channel, DebatePlace, Lang, Side, TextFormat};
use devenir_core::event::debate as event;
use devenir_core::event::part::{Citation, DebateRecord, TitledText};
use devenir_core::event::{Part, RefRole};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::rules::Role;
use devenir_core::time::{Claimed, Precision, Timestamp};
use devenir_core::writer::Target;

fn plain(body: &str) -> Result<TitledText, Malformed> {
    Ok(TitledText { body: Some(text("text", body, TEXT_MAX)?), format: TextFormat::Plain, title: None })
}

/// Post an argument for or against.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PostArgument {
    /// The consultation.
    pub consultation: StreamId,
    /// What it is about.
    pub parent: IntentId,
    /// Its side.
    pub side: Side,
    /// How it came.
    pub channel: Channel,
    /// Its language.
    pub lang: Lang,
    /// The words.
    pub text: String,
    /// The author.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for PostArgument {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::ArgumentPosted {
            facts: event::ArgumentPostedFacts {
                channel: self.channel,
                lang: self.lang,
                side: self.side,
                source_changed_at: None,
            },
            text: Part::Open(plain(&self.text)?),
            author: self.on_behalf_of.author(self.consultation, people)?,
            source: absent(),
        };
        Ok(vec![draft(event, vec![to(RefRole::Parent, self.parent)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Post a comment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PostComment {
    /// The consultation.
    pub consultation: StreamId,
    /// What it is about.
    pub parent: IntentId,
    /// How it came.
    pub channel: Channel,
    /// Its language.
    pub lang: Lang,
    /// The words.
    pub text: String,
    /// The author.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for PostComment {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::CommentPosted {
            facts: event::CommentPostedFacts { channel: self.channel, lang: self.lang },
            text: Part::Open(plain(&self.text)?),
            author: self.on_behalf_of.author(self.consultation, people)?,
            source: absent(),
        };
        Ok(vec![draft(event, vec![to(RefRole::Parent, self.parent)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Cite a source in support.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CiteSource {
    /// The consultation.
    pub consultation: StreamId,
    /// What it is about.
    pub parent: IntentId,
    /// The source's title.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// What it says.
    pub text: Option<String>,
    /// Who cites it.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for CiteSource {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::SourceCited {
            facts: event::SourceCitedFacts { channel: Channel::Web },
            citation: Part::Open(Citation {
                text: optional("text", self.text.as_deref(), TEXT_MAX)?,
                title: Some(text("title", &self.title, TITLE_MAX)?),
                url: optional("url", self.url.as_deref(), TITLE_MAX)?,
            }),
            author: self.on_behalf_of.author(self.consultation, people)?,
            source: absent(),
        };
        Ok(vec![draft(event, vec![to(RefRole::Parent, self.parent)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Record that a debate was held.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RecordDebate {
    /// The consultation.
    pub consultation: StreamId,
    /// What it was about.
    pub subject: IntentId,
    /// Where it was held.
    pub place: DebatePlace,
    /// The day it was held.
    pub held_on: Option<Timestamp>,
    /// What was said, in short.
    pub overview: String,
    /// Where it is published.
    pub links: Vec<String>,
}

impl Act for RecordDebate {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::DebateHeld {
            facts: event::DebateHeldFacts { place: self.place },
            record: Part::Open(DebateRecord {
                links: self.links.clone(),
                overview: Some(text("overview", &self.overview, TEXT_MAX)?),
            }),
        };
        let occurred = self.held_on.map_or(Claimed::UNKNOWN, |day| Claimed::new(day, Precision::Day));
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.subject)], occurred, Role::Authority)])
    }
}
