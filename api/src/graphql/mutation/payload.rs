//! What a command answers with: receipts for what was recorded, or why it was not.
//!
//! `docs/design.md` (Commands) says what a receipt is, `docs/format.md` (Promises) what comes with it.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use devenir_core::id::StreamId;
use devenir_core::ledger::InclusionProof;
use devenir_core::writer;

use super::UserError;
use crate::graphql::at::At;
use crate::graphql::consultation::Consultation;
use crate::graphql::contribution::Contribution;
use crate::graphql::event::Event;
use crate::graphql::id::NodeId;
use crate::graphql::scalar::{DateTime, Position, Sha256};
use devenir_projections::query::By;

/// What a command answers with: receipts for what was recorded, or why it was not.
#[derive(Debug, Clone, SimpleObject)]
pub struct CommandPayload {
    /// One receipt for each event that was recorded; none where nothing was.
    pub receipts: Vec<Receipt>,
    /// Why nothing was recorded; empty where it was.
    pub user_errors: Vec<UserError>,
    /// Whether the same request had been recorded before, under the same key: the receipts are then those of that time.
    pub replayed: bool,
}

impl CommandPayload {
    /// What was recorded.
    #[must_use]
    pub fn done(receipt: writer::Receipt) -> Self {
        let writer::Receipt { command: _, stream, events, replayed, standing } = receipt;
        let promise = standing.promise();
        let receipts = events.into_iter().enumerate().map(|(at, event)| {
            let promised = promise.and_then(|promise| {
                let path = promise.paths.get(at)?;
                Some(Promise { note: promise.note.to_string(), path: path.clone() })
            });
            Receipt { stream, event, promised }
        });
        let receipts = receipts.collect();
        Self { receipts, user_errors: Vec::new(), replayed }
    }

    /// Why nothing was.
    #[must_use]
    pub const fn refused(user_errors: Vec<UserError>) -> Self {
        Self { receipts: Vec::new(), user_errors, replayed: false }
    }
}

/// What the caller keeps of one event.
#[derive(Debug, Clone)]
pub struct Receipt {
    stream: StreamId,
    event: writer::EventReceipt,
    promised: Option<Promise>,
}

/// The ledger's signed word that it will keep an event at its place, and publish it soon.
#[derive(Debug, Clone)]
pub struct Promise {
    note: String,
    path: InclusionProof,
}

/// The ledger's signed word that it will keep an event at its place, and publish it soon.
#[Object]
impl Promise {
    /// The signed note: which group of events, recorded when, published until when.
    async fn note(&self) -> &str {
        &self.note
    }

    /// The place of the event in its group, counted from 0.
    async fn index(&self) -> Position {
        self.path.position.into()
    }

    /// The hashes that lead from the event to the root of its group.
    async fn hashes(&self) -> Vec<Sha256> {
        self.path.path.iter().map(|hash| (*hash).into()).collect()
    }
}

/// What the caller keeps of one event: it is durable.
#[Object]
impl Receipt {
    /// Its place in the record.
    async fn position(&self) -> Position {
        self.event.position.into()
    }

    /// Its name.
    async fn intent_id(&self) -> Sha256 {
        self.event.id.into()
    }

    /// The hash of its bytes.
    async fn leaf_hash(&self) -> Sha256 {
        self.event.leaf.into()
    }

    /// The ledger's signed promise to keep it; null where the request had been recorded before.
    async fn promise(&self) -> Option<&Promise> {
        self.promised.as_ref()
    }

    /// The id of its consultation.
    async fn consultation_id(&self) -> ID {
        NodeId::Consultation(self.stream).into()
    }

    /// Its consultation.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        Consultation::find(ctx, By::Stream(self.stream))
    }

    /// Its place among the events of its consultation, counted from 0.
    async fn revision(&self) -> Position {
        Position(self.event.revision.get())
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.event.recorded_at)
    }

    /// The id of the event.
    async fn event_id(&self) -> ID {
        NodeId::Event(self.event.id).into()
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        Event::at(ctx, self.event.position)
    }

    /// The short reference of what it opened, where people refer to it by one.
    async fn reference(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let subject = At::of(ctx)?.ask(|reading| reading.subject(self.event.position))?;
        Ok(subject.and_then(|subject| subject.reference).map(|reference| reference.to_string()))
    }

    /// What people wrote that it opened; null where it opened nothing of the kind.
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        Contribution::at(ctx, self.event.position)
    }

    /// The token with which its author acts on it later, without an account: whoever holds it is the author, and nobody
    /// can find it again. Null for what has no author here.
    async fn author_token(&self) -> Option<String> {
        Some(self.event.token.as_ref()?.to_text().to_string())
    }
}
