//! Words and times as the schema shows them: plain, or why they are not there; never more precise than they are.
//!
//! `docs/design.md` (API) decides both. Words come from the views, which serve nothing that may not be served; this
//! module only says them.

use async_graphql::{Context, Object, Result, SimpleObject};
use devenir_core::envelope::decode;
use devenir_core::event::code::Lang;
use devenir_core::event::part::{ActText, Citation, OfficialText, PartContent as _, TitledText};
use devenir_core::ledger::Position;
use devenir_core::rules;
use devenir_core::time::{Claimed, Precision};
use devenir_projections::model::{self, TextAbsence};
use devenir_projections::trail::{Missing, Words};

use super::at::At;
use super::code::Code;
use super::event::Event;
use super::scalar::{DateTime, Locale, Sha256};

/// Where the commitment to some words stands: the event, and the kinds of part that hold such words.
type Committed = (Position, &'static [u8]);

/// The kinds of part that hold the words of a version.
const VERSION_PARTS: &[u8] = &[TitledText::KIND, OfficialText::KIND, Citation::KIND];
/// The kind of part that holds the words of a response.
const ACT_PARTS: &[u8] = &[ActText::KIND];

/// Words, or why there are none.
#[derive(Debug, Clone)]
pub struct Text {
    words: model::Text,
    committed: Option<Committed>,
}

impl Text {
    /// Words of a version of a text.
    #[must_use]
    pub const fn of_version(words: model::Text, version: Position) -> Self {
        Self { words, committed: Some((version, VERSION_PARTS)) }
    }

    /// Words of a response.
    #[must_use]
    pub const fn of_act(words: model::Text, response: Position) -> Self {
        Self { words, committed: Some((response, ACT_PARTS)) }
    }

    /// Words that no single part of the record holds.
    #[must_use]
    pub const fn of(words: model::Text) -> Self {
        Self { words, committed: None }
    }

    /// Words as a trail tells them, in a language.
    #[must_use]
    pub fn told(words: &Words, lang: Lang) -> model::Text {
        let absent = words.missing().map(|why| match why {
            Missing::NotInSource => TextAbsence::NotInSource,
            Missing::Hidden => TextAbsence::Hidden,
            Missing::Withheld => TextAbsence::Withheld,
            Missing::Erased => TextAbsence::Erased,
            Missing::TakenDown => TextAbsence::TakenDown,
            Missing::Lost => TextAbsence::Lost,
        });
        model::Text { plain: words.said().map(str::to_owned), lang, absent, because: None }
    }

    /// Words that are there or are not, in a language.
    #[must_use]
    pub fn given(plain: Option<String>, lang: Lang, otherwise: TextAbsence) -> model::Text {
        let absent = plain.is_none().then_some(otherwise);
        model::Text { plain, lang, absent, because: None }
    }
}

/// Plain words, or why there are none. Never HTML.
#[Object]
impl Text {
    /// The words; null where they are not there.
    async fn plain(&self) -> Option<&str> {
        self.words.plain.as_deref()
    }

    /// Their language.
    async fn lang(&self) -> Locale {
        Locale(self.words.lang)
    }

    /// Why they are not there; null where they are.
    async fn absent(&self) -> Option<Code<TextAbsence>> {
        self.words.absent.map(Code)
    }

    /// The act that took them away, where one did.
    async fn absent_because(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        self.words.because.map_or(Ok(None), |position| Event::at(ctx, position))
    }

    /// The commitment of the record to the words as they came, whether or not they are shown; null where the source
    /// had none.
    async fn commitment(&self, ctx: &Context<'_>) -> Result<Option<Sha256>> {
        let Some((position, kinds)) = self.committed else { return Ok(None) };
        let Some(bytes) = At::of(ctx)?.envelope(position)? else { return Ok(None) };
        let parts = decode(&bytes)?.intent.parts;
        let part = parts.iter().find(|part| kinds.contains(&part.kind));
        Ok(part.map(|part| Sha256(part.commitment.0)))
    }
}

/// When something happened, as somebody claims. It never pretends to more precision than its source had.
#[derive(Debug, Clone, Copy, SimpleObject)]
pub struct ClaimedTime {
    /// The first instant of the period that is claimed; null where nothing is.
    pub at: Option<DateTime>,
    /// How long that period is.
    pub precision: Code<Precision>,
}

impl From<Claimed> for ClaimedTime {
    fn from(claimed: Claimed) -> Self {
        Self { at: claimed.at().map(DateTime), precision: Code(claimed.precision()) }
    }
}

/// A sentence of this project, in French or in English.
#[derive(Debug, Clone, SimpleObject)]
pub struct Sentence {
    /// The words.
    pub text: String,
    /// Their language.
    pub lang: Locale,
}

impl Sentence {
    /// A sentence in a language.
    #[must_use]
    pub fn new(text: impl Into<String>, locale: rules::Locale) -> Self {
        Self { text: text.into(), lang: Locale::of(locale) }
    }
}
