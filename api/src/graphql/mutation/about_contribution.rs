//! Inputs of acts on a contribution.
//!
//! `docs/events.md`, family contribution. Nothing here decides.

use devenir_core::event::code::{Channel, CoauthorChange, ContributionKind};

use super::input::{ParticipantInput, command};
use crate::act;
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};
use crate::graphql::scalar::{Date, DateTime, Locale};

command! {
    /// A contribution to be submitted.
    SubmitContributionInput for act::SubmitContribution {
        /// The consultation.
        consultation: ConsultationId,
        /// What sort it is.
        kind: Code<ContributionKind>,
        /// How it came.
        #[graphql(default_with = "Code(Channel::Web)")]
        channel: Code<Channel>,
        /// Its language.
        lang: Locale,
        /// The title: at most 300 characters.
        title: String,
        /// The text: plain, at most 60,000 characters.
        body: String,
        /// Its theme, an index in the rules.
        theme: Option<u32>,
        /// Its territory, an index in the rules.
        territory: Option<u32>,
        /// A place, in words.
        place: Option<String>,
        /// The day it was written, where that is not today: on paper, at a meeting.
        written_on: Option<Date>,
        /// Who submits it; nobody for an unsigned page of a paper register.
        on_behalf_of: Option<ParticipantInput>,
    }
}

command! {
    /// A contribution to be shown to everybody.
    PublishContributionInput for act::PublishContribution {
        /// The consultation.
        consultation: ConsultationId,
        /// The contribution.
        contribution: MadeId,
        /// Whether a moderator does it, rather than the platform by itself.
        #[graphql(default)]
        by_moderator: bool,
    }
}

command! {
    /// A new version of one's own text.
    ReviseContributionInput for act::ReviseContribution {
        /// The consultation.
        consultation: ConsultationId,
        /// The contribution.
        contribution: MadeId,
        /// The title from now on.
        title: String,
        /// The text from now on.
        body: String,
        /// Whether the meaning changes.
        material: Option<bool>,
        /// Why, in the author's words.
        explanation: Option<String>,
        /// The author, where a platform asks for them.
        on_behalf_of: Option<ParticipantInput>,
        /// The author's token, from the receipt of the text: whoever has it needs no key, and sends none.
        author_token: Option<String>,
    }
}

command! {
    /// A request to an author for another text.
    RequestRevisionInput for act::RequestRevision {
        /// The consultation.
        consultation: ConsultationId,
        /// The contribution.
        contribution: MadeId,
        /// Until when.
        until: Option<DateTime>,
        /// What should change, and why.
        explanation: String,
        /// Who asks.
        moderator: Option<String>,
    }
}

command! {
    /// A contribution to be taken back by its author.
    WithdrawContributionInput for act::WithdrawContribution {
        /// The consultation.
        consultation: ConsultationId,
        /// The contribution.
        contribution: MadeId,
        /// Why, where the author says.
        reason: Option<String>,
        /// The author, where a platform asks for them.
        on_behalf_of: Option<ParticipantInput>,
        /// The author's token, from the receipt of the text: whoever has it needs no key, and sends none.
        author_token: Option<String>,
    }
}

command! {
    /// A change of coauthors.
    ChangeCoauthorInput for act::ChangeCoauthor {
        /// The consultation.
        consultation: ConsultationId,
        /// The contribution.
        contribution: MadeId,
        /// What changes.
        change: Code<CoauthorChange>,
        /// The coauthor.
        coauthor: ParticipantInput,
        /// The author who asks.
        on_behalf_of: ParticipantInput,
    }
}
