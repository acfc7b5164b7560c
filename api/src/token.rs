//! The administrator's bearer token, until roles arrive: one file of mode 0600 beside the keys.
//!
//! `docs/operating.md` says who may read it. It is compared in constant time, and never printed or logged.

use devenir_core::writer::{OsRandom, Random as _};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq as _;

/// The token, kept as its digest.
pub struct AdminToken([u8; 32]);

impl std::fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdminToken(…)")
    }
}

/// Why the token's file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the token file {} cannot be {doing}: {source}", path.display())]
pub struct TokenError {
    doing: &'static str,
    path: PathBuf,
    source: std::io::Error,
}

impl AdminToken {
    /// Where the token of a store lies.
    #[must_use]
    pub fn path(store: &Path) -> PathBuf {
        store.join("keys").join("admin.token")
    }

    /// Draws a token for a new store and writes its file.
    ///
    /// # Errors
    /// [`TokenError`]; an existing file is never overwritten.
    pub fn create(store: &Path) -> Result<Self, TokenError> {
        Self::draw(Self::path(store))
    }

    /// Draws another token, which takes the place of the one before: that one is worth nothing once the file is read again.
    ///
    /// # Errors
    /// [`TokenError`]; the token before stays.
    pub fn replace(store: &Path) -> Result<Self, TokenError> {
        let path = Self::path(store);
        let next = path.with_extension("token.next");
        // What an interrupted replacement left.
        let _ = std::fs::remove_file(&next);
        let token = Self::draw(next.clone())?;
        std::fs::rename(&next, &path).map_err(|source| TokenError { doing: "replaced", path, source })?;
        Ok(token)
    }

    fn draw(path: PathBuf) -> Result<Self, TokenError> {
        let failed = |doing| {
            let path = path.clone();
            move |source| TokenError { doing, path, source }
        };
        let secret = OsRandom.bytes32().map_err(failed("drawn"))?;
        let text = devenir_core::ledger::hex::Hex(secret.as_slice()).to_string();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(failed("created"))?;
        file.write_all(format!("{text}\n").as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(failed("written"))?;
        Ok(Self::of(&text))
    }

    /// Reads the token of a store.
    ///
    /// # Errors
    /// [`TokenError`] where the file cannot be read.
    pub fn open(store: &Path) -> Result<Self, TokenError> {
        let path = Self::path(store);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self::of(text.trim_end())),
            Err(source) => Err(TokenError { doing: "read", path, source }),
        }
    }

    fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Whether a text is the token, in a time that says nothing about it.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        Self::of(text).0.ct_eq(&self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(store: &Path) -> String {
        std::fs::read_to_string(AdminToken::path(store)).unwrap().trim_end().to_owned()
    }

    #[test]
    fn a_token_that_is_replaced_is_worth_nothing() {
        let store = tempfile::tempdir().unwrap();
        std::fs::create_dir(store.path().join("keys")).unwrap();
        AdminToken::create(store.path()).unwrap();
        let before = kept(store.path());
        AdminToken::replace(store.path()).unwrap();
        let opened = AdminToken::open(store.path()).unwrap();
        assert!(!opened.matches(&before) && opened.matches(&kept(store.path())));
        assert_eq!(
            std::fs::read_dir(store.path().join("keys")).unwrap().count(),
            1,
            "nothing is left beside"
        );
    }
}
