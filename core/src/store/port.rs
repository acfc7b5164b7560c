//! The two ports, and the store that joins them, as contracts.
//!
//! `docs/format.md` (Stores) and the sentences below define them; `contract.rs` tests them over every
//! adapter. All calls block and none needs a runtime, so that the one writing thread reads as a straight
//! line; nothing here knows SQLite, KurrentDB or what an envelope means.
//!
//! What holds for every adapter:
//!
//! * **Atomicity.** An append or a commit happens whole or not at all.
//! * **Durability.** `Ok` means that the data survives a power cut.
//! * **Visibility.** Once it returned `Ok`, every later read by any reader sees it; no reader ever sees
//!   part of a group, nor position n + 1 without position n.
//! * **Retries.** An adapter retries what can be retried without doubt; its caller never retries an error
//!   that is [fatal](StoreError::is_fatal).
//! * **Ownership.** One writing handle exists at a time, in one thread; readers are many, each in its own
//!   thread, and never wait for the writer nor hold it up.

use std::ops::Range;
use std::time::Duration;

use super::error::StoreError;
use super::group::{Group, Leaf, Place, Request, SealedPart};
use crate::ledger::{Position, TreeHead, TreeSize};

/// The reading half of a [`Ledger`].
pub trait ReadLedger: Send {
    /// The head of the last durable group.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the medium cannot be read, or what it says is damaged.
    fn head(&self) -> Result<TreeHead, StoreError>;

    /// The envelopes from position `from` on, in order and without holes, at most `count_max` of them.
    ///
    /// Fewer come back only at the end of the ledger, and none at or beyond it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the medium cannot be read, or a position below the head is missing.
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Waits until the ledger holds more than `size` events, at most for `patience`; returns the head then.
    ///
    /// # Errors
    ///
    /// As [`ReadLedger::head`].
    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError>;
}

/// The reading half of a [`Vault`].
///
/// What it returns was kept apart from the ledger: a reader that matters recomputes the commitment.
pub trait ReadVault: Send {
    /// The part at `place` that carries `commitment`; none where it was erased or never kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the medium cannot be read, or what it says is damaged.
    fn open(&self, place: Place, commitment: &[u8; 32]) -> Result<Option<SealedPart>, StoreError>;

    /// All parts that are kept for the events in `positions`, in order of place; for replays.
    ///
    /// Where a vault stands apart from its ledger, a crash may leave a part of an event that never was:
    /// the caller takes a part only if the envelope names its commitment.
    ///
    /// # Errors
    ///
    /// As [`ReadVault::open`].
    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError>;

    /// The request of the command whose first event stands at `position`; none once it was forgotten.
    ///
    /// The caller compares the command's id: the vault does not know which command a position belongs to.
    ///
    /// # Errors
    ///
    /// As [`ReadVault::open`].
    fn recall(&self, position: Position) -> Result<Option<Request>, StoreError>;
}

/// Everything that a reading thread needs.
pub trait Reader: ReadLedger + ReadVault {}
impl<T: ReadLedger + ReadVault> Reader for T {}

/// The append-only half of a store: public, permanent, totally ordered.
///
/// KurrentDB can keep this contract: one stream, its revision is the position, its expected revision the
/// fence; an adapter whose medium keeps no root recomputes it.
pub trait Ledger: ReadLedger {
    /// Appends `leaves` at the consecutive positions from `expected` on, all or none, if the ledger holds
    /// exactly `expected` events; returns the new head.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] and [`StoreError::NotWritten`]: nothing was written. After an answer that
    /// got lost the adapter reads back and compares bytes; [`StoreError::Poisoned`] where that fails too.
    fn append(&mut self, expected: TreeSize, leaves: &[&Leaf]) -> Result<TreeHead, StoreError>;

    /// A reader for another thread.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the medium cannot be opened once more.
    fn ledger_reader(&self) -> Result<Box<dyn ReadLedger>, StoreError>;
}

/// The erasable half of a store: parts with their keys, and requests. It overwrites and deletes.
///
/// Parts are addressed by place *and* commitment: two writers that raced for a position never displace
/// each other's parts.
pub trait Vault: ReadVault {
    /// Keeps `parts`, durably; called before their envelopes are appended.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some parts may have been kept, as orphans that [`Vault::sweep`] drops.
    fn put(&mut self, parts: &[(Place, &SealedPart)]) -> Result<(), StoreError>;

    /// Remembers `requests`, durably; called before their events are appended.
    ///
    /// # Errors
    ///
    /// As [`Vault::put`].
    fn remember(&mut self, requests: &[Request]) -> Result<(), StoreError>;

    /// Deletes the parts at `places` and the requests at `positions`; see [`Store::erase`].
    ///
    /// # Errors
    ///
    /// As [`Store::erase`].
    fn erase(&mut self, places: &[Place], positions: &[Position]) -> Result<(), StoreError>;

    /// Drops the parts and requests at or beyond `size`: their group never became durable. Returns how many.
    ///
    /// Called with the ledger's head before the first group of a new writer.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; what was not dropped is dropped the next time.
    fn sweep(&mut self, size: TreeSize) -> Result<u64, StoreError>;

    /// A reader for another thread.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the medium cannot be opened once more.
    fn vault_reader(&self) -> Result<Box<dyn ReadVault>, StoreError>;
}

/// The one writing handle of a ledger with its vault.
pub trait Store: Send {
    /// The head of the last durable group.
    fn head(&self) -> TreeHead;

    /// Makes `group` durable at the positions from `expected` on, all or none; returns the new head.
    ///
    /// A part is durable no later than its envelope, so a crash leaves at most an orphan part, never a
    /// missing one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`], [`StoreError::Misuse`] and [`StoreError::NotWritten`] left everything
    /// unchanged, and the store takes the next group. [`StoreError::Poisoned`] means that the outcome is
    /// in doubt: every later commit is refused until the store is reopened.
    fn commit(&mut self, expected: TreeSize, group: &Group) -> Result<TreeHead, StoreError>;

    /// Deletes the parts at `places`, and what is remembered of the commands whose first events stand at
    /// `positions`. Asking twice is fine.
    ///
    /// When this returns `Ok`, no file of the store holds a deleted byte or key any more.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotWritten`]: nothing was deleted. [`StoreError::ErasureHeld`]: deleted, but another
    /// process still holds an old view of the file open, so the bytes are still there: ask again.
    fn erase(&mut self, places: &[Place], positions: &[Position]) -> Result<(), StoreError>;

    /// A reader for another thread. It stays valid when this handle is dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the medium cannot be opened once more.
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError>;
}
