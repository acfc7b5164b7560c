//! Deciders: whether an act is accepted, and what the record then knows.
//!
//! `docs/design.md` (Deciders) is the plan: pure functions, no clock, no randomness, no store. An act is
//! proposed as the very event that would be recorded, so a native command, an import and the auditor's second
//! decision go one way: number, [`invariants`](Proposed), [`breaches`], [`evolve`].
//!
//! ```text
//!            ┌ number ┐   ┌ invariants ┐   ┌ breaches ┐
//!  Draft ───▶│        ├──▶│            ├──▶│          ├──▶ seal ──▶ Recorded ──▶ evolve ──▶ Changes ──▶ Book
//!            └────────┘   └─────┬──────┘   └────┬─────┘
//!                        every fact      native and attested acts: refused
//!                        is refused      observed facts: kept, and the breach is said
//! ```

mod amendment;
mod ballot;
mod book;
mod clerk;
mod contribution;
mod debate;
mod erasure;
mod key;
mod moderation;
mod oversight;
mod proposed;
mod register;
mod rejection;
mod response;
mod role;
mod state;
mod two_hands;

pub use ballot::vote_left_by;
pub use book::{Book, Change, MemoryBook, Overlay};
pub use clerk::{due_after, due_at};
pub use key::may_take_over;
pub use proposed::Proposed;
pub use register::asked;
pub use rejection::{Invariant, Rejection, cap_text, norms_text};
pub use role::signing_credential;
pub use state::{
    Act, ActKind, Ballot, Consultation, Erasure, ErasureAsked, Grant, GrantStanding, Pending, Phase, PickKey,
    Subject, SubjectKind, Succession, Vote, VoteKey, VoteStanding,
};

use crate::envelope::Recorded;
use crate::event::Event;
use crate::event::code::Trust;
use crate::id::StreamId;
use crate::rules::norms::Force;
use crate::rules::{Norm, may};

/// Gives an act what only the record can give: numbers, and the references that follow from the state (the
/// version that a vote is for, the live vote that is changed).
pub fn number(book: &dyn Book, stream: StreamId, event: &mut Event, refs: &mut crate::envelope::Refs) {
    match event {
        Event::Vote(event) => ballot::complete(book, event, refs),
        Event::Consultation(event) => register::number(book, stream, event),
        Event::Contribution(event) => contribution::number(book, stream, event, refs),
        Event::Amendment(event) => amendment::number(book, event, refs),
        Event::Response(event) => response::number(event, refs),
        Event::Oversight(event) => oversight::number(book, stream, event),
        Event::Ledger(_) | Event::Debate(_) | Event::Petition(_) | Event::Moderation(_) => {}
    }
}

/// Decides on a numbered act: nothing to say, or why not.
///
/// # Errors
/// [`Rejection`]: an invariant for any fact, norms for native and attested acts only.
pub fn decide(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Rejection> {
    invariants(book, act)?;
    if matches!(act.trust, Trust::Observed | Trust::Reconstructed) {
        return Ok(());
    }
    let refused: Vec<Norm> =
        breaches(book, act).into_iter().filter(|norm| norm.force() == Force::Refuses).collect();
    match (refused.as_slice(), ballot::cap(book, act)) {
        ([], _) => Ok(()),
        // The one norm whose words need a number.
        ([Norm::VotesPerPerson], Some(cap)) => Err(Rejection::VotesPerPerson { cap }),
        _ => Err(Rejection::Norms(refused)),
    }
}

/// Whether an act has a meaning in this state.
///
/// # Errors
/// [`Invariant`] names what is missing or wrong.
pub fn invariants(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Invariant> {
    match act.event {
        Event::Ledger(event) => role::ledger_invariants(book, act, event),
        Event::Consultation(event) => register::invariants(book, act, event),
        Event::Contribution(event) => contribution::invariants(book, act, event),
        Event::Amendment(event) => amendment::invariants(book, act, event),
        Event::Debate(event) => debate::invariants(book, act, event),
        Event::Vote(event) => ballot::invariants(book, act, event),
        Event::Petition(event) => ballot::threshold_invariants(book, act, event),
        Event::Moderation(event) => moderation::invariants(book, act, event),
        Event::Response(event) => response::invariants(book, act, event),
        Event::Oversight(event) => oversight::invariants(book, act, event),
    }
}

/// The norms that an act does not respect, without deciding anything.
///
/// Whoever reads the record recomputes them from the state before the event; they are never stored.
#[must_use]
pub fn breaches(book: &dyn Book, act: &Proposed<'_>) -> Vec<Norm> {
    let mut norms = Vec::new();
    let native = !act.is_from_a_source();
    if native && !act.asked(book).is_some_and(|asked| may(act.actor, asked)) {
        norms.push(Norm::ActorMay);
    }
    match act.event {
        Event::Ledger(event) => role::ledger_breaches(book, act, event, &mut norms),
        Event::Consultation(event) => register::breaches(book, act, event, &mut norms),
        Event::Contribution(event) => contribution::breaches(book, act, event, &mut norms),
        Event::Amendment(event) => amendment::breaches(book, act, event, &mut norms),
        Event::Debate(event) => debate::breaches(book, act, event, &mut norms),
        Event::Vote(event) => ballot::breaches(book, act, event, &mut norms),
        Event::Petition(event) => ballot::threshold_breaches(book, act, event, &mut norms),
        Event::Moderation(event) => moderation::breaches(book, act, event, &mut norms),
        Event::Response(event) => response::breaches(book, act, event, &mut norms),
        Event::Oversight(event) => oversight::breaches(book, act, event, &mut norms),
    }
    norms
}

/// What an event changes in the book. Total: an event that means nothing in this state changes nothing.
#[must_use]
pub fn evolve(book: &dyn Book, recorded: &Recorded) -> Vec<Change> {
    let act = &Proposed::of(recorded);
    match &recorded.event {
        Event::Ledger(event) => role::ledger_evolve(book, recorded, event),
        Event::Consultation(event) => register::evolve(book, recorded, event),
        Event::Contribution(event) => contribution::evolve(book, recorded, event),
        Event::Amendment(event) => amendment::evolve(book, recorded, event),
        Event::Debate(event) => debate::evolve(book, recorded, event),
        Event::Vote(event) => ballot::evolve(book, act, recorded.id, event),
        Event::Petition(event) => ballot::threshold_evolve(book, act, event),
        Event::Moderation(event) => moderation::evolve(book, recorded, event),
        Event::Response(event) => response::evolve(book, recorded, event),
        Event::Oversight(event) => oversight::evolve(book, recorded, event),
    }
}

#[cfg(test)]
mod tests;
