//! The signer of checkpoints: it never states two heads of which neither begins with the other.
//!
//! `docs/format.md` (Checkpoints) asks for it, `docs/operating.md` (The last signed head) says where it remembers. The last
//! signed note lies apart from the data, and is on the disk before anybody else sees it; it is replaced only under a lock, and
//! only if it is the one that the caller knew. This module does not know where the new head comes from: it asks for
//! the proof and checks it with the verifier's own code.
//!
//! ```text
//! signer/
//!   last-signed     the newest note that was signed: origin, size, root, signature
//!   cosigned        the newest that enough witnesses have cosigned, with their lines
//!   lock            held while it is replaced
//! ```

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::disk::{self, Disk};
use crate::ledger::prove;
use crate::ledger::{
    Checkpoint, KeyId, KeyName, LogKeys, Note, NoteSigner, Subtrees, TreeHead, prove_consistency,
};

const LAST_SIGNED: &str = "last-signed";
const COSIGNED: &str = "cosigned";
const LOCK: &str = "lock";

/// The key with which a ledger signs, and those that its events state, one after the other.
#[derive(Debug)]
pub struct SigningKeys {
    own: NoteSigner,
    stated: LogKeys,
}

impl SigningKeys {
    /// The key at hand, and what the ledger states. Where they differ nothing is signed.
    #[must_use]
    pub const fn new(own: NoteSigner, stated: LogKeys) -> Self {
        Self { own, stated }
    }
}

/// The key of a ledger that never had another one.
impl From<NoteSigner> for SigningKeys {
    fn from(own: NoteSigner) -> Self {
        let stated = own.public().clone().into();
        Self { own, stated }
    }
}

/// Signs the checkpoints of one ledger.
#[derive(Debug)]
pub struct Signer {
    dir: PathBuf,
    keys: SigningKeys,
    disk: Disk,
}

impl Signer {
    /// Opens the signer whose memory is the directory `dir`, making it where there is none.
    ///
    /// # Errors
    ///
    /// [`SignError`] when the directory cannot be used, or the last signed note does not read.
    pub fn open(dir: &Path, keys: impl Into<SigningKeys>) -> Result<Self, SignError> {
        Self::open_on(Disk::default(), dir, keys.into())
    }

    pub(super) fn open_on(disk: Disk, dir: &Path, keys: SigningKeys) -> Result<Self, SignError> {
        disk.create_dir(dir).map_err(|source| io("made", dir, source))?;
        let signer = Self { dir: dir.to_owned(), keys, disk };
        let lock = signer.lock()?;
        if signer.read()?.is_some() {
            // Whoever wrote it may have ended before the disk had its name.
            signer.settle()?;
        }
        drop(lock);
        Ok(signer)
    }

    /// The ledger's name in public.
    #[must_use]
    pub fn origin(&self) -> &KeyName {
        self.keys.own.public().name()
    }

    /// The keys that the ledger states, for a note that somebody else kept.
    pub(super) const fn stated(&self) -> &LogKeys {
        &self.keys.stated
    }

