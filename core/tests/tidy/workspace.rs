//! The tracked files of the workspace, read once.
//!
//! Git says which files are tracked; from an unpacked archive, where there is no git, every file below the
//! root counts except those that `.gitignore` leaves out. This module knows no habit.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::source::Source;

/// Folders that an unpacked archive may hold beside the project's own files.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "demo-store"];

/// Every tracked text file, by its path from the root, `/` between its parts.
pub(crate) struct Workspace {
    root: PathBuf,
    texts: BTreeMap<String, String>,
}

impl Workspace {
    /// Reads the workspace that holds this package.
    pub(crate) fn read() -> Self {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the root is readable");
        let paths = tracked(&root).unwrap_or_else(|| walked(&root));
        let texts = paths
            .into_iter()
            .filter_map(|path| fs::read_to_string(root.join(&path)).ok().map(|text| (path, text)))
            .collect();
        Self { root, texts }
    }

    /// Every file that is text, with its path.
    pub(crate) fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// The text of one file, which must be there.
    pub(crate) fn text(&self, path: &str) -> String {
        self.texts
            .get(path)
            .cloned()
            .unwrap_or_else(|| panic!("{path} is missing, or is not a tracked text file"))
    }

    /// Rewrites one file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.root.join(path), text).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
    }

    /// The sources of every package, `*/src/**.rs`, with what only tests compile marked.
    pub(crate) fn rust_sources(&self) -> Vec<Source> {
        let rust = self.texts.iter().filter(|(path, _)| path.ends_with(".rs") && path.contains("/src/"));
        let mut sources: Vec<Source> = rust.map(|(path, text)| Source::read(path, text)).collect();
        let tests: Vec<Vec<String>> = sources.iter().flat_map(Source::test_modules).collect();
        for source in &mut sources {
            if tests.iter().any(|module| source.module.starts_with(module)) {
                source.mark_as_test();
            }
        }
        sources
    }
}

/// What git lists, new files that are not ignored included.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let list = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    if !list.status.success() {
        return None;
    }
    let names = String::from_utf8(list.stdout).ok()?;
    Some(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

fn walked(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !NOT_OURS.iter().any(|name| path.ends_with(name)) {
                    folders.push(path);
                }
            } else if let Ok(inside) = path.strip_prefix(root) {
                found.push(inside.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found
}

#[test]
fn an_unpacked_archive_is_walked_where_git_is_silent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("core/src")).expect("writable");
    fs::create_dir_all(folder.path().join("target/debug")).expect("writable");
    fs::write(folder.path().join("core/src/lib.rs"), "").expect("writable");
    fs::write(folder.path().join("target/debug/build.rs"), "").expect("writable");
    assert_eq!(walked(folder.path()), ["core/src/lib.rs"]);
}
