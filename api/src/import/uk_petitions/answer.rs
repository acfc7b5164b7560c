//! What an answer on petition.parliament.uk says of itself: who signs it, that it is a revised one, and what the
//! first one said.
//!
//! The site replaces a revised answer and keeps the first among its notes on parliamentary business
//! (`docs/design.md`, Imports). This module makes no observation and knows no record.

use devenir_core::time::Claimed;

use super::super::fields::{Item, Problem};
use super::super::instant::Calendar;
use super::super::observed::Organisation;

/// Who answers petitions, in the words of the source.
const GOVERNMENT: &str = "UK Government";
/// How the names of departments begin; a line that does and ends an answer is its signature.
const OFFICES: [&str; 8] = [
    "Department for ",
    "Department of ",
    "Ministry for ",
    "Ministry of ",
    "HM ",
    "Cabinet Office",
    "Home Office",
    "Foreign, ",
];
/// A line of more words is a sentence.
const SIGNATURE_WORDS_MAX: usize = 10;
/// The heading under which the site keeps the first answer, in small letters.
const ORIGINAL: &str = "original government response";
const REVISED: &str = "This is a revised response.";
/// What follows in the same line leads to the first answer, on the site's own page.
const ELSEWHERE: &str = " You can find ";
const GIVEN_ON: &str = "This response was given on ";
const GIVEN_ON_SHORT: &str = "Response given on ";
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The answer that a revised one replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct First {
    /// Its words, with those that the site put below them.
    pub(super) text: String,
    /// The day on which it was given, in words, where the site says it in full.
    on: Option<String>,
}

impl First {
    /// The first answer that a petition's notes contain.
    pub(super) fn of(attributes: &Item<'_>) -> Result<Option<Self>, Problem> {
        if !attributes.has("other_parliamentary_business") {
            return Ok(None); // pages of results have no notes
        }
        for note in attributes.children("other_parliamentary_business")? {
            let subject = note.optional_words("subject")?.unwrap_or_default();
            let is_first = subject.get(..ORIGINAL.len()).is_some_and(|it| it.eq_ignore_ascii_case(ORIGINAL));
            if let (true, Some(body)) = (is_first, note.optional_words("body")?) {
                return Ok(Some(Self::new(subject.get(ORIGINAL.len()..).unwrap_or_default(), body)));
            }
        }
        Ok(None)
    }

    /// `begun` is what the heading has of the text itself.
    fn new(begun: &str, body: &str) -> Self {
        let begun = begun.trim_start_matches(':').trim();
        let text = if begun.is_empty() { body.to_owned() } else { format!("{begun} {body}") };
        let on = text.lines().find_map(|line| line.trim().strip_prefix(GIVEN_ON)?.split('.').next());
        Self { on: on.map(ToOwned::to_owned), text }
    }

    /// When it was given: the day that the site says, unless the answer stood on the site before; then when it was
    /// put there.
    pub(super) fn given(&self, put_there: Claimed, calendar: &Calendar) -> Claimed {
        let day = self.on.as_deref().and_then(iso_day).and_then(|day| calendar.day(&day).ok());
        day.filter(|day| calendar.ends_before(*day, put_there)).unwrap_or(put_there)
    }
}

/// `26 June 2020` as `2020-06-26`.
fn iso_day(words: &str) -> Option<String> {
    let [day, month, year] = *words.split_whitespace().collect::<Vec<_>>() else { return None };
    let month = MONTHS.iter().zip(1..).find_map(|(name, number)| (*name == month).then_some(number))?;
    Some(format!("{year}-{month:02}-{day:0>2}"))
}

/// What the site says of a revised answer: that it is one, and who asked for it.
pub(super) fn revision(answer: &str) -> Option<String> {
    let line = answer.lines().map(str::trim).find(|line| line.starts_with(REVISED))?;
    line.split(ELSEWHERE).next().map(ToOwned::to_owned)
}

