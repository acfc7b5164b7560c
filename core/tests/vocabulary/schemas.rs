//! The JSON Schemas of facts and parts, as others read them.

use std::collections::BTreeMap;

use devenir_core::event::part::part_schemas;
use devenir_core::event::{Event, EventType};
use serde_json::Value;

use crate::golden;

/// Every type of the vocabulary.
pub(crate) fn types() -> impl Iterator<Item = &'static EventType> {
    Event::FAMILIES.iter().flat_map(|(_, _, types)| types.iter())
}

/// The file of a type's schema.
pub(crate) fn facts_file(row: &EventType) -> String {
    format!("{}.v{}.schema.json", row.name, row.version)
}

/// The schema of a type's facts, which says of which type they are.
pub(crate) fn of_facts(row: &EventType) -> Value {
    let mut schema = without_null((row.schema)().to_value());
    schema["title"] = format!("facts of {}", row.name).into();
    schema["description"] = row.doc.trim().into();
    schema
}

/// A schema in which what may be left unsaid may not be null: null never occurs in facts.
fn without_null(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields: serde_json::Map<String, Value> = fields
                .into_iter()
                .filter(|(name, value)| !(name == "default" && value.is_null()))
                .map(|(name, value)| (name, without_null(value)))
                .collect();
            if let Some(kinds) = fields.get_mut("type").and_then(Value::as_array_mut) {
                kinds.retain(|kind| kind != "null");
                fields["type"] = fields["type"][0].take();
            }
            if let Some(options) = fields.get_mut("anyOf").and_then(Value::as_array_mut) {
                options.retain(|option| option["type"] != "null");
                let only = fields["anyOf"][0].take();
                fields.remove("anyOf");
                fields.extend(only.as_object().cloned().unwrap_or_default());
            }
            Value::Object(fields)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_null).collect()),
        leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => leaf,
    }
}

/// The schema of each kind of part, by kind, with its name.
pub(crate) fn of_parts() -> BTreeMap<u8, (&'static str, Value)> {
    part_schemas().into_iter().map(|(kind, name, schema)| (kind, (name, schema.to_value()))).collect()
}

/// `TitledText` as `titled-text`.
fn hyphenated(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).expect("a schema is JSON") + "\n"
}

#[test]
fn the_schemas_of_facts_are_those_of_the_code() {
    let made = types().map(|row| (facts_file(row), pretty(&of_facts(row)))).collect();
    golden::folder("schemas/events", &made);
}

#[test]
fn the_schemas_of_parts_are_those_of_the_code() {
    let file = |(kind, (name, schema)): (u8, (&str, Value))| {
        (format!("{kind:03}-{}.schema.json", hyphenated(name)), pretty(&schema))
    };
    let made = of_parts().into_iter().map(file).collect();
    golden::folder("schemas/parts", &made);
}

#[test]
fn every_schema_is_a_schema_and_refuses_what_it_does_not_know() {
    let facts = types().map(|row| (row.name.to_owned(), of_facts(row)));
    let parts = of_parts().into_values().map(|(name, schema)| (name.to_owned(), schema));
    for (name, schema) in facts.chain(parts) {
        let validator = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!validator.is_valid(&serde_json::json!([])), "{name} admits an array");
        assert!(!validator.is_valid(&serde_json::json!({ "no such field": 1 })), "{name} admits any field");
    }
}

#[test]
fn no_schema_of_facts_admits_null() {
    for row in types() {
        assert!(!of_facts(row).to_string().contains("null"), "{} admits null", row.name);
    }
}
