//! Contributions: whatever people wrote and acts are about, with what became of it.
//!
//! `docs/design.md` (API, Votes, Fates) decides. One type for all forms, from a text of the authority to a comment: they
//! share a trail, versions and figures, and what a person holds may be the reference of any of them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use devenir_core::event::code as event;
use devenir_core::ledger;
use devenir_core::rules::Visibility;
use devenir_projections::model::{Genre, Subject, SubjectKind};
use devenir_projections::query as views;

use super::actor::Participant;
use super::at::At;
use super::code::Code;
use super::consultation::Consultation;
use super::event::Event;
use super::fate::Fate;
use super::id::NodeId;
use super::list::{Asked, List, list, short_list};
use super::response::Response;
use super::scalar::{DateTime, Locale, Position, Sha256, int};
use super::step::{StepOrder, TrailStep, contribution_trail};
use super::tally::{Ballot, Tally};
use super::text::{ClaimedTime, Text};
use super::version::Version;

/// Something that people wrote and that acts are about.
#[derive(Debug, Clone)]
pub struct Contribution(pub Subject);

impl Contribution {
    /// What stands at a position.
    ///
    /// # Errors
    /// Where the views cannot be read.
    pub fn at(ctx: &Context<'_>, position: ledger::Position) -> Result<Option<Self>> {
        Ok(At::of(ctx)?.ask(|reading| reading.subject(position))?.map(Self))
    }

    /// Its id.
    #[must_use]
    pub const fn node_id(&self) -> NodeId {
        NodeId::Contribution(self.0.id)
    }

    fn versions_shown(&self, ctx: &Context<'_>) -> Result<Vec<views::Version>> {
        At::of(ctx)?.ask(|reading| reading.versions(self.0.position))
    }
}

/// Something that people wrote and that acts are about: a contribution, a text of the authority, an amendment, an
/// argument, a comment, a cited source.
#[Object]
impl Contribution {
    /// Its permanent id.
    pub(super) async fn id(&self) -> ID {
        self.node_id().into()
    }

    /// The name of the event that made it.
    async fn intent_id(&self) -> Sha256 {
        self.0.id.into()
    }

    /// The short reference that people hold, `plan-velo-0042`; null for what has no number, such as a comment.
    async fn reference(&self) -> Option<String> {
        self.0.reference.as_ref().map(ToString::to_string)
    }

    /// What it is.
    async fn form(&self) -> Code<SubjectKind> {
        Code(self.0.kind)
    }

    /// Of what sort, for a contribution.
    async fn kind(&self) -> Option<Code<event::ContributionKind>> {
        match self.0.genre {
            Some(Genre::Contribution(kind)) => Some(Code(kind)),
            Some(Genre::Reference(_) | Genre::Argument(_)) | None => None,
        }
    }

    /// Of what sort, for a text of the authority.
    async fn reference_kind(&self) -> Option<Code<event::ReferenceKind>> {
        match self.0.genre {
            Some(Genre::Reference(kind)) => Some(Code(kind)),
            Some(Genre::Contribution(_) | Genre::Argument(_)) | None => None,
        }
    }

    /// Its side, for an argument.
    async fn side(&self) -> Option<Code<event::Side>> {
        match self.0.genre {
            Some(Genre::Argument(side)) => Some(Code(side)),
            Some(Genre::Contribution(_) | Genre::Reference(_)) | None => None,
        }
    }

