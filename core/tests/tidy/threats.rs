//! The page of attacks names tests: each exists, and no attack is left out.
//!
//! `docs/threats.md` is for people who decide whom to believe; a test that was renamed or removed must not stay on it.
//! This module does not ask whether a test shows what the page says.

use std::collections::BTreeMap;

/// The page.
pub(crate) const PAGE: &str = "docs/threats.md";
/// Attacks are numbered from 1 to this.
const ATTACKS: usize = 44;

/// What is wrong with the page, held against the files of the repository.
pub(crate) fn complaints(page: &str, texts: &BTreeMap<String, String>) -> Vec<String> {
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| T")).collect();
    let mut found: Vec<String> = (1..=ATTACKS)
        .filter(|number| rows.iter().filter(|row| row.starts_with(&format!("| T{number} |"))).count() != 1)
        .map(|number| format!("{PAGE}: attack T{number} has no row, or several"))
        .collect();
    for row in rows {
        let number = row.split('|').nth(1).unwrap_or_default().trim();
        let code = row.split('`').skip(1).step_by(2);
        let named: Vec<&str> = code.filter(|code| code.contains('/')).collect();
        let says_none = row.contains("not in this version");
        if named.is_empty() && !says_none {
            found.push(format!(
                "{PAGE}: {number} names no test; name one, or say that its control is not in this version"
            ));
        }
        let absent = named.into_iter().filter(|name| !exists(name, texts));
        found.extend(absent.map(|name| format!("{PAGE}: {number} names `{name}`, which is not there")));
    }
    found
}

/// A test as `file::name`, or a file.
fn exists(named: &str, texts: &BTreeMap<String, String>) -> bool {
    let Some((file, name)) = named.split_once("::") else { return texts.contains_key(named) };
    let Some(text) = texts.get(file) else { return false };
    let head = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let declared = |line: &str| line.starts_with(&head) || line.starts_with(&format!("async {head}"));
    let Some(at) = lines.iter().position(|line| declared(line)) else { return false };
    let attributes = lines.get(at.saturating_sub(4)..at).unwrap_or_default();
    attributes.iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
}

#[cfg(test)]
mod tests {
    use super::{ATTACKS, complaints};
    use std::collections::BTreeMap;

    fn page(first: &str) -> String {
        let rest = (2..=ATTACKS).map(|number| format!("| T{number} | x | not in this version |\n"));
        std::iter::once(format!("{first}\n")).chain(rest).collect()
    }

    #[test]
    fn a_test_that_is_not_there_is_named_and_one_that_is_there_is_not() {
        let text = "#[test]\nfn it_holds() {}\n\nfn helper() {}\n".to_owned();
        let texts = BTreeMap::from([("core/tests/a.rs".to_owned(), text)]);
        assert!(complaints(&page("| T1 | x | `core/tests/a.rs::it_holds` |"), &texts).is_empty());
        for wrong in ["core/tests/a.rs::gone", "core/tests/b.rs::it_holds", ".ci/nothing"] {
            let found = complaints(&page(&format!("| T1 | x | `{wrong}` |")), &texts);
            assert_eq!(found, [format!("docs/threats.md: T1 names `{wrong}`, which is not there")]);
        }
    }

    #[test]
    fn an_attack_without_a_row_or_without_a_test_is_named() {
        let texts = BTreeMap::new();
        assert_eq!(complaints(&page(""), &texts), ["docs/threats.md: attack T1 has no row, or several"]);
        assert_eq!(complaints(&page("| T1 | x | - |"), &texts).len(), 1);
    }
}
