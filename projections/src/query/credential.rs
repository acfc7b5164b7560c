//! Credentials: who was given which role, and whether it is in force.
//!
//! `docs/design.md` (Identities) says what a credential is. Nobody learns a secret here: the record knows none.

use devenir_core::consultation::{GrantStanding, signing_credential};
use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Custody, GrantScope};
use devenir_core::event::oversight::RoleGrantedFacts;
use devenir_core::event::part::Mandate;
use devenir_core::id::{CredentialId, StreamId};
use devenir_core::ledger::{Hash, Position};
use devenir_core::time::Timestamp;
use rusqlite::Row;

use super::{Answer, Reading};
use crate::row;
use crate::trail::Vouching;

/// A credential with its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Where the grant stands in the ledger.
    pub position: Position,
    /// The stream that it stands in.
    pub stream: StreamId,
    /// What was granted.
    pub facts: RoleGrantedFacts,
    /// The holder's name, where it may be shown.
    pub name: Option<String>,
    /// The mandate, where the record has its words.
    pub mandate: Option<Mandate>,
    /// Whether a mandate is committed to, whatever became of its words.
    pub is_mandated: bool,
    /// When it was granted.
    pub recorded_at: Timestamp,
    /// What became of it.
    pub standing: GrantStanding,
}

impl Credential {
    /// Whether it counts at an instant.
    #[must_use]
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.standing == GrantStanding::Stands
            && self.facts.from.is_none_or(|from| from <= at)
            && self.facts.until.is_none_or(|until| at < until)
    }

    /// Whether it reaches a consultation.
    #[must_use]
    pub fn reaches(&self, stream: StreamId) -> bool {
        match self.facts.scope {
            GrantScope::Instance => true,
            GrantScope::Consultation => self.stream == stream,
        }
    }
}

const COLUMNS: &str =
    "SELECT position, stream, facts, name, mandate, mandated, recorded_at, standing FROM credential";

impl Reading {
    /// A credential by its id.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn credential(&self, id: CredentialId) -> Answer<Option<Credential>> {
        self.one(&format!("{COLUMNS} WHERE id = ?1"), [id.0], read)
    }

    /// Who holds the secret of the key of this id; none where no credential signs with it.
    #[must_use]
    pub fn custody(&self, key: Hash) -> Option<Custody> {
        let credential = self.credential(signing_credential(&key)).ok()??;
        credential.facts.key.is_some().then_some(credential.facts.custody)
    }

    /// Who vouches for an event.
    #[must_use]
    pub fn vouching(&self, event: &Recorded) -> Vouching {
        Vouching::of(event, |key| self.custody(key))
    }

    /// The credentials granted in one stream, in the order of the record; in all, where none is named.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn credentials(&self, stream: Option<StreamId>) -> Answer<Vec<Credential>> {
        let sql = format!("{COLUMNS} WHERE ?1 IS NULL OR stream = ?1 ORDER BY position");
        self.all(&sql, [stream.map(|stream| stream.0)], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Credential> {
    Ok(Credential {
        position: row::position(row, 0)?,
        stream: row.get(1).map(StreamId)?,
        facts: row::whole(row, 2)?,
        name: row.get(3)?,
        mandate: row::maybe_whole(row, 4)?,
        is_mandated: row.get(5)?,
        recorded_at: row::instant(row, 6)?,
        standing: row::code(row, 7)?,
    })
}
