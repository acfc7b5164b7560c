//! Family 0x01, consultation: its registration, rules, phases and reference texts.
//!
//! `docs/events.md` lists the types. What deciders read of a rule set stands in structural parts, which
//! nobody can erase. This module knows no decider.

use super::code::{ConsultationKind, Lang, ReferenceKind, RulesOrigin};
use super::family::{facts, family};
use super::part::{Bodies, OfficialText, Presentation, Reasons, Registration, RuleSet, Source};
use crate::time::Timestamp;

facts! {
    /// A consultation enters the record.
    pub struct RegisteredFacts {
        /// What sort it is.
        kind: ConsultationKind,
        /// The language of its acts.
        lang: Lang,
        /// Whose rules it follows.
        rules: RulesOrigin,
    }

    /// Rules are fixed.
    pub struct RulesAdoptedFacts {
        /// 1 for the first rules, then one more at each amendment.
        version: u32,
    }

    /// Rules are changed.
    pub struct RulesAmendedFacts {
        /// One more than the rules before.
        version: u32,
    }

    /// A phase opens.
    pub struct PhaseOpenedFacts {
        /// Its index in the rules.
        phase: u32,
        /// When it is to close.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    }

    /// A phase lasts longer than planned.
    pub struct PhaseExtendedFacts {
        /// Its index in the rules.
        phase: u32,
        /// When it is to close now.
        until: Timestamp,
    }

    /// A phase closes.
    pub struct PhaseClosedFacts {
        /// Its index in the rules.
        phase: u32,
    }

    /// A text of the authority, put to consultation.
    pub struct ReferenceTextPublishedFacts {
        /// What sort of text it is.
        kind: ReferenceKind,
        /// Its language.
        lang: Lang,
        /// Its number in the consultation.
        number: u32,
        /// When the source says that it was changed, where nobody saw the text of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_changed_at: Option<Timestamp>,
        /// Its theme, an index in the rules.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        theme: Option<u32>,
    }

    /// The consultation is over.
    pub struct ClosedFacts {}
}

family! {
    /// Events of a consultation as a whole.
    ConsultationEvent {
        /// A consultation was entered in the record.
        0x0101 "consultation-registered" v 1 Registered {
            facts: RegisteredFacts,
            refs: [],
            parts: { presentation: Presentation, registration: Registration, bodies: Bodies, source: Source },
        }
        /// The rules of a consultation were fixed.
        0x0102 "rules-adopted" v 1 RulesAdopted {
            facts: RulesAdoptedFacts,
            refs: [],
            parts: { rules: RuleSet, bodies: Bodies },
        }
        /// The rules were changed after they had been fixed.
        0x0103 "rules-amended" v 1 RulesAmended {
            facts: RulesAmendedFacts,
            refs: [],
            parts: { reasons: Reasons, rules: RuleSet, bodies: Bodies },
        }
        /// A phase opened.
        0x0104 "phase-opened" v 1 PhaseOpened { facts: PhaseOpenedFacts, refs: [], parts: {} }
        /// A phase was extended.
        0x0105 "phase-extended" v 1 PhaseExtended {
            facts: PhaseExtendedFacts,
            refs: [],
            parts: { reasons: Reasons },
        }
        /// A phase closed.
        0x0106 "phase-closed" v 1 PhaseClosed { facts: PhaseClosedFacts, refs: [], parts: {} }
        /// A text of the authority was put to consultation.
        0x0107 "reference-text-published" v 1 ReferenceTextPublished {
            facts: ReferenceTextPublishedFacts,
            refs: [],
            parts: { text: OfficialText, source: Source },
        }
        /// The consultation was closed.
        0x0108 "consultation-closed" v 1 Closed { facts: ClosedFacts, refs: [], parts: { reasons: Reasons } }
    }
}
