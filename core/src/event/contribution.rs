//! Family 0x02, contribution: what people submit, and what they do with it.
//!
//! `docs/events.md` lists the types. Texts and authors are personal parts; facts number and date them. This
//! module knows no rule: whether an act was allowed is the deciders' business.

use super::code::{Channel, CoauthorChange, ContributionKind, Lang};
use super::family::{facts, family};
use super::part::{Author, Explanation, Moderator, Place, Source, TitledText};
use crate::time::Timestamp;

facts! {
    /// A contribution is submitted; this is also its version 1.
    pub struct SubmittedFacts {
        /// How it came.
        channel: Channel,
        /// What sort it is.
        kind: ContributionKind,
        /// Its language.
        lang: Lang,
        /// Its number in the consultation.
        number: u32,
        /// When the source says that it was changed, where nobody saw the text of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_changed_at: Option<Timestamp>,
        /// Its territory, an index in the rules.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        territory: Option<u32>,
        /// Its theme, an index in the rules.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        theme: Option<u32>,
    }

    /// It is shown to everybody.
    pub struct PublishedFacts {}

    /// Its text changes.
    pub struct RevisedFacts {
        /// Whether the meaning changes, as its author says; votes stay on the version they were cast for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        material: Option<bool>,
        /// The last observation of the text of before, where nobody saw the change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen_before: Option<Timestamp>,
        /// 2 for the first revision.
        version: u32,
    }

    /// A moderator asks for another text before publication.
    pub struct RevisionRequestedFacts {
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    }

    /// Its author takes it back; it stays readable.
    pub struct WithdrawnFacts {
        /// Whether the author gave a reason.
        reason_given: bool,
    }

    /// The list of its authors changes.
    pub struct CoauthorChangedFacts {
        /// What changed.
        change: CoauthorChange,
    }

    /// Its address or number at the source was recorded wrongly.
    pub struct ReferenceCorrectedFacts {}
}

family! {
    /// Events of a contribution.
    ContributionEvent {
        /// A contribution was submitted.
        0x0201 "contribution-submitted" v 1 Submitted {
            facts: SubmittedFacts,
            refs: [],
            parts: { text: TitledText, author: Author, source: Source, place: Place },
        }
        /// A contribution was published.
        0x0202 "contribution-published" v 1 Published { facts: PublishedFacts, refs: [Subject One], parts: {} }
        /// The text of a contribution changed.
        0x0203 "contribution-revised" v 1 Revised {
            facts: RevisedFacts,
            refs: [Subject One],
            parts: { text: TitledText, author: Author, explanation: Explanation },
        }
        /// A moderator asked the author for another text.
        0x0204 "revision-requested" v 1 RevisionRequested {
            facts: RevisionRequestedFacts,
            refs: [Subject One],
            parts: { explanation: Explanation, moderator: Moderator },
        }
        /// A contribution was withdrawn by its author.
        0x0205 "contribution-withdrawn" v 1 Withdrawn {
            facts: WithdrawnFacts,
            refs: [Subject One],
            parts: { author: Author, explanation: Explanation },
        }
        /// Somebody joined or left the authors.
        0x0206 "coauthor-changed" v 1 CoauthorChanged {
            facts: CoauthorChangedFacts,
            refs: [Subject One],
            parts: { author: Author },
        }
        /// Where the contribution stands at its source was corrected.
        0x0207 "reference-corrected" v 1 ReferenceCorrected {
            facts: ReferenceCorrectedFacts,
            refs: [Subject One],
            parts: { source: Source },
        }
    }
}
