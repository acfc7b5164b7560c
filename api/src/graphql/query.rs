//! The questions: what can be asked of the record, without any credential.
//!
//! `docs/design.md` (API) decides them. Resolvers here find things; what is found answers for itself.

use async_graphql::{Context, InputObject, Object, Result};
use devenir_core::event::code::ConsultationKind;
use devenir_core::ledger;
use devenir_projections::Reference;
use devenir_projections::model::{SourceKey, SubjectKind};
use devenir_projections::query::By;

use super::as_of::AsOf;
use super::at::At;
use super::code::Code;
use super::consultation::Consultation;
use super::contribution::{Candidate, Contribution};
use super::erasure::Erasure;
use super::event::Event;
use super::finding::Finding;
use super::head::Head;
use super::id::{AnyId, ConsultationId, NodeId};
use super::list::{Asked, List, list};
use super::node::{Node, find};
use super::scalar::{Position, Sha256};
use crate::transport::{ErrorCode, PAGE_SIZE_MAX, Refusal, spend};
use devenir_core::id::IntentId;

/// Words typed that are read; more than that names nothing.
const TYPED_CHARS_MAX: usize = 500;

/// The questions.
#[derive(Debug, Clone, Copy)]
pub struct Query;

/// What names something at the platform that collected it.
#[derive(Debug, Clone, InputObject)]
#[graphql(name = "SourceKey")]
pub struct SourceKeyInput {
    /// The platform.
    pub platform: String,
    /// The platform's kind of item.
    pub kind: String,
    /// The platform's own identifier.
    pub external_id: String,
}

