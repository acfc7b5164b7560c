//! What all kinds of vectors share: their files, and the comparisons made with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// One kind of vector: the input of a case, and what our code makes of it.
///
/// The input holds texts where a hostile file could hold anything, so that what cannot even be read is a
/// case like any other. Its type must refuse fields that it does not know.
pub(crate) trait Kind: Serialize + DeserializeOwned {
    /// SHA-256 over the folder, as [`compare_digest`] computes it. It changes only on purpose, by hand.
    const DIGEST: &str;

    /// What the name of the binary file ends with that stands beside a case; none where a case is one file.
    const BESIDE: Option<&str> = None;

    /// All cases, each with the outcome that it must have, stated by hand.
    fn cases() -> Vec<Case<Self>>;

    /// What our code makes of this input.
    fn run(&self) -> Value;

    /// The file beside it.
    fn beside(&self) -> &[u8] {
        &[]
    }

    /// The same with the file that was found beside it.
    fn with_beside(self, _: Vec<u8>) -> Self {
        self
    }
}

/// One file.
#[derive(Serialize)]
pub(crate) struct Case<K> {
    #[serde(skip)]
    name: &'static str,
    desc: &'static str,
    #[serde(flatten)]
    input: K,
    want: Value,
}

impl<K> Case<K> {
    /// A case whose outcome is `want`; `name` becomes the file's name.
    pub(crate) fn new(name: &'static str, desc: &'static str, input: K, want: impl Into<Value>) -> Self {
        Self { name, desc, input, want: want.into() }
    }
}

/// The outcome of a check: `accept`, or `refuse: ` and our word for the reason.
pub(crate) fn verdict(outcome: Result<(), String>) -> String {
    outcome.map_or_else(|reason| format!("refuse: {reason}"), |()| "accept".to_owned())
}

/// The name of a variant, as words: `HalfCommand { .. }` is "half command".
pub(crate) fn word(variant: &dyn std::fmt::Debug) -> String {
    let name = format!("{variant:?}");
    let name = name.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned();
    let spaced = name.chars().flat_map(|letter| {
        [letter.is_uppercase().then_some(' '), Some(letter.to_ascii_lowercase())].into_iter().flatten()
    });
    spaced.collect::<String>().trim().to_owned()
}

/// `fixtures/vectors`.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/vectors"))
}

/// Checks one folder: what builds it, what comes of it, and that its bytes are the pinned ones.
///
/// One test does all three, so that `GOLDEN=1` has written the folder before it is read.
pub(crate) fn check<K: Kind>(folder: &str) {
    compare_or_write::<K>(folder);
    run_all::<K>(folder);
    compare_digest::<K>(folder);
}

/// Fails when the folder is not exactly what the cases build; with `GOLDEN=1`, writes it.
fn compare_or_write<K: Kind>(folder: &str) {
    let mut built = BTreeMap::new();
    for case in K::cases() {
        let text = serde_json::to_string_pretty(&case).expect("a case becomes JSON") + "\n";
        let twice = built.insert(format!("{}.json", case.name), text.into_bytes());
        assert!(twice.is_none(), "{folder}: two cases are named {}", case.name);
        if let Some(ending) = K::BESIDE {
            built.insert(format!("{}.{ending}", case.name), case.input.beside().to_vec());
        }
    }
    if std::env::var_os("GOLDEN").is_some() {
        write(folder, &built);
    }
    let found = files(folder);
    let mut wrong = Vec::new();
    for name in built.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        match (built.get(name), found.get(name)) {
            (Some(built), Some(found)) if built == found => {}
            (Some(_), Some(_)) => wrong.push(format!("{name}: the file is not what its case builds")),
            (Some(_), None) => wrong.push(format!("{name}: the file is missing")),
            (None, _) => wrong.push(format!("{name}: no case builds this file")),
        }
    }
    assert!(wrong.is_empty(), "fixtures/vectors/{folder}; GOLDEN=1 writes it anew:\n{}", wrong.join("\n"));
}

/// Fails with every file whose input does not come out as it wants.
fn run_all<K: Kind>(folder: &str) {
    let mut wrong = Vec::new();
    let files = files(folder);
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".json")) {
        let (mut input, want) = read::<K>(text).unwrap_or_else(|error| panic!("{folder}/{name}: {error}"));
        if let Some(ending) = K::BESIDE {
            let beside = &name.replace(".json", &format!(".{ending}"));
            input = input.with_beside(files.get(beside).expect("the file beside it").clone());
        }
        let found = input.run();
        if found != want {
            wrong.push(format!("{name}: wants {want}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "fixtures/vectors/{folder}:\n{}", wrong.join("\n"));
}

/// Fails when the bytes of the folder are not the pinned ones.
fn compare_digest<K: Kind>(folder: &str) {
    let mut hasher = Sha256::new();
    for (name, content) in files(folder) {
        for part in [name.into_bytes(), content] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    let found: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        found,
        K::DIGEST,
        "fixtures/vectors/{folder} changed (left: its digest now). If that is on purpose, pin the new digest in \
         core/tests/vectors/{folder}.rs and say so first in CHANGELOG.md: these bytes are a promise to others"
    );
}

fn read<K: Kind>(text: &[u8]) -> Result<(K, Value), serde_json::Error> {
    let mut fields: serde_json::Map<String, Value> = serde_json::from_slice(text)?;
    fields.remove("desc");
    let want = fields.remove("want").unwrap_or(Value::Null);
    Ok((serde_json::from_value(Value::Object(fields))?, want))
}

/// The files of a folder, by name.
fn files(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else { return BTreeMap::new() };
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("a readable entry").path();
        let content = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        (path.file_name().expect("a file name").to_string_lossy().into_owned(), content)
    };
    entries.map(file).collect()
}

fn write(folder: &str, built: &BTreeMap<String, Vec<u8>>) {
    let folder_path = root().join(folder);
    std::fs::create_dir_all(&folder_path).expect("fixtures/vectors is writable");
    for name in files(folder).keys().filter(|name| !built.contains_key(*name)) {
        std::fs::remove_file(folder_path.join(name)).expect("a file that no case builds can be removed");
    }
    for (name, content) in built {
        std::fs::write(folder_path.join(name), content).expect("fixtures/vectors is writable");
    }
}

/// The bytes of lower-case hexadecimal of any length.
pub(crate) fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return Err("malformed".to_owned());
    }
    let pair = |at| u8::from_str_radix(&hex[at..at + 2], 16).map_err(|_| "malformed".to_owned());
    (0..hex.len()).step_by(2).map(pair).collect()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value of ours from its text; what cannot be read is `malformed`.
pub(crate) fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "malformed".to_owned())
}

/// As [`parsed`], for many.
pub(crate) fn all_parsed<T: std::str::FromStr>(texts: &[String]) -> Result<Vec<T>, String> {
    texts.iter().map(|text| parsed(text)).collect()
}
