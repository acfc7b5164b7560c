//! What is owed, by whom, until when; and what a reader can do now.
//!
//! How a duty stands at an instant is computed by [`rules::duty`](devenir_core::rules::duty); `docs/design.md`
//! (Duties) decides that only a duty that obliges can be late, and only where the record would know of an
//! answer. This module finds the words, and reads no clock.

use devenir_core::event::code::Stage;
use devenir_core::rules::duty::Duty;
use devenir_core::rules::{DutyState, FateCode, Rank, Zone};

use super::context::Covers;
use super::headline::Story;
use super::message::{Message, shortened};
use super::moment::Moment;

/// A body or a rule is named with so many words.
const NAME_WORDS_MAX: usize = 12;

/// A duty to answer, as the views know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyInput {
    /// The duty.
    pub duty: Duty,
    /// The body that owes, where the list names it.
    pub body: Option<String>,
    /// Where the rule stands, `règlement de la consultation, article 5`.
    pub rule: String,
}

/// A message `{kind}-…` about a duty that stands so, with what it selects on.
pub(super) fn dated(kind: &str, state: DutyState, zone: &Zone) -> Message {
    let (how, at, days) = match state {
        DutyState::Overdue { deadline, days } => ("overdue", Moment::last_day(zone, deadline), days),
        DutyState::Due { deadline, in_days } => ("due", Moment::last_day(zone, deadline), in_days),
        DutyState::Undated => ("undated", Moment::UNKNOWN, 0),
        DutyState::DatePassed { deadline } => ("passed", Moment::last_day(zone, deadline), 0),
        DutyState::Discharged { at, late } => ("discharged", Moment::day(zone, at), late.unwrap_or(0)),
        DutyState::Transferred { at } => ("transferred", Moment::day(zone, at), 0),
    };
    let late = matches!(state, DutyState::Discharged { late: Some(_), .. });
    Message::new(format!("{kind}-{how}")).moment("at", at).number("days", days).flag("late", late)
}

/// What is owed, one sentence each; never nothing.
pub(super) fn owed(story: Story<'_>) -> Vec<Message> {
    let mut said: Vec<Message> = if matches!(story.context.covers(Stage::Responses), Covers::Nothing) {
        vec![]
    } else {
        story.inputs.duties.iter().filter_map(|input| of(input, story)).collect()
    };
    if said.is_empty() {
        said.push(nothing(story));
    }
    said.extend(not_followed(story));
    said
}

fn of(input: &DutyInput, story: Story<'_>) -> Option<Message> {
    let zone = story.context.zone();
    let state = input.duty.at(story.inputs.now, zone)?;
    let rule = Some(input.rule.as_str()).filter(|rule| !rule.is_empty());
    let message = dated("owed", state, zone)
        .words("body", input.body.as_deref().map(|body| shortened(body, NAME_WORDS_MAX)))
        .words("rule", rule.map(|rule| shortened(rule, NAME_WORDS_MAX)))
        .moment("since", Moment::day(zone, input.duty.trigger));
    Some(message)
}

/// Why nothing is listed: nothing is owed, or the record does not know.
fn nothing(story: Story<'_>) -> Message {
    let headline = story.inputs.headline;
    let message = Message::new("owed-nothing");
    let why = match headline.rank {
        Rank::Decision if story.answer().is_none() => "decided",
        Rank::Decision | Rank::Delivery | Rank::Linkage => "answered",
        Rank::Admissibility | Rank::Visibility | Rank::Withdrawal => "gone",
        Rank::Threshold => "threshold",
        Rank::Silence if headline.code == FateCode::UnknownInSource => "unknown",
        Rank::Silence | Rank::Overdue | Rank::Review | Rank::Awaiting | Rank::Entry => "none",
    };
    let threshold = story.answer_threshold();
    message
        .code("why", why)
        .moment("covered", story.covered_until())
        .flag("threshold-known", threshold.is_some())
        .number("threshold", threshold.unwrap_or(0))
}

