//! Consultations: what they are about, their phases and rules, what their record can know.
//!
//! `docs/design.md` (Coverage) decides that a stage which no source covers is unknown, never empty. This module
//! computes nothing but whether a phase is open at an instant.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use devenir_core::event::code as event;
use devenir_core::event::part;
use devenir_core::rules::Norm;
use devenir_core::time::Timestamp;
use devenir_projections::model::SubjectKind;
use devenir_projections::query::{self as views, By, Listing, Order};

use super::at::At;
use super::code::Code;
use super::contribution::Contribution;
use super::duty::{Duty, DutyFilter};
use super::finding::{Finding, IrregularFact};
use super::guarantor::{Guarantor, guarantors};
use super::id::NodeId;
use super::list::{Asked, List, list};
use super::scalar::{DateTime, Locale, Position, int};
use super::step::{StepOrder, TrailStep, consultation_trail};
use super::text::{ClaimedTime, Text};

/// A consultation.
#[derive(Debug, Clone)]
pub struct Consultation(pub Arc<views::Consultation>);

impl Consultation {
    /// A consultation by what names it.
    ///
    /// # Errors
    /// Where the views cannot be read.
    pub fn find(ctx: &Context<'_>, by: By<'_>) -> Result<Option<Self>> {
        let found = At::of(ctx)?.ask(|reading| reading.consultation(by))?;
        Ok(found.map(|found| Self(Arc::new(found))))
    }

    /// Its id.
    #[must_use]
    pub fn node_id(&self) -> NodeId {
        NodeId::Consultation(self.0.stream)
    }
}

/// Which contributions are wanted. What is not given does not matter.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ContributionFilter {
    /// Contributions, or texts of the authority. Amendments and arguments are listed under what they are about.
    pub form: Option<Code<SubjectKind>>,
    /// Contributions of this sort.
    pub kind: Option<Code<event::ContributionKind>>,
    /// Contributions on this theme, an index in the rules.
    pub theme: Option<u32>,
}

/// The order of a list of contributions. Values may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
pub enum ContributionOrder {
    /// By number, which is the order of the record.
    #[default]
    Number,
    /// The last recorded first.
    Newest,
    /// The most supported first.
    MostSupported,
}

impl ContributionOrder {
    const fn list(self) -> (Order, &'static str) {
        match self {
            Self::Number => (Order::Number, "consultation.contributions"),
            Self::Newest => (Order::Newest, "consultation.contributions.newest"),
            Self::MostSupported => (Order::MostSupported, "consultation.contributions.supported"),
        }
    }
}

/// A consultation: what is put to the public, and everything that happens to it.
#[Object]
impl Consultation {
    /// Its permanent id.
    pub(super) async fn id(&self) -> ID {
        self.node_id().into()
    }

    /// Its short name: the beginning of its references and addresses.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its title.
    async fn title(&self) -> Text {
        Text::of(self.0.title.clone())
    }

    /// What it is about.
    async fn description(&self) -> Text {
        Text::of(self.0.description.clone())
    }

    /// What sort it is.
    async fn kind(&self) -> Code<event::ConsultationKind> {
        Code(self.0.kind)
    }

    /// The language of its acts.
    async fn lang(&self) -> Locale {
        Locale(self.0.lang)
    }

    /// The zone in which its days are read, an IANA name.
    async fn timezone(&self) -> &str {
        &self.0.zone
    }

    /// How its registration came to be recorded.
    async fn trust(&self) -> Code<event::Trust> {
        Code(self.0.trust)
    }

    /// Whose rules it follows.
    async fn rules_origin(&self) -> Code<event::RulesOrigin> {
        Code(self.0.origin)
    }

    /// The body that organises it; null where the record does not say.
    async fn organiser(&self) -> Option<Body> {
        Body::all(&self.0.bodies).into_iter().next()
    }

    /// The bodies of its list, the organiser first.
    async fn bodies(&self) -> Vec<Body> {
        Body::all(&self.0.bodies)
    }

    /// The platform that held it, where it came from one.
    async fn platform(&self) -> Option<&str> {
        self.0.platform.as_deref()
    }

