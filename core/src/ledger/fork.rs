//! Forks: two checkpoints that one ledger signed, of which neither tree is shown to begin with the other.
//!
//! `docs/format.md` (Forks) defines the text. With two roots of one size, or with a proof that the larger tree begins with
//! another one than the smaller checkpoint states, the two notes convict the ledger before anybody who has its key; without,
//! they are what somebody was refused for, and a question to the ledger. This module keeps nothing.
//!
//! ```text
//! devenir fork v0
//! begins CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     only with a proof: the root with which the larger tree begins
//! PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=            that proof, from the size of the smaller checkpoint
//!
//! example.org/villeneuve …                                the first note
//!
//! example.org/villeneuve …                                the second
//! ```

use std::fmt;

use super::base64::{self, Base64Error};
use super::checkpoint::{Checkpoint, CheckpointError};
use super::hash::Hash;
use super::named_key::NamedKey;
use super::note::{Note, NoteError, OpenError};
use super::number::TreeSize;
use super::proof::{ConsistencyProof, TreeHead};
use super::verify::ConsistencyError;

const TITLE: &str = "devenir fork v0";
const BEGINS: &str = "begins ";

/// Two checkpoints of one ledger that do not fit together, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    first: Note,
    second: Note,
    /// With which root of the smaller size the larger tree begins, and the proof.
    begins: Option<(Hash, ConsistencyProof)>,
}

impl Fork {
    /// Two notes, with the proof that the ledger gave and that does not lead from the first to the second.
    ///
    /// Where it leads to the second from another tree, it is kept, for it convicts the ledger by itself.
    #[must_use]
    pub fn between(first: &Note, second: &Note, proof: &ConsistencyProof) -> Self {
        let heads = |note: &Note| note.text().parse::<Checkpoint>().map(|checkpoint| checkpoint.head);
        let begins = match (heads(first), heads(second)) {
            (Ok(old), Ok(new)) => match proof.verify(&old, &new) {
                Err(ConsistencyError::OldRoot { computed, .. }) => Some((computed, proof.clone())),
                Ok(_) | Err(_) => None,
            },
            (Ok(_) | Err(_), _) => None,
        };
        Self { first: first.clone(), second: second.clone(), begins }.with_sound_proof()
    }

    /// Two notes, where the larger tree is known to begin with `root` at the size of the smaller.
    #[must_use]
    pub fn begins_with(smaller: &Note, larger: &Note, root: Hash, proof: ConsistencyProof) -> Self {
        let begins = Some((root, proof));
        Self { first: smaller.clone(), second: larger.clone(), begins }.with_sound_proof()
    }

    /// The proof is kept only where it holds.
    fn with_sound_proof(mut self) -> Self {
        if self.begins.is_some() && self.contradiction().is_err() {
            self.begins = None;
        }
        self
    }

    /// The two notes.
    #[must_use]
    pub const fn notes(&self) -> (&Note, &Note) {
        (&self.first, &self.second)
    }

    /// Whether the two notes, both signed by `key`, convict the ledger.
    ///
    /// # Errors
    ///
    /// [`NotAFork`] says what is missing.
    pub fn convicts(&self, key: &NamedKey) -> Result<(TreeHead, TreeHead), NotAFork> {
        for note in [&self.first, &self.second] {
            note.open(std::slice::from_ref(key))?;
        }
        let contradiction = self.contradiction()?;
        if self.first.text().lines().next() != Some(key.name().as_str()) {
            return Err(NotAFork::OtherLogs);
        }
        Ok(contradiction)
    }

    /// What the texts say against each other, whoever signed them.
    fn contradiction(&self) -> Result<(TreeHead, TreeHead), NotAFork> {
        let [first, second]: [Checkpoint; 2] = [self.first.text().parse()?, self.second.text().parse()?];
        if first.origin != second.origin {
            return Err(NotAFork::OtherLogs);
        }
        let (old, new) = (first.head, second.head);
        if old.size == new.size {
            return if old.root == new.root { Err(NotAFork::Same) } else { Ok((old, new)) };
        }
        let (root, proof) =
            self.begins.as_ref().ok_or(NotAFork::Unproven { old: old.size, new: new.size })?;
        proof.verify(&TreeHead { size: old.size, root: *root }, &new)?;
        if *root == old.root { Err(NotAFork::Same) } else { Ok((old, new)) }
    }

    /// Reads a fork.
    ///
    /// # Errors
    ///
    /// [`ForkError`] says what is not as it must be.
    pub fn parse(bytes: &[u8]) -> Result<Self, ForkError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ForkError::NotText)?;
        let (head, notes) = text.split_once("\n\n").ok_or(ForkError::Shape)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(TITLE) {
            return Err(ForkError::Title);
        }
        let begins = match lines.next() {
            None => None,
            Some(line) => {
                let root = base64::decode_hash(line.strip_prefix(BEGINS).ok_or(ForkError::Shape)?)?;
                let path = lines.map(base64::decode_hash).collect::<Result<_, _>>()?;
                Some((root, ConsistencyProof { path }))
            }
        };
        // A checkpoint is three lines, an empty line and signatures: the second empty line ends the first note.
        let signatures = notes.find("\n\n").ok_or(ForkError::Shape)? + 2;
        let end = notes.get(signatures..).and_then(|rest| rest.find("\n\n")).ok_or(ForkError::Shape)?;
        let (first, second) = notes.split_at(signatures + end + 1);
        let second = second.strip_prefix('\n').ok_or(ForkError::Shape)?;
        Ok(Self { first: Note::parse(first.as_bytes())?, second: Note::parse(second.as_bytes())?, begins })
    }
}

/// The text that is kept and handed on.
impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        if let Some((root, proof)) = &self.begins {
            writeln!(f, "{BEGINS}{}", base64::encode(root))?;
            proof.path.iter().try_for_each(|hash| writeln!(f, "{}", base64::encode(hash)))?;
        }
        write!(f, "\n{}\n{}", self.first, self.second)
    }
}

/// Why two notes convict nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAFork {
    /// A note is not by the ledger.
    #[error(transparent)]
    Signature(#[from] OpenError),
    /// A note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// They are of two ledgers.
    #[error("the two checkpoints are not of this one ledger")]
    OtherLogs,
    /// They agree.
    #[error("the two checkpoints do not contradict each other")]
    Same,
    /// Nothing shows with what the larger tree begins.
    #[error(
        "nothing shows with what the tree of {new} begins: ask the ledger for a consistency proof from {old}"
    )]
    Unproven {
        /// The smaller size.
        old: TreeSize,
        /// The larger.
        new: TreeSize,
    },
    /// The proof does not hold.
    #[error(transparent)]
    Proof(#[from] ConsistencyError),
}

/// Text that is no fork.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForkError {
    /// No text at all.
    #[error("a fork is UTF-8 text")]
    NotText,
    /// Another first line.
    #[error("expected the line `{TITLE}` first")]
    Title,
    /// Something is missing.
    #[error("a fork is a head, perhaps with a proof, an empty line, a note, an empty line and a second note")]
    Shape,
    /// A hash does not read.
    #[error(transparent)]
    Hash(#[from] Base64Error),
    /// A note does not read.
    #[error(transparent)]
    Note(#[from] NoteError),
}
