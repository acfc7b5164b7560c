//! Signed notes: a text, and lines that say who signed it.
//!
//! C2SP signed-note defines the format; `docs/format.md` (Notes) says where we are stricter than it. Nothing
//! in a note is to be believed before [`Note::open`] has found a known key's signature over it. This module
//! does not know what the text says.
//!
//! ```text
//! example.org/villeneuve                       the text: whole lines, up to the last empty line
//! 7
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.org/villeneuve AbCd…               — name base64(key id [4] || signature)
//! — witness.example/w1 EfGh…
//! ```

use std::collections::BTreeMap;
use std::fmt;

use super::base64::{self, Base64Error};
use super::cosignature::{self, CosignatureError};
use super::key::Signature;
use super::named_key::{KeyId, KeyName, KeyType, NameError, NamedKey, NoteSigner};

/// A text with its signatures, none of which was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: KeyName,
    id: KeyId,
    bytes: Vec<u8>,
}

impl NoteSignature {
    /// A line by `key` with these bytes of signature.
    pub(super) fn new(key: &NamedKey, bytes: Vec<u8>) -> Self {
        Self { name: key.name().clone(), id: key.id(), bytes }
    }

    /// The name of the key that is said to have signed.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id of that key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What follows the id: the signature, in the form of the key's type.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads a line without its end.
    ///
    /// # Errors
    ///
    /// [`LineError`] says what is not as it must be.
    pub fn parse(line: &str) -> Result<Self, LineError> {
        let (name, text) =
            line.strip_prefix("— ").and_then(|line| line.split_once(' ')).ok_or(LineError::Shape)?;
        let name = name.parse()?;
        let bytes = base64::decode(text)?;
        match bytes.split_first_chunk::<4>() {
            Some((id, signature)) if !signature.is_empty() => {
                Ok(Self { name, id: KeyId::from_bytes(*id), bytes: signature.to_vec() })
            }
            Some(_) | None => Err(LineError::Short { found: bytes.len() }),
        }
    }

    fn is_by(&self, key: &NamedKey) -> bool {
        self.id == key.id() && self.name == *key.name()
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_bytes().as_slice(), &self.bytes].concat();
        write!(f, "— {} {}", self.name, base64::encode(bytes))
    }
}

impl NoteSigner {
    /// Signs the text of a note.
    ///
    /// # Errors
    ///
    /// [`NoteError`] when no note can have this text.
    pub fn sign(&self, text: &str) -> Result<Note, NoteError> {
        let signature = self.secret().sign(text.as_bytes());
        Note::new(text, vec![NoteSignature::new(self.public(), signature.as_bytes().to_vec())])
    }
}

impl Note {
    /// How many bytes a note may have.
    pub const MAX_LEN: usize = 1_000_000;

    /// How many signatures a note may have.
    pub const MAX_SIGNATURES: usize = 100;

    /// A text with signatures that were made over it elsewhere.
    ///
    /// # Errors
    ///
    /// [`NoteError`] when it would not read back.
    pub fn new(text: &str, signatures: Vec<NoteSignature>) -> Result<Self, NoteError> {
        if !text.ends_with('\n') {
            return Err(NoteError::NoLineEnd);
        }
        if signatures.is_empty() {
            return Err(NoteError::NoSignature);
        }
        let note = Self { text: text.to_owned(), signatures };
        Self::parse(note.to_string().as_bytes())
    }

