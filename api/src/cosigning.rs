//! What the operator's own policy asks for, and the newest checkpoint that satisfies it.
//!
//! `docs/operating.md` (Witnesses) says where the policy stands. An instance without one publishes what it signs. This
//! module asks no witness and writes nothing.

use devenir_core::ledger::{Checkpoint, Evaluation, LogKeys, Note, Policy, PolicyError, Quorum, TreeSize};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

/// The file beside the store.
const POLICY: &str = "policy.txt";

/// A policy, and what satisfies it.
#[derive(Debug)]
pub struct Cosigning {
    policy: Policy,
    keys: LogKeys,
    cosigned: RwLock<Option<Evaluation>>,
}

impl Cosigning {
    /// Follows a policy, whose ledger is that of `keys` whether it says so or not.
    #[must_use]
    pub fn new(policy: Policy, keys: LogKeys) -> Self {
        let policy = policy.with_key_of_log(keys.newest().clone());
        Self { policy, keys, cosigned: RwLock::new(None) }
    }

    /// The policy, with the key with which the ledger signs now.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the policy says of the newest checkpoint that satisfies it; none before the first.
    #[must_use]
    pub fn cosigned(&self) -> Option<Evaluation> {
        self.cosigned.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a checkpoint satisfies the policy.
    #[must_use]
    pub fn is_enough(&self, note: &Note) -> bool {
        self.evaluate(note).is_some_and(|evaluation| evaluation.quorum() != Quorum::Missing)
    }

    /// What the policy says of a checkpoint that the ledger signed with the key of its size.
    fn evaluate(&self, note: &Note) -> Option<Evaluation> {
        let size = note.text().parse::<Checkpoint>().ok()?.head.size;
        self.policy.clone().with_key_of_log(self.keys.at(size).clone()).evaluate(note).ok()
    }

    /// Takes a checkpoint as the newest, where it satisfies the policy; gives whether it does.
    pub fn take(&self, note: &Note) -> bool {
        let Some(evaluation) = self.evaluate(note) else { return false };
        match evaluation.quorum() {
            Quorum::Missing => false,
            Quorum::Reached { .. } | Quorum::NotAsked => {
                *self.cosigned.write().unwrap_or_else(PoisonError::into_inner) = Some(evaluation);
                true
            }
        }
    }
}

/// How many events a published checkpoint covers that somebody beside the ledger has signed; none of one that nobody has.
/// What is published with more lines than the ledger's own is what enough witnesses have cosigned.
#[must_use]
pub fn cosigned_size(checkpoint: &[u8]) -> Option<TreeSize> {
    let note = Note::parse(checkpoint).ok()?;
    // Its first signature is the ledger's own.
    let is_cosigned = note.signatures().len() > 1;
    is_cosigned.then(|| note.text().parse::<Checkpoint>().ok().map(|it| it.head.size)).flatten()
}

/// Reads the policy beside a store; none where there is no such file.
///
/// # Errors
/// [`PolicyFileError`]
pub fn policy_of(store: &Path) -> Result<Option<Policy>, PolicyFileError> {
    let path = store.join(POLICY);
    if path.exists() { read_policy(&path).map(Some) } else { Ok(None) }
}

/// Reads a policy.
///
/// # Errors
/// [`PolicyFileError`] where the file does not read, or is no policy.
pub fn read_policy(path: &Path) -> Result<Policy, PolicyFileError> {
    let bytes =
        std::fs::read(path).map_err(|source| PolicyFileError::Io { path: path.to_owned(), source })?;
    Policy::parse(&bytes).map_err(|source| PolicyFileError::Policy { path: path.to_owned(), source })
}

/// Why a policy cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFileError {
    /// The file.
    #[error("the policy {} cannot be read: {source}", path.display())]
    Io {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What it says.
    #[error("the policy {}: {source}", path.display())]
    Policy {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        source: PolicyError,
    },
}
