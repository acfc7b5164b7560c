//! Textual habits: one clock, no printing in libraries, files that say what they are, reasons beside dependencies.
//!
//! Each habit is a function from texts to complaints, so that an invented offence can be shown to it. What clippy
//! already refuses is left to clippy; this module knows no arrows.

use std::collections::BTreeMap;

use crate::source::Source;

/// The one file that may ask the system for the time.
const CLOCK: &str = "core/src/writer/clock.rs";

/// Beyond this a file is a prompt to look for the missing noun.
const LONG_FILE_LINES: usize = 600;

/// A file of so few tokens (`fn main() {}`, `pub mod text;`) has nothing to open.
const A_LINE_OR_TWO: usize = 12;

/// Folders that exist on one machine only; put together here so that this file does not name them.
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// Readings of the clock outside the one place.
pub(crate) fn clocks(sources: &[Source]) -> Vec<String> {
    const READS: &[[&str; 3]] =
        &[["SystemTime", "::", "now"], ["Timestamp", "::", "now"], ["Zoned", "::", "now"]];
    let elsewhere = sources.iter().filter(|source| source.path != CLOCK);
    let mut found = Vec::new();
    for source in elsewhere {
        for (at, token) in source.tokens.iter().enumerate().filter(|(_, token)| !token.test) {
            if READS.iter().any(|read| (0..3).all(|step| source.word(at + step) == read[step])) {
                let (path, line) = (&source.path, token.line);
                found.push(format!(
                    "{path}:{line}: reads the clock; take the instant as an argument ({CLOCK} alone reads it)"
                ));
            }
        }
    }
    found
}

/// `println!` and its like in the two libraries.
pub(crate) fn prints(sources: &[Source]) -> Vec<String> {
    const MACROS: &[&str] = &["println", "print", "eprintln", "eprint", "dbg"];
    let libraries =
        sources.iter().filter(|s| s.path.starts_with("core/") || s.path.starts_with("projections/"));
    let mut found = Vec::new();
    for source in libraries {
        for (at, token) in source.tokens.iter().enumerate().filter(|(_, token)| !token.test) {
            if MACROS.contains(&token.text.as_str()) && source.word(at + 1) == "!" {
                let (path, line, name) = (&source.path, token.line, &token.text);
                found.push(format!("{path}:{line}: `{name}!` in a library; return a value, the api prints"));
            }
        }
    }
    found
}

/// Files of more than a line or two of code that do not open with at least two sentences of `//!`.
pub(crate) fn openings(sources: &[Source]) -> Vec<String> {
    let silent = |source: &&Source| {
        let docs: Vec<&str> = source.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        source.tokens.iter().filter(|token| !token.test).count() > A_LINE_OR_TWO
            && sentences(&docs.join("\n")) < 2
    };
    let say = |source: &Source| {
        let path = &source.path;
        format!(
            "{path}:1: open with `//!`: what it computes, which document defines it, what it knows nothing about"
        )
    };
    sources.iter().filter(silent).map(say).collect()
}

/// Sentences of a text: ends of a word with a full stop, a question mark, or a colon before a picture or a list.
fn sentences(text: &str) -> usize {
    let ends = |word: &str| word.trim_end_matches(['`', ')', '"', '*']).ends_with(['.', '?', '!', ':']);
    text.split_whitespace().filter(|word| ends(word)).count()
}

/// Tabs in Rust files.
pub(crate) fn tabs(sources: &[Source]) -> Vec<String> {
    let lines = sources
        .iter()
        .flat_map(|source| source.text.lines().enumerate().map(move |(at, line)| (source, at, line)));
    lines
        .filter(|(_, _, line)| line.contains('\t'))
        .map(|(source, at, _)| {
            format!("{}:{}: a tab; indent with spaces, write `\\t` in strings", source.path, at + 1)
        })
        .collect()
}

/// Paths that only exist on the machine of whoever wrote them.
pub(crate) fn machine_paths(texts: &BTreeMap<String, String>) -> Vec<String> {
    let lines = texts
        .iter()
        .flat_map(|(path, text)| text.lines().enumerate().map(move |(at, line)| (path, at, line)));
    lines
        .filter(|(_, _, line)| MACHINE_PATHS.iter().any(|folder| names_folder(line, folder)))
        .map(|(path, at, _)| {
            format!("{path}:{}: names a folder of one machine; write it relative to the project", at + 1)
        })
        .collect()
}

/// Whether `folder` stands in `line` as the start of an absolute path, not in the middle of a URL or a longer path.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '}' | '*' | '%')))
    })
}

