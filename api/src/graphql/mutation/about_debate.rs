//! Inputs of acts of the debate.
//!
//! `docs/events.md`, family debate. Nothing here decides.

use devenir_core::event::code::{Channel, DebatePlace, Side};

use super::input::{ParticipantInput, command};
use crate::act;
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};
use crate::graphql::scalar::{Date, Locale};

command! {
    /// An argument to be posted.
    PostArgumentInput for act::PostArgument {
        /// The consultation.
        consultation: ConsultationId,
        /// What it is about.
        parent: MadeId,
        /// Its side.
        side: Code<Side>,
        /// How it came.
        #[graphql(default_with = "Code(Channel::Web)")]
        channel: Code<Channel>,
        /// Its language.
        lang: Locale,
        /// The words.
        text: String,
        /// The author.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A comment to be posted.
    PostCommentInput for act::PostComment {
        /// The consultation.
        consultation: ConsultationId,
        /// What it is about.
        parent: MadeId,
        /// How it came.
        #[graphql(default_with = "Code(Channel::Web)")]
        channel: Code<Channel>,
        /// Its language.
        lang: Locale,
        /// The words.
        text: String,
        /// The author.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A source to be cited.
    CiteSourceInput for act::CiteSource {
        /// The consultation.
        consultation: ConsultationId,
        /// What it is about.
        parent: MadeId,
        /// The source's title.
        title: String,
        /// Its address.
        url: Option<String>,
        /// What it says.
        text: Option<String>,
        /// Who cites it.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A debate that was held.
    RecordDebateInput for act::RecordDebate {
        /// The consultation.
        consultation: ConsultationId,
        /// What it was about.
        subject: MadeId,
        /// Where it was held.
        place: Code<DebatePlace>,
        /// The day it was held.
        held_on: Option<Date>,
        /// What was said, in short.
        overview: String,
        /// Where it is published.
        #[graphql(default)]
        links: Vec<String>,
    }
}
