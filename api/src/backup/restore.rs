//! Bringing a backup back as a store, which never begins to sign from a state that it does not know to be the last.
//!
//! `docs/operating.md` (The disk died). Nothing is overwritten; the whole backup is verified first. The signer's memory comes
//! from where it is kept apart, or from whoever saw the newest checkpoint. What is missing up to there is fetched by `recover`:
//! this module fetches nothing.

use std::io;
use std::path::{Path, PathBuf};

use devenir_core::audit::Verdict;
use devenir_core::ledger::{LogKeys, Note, TreeHead};
use devenir_core::store::{EmbeddedReader, ReadLedger, StoreError, bring_together};
use devenir_core::time::Timestamp;
use devenir_core::verify::Asked;
use devenir_core::writer::{InstanceError, read_keys};

use super::error::BackupError;
use super::files;
use super::make::{KEYS, LEDGER, POLICY, PUBLISHED, SIGNED, VAULT};
use super::manifest::{Folder, Folders, Manifest};
use super::mark::mark;
use super::verify::{note, verify_backup};

/// The signer's memory, in a store.
pub(super) const SIGNER: &str = "signer";
/// What was signed last, in that memory.
pub(super) const LAST_SIGNED: &str = "last-signed";
/// What may lie in the directory of a store that is brought back.
const ALLOWED: &[&str] = &[SIGNER, POLICY, "lost+found", "writer.lock"];

/// From where it is known what was signed last, where the store's directory has no `signer/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastSigned {
    /// Nobody said.
    Unknown,
    /// A checkpoint that somebody kept.
    File(PathBuf),
    /// Nothing was ever signed.
    Never,
}

/// A store that is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// What the backup held.
    pub head: TreeHead,
    /// What was signed last, where the backup does not reach it.
    pub behind: Option<TreeHead>,
    /// Whether parts are missing: the vault was not there, or not all of it.
    pub is_incomplete: bool,
}

/// Makes a store in `store` of the backup in these folders.
///
/// # Errors
/// [`BackupError`]: nothing is left of it in `store`, and what lay there is as it was.
pub fn restore(
    folders: &Folders,
    store: &Path,
    last_signed: &LastSigned,
    without_vault: bool,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    if let Some(found) = files::occupant(store, ALLOWED)? {
        return Err(BackupError::Taken { path: store.to_owned(), found });
    }
    // The manifest first: without it there is no ledger to ask.
    let manifest = Manifest::read(Folder::Ledger, &folders.ledger)?;
    let has_vault = folders.vault.exists();
    if !has_vault && !without_vault {
        return Err(BackupError::NoVault(folders.vault.clone()));
    }
    if !folders.private.exists() {
        return Err(BackupError::NoKeys(folders.private.clone()));
    }
    let keys = keys_of_store(&EmbeddedReader::open_file(&folders.ledger.join(LEDGER))?)?;
    let signed = remembered(folders, store, last_signed, &keys)?;
    let seen = signed.as_ref().map(|(_, note)| note.clone());
    let verified = verify_backup(folders, Asked { seen, now: Some(now), ..Asked::default() });
    let verdict = verified.verdict();
    if matches!(verdict, Verdict::Altered | Verdict::Divergent | Verdict::Unreadable) {
        return Err(BackupError::Refused(Box::new(verified)));
    }
    let is_incomplete = !has_vault || verified.missing() > 0;
    write(folders, has_vault, store, signed.as_ref().map(|(_, note)| note))?;
    let head = manifest.head;
    let behind = signed.map(|(signed, _)| signed).filter(|signed| signed.size > head.size);
    Ok(Restored { head, behind, is_incomplete })
}

/// The keys that sign the ledger's checkpoints, one after the other.
pub(super) fn keys_of_store(reader: &dyn ReadLedger) -> Result<LogKeys, BackupError> {
    let keys = read_keys(reader)?;
    let none = || InstanceError::EventZero("it states no key that is admitted".into());
    Ok(keys.checkpoints().ok_or_else(none)?.clone())
}

