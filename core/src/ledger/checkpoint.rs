//! Checkpoints: what a ledger states about itself in public: its name, how many events it has, its root.
//!
//! C2SP tlog-checkpoint defines the text, `docs/format.md` (Checkpoints) what we take of it: no extension lines, since
//! nobody can audit them. A signed checkpoint is a [`Note`] whose text is one. This module does not know
//! whether a ledger may sign a checkpoint: whoever keeps the last signed one does.
//!
//! ```text
//! example.org/villeneuve                            origin: also the name of the ledger's key
//! 7                                                 size, decimal
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=      root, base64
//! ```

use std::fmt;
use std::str::FromStr;

use super::base64::{self, Base64Error};
use super::hash::{Hash, empty_root};
use super::named_key::{KeyId, KeyName, NameError, NamedKey, NoteSigner};
use super::note::{Note, NoteError, OpenError};
use super::number::TreeSize;
use super::proof::TreeHead;

/// A ledger's name and its tree. Its `Display` is the exact text of the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The ledger's name in public, which never changes.
    pub origin: KeyName,
    /// Its size and root.
    pub head: TreeHead,
}

impl Checkpoint {
    /// The largest size that a checkpoint can state: stores and other software count in 63 bits.
    pub const MAX_SIZE: TreeSize = TreeSize::new(i64::MAX as u64);

    /// Signs it with the ledger's key.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::OtherLog`] when the key has another name than the ledger.
    pub fn sign(&self, key: &NoteSigner) -> Result<Note, CheckpointError> {
        if *key.public().name() != self.origin {
            return Err(self.other_log(key.public()));
        }
        Ok(key.sign(&self.to_string())?)
    }

    /// Reads a checkpoint that the ledger of `key` signed.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`] when it did not, or when the text is no checkpoint of that ledger.
    pub fn open(note: &Note, key: &NamedKey) -> Result<Self, CheckpointError> {
        let opened = note.open(std::slice::from_ref(key))?;
        let checkpoint: Self = opened.text().parse()?;
        if checkpoint.origin == *key.name() { Ok(checkpoint) } else { Err(checkpoint.other_log(key)) }
    }

    fn other_log(&self, key: &NamedKey) -> CheckpointError {
        CheckpointError::OtherLog { origin: self.origin.clone(), key: key.name().clone() }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, head: TreeHead { size, root } } = self;
        write!(f, "{origin}\n{size}\n{}\n", base64::encode(root))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> =
            text.strip_suffix('\n').ok_or(CheckpointError::NoLineEnd)?.split('\n').collect();
        let [origin, size, root] = *lines.as_slice() else {
            return Err(match lines.get(3) {
                Some(extension) => CheckpointError::Extension { found: extension.chars().take(60).collect() },
                None => CheckpointError::Short { found: lines.len() },
            });
        };
        let size = match size.parse() {
            Ok(size) if size <= Self::MAX_SIZE => size,
            Ok(_) | Err(_) => return Err(CheckpointError::Size { found: size.chars().take(30).collect() }),
        };
        let root = base64::decode_hash(root).map_err(CheckpointError::Root)?;
        if size == TreeSize::EMPTY && root != empty_root() {
            return Err(CheckpointError::EmptyRoot { found: root });
        }
        Ok(Self { origin: origin.parse()?, head: TreeHead { size, root } })
    }
}

fn term(from: TreeSize, retired: Option<TreeSize>) -> String {
    match retired {
        Some(size) => format!("which another one replaced at {size}"),
        None => format!("which signs from {from} on"),
    }
}

