//! Inputs of acts of an authority that answers, and of an author who contests the answer.
//!
//! `docs/events.md`, family response. What a response must say is checked by the act and by the rules.

use async_graphql::InputObject;
use devenir_core::event::code::{Correction, PointerKind, ReasonCode};
use devenir_core::event::part::PointerText;
use devenir_core::event::response::PassageOutcome;
use devenir_core::rules::Outcome;
use uuid::Uuid;

use super::input::{Asked, Given as _, ParticipantInput, SignatoryInput, command, given};
use crate::act::{self, Malformed};
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};
use crate::graphql::scalar::DateTime;

given! {
    /// Where the follow-up stands.
    PointerInput as "PointerInput" for act::ResponsePointer {
        /// What kind of thing it is.
        kind: Code<PointerKind>,
        /// What it is called, such as "délibération 2027-41, article 4".
        words: String,
        /// Its address.
        url: Option<String>,
        /// Its first day, where the outcome asks for it.
        dated: Option<DateTime>,
    }
}

given! {
    /// The words of a pointer.
    PointerTextInput as "PointerTextInput" for PointerText {
        /// What it points at.
        words: String,
        /// Its address.
        url: Option<String>,
    }
}

given! {
    /// The outcome for one passage of a contribution.
    PassageInput as "PassageInput" for PassageOutcome {
        /// The outcome.
        outcome: Code<Outcome>,
        /// The passage, counted from 0 in the contribution's paragraphs.
        passage: u32,
    }
}

given! {
    /// What a response says.
    ResponseInput as "ResponseInput" for act::PublishResponse {
        /// The consultation.
        consultation: ConsultationId,
        /// What it answers.
        answers: Vec<MadeId>,
        /// The outcome.
        outcome: Code<Outcome>,
        /// The bodies that answer, indexes in the list.
        bodies: Vec<u32>,
        /// Why, in words.
        reason: String,
        /// Why, in codes.
        #[graphql(default)]
        reasons: Vec<Code<ReasonCode>>,
        /// The whole text, where there is more than the reason.
        text: Option<String>,
        /// Where the follow-up stands.
        #[graphql(default)]
        pointers: Vec<PointerInput>,
        /// The outcome passage by passage, where it differs.
        #[graphql(default)]
        passages: Vec<PassageInput>,
        /// The body to which it is referred, an index in the list.
        referred_to: Option<u32>,
        /// Until when it is deferred.
        deferred_until: Option<DateTime>,
        /// When it was decided, where that is not now.
        decided_at: Option<DateTime>,
        /// Who signs.
        signatory: SignatoryInput,
    }
}

/// A response to be published.
#[derive(Debug, Clone, InputObject)]
pub struct PublishResponseInput {
    /// The key under which asking again is the same asking: a UUID drawn once by the caller, and the same at each
    /// retry. The header `Idempotency-Key` is as good.
    pub idempotency_key: Option<Uuid>,
    /// Whether the operator enters this for somebody: from paper, a meeting, the telephone. It is then recorded as
    /// attested.
    #[graphql(default)]
    pub attested: bool,
    /// What it says.
    #[graphql(flatten)]
    pub response: ResponseInput,
}

impl Asked for PublishResponseInput {
    type Act = act::PublishResponse;

    fn key(&self) -> Option<Uuid> {
        self.idempotency_key
    }

    fn is_attested(&self) -> bool {
        self.attested
    }

    fn act(self) -> Result<Self::Act, Malformed> {
        self.response.plain()
    }
}

command! {
    /// A response that takes the place of another.
    SupersedeResponseInput for act::SupersedeResponse {
        /// The response that is replaced.
        replaces: MadeId,
        /// The response from now on.
        response: ResponseInput,
    }
}

command! {
    /// A correction of a response.
    CorrectResponseInput for act::CorrectResponse {
        /// The consultation.
        consultation: ConsultationId,
        /// The response.
        response: MadeId,
        /// What is mended.
        corrects: Code<Correction>,
        /// The reason from now on.
        reason: Option<String>,
        /// The text from now on.
        text: Option<String>,
        /// The words of the pointers from now on, in their order.
        #[graphql(default)]
        pointers: Vec<PointerTextInput>,
        /// Who signs from now on.
        signatory: Option<SignatoryInput>,
    }
}

command! {
    /// That an author contests the response to their own text.
    ContestResponseInput for act::ContestResponse {
        /// The consultation.
        consultation: ConsultationId,
        /// The contribution, or the amendment.
        contribution: MadeId,
        /// The response in force to it.
        response: MadeId,
        /// Why.
        explanation: String,
        /// The author, where a platform asks for them.
        on_behalf_of: Option<ParticipantInput>,
        /// The author's token, from the receipt of the text: whoever has it needs no key, and sends none.
        author_token: Option<String>,
    }
}
