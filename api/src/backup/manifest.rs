//! The manifest of each folder of a backup: of which ledger and state it is, and the size and SHA-256 of its files.
//!
//! `docs/operating.md` (Backup) shows one. It is written last, so a folder without one was cut short; it guards against accidents, not
//! against whoever can write a manifest too: that is what the audit, the chain and checkpoints are for. This module audits nothing.

use std::path::{Component, Path, PathBuf};

use devenir_core::id::LogId;
use devenir_core::ledger::{Hash, TreeHead};
use devenir_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::files;
use super::make::{KEYS, LEDGER, POLICY, PUBLISHED, REGISTER, SIGNED, VAULT};

/// The manifest's name.
const NAME: &str = "manifest.json";
/// What this version writes, and all that it reads.
const FORMAT: &str = "devenir-backup/0";

/// One of the three folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Folder {
    /// Envelopes and checkpoints.
    Ledger,
    /// Parts with their keys, and requests.
    Vault,
    /// The register and the keys.
    Private,
}

impl Folder {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Vault => "vault",
            Self::Private => "private",
        }
    }

    /// Whether a file of this name belongs there. A manifest comes from where backups lie: no name in it leads elsewhere.
    fn has(self, name: &str) -> bool {
        match self {
            Self::Ledger => [LEDGER, PUBLISHED, SIGNED, POLICY].contains(&name),
            Self::Vault => name == VAULT,
            Self::Private => {
                let key = name.strip_prefix(KEYS).and_then(|rest| rest.strip_prefix('/'));
                name == REGISTER || key.is_some_and(is_plain)
            }
        }
    }
}

/// Whether a name is one component of a path, and stays where it is.
fn is_plain(name: &str) -> bool {
    let mut components = Path::new(name).components();
    let is_one = matches!(components.next(), Some(Component::Normal(one)) if one == name);
    is_one && components.next().is_none() && !name.contains('\\')
}

/// Where the three folders of a backup lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Envelopes and checkpoints.
    pub ledger: PathBuf,
    /// Parts with their keys, and requests.
    pub vault: PathBuf,
    /// The register and the keys.
    pub private: PathBuf,
}

impl Folders {
    /// All in one directory, as they are made.
    #[must_use]
    pub fn of(dir: &Path) -> Self {
        let [ledger, vault, private] =
            [Folder::Ledger, Folder::Vault, Folder::Private].map(|folder| dir.join(folder.as_str()));
        Self { ledger, vault, private }
    }
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: String,
    bytes: u64,
    sha256: Hash,
}

/// Of which backup a folder is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: String,
    folder: Folder,
    /// The ledger.
    pub(super) ledger: LogId,
    /// Its name in public.
    pub(super) origin: String,
    /// When the backup was begun.
    pub(super) made_at: String,
    /// The head that was copied.
    pub(super) head: TreeHead,
    files: Vec<Listed>,
}

impl Manifest {
    /// Lists the files of a folder and writes its manifest; returns when the disk has the folder.
    pub(super) fn write(
        (folder, dir): (Folder, &Path),
        (ledger, origin): (LogId, &str),
        (made_at, head): (Timestamp, TreeHead),
        names: &[String],
    ) -> Result<(), BackupError> {
        let mut listed = Vec::new();
        for name in names {
            let path = dir.join(name);
            let (bytes, sha256) = files::digest(&path).map_err(files::failed("read", &path))?;
            listed.push(Listed { name: name.clone(), bytes, sha256 });
        }
        let (format, origin, made_at) = (FORMAT.to_owned(), origin.to_owned(), made_at.to_rfc3339());
        let manifest = Self { format, folder, ledger, origin, made_at, head, files: listed };
        let path = dir.join(NAME);
        let text = serde_json::to_string_pretty(&manifest)
            .map_err(|error| files::failed("written", &path)(error.into()))?;
        files::write(&path, format!("{text}\n").as_bytes())?;
        files::sync(dir)
    }

    /// Reads the manifest of a folder.
    pub(super) fn read(folder: Folder, dir: &Path) -> Result<Self, BackupError> {
        let path = dir.join(NAME);
        let unread = |why: String| BackupError::Manifest { path: path.clone(), why };
        let bytes = std::fs::read(&path).map_err(|error| unread(error.to_string()))?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| unread(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(unread(format!("expected the form {FORMAT}, found {}", manifest.format)));
        }
        if manifest.folder != folder {
            let (expected, found) = (folder.as_str(), manifest.folder.as_str());
            return Err(unread(format!("expected the folder {expected}, found {found}")));
        }
        if let Some(foreign) = manifest.names().find(|name| !folder.has(name)) {
            return Err(unread(format!(
                "it lists `{foreign}`, which is no file of the folder {}",
                folder.as_str()
            )));
        }
        Ok(manifest)
    }

    /// What its files are not, or no longer.
    pub(super) fn differences(&self, dir: &Path) -> Vec<String> {
        let different = |file: &Listed| {
            let path = dir.join(&file.name);
            let (name, expected) = (path.display(), file.bytes);
            match files::digest(&path) {
                Ok((bytes, sha256)) if bytes == expected && sha256 == file.sha256 => None,
                Ok((bytes, _)) if bytes != expected => {
                    Some(format!("{name} has {bytes} bytes, not the {expected} of the backup"))
                }
                Ok((_, sha256)) => {
                    Some(format!("{name} has the SHA-256 {sha256}, not the {} of the backup", file.sha256))
                }
                Err(error) => Some(format!("{name} cannot be read: {error}")),
            }
        };
        self.files.iter().filter_map(different).collect()
    }

    /// Whether two folders were made together.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        (self.ledger, self.head, &self.made_at) == (other.ledger, other.head, &other.made_at)
    }

    /// The names of its files.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_in_a_manifest_leads_out_of_its_folder() {
        for name in ["register.sqlite3", "keys/ledger.key", "keys/credentials.sqlite3"] {
            assert!(Folder::Private.has(name), "{name}");
        }
        for name in [
            "keys/../../evil",
            "keysfoo",
            "keys",
            "keys/",
            "keys/.",
            "keys/..",
            "keys//x",
            "keys/a/b",
            "keys/a/",
            "keys\\x",
            "keys/..\\evil",
            "/keys/x",
            "../register.sqlite3",
            "ledger.sqlite3",
            "",
        ] {
            assert!(!Folder::Private.has(name), "{name}");
        }
        assert!(Folder::Ledger.has("checkpoint") && !Folder::Ledger.has("../checkpoint"));
        assert!(Folder::Vault.has("vault.sqlite3") && !Folder::Vault.has("ledger.sqlite3"));
    }
}
