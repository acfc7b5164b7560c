//! What a store answers when it cannot do what it was asked, arranged by whose turn it is.
//!
//! The contracts in `port.rs` say which call returns which. Every message names what was expected, what was
//! found, where, and what to do next; nothing here knows which adapter speaks.

use std::path::PathBuf;

use super::group::{Leaf, Place, SealedPart};
use crate::ledger::{Hash, Position, TreeHead, TreeSize};

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody was faster: read, decide again, try again. Nothing was written.
    #[error("the ledger holds {actual} events, the writer expected {expected}; nothing was written")]
    Conflict {
        /// What the writer believed.
        expected: TreeSize,
        /// What is true.
        actual: TreeSize,
    },

    /// The caller broke the contract: a fault of the program. Nothing was written.
    #[error("the store refused a group that breaks its contract: {0}; nothing was written, please report it")]
    Misuse(#[from] Misuse),

    /// The world stands in the way; everything is as it was, and the store is still usable.
    #[error("nothing was written, nothing was lost: {obstacle} ({detail}); {}", obstacle.remedy())]
    NotWritten {
        /// What stands in the way.
        obstacle: Obstacle,
        /// The medium's own words.
        detail: String,
    },

    /// Reading failed for a reason outside the data; try again, or look at the machine.
    #[error("could not {doing}: {detail}")]
    Unavailable {
        /// What was tried.
        doing: String,
        /// The medium's own words.
        detail: String,
    },

    /// It is unknown whether the last group reached the disk, so this writer takes no other.
    #[error(
        "this writer stopped at size {size}: {cause}; whether the group after it is on the disk is unknown. \
         Reopen the store, run `devenir verify`, and compare its head with the last signed one"
    )]
    Poisoned {
        /// The size that is certain.
        size: TreeSize,
        /// What happened.
        cause: String,
    },

    /// Erased, but an old view of the file is held open elsewhere, so the bytes are still on the disk.
    #[error(
        "the rows are deleted, but another program still reads an older state of `{}`, which keeps the erased \
         bytes on the disk; close it, then ask for the erasure again", path.display()
    )]
    ErasureHeld {
        /// The file.
        path: PathBuf,
    },

    /// There is no store.
    #[error("there is no store in `{}`: `ledger.sqlite3` is missing; create one, or name another directory", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },

    /// There is a store already, and nothing is overwritten.
    #[error("`{}` holds a store already; nothing was overwritten: open it, or name another directory", path.display())]
    Exists {
        /// Where it is.
        path: PathBuf,
    },

    /// A file that is not a store of ours.
    #[error("`{}` is not a Devenir store: expected application id {expected:#010x}, found {found:#010x}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What a store carries.
        expected: u32,
        /// What was found.
        found: u32,
    },

    /// A store of a layout that this program does not know.
    #[error(
        "`{}` has store layout {found}, this program reads layout {expected} only; {}", path.display(),
        if found > expected { "use a newer program" } else { "it was a draft, or is older: export it with the program that wrote it" }
    )]
    Layout {
        /// The file.
        path: PathBuf,
        /// What this program reads.
        expected: i32,
        /// What was found.
        found: i32,
    },

    /// Another writer holds the store.
    #[error(
        "the store is being written by {}: it holds `{}`; stop it first, or only read",
        pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}")), path.display()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it, if it says so.
        pid: Option<u32>,
    },

    /// The medium: what is stored contradicts itself. Recover from a copy or a mirror.
    #[error(
        "the store is damaged: {0}; do not write to it: keep a copy, then restore a backup or recover from a mirror"
    )]
    Damaged(#[from] Damage),
}

impl StoreError {
    /// Whether the writing handle is of no more use, so that retrying is wrong.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Poisoned { .. } | Self::Damaged(_) => true,
            Self::Conflict { .. }
            | Self::Misuse(_)
            | Self::NotWritten { .. }
            | Self::Unavailable { .. }
            | Self::ErasureHeld { .. }
            | Self::Missing { .. }
            | Self::Exists { .. }
            | Self::Foreign { .. }
            | Self::Layout { .. }
            | Self::Locked { .. } => false,
        }
    }
}

/// What can stand in the way of a write and leave everything unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// No room.
    #[error("the disk is full")]
    DiskFull,
    /// The file, its directory or its disk cannot be written.
    #[error("the store cannot be written, its file, directory or disk is read-only")]
    ReadOnly,
    /// Another program holds the file's write lock.
    #[error("another program is writing to the store's file")]
    Busy,
}

impl Obstacle {
    /// What the operator does about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::DiskFull => "make room and try again",
            Self::ReadOnly => "make it writable, or only read",
            Self::Busy => "close that program and try again",
        }
    }
}

/// How a caller broke the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// Nothing to commit.
    #[error("a group without entries")]
    EmptyGroup,
    /// An envelope of no or too many bytes.
    #[error("the envelope of event {position} has {found} bytes, expected 1 to {}", Leaf::BYTES_MAX)]
    LeafLength {
        /// Which event.
        position: Position,
        /// How many bytes.
        found: usize,
    },
    /// Indices of parts that do not ascend strictly, or are too large.
    #[error("{place} is out of order: expected an index from {least} to {}", Place::INDEX_MAX)]
    PartIndex {
        /// Which part.
        place: Place,
        /// The least index allowed there.
        least: u8,
    },
    /// A part of too many bytes.
    #[error("{place} has {found} bytes, expected at most {}", SealedPart::BYTES_MAX)]
    PartLength {
        /// Which part.
        place: Place,
        /// How many bytes.
        found: usize,
    },
    /// Requests that do not ascend strictly, or stand outside the group.
    #[error("a request names position {found}, expected one from {least} to before {end}")]
    RequestPosition {
        /// What it names.
        found: Position,
        /// The least position allowed there.
        least: Position,
        /// The first position after the group.
        end: Position,
    },
    /// A command that is recorded already (the memory store only; others trust their caller).
    #[error("the command of the request at position {found} was recorded at position {first} already")]
    CommandTwice {
        /// The second time.
        found: Position,
        /// The first time.
        first: Position,
    },
    /// A part whose commitment is not in its envelope (the memory store only; others trust their caller).
    #[error("{place} carries commitment {}, which is not in the envelope", commitment.short())]
    PartWithoutCommitment {
        /// Which part.
        place: Place,
        /// Its commitment.
        commitment: Hash,
    },
}

