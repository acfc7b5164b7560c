//! Files of a source: found, hashed as they are read, held to UTF-8 and to a size.
//!
//! Each file that was read is in the manifest with its SHA-256, so anyone who holds the export can
//! check that it is the one that was imported. This module knows no format beyond "text" and "JSON".

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::ImportError;
use super::source::ManifestFile;

/// The largest JSON file that is held at once.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The largest row of a table, above which the file is taken for something else.
const ROW_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A folder that must be there.
pub(super) fn folder(path: &Path, expected: &'static str) -> Result<(), ImportError> {
    let found = std::fs::metadata(path).map_err(|cause| ImportError::io(path, expected, cause))?;
    if found.is_dir() {
        return Ok(());
    }
    Err(ImportError::WrongKind { path: path.into(), expected, found: "a file" })
}

/// The files of a folder, by name in the order of their bytes.
pub(super) fn names(path: &Path, expected: &'static str) -> Result<Vec<String>, ImportError> {
    folder(path, expected)?;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|cause| ImportError::io(path, expected, cause))? {
        let entry = entry.map_err(|cause| ImportError::io(path, expected, cause))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// A text file of at most [`FILE_BYTES_MAX`] bytes, and its line in the manifest.
pub(super) fn text(
    path: &Path,
    name: &str,
    expected: &'static str,
) -> Result<(String, ManifestFile), ImportError> {
    let wrap = |cause| ImportError::io(path, expected, cause);
    let file = File::open(path).map_err(wrap)?;
    let size = file.metadata().map_err(wrap)?;
    if size.is_dir() {
        return Err(ImportError::WrongKind { path: path.into(), expected, found: "a folder" });
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX.saturating_add(1)).read_to_end(&mut bytes).map_err(wrap)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(ImportError::TooLarge {
            path: path.into(),
            what: "in one file",
            found: size.len(),
            bytes_max: FILE_BYTES_MAX,
        });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ImportError::Empty { path: path.into(), expected });
    }
    let manifest = ManifestFile {
        name: name.to_owned(),
        bytes: bytes.len() as u64,
        sha256: hex(&Sha256::digest(&bytes)),
    };
    let text = String::from_utf8(bytes).map_err(|bad| {
        let valid = bad.utf8_error().valid_up_to();
        not_utf8(path, bad.as_bytes(), valid, 1)
    })?;
    Ok((text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text), manifest))
}

/// A JSON file, and its line in the manifest.
pub(super) fn json(
    path: &Path,
    name: &str,
    expected: &'static str,
) -> Result<(Value, ManifestFile), ImportError> {
    let (text, manifest) = text(path, name, expected)?;
    let value = serde_json::from_str(&text).map_err(|cause| bad_json(path, expected, &cause))?;
    Ok((value, manifest))
}

/// Calls `each` for every entry of the object that the file at `path` holds, one at a time.
///
/// The first error of `each` ends the reading and is returned.
pub(super) fn each_entry(
    path: &Path,
    name: &str,
    expected: &'static str,
    each: &mut dyn FnMut(String, Value) -> Result<(), ImportError>,
) -> Result<ManifestFile, ImportError> {
    let (file, passed, _) = Passing::open(path, expected)?;
    let mut from = serde_json::Deserializer::from_reader(io::BufReader::new(file));
    let mut entries = Entries { each, passed: &passed, failed: None };
    let read = from.deserialize_map(&mut entries).and_then(|()| from.end());
    if let Some(failed) = entries.failed {
        return Err(failed);
    }
    read.map_err(|cause| passed.too_long(path).unwrap_or_else(|| bad_json(path, expected, &cause)))?;
    Ok(passed.manifest(name))
}

struct Entries<'a> {
    each: &'a mut dyn FnMut(String, Value) -> Result<(), ImportError>,
    passed: &'a Passed,
    failed: Option<ImportError>,
}