/// That the record does not follow what was promised, where something was.
fn not_followed(story: Story<'_>) -> Option<Message> {
    let promised = match story.inputs.headline.code {
        FateCode::Adopted
        | FateCode::AdoptedWithChanges
        | FateCode::PartiallyAdopted
        | FateCode::Deferred
        | FateCode::Selected => true,
        FateCode::Received
        | FateCode::PendingModeration
        | FateCode::Published
        | FateCode::Inadmissible
        | FateCode::Hidden
        | FateCode::Removed
        | FateCode::Redacted
        | FateCode::Restored
        | FateCode::Erased
        | FateCode::DuplicateOf
        | FateCode::MergedInto
        | FateCode::SplitInto
        | FateCode::AmendedBy
        | FateCode::CitedInSynthesis
        | FateCode::UnderReview
        | FateCode::Referred
        | FateCode::Answered
        | FateCode::AlreadySatisfied
        | FateCode::Rejected
        | FateCode::Lapsed
        | FateCode::NotSupported
        | FateCode::NotExamined
        | FateCode::Withdrawn
        | FateCode::ThresholdNotMet
        | FateCode::ThresholdMet
        | FateCode::Expired
        | FateCode::Planned
        | FateCode::InProgress
        | FateCode::PartiallyDone
        | FateCode::Done
        | FateCode::Abandoned
        | FateCode::Slipped
        | FateCode::Contested
        | FateCode::Insufficient
        | FateCode::NoResponseYet
        | FateCode::NoResponseOverdue
        | FateCode::NoDuty
        | FateCode::ClosedNoAction
        | FateCode::Debated
        | FateCode::NotVoted
        | FateCode::NotFeasible
        | FateCode::UnknownInSource => false,
    };
    let unfollowed = matches!(story.context.covers(Stage::Delivery), Covers::Nothing);
    (promised && unfollowed).then(|| Message::new("owed-delivery-unknown"))
}

/// What a reader can do now, one sentence each; never nothing.
pub(super) fn next_steps(story: Story<'_>) -> Vec<Message> {
    let inputs = story.inputs;
    let zone = story.context.zone();
    let subject = story.subject();
    let mut said = Vec::new();
    if let Some(until) = story.measure().and_then(|measure| measure.appeal_until) {
        let id = if inputs.now < until { "next-appeal" } else { "next-appeal-over" };
        said.push(Message::new(id).moment("until", Moment::last_day(zone, until)));
    }
    if inputs.open.votes && story.is_readable() {
        said.push(Message::new("next-vote").thing("thing", &subject));
    }
    let answer = story.answer();
    let by_rank = by_rank(inputs.headline.rank, inputs.headline.code);
    if let Some(id) = by_rank.filter(|_| inputs.headline.rank != Rank::Decision || answer.is_some()) {
        let owed = inputs.headline.owed.and_then(|owed| inputs.duties.get(owed.duty));
        let answered = answer.as_ref().and_then(|answer| answer.actor.bodies.first()).map(String::as_str);
        let body = owed.and_then(|input| input.body.as_deref()).or(answered).or(inputs.organiser.as_deref());
        said.push(
            Message::new(id)
                .thing("thing", &subject)
                .words("body", body.map(|body| shortened(body, NAME_WORDS_MAX)))
                .words("reference", subject.reference.clone())
                .words("origin", inputs.origin.clone()),
        );
    }
    if inputs.open.submissions && !said.is_empty() && inputs.headline.rank == Rank::Withdrawal {
        said.push(Message::new("next-submit"));
    }
    if said.is_empty() {
        said.push(Message::new("next-follow"));
    }
    said
}

/// What can be done about an answer of a rank; none where following is all.
fn by_rank(rank: Rank, code: FateCode) -> Option<&'static str> {
    match rank {
        Rank::Decision => Some("next-contest"),
        Rank::Overdue => Some("next-remind"),
        Rank::Awaiting | Rank::Review => Some("next-wait"),
        Rank::Withdrawal => Some("next-withdrawn"),
        Rank::Silence if code == FateCode::UnknownInSource => Some("next-elsewhere"),
        Rank::Threshold => Some("next-elsewhere"),
        Rank::Admissibility
        | Rank::Delivery
        | Rank::Linkage
        | Rank::Silence
        | Rank::Entry
        | Rank::Visibility => None,
    }
}