    /// Reads a note; whatever is read is written back to the same bytes.
    ///
    /// # Errors
    ///
    /// [`NoteError`] says what is not as it must be, and on which line.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(NoteError::Long { found: bytes.len() });
        }
        let whole = std::str::from_utf8(bytes).map_err(|e| NoteError::NotUtf8 { place: e.valid_up_to() })?;
        if let Some(place) = bytes.iter().position(|byte| *byte < 0x20 && *byte != b'\n') {
            return Err(NoteError::Control { place });
        }
        let (above, lines) = whole.rsplit_once("\n\n").ok_or(NoteError::NoEmptyLine)?;
        let lines = lines.strip_suffix('\n').ok_or(if lines.is_empty() {
            NoteError::NoSignature
        } else {
            NoteError::NoLineEnd
        })?;
        if lines.split('\n').count() > Self::MAX_SIGNATURES {
            return Err(NoteError::Many { found: lines.split('\n').count() });
        }
        let text = format!("{above}\n");
        // The first signature stands two lines below the last line of the text.
        let first = text.matches('\n').count() + 2;
        let read = |(place, line)| {
            NoteSignature::parse(line).map_err(|source| NoteError::Line { line: first + place, source })
        };
        let signatures = lines.split('\n').enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// The text, its last line end included. Do not believe it before [`open`](Self::open).
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signature lines, those of unknown keys too.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The same note with one more line; the same line twice is kept once.
    ///
    /// # Errors
    ///
    /// [`NoteError`] when the note becomes too long.
    pub fn with(&self, signature: NoteSignature) -> Result<Self, NoteError> {
        let mut signatures = self.signatures.clone();
        if !signatures.contains(&signature) {
            signatures.push(signature);
        }
        Self::new(&self.text, signatures)
    }

    /// Finds out which of the `known` keys signed.
    ///
    /// Lines of other keys are ignored. A line of a known key must verify, also where the same key has another that
    /// does: a note with a false signature by somebody whom we know is refused whole. A key counts once, with the
    /// earliest instant that it states.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when no known key signed, or one of them is said to have and did not.
    pub fn open(&self, known: &[NamedKey]) -> Result<Opened<'_>, OpenError> {
        let mut by_place: BTreeMap<usize, Option<u64>> = BTreeMap::new();
        for signature in &self.signatures {
            let mut keys = known.iter().enumerate().filter(|(_, key)| signature.is_by(key));
            let Some((place, key)) = keys.next() else { continue };
            if keys.any(|(_, other)| other.key() != key.key()) {
                return Err(OpenError::Ambiguous { name: signature.name.clone(), id: signature.id });
            }
            let at_s = self.check(signature, key)?;
            by_place.entry(place).and_modify(|earliest| *earliest = (*earliest).min(at_s)).or_insert(at_s);
        }
        if by_place.is_empty() {
            return Err(OpenError::NoKnownKey { found: self.signatures.len() });
        }
        let signed = |(place, at_s): (usize, Option<u64>)| {
            known.get(place).map(|key| SignedBy { key: key.clone(), at_s })
        };
        Ok(Opened { text: &self.text, signed: by_place.into_iter().filter_map(signed).collect() })
    }

    /// Checks one line; gives the instant that a cosignature states.
    fn check(&self, signature: &NoteSignature, key: &NamedKey) -> Result<Option<u64>, OpenError> {
        let name = || key.name().clone();
        match key.purpose() {
            KeyType::Note => {
                let bytes = signature.bytes.as_slice().try_into();
                let bytes =
                    bytes.map_err(|_| OpenError::Length { name: name(), found: signature.bytes.len() })?;
                match key.key().verify(self.text.as_bytes(), &Signature::from_bytes(bytes)) {
                    Ok(()) => Ok(None),
                    Err(_) => Err(OpenError::Signature { name: name(), id: key.id() }),
                }
            }
            KeyType::Cosignature => cosignature::verify(key.key(), &self.text, &signature.bytes)
                .map(Some)
                .map_err(|source| OpenError::Cosignature { name: name(), source }),
        }
    }
}

/// The bytes of the note.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

/// Evidence that known keys signed a note; only [`Note::open`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'n> {
    text: &'n str,
    signed: Vec<SignedBy>,
}

impl Opened<'_> {
    /// The text that was signed.
    #[must_use]
    pub const fn text(&self) -> &str {
        self.text
    }

    /// Who signed: each known key once, in the order in which the keys were given.
    #[must_use]
    pub fn signed(&self) -> &[SignedBy] {
        &self.signed
    }

    /// The signature by this very key, if there is one.
    #[must_use]
    pub fn by(&self, key: &NamedKey) -> Option<&SignedBy> {
        self.signed.iter().find(|signed| signed.key == *key)
    }
}

/// A known key whose signature verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy {
    key: NamedKey,
    at_s: Option<u64>,
}

impl SignedBy {
    /// The key.
    #[must_use]
    pub const fn key(&self) -> &NamedKey {
        &self.key
    }

    /// The instant that a cosignature states, in seconds since 1970; none for other signatures.
    #[must_use]
    pub const fn at_s(&self) -> Option<u64> {
        self.at_s
    }
}

/// A line that is no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not a dash, a name and a text.
    #[error("a signature is written: an em dash, a space, a name, a space, base64")]
    Shape,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The signature is not base64.
    #[error(transparent)]
    Base64(#[from] Base64Error),
    /// Too few bytes.
    #[error("a signature is a key id of 4 bytes and at least one more; found {found}")]
    Short {
        /// How many bytes were found.
        found: usize,
    },
}

