//! Finding what a person holds: a reference, an address, a platform's number; and what they may have meant.
//!
//! `docs/design.md` (API) asks that whatever the citizen holds finds a contribution, and that a near miss answers
//! with candidates. Nothing here guesses silently: a candidate says why it is one.

use std::collections::BTreeSet;
use std::fmt;

use devenir_core::ledger::Position;
use rusqlite::ToSql;

use super::page::List;
use super::subject::{FROM, SUBJECT, subject};
use super::{Answer, By, Consultation, Page, Paged, Reading};
use crate::address::{address_key, without_query};
use crate::model::{SourceKey, Subject};
use crate::reference::Reference;
use crate::views::key;

/// Candidates given at most.
const CANDIDATES_MAX: usize = 10;
/// Numbers given that are merely near.
const NEAREST_MAX: usize = 3;
/// Letters that may differ between the name typed and a consultation's.
const LETTERS_MAX: usize = 2;

/// Something that a person may have meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What it is.
    pub meant: Meant,
    /// Why it is one.
    pub why: Why,
}

/// What a person may have meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Meant {
    /// Something that people wrote.
    Subject(Box<Subject>),
    /// A consultation.
    Consultation(Box<Consultation>),
}

impl Meant {
    /// Its title, where there is one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Subject(subject) => subject.title.plain.as_deref(),
            Self::Consultation(consultation) => consultation.title.plain.as_deref(),
        }
    }
}

/// The reference that people hold: `plan-velo-0042`, or the short name of a consultation.
impl fmt::Display for Meant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(subject) => subject.fmt(f),
            Self::Consultation(consultation) => f.write_str(&consultation.slug),
        }
    }
}

/// Why something may have been meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The consultation's name is a few letters away.
    NameAlike,
    /// The number is one digit away.
    NumberAlike,
    /// The contribution is there, the amendment is not.
    WithoutAmendment,
    /// The number is the nearest that exists.
    NumberNearest,
    /// The consultation is there, the number is not.
    WithoutNumber,
    /// The same number in another consultation.
    OtherConsultation,
    /// The words are found in its text.
    Words,
}

impl Reading {
    /// The subject of a reference.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn by_reference(&self, reference: &Reference) -> Answer<Option<Subject>> {
        let Reference { slug, number, amendment } = reference;
        let numbered = "SELECT s.position FROM subject s JOIN consultation c ON c.position = s.under \
                        WHERE c.slug = ?1 AND s.number = ?2 ORDER BY s.position LIMIT 1";
        let Some(root) = self.one(numbered, (slug, number), |row| row.get::<_, i64>(0))? else {
            return Ok(None);
        };
        match amendment {
            None => self.one(&format!("{SUBJECT} {FROM} WHERE s.position = ?1"), [root], subject),
            Some(number) => {
                let sql = format!(
                    "{SUBJECT} {FROM} WHERE s.under = ?1 AND s.number = ?2 ORDER BY s.position LIMIT 1"
                );
                self.one(&sql, (root, number), subject)
            }
        }
    }

    /// The subject at an address of its platform.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn by_url(&self, url: &str) -> Answer<Option<Subject>> {
        let sql = format!("{SUBJECT} {FROM} WHERE o.address = ?1 ORDER BY s.position LIMIT 1");
        let address = address_key(url);
        match self.one(&sql, [&address], subject)? {
            None => self.one(&sql, [without_query(&address)], subject),
            found => Ok(found),
        }
    }

    /// The subject of a platform's own number.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn by_source(&self, source: &SourceKey) -> Answer<Option<Subject>> {
        let sql = format!(
            "{SUBJECT} {FROM} WHERE o.external_id = ?1 AND o.kind = ?2 AND o.platform = ?3 \
             ORDER BY s.position LIMIT 1"
        );
        self.one(&sql, (&source.external_id, &source.kind, &source.platform), subject)
    }

    /// A page of the platform's own numbers of a kind of item in a consultation, in the order of the record.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn numbers_at_source(
        &self,
        consultation: Position,
        platform: &str,
        kind: &str,
        page: Page,
    ) -> Answer<Paged<String>> {
        let list = List {
            select: "SELECT o.external_id, o.subject, o.subject FROM source o \
                     JOIN subject s ON s.position = o.subject",
            filter: "s.consultation = :consultation AND o.platform = :platform AND o.kind = :kind",
            sort: "o.subject",
            position: "o.subject",
            descending: false,
        };
        let params: [(&str, &dyn ToSql); 3] =
            [(":consultation", &key(consultation)), (":platform", &platform), (":kind", &kind)];
        self.page(&list, &params, page, |row| row.get(0))
    }

    /// What a person who typed `text` may have meant, the likeliest first; nothing where it says nothing.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn candidates(&self, text: &str) -> Answer<Vec<Candidate>> {
        let mut found = Found::default();
        match text.parse::<Reference>() {
            Ok(reference) => self.near_reference(&reference, &mut found)?,
            Err(_) => self.add_consultation(text.trim(), &mut found)?,
        }
        if !found.is_full() {
            for (_, subject) in self.search(text, None, None, Page::first(CANDIDATES_MAX, None))?.items {
                found.add(subject, Why::Words);
            }
        }
        Ok(found.candidates)
    }

    fn near_reference(&self, typed: &Reference, found: &mut Found) -> Answer<()> {
        let slugs = self
            .all("SELECT DISTINCT slug FROM consultation ORDER BY slug", [], |row| row.get::<_, String>(0))?;
        let with_slug = |slug: &str| Reference { slug: slug.to_owned(), ..typed.clone() };
        let (alike, others): (Vec<_>, Vec<_>) = slugs
            .iter()
            .filter(|slug| **slug != typed.slug)
            .partition(|slug| distance(slug, &typed.slug, LETTERS_MAX).is_some());
        for slug in alike {
            self.add(&with_slug(slug), Why::NameAlike, found)?;
        }
        if typed.amendment.is_some() {
            self.add(&Reference { amendment: None, ..typed.clone() }, Why::WithoutAmendment, found)?;
        }
        for number in numbers_alike(typed.number) {
            self.add(&Reference { number, ..typed.clone() }, Why::NumberAlike, found)?;
        }
        let has_number = self.by_reference(&Reference { amendment: None, ..typed.clone() })?.is_some();
        if found.candidates.is_empty() && !has_number {
            for number in self.nearest_numbers(typed)? {
                let near = Reference { number, amendment: None, ..typed.clone() };
                self.add(&near, Why::NumberNearest, found)?;
            }
        }
        if !has_number {
            self.add_consultation(&typed.slug, found)?;
        }
        for slug in others {
            self.add(&with_slug(slug), Why::OtherConsultation, found)?;
        }
        Ok(())
    }

    /// The numbers of a consultation that lie nearest to one that it does not have, the nearest first.
    fn nearest_numbers(&self, typed: &Reference) -> Answer<Vec<u32>> {
        let mut numbers: Vec<u32> = Vec::new();
        for (beyond, order) in [("<", "DESC"), (">", "ASC")] {
            let sql = format!(
                "SELECT s.number FROM consultation c JOIN subject s ON s.under = c.position \
                 WHERE c.slug = ?1 AND s.number {beyond} ?2 ORDER BY s.number {order} LIMIT {NEAREST_MAX}"
            );
            numbers.extend(self.all(&sql, (&typed.slug, typed.number), |row| row.get::<_, u32>(0))?);
        }
        numbers.sort_by_key(|number| (number.abs_diff(typed.number), *number));
        numbers.truncate(NEAREST_MAX);
        Ok(numbers)
    }

    fn add_consultation(&self, slug: &str, found: &mut Found) -> Answer<()> {
        if let Some(consultation) = self.consultation(By::Slug(slug))? {
            found.add_consultation(consultation);
        }
        Ok(())
    }

    fn add(&self, reference: &Reference, why: Why, found: &mut Found) -> Answer<()> {
        if found.is_full() {
            return Ok(());
        }
        if let Some(subject) = self.by_reference(reference)? {
            found.add(subject, why);
        }
        Ok(())
    }

    /// What stands above a subject, the nearest first.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn ancestors(&self, subject: Position) -> Answer<Vec<Position>> {
        let mut above = Vec::new();
        let mut at = subject;
        // Parents point backwards in the record, so the way up ends.
        while let Some(parent) = self
            .one("SELECT parent FROM subject WHERE position = ?1", [key(at)], |row| {
                crate::row::maybe_position(row, 0)
            })?
            .flatten()
        {
            above.push(parent);
            at = parent;
        }
        Ok(above)
    }
}

