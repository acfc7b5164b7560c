//! Where the rows of subjects stand in the file: in the order in which they came, flush by flush.
//!
//! `docs/design.md` (Views). Rows keyed by a digest would be written all over the file; here new ones stand at its end,
//! and eight bytes a subject find them again, each hit confirmed by the row. This module knows no rule.

use super::{KeptError, compact, file};
use crate::consultation::Subject;
use crate::id::IntentId;
use crate::ledger::Position;
use crate::writer::index::Positions;
use rusqlite::Connection;

/// The rows' numbers, by the first bytes of their keys.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    rows: Positions,
    count: u64,
}

/// Rows that a transaction adds: they count once it is committed.
#[derive(Debug, Default)]
pub(super) struct Added(Vec<IntentId>);

impl Subjects {
    /// Takes in what the file holds.
    pub(super) fn load(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        file::subject_keys(connection, |id, nth| {
            self.rows.insert(tag_of(id), Position::new(nth));
            self.count = nth.saturating_add(1);
        })
    }

    /// The row of a subject.
    pub(super) fn get(&self, connection: &Connection, id: IntentId) -> Result<Option<Subject>, KeptError> {
        let found = self.find(connection, id).map_err(|error| KeptError::new("read", error))?;
        let value = found.map(|(_, value)| postcard::from_bytes(&value));
        value.transpose().map_err(|error| KeptError::new("read", error))
    }

    /// Writes the row of a subject inside a transaction.
    pub(super) fn put(
        &self,
        connection: &Connection,
        (id, subject): (IntentId, &Subject),
        added: &mut Added,
    ) -> rusqlite::Result<()> {
        let nth = match self.find(connection, id)? {
            Some((nth, _)) => nth,
            None => {
                added.0.push(id);
                self.count + added.0.len() as u64 - 1
            }
        };
        file::put_subject(connection, nth, id, &compact(subject)?)
    }

    /// The transaction was committed.
    pub(super) fn written(&mut self, added: Added) {
        for id in added.0 {
            self.rows.insert(tag_of(id), Position::new(self.count));
            self.count += 1;
        }
    }

    fn find(&self, connection: &Connection, id: IntentId) -> rusqlite::Result<Option<(u64, Vec<u8>)>> {
        for nth in self.rows.candidates(tag_of(id)).map(Position::get) {
            if let Some(value) = file::subject(connection, nth, id)? {
                return Ok(Some((nth, value)));
            }
        }
        Ok(None)
    }
}

/// What the table keeps of a subject's id, a digest.
fn tag_of(id: IntentId) -> u32 {
    let [a, b, c, d, ..] = id.0;
    u32::from_be_bytes([a, b, c, d])
}
