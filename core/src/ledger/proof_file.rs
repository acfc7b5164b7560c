//! Proof files: that an event stands in a ledger, in one text that is checked offline, years later.
//!
//! C2SP tlog-proof defines the file (`.tlog-proof`), `docs/format.md` (Proof files) what we take of it. It names a place, the
//! path from there to the root, and a checkpoint with its cosignatures; the leaf comes from whoever checks, never from
//! the file. This module does not know what the extra data mean: nothing vouches for them.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra AAEC                                        base64; the line is there only with data
//! index 5                                           position of the event
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=      the path, a hash a line, from the leaf up
//!
//! example.org/villeneuve                            the checkpoint, a note to its end
//! …
//! ```

use std::fmt;

use super::base64::{self, Base64Error};
use super::evaluation::{EvaluateError, Evaluation, Quorum};
use super::hash::Hash;
use super::note::{Note, NoteError};
use super::number::Position;
use super::policy::{Policy, PolicyName};
use super::proof::InclusionProof;
use super::verify::{Included, InclusionError};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof that an event stands in a ledger; nothing of it was checked. Its `Display` is the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// What the file carries beside the proof; anybody could have put it there.
    extra: Option<Vec<u8>>,
    proof: InclusionProof,
    checkpoint: Note,
}

/// Evidence that an event stands in a ledger, and that enough witnesses have seen it there; only
/// [`ProofFile::verify`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The event's place and the tree.
    pub included: Included,
    /// The checkpoint and who cosigned it.
    pub evaluation: Evaluation,
}

impl ProofFile {
    /// How many bytes a file may have.
    pub const MAX_LEN: usize = 4_000_000;

    /// How many hashes a path can have in a tree of fewer than 2^63 leaves.
    pub const MAX_PATH: usize = 63;

    /// A file of these; empty extra data count as none.
    ///
    /// # Errors
    ///
    /// [`ProofFileError`] when it would not read back.
    pub fn new(extra: &[u8], proof: InclusionProof, checkpoint: Note) -> Result<Self, ProofFileError> {
        let extra = (!extra.is_empty()).then(|| extra.to_vec());
        Self::parse(Self { extra, proof, checkpoint }.to_string().as_bytes())
    }

    /// Reads a file; whatever is read is written back to the same bytes.
    ///
    /// # Errors
    ///
    /// [`ProofFileError`] says what is not as it must be, and on which line.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(ProofFileError::Long { found: bytes.len() });
        }
        let text =
            std::str::from_utf8(bytes).map_err(|e| ProofFileError::NotUtf8 { place: e.valid_up_to() })?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofFileError::NoEmptyLine)?;
        let mut lines = head.split('\n').zip(1..).peekable();
        let header = lines.next().map_or("", |(line, _)| line);
        if header != HEADER {
            return Err(ProofFileError::Header { found: shown(header) });
        }
        let extra = match lines.peek().and_then(|(line, _)| line.strip_prefix("extra ")) {
            None => None,
            Some(text) => {
                lines.next();
                let extra =
                    base64::decode(text).map_err(|source| ProofFileError::Base64 { line: 2, source })?;
                if extra.is_empty() {
                    return Err(ProofFileError::EmptyExtra);
                }
                Some(extra)
            }
        };
        let (line, number) = lines.next().unwrap_or(("", head.split('\n').count() + 1));
        let index = line.strip_prefix("index ").and_then(|index| index.parse::<Position>().ok());
        let position = index.filter(|index| index.get() <= i64::MAX as u64);
        let position = position.ok_or_else(|| ProofFileError::Index { line: number, found: shown(line) })?;
        let hash = |(line, number): (&str, usize)| {
            base64::decode_hash(line).map_err(|source| ProofFileError::Base64 { line: number, source })
        };
        let path = lines.map(hash).collect::<Result<Vec<Hash>, _>>()?;
        if path.len() > Self::MAX_PATH {
            return Err(ProofFileError::Path { found: path.len() });
        }
        let checkpoint = Note::parse(checkpoint.as_bytes()).map_err(ProofFileError::Checkpoint)?;
        Ok(Self { extra, proof: InclusionProof { position, path }, checkpoint })
    }

    /// The extra data. Nothing vouches for them: compute from them, never believe them.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The place that the file names.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.proof.position
    }

    /// The place and the path, unchecked.
    #[must_use]
    pub const fn proof(&self) -> &InclusionProof {
        &self.proof
    }

    /// The checkpoint, unchecked.
    #[must_use]
    pub const fn checkpoint(&self) -> &Note {
        &self.checkpoint
    }

    /// Checks offline that `leaf`, the whole bytes of an envelope, stands in a ledger of the policy, and that a quorum
    /// has cosigned the checkpoint that shows it. A policy with `quorum none` asks for the ledger's word only.
    ///
    /// # Errors
    ///
    /// [`VerifyError`] says what does not hold.
    pub fn verify(&self, leaf: &[u8], policy: &Policy) -> Result<Proven, VerifyError> {
        let evaluation = policy.evaluate(&self.checkpoint)?;
        let included = self.proof.verify(leaf, &evaluation.checkpoint().head)?;
        match evaluation.quorum() {
            Quorum::NotAsked | Quorum::Reached { .. } => Ok(Proven { included, evaluation }),
            Quorum::Missing => Err(VerifyError::NoQuorum {
                cosigned: evaluation.cosigned().len(),
                missing: evaluation.missing().to_vec(),
            }),
        }
    }
}

