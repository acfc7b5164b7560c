//! The answer to "what became of my idea", computed at an instant.
//!
//! `docs/design.md` (Fates, Duties) decides its ranks; the views compute it from the record. This module only
//! shows it, with the act that it rests on.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Object, Result};
use devenir_core::rules::{self, FateCode, Labelled as _, Rank};
use devenir_core::time::Timestamp;
use devenir_projections::fate as views;
use devenir_projections::model::Subject;
use devenir_projections::query::Consultation;
use devenir_projections::trail::{HeadlineShown, TrailDocument, TrailOrder};

use super::actor::Actor;
use super::at::At;
use super::code::Code;
use super::duty::Duty;
use super::event::Event;
use super::response::{Pointer, Response};
use super::scalar::{DateTime, Locale};
use super::step::told_around;
use super::text::{Sentence, Text};

/// What became of something, at an instant.
#[derive(Debug, Clone)]
pub struct Fate {
    /// What the views computed.
    pub fate: views::Fate,
    /// What it is the fate of.
    pub subject: Subject,
    /// The consultation.
    pub consultation: Arc<Consultation>,
    /// The instant.
    pub at: Timestamp,
    told: OnceLock<HeadlineShown>,
    french: OnceLock<TrailDocument>,
    english: OnceLock<TrailDocument>,
}

impl Fate {
    /// What became of a subject at an instant.
    #[must_use]
    pub const fn new(
        fate: views::Fate,
        subject: Subject,
        consultation: Arc<Consultation>,
        at: Timestamp,
    ) -> Self {
        Self {
            fate,
            subject,
            consultation,
            at,
            told: OnceLock::new(),
            french: OnceLock::new(),
            english: OnceLock::new(),
        }
    }

    /// The first sentence and what stands beside it, found once an answer and without the page.
    fn told(&self, ctx: &Context<'_>) -> Result<&HeadlineShown> {
        if self.told.get().is_none() {
            let about = (&self.subject, &self.consultation);
            let told = At::of(ctx)?.headline(about, &self.fate, self.at)?;
            // Somebody else's words are the same words.
            let _ = self.told.set(told);
        }
        Ok(self.told.get().ok_or("the headline was just told")?)
    }

    /// The response that the standing decision comes from, where it comes from one.
    fn answer(&self, ctx: &Context<'_>) -> Result<Option<Response>> {
        self.fate.decided_by.map_or(Ok(None), |position| Response::at(ctx, position))
    }

    /// The page that tells it in one language, written once an answer.
    fn page(&self, ctx: &Context<'_>, locale: Locale) -> Result<&TrailDocument> {
        let page = match locale.said() {
            rules::Locale::Fr => &self.french,
            rules::Locale::En => &self.english,
        };
        if page.get().is_none() {
            let here = At::of(ctx)?;
            let demonstration = here.app().opened().demonstration;
            let told = here.tale(self.subject.clone(), self.at, |tale| {
                tale.tell(TrailOrder::Story, locale.said(), demonstration)
            })?;
            // Somebody else's page is the same page.
            let _ = page.set(told);
        }
        Ok(page.get().ok_or("the page was just written")?)
    }
}

fn sentences(words: &[String], locale: Locale) -> Vec<Sentence> {
    words.iter().map(|words| Sentence::new(words.clone(), locale.said())).collect()
}

/// What became of something: computed at an instant, from what the record holds.
#[Object]
impl Fate {
    /// The one answer.
    async fn headline(&self) -> Code<FateCode> {
        Code(self.fate.headline.code)
    }

    /// What moderation or erasure did to the text, where something else became of it too.
    async fn prefix(&self) -> Option<Code<FateCode>> {
        self.fate.headline.prefix.map(Code)
    }

    /// What must be said beside it: behind its commitment, judged insufficient, contested.
    async fn appended(&self) -> Vec<Code<FateCode>> {
        self.fate.headline.appended.iter().copied().map(Code).collect()
    }

    /// What the headline rests on.
    async fn rank(&self) -> Code<Rank> {
        Code(self.fate.headline.rank)
    }

