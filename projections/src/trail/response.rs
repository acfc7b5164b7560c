//! Steps of a response: published, corrected, replaced, contested.
//!
//! `docs/design.md` (Response) asks for who answered, in which capacity, why and where; what a source leaves
//! unsaid is said to be unsaid. Whether an answer was owed or late is not this module's business.

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Correction, Trust};
use devenir_core::event::part::{ActText, Bodies, Signatory};
use devenir_core::event::response::{Contested, Corrected, Pointer, PublishedFacts, ResponseEvent};
use devenir_core::event::{Part, RefRole};
use devenir_core::rules::{Locale, Norm, Outcome};

use super::actor::ActorShown;
use super::amendment::named;
use super::context::{SubjectName, ThingKind, TrailContext};
use super::contribution::explained_beside;
use super::message::{Message, shortened};
use super::moment::Moment;
use super::step::{Details, PointerShown, StepFamily, Telling, Told};
use super::words::Words;

/// So many other contributions of a grouped answer are named.
const GROUP_NAMED_MAX: usize = 6;
/// A first pointer stands in the sentence itself where it has, with whoever signs, so few words; all stand beside.
const PLACE_WORDS_MAX: usize = 18;
/// What a source says of an answer is quoted with so many words.
const SAID_WORDS_MAX: usize = 24;

pub(super) fn tell(event: &ResponseEvent, at: Telling<'_>) -> Told {
    match event {
        ResponseEvent::Published(event) => {
            let act = Act {
                facts: &event.facts,
                text: &event.text,
                signatory: &event.signatory,
                bodies: &event.bodies,
            };
            let links = event.source.open().and_then(|source| source.url.clone());
            let told = answered("response-published", &act, at);
            told.with_links(links)
        }
        ResponseEvent::Corrected(event) => corrected(event, at),
        ResponseEvent::Contested(event) => contested(event, at),
        ResponseEvent::Superseded(event) => {
            let act = Act {
                facts: &event.facts,
                text: &event.text,
                signatory: &event.signatory,
                bodies: &event.bodies,
            };
            let earlier = at.it.refs.one(RefRole::Act).and_then(|id| at.context.date_of(id));
            let earlier = earlier.filter(|moment| moment.is_known());
            let replaced = Message::new("note-replaces")
                .moment("earlier", earlier.unwrap_or(Moment::UNKNOWN))
                .flag("readable", at.context.corrected(at.it).is_some());
            let said = said_of_it(at.it, act.text)
                .map(|said| Message::new("note-revised").words("quote", Some(said)));
            let told = answered("response-superseded", &act, at).note(Some(replaced));
            if said.is_some() { told.without_local_status().note(said) } else { told }
        }
    }
}

/// What a response and the one that replaces it have in common.
struct Act<'a> {
    facts: &'a PublishedFacts,
    text: &'a Part<ActText>,
    signatory: &'a Part<Signatory>,
    bodies: &'a Part<Bodies>,
}

fn answered(id: &str, act: &Act<'_>, at: Telling<'_>) -> Told {
    let facts = act.facts;
    let who = signed(act, at);
    let pointers = pointers(&facts.pointers, act.text, at.context);
    let place = pointers.first().and_then(|pointer| pointer.words.said());
    let signers = who.say(Locale::Fr).split_whitespace().count();
    let is_short = facts.referred_to.is_none() && facts.deferred_until.is_none() && !is_new(at);
    let place =
        place.filter(|words| is_short && words.split_whitespace().count() + signers <= PLACE_WORDS_MAX);
    let subject = answered_subject(at);
    let outcome = facts.outcome.map_or("unstated", |outcome| spoken(&subject, outcome).as_str());
    let referred = facts.referred_to.and_then(|body| at.context.body(body));
    let sentence = at
        .message(format!("{id}-{outcome}"), &who)
        .thing("thing", &subject)
        .words("place", place)
        .words("referred", referred)
        .moment("until", facts.deferred_until.map_or(Moment::UNKNOWN, |until| at.day(until)));
    let details = Details {
        reason: Some(Words::of(act.text, |act| act.reason.clone().or_else(|| act.text.clone()))),
        text: act
            .text
            .open()
            .and_then(|act| act.text.clone().filter(|_| act.reason.is_some()))
            .map(Words::Said),
        local_status: act.text.open().and_then(|act| act.local_status.clone()),
        pointers,
        ..Details::default()
    };
    let unsigned = match (at.is_from_a_source(), who.unsigned()) {
        (false, "capacity" | "signatory") | (_, "no") => None,
        (true, "signatory") if !who.bodies.is_empty() => {
            Some(Message::new("note-unsigned").code("what", "person"))
        }
        (_, what) => Some(Message::new("note-unsigned").code("what", what)),
    };
    let decided = dated(facts, at);
    let group = group(facts, at);
    let passages = (!facts.passages.is_empty())
        .then(|| Message::new("note-passages").number("count", facts.passages.len() as u64));
    Told::new(StepFamily::Response, who, sentence)
        .details(details)
        .note_saying(unsigned, &[Norm::SignatoryNamed, Norm::CapacityGiven])
        .note(decided)
        .note(group)
        .note(passages)
}

