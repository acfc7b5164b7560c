//! Verifying a backup where it lies: files, manifests, and the whole audit, with the verdicts of `devenir verify`.
//!
//! `docs/operating.md` (Backup), `docs/verify.md` (verdicts). Nothing is brought back for it and nothing is written. A folder that is not
//! there makes the verdict incomplete. This module decides no verdict of its own.

use std::path::Path;

use devenir_core::ledger::{Note, sha256};
use devenir_core::store::{EmbeddedReader, PairReader, Reader, StoreError};
use devenir_core::verify::{Asked, Beside, Problem, Verified, verify_record};
use devenir_core::writer::{InstanceKeys, read_keys, read_opening};

use super::make::{KEYS, LEDGER, PUBLISHED, SIGNED, VAULT};
use super::manifest::{Folder, Folders, Manifest};

/// Verifies the backup in these folders.
#[must_use]
pub fn verify_backup(folders: &Folders, asked: Asked) -> Verified {
    let manifest = match Manifest::read(Folder::Ledger, &folders.ledger) {
        Ok(manifest) => manifest,
        Err(error) => return Verified::unreadable(error.to_string()),
    };
    let mut problems = damaged(manifest.differences(&folders.ledger));
    let has_vault = companion(&manifest, Folder::Vault, &folders.vault, &mut problems);
    let has_private = companion(&manifest, Folder::Private, &folders.private, &mut problems);
    let asked = Asked { envelopes_only: !has_vault, ..asked };
    let mut verified = match audited(folders, has_vault, &asked) {
        Ok(verified) => verified,
        Err(error @ StoreError::Damaged(_)) => Verified::damaged(error.to_string()),
        // A file that is not as it was made may not read at all: what is wrong with it is known.
        Err(_) if !problems.is_empty() => {
            Verified { problems: Vec::new(), ..Verified::unreadable(String::new()) }
        }
        Err(error) => Verified::unreadable(error.to_string()),
    };
    if let Some(report) = &verified.report
        && (report.head != manifest.head || report.log != Some(manifest.ledger))
    {
        let (found, stated) = (report.head, manifest.head);
        problems.push(Problem::Damaged(format!(
            "the envelopes are those of a {found}, the manifest is of a {stated}"
        )));
    }
    if has_private && let Err(why) = check_keys(folders) {
        problems.push(Problem::Damaged(why));
    }
    verified.problems.splice(0..0, problems);
    verified
}

fn damaged(differences: Vec<String>) -> Vec<Problem> {
    differences.into_iter().map(Problem::Damaged).collect()
}

/// Whether a folder is there and was made together with the ledger's; what is wrong with it is added.
fn companion(ledger: &Manifest, folder: Folder, dir: &Path, problems: &mut Vec<Problem>) -> bool {
    if !dir.exists() {
        let what = format!("{} is not here: bring it back from where it is kept apart", dir.display());
        problems.push(Problem::Lacks(what));
        return false;
    }
    let manifest = match Manifest::read(folder, dir) {
        Ok(manifest) => manifest,
        Err(error) => {
            problems.push(Problem::Damaged(error.to_string()));
            return false;
        }
    };
    problems.extend(damaged(manifest.differences(dir)));
    if manifest.goes_with(ledger) {
        return true;
    }
    let (path, made, expected) = (dir.display(), &manifest.made_at, &ledger.made_at);
    let (of, origin) = (&manifest.origin, &ledger.origin);
    problems.push(Problem::Damaged(format!(
        "{path} was made on {made} of {of} ({}), the ledger's folder on {expected} of {origin} ({}): they are of two backups",
        manifest.head, ledger.head
    )));
    false
}

fn audited(folders: &Folders, has_vault: bool, asked: &Asked) -> Result<Verified, StoreError> {
    let ledger = EmbeddedReader::open_file(&folders.ledger.join(LEDGER))?;
    let reader: Box<dyn Reader> = if has_vault {
        let vault = EmbeddedReader::open_file(&folders.vault.join(VAULT))?;
        Box::new(PairReader::new(Box::new(ledger), Box::new(vault)))
    } else {
        Box::new(ledger)
    };
    let [published, signed] = [PUBLISHED, SIGNED].map(|name| note(&folders.ledger.join(name)));
    let signed: Vec<Note> = signed.into_iter().collect();
    let beside = Beside { published: published.as_ref(), signed: &signed, acknowledged: None };
    let verified = verify_record(reader.as_ref(), beside, asked)?;
    if verified.report.as_ref().is_some_and(|report| report.fault_count == 0) {
        EmbeddedReader::open_file(&folders.ledger.join(LEDGER))?.check_pages()?;
        if has_vault {
            EmbeddedReader::open_file(&folders.vault.join(VAULT))?.check_vault()?;
        }
    }
    Ok(verified)
}

/// The note in a file, where there is one: one that is not as it was made is known from its manifest.
pub(super) fn note(path: &Path) -> Option<Note> {
    Note::parse(&std::fs::read(path).ok()?).ok()
}

/// Whether the keys are those of the ledger.
fn check_keys(folders: &Folders) -> Result<(), String> {
    let dir = folders.private.join(KEYS);
    let ledger =
        EmbeddedReader::open_file(&folders.ledger.join(LEDGER)).map_err(|error| error.to_string())?;
    let (_, opened) = read_opening(&ledger).map_err(|error| error.to_string())?;
    let keys = InstanceKeys::open(&dir).map_err(|error| error.to_string())?;
    let stated = read_keys(&ledger).map_err(|error| error.to_string())?;
    let fits = opened.idempotency_key_fingerprint.0 == *sha256(keys.idempotency.as_slice()).as_bytes()
        && stated.checkpoints().is_some_and(|stated| *stated.newest().key() == keys.ledger.verifying_key());
    if fits {
        return Ok(());
    }
    Err(format!("the keys in {} are those of another ledger", dir.display()))
}
