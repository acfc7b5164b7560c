//! The decider of roles: who is given which, and who takes it back.
//!
//! `docs/design.md` (Identities) is the rule. A role granted to oneself waits for its second hand, like all that takes two
//! ([`two_hands`]); the deciders know people by the holder ids of their credentials, and what they know is
//! bounded by the number of credentials ever granted. This module knows no secret and no signature.

use super::book::{Book, Change};
use super::erasure;
use super::key;
use super::proposed::Proposed;
use super::rejection::Invariant;
use super::state::{Act, ActKind, Grant, GrantStanding};
use super::two_hands;
use crate::envelope::Recorded;
use crate::event::RefRole;
use crate::event::code::{GrantScope, KeyPurpose};
use crate::event::ledger::LedgerEvent;
use crate::event::oversight::{RoleGranted, RoleGrantedFacts, RoleRevoked};
use crate::id::CredentialId;
use crate::ledger::{Hash, VerifyingKey};
use crate::rules::{Norm, Role};

/// Why a key is not taken.
pub(super) const NOT_ADMITTED: &str =
    "not every implementation of Ed25519 reads this public key alike; draw another one";

pub(super) fn ledger_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &LedgerEvent,
) -> Result<(), Invariant> {
    match event {
        LedgerEvent::Opened(_) | LedgerEvent::Succeeded(_) => Err(Invariant::NotACommand),
        LedgerEvent::KeyIntroduced(event) => key::introduction_invariants(book, act, event),
        LedgerEvent::HeadsRecorded(_) => {
            here(act)?;
            match book.consultation(act.stream) {
                Some(_) => Err(Invariant::NotOfAConsultation),
                None => Ok(()),
            }
        }
        LedgerEvent::Countersigned(event) => two_hands::invariants(book, act, event),
        LedgerEvent::TakedownDecided(event) => erasure::takedown_invariants(book, act, event),
        LedgerEvent::PartsLost(event) => erasure::loss_invariants(book, act, event),
    }
}

pub(super) fn ledger_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &LedgerEvent,
    norms: &mut Vec<Norm>,
) {
    match event {
        // Whether the root is right is a question of bytes: the audit computes it again.
        LedgerEvent::Opened(_) | LedgerEvent::Succeeded(_) | LedgerEvent::HeadsRecorded(_) => {}
        LedgerEvent::KeyIntroduced(event) => key::introduction_breaches(book, act, event, norms),
        LedgerEvent::Countersigned(event) => two_hands::breaches(book, act, event, norms),
        LedgerEvent::TakedownDecided(event) => erasure::takedown_breaches(book, act, event, norms),
        LedgerEvent::PartsLost(event) if !event.reasons.is_committed() => norms.push(Norm::ReasonsGiven),
        LedgerEvent::PartsLost(_) => {}
    }
}

pub(super) fn ledger_evolve(book: &dyn Book, recorded: &Recorded, event: &LedgerEvent) -> Vec<Change> {
    match event {
        // What is lost, here or before, changes nothing that rules depend on.
        LedgerEvent::Succeeded(_) | LedgerEvent::HeadsRecorded(_) | LedgerEvent::PartsLost(_) => Vec::new(),
        LedgerEvent::Opened(event) => key::opening_evolve(recorded, event),
        LedgerEvent::KeyIntroduced(event) => key::introduction_evolve(book, recorded, event),
        LedgerEvent::Countersigned(event) => two_hands::evolve(book, recorded, event),
        LedgerEvent::TakedownDecided(_) => erasure::takedown_evolve(book, recorded),
    }
}

pub(super) fn grant_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &RoleGranted,
) -> Result<(), Invariant> {
    here(act)?;
    let facts = &event.facts;
    if book.grant(facts.credential).is_some() {
        return Err(Invariant::Granted(facts.credential));
    }
    // The scope says in which stream the grant stands, so that a consultation's bundle holds its own roles.
    match (facts.scope, book.consultation(act.stream)) {
        (GrantScope::Consultation, None) => return Err(Invariant::NoConsultation),
        (GrantScope::Instance, Some(_)) => {
            return Err(Invariant::BadGrant(
                "a role for the whole instance stands in the instance's own stream, not in a consultation's",
            ));
        }
        (GrantScope::Consultation, Some(_)) | (GrantScope::Instance, None) => {}
    }
    well_formed(facts)?;
    facts.granted_by.map_or(Ok(()), |by| known(book, by))
}

/// The credential whose key has this id: its first 16 bytes.
#[must_use]
pub fn signing_credential(key: &Hash) -> CredentialId {
    let mut id = [0; 16];
    id.iter_mut().zip(key.as_bytes()).for_each(|(to, from)| *to = *from);
    CredentialId(id)
}

