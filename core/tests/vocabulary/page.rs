//! `docs/events.md`: the vocabulary as a page, made from the tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use devenir_core::event::{Arity, Event, EventType};
use serde_json::{Map, Value};

use crate::golden;
use crate::schemas::{of_facts, of_parts, types};

/// The fifteen families, whose codes are fixed whether they hold types yet or not.
const FAMILIES: [&str; 15] = [
    "ledger",
    "consultation",
    "contribution",
    "amendment",
    "debate",
    "vote",
    "petition",
    "moderation",
    "lineage",
    "synthesis",
    "assessment",
    "response",
    "delivery",
    "law",
    "oversight",
];

const OPENING: &str = "\
# Events

What can happen, family by family. This page is made from the tables in `core/src/event` by
`GOLDEN=1 cargo test -p devenir-core --test vocabulary`; do not edit it.
How facts, references and parts become bytes stands in [`format.md`](format.md).

*Facts* are public and permanent; a question mark follows what may be left unsaid.
*References* name earlier events: exactly one unless it says `optional`, `one or more` or `any number`.
*Parts* stand beside the envelope with their kind: 1-127 can be erased, 128-191 are texts of public acts, 192-255 rules and lists.
Each type has an example in `fixtures/events/<name>.json` and a schema in `schemas/events/<name>.v<version>.schema.json`.
";

#[test]
fn the_page_of_events_is_that_of_the_code() {
    golden::file("docs/events.md", &page());
}

#[test]
fn the_families_of_the_code_have_the_codes_fixed_for_them() {
    for (code, name, _) in Event::FAMILIES {
        assert_eq!(FAMILIES.get(usize::from(*code)), Some(name));
    }
}

fn page() -> String {
    let mut page = OPENING.to_owned();
    page.push_str("\n## Families\n\n| code | family | types |\n|---|---|---|\n");
    for (code, family) in FAMILIES.iter().enumerate() {
        let types = types().filter(|row| usize::from(row.code >> 8) == code).count();
        let types = if types == 0 { "to come".to_owned() } else { types.to_string() };
        writeln!(page, "| 0x{code:02X} | {family} | {types} |").expect("a String takes any text");
    }
    for (code, family, types) in Event::FAMILIES {
        write!(page, "\n## 0x{code:02X} {family}\n").expect("a String takes any text");
        types.iter().for_each(|row| section(&mut page, row));
    }
    page.push_str("\n## Closed lists\n\nThe words that facts and parts may hold. A word once recorded is never used otherwise.\n");
    for (name, words) in lists() {
        write!(page, "\n### {name}\n\n| word | meaning |\n|---|---|\n").expect("a String takes any text");
        for (word, meaning) in words {
            writeln!(page, "| `{word}` | {meaning} |").expect("a String takes any text");
        }
    }
    page
}

fn section(page: &mut String, row: &EventType) {
    let (code, name, version) = (row.code, row.name, row.version);
    let schema = of_facts(row);
    let fields: Vec<String> = fields(&schema);
    let refs: Vec<String> =
        row.refs.iter().map(|rule| format!("{}{}", rule.role.name(), arity(rule.arity))).collect();
    let kinds = of_parts();
    let parts: Vec<String> = row
        .parts
        .iter()
        .map(|part| format!("{} ({} {})", part.name, part.kind, kinds[&part.kind].0))
        .collect();
    let or_none = |list: Vec<String>| if list.is_empty() { "-".to_owned() } else { list.join(", ") };
    write!(
        page,
        "\n### 0x{code:04X} {name}, version {version}\n\n{}\n\n| facts | references | parts |\n|---|---|---|\n| {} | {} | {} |\n",
        row.doc.trim(),
        or_none(fields),
        or_none(refs),
        or_none(parts),
    )
    .expect("a String takes any text");
}

const fn arity(arity: Arity) -> &'static str {
    match arity {
        Arity::One => "",
        Arity::Optional => " (optional)",
        Arity::Some => " (one or more)",
        Arity::Any => " (any number)",
    }
}

/// The fields of an object's schema with their types.
fn fields(schema: &Value) -> Vec<String> {
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let field = |(name, value): (&String, &Value)| {
        let mark = if required.contains(&name.as_str()) { "" } else { "?" };
        format!("`{name}`{mark} {}", type_of(value))
    };
    properties.iter().map(field).collect()
}

/// A value's type in a word or two.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return name.to_owned();
    }
    if let Some(options) = schema["anyOf"].as_array() {
        return options.iter().find(|option| option["type"] != "null").map_or_else(String::new, type_of);
    }
    let kinds = &schema["type"];
    let of_several = || kinds.as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null");
    let kind = kinds.as_str().or_else(of_several);
    match kind {
        Some("array") => format!("list of {}", type_of(&schema["items"])),
        Some("string") => {
            schema["pattern"].as_str().map_or_else(|| "text".to_owned(), |form| format!("`{form}`"))
        }
        Some("boolean") => "true or false".to_owned(),
        Some(kind) => kind.to_owned(),
        None => "any".to_owned(),
    }
}

/// Every closed list that facts or parts use, with its words and their meanings.
fn lists() -> BTreeMap<String, Vec<(String, String)>> {
    let facts = types().map(of_facts);
    let parts = of_parts().into_values().map(|(_, schema)| schema);
    let mut lists = BTreeMap::new();
    for schema in facts.chain(parts) {
        for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
            let words = words(definition);
            if !words.is_empty() {
                lists.insert(name.clone(), words);
            }
        }
    }
    lists
}

fn words(definition: &Value) -> Vec<(String, String)> {
    let word = |option: &Value| {
        let meaning = option["description"].as_str().unwrap_or_default();
        Some((option["const"].as_str()?.to_owned(), meaning.split_whitespace().collect::<Vec<_>>().join(" ")))
    };
    definition["oneOf"].as_array().into_iter().flatten().filter_map(word).collect()
}