/// What was signed last, from the store's own memory or from what was given.
fn remembered(
    folders: &Folders,
    store: &Path,
    last_signed: &LastSigned,
    keys: &LogKeys,
) -> Result<Option<(TreeHead, Note)>, BackupError> {
    let newest = |names: [&str; 2]| {
        let notes = names.into_iter().filter_map(|name| note(&folders.ledger.join(name)));
        let heads = notes.filter_map(|note| Some(keys.open(&note).ok()?.head));
        heads.max_by_key(|head| head.size)
    };
    let known = newest([PUBLISHED, SIGNED]);
    let kept = store.join(SIGNER).join(LAST_SIGNED);
    let memory = checkpoint_in(&kept, keys)?;
    let (path, signed) = match (last_signed, memory) {
        (LastSigned::File(path), Some((held, note))) => {
            let (given, _) = given(path, keys)?;
            if given != held {
                let (kept, file) = (kept.into(), path.as_path().into());
                return Err(BackupError::TwoLastSigned { kept, held, file, given });
            }
            (kept, (held, note))
        }
        (LastSigned::File(path), None) => (path.clone(), given(path, keys)?),
        (LastSigned::Never | LastSigned::Unknown, Some(memory)) => (kept, memory),
        (LastSigned::Never, None) if known.is_none() => return Ok(None),
        (LastSigned::Never | LastSigned::Unknown, None) => {
            return Err(BackupError::Unremembered(store.to_owned()));
        }
    };
    match known {
        Some(known) if known.size > signed.0.size => {
            Err(BackupError::OlderThanBackup { path, given: signed.0, known })
        }
        Some(_) | None => Ok(Some(signed)),
    }
}

fn given(path: &Path, keys: &LogKeys) -> Result<(TreeHead, Note), BackupError> {
    let missing = || BackupError::LastSigned { path: path.to_owned(), why: "it is not there".into() };
    checkpoint_in(path, keys)?.ok_or_else(missing)
}

/// The checkpoint of this ledger in a file; none where there is no file. One that does not read is never taken for none: what
/// was signed would be forgotten.
pub(super) fn checkpoint_in(path: &Path, keys: &LogKeys) -> Result<Option<(TreeHead, Note)>, BackupError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(files::failed("read", path)(error)),
    };
    let unusable = |error: &dyn std::fmt::Display| BackupError::LastSigned {
        path: path.to_owned(),
        why: error.to_string(),
    };
    let note = Note::parse(&bytes).map_err(|error| unusable(&error))?;
    let head = keys.open(&note).map_err(|error| unusable(&error))?.head;
    Ok(Some((head, note)))
}

/// Writes all but the ledger, then the ledger: only then is there a store. Where that fails, what was written is taken away
/// again: no key and no name lies about beside no ledger.
fn write(folders: &Folders, has_vault: bool, store: &Path, signed: Option<&Note>) -> Result<(), BackupError> {
    let existed = store.exists();
    let mut made = Vec::new();
    let written = bring_back(folders, has_vault, store, signed, &mut made);
    if written.is_err() {
        for path in made.iter().rev() {
            // What cannot be taken away is in the way of the next try, which names it.
            let _ = if path.is_dir() { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
        }
        if !existed {
            let _ = std::fs::remove_file(store.join("writer.lock"));
            let _ = std::fs::remove_dir(store);
        }
    }
    written
}

/// Brings everything back, and lists what it has made.
fn bring_back(
    folders: &Folders,
    has_vault: bool,
    store: &Path,
    signed: Option<&Note>,
    made: &mut Vec<PathBuf>,
) -> Result<(), BackupError> {
    files::create_dir(&store.join(KEYS))?;
    made.push(store.join(KEYS));
    for name in Manifest::read(Folder::Private, &folders.private)?.names() {
        files::copy(&folders.private.join(name), &store.join(name))?;
        made.push(store.join(name));
    }
    files::sync(&store.join(KEYS))?;
    let policy = store.join(POLICY);
    if folders.ledger.join(POLICY).exists() && !policy.exists() {
        files::copy(&folders.ledger.join(POLICY), &policy)?;
        made.push(policy);
    }
    let (signer, memory) = (store.join(SIGNER), store.join(SIGNER).join(LAST_SIGNED));
    if let Some(note) = signed
        && !memory.exists()
    {
        made.extend((!signer.exists()).then(|| signer.clone()));
        files::create_dir(&signer)?;
        files::write(&memory, note.to_string().as_bytes())?;
        made.push(memory);
        files::sync(&signer)?;
    }
    made.push(mark(store).map_err(files::failed("marked", store))?);
    let vault = folders.vault.join(VAULT);
    bring_together(&folders.ledger.join(LEDGER), has_vault.then_some(vault.as_path()), store)
        .map_err(|error: StoreError| error.into())
}
