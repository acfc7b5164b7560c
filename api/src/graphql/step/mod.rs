//! The steps of a trail: one interface, one type for each family of events that exists.
//!
//! `docs/design.md` (Trail, API) defines them: what happened in the order of the story or of the record. What a step
//! says is told by the trail of the projections; what may not be served is not there either.

pub mod family;

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Interface, Result};
use devenir_core::envelope::Recorded;
use devenir_core::event::code as event;
use devenir_core::event::consultation::ConsultationEvent;
use devenir_core::event::{Event as Recordable, RefRole};
use devenir_core::id::IntentId;
use devenir_core::{ledger, rules::Norm};
use devenir_projections::Reading;
use devenir_projections::model::Subject;
use devenir_projections::query::{self as views, Page};

pub use family::{AmendmentStep, DebateStep, ModerationStep, OtherStep, ResponseStep, TextStep, VoteStep};

use super::actor::Actor;
use super::at::At;
use super::code::Code;
use super::contribution::Contribution;
use super::event::Event;
use super::finding::Irregularity;
use super::id::NodeId;
use super::list::{Asked, List, try_list};
use super::scalar::{DateTime, Position};
use super::text::ClaimedTime;

/// The order of a trail. Values may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
#[graphql(name = "TrailOrder")]
pub enum StepOrder {
    /// As things happened: claimed time, then the order of the record; what has no date stands right after what it
    /// refers to.
    #[default]
    Story,
    /// As they were recorded.
    Record,
}

impl StepOrder {
    const fn views(self) -> views::StepOrder {
        match self {
            Self::Story => views::StepOrder::Story,
            Self::Record => views::StepOrder::Record,
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Story => "trail",
            Self::Record => "trail.record",
        }
    }
}

/// One step of a trail: something that happened, with who, when, and how it is known.
#[derive(Debug, Clone, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Its permanent id."),
    field(name = "event", ty = "Event", desc = "The event that it tells."),
    field(name = "position", ty = "Position", desc = "Where that event stands in the record."),
    field(name = "recorded_at", ty = "DateTime", desc = "When it was recorded."),
    field(name = "claimed", ty = "ClaimedTime", desc = "When it happened, as somebody claims."),
    field(name = "trust", ty = "Code<event::Trust>", desc = "How it came to be recorded."),
    field(name = "actor", ty = "Actor", desc = "Who acted, as far as the record may show it."),
    field(
        name = "inherited_from",
        ty = "Option<Contribution>",
        desc = "From whose trail it comes, where that is another's: an amendment, or what it became."
    ),
    field(
        name = "irregularities",
        ty = "Vec<Irregularity>",
        desc = "The rules that it did not respect, where a source states it."
    )
)]
pub enum TrailStep {
    /// A text.
    Text(TextStep),
    /// An amendment.
    Amendment(AmendmentStep),
    /// The debate.
    Debate(DebateStep),
    /// Votes.
    Vote(VoteStep),
    /// Moderation.
    Moderation(ModerationStep),
    /// A response.
    Response(ResponseStep),
    /// Anything else.
    Other(OtherStep),
}

/// What every step is made of.
#[derive(Debug, Clone)]
pub struct Told {
    recorded: Arc<Recorded>,
    /// The subject on whose trail it stands; none on the trail of a consultation.
    home: Option<IntentId>,
    /// The subject that it concerns, where it is on the trail of another.
    inherited: Option<Subject>,
    norms: Vec<Norm>,
}

impl Told {
    fn node_id(&self) -> NodeId {
        let elsewhere = self.inherited.is_some();
        NodeId::Step(self.recorded.id, self.home.filter(|_| elsewhere))
    }

    fn actor(&self) -> Actor {
        Actor {
            role: Code(self.recorded.actor),
            name: None,
            capacity: None,
            bodies: Vec::new(),
            signed: false,
        }
    }

    fn event(&self, ctx: &Context<'_>) -> Result<Event> {
        let found = Event::at(ctx, self.recorded.position)?;
        Ok(found.ok_or_else(|| format!("there is no event at {}", self.recorded.position))?)
    }
}