/// The bytes of the file.
impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64::encode(extra))?;
        }
        writeln!(f, "index {}", self.proof.position)?;
        self.proof.path.iter().try_for_each(|hash| writeln!(f, "{}", base64::encode(hash)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// The beginning of a line, for a message.
fn shown(line: &str) -> String {
    line.chars().take(60).collect()
}

/// Bytes that are not a proof file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// Too many bytes.
    #[error("a proof file has at most {} bytes, found {found}", ProofFile::MAX_LEN)]
    Long {
        /// How many bytes were found.
        found: usize,
    },
    /// Not UTF-8.
    #[error("a proof file is UTF-8; byte {place} is not")]
    NotUtf8 {
        /// The 0-based place of the first byte that is not.
        place: usize,
    },
    /// Nothing separates proof and checkpoint.
    #[error("a proof file is a proof, an empty line and a checkpoint; there is no empty line")]
    NoEmptyLine,
    /// Another first line.
    #[error("line 1 of the proof file: expected {HEADER:?}, found {found:?}")]
    Header {
        /// How it begins.
        found: String,
    },
    /// A line for extra data without any.
    #[error("line 2 of the proof file: without extra data the line is left out")]
    EmptyExtra,
    /// No index.
    #[error(
        "line {line} of the proof file: expected `index` and a decimal below 2^63 without leading zero, found {found:?}"
    )]
    Index {
        /// The 1-based line.
        line: usize,
        /// How it begins.
        found: String,
    },
    /// A line that is no base64.
    #[error("line {line} of the proof file: {source}")]
    Base64 {
        /// The 1-based line.
        line: usize,
        /// What is wrong with it.
        source: Base64Error,
    },
    /// Too many hashes.
    #[error("the path of a proof has at most {} hashes, found {found}", ProofFile::MAX_PATH)]
    Path {
        /// How many were found.
        found: usize,
    },
    /// The checkpoint is no note.
    #[error("the checkpoint of the proof file, counted from its own first line: {0}")]
    Checkpoint(#[source] NoteError),
}

/// Why a proof file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The checkpoint is not to be believed.
    #[error(transparent)]
    Checkpoint(#[from] EvaluateError),
    /// The leaf is not in that tree, there.
    #[error(transparent)]
    Inclusion(#[from] InclusionError),
    /// Too few witnesses.
    #[error(
        "the event is in the ledger, but too few witnesses say so: {cosigned} cosigned, and of {} not enough: get a newer proof file, or say which policy you follow",
        names(missing)
    )]
    NoQuorum {
        /// How many cosigned.
        cosigned: usize,
        /// Which did not.
        missing: Vec<PolicyName>,
    },
}

