//! Consultations read back: their names, rules, phases, and what their record can know.
//!
//! `docs/design.md` (Coverage) decides that a stage which no source covers is unknown, never empty. Whether a
//! phase is open now depends on an instant and is the reader's business.

use std::collections::BTreeMap;

use devenir_core::event::code::{ConsultationKind, GapCause, Lang, RulesOrigin, Stage, Trust};
use devenir_core::event::oversight::ImportSealedFacts;
use devenir_core::event::part::RuleSet;
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::Position;
use devenir_core::time::{Claimed, Timestamp};
use rusqlite::{Row, ToSql};

use super::page::List;
use super::{Answer, Page, Paged, Reading};
use crate::address::{address_key, without_query};
use crate::model::{Text, TextAbsence};
use crate::row::{self, code, maybe_code, maybe_whole, whole};
use crate::views::key;

/// A consultation.
#[derive(Debug, Clone, PartialEq)]
pub struct Consultation {
    /// Where its registration stands; its name in the views.
    pub position: Position,
    /// The permanent name of its registration.
    pub id: IntentId,
    /// Its stream.
    pub stream: StreamId,
    /// Its short name.
    pub slug: String,
    /// What sort it is.
    pub kind: ConsultationKind,
    /// The language of its acts.
    pub lang: Lang,
    /// Whose rules it follows.
    pub origin: RulesOrigin,
    /// The zone in which its days are read, an IANA name.
    pub zone: String,
    /// How its registration came to be recorded.
    pub trust: Trust,
    /// Its title.
    pub title: Text,
    /// What it is about.
    pub description: Text,
    /// The platform that held it, where it came from one.
    pub platform: Option<String>,
    /// Its address there.
    pub url: Option<String>,
    /// Its rules, once adopted and while they can be read.
    pub rules: Option<RuleSet>,
    /// How many times rules were fixed.
    pub rules_version: u32,
    /// The bodies of its list, by their index.
    pub bodies: Vec<String>,
    /// The phases that were opened, extended or closed, by their index in the rules.
    pub phases: BTreeMap<u32, Phase>,
    /// What its record covers.
    pub coverage: Coverage,
    /// When it was registered here.
    pub recorded_at: Timestamp,
    /// When it began, as somebody claims.
    pub claimed: Claimed,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// What happened to a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// When it opened.
    pub opened_at: Option<Timestamp>,
    /// When it is to close, extensions included.
    pub until: Option<Timestamp>,
    /// How many times it was extended.
    pub extended: u32,
    /// When it closed.
    pub closed_at: Option<Timestamp>,
}

/// What a record covers: stages, each until when it was observed. A consultation that follows native rules is
/// recorded as it goes, and covers what is recorded here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// The stages that imports covered, with the last instant of observation.
    pub observed: BTreeMap<Stage, Timestamp>,
    /// What is known to be missing.
    pub gaps: u64,
}

/// Something known to be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The event that says so.
    pub position: Position,
    /// Why.
    pub cause: GapCause,
    /// The platform.
    pub platform: Option<String>,
    /// The platform's kind of item.
    pub kind: Option<String>,
    /// The platform's own identifier.
    pub external_id: Option<String>,
    /// The address.
    pub url: Option<String>,
}

/// How many of each thing a consultation's record holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Subjects by kind, and `response`, `answered` (subjects with an answer), `revision`.
    pub counts: BTreeMap<String, u64>,
}

impl Figures {
    /// The count of one thing.
    #[must_use]
    pub fn of(&self, thing: &str) -> u64 {
        self.counts.get(thing).copied().unwrap_or(0)
    }
}

