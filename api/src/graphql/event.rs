//! Events: what the record holds, for those who check.
//!
//! `docs/format.md` (Envelope) says what an event is. Facts are public for ever and hold no words; the words of an event
//! are never served from here, only through what they belong to.

use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use devenir_core::envelope::Recorded;
use devenir_core::event::{self, RefRole};
use devenir_core::id::IntentId;
use devenir_core::{ledger, rules};
use devenir_projections::query::By;

use super::at::At;
use super::code::Code;
use super::consultation::Consultation;
use super::id::NodeId;
use super::list::{Asked, List, short_list};
use super::scalar::{Bytes, DateTime, Position, Sha256};
use super::text::ClaimedTime;

/// An event of the record.
#[derive(Debug, Clone)]
pub struct Event(Recorded);

impl Event {
    /// The event at a position.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn at(ctx: &Context<'_>, position: ledger::Position) -> Result<Option<Self>> {
        let at = At::of(ctx)?;
        // Only what the views show: an event behind them belongs to no answer yet.
        if !at.ask(|reading| Ok(position.is_within(reading.size())))? {
            return Ok(None);
        }
        Ok(at.event(position)?.map(Self))
    }

    /// An event that was read already.
    #[must_use]
    pub const fn read(recorded: Recorded) -> Self {
        Self(recorded)
    }

    /// The event of a name.
    ///
    /// # Errors
    /// Where the views or the record cannot be read.
    pub fn named(ctx: &Context<'_>, id: IntentId) -> Result<Option<Self>> {
        let position = At::of(ctx)?.ask(|reading| reading.position_of(id))?;
        position.map_or(Ok(None), |position| Self::at(ctx, position))
    }

    /// The event of a leaf hash.
    ///
    /// # Errors
    /// Where the views or the record cannot be read.
    pub fn of_leaf(ctx: &Context<'_>, leaf: &ledger::Hash) -> Result<Option<Self>> {
        for position in At::of(ctx)?.ask(|reading| reading.positions_of_leaf(leaf))? {
            let found = Self::at(ctx, position)?;
            if let Some(event) = found.filter(|event| event.0.leaf == *leaf) {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// The event itself. Its parts are not fit to be served as they are.
    #[must_use]
    pub const fn recorded(&self) -> &Recorded {
        &self.0
    }

    /// Its id.
    #[must_use]
    pub const fn node_id(&self) -> NodeId {
        NodeId::Event(self.0.id)
    }
}

/// An event of the record.
#[Object]
impl Event {
    /// Its permanent id.
    pub(super) async fn id(&self) -> ID {
        self.node_id().into()
    }

    /// Its place in the record.
    async fn position(&self) -> Position {
        self.0.position.into()
    }

    /// Its name: what was decided, fixed before it had a place. References and signatures name it so.
    async fn intent_id(&self) -> Sha256 {
        self.0.id.into()
    }

    /// The hash of its bytes, by which the tree of the ledger holds it.
    async fn leaf_hash(&self) -> Sha256 {
        self.0.leaf.into()
    }

    /// The name of its type, such as `contribution-submitted`.
    #[graphql(name = "type")]
    async fn event_type(&self) -> &'static str {
        self.0.event.event_type().name
    }

    /// What an event of its type says, in English.
    async fn meaning(&self) -> &'static str {
        self.0.event.event_type().doc
    }

    /// The version of its type's schema.
    async fn schema_version(&self) -> i32 {
        self.0.event.event_type().version.into()
    }

    /// The consultation that it belongs to; null for an event of the ledger itself.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        Consultation::find(ctx, By::Stream(self.0.stream))
    }

    /// Its place among the events of its consultation, counted from 0.
    async fn revision(&self) -> Position {
        Position(self.0.revision.get())
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// When it happened, as somebody claims.
    async fn claimed(&self) -> ClaimedTime {
        self.0.occurred.into()
    }

    /// How it came to be recorded.
    async fn trust(&self) -> Code<event::code::Trust> {
        Code(self.0.trust)
    }

    /// The capacity of who acted.
    async fn actor_role(&self) -> Code<rules::Role> {
        Code(self.0.actor)
    }

    /// Its facts: public, permanent, and without a word of anybody's text.
    async fn facts(&self) -> Result<Json<serde_json::Value>> {
        facts(&self.0)
    }

    /// What it refers to.
    async fn refs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<EventRef>> {
        // The list of an event never changes, so an index in it is as good as a key.
        let all: Vec<_> = (0_u64..).zip(self.0.refs.iter()).collect();
        let reference = |(_, (role, id)): (u64, (RefRole, IntentId))| EventRef {
            role: role.name(),
            intent_id: id.into(),
            id: NodeId::Event(id).into(),
        };
        short_list(ctx, "event.refs", Asked::forwards(first, after), all, |(index, _)| *index, reference)
            .await
    }

    /// Its bytes, as they stand in the record: what is hashed, and what a verifier reads.
    async fn envelope(&self, ctx: &Context<'_>) -> Result<Option<Bytes>> {
        Ok(At::of(ctx)?.envelope(self.0.position)?.map(Bytes))
    }

    /// That it stands in the tree of the newest checkpoint; null until a checkpoint covers it.
    async fn inclusion_proof(&self, ctx: &Context<'_>) -> Result<Option<InclusionProof>> {
        let proven = At::of(ctx)?.app().prove_inclusion(self.0.position)?;
        Ok(proven.map(|(proof, head)| InclusionProof {
            position: proof.position.into(),
            path: proof.path.into_iter().map(Into::into).collect(),
            size: Position(head.size.get()),
            root: head.root.into(),
        }))
    }
}

/// That an event stands in a tree (RFC 9162 2.1.3.2): the hashes beside its way from the leaf up to the root.
#[derive(Debug, Clone, SimpleObject)]
pub struct InclusionProof {
    /// The index of the leaf.
    pub position: Position,
    /// The hashes, from the leaf up.
    pub path: Vec<Sha256>,
    /// How many events the tree covers.
    pub size: Position,
    /// Its root, which stands in the checkpoint of that size.
    pub root: Sha256,
}

/// The facts of an event, as JSON.
///
/// # Errors
/// Never: facts are JSON by construction.
pub fn facts(recorded: &Recorded) -> Result<Json<serde_json::Value>> {
    Ok(Json(serde_json::from_slice(&recorded.event.facts_bytes())?))
}

/// Something that an event refers to.
#[derive(Debug, Clone, SimpleObject)]
pub struct EventRef {
    /// In which role: `subject`, `parent`, `version`, `ballot`, `act`, `answers`, `cause` or `vote`.
    pub role: &'static str,
    /// The name of the event referred to.
    pub intent_id: Sha256,
    /// Its id.
    pub id: ID,
}
