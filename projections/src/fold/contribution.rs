//! The contribution family: what people submit, and what they do with it.
//!
//! `docs/events.md` lists the types. Texts go into versions; who may read them is settled in `standing.rs`.

use devenir_core::envelope::Recorded;
use devenir_core::event::RefRole;
use devenir_core::event::contribution::{ContributionEvent, Revised, Submitted};
use rusqlite::params;

use super::subject::{NewSubject, NewVersion, Words};
use super::{Done, Fold, instant};
use crate::model::SubjectKind;

impl Fold<'_> {
    pub(super) fn contribution(&mut self, it: &Recorded, event: &ContributionEvent) -> Done {
        if let ContributionEvent::Submitted(event) = event {
            return self.contribution_submitted(it, event);
        }
        let Some(subject) = self.find_one(it, RefRole::Subject)? else { return Ok(()) };
        match event {
            ContributionEvent::Submitted(_) => return Ok(()),
            ContributionEvent::Published(_) => self.published(it, subject)?,
            ContributionEvent::Revised(Revised { facts, text, author: _, explanation: _ }) => {
                let version = NewVersion {
                    number: facts.version,
                    material: facts.material,
                    seen_before: facts.seen_before,
                    words: Words::titled(text),
                };
                self.new_version(it, subject, version)?;
            }
            ContributionEvent::Withdrawn(_) => self.withdrawn(it, subject)?,
            ContributionEvent::ReferenceCorrected(event) => {
                self.run("DELETE FROM source WHERE subject = ?1", [subject])?;
                self.place_at_source(subject, &event.source)?;
            }
            // These are steps of the trail and change nothing that is asked otherwise.
            ContributionEvent::RevisionRequested(_) | ContributionEvent::CoauthorChanged(_) => {}
        }
        self.step(subject, it)
    }

    fn contribution_submitted(&mut self, it: &Recorded, event: &Submitted) -> Done {
        let Some(consultation) = self.consultation_of(it.stream)? else { return Ok(()) };
        let Submitted { facts, text, author, source, place } = event;
        let contribution = NewSubject {
            genre: Some(facts.kind.as_str()),
            lang: facts.lang,
            channel: Some(facts.channel),
            number: Some(facts.number),
            theme: facts.theme,
            territory: facts.territory,
            source_changed_at: facts.source_changed_at,
            place: place.open().map(|place| place.label.as_str()),
            words: Words::titled(text),
            ..NewSubject::bare(SubjectKind::Contribution, None, author, source)
        };
        self.new_subject(it, consultation, contribution)
    }

    /// Everybody may read it from now on.
    fn published(&mut self, it: &Recorded, subject: i64) -> Done {
        let sql = "SELECT awaits FROM subject WHERE position = ?1";
        let awaited = self.ask(sql, [subject], |row| row.get(0))?.unwrap_or(false);
        self.run(
            "UPDATE subject SET published_at = coalesce(published_at, ?2), awaits = 0 WHERE position = ?1",
            params![subject, instant(it).0],
        )?;
        if awaited { self.settle(subject) } else { Ok(()) }
    }

    /// Its author takes a subject back.
    pub(super) fn withdrawn(&mut self, it: &Recorded, subject: i64) -> Done {
        self.run(
            "UPDATE subject SET withdrawn_at = coalesce(withdrawn_at, ?2) WHERE position = ?1",
            params![subject, instant(it).0],
        )
    }
}
