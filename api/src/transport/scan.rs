//! How deep the brackets of a document are nested, read from its text without parsing it.
//!
//! The engine's parser recurses once a bracket, in its grammar, before its own limit is asked: sixteen kilobytes of
//! `[` would end the process. So the text is read once, left to right, skipping strings and comments (GraphQL
//! specification, 2.1). This module knows tokens that hide brackets, and no grammar.

use super::{code::ErrorCode, refusal::Refusal};

/// Refuses a document whose brackets are nested deeper than `brackets_max`, or whose last string has no end.
///
/// A string without end is refused here, because only then could this reader and the parser disagree about what is
/// inside a string.
///
/// # Errors
/// `DOCUMENT_TOO_DEEP` or `PARSE_FAILED`.
pub(super) fn check_brackets(document: &str, brackets_max: usize) -> Result<(), Refusal> {
    let mut rest = document;
    let mut open = 0usize;
    while let Some(at) = rest.find(['{', '}', '[', ']', '(', ')', '"', '#']) {
        let (_, from) = rest.split_at(at);
        rest = match from.as_bytes().first() {
            Some(b'{' | b'[' | b'(') => {
                open += 1;
                if open > brackets_max {
                    return Err(Refusal::new(
                        ErrorCode::DocumentTooDeep,
                        format!("the document has more than {brackets_max} brackets open at once"),
                    ));
                }
                skip(from, 1)
            }
            Some(b'}' | b']' | b')') => {
                open = open.saturating_sub(1);
                skip(from, 1)
            }
            Some(b'#') => skip(from, from.find(['\n', '\r']).unwrap_or(from.len())),
            Some(_) | None => after_string(from).ok_or_else(|| {
                Refusal::new(ErrorCode::ParseFailed, "the document has a string without end")
            })?,
        };
    }
    Ok(())
}

/// The text after its first `bytes`, which lie on a character boundary since they were found as one.
fn skip(text: &str, bytes: usize) -> &str {
    text.get(bytes..).unwrap_or("")
}

/// The text after the string that it begins with, or `None` if that string has no end.
fn after_string(text: &str) -> Option<&str> {
    if let Some(mut rest) = text.strip_prefix(r#"""""#) {
        loop {
            let quote = rest.find(r#"""""#)?;
            match rest.find(r#"\""""#) {
                Some(escape) if escape < quote => rest = skip(rest, escape + 4),
                Some(_) | None => return Some(skip(rest, quote + 3)),
            }
        }
    }
    let mut rest = skip(text, 1);
    loop {
        let stop = rest.find(['"', '\\', '\n', '\r'])?;
        let (_, from) = rest.split_at(stop);
        match from.as_bytes().first() {
            Some(b'"') => return Some(skip(from, 1)),
            Some(b'\\') => rest = from.get(1..)?.strip_prefix(|_: char| true)?,
            Some(_) | None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn brackets_count_only_where_the_grammar_sees_them() {
        for (document, fits) in [
            ("{ a { b(c: [1, [2]]) } }", false),
            ("{ a { b(c: 1) } }", true),
            ("{ a(b: \"[[[[\") }", true),
            ("{ a(b: \"\\\"[[[[\") }", true),
            ("{ a(b: \"\"\" [[[[ \\\"\"\" \" [[[[ \"\"\") }", true),
            ("{ a(b: \"\") [[[ }", false),
            ("{ a # [[[[\n }", true),
            ("{ a # \"\n [[[[ }", false),
            ("{{} {} {} {}}", true),
            ("é { à(ü: \"ç[[[\\u00e9\") }", true),
        ] {
            assert_eq!(check_brackets(document, 3).is_ok(), fits, "{document}");
        }
    }

    #[test]
    fn a_string_without_end_is_refused_before_the_parser_sees_it() {
        for document in ["{ a(b: \"", "{ a(b: \"x\n\") }", "{ a(b: \"\"\" x \\\"\"\" ) }", "\"\\"] {
            let refusal = check_brackets(document, 3).unwrap_err();
            assert_eq!(refusal.code, ErrorCode::ParseFailed, "{document}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_scan_fail_otherwise_than_by_refusing(document in "[\\[\\]{}()\"\\\\#\\na é]{0,80}") {
            let _ = check_brackets(&document, 5);
        }

        #[test]
        fn what_the_parser_reads_as_nested_the_scan_has_counted(depth in 1usize..40) {
            let document = format!("{}a{}", "{a".repeat(depth), "}".repeat(depth));
            prop_assert!(check_brackets(&document, depth).is_ok());
            prop_assert!(check_brackets(&document, depth - 1).is_err());
        }
    }
}
