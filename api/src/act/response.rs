//! Acts of an authority that answers, and of an author who contests the answer.
//!
//! `docs/events.md`, family response. Nobody writes "answered" without a body, a name, a capacity and a reason:
//! that the words are there is checked here, that they were committed to by the deciders.

use super::door::CITIZEN;
use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::own::Asker;
use super::{Act, Caller, OnBehalfOf, People, absent, draft, to};
use devenir_core::envelope::Draft;
use devenir_core::event::code::{Correction, PointerKind, ReasonCode};
use devenir_core::event::part::{ActText, Explanation, PointerText, Signatory};
use devenir_core::event::response as event;
use devenir_core::event::{Part, RefRole};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::rules::{Outcome, Role};
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::Target;

/// Who signs, and in which capacity.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Signed {
    /// The name.
    pub name: String,
    /// The capacity.
    pub capacity: String,
}

impl Signed {
    pub(super) fn part(&self) -> Result<Signatory, Malformed> {
        Ok(Signatory {
            capacity: Some(text("signatory.capacity", &self.capacity, TITLE_MAX)?),
            name: text("signatory.name", &self.name, TITLE_MAX)?,
        })
    }
}

/// Where the follow-up stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ResponsePointer {
    /// What kind of thing it is.
    pub kind: PointerKind,
    /// What it is called.
    pub words: String,
    /// Its address.
    pub url: Option<String>,
    /// Its first day, where the outcome asks for it.
    pub dated: Option<Timestamp>,
}

/// Publish a response to one or several contributions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PublishResponse {
    /// The consultation.
    pub consultation: StreamId,
    /// The contributions that it answers.
    pub answers: Vec<IntentId>,
    /// The outcome.
    pub outcome: Outcome,
    /// The bodies that answer, indexes in the list.
    pub bodies: Vec<u32>,
    /// Why, in words.
    pub reason: String,
    /// Why, in codes.
    pub reasons: Vec<ReasonCode>,
    /// The whole text, where there is more than the reason.
    pub text: Option<String>,
    /// Where the follow-up stands.
    pub pointers: Vec<ResponsePointer>,
    /// The outcome passage by passage.
    pub passages: Vec<event::PassageOutcome>,
    /// The body to which it is referred.
    pub referred_to: Option<u32>,
    /// Until when it is deferred.
    pub deferred_until: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Who signs.
    pub signatory: Signed,
}

/// What a publication and a replacement share.
struct Words {
    facts: event::PublishedFacts,
    text: ActText,
    signatory: Signatory,
}

impl PublishResponse {
    fn words(&self) -> Result<Words, Malformed> {
        let pointers = self.pointers.iter().map(|pointer| {
            Ok(PointerText {
                url: optional("pointers.url", pointer.url.as_deref(), TITLE_MAX)?,
                words: text("pointers.words", &pointer.words, TITLE_MAX)?,
            })
        });
        Ok(Words {
            facts: event::PublishedFacts {
                bodies: self.bodies.clone(),
                decided_at: self.decided_at,
                deferred_until: self.deferred_until,
                group_size: 0,
                outcome: Some(self.outcome),
                passages: self.passages.clone(),
                pointers: self
                    .pointers
                    .iter()
                    .map(|pointer| event::Pointer { dated: pointer.dated, kind: pointer.kind })
                    .collect(),
                reasons: self.reasons.clone(),
                referred_to: self.referred_to,
            },
            text: ActText {
                local_status: None,
                pointers: pointers.collect::<Result<Vec<_>, Malformed>>()?,
                reason: Some(text("reason", &self.reason, TEXT_MAX)?),
                text: optional("text", self.text.as_deref(), TEXT_MAX)?,
            },
            signatory: self.signatory.part()?,
        })
    }
}

impl Act for PublishResponse {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let Words { facts, text, signatory } = self.words()?;
        let (text, signatory) = (Part::Open(text), Part::Open(signatory));
        let event = event::Published { facts, signatory, text, bodies: absent(), source: absent() };
        let refs = self.answers.iter().map(|answered| to(RefRole::Answers, *answered)).collect();
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Authority)])
    }
}

/// Replace a response by one with another outcome or list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SupersedeResponse {
    /// The response that is replaced.
    pub replaces: IntentId,
    /// The response from now on.
    pub response: PublishResponse,
}

impl Act for SupersedeResponse {
    fn target(&self) -> Target {
        self.response.target()
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let Words { facts, text, signatory } = self.response.words()?;
        let (text, signatory) = (Part::Open(text), Part::Open(signatory));
        let event = event::Superseded { facts, signatory, text, bodies: absent() };
        let mut refs = vec![to(RefRole::Act, self.replaces)];
        refs.extend(self.response.answers.iter().map(|answered| to(RefRole::Answers, *answered)));
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Authority)])
    }
}

/// Mend a response without changing its outcome.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CorrectResponse {
    /// The consultation.
    pub consultation: StreamId,
    /// The response.
    pub response: IntentId,
    /// What is mended.
    pub corrects: Correction,
    /// The reason from now on.
    pub reason: Option<String>,
    /// The text from now on.
    pub text: Option<String>,
    /// The words of the pointers from now on.
    pub pointers: Vec<PointerText>,
    /// Who signs from now on.
    pub signatory: Option<Signed>,
}

impl Act for CorrectResponse {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let words = ActText {
            local_status: None,
            pointers: self.pointers.clone(),
            reason: optional("reason", self.reason.as_deref(), TEXT_MAX)?,
            text: optional("text", self.text.as_deref(), TEXT_MAX)?,
        };
        let nothing = words.reason.is_none() && words.text.is_none() && words.pointers.is_empty();
        if nothing && self.signatory.is_none() {
            let expected = "what the response says from now on".into();
            return Err(Malformed { field: "text", expected, found: "nothing".into() });
        }
        let event = event::Corrected {
            facts: event::CorrectedFacts { corrects: self.corrects },
            signatory: match &self.signatory {
                Some(signatory) => Part::Open(signatory.part()?),
                None => absent(),
            },
            text: if nothing { absent() } else { Part::Open(words) },
        };
        Ok(vec![draft(event, vec![to(RefRole::Act, self.response)], Claimed::UNKNOWN, Role::Authority)])
    }
}

/// Contest the response to one's own text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ContestResponse {
    /// The consultation.
    pub consultation: StreamId,
    /// The contribution, or the amendment.
    pub contribution: IntentId,
    /// The response in force to it.
    pub response: IntentId,
    /// Why.
    pub explanation: String,
    /// The author, where a platform asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The author's token, from the receipt of the text: it is asked by the author, who needs no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_token: Option<String>,
}

impl Act for ContestResponse {
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
        let event = event::Contested {
            facts: event::ContestedFacts {},
            explanation: Part::Open(Explanation { text: text("explanation", &self.explanation, TEXT_MAX)? }),
            author,
        };
        let refs = vec![to(RefRole::Subject, self.contribution), to(RefRole::Act, self.response)];
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, CITIZEN)])
    }
}
