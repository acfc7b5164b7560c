//! The events that concern a subject or a consultation, in the order of the story or of the record.
//!
//! `docs/design.md` (Trail) decides both orders: claimed time, then position; or position alone. Votes cast one
//! by one are no steps: they are counted. What a step says is the trail's business.

use devenir_core::ledger::Position;
use devenir_core::time::Timestamp;

use super::page::List;
use super::{Answer, Page, Paged, Reading};
use crate::row;
use crate::views::key;

/// One event that concerns something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where it stands in the record.
    pub position: Position,
    /// The code of its event type.
    pub event_type: u16,
    /// When it happened in the story: as claimed, else as recorded, else right after what it refers to.
    pub story_at: Timestamp,
}

/// The order of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepOrder {
    /// As things happened.
    #[default]
    Story,
    /// As they were recorded.
    Record,
}

/// The most steps that are looked for by their type: more of one type than that is told by the latest.
const LATEST_MAX: usize = 64;

impl Reading {
    /// Where the latest steps of some event types on a subject stand, in the order of the record.
    pub(crate) fn latest_steps(&self, of: Position, types: &[u16]) -> Answer<Vec<Position>> {
        let types = types.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT position FROM step WHERE subject = ?1 AND type IN ({types}) \
             ORDER BY position DESC LIMIT {LATEST_MAX}"
        );
        let mut positions = self.all(&sql, [key(of)], |found| row::position(found, 0))?;
        positions.reverse();
        Ok(positions)
    }

    /// A page of the events that concern a subject, or a consultation as a whole.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn steps(&self, of: Position, order: StepOrder, page: Page) -> Answer<Paged<Step>> {
        self.steps_where("subject = :of", of, order, page)
    }

    /// The same, with the submission and the fate of each amendment under it.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn steps_with_amendments(&self, of: Position, order: StepOrder, page: Page) -> Answer<Paged<Step>> {
        // Types 0x0301, 0x0303 and 0x0305: submitted, decided, lapsed.
        let filter = "subject = :of OR (type IN (769, 771, 773) AND subject IN \
                      (SELECT position FROM subject WHERE parent = :of AND kind = 'amendment'))";
        self.steps_where(filter, of, order, page)
    }

    fn steps_where(&self, filter: &str, of: Position, order: StepOrder, page: Page) -> Answer<Paged<Step>> {
        let sort = match order {
            StepOrder::Story => "story_at",
            StepOrder::Record => "position",
        };
        let select = format!("SELECT type, story_at, {sort}, position FROM step");
        let filter = format!("({filter})");
        let list = List { select: &select, filter: &filter, sort, position: "position", descending: false };
        self.page(&list, &[(":of", &key(of))], page, |found| {
            Ok(Step {
                position: row::position(found, 3)?,
                event_type: found.get(0)?,
                story_at: row::instant(found, 1)?,
            })
        })
    }
}
