//! Family 0x07, moderation: reports, decisions with their grounds, appeals.
//!
//! `docs/events.md` lists the types. The statement of reasons and the moderator's name are personal parts;
//! action and ground are facts. This module shows and hides nothing.

use super::code::{AppealOutcome, Channel};
use super::family::{facts, family};
use super::part::{Author, Explanation, LocalStatus, Moderator, RedactedText};
use crate::rules::{Ground, ModerationAction};
use crate::time::Timestamp;

facts! {
    /// Somebody reports a text.
    pub struct ReportedFacts {
        /// On which ground.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<Ground>,
    }

    /// A moderator decides.
    pub struct DecidedFacts {
        /// What is done.
        action: ModerationAction,
        /// Until when it can be appealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        appeal_until: Option<Timestamp>,
        /// Whether no person took the decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        automated: Option<bool>,
        /// On which ground.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<Ground>,
        /// The version of the moderation policy that applies.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy_version: Option<u32>,
    }

    /// The author contests.
    pub struct AppealedFacts {}

    /// The appeal is decided.
    pub struct AppealDecidedFacts {
        /// How.
        outcome: AppealOutcome,
    }

    /// The author is told.
    pub struct AuthorNotifiedFacts {
        /// By which way.
        channel: Channel,
    }
}

family! {
    /// Events of moderation.
    ModerationEvent {
        /// A text was reported.
        0x0701 "content-reported" v 1 Reported {
            facts: ReportedFacts,
            refs: [Subject One],
            parts: { explanation: Explanation, author: Author },
        }
        /// A moderator decided on a text.
        0x0702 "moderation-decided" v 1 Decided {
            facts: DecidedFacts,
            refs: [Subject One, Cause Any, Act Optional],
            parts: { explanation: Explanation, moderator: Moderator, redacted: RedactedText, local: LocalStatus },
        }
        /// The author contested a decision of moderation.
        0x0703 "moderation-appealed" v 1 Appealed {
            facts: AppealedFacts,
            refs: [Subject One, Act One],
            parts: { explanation: Explanation, author: Author },
        }
        /// An appeal against moderation was decided.
        0x0704 "appeal-decided" v 1 AppealDecided {
            facts: AppealDecidedFacts,
            refs: [Subject One, Act One],
            parts: { explanation: Explanation, moderator: Moderator, redacted: RedactedText },
        }
        /// The author was told of a decision of moderation.
        0x0705 "author-notified" v 1 AuthorNotified {
            facts: AuthorNotifiedFacts,
            refs: [Subject One, Act One],
            parts: {},
        }
    }
}