/// Why a note is not a checkpoint of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The last line does not end.
    #[error("a checkpoint ends in a line end; this text does not")]
    NoLineEnd,
    /// Fewer than three lines.
    #[error("a checkpoint has three lines (origin, size, root), found {found}")]
    Short {
        /// How many lines were found.
        found: usize,
    },
    /// A fourth line.
    #[error(
        "line 4 of the checkpoint is an extension line, {found:?}: no such line is accepted, since nobody can audit it"
    )]
    Extension {
        /// How it begins.
        found: String,
    },
    /// The origin is no name.
    #[error("line 1 of the checkpoint, its origin: {0}")]
    Origin(#[from] NameError),
    /// The size is no number, or too large.
    #[error(
        "line 2 of the checkpoint, its size: expected a decimal below 2^63 without leading zero, found {found:?}"
    )]
    Size {
        /// What stands there.
        found: String,
    },
    /// The root is no hash.
    #[error("line 3 of the checkpoint, its root: {0}")]
    Root(#[source] Base64Error),
    /// An empty tree with a root that it cannot have.
    #[error("line 3 of the checkpoint: a tree without leaves has the root of no bytes, found {}", found.short())]
    EmptyRoot {
        /// The root.
        found: Hash,
    },
    /// The key is that of another ledger.
    #[error("the checkpoint is of {origin}, but the key is that of {key}")]
    OtherLog {
        /// The origin in the checkpoint.
        origin: KeyName,
        /// The name of the key.
        key: KeyName,
    },
    /// A key of the ledger signed over a size that is not in its term.
    #[error(
        "the checkpoint over {size} events is signed with the key {found} of this ledger, {}; over so many events it signs with \
         the key {expected}", term(*from, *retired)
    )]
    OtherTerm {
        /// The size.
        size: TreeSize,
        /// The key that signed.
        found: KeyId,
        /// The key of this size.
        expected: KeyId,
        /// From which size the key that signed does.
        from: TreeSize,
        /// From which size another one has taken over, where that is no larger than the size.
        retired: Option<TreeSize>,
    },
    /// The text cannot stand in a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The ledger did not sign.
    #[error(transparent)]
    Open(#[from] OpenError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use proptest::prelude::*;

    /// The example of the C2SP tlog-checkpoint specification.
    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn signer(name: &str) -> NoteSigner {
        NoteSigner::new(name.parse().unwrap(), SigningKey::from_seed(&[3; 32]))
    }

    #[test]
    fn the_published_example_is_read_and_written_back() {
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        assert_eq!(checkpoint.origin.as_str(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.head.size, TreeSize::new(20_852_163));
        assert_eq!(checkpoint.to_string(), TEXT);
    }

    #[test]
    fn a_ledger_signs_for_itself_only() {
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        let log = signer("example.com/behind-the-sofa");
        let note = checkpoint.sign(&log).unwrap();
        assert_eq!(Checkpoint::open(&note, log.public()), Ok(checkpoint.clone()));
        insta::assert_snapshot!(checkpoint.sign(&signer("example.com/other")).unwrap_err(), @"the checkpoint is of example.com/behind-the-sofa, but the key is that of example.com/other");
        let foreign = signer("example.com/other").sign(TEXT).unwrap();
        insta::assert_snapshot!(Checkpoint::open(&foreign, signer("example.com/other").public()).unwrap_err(), @"the checkpoint is of example.com/behind-the-sofa, but the key is that of example.com/other");
        assert!(Checkpoint::open(&foreign, log.public()).is_err());
    }

    #[test]
    fn what_is_no_checkpoint_says_why_and_where() {
        let refused = |text: &str| text.parse::<Checkpoint>().unwrap_err();
        insta::assert_snapshot!(refused(&format!("{TEXT}extension\n")), @r#"line 4 of the checkpoint is an extension line, "extension": no such line is accepted, since nobody can audit it"#);
        insta::assert_snapshot!(refused("a\n1\n"), @"a checkpoint has three lines (origin, size, root), found 2");
        insta::assert_snapshot!(refused("a\n1\n\n"), @"line 3 of the checkpoint, its root: a hash is the base64 of 32 bytes, found 0");
        insta::assert_snapshot!(refused("a"), @"a checkpoint ends in a line end; this text does not");
        insta::assert_snapshot!(refused(&TEXT.replace("2085", "02085")), @r#"line 2 of the checkpoint, its size: expected a decimal below 2^63 without leading zero, found "020852163""#);
        insta::assert_snapshot!(refused(&TEXT.replace("20852163", "9223372036854775808")), @r#"line 2 of the checkpoint, its size: expected a decimal below 2^63 without leading zero, found "9223372036854775808""#);
        insta::assert_snapshot!(refused(&TEXT.replace("20852163", "0")), @"line 3 of the checkpoint: a tree without leaves has the root of no bytes, found 0ac518…");
        insta::assert_snapshot!(refused(&TEXT.replace("behind-", "behind ")), @"line 1 of the checkpoint, its origin: the name of a key holds ' ' at byte 18: white space, control characters and + are refused");
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(origin in "[a-z0-9./:-]{1,40}", size in 1u64..1 << 63, root: [u8; 32]) {
            let head = TreeHead { size: TreeSize::new(size), root: root.into() };
            let checkpoint = Checkpoint { origin: origin.parse().unwrap(), head };
            prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
        }

        #[test]
        fn any_text_is_refused_or_written_back(
            text in "(a|0|12|\n|CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=){0,9}",
            line in 0usize..4, put in "\\PC{0,4}",
        ) {
            let mut lines: Vec<&str> = TEXT.split('\n').collect();
            lines[line] = &put;
            for text in [text, lines.join("\n")] {
                if let Ok(checkpoint) = text.parse::<Checkpoint>() {
                    prop_assert_eq!(checkpoint.to_string(), text);
                }
            }
        }
    }
}
