//! Steps of a story, given one after another to the writer as acts of the API.
//!
//! Many are under way at once: the player waits only where a step refers to something whose receipt is not in yet.
//! Every receipt is compared with the story: its instant, and its number where the story says one. This module
//! decides nothing.

mod consultation;
mod debate;
mod import;
mod moderation;
mod oversight;
mod response;
mod text;
mod vote;

use super::calendar::{Days, Moment};
use super::clock::StoryClock;
use super::deed::Deed;
use super::error::StoryError;
use super::names::{Name, Names};
use super::script::{Story, Words};
use super::timeline::Step;
use crate::act::{Act, Caller, OnBehalfOf, Signed};
use crate::app::App;
use devenir_core::event::code::Trust;
use devenir_core::event::part::RuleSet;
use devenir_core::id::{CredentialId, IntentId, StreamId};
use devenir_core::time::Timestamp;
use devenir_core::writer::{Receipt, WriteError};
use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, sync_channel};

/// The platform that speaks for the people of the story.
const PLATFORM: &str = "participer.villeneuve-sur-yvelle.example";
/// The namespace of the story's idempotency keys.
const NAMESPACE: &str = "story";
/// How many acts may be under way.
const UNDER_WAY_MAX: usize = 512;

/// Plays steps into an instance.
pub(super) struct Player<'a> {
    app: &'a App,
    clock: &'a StoryClock,
    story: &'a Story,
    days: Days,
    shown: BTreeMap<String, String>,
    /// Whether only a slice is played, which closes no phase that it opens.
    sliced: bool,
    consultation: Option<StreamId>,
    rules: Option<RuleSet>,
    rules_version: u32,
    versions: BTreeMap<String, u32>,
    names: Names,
    under_way: VecDeque<UnderWay>,
    given: u64,
}

/// An act whose receipt is not in yet.
struct UnderWay {
    step: Step,
    at: Timestamp,
    learns: Learns,
    answer: Receiver<Result<Receipt, WriteError>>,
}

/// What the receipt of an act tells.
#[derive(Default)]
struct Learns {
    /// What the story calls the thing recorded.
    name: Option<Name>,
    /// The number that it must have.
    number: Option<u32>,
}

impl Learns {
    fn nothing() -> Self {
        Self::default()
    }

    fn name(name: Name) -> Self {
        Self { name: Some(name), number: None }
    }

    fn number(name: Name, number: u32) -> Self {
        Self { name: Some(name), number: Some(number) }
    }
}

impl<'a> Player<'a> {
    pub(super) fn new(
        app: &'a App,
        clock: &'a StoryClock,
        story: &'a Story,
        days: Days,
        shown: BTreeMap<String, String>,
        sliced: bool,
    ) -> Self {
        Self {
            app,
            clock,
            story,
            days,
            shown,
            sliced,
            consultation: None,
            rules: None,
            rules_version: 0,
            versions: BTreeMap::new(),
            names: Names::default(),
            under_way: VecDeque::new(),
            given: 0,
        }
    }

