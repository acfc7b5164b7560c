//! What the story calls the things that were recorded, and their ids.
//!
//! An idea is `0007`, an amendment `0007-a1`, an answer `r-0003`: later acts refer to them by these names. This
//! module asks nobody.

use devenir_core::id::IntentId;
use std::collections::BTreeMap;

/// A name that the story gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// An idea, an article or an amendment.
    Text(String),
    /// A ballot.
    Ballot(String),
    /// An answer.
    Response(String),
    /// The reports of a text.
    Reports(String),
    /// The last decision of the moderators on a text.
    Moderation(String),
    /// The last appeal on a text.
    Appeal(String),
    /// A recommendation.
    Recommendation(u32),
    /// The request to erase a text.
    ErasureRequest(String),
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(name) => write!(f, "the text {name}"),
            Self::Ballot(name) => write!(f, "the ballot `{name}`"),
            Self::Response(name) => write!(f, "the response `{name}`"),
            Self::Reports(name) => write!(f, "a report of {name}"),
            Self::Moderation(name) => write!(f, "a moderation of {name}"),
            Self::Appeal(name) => write!(f, "an appeal on {name}"),
            Self::ErasureRequest(name) => write!(f, "a request to erase {name}"),
            Self::Recommendation(number) => write!(f, "recommendation {number}"),
        }
    }
}

/// The things recorded so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(BTreeMap<Name, Vec<IntentId>>);

impl Names {
    pub(super) fn learn(&mut self, name: Name, id: IntentId) {
        self.0.entry(name).or_default().push(id);
    }

    /// The last thing of a name.
    pub(super) fn last(&self, name: &Name) -> Option<IntentId> {
        self.all(name).last().copied()
    }

    /// Everything of a name, in order.
    pub(super) fn all(&self, name: &Name) -> &[IntentId] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The texts, by their names.
    pub(super) fn into_texts(self) -> BTreeMap<String, IntentId> {
        let text = |(name, ids): (Name, Vec<IntentId>)| match name {
            Name::Text(name) => ids.last().map(|id| (name, *id)),
            Name::Ballot(_)
            | Name::Response(_)
            | Name::Reports(_)
            | Name::Moderation(_)
            | Name::Appeal(_)
            | Name::Recommendation(_)
            | Name::ErasureRequest(_) => None,
        };
        self.0.into_iter().filter_map(text).collect()
    }
}
