//! The document of an act to be signed: its fields, how it is read, and how it is written.
//!
//! `docs/format.md` (Signed acts) is the law: closed fields, no other ones, every text in its only form. Reading checks the
//! form alone; whether anything fits is [`ActFile::open`]'s work.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::envelope::{PartKey, Sealed, intent_bytes};
use crate::ledger::Signature;
use crate::ledger::base64::{self, Base64Error};
use crate::ledger::hex::{self, Hex};

/// The first field of every document of this version.
const FORMAT: &str = "devenir act v0";

/// An act to be signed, or signed, as it was read: nothing fits anything yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActFile {
    /// The name under which the ledger is known outside; a help for people, nothing rests on it.
    pub origin: String,
    /// The namespace of the idempotency key.
    pub namespace: String,
    /// The idempotency key: handing the act in twice is the same asking.
    pub key: String,
    /// The bytes of the intent, the signer's lines included.
    pub intent: Vec<u8>,
    /// Each part with the key of its commitment, in the order of the intent.
    pub parts: Vec<(u8, PartKey, Vec<u8>)>,
    /// The signature, once there is one.
    pub signature: Option<Signature>,
}

impl ActFile {
    /// How many bytes a document may have: 15 parts of 1 MiB in base64, and what stands around them.
    pub const MAX_LEN: usize = 24 << 20;

    /// The document of a sealed act.
    #[must_use]
    pub fn of(origin: String, namespace: String, key: String, sealed: Sealed) -> Self {
        let intent = intent_bytes(&sealed.intent);
        let parts = sealed.parts.into_iter().map(|part| (part.kind, part.key, part.bytes)).collect();
        Self { origin, namespace, key, intent, parts, signature: None }
    }

    /// Reads a document.
    ///
    /// # Errors
    ///
    /// [`ActFileError`] says which field is not as it must be.
    pub fn parse(bytes: &[u8]) -> Result<Self, ActFileError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(ActFileError::Long { found: bytes.len() });
        }
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| ActFileError::Json(error.to_string()))?;
        if document.format != FORMAT {
            return Err(ActFileError::Format { found: document.format.chars().take(60).collect() });
        }
        let base64 =
            |field, text: &str| base64::decode(text).map_err(|source| ActFileError::Base64 { field, source });
        let mut parts = Vec::with_capacity(document.parts.len());
        for part in &document.parts {
            let key = hex::parse(&part.key).map_err(|_| ActFileError::Key { kind: part.kind })?;
            parts.push((part.kind, PartKey::new(key), base64("bytes", &part.bytes)?));
        }
        let signature = match &document.signature {
            None => None,
            Some(text) => {
                let bytes = base64("signature", text)?;
                let found = bytes.len();
                let bytes = bytes.try_into().map_err(|_| ActFileError::Signature { found })?;
                Some(Signature::from_bytes(bytes))
            }
        };
        let intent = base64("intent", &document.intent)?;
        let Document { origin, namespace, key, .. } = document;
        Ok(Self { origin, namespace, key, intent, parts, signature })
    }
}

/// The document's text.
impl fmt::Display for ActFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |(kind, key, bytes): &(u8, PartKey, Vec<u8>)| Part {
            kind: *kind,
            key: Hex(key.as_bytes()).to_string(),
            bytes: base64::encode(bytes),
        };
        let document = Document {
            format: FORMAT.to_owned(),
            origin: self.origin.clone(),
            namespace: self.namespace.clone(),
            key: self.key.clone(),
            intent: base64::encode(&self.intent),
            parts: self.parts.iter().map(part).collect(),
            signature: self.signature.map(|signature| base64::encode(signature.as_bytes())),
        };
        writeln!(f, "{}", serde_json::to_string_pretty(&document).map_err(|_| fmt::Error)?)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    origin: String,
    namespace: String,
    key: String,
    intent: String,
    parts: Vec<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    kind: u8,
    key: String,
    bytes: String,
}

/// Bytes that are not an act to be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActFileError {
    /// Too many bytes.
    #[error("an act to be signed has at most {} bytes, found {found}", ActFile::MAX_LEN)]
    Long {
        /// How many.
        found: usize,
    },
    /// Not the JSON of one.
    #[error("not the JSON of an act to be signed: {0}")]
    Json(String),
    /// Another version, or something else.
    #[error("`format`: expected {FORMAT:?}, found {found:?}; use the release that wrote it")]
    Format {
        /// How it begins.
        found: String,
    },
    /// A field that is no base64.
    #[error("`{field}` of the act: {source}")]
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
    /// A signature of another length.
    #[error("`signature` of the act: a signature is the base64 of 64 bytes, found {found}")]
    Signature {
        /// How many bytes.
        found: usize,
    },
}
