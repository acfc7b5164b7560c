//! Whether a signature counts: the key is known, in force, of the right role, and the act in time.
//!
//! `docs/format.md` (Signed acts) numbers the checks. The writer asks them before it appends, the auditor of every signed act
//! of a record: one function, so that neither can be laxer than the other. This module does not look at the head that
//! the signer saw: whoever holds the tree does.

use crate::consultation::{Book, Grant, may_take_over, signing_credential};
use crate::envelope::{Recorded, Signature, Signer, intent_signature_message};
use crate::event::Event;
use crate::event::code::KeyPurpose;
use crate::event::ledger::LedgerEvent;
use crate::event::oversight::OversightEvent;
use crate::id::{CredentialId, IntentId, StreamId};
use crate::ledger::{Hash, Position, Signature as KeySignature, TreeSize, VerifyingKey};
use crate::rules::Role;
use crate::time::Timestamp;

/// What a signed act says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The act's name, over which the signature is.
    pub id: IntentId,
    /// Who signs.
    pub signer: &'a Signer,
    /// The signature.
    pub signature: &'a Signature,
    /// The role in which they act.
    pub actor: Role,
    /// Where.
    pub stream: StreamId,
    /// What they do.
    pub event: &'a Event,
    /// When it was, or would be, recorded.
    pub at: Timestamp,
    /// Its place, or the one that it would have.
    pub position: Position,
}

/// The credential without whose own signature an act counts for nothing, whoever vouches for it: that of a key which names
/// its successor, and of a successor which accepts.
#[must_use]
pub fn must_sign(book: &dyn Book, event: &Event) -> Option<CredentialId> {
    let hand = hand(event)?;
    is_about_keys(book, event).then_some(hand)
}

/// Whether an act is one of the two that replace a key.
fn is_about_keys(book: &dyn Book, event: &Event) -> bool {
    match event {
        Event::Ledger(LedgerEvent::KeyIntroduced(_)) => true,
        Event::Ledger(LedgerEvent::Countersigned(event)) => {
            book.grant(event.facts.credential).is_some_and(|grant| grant.is_to_accept())
        }
        Event::Ledger(
            LedgerEvent::Opened(_)
            | LedgerEvent::HeadsRecorded(_)
            | LedgerEvent::TakedownDecided(_)
            | LedgerEvent::PartsLost(_)
            | LedgerEvent::Succeeded(_),
        )
        | Event::Consultation(_)
        | Event::Contribution(_)
        | Event::Amendment(_)
        | Event::Debate(_)
        | Event::Vote(_)
        | Event::Petition(_)
        | Event::Moderation(_)
        | Event::Response(_)
        | Event::Oversight(_) => false,
    }
}

/// Checks a signature against the roles that the record knew before the act; says whose it is.
///
/// # Errors
///
/// [`SignatureFault`] names the first thing that does not hold.
pub fn check(book: &dyn Book, claim: &Claim<'_>) -> Result<Grant, SignatureFault> {
    let key = claim.signer.key;
    let credential = signing_credential(&key);
    let unknown = SignatureFault::UnknownKey { key };
    let grant = book.grant(credential).ok_or_else(|| unknown.clone())?;
    let public = grant.key.and_then(|key| VerifyingKey::admit(&key.0).ok());
    let public = public.filter(|public| public.id() == key).ok_or(unknown)?;
    let bytes: [u8; KeySignature::LEN] =
        claim.signature.bytes.as_slice().try_into().map_err(|_| SignatureFault::Wrong { key })?;
    public
        .verify(&intent_signature_message(claim.id), &KeySignature::from_bytes(bytes))
        .map_err(|_| SignatureFault::Wrong { key })?;
    in_force(book, claim, &grant)?;
    if !grant.reaches(claim.stream) {
        return Err(SignatureFault::Elsewhere { key });
    }
    if grant.role != claim.actor {
        return Err(SignatureFault::Role { key, expected: grant.role, found: claim.actor });
    }
    if claim.at > claim.signer.expires_at {
        return Err(SignatureFault::Expired { expires_at: claim.signer.expires_at, at: claim.at });
    }
    match hand(claim.event) {
        Some(found) if found != credential => {
            Err(SignatureFault::AnotherHand { expected: credential, found })
        }
        Some(_) | None => Ok(grant),
    }
}

/// Whether an event that names a key to take over from another, or accepts for one, may: by its place, its purpose and what was
/// named before, whoever signed it. Any other event may.
///
/// # Errors
///
/// [`SignatureFault::TakeOver`] says what does not hold.
pub fn takes_over(book: &dyn Book, recorded: &Recorded) -> Result<(), SignatureFault> {
    may_take_over(book, recorded).map_err(|why| SignatureFault::TakeOver { why: why.to_string() })
}