/// The outcome as it is said of a subject: a question is answered, it is neither adopted nor chosen.
pub(super) fn spoken(subject: &SubjectName, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Adopted | Outcome::AdoptedWithChanges | Outcome::PartiallyAdopted | Outcome::Selected
            if subject.kind == ThingKind::Question =>
        {
            Outcome::Answered
        }
        Outcome::UnderReview
        | Outcome::Referred
        | Outcome::Answered
        | Outcome::Adopted
        | Outcome::AdoptedWithChanges
        | Outcome::PartiallyAdopted
        | Outcome::AlreadySatisfied
        | Outcome::Deferred
        | Outcome::Rejected
        | Outcome::NotFeasible
        | Outcome::ClosedNoAction
        | Outcome::Debated
        | Outcome::Selected => outcome,
    }
}

/// Whether an outcome decides something; an answer to a question never does.
pub(super) fn decides(subject: &SubjectName, outcome: Option<Outcome>) -> bool {
    match outcome.map(|outcome| spoken(subject, outcome)) {
        None | Some(Outcome::UnderReview | Outcome::Answered | Outcome::Debated) => false,
        Some(
            Outcome::Referred
            | Outcome::Adopted
            | Outcome::AdoptedWithChanges
            | Outcome::PartiallyAdopted
            | Outcome::AlreadySatisfied
            | Outcome::Deferred
            | Outcome::Rejected
            | Outcome::NotFeasible
            | Outcome::ClosedNoAction
            | Outcome::Selected,
        ) => true,
    }
}

/// The day that an act gives itself, where that is not the day on which it was published.
fn dated(facts: &PublishedFacts, at: Telling<'_>) -> Option<Message> {
    let day = at.day(facts.decided_at?);
    let id = if decides(&answered_subject(at), facts.outcome) { "note-decided-on" } else { "note-dated" };
    (day != Moment::of(at.context.zone(), at.it)).then(|| Message::new(id).moment("at", day))
}

/// What else the same act answers: by name while they are few.
pub(super) fn group(facts: &PublishedFacts, at: Telling<'_>) -> Option<Message> {
    let others = facts.group_size.checked_sub(1).filter(|others| *others > 0)?;
    let message = Message::new("note-group").number("others", others);
    let home = at.context.home();
    let answered = at.it.refs.all(RefRole::Answers).filter(|id| Some(*id) != home);
    let mut names: Vec<String> =
        answered.take(GROUP_NAMED_MAX + 1).filter_map(|id| at.named(id).reference).collect();
    names.sort();
    let named = names.len() == others as usize && names.len() <= GROUP_NAMED_MAX;
    Some(message.flag("named", named).names("names", names))
}

/// Whether the act takes the place of an earlier one.
fn is_new(at: Telling<'_>) -> bool {
    at.it.refs.one(RefRole::Act).is_some()
}

/// The subject that the trail is about, where the act answers it; else the first that it answers.
fn answered_subject(at: Telling<'_>) -> SubjectName {
    let home = at.context.home().filter(|home| at.it.refs.all(RefRole::Answers).any(|id| id == *home));
    match home {
        Some(home) => at.named(home),
        None => at.subject(RefRole::Answers),
    }
}

