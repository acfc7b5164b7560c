//! Responses: what an authority stated, who signed it, why, and where the follow-up stands.
//!
//! `docs/design.md` (Response) decides what a response must say; what a source left unsaid is null here and
//! nothing is invented.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use devenir_core::event::code as event;
use devenir_core::event::part::PointerText;
use devenir_core::event::response as facts;
use devenir_core::ledger;
use devenir_core::rules::{Outcome, Role};
use devenir_projections::model::TextAbsence;
use devenir_projections::query as views;
use devenir_projections::trail::{Unnamed, Vouching};

use super::actor::Actor;
use super::at::At;
use super::code::Code;
use super::consultation::{Body, Consultation};
use super::contribution::Contribution;
use super::event::Event;
use super::id::NodeId;
use super::list::{Asked, List, list};
use super::scalar::{DateTime, Position};
use super::text::{ClaimedTime, Text};

/// What an authority answered.
#[derive(Debug, Clone)]
pub struct Response {
    /// What the views hold.
    pub response: views::Response,
    /// Its consultation.
    pub consultation: Arc<views::Consultation>,
}

impl Response {
    /// The response published by the event at a position.
    ///
    /// # Errors
    /// Where the views cannot be read.
    pub fn at(ctx: &Context<'_>, position: ledger::Position) -> Result<Option<Self>> {
        let here = At::of(ctx)?;
        let Some(response) = here.ask(|reading| reading.response(position))? else { return Ok(None) };
        let consultation = here.consultation(response.consultation)?;
        Ok(Some(Self { response, consultation }))
    }

    /// Its id.
    #[must_use]
    pub const fn node_id(&self) -> NodeId {
        NodeId::Response(self.response.id)
    }

    /// Who signed, and for which bodies.
    ///
    /// # Errors
    /// Where the views or the record cannot be read.
    pub fn signed_by(&self, ctx: &Context<'_>) -> Result<Actor> {
        let vouching = self.vouching(ctx)?;
        let signatory = self.response.signatory.as_ref();
        let bodies = Body::some(&self.consultation.bodies, &self.response.facts.bodies);
        Ok(Actor {
            role: Code(Role::Authority),
            name: signatory.map(|signatory| signatory.name.clone()),
            capacity: signatory.and_then(|signatory| signatory.capacity.clone()),
            bodies: bodies.into_iter().map(|body| body.name).collect(),
            tag: None,
            signed: vouching == Vouching::Holder,
            vouching: Code(vouching),
            unnamed: self.unnamed().map(Code),
        })
    }

    /// Who vouches that it was they.
    fn vouching(&self, ctx: &Context<'_>) -> Result<Vouching> {
        let here = At::of(ctx)?;
        let Some(event) = here.event(self.response.position)? else { return Ok(Vouching::Operator) };
        here.ask(|reading| Ok(reading.vouching(&event)))
    }

    /// Why it is not said who signed; none where it is.
    fn unnamed(&self) -> Option<Unnamed> {
        let absent = self.response.signatory_absent.unwrap_or(TextAbsence::NotInSource);
        let why = match absent {
            TextAbsence::NotInSource => Unnamed::NotSaid,
            // Nobody takes down a name: it is erased.
            TextAbsence::Erased | TextAbsence::TakenDown => Unnamed::Erased,
            TextAbsence::Hidden | TextAbsence::Withheld => Unnamed::Withheld,
            TextAbsence::Lost => Unnamed::Lost,
        };
        self.response.signatory.is_none().then_some(why)
    }

    /// Why, in words.
    #[must_use]
    pub fn stated_reason(&self) -> Text {
        self.words(self.response.act.as_ref().and_then(|act| act.reason.clone()))
    }

    /// Where the follow-up stands.
    #[must_use]
    pub fn follow_up(&self) -> Vec<Pointer> {
        let words = self.response.act.as_ref().map_or(&[][..], |act| &act.pointers);
        let pointer = |(index, it): (usize, &facts::Pointer)| Pointer {
            kind: Code(it.kind),
            words: words.get(index).map(|words: &PointerText| words.words.clone()),
            url: words.get(index).and_then(|words| words.url.clone()),
            dated: it.dated.map(DateTime),
        };
        self.response.facts.pointers.iter().enumerate().map(pointer).collect()
    }

    fn words(&self, plain: Option<String>) -> Text {
        let absent = self.response.act_absent.unwrap_or(TextAbsence::NotInSource);
        let because = if plain.is_none() { self.response.act_because } else { None };
        let words = Text::given(plain, self.consultation.lang, absent);
        Text::of_act(devenir_projections::model::Text { because, ..words }, self.response.position)
    }
}

/// What an authority answered to one or several contributions.
#[Object]
impl Response {
    /// Its permanent id.
    pub(super) async fn id(&self) -> ID {
        self.node_id().into()
    }

