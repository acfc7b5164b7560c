//! Search in what may be served: accents and capitals make no difference, titles weigh more.
//!
//! The index holds the current words of each subject and no others (`docs/design.md`, Moderation), so nothing
//! hidden can be found, not even by its absence. What people type is taken as words, never as a query language.

use devenir_core::ledger::Position;
use rusqlite::ToSql;

use super::page::List;
use super::subject::{FROM, SUBJECT, subject};
use super::{Answer, Page, Paged, Reading};
use crate::model::{Subject, SubjectKind};
use crate::views::key;

/// Words of a question beyond which the rest is ignored.
const WORDS_MAX: usize = 16;

impl Reading {
    /// A page of the subjects whose words match all those typed, the best first; the last word may be the
    /// beginning of one.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn search(
        &self,
        typed: &str,
        consultation: Option<Position>,
        kind: Option<SubjectKind>,
        page: Page,
    ) -> Answer<Paged<Subject>> {
        let Some(words) = expression(typed) else {
            return Ok(Paged { items: Vec::new(), has_next: false, has_previous: false });
        };
        let select = format!(
            "{SUBJECT}, m.sort, s.position FROM (SELECT rowid, CAST(bm25(search, 4.0, 1.0) * 1000000 AS INTEGER) \
             AS sort FROM search WHERE search MATCH :words) m CROSS JOIN {} ",
            FROM.trim_start_matches("FROM ")
        );
        let list = List {
            select: &select,
            filter: "s.position = m.rowid AND (:in IS NULL OR s.consultation = :in) \
                     AND (:kind IS NULL OR s.kind = :kind)",
            sort: "m.sort",
            position: "s.position",
            descending: false,
        };
        let (consultation, kind) = (consultation.map(key), kind.map(SubjectKind::as_str));
        let params: [(&str, &dyn ToSql); 3] = [(":words", &words), (":in", &consultation), (":kind", &kind)];
        self.page(&list, &params, page, subject)
    }
}

/// The words typed, each quoted, as the index asks for them; none where there is no word.
fn expression(typed: &str) -> Option<String> {
    let typed = crate::search_form(typed);
    let words: Vec<&str> = typed
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .collect();
    let (last, others) = words.split_last()?;
    let mut expression = String::new();
    for word in others {
        expression.push_str(&format!("\"{word}\" "));
    }
    // One or two letters begin too many words to mean one of them.
    let beginning = if last.chars().count() > 2 { "*" } else { "" };
    expression.push_str(&format!("\"{last}\"{beginning}"));
    Some(expression)
}

#[cfg(test)]
mod tests {
    use super::expression;

    #[test]
    fn what_is_typed_is_words_and_no_query_language() {
        assert_eq!(expression("l'école OR (vélo* -\"x\")").unwrap(), "\"l\" \"école\" \"OR\" \"vélo\" \"x\"");
        assert_eq!(expression("cœur").unwrap(), "\"coeur\"*");
        assert_eq!(expression(" ?! "), None);
    }
}
