//! Acts signed away from the server, and the roles behind them: what is prepared, and what is handed in.
//!
//! `docs/format.md` (Signed acts) defines the document. The signature is made elsewhere; this module sees no secret.

use async_graphql::{InputObject, OneofObject, SimpleObject};
use devenir_core::event::code::{Assurance, Custody, RevocationCause};
use devenir_core::rules::Role;
use devenir_core::signing::ActFile;

use super::about_amendment::{DecideAmendmentInput, GiveAmendmentOpinionInput};
use super::about_consultation::{AmendRulesInput, CloseConsultationInput, ExtendPhaseInput};
use super::about_erasure::DecideTakedownInput;
use super::about_moderation::{DecideAppealInput, ModerateInput};
use super::about_oversight::{AnswerRecommendationInput, ObserveInput, RecommendInput};
use super::about_response::{CorrectResponseInput, PublishResponseInput, SupersedeResponseInput};
use super::input::{Asked, Credential, Key, SignatoryInput, command};
use super::user_error::UserError;
use crate::act;
use crate::app::{ActError, App};
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};
use crate::graphql::scalar::DateTime;
use crate::rights::RightError;
use crate::signing::{Preparing, prepare};

command! {
    /// A role for somebody.
    GrantRoleInput for act::GrantRole {
        /// The role.
        role: Code<Role>,
        /// The consultation; the whole instance where it is left out.
        consultation: Option<ConsultationId>,
        /// The holder's name; for a platform, the platform's.
        name: String,
        /// A credential of the same person, where they have one.
        same_holder_as: Option<Credential>,
        /// Who appointed them: without it a guarantor is shown as not mandated.
        mandate: Option<String>,
        /// The words of the appointment, or where they stand.
        mandate_text: Option<String>,
        /// For a platform, how sure it is of the people it speaks for.
        assurance: Option<Code<Assurance>>,
        /// The Ed25519 public key with which they sign; without it they act with an API key only.
        public_key: Option<Key>,
        /// Who holds the secret of that key: its holder, where it is left out.
        custody: Option<Code<Custody>>,
        /// From when it counts: at once, where it is left out.
        from: Option<DateTime>,
        /// Until when it counts: until it is taken back, where it is left out.
        until: Option<DateTime>,
    }
}

command! {
    /// A role to take back.
    RevokeRoleInput for act::RevokeRole {
        /// The consultation in which it was given; the whole instance where it is left out.
        consultation: Option<ConsultationId>,
        /// The credential that loses it.
        credential: Credential,
        /// Why.
        cause: Code<RevocationCause>,
        /// Why, in words.
        explanation: Option<String>,
    }
}

command! {
    /// The second hand of an act that waits for one.
    CountersignInput for act::Countersign {
        /// The consultation in which the act stands; the instance itself where it is left out.
        consultation: Option<ConsultationId>,
        /// The act.
        act: MadeId,
        /// Who countersigns.
        signatory: Option<SignatoryInput>,
    }
}

/// Declares the acts that can be prepared to be signed.
macro_rules! signable {
    ($($(#[$doc:meta])* $variant:ident($input:ident);)+) => {
        /// An act of an official, as its own command asks for it; its idempotency key counts only there.
        #[derive(Debug, Clone, OneofObject)]
        pub enum SignableActInput {$(
            $(#[$doc])*
            $variant($input),
        )+}

        impl SignableActInput {
            /// Prepares it.
            ///
            /// # Errors
            /// [`RightError`]: it would be refused, or the credential does not sign.
            pub fn prepare(self, app: &App, asked: &Preparing) -> Result<ActFile, RightError> {
                match self {$(
                    Self::$variant(input) => prepare(app, asked, &input.act().map_err(ActError::from)?),
                )+}
            }
        }
    };
}

signable! {
    /// Change the rules, with reasons.
    AmendRules(AmendRulesInput);
    /// Put off the end of a phase, with reasons.
    ExtendPhase(ExtendPhaseInput);
    /// Close a consultation.
    CloseConsultation(CloseConsultationInput);
    /// Give a body's opinion on an amendment.
    GiveAmendmentOpinion(GiveAmendmentOpinionInput);
    /// Publish a response.
    PublishResponse(PublishResponseInput);
    /// Mend a response.
    CorrectResponse(CorrectResponseInput);
    /// Replace a response.
    SupersedeResponse(SupersedeResponseInput);
    /// Decide an amendment.
    DecideAmendment(DecideAmendmentInput);
    /// Decide on a text.
    Moderate(ModerateInput);
    /// Decide an appeal.
    DecideAppeal(DecideAppealInput);
    /// Note something as a guarantor.
    Observe(ObserveInput);
    /// Recommend something as a guarantor.
    Recommend(RecommendInput);
    /// Answer a guarantor's recommendation.
    AnswerRecommendation(AnswerRecommendationInput);
    /// Give a role.
    GrantRole(GrantRoleInput);
    /// Take a role back.
    RevokeRole(RevokeRoleInput);
    /// Decide to take down the text of a public act.
    DecideTakedown(DecideTakedownInput);
    /// Countersign an act.
    Countersign(CountersignInput);
}

/// An act of an official, to be prepared for their signature.
#[derive(Debug, Clone, InputObject)]
pub struct PrepareActInput {
    /// The key under which handing it in twice is the same asking: a UUID drawn once by the caller.
    pub idempotency_key: Option<uuid::Uuid>,
    /// The credential that is to sign.
    pub signer: Credential,
    /// Until when it may be recorded, at most 31 days from now.
    pub expires_at: DateTime,
    /// The act.
    pub act: SignableActInput,
}

/// An act to be signed away from here, or why it would be refused.
#[derive(Debug, Clone, SimpleObject)]
pub struct PreparedAct {
    /// The document for `devenir sign`: the act, its texts and their keys. It holds what will be public only once recorded.
    pub document: Option<String>,
    /// Why there is none; empty where there is one.
    pub user_errors: Vec<UserError>,
}

/// A signed act.
#[derive(Debug, Clone, InputObject)]
pub struct SubmitSignedActInput {
    /// The document, as `devenir sign` wrote it.
    pub document: String,
}
