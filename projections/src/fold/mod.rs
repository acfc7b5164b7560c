//! The fold: what one event changes in the views.
//!
//! `docs/design.md` (Views) says what is derived. Each family of events has its file here and opens it without
//! a wildcard, so a new type stops whoever must think about it. The fold refuses no recorded fact: what cannot
//! be placed is listed and changes nothing else. It decides nothing and reads no clock.

mod amendment;
mod cache;
mod consultation;
mod contribution;
mod debate;
mod erasure;
mod moderation;
mod oversight;
pub(crate) mod presence;
mod response;
mod role;
mod standing;
mod subject;
mod vote;

use std::collections::BTreeSet;

use devenir_core::envelope::Recorded;
use devenir_core::event::code::Trust;
use devenir_core::event::ledger::LedgerEvent;
use devenir_core::event::part::is_public_text;
use devenir_core::event::{Absence, Event, Part, PartContent, RefRole};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::{Hash, Position};
use devenir_core::rules::Norm;
use devenir_core::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};

use crate::error::ViewError;
use crate::source::Unread;
use crate::views::{key, leaf_key};
pub(crate) use cache::Cache;
use presence::Presence;
use vote::Counted;

/// What a change can fail with.
pub(crate) type Done<T = ()> = rusqlite::Result<T>;

/// One batch of events on its way into the tables.
pub(crate) struct Fold<'c> {
    sql: &'c Connection,
    cache: &'c mut Cache,
    /// Counts not yet written: many votes of a batch fall on the same row.
    counted: Counted,
    /// Where the events of the batch stand.
    presence: Presence,
    /// Subjects whose words in the search may have changed.
    searched: BTreeSet<i64>,
    /// Where the batch begins: what was made before it may be in the search already.
    first_position: i64,
}

impl<'c> Fold<'c> {
    /// Begins a batch inside the caller's transaction; `cache` is that of the batches before, if they were committed.
    pub(crate) fn new(sql: &'c Connection, cache: &'c mut Cache, first: Position) -> Self {
        Self {
            sql,
            cache,
            counted: Counted::default(),
            presence: Presence::default(),
            searched: BTreeSet::new(),
            first_position: key(first),
        }
    }

    /// Takes an event in, with the norms that it did not respect.
    pub(crate) fn apply(&mut self, it: &Recorded, breaches: &[Norm]) -> Result<(), ViewError> {
        self.name(key(it.position), it.id, &it.leaf)?;
        self.apply_event(it)?;
        if let Some(consultation) = self.consultation_of(it.stream)? {
            self.presence.note(consultation, key(it.position));
        }
        self.remark(it, breaches)?;
        Ok(())
    }

    /// Lists an event that does not read.
    pub(crate) fn skip(&mut self, unread: &Unread) -> Result<(), ViewError> {
        if let Some(id) = unread.id {
            self.name(key(unread.position), id, &unread.leaf)?;
        }
        Ok(())
    }

    /// Ends the batch.
    pub(crate) fn finish(mut self) -> Result<(), ViewError> {
        self.write_counts()?;
        self.write_presence()?;
        self.write_search()?;
        Ok(())
    }

    fn apply_event(&mut self, it: &Recorded) -> Done {
        match &it.event {
            Event::Ledger(event) => match event {
                // The ledger's own events concern no consultation.
                LedgerEvent::Opened(_) | LedgerEvent::Succeeded(_) | LedgerEvent::HeadsRecorded(_) => Ok(()),
                LedgerEvent::KeyIntroduced(event) => self.key_introduced(it, event),
                LedgerEvent::Countersigned(_) => self.countersigned(it),
                LedgerEvent::TakedownDecided(event) => self.takedown_decided(it, event),
                LedgerEvent::PartsLost(event) => self.parts_lost(it, event),
            },
            Event::Consultation(event) => self.consultation(it, event),
            Event::Contribution(event) => self.contribution(it, event),
            Event::Amendment(event) => self.amendment(it, event),
            Event::Debate(event) => self.debate(it, event),
            Event::Vote(event) => self.vote(it, event),
            Event::Petition(event) => self.petition(it, event),
            Event::Moderation(event) => self.moderation(it, event),
            Event::Response(event) => self.response(it, event),
            Event::Oversight(event) => self.oversight(it, event),
        }
    }

    fn name(&mut self, position: i64, id: IntentId, leaf: &Hash) -> Done {
        self.run("INSERT INTO event VALUES (?1, ?2, ?3)", params![position, id.0, leaf_key(leaf)])
    }

