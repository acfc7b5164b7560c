//! The names of a bundle's files, and the order in which they stand.
//!
//! `docs/format.md` (Bundles) lists them: there is no other name, so no name leads anywhere else. This module knows
//! neither archives nor directories.

use std::fmt;
use std::str::FromStr;

use crate::envelope::ENVELOPE_BYTES_MAX;
use crate::ledger::Note;
use crate::store::SealedPart;

/// How many envelopes a file of entries holds, but the last.
pub const ENTRIES_PER_FILE: usize = 256;
/// The most digits of a number in a name: as many as there are, in every name.
const DIGITS: usize = 9;
/// What stands before the bytes of an open part: place, index, kind, state, key, length.
pub(super) const RECORD_HEAD: u64 = 8 + 1 + 1 + 1 + 32 + 4;

/// A file of a bundle. The order of the variants is that of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileName {
    /// What the bundle says that it is.
    Manifest,
    /// The newest checkpoint that covers it, a note.
    Checkpoint,
    /// Where a consultation's events stand in the ledger.
    Proofs,
    /// Envelopes, or the parts of those envelopes: the number of the file, and which of the two.
    Record(u32, Half),
}

/// Which half of a run of events a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// Their envelopes.
    Entries,
    /// Their parts; there is no file where they have none.
    Parts,
}

impl FileName {
    /// The most bytes that a file of this name may have.
    #[must_use]
    pub const fn len_max(self) -> u64 {
        const EVENTS: u64 = ENTRIES_PER_FILE as u64;
        match self {
            Self::Manifest | Self::Proofs => 64 << 10,
            Self::Checkpoint => Note::MAX_LEN as u64,
            Self::Record(_, Half::Entries) => EVENTS * (2 + ENVELOPE_BYTES_MAX as u64),
            Self::Record(_, Half::Parts) => EVENTS * 15 * (RECORD_HEAD + SealedPart::BYTES_MAX as u64),
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest => f.write_str("manifest.json"),
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Proofs => f.write_str("proofs.json"),
            Self::Record(number, Half::Entries) => write!(f, "entries/{number:0DIGITS$}"),
            Self::Record(number, Half::Parts) => write!(f, "parts/{number:0DIGITS$}"),
        }
    }
}

/// No file of a bundle has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchName;

impl FromStr for FileName {
    type Err = NoSuchName;

    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        let (half, digits) = match text {
            "manifest.json" => return Ok(Self::Manifest),
            "checkpoint" => return Ok(Self::Checkpoint),
            "proofs.json" => return Ok(Self::Proofs),
            _ => match text.split_once('/') {
                Some(("entries", digits)) => (Half::Entries, digits),
                Some(("parts", digits)) => (Half::Parts, digits),
                _ => return Err(NoSuchName),
            },
        };
        if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoSuchName);
        }
        digits.parse().map(|number| Self::Record(number, half)).map_err(|_| NoSuchName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_stand_in_the_order_of_the_files() {
        let names = [
            FileName::Manifest,
            FileName::Checkpoint,
            FileName::Proofs,
            FileName::Record(0, Half::Entries),
            FileName::Record(0, Half::Parts),
            FileName::Record(12, Half::Entries),
        ];
        assert!(names.is_sorted());
        for name in names {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        assert_eq!(names[5].to_string(), "entries/000000012");
    }

    #[test]
    fn no_other_name_is_one() {
        for text in [
            "",
            "/manifest.json",
            "../manifest.json",
            "./manifest.json",
            "manifest.json/",
            "Manifest.json",
            "entries",
            "entries/",
            "entries/0",
            "entries/+00000001",
            "entries/0000000001",
            "entries/../000000000",
            "keys/ledger.key",
        ] {
            assert_eq!(text.parse::<FileName>(), Err(NoSuchName), "{text}");
        }
    }
}
