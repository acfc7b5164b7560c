//! The words in which views answer: what a subject is, why a text is not there, who wrote it.
//!
//! `docs/design.md` (API) decides that text is always (words, language, or why there are none) and that a
//! claimed time never pretends to more precision than its source had. This module knows no table.

use std::fmt;

use devenir_core::event::code::{Channel, ContributionKind, Lang, ReferenceKind, Side, Trust};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::Position;
use devenir_core::rules::Moderated;
use devenir_core::time::{Claimed, Timestamp};

use crate::reference::Reference;

pub use devenir_core::consultation::SubjectKind;

devenir_core::codes! {
    /// Why a text is not there.
    pub enum TextAbsence {
        /// The source has none, or nothing was given.
        NotInSource = "not_in_source",
        /// Moderation took it away.
        Hidden = "hidden",
        /// It is not shown yet.
        Withheld = "withheld",
        /// It was erased on request.
        Erased = "erased",
        /// Two people took it down: the text of a public act.
        TakenDown = "taken_down",
        /// The record commits to it and no longer has it.
        Lost = "lost",
    }
}

/// Plain words, or why there are none. Never HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The words.
    pub plain: Option<String>,
    /// Their language.
    pub lang: Lang,
    /// Why there are none; none where there are.
    pub absent: Option<TextAbsence>,
    /// The act that took them away, where one did.
    pub because: Option<Position>,
}

/// What sort of subject it is, within its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    /// Of a contribution.
    Contribution(ContributionKind),
    /// Of a text of the authority.
    Reference(ReferenceKind),
    /// Of an argument.
    Argument(Side),
}

/// Who wrote something, as the record may show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writer {
    /// The name, where its holder wanted one shown.
    pub name: Option<String>,
    /// Four digits that tell participants of one consultation apart.
    pub tag: Option<String>,
    /// Why neither is there.
    pub absent: Option<TextAbsence>,
}

/// What names an item at the platform that collected it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceKey {
    /// The platform.
    pub platform: String,
    /// The platform's kind of item.
    pub kind: String,
    /// The platform's own identifier.
    pub external_id: String,
}

/// Something that acts are about: a contribution, a text of the authority, an amendment, an argument, a
/// comment, a cited source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Where the event stands that made it; its name in the views.
    pub position: Position,
    /// Its permanent name.
    pub id: IntentId,
    /// Its consultation.
    pub consultation: Position,
    /// The consultation's stream.
    pub stream: StreamId,
    /// The consultation's short name.
    pub slug: String,
    /// Its reference, where it has a number.
    pub reference: Option<Reference>,
    /// What it is.
    pub kind: SubjectKind,
    /// Of what sort.
    pub genre: Option<Genre>,
    /// By which way it came.
    pub channel: Option<Channel>,
    /// Its theme, an index in the rules.
    pub theme: Option<u32>,
    /// Its territory, an index in the rules.
    pub territory: Option<u32>,
    /// A place in words, where one may be shown.
    pub place: Option<String>,
    /// What it stands under.
    pub parent: Option<Position>,
    /// The numbered thing under which it stands; itself, for what is numbered in the consultation.
    pub root: Position,
    /// The title of its current version.
    pub title: Text,
    /// The words of its current version.
    pub body: Text,
    /// The event that gave its current version.
    pub version: Position,
    /// How many versions it has.
    pub versions: u32,
    /// Who wrote it.
    pub writer: Writer,
    /// How its submission came to be recorded.
    pub trust: Trust,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was made, as somebody claims.
    pub claimed: Claimed,
    /// When its source says that it was changed, the text of before unknown.
    pub source_changed_at: Option<Timestamp>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// Whether it waits for a moderator before anybody may read it.
    pub awaits_moderation: bool,
    /// When its author took it back.
    pub withdrawn_at: Option<Timestamp>,
    /// What moderation left of it.
    pub moderated: Moderated,
    /// The act of moderation that still weighs on it.
    pub measure: Option<Position>,
    /// What names it at its platform.
    pub source: Option<SourceKey>,
    /// Its address there; an address may repeat a title, so it goes where the text goes.
    pub url: Option<String>,
    /// Weight of the live supports counted here, or in an observed consultation those last reported.
    pub support: u64,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reference {
            Some(reference) => reference.fmt(f),
            None => write!(f, "{} {}", self.kind, self.id),
        }
    }
}
