//! Promises: the ledger's signed word that a group of events has its places and will be in a public checkpoint soon.
//!
//! `docs/format.md` (Promises) defines the text. A promise is signed once for a durable group; with the path of a leaf in
//! the group it is a receipt that needs nobody's help; [`breach`](super::breach) says what convicts whoever signed it. This module knows no clock: instants come from promises and cosignatures.
//!
//! ```text
//! example.org/villeneuve/promise               the origin and "/promise": also the name of the promises' key
//! devenir promise v1
//! log 1a1a…                                    log id, 64 hexadecimal digits
//! first 41                                     position of the first event of the group
//! count 3                                      how many events the group has
//! root 9f3c…                                   root over the leaves of the group, 64 hexadecimal digits
//! recorded 1803888000123                       when they were recorded, milliseconds since 1970
//! include-by 1803888120123                     by when a public checkpoint covers them
//! ```

use std::fmt;
use std::str::FromStr;

use super::checkpoint::Checkpoint;
use super::hash::{Hash, HashError};
use super::log_keys::LogKeys;
use super::named_key::{KeyName, NameError, NamedKey, NoteSigner};
use super::note::{Note, NoteError, OpenError};
use super::number::{Position, TreeSize};
use super::proof::{InclusionProof, TreeHead};
use super::verify::InclusionError;

/// What stands behind the origin in the name of a promise's key.
const SUFFIX: &str = "/promise";

/// The second line of every promise of this version.
const VERSION: &str = "devenir promise v1";

/// The words of a promise, signed or not. Its `Display` is the exact text of the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The ledger's name in public.
    pub origin: KeyName,
    /// The ledger's id, which follows from its first event.
    pub log_id: Hash,
    /// Where the first event of the group stands.
    pub first: Position,
    /// The events of the group as a tree of their own: how many, and the root over their leaves.
    pub group: TreeHead,
    /// When the group was recorded, in milliseconds since 1970.
    pub recorded_at_ms: i64,
    /// By when a public checkpoint will cover it, in milliseconds since 1970.
    pub include_by_ms: i64,
}

impl Promise {
    /// The size of the smallest ledger that holds the whole group.
    #[must_use]
    pub const fn size_through(&self) -> TreeSize {
        TreeSize::new(self.first.get().saturating_add(self.group.size.get()))
    }

    /// The name of the key that signs the promises of a ledger.
    #[must_use]
    pub fn key_name(origin: &KeyName) -> KeyName {
        origin.followed_by(SUFFIX)
    }

    /// Signs it with the key of the ledger's promises.
    ///
    /// # Errors
    ///
    /// [`PromiseError`] when the key has another name, or the text would not read back.
    pub fn sign(&self, key: &NoteSigner) -> Result<Note, PromiseError> {
        let text = self.to_string();
        self.check_key(key.public())?;
        text.parse::<Self>()?;
        Ok(key.sign(&text)?)
    }

    fn check_key(&self, key: &NamedKey) -> Result<(), PromiseError> {
        if Self::key_name(&self.origin) == *key.name() {
            return Ok(());
        }
        Err(PromiseError::OtherKey { origin: self.origin.clone(), key: key.name().clone() })
    }
}

/// The bytes that are signed.
impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, log_id, first, group, recorded_at_ms, include_by_ms } = self;
        write!(
            f,
            "{origin}{SUFFIX}\n{VERSION}\nlog {log_id}\nfirst {first}\ncount {}\nroot {}\n",
            group.size, group.root
        )?;
        write!(f, "recorded {recorded_at_ms}\ninclude-by {include_by_ms}\n")
    }
}

