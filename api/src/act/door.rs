//! The door: who asks, on whose behalf, and how far what they say is trusted.
//!
//! `docs/design.md` (Identities): the door resolves people into participants and tags through the register;
//! what is decided later sees neither. This module knows no act.

use super::erasure::{Erasables, Granted};
use super::malformed::{Malformed, TITLE_MAX, optional, text};
use devenir_core::event::Part;
use devenir_core::event::code::{ErasureScope, Trust};
use devenir_core::event::oversight::ErasureRequestedFacts;
use devenir_core::event::part::Author;
use devenir_core::id::{CredentialId, HolderId, IntentId, Participant, StreamId, VoterTag};
use devenir_core::rules::Role;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The namespace of idempotency keys.
    pub namespace: String,
    /// How the events come to be recorded: native, or attested by the operator for someone.
    pub trust: Trust,
    /// With which credential: what acts about rights name as the hand that does them.
    pub credential: CredentialId,
}

/// The person on whose behalf a platform speaks.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OnBehalfOf {
    /// The platform that knows the person.
    pub platform: String,
    /// The person's identifier there; kept as a keyed digest only.
    pub subject: String,
    /// The name to be shown, where the person wants one.
    pub name: Option<String>,
}

/// What the record knows of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownCredential {
    /// Whose it is.
    pub holder: HolderId,
    /// The act that gave it its role.
    pub id: IntentId,
}

/// How people become participants, tags and holders, and what holds something of them; implemented over the register, the
/// views and the record.
pub trait People {
    /// The participant of a person in a consultation.
    ///
    /// # Errors
    /// [`Malformed`] where the register does not answer.
    fn participant(
        &mut self,
        stream: StreamId,
        platform: &str,
        subject: &str,
    ) -> Result<Participant, Malformed>;

    /// What the record says of the author of a text, as far as it is not erased.
    ///
    /// # Errors
    /// [`Malformed`] where the record does not answer.
    fn author(&mut self, text: IntentId) -> Result<Part<Author>, Malformed>;

    /// The tag of a participant on a target in a ballot.
    ///
    /// # Errors
    /// [`Malformed`] where the register does not answer.
    fn tag(
        &mut self,
        participant: Participant,
        ballot: IntentId,
        target: Option<IntentId>,
    ) -> Result<VoterTag, Malformed>;

    /// What erasing parts of a text or a vote comes to.
    ///
    /// # Errors
    /// [`Malformed`] where there is nothing of the kind, or nothing left.
    fn erasables(
        &mut self,
        stream: StreamId,
        target: IntentId,
        scope: ErasureScope,
    ) -> Result<Erasables, Malformed>;

    /// What somebody asked to have erased.
    ///
    /// # Errors
    /// [`Malformed`] where it is no such request, or the record does not answer.
    fn requested(&mut self, stream: StreamId, request: IntentId) -> Result<ErasureRequestedFacts, Malformed>;

    /// What a decision on an erasure grants, as far as it is not erased yet.
    ///
    /// # Errors
    /// As [`People::erasables`].
    fn granted(&mut self, stream: StreamId, decision: IntentId) -> Result<Granted, Malformed>;

    /// The texts of a public act that are to be taken down, as a mask: bit i is the i-th part of its envelope. All that it
    /// has, where none is named.
    ///
    /// # Errors
    /// [`Malformed`] where the act has no such text, or what is named is a person's, or rules rest on it.
    fn public_texts(
        &mut self,
        stream: StreamId,
        target: IntentId,
        named: &[String],
    ) -> Result<u16, Malformed>;

    /// What is known of a credential that `field` names.
    ///
    /// # Errors
    /// [`Malformed`] where nobody was granted it, or the views do not answer.
    fn known(&mut self, field: &'static str, credential: CredentialId) -> Result<KnownCredential, Malformed>;

    /// 16 bytes that nobody can guess, the same whenever the same command is asked for.
    fn drawn(&mut self, what: &'static str) -> [u8; 16];
}

impl OnBehalfOf {
    /// The participant.
    pub(crate) fn participant(
        &self,
        stream: StreamId,
        people: &mut dyn People,
    ) -> Result<Participant, Malformed> {
        let platform = text("onBehalfOf.platform", &self.platform, TITLE_MAX)?;
        let subject = text("onBehalfOf.subject", &self.subject, TITLE_MAX)?;
        people.participant(stream, &platform, &subject)
    }

    /// The author part.
    pub(super) fn author(
        &self,
        stream: StreamId,
        people: &mut dyn People,
    ) -> Result<Part<Author>, Malformed> {
        let participant = Some(self.participant(stream, people)?);
        let name = optional("onBehalfOf.name", self.name.as_deref(), TITLE_MAX)?;
        Ok(Part::Open(Author { name, participant }))
    }
}

/// The class of a person who acts through a platform, or for whom the operator enters something.
pub(super) const CITIZEN: Role = Role::Citizen;