/// Bytes that are not a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Too many bytes.
    #[error("a note has at most {} bytes, found {found}", Note::MAX_LEN)]
    Long {
        /// How many bytes were found.
        found: usize,
    },
    /// Not UTF-8.
    #[error("a note is UTF-8; byte {place} is not")]
    NotUtf8 {
        /// The 0-based place of the first byte that is not.
        place: usize,
    },
    /// A control character.
    #[error("a note holds no control character but line ends; byte {place} is one")]
    Control {
        /// Its 0-based place.
        place: usize,
    },
    /// Nothing separates text and signatures.
    #[error("a note is a text, an empty line and signatures; there is no empty line")]
    NoEmptyLine,
    /// No signature.
    #[error("a note has at least one signature below its last empty line; there is none")]
    NoSignature,
    /// The last line does not end.
    #[error(
        "the last line of a note, and of its text, ends in a line end; this one does not: was it cut off?"
    )]
    NoLineEnd,
    /// Too many signatures.
    #[error("a note has at most {} signatures, found {found}", Note::MAX_SIGNATURES)]
    Many {
        /// How many were found.
        found: usize,
    },
    /// A line is no signature.
    #[error("line {line}: {source}")]
    Line {
        /// The 1-based line.
        line: usize,
        /// What is wrong with it.
        source: LineError,
    },
}

