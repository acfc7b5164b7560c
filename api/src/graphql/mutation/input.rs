//! Inputs of commands: the fields of an act in the schema's words, and the way back.
//!
//! One declaration gives the input object and the act (`docs/design.md`, Commands). What a field may hold is checked by
//! the act; this module knows no rule.

use async_graphql::{InputObject, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use devenir_core::event::code::Lang;
use devenir_core::id::{CredentialId, IntentId, PublicKey, StreamId, VoterTag};
use devenir_core::time::Timestamp;
use uuid::Uuid;

use super::Askable;
use crate::act::{Malformed, OnBehalfOf, Signed};
use crate::graphql::code::{Code, Vocabulary};
use crate::graphql::id::{ConsultationId, MadeId};
use crate::graphql::scalar::{Date, DateTime, Locale};

/// An input that asks for an act.
pub trait Asked: Send {
    /// What it asks for.
    type Act: Askable;

    /// The key under which asking again is the same asking.
    fn key(&self) -> Option<Uuid>;

    /// Whether the operator enters it for somebody.
    fn is_attested(&self) -> bool;

    /// The act.
    ///
    /// # Errors
    /// [`Malformed`] for a field that no value of the act can hold.
    fn act(self) -> Result<Self::Act, Malformed>;
}

/// A value of the schema that becomes a plain one.
pub trait Given {
    /// The plain value.
    type Plain;

    /// The plain value.
    ///
    /// # Errors
    /// [`Malformed`] where there is none.
    fn plain(self) -> Result<Self::Plain, Malformed>;
}

macro_rules! given_as_it_is {
    ($($type:ty),+) => {$(
        impl Given for $type {
            type Plain = Self;
            fn plain(self) -> Result<Self, Malformed> {
                Ok(self)
            }
        }
    )+};
}

given_as_it_is!(String, bool, u16, u32, u64);

impl<G: Given> Given for Option<G> {
    type Plain = Option<G::Plain>;
    fn plain(self) -> Result<Self::Plain, Malformed> {
        self.map(Given::plain).transpose()
    }
}

impl<G: Given> Given for Vec<G> {
    type Plain = Vec<G::Plain>;
    fn plain(self) -> Result<Self::Plain, Malformed> {
        self.into_iter().map(Given::plain).collect()
    }
}

impl<T: Vocabulary> Given for Code<T> {
    type Plain = T;
    fn plain(self) -> Result<T, Malformed> {
        Ok(self.0)
    }
}

impl Given for ConsultationId {
    type Plain = StreamId;
    fn plain(self) -> Result<StreamId, Malformed> {
        Ok(self.0)
    }
}

impl Given for MadeId {
    type Plain = IntentId;
    fn plain(self) -> Result<IntentId, Malformed> {
        Ok(self.0)
    }
}

impl Given for DateTime {
    type Plain = Timestamp;
    fn plain(self) -> Result<Timestamp, Malformed> {
        Ok(self.0)
    }
}

impl Given for Date {
    type Plain = Timestamp;
    fn plain(self) -> Result<Timestamp, Malformed> {
        let beyond = || Malformed {
            field: "date",
            expected: "a day of the calendar".into(),
            found: self.0.to_string(),
        };
        self.start().ok_or_else(beyond)
    }
}

impl Given for Locale {
    type Plain = Lang;
    fn plain(self) -> Result<Lang, Malformed> {
        Ok(self.0)
    }
}

/// The tag of a vote.
#[derive(Debug, Clone, Copy)]
pub struct Tag(pub VoterTag);

/// The tag of a vote, as the facts of its event give it: 32 hexadecimal digits.
#[Scalar(name = "VoterTag")]
impl ScalarType for Tag {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Given for Tag {
    type Plain = VoterTag;
    fn plain(self) -> Result<VoterTag, Malformed> {
        Ok(self.0)
    }
}

/// A credential.
#[derive(Debug, Clone, Copy)]
pub struct Credential(pub CredentialId);

/// The id of a credential, as `devenir key list` shows it: 32 hexadecimal digits.
#[Scalar(name = "CredentialId")]
impl ScalarType for Credential {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Given for Credential {
    type Plain = CredentialId;
    fn plain(self) -> Result<CredentialId, Malformed> {
        Ok(self.0)
    }
}

/// A public key.
#[derive(Debug, Clone, Copy)]
pub struct Key(pub PublicKey);

/// An Ed25519 public key: 64 hexadecimal digits.
#[Scalar(name = "PublicKey")]
impl ScalarType for Key {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Given for Key {
    type Plain = PublicKey;
    fn plain(self) -> Result<PublicKey, Malformed> {
        Ok(self.0)
    }
}

/// Declares an input object that asks for an act: its fields are those of the act.
macro_rules! command {
    ($(#[$meta:meta])* $name:ident for $act:ty { $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, async_graphql::InputObject)]
        pub struct $name {
            /// The key under which asking again is the same asking: a UUID drawn once by the caller, and the same at each
            /// retry. The header `Idempotency-Key` is as good.
            pub idempotency_key: Option<uuid::Uuid>,
            /// Whether the operator enters this for somebody: from paper, a meeting, the telephone. It is then
            /// recorded as attested.
            #[graphql(default)]
            pub attested: bool,
            $($(#[$fmeta])* pub $field: $type,)*
        }

        impl $crate::graphql::mutation::input::Asked for $name {
            type Act = $act;

            fn key(&self) -> Option<uuid::Uuid> {
                self.idempotency_key
            }

            fn is_attested(&self) -> bool {
                self.attested
            }

            fn act(self) -> Result<Self::Act, $crate::act::Malformed> {
                use $crate::graphql::mutation::input::Given as _;
                type Plain = $act;
                Ok(Plain { $($field: self.$field.plain()?),* })
            }
        }
    };
}

/// Declares an input object that becomes a plain struct with the same fields.
macro_rules! given {
    ($(#[$meta:meta])* $name:ident as $graphql:literal for $plain:ty {
        $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, async_graphql::InputObject)]
        #[graphql(name = $graphql)]
        pub struct $name { $($(#[$fmeta])* pub $field: $type),* }

        impl $crate::graphql::mutation::input::Given for $name {
            type Plain = $plain;

            fn plain(self) -> Result<Self::Plain, $crate::act::Malformed> {
                #[allow(unused_imports, reason = "an input of plain fields only")]
                use $crate::graphql::mutation::input::Given as _;
                type Plain = $plain;
                Ok(Plain { $($field: self.$field.plain()?),* })
            }
        }
    };
}

pub(super) use {command, given};

/// The person on whose behalf a platform speaks.
#[derive(Debug, Clone, InputObject)]
#[graphql(name = "ParticipantInput")]
pub struct ParticipantInput {
    /// The platform that knows the person.
    pub platform: String,
    /// The person's identifier there; kept as a keyed digest only.
    pub subject: String,
    /// The name to be shown, where the person wants one.
    pub name: Option<String>,
}

impl Given for ParticipantInput {
    type Plain = OnBehalfOf;
    fn plain(self) -> Result<OnBehalfOf, Malformed> {
        let Self { platform, subject, name } = self;
        Ok(OnBehalfOf { platform, subject, name })
    }
}

/// Who signs, and in which capacity.
#[derive(Debug, Clone, InputObject)]
#[graphql(name = "SignatoryInput")]
pub struct SignatoryInput {
    /// The name.
    pub name: String,
    /// The capacity, such as "maire-adjointe à la voirie".
    pub capacity: String,
}

impl Given for SignatoryInput {
    type Plain = Signed;
    fn plain(self) -> Result<Signed, Malformed> {
        let Self { name, capacity } = self;
        Ok(Signed { name, capacity })
    }
}
