//! What changed between two texts, in words.
//!
//! The comparison is Myers' on words, as the `similar` crate does it, with an end to its patience: two long
//! texts without anything in common are shown whole. This module knows no version.

use similar::{ChangeTag, TextDiff};

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// In the title.
    pub title: Vec<Change>,
    /// In the words.
    pub body: Vec<Change>,
}

/// A run of words, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// The words, blanks included.
    pub text: String,
}

devenir_core::codes! {
    /// What became of some words.
    pub enum ChangeKind {
        /// They stayed.
        Kept = "kept",
        /// They went.
        Removed = "removed",
        /// They came.
        Added = "added",
    }
}

/// Words beyond which two texts are no longer compared word by word.
const WORDS_MAX: usize = 20_000;

/// The runs of words that stayed, went and came, in reading order.
#[must_use]
pub fn diff(before: &str, after: &str) -> Vec<Change> {
    if before.len().max(after.len()) > WORDS_MAX * 8 {
        return by(&TextDiff::from_lines(before, after));
    }
    by(&TextDiff::from_words(before, after))
}

fn by(compared: &TextDiff<'_, '_, str>) -> Vec<Change> {
    let mut runs: Vec<Change> = Vec::new();
    for change in compared.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => ChangeKind::Kept,
            ChangeTag::Delete => ChangeKind::Removed,
            ChangeTag::Insert => ChangeKind::Added,
        };
        match runs.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => runs.push(Change { kind, text: change.value().to_owned() }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(runs: &[Change], without: ChangeKind) -> String {
        runs.iter().filter(|run| run.kind != without).map(|run| run.text.as_str()).collect()
    }

    #[test]
    fn a_changed_word_stands_between_what_stayed() {
        let runs = diff("une voie de 3 mètres", "une voie de 4 mètres");
        let shape: Vec<_> = runs.iter().map(|run| (run.kind.as_str(), run.text.trim())).collect();
        assert_eq!(shape, [("kept", "une voie de"), ("removed", "3"), ("added", "4"), ("kept", "mètres")]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(before in "[a-c ]{0,60}", after in "[a-c ]{0,60}") {
            let runs = diff(&before, &after);
            prop_assert_eq!(kept(&runs, ChangeKind::Added), before);
            prop_assert_eq!(kept(&runs, ChangeKind::Removed), after);
        }
    }
}
