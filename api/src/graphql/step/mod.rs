//! The steps of a trail: one interface, one type for each family of events that exists.
//!
//! `docs/design.md` (Trail, API) defines them: what happened in the order of the story or of the record. What a step
//! says is told by the trail of the projections; what may not be served is not there either.

pub mod family;

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, ID, Interface, Result};
use devenir_core::envelope::Recorded;
use devenir_core::event::code as event;
use devenir_core::event::{Event as Recordable, RefRole};
use devenir_core::id::IntentId;
use devenir_core::{ledger, rules::Norm};
use devenir_projections::Reading;
use devenir_projections::model::Subject;
use devenir_projections::query::{self as views, By, Page};
use devenir_projections::tell::Names;
use devenir_projections::trail::{self, StepFamily, TrailContext};

pub use family::{AmendmentStep, DebateStep, ModerationStep, OtherStep, ResponseStep, TextStep, VoteStep};

use super::actor::Actor;
use super::at::At;
use super::code::Code;
use super::contribution::Contribution;
use super::event::Event;
use super::finding::Irregularity;
use super::id::NodeId;
use super::list::{Asked, List, try_list};
use super::scalar::{DateTime, Locale, Position};
use super::text::{ClaimedTime, Sentence};

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
#[allow(clippy::duplicated_attributes, reason = "two fields take the same argument")]
#[graphql(
    field(name = "id", ty = "ID", desc = "Its permanent id."),
    field(name = "event", ty = "Event", desc = "The event that it tells."),
    field(name = "position", ty = "Position", desc = "Where that event stands in the record."),
    field(name = "recorded_at", ty = "DateTime", desc = "When it was recorded."),
    field(name = "claimed", ty = "ClaimedTime", desc = "When it happened, as somebody claims."),
    field(name = "trust", ty = "Code<event::Trust>", desc = "How it came to be recorded."),
    field(name = "actor", ty = "Actor", desc = "Who acted, as far as the record may show it."),
    field(
        name = "sentence",
        ty = "Sentence",
        desc = "What happened, in one sentence.",
        arg(name = "locale", ty = "Locale", desc = "The language of the sentence.")
    ),
    field(
        name = "notes",
        ty = "Vec<Sentence>",
        desc = "What must be said beside it: what a source leaves unsaid, when it was recorded.",
        arg(name = "locale", ty = "Locale", desc = "The language of the sentences.")
    ),
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
    recorded: Recorded,
    step: trail::TrailStep,
    /// The subject on whose trail it stands; none on the trail of a consultation.
    home: Option<IntentId>,
    /// The subject that it concerns, where it is on the trail of another.
    inherited: Option<Subject>,
}

impl Told {
    fn node_id(&self) -> NodeId {
        let elsewhere = self.inherited.is_some();
        NodeId::Step(self.recorded.id, self.home.filter(|_| elsewhere))
    }

    fn event(&self) -> Event {
        Event::read(self.recorded.clone())
    }

    fn sentence(&self, locale: Locale) -> Sentence {
        Sentence::new(self.step.sentence(locale.said()), locale.said())
    }

    fn notes(&self, locale: Locale) -> Vec<Sentence> {
        let locale = locale.said();
        self.step.notes(locale).into_iter().map(|note| Sentence::new(note, locale)).collect()
    }
}

