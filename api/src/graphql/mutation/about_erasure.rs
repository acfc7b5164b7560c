//! Inputs of acts of erasure.
//!
//! `docs/events.md`, family oversight; `docs/design.md` (Erasure). Nothing here decides.

use devenir_core::event::code::{ErasureGround, ErasureOutcome, ErasureRefusal, ErasureScope};

use super::input::{ParticipantInput, SignatoryInput, command};
use crate::act;
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};

command! {
    /// A request for erasure.
    RequestErasureInput for act::RequestErasure {
        /// The consultation.
        consultation: ConsultationId,
        /// The text, or the event of the vote.
        target: MadeId,
        /// Which parts.
        scope: Code<ErasureScope>,
        /// Why.
        ground: Code<ErasureGround>,
        /// The author, where a platform asks for theirs.
        on_behalf_of: Option<ParticipantInput>,
        /// The author's token, from the receipt of the text: whoever has it needs no key, and sends none.
        author_token: Option<String>,
        /// Whether it is asked by somebody whom it is about, and who is not its author.
        concerned: Option<bool>,
        /// The number under which the operator keeps the request.
        ticket: Option<String>,
    }
}

command! {
    /// A decision on an erasure.
    DecideErasureInput for act::DecideErasure {
        /// The consultation.
        consultation: ConsultationId,
        /// The request that it answers.
        request: Option<MadeId>,
        /// The text, or the event of the vote.
        target: MadeId,
        /// Which parts.
        scope: Code<ErasureScope>,
        /// Why, if it is granted.
        ground: Code<ErasureGround>,
        /// What is decided.
        outcome: Code<ErasureOutcome>,
        /// Why not, or not all.
        refusal: Option<Code<ErasureRefusal>>,
        /// Why, in words for whoever asked.
        explanation: Option<String>,
        /// Who decides.
        signatory: SignatoryInput,
        /// The number under which the operator keeps the request.
        ticket: Option<String>,
    }
}

command! {
    /// An erasure that was decided.
    EraseInput for act::Erase {
        /// The consultation.
        consultation: ConsultationId,
        /// The decision.
        decision: MadeId,
        /// The number under which the operator keeps the request.
        ticket: Option<String>,
    }
}
