//! One event as one JSON object: what everybody may read of it, and why the rest is not there.
//!
//! `docs/operating.md` (Exports) defines the keys. Facts and public acts stand as they were recorded; what a
//! person wrote is taken from the views, which know what moderation did to it. Nothing here decides what may
//! be read.

use std::collections::BTreeMap;

use devenir_core::envelope::{Envelope, LIST_PART_KIND, actor_role, intent_id};
use devenir_core::event::part::{Citation, OfficialText, TitledText};
use devenir_core::event::{EventType, PartContent, RefRole, event_type};
use devenir_core::id::IntentId;
use devenir_core::ledger::Hash;
use devenir_core::time::{Claimed, Precision, Timestamp};
use devenir_projections::{Reading, ViewError};
use serde::Serialize;
use serde_json::Value;

/// The kinds below are personal (`docs/format.md`, Parts).
const RECORD_KIND_MIN: u8 = 128;
/// Votes cast, changed and retracted: their times are rounded.
const TIMES_OF_VOTERS: [u16; 3] = [0x0502, 0x0503, 0x0504];
const HOUR_MS: i64 = 60 * 60 * 1000;

/// A part that an envelope commits to, and its bytes where they are kept and fit.
pub(super) struct Opened<'p> {
    pub(super) kind: u8,
    pub(super) bytes: Option<&'p [u8]>,
}

/// One line; the order of the fields is that of the keys.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    position: String,
    revision: String,
    stream: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    consultation: Option<String>,
    intent_id: String,
    leaf_hash: String,
    #[serde(rename = "type")]
    name: String,
    schema: u16,
    trust: &'static str,
    actor: String,
    occurred: Occurred,
    recorded_at: String,
    facts: Value,
    refs: BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    lists: BTreeMap<String, List>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    absent: BTreeMap<String, Why>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<Words>,
}

#[derive(Debug, Serialize)]
struct Occurred {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    precision: Precision,
}

/// A list of references too long for the envelope, as the envelope commits to it.
#[derive(Debug, Serialize)]
struct List {
    count: u32,
    root: String,
}

/// Why a part that the envelope commits to is not in the line.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    /// It is of the kind that a person may have erased: never exported as it was received.
    Personal,
    /// Moderation took it out of sight.
    Hidden,
    /// It was erased, or taken down by two people; an event of the record says when and why.
    Erased,
    /// It is not kept, or does not fit its commitment.
    Lost,
}

/// What may be read of a text today, in plain words.
#[derive(Debug, Serialize)]
struct Words {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    lang: &'static str,
    /// Whether moderation put these words in the place of the author's.
    redacted: bool,
}

