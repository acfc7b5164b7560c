//! Subjects read back: one by its place, or the numbered ones of a consultation in a page.
//!
//! `docs/design.md` (Moderation) decides what may be shown; the words come from the table of what may be
//! served, and what goes with them (a name, a place, an address) goes where they go.

use devenir_core::event::code::Lang;
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::Position;
use devenir_core::rules::{Moderated, Visibility};
use rusqlite::{Row, ToSql};

use super::page::List;
use super::{Answer, Page, Paged, Reading};
use crate::model::{Genre, SourceKey, Subject, SubjectKind, Text, TextAbsence, Writer};
use crate::reference::Reference;
use crate::row::{self, code, maybe_code};
use crate::views::key;

/// The columns of a subject, in the order in which [`subject`] reads them.
pub(super) const SUBJECT: &str = "SELECT s.position, e.id, s.consultation, c.stream, c.slug, s.kind, s.genre, \
    s.channel, s.theme, s.territory, s.place, s.parent, s.root, s.lang, t.title, t.body, t.redacted, v.absent, \
    s.version, s.versions, s.author_name, s.author_tag, s.author_absent, s.trust, s.recorded_at, s.claimed_at, \
    s.precision, s.source_changed_at, s.published_at, s.awaits, s.withdrawn_at, s.visibility, s.inadmissible, \
    s.measure, o.platform, o.kind, o.external_id, o.url, s.support, s.number, r.number, \
    CASE v.absent WHEN 'lost' THEN (SELECT max(l.position) FROM loss l WHERE l.target = s.version) \
    WHEN 'taken_down' THEN (SELECT max(x.position) FROM erasure x \
    WHERE x.target = s.version AND x.since IS NOT NULL AND x.requester IS NULL) END";

/// The tables that they come from.
pub(super) const FROM: &str = "FROM subject s \
    JOIN event e ON e.position = s.position \
    JOIN consultation c ON c.position = s.consultation \
    JOIN version v ON v.position = s.version \
    LEFT JOIN text t ON t.version = s.version \
    LEFT JOIN source o ON o.subject = s.position \
    LEFT JOIN subject r ON r.position = s.root AND s.root <> s.position";

/// Which numbered subjects of a consultation are wanted, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// The consultation.
    pub consultation: Position,
    /// Contributions or texts of the authority; none: both.
    pub kind: Option<SubjectKind>,
    /// Of what sort.
    pub genre: Option<Genre>,
    /// On which theme, an index in the rules.
    pub theme: Option<u32>,
    /// The order.
    pub order: Order,
}

/// The order of a list of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By number, which is the order of the record.
    #[default]
    Number,
    /// The last recorded first.
    Newest,
    /// The most supported first: [`Subject::support`].
    MostSupported,
}

impl Reading {
    /// The subject that the event at a position made.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn subject(&self, position: Position) -> Answer<Option<Subject>> {
        let sql = format!("{SUBJECT} {FROM} WHERE s.position = ?1");
        self.one(&sql, [key(position)], subject)
    }

    /// The subject of a permanent name.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn subject_by_id(&self, id: IntentId) -> Answer<Option<Subject>> {
        self.position_of(id)?.map_or(Ok(None), |position| self.subject(position))
    }

    /// A page of the numbered subjects of a consultation.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn contributions(&self, listing: &Listing, page: Page) -> Answer<Paged<Subject>> {
        let (sort, descending) = match listing.order {
            Order::Number => ("s.number", false),
            Order::Newest => ("s.number", true),
            Order::MostSupported => ("s.support", true),
        };
        let consultation = key(listing.consultation);
        let kind = listing.kind.map(SubjectKind::as_str);
        let genre = listing.genre.map(genre_code);
        let mut filter = "s.under = :under".to_owned();
        let mut params: Vec<(&str, &dyn ToSql)> = vec![(":under", &consultation)];
        for (name, wanted, value) in [
            (":kind", kind.is_some(), &kind as &dyn ToSql),
            (":genre", genre.is_some(), &genre),
            (":theme", listing.theme.is_some(), &listing.theme),
        ] {
            if wanted {
                filter.push_str(&format!(" AND s.{} = {name}", &name[1..]));
                params.push((name, value));
            }
        }
        let select = format!("{SUBJECT}, {sort}, s.position {FROM}");
        let list = List { select: &select, filter: &filter, sort, position: "s.position", descending };
        self.page(&list, &params, page, subject)
    }
}

