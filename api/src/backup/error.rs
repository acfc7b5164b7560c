//! Why a backup is not made, or not brought back: what was expected, what was found, and what to do.
//!
//! `docs/operating.md` (Backup, The disk died) shows them to whoever meets one. Nothing was overwritten when one is returned. This
//! module does nothing.

use std::path::{Path, PathBuf};

use devenir_core::ledger::TreeHead;
use devenir_core::rules::Locale;
use devenir_core::store::StoreError;
use devenir_core::verify::Verified;
use devenir_core::writer::{InstanceError, KeyFileError};

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store, or a copy of it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first event.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The file system refuses.
    #[error("{} cannot be {doing}: {source}; what was made before it is taken away again: make room, or name another directory", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A database cannot be copied.
    #[error("{} cannot be copied: {source}; check both disks, then make the backup again", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What is wrong.
        source: rusqlite::Error,
    },
    /// The target is taken.
    #[error("`{}` holds something already ({found}); nothing was overwritten: name a new directory", path.display())]
    Taken {
        /// The directory.
        path: PathBuf,
        /// The first thing in it.
        found: String,
    },
    /// A manifest does not read.
    #[error("{} is no manifest of a backup: {why}; a backup that was cut short has none", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The backup is not what it was, or is not whole.
    #[error("this backup is not brought back, nothing was written:\n{}", .0.say(Locale::En))]
    Refused(Box<Verified>),
    /// The parts are not there, and nobody said that they are lost.
    #[error(
        "there is no {}: the parts of every event would be missing. Bring the folder back from where it is kept apart; where it is lost, \
         say `--without-vault`",
        .0.display()
    )]
    NoVault(PathBuf),
    /// The keys are not there.
    #[error("there is no {}: a ledger goes on with its own keys and register only. Bring the folder back from where it is kept apart", .0.display())]
    NoKeys(PathBuf),
    /// What was signed last is not known.
    #[error(
        "what this ledger signed last is not known, and a backup that signs again from an older state parts from what others hold: \
         put `signer/` back into `{}`, or give the newest checkpoint that anybody has seen with `--last-signed FILE` (your \
         copy of `signer/last-signed`, else the `checkpoint` of a mirror, or what a witness holds); `--never-signed` if none ever was",
        .0.display()
    )]
    Unremembered(PathBuf),
    /// A checkpoint that was given is of no use.
    #[error(
        "{} is not what this ledger signed last: {why}; nothing was written. \
         A backup from before its key was replaced cannot go on: take a newer one. Else bring back the copy that is kept apart, and never delete \
         it: what is forgotten can be signed a second time, otherwise",
        path.display()
    )]
    LastSigned {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A checkpoint was given, and the store's directory has another one.
    #[error(
        "{} is of a {held}, {} of a {given}: which of them this ledger signed last is for you to say, and nothing was written. Keep a copy \
         of both; where one is only newer, put that one into `{}` and leave `--last-signed` out; two roots at one size are two histories",
        kept.display(), file.display(), kept.display()
    )]
    TwoLastSigned {
        /// The signer's memory.
        kept: Box<Path>,
        /// What it states.
        held: TreeHead,
        /// The file that was given.
        file: Box<Path>,
        /// What that states.
        given: TreeHead,
    },
    /// An older checkpoint was given than the backup itself has seen.
    #[error(
        "{} is of a {given}, but this ledger had signed a {known} when the backup was made: give a newer one",
        path.display()
    )]
    OlderThanBackup {
        /// The file.
        path: PathBuf,
        /// What it states.
        given: TreeHead,
        /// What the backup has.
        known: TreeHead,
    },
}
