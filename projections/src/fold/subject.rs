//! Subjects: everything that acts are about, with its versions, its texts and its place at its source.
//!
//! `docs/design.md` (Vocabulary) names the six kinds. A text enters in the form that people read; whether it may
//! be served is settled in `standing.rs`. This file does not know which event made a subject.

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Channel, Lang, TextFormat};
use devenir_core::event::part::{Author, Citation, OfficialText, SectionChange, Source, TitledText};
use devenir_core::event::{Part, PartContent};
use devenir_core::rules::Visibility;
use devenir_core::time::Timestamp;
use rusqlite::params;

use super::{Done, Fold, absent_code, is_ours, json};
use crate::address::address_key;
use crate::model::SubjectKind;
use crate::plain::plain_text;
use crate::views::key;

/// Something that acts are about, as an event states it.
pub(super) struct NewSubject<'e> {
    pub(super) kind: SubjectKind,
    pub(super) genre: Option<&'static str>,
    pub(super) lang: Lang,
    pub(super) channel: Option<Channel>,
    pub(super) number: Option<u32>,
    pub(super) theme: Option<u32>,
    pub(super) territory: Option<u32>,
    pub(super) parent: Option<i64>,
    pub(super) source_changed_at: Option<Timestamp>,
    pub(super) author: &'e Part<Author>,
    pub(super) source: &'e Part<Source>,
    pub(super) place: Option<&'e str>,
    pub(super) words: Words,
}

impl<'e> NewSubject<'e> {
    /// A subject of which nothing more is said.
    pub(super) const fn bare(
        kind: SubjectKind,
        parent: Option<i64>,
        author: &'e Part<Author>,
        source: &'e Part<Source>,
    ) -> Self {
        Self {
            kind,
            genre: None,
            lang: Lang::Und,
            channel: None,
            number: None,
            theme: None,
            territory: None,
            parent,
            source_changed_at: None,
            author,
            source,
            place: None,
            words: Words { title: None, body: None, changes: Vec::new(), link: None, absent: None },
        }
    }
}

/// One more version of a subject.
pub(super) struct NewVersion {
    pub(super) number: u32,
    pub(super) material: Option<bool>,
    pub(super) seen_before: Option<Timestamp>,
    pub(super) words: Words,
}

/// A text in the form that people read, or why there is none.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
    pub(super) changes: Vec<SectionChange>,
    pub(super) link: Option<String>,
    pub(super) absent: Option<&'static str>,
}

impl Words {
    fn absent<T: PartContent>(part: &Part<T>) -> Self {
        Self { absent: absent_code(part), ..Self::default() }
    }

    /// Of a text that a person wrote.
    pub(super) fn titled(part: &Part<TitledText>) -> Self {
        let Some(text) = part.open() else { return Self::absent(part) };
        let plain = |words: &String| plain_text(text.format, words);
        Self { title: text.title.as_ref().map(plain), body: text.body.as_ref().map(plain), ..Self::default() }
    }

    /// Of a text of the authority.
    pub(super) fn official(part: &Part<OfficialText>) -> Self {
        let Some(text) = part.open() else { return Self::absent(part) };
        let plain = |words: &String| plain_text(text.format, words);
        Self {
            title: Some(plain(&text.title)),
            body: Some(plain(&text.body)),
            changes: text.changes.iter().map(section).collect(),
            ..Self::default()
        }
    }

    /// Of a source that somebody cites.
    pub(super) fn cited(part: &Part<Citation>) -> Self {
        use devenir_core::event::code::TextFormat::Plain;
        let Some(citation) = part.open() else { return Self::absent(part) };
        Self {
            title: citation.title.as_ref().map(|title| plain_text(Plain, title)),
            body: citation.text.as_ref().map(|text| plain_text(Plain, text)),
            link: citation.url.clone(),
            ..Self::default()
        }
    }
}

/// What would change in a section, in the form that people read.
fn section(change: &SectionChange) -> SectionChange {
    let plain = |words: &String| plain_text(change.format, words);
    SectionChange {
        after: change.after.as_ref().map(plain),
        before: change.before.as_ref().map(plain),
        format: TextFormat::Plain,
        title: plain_text(TextFormat::Plain, &change.title),
    }
}

