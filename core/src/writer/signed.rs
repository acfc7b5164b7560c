//! A signed act on its way into a group: sealed again with the signer's own keys, it must get the name that was signed.
//!
//! `docs/format.md` (Signed acts). So nothing enters the record that this software would not have sealed itself, and a record
//! that has moved on since the act was prepared refuses it. This module knows no thread and no queue.

use super::command::{Command, Door, Target, WriteError};
use crate::consultation::Book;
use crate::envelope::{PartKey, Sealed, Signature, Signer, instance_stream};
use crate::event::code::Trust;
use crate::id::{CommandId, IntentId};
use crate::ledger::Position;
use crate::rules::Role;
use crate::signing::{ActFile, Claim, UnsoundAct, check};
use crate::time::Timestamp;

/// An act signed away from the server, to be recorded.
#[derive(Debug, Clone)]
pub struct SignedCommand {
    pub(super) command: Command,
    pub(super) signed: Signed,
}

/// What was signed.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) id: IntentId,
    pub(super) command: CommandId,
    pub(super) signer: Signer,
    pub(super) signature: Signature,
    pub(super) keys: Vec<PartKey>,
}

impl SignedCommand {
    /// Opens a signed document; whether its signature counts is asked when it is recorded.
    ///
    /// # Errors
    /// [`UnsoundAct`] names what does not fit, or that nobody signed it yet.
    pub fn of(file: &ActFile) -> Result<Self, UnsoundAct> {
        let act = file.open()?;
        let signature = file.signature.ok_or(UnsoundAct::Unsigned)?;
        let signature = Signature { alg: 1, bytes: signature.as_bytes().to_vec() };
        let stream = act.intent.stream;
        let target = if stream == instance_stream(act.intent.log) {
            Target::Instance
        } else {
            Target::Consultation(stream)
        };
        let command = Command {
            door: Door { namespace: file.namespace.clone(), trust: Trust::Native },
            key: file.key.clone().into_bytes(),
            request: act.id.0.to_vec(),
            target,
            drafts: vec![act.draft()],
        };
        let signed = Signed {
            id: act.id,
            command: act.intent.command,
            signer: act.signer,
            signature,
            keys: act.part_keys,
        };
        Ok(Self { command, signed })
    }

    /// What the signer had seen, for whoever holds the tree.
    #[must_use]
    pub const fn signer(&self) -> &Signer {
        &self.signed.signer
    }
}

impl Signed {
    /// Whether what was sealed again is what was signed, and the signature counts.
    pub(super) fn admit(
        &self,
        book: &dyn Book,
        sealed: &Sealed,
        actor: Role,
        at: Timestamp,
        position: Position,
    ) -> Result<(), WriteError> {
        if sealed.id != self.id || sealed.intent.command != self.command {
            return Err(WriteError::NotAsSigned { signed: self.id, found: sealed.id });
        }
        let claim = Claim {
            id: self.id,
            signer: &self.signer,
            signature: &self.signature,
            actor,
            stream: sealed.intent.stream,
            event: &sealed.event,
            at,
            position,
        };
        check(book, &claim).map(drop).map_err(WriteError::Signature)
    }
}