impl TrailStep {
    /// The step of the type of its family.
    fn of(told: Told) -> Self {
        match &told.recorded.event {
            Recordable::Contribution(_)
            | Recordable::Consultation(ConsultationEvent::ReferenceTextPublished(_)) => {
                Self::Text(TextStep(told))
            }
            Recordable::Amendment(_) => Self::Amendment(AmendmentStep(told)),
            Recordable::Debate(_) => Self::Debate(DebateStep(told)),
            Recordable::Vote(_) | Recordable::Petition(_) => Self::Vote(VoteStep(told)),
            Recordable::Moderation(_) => Self::Moderation(ModerationStep(told)),
            Recordable::Response(_) => Self::Response(ResponseStep(told)),
            Recordable::Ledger(_) | Recordable::Consultation(_) | Recordable::Oversight(_) => {
                Self::Other(OtherStep(told))
            }
        }
    }
}

/// The trail of something that people wrote, with the submission and the fate of each amendment under it.
///
/// # Errors
/// Where the page is not one, or the views or the record cannot be read.
pub async fn contribution_trail(
    ctx: &Context<'_>,
    subject: &Subject,
    asked: Asked,
    order: StepOrder,
) -> Result<List<TrailStep>> {
    let name = format!("contribution.{}", order.suffix());
    let question =
        |reading: &Reading, page: Page| reading.steps_with_amendments(subject.position, order.views(), page);
    let step = |step: views::Step| step_at(ctx, step.position, Some(subject.id));
    try_list(ctx, &name, asked, question, step).await
}

/// The trail of a consultation as a whole.
///
/// # Errors
/// Where the page is not one, or the views or the record cannot be read.
pub async fn consultation_trail(
    ctx: &Context<'_>,
    consultation: &views::Consultation,
    asked: Asked,
    order: StepOrder,
) -> Result<List<TrailStep>> {
    let name = format!("consultation.{}", order.suffix());
    let question = |reading: &Reading, page: Page| reading.steps(consultation.position, order.views(), page);
    let step = |step: views::Step| step_at(ctx, step.position, None);
    try_list(ctx, &name, asked, question, step).await
}

/// The step of an event, told on the trail of `home`, or on its own subject's.
///
/// # Errors
/// Where the views or the record cannot be read.
pub fn step_of(ctx: &Context<'_>, id: IntentId, home: Option<IntentId>) -> Result<Option<TrailStep>> {
    let Some(event) = Event::named(ctx, id)? else { return Ok(None) };
    let home = home.or_else(|| subject_of(event.recorded()));
    step_at(ctx, event.recorded().position, home).map(Some)
}

/// What an event concerns: the thing that it made, or the first that it refers to.
fn subject_of(recorded: &Recorded) -> Option<IntentId> {
    let makes = RefRole::Subject.points_at().contains(&recorded.event.event_type().code);
    let refers = recorded.refs.one(RefRole::Subject).or_else(|| recorded.refs.one(RefRole::Answers));
    if makes { Some(recorded.id) } else { refers }
}

fn step_at(ctx: &Context<'_>, position: ledger::Position, home: Option<IntentId>) -> Result<TrailStep> {
    let here = At::of(ctx)?;
    let recorded = here.event(position)?.ok_or_else(|| format!("there is no event at {position}"))?;
    let is_amendment = matches!(recorded.event, Recordable::Amendment(_));
    let about = subject_of(&recorded).filter(|about| is_amendment && home.is_some_and(|home| home != *about));
    let inherited = match about {
        Some(about) => here.ask(|reading| reading.subject_by_id(about))?,
        None => None,
    };
    let norms = match recorded.trust {
        event::Trust::Native | event::Trust::Attested => Vec::new(),
        event::Trust::Observed | event::Trust::Reconstructed => {
            here.ask(|reading| reading.irregularities(position))?
        }
    };
    Ok(TrailStep::of(Told { recorded: Arc::new(recorded), home, inherited, norms }))
}