/// Whether the key signs at all, this kind of act, then: one that has yet to accept signs nothing but its acceptance.
fn in_force(book: &dyn Book, claim: &Claim<'_>, grant: &Grant) -> Result<(), SignatureFault> {
    let (key, at, about_keys) = (claim.signer.key, claim.at, is_about_keys(book, claim.event));
    if grant.purpose != KeyPurpose::Signer && !about_keys {
        return Err(SignatureFault::Purpose { key, purpose: grant.purpose });
    }
    let Some(succession) = grant.succeeds.filter(|_| about_keys && grant.is_to_accept()) else {
        return if grant.is_in_force(at) { Ok(()) } else { Err(SignatureFault::NotInForce { key, at }) };
    };
    let (found, valid_from) = (claim.position.size_through(), TreeSize::new(succession.valid_from));
    if found < valid_from {
        return Err(SignatureFault::Early { key, valid_from, found });
    }
    if grant.runs_at(at) { Ok(()) } else { Err(SignatureFault::NotInForce { key, at }) }
}

/// The credential that an act names as the one that does it: whoever asks for it must be that one.
#[must_use]
pub const fn hand(event: &Event) -> Option<CredentialId> {
    match event {
        Event::Ledger(LedgerEvent::KeyIntroduced(event)) => Some(event.facts.by),
        Event::Ledger(LedgerEvent::Countersigned(event)) => Some(event.facts.credential),
        Event::Ledger(LedgerEvent::TakedownDecided(event)) => Some(event.facts.by),
        Event::Oversight(OversightEvent::RoleGranted(event)) => event.facts.granted_by,
        Event::Oversight(OversightEvent::RoleRevoked(event)) => Some(event.facts.revoked_by),
        Event::Oversight(OversightEvent::ErasureDecided(event)) => event.facts.by,
        Event::Ledger(
            LedgerEvent::Opened(_)
            | LedgerEvent::Succeeded(_)
            | LedgerEvent::HeadsRecorded(_)
            | LedgerEvent::PartsLost(_),
        )
        | Event::Oversight(
            OversightEvent::GuarantorObserved(_)
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

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// No grant before the act names the key.
    #[error("it is signed with the key {key}, to which the record had given no role")]
    UnknownKey {
        /// The key's id.
        key: Hash,
    },
    /// The key did not sign this.
    #[error(
        "its signature is not one of the key {key} over this act: the act or the signature was changed, or is of another act"
    )]
    Wrong {
        /// The key's id.
        key: Hash,
    },
    /// Nobody signed what one key alone can do.
    #[error(
        "it replaces a key, and the credential {expected} did not sign it: the one before names the new key, and the new \
         key accepts, each by its own signature"
    )]
    Missing {
        /// The credential of the key that must sign.
        expected: CredentialId,
    },
    /// One of the ledger's own keys under an act of somebody.
    #[error(
        "the key {key} is one that signs {purpose}s of this ledger, and no act but those that replace it"
    )]
    Purpose {
        /// The key's id.
        key: Hash,
        /// What it signs.
        purpose: KeyPurpose,
    },
    /// A key that accepts before it may be in force.
    #[error(
        "the key {key} accepts at a size of {found} events, and the key that named it says that it is in force from \
         {valid_from} on at the earliest"
    )]
    Early {
        /// The key's id.
        key: Hash,
        /// From which size on it may be in force.
        valid_from: TreeSize,
        /// The size with its acceptance.
        found: TreeSize,
    },
    /// One key cannot take over from the other.
    #[error("it would replace a key, and cannot: {why}")]
    TakeOver {
        /// What does not hold.
        why: String,
    },
    /// The role was not in force.
    #[error(
        "the role of the key {key} was not in force at {at}: it begins later, had ended, was taken back, or another key took over"
    )]
    NotInForce {
        /// The key's id.
        key: Hash,
        /// When it was asked.
        at: Timestamp,
    },
    /// The role is for another consultation.
    #[error("the role of the key {key} is for another consultation")]
    Elsewhere {
        /// The key's id.
        key: Hash,
    },
    /// The act is in another role.
    #[error("the key {key} is of a {expected}, and the act is one of a {found}")]
    Role {
        /// The key's id.
        key: Hash,
        /// The role that the key has.
        expected: Role,
        /// The role in which the act is.
        found: Role,
    },
    /// Too late.
    #[error("its signature expired at {expires_at}, and it was sequenced at {at}")]
    Expired {
        /// Until when it could be sequenced.
        expires_at: Timestamp,
        /// When it was.
        at: Timestamp,
    },
    /// The facts name somebody else.
    #[error("the act says that the credential {found} does it, and {expected} signs it")]
    AnotherHand {
        /// The credential of the key.
        expected: CredentialId,
        /// The credential in the facts.
        found: CredentialId,
    },
    /// The signer saw another ledger.
    #[error(
        "its signer had seen a ledger of {size} events with the root {found}, but the first {size} events of this one have \
         the root {expected}"
    )]
    SeenElsewhere {
        /// How many events the signer had seen.
        size: u64,
        /// The root of as many here.
        expected: Hash,
        /// The root that the signer saw.
        found: Hash,
    },
    /// The signer saw more than there was.
    #[error("its signer had seen {seen} events, and only {size} stand before it")]
    SeenAhead {
        /// How many events the signer had seen.
        seen: u64,
        /// How many there were.
        size: u64,
    },
}
