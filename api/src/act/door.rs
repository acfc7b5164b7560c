//! The door: who asks, on whose behalf, and how far what they say is trusted.
//!
//! `docs/design.md` (Identities): the door resolves people into participants and tags through the register;
//! what is decided later sees neither. This module knows no act.

use super::erasure::{Erasables, Granted};
use super::malformed::{Malformed, TITLE_MAX, optional, text};
use devenir_core::event::Part;
use devenir_core::event::code::{ErasureScope, Trust};
use devenir_core::event::part::Author;
use devenir_core::id::{IntentId, Participant, StreamId, VoterTag};
use devenir_core::rules::Role;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The namespace of idempotency keys.
    pub namespace: String,
    /// How the events come to be recorded: native, or attested by the operator for someone.
    pub trust: Trust,
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

/// How people become participants and tags, and what holds something of them; implemented over the register and the
/// record.
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

    /// What a decision on an erasure grants, as far as it is not erased yet.
    ///
    /// # Errors
    /// As [`People::erasables`].
    fn granted(&mut self, stream: StreamId, decision: IntentId) -> Result<Granted, Malformed>;
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