fn signed(act: &Act<'_>, at: Telling<'_>) -> ActorShown {
    let listed = at.bodies(&act.facts.bodies);
    let bodies = if listed.is_empty() { named(act.bodies) } else { listed };
    ActorShown::signatory(at.it.actor, at.it.trust, act.signatory, bodies)
}

/// What a source says of how a revised answer came: its own words, and of few.
pub(super) fn said_of_it(it: &Recorded, text: &Part<ActText>) -> Option<String> {
    let said = text.open().filter(|_| is_from_a_source(it))?.local_status.as_deref()?;
    Some(shortened(said, SAID_WORDS_MAX))
}

/// Whether an act was read in a source; what a source changes, it does not always explain.
pub(super) const fn is_from_a_source(it: &Recorded) -> bool {
    match it.trust {
        Trust::Observed | Trust::Reconstructed => true,
        Trust::Native | Trust::Attested => false,
    }
}

fn corrected(event: &Corrected, at: Telling<'_>) -> Told {
    let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, Vec::new());
    let from_a_source = at.is_from_a_source();
    let id = match event.facts.corrects {
        // That its text is another one says neither that somebody corrected it nor that all else stayed.
        Correction::Text if from_a_source => "response-corrected-entry",
        Correction::Text => "response-corrected-text",
        Correction::Signatory => "response-corrected-signatory",
        Correction::Pointer => "response-corrected-pointer",
    };
    let earlier = at.it.refs.one(RefRole::Act).and_then(|id| at.context.date_of(id));
    let sentence = at.message(id, &who).moment("earlier", earlier.unwrap_or(Moment::UNKNOWN));
    let text = &event.text;
    let reason = text.is_committed();
    let words = text.open().map(|act| act.pointers.as_slice()).unwrap_or_default();
    let changed = at.context.corrected(at.it);
    let details = Details {
        // What changed says more than the whole reasons once again.
        reason: (reason && changed.is_none())
            .then(|| Words::of(text, |act| act.reason.clone().or_else(|| act.text.clone()))),
        links: words.iter().filter_map(|pointer| pointer.url.clone()).collect(),
        // The whole of it, where the act itself has nothing of it.
        text: text
            .open()
            .filter(|act| from_a_source && changed.is_none() && act.reason.is_some())
            .and_then(|act| act.text.clone())
            .map(Words::Said),
        changed: changed.clone(),
        ..Details::default()
    };
    let unseen = (from_a_source && changed.is_none()).then(|| Message::new("note-before-unknown"));
    Told::new(StepFamily::Response, who, sentence)
        .details(details)
        .became(changed.as_ref())
        .note_saying(unseen, &[Norm::EditsShown])
}

fn contested(event: &Contested, at: Telling<'_>) -> Told {
    let shown = at.shows(RefRole::Subject);
    let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, shown);
    let earlier = at.it.refs.one(RefRole::Act).and_then(|id| at.context.date_of(id));
    let sentence = at
        .message("response-contested", &who)
        .moment("earlier", earlier.unwrap_or(Moment::UNKNOWN))
        .thing("thing", &at.subject(RefRole::Subject));
    let reason = explained_beside(&event.explanation, at.text(RefRole::Subject));
    Told::new(StepFamily::Response, who, sentence).details(Details { reason, ..Details::default() })
}

/// The pointers of an act: their kinds stand in its facts, their words in its text.
pub(super) fn pointers(
    facts: &[Pointer],
    text: &Part<ActText>,
    context: &dyn TrailContext,
) -> Vec<PointerShown> {
    let shown = |(index, pointer): (usize, &Pointer)| {
        let of_text = text.open().and_then(|act| act.pointers.get(index));
        PointerShown {
            kind: pointer.kind,
            words: Words::of(text, |act| act.pointers.get(index).map(|pointer| pointer.words.clone())),
            url: of_text.and_then(|pointer| pointer.url.clone()),
            dated: pointer.dated.map(|dated| Moment::day(context.zone(), dated)),
        }
    };
    facts.iter().enumerate().map(shown).collect()
}
