//! A story as it is written: its setting, its people, its acts with the lines where they stand.
//!
//! The README of the story explains every field; a field that it does not know is refused. This module plays
//! nothing and knows no instance.

use super::calendar::Moment;
use super::deed::Deed;
use super::error::{Place, StoryError};
use super::generator::Sayings;
use super::{calendar::Days, embedded};
use devenir_core::event::code::{Activity, BallotKind, ConsultationKind, Lang};
use devenir_core::time::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;

const STORY: &str = "story.toml";
const GENERATED: &str = "generated.toml";

/// A story, read and not yet played.
#[derive(Debug, Clone)]
pub struct Story {
    pub(super) page: Page,
    pub(super) acts: Vec<Written>,
    pub(super) sayings: Sayings,
    texts: BTreeMap<String, String>,
    zone: TimeZone,
}

/// An act, with where and when.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) line: usize,
    pub(super) moment: Moment,
    pub(super) who: String,
    pub(super) slice: Option<String>,
    pub(super) deed: Doing,
}

/// What an act asks for.
#[derive(Debug, Clone)]
pub(super) enum Doing {
    /// Something that can be recorded.
    Now(Box<Deed>),
    /// Something whose family of events does not exist yet.
    Waits(String),
}

/// The story's page, but for its acts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub(super) story: Setting,
    pub(super) consultation: Presented,
    pub(super) rules: Rules,
    pub(super) ballots: Vec<BallotWords>,
    pub(super) bodies: Vec<Body>,
    pub(super) signatories: Vec<Signatory>,
    pub(super) people: Vec<Person>,
    act: Vec<toml::Table>,
}

/// Where and when the story takes place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    pub(super) slug: String,
    pub(super) loading_day: i64,
    pub(super) timezone: String,
    pub(super) lang: Lang,
    pub(super) last_generated_number: u32,
}

/// What the consultation is about.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Presented {
    pub(super) kind: ConsultationKind,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) themes: Vec<String>,
    pub(super) territories: Vec<String>,
}

/// The rules as data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    #[expect(dead_code, reason = "the record has no place for the words of the rules yet")]
    text: String,
    pub(super) moderated_before: bool,
    pub(super) published_after_minutes: i64,
    #[expect(dead_code, reason = "merges wait for their family")]
    vote_policy: String,
    pub(super) thresholds: Vec<Threshold>,
    pub(super) duties: Vec<DutyRule>,
    pub(super) phases: Vec<Phase>,
}

/// A threshold of support.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Threshold {
    pub(super) count: u64,
    pub(super) brings: devenir_core::event::code::ThresholdKind,
}

/// A duty of the authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyRule {
    #[serde(rename = "id")]
    _id: String,
    pub(super) from: String,
    pub(super) body: String,
    pub(super) days: Option<u32>,
    pub(super) force: String,
    pub(super) source: String,
    pub(super) waits_for: Option<String>,
}

/// A phase.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phase {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) from_day: i64,
    pub(super) until_day: i64,
    pub(super) admits: Vec<Activity>,
}

/// What a ballot asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BallotWords {
    pub(super) id: String,
    pub(super) kind: BallotKind,
    pub(super) question: String,
}

/// A body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    pub(super) id: String,
    pub(super) name: String,
}

/// Somebody who signs for a body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signatory {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) capacity: String,
    pub(super) body: String,
}

/// Somebody of the town.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) shown: Option<String>,
    #[serde(rename = "about", default)]
    _about: Option<String>,
}

/// A title and the words under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) title: Option<String>,
    pub(super) body: String,
}

impl Story {
    /// The story of Villeneuve-sur-Yvelle, which every executable carries.
    ///
    /// # Errors
    /// [`StoryError`] names what does not read, by its line.
    pub fn villeneuve() -> Result<Self, StoryError> {
        Self::read(embedded::STORY, embedded::GENERATED, embedded::texts())
    }

