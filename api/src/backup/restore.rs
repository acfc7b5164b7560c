//! Bringing a backup back as a store, which never begins to sign from a state that it does not know to be the last.
//!
//! `docs/operating.md` (The disk died). Nothing is overwritten; the whole backup is verified first. The signer's memory comes
//! from where it is kept apart, or from whoever saw the newest checkpoint. What is missing up to there is fetched by `recover`:
//! this module fetches nothing.

use std::path::{Path, PathBuf};

use devenir_core::audit::Verdict;
use devenir_core::ledger::{Checkpoint, KeyType, NamedKey, Note, TreeHead, VerifyingKey};
use devenir_core::store::{EmbeddedReader, StoreError, bring_together};
use devenir_core::time::Timestamp;
use devenir_core::verify::Asked;
use devenir_core::writer::{InstanceError, read_opening};

use super::error::BackupError;
use super::files;
use super::make::{KEYS, LEDGER, POLICY, PUBLISHED, REGISTER, SIGNED, VAULT};
use super::manifest::{Folder, Folders, Manifest};
use super::mark::mark;
use super::verify::{note, verify_backup};

/// The signer's memory, in a store.
pub(super) const SIGNER: &str = "signer";
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
/// [`BackupError`]; where files were written already, the store has no ledger, and the directory can be deleted.
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
    let key = key_of_store(&EmbeddedReader::open_file(&folders.ledger.join(LEDGER))?)?;
    let signed = remembered(folders, store, last_signed, &key)?;
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

/// The key that signs the ledger's checkpoints.
pub(super) fn key_of_store(reader: &EmbeddedReader) -> Result<NamedKey, BackupError> {
    let (_, opened) = read_opening(reader)?;
    let name = opened.origin.parse().map_err(|_| InstanceError::Origin(opened.origin.clone()))?;
    let key = VerifyingKey::admit(&opened.key.0)
        .map_err(|error| InstanceError::EventZero(format!("its key: {error}")))?;
    Ok(NamedKey::new(name, KeyType::Note, key))
}

/// What was signed last, from the store's own memory or from what was given.
fn remembered(
    folders: &Folders,
    store: &Path,
    last_signed: &LastSigned,
    key: &NamedKey,
) -> Result<Option<(TreeHead, Note)>, BackupError> {
    let newest = |names: [&str; 2]| {
        let notes = names.into_iter().filter_map(|name| note(&folders.ledger.join(name)));
        let heads = notes.filter_map(|note| Some(Checkpoint::open(&note, key).ok()?.head));
        heads.max_by_key(|head| head.size)
    };
    let known = newest([PUBLISHED, SIGNED]);
    let kept = store.join(SIGNER).join("last-signed");
    let path = match last_signed {
        _ if kept.exists() => kept,
        LastSigned::File(path) => path.clone(),
        LastSigned::Never if known.is_none() => return Ok(None),
        LastSigned::Never | LastSigned::Unknown => return Err(BackupError::Unremembered(store.to_owned())),
    };
    let unusable = |why: String| BackupError::LastSigned { path: path.clone(), why };
    let bytes = std::fs::read(&path).map_err(files::failed("read", &path))?;
    let note = Note::parse(&bytes).map_err(|error| unusable(error.to_string()))?;
    let given = Checkpoint::open(&note, key).map_err(|error| unusable(error.to_string()))?.head;
    match known {
        Some(known) if known.size > given.size => Err(BackupError::OlderThanBackup { path, given, known }),
        Some(_) | None => Ok(Some((given, note))),
    }
}

/// Writes all but the ledger, then the ledger: only then is there a store.
fn write(folders: &Folders, has_vault: bool, store: &Path, signed: Option<&Note>) -> Result<(), BackupError> {
    files::create_dir(&store.join(KEYS))?;
    let manifest = Manifest::read(Folder::Private, &folders.private)?;
    for name in manifest.names().filter(|name| *name == REGISTER || name.starts_with(KEYS)) {
        files::copy(&folders.private.join(name), &store.join(name))?;
    }
    files::sync(&store.join(KEYS))?;
    if folders.ledger.join(POLICY).exists() && !store.join(POLICY).exists() {
        files::copy(&folders.ledger.join(POLICY), &store.join(POLICY))?;
    }
    if let Some(note) = signed {
        let signer = store.join(SIGNER);
        files::create_dir(&signer)?;
        let path = signer.join("last-signed");
        if !path.exists() {
            files::write(&path, note.to_string().as_bytes())?;
            files::sync(&signer)?;
        }
    }
    mark(store).map_err(files::failed("marked", store))?;
    let vault = folders.vault.join(VAULT);
    bring_together(&folders.ledger.join(LEDGER), has_vault.then_some(vault.as_path()), store)
        .map_err(|error: StoreError| error.into())
}
