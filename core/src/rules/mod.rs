//! The rules that deciders, views and the auditor share: pure functions on plain values.
//!
//! What each computes is decided in `docs/design.md` (vocabulary, fates, duties, tallies). Nothing
//! here knows an event, a state, a byte of the ledger or a clock: instants arrive as arguments.
//!
//! ```text
//! vocabulary   the closed words: fates, outcomes, grounds, actions       labels   the same words for people
//! ```

pub mod labels;
pub mod vocabulary;

pub use labels::{Labelled, Locale};
pub use vocabulary::{AmendmentFate, Axis, Decision, Delivery, FateCode, Ground, ModerationAction, Outcome};
