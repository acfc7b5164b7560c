//! The decider of keys: which one signs, and which takes over from it, by the hands of both.
//!
//! `docs/format.md` (Rotation of keys) is the rule. A key in force names its successor, which stands in its place from
//! its own acceptance on: for the keys of the ledger itself, which event 0 states, as for those of people with a role.
//! That each event is signed by the key that it names is asked by [`signing`](crate::signing): this module knows no
//! signature.

use super::book::{Book, Change};
use super::proposed::Proposed;
use super::rejection::Invariant;
use super::role::{here, signing_credential};
use super::state::{Act, ActKind, Grant, GrantStanding, Pending, Succession};
use super::two_hands;
use crate::envelope::Recorded;
use crate::event::code::{Custody, GrantScope, KeyPurpose};
use crate::event::ledger::{KeyIntroduced, LedgerEvent, Opened};
use crate::event::{Event, RefRole};
use crate::id::{CredentialId, HolderId, PublicKey};
use crate::ledger::{VerifyingKey, key_id};
use crate::rules::{Norm, Role};

/// Whose the ledger's own keys are: nobody's in person.
const LEDGER_ITSELF: HolderId = HolderId([0; 16]);

/// The credential that signs with a key.
pub(super) fn credential_of(key: PublicKey) -> CredentialId {
    signing_credential(&key_id(&key.0))
}

/// The ledger's first keys, as event 0 states them.
pub(super) fn opening_evolve(recorded: &Recorded, event: &Opened) -> Vec<Change> {
    let stated =
        [(KeyPurpose::Checkpoint, Some(event.facts.key)), (KeyPurpose::Promise, event.facts.promise_key)];
    let grant = |(purpose, key): (KeyPurpose, Option<PublicKey>)| {
        let grant = Grant {
            id: recorded.id,
            stream: recorded.stream,
            scope: GrantScope::Instance,
            role: Role::Administrator,
            holder: LEDGER_ITSELF,
            from: None,
            until: None,
            standing: GrantStanding::Stands,
            key,
            custody: Custody::Server,
            purpose,
            succeeds: None,
        };
        key.map(|key| Change::Grant(credential_of(key), grant))
    };
    stated.into_iter().filter_map(grant).collect()
}

pub(super) fn introduction_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &KeyIntroduced,
) -> Result<(), Invariant> {
    here(act)?;
    let facts = &event.facts;
    let old = book.grant(facts.by).ok_or(Invariant::NoCredential(facts.by))?;
    if old.key.is_none() || old.purpose != facts.purpose {
        return Err(Invariant::BadGrant("a key names one that signs what it signs itself"));
    }
    if old.stream != act.stream {
        return Err(Invariant::BadGrant("a key is introduced in the stream in which the one before it was"));
    }
    if VerifyingKey::admit(&facts.key.0).is_err() {
        return Err(Invariant::BadGrant(super::role::NOT_ADMITTED));
    }
    let new = credential_of(facts.key);
    match book.grant(new) {
        Some(_) => Err(Invariant::Granted(new)),
        None => Ok(()),
    }
}

pub(super) fn introduction_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &KeyIntroduced,
    norms: &mut Vec<Norm>,
) {
    if !book.grant(event.facts.by).is_some_and(|old| old.is_in_force(act.at) && old.role == act.actor) {
        norms.push(Norm::CredentialStands);
    }
}

/// The new key has the role, the scope and the term of the one before it, and waits for its own hand.
pub(super) fn introduction_evolve(
    book: &dyn Book,
    recorded: &Recorded,
    event: &KeyIntroduced,
) -> Vec<Change> {
    let act = Proposed::of(recorded);
    let Some(old) = book.grant(event.facts.by) else { return Vec::new() };
    if introduction_invariants(book, &act, event).is_err() {
        return Vec::new();
    }
    let (facts, new) = (&event.facts, credential_of(event.facts.key));
    let grant = Grant {
        id: recorded.id,
        standing: GrantStanding::Pending,
        key: Some(facts.key),
        custody: facts.custody,
        succeeds: Some(Succession { old: facts.by, valid_from: facts.valid_from }),
        ..old
    };
    let (stream, kind) = (recorded.stream, ActKind::Grant);
    let act = Act { stream, kind, stands: false, appeal_until: None, subject: None, asks: None };
    let mut changes = vec![Change::Grant(new, grant), Change::Act(recorded.id, act)];
    changes.extend(two_hands::waits(recorded, two_hands::awaited(book, recorded)));
    changes
}

/// What is pending, where it is a key that has yet to accept.
fn to_accept(book: &dyn Book, pending: &Pending) -> Option<(CredentialId, Grant, Succession)> {
    let new = pending.grants?;
    let grant = book.grant(new).filter(Grant::is_to_accept)?;
    Some((new, grant, grant.succeeds?))
}

/// A key is accepted by itself, while the one that named it is still in its place.
pub(super) fn acceptance_invariants(
    book: &dyn Book,
    pending: &Pending,
    hand: CredentialId,
) -> Result<(), Invariant> {
    let Some((new, _, succession)) = to_accept(book, pending) else { return Ok(()) };
    if hand != new {
        return Err(Invariant::BadGrant("a key is accepted by itself, and by nobody else"));
    }
    match book.grant(succession.old) {
        Some(old) if old.standing == GrantStanding::Stands => Ok(()),
        Some(_) | None => Err(Invariant::BadGrant(
            "the key that named this one is no longer in force: another one took over, or its role was taken back",
        )),
    }
}

pub(super) fn acceptance_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    hand: CredentialId,
    norms: &mut Vec<Norm>,
) {
    if !book.grant(hand).is_some_and(|new| new.runs_at(act.at) && new.role == act.actor) {
        norms.push(Norm::CredentialStands);
    }
}

/// Whether an event that names a key to take over from another, or accepts for one, may, as the book stands before it. Any
/// other event may.
///
/// # Errors
///
/// [`Invariant`] says what does not hold.
pub fn may_take_over(book: &dyn Book, recorded: &Recorded) -> Result<(), Invariant> {
    let Event::Ledger(event) = &recorded.event else { return Ok(()) };
    match event {
        LedgerEvent::KeyIntroduced(event) => introduction_invariants(book, &Proposed::of(recorded), event),
        LedgerEvent::Countersigned(event) => {
            let pending = recorded.refs.one(RefRole::Act).and_then(|id| book.pending(id));
            pending.map_or(Ok(()), |pending| acceptance_invariants(book, &pending, event.facts.credential))
        }
        LedgerEvent::Opened(_)
        | LedgerEvent::HeadsRecorded(_)
        | LedgerEvent::TakedownDecided(_)
        | LedgerEvent::PartsLost(_)
        | LedgerEvent::Succeeded(_) => Ok(()),
    }
}

/// The key from which one that is accepted takes over.
pub(super) fn replaced_by(book: &dyn Book, pending: &Pending) -> Option<Change> {
    let (_, _, Succession { old, .. }) = to_accept(book, pending)?;
    book.grant(old).map(|grant| Change::Grant(old, Grant { standing: GrantStanding::Replaced, ..grant }))
}