    /// Gives one step to the writer.
    pub(super) fn play(&mut self, step: &Step) -> Result<(), StoryError> {
        match &step.deed {
            Deed::RegisterConsultation {} => self.register_consultation(step),
            Deed::AdoptRules {} => self.adopt_rules(step),
            Deed::AmendRules { threshold, reason } => self.amend_rules(step, *threshold, reason),
            Deed::OpenPhase { phase } => self.open_phase(step, phase),
            Deed::ExtendPhase { phase, until_day, reason } => {
                self.extend_phase(step, phase, *until_day, reason)
            }
            Deed::ClosePhase { phase } => self.close_phase(step, phase),
            Deed::CloseConsultation { reason } => self.close_consultation(step, reason.as_ref()),
            Deed::PublishReferenceText(text) => self.publish_reference_text(step, text),
            Deed::Submit(submission) => self.submit(step, submission),
            Deed::Publish { of } => self.publish(step, of),
            Deed::Revise { of, version, text, reason } => {
                self.revise(step, of, *version, text, reason.as_ref())
            }
            Deed::Withdraw { of, reason } => self.withdraw(step, of, reason.as_ref()),
            Deed::Amend(amendment) => self.amend(step, amendment),
            Deed::DecideAmendment { of, fate, resulting_version, reason } => {
                self.decide_amendment(step, of, *fate, *resulting_version, reason.as_ref())
            }
            Deed::Argue { of, side, text } => self.argue(step, of, *side, text),
            Deed::Comment { of, text } => self.comment(step, of, text),
            Deed::CiteSource { of, title, url, text } => {
                self.cite_source(step, of, title, url.as_ref(), text.as_ref())
            }
            Deed::HoldDebate { of, place, text } => self.hold_debate(step, of, *place, text),
            Deed::OpenBallot { ballot, .. } => self.open_ballot(step, ballot),
            Deed::CloseBallot { ballot } => self.close_ballot(step, ballot),
            Deed::Vote(vote) => self.vote(step, vote),
            Deed::ChangeVote { ballot, of, choice } => self.change_vote(step, ballot, of, *choice),
            Deed::RetractVote { ballot, of, .. } => self.retract_vote(step, ballot, of),
            Deed::Report { of, ground, reason } => self.report(step, of, *ground, reason.as_ref()),
            Deed::Moderate(moderation) => self.moderate(step, moderation),
            Deed::NotifyAuthor { of, channel } => self.notify_author(step, of, *channel),
            Deed::Appeal { of, reason } => self.appeal(step, of, reason),
            Deed::DecideAppeal { of, outcome, redacted, reason } => {
                self.decide_appeal(step, of, *outcome, redacted.as_ref(), reason)
            }
            Deed::Respond(response) => self.respond(step, response),
            Deed::CorrectResponse { of, corrects, text, .. } => {
                self.correct_response(step, of, *corrects, text)
            }
            Deed::SupersedeResponse(replacement) => self.supersede_response(step, replacement),
            Deed::Recommend { number, reason } => self.recommend(step, *number, reason),
            Deed::AnswerRecommendation { number, followed, reason } => {
                self.answer_recommendation(step, *number, *followed, reason)
            }
            Deed::Observe { of, reason } => self.observe(step, of.as_ref(), reason),
            Deed::RequestErasure { of, scope, ground, .. } => self.request_erasure(step, of, *scope, *ground),
            Deed::DecideErasure { of, scope, ground, outcome } => {
                self.decide_erasure(step, of, (*scope, *ground), *outcome)
            }
            Deed::Import(import) => self.import(step, import),
            Deed::DeclareGap(gap) => self.declare_gap(step, gap),
        }
    }

    /// Hands an act to the writer, at the instant of its step.
    fn give(&mut self, step: &Step, act: &impl Act, learns: Learns) -> Result<(), StoryError> {
        self.hand_over(step, act, learns, Trust::Native)
    }

    /// Hands over an act that the operator enters for somebody.
    fn attest(&mut self, step: &Step, act: &impl Act, learns: Learns) -> Result<(), StoryError> {
        self.hand_over(step, act, learns, Trust::Attested)
    }

    fn hand_over(
        &mut self,
        step: &Step,
        act: &impl Act,
        learns: Learns,
        trust: Trust,
    ) -> Result<(), StoryError> {
        if self.under_way.len() >= UNDER_WAY_MAX {
            self.settle()?;
        }
        let at = self.instant(step, step.moment)?;
        let caller = Caller { namespace: NAMESPACE.to_owned(), trust, credential: CredentialId::FIRST };
        let key = self.given.to_be_bytes();
        self.given += 1;
        let refused = |error| StoryError::refused(step.place, step.deed.what(), step.moment.day, error);
        let command = self.app.command(&caller, &key, act).map_err(refused)?;
        let (tell, answer) = sync_channel(1);
        self.clock.then(at);
        self.app.writer().submit(command, move |told| {
            // The player waits on the other end until it has every answer, or has stopped at an earlier one.
            let _ = tell.send(told);
        });
        self.under_way.push_back(UnderWay { step: step.clone(), at, learns, answer });
        Ok(())
    }

    /// Waits for every receipt, and compares it with the story.
    pub(super) fn settle(&mut self) -> Result<(), StoryError> {
        while let Some(UnderWay { step, at, learns, answer }) = self.under_way.pop_front() {
            let (place, what) = (step.place, step.deed.what());
            let told = answer.recv().unwrap_or(Err(WriteError::Stopped));
            let receipt = told.map_err(|error| StoryError::refused(place, what, step.moment.day, error))?;
            let Some(event) = receipt.events.first() else { continue };
            if event.recorded_at != at {
                return Err(StoryError::Clock { place, what, expected: at, found: event.recorded_at });
            }
            if let Some(expected) = learns.number
                && event.number != Some(expected)
            {
                let found = event.number.map_or_else(|| "none".to_owned(), |number| number.to_string());
                return Err(StoryError::Number { place, what, expected, found });
            }
            self.consultation.get_or_insert(receipt.stream);
            if let Some(name) = learns.name {
                self.names.learn(name, event.id);
            }
        }
        Ok(())
    }

    /// What was recorded, once everything is settled: the consultation and its texts.
    pub(super) fn into_recorded(self) -> (Option<StreamId>, BTreeMap<String, IntentId>) {
        (self.consultation, self.names.into_texts())
    }

    /// The consultation.
    fn consultation(&mut self, step: &Step) -> Result<StreamId, StoryError> {
        if self.consultation.is_none() {
            self.settle()?;
        }
        self.consultation.ok_or_else(|| {
            wrong(step, "a consultation", "none", "put `register_consultation` before every other act")
        })
    }

