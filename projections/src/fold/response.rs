//! The response family: what authorities answered, how it was mended, replaced or contested.
//!
//! `docs/events.md` lists the types. The petition family stands here too, for the one thing that it says brings
//! a duty to answer. Nothing here judges whether an answer was owed or late.

use devenir_core::envelope::Recorded;
use devenir_core::event::part::{ActText, Bodies, Signatory};
use devenir_core::event::petition::PetitionEvent;
use devenir_core::event::response::{Corrected, Published, PublishedFacts, ResponseEvent, Superseded};
use devenir_core::event::{Part, RefRole};
use rusqlite::params;

use super::{Done, Fold, absent_code, instant, json};
use crate::views::key;

/// What a response is made of, published at first or in the place of another.
struct Response<'e> {
    facts: &'e PublishedFacts,
    signatory: &'e Part<Signatory>,
    text: &'e Part<ActText>,
    bodies: &'e Part<Bodies>,
    supersedes: Option<i64>,
}

impl Fold<'_> {
    pub(super) fn response(&mut self, it: &Recorded, event: &ResponseEvent) -> Done {
        match event {
            ResponseEvent::Published(Published { facts, signatory, text, bodies, source: _ }) => {
                self.new_response(it, &Response { facts, signatory, text, bodies, supersedes: None })
            }
            ResponseEvent::Superseded(Superseded { facts, signatory, text, bodies }) => {
                let supersedes = self.find_one(it, RefRole::Act)?;
                self.run(
                    "UPDATE response SET superseded_by = ?2 WHERE position = ?1",
                    params![supersedes, key(it.position)],
                )?;
                self.new_response(it, &Response { facts, signatory, text, bodies, supersedes })
            }
            ResponseEvent::Corrected(event) => self.corrected(it, event),
            // The step says it all: a contest weighs on the response in force when it came, and on no later one.
            ResponseEvent::Contested(_) => {
                let Some(subject) = self.find_one(it, RefRole::Subject)? else { return Ok(()) };
                self.step(subject, it)
            }
        }
    }

    fn new_response(&mut self, it: &Recorded, response: &Response<'_>) -> Done {
        let Some(consultation) = self.consultation_of(it.stream)? else { return Ok(()) };
        self.name_bodies(consultation, response.bodies)?;
        let position = key(it.position);
        self.run(
            "INSERT INTO response VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, NULL)",
            params![
                position,
                consultation,
                it.trust.as_str(),
                json(response.facts)?,
                response.signatory.open().map(json).transpose()?,
                absent_code(response.signatory),
                response.text.open().map(json).transpose()?,
                absent_code(response.text),
                it.recorded_at.0,
                it.occurred.at().map(|at| at.0),
                it.occurred.precision().as_str(),
                instant(it).0,
                response.supersedes
            ],
        )?;
        self.counted.one_more(consultation, "response");
        for id in it.refs.all(RefRole::Answers) {
            let Some(subject) = self.find(id)? else { continue };
            let known = self.ask("SELECT 1 FROM answer WHERE subject = ?1 LIMIT 1", [subject], |_| Ok(()))?;
            if known.is_none() {
                self.counted.one_more(consultation, "answered");
            }
            self.run("INSERT OR IGNORE INTO answer VALUES (?1, ?2)", [subject, position])?;
            self.step(subject, it)?;
        }
        Ok(())
    }

    /// Mends a response. What stands from now on is put together when it is read, so that what is erased of a correction, or
    /// of what it mends, is gone for good.
    fn corrected(&mut self, it: &Recorded, event: &Corrected) -> Done {
        let Some(response) = self.find_one(it, RefRole::Act)? else { return Ok(()) };
        let Corrected { facts, signatory, text } = event;
        self.run(
            "INSERT INTO correction VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                key(it.position),
                response,
                facts.corrects.as_str(),
                instant(it).0,
                signatory.open().map(json).transpose()?,
                absent_code(signatory),
                text.open().map(json).transpose()?,
                absent_code(text)
            ],
        )?;
        for subject in self.answered_by(response)? {
            self.step(subject, it)?;
        }
        Ok(())
    }

    fn answered_by(&self, response: i64) -> Done<Vec<i64>> {
        let mut statement = self.sql.prepare_cached("SELECT subject FROM answer WHERE response = ?1")?;
        statement.query_map([response], |row| row.get(0))?.collect()
    }

    pub(super) fn petition(&mut self, it: &Recorded, event: &PetitionEvent) -> Done {
        let PetitionEvent::ThresholdReached(event) = event;
        let Some(subject) = self.find_one(it, RefRole::Subject)? else { return Ok(()) };
        // A threshold once reached stays reached: a second statement of it changes nothing.
        self.run(
            "INSERT OR IGNORE INTO threshold VALUES (?1, ?2, ?3, ?4)",
            params![subject, event.facts.brings.as_str(), key(it.position), instant(it).0],
        )?;
        self.step(subject, it)
    }
}
