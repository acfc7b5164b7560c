//! Files that are made from the code: compared, or with `GOLDEN=1` written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A path from the root of the project.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(relative)
}

/// Whether files are to be written rather than compared.
fn writes() -> bool {
    std::env::var_os("GOLDEN").is_some()
}

/// Fails when the file is not `made`.
pub(crate) fn file(relative: &str, made: &str) {
    if writes() {
        std::fs::write(path(relative), made).unwrap_or_else(|error| panic!("{relative}: {error}"));
    }
    let found = std::fs::read_to_string(path(relative)).unwrap_or_default();
    let differs = || found.lines().zip(made.lines()).position(|(found, made)| found != made);
    if found != made {
        let line = differs().unwrap_or_else(|| found.lines().count().min(made.lines().count()));
        panic!(
            "{relative} is not what the code makes of it; GOLDEN=1 writes it anew. Line {}:\n  made:  {}\n  found: {}",
            line + 1,
            made.lines().nth(line).unwrap_or("(nothing)"),
            found.lines().nth(line).unwrap_or("(nothing)")
        );
    }
}

/// Fails when the folder does not hold exactly these files.
pub(crate) fn folder(relative: &str, made: &BTreeMap<String, String>) {
    if writes() {
        std::fs::create_dir_all(path(relative)).expect("a folder can be made");
        for name in names(relative).difference(&made.keys().cloned().collect()) {
            std::fs::remove_file(path(relative).join(name))
                .expect("a file that nothing makes can be removed");
        }
    }
    for (name, made) in made {
        file(&format!("{relative}/{name}"), made);
    }
    let strays: Vec<String> = names(relative).into_iter().filter(|name| !made.contains_key(name)).collect();
    assert!(strays.is_empty(), "{relative}: nothing makes {strays:?}; GOLDEN=1 removes them");
}

/// The names of the files of a folder.
pub(crate) fn names(relative: &str) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(path(relative)) else { return BTreeSet::new() };
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.expect("a readable entry").file_name().to_string_lossy().into_owned()
    };
    entries.map(name).collect()
}