/// What names a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// The event that registered it.
    Position(Position),
    /// Its stream.
    Stream(StreamId),
    /// Its short name.
    Slug(&'a str),
    /// Its address at its platform.
    Url(&'a str),
}

const CONSULTATION: &str = "SELECT c.position, e.id, c.stream, c.slug, c.kind, c.lang, c.origin, c.zone, c.trust, \
    c.title, c.description, c.absent, c.platform, c.url, c.rules, c.rules_version, c.recorded_at, c.claimed_at, \
    c.precision, c.closed_at";
const FROM: &str = "FROM consultation c JOIN event e ON e.position = c.position";

impl Reading {
    /// A consultation by what names it.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn consultation(&self, by: By<'_>) -> Answer<Option<Consultation>> {
        let find = |column: &str, value: &dyn ToSql| {
            let sql = format!("{CONSULTATION} {FROM} WHERE c.{column} = ?1 ORDER BY c.position LIMIT 1");
            self.one(&sql, [value], consultation)
        };
        let found = match by {
            By::Position(position) => find("position", &key(position))?,
            By::Stream(stream) => find("stream", &stream.0)?,
            By::Slug(slug) => find("slug", &slug)?,
            By::Url(url) => {
                let address = address_key(url);
                match find("address", &address)? {
                    None => find("address", &without_query(&address))?,
                    found => found,
                }
            }
        };
        found.map(|bare| self.with_lists(bare)).transpose()
    }

    /// A page of the consultations, the last registered first.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn consultations(&self, kind: Option<ConsultationKind>, page: Page) -> Answer<Paged<Consultation>> {
        let select = format!("{CONSULTATION}, c.position, c.position {FROM}");
        let list = List {
            select: &select,
            filter: ":kind IS NULL OR c.kind = :kind",
            sort: "c.position",
            position: "c.position",
            descending: true,
        };
        let kind = kind.map(ConsultationKind::as_str);
        let Paged { items, has_next, has_previous } =
            self.page(&list, &[(":kind", &kind)], page, consultation)?;
        let whole = items.into_iter().map(|(key, bare)| Ok((key, self.with_lists(bare)?)));
        Ok(Paged { items: whole.collect::<Answer<_>>()?, has_next, has_previous })
    }

    /// The names of the bodies of a consultation's list, by their index.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn bodies(&self, consultation: Position) -> Answer<Vec<String>> {
        let sql = "SELECT name FROM body WHERE consultation = ?1 ORDER BY number";
        self.all(sql, [key(consultation)], |found| found.get(0))
    }

    /// A page of what is known to be missing from a consultation's source, in the order of the record.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn gaps(&self, consultation: Position, page: Page) -> Answer<Paged<Gap>> {
        let list = List {
            select: "SELECT cause, platform, kind, external_id, url, position, position FROM gap",
            filter: "consultation = :consultation",
            sort: "position",
            position: "position",
            descending: false,
        };
        self.page(&list, &[(":consultation", &key(consultation))], page, |found| {
            Ok(Gap {
                position: row::position(found, 5)?,
                cause: code(found, 0)?,
                platform: found.get(1)?,
                kind: found.get(2)?,
                external_id: found.get(3)?,
                url: found.get(4)?,
            })
        })
    }

    /// The imports that were completed in a consultation, in the order of the record.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn imports(&self, consultation: Position) -> Answer<Vec<(Position, ImportSealedFacts)>> {
        let sql = "SELECT position, facts FROM import WHERE consultation = ?1 ORDER BY position";
        self.all(sql, [key(consultation)], |found| Ok((row::position(found, 0)?, whole(found, 1)?)))
    }

    /// How many of each thing a consultation's record holds.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn figures(&self, consultation: Position) -> Answer<Figures> {
        let sql = "SELECT thing, count FROM figure WHERE consultation = ?1";
        let rows = self.all(sql, [key(consultation)], |found| Ok((found.get(0)?, row::count(found, 1)?)))?;
        Ok(Figures { counts: rows.into_iter().collect() })
    }

    fn with_lists(&self, bare: Consultation) -> Answer<Consultation> {
        let consultation = key(bare.position);
        let phases =
            "SELECT number, opened_at, until, extended, closed_at FROM phase WHERE consultation = ?1";
        let phases = self.all(phases, [consultation], |found| {
            let phase = Phase {
                opened_at: row::maybe_instant(found, 1)?,
                until: row::maybe_instant(found, 2)?,
                extended: found.get(3)?,
                closed_at: row::maybe_instant(found, 4)?,
            };
            Ok((found.get::<_, u32>(0)?, phase))
        })?;
        let is_taken_down = bare.title.absent == Some(TextAbsence::TakenDown);
        let because = if is_taken_down { self.takedown_of(bare.position)? } else { None };
        Ok(Consultation {
            bodies: self.bodies(bare.position)?,
            phases: phases.into_iter().collect(),
            coverage: self.coverage(consultation)?,
            title: Text { because, ..bare.title },
            description: Text { because, ..bare.description },
            ..bare
        })
    }

    fn coverage(&self, consultation: i64) -> Answer<Coverage> {
        let sql = "SELECT stage, observed_until FROM coverage WHERE consultation = ?1";
        let observed =
            self.all(sql, [consultation], |found| Ok((code::<Stage>(found, 0)?, row::instant(found, 1)?)))?;
        let gaps = "SELECT count(*) FROM gap WHERE consultation = ?1";
        let gaps = self.one(gaps, [consultation], |found| row::count(found, 0))?.unwrap_or(0);
        Ok(Coverage { observed: observed.into_iter().collect(), gaps })
    }
}

/// Reads a row of [`CONSULTATION`]; its lists come after.
fn consultation(row: &Row<'_>) -> rusqlite::Result<Consultation> {
    let lang = code::<Lang>(row, 5)?;
    let absent = maybe_code::<TextAbsence>(row, 11)?;
    let text = |plain: Option<String>| {
        let absent = if plain.is_some() { None } else { Some(absent.unwrap_or(TextAbsence::NotInSource)) };
        Text { plain, lang, absent, because: None }
    };
    Ok(Consultation {
        position: row::position(row, 0)?,
        id: IntentId(row.get(1)?),
        stream: StreamId(row.get(2)?),
        slug: row.get(3)?,
        kind: code(row, 4)?,
        lang,
        origin: code(row, 6)?,
        zone: row.get(7)?,
        trust: code(row, 8)?,
        title: text(row.get(9)?),
        description: text(row.get(10)?),
        platform: row.get(12)?,
        url: row.get(13)?,
        rules: maybe_whole(row, 14)?,
        rules_version: row.get(15)?,
        bodies: Vec::new(),
        phases: BTreeMap::new(),
        coverage: Coverage::default(),
        recorded_at: row::instant(row, 16)?,
        claimed: row::claimed(row, 17, 18)?,
        closed_at: row::maybe_instant(row, 19)?,
    })
}
