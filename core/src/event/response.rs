//! Family 0x0B, response: what an authority answered, and that an author contests it.
//!
//! `docs/events.md` lists the types. The reason and the text of the act are record parts, the signatory's
//! name and capacity and the author's explanation personal ones. This module does not say whether an answer was owed or late.

use super::code::{Correction, PointerKind, ReasonCode};
use super::family::{facts, family};
use super::part::{ActText, Author, Bodies, Explanation, Signatory, Source};
use crate::rules::Outcome;
use crate::time::Timestamp;

facts! {
    /// An authority answers one or several contributions.
    pub struct PublishedFacts {
        /// The bodies that answer, indexes in the consultation's list.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bodies: Vec<u32>,
        /// When it was decided, where that differs from the publication.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_at: Option<Timestamp>,
        /// Until when it is deferred, where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deferred_until: Option<Timestamp>,
        /// How many contributions this one text answers.
        group_size: u32,
        /// The outcome.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Outcome>,
        /// The outcome passage by passage, where it differs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        passages: Vec<PassageOutcome>,
        /// What it points at; the words stand in the act's text, in this order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pointers: Vec<Pointer>,
        /// Why, in codes; the words stand in the act's text.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reasons: Vec<ReasonCode>,
        /// The body to which it is referred, where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        referred_to: Option<u32>,
    }

    /// A response is mended without changing its outcome.
    pub struct CorrectedFacts {
        /// What is mended.
        corrects: Correction,
    }

    /// The author contests what answers their text.
    pub struct ContestedFacts {}

    /// What an act points at.
    pub struct Pointer {
        /// The first day of what it points at, where a fate asks for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dated: Option<Timestamp>,
        /// What kind of thing.
        kind: PointerKind,
    }

    /// The outcome for one passage of a contribution.
    pub struct PassageOutcome {
        /// The outcome.
        outcome: Outcome,
        /// The passage, counted from 0 in the contribution's paragraphs.
        passage: u32,
    }
}

family! {
    /// Events of responses.
    ResponseEvent {
        /// An authority published a response.
        0x0B04 "response-published" v 1 Published {
            facts: PublishedFacts,
            refs: [Answers Some],
            parts: { signatory: Signatory, text: ActText, bodies: Bodies, source: Source },
        }
        /// A response was corrected.
        0x0B05 "response-corrected" v 1 Corrected {
            facts: CorrectedFacts,
            refs: [Act One],
            parts: { signatory: Signatory, text: ActText },
        }
        /// A response was replaced by another.
        0x0B06 "response-superseded" v 1 Superseded {
            facts: PublishedFacts,
            refs: [Act One, Answers Some],
            parts: { signatory: Signatory, text: ActText, bodies: Bodies },
        }
        /// The author of a text contested the response to it.
        0x0B07 "response-contested" v 1 Contested {
            facts: ContestedFacts,
            refs: [Subject One, Act One],
            parts: { explanation: Explanation, author: Author },
        }
    }
}
