//! The API keys of an instance: how a secret is drawn, shown once, and known again.
//!
//! `docs/operating.md` (Keys) says what a key gives. Kept is SHA-256 of 32 random bytes, in a file beside the store:
//! the ledger names the credential and its role, and no secret. This module decides no right.

use crate::token::AdminToken;
use devenir_core::id::{CredentialId, IntentId};
use devenir_core::ledger::hex::{self, Hex};
use devenir_core::writer::{Random, make_private};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The namespace of the idempotency keys of the administrator's first credential, from before there were others.
const FIRST_NAMESPACE: &str = "admin";

/// What a request is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The credential.
    pub credential: CredentialId,
    /// The namespace of its idempotency keys: fixed when it was granted, the same after a rotation.
    pub namespace: String,
    /// For the token of an author, which is no key, the text that it is of: it gives what its author does to that text,
    /// whatever became of any key.
    pub author_of: Option<IntentId>,
}

impl Identity {
    /// Of an author who holds the token of the text that they act on, which was checked.
    #[must_use]
    pub fn author(text: IntentId) -> Self {
        let namespace = format!("author/{text}");
        Self { credential: CredentialId::FIRST, namespace, author_of: Some(text) }
    }

    /// Of whoever holds the key of a credential.
    #[must_use]
    pub const fn of_key(credential: CredentialId, namespace: String) -> Self {
        Self { credential, namespace, author_of: None }
    }
}

/// Why keys cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file.
    #[error("the file of keys {} cannot be used: {source}", path.display())]
    File {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        source: rusqlite::Error,
    },
    /// The file cannot be made.
    #[error("the file of keys {} cannot be made: {source}", path.display())]
    Private {
        /// Where it would be.
        path: PathBuf,
        /// What is wrong.
        source: std::io::Error,
    },
    /// The system gave no randomness.
    #[error("no random bytes for a new key: {0}")]
    Random(std::io::Error),
    /// No such key.
    #[error("there is no key of the credential {0}; `devenir key list` shows those there are")]
    Unknown(CredentialId),
}

/// The keys of an instance.
pub struct Keyring {
    admin: AdminToken,
    path: PathBuf,
    file: Mutex<Connection>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl Keyring {
    /// Opens the keys of a store, whose administrator has this token.
    ///
    /// # Errors
    /// [`KeyringError::File`] where the file cannot be used.
    pub fn open(store: &Path, admin: AdminToken) -> Result<Self, KeyringError> {
        let path = store.join("keys").join("credentials.sqlite3");
        if let Err(source) = make_private(&path) {
            return Err(KeyringError::Private { path, source });
        }
        let open = || {
            let file = Connection::open(&path)?;
            file.execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
                 CREATE TABLE IF NOT EXISTS credential (
                   id BLOB PRIMARY KEY, digest BLOB NOT NULL, namespace TEXT NOT NULL
                 ) STRICT, WITHOUT ROWID;
                 CREATE TABLE IF NOT EXISTS hidden_reading (
                   credential BLOB PRIMARY KEY, count INTEGER NOT NULL
                 ) STRICT, WITHOUT ROWID;",
            )?;
            Ok(file)
        };
        match open() {
            Ok(file) => Ok(Self { admin, path, file: Mutex::new(file) }),
            Err(source) => Err(KeyringError::File { path, source }),
        }
    }

