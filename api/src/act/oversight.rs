//! Acts of guarantors and of the operator about the record itself.
//!
//! `docs/events.md`, family oversight. Nothing here decides.

use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, text};
use super::response::Signed;
use super::{Act, Caller, People, draft, to};
use devenir_core::envelope::Draft;
use devenir_core::event::code::{Followed, GapCause, LossCause};
use devenir_core::event::ledger::{PartsLost, PartsLostFacts};
use devenir_core::event::oversight as event;
use devenir_core::event::part::{Minutes, Reasons, Source};
use devenir_core::event::{Absence, Part, RefRole};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::rules::Role;
use devenir_core::time::Claimed;
use devenir_core::writer::Target;

/// Note something as a guarantor.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Observe {
    /// The consultation.
    pub consultation: StreamId,
    /// What it is about.
    pub subject: Option<IntentId>,
    /// What was noted.
    pub text: String,
    /// Who notes it.
    pub signatory: Signed,
}

impl Act for Observe {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::GuarantorObserved {
            facts: event::GuarantorObservedFacts {},
            signatory: Part::Open(self.signatory.part()?),
            reasons: Part::Open(Reasons { text: text("text", &self.text, TEXT_MAX)? }),
        };
        let refs = self.subject.map(|subject| to(RefRole::Subject, subject)).into_iter().collect();
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Guarantor)])
    }
}

/// Recommend something as a guarantor.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Recommend {
    /// The consultation.
    pub consultation: StreamId,
    /// What is recommended, and why.
    pub text: String,
    /// Who recommends it.
    pub signatory: Signed,
}

impl Act for Recommend {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::Recommended {
            facts: event::RecommendedFacts { number: 0 },
            signatory: Part::Open(self.signatory.part()?),
            reasons: Part::Open(Reasons { text: text("text", &self.text, TEXT_MAX)? }),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Guarantor)])
    }
}

/// Answer a guarantor's recommendation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AnswerRecommendation {
    /// The consultation.
    pub consultation: StreamId,
    /// The recommendation.
    pub recommendation: IntentId,
    /// Whether it is followed.
    pub followed: Followed,
    /// Why, and what is done.
    pub text: String,
    /// Who answers.
    pub signatory: Signed,
}

impl Act for AnswerRecommendation {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::RecommendationAnswered {
            facts: event::RecommendationAnsweredFacts { followed: self.followed },
            signatory: Part::Open(self.signatory.part()?),
            minutes: Part::Open(Minutes { text: text("text", &self.text, TEXT_MAX)?, url: None }),
        };
        Ok(vec![draft(event, vec![to(RefRole::Act, self.recommendation)], Claimed::UNKNOWN, Role::Authority)])
    }
}

/// Declare that parts which nobody erased are lost.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeclareLoss {
    /// The stream in which the events stand: a consultation's, or the instance's own.
    pub stream: StreamId,
    /// The events.
    pub targets: Vec<IntentId>,
    /// Which parts of each: bit i is the i-th of its envelope.
    pub mask: u16,
    /// How.
    pub cause: LossCause,
    /// What happened, in words for everybody.
    pub explanation: String,
}

impl Act for DeclareLoss {
    fn target(&self) -> Target {
        // A stream is a stream: the instance's own is named by its id too.
        Target::Consultation(self.stream)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = PartsLost {
            facts: PartsLostFacts { cause: self.cause, mask: self.mask },
            reasons: Part::Open(Reasons { text: text("explanation", &self.explanation, TEXT_MAX)? }),
        };
        let refs = self.targets.iter().map(|id| to(RefRole::Target, *id)).collect();
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Declare what is missing from the record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeclareGap {
    /// The consultation.
    pub consultation: StreamId,
    /// Why it is missing.
    pub cause: GapCause,
    /// Where it should have come from.
    pub platform: String,
    /// What kind of thing is missing.
    pub kind: String,
    /// Which one.
    pub external_id: String,
}

impl Act for DeclareGap {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::GapDeclared {
            facts: event::GapDeclaredFacts { cause: self.cause },
            source: Part::Open(Source {
                external_id: text("externalId", &self.external_id, TITLE_MAX)?,
                kind: text("kind", &self.kind, TITLE_MAX)?,
                platform: text("platform", &self.platform, TITLE_MAX)?,
                url: None,
            }),
            record: Part::Absent(Absence::NotInSource),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}
