//! Who may read a text: the one place where words go to, or leave, what is served and searched.
//!
//! `docs/design.md` (Moderation) decides: a text that is hidden, removed, or waits for a moderator is served by
//! no path; a redaction takes the place of the version that it was made on and of all before it. Queries read
//! the table `text` alone, so what lies in `withheld` or `redaction` cannot be reached by any of them.

use devenir_core::rules::{Moderated, Visibility};
use rusqlite::params;

use super::{Done, Fold};
use crate::row::code;

/// What decides whether a subject's texts may be served.
struct Standing {
    visibility: Visibility,
    awaits: bool,
}

impl Fold<'_> {
    /// Puts each text of a subject on the shelf where it belongs, and what is served into the search.
    pub(super) fn settle(&mut self, subject: i64) -> Done {
        let sql = "SELECT visibility, awaits FROM subject WHERE position = ?1";
        let standing =
            self.ask(sql, [subject], |row| Ok(Standing { visibility: code(row, 0)?, awaits: row.get(1)? }))?;
        let Some(standing) = standing else { return Ok(()) };
        self.withhold_all(subject)?;
        if standing.visibility.may_be_served() && !standing.awaits {
            match standing.visibility {
                Visibility::Redacted => self.serve_redacted(subject)?,
                Visibility::Visible | Visibility::Hidden | Visibility::Removed | Visibility::Erased => {
                    self.serve_after(subject, -1)?;
                }
            }
        }
        self.searched.insert(subject);
        Ok(())
    }

    /// Takes every text of a subject out of what is served.
    fn withhold_all(&mut self, subject: i64) -> Done {
        self.run(
            "INSERT OR IGNORE INTO withheld SELECT t.version, t.title, t.body, t.changes, t.link \
             FROM version v JOIN text t ON t.version = v.position WHERE v.subject = ?1 AND NOT t.redacted",
            [subject],
        )?;
        self.run(
            "DELETE FROM text WHERE version IN (SELECT position FROM version WHERE subject = ?1)",
            [subject],
        )
    }

    /// Serves the redaction in the place of its version, and what was written after it was made.
    fn serve_redacted(&mut self, subject: i64) -> Done {
        self.run(
            "INSERT INTO text SELECT version, title, body, NULL, NULL, 1 FROM redaction WHERE subject = ?1",
            [subject],
        )?;
        let sql = "SELECT position FROM redaction WHERE subject = ?1";
        // A text that is redacted without the words that are left is served by no path.
        let made = self.ask(sql, [subject], |row| row.get::<_, i64>(0))?;
        made.map_or(Ok(()), |position| self.serve_after(subject, position))
    }

    /// Serves the versions made after a position.
    fn serve_after(&mut self, subject: i64, position: i64) -> Done {
        self.run(
            "INSERT INTO text SELECT w.version, w.title, w.body, w.changes, w.link, 0 \
             FROM version v JOIN withheld w ON w.version = v.position WHERE v.subject = ?1 AND v.position > ?2",
            [subject, position],
        )?;
        self.run(
            "DELETE FROM withheld WHERE version IN \
             (SELECT position FROM version WHERE subject = ?1 AND position > ?2)",
            [subject, position],
        )
    }

    /// Makes the served text of the current version, and nothing else of a subject, findable. Done once a batch:
    /// taking words out of the index without leaving a trace costs far more than putting them in.
    pub(super) fn write_search(&mut self) -> Done {
        for subject in std::mem::take(&mut self.searched) {
            if subject < self.first_position {
                self.run("DELETE FROM search WHERE rowid = ?1", [subject])?;
            }
            let sql = "SELECT t.title, t.body FROM subject s JOIN text t ON t.version = s.version \
                       WHERE s.position = ?1 AND (t.title IS NOT NULL OR t.body IS NOT NULL)";
            let served = self.ask(sql, [subject], |row| {
                Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?))
            })?;
            let Some((title, body)) = served else { continue };
            let (title, body) =
                (title.as_deref().map(crate::search_form), body.as_deref().map(crate::search_form));
            self.run(
                "INSERT INTO search (rowid, title, body) VALUES (?1, ?2, ?3)",
                params![subject, title, body],
            )?;
        }
        Ok(())
    }

    /// What moderation left of a subject so far.
    pub(super) fn moderated(&self, subject: i64) -> Done<Option<Moderated>> {
        let sql = "SELECT visibility, inadmissible FROM subject WHERE position = ?1";
        self.ask(sql, [subject], |row| Ok(Moderated { visibility: code(row, 0)?, inadmissible: row.get(1)? }))
    }
}
