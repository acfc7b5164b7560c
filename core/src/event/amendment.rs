//! Family 0x03, amendment: changes proposed to a text, and what was decided on them.
//!
//! `docs/events.md` lists the types. An amendment stands under a contribution, a reference text or another
//! amendment, and is numbered under its numbered root. This module knows no rule.

use super::code::{Channel, Lang, Opinion};
use super::family::{facts, family};
use super::part::{ActText, Author, Bodies, Explanation, Minutes, Signatory, Source, TitledText};
use crate::rules::{AmendmentFate, Ground};
use crate::time::Timestamp;

facts! {
    /// An amendment is submitted; this is also its version 1.
    pub struct SubmittedFacts {
        /// How it came.
        channel: Channel,
        /// Its language.
        lang: Lang,
        /// Its number under its numbered root.
        number: u32,
        /// When the source says that it was changed, where nobody saw the text of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_changed_at: Option<Timestamp>,
    }

    /// A body gives its opinion.
    pub struct OpinionGivenFacts {
        /// The body, an index in the consultation's list.
        body: u32,
        /// Its opinion.
        opinion: Opinion,
    }

    /// Its fate is decided.
    pub struct DecidedFacts {
        /// The body that decided, an index in the consultation's list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<u32>,
        /// The fate.
        fate: AmendmentFate,
        /// On which ground, where it is inadmissible.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<Ground>,
        /// The version of the amended text that takes it in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resulting_version: Option<u32>,
    }

    /// Its author mends it.
    pub struct RectifiedFacts {
        /// 2 for the first rectification.
        version: u32,
    }

    /// It lost its object.
    pub struct LapsedFacts {}
}

family! {
    /// Events of an amendment.
    AmendmentEvent {
        /// An amendment was submitted.
        0x0301 "amendment-submitted" v 1 Submitted {
            facts: SubmittedFacts,
            refs: [Parent One],
            parts: { text: TitledText, author: Author, source: Source, explanation: Explanation },
        }
        /// A body gave its opinion on an amendment.
        0x0302 "amendment-opinion-given" v 1 OpinionGiven {
            facts: OpinionGivenFacts,
            refs: [Subject One],
            parts: { text: ActText },
        }
        /// The fate of an amendment was decided.
        0x0303 "amendment-decided" v 1 Decided {
            facts: DecidedFacts,
            refs: [Subject One, Version Optional],
            parts: { signatory: Signatory, minutes: Minutes, bodies: Bodies },
        }
        /// An amendment was mended by its author.
        0x0304 "amendment-rectified" v 1 Rectified {
            facts: RectifiedFacts,
            refs: [Subject One],
            parts: { text: TitledText, author: Author },
        }
        /// An amendment lost its object.
        0x0305 "amendment-lapsed" v 1 Lapsed { facts: LapsedFacts, refs: [Subject One, Cause Optional], parts: {} }
    }
}
