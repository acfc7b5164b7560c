//! Inputs of acts of guarantors and of the operator about the record itself.
//!
//! `docs/events.md`, family oversight. Nothing here decides.

use devenir_core::event::code::{Followed, GapCause};

use super::input::{SignatoryInput, command};
use crate::act;
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};

command! {
    /// Something that a guarantor notes.
    ObserveInput for act::Observe {
        /// The consultation.
        consultation: ConsultationId,
        /// What it is about.
        subject: Option<MadeId>,
        /// What was noted.
        text: String,
        /// Who notes it.
        signatory: SignatoryInput,
    }
}

command! {
    /// Something that a guarantor recommends.
    RecommendInput for act::Recommend {
        /// The consultation.
        consultation: ConsultationId,
        /// What is recommended, and why.
        text: String,
        /// Who recommends it.
        signatory: SignatoryInput,
    }
}

command! {
    /// An answer to a guarantor's recommendation.
    AnswerRecommendationInput for act::AnswerRecommendation {
        /// The consultation.
        consultation: ConsultationId,
        /// The recommendation.
        recommendation: MadeId,
        /// Whether it is followed.
        followed: Code<Followed>,
        /// Why, and what is done.
        text: String,
        /// Who answers.
        signatory: SignatoryInput,
    }
}

command! {
    /// Something that is missing from the record.
    DeclareGapInput for act::DeclareGap {
        /// The consultation.
        consultation: ConsultationId,
        /// Why it is missing.
        cause: Code<GapCause>,
        /// Where it should have come from.
        platform: String,
        /// What kind of thing is missing.
        kind: String,
        /// Which one.
        external_id: String,
    }
}
