//! Acts of two hands: which act waits for a second one, whose that must be, and what it then brings about.
//!
//! The table is [`TwoHands`]; this is its one reading. A decider asks [`awaited`] what an event waits for, and a
//! countersignature is decided here for all of them. What an act counts for before and after is its own decider's.
//!
//! ```text
//! act                        first hand              second hand                        what waits for it
//! role-granted to oneself    who grants              another person, who countersigns   the role
//! erasure-decided, unasked   who decides             another person, who countersigns   every `erased` that names it
//! takedown-decided           who decides             another person, who countersigns   the text is served, then deleted
//! key-introduced             the key before          the new key, which accepts         both keys' change of place
//! ```

use super::book::{Book, Change};
use super::key;
use super::proposed::Proposed;
use super::rejection::Invariant;
use super::role;
use super::state::{Act, Grant, GrantStanding, Pending};
use crate::envelope::Recorded;
use crate::event::ledger::{Countersigned, LedgerEvent};
use crate::event::oversight::OversightEvent;
use crate::event::{Event, RefRole};
use crate::id::{CredentialId, IntentId};
use crate::rules::{Norm, SecondHand, TwoHands};

/// An act that waits for its second hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Awaited {
    /// Which line of the table it is.
    pub(super) what: TwoHands,
    /// What deciders remember of it; none where nobody knows its first hand, so that no second ever counts.
    pub(super) pending: Option<Pending>,
}

/// What an event waits for, in the state before it; none where one hand is enough.
pub(super) fn awaited(book: &dyn Book, recorded: &Recorded) -> Option<Awaited> {
    let awaited = |what, first: Option<Grant>, grants: Option<CredentialId>| {
        let pending = |first: Grant| Pending { stream: recorded.stream, first: first.holder, grants };
        Some(Awaited { what, pending: first.map(pending) })
    };
    match &recorded.event {
        Event::Ledger(LedgerEvent::TakedownDecided(event)) => {
            awaited(TwoHands::Takedown, book.grant(event.facts.by), None)
        }
        Event::Ledger(LedgerEvent::KeyIntroduced(event)) => {
            let new = key::credential_of(event.facts.key);
            awaited(TwoHands::KeyReplacement, book.grant(event.facts.by), Some(new))
        }
        Event::Oversight(OversightEvent::RoleGranted(event)) => {
            let granter = event.facts.granted_by.and_then(|by| book.grant(by))?;
            let to_oneself = granter.holder == event.facts.holder;
            to_oneself
                .then(|| awaited(TwoHands::GrantToOneself, Some(granter), Some(event.facts.credential)))?
        }
        Event::Oversight(OversightEvent::ErasureDecided(event)) => {
            let is_asked = recorded.refs.one(RefRole::Act).is_some_and(|id| book.act(id).is_some());
            let decider = event.facts.by.filter(|_| !is_asked).and_then(|by| book.grant(by))?;
            awaited(TwoHands::UnaskedErasure, Some(decider), None)
        }
        Event::Ledger(
            LedgerEvent::Opened(_)
            | LedgerEvent::Succeeded(_)
            | LedgerEvent::HeadsRecorded(_)
            | LedgerEvent::Countersigned(_)
            | LedgerEvent::PartsLost(_),
        )
        | Event::Oversight(
            OversightEvent::RoleRevoked(_)
            | OversightEvent::GuarantorObserved(_)
            | OversightEvent::Recommended(_)
            | OversightEvent::RecommendationAnswered(_)
            | OversightEvent::ErasureRequested(_)
            | OversightEvent::Erased(_)
            | OversightEvent::ErasureCompleted(_)
            | OversightEvent::ImportSealed(_)
            | OversightEvent::GapDeclared(_),
        )
        | Event::Consultation(_)
        | Event::Contribution(_)
        | Event::Amendment(_)
        | Event::Debate(_)
        | Event::Vote(_)
        | Event::Petition(_)
        | Event::Moderation(_)
        | Event::Response(_) => None,
    }
}

/// What deciders remember of an act that waits, to be countersigned.
pub(super) fn waits(recorded: &Recorded, awaited: Option<Awaited>) -> Option<Change> {
    let pending = awaited.and_then(|awaited| awaited.pending)?;
    Some(Change::Pending(recorded.id, Some(pending)))
}

/// Whose hand is the second of what is pending.
fn second(book: &dyn Book, pending: &Pending) -> SecondHand {
    let is_a_key = pending.grants.and_then(|new| book.grant(new)).is_some_and(|new| new.is_to_accept());
    if is_a_key { SecondHand::NewKey } else { SecondHand::AnotherPerson }
}

/// Whose hand is the second of the act that this one refers to; none where nothing of the kind waits.
pub(super) fn second_of(book: &dyn Book, act: Option<IntentId>) -> Option<SecondHand> {
    act.and_then(|id| book.pending(id)).map(|pending| second(book, &pending))
}

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &Countersigned,
) -> Result<(), Invariant> {
    let hand = event.facts.credential;
    role::here(act)?;
    role::known(book, hand)?;
    let pending = book.pending(act.reference(RefRole::Act)?).ok_or(Invariant::NotPending)?;
    if pending.stream != act.stream {
        return Err(Invariant::Elsewhere { role: "act" });
    }
    key::acceptance_invariants(book, &pending, hand)
}

pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, event: &Countersigned, norms: &mut Vec<Norm>) {
    let hand = event.facts.credential;
    let pending = act.refs.one(RefRole::Act).and_then(|id| book.pending(id));
    match pending.map(|pending| (second(book, &pending), pending.first)) {
        Some((SecondHand::NewKey, _)) => key::acceptance_breaches(book, act, hand, norms),
        Some((SecondHand::AnotherPerson, first)) => {
            role::stands(book, act, hand, norms);
            if book.grant(hand).is_some_and(|grant| grant.holder == first) {
                norms.push(Norm::AnotherHand);
            }
        }
        None => role::stands(book, act, hand, norms),
    }
}

/// The second hand: the act stands, and with it the role or the key that it gives.
pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &Countersigned) -> Vec<Change> {
    let Some(id) = recorded.refs.one(RefRole::Act) else { return Vec::new() };
    let Some(pending) = book.pending(id) else { return Vec::new() };
    if key::acceptance_invariants(book, &pending, event.facts.credential).is_err() {
        return Vec::new();
    }
    let mut changes = vec![Change::Pending(id, None)];
    changes.extend(book.act(id).map(|act| Change::Act(id, Act { stands: true, ..act })));
    let granted = pending.grants.and_then(|credential| Some((credential, book.grant(credential)?)));
    let granted = granted.filter(|(_, grant)| grant.standing == GrantStanding::Pending);
    changes.extend(granted.map(|(credential, grant)| {
        Change::Grant(credential, Grant { standing: GrantStanding::Stands, ..grant })
    }));
    changes.extend(key::replaced_by(book, &pending));
    changes
}
