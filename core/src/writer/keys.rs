//! The keys of an instance: files of mode 0600 beside the store, each 64 hexadecimal digits.
//!
//! `docs/operating.md` says what each is for and how to keep it. They are drawn when a store is created and
//! never printed. This module signs nothing.

use super::random::Random;
use crate::event::code::KeyPurpose;
use crate::ledger::hex::{self, Hex};
use crate::ledger::key::{SigningKey, VerifyingKey};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A secret of 32 bytes.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// The keys of an instance.
pub struct InstanceKeys {
    /// The ledger's Ed25519 key.
    pub ledger: SigningKey,
    /// The key that derives command ids and request MACs.
    pub idempotency: Secret,
    /// The key under which the register knows people.
    pub register: Secret,
    /// The Ed25519 key of the ledger's promises, which signs nothing else.
    pub promise: SigningKey,
    /// The key of author tokens.
    pub token: Secret,
}

impl std::fmt::Debug for InstanceKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstanceKeys(…)")
    }
}

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file system refuses.
    #[error("the key file {} cannot be {doing}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not there.
    #[error("the key file {} is missing; restore it from where it is kept apart: it is never drawn again", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error("the key file {} does not hold 64 hexadecimal digits; restore it from a backup", path.display())]
    Content {
        /// The file.
        path: PathBuf,
    },
    /// Others than its owner may read it.
    #[error("the key file {} can be read by others (mode {mode:o}); run chmod 600 on it, and consider the key known", path.display())]
    Mode {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The system gave no randomness.
    #[error("no random bytes for a new key: {0}")]
    Random(std::io::Error),
}

/// What a new key is called until the ledger has accepted it.
const NEXT: &str = "next.key";
const LEDGER: &str = "ledger.key";
const IDEMPOTENCY: &str = "idempotency.key";
const REGISTER: &str = "register.key";
const PROMISE: &str = "promise.key";
const TOKEN: &str = "token.key";

impl InstanceKeys {
    /// Draws the keys of a new instance and writes them.
    ///
    /// # Errors
    /// [`KeyFileError`]; a key file that exists is never overwritten.
    pub fn create(dir: &Path, random: &mut dyn Random) -> Result<Self, KeyFileError> {
        let mut draw = |name| draw(&dir.join(name), random);
        let (ledger, idempotency, register) = (draw(LEDGER)?, draw(IDEMPOTENCY)?, draw(REGISTER)?);
        let (promise, token) = (draw(PROMISE)?, draw(TOKEN)?);
        let [ledger, promise] = [ledger, promise].map(|seed| SigningKey::from_seed(&seed));
        Ok(Self { ledger, idempotency, register, promise, token })
    }

    /// Reads the keys of an instance. None is drawn again: what was signed with a lost one would no longer be checked
    /// with the key of the ledger.
    ///
    /// # Errors
    /// [`KeyFileError`] where a file is missing, holds something else, or is open to others.
    pub fn open(dir: &Path) -> Result<Self, KeyFileError> {
        let read = |name| read(&dir.join(name));
        let (ledger, idempotency, register) = (read(LEDGER)?, read(IDEMPOTENCY)?, read(REGISTER)?);
        let (promise, token) = (read(PROMISE)?, read(TOKEN)?);
        let [ledger, promise] = [ledger, promise].map(|seed| SigningKey::from_seed(&seed));
        Ok(Self { ledger, idempotency, register, promise, token })
    }
}

/// The file of a key with which the ledger signs; none for keys of people, which are theirs to keep.
pub(super) fn file_of(dir: &Path, purpose: KeyPurpose) -> Option<PathBuf> {
    match purpose {
        KeyPurpose::Checkpoint => Some(dir.join(LEDGER)),
        KeyPurpose::Promise => Some(dir.join(PROMISE)),
        KeyPurpose::Signer => None,
    }
}

/// The file of the key that takes over, until it has: `ledger.next.key`, `promise.next.key`.
pub(super) fn next_file(dir: &Path, purpose: KeyPurpose) -> Option<PathBuf> {
    file_of(dir, purpose).map(|path| path.with_extension(NEXT))
}

