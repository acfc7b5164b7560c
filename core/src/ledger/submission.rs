//! Submissions: what a ledger sends to a witness, and what the witness makes of it.
//!
//! C2SP tlog-witness (`add-checkpoint`) defines the text and the refusals, `docs/format.md` (Witnesses) repeats them. The
//! judgement is a function of what the witness has cosigned before and of the bytes; a cosignature can be made of nothing
//! but its result. This module keeps nothing, knows no clock and no connection.
//!
//! ```text
//! old 4                                             the size that the witness cosigned last, as far as the ledger knows
//! PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=      the consistency proof from there, at most 63 hashes
//!
//! example.org/villeneuve                            the new checkpoint, signed by the ledger
//! 7
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.org/villeneuve AbCd…
//! ```

use std::fmt;

use super::base64::{self, Base64Error};
use super::checkpoint::{Checkpoint, CheckpointError};
use super::cosignature::CosignatureError;
use super::fork::Fork;
use super::named_key::{Cosigner, KeyName, NamedKey};
use super::note::{Note, NoteError, NoteSignature, OpenError};
use super::number::TreeSize;
use super::proof::ConsistencyProof;
use super::verify::ConsistencyError;

/// A checkpoint offered to a witness, with the proof that it goes on from the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The size of the checkpoint that the witness is thought to have cosigned last; 0 for none.
    pub old: TreeSize,
    /// That the new tree begins with the old one.
    pub proof: ConsistencyProof,
    note: Note,
    checkpoint: Checkpoint,
}

impl Submission {
    /// How many bytes a submission may have.
    pub const MAX_LEN: usize = Note::MAX_LEN + 4_096;

    /// How many hashes its proof may have.
    pub const MAX_PROOF: usize = 63;

    /// Puts a submission together.
    ///
    /// # Errors
    ///
    /// [`SubmissionError`] when the note is no checkpoint.
    pub fn new(old: TreeSize, proof: ConsistencyProof, note: Note) -> Result<Self, SubmissionError> {
        if proof.path.len() > Self::MAX_PROOF {
            return Err(SubmissionError::Long { found: proof.path.len() });
        }
        let checkpoint = note.text().parse().map_err(SubmissionError::Checkpoint)?;
        Ok(Self { old, proof, note, checkpoint })
    }

    /// Reads a submission. Nothing in it is to be believed before [`judge`](Self::judge).
    ///
    /// # Errors
    ///
    /// [`SubmissionError`] says what is not as it must be.
    pub fn parse(bytes: &[u8]) -> Result<Self, SubmissionError> {
        let (mut lines, mut rest) = (Vec::new(), bytes);
        let note = loop {
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or(SubmissionError::NoEmptyLine)?;
            let (line, after) = rest.split_at(end);
            let after = after.get(1..).unwrap_or_default();
            if line.is_empty() {
                break after;
            }
            // The first line, the proof, and one more to say that there are too many.
            if lines.len() > Self::MAX_PROOF {
                return Err(SubmissionError::Long { found: lines.len() });
            }
            lines.push(line);
            rest = after;
        };
        let (first, hashes) = lines.split_first().ok_or(SubmissionError::Old { found: String::new() })?;
        let old = old_size(first)?;
        let path = (2..).zip(hashes).map(|(line, hash)| {
            let text = std::str::from_utf8(hash).map_err(|_| SubmissionError::NotText { line })?;
            base64::decode_hash(text).map_err(|source| SubmissionError::Hash { line, source })
        });
        let proof = ConsistencyProof { path: path.collect::<Result<_, _>>()? };
        Self::new(old, proof, Note::parse(note)?)
    }

    /// The checkpoint as it was sent, with all its signatures.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// The ledger that it claims to be of.
    #[must_use]
    pub const fn origin(&self) -> &KeyName {
        &self.checkpoint.origin
    }

    /// Whether a witness that trusts `keys` for this origin, and has cosigned `seen` of it last, may cosign this.
    ///
    /// # Errors
    ///
    /// [`Refusal`], in the order of C2SP tlog-witness: an unknown ledger, its signature, the sizes, the proof.
    pub fn judge(&self, keys: &[NamedKey], seen: Option<&Note>) -> Result<Accepted, Refusal> {
        let Checkpoint { origin, head } = &self.checkpoint;
        let keys: Vec<NamedKey> = keys.iter().filter(|key| key.name() == origin).cloned().collect();
        if keys.is_empty() {
            return Err(Refusal::UnknownLog { origin: origin.clone() });
        }
        self.note.open(&keys).map_err(Refusal::Signature)?;
        if self.old > head.size {
            return Err(Refusal::Shrinks { old: self.old, new: head.size });
        }
        let before: Option<Checkpoint> = match seen {
            None => None,
            Some(note) => Some(note.text().parse().map_err(Refusal::Memory)?),
        };
        let cosigned = before.as_ref().map_or(TreeSize::EMPTY, |before| before.head.size);
        if self.old != cosigned {
            return Err(Refusal::Stale { cosigned, old: self.old });
        }
        let accepted = Accepted { note: self.note.clone(), checkpoint: self.checkpoint.clone() };
        // Every tree begins with the empty one: nothing is to be proven, and nothing may pretend to be a proof.
        let (Some(seen), Some(before)) = (seen, before.filter(|before| !before.head.size.is_empty())) else {
            let extra = self.proof.path.len();
            return if extra == 0 { Ok(accepted) } else { Err(Refusal::ProofOfNothing { found: extra }) };
        };
        match self.proof.verify(&before.head, head) {
            Ok(_) => Ok(accepted),
            Err(source) => {
                let fork = Fork::between(seen, &self.note, &self.proof);
                Err(Refusal::Unproven { source, fork: Box::new(fork) })
            }
        }
    }
}