    /// Its consultation.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Consultation> {
        Ok(Consultation(At::of(ctx)?.consultation(self.0.consultation)?))
    }

    /// What it stands under, for an amendment, an argument, a comment, a cited source.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        self.0.parent.map_or(Ok(None), |parent| Self::at(ctx, parent))
    }

    /// What names it at the platform that collected it; null for what was submitted here.
    async fn source(&self) -> Option<Source> {
        let source = self.0.source.clone()?;
        Some(Source {
            platform: source.platform,
            kind: source.kind,
            external_id: source.external_id,
            url: self.0.url.clone(),
        })
    }

    /// Who wrote it, as the record may show it.
    async fn author(&self) -> Participant {
        Participant::from(&self.0.writer)
    }

    /// By which way it came.
    async fn channel(&self) -> Option<Code<event::Channel>> {
        self.0.channel.map(Code)
    }

    /// Its theme, in words.
    async fn theme(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let consultation = At::of(ctx)?.consultation(self.0.consultation)?;
        let themes = consultation.rules.as_ref().map(|rules| &rules.themes);
        Ok(themes.zip(self.0.theme).and_then(|(themes, index)| themes.get(index as usize)).cloned())
    }

    /// Its territory, in words.
    async fn territory(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let consultation = At::of(ctx)?.consultation(self.0.consultation)?;
        let territories = consultation.rules.as_ref().map(|rules| &rules.territories);
        Ok(territories.zip(self.0.territory).and_then(|(names, index)| names.get(index as usize)).cloned())
    }

    /// A place, in words, where one was given and may be shown.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// Its language.
    async fn lang(&self) -> Locale {
        Locale(self.0.title.lang)
    }

    /// The title of its current version.
    async fn title(&self) -> Text {
        Text::of_version(self.0.title.clone(), self.0.version)
    }

    /// The words of its current version.
    async fn body(&self) -> Text {
        Text::of_version(self.0.body.clone(), self.0.version)
    }

    /// Its current version.
    async fn current(&self, ctx: &Context<'_>) -> Result<Version> {
        let found = At::of(ctx)?.ask(|reading| reading.version(self.0.version))?;
        Ok(Version(found.ok_or_else(|| format!("there is no version at {}", self.0.version))?))
    }

    /// How many versions it has.
    async fn version_count(&self) -> u32 {
        self.0.versions
    }

    /// Its versions, from the first.
    async fn versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Version>> {
        let versions = self.versions_shown(ctx)?;
        let place = |version: &views::Version| u64::from(version.number);
        short_list(ctx, "contribution.versions", Asked::forwards(first, after), versions, place, Version)
            .await
    }

    /// What stands right under it, of one form.
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Amendments, arguments, comments or cited sources.")] form: Code<SubjectKind>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Self>> {
        let name = format!("contribution.children.{}", form.0);
        let question =
            |reading: &devenir_projections::Reading, page| reading.children(self.0.position, form.0, page);
        list(ctx, &name, Asked::forwards(first, after), question, Self).await
    }

    /// The amendments right under it.
    async fn amendments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Self>> {
        let question = |reading: &devenir_projections::Reading, page| {
            reading.children(self.0.position, SubjectKind::Amendment, page)
        };
        list(ctx, "contribution.amendments", Asked::forwards(first, after), question, Self).await
    }

    /// How many of each form stand right under it.
    async fn child_counts(&self, ctx: &Context<'_>) -> Result<Vec<ChildCount>> {
        let counts = At::of(ctx)?.ask(|reading| reading.child_counts(self.0.position))?;
        Ok(counts
            .into_iter()
            .map(|(form, count)| ChildCount { form: Code(form), count: int(count) })
            .collect())
    }

    /// What became of it, as it stands at an instant.
    async fn fate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instant; now where it is not given.")] at: Option<DateTime>,
    ) -> Result<Fate> {
        let here = At::of(ctx)?;
        let at = at.map_or(here.now(), |at| at.0);
        let consultation = here.consultation(self.0.consultation)?;
        let fate = here.ask(|reading| reading.fate(&self.0, &consultation, at))?;
        Ok(Fate::new(fate, self.0.clone(), consultation, at))
    }

    /// What happened to it, step by step.
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
        contribution_trail(ctx, &self.0, Asked { first, after, last, before }, order).await
    }

    /// What authorities answered, replaced responses included.
    async fn responses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Response>> {
        let here = At::of(ctx)?;
        let consultation = here.consultation(self.0.consultation)?;
        let found = here.ask(|reading| reading.responses(self.0.position))?;
        let place = |response: &views::Response| response.position.get();
        let node = |response| Response { response, consultation: consultation.clone() };
        short_list(ctx, "contribution.responses", Asked::forwards(first, after), found, place, node).await
    }

    /// Its figures, all versions together.
    async fn tally(&self, ctx: &Context<'_>) -> Result<Tally> {
        Tally::of(ctx, self.0.position, None)
    }

    /// The supports that its place in a list of the most supported counts: live ones counted here, or in an observed
    /// consultation those reported last.
    async fn support(&self) -> i32 {
        int(self.0.support)
    }

    /// The ballots on it, and on it alone.
    async fn ballots(&self, ctx: &Context<'_>) -> Result<Vec<Ballot>> {
        let ballots = At::of(ctx)?.ask(|reading| reading.ballots(self.0.position))?;
        Ok(ballots.into_iter().map(Ballot).collect())
    }

    /// How much of its text can be read.
    async fn visibility(&self) -> Code<Visibility> {
        Code(self.0.moderated.visibility)
    }

    /// Whether it waits for a moderator before anybody may read it.
    async fn awaits_moderation(&self) -> bool {
        self.0.awaits_moderation
    }

    /// The act of moderation that still weighs on it.
    async fn measure(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        self.0.measure.map_or(Ok(None), |measure| Event::at(ctx, measure))
    }

    /// When it was published; null before that.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// When its author took it back; null where it stands.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }

    /// When its source says that it was changed, the text of before unknown.
    async fn source_changed_at(&self) -> Option<DateTime> {
        self.0.source_changed_at.map(DateTime)
    }

    /// How its submission came to be recorded.
    async fn trust(&self) -> Code<event::Trust> {
        Code(self.0.trust)
    }

    /// When its submission was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// When it was made, as somebody claims.
    async fn claimed(&self) -> ClaimedTime {
        self.0.claimed.into()
    }

    /// Where its submission stands in the record.
    async fn position(&self) -> Position {
        self.0.position.into()
    }

    /// The event that made it.
    async fn event(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        Event::at(ctx, self.0.position)
    }
}