    /// Reads a story from the text of its files.
    ///
    /// # Errors
    /// [`StoryError`] names what does not read, by its line.
    pub fn read(story: &str, generated: &str, texts: BTreeMap<String, String>) -> Result<Self, StoryError> {
        let unreadable = |file, detail: String| StoryError::Unreadable { file, detail };
        let mut page: Page = toml::from_str(story).map_err(|error| unreadable(STORY, error.to_string()))?;
        let sayings = toml::from_str(generated).map_err(|error| unreadable(GENERATED, error.to_string()))?;
        let zone = TimeZone::get(&page.story.timezone)
            .map_err(|_| unreadable(STORY, format!("`{}` is no time zone", page.story.timezone)))?;
        let headers =
            story.lines().zip(1..).filter(|(text, _)| text.trim() == "[[act]]").map(|(_, line)| line);
        let acts = headers
            .zip(std::mem::take(&mut page.act))
            .map(|(line, table)| written(line, table).map_err(|detail| unreadable(STORY, detail)))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { page, acts, sayings, texts, zone })
    }

    /// The day that an instant falls on in the town: the day of loading, for a story loaded then.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Date {
        let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        self.zone.to_datetime(instant).date()
    }

    pub(super) fn days(&self, loading_day: Date) -> Result<Days, StoryError> {
        Days::new(self.zone.clone(), loading_day, self.page.story.loading_day).ok_or_else(|| {
            let detail = format!("its first day lies beyond the calendar when it is loaded on {loading_day}");
            StoryError::Unreadable { file: STORY, detail }
        })
    }

    /// The words of a `text` field: of the file that it names, or its own.
    pub(super) fn words(&self, text: &str) -> Option<Words> {
        let found = if text.starts_with("texts/") { self.texts.get(text)?.as_str() } else { text };
        let found = found.strip_suffix('\n').unwrap_or(found);
        let titled = found.strip_prefix("# ").map(|rest| rest.split_once('\n').unwrap_or((rest, "")));
        Some(match titled {
            Some((title, body)) => {
                Words { title: Some(title.trim().to_owned()), body: body.trim_start_matches('\n').to_owned() }
            }
            None => Words { title: None, body: found.to_owned() },
        })
    }
}

/// Reads one act: what every act has, then what its kind has.
fn written(line: usize, mut table: toml::Table) -> Result<Written, String> {
    let at = |detail: String| format!("{}: {detail}", Place::Line(line));
    let mut take = |field: &str| table.remove(field);
    let day = take("day").and_then(|day| day.as_integer());
    let time: Option<Time> = text(take("time")).and_then(|time| time.parse().ok());
    let (Some(day), Some(time)) = (day, time) else {
        return Err(at("expected `day`, a number, and `time`, such as \"08:30\"".to_owned()));
    };
    let (who, slice, waits_for) = (text(take("who")), text(take("slice")), text(take("waits_for")));
    let deed = match waits_for {
        Some(family) => Doing::Waits(family),
        None => {
            let deed = toml::Value::Table(table).try_into();
            Doing::Now(Box::new(deed.map_err(|error: toml::de::Error| at(error.message().to_owned()))?))
        }
    };
    Ok(Written { line, moment: Moment { day, time }, who: who.unwrap_or_default(), slice, deed })
}

fn text(value: Option<toml::Value>) -> Option<String> {
    match value {
        Some(toml::Value::String(text)) => Some(text),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_reads_and_its_acts_stand_in_order_of_time() {
        let story = Story::villeneuve().unwrap();
        let times: Vec<_> =
            story.acts.iter().map(|act| (act.moment.day, act.moment.time, act.line)).collect();
        for pair in times.windows(2) {
            assert!(pair[0] <= pair[1], "line {} comes before line {}", pair[1].2, pair[0].2);
        }
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        let story = embedded::STORY.replacen("what = \"adopt_rules\"", "what = \"adopt_rules\"\nwhy = 1", 1);
        let error = Story::read(&story, embedded::GENERATED, embedded::texts()).unwrap_err().to_string();
        assert!(error.contains("story.toml, line ") && error.contains("`why`"), "{error}");
    }

    #[test]
    fn a_file_gives_its_first_line_as_the_title() {
        let story = Story::villeneuve().unwrap();
        let words = story.words("texts/0005.md").unwrap();
        assert_eq!(words.title.as_deref(), Some("une borne pour regonfler"));
        assert!(words.body.starts_with("Bonjour,") && words.body.ends_with("obligé de"), "{}", words.body);
        assert_eq!(story.words("Non.").unwrap(), Words { title: None, body: "Non.".into() });
        assert_eq!(story.words("texts/none.md"), None);
    }
}
