//! What is wrong with a story, or with the instance that it is loaded into.
//!
//! Messages name the place in the story, what was expected, what was found and what to do. This module knows no
//! act in particular.

use crate::app::{ActError, AppError};
use crate::import::record::RecordError;
use devenir_core::ledger::TreeSize;
use devenir_core::writer::{InstanceError, RegisterError};

/// Where in the story something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An act written by hand: its line in `story.toml`.
    Line(usize),
    /// Something that the generator said.
    Generated,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(line) => write!(f, "story.toml, line {line}"),
            Self::Generated => f.write_str("generated.toml"),
        }
    }
}

/// Why a story was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// A file of the story does not read.
    #[error("{file} does not read: {detail}; the README beside it explains every field")]
    Unreadable {
        /// The file.
        file: &'static str,
        /// Why, and where.
        detail: String,
    },
    /// An act is not written as it should be.
    #[error("{place}, `{what}`: expected {expected}, found {found}; {advice}")]
    Act {
        /// Where.
        place: Place,
        /// The act.
        what: &'static str,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// A number is not the one that the story says.
    #[error(
        "{place}, `{what}`: expected number {expected}, found {found}; an act was added or taken away before this \
         one: give the number that the story has there now, or move the act"
    )]
    Number {
        /// Where.
        place: Place,
        /// The act.
        what: &'static str,
        /// The number that the story says.
        expected: u32,
        /// The number of the receipt.
        found: String,
    },
    /// The record does not take an act.
    #[error(
        "{place}, `{what}` on day {day} was refused: {source}; change the act, or the moment when it happens"
    )]
    Refused {
        /// Where.
        place: Place,
        /// The act.
        what: &'static str,
        /// The day of the story.
        day: i64,
        /// Why.
        source: Box<ActError>,
    },
    /// The instance runs on another clock.
    #[error(
        "{place}, `{what}`: expected to be recorded at {expected}, found {found}; load a story through its own clock"
    )]
    Clock {
        /// Where.
        place: Place,
        /// The act.
        what: &'static str,
        /// The instant that the story says.
        expected: devenir_core::time::Timestamp,
        /// The instant of the receipt.
        found: devenir_core::time::Timestamp,
    },
    /// The store holds something already.
    #[error(
        "a story is loaded into an empty store only, and this one holds {size} events; choose another directory"
    )]
    NotEmpty {
        /// How many events it holds.
        size: TreeSize,
    },
    /// The store is not marked.
    #[error(
        "a story is loaded only into a store whose first event says that it is a demonstration; create one with \
         `devenir demo`"
    )]
    NotADemonstration,
    /// An export of the story was not imported.
    #[error("{place}, `import`: {source}")]
    Import {
        /// Where.
        place: Place,
        /// Why.
        source: Box<RecordError>,
    },
    /// The instance.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The instance with its views.
    #[error(transparent)]
    App(#[from] AppError),
    /// The register.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

impl StoryError {
    pub(super) fn refused(place: Place, what: &'static str, day: i64, source: impl Into<ActError>) -> Self {
        Self::Refused { place, what, day, source: Box::new(source.into()) }
    }
}
