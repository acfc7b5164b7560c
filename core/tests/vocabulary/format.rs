//! `docs/format.md` against the code: its example, its tables, and the sections that the code refers to.
//!
//! The page is written by hand and is the law; these tests hold that law and code say the same.

use std::collections::BTreeSet;
use std::path::Path;

use devenir_core::envelope::{actor_number, decode, encode, intent_id};
use devenir_core::event::part::PART_KINDS;
use devenir_core::event::{Event, RefRole};
use devenir_core::ledger::leaf_hash;
use devenir_core::rules::Role;
use serde_json::Value;

use crate::golden;

fn read(file: &str) -> String {
    std::fs::read_to_string(golden::path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn page() -> String {
    read("docs/format.md")
}

/// The bytes that the example shows: the third column of its first block, `x 2` where a line stands for two.
fn shown(page: &str) -> String {
    let block = page.split("```").nth(1).expect("the page opens with an example");
    let line = |line: &str| {
        let column: String = line.chars().skip(22).collect();
        let mut words = column.split_whitespace();
        let hex = words.next().unwrap_or_default().to_owned();
        match (words.next(), words.next()) {
            (Some("x"), Some(times)) => hex.repeat(times.parse().expect("a number of lines")),
            _ => hex,
        }
    };
    block.lines().skip(1).map(line).collect()
}

#[test]
fn the_example_is_the_vector_and_has_the_id_and_hash_that_it_states() {
    let page = page();
    let vector: Value =
        serde_json::from_str(&read("fixtures/vectors/envelope/submission.json")).expect("JSON");
    let hex = vector["envelope"].as_str().expect("hexadecimal");
    assert_eq!(shown(&page), hex);
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
    let envelope = decode(&bytes).expect("an envelope");
    assert_eq!(encode(&envelope), bytes);
    assert!(page.contains(&format!("intent id  {}", intent_id(&envelope.intent))));
    assert!(page.contains(&format!("leaf hash  {}", leaf_hash(&bytes))));
}

#[test]
fn its_tables_are_those_of_the_code() {
    let page = page();
    let mut missing = Vec::new();
    let mut expect = |cell: String| {
        if !page.contains(&cell) {
            missing.push(cell);
        }
    };
    for (kind, name) in PART_KINDS {
        expect(format!("| {kind} | {name} |"));
    }
    for (code, name, _) in Event::FAMILIES {
        expect(format!("| 0x{code:02X} | {name} |"));
    }
    for role in RefRole::ALL {
        expect(format!("| {} | {} |", role.number(), role.name()));
        let types: Vec<String> = role.points_at().iter().map(|code| format!("0x{code:04x}")).collect();
        if !types.is_empty() {
            expect(format!("| {} |", types.join(" ")));
        }
    }
    let classes: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    expect(format!("| {} |", classes.join(" | ")));
    let numbers: Vec<String> = Role::ALL.iter().map(|role| actor_number(*role).to_string()).collect();
    expect(format!("| {} |", numbers.join(" | ")));
    assert!(missing.is_empty(), "docs/format.md lacks these cells of its tables:\n{}", missing.join("\n"));
}

#[test]
fn every_section_that_the_code_refers_to_is_there() {
    let sections: BTreeSet<String> = page()
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_owned())
        .collect();
    let mut missing = BTreeSet::new();
    for package in ["core/src", "projections/src", "api/src"] {
        sources(&golden::path(package), &mut |file, text| {
            for named in referred(text) {
                if !sections.contains(&named) {
                    missing.insert(format!("{}: `docs/format.md` has no section {named}", file.display()));
                }
            }
        });
    }
    assert!(missing.is_empty(), "{}", missing.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The sections that a file's comments name: "`docs/format.md` (Facts, Parts)" or "(`docs/format.md`, Facts)".
fn referred(text: &str) -> Vec<String> {
    let after = text.split("`docs/format.md`").skip(1);
    let list = |rest: &str| {
        let rest = rest.strip_prefix(" (").or_else(|| rest.strip_prefix(", "))?;
        if !rest.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        let end = rest.find([')', ';'])?;
        Some(rest.get(..end)?.replace("//!", " ").split_whitespace().collect::<Vec<_>>().join(" "))
    };
    after.filter_map(list).flat_map(|list| list.split(", ").map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn sources(folder: &Path, each: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            sources(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path, &std::fs::read_to_string(&path).expect("a text"));
        }
    }
}