    /// Its address there.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// When it was registered here.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// When it began, as somebody claims.
    async fn claimed(&self) -> ClaimedTime {
        self.0.claimed.into()
    }

    /// When it was closed; null while it is not.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Its phases, in the order of the rules, with what happened to each.
    async fn phases(&self) -> Vec<Phase> {
        let rules = self.0.rules.as_ref().map_or(&[][..], |rules| &rules.phases);
        let phase = |(index, rule): (u32, &part::PhaseRule)| Phase {
            index,
            rule: rule.clone(),
            lived: self.0.phases.get(&index).copied(),
        };
        (0..).zip(rules).map(phase).collect()
    }

    /// Its rules; null where none were adopted, or nobody knows them.
    async fn rules(&self) -> Option<RuleSet> {
        let rules = self.0.rules.clone()?;
        Some(RuleSet { rules, version: self.0.rules_version, bodies: self.0.bodies.clone() })
    }

    /// What its record can know.
    async fn coverage(&self) -> Coverage {
        Coverage(Arc::clone(&self.0))
    }

    /// How many of each thing its record holds.
    async fn figures(&self, ctx: &Context<'_>) -> Result<Vec<Figure>> {
        let figures = At::of(ctx)?.ask(|reading| reading.figures(self.0.position))?;
        let figure = |(thing, count): (String, u64)| Figure { thing, count: int(count) };
        Ok(figures.counts.into_iter().map(figure).collect())
    }

    /// Its numbered contributions and texts of the authority.
    #[allow(clippy::too_many_arguments, reason = "the four arguments of Relay, a filter, an order")]
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the last back: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<ContributionFilter>,
        #[graphql(desc = "In which order.", default)] order: ContributionOrder,
    ) -> Result<List<Contribution>> {
        let (order, name) = order.list();
        let ContributionFilter { form, kind, theme } = filter.unwrap_or_default();
        let genre = kind.map(|kind| devenir_projections::model::Genre::Contribution(kind.0));
        let form = form.map(|form| form.0).or(genre.map(|_| SubjectKind::Contribution));
        let listing = Listing { consultation: self.0.position, kind: form, genre, theme, order };
        let asked = Asked { first, after, last, before };
        list(ctx, name, asked, |reading, page| reading.contributions(&listing, page), Contribution).await
    }

    /// The duties to answer its contributions, by their number: what is owed, by whom, until when, and what was
    /// answered late. Those that have not begun at the instant are not listed.
    async fn duties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand so.")] state: Option<DutyFilter>,
        #[graphql(desc = "The instant at which they are judged; now where it is not given.")] at: Option<
            DateTime,
        >,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Duty>> {
        let (standing, name) = DutyFilter::list(state);
        let now = at.map_or(At::of(ctx)?.now(), |at| at.0);
        let question =
            |reading: &devenir_projections::Reading, page| reading.duties(&self.0, standing, now, page);
        list(ctx, name, Asked::forwards(first, after), question, Duty::from).await
    }

    /// What happened to it as a whole: rules, phases, imports, what guarantors noted.
    #[allow(clippy::too_many_arguments, reason = "the four arguments of Relay and an order")]
    async fn trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the last back: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "In which order.", default)] order: StepOrder,
    ) -> Result<List<TrailStep>> {
        consultation_trail(ctx, &self.0, Asked { first, after, last, before }, order).await
    }

    /// Who observes it independently, whether a body appointed them, and how often they read what is hidden.
    async fn guarantors(&self, ctx: &Context<'_>) -> Result<Vec<Guarantor>> {
        guarantors(ctx, self.0.stream)
    }

    /// How many facts of its sources did not respect a rule, by rule and platform.
    async fn findings(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        let found = At::of(ctx)?.ask(|reading| reading.findings(Some(self.0.position)))?;
        Ok(found.into_iter().map(Finding).collect())
    }

    /// The facts of its sources that did not respect a rule, in the order of the record.
    async fn irregularities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] rule: Code<Norm>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<IrregularFact>> {
        let name = format!("consultation.irregularities.{}", rule.0);
        let question = |reading: &devenir_projections::Reading, page| {
            reading.irregular(Some(self.0.position), rule.0, page)
        };
        list(ctx, &name, Asked::forwards(first, after), question, IrregularFact).await
    }
}