impl FromStr for Promise {
    type Err = PromiseError;
    fn from_str(text: &str) -> Result<Self, PromiseError> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(PromiseError::NoLineEnd)?.split('\n').collect();
        let [name, version, log, first, count, root, recorded, include_by] = *lines.as_slice() else {
            return Err(PromiseError::Lines { found: lines.len() });
        };
        let origin =
            name.strip_suffix(SUFFIX).ok_or_else(|| line(1, "the origin and /promise", name))?.parse()?;
        if version != VERSION {
            return Err(line(2, VERSION, version));
        }
        let size: TreeSize = field(5, "count", count)?;
        let promise = Self {
            origin,
            log_id: hash(3, "log", log)?,
            first: field(4, "first", first)?,
            group: TreeHead { size, root: hash(6, "root", root)? },
            recorded_at_ms: instant(7, "recorded", recorded)?,
            include_by_ms: instant(8, "include-by", include_by)?,
        };
        let end = promise.first.get().checked_add(size.get());
        if size.is_empty() || end.is_none_or(|end| end > Checkpoint::MAX_SIZE.get()) {
            return Err(PromiseError::Group { first: promise.first, count: size });
        }
        if promise.include_by_ms < promise.recorded_at_ms {
            return Err(PromiseError::Backwards);
        }
        Ok(promise)
    }
}

/// What stands behind the word of a line.
fn value<'t>(number: usize, word: &'static str, text: &'t str) -> Result<&'t str, PromiseError> {
    let value = text.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
    value.ok_or_else(|| line(number, word, text))
}

fn field<T: FromStr>(number: usize, word: &'static str, text: &str) -> Result<T, PromiseError> {
    value(number, word, text)?.parse().map_err(|_| line(number, word, text))
}

fn hash(number: usize, word: &'static str, text: &str) -> Result<Hash, PromiseError> {
    value(number, word, text)?.parse().map_err(|source| PromiseError::Hash { line: number, source })
}

/// Milliseconds since 1970: a decimal without plus sign, leading zero or negative zero.
fn instant(number: usize, word: &'static str, text: &str) -> Result<i64, PromiseError> {
    let found: i64 = field(number, word, text)?;
    if found.to_string() == value(number, word, text)? { Ok(found) } else { Err(line(number, word, text)) }
}

fn line(line: usize, expected: &'static str, found: &str) -> PromiseError {
    PromiseError::Line { line, expected, found: found.chars().take(80).collect() }
}

/// Evidence that a ledger's promise key signed a promise; only [`SignedPromise::open`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPromise(Promise);

impl SignedPromise {
    /// Reads a promise that `key` signed.
    ///
    /// # Errors
    ///
    /// [`PromiseError`] when it did not, or when the text is no promise under the name of the key.
    pub fn open(note: &Note, key: &NamedKey) -> Result<Self, PromiseError> {
        let promise: Promise = note.open(std::slice::from_ref(key))?.text().parse()?;
        promise.check_key(key)?;
        Ok(Self(promise))
    }

    /// Reads a promise that the ledger signed with the key that was in force before its first event.
    ///
    /// # Errors
    ///
    /// As [`SignedPromise::open`].
    pub fn open_in_term(note: &Note, keys: &LogKeys) -> Result<Self, PromiseError> {
        let first = note.text().parse::<Promise>()?.first;
        Self::open(note, keys.at(TreeSize::new(first.get())))
    }

    /// What was promised.
    #[must_use]
    pub const fn promise(&self) -> &Promise {
        &self.0
    }

    /// Checks that `leaf`, the whole bytes of an envelope, is in the promised group at the place of `path`, which counts
    /// from 0 within the group.
    ///
    /// # Errors
    ///
    /// As [`InclusionProof::verify`].
    pub fn check(&self, leaf: &[u8], path: &InclusionProof) -> Result<Promised, InclusionError> {
        let included = path.verify(leaf, &self.0.group)?;
        let position = Position::new(self.0.first.get().saturating_add(path.position.get()));
        Ok(Promised { promise: self.0.clone(), leaf_hash: included.leaf_hash(), position })
    }
}

/// Evidence that a certain event was promised a certain place; only [`SignedPromise::check`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    promise: Promise,
    leaf_hash: Hash,
    position: Position,
}

