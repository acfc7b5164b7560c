//! What an act of the story asks for, as it is written: one variant for each `what` of the README's table.
//!
//! Fields that the record has no place for yet are for the readers of the story; each says so here. This module
//! knows no act of the API.

use devenir_core::event::code::{
    AppealOutcome, Channel, Choice, ContributionKind, Correction, DebatePlace, ErasureGround, ErasureOutcome,
    ErasureScope, Followed, GapCause, ImportFormat, PointerKind, ReasonCode, Side,
};
use devenir_core::rules::{AmendmentFate, Ground, ModerationAction, Outcome};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An act of the story.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Deed {
    RegisterConsultation {},
    AdoptRules {},
    AmendRules {
        threshold: u64,
        reason: String,
    },
    OpenPhase {
        phase: String,
    },
    ExtendPhase {
        phase: String,
        until_day: i64,
        reason: String,
    },
    ClosePhase {
        phase: String,
    },
    CloseConsultation {
        reason: Option<String>,
    },
    PublishReferenceText(ReferenceText),
    Submit(Submission),
    Publish {
        of: String,
    },
    Revise {
        of: String,
        version: u32,
        text: String,
        reason: Option<String>,
    },
    Withdraw {
        of: String,
        reason: Option<String>,
    },
    Amend(Amendment),
    DecideAmendment {
        of: String,
        fate: AmendmentFate,
        resulting_version: Option<u32>,
        reason: Option<String>,
    },
    Argue {
        of: String,
        side: Side,
        text: String,
    },
    Comment {
        of: String,
        text: String,
    },
    CiteSource {
        of: String,
        title: String,
        url: Option<String>,
        text: Option<String>,
    },
    HoldDebate {
        of: String,
        place: DebatePlace,
        text: String,
    },
    OpenBallot {
        ballot: String,
        #[expect(dead_code, reason = "a ballot on several chosen texts is not recorded as such yet")]
        subjects: Option<Vec<String>>,
    },
    CloseBallot {
        ballot: String,
    },
    Vote(Vote),
    ChangeVote {
        ballot: String,
        of: String,
        choice: Choice,
    },
    RetractVote {
        ballot: String,
        of: String,
        #[expect(dead_code, reason = "the record has no place for why a voter took a vote back")]
        reason: Option<String>,
    },
    Report {
        of: String,
        ground: Option<Ground>,
        reason: Option<String>,
    },
    Moderate(Moderation),
    NotifyAuthor {
        of: String,
        channel: Channel,
    },
    Appeal {
        of: String,
        reason: String,
    },
    DecideAppeal {
        of: String,
        outcome: AppealOutcome,
        redacted: Option<String>,
        reason: String,
    },
    Respond(Response),
    CorrectResponse {
        of: String,
        corrects: Correction,
        text: String,
        #[expect(dead_code, reason = "the record has no place for why a response was mended")]
        reason: Option<String>,
    },
    SupersedeResponse(Replacement),
    Recommend {
        number: u32,
        reason: String,
    },
    AnswerRecommendation {
        number: u32,
        followed: Followed,
        reason: String,
    },
    Observe {
        of: Option<String>,
        reason: String,
    },
    RequestErasure {
        of: String,
        scope: ErasureScope,
        ground: ErasureGround,
        #[expect(dead_code, reason = "nothing is recorded of why somebody asks but the ground")]
        reason: Option<String>,
    },
    DecideErasure {
        of: String,
        scope: ErasureScope,
        ground: ErasureGround,
        outcome: ErasureOutcome,
    },
    Import(Import),
    DeclareGap(Gap),
}

/// A text of the authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferenceText {
    pub(super) number: u32,
    pub(super) theme: Option<String>,
    pub(super) text: String,
}

/// An idea.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submission {
    pub(super) number: u32,
    pub(super) kind: Option<ContributionKind>,
    pub(super) theme: Option<String>,
    pub(super) territory: Option<String>,
    pub(super) text: Option<String>,
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
    pub(super) channel: Option<Channel>,
    pub(super) written_day: Option<i64>,
    pub(super) page: Option<u32>,
    #[expect(dead_code, reason = "the record has no place for the digest of a scan yet")]
    pub(super) scan: Option<String>,
    pub(super) entered_by: Option<String>,
}

