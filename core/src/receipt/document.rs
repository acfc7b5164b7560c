//! The document `receipt.json`: its fields, how it is read, and how it is written.
//!
//! `docs/format.md` (Receipts) is the law: closed fields, no other ones, every text in its only form. Reading checks the form
//! alone; whether anything fits is [`ReceiptFile::check`]'s work.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::envelope::{Envelope, EnvelopeError, PartKey, decode, intent_id};
use crate::id::IntentId;
use crate::ledger::base64::{self, Base64Error};
use crate::ledger::hex::{self, Hex};
use crate::ledger::{InclusionProof, Note, NoteError};

/// The first field of every receipt of this version.
const FORMAT: &str = "devenir receipt v0";

/// A receipt as it was read: nothing fits anything yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptFile {
    bytes: Vec<u8>,
    envelope: Envelope,
    openings: Vec<Opening>,
    promise: Option<ReceiptPromise>,
}

/// One part with the key of its commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its kind, as the envelope states it.
    pub kind: u8,
    /// The key of its commitment.
    pub key: PartKey,
    /// The part itself.
    pub bytes: Vec<u8>,
}

/// The promise that came with the answer, for as long as no checkpoint covers the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPromise {
    /// The signed promise.
    pub note: Note,
    /// The path to the root that it states; its position counts from 0 within the group.
    pub path: InclusionProof,
}

impl ReceiptFile {
    /// How many bytes a receipt may have: 15 parts of 1 MiB in base64, and what stands around them.
    pub const MAX_LEN: usize = 24 << 20;

    /// A receipt for the event of this envelope.
    ///
    /// # Errors
    ///
    /// [`ReceiptFileError`] when the envelope does not decode, or two openings are of one kind.
    pub fn new(
        envelope: Vec<u8>,
        mut openings: Vec<Opening>,
        promise: Option<ReceiptPromise>,
    ) -> Result<Self, ReceiptFileError> {
        openings.sort_by_key(|opening| opening.kind);
        Self::of(envelope, openings, promise)
    }

    fn of(
        bytes: Vec<u8>,
        openings: Vec<Opening>,
        promise: Option<ReceiptPromise>,
    ) -> Result<Self, ReceiptFileError> {
        let envelope = decode(&bytes)?;
        for pair in openings.windows(2) {
            if let [first, second] = pair
                && first.kind >= second.kind
            {
                return Err(ReceiptFileError::Order { first: first.kind, second: second.kind });
            }
        }
        Ok(Self { bytes, envelope, openings, promise })
    }

    /// Reads a receipt.
    ///
    /// # Errors
    ///
    /// [`ReceiptFileError`] says which field is not as it must be.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptFileError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(ReceiptFileError::Long { found: bytes.len() });
        }
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| ReceiptFileError::Json(error.to_string()))?;
        if document.format != FORMAT {
            return Err(ReceiptFileError::Format { found: document.format.chars().take(60).collect() });
        }
        let base64 = |field, source| ReceiptFileError::Base64 { field, source };
        let envelope = base64::decode(&document.envelope).map_err(|source| base64("envelope", source))?;
        let mut openings = Vec::with_capacity(document.parts.len());
        for part in &document.parts {
            let key = hex::parse(&part.key).map_err(|_| ReceiptFileError::Key { kind: part.kind })?;
            let bytes = base64::decode(&part.bytes).map_err(|source| base64("bytes", source))?;
            openings.push(Opening { kind: part.kind, key: PartKey::new(key), bytes });
        }
        let promise = match document.promise {
            None => None,
            Some(Promised { note, path }) => {
                Some(ReceiptPromise { note: Note::parse(note.as_bytes())?, path })
            }
        };
        let receipt = Self::of(envelope, openings, promise)?;
        let computed = receipt.id();
        if computed == document.intent_id {
            Ok(receipt)
        } else {
            Err(ReceiptFileError::Intent { stated: document.intent_id, computed })
        }
    }

    /// The event's permanent name, computed from the envelope.
    #[must_use]
    pub fn id(&self) -> IntentId {
        intent_id(&self.envelope.intent)
    }

    /// The bytes of the envelope: the leaf that a proof file proves.
    #[must_use]
    pub fn envelope_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The envelope, decoded.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The openings, kinds ascending; nothing vouches for them before [`ReceiptFile::check`].
    #[must_use]
    pub fn openings(&self) -> &[Opening] {
        &self.openings
    }

    /// The promise, unchecked.
    #[must_use]
    pub const fn promise(&self) -> Option<&ReceiptPromise> {
        self.promise.as_ref()
    }
}

/// The document's text.
impl fmt::Display for ReceiptFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |opening: &Opening| Part {
            kind: opening.kind,
            key: Hex(opening.key.as_bytes()).to_string(),
            bytes: base64::encode(&opening.bytes),
        };
        let promised = |promise: &ReceiptPromise| Promised {
            note: promise.note.to_string(),
            path: promise.path.clone(),
        };
        let document = Document {
            format: FORMAT.to_owned(),
            intent_id: self.id(),
            envelope: base64::encode(&self.bytes),
            parts: self.openings.iter().map(part).collect(),
            promise: self.promise.as_ref().map(promised),
        };
        writeln!(f, "{}", serde_json::to_string_pretty(&document).map_err(|_| fmt::Error)?)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    intent_id: IntentId,
    envelope: String,
    parts: Vec<Part>,
    #[serde(default, deserialize_with = "stated", skip_serializing_if = "Option::is_none")]
    promise: Option<Promised>,
}

/// A field that may be left out but never says `null`: there is one way to have no promise.
fn stated<'de, D: Deserializer<'de>>(document: D) -> Result<Option<Promised>, D::Error> {
    Promised::deserialize(document).map(Some)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    kind: u8,
    key: String,
    bytes: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Promised {
    note: String,
    path: InclusionProof,
}

/// Bytes that are not a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFileError {
    /// Too many bytes.
    #[error("a receipt has at most {} bytes, found {found}", ReceiptFile::MAX_LEN)]
    Long {
        /// How many.
        found: usize,
    },
    /// Not the JSON of a receipt.
    #[error("not the JSON of a receipt: {0}")]
    Json(String),
    /// Another version, or something else.
    #[error("`format`: expected {FORMAT:?}, found {found:?}; use the release that wrote it")]
    Format {
        /// How it begins.
        found: String,
    },
    /// A field that is no base64.
    #[error("`{field}` of the receipt: {source}")]
    Base64 {
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        source: Base64Error,
    },
    /// A key that is no key.
    #[error("the `key` of part kind {kind} is not 64 lower-case hexadecimal digits")]
    Key {
        /// The part's kind.
        kind: u8,
    },
    /// Parts out of order, or one twice.
    #[error("`parts` ascend by kind, each once: {second} stands behind {first}")]
    Order {
        /// The kind before.
        first: u8,
        /// The kind after it.
        second: u8,
    },
    /// The envelope is none.
    #[error("`envelope` of the receipt: {0}")]
    Envelope(#[from] EnvelopeError),
    /// The name is not the envelope's.
    #[error("the receipt is of {stated}, but its envelope is of {computed}: one of them was altered")]
    Intent {
        /// What it says.
        stated: IntentId,
        /// What its envelope gives.
        computed: IntentId,
    },
    /// The promise is no note.
    #[error("`promise` of the receipt: {0}")]
    Promise(#[from] NoteError),
}
