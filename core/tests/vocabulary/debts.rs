//! What a type of event must bring with it, counted: six files at most, and none forgotten.
//!
//! `docs/design.md` (Vocabulary) gives the list. Sentences stand in `projections/src/trail`: one key that is the
//! type's name, or begins with it and a hyphen, in each language.

use std::collections::BTreeSet;

use devenir_core::event::EventType;

use crate::golden;
use crate::schemas::{facts_file, types};

/// What is there already.
struct Shelf {
    examples: BTreeSet<String>,
    schemas: BTreeSet<String>,
    sentences: Vec<(&'static str, BTreeSet<String>)>,
}

impl Shelf {
    fn read() -> Self {
        Self {
            examples: golden::names("fixtures/events"),
            schemas: golden::names("schemas/events"),
            sentences: [("fr", "French"), ("en", "English")]
                .map(|(lang, language)| {
                    (language, keys(&format!("projections/src/trail/sentences.{lang}.ftl")))
                })
                .to_vec(),
        }
    }

    /// What a type still lacks.
    fn lacks(&self, row: &EventType) -> Vec<String> {
        let mut lacks = Vec::new();
        if !self.examples.contains(&format!("{}.json", row.name)) {
            lacks.push(format!("its example, fixtures/events/{}.json", row.name));
        }
        if !self.schemas.contains(&facts_file(row)) {
            lacks.push(format!("its schema, schemas/events/{} (GOLDEN=1 writes it)", facts_file(row)));
        }
        for (language, keys) in &self.sentences {
            let outcome = format!("{}-", row.name);
            if !keys.iter().any(|key| key == row.name || key.starts_with(&outcome)) {
                lacks.push(format!("its sentence in {language}"));
            }
        }
        lacks
    }
}

/// The keys of a Fluent file.
fn keys(file: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(golden::path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let key = |line: &str| line.split_once(" =").map(|(key, _)| key.to_owned());
    text.lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(key)
        .collect()
}

#[test]
fn every_type_has_its_example_its_schema_and_its_two_sentences() {
    let shelf = Shelf::read();
    let lacking: Vec<String> = types()
        .filter_map(|row| {
            let lacks = shelf.lacks(row);
            (!lacks.is_empty()).then(|| format!("{} lacks {}", row.name, lacks.join(" and ")))
        })
        .collect();
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn no_example_is_of_a_type_that_does_not_exist() {
    let known: BTreeSet<String> = types().map(|row| format!("{}.json", row.name)).collect();
    let strays: Vec<String> = golden::names("fixtures/events").difference(&known).cloned().collect();
    assert!(strays.is_empty(), "fixtures/events: {strays:?}");
}
