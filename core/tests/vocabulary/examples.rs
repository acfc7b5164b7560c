//! One example of every type, written by hand: read, written again, sealed, and compared with its schemas.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::envelope::{Draft, PartKey, Place, Reference, Sequence, VaultPart, read, seal};
use devenir_core::event::code::Trust;
use devenir_core::event::{Absence, Event, EventType, PartSource, RefRole};
use devenir_core::id::{CommandId, IntentId, LogId, StreamId};
use devenir_core::ledger::{Hash, Position, Revision};
use devenir_core::rules::Role;
use devenir_core::testing::START;
use devenir_core::time::Claimed;
use serde::Deserialize;
use serde_json::Value;

use crate::golden;
use crate::schemas::{of_facts, of_parts, types};

/// One file of `fixtures/events`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    name: String,
    version: u16,
    facts: Value,
    refs: BTreeMap<String, Vec<IntentId>>,
    parts: BTreeMap<String, Value>,
}

/// The example of a type.
fn example(row: &EventType) -> Example {
    let file = format!("fixtures/events/{}.json", row.name);
    let text = std::fs::read_to_string(golden::path(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let example: Example = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert_eq!((example.name.as_str(), example.version), (row.name, row.version), "{file}");
    example
}

impl Example {
    /// The facts as they stand in an envelope: serde_json sorts the keys of a value, as the canonical form does.
    fn facts(&self) -> Vec<u8> {
        serde_json::to_vec(&self.facts).expect("JSON")
    }

    /// The parts as bytes, by kind.
    fn parts(&self, row: &EventType) -> BTreeMap<u8, Vec<u8>> {
        let part = |(name, content): (&String, &Value)| {
            let kind = row.parts.iter().find(|part| part.name == name);
            let kind = kind.unwrap_or_else(|| panic!("{} has no part `{name}`", row.name)).kind;
            (kind, serde_json::to_vec(content).expect("JSON"))
        };
        self.parts.iter().map(part).collect()
    }

    fn event(&self, row: &EventType) -> Event {
        let mut parts = Parts(self.parts(row));
        let event = Event::decode(row.code, row.version, &self.facts(), &mut parts);
        event.unwrap_or_else(|error| panic!("fixtures/events/{}.json: {error}", row.name))
    }

    fn refs(&self) -> Vec<(RefRole, IntentId)> {
        let role = |name: &str| {
            let role = RefRole::ALL.iter().find(|role| role.name() == name);
            *role.unwrap_or_else(|| panic!("{}: there is no role `{name}`", self.name))
        };
        self.refs.iter().flat_map(|(name, ids)| ids.iter().map(move |id| (role(name), *id))).collect()
    }
}

/// Hands out the parts of one example.
struct Parts(BTreeMap<u8, Vec<u8>>);

impl PartSource for Parts {
    fn part(&mut self, kind: u8) -> Result<Vec<u8>, Absence> {
        self.0.get(&kind).cloned().ok_or(Absence::NotInSource)
    }
}

#[test]
fn every_example_reads_and_is_written_the_same() {
    for row in types() {
        let example = example(row);
        let event = example.event(row);
        assert_eq!(
            String::from_utf8_lossy(&event.facts_bytes()),
            String::from_utf8_lossy(&example.facts()),
            "the fields of {} are declared in another order than the alphabet's",
            row.name
        );
        let kept: BTreeMap<u8, Value> = event
            .part_bytes()
            .into_iter()
            .map(|(kind, bytes)| (kind, serde_json::from_slice(&bytes).expect("JSON")))
            .collect();
        for (kind, bytes) in example.parts(row) {
            let given: Value = serde_json::from_slice(&bytes).expect("JSON");
            assert_eq!(
                kept.get(&kind),
                Some(&given),
                "part {kind} of {} is not read as it is given",
                row.name
            );
        }
    }
}

#[test]
fn every_example_shows_all_parts_and_roles_of_its_type() {
    for row in types() {
        let example = example(row);
        let parts: BTreeSet<&str> = row.parts.iter().map(|part| part.name).collect();
        let shown: BTreeSet<&str> = example.parts.keys().map(String::as_str).collect();
        assert_eq!(shown, parts, "the parts of {} (left: shown)", row.name);
        let roles: BTreeSet<&str> = row.refs.iter().map(|rule| rule.role.name()).collect();
        let shown: BTreeSet<&str> = example.refs.keys().map(String::as_str).collect();
        assert_eq!(shown, roles, "the roles of {} (left: shown)", row.name);
    }
}

#[test]
fn every_example_fits_its_schemas() {
    let parts = of_parts();
    for row in types() {
        let example = example(row);
        fits(row.name, &of_facts(row), &example.facts);
        for part in row.parts {
            let (name, schema) = &parts[&part.kind];
            fits(&format!("{} of {}", name, row.name), schema, &example.parts[part.name]);
        }
    }
}

fn fits(what: &str, schema: &Value, instance: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap_or_else(|error| panic!("{what}: {error}"));
    let wrong: Vec<String> = validator.iter_errors(instance).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{what} does not fit its schema: {wrong:?}");
}

#[test]
fn every_example_is_sealed_and_read_back_whole() {
    for row in types() {
        let example = example(row);
        let event = example.event(row);
        let place = Place {
            log: LogId([1; 32]),
            stream: StreamId([2; 16]),
            command: CommandId([3; 16]),
            trust: Trust::Observed,
        };
        let refs = example.refs().into_iter().map(|(role, id)| (role, Reference::Recorded(id))).collect();
        let draft =
            Draft { event: event.clone(), refs, occurred: Claimed::UNKNOWN, actor: Role::Administrator };
        let mut drawn = 0;
        let mut key = || {
            drawn += 1;
            PartKey::new([drawn; 32])
        };
        let sealed =
            seal(place, vec![draft], &mut key).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        let sequence = Sequence {
            position: Position::FIRST,
            revision: Revision::FIRST,
            prev: Hash::ZERO,
            prev_position: None,
            recorded_at: START,
        };
        let bytes = sealed[0].sequenced(sequence);
        let parts = &sealed[0].parts;
        let mut vault = |index: usize, _: &_| VaultPart::Open {
            key: parts[index].key.clone(),
            bytes: parts[index].bytes.clone(),
        };
        let recorded = read(&bytes, &mut vault).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        assert_eq!(recorded.event, event, "{}", row.name);
    }
}

#[test]
fn every_kind_of_part_is_in_the_schema_of_some_type() {
    let used: BTreeSet<u8> = types().flat_map(|row| row.parts.iter().map(|part| part.kind)).collect();
    let declared: BTreeSet<u8> = of_parts().into_keys().collect();
    assert_eq!(used, declared);
}