    /// Where the last signed note lies.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.join(LAST_SIGNED)
    }

    /// The last signed head with its note; none before the first.
    ///
    /// # Errors
    ///
    /// [`SignError`] when it cannot be read, or is no checkpoint that this ledger signed.
    pub fn last(&self) -> Result<Option<(TreeHead, Note)>, SignError> {
        let _lock = self.lock()?;
        self.read()
    }

    /// Signs `head`, of which `tree` gives the hashes, if the last signed head is `expected` and the tree begins with it.
    /// The same head again gives the same note.
    ///
    /// When this returns `Ok`, the disk has the note. After [`SignError::Io`] it may have it or not.
    ///
    /// # Errors
    ///
    /// [`SignError`] says what was signed, what is there, and what to do. Nothing was signed.
    pub fn sign<S>(&self, expected: Option<TreeHead>, head: TreeHead, tree: &S) -> Result<Note, SignError>
    where
        S: Subtrees,
        S::Error: Error + 'static,
    {
        let _lock = self.lock()?;
        let last = self.read()?;
        let found = last.as_ref().map(|(head, _)| *head);
        if found != expected {
            return Err(SignError::Moved { expected, found, path: self.path().into() });
        }
        if let Some((last, note)) = last
            && last == head
        {
            self.settle()?;
            return Ok(note);
        }
        self.follows(found, head, tree)?;
        let (own, expected) = (self.keys.own.public(), self.keys.stated.at(head.size));
        if own != expected {
            return Err(SignError::OtherTerm { head, own: own.id(), expected: expected.id() });
        }
        let checkpoint = Checkpoint { origin: self.origin().clone(), head };
        let unsigned = |error: &dyn Error| SignError::Unsigned { head, why: whole(error) };
        let note = checkpoint.sign(&self.keys.own).map_err(|error| unsigned(&error))?;
        let path = self.path();
        self.disk
            .replace(&path, note.to_string().as_bytes())
            .map_err(|source| io("written", &path, source))?;
        Ok(note)
    }

    /// Whether a tree of head `head` may be signed after `last`.
    ///
    /// # Errors
    ///
    /// [`SignError::Behind`], [`SignError::Fork`], or why it could not be found out.
    pub fn follows<S>(&self, last: Option<TreeHead>, head: TreeHead, tree: &S) -> Result<(), SignError>
    where
        S: Subtrees,
        S::Error: Error + 'static,
    {
        let unsigned = |error: &dyn Error| SignError::Unsigned { head, why: whole(error) };
        let root = prove::root(tree, head.size).map_err(|error| unsigned(&error))?;
        if head.size.is_empty() || root != head.root {
            return Err(SignError::Unsigned { head, why: "the tiles do not lead to it".into() });
        }
        let Some(signed) = last else { return Ok(()) };
        self.refuse_if_behind(signed, head)?;
        let proof = prove_consistency(tree, signed.size, head.size).map_err(|error| unsigned(&error))?;
        match proof.verify(&signed, &head) {
            Ok(_) => Ok(()),
            Err(error) => Err(SignError::Fork {
                signed,
                found: head,
                why: error.to_string().into(),
                path: self.path().into(),
            }),
        }
    }

    /// Refuses a ledger that is shorter than what was signed.
    ///
    /// # Errors
    ///
    /// [`SignError::Behind`].
    pub fn refuse_if_behind(&self, signed: TreeHead, found: TreeHead) -> Result<(), SignError> {
        if found.size >= signed.size {
            return Ok(());
        }
        Err(SignError::Behind { signed, found, path: self.path().into() })
    }

    fn read(&self) -> Result<Option<(TreeHead, Note)>, SignError> {
        Ok(self.read_at(&self.path())?.map(|(checkpoint, note)| (checkpoint.head, note)))
    }

    fn read_at(&self, path: &Path) -> Result<Option<(Checkpoint, Note)>, SignError> {
        let Some(bytes) = disk::read(path).map_err(|source| io("read", path, source))? else {
            return Ok(None);
        };
        let unreadable = |error: &dyn Error| SignError::Unreadable { path: path.into(), why: whole(error) };
        let note = Note::parse(&bytes).map_err(|error| unreadable(&error))?;
        let checkpoint = self.keys.stated.open(&note).map_err(|error| unreadable(&error))?;
        Ok(Some((checkpoint, note)))
    }

    /// The checkpoint that enough witnesses had cosigned last; none before the first.
    ///
    /// # Errors
    ///
    /// [`SignError`] when it cannot be read, or is no checkpoint that this ledger signed.
    pub fn cosigned(&self) -> Result<Option<(Checkpoint, Note)>, SignError> {
        self.read_at(&self.dir.join(COSIGNED))
    }

    /// Keeps a checkpoint that enough witnesses have cosigned.
    pub(super) fn keep_cosigned(&self, note: &Note) -> Result<(), SignError> {
        let path = self.dir.join(COSIGNED);
        let written = self.disk.replace(&path, note.to_string().as_bytes());
        written.map_err(|source| io("written", &path, source))
    }

    fn settle(&self) -> Result<(), SignError> {
        let path = self.path();
        self.disk.settle(&path).map_err(|source| io("synced", &path, source))
    }

    /// Waits for the lock; the system drops it with the file, or with the process.
    fn lock(&self) -> Result<File, SignError> {
        let path = self.dir.join(LOCK);
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let locked = options.open(&path).and_then(|file| file.lock().map(|()| file));
        locked.map_err(|source| io("locked", &path, source))
    }
}

