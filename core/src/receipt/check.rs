//! Checking a receipt: every opening against its commitment, the event's place against a proof or a promise.
//!
//! `docs/format.md` (Receipts) says what each check shows. Everything is computed again from the bytes at hand and nothing is
//! taken from the receipt's own word. What a checkpoint is worth is the reader's policy's to say; this module has none.

use super::document::ReceiptFile;
use crate::envelope::{COMMIT_ALG_HMAC_SHA256, PartContext, commit};
use crate::id::IntentId;
use crate::ledger::{
    Checkpoint, CheckpointError, Hash, Included, InclusionError, NamedKey, Policy, Position, PromiseError,
    Promised, ProofFile, Proven, SignedPromise, VerifyError, leaf_hash,
};
use crate::time::Timestamp;

/// Evidence that a receipt agrees with itself: its name is its envelope's, and every opening is what the envelope committed to.
/// Only [`ReceiptFile::check`] gives it. It says nothing yet of any ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedReceipt<'r> {
    receipt: &'r ReceiptFile,
    /// The event's permanent name.
    pub id: IntentId,
    /// The hash of its envelope as a leaf.
    pub leaf: Hash,
    /// Its place in the ledger, as its envelope states it.
    pub position: Position,
    /// When it was recorded, as its envelope states it.
    pub recorded_at: Timestamp,
    /// The kinds of the parts that the receipt opens.
    pub open: Vec<u8>,
    /// The kinds of the parts that the envelope commits to and the receipt does not open.
    pub closed: Vec<u8>,
}

/// That the event stands in a tree, at the place that its envelope states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The place and the tree.
    pub included: Included,
    /// Who vouches for that tree.
    pub vouched: Vouched,
}

/// Who vouches for the tree that a proof leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vouched {
    /// Those whom the reader's policy asks for.
    ByPolicy(Box<Proven>),
    /// Nobody was asked: no signature was checked, and the head is worth what its source is worth.
    ByNobody(Checkpoint),
}

impl ReceiptFile {
    /// Checks that the receipt agrees with itself.
    ///
    /// # Errors
    ///
    /// [`ReceiptError`] names the part that does not fit.
    pub fn check(&self) -> Result<CheckedReceipt<'_>, ReceiptError> {
        let envelope = self.envelope();
        let intent = &envelope.intent;
        let mut closed: Vec<u8> = intent.parts.iter().map(|part| part.kind).collect();
        let mut open = Vec::new();
        for opening in self.openings() {
            let kind = opening.kind;
            let committed = intent.parts.iter().find(|part| part.kind == kind);
            let committed = committed.ok_or(ReceiptError::NoSuchPart { kind })?;
            let (event_type, schema) = (intent.event_type, intent.schema);
            let context = PartContext { log: intent.log, stream: intent.stream, event_type, schema, kind };
            let computed = commit(&opening.key, &context, &opening.bytes);
            if committed.alg != COMMIT_ALG_HMAC_SHA256 || computed != committed.commitment {
                return Err(ReceiptError::Part { kind });
            }
            closed.retain(|other| *other != kind);
            open.push(kind);
        }
        let leaf = leaf_hash(self.envelope_bytes());
        let (position, recorded_at) = (envelope.sequence.position, envelope.sequence.recorded_at);
        Ok(CheckedReceipt { receipt: self, id: self.id(), leaf, position, recorded_at, open, closed })
    }
}

impl CheckedReceipt<'_> {
    /// Checks that the event stands where its envelope says, in a checkpoint that `policy` believes; without a policy,
    /// in the checkpoint as the file has it, for which then nobody vouches.
    ///
    /// # Errors
    ///
    /// [`ReceiptError`] says what does not hold.
    pub fn included(&self, proof: &ProofFile, policy: Option<&Policy>) -> Result<Placed, ReceiptError> {
        if proof.position() != self.position {
            return Err(ReceiptError::Position { stated: self.position, proven: proof.position() });
        }
        if proof.extra().is_some() {
            return Err(ReceiptError::Extra);
        }
        let leaf = self.receipt.envelope_bytes();
        match policy {
            Some(policy) => {
                let proven = proof.verify(leaf, policy)?;
                Ok(Placed { included: proven.included, vouched: Vouched::ByPolicy(Box::new(proven)) })
            }
            None => {
                let checkpoint: Checkpoint = proof.checkpoint().text().parse()?;
                let included = proof.proof().verify(leaf, &checkpoint.head)?;
                Ok(Placed { included, vouched: Vouched::ByNobody(checkpoint) })
            }
        }
    }

    /// Checks that the ledger of `key` promised the event its place; none where the receipt carries no promise.
    ///
    /// # Errors
    ///
    /// [`ReceiptError`] says what does not hold.
    pub fn promised(&self, key: &NamedKey) -> Result<Option<Promised>, ReceiptError> {
        let Some(promise) = self.receipt.promise() else { return Ok(None) };
        let signed = SignedPromise::open(&promise.note, key)?;
        let promised = signed.check(self.receipt.envelope_bytes(), &promise.path)?;
        if promised.position() != self.position {
            return Err(ReceiptError::Position { stated: self.position, proven: promised.position() });
        }
        if signed.promise().log_id.as_bytes() != self.receipt.envelope().intent.log.as_bytes() {
            return Err(ReceiptError::OtherLedger);
        }
        Ok(Some(promised))
    }
}

/// What of a receipt does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// A part that the envelope does not name.
    #[error(
        "the receipt opens a part of kind {kind}, but its envelope commits to none: the receipt was altered"
    )]
    NoSuchPart {
        /// Its kind.
        kind: u8,
    },
    /// A part that is not what was committed to.
    #[error(
        "the part of kind {kind} is not the one that the envelope committed to: its key or its bytes were altered"
    )]
    Part {
        /// Its kind.
        kind: u8,
    },
    /// Another place than the envelope's.
    #[error("the envelope states position {stated}, but what is proven is position {proven}")]
    Position {
        /// What the envelope states.
        stated: Position,
        /// What the proof or promise shows.
        proven: Position,
    },
    /// Data in the proof file that nothing vouches for.
    #[error("the proof file of a receipt has no `extra` line, since nothing vouches for one: it was put in")]
    Extra,
    /// The proof does not hold.
    #[error(transparent)]
    Proof(#[from] VerifyError),
    /// The checkpoint does not read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The path does not lead to the root.
    #[error(transparent)]
    Inclusion(#[from] InclusionError),
    /// The promise is none of this key.
    #[error(transparent)]
    Promise(#[from] PromiseError),
    /// The promise is of another ledger than the envelope.
    #[error("the promise names another ledger than the envelope")]
    OtherLedger,
}