impl<'de> Visitor<'de> for &mut Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            self.passed.row();
            if let Err(failed) = (self.each)(key, value) {
                self.failed = Some(failed);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// The error of JSON that does not parse.
pub(super) fn bad_json(path: &Path, expected: &str, cause: &serde_json::Error) -> ImportError {
    let said = cause.to_string();
    let found = said.split(" at line ").next().unwrap_or(&said).to_owned();
    ImportError::Malformed {
        path: path.into(),
        place: format!("line {}, column {}", cause.line(), cause.column()),
        expected: format!("{expected}, as JSON"),
        found: if cause.is_eof() { "the end of the file".to_owned() } else { found },
        advice: if cause.is_eof() {
            "the file is cut off; fetch it again"
        } else {
            "is this the file that you meant?"
        },
    }
}

/// The error of bytes that are not UTF-8: `bytes[at]` is the first that does not fit, `line` the line
/// at which `bytes` begins.
pub(super) fn not_utf8(path: &Path, bytes: &[u8], at: usize, line: u64) -> ImportError {
    let before = bytes.get(..at).unwrap_or(bytes);
    let lines = before.iter().filter(|byte| **byte == b'\n').count() as u64;
    let starts_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let (guess, from) = if starts_utf16 {
        (" (a UTF-16 byte order mark)", "UTF-16")
    } else {
        (" (Windows-1252 perhaps)", "WINDOWS-1252")
    };
    ImportError::NotUtf8 {
        path: path.into(),
        line: line.saturating_add(lines),
        byte: bytes.get(at).copied().unwrap_or(0),
        guess,
        from,
    }
}

/// A file read once, from beginning to end, hashed on the way.
///
/// The counts are shared with [`Passed`], because the reader of the rows owns this one.
pub(super) struct Passing {
    file: File,
    path: PathBuf,
    passed: Passed,
}

/// What has passed so far.
#[derive(Clone)]
pub(super) struct Passed(Rc<RefCell<Counts>>);

struct Counts {
    digest: Sha256,
    bytes: u64,
    quotes: u64,
    since_row: u64,
    too_long: bool,
}

impl Passing {
    /// Opens the file at `path`.
    pub(super) fn open(path: &Path, expected: &'static str) -> Result<(Self, Passed, u64), ImportError> {
        let wrap = |cause| ImportError::io(path, expected, cause);
        let file = File::open(path).map_err(wrap)?;
        let size = file.metadata().map_err(wrap)?;
        if size.is_dir() {
            return Err(ImportError::WrongKind { path: path.into(), expected, found: "a folder" });
        }
        if size.len() == 0 {
            return Err(ImportError::Empty { path: path.into(), expected });
        }
        let counts = Counts { digest: Sha256::new(), bytes: 0, quotes: 0, since_row: 0, too_long: false };
        let passed = Passed(Rc::new(RefCell::new(counts)));
        Ok((Self { file, path: path.into(), passed: passed.clone() }, passed, size.len()))
    }
}

impl Read for Passing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut counts = self.passed.0.borrow_mut();
        if counts.since_row > ROW_BYTES_MAX {
            counts.too_long = true;
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{}: row", self.path.display())));
        }
        let read = self.file.read(into)?;
        let fresh = into.get(..read).unwrap_or_default();
        counts.digest.update(fresh);
        counts.bytes = counts.bytes.saturating_add(read as u64);
        counts.since_row = counts.since_row.saturating_add(read as u64);
        counts.quotes = counts.quotes.saturating_add(fresh.iter().filter(|b| **b == b'"').count() as u64);
        Ok(read)
    }
}

impl Passed {
    /// A row was complete; what follows belongs to the next.
    pub(super) fn row(&self) {
        self.0.borrow_mut().since_row = 0;
    }

    /// The bytes read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.0.borrow().bytes
    }

    /// The error if a row was longer than any row should be.
    pub(super) fn too_long(&self, path: &Path) -> Option<ImportError> {
        let counts = self.0.borrow();
        counts.too_long.then(|| ImportError::TooLarge {
            path: path.into(),
            what: "in one row (an unclosed quote, or not a table)",
            found: counts.since_row,
            bytes_max: ROW_BYTES_MAX,
        })
    }

    /// Whether a quote was opened and never closed.
    pub(super) fn ends_quoted(&self) -> bool {
        !self.0.borrow().quotes.is_multiple_of(2)
    }

    /// The file's line in the manifest, once it was read to its end.
    pub(super) fn manifest(&self, name: &str) -> ManifestFile {
        let counts = self.0.borrow();
        ManifestFile {
            name: name.to_owned(),
            bytes: counts.bytes,
            sha256: hex(&counts.digest.clone().finalize()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}