/// The key that the ledger states for a purpose: the one in use, or the next one, which then takes its place on the disk: the
/// ledger accepted it, and a crash came before the files followed. None where neither is that key.
///
/// # Errors
/// [`KeyFileError`] where a file cannot be read or renamed.
pub(super) fn in_force(
    dir: &Path,
    purpose: KeyPurpose,
    own: SigningKey,
    stated: &VerifyingKey,
) -> Result<Option<SigningKey>, KeyFileError> {
    if own.verifying_key() == *stated {
        return Ok(Some(own));
    }
    let Some(next) = next_file(dir, purpose).filter(|path| path.exists()) else { return Ok(None) };
    let key = read_key_file(&next)?;
    if key.verifying_key() != *stated {
        return Ok(None);
    }
    promote(dir, purpose)?;
    Ok(Some(key))
}

/// Puts the next key in the place of the one before it, whose secret is then gone.
///
/// # Errors
/// [`KeyFileError`] where the file cannot be renamed.
pub(super) fn promote(dir: &Path, purpose: KeyPurpose) -> Result<(), KeyFileError> {
    let (Some(path), Some(next)) = (file_of(dir, purpose), next_file(dir, purpose)) else { return Ok(()) };
    let renamed = std::fs::rename(&next, &path).and_then(|()| std::fs::File::open(dir)?.sync_all());
    renamed.map_err(|source| KeyFileError::Io { doing: "renamed", path: next, source })
}

/// Draws the key of somebody who signs, and writes its secret to a file of mode 0600.
///
/// # Errors
/// [`KeyFileError`]; a file that exists is never overwritten.
pub fn create_key_file(path: &Path, random: &mut dyn Random) -> Result<SigningKey, KeyFileError> {
    draw(path, random).map(|seed| SigningKey::from_seed(&seed))
}

/// Reads the key of somebody who signs.
///
/// # Errors
/// [`KeyFileError`] where the file is missing, holds something else, or is open to others.
pub fn read_key_file(path: &Path) -> Result<SigningKey, KeyFileError> {
    read(path).map(|seed| SigningKey::from_seed(&seed))
}

fn draw(path: &Path, random: &mut dyn Random) -> Result<Secret, KeyFileError> {
    let secret = Zeroizing::new(random.bytes32().map_err(KeyFileError::Random)?);
    write(path, &secret)?;
    Ok(secret)
}

/// Reads the Ed25519 key at `path`, a file of mode 0600; draws it where there is none.
///
/// # Errors
/// [`KeyFileError`] where the file holds something else, is open to others, or cannot be made.
pub fn read_or_draw_key(path: &Path, random: &mut dyn Random) -> Result<SigningKey, KeyFileError> {
    read_or_draw(path, random).map(|seed| SigningKey::from_seed(&seed))
}

fn read_or_draw(path: &Path, random: &mut dyn Random) -> Result<Secret, KeyFileError> {
    if path.exists() { read(path) } else { draw(path, random) }
}

fn write(path: &Path, secret: &Secret) -> Result<(), KeyFileError> {
    let failed = |doing| move |source| KeyFileError::Io { doing, path: path.to_owned(), source };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed("created"))?;
    let text = Zeroizing::new(format!("{}\n", Hex(secret.as_slice())));
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed("written"))
}

fn read(path: &Path) -> Result<Secret, KeyFileError> {
    if !path.exists() {
        return Err(KeyFileError::Missing { path: path.to_owned() });
    }
    let failed = |source| KeyFileError::Io { doing: "read", path: path.to_owned(), source };
    #[cfg(unix)]
    {
        let metadata = std::fs::metadata(path).map_err(failed)?;
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyFileError::Mode { path: path.to_owned(), mode });
        }
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failed)?);
    hex::parse(text.trim_end())
        .map(Zeroizing::new)
        .map_err(|_| KeyFileError::Content { path: path.to_owned() })
}