    /// What was recorded under a name; waits for it where its receipt is not in yet.
    fn known(&mut self, step: &Step, name: &Name) -> Result<IntentId, StoryError> {
        if self.names.last(name).is_none() {
            self.settle()?;
        }
        self.names.last(name).ok_or_else(|| {
            wrong(step, name, "nothing of this name before this act", "put the act that brings it before")
        })
    }

    /// The text of a name.
    fn text(&mut self, step: &Step, of: &str) -> Result<IntentId, StoryError> {
        self.known(step, &Name::Text(of.to_owned()))
    }

    /// Who does it, as a person whom the platform knows.
    fn person(&self, step: &Step) -> OnBehalfOf {
        let name = self.shown.get(&step.who).cloned();
        OnBehalfOf { platform: PLATFORM.to_owned(), subject: step.who.clone(), name }
    }

    /// Who does it, as somebody who signs for a body, with the body's index.
    fn signed(&self, step: &Step) -> Result<(Signed, u32), StoryError> {
        let signatories = &self.story.page.signatories;
        let signatory = signatories.iter().find(|signatory| signatory.id == step.who).ok_or_else(|| {
            wrong(step, "one of [[signatories]] as `who`", &step.who, "name somebody who signs for a body")
        })?;
        let signed = Signed { name: signatory.name.clone(), capacity: signatory.capacity.clone() };
        Ok((signed, self.body(step, &signatory.body)?))
    }

    /// Who does it, as a name with a capacity.
    fn signed_line(&self, step: &Step) -> Result<String, StoryError> {
        self.signed(step).map(|(signed, _)| format!("{}, {}", signed.name, signed.capacity))
    }

    /// A body's index.
    fn body(&self, step: &Step, id: &str) -> Result<u32, StoryError> {
        index(step, "[[bodies]]", id, self.story.page.bodies.iter().map(|body| body.id.as_str()))
    }

    /// The instant of a moment.
    fn instant(&self, step: &Step, moment: Moment) -> Result<Timestamp, StoryError> {
        self.days.instant(moment).ok_or_else(|| beyond(step, moment.day))
    }

    /// The first instant of a day.
    fn start_of(&self, step: &Step, day: i64) -> Result<Timestamp, StoryError> {
        self.days.start(day).ok_or_else(|| beyond(step, day))
    }

    /// The last instant of a day.
    fn end_of(&self, step: &Step, day: i64) -> Result<Timestamp, StoryError> {
        self.days.end(day).ok_or_else(|| beyond(step, day))
    }

    /// The words of a `text` field.
    fn words(&self, step: &Step, text: &str) -> Result<Words, StoryError> {
        self.story.words(text).ok_or_else(|| {
            wrong(step, "a file of texts/", text, "write the file, and list it in embedded.rs")
        })
    }

    /// The words of a text that has a title.
    fn titled(&self, step: &Step, text: &str) -> Result<(String, String), StoryError> {
        let words = self.words(step, text)?;
        let title = words
            .title
            .ok_or_else(|| wrong(step, "a first line `# ` with the title", text, "give the text a title"))?;
        Ok((title, words.body))
    }

    /// A title and its words, as `text` or as `title` and `body`.
    fn text_or_title(
        &self,
        step: &Step,
        text: Option<&String>,
        title: Option<&String>,
        body: Option<&String>,
    ) -> Result<(String, String), StoryError> {
        match (text, title, body) {
            (Some(text), None, None) => self.titled(step, text),
            (None, Some(title), Some(body)) => Ok((title.clone(), body.clone())),
            _ => Err(wrong(
                step,
                "`text`, or `title` and `body`",
                "another combination",
                "give one of the two",
            )),
        }
    }
}

/// An act that is not written as it should be.
fn wrong(
    step: &Step,
    expected: impl std::fmt::Display,
    found: impl std::fmt::Display,
    advice: &'static str,
) -> StoryError {
    let (expected, found) = (expected.to_string(), found.to_string());
    StoryError::Act { place: step.place, what: step.deed.what(), expected, found, advice }
}

fn beyond(step: &Step, day: i64) -> StoryError {
    wrong(step, "a day of the calendar", format!("day {day}"), "give a day nearer to the opening")
}

/// The index of an entry in a list of the story.
fn index<'b>(
    step: &Step,
    list: &'static str,
    id: &str,
    mut entries: impl Iterator<Item = &'b str>,
) -> Result<u32, StoryError> {
    let found = entries.position(|entry| entry == id).and_then(|index| u32::try_from(index).ok());
    found.ok_or_else(|| wrong(step, format!("an entry of {list}"), id, "add it to the list, at its end"))
}