    fn remark(&mut self, it: &Recorded, breaches: &[Norm]) -> Done {
        if breaches.is_empty() {
            return Ok(());
        }
        let consultation = self.consultation_of(it.stream)?;
        let about = [RefRole::Subject, RefRole::Answers, RefRole::Parent];
        let about = about.into_iter().find_map(|role| it.refs.one(role));
        let subject = match about {
            Some(id) => self.find(id)?,
            None => Some(key(it.position)),
        };
        for norm in breaches {
            self.run(
                "INSERT OR IGNORE INTO irregularity VALUES (?1, ?2, ?3, ?4)",
                params![key(it.position), norm.as_str(), consultation, subject],
            )?;
        }
        Ok(())
    }

    /// Runs a statement that answers nothing.
    fn run(&self, sql: &str, params: impl Params) -> Done {
        self.sql.prepare_cached(sql)?.execute(params).map(|_| ())
    }

    /// The one row that a question has, if it has one.
    fn ask<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Done<T>,
    ) -> Done<Option<T>> {
        self.sql.prepare_cached(sql)?.query_row(params, read).optional()
    }

    /// Where the event of this name stands.
    fn find(&mut self, id: IntentId) -> Done<Option<i64>> {
        if let Some(position) = self.cache.position(id) {
            return Ok(Some(position));
        }
        let found = position_of(self.sql, id)?;
        if let Some(position) = found {
            self.cache.keep_position(id, position);
        }
        Ok(found)
    }

    /// Where the first reference in a role stands.
    fn find_one(&mut self, it: &Recorded, role: RefRole) -> Done<Option<i64>> {
        it.refs.one(role).map_or(Ok(None), |id| self.find(id))
    }

    /// The consultation of a stream.
    fn consultation_of(&mut self, stream: StreamId) -> Done<Option<i64>> {
        if let Some(position) = self.cache.consultation(stream) {
            return Ok(Some(position));
        }
        let sql = "SELECT min(position) FROM consultation WHERE stream = ?1";
        let found = self.ask(sql, [stream.0], |row| row.get::<_, Option<i64>>(0))?.flatten();
        if let Some(position) = found {
            self.cache.keep_consultation(stream, position);
        }
        Ok(found)
    }

    /// Lists an event among those that concern a subject or a consultation.
    fn step(&mut self, concerns: i64, it: &Recorded) -> Done {
        let story_at = self.story_at(concerns, it)?;
        self.run(
            "INSERT OR IGNORE INTO step VALUES (?1, ?2, ?3, ?4)",
            params![concerns, key(it.position), it.event.event_type().code, story_at],
        )
    }

    /// When an event happened in the story of what it concerns: as claimed, else when it was recorded here,
    /// else, for an undated fact of a source, right after what it refers to.
    fn story_at(&mut self, concerns: i64, it: &Recorded) -> Done<i64> {
        if let Some(claimed) = it.occurred.at() {
            return Ok(claimed.0);
        }
        if it.trust == Trust::Native || concerns == key(it.position) {
            return Ok(it.recorded_at.0);
        }
        if let Some(act) = self.find_one(it, RefRole::Act)? {
            let sql = "SELECT story_at FROM step WHERE subject = ?1 AND position = ?2";
            if let Some(at) = self.ask(sql, [concerns, act], |row| row.get(0))? {
                return Ok(at);
            }
        }
        let sql = "SELECT story_at FROM subject WHERE position = ?1";
        Ok(self.ask(sql, [concerns], |row| row.get(0))?.unwrap_or(it.recorded_at.0))
    }
}

/// Where the event of this name stands.
pub(crate) fn position_of(sql: &Connection, id: IntentId) -> Done<Option<i64>> {
    let mut statement = sql
        .prepare_cached("SELECT position FROM event WHERE substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1")?;
    statement.query_row([id.0], |row| row.get(0)).optional()
}

/// Whether a fact was stated here, under our clock, and not by a source.
pub(crate) const fn is_ours(trust: Trust) -> bool {
    match trust {
        Trust::Native | Trust::Attested => true,
        Trust::Observed | Trust::Reconstructed => false,
    }
}

/// The instant by which an act is judged: recorded for what was stated here, claimed for what a source states.
pub(crate) fn instant(it: &Recorded) -> Timestamp {
    match it.trust {
        Trust::Native => it.recorded_at,
        Trust::Attested | Trust::Observed | Trust::Reconstructed => {
            it.occurred.at().unwrap_or(it.recorded_at)
        }
    }
}

/// The code under which an absent part is kept; none for an open one.
pub(crate) fn absent_code<T: PartContent>(part: &Part<T>) -> Option<&'static str> {
    match part {
        Part::Open(_) => None,
        Part::Absent(Absence::NotInSource) => Some("not_in_source"),
        Part::Absent(Absence::Erased) if is_public_text(T::KIND) => Some("taken_down"),
        Part::Absent(Absence::Erased) => Some("erased"),
        Part::Absent(Absence::Withheld) => Some("withheld"),
        Part::Absent(Absence::Lost) => Some("lost"),
    }
}

/// The JSON of facts or of a part, as it is kept where a query hands it on whole.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Done<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
