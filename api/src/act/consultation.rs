//! Acts on a consultation as a whole.
//!
//! `docs/events.md`, family consultation. Nothing here decides.

use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::{Act, Caller, People, absent, draft};
use devenir_core::envelope::Draft;
use devenir_core::event::Part;
use devenir_core::event::code::{ConsultationKind, Lang, ReferenceKind, RulesOrigin, TextFormat};
use devenir_core::event::consultation as event;
use devenir_core::event::part::{
    Bodies, OfficialText, Presentation, Reasons, Registration, RuleSet, SectionChange,
};
use devenir_core::id::StreamId;
use devenir_core::rules::Role;
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::Target;

/// Enter a consultation in the record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RegisterConsultation {
    /// The short name: `[a-z0-9-]{3,40}`.
    pub slug: String,
    /// The title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// What sort it is.
    pub kind: ConsultationKind,
    /// The language of its acts.
    pub lang: Lang,
    /// The zone in which days are read.
    pub timezone: String,
    /// The bodies, the organiser first.
    pub bodies: Vec<String>,
    /// Whose rules it follows.
    pub rules: RulesOrigin,
}

impl Act for RegisterConsultation {
    fn target(&self) -> Target {
        Target::NewConsultation
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let names =
            self.bodies.iter().map(|name| text("bodies", name, TITLE_MAX)).collect::<Result<Vec<_>, _>>()?;
        let event = event::Registered {
            facts: event::RegisteredFacts { kind: self.kind, lang: self.lang, rules: self.rules },
            presentation: Part::Open(Presentation {
                description: optional("description", self.description.as_deref(), TEXT_MAX)?,
                title: text("title", &self.title, TITLE_MAX)?,
            }),
            registration: Part::Open(Registration {
                slug: self.slug.clone(),
                timezone: self.timezone.clone(),
            }),
            bodies: Part::Open(Bodies { names }),
            source: absent(),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Fix the rules.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AdoptRules {
    /// The consultation.
    pub consultation: StreamId,
    /// The rules.
    pub rules: RuleSet,
}

impl Act for AdoptRules {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::RulesAdopted {
            facts: event::RulesAdoptedFacts { version: 0 },
            rules: Part::Open(self.rules.clone()),
            bodies: absent(),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Change the rules, with reasons.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AmendRules {
    /// The consultation.
    pub consultation: StreamId,
    /// The rules from now on.
    pub rules: RuleSet,
    /// Why.
    pub reasons: String,
}

impl Act for AmendRules {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::RulesAmended {
            facts: event::RulesAmendedFacts { version: 0 },
            reasons: Part::Open(Reasons { text: text("reasons", &self.reasons, TEXT_MAX)? }),
            rules: Part::Open(self.rules.clone()),
            bodies: absent(),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Open a phase.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OpenPhase {
    /// The consultation.
    pub consultation: StreamId,
    /// Its index in the rules.
    pub phase: u32,
    /// When it is to close.
    pub until: Option<Timestamp>,
}

impl Act for OpenPhase {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let facts = event::PhaseOpenedFacts { phase: self.phase, until: self.until };
        Ok(vec![draft(event::PhaseOpened { facts }, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Put off the end of a phase, with reasons.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ExtendPhase {
    /// The consultation.
    pub consultation: StreamId,
    /// Its index in the rules.
    pub phase: u32,
    /// When it is to close now.
    pub until: Timestamp,
    /// Why.
    pub reasons: String,
}

impl Act for ExtendPhase {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::PhaseExtended {
            facts: event::PhaseExtendedFacts { phase: self.phase, until: self.until },
            reasons: Part::Open(Reasons { text: text("reasons", &self.reasons, TEXT_MAX)? }),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Close a phase.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ClosePhase {
    /// The consultation.
    pub consultation: StreamId,
    /// Its index in the rules.
    pub phase: u32,
}

impl Act for ClosePhase {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let facts = event::PhaseClosedFacts { phase: self.phase };
        Ok(vec![draft(event::PhaseClosed { facts }, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Put a text of the authority to consultation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PublishReferenceText {
    /// The consultation.
    pub consultation: StreamId,
    /// What sort of text it is.
    pub kind: ReferenceKind,
    /// Its language.
    pub lang: Lang,
    /// Its theme, an index in the rules.
    pub theme: Option<u32>,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// What it would change in the law or rule that stands, section by section.
    pub changes: Vec<SectionChange>,
}

/// What would change in a section, as it may be recorded.
fn section(change: &SectionChange) -> Result<SectionChange, Malformed> {
    Ok(SectionChange {
        after: optional("changes.after", change.after.as_deref(), TEXT_MAX)?,
        before: optional("changes.before", change.before.as_deref(), TEXT_MAX)?,
        format: TextFormat::Plain,
        title: text("changes.title", &change.title, TITLE_MAX)?,
    })
}

impl Act for PublishReferenceText {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::ReferenceTextPublished {
            facts: event::ReferenceTextPublishedFacts {
                kind: self.kind,
                lang: self.lang,
                number: 0,
                source_changed_at: None,
                theme: self.theme,
            },
            text: Part::Open(OfficialText {
                body: text("body", &self.body, TEXT_MAX)?,
                changes: self.changes.iter().map(section).collect::<Result<_, _>>()?,
                format: TextFormat::Plain,
                title: text("title", &self.title, TITLE_MAX)?,
            }),
            source: absent(),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Authority)])
    }
}

/// Close the consultation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CloseConsultation {
    /// The consultation.
    pub consultation: StreamId,
    /// Why now.
    pub reasons: Option<String>,
}

impl Act for CloseConsultation {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let reasons = optional("reasons", self.reasons.as_deref(), TEXT_MAX)?;
        let event = event::Closed {
            facts: event::ClosedFacts {},
            reasons: Part::from_option(reasons.map(|text| Reasons { text })),
        };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Authority)])
    }
}