impl Fold<'_> {
    /// Enters a subject with its first version.
    pub(super) fn new_subject(&mut self, it: &Recorded, consultation: i64, new: NewSubject<'_>) -> Done {
        let position = key(it.position);
        let root = match new.parent {
            Some(parent) => self.root_of(parent)?,
            None => position,
        };
        let under = new.number.map(|_| if new.parent.is_some() { root } else { consultation });
        let awaits = self.awaits_publication(it, consultation, new.kind)?;
        let story_at = match new.parent {
            Some(parent) => self.story_at(parent, it)?,
            None => self.story_at(position, it)?,
        };
        let author = new.author.open();
        self.run(
            "INSERT INTO subject (position, consultation, under, number, parent, root, kind, genre, lang, channel, \
             theme, territory, trust, recorded_at, claimed_at, precision, story_at, source_changed_at, \
             author_name, author_tag, author_absent, place, version, versions, awaits, visibility, inadmissible) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, \
             ?21, ?22, ?1, 1, ?23, ?24, 0)",
            params![
                position,
                consultation,
                under,
                new.number,
                new.parent,
                root,
                new.kind.as_str(),
                new.genre,
                new.lang.as_str(),
                new.channel.map(Channel::as_str),
                new.theme,
                new.territory,
                it.trust.as_str(),
                it.recorded_at.0,
                it.occurred.at().map(|at| at.0),
                it.occurred.precision().as_str(),
                story_at,
                new.source_changed_at.map(|at| at.0),
                author.and_then(|author| author.name.as_deref()),
                author.and_then(|author| author.participant).map(|it| it.to_string().split_off(28)),
                absent_code(new.author),
                new.place,
                awaits,
                Visibility::Visible.as_str()
            ],
        )?;
        self.version_row(it, position, 1, (None, None), new.words.absent)?;
        let table = if awaits { Shelf::Withheld } else { Shelf::Served };
        self.keep_text(table, position, &new.words)?;
        self.searched.insert(position);
        self.cache.keep_position(it.id, position);
        self.place_at_source(position, new.source)?;
        self.counted.one_more(consultation, new.kind.as_str());
        self.run(
            "INSERT INTO step VALUES (?1, ?1, ?2, ?3)",
            params![position, it.event.event_type().code, story_at],
        )
    }

    /// Whether a moderator must look at it first: rules that ask for it bind what is stated here, while what a
    /// source shows was shown there already.
    fn awaits_publication(&mut self, it: &Recorded, consultation: i64, kind: SubjectKind) -> Done<bool> {
        let asked = match kind {
            SubjectKind::Contribution => is_ours(it.trust),
            SubjectKind::Reference
            | SubjectKind::Amendment
            | SubjectKind::Argument
            | SubjectKind::Comment
            | SubjectKind::Citation => false,
        };
        Ok(asked && self.is_moderated_before(consultation)?)
    }

    fn is_moderated_before(&mut self, consultation: i64) -> Done<bool> {
        if let Some(known) = self.cache.moderated_before(consultation) {
            return Ok(known);
        }
        let sql = "SELECT json_extract(rules, '$.moderated_before') FROM consultation WHERE position = ?1";
        let asked = self.ask(sql, [consultation], |row| row.get::<_, Option<bool>>(0))?.flatten();
        self.cache.keep_moderated_before(consultation, asked.unwrap_or(false));
        Ok(asked.unwrap_or(false))
    }

    /// The numbered thing under which a subject stands.
    fn root_of(&mut self, subject: i64) -> Done<i64> {
        let sql = "SELECT root FROM subject WHERE position = ?1";
        Ok(self.ask(sql, [subject], |row| row.get(0))?.unwrap_or(subject))
    }

    /// Enters a later version of a subject.
    pub(super) fn new_version(&mut self, it: &Recorded, subject: i64, new: NewVersion) -> Done {
        let position = key(it.position);
        self.version_row(it, subject, new.number, (new.material, new.seen_before), new.words.absent)?;
        self.keep_text(Shelf::Withheld, position, &new.words)?;
        self.run(
            "UPDATE subject SET version = ?2, versions = ?3 WHERE position = ?1",
            params![subject, position, new.number],
        )?;
        if let Some(consultation) = self.consultation_of(it.stream)? {
            self.counted.one_more(consultation, "revision");
        }
        self.settle(subject)
    }

    fn version_row(
        &mut self,
        it: &Recorded,
        subject: i64,
        number: u32,
        (material, seen_before): (Option<bool>, Option<Timestamp>),
        absent: Option<&'static str>,
    ) -> Done {
        self.run(
            "INSERT INTO version VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                key(it.position),
                subject,
                number,
                material,
                seen_before.map(|at| at.0),
                it.trust.as_str(),
                it.recorded_at.0,
                it.occurred.at().map(|at| at.0),
                it.occurred.precision().as_str(),
                absent
            ],
        )
    }

    fn keep_text(&mut self, shelf: Shelf, version: i64, words: &Words) -> Done {
        if words.absent.is_some() {
            return Ok(());
        }
        let sql = match shelf {
            Shelf::Served => "INSERT INTO text VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            Shelf::Withheld => "INSERT INTO withheld VALUES (?1, ?2, ?3, ?4, ?5)",
        };
        let changes = (!words.changes.is_empty()).then(|| json(&words.changes)).transpose()?;
        self.run(sql, params![version, words.title, words.body, changes, words.link])
    }

    /// Notes where a subject stands at the platform that collected it.
    pub(super) fn place_at_source(&mut self, subject: i64, source: &Part<Source>) -> Done {
        let Some(source) = source.open() else { return Ok(()) };
        let Source { external_id, kind, platform, url } = source;
        self.run(
            "INSERT OR REPLACE INTO source VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![subject, platform, kind, external_id, url, url.as_deref().map(address_key)],
        )
    }
}

/// Where a text lies: among those that may be served, or among those that may not.
#[derive(Clone, Copy)]
enum Shelf {
    Served,
    Withheld,
}
