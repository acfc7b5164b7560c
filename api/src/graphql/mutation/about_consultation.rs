//! Inputs of acts on a consultation as a whole.
//!
//! `docs/events.md`, family consultation. Nothing here decides.

use async_graphql::InputObject;
use devenir_core::event::code::{
    Activity, ConsultationKind, DutyStart, ReferenceKind, RulesOrigin, TextFormat, ThresholdKind,
};
use devenir_core::event::part;

use super::input::{Given, command, given};
use crate::act::{self, Malformed};
use crate::graphql::code::Code;
use crate::graphql::id::ConsultationId;
use crate::graphql::scalar::{DateTime, Locale};

command! {
    /// A consultation to be entered in the record.
    RegisterConsultationInput for act::RegisterConsultation {
        /// The short name, in references and addresses: 3 to 40 of a to z, 0 to 9 and the hyphen.
        slug: String,
        /// The title.
        title: String,
        /// What it is about.
        description: Option<String>,
        /// What sort it is.
        kind: Code<ConsultationKind>,
        /// The language of its acts.
        lang: Locale,
        /// The zone in which its days are read, an IANA name.
        timezone: String,
        /// The bodies, the organiser first.
        bodies: Vec<String>,
        /// Whose rules it follows.
        #[graphql(default_with = "Code(RulesOrigin::Native)")]
        rules: Code<RulesOrigin>,
    }
}

given! {
    /// One phase of the rules.
    PhaseInput as "PhaseInput" for part::PhaseRule {
        /// What it admits.
        admits: Vec<Code<Activity>>,
        /// When it is planned to open.
        from: Option<DateTime>,
        /// Its name.
        name: String,
        /// When it is planned to close.
        until: Option<DateTime>,
    }
}

given! {
    /// A threshold of support, and what it brings.
    ThresholdInput as "ThresholdInput" for part::SupportThreshold {
        /// What reaching it brings.
        brings: Code<ThresholdKind>,
        /// The number of supports.
        count: u64,
    }
}

given! {
    /// How long an authority has to answer, and from when.
    AnswerWithinInput as "AnswerWithinInput" for part::AnswerWithin {
        /// The body that must answer, an index in the list of bodies.
        body: u32,
        /// Days after the start.
        days: u32,
        /// What starts the delay.
        from: Code<DutyStart>,
        /// Whether the rule obliges; otherwise it encourages.
        must: bool,
        /// Where the rule stands, such as "règlement de la consultation, article 9".
        source: String,
    }
}

given! {
    /// The rules of a consultation.
    RuleSetInput as "RuleSetInput" for part::RuleSet {
        /// Whether a first publication needs a moderator.
        #[graphql(default)]
        moderated_before: bool,
        /// The phases, in order.
        phases: Vec<PhaseInput>,
        /// The territories.
        #[graphql(default)]
        territories: Vec<String>,
        /// The themes.
        #[graphql(default)]
        themes: Vec<String>,
        /// The thresholds of support.
        #[graphql(default)]
        thresholds: Vec<ThresholdInput>,
        /// How long an authority has to answer.
        answer_within: Option<AnswerWithinInput>,
    }
}

command! {
    /// Rules to be fixed.
    AdoptRulesInput for act::AdoptRules {
        /// The consultation.
        consultation: ConsultationId,
        /// The rules.
        rules: RuleSetInput,
    }
}

command! {
    /// Rules to be changed.
    AmendRulesInput for act::AmendRules {
        /// The consultation.
        consultation: ConsultationId,
        /// The rules from now on.
        rules: RuleSetInput,
        /// Why.
        reasons: String,
    }
}

command! {
    /// A phase to be opened.
    OpenPhaseInput for act::OpenPhase {
        /// The consultation.
        consultation: ConsultationId,
        /// Its index in the rules.
        phase: u32,
        /// When it is to close.
        until: Option<DateTime>,
    }
}

command! {
    /// A phase whose end is put off.
    ExtendPhaseInput for act::ExtendPhase {
        /// The consultation.
        consultation: ConsultationId,
        /// Its index in the rules.
        phase: u32,
        /// When it is to close now.
        until: DateTime,
        /// Why.
        reasons: String,
    }
}

command! {
    /// A phase to be closed.
    ClosePhaseInput for act::ClosePhase {
        /// The consultation.
        consultation: ConsultationId,
        /// Its index in the rules.
        phase: u32,
    }
}

/// What a text of the authority would change in one section of the law or rule that stands.
#[derive(Debug, Clone, InputObject)]
pub struct SectionChangeInput {
    /// The section, such as "article L. 312-1".
    title: String,
    /// The section as it stands; null where it would be new.
    before: Option<String>,
    /// The section as it would read; null where it would go.
    after: Option<String>,
}

impl Given for SectionChangeInput {
    type Plain = part::SectionChange;

    fn plain(self) -> Result<part::SectionChange, Malformed> {
        let Self { title, before, after } = self;
        Ok(part::SectionChange { after, before, format: TextFormat::Plain, title })
    }
}

command! {
    /// A text of the authority to be put to consultation.
    PublishReferenceTextInput for act::PublishReferenceText {
        /// The consultation.
        consultation: ConsultationId,
        /// What sort of text it is.
        kind: Code<ReferenceKind>,
        /// Its language.
        lang: Locale,
        /// Its theme, an index in the rules.
        theme: Option<u32>,
        /// The title.
        title: String,
        /// The text.
        body: String,
        /// What it would change in the law or rule that stands, section by section.
        #[graphql(default)]
        changes: Vec<SectionChangeInput>,
    }
}

command! {
    /// A consultation to be closed.
    CloseConsultationInput for act::CloseConsultation {
        /// The consultation.
        consultation: ConsultationId,
        /// Why now.
        reasons: Option<String>,
    }
}