/// A body of a consultation's list: who organises, answers, decides.
#[derive(Debug, Clone, SimpleObject)]
pub struct Body {
    /// Its index in the list, which never changes: acts name it so.
    pub index: u32,
    /// Its name.
    pub name: String,
}

impl Body {
    fn all(names: &[String]) -> Vec<Self> {
        (0..).zip(names).map(|(index, name)| Self { index, name: name.clone() }).collect()
    }

    /// The bodies of these indexes, where the list has them.
    #[must_use]
    pub fn some(names: &[String], indexes: &[u32]) -> Vec<Self> {
        Self::all(names).into_iter().filter(|body| indexes.contains(&body.index)).collect()
    }
}

/// A count of one sort of thing.
#[derive(Debug, Clone, SimpleObject)]
pub struct Figure {
    /// What is counted: `contribution`, `amendment`, `argument`, `response`, `answered` and the like.
    pub thing: String,
    /// How many.
    pub count: i32,
}

/// A phase.
#[derive(Debug, Clone)]
pub struct Phase {
    index: u32,
    rule: part::PhaseRule,
    lived: Option<views::Phase>,
}

/// A phase of a consultation: what the rules say of it, and what happened to it.
#[Object]
impl Phase {
    /// Its index in the rules: acts name it so.
    async fn index(&self) -> u32 {
        self.index
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.rule.name
    }

    /// What it admits.
    async fn admits(&self) -> Vec<Code<event::Activity>> {
        self.rule.admits.iter().copied().map(Code).collect()
    }

    /// When it was planned to open.
    async fn planned_from(&self) -> Option<DateTime> {
        self.rule.from.map(DateTime)
    }

    /// When it was planned to close.
    async fn planned_until(&self) -> Option<DateTime> {
        self.rule.until.map(DateTime)
    }

    /// When it opened; null while it has not.
    async fn opened_at(&self) -> Option<DateTime> {
        self.lived?.opened_at.map(DateTime)
    }

    /// When it is to close, extensions included.
    async fn until(&self) -> Option<DateTime> {
        self.lived.and_then(|lived| lived.until).or(self.rule.until).map(DateTime)
    }

    /// How many times it was extended.
    async fn extended(&self) -> u32 {
        self.lived.map_or(0, |lived| lived.extended)
    }

    /// When it closed; null while it has not.
    async fn closed_at(&self) -> Option<DateTime> {
        self.lived?.closed_at.map(DateTime)
    }

    /// Whether it is open at an instant.
    async fn is_open(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instant; now where it is not given.")] at: Option<DateTime>,
    ) -> Result<bool> {
        let at = at.map_or(At::of(ctx)?.now(), |at| at.0);
        let is_before = |end: Option<Timestamp>| end.is_none_or(|end| at < end);
        Ok(self.lived.is_some_and(|lived| {
            lived.opened_at.is_some_and(|opened| opened <= at)
                && is_before(lived.closed_at)
                && is_before(lived.until)
        }))
    }
}

/// The rules of a consultation.
#[derive(Debug, Clone)]
pub struct RuleSet {
    rules: part::RuleSet,
    version: u32,
    bodies: Vec<String>,
}

/// The rules of a consultation, frozen when they were adopted.
#[Object]
impl RuleSet {
    /// How many times rules were fixed: 1 for those adopted first.
    async fn version(&self) -> u32 {
        self.version
    }

    /// Whether a first publication needs a moderator.
    async fn moderated_before(&self) -> bool {
        self.rules.moderated_before
    }

    /// The territories; acts name them by their index here.
    async fn territories(&self) -> &[String] {
        &self.rules.territories
    }

    /// The themes; acts name them by their index here.
    async fn themes(&self) -> &[String] {
        &self.rules.themes
    }

