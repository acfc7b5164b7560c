//! Making a backup, beside a server if need be.
//!
//! `docs/operating.md` (Backup). Ledger and vault are of one state; the register is copied after them, since it is written before: what
//! it has more is harmless. What was signed last is read before them, so that they hold it. This module reads no event but
//! the first.

use std::path::{Path, PathBuf};

use devenir_core::ledger::TreeHead;
use devenir_core::store::{EmbeddedReader, copy_apart};
use devenir_core::time::Timestamp;
use devenir_core::writer::read_opening;

use super::error::BackupError;
use super::files;
use super::manifest::{Folder, Folders, Manifest};

/// The envelopes, in the folder of the ledger.
pub(super) const LEDGER: &str = "ledger.sqlite3";
/// The parts, in the folder of the vault.
pub(super) const VAULT: &str = "vault.sqlite3";
/// The register.
pub(super) const REGISTER: &str = "register.sqlite3";
/// The keys.
pub(super) const KEYS: &str = "keys";
/// Whose cosignatures are asked for.
pub(super) const POLICY: &str = "policy.txt";
/// The published checkpoint, in the folder of the ledger.
pub(super) const PUBLISHED: &str = "checkpoint";
/// The last signed checkpoint, in the folder of the ledger: evidence, never a signer's memory.
pub(super) const SIGNED: &str = "signed";

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The head of the state that was copied.
    pub head: TreeHead,
    /// How many parts.
    pub parts: u64,
}

/// Makes a backup of the store in `store` in the new directory `out`.
///
/// # Errors
/// [`BackupError`]: nothing is left of it in `out`.
pub fn back_up(store: &Path, out: &Path, now: Timestamp) -> Result<Made, BackupError> {
    if let Some(found) = files::occupant(out, &[])? {
        return Err(BackupError::Taken { path: out.to_owned(), found });
    }
    let existed = out.exists();
    let made = make(store, out, now);
    if made.is_err() {
        let Folders { ledger, vault, private } = Folders::of(out);
        for folder in [ledger, vault, private] {
            // What stays behind has no manifest, and is no backup.
            let _ = std::fs::remove_dir_all(folder);
        }
        if !existed {
            let _ = std::fs::remove_dir(out);
        }
    }
    made
}

fn make(store: &Path, out: &Path, now: Timestamp) -> Result<Made, BackupError> {
    let (log, opened) = read_opening(&EmbeddedReader::open(store)?)?;
    let folders = Folders::of(out);
    for folder in [&folders.ledger, &folders.vault, &folders.private.join(KEYS)] {
        files::create_dir(folder)?;
    }
    let public = copy_public(store, &folders.ledger)?;
    let copied = copy_apart(store, &folders.ledger.join(LEDGER), &folders.vault.join(VAULT))?;
    let private = copy_private(store, &folders.private)?;
    let (ledger, state) = ((log, opened.origin.as_str()), (now, copied.head));
    let named = |name: &str| vec![name.to_owned()];
    Manifest::write((Folder::Private, &folders.private), ledger, state, &private)?;
    Manifest::write((Folder::Vault, &folders.vault), ledger, state, &named(VAULT))?;
    Manifest::write((Folder::Ledger, &folders.ledger), ledger, state, &[named(LEDGER), public].concat())?;
    files::sync(out)?;
    Ok(Made { head: copied.head, parts: copied.parts })
}

/// Copies what is public beside the envelopes, and gives its names.
fn copy_public(store: &Path, to: &Path) -> Result<Vec<String>, BackupError> {
    let mut names = Vec::new();
    let sources = [("tiles/checkpoint", PUBLISHED), ("signer/last-signed", SIGNED), (POLICY, POLICY)];
    for (from, name) in sources {
        let from = store.join(from);
        if from.exists() {
            files::copy(&from, &to.join(name))?;
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Copies the register and the keys, and gives their names.
fn copy_private(store: &Path, to: &Path) -> Result<Vec<String>, BackupError> {
    files::copy_database(&store.join(REGISTER), &to.join(REGISTER))?;
    let mut names = vec![REGISTER.to_owned()];
    for from in keys(&store.join(KEYS))? {
        let Some(name) = from.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{KEYS}/{name}");
        let target = to.join(&name);
        if from.extension().is_some_and(|extension| extension == "sqlite3") {
            files::copy_database(&from, &target)?;
        } else {
            files::copy(&from, &target)?;
        }
        names.push(name);
    }
    files::sync(&to.join(KEYS))?;
    Ok(names)
}

/// The files of keys in their order, without those that SQLite keeps beside a database.
fn keys(dir: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(files::failed("read", dir))? {
        let path = entry.map_err(files::failed("read", dir))?.path();
        let is_beside = ["-wal", "-shm", "-journal"].iter().any(|end| path.to_string_lossy().ends_with(end));
        if path.is_file() && !is_beside {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
