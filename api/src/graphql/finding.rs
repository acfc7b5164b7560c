//! Irregularities: facts of sources that did not respect a rule, computed and never stored.
//!
//! `docs/design.md` (Native and observed) decides them. This module judges nothing: the views were told.

use async_graphql::{Context, Object, Result};
use devenir_core::rules::Norm;
use devenir_projections::query as views;

use super::at::At;
use super::code::Code;
use super::contribution::Contribution;
use super::event::Event;
use super::scalar::{Locale, Position, int};
use super::text::Sentence;

/// A rule that a fact did not respect.
#[derive(Debug, Clone, Copy)]
pub struct Irregularity(pub Norm);

/// A rule of a consultation that a fact of a source did not respect: answered after closing, decided without reasons.
/// Computed at reading, never stored.
#[Object]
impl Irregularity {
    /// The rule.
    async fn rule(&self) -> Code<Norm> {
        Code(self.0)
    }

    /// What was wrong, in words.
    async fn sentence(&self, #[graphql(desc = "The language of the sentence.")] locale: Locale) -> Sentence {
        breach(self.0, locale)
    }
}

fn breach(norm: Norm, locale: Locale) -> Sentence {
    let locale = locale.said();
    let mut letters = norm.breach(locale).chars();
    let words: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    Sentence::new(format!("{words}."), locale)
}

/// How many facts of a source did not respect a rule.
#[derive(Debug, Clone)]
pub struct Finding(pub views::Finding);

/// How many facts of one source did not respect one rule.
#[Object]
impl Finding {
    /// The consultation's short name; null for facts outside any.
    async fn slug(&self) -> Option<&str> {
        self.0.slug.as_deref()
    }

    /// The platform that the facts came from, where one is known.
    async fn platform(&self) -> Option<&str> {
        self.0.platform.as_deref()
    }

    /// The rule.
    async fn rule(&self) -> Code<Norm> {
        Code(self.0.norm)
    }

    /// What was wrong, in words.
    async fn sentence(&self, #[graphql(desc = "The language of the sentence.")] locale: Locale) -> Sentence {
        breach(self.0.norm, locale)
    }

    /// How many facts.
    async fn count(&self) -> i32 {
        int(self.0.count)
    }
}

/// One fact that did not respect a rule.
#[derive(Debug, Clone, Copy)]
pub struct IrregularFact(pub views::Irregular);

/// One fact of a source that did not respect a rule.
#[Object]
impl IrregularFact {
    /// Where it stands.
    async fn position(&self) -> Position {
        self.0.position.into()
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        Event::at(ctx, self.0.position)
    }

    /// What it concerns, where that is something people wrote.
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        let Some(subject) = self.0.subject else { return Ok(None) };
        Ok(At::of(ctx)?.ask(|reading| reading.subject(subject))?.map(Contribution))
    }

    /// The rule that it did not respect.
    async fn irregularity(&self) -> Irregularity {
        Irregularity(self.0.norm)
    }
}
