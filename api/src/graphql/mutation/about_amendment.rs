//! Inputs of acts on an amendment.
//!
//! `docs/events.md`, family amendment. Nothing here decides.

use devenir_core::event::code::{Channel, Opinion};
use devenir_core::rules::{AmendmentFate, Ground};

use super::input::{ParticipantInput, SignatoryInput, command};
use crate::act;
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};
use crate::graphql::scalar::Locale;

command! {
    /// An amendment to be submitted.
    SubmitAmendmentInput for act::SubmitAmendment {
        /// The consultation.
        consultation: ConsultationId,
        /// The contribution, text of the authority or amendment that it changes.
        parent: MadeId,
        /// How it came.
        #[graphql(default_with = "Code(Channel::Web)")]
        channel: Code<Channel>,
        /// Its language.
        lang: Locale,
        /// The title.
        title: String,
        /// The text.
        body: String,
        /// Why, in the author's words.
        explanation: Option<String>,
        /// The author.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A body's opinion on an amendment.
    GiveAmendmentOpinionInput for act::GiveAmendmentOpinion {
        /// The consultation.
        consultation: ConsultationId,
        /// The amendment.
        amendment: MadeId,
        /// The body, an index in the list.
        body: u32,
        /// Its opinion.
        opinion: Code<Opinion>,
        /// Why.
        reason: Option<String>,
    }
}

command! {
    /// A decision on an amendment.
    DecideAmendmentInput for act::DecideAmendment {
        /// The consultation.
        consultation: ConsultationId,
        /// The amendment.
        amendment: MadeId,
        /// What becomes of it.
        fate: Code<AmendmentFate>,
        /// On which ground, where it is inadmissible.
        ground: Option<Code<Ground>>,
        /// The body that decides, an index in the list; nothing where the author of the text decides.
        body: Option<u32>,
        /// The number of the version that takes it in.
        resulting_version: Option<u32>,
        /// Why.
        reason: Option<String>,
        /// Who signs, where a body decides.
        signatory: Option<SignatoryInput>,
    }
}

command! {
    /// A mended text of one's own amendment.
    RectifyAmendmentInput for act::RectifyAmendment {
        /// The consultation.
        consultation: ConsultationId,
        /// The amendment.
        amendment: MadeId,
        /// The title from now on.
        title: String,
        /// The text from now on.
        body: String,
        /// The author, where a platform asks for them.
        on_behalf_of: Option<ParticipantInput>,
        /// The author's token, from the receipt of the text: whoever has it needs no key, and sends none.
        author_token: Option<String>,
    }
}

command! {
    /// An amendment that lost its object.
    LapseAmendmentInput for act::LapseAmendment {
        /// The consultation.
        consultation: ConsultationId,
        /// The amendment.
        amendment: MadeId,
        /// The act that brought it about.
        cause: Option<MadeId>,
    }
}
