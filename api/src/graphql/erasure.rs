//! What was erased: which event, which of its parts by number, when, why; never what it was.
//!
//! `docs/format.md` (Erasure feed) gives the same as lines. Nothing here decides.

use async_graphql::{Context, Object, Result};
use devenir_core::event::code::{ErasureScope, Requester};
use devenir_projections::query;

use super::code::Code;
use super::event::Event;
use super::scalar::{DateTime, Position};

/// Parts of one event that were erased, or taken down by two people.
#[derive(Debug, Clone)]
pub struct Erasure(pub query::Erasure);

/// Parts of one event that were erased, or taken down by two people.
#[Object]
impl Erasure {
    /// The act that says so, with who decided it among what it refers to.
    async fn event(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        Event::at(ctx, self.0.position)
    }

    /// Where that act stands in the record.
    async fn position(&self) -> Position {
        Position(self.0.position.get())
    }

    /// The event whose parts are erased.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        Event::at(ctx, self.0.target)
    }

    /// Which parts of its envelope, counted from 0.
    async fn parts(&self) -> Vec<u32> {
        (0..15).filter(|index| self.0.mask & 1 << index != 0).collect()
    }

    /// Which parts that is, in a word.
    async fn scope(&self) -> Code<ErasureScope> {
        Code(self.0.scope)
    }

    /// Why, as a code: an `ErasureGround`, or of a takedown a `Ground`.
    async fn ground(&self) -> &str {
        &self.0.ground
    }

    /// Who asked; null of a takedown.
    async fn requester(&self) -> Option<Code<Requester>> {
        self.0.requester.map(Code)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// The act that gave a takedown its second hand, from which it counts; null of an erasure, which counts at once.
    async fn countersigned(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        self.0.countersigned().map_or(Ok(None), |position| Event::at(ctx, position))
    }

    /// From which position on it counts: that of the act itself, of a takedown that of its second hand.
    async fn counts_from(&self) -> Position {
        Position(self.0.since.get())
    }

    /// The act that says that it is deleted everywhere; null before.
    async fn carried_out(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        self.0.completed.map_or(Ok(None), |position| Event::at(ctx, position))
    }
}
