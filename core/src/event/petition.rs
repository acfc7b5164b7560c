//! Family 0x06, petition: what supports bring.
//!
//! `docs/events.md` lists the types. A threshold once reached stays reached, whatever becomes of the votes.
//! This module counts nothing.

use super::code::ThresholdKind;
use super::family::{facts, family};

facts! {
    /// A threshold is reached.
    pub struct ThresholdReachedFacts {
        /// What reaching it brings.
        brings: ThresholdKind,
        /// The supports at that moment, where they are known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<u64>,
        /// The threshold, where the rules are known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threshold: Option<u64>,
    }
}

family! {
    /// Events of petitions and thresholds.
    PetitionEvent {
        /// A threshold of support was reached.
        0x0602 "threshold-reached" v 1 ThresholdReached {
            facts: ThresholdReachedFacts,
            refs: [Subject One],
            parts: {},
        }
    }
}