    /// What became of it, in one sentence: who decided, what, when, where.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language of the sentence.")] locale: Locale,
    ) -> Result<Sentence> {
        Ok(Sentence::new(self.told(ctx)?.sentence(locale.said()), locale.said()))
    }

    /// What must be said right beside it, one sentence each.
    async fn beside(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language of the sentences.")] locale: Locale,
    ) -> Result<Vec<Sentence>> {
        Ok(sentences(&self.told(ctx)?.beside(locale.said()), locale))
    }

    /// What is owed, by whom, until when, one sentence each; it says so where nothing is.
    async fn owed_in_words(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language of the sentences.")] locale: Locale,
    ) -> Result<Vec<Sentence>> {
        Ok(sentences(&self.page(ctx, locale)?.owed.sentences, locale))
    }

    /// What a reader can do now, one sentence each.
    async fn next_steps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language of the sentences.")] locale: Locale,
    ) -> Result<Vec<Sentence>> {
        Ok(sentences(&self.page(ctx, locale)?.next.sentences, locale))
    }

    /// What the record does not know or prove here, one sentence each.
    async fn limits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language of the sentences.")] locale: Locale,
    ) -> Result<Vec<Sentence>> {
        Ok(sentences(&self.page(ctx, locale)?.limits.sentences, locale))
    }

    /// The headline in a few words, such as "retenue avec modification".
    async fn label(&self, #[graphql(desc = "The language of the words.")] locale: Locale) -> Sentence {
        let locale = locale.said();
        let before = self.fate.headline.prefix.into_iter();
        let codes =
            before.chain([self.fate.headline.code]).chain(self.fate.headline.appended.iter().copied());
        Sentence::new(codes.map(|code| code.label(locale)).collect::<Vec<_>>().join(", "), locale)
    }

    /// How far it has come.
    async fn stage(&self) -> Code<FateCode> {
        Code(self.fate.axes.stage)
    }

    /// Whether its text can be read; null before it was published.
    async fn visibility(&self) -> Option<Code<FateCode>> {
        self.fate.axes.visibility.map(Code)
    }

    /// In what it goes on; null where it goes on in nothing else.
    async fn linkage(&self) -> Option<Code<FateCode>> {
        self.fate.axes.linkage.map(Code)
    }

    /// What was decided of it; null where nothing was.
    async fn decision(&self) -> Option<Code<FateCode>> {
        self.fate.axes.decision.map(Code)
    }

    /// What was done of it; null where nothing is known of that.
    async fn delivery(&self) -> Option<Code<FateCode>> {
        self.fate.axes.delivery.map(Code)
    }

    /// What nobody did, at this instant: computed, never recorded. UNKNOWN_IN_SOURCE where the record does not cover what
    /// came after.
    async fn silence(&self) -> Option<Code<FateCode>> {
        self.fate.axes.silence.map(Code)
    }

    /// Whether somebody disputes what was decided or done.
    async fn contested(&self) -> bool {
        self.fate.headline.appended.contains(&FateCode::Contested)
    }

    /// Who decided; null where nobody has.
    async fn decided_by(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        match (self.answer(ctx)?, self.fate.decided_by) {
            (Some(answer), _) => answer.signed_by(ctx).map(Some),
            (None, Some(act)) => {
                Ok(told_around(&*At::of(ctx)?, act)?.map(|(_, step)| Actor::from(&step.actor)))
            }
            (None, None) => Ok(None),
        }
    }

    /// Why, in words; null where nothing was decided.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<Text>> {
        match (self.answer(ctx)?, self.fate.decided_by) {
            (Some(answer), _) => Ok(Some(answer.stated_reason())),
            (None, Some(act)) => {
                let told = told_around(&*At::of(ctx)?, act)?;
                let reason = told.and_then(|(_, step)| step.details.reason);
                Ok(reason.map(|reason| Text::of(Text::told(&reason, self.consultation.lang))))
            }
            (None, None) => Ok(None),
        }
    }

    /// Where the follow-up stands.
    async fn pointers(&self, ctx: &Context<'_>) -> Result<Vec<Pointer>> {
        Ok(self.answer(ctx)?.map_or_else(Vec::new, |answer| answer.follow_up()))
    }

    /// The response that the standing decision comes from, where it comes from one.
    async fn response(&self, ctx: &Context<'_>) -> Result<Option<Response>> {
        self.answer(ctx)
    }

    /// The act that the standing decision comes from.
    async fn decided_in(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        self.fate.decided_by.map_or(Ok(None), |position| Event::at(ctx, position))
    }

    /// The duties to answer it, discharged ones included.
    async fn duties(&self) -> Vec<Duty> {
        self.fate.duties.iter().map(|owed| Duty::new(owed.clone(), self.subject.clone())).collect()
    }

    /// What is still owed at this instant, as far as the record would know.
    async fn owed(&self) -> Vec<Duty> {
        let owed = self.fate.duties.iter().filter(|duty| duty.is_owed());
        owed.map(|owed| Duty::new(owed.clone(), self.subject.clone())).collect()
    }

    /// The instant that it was computed at.
    async fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// The next instant at which it changes by itself, if nothing new is recorded.
    async fn next_change(&self) -> Option<DateTime> {
        self.fate.headline.next_change.map(DateTime)
    }
}
