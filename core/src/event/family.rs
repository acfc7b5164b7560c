//! One declarative table per family of events: code, name, version, references, facts, parts.
//!
//! The table yields the structs, the codec and the descriptors from which schemas and docs are made
//! (`docs/events.md`). It knows bytes only through the JSON of facts and parts, and no particular family.

use super::part::{Absence, Part, PartContent};
use super::role::RefRule;

/// What the vocabulary says of one event type.
#[derive(Debug, Clone, Copy)]
pub struct EventType {
    /// The code in the envelope: family in the high byte; never reused.
    pub code: u16,
    /// The stable name, `contribution-submitted`.
    pub name: &'static str,
    /// The schema version that this software writes.
    pub version: u16,
    /// What the event says, in one sentence.
    pub doc: &'static str,
    /// The references that the type takes.
    pub refs: &'static [RefRule],
    /// The parts that the type takes, by field name and kind.
    pub parts: &'static [PartType],
    /// The JSON Schema of the facts.
    #[cfg(feature = "schemas")]
    pub schema: fn() -> schemars::Schema,
}

/// What the vocabulary says of one part of an event type.
#[derive(Debug, Clone, Copy)]
pub struct PartType {
    /// The field's name.
    pub name: &'static str,
    /// The part's kind, as in the envelope.
    pub kind: u8,
}

/// Why facts could not be read as an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// No such type in this software's vocabulary.
    #[error(
        "event type {code:#06x} version {version} is not in this software's vocabulary; a later version of it may know it"
    )]
    Unknown {
        /// The type's code.
        code: u16,
        /// The schema version.
        version: u16,
    },
    /// The facts do not fit the type's schema.
    #[error("the facts of {name} do not fit its schema: {reason}")]
    Facts {
        /// The type's name.
        name: &'static str,
        /// What the reader found.
        reason: String,
    },
    /// The facts fit, but are not written canonically.
    #[error("the facts of {name} are not in canonical form: expected `{expected}`, found `{found}`")]
    NotCanonical {
        /// The type's name.
        name: &'static str,
        /// The canonical text.
        expected: String,
        /// The text found.
        found: String,
    },
}

/// Where an event's parts come from when it is read back.
pub trait PartSource {
    /// The bytes of the part of this kind, or why there are none.
    fn part(&mut self, kind: u8) -> Result<Vec<u8>, Absence>;
}

/// No parts at hand: every committed part reads as withheld. Deciders' facts do not need more.
#[derive(Debug, Clone, Copy)]
pub struct NoParts;

impl PartSource for NoParts {
    fn part(&mut self, _kind: u8) -> Result<Vec<u8>, Absence> {
        Err(Absence::Withheld)
    }
}

/// Reads one part through a source; a part that does not read as its content is lost.
pub(super) fn read_part<T: PartContent>(source: &mut dyn PartSource) -> Part<T> {
    match source.part(T::KIND) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_or(Part::Absent(Absence::Lost), Part::Open),
        Err(absence) => Part::Absent(absence),
    }
}

/// Reads facts strictly: what is decoded encodes to the same bytes.
pub(super) fn read_facts<T>(name: &'static str, bytes: &[u8]) -> Result<T, EventError>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let facts: T = serde_json::from_slice(bytes)
        .map_err(|error| EventError::Facts { name, reason: error.to_string() })?;
    let canonical = write_json(&facts);
    if canonical != bytes {
        return Err(EventError::NotCanonical {
            name,
            expected: String::from_utf8_lossy(&canonical).into_owned(),
            found: String::from_utf8_lossy(bytes).into_owned(),
        });
    }
    Ok(facts)
}

/// The JSON of a value made of structs, integers, enums and strings.
pub(super) fn write_json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "facts and parts hold no map with other keys than strings")]
    serde_json::to_vec(value).expect("facts and parts always have a JSON form")
}

/// Declares the facts of an event: fields in alphabetical order, which is their canonical order.
macro_rules! facts {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* $field:ident : $type:ty),* $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
        pub struct $name { $($(#[$fmeta])* pub $field: $type),* }
    )+};
}
pub(super) use facts;

