//! Family 0x04, debate: arguments, comments, cited sources, debates held.
//!
//! `docs/events.md` lists the types. Texts and authors are personal parts. This module knows no rule.

use super::code::{Channel, DebatePlace, Lang, Side};
use super::family::{facts, family};
use super::part::{Author, Citation, DebateRecord, Source, TitledText};
use crate::time::Timestamp;

facts! {
    /// An argument for or against.
    pub struct ArgumentPostedFacts {
        /// How it came.
        channel: Channel,
        /// Its language.
        lang: Lang,
        /// Its side.
        side: Side,
        /// When the source says that it was changed, where nobody saw the text of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_changed_at: Option<Timestamp>,
    }

    /// A comment.
    pub struct CommentPostedFacts {
        /// How it came.
        channel: Channel,
        /// Its language.
        lang: Lang,
    }

    /// A source cited in support.
    pub struct SourceCitedFacts {
        /// How it came.
        channel: Channel,
    }

    /// A debate was held.
    pub struct DebateHeldFacts {
        /// Where.
        place: DebatePlace,
    }
}

family! {
    /// Events of the debate.
    DebateEvent {
        /// An argument was posted.
        0x0401 "argument-posted" v 1 ArgumentPosted {
            facts: ArgumentPostedFacts,
            refs: [Parent One],
            parts: { text: TitledText, author: Author, source: Source },
        }
        /// A comment was posted.
        0x0402 "comment-posted" v 1 CommentPosted {
            facts: CommentPostedFacts,
            refs: [Parent One],
            parts: { text: TitledText, author: Author, source: Source },
        }
        /// A source was cited.
        0x0403 "source-cited" v 1 SourceCited {
            facts: SourceCitedFacts,
            refs: [Parent One],
            parts: { citation: Citation, author: Author, source: Source },
        }
        /// A debate was held.
        0x0404 "debate-held" v 1 DebateHeld {
            facts: DebateHeldFacts,
            refs: [Subject One],
            parts: { record: DebateRecord },
        }
    }
}
