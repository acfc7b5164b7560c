//! The rules that deciders, views and the auditor share: pure functions on plain values.
//!
//! What each computes is decided in `docs/design.md` (vocabulary, fates, duties, tallies). Nothing
//! here knows an event, a state, a byte of the ledger or a clock: instants arrive as arguments.
//!
//! ```text
//! vocabulary   the closed words: fates, outcomes, grounds, actions       labels   the same words for people
//! who_may      roles and acts, one table                                 norms    what is asked of each act
//! moderation   what moderation leaves of a contribution
//! ```

pub mod labels;
pub mod moderation;
pub mod norms;
pub mod vocabulary;
pub mod who_may;

pub use labels::{Labelled, Locale};
pub use moderation::{Moderated, Visibility};
pub use norms::Norm;
pub use vocabulary::{AmendmentFate, Axis, Decision, Delivery, FateCode, Ground, ModerationAction, Outcome};
pub use who_may::{Act, Role, may};