/// Dependencies of the workspace without a reason in a comment on their line.
pub(crate) fn dependencies_without_reason(manifest: &str) -> Vec<String> {
    let section = manifest
        .lines()
        .enumerate()
        .skip_while(|(_, line)| line.trim() != "[workspace.dependencies]")
        .skip(1);
    let mut found = Vec::new();
    let mut open_brackets = 0_i32;
    for (at, line) in section.take_while(|(_, line)| !line.starts_with('[')) {
        let starts_here = open_brackets == 0;
        let code = line.split_once(" #").map_or(line, |(code, _)| code);
        open_brackets += code
            .chars()
            .map(|c| i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}')))
            .sum::<i32>();
        let name = code.split(['=', '.']).next().unwrap_or_default().trim();
        let ours = name.starts_with("devenir-");
        let reasoned = line.split_once(" # ").is_some_and(|(_, reason)| !reason.trim().is_empty());
        if starts_here && !name.is_empty() && !name.starts_with('#') && !ours && !reasoned {
            found.push(format!(
                "Cargo.toml:{}: `{name}` has no reason; end its line with `# why it is needed`",
                at + 1
            ));
        }
    }
    found
}

/// Files longer than [`LONG_FILE_LINES`], longest first.
pub(crate) fn long_files(sources: &[Source]) -> Vec<String> {
    let mut long: Vec<(usize, &str)> = sources
        .iter()
        .map(|source| (source.text.lines().count(), source.path.as_str()))
        .filter(|(lines, _)| *lines > LONG_FILE_LINES)
        .collect();
    long.sort_unstable_by(|a, b| b.cmp(a));
    long.into_iter()
        .map(|(lines, path)| format!("{path}: {lines} lines; is there a noun to give a file of its own?"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        Source, clocks, dependencies_without_reason, long_files, machine_paths, openings, prints, tabs,
    };
    use std::collections::BTreeMap;

    const OPENING: &str =
        "//! It computes. `docs/format.md` defines it.\npub struct Instant(pub i64, pub u8, pub u8);\n";

    fn file(path: &str, text: &str) -> [Source; 1] {
        [Source::read(path, text)]
    }

    #[test]
    fn a_second_clock_is_refused() {
        let text = "fn f() { std::time::SystemTime::now(); }\n#[test]\nfn t() { SystemTime::now(); }";
        assert_eq!(clocks(&file("core/src/writer/queue.rs", text)).len(), 1);
        assert_eq!(clocks(&file("core/src/writer/clock.rs", text)).len(), 0);
    }

    #[test]
    fn a_library_that_prints_is_refused_and_a_comment_about_printing_is_not() {
        let text = "// println!(\"a\")\nfn f() { println!(\"b\"); dbg!(1); }";
        assert_eq!(prints(&file("projections/src/trail.rs", text)).len(), 2);
        assert_eq!(prints(&file("api/src/cli/trace.rs", text)).len(), 0);
    }

    #[test]
    fn one_sentence_is_not_an_opening() {
        assert_eq!(
            openings(&file(
                "core/src/time.rs",
                "//! Instants.\npub struct Instant(pub i64, pub u8, pub u8);\n"
            ))
            .len(),
            1
        );
        assert_eq!(
            openings(&file("core/src/time.rs", "pub struct Instant(pub i64, pub u8, pub u8);\n")).len(),
            1
        );
        assert_eq!(openings(&file("core/src/time.rs", OPENING)).len(), 0);
    }

    #[test]
    fn a_tab_is_found_where_it_stands() {
        assert!(tabs(&file("core/src/time.rs", "a\n\tb\n"))[0].starts_with("core/src/time.rs:2:"));
    }

    #[test]
    fn a_path_of_one_machine_is_found_and_a_url_is_not() {
        let folder = super::MACHINE_PATHS[0];
        let texts = |line: String| BTreeMap::from([("docs/a.md".to_owned(), line)]);
        assert_eq!(machine_paths(&texts(format!("see {folder}main"))).len(), 1);
        assert_eq!(machine_paths(&texts(format!("see https://example.org{folder}main"))).len(), 0);
    }

    #[test]
    fn a_dependency_without_reason_is_named() {
        let manifest = "[workspace.dependencies]\ndevenir-core = { path = \"core\" }\nserde = \"1\" # facts to JSON\n\
                        uuid = { version = \"1\", features = [\n  \"v4\",\n] } # idempotency keys\nrand = \"1\"\n[profile.dev]\nx = 1\n";
        let found = dependencies_without_reason(manifest);
        assert_eq!(
            found,
            [
                "Cargo.toml:4: `uuid` has no reason; end its line with `# why it is needed`",
                "Cargo.toml:7: `rand` has no reason; end its line with `# why it is needed`"
            ]
        );
    }

    #[test]
    fn a_long_file_is_listed() {
        assert_eq!(long_files(&file("core/src/time.rs", &"a\n".repeat(601))).len(), 1);
        assert_eq!(long_files(&file("core/src/time.rs", &"a\n".repeat(600))).len(), 0);
    }
}
