//! Acts about who may act: roles given and taken back, and the second hand that some acts wait for.
//!
//! `docs/design.md` (Identities, Two hands). Whoever asks is named in the facts by their credential. Nothing here decides.

use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::response::Signed;
use super::{Act, Caller, People, absent, draft, to};
use devenir_core::consultation::signing_credential;
use devenir_core::envelope::Draft;
use devenir_core::event::code::{Assurance, Custody, GrantScope, RevocationCause};
use devenir_core::event::ledger as ledger_event;
use devenir_core::event::oversight as event;
use devenir_core::event::part::{Explanation, Holder, Mandate};
use devenir_core::event::{Part, RefRole};
use devenir_core::id::{CredentialId, HolderId, IntentId, PublicKey, StreamId};
use devenir_core::ledger::{VerifyingKey, key_id};
use devenir_core::rules::Role;
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::Target;

/// Give a credential a role.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GrantRole {
    /// The role.
    pub role: Role,
    /// The consultation; the whole instance where there is none.
    pub consultation: Option<StreamId>,
    /// The holder's name; for a platform, the platform's.
    pub name: String,
    /// A credential of the same person, where they have one.
    pub same_holder_as: Option<CredentialId>,
    /// Who appointed them.
    pub mandate: Option<String>,
    /// The words of the appointment, or where they stand.
    pub mandate_text: Option<String>,
    /// How sure a platform is of the people it speaks for.
    pub assurance: Option<Assurance>,
    /// The key with which they sign, where they do.
    pub public_key: Option<PublicKey>,
    /// Who holds its secret; its holder where it is not said.
    pub custody: Option<Custody>,
    /// From when it counts.
    pub from: Option<Timestamp>,
    /// Until when it counts.
    pub until: Option<Timestamp>,
}

/// The credential that signs with a key.
///
/// # Errors
/// [`Malformed`] where the key is not one that every implementation reads alike.
pub fn credential_of(key: PublicKey) -> Result<CredentialId, Malformed> {
    VerifyingKey::admit(&key.0).map_err(|error| Malformed {
        field: "publicKey",
        expected: "an Ed25519 public key that every implementation reads alike".into(),
        found: error.to_string(),
    })?;
    Ok(signing_credential(&key_id(&key.0)))
}

impl Act for GrantRole {
    fn target(&self) -> Target {
        self.consultation.map_or(Target::Instance, Target::Consultation)
    }

    fn drafts(&self, caller: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let credential = match self.public_key {
            Some(key) => credential_of(key)?,
            None => CredentialId(people.drawn("credential")),
        };
        let holder = match self.same_holder_as {
            Some(other) => people.known("sameHolderAs", other)?.holder,
            None => HolderId(people.drawn("holder")),
        };
        let body = optional("mandate", self.mandate.as_deref(), TITLE_MAX)?;
        let words = optional("mandateText", self.mandate_text.as_deref(), TEXT_MAX)?;
        let facts = event::RoleGrantedFacts {
            assurance: self.assurance,
            credential,
            custody: self.custody.unwrap_or(Custody::Holder),
            from: self.from,
            granted_by: Some(caller.credential),
            holder,
            key: self.public_key,
            role: self.role,
            scope: if self.consultation.is_some() { GrantScope::Consultation } else { GrantScope::Instance },
            until: self.until,
        };
        let holder = Part::Open(Holder { name: text("name", &self.name, TITLE_MAX)? });
        let mandate = Part::from_option(body.map(|body| Mandate { body, text: words }));
        let event = event::RoleGranted { facts, holder, mandate };
        Ok(vec![draft(event, vec![], Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Take a role back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RevokeRole {
    /// The consultation in which it was given; the whole instance where there is none.
    pub consultation: Option<StreamId>,
    /// The credential that loses it.
    pub credential: CredentialId,
    /// Why.
    pub cause: RevocationCause,
    /// Why, in words.
    pub explanation: Option<String>,
}

impl Act for RevokeRole {
    fn target(&self) -> Target {
        self.consultation.map_or(Target::Instance, Target::Consultation)
    }

    fn drafts(&self, caller: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let grant = people.known("credential", self.credential)?.id;
        let explanation = optional("explanation", self.explanation.as_deref(), TEXT_MAX)?;
        let event = event::RoleRevoked {
            facts: event::RoleRevokedFacts {
                cause: self.cause,
                credential: self.credential,
                revoked_by: caller.credential,
            },
            explanation: Part::from_option(explanation.map(|text| Explanation { text })),
        };
        let refs = vec![to(RefRole::Act, grant)];
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Administrator)])
    }
}

/// Countersign an act that waits for its second hand.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Countersign {
    /// The consultation in which the act stands; the instance itself where there is none.
    pub consultation: Option<StreamId>,
    /// The act.
    pub act: IntentId,
    /// Who countersigns.
    pub signatory: Option<Signed>,
}

impl Act for Countersign {
    fn target(&self) -> Target {
        self.consultation.map_or(Target::Instance, Target::Consultation)
    }

    fn drafts(&self, caller: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = ledger_event::Countersigned {
            facts: ledger_event::CountersignedFacts { credential: caller.credential },
            signatory: match &self.signatory {
                Some(signatory) => Part::Open(signatory.part()?),
                None => absent(),
            },
        };
        let refs = vec![to(RefRole::Act, self.act)];
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Administrator)])
    }
}
