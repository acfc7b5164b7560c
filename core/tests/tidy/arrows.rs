//! Which module may use which: the table, and the check of every path against it.
//!
//! `ARCHITECTURE.md` prints this table and a test compares the two, so the page and the rule are one statement.
//! Arrows between packages are held by Cargo; what Cargo cannot see (projections leave the writer alone) stands
//! here. Code that only tests compile may use anything.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{HandedOn, Source};

/// What one module may use. Paths start at the package: `core::ledger::hash`.
pub(crate) struct Row {
    /// The module; everything below it follows the same row.
    pub(crate) module: &'static str,
    /// What it may name besides itself, each with everything below it.
    pub(crate) uses: &'static [&'static str],
    /// What it may not name, although it lies below something in `uses`.
    pub(crate) except: &'static [&'static str],
    /// What it must never know, for people.
    pub(crate) never_knows: &'static str,
}

/// The arrows of the house, in reading order: each module stands below what it uses.
pub(crate) const TABLE: &[Row] = &[
    Row { module: "core::codes", uses: &[], except: &[], never_knows: "any particular vocabulary" },
    Row { module: "core::time", uses: &["core::codes"], except: &[], never_knows: "what time it is" },
    Row {
        module: "core::id",
        uses: &["core::ledger::hex"],
        except: &[],
        never_knows: "how an identifier is derived",
    },
    Row { module: "core::ledger", uses: &[], except: &[], never_knows: "events, stores, clocks" },
    Row {
        module: "core::rules",
        uses: &["core::codes", "core::time"],
        except: &[],
        never_knows: "events, state, stores, the present",
    },
    Row {
        module: "core::event",
        uses: &[
            "core::codes",
            "core::time",
            "core::id",
            "core::rules::vocabulary",
            "core::rules::who_may::Role",
            "core::ledger::hash",
            "core::ledger::number",
        ],
        except: &[],
        never_knows: "bytes of an envelope, who decides, stores",
    },
    Row {
        module: "core::envelope",
        // The envelope names the role in which somebody acted, not what the role may do.
        uses: &[
            "core::codes",
            "core::time",
            "core::id",
            "core::event",
            "core::ledger",
            "core::rules::who_may::Role",
        ],
        except: &[],
        never_knows: "whether an event was allowed, stores",
    },
    Row {
        module: "core::consultation",
        // Deciders speak of recorded events and of drafts; how either becomes bytes or a commitment stays barred.
        uses: &[
            "core::codes",
            "core::time",
            "core::id",
            "core::event",
            "core::rules",
            "core::ledger::number",
            "core::ledger::hash",
            "core::ledger::key",
            "core::envelope::recorded::Recorded",
            "core::envelope::recorded::Refs",
            "core::envelope::seal::Draft",
            "core::envelope::seal::Reference",
        ],
        except: &[],
        never_knows: "bytes, hashes of leaves, stores, clocks",
    },
    Row {
        module: "core::signing",
        uses: &[
            "core::codes",
            "core::time",
            "core::id",
            "core::event",
            "core::envelope",
            "core::ledger",
            "core::rules",
            "core::consultation",
        ],
        except: &[],
        never_knows: "stores, clocks, who asks",
    },
    Row { module: "core::store", uses: &["core::ledger"], except: &[], never_knows: "what an envelope says" },
    Row {
        module: "core::receipt",
        uses: &["core::time", "core::id", "core::envelope", "core::ledger", "core::store"],
        except: &["core::store::embedded"],
        never_knows: "what a part says, who asks, the network",
    },
    Row {
        module: "core::log",
        uses: &["core::time", "core::ledger", "core::store"],
        except: &["core::store::embedded"],
        never_knows: "what an envelope says, who asks, the present",
    },
    Row {
        // It writes files as the log does, and shares nothing else with it.
        module: "core::witness",
        uses: &["core::ledger", "core::log::disk"],
        except: &[],
        never_knows: "what an envelope says, who asks, the present",
    },
    Row {
        module: "core::bundle",
        uses: &["core::id", "core::envelope", "core::ledger", "core::store"],
        except: &["core::store::embedded"],
        never_knows: "what a part says, whether anything fits, the network",
    },
    Row {
        module: "core::audit",
        uses: &[
            "core::codes",
            "core::time",
            "core::id",
            "core::event",
            "core::envelope",
            "core::ledger",
            "core::rules",
            "core::consultation",
            "core::signing",
            "core::store",
        ],
        except: &["core::store::embedded"],
        never_knows: "the writer: it derives everything again",
    },
    Row {
        module: "core::verify",
        uses: &[
            "core::id",
            "core::envelope",
            "core::ledger",
            "core::rules::labels::Labelled",
            "core::rules::labels::Locale",
            "core::store",
            "core::time",
            "core::receipt",
            "core::bundle",
            "core::audit",
        ],
        except: &["core::store::embedded"],
        never_knows: "the writer, the network, the present",
    },
    Row {
        module: "core::bin",
        uses: &["core::ledger", "core::rules::labels::Locale", "core::bundle", "core::verify"],
        except: &[],
        never_knows: "stores, the network, the present",
    },
    Row {
        module: "core::writer",
        uses: &["core"],
        except: &["core::audit"],
        never_knows: "GraphQL, HTTP, pages",
    },
    Row {
        module: "core::testing",
        uses: &["core"],
        except: &[],
        never_knows: "production: only tests compile it",
    },
    Row {
        module: "projections",
        uses: &["core"],
        except: &["core::writer", "core::store::embedded", "core::testing"],
        never_knows: "who writes, how a store keeps its bytes, GraphQL",
    },
    Row { module: "api", uses: &["core", "projections"], except: &["core::testing"], never_knows: "-" },
];

