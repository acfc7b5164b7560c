//! Family 0x0E, oversight: guarantors, imports and gaps.
//!
//! `docs/events.md` lists the types. A sealed import states what it read and what its source can know. This
//! module checks nothing.

use super::code::{Followed, GapCause, ImportFormat, Stage};
use super::family::{facts, family};
use super::part::{Manifest, Minutes, Reasons, Signatory, Source};
use crate::time::Timestamp;

facts! {
    /// A guarantor notes something.
    pub struct GuarantorObservedFacts {}

    /// A guarantor recommends something.
    pub struct RecommendedFacts {
        /// Its number in the consultation.
        number: u32,
    }

    /// A recommendation is answered.
    pub struct RecommendationAnsweredFacts {
        /// Whether it is followed.
        followed: Followed,
    }

    /// An import is complete.
    pub struct ImportSealedFacts {
        /// The stages that the source covers.
        covers: Vec<Stage>,
        /// The format.
        format: ImportFormat,
        /// Items missing from the source.
        gaps: u64,
        /// When the source was observed.
        observed_at: Timestamp,
        /// Items read.
        read: u64,
        /// Items refused.
        refused: u64,
        /// Items that the record held already.
        skipped: u64,
        /// Events written before this one.
        written: u64,
    }

    /// Something is missing from a source.
    pub struct GapDeclaredFacts {
        /// Why.
        cause: GapCause,
    }
}

family! {
    /// Events of oversight.
    OversightEvent {
        /// A guarantor noted something.
        0x0E04 "guarantor-observed" v 1 GuarantorObserved {
            facts: GuarantorObservedFacts,
            refs: [Act Optional, Subject Optional],
            parts: { signatory: Signatory, reasons: Reasons },
        }
        /// A guarantor recommended something.
        0x0E05 "guarantor-recommended" v 1 Recommended {
            facts: RecommendedFacts,
            refs: [],
            parts: { signatory: Signatory, reasons: Reasons },
        }
        /// A guarantor's recommendation was answered.
        0x0E06 "recommendation-answered" v 1 RecommendationAnswered {
            facts: RecommendationAnsweredFacts,
            refs: [Act One],
            parts: { signatory: Signatory, minutes: Minutes },
        }
        /// An import of observed facts was completed.
        0x0E0B "import-sealed" v 1 ImportSealed {
            facts: ImportSealedFacts,
            refs: [],
            parts: { manifest: Manifest },
        }
        /// Something was found missing from a source.
        0x0E0C "gap-declared" v 1 GapDeclared {
            facts: GapDeclaredFacts,
            refs: [Subject Optional],
            parts: { source: Source },
        }
    }
}
