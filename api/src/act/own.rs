//! Who acts on a text of their own: a person for whom a platform speaks, or whoever holds the token of the text.
//!
//! `docs/design.md` (Identities), `docs/format.md` (Receipts): the token is the author's, who needs no account. By token the
//! act is recorded under the participant, and the name, that the record has for the text: nobody new is drawn. Whether the
//! token is the right one is not asked here.

use super::absent;
use super::door::{OnBehalfOf, People};
use super::malformed::Malformed;
use devenir_core::event::part::Author;
use devenir_core::event::{Absence, Part};
use devenir_core::id::{IntentId, StreamId};

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asker<'a> {
    /// A person for whom a platform speaks.
    Person(&'a OnBehalfOf),
    /// Whoever holds the token.
    Bearer,
}

/// The refusal of a token beside something that says otherwise who asks.
pub(crate) fn not_beside(field: &'static str) -> Malformed {
    Malformed {
        field,
        expected: "nothing beside `authorToken`: whoever holds the token of a text is its author, and asks for themselves"
            .into(),
        found: "both".into(),
    }
}

impl<'a> Asker<'a> {
    /// The one that a request names.
    ///
    /// # Errors
    /// [`Malformed`] where it names none, or two.
    pub(super) fn of(person: Option<&'a OnBehalfOf>, token: Option<&str>) -> Result<Self, Malformed> {
        match (person, token) {
            (Some(person), None) => Ok(Self::Person(person)),
            (None, Some(_)) => Ok(Self::Bearer),
            (Some(_), Some(_)) => Err(not_beside("onBehalfOf")),
            (None, None) => Err(Malformed {
                field: "onBehalfOf",
                expected: "the author for whom a platform speaks, or `authorToken`".into(),
                found: "neither".into(),
            }),
        }
    }

    /// The author part of what they do to the text; by token none where the author was erased, or never named.
    pub(super) fn author(
        self,
        stream: StreamId,
        text: IntentId,
        people: &mut dyn People,
    ) -> Result<Part<Author>, Malformed> {
        match self {
            Self::Person(person) => person.author(stream, people),
            Self::Bearer => Ok(match people.author(text)? {
                Part::Open(author) => Part::Open(author),
                Part::Absent(_) => absent(),
            }),
        }
    }

    /// The same for other words in place of the text's: once its author was erased, nobody puts words there by token.
    pub(super) fn rewriting(
        self,
        stream: StreamId,
        text: IntentId,
        people: &mut dyn People,
    ) -> Result<Part<Author>, Malformed> {
        if matches!(self, Self::Bearer) && matches!(people.author(text)?, Part::Absent(Absence::Erased)) {
            return Err(Malformed {
                field: "authorToken",
                expected:
                    "the token of a text whose author still stands in the record; submit a new one instead"
                        .into(),
                found: "a text whose author was erased".into(),
            });
        }
        self.author(stream, text, people)
    }
}