impl TrailStep {
    /// The step of the type of its family.
    fn of(told: Told) -> Self {
        match told.step.family {
            StepFamily::Text => Self::Text(TextStep(told)),
            StepFamily::Amendment => Self::Amendment(AmendmentStep(told)),
            StepFamily::Debate => Self::Debate(DebateStep(told)),
            StepFamily::Vote => Self::Vote(VoteStep(told)),
            StepFamily::Moderation => Self::Moderation(ModerationStep(told)),
            StepFamily::Response => Self::Response(ResponseStep(told)),
            // No event belongs to the first six of these yet: each gets its type with its family.
            StepFamily::Lineage
            | StepFamily::Synthesis
            | StepFamily::Assessment
            | StepFamily::Duty
            | StepFamily::Delivery
            | StepFamily::Law
            | StepFamily::Other => Self::Other(OtherStep(told)),
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
    let here = &*At::of(ctx)?;
    let question =
        |reading: &Reading, page: Page| reading.steps_with_amendments(subject.position, order.views(), page);
    let steps = here.tale(subject.clone(), here.now(), |tale| {
        let told = |it: &Recorded| {
            (it.position, (it.clone(), tell(it, tale.context(), tale.breaches().get(&it.position))))
        };
        tale.facts().iter().map(told).collect::<BTreeMap<_, _>>()
    })?;
    let step = |step: views::Step| {
        let (recorded, step) = match steps.get(&step.position) {
            Some(told) => told.clone(),
            // Beyond what a tale holds: told with the names around it.
            None => told_around(here, step.position)?.ok_or_else(|| untold(step.position))?,
        };
        placed(here, recorded, step, Some(subject.id))
    };
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
    let here = &*At::of(ctx)?;
    let question = |reading: &Reading, page: Page| reading.steps(consultation.position, order.views(), page);
    let step = |step: views::Step| {
        let (recorded, step) = told_around(here, step.position)?.ok_or_else(|| untold(step.position))?;
        placed(here, recorded, step, None)
    };
    try_list(ctx, &name, asked, question, step).await
}

/// The step of an event, told on the trail of `home`, or on its own subject's.
///
/// # Errors
/// Where the views or the record cannot be read.
pub fn step_of(ctx: &Context<'_>, id: IntentId, home: Option<IntentId>) -> Result<Option<TrailStep>> {
    let here = &*At::of(ctx)?;
    let Some(event) = Event::named(ctx, id)? else { return Ok(None) };
    let recorded = event.recorded();
    let home = home.or_else(|| subject_of(recorded));
    let subject = match home {
        Some(home) => here.ask(|reading| reading.subject_by_id(home))?,
        None => None,
    };
    let at_home = match subject {
        Some(subject) => here.tale(subject, here.now(), |tale| {
            let breaches = tale.breaches().get(&recorded.position)?;
            Some(tell(recorded, tale.context(), Some(breaches)))
        })?,
        None => None,
    };
    let step = match at_home {
        Some(step) => Some(step),
        None => told_around(here, recorded.position)?.map(|(_, step)| step),
    };
    step.map(|step| placed(here, recorded.clone(), step, home)).transpose()
}

/// What an event concerns: the thing that it made, or the first that it refers to.
fn subject_of(recorded: &Recorded) -> Option<IntentId> {
    let makes = RefRole::Subject.points_at().contains(&recorded.event.event_type().code);
    let refers = recorded.refs.one(RefRole::Subject).or_else(|| recorded.refs.one(RefRole::Answers));
    if makes { Some(recorded.id) } else { refers }
}

fn tell(recorded: &Recorded, context: &dyn TrailContext, breaches: Option<&Vec<Norm>>) -> trail::TrailStep {
    trail::step(recorded, context, breaches.map_or(&[], Vec::as_slice))
}

/// A fact that stands on nobody's trail, told with the names around its consultation.
///
/// # Errors
/// Where the views or the record cannot be read.
pub fn told_around(here: &At, position: ledger::Position) -> Result<Option<(Recorded, trail::TrailStep)>> {
    let Some(recorded) = here.event(position)? else { return Ok(None) };
    let step = here.ask(|reading| {
        let Some(consultation) = reading.consultation(By::Stream(recorded.stream))? else { return Ok(None) };
        let breaches = reading.irregularities(position)?;
        Ok(Some(tell(&recorded, &Names::new(reading, consultation), Some(&breaches))))
    })?;
    Ok(step.map(|step| (recorded, step)))
}

fn untold(position: ledger::Position) -> String {
    format!("the event at {position} is in no consultation")
}

/// A step on the trail of `home`, of the type of its family.
fn placed(
    here: &At,
    recorded: Recorded,
    step: trail::TrailStep,
    home: Option<IntentId>,
) -> Result<TrailStep> {
    let is_amendment = matches!(recorded.event, Recordable::Amendment(_));
    let about = subject_of(&recorded).filter(|about| is_amendment && home.is_some_and(|home| home != *about));
    let inherited = match about {
        Some(about) => here.ask(|reading| reading.subject_by_id(about))?,
        None => None,
    };
    Ok(TrailStep::of(Told { recorded, step, home, inherited }))
}
