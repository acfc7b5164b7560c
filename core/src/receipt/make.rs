//! Making a receipt from a store: the envelope and what the vault still holds of it, with a proof file.
//!
//! `docs/format.md` (Receipts) defines both. The openings give away whatever the parts say, so the caller has made sure that
//! it speaks with the author; this module does not know how.

use super::document::{Opening, ReceiptFile, ReceiptFileError};
use crate::envelope::PartKey;
use crate::ledger::{
    CheckpointError, LogKeys, Note, Position, ProofFile, ProofFileError, Subtrees, TreeSize, prove_inclusion,
};
use crate::store::{Place, Reader, StoreError};

/// The receipt of the event at `position`, and the proof that it stands in the tree of `checkpoint`, a note by the one of `keys`
/// that signs over so many events, whose hashes `tree` has. Parts that were erased are not opened, from the decision on: `erased` has bit i for the i-th part of
/// the envelope, which the store may still hold.
///
/// # Errors
///
/// [`MakeError::NotCovered`] while the checkpoint is too small, and what keeps the store or the tree from being read.
pub fn make<S: Subtrees>(
    reader: &dyn Reader,
    tree: &S,
    position: Position,
    checkpoint: &Note,
    keys: &LogKeys,
    erased: u16,
) -> Result<(ReceiptFile, ProofFile), MakeError<S::Error>> {
    let size = keys.open(checkpoint)?.head.size;
    if !position.is_within(size) {
        return Err(MakeError::NotCovered { position, size });
    }
    let envelope = reader.read(position, 1)?.into_iter().next();
    let envelope = envelope.ok_or(MakeError::NotCovered { position, size })?;
    let parts = reader.open_all(position..position.next())?;
    let opening = |part: crate::store::SealedPart| Opening {
        kind: part.kind,
        key: PartKey::new(*part.key),
        bytes: part.bytes,
    };
    let is_left = |place: &Place| erased & 1u16.checked_shl(place.index.into()).unwrap_or(0) == 0;
    let openings =
        parts.into_iter().filter(|(place, _)| is_left(place)).map(|(_, part)| opening(part)).collect();
    let receipt = ReceiptFile::new(envelope, openings, None)?;
    let path = prove_inclusion(tree, position, size).map_err(MakeError::Tree)?;
    Ok((receipt, ProofFile::new(b"", path, checkpoint.clone())?))
}

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum MakeError<E> {
    /// The checkpoint is older than the event.
    #[error(
        "event {position} is not in a checkpoint over {size} events; ask again once a newer one is published"
    )]
    NotCovered {
        /// The event.
        position: Position,
        /// How many events the checkpoint covers.
        size: TreeSize,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoint is none of the ledger's.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The tree cannot be read.
    #[error("the proof cannot be made")]
    Tree(#[source] crate::ledger::ProveError<E>),
    /// The envelope is none.
    #[error(transparent)]
    Receipt(#[from] ReceiptFileError),
    /// The proof is none.
    #[error(transparent)]
    Proof(#[from] ProofFileError),
}