/// Reads a row of [`SUBJECT`].
pub(super) fn subject(row: &Row<'_>) -> rusqlite::Result<Subject> {
    let kind = code::<SubjectKind>(row, 5)?;
    let shown = shown(row)?;
    let slug: String = row.get(4)?;
    let lang = code::<Lang>(row, 13)?;
    Ok(Subject {
        position: row::position(row, 0)?,
        id: IntentId(row.get(1)?),
        consultation: row::position(row, 2)?,
        stream: StreamId(row.get(3)?),
        reference: reference(row, &slug)?,
        slug,
        kind,
        genre: genre(row, kind)?,
        channel: maybe_code(row, 7)?,
        theme: row.get(8)?,
        territory: row.get(9)?,
        place: if shown.may_be_served() { row.get(10)? } else { None },
        parent: row::maybe_position(row, 11)?,
        root: row::position(row, 12)?,
        title: shown.text(row.get(14)?, lang),
        body: shown.text(row.get(15)?, lang),
        version: row::position(row, 18)?,
        versions: row.get(19)?,
        writer: writer(row, &shown)?,
        trust: code(row, 23)?,
        recorded_at: row::instant(row, 24)?,
        claimed: row::claimed(row, 25, 26)?,
        source_changed_at: row::maybe_instant(row, 27)?,
        published_at: row::maybe_instant(row, 28)?,
        awaits_moderation: shown.awaits,
        withdrawn_at: row::maybe_instant(row, 30)?,
        moderated: shown.moderated,
        measure: shown.measure,
        source: source(row)?,
        url: if shown.is_whole() { row.get(37)? } else { None },
        support: row::count(row, 38)?,
    })
}

/// What of a text is shown, and why the rest is not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) moderated: Moderated,
    pub(super) awaits: bool,
    pub(super) measure: Option<Position>,
    /// Whether its words lie among what may be served, and were redacted; none where they do not.
    pub(super) served: Option<bool>,
    /// Why its part is not there.
    pub(super) absent: Option<TextAbsence>,
    /// The act that declares it lost, or that took it down.
    pub(super) gone: Option<Position>,
}

impl Shown {
    pub(super) fn may_be_served(&self) -> bool {
        self.moderated.visibility.may_be_served() && !self.awaits
    }

    /// Whether nothing was taken out.
    fn is_whole(&self) -> bool {
        self.may_be_served() && self.moderated.visibility != Visibility::Redacted
    }

    /// Words as they are served, or why they are not.
    pub(super) fn text(&self, plain: Option<String>, lang: Lang) -> Text {
        if plain.is_some() {
            return Text { plain, lang, absent: None, because: None };
        }
        let (absent, because) = match (self.absent, self.served) {
            (Some(TextAbsence::Erased), _) => (TextAbsence::Erased, self.measure),
            (Some(absent @ (TextAbsence::Lost | TextAbsence::TakenDown)), _) => (absent, self.gone),
            (Some(absent), _) => (absent, None),
            (None, Some(false)) => (TextAbsence::NotInSource, None),
            (None, None) if self.awaits => (TextAbsence::Withheld, None),
            (None, _) if self.moderated.visibility == Visibility::Erased => {
                (TextAbsence::Erased, self.measure)
            }
            (None, Some(true) | None) => (TextAbsence::Hidden, self.measure),
        };
        Text { plain: None, lang, absent: Some(absent), because }
    }
}

fn shown(row: &Row<'_>) -> rusqlite::Result<Shown> {
    Ok(Shown {
        moderated: Moderated { visibility: code(row, 31)?, inadmissible: row.get(32)? },
        awaits: row.get(29)?,
        measure: row::maybe_position(row, 33)?,
        served: row.get(16)?,
        absent: maybe_code(row, 17)?,
        gone: row::maybe_position(row, 41)?,
    })
}

fn reference(row: &Row<'_>, slug: &str) -> rusqlite::Result<Option<Reference>> {
    let number = row.get::<_, Option<u32>>(39)?;
    let of_root = row.get::<_, Option<u32>>(40)?;
    let slug = || slug.to_owned();
    Ok(match (number, of_root, row.get_ref(11)?) {
        (Some(number), None, rusqlite::types::ValueRef::Null) => {
            Some(Reference { slug: slug(), number, amendment: None })
        }
        (Some(amendment), Some(number), _) => {
            Some(Reference { slug: slug(), number, amendment: Some(amendment) })
        }
        _ => None,
    })
}

fn genre(row: &Row<'_>, kind: SubjectKind) -> rusqlite::Result<Option<Genre>> {
    Ok(match kind {
        SubjectKind::Contribution => maybe_code(row, 6)?.map(Genre::Contribution),
        SubjectKind::Reference => maybe_code(row, 6)?.map(Genre::Reference),
        SubjectKind::Argument => maybe_code(row, 6)?.map(Genre::Argument),
        SubjectKind::Amendment | SubjectKind::Comment | SubjectKind::Citation => None,
    })
}

const fn genre_code(genre: Genre) -> &'static str {
    match genre {
        Genre::Contribution(kind) => kind.as_str(),
        Genre::Reference(kind) => kind.as_str(),
        Genre::Argument(side) => side.as_str(),
    }
}

fn writer(row: &Row<'_>, shown: &Shown) -> rusqlite::Result<Writer> {
    // Who wrote and what was written are erased apart.
    let erased = shown.moderated.visibility == Visibility::Erased && !shown.awaits;
    if !shown.may_be_served() && !erased {
        let absent = if shown.awaits { TextAbsence::Withheld } else { TextAbsence::Hidden };
        return Ok(Writer { absent: Some(absent), ..Writer::default() });
    }
    Ok(Writer { name: row.get(20)?, tag: row.get(21)?, absent: maybe_code(row, 22)? })
}

fn source(row: &Row<'_>) -> rusqlite::Result<Option<SourceKey>> {
    let Some(platform) = row.get(34)? else { return Ok(None) };
    Ok(Some(SourceKey { platform, kind: row.get(35)?, external_id: row.get(36)? }))
}
