//! The promiser: one signature for a durable group, and each caller's path in it.
//!
//! `docs/format.md` (Promises) defines the note. It signs after the commit and before anybody is told, so it is on every
//! caller's way: one tree over the group, one signature, and a path an event. This module keeps no promise.

use std::sync::Arc;

use crate::id::LogId;
use crate::ledger::{
    Hash, InclusionProof, KeyName, NamedKey, Note, NoteSigner, Position, Promise, SigningKey, Tree,
};
use crate::time::Timestamp;

/// By when a public checkpoint covers a group, in milliseconds after its recording.
const INCLUDE_WITHIN_MS: i64 = 120_000;

/// Signs the promises of one ledger.
pub(super) struct Promiser {
    origin: KeyName,
    log: LogId,
    key: NoteSigner,
}

/// The ledger's promise to one command: the note, and for each of its events the path to the root that the note states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPromise {
    /// The signed promise, the same for every command of the group.
    pub note: Arc<Note>,
    /// A path an event, in the order of the receipt's events; each counts from 0 within the group.
    pub paths: Vec<InclusionProof>,
}

/// A promised group, from which each command takes its part.
pub(super) struct PromisedGroup {
    note: Arc<Note>,
    first: Position,
    tree: Tree,
}

impl Promiser {
    /// A promiser for the ledger `origin`, whose key has the name that promises ask for.
    pub(super) fn new(origin: KeyName, log: LogId, secret: SigningKey) -> Self {
        let key = NoteSigner::new(Promise::key_name(&origin), secret);
        Self { origin, log, key }
    }

    /// The key that checks the promises.
    pub(super) const fn public(&self) -> &NamedKey {
        self.key.public()
    }

    /// Signs for a group that is durable; none where nothing can be promised about it (it is empty).
    pub(super) fn promise(
        &self,
        first: Position,
        leaves: impl Iterator<Item = Hash>,
        recorded_at: Timestamp,
    ) -> Option<PromisedGroup> {
        let tree: Tree = leaves.collect();
        let promise = Promise {
            origin: self.origin.clone(),
            log_id: Hash::from_bytes(self.log.0),
            first,
            group: tree.head(),
            recorded_at_ms: recorded_at.0,
            include_by_ms: recorded_at.plus_ms(INCLUDE_WITHIN_MS).0,
        };
        // The key has the promises' name, so only a group without events is refused.
        let note = Arc::new(promise.sign(&self.key).ok()?);
        Some(PromisedGroup { note, first, tree })
    }
}

impl PromisedGroup {
    /// The part of a command whose events stand at these positions; none where one is not in the group.
    pub(super) fn of(&self, positions: impl Iterator<Item = Position>) -> Option<GroupPromise> {
        let path = |position: Position| {
            let index = Position::new(position.get().checked_sub(self.first.get())?);
            self.tree.prove_inclusion(index, self.tree.size()).ok()
        };
        Some(GroupPromise {
            note: Arc::clone(&self.note),
            paths: positions.map(path).collect::<Option<_>>()?,
        })
    }
}