/// Candidates so far, each once.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
    known: BTreeSet<Position>,
}

impl Found {
    fn is_full(&self) -> bool {
        self.candidates.len() >= CANDIDATES_MAX
    }

    fn add(&mut self, subject: Subject, why: Why) {
        if !self.is_full() && self.known.insert(subject.position) {
            self.candidates.push(Candidate { meant: Meant::Subject(Box::new(subject)), why });
        }
    }

    fn add_consultation(&mut self, consultation: Consultation) {
        if !self.is_full() && self.known.insert(consultation.position) {
            let meant = Meant::Consultation(Box::new(consultation));
            self.candidates.push(Candidate { meant, why: Why::WithoutNumber });
        }
    }
}

/// The numbers that one slip of a finger away from `number` would have been typed as it, ascending.
fn numbers_alike(number: u32) -> BTreeSet<u32> {
    let digits = format!("{number:04}").into_bytes();
    let mut alike = BTreeSet::new();
    let mut keep = |digits: &[u8]| {
        let text = String::from_utf8_lossy(digits);
        alike.extend(text.parse::<u32>().ok().filter(|other| *other != number));
    };
    for at in 0..digits.len() {
        let mut dropped = digits.clone();
        dropped.remove(at);
        keep(&dropped);
        let mut swapped = digits.clone();
        if at + 1 < swapped.len() {
            swapped.swap(at, at + 1);
            keep(&swapped);
        }
        for digit in b'0'..=b'9' {
            let mut replaced = digits.clone();
            if let Some(place) = replaced.get_mut(at) {
                *place = digit;
            }
            keep(&replaced);
        }
    }
    alike
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour to make one word of the
/// other; none beyond `most`. (Optimal string alignment.)
fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, against) in other.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&row, j) + usize::from(letter != against);
            let mut least = replaced.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped =
                i > 0 && j > 0 && one.get(i - 1) == Some(against) && other.get(j - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|letters| *letters <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_dropped_added_replaced_and_swapped_are_counted() {
        for (one, other, expected) in [
            ("velo", "velo", Some(0)),
            ("velo", "vlo", Some(1)),
            ("velo", "vleo", Some(1)),
            ("plan-velo", "plan-vela", Some(1)),
            ("velo", "moto", None),
            ("ab", "ba", Some(1)),
            ("abcdef", "abc", None),
        ] {
            assert_eq!(distance(one, other, 2), expected, "{one} and {other}");
            assert_eq!(distance(other, one, 2), expected, "{other} and {one}");
        }
    }

    #[test]
    fn a_swapped_a_dropped_and_a_wrong_digit_are_near() {
        let alike = numbers_alike(42);
        assert!(alike.contains(&24) && alike.contains(&4) && alike.contains(&43) && alike.contains(&142));
        assert!(!alike.contains(&42) && !alike.contains(&99));
    }
}