    fn file(&self) -> MutexGuard<'_, Connection> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, source: rusqlite::Error) -> KeyringError {
        KeyringError::File { path: self.path.clone(), source }
    }

    /// Draws the first secret of a credential, and returns the key: nobody can show it again.
    ///
    /// # Errors
    /// [`KeyringError`]; a credential that has a key keeps it.
    pub fn add(
        &self,
        credential: CredentialId,
        random: &mut dyn Random,
    ) -> Result<Zeroizing<String>, KeyringError> {
        let (key, digest) = draw(credential, random)?;
        self.file()
            .execute(
                "INSERT INTO credential VALUES (?1, ?2, ?3)",
                params![credential.0, digest, credential.to_string()],
            )
            .map_err(|error| self.failed(error))?;
        Ok(key)
    }

    /// Draws another secret for a credential: the one before is worth nothing from now on; what was asked under
    /// earlier idempotency keys stays the same asking.
    ///
    /// # Errors
    /// [`KeyringError`]
    pub fn rotate(
        &self,
        credential: CredentialId,
        random: &mut dyn Random,
    ) -> Result<Zeroizing<String>, KeyringError> {
        let (key, digest) = draw(credential, random)?;
        let changed = self
            .file()
            .execute("UPDATE credential SET digest = ?2 WHERE id = ?1", params![credential.0, digest])
            .map_err(|error| self.failed(error))?;
        if changed == 0 { Err(KeyringError::Unknown(credential)) } else { Ok(key) }
    }

    /// Gives the place of a credential to the one whose key took over from its key: another secret, the same namespace.
    /// None where it had no API key.
    ///
    /// # Errors
    /// [`KeyringError`]
    pub fn hand_over(
        &self,
        old: CredentialId,
        new: CredentialId,
        random: &mut dyn Random,
    ) -> Result<Option<Zeroizing<String>>, KeyringError> {
        let (key, digest) = draw(new, random)?;
        let changed = self
            .file()
            .execute(
                "UPDATE credential SET id = ?2, digest = ?3 WHERE id = ?1",
                params![old.0, new.0, digest],
            )
            .map_err(|error| self.failed(error))?;
        Ok((changed > 0).then_some(key))
    }

    /// Forgets the secret of a credential.
    ///
    /// # Errors
    /// [`KeyringError`]
    pub fn remove(&self, credential: CredentialId) -> Result<(), KeyringError> {
        let changed = self
            .file()
            .execute("DELETE FROM credential WHERE id = ?1", params![credential.0])
            .map_err(|error| self.failed(error))?;
        if changed == 0 { Err(KeyringError::Unknown(credential)) } else { Ok(()) }
    }

    /// Counts a reading of hidden text, before anything is shown; how many there are now.
    ///
    /// # Errors
    /// [`KeyringError::File`]: nothing was counted, and nothing may be shown.
    pub fn count_hidden_reading(&self, credential: CredentialId) -> Result<u32, KeyringError> {
        self.file()
            .query_row(
                "INSERT INTO hidden_reading VALUES (?1, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count",
                [credential.0],
                |row| row.get(0),
            )
            .map_err(|error| self.failed(error))
    }

    /// How often a credential read hidden text.
    ///
    /// # Errors
    /// [`KeyringError::File`] where the file cannot be read.
    pub fn hidden_readings(&self, credential: CredentialId) -> Result<u32, KeyringError> {
        let count: Option<u32> = self
            .file()
            .query_row("SELECT count FROM hidden_reading WHERE credential = ?1", [credential.0], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|error| self.failed(error))?;
        Ok(count.unwrap_or(0))
    }

    /// Whose key a text is, in a time that says nothing about secrets.
    ///
    /// # Errors
    /// [`KeyringError::File`] where the file cannot be read.
    pub fn recognise(&self, text: &str) -> Result<Option<Identity>, KeyringError> {
        if self.admin.matches(text) {
            let namespace = FIRST_NAMESPACE.to_owned();
            return Ok(Some(Identity::of_key(CredentialId::FIRST, namespace)));
        }
        let Some((credential, secret)) = parse(text) else { return Ok(None) };
        let kept: Option<([u8; 32], String)> = self
            .file()
            .query_row("SELECT digest, namespace FROM credential WHERE id = ?1", [credential.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(|error| self.failed(error))?;
        let found = kept.filter(|(digest, _)| bool::from(digest_of(&secret).ct_eq(digest)));
        Ok(found.map(|(_, namespace)| Identity::of_key(credential, namespace)))
    }
}

fn draw(
    credential: CredentialId,
    random: &mut dyn Random,
) -> Result<(Zeroizing<String>, [u8; 32]), KeyringError> {
    let secret = Zeroizing::new(random.bytes32().map_err(KeyringError::Random)?);
    let key = Zeroizing::new(format!("dv_{credential}_{}", Hex(secret.as_slice())));
    Ok((key, digest_of(&secret)))
}

fn digest_of(secret: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// The credential that a key names, and the secret.
fn parse(text: &str) -> Option<(CredentialId, Zeroizing<[u8; 32]>)> {
    let (credential, secret) = text.strip_prefix("dv_")?.split_once('_')?;
    Some((credential.parse().ok()?, Zeroizing::new(hex::parse(secret).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use devenir_core::writer::SeededRandom;

    const ONE: CredentialId = CredentialId([1; 16]);

    fn keyring() -> (tempfile::TempDir, Keyring) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("keys")).unwrap();
        let admin = AdminToken::create(dir.path()).unwrap();
        let keyring = Keyring::open(dir.path(), admin).unwrap();
        (dir, keyring)
    }

    #[test]
    fn a_key_is_known_again_and_its_secret_is_not_in_the_file() {
        let (dir, keyring) = keyring();
        let key = keyring.add(ONE, &mut SeededRandom::new("key")).unwrap();
        let identity = keyring.recognise(&key).unwrap().unwrap();
        assert_eq!(identity, Identity::of_key(ONE, ONE.to_string()));
        let (_, secret) = parse(&key).unwrap();
        let file = std::fs::read(dir.path().join("keys/credentials.sqlite3")).unwrap();
        assert!(!file.windows(32).any(|window| window == secret.as_slice()));
        assert!(!file.windows(64).any(|window| window == Hex(secret.as_slice()).to_string().as_bytes()));
    }

    #[test]
    fn another_secret_another_credential_and_a_mangled_key_are_not_known() {
        let (_dir, keyring) = keyring();
        let key = keyring.add(ONE, &mut SeededRandom::new("key")).unwrap();
        let other = key.replace(&ONE.to_string(), &CredentialId([2; 16]).to_string());
        let mut wrong = key.to_string();
        let last = if wrong.ends_with('0') { '1' } else { '0' };
        wrong.pop();
        wrong.push(last);
        for text in [other.as_str(), wrong.as_str(), "", "dv_", "dv__", &key[..key.len() - 2]] {
            assert_eq!(keyring.recognise(text).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn a_rotated_key_replaces_the_old_one_and_keeps_its_namespace() {
        let (_dir, keyring) = keyring();
        let old = keyring.add(ONE, &mut SeededRandom::new("old")).unwrap();
        let before = keyring.recognise(&old).unwrap();
        let new = keyring.rotate(ONE, &mut SeededRandom::new("new")).unwrap();
        assert_eq!(keyring.recognise(&old).unwrap(), None);
        assert_eq!(keyring.recognise(&new).unwrap(), before);
        keyring.remove(ONE).unwrap();
        assert_eq!(keyring.recognise(&new).unwrap(), None);
        assert!(matches!(keyring.remove(ONE), Err(KeyringError::Unknown(ONE))));
    }

    #[test]
    fn the_token_of_the_administrator_is_the_first_credential() {
        let (dir, keyring) = keyring();
        let token = std::fs::read_to_string(AdminToken::path(dir.path())).unwrap();
        let identity = keyring.recognise(token.trim_end()).unwrap().unwrap();
        assert_eq!(identity.credential, CredentialId::FIRST);
        assert_eq!(identity.namespace, "admin");
    }
}