    /// Its consultation.
    async fn consultation(&self) -> Consultation {
        Consultation(Arc::clone(&self.consultation))
    }

    /// What it states; null where its source does not say.
    async fn outcome(&self) -> Option<Code<Outcome>> {
        self.response.facts.outcome.map(Code)
    }

    /// The authority's own word for the outcome.
    async fn local_status(&self) -> Option<&str> {
        self.response.act.as_ref()?.local_status.as_deref()
    }

    /// Why, in words.
    async fn reason(&self) -> Text {
        self.stated_reason()
    }

    /// Why, in codes.
    async fn reasons(&self) -> Vec<Code<event::ReasonCode>> {
        self.response.facts.reasons.iter().copied().map(Code).collect()
    }

    /// The whole text, where there is more than the reason.
    async fn text(&self) -> Text {
        self.words(self.response.act.as_ref().and_then(|act| act.text.clone()))
    }

    /// Where the follow-up stands.
    async fn pointers(&self) -> Vec<Pointer> {
        self.follow_up()
    }

    /// The bodies that answer.
    async fn bodies(&self) -> Vec<Body> {
        Body::some(&self.consultation.bodies, &self.response.facts.bodies)
    }

    /// Who signed, for which bodies; `unnamed` says why no name is there.
    async fn signatory(&self, ctx: &Context<'_>) -> Result<Actor> {
        self.signed_by(ctx)
    }

    /// What it answers, in the order of the record.
    async fn answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Contribution>> {
        let question =
            |reading: &devenir_projections::Reading, page| reading.answered_by(self.response.position, page);
        list(ctx, "response.answers", Asked::forwards(first, after), question, Contribution).await
    }

    /// How many contributions this one text answers.
    async fn group_size(&self) -> u32 {
        self.response.facts.group_size
    }

    /// The outcome passage by passage, where it differs.
    async fn passages(&self) -> Vec<PassageOutcome> {
        let passage =
            |it: &facts::PassageOutcome| PassageOutcome { passage: it.passage, outcome: Code(it.outcome) };
        self.response.facts.passages.iter().map(passage).collect()
    }

    /// The body to which it is referred, where it is.
    async fn referred_to(&self) -> Option<Body> {
        let index = self.response.facts.referred_to?;
        Body::some(&self.consultation.bodies, &[index]).into_iter().next()
    }

    /// Until when it is deferred, where it is.
    async fn deferred_until(&self) -> Option<DateTime> {
        self.response.facts.deferred_until.map(DateTime)
    }

    /// When it was decided, where that was not when it was published.
    async fn decided_at(&self) -> Option<DateTime> {
        self.response.facts.decided_at.map(DateTime)
    }

    /// When it was published, as it is judged: recorded for an act of this record, claimed for an imported one.
    async fn published_at(&self) -> DateTime {
        DateTime(self.response.published_at)
    }

    /// The response in whose place it stands.
    async fn supersedes(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        self.response.supersedes.map_or(Ok(None), |position| Self::at(ctx, position))
    }

    /// The response that took its place; null where it stands.
    async fn superseded_by(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        self.response.superseded_by.map_or(Ok(None), |position| Self::at(ctx, position))
    }

    /// How it was mended, in the order of the record.
    async fn corrections(&self) -> Vec<Correction> {
        let correction = |it: &views::Correction| Correction {
            corrects: Code(it.corrects),
            at: DateTime(it.at),
            position: it.position.into(),
        };
        self.response.corrections.iter().map(correction).collect()
    }

    /// How it came to be recorded.
    async fn trust(&self) -> Code<event::Trust> {
        Code(self.response.trust)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.response.recorded_at)
    }

    /// When it was published, as somebody claims.
    async fn claimed(&self) -> ClaimedTime {
        self.response.claimed.into()
    }

    /// The event that published it.
    async fn event(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        Event::at(ctx, self.response.position)
    }
}

/// What an act points at.
#[derive(Debug, Clone, SimpleObject)]
pub struct Pointer {
    /// What kind of thing.
    pub kind: Code<event::PointerKind>,
    /// What it is called; null where the words cannot be read.
    pub words: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its first day, where one is given.
    pub dated: Option<DateTime>,
}

/// The outcome for one passage of a contribution.
#[derive(Debug, Clone, SimpleObject)]
pub struct PassageOutcome {
    /// The passage, counted from 0 in the contribution's paragraphs.
    pub passage: u32,
    /// The outcome.
    pub outcome: Code<Outcome>,
}

/// How a response was mended.
#[derive(Debug, Clone, SimpleObject)]
pub struct Correction {
    /// What was mended.
    pub corrects: Code<event::Correction>,
    /// When.
    pub at: DateTime,
    /// The event that says so.
    pub position: Position,
}