/// An amendment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amendment {
    pub(super) of: String,
    pub(super) number: String,
    pub(super) text: Option<String>,
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
}

/// One vote of somebody named, or `count` votes of different people until a day.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vote {
    pub(super) ballot: String,
    pub(super) of: String,
    pub(super) choice: Option<Choice>,
    pub(super) count: Option<u64>,
    pub(super) until_day: Option<i64>,
    pub(super) choices: Option<BTreeMap<Choice, u64>>,
}

/// A decision of the moderators.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moderation {
    pub(super) of: String,
    pub(super) action: ModerationAction,
    pub(super) ground: Option<Ground>,
    pub(super) appeal_until_day: Option<i64>,
    pub(super) reason: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Response {
    pub(super) id: String,
    pub(super) of: Vec<String>,
    pub(super) outcome: Outcome,
    pub(super) pointer: Option<Pointer>,
    pub(super) referred_to: Option<String>,
    pub(super) deferred_until_day: Option<i64>,
    pub(super) decided_day: Option<i64>,
    #[serde(default)]
    pub(super) reasons: Vec<ReasonCode>,
    pub(super) text: String,
}

/// An answer in the place of another one, `of`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replacement {
    pub(super) of: String,
    pub(super) id: String,
    pub(super) answers: Vec<String>,
    pub(super) outcome: Outcome,
    pub(super) pointer: Option<Pointer>,
    pub(super) text: String,
}

/// Where the follow-up stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pointer {
    pub(super) kind: PointerKind,
    pub(super) words: String,
    pub(super) url: Option<String>,
    pub(super) dated_day: Option<i64>,
}

/// The export of another platform, which goes to a consultation of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Import {
    pub(super) format: ImportFormat,
    pub(super) file: String,
    pub(super) into: String,
    pub(super) title: String,
    pub(super) observed_at: String,
}

/// Something that is missing from the record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gap {
    pub(super) into: Option<String>,
    pub(super) cause: GapCause,
    pub(super) platform: String,
    pub(super) kind: String,
    pub(super) missing: String,
    #[expect(dead_code, reason = "the record has no place for why something is missing, beyond the cause")]
    pub(super) reason: Option<String>,
}

impl Deed {
    /// The name under which the story writes it.
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::RegisterConsultation {} => "register_consultation",
            Self::AdoptRules {} => "adopt_rules",
            Self::AmendRules { .. } => "amend_rules",
            Self::OpenPhase { .. } => "open_phase",
            Self::ExtendPhase { .. } => "extend_phase",
            Self::ClosePhase { .. } => "close_phase",
            Self::CloseConsultation { .. } => "close_consultation",
            Self::PublishReferenceText(_) => "publish_reference_text",
            Self::Submit(_) => "submit",
            Self::Publish { .. } => "publish",
            Self::Revise { .. } => "revise",
            Self::Withdraw { .. } => "withdraw",
            Self::Amend(_) => "amend",
            Self::DecideAmendment { .. } => "decide_amendment",
            Self::Argue { .. } => "argue",
            Self::Comment { .. } => "comment",
            Self::CiteSource { .. } => "cite_source",
            Self::HoldDebate { .. } => "hold_debate",
            Self::OpenBallot { .. } => "open_ballot",
            Self::CloseBallot { .. } => "close_ballot",
            Self::Vote(_) => "vote",
            Self::ChangeVote { .. } => "change_vote",
            Self::RetractVote { .. } => "retract_vote",
            Self::Report { .. } => "report",
            Self::Moderate(_) => "moderate",
            Self::NotifyAuthor { .. } => "notify_author",
            Self::Appeal { .. } => "appeal",
            Self::DecideAppeal { .. } => "decide_appeal",
            Self::Respond(_) => "respond",
            Self::CorrectResponse { .. } => "correct_response",
            Self::SupersedeResponse(_) => "supersede_response",
            Self::Recommend { .. } => "recommend",
            Self::AnswerRecommendation { .. } => "answer_recommendation",
            Self::Observe { .. } => "observe",
            Self::RequestErasure { .. } => "request_erasure",
            Self::DecideErasure { .. } => "decide_erasure",
            Self::Import(_) => "import",
            Self::DeclareGap(_) => "declare_gap",
        }
    }
}