fn io(doing: &'static str, path: &Path, source: std::io::Error) -> SignError {
    SignError::Io { doing, path: path.to_owned(), source }
}

/// Why a head was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The file system refuses.
    #[error("{} cannot be {doing}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The last signed note does not read.
    #[error(
        "{} is not a checkpoint that this ledger's key signed: {why}; restore it from where it is kept apart, never delete it",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Somebody else has signed in the meantime.
    #[error(
        "another program signed with this ledger's key: {} holds the {}, this one expected the {}; find it and stop it: \
         two signers of one ledger end in two ledgers",
        path.display(), said(*found), said(*expected)
    )]
    Moved {
        /// What the caller knew.
        expected: Option<TreeHead>,
        /// What is there.
        found: Option<TreeHead>,
        /// The file.
        path: Box<Path>,
    },
    /// The ledger is shorter than what was signed.
    #[error(
        "the last signed head ({}) is a {signed}, but the store holds only a {found}: events are missing that the ledger has \
         vouched for; nothing is written to it. Restore a newer backup of the store, or recover the missing events from \
         a mirror; where nobody has them any more, this ledger ends here and a successor names it. \
         `devenir verify` still reads the store",
        path.display()
    )]
    Behind {
        /// What was signed.
        signed: TreeHead,
        /// What the store holds.
        found: TreeHead,
        /// The file that says so.
        path: Box<Path>,
    },
    /// The ledger does not begin with what was signed.
    #[error(
        "the last signed head ({}) is a {signed}, and the store holds a {found} that does not begin with it ({why}): it was \
         rewritten, or it is of another ledger; nothing is written to it. Keep a copy, then restore a backup that begins \
         with the signed head, or recover the ledger from a mirror; where nobody has it any more, it ends here and a successor \
         names it. `devenir verify` still reads the store",
        path.display()
    )]
    Fork {
        /// What was signed.
        signed: TreeHead,
        /// What the store holds.
        found: TreeHead,
        /// What the verifier says.
        why: Box<str>,
        /// The file that says so.
        path: Box<Path>,
    },
    /// A checkpoint is public of which the signer knows nothing.
    #[error(
        "a checkpoint over a {published} is published, but {} holds the {}: the signer's memory was lost or set back; restore it \
         from where it is kept apart. Where it is lost, and no newer checkpoint was ever given out, put the published \
         one there in its place",
        path.display(), said(*signed)
    )]
    Forgotten {
        /// What is public.
        published: TreeHead,
        /// What the signer remembers.
        signed: Option<TreeHead>,
        /// The signer's file.
        path: Box<Path>,
    },
    /// The key at hand is not the one that the ledger states for this size.
    #[error(
        "the {head} is not signed: over so many events this ledger signs with the key {expected}, and the key at hand is {own}; \
         open the store again, which takes the key that the ledger accepted"
    )]
    OtherTerm {
        /// What was to be signed.
        head: TreeHead,
        /// The key at hand.
        own: KeyId,
        /// The key of this size.
        expected: KeyId,
    },
    /// The head could not be signed.
    #[error("the {head} is not signed: {why}")]
    Unsigned {
        /// What was to be signed.
        head: TreeHead,
        /// Why.
        why: String,
    },
}

/// An error with what it comes from.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn said(head: Option<TreeHead>) -> String {
    head.map_or_else(|| "state before the first signature".to_owned(), |head| head.to_string())
}