fn names(names: &[PolicyName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::checkpoint::Checkpoint;
    use crate::ledger::key::SigningKey;
    use crate::ledger::named_key::{Cosigner, NoteSigner};
    use crate::ledger::number::TreeSize;
    use crate::ledger::tree::Tree;
    use proptest::prelude::*;

    fn log() -> NoteSigner {
        NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[1; 32]))
    }

    fn witness() -> Cosigner {
        Cosigner::new("w1".parse().unwrap(), SigningKey::from_seed(&[2; 32]))
    }

    fn policy() -> Policy {
        let text = format!("log {}\nwitness w1 {}\nquorum w1\n", log().public(), witness().public());
        Policy::parse(text.as_bytes()).unwrap()
    }

    /// The proof of leaf 5 of 7, each leaf being its place.
    fn file(extra: &[u8], cosigned: bool) -> ProofFile {
        let mut tree = Tree::new();
        for place in 0u64..7 {
            tree.push_leaf(&place.to_be_bytes());
        }
        let checkpoint = Checkpoint { origin: "example.org/a".parse().unwrap(), head: tree.head() };
        let mut note = checkpoint.sign(&log()).unwrap();
        if cosigned {
            note = note.with(witness().cosign(&checkpoint, 1_700_000_000).unwrap()).unwrap();
        }
        ProofFile::new(extra, tree.prove_inclusion(Position::new(5), TreeSize::new(7)).unwrap(), note)
            .unwrap()
    }

    #[test]
    fn a_proof_holds_for_its_leaf_and_no_other() {
        let proven = file(b"", true).verify(&5u64.to_be_bytes(), &policy()).unwrap();
        assert_eq!(proven.included.position(), Position::new(5));
        assert_eq!(proven.evaluation.quorum(), Quorum::Reached { since_s: 1_700_000_000 });
        assert!(file(b"", true).verify(&4u64.to_be_bytes(), &policy()).is_err());
    }

    #[test]
    fn without_the_quorum_nothing_is_proven() {
        let refused = file(b"", false).verify(&5u64.to_be_bytes(), &policy()).unwrap_err();
        insta::assert_snapshot!(refused, @"the event is in the ledger, but too few witnesses say so: 0 cosigned, and of w1 not enough: get a newer proof file, or say which policy you follow");
    }

    #[test]
    fn what_is_no_proof_file_says_why_and_where() {
        let text = file(&[0, 1, 2], true).to_string();
        let refused =
            |from: &str, to: &str| ProofFile::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err();
        insta::assert_snapshot!(refused("@v1", "@v2"), @r#"line 1 of the proof file: expected "c2sp.org/tlog-proof@v1", found "c2sp.org/tlog-proof@v2""#);
        insta::assert_snapshot!(refused("extra AAEC", "extra "), @"line 2 of the proof file: without extra data the line is left out");
        insta::assert_snapshot!(refused("extra AAEC", "extra AA"), @"line 2 of the proof file: not standard base64 with padding: Invalid padding");
        insta::assert_snapshot!(refused("extra AAEC", "extra"), @r#"line 2 of the proof file: expected `index` and a decimal below 2^63 without leading zero, found "extra""#);
        insta::assert_snapshot!(refused("index 5", "index 05"), @r#"line 3 of the proof file: expected `index` and a decimal below 2^63 without leading zero, found "index 05""#);
        insta::assert_snapshot!(refused("index 5", "index 5\nAA=="), @"line 4 of the proof file: a hash is the base64 of 32 bytes, found 1");
        insta::assert_snapshot!(refused("\n\n", "\n"), @"line 7 of the proof file: not standard base64 with padding: Invalid symbol 46, offset 7.");
        insta::assert_snapshot!(refused("c2sp", "c2sp.org/tlog-proof@v1\n\nc2sp"), @r#"line 2 of the proof file: expected `index` and a decimal below 2^63 without leading zero, found """#);
        insta::assert_snapshot!(ProofFile::parse(b"").unwrap_err(), @"a proof file is a proof, an empty line and a checkpoint; there is no empty line");
        let hash = base64::encode(Hash::ZERO);
        let long = format!("index 5\n{}", vec![hash.as_str(); 61].join("\n"));
        insta::assert_snapshot!(refused("index 5", &long), @"the path of a proof has at most 63 hashes, found 64");
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(extra: Vec<u8>, index in 0u64..1 << 63, path in proptest::collection::vec(any::<[u8; 32]>(), 0..64)) {
            let proof = InclusionProof { position: Position::new(index), path: path.into_iter().map(Hash::from_bytes).collect() };
            let file = ProofFile::new(&extra, proof, file(b"", true).checkpoint().clone()).unwrap();
            prop_assert_eq!(file.extra().unwrap_or_default(), &extra);
            prop_assert_eq!(ProofFile::parse(file.to_string().as_bytes()), Ok(file));
        }

        #[test]
        fn any_bytes_are_refused_or_written_back(bytes: Vec<u8>, line in 0usize..12, put in "\\PC{0,9}") {
            let text = file(&[0, 1, 2], true).to_string();
            let mut lines: Vec<&str> = text.split('\n').collect();
            lines[line] = &put;
            for bytes in [bytes, lines.join("\n").into_bytes()] {
                if let Ok(file) = ProofFile::parse(&bytes) {
                    prop_assert_eq!(file.to_string().into_bytes(), bytes);
                }
            }
        }
    }
}