    /// The thresholds of support.
    async fn thresholds(&self) -> Vec<Threshold> {
        let threshold =
            |it: &part::SupportThreshold| Threshold { brings: Code(it.brings), count: int(it.count) };
        self.rules.thresholds.iter().map(threshold).collect()
    }

    /// How long the authority has to answer; null where the rules do not say.
    async fn answer_within(&self) -> Option<AnswerWithin> {
        let rule = self.rules.answer_within.as_ref()?;
        Some(AnswerWithin {
            body: Body::some(&self.bodies, &[rule.body]).into_iter().next(),
            days: rule.days,
            from: Code(rule.from),
            must: rule.must,
            source: rule.source.clone(),
        })
    }
}

/// A threshold of support, and what it brings.
#[derive(Debug, Clone, SimpleObject)]
pub struct Threshold {
    /// What reaching it brings.
    pub brings: Code<event::ThresholdKind>,
    /// The number of supports.
    pub count: i32,
}

/// How long an authority has to answer, and from when.
#[derive(Debug, Clone, SimpleObject)]
pub struct AnswerWithin {
    /// The body that must answer; null where the list does not name it.
    pub body: Option<Body>,
    /// Days after the start.
    pub days: u32,
    /// What starts the delay.
    pub from: Code<event::DutyStart>,
    /// Whether the rule obliges; otherwise it encourages, and nothing is ever overdue.
    pub must: bool,
    /// Where the rule stands.
    pub source: String,
}

/// What a record covers.
pub struct Coverage(Arc<views::Consultation>);

/// What the record can know. A stage that no source covered is unknown: it never means that nothing happened.
#[Object]
impl Coverage {
    /// Whether the consultation is recorded here as it goes, so that every stage is covered.
    async fn live(&self) -> bool {
        self.0.origin == event::RulesOrigin::Native
    }

    /// The stages that the record covers.
    async fn covered(&self) -> Vec<CoveredStage> {
        let until = |stage: &event::Stage| self.0.coverage.observed.get(stage).copied();
        let live = self.0.origin == event::RulesOrigin::Native;
        let covered = |stage: &&event::Stage| live || until(stage).is_some();
        let shown = |stage: &event::Stage| CoveredStage {
            stage: Code(*stage),
            observed_until: until(stage).map(DateTime),
        };
        event::Stage::ALL.iter().filter(covered).map(shown).collect()
    }

    /// The stages that it does not cover.
    async fn not_covered(&self) -> Vec<Code<event::Stage>> {
        if self.0.origin == event::RulesOrigin::Native {
            return Vec::new();
        }
        let observed = &self.0.coverage.observed;
        event::Stage::ALL.iter().filter(|stage| !observed.contains_key(stage)).copied().map(Code).collect()
    }

    /// How many things are known to be missing.
    async fn gap_count(&self) -> i32 {
        int(self.0.coverage.gaps)
    }

    /// What is known to be missing, in the order of the record.
    async fn gaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Gap>> {
        let question = |reading: &devenir_projections::Reading, page| reading.gaps(self.0.position, page);
        list(ctx, "coverage.gaps", Asked::forwards(first, after), question, Gap::from).await
    }
}

/// A stage that a record covers.
#[derive(Debug, Clone, SimpleObject)]
pub struct CoveredStage {
    /// The stage.
    pub stage: Code<event::Stage>,
    /// Until when its source was observed; null where it is recorded here as it goes.
    pub observed_until: Option<DateTime>,
}

/// Something known to be missing.
#[derive(Debug, Clone, SimpleObject)]
pub struct Gap {
    /// The event that says so.
    pub position: Position,
    /// Why.
    pub cause: Code<event::GapCause>,
    /// The platform.
    pub platform: Option<String>,
    /// The platform's kind of item.
    pub kind: Option<String>,
    /// The platform's own identifier.
    pub external_id: Option<String>,
    /// The address.
    pub url: Option<String>,
}

impl From<views::Gap> for Gap {
    fn from(gap: views::Gap) -> Self {
        let views::Gap { position, cause, platform, kind, external_id, url } = gap;
        Self { position: position.into(), cause: Code(cause), platform, kind, external_id, url }
    }
}
