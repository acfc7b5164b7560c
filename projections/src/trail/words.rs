//! Words that may be missing, and why: nothing is ever shown as empty.
//!
//! `docs/design.md` (API) decides that a text is always (words, or why there are none). This module knows no
//! part and no language.

use devenir_core::event::part::is_public_text;
use devenir_core::event::{Absence, Part, PartContent};

use super::message::Message;

/// Plain words, or why there are none. Never markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// The words.
    Said(String),
    /// Why there are none.
    Missing(Missing),
}

devenir_core::codes! {
    /// Why words are missing.
    pub enum Missing {
        /// The source has none, or nothing was given.
        NotInSource = "not_in_source",
        /// Moderation took them away.
        Hidden = "hidden",
        /// They are not shown yet.
        Withheld = "withheld",
        /// They were erased on request.
        Erased = "erased",
        /// Two people took them down: the words of a public act.
        TakenDown = "taken_down",
        /// The record commits to them and no longer has them.
        Lost = "lost",
    }
}

impl Words {
    /// Nothing was said.
    pub const NOT_SAID: Self = Self::Missing(Missing::NotInSource);

    /// The words, where there are some.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Said(words) => Some(words),
            Self::Missing(_) => None,
        }
    }

    /// Why there are none.
    #[must_use]
    pub const fn missing(&self) -> Option<Missing> {
        match self {
            Self::Said(_) => None,
            Self::Missing(why) => Some(*why),
        }
    }

    /// Some words, or nothing said.
    #[must_use]
    pub fn from_option(words: Option<String>) -> Self {
        words.map_or(Self::NOT_SAID, Self::Said)
    }

    /// Words of a part that is public or may be shown whenever it is open.
    #[must_use]
    pub fn of<T: PartContent>(part: &Part<T>, words: impl FnOnce(&T) -> Option<String>) -> Self {
        match part {
            Part::Open(content) => Self::from_option(words(content)),
            Part::Absent(absence) => Self::Missing(Missing::of(*absence, T::KIND)),
        }
    }

    /// Why they are missing, as a message.
    pub(super) fn missing_message(&self) -> Option<Message> {
        self.missing().map(|why| Message::new("missing").code("why", why.as_str()))
    }
}

impl Missing {
    /// Why the words of a part of this kind are missing: what an event took away of a public act, two people took down.
    const fn of(absence: Absence, kind: u8) -> Self {
        match absence {
            Absence::NotInSource => Self::NotInSource,
            Absence::Erased if is_public_text(kind) => Self::TakenDown,
            Absence::Erased => Self::Erased,
            Absence::Withheld => Self::Withheld,
            Absence::Lost => Self::Lost,
        }
    }
}
