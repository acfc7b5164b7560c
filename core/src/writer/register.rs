//! The register: which person is which participant, and which participant holds which voter tag.
//!
//! `docs/design.md` (Identities, Votes): its own file and key, never in the ledger, the vault, an export or a
//! view. It holds a keyed digest in place of a subject, so the file alone names nobody. It is written before
//! the ledger: an orphan is harmless. This module knows no credential and no event.

use super::private::make_private;
use super::random::Random;
use crate::id::{IntentId, Participant, StreamId, VoterTag};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::Sha256;
use std::path::Path;
use zeroize::Zeroizing;

/// The file's name, beside the store.
const REGISTER: &str = "register.sqlite3";

/// Why the register cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The file cannot be read or written.
    #[error("the register cannot be used: {0}; check the disk and the file register.sqlite3")]
    File(#[from] rusqlite::Error),
    /// The file cannot be made.
    #[error("the register cannot be made: {0}; check the disk and the mode of the store's directory")]
    Private(std::io::Error),
    /// Another program reads it.
    #[error(
        "another program reads the register.sqlite3 of this store; close it, what was forgotten is still in its log"
    )]
    Held,
    /// The system gave no randomness.
    #[error("no random bytes for a new participant: {0}")]
    Random(#[from] std::io::Error),
}

/// The tables subject -> participant and (participant, ballot, target) -> tag.
pub struct Register {
    file: Connection,
    key: Zeroizing<[u8; 32]>,
    random: Box<dyn Random>,
}

impl Register {
    /// Opens the register of an instance, making its file where there is none.
    ///
    /// # Errors
    /// [`RegisterError`] where the file cannot be used.
    pub fn open(
        dir: &Path,
        key: Zeroizing<[u8; 32]>,
        random: Box<dyn Random>,
    ) -> Result<Self, RegisterError> {
        let path = dir.join(REGISTER);
        make_private(&path).map_err(RegisterError::Private)?;
        let file = Connection::open(&path)?;
        file.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON;
             PRAGMA temp_store = MEMORY;
             CREATE TABLE IF NOT EXISTS participant (
               stream BLOB NOT NULL, subject BLOB NOT NULL, participant BLOB NOT NULL,
               PRIMARY KEY (stream, subject)
             ) STRICT, WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS tag (
               participant BLOB NOT NULL, ballot BLOB NOT NULL, target BLOB NOT NULL, tag BLOB NOT NULL,
               PRIMARY KEY (participant, ballot, target)
             ) STRICT, WITHOUT ROWID;",
        )?;
        Ok(Self { file, key, random })
    }

    /// Keeps many changes in one transaction: for importers.
    ///
    /// # Errors
    /// [`RegisterError`] where the file cannot be used.
    pub fn batch(&mut self, on: bool) -> Result<(), RegisterError> {
        let statement = if on { "BEGIN IMMEDIATE" } else { "COMMIT" };
        if self.file.is_autocommit() == on {
            self.file.execute_batch(statement)?;
        }
        Ok(())
    }

    /// The participant that a platform's person is in a consultation, drawn at the first act.
    ///
    /// # Errors
    /// [`RegisterError`] where the file cannot be used.
    pub fn participant(
        &mut self,
        stream: StreamId,
        platform: &str,
        subject: &str,
    ) -> Result<Participant, RegisterError> {
        let subject = self.digest(platform, subject);
        let known: Option<[u8; 16]> = self
            .file
            .prepare_cached("SELECT participant FROM participant WHERE stream = ?1 AND subject = ?2")?
            .query_row(params![stream.0, subject], |row| row.get(0))
            .optional()?;
        if let Some(known) = known {
            return Ok(Participant(known));
        }
        let drawn = self.random.bytes16()?;
        self.file
            .prepare_cached("INSERT INTO participant (stream, subject, participant) VALUES (?1, ?2, ?3)")?
            .execute(params![stream.0, subject, drawn])?;
        Ok(Participant(drawn))
    }

    /// The tag under which a participant votes on a target in a ballot, drawn at the first vote.
    ///
    /// `target` is absent where the rules cap a person's votes in the whole ballot.
    ///
    /// # Errors
    /// [`RegisterError`] where the file cannot be used.
    pub fn tag(
        &mut self,
        participant: Participant,
        ballot: IntentId,
        target: Option<IntentId>,
    ) -> Result<VoterTag, RegisterError> {
        let target = target.map_or(Vec::new(), |id| id.0.to_vec());
        let known: Option<[u8; 16]> = self
            .file
            .prepare_cached("SELECT tag FROM tag WHERE participant = ?1 AND ballot = ?2 AND target = ?3")?
            .query_row(params![participant.0, ballot.0, target], |row| row.get(0))
            .optional()?;
        if let Some(known) = known {
            return Ok(VoterTag(known));
        }
        let drawn = self.random.bytes16()?;
        self.file
            .prepare_cached("INSERT INTO tag (participant, ballot, target, tag) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![participant.0, ballot.0, target, drawn])?;
        Ok(VoterTag(drawn))
    }

    /// Forgets who holds a voter tag.
    ///
    /// # Errors
    /// [`RegisterError`] where the file cannot be used.
    pub fn forget_tag(&mut self, tag: VoterTag) -> Result<(), RegisterError> {
        // No index: erasures are rare, votes are not.
        self.file.execute("DELETE FROM tag WHERE tag = ?1", [tag.0])?;
        Ok(())
    }

    /// Forgets which person a participant is, with the tags that they hold: done with their last open author part.
    ///
    /// # Errors
    /// [`RegisterError`] where the file cannot be used.
    pub fn forget_participant(&mut self, participant: Participant) -> Result<(), RegisterError> {
        self.file.execute("DELETE FROM participant WHERE participant = ?1", [participant.0])?;
        self.file.execute("DELETE FROM tag WHERE participant = ?1", [participant.0])?;
        Ok(())
    }

    /// Folds the log back into the file, so that neither holds what was forgotten.
    ///
    /// # Errors
    /// [`RegisterError`] where the file cannot be used.
    pub fn fold(&mut self) -> Result<(), RegisterError> {
        let busy: i64 = self.file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        // The register has one connection: nobody else reads it but a copy under way.
        if busy == 0 { Ok(()) } else { Err(RegisterError::Held) }
    }

    fn digest(&self, platform: &str, subject: &str) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice()).expect("a key of 32 bytes");
        mac.update(b"devenir/register/v1\0");
        for field in [platform, subject] {
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}
