//! An act opened: every commitment computed again, the text read, and the one thing that is signed.
//!
//! `docs/format.md` (Signed acts) lists what a signer checks before signing. This module shows nothing to anybody and decides
//! nothing.

use super::document::ActFile;
use super::signable::is_signable;
use crate::envelope::{
    Draft, Envelope, EnvelopeError, Intent, PartContext, PartKey, ReadError, Recorded, Reference, Sequence,
    Signature, Signer, commit, decode_intent, intent_id, intent_signature_message, read_sound,
};
use crate::event::{Absence, PartSource};
use crate::id::IntentId;
use crate::ledger::{Hash, Position, Revision, Signature as KeySignature, SigningKey, key_id};
use crate::time::Timestamp;

/// An act whose parts are those that it commits to; nobody vouches for it yet.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedAct {
    /// What is signed: the name of the act.
    pub id: IntentId,
    /// The act.
    pub intent: Intent,
    /// Who is to sign, what they had seen, and until when.
    pub signer: Signer,
    /// What would be recorded, with every part open. Its place and its instant mean nothing.
    pub reading: Recorded,
    /// The keys of the parts, in their order.
    pub part_keys: Vec<PartKey>,
}

impl ActFile {
    /// Computes every commitment and the name of the act again, and reads what would be recorded.
    ///
    /// # Errors
    ///
    /// [`UnsoundAct`] names what does not fit. Such an act must not be signed.
    pub fn open(&self) -> Result<OpenedAct, UnsoundAct> {
        let intent = decode_intent(&self.intent)?;
        let signer = intent.signer.ok_or(UnsoundAct::NoSigner)?;
        if (intent.command_index, intent.command_count) != (0, 1) {
            return Err(UnsoundAct::Several { count: intent.command_count });
        }
        let kinds: Vec<u8> = intent.parts.iter().map(|part| part.kind).collect();
        let found: Vec<u8> = self.parts.iter().map(|(kind, ..)| *kind).collect();
        if kinds != found {
            return Err(UnsoundAct::Parts { expected: kinds, found });
        }
        for (committed, (kind, key, bytes)) in intent.parts.iter().zip(&self.parts) {
            let (event_type, schema) = (intent.event_type, intent.schema);
            let context =
                PartContext { log: intent.log, stream: intent.stream, event_type, schema, kind: *kind };
            if commit(key, &context, bytes) != committed.commitment {
                return Err(UnsoundAct::Part { kind: *kind });
            }
        }
        let id = intent_id(&intent);
        let envelope = Envelope { intent, signature: Signature::NONE, sequence: NOWHERE };
        let reading = read_sound(&envelope, id, Hash::ZERO, &mut Open(self))?;
        if !is_signable(&reading.event) {
            return Err(UnsoundAct::NotSignable { name: reading.event.event_type().name });
        }
        let part_keys = self.parts.iter().map(|(_, key, _)| key.clone()).collect();
        Ok(OpenedAct { id, intent: envelope.intent, signer, reading, part_keys })
    }
}

impl OpenedAct {
    /// Signs the act.
    ///
    /// # Errors
    ///
    /// [`UnsoundAct::AnotherKey`] where it asks for the signature of another key.
    pub fn sign(&self, key: &SigningKey) -> Result<KeySignature, UnsoundAct> {
        let found = key_id(key.verifying_key().as_bytes());
        if found != self.signer.key {
            return Err(UnsoundAct::AnotherKey { expected: self.signer.key, found });
        }
        Ok(key.sign(&intent_signature_message(self.id)))
    }

    /// The act as it was drafted: sealed anew with the same keys, it must get the same name.
    #[must_use]
    pub fn draft(&self) -> Draft {
        let refs = self.reading.refs.iter().map(|(role, id)| (role, Reference::Recorded(id))).collect();
        let Recorded { event, occurred, actor, .. } = self.reading.clone();
        Draft { event, refs, occurred, actor }
    }
}

/// An act that has no place yet stands nowhere.
const NOWHERE: Sequence = Sequence {
    position: Position::FIRST,
    revision: Revision::new(0),
    prev: Hash::ZERO,
    prev_position: None,
    recorded_at: Timestamp(0),
};

/// The parts of a document, known to fit.
struct Open<'a>(&'a ActFile);

impl PartSource for Open<'_> {
    fn part(&mut self, kind: u8) -> Result<Vec<u8>, Absence> {
        let part = self.0.parts.iter().find(|(other, ..)| *other == kind);
        part.map(|(_, _, bytes)| bytes.clone()).ok_or(Absence::NotInSource)
    }
}

/// Why an act must not be signed, or what was signed is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsoundAct {
    /// The bytes are no intent.
    #[error("`intent` of the act: {0}")]
    Intent(#[from] EnvelopeError),
    /// The act does not read as an event.
    #[error("the act does not read: {0}")]
    Read(#[from] ReadError),
    /// It names nobody to sign it.
    #[error("the act names no signer; ask for one that is prepared to be signed")]
    NoSigner,
    /// It is none of the acts that are signed.
    #[error("`{name}` is never signed away from the server: ask for it with its own command")]
    NotSignable {
        /// The name of its type.
        name: &'static str,
    },
    /// It is one of several.
    #[error("the act is one of {count} of its command; an act is signed alone")]
    Several {
        /// How many.
        count: u16,
    },
    /// Parts are missing, or are not its own.
    #[error("the act commits to parts of the kinds {expected:?}, the document brings {found:?}")]
    Parts {
        /// The kinds that it commits to.
        expected: Vec<u8>,
        /// The kinds that came.
        found: Vec<u8>,
    },
    /// A part is not the one that it commits to.
    #[error(
        "the part of kind {kind} is not the one that the act commits to: its text or its key was changed; do not sign"
    )]
    Part {
        /// The part's kind.
        kind: u8,
    },
    /// Another key is to sign.
    #[error("the act is to be signed with the key {expected}, this key is {found}")]
    AnotherKey {
        /// The id of the key that it names.
        expected: Hash,
        /// The id of the key at hand.
        found: Hash,
    },
    /// Nobody signed yet.
    #[error("the act is not signed yet; sign it with `devenir sign` first")]
    Unsigned,
}
