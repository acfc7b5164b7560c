//! The amendment family: changes proposed to a text, and what was decided on them.
//!
//! `docs/events.md` lists the types. A rectification is a version like any other; a decision and a lapse are
//! kept in the order of the record, and the fate is read from them elsewhere.

use devenir_core::envelope::Recorded;
use devenir_core::event::RefRole;
use devenir_core::event::amendment::{AmendmentEvent, Decided, Submitted};
use devenir_core::rules::AmendmentFate;
use rusqlite::params;

use super::subject::{NewSubject, NewVersion, Words};
use super::{Done, Fold, instant, json};
use crate::model::SubjectKind;
use crate::views::key;

impl Fold<'_> {
    pub(super) fn amendment(&mut self, it: &Recorded, event: &AmendmentEvent) -> Done {
        if let AmendmentEvent::Submitted(event) = event {
            return self.amendment_submitted(it, event);
        }
        let Some(subject) = self.find_one(it, RefRole::Subject)? else { return Ok(()) };
        match event {
            AmendmentEvent::Submitted(_) | AmendmentEvent::OpinionGiven(_) => {}
            AmendmentEvent::Decided(event) => self.amendment_decided(it, subject, event)?,
            AmendmentEvent::Rectified(event) => {
                let version = NewVersion {
                    number: event.facts.version,
                    material: None,
                    seen_before: None,
                    words: Words::titled(&event.text),
                };
                self.new_version(it, subject, version)?;
            }
            AmendmentEvent::Lapsed(_) => {
                self.run(
                    "INSERT INTO decision (subject, position, fate, decided_at) VALUES (?1, ?2, ?3, ?4)",
                    params![subject, key(it.position), AmendmentFate::Lapsed.as_str(), instant(it).0],
                )?;
            }
        }
        self.step(subject, it)
    }

    fn amendment_submitted(&mut self, it: &Recorded, event: &Submitted) -> Done {
        let Some(consultation) = self.consultation_of(it.stream)? else { return Ok(()) };
        let parent = self.find_one(it, RefRole::Parent)?;
        let Submitted { facts, text, author, source, explanation: _ } = event;
        let amendment = NewSubject {
            lang: facts.lang,
            channel: Some(facts.channel),
            // Its number counts under its root: without one it says nothing.
            number: parent.map(|_| facts.number),
            source_changed_at: facts.source_changed_at,
            words: Words::titled(text),
            ..NewSubject::bare(SubjectKind::Amendment, parent, author, source)
        };
        self.new_subject(it, consultation, amendment)
    }

    fn amendment_decided(&mut self, it: &Recorded, subject: i64, event: &Decided) -> Done {
        let Decided { facts, signatory, minutes, bodies } = event;
        if let Some(consultation) = self.consultation_of(it.stream)? {
            self.name_bodies(consultation, bodies)?;
        }
        self.run(
            "INSERT INTO decision VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                subject,
                key(it.position),
                facts.fate.as_str(),
                instant(it).0,
                json(facts)?,
                signatory.open().map(json).transpose()?,
                minutes.open().map(json).transpose()?
            ],
        )
    }
}