/// What a grant must say for its role, and must not.
fn well_formed(facts: &RoleGrantedFacts) -> Result<(), Invariant> {
    let bad = |why| Err(Invariant::BadGrant(why));
    let is_first = facts.credential == CredentialId::FIRST;
    if facts.granted_by.is_none() != is_first {
        return bad("only the administrator's first credential, whose id is zero, is granted by nobody");
    }
    if is_first && facts.role != Role::Administrator {
        return bad("the first credential of a ledger is its administrator's");
    }
    match facts.role {
        Role::Citizen => return bad("participants act through a platform; no credential makes one"),
        Role::Clerk => return bad("the clerk is the software itself; no credential makes one"),
        Role::Administrator if facts.scope != GrantScope::Instance => {
            return bad("an administrator operates the whole instance; grant it there");
        }
        Role::Administrator
        | Role::Platform
        | Role::Moderator
        | Role::Facilitator
        | Role::Authority
        | Role::Assessor
        | Role::Guarantor => {}
    }
    if (facts.role == Role::Platform) != facts.assurance.is_some() {
        return bad("a platform, and nobody else, says how sure it is of the people it speaks for");
    }
    if facts.until.is_some_and(|until| facts.from.is_some_and(|from| until <= from)) {
        return bad("a role ends after it begins");
    }
    let Some(key) = facts.key else { return Ok(()) };
    let Ok(key) = VerifyingKey::admit(&key.0) else {
        return bad(NOT_ADMITTED);
    };
    // So the name of a key in an envelope finds its grant, and one key never stands for two people.
    if facts.credential != signing_credential(&key.id()) {
        return bad("a credential that signs has the first 16 bytes of its key's id as its own id");
    }
    Ok(())
}

pub(super) fn revocation_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &RoleRevoked,
) -> Result<(), Invariant> {
    here(act)?;
    let facts = &event.facts;
    let grant = book.grant(facts.credential).ok_or(Invariant::NoCredential(facts.credential))?;
    act.earlier(book, ActKind::Grant)?;
    if act.refs.one(RefRole::Act) != Some(grant.id) {
        return Err(Invariant::AnotherSubject { role: "act" });
    }
    match grant.standing {
        GrantStanding::Revoked => return Err(Invariant::Already("role was taken back")),
        GrantStanding::Replaced => return Err(Invariant::Already("key was replaced")),
        GrantStanding::Pending | GrantStanding::Stands => {}
    }
    if grant.purpose != KeyPurpose::Signer {
        return Err(Invariant::BadGrant("the ledger's own key is replaced, not taken back"));
    }
    known(book, facts.revoked_by)
}

pub(super) fn grant_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &RoleGranted,
    norms: &mut Vec<Norm>,
) {
    if let Some(by) = event.facts.granted_by {
        stands(book, act, by, norms);
    }
}

pub(super) fn revocation_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &RoleRevoked,
    norms: &mut Vec<Norm>,
) {
    let by = event.facts.revoked_by;
    stands(book, act, by, norms);
    // Whoever takes a role back keeps one that can: so there is always an administrator.
    let same = |credential| book.grant(credential).map(|grant| grant.holder);
    if act.actor == Role::Administrator
        && book.grant(event.facts.credential).is_some_and(|grant| grant.role == Role::Administrator)
        && same(event.facts.credential) == same(by)
    {
        norms.push(Norm::AnotherHand);
    }
}

pub(super) fn grant_evolve(book: &dyn Book, recorded: &Recorded, event: &RoleGranted) -> Vec<Change> {
    let facts = &event.facts;
    if Proposed::of(recorded).is_from_a_source() || book.grant(facts.credential).is_some() {
        return Vec::new();
    }
    let (stream, awaited) = (recorded.stream, two_hands::awaited(book, recorded));
    let grant = Grant {
        id: recorded.id,
        stream,
        scope: facts.scope,
        role: facts.role,
        holder: facts.holder,
        from: facts.from,
        until: facts.until,
        standing: if awaited.is_some() { GrantStanding::Pending } else { GrantStanding::Stands },
        key: facts.key,
        custody: facts.custody,
        purpose: KeyPurpose::Signer,
        succeeds: None,
    };
    let act = Act {
        stream,
        kind: ActKind::Grant,
        stands: awaited.is_none(),
        appeal_until: None,
        subject: None,
        asks: None,
    };
    let mut changes = vec![Change::Grant(facts.credential, grant), Change::Act(recorded.id, act)];
    changes.extend(two_hands::waits(recorded, awaited));
    changes
}

pub(super) fn revocation_evolve(book: &dyn Book, recorded: &Recorded, event: &RoleRevoked) -> Vec<Change> {
    if Proposed::of(recorded).is_from_a_source() {
        return Vec::new();
    }
    let credential = event.facts.credential;
    let Some(grant) = book.grant(credential) else { return Vec::new() };
    let mut changes = vec![
        Change::Grant(credential, Grant { standing: GrantStanding::Revoked, ..grant }),
        Change::Pending(grant.id, None),
    ];
    changes.extend(book.act(grant.id).map(|act| Change::Act(grant.id, Act { stands: false, ..act })));
    changes
}

/// A source can report that somebody has a role; it gives none on this record.
pub(super) fn here(act: &Proposed<'_>) -> Result<(), Invariant> {
    if act.is_from_a_source() { Err(Invariant::NotFromASource) } else { Ok(()) }
}

pub(super) fn known(book: &dyn Book, credential: CredentialId) -> Result<(), Invariant> {
    book.grant(credential).map(drop).ok_or(Invariant::NoCredential(credential))
}

/// The credential that acts must be in force, reach this stream, and have the role in which it acts.
pub(super) fn stands(book: &dyn Book, act: &Proposed<'_>, credential: CredentialId, norms: &mut Vec<Norm>) {
    let may = book.grant(credential).is_some_and(|grant| {
        let is_acting = grant.purpose == KeyPurpose::Signer && grant.role == act.actor;
        is_acting && grant.is_in_force(act.at) && grant.reaches(act.stream)
    });
    if !may {
        norms.push(Norm::CredentialStands);
    }
}
