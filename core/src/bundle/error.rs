//! Why something is not read as a bundle, with the file in which that shows.
//!
//! `docs/format.md` (Bundles) says what a bundle is; whoever hands one over may be hostile, so every way in which one can
//! differ has its words here. This module reads nothing.

use super::name::FileName;
use crate::ledger::NoteError;

/// Why something is not a bundle that can be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The medium.
    #[error("the bundle cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It ends too early.
    #[error("the bundle ends inside {at}: it was cut off; fetch it again")]
    Cut {
        /// What was being read.
        at: String,
    },
    /// A block that is no header.
    #[error("{after} is followed by something that is no tar header of a bundle: {why}")]
    Header {
        /// What stands before it.
        after: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A link, a directory or a device.
    #[error("`{name}` is {what}: a bundle holds plain files only; nothing of it was followed")]
    NotAFile {
        /// Its name, as far as it can be shown.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// A name that no file of a bundle has.
    #[error("`{name}` {why}; nothing was written, and the rest was not read")]
    Name {
        /// The name, as far as it can be shown.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The same file twice.
    #[error("{name} is there twice")]
    Twice {
        /// Which.
        name: FileName,
    },
    /// Files out of order, or one left out.
    #[error("{found} stands where {expected} should")]
    Order {
        /// What should stand there.
        expected: String,
        /// What does.
        found: FileName,
    },
    /// A file that is too long.
    #[error("{name} is said to have {found} bytes; at most {} are read", name.len_max())]
    Long {
        /// Which.
        name: FileName,
        /// Its length.
        found: u64,
    },
    /// Bytes behind the end.
    #[error("there is something behind the end of the bundle")]
    Behind,
    /// A file that must be there.
    #[error("{0} is missing")]
    Missing(FileName),
    /// A document that does not read.
    #[error("{name}: {why}")]
    Document {
        /// Which.
        name: FileName,
        /// Why.
        why: String,
    },
    /// Another version of the format.
    #[error(
        "manifest.json: `format` is {found:?}, this software reads {expected:?}; use the release that wrote it"
    )]
    Format {
        /// What it says.
        found: String,
        /// What it should say.
        expected: &'static str,
    },
    /// The checkpoint is no note.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] NoteError),
    /// A file of entries that is not cut as it must be.
    #[error("{name}: {why}")]
    Entries {
        /// Which.
        name: FileName,
        /// What is wrong.
        why: String,
    },
    /// A record of a part that is not as it must be.
    #[error("{name}: the record at byte {at} {why}")]
    Part {
        /// Which file.
        name: FileName,
        /// Where it begins.
        at: u64,
        /// What is wrong.
        why: &'static str,
    },
}
