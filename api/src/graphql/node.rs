//! Relay's `Node`: everything that has a permanent id, found by it.
//!
//! `docs/design.md` (API) promises that an id found once is found for ever. This module only asks the right type.

use async_graphql::{Context, ID, Interface, Result};
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_projections::query::By;

use super::at::At;
use super::consultation::Consultation;
use super::contribution::Contribution;
use super::event::Event;
use super::id::NodeId;
use super::response::Response;
use super::step::{
    AmendmentStep, DebateStep, ModerationStep, OtherStep, ResponseStep, TextStep, TrailStep, VoteStep,
    step_of,
};
use super::tally::Ballot;
use super::version::Version;

/// Something with a permanent id.
#[derive(Debug, Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its permanent id."))]
pub enum Node {
    /// A consultation.
    Consultation(Consultation),
    /// Something that people wrote.
    Contribution(Contribution),
    /// A version of a text.
    Version(Version),
    /// A response.
    Response(Response),
    /// A ballot.
    Ballot(Ballot),
    /// An event.
    Event(Event),
    /// A step about a text.
    TextStep(TextStep),
    /// A step about an amendment.
    AmendmentStep(AmendmentStep),
    /// A step of the debate.
    DebateStep(DebateStep),
    /// A step about votes.
    VoteStep(VoteStep),
    /// A step of moderation.
    ModerationStep(ModerationStep),
    /// A step about a response.
    ResponseStep(ResponseStep),
    /// Any other step.
    OtherStep(OtherStep),
}

impl From<TrailStep> for Node {
    fn from(step: TrailStep) -> Self {
        match step {
            TrailStep::Text(step) => Self::TextStep(step),
            TrailStep::Amendment(step) => Self::AmendmentStep(step),
            TrailStep::Debate(step) => Self::DebateStep(step),
            TrailStep::Vote(step) => Self::VoteStep(step),
            TrailStep::Moderation(step) => Self::ModerationStep(step),
            TrailStep::Response(step) => Self::ResponseStep(step),
            TrailStep::Other(step) => Self::OtherStep(step),
        }
    }
}

/// What has an id; none where nothing has it.
///
/// # Errors
/// Where the views or the record cannot be read.
pub fn find(ctx: &Context<'_>, id: NodeId) -> Result<Option<Node>> {
    let here = At::of(ctx)?;
    let place = |id: IntentId| -> Result<Option<Position>> { here.ask(|reading| reading.position_of(id)) };
    Ok(match id {
        NodeId::Consultation(stream) => Consultation::find(ctx, By::Stream(stream))?.map(Node::from),
        NodeId::Contribution(id) => {
            here.ask(|reading| reading.subject_by_id(id))?.map(Contribution).map(Node::from)
        }
        NodeId::Version(id) => {
            let Some(position) = place(id)? else { return Ok(None) };
            here.ask(|reading| reading.version(position))?.map(Version).map(Node::from)
        }
        NodeId::Response(id) => {
            let Some(position) = place(id)? else { return Ok(None) };
            Response::at(ctx, position)?.map(Node::from)
        }
        NodeId::Ballot(id) => {
            let Some(position) = place(id)? else { return Ok(None) };
            here.ask(|reading| reading.ballot(position))?.map(Ballot).map(Node::from)
        }
        NodeId::Event(id) => Event::named(ctx, id)?.map(Node::from),
        NodeId::Step(id, home) => step_of(ctx, id, home)?.map(Node::from),
    })
}
