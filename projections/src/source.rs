//! Where views read the record from: events in order, from a position on.
//!
//! `docs/design.md` (Views) asks for no more: a store's reader gives envelopes and parts, a test gives a list.
//! What this software cannot read is handed on as such, since a view skips it and stands still at nothing.

use devenir_core::envelope::{PartKey, ReadError, Recorded, VaultPart, decode, intent_id, read};
use devenir_core::event::Absence;
use devenir_core::id::{IntentId, LogId};
use devenir_core::ledger::{Hash, Position, TreeSize, leaf_hash};
use devenir_core::store::{Place, Reader, SealedPart, StoreError};

/// One event of the record as far as this software can read it.
pub type Item = Result<Recorded, Box<Unread>>;

/// An event that stands in the record and that this software cannot read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unread {
    /// Its place.
    pub position: Position,
    /// The ledger, where at least the envelope reads.
    pub log: Option<LogId>,
    /// Its name, where at least the envelope reads.
    pub id: Option<IntentId>,
    /// The hash of its bytes.
    pub leaf: Hash,
    /// Why it does not read.
    pub reason: ReadError,
}

/// Why the record could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record could not be read: {0}")]
pub struct SourceError(pub String);

/// The record, to be read from a position on, if need be by a thread of its own.
pub trait Source: Send {
    /// How many events there are.
    ///
    /// # Errors
    /// [`SourceError`] where the medium does not answer.
    fn size(&mut self) -> Result<TreeSize, SourceError>;

    /// The events from `from` on, in order and without holes, at most `limit` of them; fewer only at the end.
    ///
    /// # Errors
    /// [`SourceError`] where the medium does not answer.
    fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError>;
}

/// Where an item stands and what it hashes to.
pub(crate) fn place_of(item: &Item) -> (Position, Hash, Option<LogId>) {
    match item {
        Ok(recorded) => (recorded.position, recorded.leaf, Some(recorded.log)),
        Err(unread) => (unread.position, unread.leaf, unread.log),
    }
}

/// A record in memory: its positions are the indexes of the list.
impl Source for &[Recorded] {
    fn size(&mut self) -> Result<TreeSize, SourceError> {
        Ok(TreeSize::new(self.len() as u64))
    }

    fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError> {
        let from = usize::try_from(from.get()).unwrap_or(usize::MAX);
        Ok(self.iter().skip(from).take(limit).cloned().map(Ok).collect())
    }
}

/// A store, read through its two ports.
#[derive(Debug)]
pub struct StoreSource<R>(pub R);

impl<R: Reader> Source for StoreSource<R> {
    fn size(&mut self) -> Result<TreeSize, SourceError> {
        Ok(self.0.head().map_err(unreadable)?.size)
    }

    fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError> {
        let envelopes = self.0.read(from, limit).map_err(unreadable)?;
        let end = TreeSize::new(from.get()).plus(envelopes.len() as u64).next_position();
        let mut parts = self.0.open_all(from..end).map_err(unreadable)?.into_iter().peekable();
        let mut position = from;
        let mut items = Vec::with_capacity(envelopes.len());
        for bytes in &envelopes {
            let mut own = Vec::new();
            while let Some(part) = parts.next_if(|(place, _)| place.position == position) {
                own.push(part);
            }
            items.push(item(position, bytes, own));
            position = position.next();
        }
        Ok(items)
    }
}

fn unreadable(error: StoreError) -> SourceError {
    SourceError(error.to_string())
}

/// Reads one envelope with the parts that are kept for its position.
fn item(position: Position, bytes: &[u8], mut parts: Vec<(Place, SealedPart)>) -> Item {
    let opened = read(bytes, &mut |index, committed| {
        let wanted = |(place, part): &(Place, SealedPart)| {
            usize::from(place.index) == index && part.commitment == committed.commitment.0
        };
        match parts.iter().position(wanted).map(|at| parts.swap_remove(at)) {
            Some((_, part)) => VaultPart::Open { key: PartKey::new(*part.key), bytes: part.bytes },
            // One that is gone is lost, unless a later event says that it was erased.
            None => VaultPart::Absent(Absence::Lost),
        }
    });
    opened.map_err(|reason| {
        let envelope = decode(bytes).ok();
        Box::new(Unread {
            position,
            log: envelope.as_ref().map(|envelope| envelope.intent.log),
            id: envelope.as_ref().map(|envelope| intent_id(&envelope.intent)),
            leaf: leaf_hash(bytes),
            reason,
        })
    })
}
