//! The versions of a subject, and what changed between two of them.
//!
//! `docs/design.md` (Votes) binds votes to versions, so each is named by the event that gave it. A version whose
//! words may not be served says why, like any text.

use devenir_core::event::code::{Lang, Trust};
use devenir_core::event::part::SectionChange;
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::rules::Moderated;
use devenir_core::time::{Claimed, Timestamp};
use rusqlite::Row;

use super::subject::Shown;
use super::{Answer, Diff, Reading, diff};
use crate::model::Text;
use crate::row::{self, code, maybe_code};
use crate::views::key;

/// One version of a subject's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The event that gave it; its name in the views.
    pub position: Position,
    /// Its permanent name.
    pub id: IntentId,
    /// Whose version it is.
    pub subject: Position,
    /// 1 for the first.
    pub number: u32,
    /// The title.
    pub title: Text,
    /// The words.
    pub body: Text,
    /// What it would change in the law or rule that stands, for a text of the authority that changes one.
    pub changes: Vec<SectionChange>,
    /// The address of a cited source.
    pub link: Option<String>,
    /// Whether words were taken out by moderation.
    pub redacted: bool,
    /// Whether the meaning changed, as its author says.
    pub material: Option<bool>,
    /// The last observation of the text of before, where nobody saw the change.
    pub seen_before: Option<Timestamp>,
    /// How it came to be recorded.
    pub trust: Trust,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was written, as somebody claims.
    pub claimed: Claimed,
}

const VERSION: &str = "SELECT v.position, e.id, v.subject, v.number, s.lang, t.title, t.body, t.changes, t.link, \
    t.redacted, v.absent, s.visibility, s.inadmissible, s.awaits, s.measure, v.material, v.seen_before, v.trust, \
    v.recorded_at, v.claimed_at, v.precision, \
    CASE v.absent WHEN 'lost' THEN (SELECT max(l.position) FROM loss l WHERE l.target = v.position) \
    WHEN 'taken_down' THEN (SELECT max(x.position) FROM erasure x \
    WHERE x.target = v.position AND x.since IS NOT NULL AND x.requester IS NULL) END \
    FROM version v JOIN event e ON e.position = v.position JOIN subject s ON s.position = v.subject \
    LEFT JOIN text t ON t.version = v.position";

impl Reading {
    /// The versions of a subject, from the first.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn versions(&self, subject: Position) -> Answer<Vec<Version>> {
        let sql = format!("{VERSION} WHERE v.subject = ?1 ORDER BY v.position");
        self.all(&sql, [key(subject)], version)
    }

    /// The version that the event at a position gave.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn version(&self, position: Position) -> Answer<Option<Version>> {
        self.one(&format!("{VERSION} WHERE v.position = ?1"), [key(position)], version)
    }

    /// What changed between two versions of a subject, by their numbers; none where one of them is not there or
    /// its words are not served.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn changes(&self, subject: Position, from: u32, to: u32) -> Answer<Option<Diff>> {
        let versions = self.versions(subject)?;
        let of = |number| versions.iter().find(|version| version.number == number);
        let (Some(from), Some(to)) = (of(from), of(to)) else { return Ok(None) };
        let served = |version: &Version| version.title.plain.is_some() || version.body.plain.is_some();
        if !served(from) || !served(to) {
            return Ok(None);
        }
        let words = |text: &Text| text.plain.clone().unwrap_or_default();
        Ok(Some(Diff {
            title: diff(&words(&from.title), &words(&to.title)),
            body: diff(&words(&from.body), &words(&to.body)),
        }))
    }
}

fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    let shown = Shown {
        moderated: Moderated { visibility: code(row, 11)?, inadmissible: row.get(12)? },
        awaits: row.get(13)?,
        measure: row::maybe_position(row, 14)?,
        served: row.get(9)?,
        absent: maybe_code(row, 10)?,
        gone: row::maybe_position(row, 21)?,
    };
    let lang = code::<Lang>(row, 4)?;
    Ok(Version {
        position: row::position(row, 0)?,
        id: IntentId(row.get(1)?),
        subject: row::position(row, 2)?,
        number: row.get(3)?,
        title: shown.text(row.get(5)?, lang),
        body: shown.text(row.get(6)?, lang),
        changes: row::maybe_whole(row, 7)?.unwrap_or_default(),
        link: row.get(8)?,
        redacted: shown.served == Some(true),
        material: row.get(15)?,
        seen_before: row::maybe_instant(row, 16)?,
        trust: code(row, 17)?,
        recorded_at: row::instant(row, 18)?,
        claimed: row::claimed(row, 19, 20)?,
    })
}
