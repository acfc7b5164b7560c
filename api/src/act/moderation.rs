//! Acts of moderation.
//!
//! `docs/events.md`, family moderation. Nothing here decides.

use super::door::CITIZEN;
use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::own::Asker;
use super::{Act, Caller, OnBehalfOf, People, absent, draft, to};
use devenir_core::envelope::Draft;
use devenir_core::event::code::{AppealOutcome, Channel};
use devenir_core::event::moderation as event;
use devenir_core::event::part::{Explanation, Moderator, RedactedText};
use devenir_core::event::{Absence, Part, RefRole};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::rules::{Ground, ModerationAction, Role};
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::Target;

fn explanation(words: Option<&str>) -> Result<Part<Explanation>, Malformed> {
    Ok(Part::from_option(optional("explanation", words, TEXT_MAX)?.map(|text| Explanation { text })))
}

fn moderator(name: Option<&str>) -> Result<Part<Moderator>, Malformed> {
    Ok(Part::from_option(optional("moderator", name, TITLE_MAX)?.map(|name| Moderator { name })))
}

fn redacted(title: Option<&str>, body: Option<&str>) -> Result<Part<RedactedText>, Malformed> {
    let title = optional("redactedTitle", title, TITLE_MAX)?;
    let body = optional("redactedBody", body, TEXT_MAX)?;
    if title.is_none() && body.is_none() {
        return Ok(absent());
    }
    Ok(Part::Open(RedactedText { body, title }))
}

fn needs_redacted(part: &Part<RedactedText>) -> Result<(), Malformed> {
    if part.is_committed() {
        return Ok(());
    }
    let expected = "the text without the words that had to go".into();
    Err(Malformed { field: "redactedBody", expected, found: "nothing".into() })
}

/// Report a text to the moderators.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReportContent {
    /// The consultation.
    pub consultation: StreamId,
    /// What is reported.
    pub subject: IntentId,
    /// On which ground.
    pub ground: Option<Ground>,
    /// Why, in words.
    pub explanation: Option<String>,
    /// Who reports.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for ReportContent {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::Reported {
            facts: event::ReportedFacts { ground: self.ground },
            explanation: explanation(self.explanation.as_deref())?,
            author: self.on_behalf_of.author(self.consultation, people)?,
        };
        Ok(vec![draft(event, vec![to(RefRole::Subject, self.subject)], Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Decide on a text, with a statement of reasons.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Moderate {
    /// The consultation.
    pub consultation: StreamId,
    /// What is decided on.
    pub subject: IntentId,
    /// What is done.
    pub action: ModerationAction,
    /// On which ground.
    pub ground: Option<Ground>,
    /// Why, in words.
    pub explanation: Option<String>,
    /// The version of the moderation policy that applies.
    pub policy_version: Option<u32>,
    /// Until when it can be appealed.
    pub appeal_until: Option<Timestamp>,
    /// Whether no person took the decision.
    pub automated: Option<bool>,
    /// Who decides.
    pub moderator: Option<String>,
    /// The reports that led to it.
    pub reports: Vec<IntentId>,
    /// The title without the words that had to go.
    pub redacted_title: Option<String>,
    /// The text without the words that had to go.
    pub redacted_body: Option<String>,
}

impl Act for Moderate {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let redacted = redacted(self.redacted_title.as_deref(), self.redacted_body.as_deref())?;
        if self.action == ModerationAction::Redact {
            needs_redacted(&redacted)?;
        }
        let event = event::Decided {
            facts: event::DecidedFacts {
                action: self.action,
                appeal_until: self.appeal_until,
                automated: self.automated,
                ground: self.ground,
                policy_version: self.policy_version,
            },
            explanation: explanation(self.explanation.as_deref())?,
            moderator: moderator(self.moderator.as_deref())?,
            redacted,
            local: Part::Absent(Absence::NotInSource),
        };
        let mut refs = vec![to(RefRole::Subject, self.subject)];
        refs.extend(self.reports.iter().map(|report| to(RefRole::Cause, *report)));
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Moderator)])
    }
}

/// Contest a decision on one's own text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Appeal {
    /// The consultation.
    pub consultation: StreamId,
    /// The text.
    pub subject: IntentId,
    /// The decision.
    pub decision: IntentId,
    /// Why.
    pub explanation: String,
    /// The author, where a platform asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The author's token, from the receipt of the text: it is asked by the author, who needs no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_token: Option<String>,
}

impl Act for Appeal {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn own(&self) -> Option<(IntentId, &OnBehalfOf)> {
        self.on_behalf_of.as_ref().map(|person| (self.subject, person))
    }

    fn token(&self) -> Option<(IntentId, &str)> {
        self.author_token.as_deref().map(|token| (self.subject, token))
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let asker = Asker::of(self.on_behalf_of.as_ref(), self.author_token.as_deref())?;
        let author = asker.author(self.consultation, self.subject, people)?;
        let event = event::Appealed {
            facts: event::AppealedFacts {},
            explanation: Part::Open(Explanation { text: text("explanation", &self.explanation, TEXT_MAX)? }),
            author,
        };
        let refs = vec![to(RefRole::Subject, self.subject), to(RefRole::Act, self.decision)];
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Decide an appeal.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DecideAppeal {
    /// The consultation.
    pub consultation: StreamId,
    /// The text.
    pub subject: IntentId,
    /// The appeal.
    pub appeal: IntentId,
    /// How.
    pub outcome: AppealOutcome,
    /// Why.
    pub explanation: String,
    /// Who decides.
    pub moderator: Option<String>,
    /// The title without the words that had to go.
    pub redacted_title: Option<String>,
    /// The text without the words that had to go.
    pub redacted_body: Option<String>,
}

impl Act for DecideAppeal {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let redacted = redacted(self.redacted_title.as_deref(), self.redacted_body.as_deref())?;
        if self.outcome == AppealOutcome::Redacted {
            needs_redacted(&redacted)?;
        }
        let event = event::AppealDecided {
            facts: event::AppealDecidedFacts { outcome: self.outcome },
            explanation: Part::Open(Explanation { text: text("explanation", &self.explanation, TEXT_MAX)? }),
            moderator: moderator(self.moderator.as_deref())?,
            redacted,
        };
        let refs = vec![to(RefRole::Subject, self.subject), to(RefRole::Act, self.appeal)];
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Moderator)])
    }
}

/// State that the author was told of a decision.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NotifyAuthor {
    /// The consultation.
    pub consultation: StreamId,
    /// The text.
    pub subject: IntentId,
    /// The decision.
    pub decision: IntentId,
    /// By which way.
    pub channel: Channel,
}

impl Act for NotifyAuthor {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::AuthorNotified { facts: event::AuthorNotifiedFacts { channel: self.channel } };
        let refs = vec![to(RefRole::Subject, self.subject), to(RefRole::Act, self.decision)];
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Moderator)])
    }
}
