//! What was erased or taken down, and whether it was carried out.
//!
//! `docs/design.md` (Erasure) says what stays to be said of it: which event, which parts by number, on which ground,
//! when. Nothing here says what it was.

use devenir_core::event::code::{ErasureScope, Requester};
use devenir_core::event::part::{is_personal, is_public_text};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::Position;
use devenir_core::time::Timestamp;
use rusqlite::Row;

use super::{Answer, Reading};
use crate::row::{self, code, maybe_code};
use crate::views::key;

/// One erasure or takedown of parts of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Where the act stands that says so.
    pub position: Position,
    /// Its permanent name.
    pub id: IntentId,
    /// The stream of both.
    pub stream: StreamId,
    /// Where the event stands whose parts are erased.
    pub target: Position,
    /// Its permanent name.
    pub target_id: IntentId,
    /// Which parts: bit i is the i-th part of its envelope.
    pub mask: u16,
    /// Which parts that is, in a word.
    pub scope: ErasureScope,
    /// Why, as a code.
    pub ground: String,
    /// Who asked; none of a takedown, which nobody asks for.
    pub requester: Option<Requester>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The event since which it counts: the act itself, of a takedown that which gave it its second hand.
    pub since: Position,
    /// When that was recorded.
    pub since_at: Timestamp,
    /// The act that states that it was carried out, once it was.
    pub completed: Option<Position>,
}

impl Erasure {
    /// The event that gave a takedown its second hand; none of an erasure, which counts from its own act on.
    #[must_use]
    pub fn countersigned(&self) -> Option<Position> {
        (self.since != self.position).then_some(self.since)
    }

    /// Whether parts of this kind go with it, where its mask names them: those of a person on a request, texts of public acts
    /// by a takedown, and nothing that rules read. A mask that names more, which no door lets in, takes no more.
    #[must_use]
    pub const fn takes(&self, kind: u8) -> bool {
        match self.requester {
            Some(_) => is_personal(kind),
            None => is_public_text(kind),
        }
    }
}

const ERASURE: &str = "SELECT r.position, e.id, r.stream, r.target, t.id, r.mask, r.scope, r.ground, r.requester, \
    r.recorded_at, r.since, r.since_at, r.completed FROM erasure r JOIN event e ON e.position = r.position \
    JOIN event t ON t.position = r.target";

impl Reading {
    /// The parts of an event that were erased or taken down: bit i is the i-th part of its envelope.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn erased_mask(&self, target: Position) -> Answer<u16> {
        let sql = "SELECT mask FROM erasure WHERE target = ?1 AND since IS NOT NULL";
        let masks = self.all(sql, [key(target)], |row| row.get::<_, u16>(0))?;
        Ok(masks.into_iter().fold(0, |all, mask| all | mask))
    }

    /// The parts of an event that were declared lost: bit i is the i-th part of its envelope.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn lost_mask(&self, target: Position) -> Answer<u16> {
        let sql = "SELECT mask FROM loss WHERE target = ?1";
        let masks = self.all(sql, [key(target)], |row| row.get::<_, u16>(0))?;
        Ok(masks.into_iter().fold(0, |all, mask| all | mask))
    }

    /// The latest erasure of parts of an event, and of which.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn erasure_of(&self, target: Position) -> Answer<Option<Erasure>> {
        let sql =
            format!("{ERASURE} WHERE r.target = ?1 AND r.since IS NOT NULL ORDER BY r.position DESC LIMIT 1");
        self.one(&sql, [key(target)], erasure)
    }

    /// The latest takedown of a text of an event that counts.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn takedown_of(&self, target: Position) -> Answer<Option<Position>> {
        let sql = "SELECT max(position) FROM erasure \
                   WHERE target = ?1 AND since IS NOT NULL AND requester IS NULL";
        Ok(self.one(sql, [key(target)], |row| row::maybe_position(row, 0))?.flatten())
    }

    /// What is erased or taken down, and not carried out yet, in the order in which it began to count.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn erasures_due(&self) -> Answer<Vec<Erasure>> {
        let sql = format!(
            "{ERASURE} WHERE r.since IS NOT NULL AND r.completed IS NULL ORDER BY r.since, r.position"
        );
        self.all(&sql, [], erasure)
    }

    /// What is erased or taken down since a position, in the order in which it began to count, at most `limit`.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn erasures_from(&self, from: Position, limit: u32) -> Answer<Vec<Erasure>> {
        let sql = format!("{ERASURE} WHERE r.since >= ?1 ORDER BY r.since, r.position LIMIT ?2");
        self.all(&sql, [key(from), i64::from(limit)], erasure)
    }
}

fn erasure(row: &Row<'_>) -> rusqlite::Result<Erasure> {
    Ok(Erasure {
        position: row::position(row, 0)?,
        id: IntentId(row.get(1)?),
        stream: StreamId(row.get(2)?),
        target: row::position(row, 3)?,
        target_id: IntentId(row.get(4)?),
        mask: row.get(5)?,
        scope: code(row, 6)?,
        ground: row.get(7)?,
        requester: maybe_code(row, 8)?,
        recorded_at: row::instant(row, 9)?,
        since: row::position(row, 10)?,
        since_at: row::instant(row, 11)?,
        completed: row::maybe_position(row, 12)?,
    })
}