impl Line {
    /// The line of an event, with what `reading` allows to be read of it.
    pub(super) fn of(
        envelope: &Envelope,
        leaf: Hash,
        consultation: Option<String>,
        opened: &[Opened<'_>],
        reading: &Reading,
        texts: bool,
    ) -> Result<Self, ViewError> {
        let (intent, place) = (&envelope.intent, &envelope.sequence);
        let row = event_type(intent.event_type);
        let words = words(envelope, opened, reading)?;
        let erased = reading.erased_mask(envelope.sequence.position)?;
        let (parts, absent) = parts(row, opened, words.as_ref(), erased);
        let rounded = TIMES_OF_VOTERS.contains(&intent.event_type);
        Ok(Self {
            position: place.position.to_string(),
            revision: place.revision.to_string(),
            stream: intent.stream.to_string(),
            consultation,
            intent_id: intent_id(intent).to_string(),
            leaf_hash: leaf.to_string(),
            name: row.map_or_else(|| format!("{:#06x}", intent.event_type), |row| row.name.to_owned()),
            schema: intent.schema,
            trust: intent.trust.as_str(),
            actor: actor_role(intent.actor_class)
                .map_or_else(|| intent.actor_class.to_string(), |role| role.as_str().to_owned()),
            occurred: occurred(if rounded { to_the_hour(intent.occurred) } else { intent.occurred }),
            recorded_at: if rounded { hour(place.recorded_at) } else { place.recorded_at }.to_rfc3339(),
            // The codec has read them as canonical JSON.
            facts: serde_json::from_slice(&intent.facts).unwrap_or_default(),
            refs: refs(envelope, opened),
            lists: lists(envelope),
            parts,
            absent,
            words: words.filter(|_| texts),
        })
    }
}

/// The words of the text that this event gave, as they may be read; none where it gave none or they may not.
fn words(envelope: &Envelope, opened: &[Opened<'_>], reading: &Reading) -> Result<Option<Words>, ViewError> {
    let gives_text = [TitledText::KIND, Citation::KIND, OfficialText::KIND];
    if !opened.iter().any(|part| gives_text.contains(&part.kind)) {
        return Ok(None);
    }
    let version = reading.version(envelope.sequence.position)?;
    Ok(version.and_then(|version| {
        let lang = version.body.lang.as_str();
        let (title, body) = (version.title.plain, version.body.plain);
        let shown = title.is_some() || body.is_some();
        shown.then_some(Words { title, body, lang, redacted: version.redacted })
    }))
}

type Parts = (BTreeMap<String, Value>, BTreeMap<String, Why>);

/// The parts that are public acts, by name, and why the others are not there.
fn parts(row: Option<&EventType>, opened: &[Opened<'_>], words: Option<&Words>, erased: u16) -> Parts {
    let (mut parts, mut absent) = Parts::default();
    for (index, part) in opened.iter().enumerate().filter(|(_, part)| part.kind < LIST_PART_KIND) {
        let known = row.and_then(|row| row.parts.iter().find(|known| known.kind == part.kind));
        let name = known.map_or_else(|| part.kind.to_string(), |known| known.name.to_owned());
        // A text of the authority is a public act, and moderation can hide it like any other.
        let hidden = part.kind == OfficialText::KIND && words.is_none_or(|words| words.redacted);
        let content = part.bytes.and_then(|bytes| serde_json::from_slice(bytes).ok());
        match content {
            _ if index < 15 && erased & 1 << index != 0 => _ = absent.insert(name, Why::Erased),
            _ if part.kind < RECORD_KIND_MIN => _ = absent.insert(name, Why::Personal),
            None => _ = absent.insert(name, Why::Lost),
            Some(_) if hidden => _ = absent.insert(name, Why::Hidden),
            Some(content) => _ = parts.insert(name, content),
        }
    }
    (parts, absent)
}

/// Every reference by role, those of long lists included where their part is kept.
fn refs(envelope: &Envelope, opened: &[Opened<'_>]) -> BTreeMap<String, Vec<String>> {
    let mut refs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (role, id) in &envelope.intent.refs {
        refs.entry(role_name(*role)).or_default().push(id.to_string());
    }
    for (kind, list) in (LIST_PART_KIND..).zip(&envelope.intent.lists) {
        let bytes = opened.iter().find(|part| part.kind == kind).and_then(|part| part.bytes);
        let (ids, _) = bytes.unwrap_or_default().as_chunks::<{ IntentId::LEN }>();
        refs.insert(role_name(list.role), ids.iter().map(|id| IntentId(*id).to_string()).collect());
    }
    refs
}

fn lists(envelope: &Envelope) -> BTreeMap<String, List> {
    let list = |list: &devenir_core::envelope::RefList| {
        (role_name(list.role), List { count: list.count, root: list.root.to_string() })
    };
    envelope.intent.lists.iter().map(list).collect()
}

fn role_name(role: u8) -> String {
    RefRole::from_number(role).map_or_else(|| role.to_string(), |role| role.name().to_owned())
}

fn occurred(claimed: Claimed) -> Occurred {
    Occurred { at: claimed.at().map(Timestamp::to_rfc3339), precision: claimed.precision() }
}

/// A claimed time that says no more than the hour.
fn to_the_hour(claimed: Claimed) -> Claimed {
    match (claimed.at(), claimed.precision()) {
        (Some(at), Precision::Instant | Precision::Second | Precision::Minute | Precision::Hour) => {
            Claimed::new(hour(at), Precision::Hour)
        }
        (None, _) | (Some(_), Precision::Day | Precision::Month | Precision::Year | Precision::Unknown) => {
            claimed
        }
    }
}

/// The beginning of the hour.
fn hour(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(HOUR_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begins_at_or_before_its_instants_even_before_1970() {
        assert_eq!(hour(Timestamp(HOUR_MS + 1)), Timestamp(HOUR_MS));
        assert_eq!(hour(Timestamp(HOUR_MS)), Timestamp(HOUR_MS));
        assert_eq!(hour(Timestamp(-1)), Timestamp(-HOUR_MS));
    }

    #[test]
    fn an_official_text_whose_words_are_not_served_as_they_were_is_left_out_as_hidden() {
        let row = event_type(0x0107);
        let opened = [Opened { kind: OfficialText::KIND, bytes: Some(b"{}") }];
        let words = |redacted| Words { title: None, body: Some("mots".into()), lang: "fr", redacted };
        let (shown, absent) = parts(row, &opened, Some(&words(false)), 0);
        assert!(shown.contains_key("text") && absent.is_empty());
        for words in [None, Some(words(true))] {
            let (shown, absent) = parts(row, &opened, words.as_ref(), 0);
            assert!(
                shown.is_empty() && matches!(absent.get("text"), Some(Why::Hidden)),
                "{shown:?} {absent:?}"
            );
        }
    }

    #[test]
    fn a_public_act_that_is_not_kept_is_lost_and_a_personal_part_is_never_shown() {
        let row = event_type(0x0B04);
        let opened = [Opened { kind: 11, bytes: Some(b"{}") }, Opened { kind: 133, bytes: None }];
        let (shown, absent) = parts(row, &opened, None, 0);
        assert!(shown.is_empty());
        assert!(matches!(absent.get("signatory"), Some(Why::Personal)));
        assert!(matches!(absent.get("text"), Some(Why::Lost)));
    }

    #[test]
    fn a_claimed_time_never_becomes_more_precise_by_being_rounded() {
        let day = Claimed::new(Timestamp(0), Precision::Day);
        assert_eq!(to_the_hour(day), day);
        assert_eq!(to_the_hour(Claimed::UNKNOWN), Claimed::UNKNOWN);
        let rounded = Claimed::new(Timestamp(HOUR_MS), Precision::Hour);
        assert_eq!(to_the_hour(Claimed::instant(Timestamp(HOUR_MS + 999))), rounded);
    }
}