/// Every path in production code that its module's row does not allow.
pub(crate) fn violations(sources: &[Source], table: &[Row]) -> Vec<String> {
    let handed_on: BTreeMap<Vec<String>, Vec<String>> =
        sources.iter().flat_map(Source::hands_on).map(|HandedOn { at, from }| (at, from)).collect();
    let mut found = BTreeSet::new();
    for source in sources.iter().filter(|source| !source.is_root()) {
        let Some(row) = row_of(&source.module, table) else { continue };
        for named in source.names().into_iter().filter(|named| !named.test) {
            let declared = declared(named.path, &handed_on);
            if !allows(row, &declared) {
                found.insert((source.path.clone(), named.line, row.module, declared.join("::")));
            }
        }
    }
    found.into_iter().map(|(path, line, module, used)| complaint(&path, line, module, &used, table)).collect()
}

fn complaint(path: &str, line: usize, module: &str, used: &str, table: &[Row]) -> String {
    let allowed = table.iter().find(|row| row.module == module).map_or(String::new(), may_use);
    format!(
        "{path}:{line}: `{module}` uses `{used}`, but may use only: {allowed}; pass a plain value in, move the \
         code up, or change the row in core/tests/tidy/arrows.rs and say why"
    )
}

/// Every module of core without a row: an arrow that nobody has thought about.
pub(crate) fn modules_without_a_row(sources: &[Source], table: &[Row]) -> Vec<String> {
    let modules: BTreeSet<String> = sources
        .iter()
        .filter(|source| source.module.first().is_some_and(|package| package == "core") && !source.is_root())
        .map(|source| source.module.iter().take(2).cloned().collect::<Vec<_>>().join("::"))
        .collect();
    modules
        .into_iter()
        .filter(|module| table.iter().all(|row| row.module != module))
        .map(|module| {
            format!("`{module}` has no row in core/tests/tidy/arrows.rs; say there what it may use")
        })
        .collect()
}

/// Every pair of rows that reach each other.
pub(crate) fn circles(table: &[Row]) -> Vec<String> {
    let reaches = |from: &Row, to: &Row| from.module != to.module && allows(from, &split(to.module));
    let mut found = Vec::new();
    for start in table {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut todo = vec![start];
        while let Some(row) = todo.pop() {
            // Tests' helpers may use everything and nothing in production uses them: no circle goes through them.
            for next in table.iter().filter(|next| next.module != "core::testing" && reaches(row, next)) {
                if reached.insert(next.module) {
                    todo.push(next);
                }
            }
        }
        if reached.contains(start.module) {
            found.push(format!("`{}` can be reached from itself through the table of arrows", start.module));
        }
    }
    found
}

/// The page with the table between its two marks.
pub(crate) fn with_table(page: &str, table: &[Row]) -> String {
    const OPENS: &str = "<!-- arrows: core/tests/tidy/arrows.rs; `make golden` writes this table -->\n";
    const CLOSES: &str = "<!-- end of arrows -->";
    let (before, rest) =
        page.split_once(OPENS).expect("ARCHITECTURE.md has the mark that opens the table of arrows");
    let (_, after) =
        rest.split_once(CLOSES).expect("ARCHITECTURE.md has the mark that closes the table of arrows");
    let rows: String = table
        .iter()
        .map(|row| format!("| `{}` | {} | {} |\n", row.module, may_use(row), row.never_knows))
        .collect();
    format!("{before}{OPENS}\n| module | may use | never knows |\n|---|---|---|\n{rows}\n{CLOSES}{after}")
}

fn may_use(row: &Row) -> String {
    let list = |paths: &[&str]| paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    match (row.uses, row.except) {
        ([], _) => "nothing of ours".to_owned(),
        (uses, []) => list(uses),
        (uses, except) => format!("{}, but not {}", list(uses), list(except)),
    }
}