impl Promised {
    /// What was promised.
    #[must_use]
    pub const fn promise(&self) -> &Promise {
        &self.promise
    }

    /// The hash of the event's envelope.
    #[must_use]
    pub const fn leaf_hash(&self) -> Hash {
        self.leaf_hash
    }

    /// The place in the ledger that was promised to it.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }
}

/// Why a note is not a promise of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromiseError {
    /// The last line does not end.
    #[error("a promise ends in a line end; this text does not")]
    NoLineEnd,
    /// More or fewer lines.
    #[error("a promise has 8 lines, found {found}")]
    Lines {
        /// How many lines were found.
        found: usize,
    },
    /// A line is not as it must be.
    #[error("line {line} of the promise: expected {expected:?} and what belongs to it, found {found:?}")]
    Line {
        /// The 1-based line.
        line: usize,
        /// What it must begin with, or be.
        expected: &'static str,
        /// How it begins.
        found: String,
    },
    /// A line holds no hash.
    #[error("line {line} of the promise: {source}")]
    Hash {
        /// The 1-based line.
        line: usize,
        /// What is wrong with it.
        source: HashError,
    },
    /// The origin is no name.
    #[error("line 1 of the promise, its origin: {0}")]
    Origin(#[from] NameError),
    /// The group is empty or reaches too far.
    #[error(
        "lines 4 and 5 of the promise: a group has at least one event and ends below 2^63; found {count} from {first} on"
    )]
    Group {
        /// Where it begins.
        first: Position,
        /// How many events it has.
        count: TreeSize,
    },
    /// The term lies before the recording.
    #[error("lines 7 and 8 of the promise: the term lies before the recording")]
    Backwards,
    /// The key has another name.
    #[error("the promise is of {origin}, so its key is named {origin}{SUFFIX}; found a key named {key}")]
    OtherKey {
        /// The ledger that promises.
        origin: KeyName,
        /// The name of the key.
        key: KeyName,
    },
    /// The text cannot stand in a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The key did not sign.
    #[error(transparent)]
    Open(#[from] OpenError),
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use crate::ledger::tree::Tree;
    use proptest::prelude::*;

    pub(in crate::ledger) const ORIGIN: &str = "example.org/a";
    pub(in crate::ledger) const TERM_MS: i64 = 1_000_120_000;

    pub(in crate::ledger) fn log() -> NoteSigner {
        NoteSigner::new(ORIGIN.parse().unwrap(), SigningKey::from_seed(&[1; 32]))
    }

    pub(in crate::ledger) fn promiser() -> NoteSigner {
        NoteSigner::new(Promise::key_name(&ORIGIN.parse().unwrap()), SigningKey::from_seed(&[2; 32]))
    }

    pub(in crate::ledger) fn leaf(position: u64) -> Vec<u8> {
        format!("envelope {position}").into_bytes()
    }

    pub(in crate::ledger) fn tree(leaves: impl IntoIterator<Item = Vec<u8>>) -> Tree {
        let mut tree = Tree::new();
        for leaf in leaves {
            tree.push_leaf(&leaf);
        }
        tree
    }

    /// The group of the positions 4 to 6.
    pub(in crate::ledger) fn group() -> Tree {
        tree((4..7).map(leaf))
    }

    pub(in crate::ledger) fn promise() -> Promise {
        Promise {
            origin: ORIGIN.parse().unwrap(),
            log_id: Hash::from_bytes([0x1a; 32]),
            first: Position::new(4),
            group: group().head(),
            recorded_at_ms: 1_000_000_000,
            include_by_ms: TERM_MS,
        }
    }

    pub(in crate::ledger) fn signed(promise: &Promise) -> SignedPromise {
        SignedPromise::open(&promise.sign(&promiser()).unwrap(), promiser().public()).unwrap()
    }

    #[test]
    fn the_text_is_that_of_the_format() {
        let text = promise().to_string();
        insta::assert_snapshot!(text, @r"
        example.org/a/promise
        devenir promise v1
        log 1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a
        first 4
        count 3
        root aa41adf5281e19dad774568fa38b613ca77d63ce9971817eef46a621b59b9c88
        recorded 1000000000
        include-by 1000120000
        ");
        assert!(text.parse::<Checkpoint>().is_err(), "a promise passes for a checkpoint");
    }

    #[test]
    fn a_leaf_of_the_group_was_promised_its_place_and_no_other_leaf_was() {
        let path = group().prove_inclusion(Position::new(1), TreeSize::new(3)).unwrap();
        let promised = signed(&promise()).check(&leaf(5), &path).unwrap();
        assert_eq!(promised.position(), Position::new(5));
        assert!(signed(&promise()).check(&leaf(6), &path).is_err());
    }

    #[test]
    fn a_promise_is_signed_by_the_key_of_promises_only() {
        insta::assert_snapshot!(promise().sign(&log()).unwrap_err(), @"the promise is of example.org/a, so its key is named example.org/a/promise; found a key named example.org/a");
        let by_log = log().sign(&promise().to_string()).unwrap();
        insta::assert_snapshot!(SignedPromise::open(&by_log, log().public()).unwrap_err(), @"the promise is of example.org/a, so its key is named example.org/a/promise; found a key named example.org/a");
    }

    #[test]
    fn what_is_no_promise_says_why_and_where() {
        let text = promise().to_string();
        let refused = |from: &str, to: &str| text.replacen(from, to, 1).parse::<Promise>().unwrap_err();
        insta::assert_snapshot!(refused("/promise", ""), @r#"line 1 of the promise: expected "the origin and /promise" and what belongs to it, found "example.org/a""#);
        insta::assert_snapshot!(refused("v1", "v2"), @r#"line 2 of the promise: expected "devenir promise v1" and what belongs to it, found "devenir promise v2""#);
        insta::assert_snapshot!(refused("log 1a", "log 1A"), @"line 3 of the promise: not a hash: byte 1 of the text is not one of 0-9a-f (upper-case digits are refused)");
        insta::assert_snapshot!(refused("first 4", "first 04"), @r#"line 4 of the promise: expected "first" and what belongs to it, found "first 04""#);
        insta::assert_snapshot!(refused("count 3", "count 0"), @"lines 4 and 5 of the promise: a group has at least one event and ends below 2^63; found 0 from 4 on");
        insta::assert_snapshot!(refused("first 4", "first 9223372036854775806"), @"lines 4 and 5 of the promise: a group has at least one event and ends below 2^63; found 3 from 9223372036854775806 on");
        insta::assert_snapshot!(refused("recorded 1", "recorded +1"), @r#"line 7 of the promise: expected "recorded" and what belongs to it, found "recorded +1000000000""#);
        insta::assert_snapshot!(refused("include-by 1", "include-by -1"), @"lines 7 and 8 of the promise: the term lies before the recording");
        insta::assert_snapshot!(refused("include-by", "extra 1\ninclude-by"), @"a promise has 8 lines, found 9");
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(first in 0u64..1 << 62, count in 1u64..1 << 62, root: [u8; 32], at: i64, more in 0i64..1 << 40) {
            let promise = Promise {
                first: Position::new(first),
                group: TreeHead { size: TreeSize::new(count), root: root.into() },
                recorded_at_ms: at,
                include_by_ms: at.saturating_add(more),
                ..promise()
            };
            prop_assert_eq!(promise.to_string().parse(), Ok(promise));
        }

        #[test]
        fn any_text_is_refused_or_written_back(line in 0usize..9, put in "(\\PC|[0-9 a-z/+-]){0,24}") {
            let text = promise().to_string();
            let mut lines: Vec<&str> = text.split('\n').collect();
            lines[line] = &put;
            for text in [lines.join("\n"), put.clone()] {
                if let Ok(promise) = text.parse::<Promise>() {
                    prop_assert_eq!(promise.to_string(), text);
                }
            }
        }
    }
}
