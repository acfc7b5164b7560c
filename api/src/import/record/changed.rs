//! What a source says of a known act otherwise than it did when the act was recorded.
//!
//! `docs/design.md` (Imports): what has an event of its own (a text, a counter) is recorded; the rest is counted in
//! the report, so that nothing changes unsaid. The event that the observation would make is compared with the one
//! in the record, whatever their types. This module writes nothing and draws no participant.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::codes;
use devenir_core::envelope::{Draft, Recorded, decode};
use devenir_core::event::part::{ActText, Author, Bodies, OfficialText, Source, TitledText};
use devenir_core::event::{Event, PartContent};
use devenir_core::ledger::Position;
use devenir_core::store::{EmbeddedReader, ReadLedger as _};
use devenir_core::writer::{ReplayError, read_events};
use serde_json::{Map, Value};

use super::RecordError;
use crate::app::AppError;

codes! {
    /// What of an act differs.
    pub(super) enum Aspect {
        /// Words that somebody wrote.
        Words = "words",
        /// What is stated: a side, an outcome, a ground.
        Facts = "facts",
        /// When it happened.
        Time = "time",
        /// Where it stands at its platform.
        Address = "address",
    }
}

/// What the source says otherwise than the act recorded at `position`; nothing where all is the same.
///
/// Left aside: the words of a text that has versions, which are compared with the last of them; who wrote it; and
/// what the record itself numbers.
pub(super) fn differs(
    seen: &Draft,
    reader: &EmbeddedReader,
    position: Position,
) -> Result<BTreeSet<Aspect>, RecordError> {
    let Some(held) = read_events(reader, position, 1).map_err(AppError::from)?.into_iter().next() else {
        return Ok(BTreeSet::new());
    };
    let mut aspects = BTreeSet::new();
    if seen.event.event_type().code != held.event.event_type().code
        || facts(&seen.event) != facts(&held.event)
    {
        aspects.insert(Aspect::Facts);
    }
    if seen.occurred != held.occurred {
        aspects.insert(Aspect::Time);
    }
    parts(seen, &held, &committed(reader, position)?, &mut aspects);
    Ok(aspects)
}

/// The kinds of parts that the envelope at a position commits to, whatever became of them since.
fn committed(reader: &EmbeddedReader, position: Position) -> Result<BTreeSet<u8>, RecordError> {
    let envelopes = reader.read(position, 1).map_err(|error| AppError::from(ReplayError::from(error)))?;
    let envelope = envelopes.first().and_then(|bytes| decode(bytes).ok());
    Ok(envelope.map_or_else(BTreeSet::new, |it| it.intent.parts.iter().map(|part| part.kind).collect()))
}

fn parts(seen: &Draft, held: &Recorded, committed: &BTreeSet<u8>, aspects: &mut BTreeSet<Aspect>) {
    let seen: BTreeMap<u8, Vec<u8>> = seen.event.part_bytes().into_iter().collect();
    let held: BTreeMap<u8, Vec<u8>> = held.event.part_bytes().into_iter().collect();
    for kind in seen.keys().chain(held.keys()).copied().collect::<BTreeSet<u8>>() {
        let is_compared = !matches!(kind, TitledText::KIND | Author::KIND | Bodies::KIND);
        // What was erased or lost since cannot be compared.
        let is_gone = committed.contains(&kind) && !held.contains_key(&kind);
        if !is_compared || is_gone || content(kind, &seen) == content(kind, &held) {
            continue;
        }
        // An answer whose first text the source no longer has says nothing against the one recorded.
        if kind == ActText::KIND && content(kind, &seen) == Some(Map::new()) {
            continue;
        }
        aspects.insert(if kind == Source::KIND { Aspect::Address } else { Aspect::Words });
    }
}

/// The content of a part, without what is compared elsewhere.
fn content(kind: u8, parts: &BTreeMap<u8, Vec<u8>>) -> Option<Map<String, Value>> {
    let mut content = object(parts.get(&kind)?);
    if kind == OfficialText::KIND {
        content.retain(|name, _| !["body", "format", "title"].contains(&name.as_str()));
    }
    Some(content)
}

/// The facts, without what the record numbers and what the source's own date of change says.
fn facts(event: &Event) -> Map<String, Value> {
    let mut facts = object(&event.facts_bytes());
    facts.retain(|name, _| {
        !["bodies", "group_size", "number", "source_changed_at", "version"].contains(&name.as_str())
    });
    facts
}

fn object(bytes: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(bytes).unwrap_or_default()
}
