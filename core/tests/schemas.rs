//! What the vocabulary says of itself, as golden files: JSON Schemas of facts and parts, and `docs/events.md`.
//!
//! `GOLDEN=1` writes them; otherwise each file must be what the tables give, and no file may be left over. This
//! target knows no particular type.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use devenir_core::event::part::{PART_KINDS, part_schemas};
use devenir_core::event::{Arity, Event};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn pretty(schema: &schemars::Schema) -> String {
    serde_json::to_string_pretty(schema).unwrap() + "\n"
}

/// Compares a folder with what it should hold, or writes it.
fn golden(folder: &str, want: &BTreeMap<String, String>) {
    let folder = root().join(folder);
    if std::env::var_os("GOLDEN").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in want {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut wrong = Vec::new();
    for (name, text) in want {
        match std::fs::read_to_string(folder.join(name)) {
            Ok(found) if found == *text => {}
            Ok(_) => wrong.push(format!("{name} differs")),
            Err(_) => wrong.push(format!("{name} is missing")),
        }
    }
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !want.contains_key(&name) {
            wrong.push(format!("{name} belongs to no type"));
        }
    }
    assert!(wrong.is_empty(), "{}; `make golden` writes them anew:\n{}", folder.display(), wrong.join("\n"));
}

#[test]
fn every_type_has_the_schema_of_its_facts() {
    let types = Event::FAMILIES.iter().flat_map(|(_, _, types)| types.iter());
    let want = types
        .map(|row| (format!("{}.v{}.schema.json", row.name, row.version), pretty(&(row.schema)())))
        .collect();
    golden("schemas/events", &want);
}

#[test]
fn every_kind_of_part_has_its_schema() {
    let want = part_schemas()
        .into_iter()
        .map(|(kind, name, schema)| (format!("{kind:03}-{name}.schema.json"), pretty(&schema)))
        .collect();
    golden("schemas/parts", &want);
}

/// The fifteen families; those without types yet keep their code.
const FAMILIES: [(u8, &str); 15] = [
    (0x00, "ledger"),
    (0x01, "consultation"),
    (0x02, "contribution"),
    (0x03, "amendment"),
    (0x04, "debate"),
    (0x05, "vote"),
    (0x06, "petition"),
    (0x07, "moderation"),
    (0x08, "lineage"),
    (0x09, "synthesis"),
    (0x0A, "assessment"),
    (0x0B, "response"),
    (0x0C, "delivery"),
    (0x0D, "law"),
    (0x0E, "oversight"),
];

fn page() -> String {
    let mut page = String::from(
        "# Events\n\nWritten from the tables of `core/src/event` by `core/tests/schemas.rs` (`make golden`).\n\
         Codes are never reused. Facts: `schemas/events/`; parts: `schemas/parts/`; bytes: `format.md`.\n\n\
         ## Families\n\n| code | family | types so far |\n|---|---|---|\n",
    );
    for (code, name) in FAMILIES {
        let known = Event::FAMILIES.iter().find(|(known, _, _)| *known == code);
        assert!(known.is_none_or(|(_, known, _)| *known == name), "{name} and its code belong together");
        let count = known.map_or(0, |(_, _, types)| types.len());
        writeln!(page, "| `0x{code:02x}` | {name} | {count} |").unwrap();
    }
    for (_, family, types) in Event::FAMILIES {
        writeln!(
            page,
            "\n## {family}\n\n| code | name | v | says | refers to | parts |\n|---|---|---|---|---|---|"
        )
        .unwrap();
        for row in *types {
            let refs = row.refs.iter().map(|rule| match rule.arity {
                Arity::One => rule.role.name().to_owned(),
                Arity::Optional => format!("{}?", rule.role.name()),
                Arity::Some => format!("{}+", rule.role.name()),
                Arity::Any => format!("{}*", rule.role.name()),
            });
            let parts = row.parts.iter().map(|part| format!("{} ({})", part.name, part.kind));
            writeln!(
                page,
                "| `0x{:04x}` | {} | {} | {} | {} | {} |",
                row.code,
                row.name,
                row.version,
                row.doc.trim(),
                refs.collect::<Vec<_>>().join(", "),
                parts.collect::<Vec<_>>().join(", "),
            )
            .unwrap();
        }
    }
    page.push_str("\n## Parts\n\n1 to 127 personal, 128 to 191 texts of acts, 192 to 255 structural.\n\n| kind | part |\n|---|---|\n");
    for (kind, name) in PART_KINDS {
        writeln!(page, "| {kind} | {name} |").unwrap();
    }
    page.push_str("| 240 + i | list of references number i |\n");
    page
}

#[test]
fn the_page_of_events_says_what_the_tables_say() {
    let path = root().join("docs/events.md");
    let want = page();
    if std::env::var_os("GOLDEN").is_some() {
        std::fs::write(&path, &want).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), want, "`make golden` writes it anew");
}