/// Declares a family: one row per type. See the module's text.
macro_rules! family {
    ($(#[$meta:meta])* $family:ident {$(
        #[doc = $doc:literal]
        $code:literal $name:literal v $version:literal $variant:ident {
            facts: $facts:ty,
            refs: [$($role:ident $arity:ident),* $(,)?],
            parts: { $($part:ident : $content:ty),* $(,)? } $(,)?
        }
    )+}) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $family {$(
            #[doc = $doc]
            $variant($variant),
        )+}

        $(
            #[doc = $doc]
            #[derive(Debug, Clone, PartialEq)]
            pub struct $variant {
                /// What is public and permanent.
                pub facts: $facts,
                $(#[doc = concat!("The part `", stringify!($part), "`.")]
                pub $part: $crate::event::Part<$content>,)*
            }

            impl From<$variant> for $crate::event::Event {
                fn from(event: $variant) -> Self {
                    $family::$variant(event).into()
                }
            }
        )+

        impl $family {
            /// The family's table, in the order of codes.
            pub const TYPES: &'static [$crate::event::EventType] = &[$(
                $crate::event::EventType {
                    code: $code,
                    name: $name,
                    version: $version,
                    doc: $doc,
                    refs: &[$($crate::event::RefRule {
                        role: $crate::event::RefRole::$role,
                        arity: $crate::event::Arity::$arity,
                    }),*],
                    parts: &[$($crate::event::PartType {
                        name: stringify!($part),
                        kind: <$content as $crate::event::PartContent>::KIND,
                    }),*],
                    #[cfg(feature = "schemas")]
                    schema: || schemars::schema_for!($facts),
                },
            )+];

            /// The row of this event's type.
            #[must_use]
            pub fn event_type(&self) -> &'static $crate::event::EventType {
                let code = match self { $(Self::$variant(_) => $code,)+ };
                #[allow(clippy::expect_used, reason = "the table above is made from the same rows")]
                Self::TYPES.iter().find(|row| row.code == code).expect("each variant has its row")
            }

            /// The canonical bytes of the facts.
            #[must_use]
            pub fn facts_bytes(&self) -> Vec<u8> {
                match self { $(Self::$variant(event) => $crate::event::family::write_json(&event.facts),)+ }
            }

            /// The kinds that the envelope commits to, ascending: their order is that of its parts, before its lists.
            #[must_use]
            #[allow(unused_mut, unused_variables, reason = "types without parts")]
            pub fn committed_kinds(&self) -> Vec<u8> {
                let mut kinds: Vec<u8> = Vec::new();
                match self {$(
                    Self::$variant(event) => {$(
                        if event.$part.is_committed() {
                            kinds.push(<$content as $crate::event::PartContent>::KIND);
                        }
                    )*}
                )+}
                kinds.sort_unstable();
                kinds
            }

            /// Takes away the parts of these kinds, as erased.
            #[allow(unused_variables, reason = "types without parts")]
            pub fn erase_kinds(&mut self, kinds: &[u8]) {
                match self {$(
                    Self::$variant(event) => {$(
                        if event.$part.is_committed()
                            && kinds.contains(&<$content as $crate::event::PartContent>::KIND)
                        {
                            event.$part = $crate::event::Part::Absent($crate::event::Absence::Erased);
                        }
                    )*}
                )+}
            }

            /// The open parts, kinds ascending, as bytes to be committed to.
            #[must_use]
            #[allow(unused_mut, unused_variables, reason = "types without parts")]
            pub fn part_bytes(&self) -> Vec<(u8, Vec<u8>)> {
                let mut parts: Vec<(u8, Vec<u8>)> = Vec::new();
                match self {$(
                    Self::$variant(event) => {$(
                        if let $crate::event::Part::Open(content) = &event.$part {
                            parts.push((
                                <$content as $crate::event::PartContent>::KIND,
                                $crate::event::family::write_json(content),
                            ));
                        }
                    )*}
                )+}
                parts.sort_by_key(|(kind, _)| *kind);
                parts
            }

            /// Reads facts and parts back.
            ///
            /// # Errors
            /// [`EventError`](crate::event::EventError) where the type is unknown or the facts do not fit.
            #[allow(unused_variables, reason = "types without parts")]
            pub fn decode(
                code: u16,
                version: u16,
                facts: &[u8],
                parts: &mut dyn $crate::event::PartSource,
            ) -> Result<Self, $crate::event::EventError> {
                match (code, version) {
                    $(($code, $version) => Ok(Self::$variant($variant {
                        facts: $crate::event::family::read_facts($name, facts)?,
                        $($part: $crate::event::family::read_part(parts),)*
                    })),)+
                    _ => Err($crate::event::EventError::Unknown { code, version }),
                }
            }
        }
    };
}
pub(super) use family;