/// Why a note is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Nobody whom we know signed.
    #[error("none of the {found} signatures is by a key that is known here")]
    NoKnownKey {
        /// How many signatures the note has.
        found: usize,
    },
    /// Two known keys cannot be told apart.
    #[error("two different known keys are named {name}+{id}: which of them signed cannot be told")]
    Ambiguous {
        /// Their name.
        name: KeyName,
        /// Their id.
        id: KeyId,
    },
    /// A known key's signature has another length.
    #[error("the signature by {name} has {found} bytes; one of Ed25519 has 64")]
    Length {
        /// The key's name.
        name: KeyName,
        /// How many bytes were found.
        found: usize,
    },
    /// A known key did not sign this.
    #[error("the signature by {name}+{id} is not over this text: the text or the signature was altered")]
    Signature {
        /// The key's name.
        name: KeyName,
        /// The key's id.
        id: KeyId,
    },
    /// A known witness did not cosign this.
    #[error("the cosignature by {name} does not hold: {source}")]
    Cosignature {
        /// The key's name.
        name: KeyName,
        /// Why not.
        source: CosignatureError,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::checkpoint::Checkpoint;
    use crate::ledger::key::SigningKey;
    use crate::ledger::named_key::{Cosigner, Signer};
    use proptest::prelude::*;

    const TEXT: &str = "example.org/a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn signer<P: crate::ledger::named_key::Purpose>(name: &str, seed: u8) -> Signer<P> {
        Signer::new(name.parse().unwrap(), SigningKey::from_seed(&[seed; 32]))
    }

    fn log() -> NoteSigner {
        signer("example.org/a", 1)
    }

    /// The note that the C2SP signed-note specification and Go's `sumdb/note` publish.
    #[test]
    fn a_published_note_opens() {
        let note = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let key: NamedKey =
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let note = Note::parse(note.as_bytes()).unwrap();
        assert_eq!(note.open(std::slice::from_ref(&key)).unwrap().signed()[0].key(), &key);
    }

    #[test]
    fn a_text_may_hold_empty_lines_and_lines_that_look_like_signatures() {
        let text = "a\n\n— b c\n\n\nd\n";
        let note = log().sign(text).unwrap();
        assert_eq!(note.text(), text);
        assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note));
    }

    #[test]
    fn unknown_signatures_are_kept_and_ignored() {
        let stranger: NoteSigner = signer("stranger.example/x", 3);
        let same_name: NoteSigner = signer("example.org/a", 4);
        let note = log().sign(TEXT).unwrap();
        let more = [stranger, same_name].iter().fold(note, |note, key| {
            note.with(key.sign("something else\n").unwrap().signatures()[0].clone()).unwrap()
        });
        assert_eq!(more.signatures().len(), 3);
        assert_eq!(more.open(&[log().public().clone()]).unwrap().signed().len(), 1);
    }

    #[test]
    fn a_known_key_that_did_not_sign_refuses_the_note() {
        let witness: Cosigner = signer("witness.example/w1", 5);
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        let elsewhere: Checkpoint = TEXT.replace("example.org/a", "example.org/b").parse().unwrap();
        let note = log().sign(TEXT).unwrap();
        let good = note.with(witness.cosign(&checkpoint, 9).unwrap()).unwrap();
        let known = [log().public().clone(), witness.public().clone()];
        assert_eq!(good.open(&known).unwrap().by(&known[1]).unwrap().at_s(), Some(9));
        let bad = good.with(witness.cosign(&elsewhere, 8).unwrap()).unwrap();
        insta::assert_snapshot!(bad.open(&known).unwrap_err(), @"the cosignature by witness.example/w1 does not hold: the cosignature is not by this key over this checkpoint at 8 s");
        assert_eq!(bad.open(&known[..1]).unwrap().signed().len(), 1);
    }

    #[test]
    fn a_key_that_signed_twice_counts_once_from_its_first_instant() {
        let witness: Cosigner = signer("witness.example/w1", 5);
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        let cosigned = [30, 20, 40].iter().fold(log().sign(TEXT).unwrap(), |note, at| {
            note.with(witness.cosign(&checkpoint, *at).unwrap()).unwrap()
        });
        let known = [witness.public().clone(), witness.public().clone()];
        let opened = cosigned.open(&known).unwrap();
        assert_eq!(opened.signed().iter().map(SignedBy::at_s).collect::<Vec<_>>(), [Some(20)]);
    }

    #[test]
    fn a_note_that_nobody_known_signed_is_not_believed() {
        let note = log().sign(TEXT).unwrap();
        insta::assert_snapshot!(note.open(&[]).unwrap_err(), @"none of the 1 signatures is by a key that is known here");
    }

    #[test]
    fn what_is_no_note_says_why_and_where() {
        let refused = |text: &str| Note::parse(text.as_bytes()).unwrap_err();
        let note = log().sign("a\n").unwrap().to_string();
        insta::assert_snapshot!(refused("a\n"), @"a note is a text, an empty line and signatures; there is no empty line");
        insta::assert_snapshot!(refused("a\n\n"), @"a note has at least one signature below its last empty line; there is none");
        insta::assert_snapshot!(refused(note.trim_end()), @"the last line of a note, and of its text, ends in a line end; this one does not: was it cut off?");
        insta::assert_snapshot!(refused(&note.replace("— ", "- ")), @"line 3: a signature is written: an em dash, a space, a name, a space, base64");
        insta::assert_snapshot!(refused("a\n\n— b AAAAAA==\n"), @"line 3: a signature is a key id of 4 bytes and at least one more; found 4");
        insta::assert_snapshot!(refused("a\r\n\n— b AAAAAAA=\n"), @"a note holds no control character but line ends; byte 1 is one");
        insta::assert_snapshot!(refused(&format!("a\n\n{}", "— b AAAAAAA=\n".repeat(101))), @"a note has at most 100 signatures, found 101");
        insta::assert_snapshot!(refused(&"a".repeat(1_000_001)), @"a note has at most 1000000 bytes, found 1000001");
        insta::assert_snapshot!(Note::parse(b"\xff").unwrap_err(), @"a note is UTF-8; byte 0 is not");
        insta::assert_snapshot!(log().sign("a").unwrap_err(), @"the last line of a note, and of its text, ends in a line end; this one does not: was it cut off?");
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(text in "(\\PC|\n){0,80}\n", signers in 1u8..6) {
            let first: NoteSigner = signer("a", 0);
            let Ok(note) = first.sign(&text) else { return Ok(()) };
            let note = (1..signers).fold(note, |note, seed| {
                let more = signer::<crate::ledger::named_key::ForNotes>("b", seed).sign(&text).unwrap();
                note.with(more.signatures()[0].clone()).unwrap()
            });
            prop_assert_eq!(note.text(), &text);
            prop_assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note));
        }

        #[test]
        fn any_bytes_are_refused_or_written_back(bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..100),
            "(a|\n|— b AAAAAAA=\n|— b +/8=|—){0,12}".prop_map(String::into_bytes),
        ]) {
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }

        #[test]
        fn every_bit_of_a_signed_text_counts(bit in 0usize..8 * TEXT.len()) {
            let mut bytes = log().sign(TEXT).unwrap().to_string().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert!(note.open(&[log().public().clone()]).is_err());
            }
        }
    }
}
