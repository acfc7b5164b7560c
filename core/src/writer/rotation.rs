//! A key replaced: the one before names it, it accepts, each by its own signature; then the files of the keys follow.
//!
//! `docs/format.md` (Rotation of keys) defines the events, `docs/operating.md` (Another key) tells how it is done. It can be
//! broken off anywhere: each step finds what is there, so doing it again ends it. This module decides nothing.
//!
//! ```text
//!  next.key drawn ─▶ key-introduced, by the old key ─▶ act-countersigned, by the new one ─▶ next.key is the key
//!  broken off here:  the old key signs on                                   the next opening of the store does the rest
//! ```

use super::clock::Clock;
use super::command::{Command, Door, Target, WriteError};
use super::instance::{Instance, InstanceError, PublicKeys};
use super::keys::{KeyFileError, file_of, next_file, promote, read_key_file, read_or_draw_key};
use super::random::Random;
use super::signed::SignedCommand;
use crate::consultation::signing_credential;
use crate::envelope::{Draft, Reference, Signer};
use crate::event::code::{Custody, KeyPurpose, Trust};
use crate::event::ledger::{Countersigned, CountersignedFacts, KeyIntroduced, KeyIntroducedFacts};
use crate::event::{Absence, Event, Part, RefRole};
use crate::id::{CommandId, CredentialId, PublicKey, StreamId};
use crate::ledger::{Position, SigningKey, TreeSize, VerifyingKey};
use crate::rules::Role;
use crate::signing::{ActFile, UnsoundAct};
use crate::time::{Claimed, Timestamp};
use std::path::Path;
use std::sync::Arc;

/// Where the keys lie, in the store's directory.
const KEYS: &str = "keys";
/// How long the two signatures may wait to be recorded.
const EXPIRES_AFTER_MS: i64 = 600_000;

/// What is done, and by which keys.
#[derive(Debug)]
pub struct Replacement<'a> {
    /// What both keys sign.
    pub purpose: KeyPurpose,
    /// The key in force.
    pub old: &'a SigningKey,
    /// The key that takes over.
    pub new: &'a SigningKey,
    /// Who holds the new one.
    pub custody: Custody,
    /// In which role both act.
    pub role: Role,
    /// The consultation, where the role is for one.
    pub consultation: Option<StreamId>,
}

/// A key that took over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The key.
    pub key: VerifyingKey,
    /// The size of the ledger from which it signs.
    pub from: TreeSize,
}

/// Why a key was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The store.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// A file of a key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// An event was refused.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// An act does not read as it was sealed.
    #[error(transparent)]
    Unsound(#[from] UnsoundAct),
    /// The ledger states no such key.
    #[error(
        "no event of this ledger states its key of {0}s: an earlier draft of this software opened it; a key that is not stated \
         cannot be replaced, so create a new store and import into it"
    )]
    NotStated(KeyPurpose),
    /// A key of somebody, which is theirs to keep.
    #[error("the key of a {0} lies with its holder; give its file and that of the new key")]
    NotTheLedgers(KeyPurpose),
}

/// Draws the key that is to take over from one of the ledger itself, or reads it where it was drawn before. Nothing is
/// recorded: it is known before it is in force.
///
/// # Errors
/// [`RotationError`] where there is no such key, or its file cannot be made.
pub fn draw_next_key(
    dir: &Path,
    purpose: KeyPurpose,
    random: &mut dyn Random,
) -> Result<VerifyingKey, RotationError> {
    let next = next_file(&dir.join(KEYS), purpose).ok_or(RotationError::NotTheLedgers(purpose))?;
    Ok(read_or_draw_key(&next, random)?.verifying_key())
}

