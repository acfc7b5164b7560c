//! Inputs of acts of moderation.
//!
//! `docs/events.md`, family moderation. Nothing here decides.

use devenir_core::event::code::{AppealOutcome, Channel};
use devenir_core::rules::{Ground, ModerationAction};

use super::input::{ParticipantInput, command};
use crate::act;
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};
use crate::graphql::scalar::DateTime;

command! {
    /// A report to the moderators.
    ReportContentInput for act::ReportContent {
        /// The consultation.
        consultation: ConsultationId,
        /// What is reported.
        subject: MadeId,
        /// On which ground.
        ground: Option<Code<Ground>>,
        /// Why, in words.
        explanation: Option<String>,
        /// Who reports.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A decision on a text, with its statement of reasons.
    ModerateInput for act::Moderate {
        /// The consultation.
        consultation: ConsultationId,
        /// What is decided on.
        subject: MadeId,
        /// What is done.
        action: Code<ModerationAction>,
        /// On which ground.
        ground: Option<Code<Ground>>,
        /// Why, in words.
        explanation: Option<String>,
        /// The version of the moderation policy that applies.
        policy_version: Option<u32>,
        /// Until when it can be appealed.
        appeal_until: Option<DateTime>,
        /// Whether no person took the decision.
        automated: Option<bool>,
        /// Who decides.
        moderator: Option<String>,
        /// The reports that led to it.
        #[graphql(default)]
        reports: Vec<MadeId>,
        /// The title without the words that had to go.
        redacted_title: Option<String>,
        /// The text without the words that had to go.
        redacted_body: Option<String>,
    }
}

command! {
    /// An appeal against a decision on one's own text.
    AppealInput for act::Appeal {
        /// The consultation.
        consultation: ConsultationId,
        /// The text.
        subject: MadeId,
        /// The decision.
        decision: MadeId,
        /// Why.
        explanation: String,
        /// The author, where a platform asks for them.
        on_behalf_of: Option<ParticipantInput>,
        /// The author's token, from the receipt of the text: whoever has it needs no key, and sends none.
        author_token: Option<String>,
    }
}

command! {
    /// A decision on an appeal.
    DecideAppealInput for act::DecideAppeal {
        /// The consultation.
        consultation: ConsultationId,
        /// The text.
        subject: MadeId,
        /// The appeal.
        appeal: MadeId,
        /// How.
        outcome: Code<AppealOutcome>,
        /// Why.
        explanation: String,
        /// Who decides.
        moderator: Option<String>,
        /// The title without the words that had to go.
        redacted_title: Option<String>,
        /// The text without the words that had to go.
        redacted_body: Option<String>,
    }
}

command! {
    /// A notification of an author.
    NotifyAuthorInput for act::NotifyAuthor {
        /// The consultation.
        consultation: ConsultationId,
        /// The text.
        subject: MadeId,
        /// The decision.
        decision: MadeId,
        /// By which way.
        channel: Code<Channel>,
    }
}
