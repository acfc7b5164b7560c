//! What holds for the whole vocabulary, whatever the family.

use super::*;

fn types() -> impl Iterator<Item = (u8, &'static EventType)> {
    Event::FAMILIES.iter().flat_map(|(family, _, types)| types.iter().map(|row| (*family, row)))
}

#[test]
fn codes_are_unique_ascending_and_carry_their_family() {
    let mut last = None;
    for (family, row) in types() {
        assert_eq!(row.code.to_be_bytes()[0], family, "{} is filed under another family", row.name);
        assert!(last < Some(row.code), "{} stands out of order", row.name);
        last = Some(row.code);
    }
}

#[test]
fn names_are_unique_and_written_in_lower_case_words() {
    let mut names = std::collections::BTreeSet::new();
    for (_, row) in types() {
        assert!(names.insert(row.name), "{} stands twice", row.name);
        assert!(row.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", row.name);
        assert!(row.doc.trim().ends_with('.'), "{} is described by a sentence", row.name);
    }
}

#[test]
fn a_type_takes_each_kind_of_part_and_each_role_once() {
    for (_, row) in types() {
        let kinds: std::collections::BTreeSet<u8> = row.parts.iter().map(|part| part.kind).collect();
        assert_eq!(kinds.len(), row.parts.len(), "{} takes a kind of part twice", row.name);
        let roles: std::collections::BTreeSet<RefRole> = row.refs.iter().map(|rule| rule.role).collect();
        assert_eq!(roles.len(), row.refs.len(), "{} takes a role twice", row.name);
    }
}

/// Facts hold no free text: every string of every schema is a closed list or a fixed format.
#[cfg(feature = "schemas")]
#[test]
fn no_facts_schema_admits_a_free_string_or_a_fraction() {
    let mut wrong = Vec::new();
    for (_, row) in types() {
        walk(row.name, (row.schema)().as_value(), &mut wrong);
    }
    assert!(wrong.is_empty(), "facts that admit what they must not:\n{}", wrong.join("\n"));
}

#[cfg(feature = "schemas")]
fn walk(path: &str, schema: &serde_json::Value, wrong: &mut Vec<String>) {
    const FORMATS: &[&str] =
        &["^[0-9a-f]{32}$", "^[0-9a-f]{64}$", "^[a-z0-9./:-]{1,128}$" /* the origin, alone */];
    let kind = schema.get("type").and_then(serde_json::Value::as_str);
    match kind {
        Some("string") => {
            let closed = schema.get("enum").is_some() || schema.get("const").is_some();
            let pattern = schema.get("pattern").and_then(serde_json::Value::as_str);
            if !closed && !pattern.is_some_and(|pattern| FORMATS.contains(&pattern)) {
                wrong.push(format!("{path}: a free string"));
            }
        }
        Some("number") => wrong.push(format!("{path}: a fraction")),
        _ => {}
    }
    match schema {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                walk(&format!("{path}.{name}"), value, wrong);
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                walk(path, item, wrong);
            }
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

#[cfg(feature = "schemas")]
#[test]
fn the_fields_of_facts_are_declared_in_their_canonical_order() {
    fn check(name: &str, schema: &serde_json::Value) {
        if let Some(fields) = schema.get("properties").and_then(serde_json::Value::as_object) {
            // schemars sorts properties itself; declaration order shows in the JSON of an example only,
            // so the order is held by `fixtures/events`, and here by the required list, kept as declared.
            let required: Vec<&str> = schema
                .get("required")
                .and_then(serde_json::Value::as_array)
                .map(|list| list.iter().filter_map(serde_json::Value::as_str).collect())
                .unwrap_or_default();
            assert!(required.is_sorted(), "{name}: {required:?} are not in alphabetical order");
            assert!(fields.keys().all(|key| key.is_ascii()), "{name}: field names are ASCII");
        }
    }
    for (_, row) in types() {
        check(row.name, (row.schema)().as_value());
    }
}

#[test]
fn facts_that_are_not_canonical_are_refused_with_both_texts() {
    let spaced = br#"{ "version":1}"#;
    let error = Event::decode(0x0102, 1, spaced, &mut NoParts).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"the facts of rules-adopted are not in canonical form: expected `{"version":1}`, found `{ "version":1}`"#
    );
}

#[test]
fn an_unknown_field_null_or_fraction_is_refused() {
    for facts in [r#"{"version":1,"x":1}"#, r#"{"version":null}"#, r#"{"version":1.0}"#, r#"{"version":1}x"#]
    {
        assert!(Event::decode(0x0102, 1, facts.as_bytes(), &mut NoParts).is_err(), "{facts}");
    }
}

#[test]
fn an_unknown_type_is_named_with_its_code() {
    let error = Event::decode(0x02FF, 7, b"{}", &mut NoParts).unwrap_err();
    assert!(error.to_string().starts_with("event type 0x02ff version 7 is not in"), "{error}");
}
