//! People and what they hold, found for one command: participants and voter tags by the register, the rest by the views.
//!
//! `docs/design.md` (Identities) says who is who under which name. A platform's key speaks for that platform's own people
//! alone. This module decides nothing of what the command asks.

use crate::act::{Erasables, Granted, KnownCredential, Malformed, People};
use crate::app::{App, AppError, author_part};
use devenir_core::event::code::{ErasureScope, Trust};
use devenir_core::event::oversight::ErasureRequestedFacts;
use devenir_core::event::part::Author;
use devenir_core::event::{Absence, Part};
use devenir_core::id::{CommandId, CredentialId, IntentId, Participant, StreamId, VoterTag};
use devenir_core::writer::{Door, RegisterError};
use devenir_projections::ViewError;

/// People, resolved through the register for one command.
pub(crate) struct Resolver<'a> {
    /// The instance.
    pub(crate) app: &'a App,
    /// The command that it is for.
    pub(crate) command: CommandId,
    /// The platform whose people alone may be named, where the credential is a platform's.
    pub(crate) held_to: Option<String>,
}

impl Resolver<'_> {
    /// What a person's votes in a ballot share a tag for, whatever the request names: nothing where the rules cap the
    /// votes of a person in the whole ballot or its votes name nothing; its one subject where it is about one. Two tags
    /// would be two votes.
    fn target(&self, ballot: IntentId, named: Option<IntentId>) -> Result<Option<IntentId>, AppError> {
        let mut reading = self.app.read()?;
        if reading.position_of(ballot)?.is_none() {
            // Opened a moment ago, by somebody who did not wait for the views.
            self.app.catch_up()?;
            reading = self.app.read()?;
        }
        let position = reading.position_of(ballot)?;
        let ballot = position.map_or(Ok(None), |position| reading.ballot(position))?;
        // What is no ballot is refused by the deciders, with a better message.
        let Some(ballot) = ballot else { return Ok(named) };
        if ballot.votes_per_person.is_some() || ballot.choices_withheld {
            return Ok(None);
        }
        match ballot.subject {
            Some(subject) => Ok(reading.id_of(subject)?),
            None => Ok(named),
        }
    }
}

fn unanswered(error: &RegisterError) -> Malformed {
    Malformed { field: "onBehalfOf", expected: "an answer of the register".into(), found: error.to_string() }
}

impl People for Resolver<'_> {
    fn participant(
        &mut self,
        stream: StreamId,
        platform: &str,
        subject: &str,
    ) -> Result<Participant, Malformed> {
        if let Some(own) = self.held_to.as_deref().filter(|own| *own != platform) {
            return Err(Malformed {
                field: "onBehalfOf.platform",
                expected: format!("`{own}`, the platform of this key"),
                found: format!("`{platform}`"),
            });
        }
        let mut register = self.app.register();
        register.participant(stream, platform, subject).map_err(|error| unanswered(&error))
    }

    fn author(&mut self, text: IntentId) -> Result<Part<Author>, Malformed> {
        let found = self.app.event(text).map_err(|error| Malformed {
            field: "authorToken",
            expected: "an answer of the record".into(),
            found: error.to_string(),
        })?;
        // What is not found is refused by the deciders, with a better message.
        let author = found.as_ref().and_then(author_part).cloned();
        Ok(author.unwrap_or(Part::Absent(Absence::NotInSource)))
    }

    fn tag(
        &mut self,
        participant: Participant,
        ballot: IntentId,
        target: Option<IntentId>,
    ) -> Result<VoterTag, Malformed> {
        let target = self.target(ballot, target).map_err(|error| Malformed {
            field: "ballot",
            expected: "an answer of the views".into(),
            found: error.to_string(),
        })?;
        let mut register = self.app.register();
        register.tag(participant, ballot, target).map_err(|error| unanswered(&error))
    }

    fn erasables(
        &mut self,
        stream: StreamId,
        target: IntentId,
        scope: ErasureScope,
    ) -> Result<Erasables, Malformed> {
        self.app.erasables(stream, target, scope)
    }

    fn requested(&mut self, stream: StreamId, request: IntentId) -> Result<ErasureRequestedFacts, Malformed> {
        self.app.requested(stream, request)
    }

    fn granted(&mut self, stream: StreamId, decision: IntentId) -> Result<Granted, Malformed> {
        self.app.granted(stream, decision)
    }

    fn public_texts(
        &mut self,
        stream: StreamId,
        target: IntentId,
        named: &[String],
    ) -> Result<u16, Malformed> {
        self.app.public_texts(stream, target, named)
    }

    fn known(&mut self, field: &'static str, credential: CredentialId) -> Result<KnownCredential, Malformed> {
        let found = || {
            let reading = self.app.read()?;
            let Some(known) = reading.credential(credential)? else { return Ok(None) };
            let id = reading.id_of(known.position)?;
            Ok(id.map(|id| KnownCredential { holder: known.facts.holder, id }))
        };
        let malformed = |found: String| Malformed {
            field,
            expected: "a credential that was granted a role".into(),
            found,
        };
        let found = found().map_err(|error: ViewError| malformed(error.to_string()))?;
        found.ok_or_else(|| malformed(credential.to_string()))
    }

    fn drawn(&mut self, what: &'static str) -> [u8; 16] {
        // The id of a command is made with the instance's own key.
        let door = Door { namespace: format!("drawn {what}"), trust: Trust::Native };
        self.app.writer().command_id(&door, &self.command.0).0
    }
}