/// How what is stored contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The file does not read as a database.
    #[error("its file does not read as a database ({detail})")]
    Unreadable {
        /// The medium's own words.
        detail: String,
    },
    /// The tables are not those of a store.
    #[error("its tables are not those of a store: {detail}")]
    Tables {
        /// What differs.
        detail: String,
    },
    /// A row that does not read as what it should be.
    #[error("{place} does not read: {detail}")]
    Row {
        /// Which row.
        place: String,
        /// What is wrong with it.
        detail: String,
    },
    /// An envelope is missing below the head.
    #[error("event {position} is missing, though the ledger holds {size} events")]
    Hole {
        /// Which event.
        position: Position,
        /// The size that the head states.
        size: TreeSize,
    },
    /// The last envelope does not lead to the root in the head.
    #[error(
        "the last envelope, event {position}, leads to root {}, but the head states {}", computed.short(), stated.short()
    )]
    RightEdge {
        /// The last event.
        position: Position,
        /// The root that its envelope leads to.
        computed: Hash,
        /// The root that the head states.
        stated: Hash,
    },
    /// Events that were acknowledged are not there any more.
    #[error(
        "it holds {} events with root {}, but {} with root {} were acknowledged",
        found.size, found.root.short(), acknowledged.size, acknowledged.root.short()
    )]
    AcknowledgedLost {
        /// What was acknowledged last.
        acknowledged: TreeHead,
        /// What the file holds.
        found: TreeHead,
    },
    /// The write-ahead log breaks off below a commit that was durable.
    #[error(
        "its write-ahead log does not read at frame {frame}, yet whole commits follow; opening it would drop them silently"
    )]
    LogBroken {
        /// The first frame, from 1, that does not read.
        frame: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_was_found_and_what_to_do() {
        let [expected, actual] = [812, 815].map(TreeSize::new);
        insta::assert_snapshot!(StoreError::Conflict { expected, actual }, @"the ledger holds 815 events, the writer expected 812; nothing was written");
        let path = PathBuf::from("store/writer.lock");
        insta::assert_snapshot!(StoreError::Locked { path: path.clone(), pid: None }, @"the store is being written by another process: it holds `store/writer.lock`; stop it first, or only read");
        insta::assert_snapshot!(StoreError::Exists { path: path.clone() }, @"`store/writer.lock` holds a store already; nothing was overwritten: open it, or name another directory");
        insta::assert_snapshot!(StoreError::ErasureHeld { path }, @"the rows are deleted, but another program still reads an older state of `store/writer.lock`, which keeps the erased bytes on the disk; close it, then ask for the erasure again");
        let cause = "disk I/O error".to_owned();
        insta::assert_snapshot!(StoreError::Poisoned { size: expected, cause }, @"this writer stopped at size 812: disk I/O error; whether the group after it is on the disk is unknown. Reopen the store, run `devenir verify`, and compare its head with the last signed one");
        let detail = "attempt to write a readonly database".to_owned();
        insta::assert_snapshot!(StoreError::NotWritten { obstacle: Obstacle::ReadOnly, detail }, @"nothing was written, nothing was lost: the store cannot be written, its file, directory or disk is read-only (attempt to write a readonly database); make it writable, or only read");
        insta::assert_snapshot!(StoreError::from(Damage::LogBroken { frame: 17 }), @"the store is damaged: its write-ahead log does not read at frame 17, yet whole commits follow; opening it would drop them silently; do not write to it: keep a copy, then restore a backup or recover from a mirror");
    }

    #[test]
    fn a_misuse_names_the_place() {
        let position = Position::new(7);
        let place = Place { position, index: 15 };
        let misuse = |misuse| StoreError::from(misuse).to_string();
        insta::assert_snapshot!(misuse(Misuse::PartIndex { place, least: 2 }), @"the store refused a group that breaks its contract: part 15 of event 7 is out of order: expected an index from 2 to 14; nothing was written, please report it");
        insta::assert_snapshot!(misuse(Misuse::LeafLength { position, found: 70_000 }), @"the store refused a group that breaks its contract: the envelope of event 7 has 70000 bytes, expected 1 to 65535; nothing was written, please report it");
        insta::assert_snapshot!(misuse(Misuse::CommandTwice { found: position, first: Position::new(3) }), @"the store refused a group that breaks its contract: the command of the request at position 7 was recorded at position 3 already; nothing was written, please report it");
    }

    #[test]
    fn only_doubt_and_damage_end_a_writer() {
        assert!(StoreError::Poisoned { size: TreeSize::EMPTY, cause: String::new() }.is_fatal());
        assert!(StoreError::from(Damage::LogBroken { frame: 1 }).is_fatal());
        assert!(!StoreError::NotWritten { obstacle: Obstacle::DiskFull, detail: String::new() }.is_fatal());
        assert!(!StoreError::from(Misuse::EmptyGroup).is_fatal());
    }
}