/// What names something at the platform that collected it.
#[derive(Debug, Clone, SimpleObject)]
pub struct Source {
    /// The platform.
    pub platform: String,
    /// The platform's kind of item.
    pub kind: String,
    /// The platform's own identifier.
    pub external_id: String,
    /// Its address there; null where it may not be shown, since an address may repeat a title.
    pub url: Option<String>,
}

/// How many things of one form stand under another.
#[derive(Debug, Clone, SimpleObject)]
pub struct ChildCount {
    /// The form.
    pub form: Code<SubjectKind>,
    /// How many.
    pub count: i32,
}

/// Something that a person may have meant.
#[derive(Debug, Clone, SimpleObject)]
pub struct Candidate {
    /// The contribution, text, amendment or argument; null where a consultation may have been meant.
    pub contribution: Option<Contribution>,
    /// The consultation; null where something in one may have been meant.
    pub consultation: Option<Consultation>,
    /// Why it may have been meant.
    pub why: CandidateReason,
}

/// Why something may have been meant. Values may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CandidateReason {
    /// The consultation's short name is a few letters away.
    NameAlike,
    /// The number is one digit away.
    NumberAlike,
    /// The contribution is there, the amendment is not.
    WithoutAmendment,
    /// The number is the nearest that exists.
    NumberNearest,
    /// The consultation is there, the number is not.
    WithoutNumber,
    /// The same number in another consultation.
    OtherConsultation,
    /// The words are found in its text.
    Words,
}

impl From<views::Candidate> for Candidate {
    fn from(candidate: views::Candidate) -> Self {
        let why = match candidate.why {
            views::Why::NameAlike => CandidateReason::NameAlike,
            views::Why::NumberAlike => CandidateReason::NumberAlike,
            views::Why::WithoutAmendment => CandidateReason::WithoutAmendment,
            views::Why::NumberNearest => CandidateReason::NumberNearest,
            views::Why::WithoutNumber => CandidateReason::WithoutNumber,
            views::Why::OtherConsultation => CandidateReason::OtherConsultation,
            views::Why::Words => CandidateReason::Words,
        };
        match candidate.meant {
            views::Meant::Subject(subject) => {
                Self { contribution: Some(Contribution(*subject)), consultation: None, why }
            }
            views::Meant::Consultation(found) => {
                Self { contribution: None, consultation: Some(Consultation(Arc::new(*found))), why }
            }
        }
    }
}