fn row_of<'table>(module: &[String], table: &'table [Row]) -> Option<&'table Row> {
    table.iter().filter(|row| lies_in(module, row.module)).max_by_key(|row| split(row.module).len())
}

/// Where the item at `path` was declared, following what modules hand on.
fn declared(path: Vec<String>, handed_on: &BTreeMap<Vec<String>, Vec<String>>) -> Vec<String> {
    let mut path = path;
    for _ in 0..8 {
        let step = (2..=path.len()).find_map(|taken| {
            let (head, rest) = path.split_at(taken);
            // A macro named like its module (`codes!`) is found below itself: nothing to follow.
            let from = handed_on.get(head).filter(|from| !from.starts_with(head))?;
            Some(from.iter().chain(rest).cloned().collect::<Vec<_>>())
        });
        match step {
            Some(next) => path = next,
            None => break,
        }
    }
    path
}

/// The longest entry that holds the path decides; a module always holds itself.
fn allows(row: &Row, path: &[String]) -> bool {
    let longest = |entries: &[&str]| {
        entries.iter().filter(|entry| lies_in(path, entry)).map(|entry| split(entry).len()).max()
    };
    lies_in(path, row.module) || longest(row.uses) > longest(row.except)
}

fn lies_in(path: &[String], module: &str) -> bool {
    path.starts_with(&split(module))
}

fn split(path: &str) -> Vec<String> {
    path.split("::").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Row, Source, circles, modules_without_a_row, violations, with_table};

    const SMALL: &[Row] = &[
        Row { module: "core::ledger", uses: &[], except: &[], never_knows: "events" },
        Row { module: "core::event", uses: &["core::ledger::hash"], except: &[], never_knows: "stores" },
        Row { module: "projections", uses: &["core"], except: &["core::writer"], never_knows: "who writes" },
    ];

    fn complaints(files: &[(&str, &str)]) -> Vec<String> {
        violations(&files.iter().map(|(path, text)| Source::read(path, text)).collect::<Vec<_>>(), SMALL)
    }

    #[test]
    fn an_invented_upward_arrow_is_refused_with_file_line_and_both_names() {
        let found = complaints(&[("core/src/ledger/chain.rs", "//! A chain.\nuse crate::event::Event;\n")]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("core/src/ledger/chain.rs:2: `core::ledger` uses `core::event::Event`"),
            "{found:?}"
        );
    }

    #[test]
    fn the_same_arrow_is_free_to_tests() {
        let found = complaints(&[(
            "core/src/ledger/chain.rs",
            "#[cfg(test)]\nmod tests {\n    use crate::event::Event;\n}\n",
        )]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_name_that_is_handed_on_counts_where_it_was_declared() {
        let ledger = ("core/src/ledger/mod.rs", "pub use hash::Hash;\npub use chain::Link;\n");
        let event = ("core/src/event/text.rs", "use crate::ledger::{Hash, Link};\n");
        let found = complaints(&[ledger, event]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`core::event` uses `core::ledger::chain::Link`"), "{found:?}");
    }

    #[test]
    fn an_exception_is_stronger_than_the_module_around_it() {
        let found = complaints(&[(
            "projections/src/trail.rs",
            "use devenir_core::{event::Event, writer::Writer};\n",
        )]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`projections` uses `core::writer::Writer`"), "{found:?}");
    }

    #[test]
    fn a_new_module_must_be_given_a_row() {
        let sources = [Source::read("core/src/ledger/mod.rs", ""), Source::read("core/src/rumour.rs", "")];
        let found = modules_without_a_row(&sources, SMALL);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("`core::rumour` has no row"), "{found:?}");
    }

    #[test]
    fn a_circle_is_found() {
        let table = [
            Row { module: "core::a", uses: &["core::b"], except: &[], never_knows: "" },
            Row { module: "core::b", uses: &["core::a"], except: &[], never_knows: "" },
        ];
        assert_eq!(circles(&table).len(), 2);
        assert_eq!(circles(SMALL), Vec::<String>::new());
    }

    #[test]
    fn the_printed_table_replaces_what_stood_between_the_marks() {
        let page = "a\n<!-- arrows: core/tests/tidy/arrows.rs; `make golden` writes this table -->\nstale\n<!-- end of arrows -->\nz\n";
        let printed = with_table(page, SMALL);
        assert!(printed.contains("| `core::event` | `core::ledger::hash` | stores |"), "{printed}");
        assert!(!printed.contains("stale") && printed.ends_with("<!-- end of arrows -->\nz\n"), "{printed}");
        assert_eq!(with_table(&printed, SMALL), printed);
    }
}
