//! What is owed, by whom, until when; and what a reader can do now.
//!
//! How a duty stands at an instant is computed by [`rules::duty`](devenir_core::rules::duty); `docs/design.md`
//! (Duties) decides that only a duty that obliges can be late, and only where the record would know of an
//! answer. This module finds the words, and reads no clock.

use devenir_core::event::code::Stage;
use devenir_core::rules::duty::Duty;
use devenir_core::rules::{DutyState, FateCode, Rank, Zone};

use super::context::{Covers, ThingKind};
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
    /// How many days the rule gives, where it gives some.
    pub days: Option<u32>,
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
        .flag("timed", input.days.is_some())
        .number("within", input.days.unwrap_or(0))
        .moment("deadline", input.duty.deadline.map_or(Moment::UNKNOWN, |end| Moment::last_day(zone, end)))
        .moment("covered", story.covered_until())
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
    let answered =
        story.answer().map_or(Moment::UNKNOWN, |answer| Moment::of(story.context.zone(), answer.at.it));
    // Nothing is owed "to this day" only where the record would know of it; elsewhere, until when it was read.
    let scope = match story.context.covers(Stage::Responses) {
        Covers::Live => "live",
        Covers::Until(_) => "until",
        Covers::Nothing => "blind",
    };
    message
        .code("why", why)
        .code("scope", scope)
        .moment("answered", answered)
        .moment("covered", story.covered_until())
        .flag("threshold-known", threshold.is_some())
        .number("threshold", threshold.unwrap_or(0))
}

/// That the record does not follow what a response may promise, where there is one.
fn not_followed(story: Story<'_>) -> Option<Message> {
    let unfollowed = matches!(story.context.covers(Stage::Delivery), Covers::Nothing);
    (story.answer().is_some() && unfollowed).then(|| Message::new("owed-delivery-unknown"))
}

/// What a reader can do now, one sentence each; never nothing.
pub(super) fn next_steps(story: Story<'_>) -> Vec<Message> {
    let inputs = story.inputs;
    if inputs.taken_over {
        return vec![elsewhere(story)];
    }
    let mut said = appeal(story);
    if inputs.open.votes && story.is_readable() {
        said.push(Message::new("next-vote").thing("thing", &story.subject()));
    }
    said.extend(by_rank(story).into_iter().map(|id| addressed(id, story)));
    if inputs.headline.rank == Rank::Decision && story.answer().is_some() {
        said.push(Message::new("next-no-address"));
    }
    if inputs.headline.rank == Rank::Overdue {
        let guarantor = story.observation().map(|(_, actor, _)| actor);
        let named = guarantor.and_then(|actor| actor.name);
        said.push(Message::new("next-guarantor").words("name", named));
    }
    if inputs.open.submissions && !said.is_empty() && inputs.headline.rank == Rank::Withdrawal {
        said.push(Message::new("next-submit"));
    }
    if said.is_empty() {
        said.push(Message::new("next-follow"));
    }
    said
}

/// What was held on another site goes on there, under its number there: nobody here knows what can be done.
fn elsewhere(story: Story<'_>) -> Message {
    let inputs = story.inputs;
    Message::new("next-elsewhere")
        .words("origin", inputs.origin.clone())
        .flag("addressed", inputs.is_addressed())
        .words("number", inputs.origin_number.clone())
        .flag("petition", story.subject().kind == ThingKind::Petition)
}

/// Whether a measure of moderation can be appealed against, and what the others can do.
fn appeal(story: Story<'_>) -> Vec<Message> {
    let zone = story.context.zone();
    let Some(until) = story.measure().and_then(|measure| measure.appeal_until) else { return Vec::new() };
    let id = if story.inputs.now < until { "next-appeal" } else { "next-appeal-over" };
    let of_the_author = Message::new(id)
        .moment("until", Moment::last_day(zone, until))
        .flag("appealed", story.was_appealed());
    let of_others = (!story.is_readable()).then(|| Message::new("next-hidden"));
    [of_the_author].into_iter().chain(of_others).collect()
}

/// A message with whom to write to, and what to quote.
fn addressed(id: &'static str, story: Story<'_>) -> Message {
    let inputs = story.inputs;
    let owed = inputs.headline.owed.and_then(|owed| inputs.duties.get(owed.duty));
    let answer = story.answer();
    let answered = answer.as_ref().and_then(|answer| answer.actor.bodies.first()).map(String::as_str);
    let body = owed.and_then(|input| input.body.as_deref()).or(answered).or(inputs.organiser.as_deref());
    let subject = story.subject();
    Message::new(id)
        .thing("thing", &subject)
        .words("body", body.map(|body| shortened(body, NAME_WORDS_MAX)))
        .words("reference", subject.reference)
}

/// What can be done about an answer of a rank; nothing where following is all.
fn by_rank(story: Story<'_>) -> Vec<&'static str> {
    match story.inputs.headline.rank {
        // Nobody contests what was taken up as it was asked, and nobody contests twice.
        Rank::Decision if story.answer().is_some() => {
            let headline = &story.inputs.headline;
            let as_asked = [FateCode::Adopted, FateCode::Selected].contains(&headline.code);
            let contested = headline.appended.contains(&FateCode::Contested);
            if as_asked || contested { vec!["next-anyone"] } else { vec!["next-contest", "next-anyone"] }
        }
        Rank::Overdue => vec!["next-remind"],
        Rank::Awaiting | Rank::Review => vec!["next-wait"],
        Rank::Withdrawal => vec!["next-withdrawn"],
        Rank::Decision
        | Rank::Threshold
        | Rank::Admissibility
        | Rank::Delivery
        | Rank::Linkage
        | Rank::Silence
        | Rank::Entry
        | Rank::Visibility => Vec::new(),
    }
}