/// Questions to the record. Nothing here changes anything.
#[Object]
impl Query {
    /// What has a permanent id; null where nothing has it.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, as this API gave it.")] id: AnyId,
    ) -> Result<Option<Node>> {
        find(ctx, id.0)
    }

    /// What has these ids, in their order, with null where nothing has one: at most 100.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids, as this API gave them.")] ids: Vec<AnyId>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > PAGE_SIZE_MAX {
            let message =
                format!("`ids` names {}; at most {PAGE_SIZE_MAX} can be asked for at once", ids.len());
            return Err(Refusal::new(ErrorCode::InvalidInput, message).into());
        }
        spend(ctx, ids.len()).await?;
        ids.into_iter().map(|id| find(ctx, id.0)).collect()
    }

    /// The head of the ledger.
    async fn head(&self, ctx: &Context<'_>) -> Result<Head> {
        Ok(Head::of(At::of(ctx)?.app()))
    }

    /// A consultation, by its short name, its address at its platform, or its id: give exactly one. Null where there
    /// is none, or was none then.
    async fn consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its short name.")] slug: Option<String>,
        #[graphql(desc = "Its address at its platform.")] url: Option<String>,
        #[graphql(desc = "Its id.")] id: Option<ConsultationId>,
        #[graphql(desc = "As its record stood then; at present where it is not given.")] as_of: Option<AsOf>,
    ) -> Result<Option<Consultation>> {
        let found = match (slug, url, id) {
            (Some(slug), None, None) => Consultation::find(ctx, By::Slug(slug.trim())),
            (None, Some(url), None) => Consultation::find(ctx, By::Url(url.trim())),
            (None, None, Some(id)) => Consultation::find(ctx, By::Stream(id.0)),
            _ => Err(exactly_one("`slug`, `url` and `id`").into()),
        }?;
        let (Some(found), Some(as_of)) = (&found, as_of) else { return Ok(found) };
        let then = as_of.look_back(ctx, found.0.stream)?;
        let found = then.ask(|reading| reading.consultation(By::Stream(found.0.stream)))?;
        Ok(found.map(|found| Consultation(found.into())))
    }

    /// The consultations, the last registered first.
    async fn consultations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the last back: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those of this sort.")] kind: Option<Code<ConsultationKind>>,
    ) -> Result<List<Consultation>> {
        let asked = Asked { first, after, last, before };
        let kind = kind.map(|kind| kind.0);
        let question = |reading: &devenir_projections::Reading, page| reading.consultations(kind, page);
        list(ctx, "consultations", asked, question, |it| Consultation(it.into())).await
    }

    /// Something that people wrote, by whatever the citizen holds: its reference, its address or number at its
    /// platform, or its id: give exactly one. Null where there is none, or was none then; `suggestions` says what may
    /// have been meant.
    #[allow(clippy::too_many_arguments, reason = "four ways to name it, and an instant")]
    async fn contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Its short reference, such as `plan-velo-0042`; capitals and missing zeros are forgiven."
        )]
        reference: Option<String>,
        #[graphql(desc = "Its address at its platform.")] url: Option<String>,
        #[graphql(desc = "What names it at its platform.")] source: Option<SourceKeyInput>,
        #[graphql(desc = "Its id.")] id: Option<AnyId>,
        #[graphql(desc = "As its record stood then; at present where it is not given.")] as_of: Option<AsOf>,
    ) -> Result<Option<Contribution>> {
        let here = At::of(ctx)?;
        let found = match (reference, url, source, id) {
            (Some(text), None, None, None) => match text.parse::<Reference>() {
                Ok(reference) => here.ask(|reading| reading.by_reference(&reference))?,
                Err(_) => None,
            },
            (None, Some(url), None, None) => here.ask(|reading| reading.by_url(url.trim()))?,
            (None, None, Some(key), None) => {
                let SourceKeyInput { platform, kind, external_id } = key;
                let key = SourceKey { platform, kind, external_id };
                here.ask(|reading| reading.by_source(&key))?
            }
            (None, None, None, Some(AnyId(NodeId::Contribution(id) | NodeId::Event(id)))) => {
                here.ask(|reading| reading.subject_by_id(id))?
            }
            (None, None, None, Some(id)) => {
                let message = format!("expected the id of a contribution, found `{}`", id.0);
                return Err(Refusal::new(ErrorCode::InvalidInput, message).into());
            }
            _ => return Err(exactly_one("`reference`, `url`, `source` and `id`").into()),
        };
        let (Some(subject), Some(as_of)) = (&found, as_of) else { return Ok(found.map(Contribution)) };
        let then = as_of.look_back(ctx, subject.stream)?;
        Ok(then.ask(|reading| reading.subject(subject.position))?.map(Contribution))
    }

    /// What a person who typed some words may have meant, the likeliest first: for a reference that is nowhere, those that
    /// are a slip of the finger away; for anything else, what its words are found in. At most 10.
    async fn suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed.")] text: String,
    ) -> Result<Vec<Candidate>> {
        let typed: String = text.chars().take(TYPED_CHARS_MAX).collect();
        let found = At::of(ctx)?.ask(|reading| reading.candidates(&typed))?;
        spend(ctx, found.len()).await?;
        Ok(found.into_iter().map(Candidate::from).collect())
    }

    /// An event, by its position, its name, the hash of its bytes, or its id: give exactly one. Null where there is
    /// none.
    async fn event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its place in the record.")] position: Option<Position>,
        #[graphql(desc = "Its name.")] intent_id: Option<Sha256>,
        #[graphql(desc = "The hash of its bytes, as proofs carry it.")] leaf_hash: Option<Sha256>,
        #[graphql(desc = "Its id.")] id: Option<AnyId>,
    ) -> Result<Option<Event>> {
        match (position, intent_id, leaf_hash, id) {
            (Some(position), None, None, None) => Event::at(ctx, ledger::Position::new(position.0)),
            (None, Some(id), None, None) => Event::named(ctx, IntentId(id.0)),
            (None, None, Some(leaf), None) => Event::of_leaf(ctx, &ledger::Hash::from_bytes(leaf.0)),
            (None, None, None, Some(AnyId(NodeId::Event(id)))) => Event::named(ctx, id),
            (None, None, None, Some(id)) => {
                let message = format!("expected the id of an event, found `{}`", id.0);
                Err(Refusal::new(ErrorCode::InvalidInput, message).into())
            }
            _ => Err(exactly_one("`position`, `intentId`, `leafHash` and `id`").into()),
        }
    }

    /// What holds some words, the best first: accents and capitals make no difference, the last word may be the beginning
    /// of one. Only what may be read is searched.
    #[allow(clippy::too_many_arguments, reason = "what, where, and the two arguments of a page")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words.")] text: String,
        #[graphql(name = "in", desc = "Only in this consultation.")] within: Option<ConsultationId>,
        #[graphql(desc = "Only of this form.")] form: Option<Code<SubjectKind>>,
        #[graphql(desc = "How many, from the first on: 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<List<Contribution>> {
        let typed: String = text.chars().take(TYPED_CHARS_MAX).collect();
        let consultation = match within {
            Some(id) => match Consultation::find(ctx, By::Stream(id.0))? {
                Some(found) => Some(found.0.position),
                None => {
                    let message = format!("there is no consultation `{}`", NodeId::Consultation(id.0));
                    return Err(Refusal::new(ErrorCode::NotFound, message).into());
                }
            },
            None => None,
        };
        let form = form.map(|form| form.0);
        let question =
            |reading: &devenir_projections::Reading, page| reading.search(&typed, consultation, form, page);
        list(ctx, "search", Asked::forwards(first, after), question, Contribution).await
    }

    /// What was erased or taken down from a position on, in the order in which it began to count (`countsFrom`): whoever
    /// mirrors words deletes them too.
    async fn erasures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first position that is asked for; from the beginning without it.")]
        from: Option<Position>,
        #[graphql(desc = "How many: 1 to 100.")] first: Option<i32>,
    ) -> Result<Vec<Erasure>> {
        let limit = u32::try_from(first.unwrap_or(100)).unwrap_or(0).clamp(1, 100);
        let from = ledger::Position::new(from.map_or(0, |from| from.0));
        let found = At::of(ctx)?.ask(|reading| reading.erasures_from(from, limit))?;
        spend(ctx, found.len()).await?;
        Ok(found.into_iter().map(Erasure).collect())
    }

    /// How many facts of sources did not respect a rule, by consultation, platform and rule.
    async fn findings(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        let found = At::of(ctx)?.ask(|reading| reading.findings(None))?;
        spend(ctx, found.len()).await?;
        Ok(found.into_iter().map(Finding).collect())
    }
}

fn exactly_one(names: &str) -> Refusal {
    Refusal::new(ErrorCode::InvalidInput, format!("give exactly one of {names}"))
}