fn old_size(line: &[u8]) -> Result<TreeSize, SubmissionError> {
    let found = || SubmissionError::Old { found: String::from_utf8_lossy(line).chars().take(60).collect() };
    let digits =
        std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix("old ")).ok_or_else(found)?;
    match digits.parse() {
        Ok(size) if size <= Checkpoint::MAX_SIZE => Ok(size),
        Ok(_) | Err(_) => Err(found()),
    }
}

/// The bytes that are sent.
impl fmt::Display for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.path.iter().try_for_each(|hash| writeln!(f, "{}", base64::encode(hash)))?;
        write!(f, "\n{}", self.note)
    }
}

/// A checkpoint that a witness may cosign once it remembers it; only [`Submission::judge`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    note: Note,
    checkpoint: Checkpoint,
}

impl Accepted {
    /// The checkpoint.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The cosignature by `key` at `at_s` seconds since 1970, and the note with it: to be kept before the cosignature is
    /// given out.
    ///
    /// # Errors
    ///
    /// [`CosignError`] when the instant is out of range, or the note is full.
    pub fn cosign(&self, key: &Cosigner, at_s: u64) -> Result<(NoteSignature, Note), CosignError> {
        let cosignature = key.cosign(&self.checkpoint, at_s)?;
        // What others cosigned, and this witness before, is not for it to remember: it would only grow.
        let of_log = |line: &&NoteSignature| line.name() == &self.checkpoint.origin;
        let mut kept: Vec<NoteSignature> = self.note.signatures().iter().filter(of_log).cloned().collect();
        kept.push(cosignature.clone());
        Ok((cosignature, Note::new(self.note.text(), kept)?))
    }
}

/// Why a checkpoint that was accepted could not be cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// The instant.
    #[error(transparent)]
    Instant(#[from] CosignatureError),
    /// The note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// Bytes that are not a submission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// Nothing separates the proof from the checkpoint.
    #[error("a submission is `old SIZE`, a proof, an empty line and a checkpoint; there is no empty line")]
    NoEmptyLine,
    /// The first line.
    #[error("line 1: expected `old` and a decimal below 2^63 without leading zero, found {found:?}")]
    Old {
        /// How it begins.
        found: String,
    },
    /// A line of the proof is no text.
    #[error("line {line}: a hash is written in base64; this is no text")]
    NotText {
        /// The 1-based line.
        line: usize,
    },
    /// A line of the proof is no hash.
    #[error("line {line}: {source}")]
    Hash {
        /// The 1-based line.
        line: usize,
        /// What is wrong with it.
        source: Base64Error,
    },
    /// Too many lines of proof.
    #[error("a proof has at most {} hashes, found {found} or more", Submission::MAX_PROOF)]
    Long {
        /// How many were found.
        found: usize,
    },
    /// What follows is no note.
    #[error("the checkpoint: {0}")]
    Note(#[from] NoteError),
    /// What follows is no checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[source] CheckpointError),
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not follow this ledger.
    #[error("this witness does not follow {origin}")]
    UnknownLog {
        /// The ledger.
        origin: KeyName,
    },
    /// The ledger did not sign.
    #[error("the checkpoint is not signed by a key that this witness trusts for its origin: {0}")]
    Signature(#[source] OpenError),
    /// The old size is above the new one.
    #[error("a ledger only grows: the old size is {old}, the checkpoint's {new}")]
    Shrinks {
        /// The old size.
        old: TreeSize,
        /// The new one.
        new: TreeSize,
    },
    /// The ledger does not know, or does not say, what was cosigned last.
    #[error("this witness cosigned a tree of {cosigned} last; the submission goes on from {old}")]
    Stale {
        /// What it cosigned.
        cosigned: TreeSize,
        /// What the submission says.
        old: TreeSize,
    },
    /// Hashes where there is nothing to prove.
    #[error("nothing is to be proven from an empty tree; found {found} hashes")]
    ProofOfNothing {
        /// How many.
        found: usize,
    },
    /// The new tree is not shown to begin with the old one.
    #[error("the checkpoint is not shown to go on from the one cosigned last: {source}")]
    Unproven {
        /// What does not fit.
        source: ConsistencyError,
        /// Both checkpoints, for whoever asks.
        fork: Box<Fork>,
    },
    /// What the witness remembers is no checkpoint.
    #[error("what this witness remembers is no checkpoint: {0}")]
    Memory(#[source] CheckpointError),
}

impl Refusal {
    /// The HTTP status of C2SP tlog-witness.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::UnknownLog { .. } => 404,
            Self::Signature(_) => 403,
            Self::Shrinks { .. } => 400,
            Self::Stale { .. } => 409,
            Self::ProofOfNothing { .. } | Self::Unproven { .. } => 422,
            Self::Memory(_) => 500,
        }
    }
}

#[cfg(test)]
mod tests;
