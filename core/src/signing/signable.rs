//! Which acts are signed away from the server: one list, for whoever prepares, signs or takes in.
//!
//! `docs/format.md` (Signed acts) is the law. What is not on it is asked for at the door, which checks more than a signature
//! says: whose text it is, which parts go, what else goes with it. This module decides nothing.

use crate::consultation::asked;
use crate::event::Event;
use crate::rules::Act;

/// What an official signs. Each is one event that the deciders alone can judge.
pub const SIGNABLE: &[Act] = &[
    Act::PublishResponse,
    Act::CorrectResponse,
    Act::SupersedeResponse,
    Act::DecideAmendment,
    Act::Moderate,
    Act::DecideAppeal,
    Act::Observe,
    Act::Recommend,
    Act::AnswerRecommendation,
    Act::GrantRole,
    Act::RevokeRole,
    Act::Countersign,
    Act::ReplaceKey,
];

/// Whether an event may be signed away from the server.
#[must_use]
pub fn is_signable(event: &Event) -> bool {
    asked(event).is_some_and(|act| SIGNABLE.contains(&act))
}