/// Who answered: the departments that sign the answer on a line of their own, else the Government, whose answer the
/// source says it is.
///
/// A department that the petition is filed under is named as it is there; another as it signs. Those that a petition
/// is filed under are those of today, and not always those that answered.
pub(super) fn signed_by(filed_under: Vec<Organisation>, answer: &str) -> Vec<Organisation> {
    let lines: Vec<String> = answer.lines().map(plain_name).collect();
    let mut signed = filed_under;
    signed.retain(|department| lines.contains(&plain_name(&department.name)));
    if signed.is_empty() {
        let name = signature(answer).unwrap_or(GOVERNMENT);
        signed.push(Organisation { name: name.to_owned(), acronym: None, url: None });
    }
    signed
}

/// The department's name that ends an answer, as it is written there.
fn signature(answer: &str) -> Option<&str> {
    let of_the_site =
        |line: &str| [REVISED, GIVEN_ON, GIVEN_ON_SHORT].iter().any(|start| line.starts_with(start));
    let last = answer.lines().map(str::trim).rfind(|line| !line.is_empty() && !of_the_site(line))?;
    let last = last.trim_end_matches('.');
    let is_short = last.split_whitespace().count() <= SIGNATURE_WORDS_MAX;
    (is_short && OFFICES.iter().any(|office| last.starts_with(office))).then_some(last)
}

/// A name as it is compared: its letters, with `and` for its sign.
fn plain_name(text: &str) -> String {
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    letters(&text.to_lowercase().replace('&', "and"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(departments: &[&str], answer: &str) -> Vec<String> {
        let department = |name: &&str| Organisation { name: (*name).to_owned(), acronym: None, url: None };
        let departments = departments.iter().map(department).collect();
        signed_by(departments, answer).into_iter().map(|body| body.name).collect()
    }

    #[test]
    fn a_department_answered_where_it_signs_however_it_writes_its_name() {
        let two = ["Department for Environment, Food and Rural Affairs", "HM Treasury"];
        let answer = "We will look at it.\n\nDepartment for Environment, Food & Rural Affairs \n\nThis is a revised response.";
        assert_eq!(names(&two, answer), ["Department for Environment, Food and Rural Affairs"]);
    }

    #[test]
    fn a_department_that_the_petition_is_not_filed_under_is_named_as_it_signs() {
        let answer =
            "It will stay as it is.\r\n\r\nMinistry of Defence\r\n\r\nThis is a revised response. Why.\r\n";
        assert_eq!(names(&["Cabinet Office"], answer), ["Ministry of Defence"]);
        assert_eq!(names(&["HM Treasury"], "No.\nCabinet Office."), ["Cabinet Office"]);
    }

    #[test]
    fn an_answer_that_no_department_signs_is_the_governments() {
        for answer in [
            "The Government will not amend the Hunting Act 2004.",
            "Ministry of Defence\nIt will stay as it is.",
            "Department for Transport officials have looked at every one of the routes that were named",
        ] {
            assert_eq!(names(&["Department for Education"], answer), ["UK Government"], "{answer}");
        }
    }

    #[test]
    fn a_first_answer_has_its_day_and_what_its_heading_says_of_it() {
        let first = First::new(
            "",
            "No.\nCabinet Office\nThis response was given on 4 May 2022. The Petitions Committee asked.",
        );
        assert_eq!(first.on.as_deref().and_then(iso_day).as_deref(), Some("2022-05-04"));
        let first =
            First::new(":\r\nThe Government announced...", "...a package.\nResponse given on 14/08/20.");
        assert_eq!(first.text, "The Government announced... ...a package.\nResponse given on 14/08/20.");
        assert_eq!(first.on, None);
    }

    #[test]
    fn a_revised_answer_says_so_and_who_asked_for_it() {
        let answer = "No.\r\n\r\nThis is a revised response. The Committee asked for it. You can find the original below.";
        assert_eq!(
            revision(answer).as_deref(),
            Some("This is a revised response. The Committee asked for it.")
        );
        assert_eq!(revision("There is a revised response."), None);
    }
}