/// Replaces a key of the ledger itself, in the store at `dir`, which nobody serves meanwhile. The new key is the one that
/// waits in `keys/` ([`draw_next_key`]), or is drawn.
///
/// # Errors
/// [`RotationError`]: the old key is in force, and doing it again goes on where this ended.
pub fn rotate_ledger_key(
    dir: &Path,
    purpose: KeyPurpose,
    clock: Arc<dyn Clock>,
    random: [Box<dyn Random>; 3],
) -> Result<Rotated, RotationError> {
    let keys = dir.join(KEYS);
    let [mut draw, random, register_random] = random;
    let files = file_of(&keys, purpose).zip(next_file(&keys, purpose));
    let (file, next) = files.ok_or(RotationError::NotTheLedgers(purpose))?;
    let drawn = next.exists();
    let now = clock.now();
    let instance = Instance::open(dir, clock, random, register_random)?;
    let PublicKeys { over_time, promises_over_time, .. } = &instance.public_keys;
    let stated = match purpose {
        KeyPurpose::Checkpoint => Some(over_time),
        KeyPurpose::Promise => promises_over_time.as_ref(),
        KeyPurpose::Signer => None,
    };
    let stated = stated.ok_or(RotationError::NotStated(purpose))?;
    if drawn && !next.exists() {
        // It was accepted before: opening the store did what was left.
        let (from, key) = stated.newest_term();
        return Ok(Rotated { key: *key.key(), from });
    }
    let old = read_key_file(&file)?;
    let new = read_or_draw_key(&next, draw.as_mut())?;
    let (custody, role) = (Custody::Server, Role::Administrator);
    let replacement = Replacement { purpose, old: &old, new: &new, custody, role, consultation: None };
    let rotated = replace_key(&instance, &replacement, now)?;
    // Whatever still signs with the old key ends here.
    drop(instance);
    promote(&keys, purpose)?;
    Ok(rotated)
}

/// Records both events of a replacement, those of them that are not there yet.
///
/// # Errors
/// [`RotationError`]: what was recorded stays, and doing it again goes on from there.
pub fn replace_key(
    instance: &Instance,
    replacement: &Replacement<'_>,
    now: Timestamp,
) -> Result<Rotated, RotationError> {
    let Replacement { old, new, .. } = *replacement;
    // The one event, then the other: more may come between them.
    let valid_from = instance.writer.head().size.next_position().next().size_through();
    let introduced = introduction(replacement, valid_from.get());
    let named = (RefRole::Act, Reference::Command(introduced.id(instance)));
    let facts = CountersignedFacts { credential: credential_of(new) };
    let accepted = Countersigned { facts, signatory: Part::Absent(Absence::NotInSource) };
    let accepted = Step::new(replacement, "accept", accepted.into(), vec![named]);
    introduced.take(instance, old, now)?;
    let position = accepted.take(instance, new, now)?;
    Ok(Rotated { key: new.verifying_key(), from: position.size_through() })
}

/// The event that names the new key.
fn introduction(replacement: &Replacement<'_>, valid_from: u64) -> Step {
    let Replacement { purpose, old, new, custody, .. } = *replacement;
    let key = PublicKey(*new.verifying_key().as_bytes());
    let facts = KeyIntroducedFacts { by: credential_of(old), custody, key, purpose, valid_from };
    Step::new(replacement, "introduce", KeyIntroduced { facts }.into(), Vec::new())
}

/// The credential of a key.
fn credential_of(key: &SigningKey) -> CredentialId {
    signing_credential(&key.verifying_key().id())
}

/// One of the two events.
struct Step {
    command: Command,
    key: String,
}

impl Step {
    fn new(to: &Replacement<'_>, what: &str, event: Event, refs: Vec<(RefRole, Reference)>) -> Self {
        // One key is named and accepted once: asking again is the same asking.
        let key = format!("{what} {}", to.new.verifying_key());
        let draft = Draft { event, refs, occurred: Claimed::UNKNOWN, actor: to.role };
        let command = Command {
            door: Door { namespace: "keys".into(), trust: Trust::Native },
            key: key.clone().into_bytes(),
            request: key.clone().into_bytes(),
            target: to.consultation.map_or(Target::Instance, Target::Consultation),
            drafts: vec![draft],
        };
        Self { command, key }
    }

    fn id(&self, instance: &Instance) -> CommandId {
        instance.writer.handle().command_id(&self.command.door, &self.command.key)
    }

    /// Signs and records it, unless it is recorded; where it stands.
    fn take(self, instance: &Instance, key: &SigningKey, now: Timestamp) -> Result<Position, RotationError> {
        let handle = instance.writer.handle();
        if let Some(position) = handle.known(vec![self.id(instance)])?.into_iter().flatten().next() {
            return Ok(position);
        }
        let head = instance.writer.head();
        let signer = Signer {
            key: key.verifying_key().id(),
            seen_size: head.size.get(),
            seen_root: head.root,
            expires_at: now.plus_ms(EXPIRES_AFTER_MS),
        };
        let namespace = self.command.door.namespace.clone();
        let sealed = handle.prepare(self.command, signer)?;
        let mut act = ActFile::of(instance.opened.origin.clone(), namespace, self.key, sealed);
        act.signature = Some(act.open()?.sign(key)?);
        let receipt = handle.ask_signed(SignedCommand::of(&act)?)?;
        receipt.events.first().map(|event| event.position).ok_or_else(|| WriteError::Stopped.into())
    }
}

#[cfg(test)]
mod tests;
