//! Permanent ids: what a thing is, and the name that the record gave it.
//!
//! `docs/design.md` (API) promises that they never change: `contribution_` and 64 hexadecimal digits, the name of
//! the event that made it; `consultation_` and the 32 of its stream. This module reads nothing.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use async_graphql::registry::Registry;
use async_graphql::{ID, InputType, InputValueError, InputValueResult, Value};
use devenir_core::id::{IntentId, StreamId};

/// The id of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeId {
    /// A consultation.
    Consultation(StreamId),
    /// Something that people wrote, or a text of the authority.
    Contribution(IntentId),
    /// A version of a text.
    Version(IntentId),
    /// A response.
    Response(IntentId),
    /// A ballot.
    Ballot(IntentId),
    /// An event.
    Event(IntentId),
    /// A step of a trail, with the subject on whose trail it stands where that is not its own.
    Step(IntentId, Option<IntentId>),
}

const EXPECTED: &str = "an id as this API gives it, such as `contribution_` and 64 hexadecimal digits";

/// A text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {EXPECTED}, found `{found}`")]
pub struct NotAnId {
    found: String,
}

impl FromStr for NodeId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let bad = || NotAnId { found: text.chars().take(160).collect() };
        let (kind, name) = text.split_once('_').ok_or_else(bad)?;
        let intent = |name: &str| name.parse::<IntentId>().map_err(|_| bad());
        Ok(match kind {
            "consultation" => Self::Consultation(name.parse().map_err(|_| bad())?),
            "contribution" => Self::Contribution(intent(name)?),
            "version" => Self::Version(intent(name)?),
            "response" => Self::Response(intent(name)?),
            "ballot" => Self::Ballot(intent(name)?),
            "event" => Self::Event(intent(name)?),
            "step" => match name.split_once('_') {
                Some((event, home)) => Self::Step(intent(event)?, Some(intent(home)?)),
                None => Self::Step(intent(name)?, None),
            },
            _ => return Err(bad()),
        })
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consultation(stream) => write!(f, "consultation_{stream}"),
            Self::Contribution(id) => write!(f, "contribution_{id}"),
            Self::Version(id) => write!(f, "version_{id}"),
            Self::Response(id) => write!(f, "response_{id}"),
            Self::Ballot(id) => write!(f, "ballot_{id}"),
            Self::Event(id) => write!(f, "event_{id}"),
            Self::Step(id, None) => write!(f, "step_{id}"),
            Self::Step(id, Some(home)) => write!(f, "step_{id}_{home}"),
        }
    }
}

/// Declares an argument that is an `ID` of the schema and reads as something narrower.
macro_rules! id_argument {
    ($(#[$meta:meta])* $name:ident: $type:ty, $read:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(pub $type);

        impl InputType for $name {
            type RawValueType = Self;

            fn type_name() -> Cow<'static, str> {
                <ID as InputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as InputType>::create_type_info(registry)
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                let id = <ID as InputType>::parse(value).map_err(InputValueError::propagate)?;
                let read: fn(NodeId) -> Result<$type, &'static str> = $read;
                let node = id.0.parse::<NodeId>().map_err(InputValueError::custom)?;
                read(node).map(Self).map_err(|expected| {
                    InputValueError::custom(format!("expected the id of {expected}, found `{node}`"))
                })
            }

            fn to_value(&self) -> Value {
                Value::Null
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }
    };
}

id_argument! {
    /// Any id.
    AnyId: NodeId, |node| Ok(node)
}
id_argument! {
    /// The id of a consultation.
    ConsultationId: StreamId, |node| match node {
        NodeId::Consultation(stream) => Ok(stream),
        NodeId::Contribution(_) | NodeId::Version(_) | NodeId::Response(_) | NodeId::Ballot(_)
        | NodeId::Event(_) | NodeId::Step(..) => Err("a consultation"),
    }
}
id_argument! {
    /// The id of something that an event made: what an act may refer to. The rules check that it is of the right
    /// kind, so the id of the event itself is as good.
    MadeId: IntentId, |node| match node {
        NodeId::Contribution(id) | NodeId::Version(id) | NodeId::Response(id) | NodeId::Ballot(id)
        | NodeId::Event(id) | NodeId::Step(id, _) => Ok(id),
        NodeId::Consultation(_) => Err("something recorded in a consultation"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_written() {
        let (one, two) = (IntentId([0xa7; 32]), IntentId([0x0b; 32]));
        for id in [
            NodeId::Consultation(StreamId([0x1c; 16])),
            NodeId::Contribution(one),
            NodeId::Version(one),
            NodeId::Response(one),
            NodeId::Ballot(one),
            NodeId::Event(one),
            NodeId::Step(one, None),
            NodeId::Step(one, Some(two)),
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn what_is_no_id_is_refused_with_what_was_expected() {
        for text in ["", "contribution", "contribution_a7", "person_a7", "consultation_a7", "12"] {
            let error = text.parse::<NodeId>().unwrap_err().to_string();
            assert!(error.starts_with("expected an id as this API gives it"), "{error}");
        }
    }
}
