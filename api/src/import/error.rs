//! Why a source cannot be read: where, what was expected, what was found, what to do.
//!
//! An [`ImportError`] stops the import before anything is written. One bad item among good ones is
//! not an error but a [`Refused`](super::source::Refused). This module knows no format.

use std::path::{Path, PathBuf};

/// A source that cannot be read as a whole. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file or folder is not there.
    #[error("{}: not found; expected {expected}; {advice}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// What should be there.
        expected: &'static str,
        /// What to do.
        advice: String,
    },
    /// A file where a folder is needed, or the reverse.
    #[error("{}: expected {expected}, found {found}", path.display())]
    WrongKind {
        /// Where.
        path: PathBuf,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// The system refused to read it.
    #[error("{}: cannot be read: {cause}", path.display())]
    Unreadable {
        /// Where.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Nothing in it.
    #[error("{}: is empty; expected {expected}; fetch the export again", path.display())]
    Empty {
        /// Where.
        path: PathBuf,
        /// What should be there.
        expected: &'static str,
    },
    /// More than a reader holds at once.
    #[error("{}: {found} bytes {what}, more than the {bytes_max} that are read at once; split the export", path.display())]
    TooLarge {
        /// Where.
        path: PathBuf,
        /// What is too large: the file, or a row of it.
        what: &'static str,
        /// How large it is, as far as it was read.
        found: u64,
        /// How large it may be.
        bytes_max: u64,
    },
    /// Bytes that are not UTF-8.
    #[error(
        "{}, line {line}: expected UTF-8, found byte 0x{byte:02x}{guess}; convert the file first, for instance `iconv -f {from} -t UTF-8`", path.display()
    )]
    NotUtf8 {
        /// Where.
        path: PathBuf,
        /// The line, from 1; in a table, the first line of the row.
        line: u64,
        /// The first byte that does not fit.
        byte: u8,
        /// What the file looks like, as a clause.
        guess: &'static str,
        /// The encoding to convert from.
        from: &'static str,
    },
    /// Not the format that was asked for, or cut off.
    #[error("{}, {place}: expected {expected}, found {found}; {advice}", path.display())]
    Malformed {
        /// Where.
        path: PathBuf,
        /// The line, column or field.
        place: String,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// Nobody says when the source was observed.
    #[error(
        "{}: nothing says when this was observed: its name has no stamp such as 20250912T060959Z or 2025-09-12; give it with --observed-at, as 2015-10-18 or 2025-09-12T06:09:59Z", path.display()
    )]
    NoInstant {
        /// The source.
        path: PathBuf,
    },
    /// The stated moment of observation cannot be read.
    #[error(
        "--observed-at {found}: expected a day such as 2015-10-18 or an instant such as 2025-09-12T06:09:59Z{because}"
    )]
    BadInstant {
        /// What was given.
        found: String,
        /// What is wrong with it, as a clause.
        because: &'static str,
    },
    /// Nobody says which installation the identifiers belong to.
    #[error("{}: nothing says which installation its identifiers belong to; give it with --platform, as decide.madrid.es", path.display())]
    NoPlatform {
        /// The source.
        path: PathBuf,
    },
    /// The stated site is no address, or the source gives addresses itself.
    #[error("--site {found}: {because}")]
    BadSite {
        /// What was given.
        found: String,
        /// What is wrong with it.
        because: &'static str,
    },
    /// The stated time zone is not known.
    #[error("--zone {found}: expected the name of a time zone, such as Europe/Paris")]
    BadZone {
        /// What was given.
        found: String,
    },
    /// The temporary file failed.
    #[error(
        "the temporary file of this import failed: {cause}; nothing was written; is there room in the temporary folder (TMPDIR)?"
    )]
    Spool {
        /// What the system says.
        cause: String,
    },
    /// Ctrl-C while reading.
    #[error("stopped while reading; nothing was written; run the same command again")]
    Stopped,
}

impl ImportError {
    /// The message without the path, for a place that is named already.
    pub(super) fn beside(&self, path: &Path) -> String {
        let whole = self.to_string();
        let rest = whole.strip_prefix(&path.display().to_string()).unwrap_or(&whole);
        rest.trim_start_matches([',', ':', ' ']).to_owned()
    }

    /// The error of `cause` at `path`: missing if it is not there.
    pub(super) fn io(path: &Path, expected: &'static str, cause: std::io::Error) -> Self {
        if cause.kind() == std::io::ErrorKind::NotFound {
            return Self::Missing { path: path.into(), expected, advice: "is the path right?".into() };
        }
        Self::Unreadable { path: path.into(), cause }
    }
}

impl From<rusqlite::Error> for ImportError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Spool { cause: cause.to_string() }
    }
}

impl From<serde_json::Error> for ImportError {
    fn from(cause: serde_json::Error) -> Self {
        Self::Spool { cause: cause.to_string() }
    }
}
