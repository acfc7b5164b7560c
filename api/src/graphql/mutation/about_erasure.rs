//! Inputs of acts of erasure and of takedown.
//!
//! `docs/events.md`, families oversight and ledger; `docs/design.md` (Erasure). Nothing here decides.

use devenir_core::event::code::{ErasureGround, ErasureOutcome, ErasureRefusal, ErasureScope};
use devenir_core::rules::Ground;

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

command! {
    /// A takedown of the text of a public act.
    DecideTakedownInput for act::DecideTakedown {
        /// The consultation.
        consultation: ConsultationId,
        /// The act: a response, a text of the authority, a decision, a mandate.
        target: MadeId,
        /// Which of its parts, by name, such as `text`, `minutes` or `reasons`; every text of the act where it is left out.
        /// What a person wrote or signed is erased and not taken down; rules, lists and tables stay for ever.
        parts: Option<Vec<String>>,
        /// Why, as a code.
        ground: Code<Ground>,
        /// Why, in words, which stay public.
        reasons: String,
        /// Who decides.
        signatory: SignatoryInput,
    }
}
