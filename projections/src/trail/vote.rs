//! Steps of ballots: opened, votes cast and taken back, counters reported, closed.
//!
//! `docs/design.md` (Votes, Trail) keeps what was counted here and what others report apart, in words too. Who
//! voted, and for what, is told by no sentence.

use devenir_core::event::RefRole;
use devenir_core::event::code::{BallotKind, Choice};
use devenir_core::event::vote::{Count, Observed, VoteEvent};

use super::amendment::minuted;
use super::context::SubjectName;
use super::message::Message;
use super::step::{Details, StepFamily, Telling, Told};
use super::words::Words;

pub(super) fn tell(event: &VoteEvent, at: Telling<'_>) -> Told {
    let who = at.by_role();
    match event {
        VoteEvent::BallotOpened(event) => {
            let id = format!("ballot-opened-{}", event.facts.kind);
            let sentence = on(at.message_to_the_minute(id, &who), at);
            let question = event.definition.open().map(|ballot| Words::Said(ballot.question.clone()));
            Told::new(StepFamily::Vote, who, sentence)
                .details(Details { text: question, ..Details::default() })
                .note(
                    event
                        .facts
                        .votes_per_person
                        .map(|cap| Message::new("note-votes-per-person").number("count", u64::from(cap))),
                )
        }
        VoteEvent::Cast(_) => Told::new(StepFamily::Vote, who.clone(), on(at.message("vote-cast", &who), at)),
        VoteEvent::Changed(_) => {
            Told::new(StepFamily::Vote, who.clone(), on(at.message("vote-changed", &who), at))
        }
        VoteEvent::Retracted(event) => {
            let sentence = on(at.message(format!("vote-retracted-{}", event.facts.by), &who), at);
            Told::new(StepFamily::Vote, who, sentence)
        }
        VoteEvent::Invalidated(event) => {
            let sentence = on(at.message(format!("vote-invalidated-{}", event.facts.ground), &who), at);
            // The explanation may tell who voted; the ground is enough.
            Told::new(StepFamily::Vote, who, sentence)
        }
        VoteEvent::PaperAdded(event) => {
            let sentence = on(at.message("paper-votes-added", &who), at).counts(totals(&event.facts.counts));
            Told::new(StepFamily::Vote, who, sentence).details(minuted(&event.minutes))
        }
        VoteEvent::Observed(event) => observed(event, at),
        VoteEvent::BallotClosed(_) => {
            let ballot = at.it.refs.one(RefRole::Ballot).and_then(|id| at.context.ballot(id));
            let supports = ballot.is_some_and(|ballot| ballot.kind == BallotKind::Support);
            let sentence = on(at.message_to_the_minute("ballot-closed", &who), at).flag("supports", supports);
            Told::new(StepFamily::Vote, who, sentence)
        }
    }
}

fn observed(event: &Observed, at: Telling<'_>) -> Told {
    let who = at.by_role();
    let platform = event.source.open().map(|source| source.platform.clone());
    let sentence = at
        .message("votes-observed", &who)
        .thing("thing", &at.subject(RefRole::Subject))
        .words("platform", platform)
        .counts(totals(&event.facts.counts));
    let version = at.it.refs.one(RefRole::Version).and_then(|id| at.context.version(id));
    let version = version.filter(|version| version.number > 1);
    let note = version.map(|it| Message::new("note-counter-version").number("version", it.number));
    Told::new(StepFamily::Vote, who, sentence).note(Some(Message::new("note-counter"))).note(note)
}

/// A message with the subject voted on, where the ballot is about one, or the trail's own.
fn on(message: Message, at: Telling<'_>) -> Message {
    let subject = at.it.refs.one(RefRole::Subject).or_else(|| at.context.home());
    let thing = subject.map_or_else(SubjectName::unknown, |id| at.named(id));
    let version = at.it.refs.one(RefRole::Version).and_then(|id| at.context.version(id));
    message
        .thing("thing", &thing)
        .flag("about", subject.is_some())
        .number("version", version.as_ref().map_or(0, |it| it.number))
        .flag("versioned", version.is_some())
}

/// Totals by choice; those of options, which have words of their own in the ballot, as one.
pub(super) fn totals(counts: &[Count]) -> Vec<(Choice, u64)> {
    let mut totals: Vec<(Choice, u64)> = Vec::new();
    for count in counts {
        match totals.iter_mut().find(|(choice, _)| *choice == count.choice) {
            Some((_, total)) => *total = total.saturating_add(count.count),
            None => totals.push((count.choice, count.count)),
        }
    }
    totals.sort_by_key(|(choice, _)| *choice);
    totals
}
