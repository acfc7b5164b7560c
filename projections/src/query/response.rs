//! Responses read back: what stands, what it replaced, how it was mended.
//!
//! `docs/design.md` (Response) tells a correction, which keeps outcome and list, from a response that takes the
//! place of another. Whether one was owed or late is the business of the fate.

use devenir_core::event::code::{Correction as Corrects, Trust};
use devenir_core::event::part::{ActText, Signatory};
use devenir_core::event::response::PublishedFacts;
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::time::{Claimed, Timestamp};
use rusqlite::Row;

use super::page::List;
use super::subject::{FROM, SUBJECT, subject};
use super::{Answer, Page, Paged, Reading};
use crate::model::{Subject, TextAbsence};
use crate::row::{self, code, maybe_code, maybe_whole, whole};
use crate::views::key;

/// What an authority answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Where it stands; its name in the views.
    pub position: Position,
    /// Its permanent name.
    pub id: IntentId,
    /// Its consultation.
    pub consultation: Position,
    /// How it came to be recorded.
    pub trust: Trust,
    /// What is public and permanent of it.
    pub facts: PublishedFacts,
    /// Who signed it, corrections included.
    pub signatory: Option<Signatory>,
    /// Why that is not there.
    pub signatory_absent: Option<TextAbsence>,
    /// Its words, corrections included.
    pub act: Option<ActText>,
    /// Why they are not there.
    pub act_absent: Option<TextAbsence>,
    /// The act that took them down, where one did.
    pub act_because: Option<Position>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was published, as somebody claims.
    pub claimed: Claimed,
    /// When it was published, as it is judged: recorded for an act of this record, claimed for an imported one.
    pub published_at: Timestamp,
    /// The response in whose place it stands.
    pub supersedes: Option<Position>,
    /// The response that took its place.
    pub superseded_by: Option<Position>,
    /// How it was mended, in the order of the record.
    pub corrections: Vec<Correction>,
}

/// How a response was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The event that says so.
    pub position: Position,
    /// What was mended.
    pub corrects: Corrects,
    /// When.
    pub at: Timestamp,
}

const RESPONSE: &str = "SELECT r.position, e.id, r.consultation, r.trust, r.facts, r.signatory, \
    r.signatory_absent, r.act, r.act_absent, r.recorded_at, r.claimed_at, r.precision, r.published_at, \
    r.supersedes, r.superseded_by FROM response r JOIN event e ON e.position = r.position";

/// The response in force of those to one subject, in the order of the record: the last, unless it was replaced by one that
/// answers the subject no more.
#[must_use]
pub fn in_force(responses: &[Response]) -> Option<&Response> {
    responses.last().filter(|response| response.superseded_by.is_none())
}

impl Reading {
    /// The responses to a subject, replaced ones included, in the order of the record.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn responses(&self, subject: Position) -> Answer<Vec<Response>> {
        let sql = format!(
            "{RESPONSE} JOIN answer a ON a.response = r.position WHERE a.subject = ?1 ORDER BY r.position"
        );
        let bare = self.all(&sql, [key(subject)], response)?;
        bare.into_iter().map(|bare| self.with_corrections(bare)).collect()
    }

    /// The response that the event at a position published.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn response(&self, position: Position) -> Answer<Option<Response>> {
        let found = self.one(&format!("{RESPONSE} WHERE r.position = ?1"), [key(position)], response)?;
        found.map(|bare| self.with_corrections(bare)).transpose()
    }

    /// A page of the subjects that a response answers, in the order of the record.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn answered_by(&self, response: Position, page: Page) -> Answer<Paged<Subject>> {
        let select =
            format!("{SUBJECT}, s.position, s.position {FROM} JOIN answer a ON a.subject = s.position");
        let list = List {
            select: &select,
            filter: "a.response = :response",
            sort: "s.position",
            position: "s.position",
            descending: false,
        };
        self.page(&list, &[(":response", &key(response))], page, subject)
    }

    /// A response as its corrections leave it: the last that brings words, or mends who signed, decides.
    fn with_corrections(&self, bare: Response) -> Answer<Response> {
        let position = bare.position;
        let sql = "SELECT position, corrects, corrected_at, signatory, signatory_absent, act, act_absent \
                   FROM correction WHERE response = ?1 ORDER BY position";
        let found = self.all(sql, [key(position)], |found| {
            let corrects = code(found, 1)?;
            let correction =
                Correction { position: row::position(found, 0)?, corrects, at: row::instant(found, 2)? };
            let signatory: Mended<Signatory> = (maybe_whole(found, 3)?, maybe_code(found, 4)?);
            let act: Mended<ActText> = (maybe_whole(found, 5)?, maybe_code(found, 6)?);
            Ok((correction, signatory, act))
        })?;
        let (mut mended, mut worded) = (bare, position);
        for (correction, signatory, act) in found {
            if is_brought(&act) {
                (mended.act, mended.act_absent) = act;
                worded = correction.position;
            }
            if is_brought(&signatory) && correction.corrects == Corrects::Signatory {
                (mended.signatory, mended.signatory_absent) = signatory;
            }
            mended.corrections.push(correction);
        }
        if mended.act_absent == Some(TextAbsence::TakenDown) {
            mended.act_because = self.takedown_of(worded)?;
        }
        Ok(mended)
    }
}

/// A part of a correction, or why it is not there.
type Mended<T> = (Option<T>, Option<TextAbsence>);

/// Whether a correction brought a part, still there or not.
fn is_brought<T>((_, absent): &Mended<T>) -> bool {
    *absent != Some(TextAbsence::NotInSource)
}

fn response(row: &Row<'_>) -> rusqlite::Result<Response> {
    Ok(Response {
        position: row::position(row, 0)?,
        id: IntentId(row.get(1)?),
        consultation: row::position(row, 2)?,
        trust: code(row, 3)?,
        facts: whole(row, 4)?,
        signatory: maybe_whole(row, 5)?,
        signatory_absent: maybe_code(row, 6)?,
        act: maybe_whole(row, 7)?,
        act_absent: maybe_code(row, 8)?,
        act_because: None,
        recorded_at: row::instant(row, 9)?,
        claimed: row::claimed(row, 10, 11)?,
        published_at: row::instant(row, 12)?,
        supersedes: row::maybe_position(row, 13)?,
        superseded_by: row::maybe_position(row, 14)?,
        corrections: Vec::new(),
    })
}
