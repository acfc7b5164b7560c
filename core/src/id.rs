//! Identifiers of the record: fixed-length bytes, written as lower-case hexadecimal.
//!
//! `docs/format.md` (Identifiers) says how each is derived. This module derives none: it only keeps
//! them apart, so that a stream's id can never be passed where an intent's is expected.

use crate::ledger::hex::{self, Hex};

/// A text that is not the hexadecimal form of an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected {expected} lower-case hexadecimal digits for the {what}, found `{found}` ({count} characters)"
)]
pub struct BadId {
    what: &'static str,
    expected: usize,
    found: String,
    count: usize,
}

impl BadId {
    fn new(what: &'static str, expected: usize, text: &str) -> Self {
        Self { what, expected, found: text.chars().take(80).collect(), count: text.chars().count() }
    }
}

/// Declares an identifier of a fixed number of bytes.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident [$len:literal] $what:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&Hex(&self.0), f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({}…)"), Hex(&self.0[..4]))
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                hex::parse(text).map(Self).map_err(|_| BadId::new($what, 2 * $len, text))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // Text where people read it, bare bytes in the compact form of disposable files.
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                } else {
                    let bytes = <&[u8]>::deserialize(deserializer)?;
                    bytes.try_into().map(Self).map_err(|_| serde::de::Error::invalid_length(bytes.len(), &$what))
                }
            }
        }

        #[cfg(feature = "schemas")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "pattern": format!("^[0-9a-f]{{{}}}$", 2 * $len),
                })
            }
        }
    };
}

id! {
    /// The ledger: a digest of the facts of its event 0.
    LogId[32] "ledger id"
}
id! {
    /// A stream: one consultation, or the instance itself.
    StreamId[16] "stream id"
}
id! {
    /// A command, derived from its caller's namespace and idempotency key.
    CommandId[16] "command id"
}
id! {
    /// What was decided, fixed at sealing, whatever its position: what references and officials' signatures name.
    IntentId[32] "intent id"
}
id! {
    /// A keyed digest that binds an envelope to one of its parts.
    Commitment[32] "commitment"
}
id! {
    /// An Ed25519 public key.
    PublicKey[32] "public key"
}
id! {
    /// A nonce or a digest of 32 bytes in facts.
    Bytes32[32] "digest"
}
id! {
    /// One voter on one target in one ballot; says nothing about who.
    VoterTag[16] "voter tag"
}
id! {
    /// What somebody acts with on this instance: an API key or a signing key; says nothing about who.
    CredentialId[16] "credential id"
}
id! {
    /// Whoever holds credentials: the same for all those of one person, and linked to nothing else.
    HolderId[16] "holder id"
}
id! {
    /// One person in one consultation; drawn at random, linked to nothing outside the register.
    Participant[16] "participant"
}

impl CredentialId {
    /// The administrator's first credential, the same in every ledger: nobody was there to grant it.
    pub const FIRST: Self = Self([0; 16]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_as_written() {
        let id = StreamId([0xa7; 16]);
        assert_eq!(id.to_string().parse::<StreamId>(), Ok(id));
        assert_eq!(serde_json::from_str::<StreamId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn upper_case_and_wrong_lengths_are_refused_with_what_was_expected() {
        let message = "A7".parse::<StreamId>().unwrap_err().to_string();
        assert_eq!(
            message,
            "expected 32 lower-case hexadecimal digits for the stream id, found `A7` (2 characters)"
        );
        assert!("A7".repeat(16).parse::<StreamId>().is_err());
        assert!("é".repeat(16).parse::<StreamId>().is_err());
    }
}
