//! Opening a successor: a ledger that cannot reach what it signed ends, and another says so in its second event.
//!
//! `docs/operating.md` (The disk died) is the operator's page, `docs/format.md` (Succession) defines what is recorded. It is
//! the last resort: nothing is opened while the store, or a source that was named, still reaches what was signed. The
//! old store is read and stays as it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use devenir_core::event::Part;
use devenir_core::event::code::LossCause;
use devenir_core::event::ledger::{Succeeded, SucceededFacts};
use devenir_core::event::part::{Predecessor, Reasons};
use devenir_core::id::Bytes32;
use devenir_core::ledger::{LogKeys, Note, TreeHead};
use devenir_core::store::{EmbeddedReader, ReadLedger as _, StoreError};
use devenir_core::writer::{Instance, InstanceError, Opening, OsRandom, SystemClock, read_opening};

use super::error::BackupError;
use super::recover::{RecoverError, reaches};
use super::restore::{LAST_SIGNED, SIGNER, checkpoint_in, keys_of_store};
use super::verify::note;
use crate::token::{AdminToken, TokenError};

/// What a successor is opened with.
#[derive(Debug, Clone)]
pub struct Successor {
    /// The store of the ledger that ends.
    pub of: PathBuf,
    /// Where the new store goes.
    pub store: PathBuf,
    /// The new ledger's name.
    pub origin: String,
    /// How events were lost.
    pub cause: LossCause,
    /// What happened, in words for everybody.
    pub explanation: String,
    /// Everywhere that the missing events might be.
    pub from: Vec<String>,
    /// The newest checkpoint with cosignatures, where the signer's memory has none.
    pub cosigned: Option<PathBuf>,
}

/// Why no successor is opened.
#[derive(Debug, thiserror::Error)]
pub enum SucceedError {
    /// The old store, or a file.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The old store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The new store.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The key of the new store's administrator.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Nobody knows what was signed.
    #[error(
        "what {} signed last is not known, so nobody can say that it cannot be reached: bring back its `signer/last-signed`, or restore \
         it with `--last-signed FILE`",
        .0.display()
    )]
    Unremembered(PathBuf),
    /// Nothing is lost.
    #[error("{} holds a {head} and signed a {signed} last: nothing that it signed is missing, and it goes on", of.display())]
    NothingLost {
        /// The store.
        of: PathBuf,
        /// What it holds.
        head: TreeHead,
        /// What it signed last.
        signed: TreeHead,
    },
    /// A source has what is missing.
    #[error("{from} has what is missing, up to a {to}: `devenir recover --store {} --from {from}` brings it back, and nothing was opened", of.display())]
    Reachable {
        /// The store.
        of: PathBuf,
        /// The source.
        from: String,
        /// What it reaches.
        to: TreeHead,
    },
    /// The name belongs to the ledger that ends.
    #[error(
        "`{0}` is the name of the ledger that ends, and witnesses would take its successor for a fork: choose another one"
    )]
    SameOrigin(String),
    /// A checkpoint that was given is none.
    #[error("{} is no checkpoint of the ledger that ends, or is beyond what it signed last", .0.display())]
    Cosigned(PathBuf),
}

/// Opens a successor, and says which sources do not reach what was signed.
///
/// # Errors
/// [`SucceedError`]: nothing was opened.
pub fn succeed(successor: Successor) -> Result<(Instance, Vec<RecoverError>), SucceedError> {
    let Successor { of, store, origin, cause, explanation, from, cosigned } = successor;
    let reader = EmbeddedReader::open(&of)?;
    let (predecessor, opened) = read_opening(&reader)?;
    if opened.origin == origin {
        return Err(SucceedError::SameOrigin(origin));
    }
    let keys = keys_of_store(&reader)?;
    let held = reader.head()?;
    let remembered = checkpoint_in(&of.join(SIGNER).join(LAST_SIGNED), &keys)?;
    let (signed, note) = remembered.ok_or_else(|| SucceedError::Unremembered(of.clone()))?;
    if held.size >= signed.size {
        return Err(SucceedError::NothingLost { of, head: held, signed });
    }
    drop(reader);
    let mut short = Vec::new();
    for from in from {
        match reaches(&of, &from, signed) {
            Ok(to) => return Err(SucceedError::Reachable { of, from, to }),
            Err(error) => short.push(error),
        }
    }
    let cosigned = cosigned_of(&of, cosigned, &keys, signed)?;
    let facts = SucceededFacts {
        cause,
        held: held.size.get(),
        held_root: Bytes32(*held.root.as_bytes()),
        predecessor,
        signed: signed.size.get(),
        signed_root: Bytes32(*signed.root.as_bytes()),
    };
    let own = Predecessor { cosigned, key: keys.at(signed.size).to_string(), signed: note.to_string() };
    let reasons = Part::Open(Reasons { text: explanation });
    let succeeded = Succeeded { facts, predecessor: Part::Open(own), reasons };
    let opening = Opening { origin, demonstration: opened.demonstration };
    let random = || Box::new(OsRandom);
    let instance = Instance::succeed(&store, &opening, succeeded, Arc::new(SystemClock), random(), random())?;
    AdminToken::create(&store)?;
    Ok((instance, short))
}

/// The newest checkpoint with cosignatures: the one that was given, else that of the signer's memory.
fn cosigned_of(
    of: &Path,
    given: Option<PathBuf>,
    keys: &LogKeys,
    signed: TreeHead,
) -> Result<Option<String>, SucceedError> {
    let fits = |note: &Note| keys.open(note).is_ok_and(|it| it.head.size <= signed.size);
    match given {
        Some(path) => {
            let given = note(&path).filter(fits).ok_or(SucceedError::Cosigned(path))?;
            Ok(Some(given.to_string()))
        }
        None => Ok(note(&of.join(SIGNER).join("cosigned")).filter(fits).map(|note| note.to_string())),
    }
}
