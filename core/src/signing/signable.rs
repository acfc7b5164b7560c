//! Which acts are signed away from the server: one list, for whoever prepares, signs or takes in.
//!
//! `docs/format.md` (Signed acts) is the law; `docs/operating.md` (Signing) says of every other act of an official why it is
//! not on the list. Of a takedown the door checks again which parts it names. This module decides nothing.

use crate::consultation::asked;
use crate::event::Event;
use crate::rules::Act;

/// What an official signs. Each is one event that the deciders can judge, with what its own parts say.
pub const SIGNABLE: &[Act] = &[
    Act::AmendRules,
    Act::ExtendPhase,
    Act::CloseConsultation,
    Act::GiveAmendmentOpinion,
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
    Act::DecideTakedown,
    Act::Countersign,
    Act::ReplaceKey,
];

/// Whether an event may be signed away from the server.
#[must_use]
pub fn is_signable(event: &Event) -> bool {
    asked(event).is_some_and(|act| SIGNABLE.contains(&act))
}
