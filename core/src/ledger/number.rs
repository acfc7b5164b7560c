//! The three numbers of the ledger: where an event stands, and how many there are.
//!
//! `docs/format.md` (Numbers) defines them; they are kept apart by type because an index taken for a
//! count is the classic fault of Merkle code. Every conversion between them, and to or from a bare
//! integer, stands in this file, which knows nothing else.
//!
//! ```text
//! position    0     1     2     3     4          Position: 0-based, gapless, the Merkle leaf index
//! event       A     a     B     b     A'         tree size 5: TreeSize counts
//! revision    0     0     1     1     2          Revision: 0-based place in the event's own stream
//! ```
//!
//! In JSON and GraphQL all three are decimal *strings*: a 64-bit number does not survive JavaScript.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares one of the numbers, with its text and JSON forms.
macro_rules! number {
    ($(#[$meta:meta])* $name:ident, $noun:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(u64);

        impl $name {
            /// Names a bare integer.
            #[must_use]
            pub const fn new(value: u64) -> Self {
                Self(value)
            }

            /// The bare integer, for codecs and arithmetic that the type does not offer.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }

            /// Reads the eight big-endian bytes of the format.
            #[must_use]
            pub const fn from_be_bytes(bytes: [u8; 8]) -> Self {
                Self(u64::from_be_bytes(bytes))
            }

            /// The eight big-endian bytes of the format.
            #[must_use]
            pub const fn to_be_bytes(self) -> [u8; 8] {
                self.0.to_be_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = NumberError;
            fn from_str(text: &str) -> Result<Self, NumberError> {
                parse(text).map(Self).ok_or_else(|| NumberError::Text {
                    noun: $noun,
                    found: text.chars().take(30).collect(),
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        /// For stores that know signed integers only.
        impl TryFrom<i64> for $name {
            type Error = NumberError;
            fn try_from(found: i64) -> Result<Self, NumberError> {
                u64::try_from(found).map(Self).map_err(|_| NumberError::Negative { noun: $noun, found })
            }
        }

        /// For stores that know signed integers only.
        impl TryFrom<$name> for i64 {
            type Error = NumberError;
            fn try_from(number: $name) -> Result<Self, NumberError> {
                Self::try_from(number.0).map_err(|_| NumberError::Large { noun: $noun, found: number.0 })
            }
        }

        #[cfg(feature = "schemas")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": "^(0|[1-9][0-9]{0,19})$" })
            }
        }
    };
}

number! {
    /// A 0-based, gapless place in the whole ledger; it is the event's Merkle leaf index.
    Position, "position"
}

number! {
    /// A 0-based, gapless place in one stream.
    Revision, "revision"
}

number! {
    /// How many events, from the first on, a tree covers.
    TreeSize, "tree size"
}

impl Position {
    /// The place of the event that opens the ledger.
    pub const FIRST: Self = Self(0);

    /// All ones: no place at all. It stands only where the format has a position and there is none to give,
    /// in the [`Link`](super::chain::Link) of a stream's first event.
    pub const NOWHERE: Self = Self(u64::MAX);

    /// The place after this one. It stands still at the largest integer, which no ledger reaches: at a
    /// million events a second that takes 584,000 years.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The place before this one; none before the first.
    #[must_use]
    pub const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(before) => Some(Self(before)),
            None => None,
        }
    }

    /// The size of the smallest tree that covers this place.
    #[must_use]
    pub const fn size_through(self) -> TreeSize {
        TreeSize(self.0.saturating_add(1))
    }

    /// Whether a tree of `size` covers this place.
    #[must_use]
    pub const fn is_within(self, size: TreeSize) -> bool {
        self.0 < size.0
    }
}

impl Revision {
    /// The place of a stream's first event.
    pub const FIRST: Self = Self(0);

    /// The place after this one; it stands still at the largest integer, like [`Position::next`].
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The place before this one; none before the first.
    #[must_use]
    pub const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(before) => Some(Self(before)),
            None => None,
        }
    }

    /// How many events the stream holds through this place.
    #[must_use]
    pub const fn count_through(self) -> u64 {
        self.0.saturating_add(1)
    }
}

impl TreeSize {
    /// No event yet.
    pub const EMPTY: Self = Self(0);

    /// Whether the tree covers no event.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The place that the next appended event takes.
    #[must_use]
    pub const fn next_position(self) -> Position {
        Position(self.0)
    }

    /// The last place covered; none in an empty tree.
    #[must_use]
    pub const fn last_position(self) -> Option<Position> {
        self.next_position().previous()
    }

    /// The size after `count` more events; it stands still at the largest integer.
    #[must_use]
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0.saturating_add(count))
    }
}

/// Decimal digits with no sign and no leading zero, so that a number has one text only.
fn parse(text: &str) -> Option<u64> {
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if digits_only && !leading_zero { text.parse().ok() } else { None }
}

/// Something that is not one of the ledger's numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not the decimal text of a number below 2^64.
    #[error("`{found}` is not a {noun}: expected decimal digits without sign or leading zero, below 2^64")]
    Text {
        /// Which number was expected.
        noun: &'static str,
        /// What was found, at most 30 characters of it.
        found: String,
    },
    /// A stored integer below zero.
    #[error("the stored {noun} {found} is negative; the store was written by something else, or is damaged")]
    Negative {
        /// Which number was expected.
        noun: &'static str,
        /// What was found.
        found: i64,
    },
    /// A number that a signed 64-bit column cannot hold.
    #[error("{noun} {found} does not fit a store of signed integers, which ends at 2^63 - 1")]
    Large {
        /// Which number it was.
        noun: &'static str,
        /// Its value.
        found: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_position_becomes_a_size_only_by_name() {
        assert_eq!(Position::new(41).size_through(), TreeSize::new(42));
        assert_eq!(TreeSize::new(42).last_position(), Some(Position::new(41)));
        assert_eq!(TreeSize::new(42).next_position(), Position::new(42));
        assert_eq!(TreeSize::EMPTY.last_position(), None);
        assert!(Position::new(41).is_within(TreeSize::new(42)));
        assert!(!Position::new(42).is_within(TreeSize::new(42)));
    }

    #[test]
    fn the_largest_number_stands_still() {
        assert_eq!(Position::new(u64::MAX).next(), Position::new(u64::MAX));
        assert_eq!(Position::new(u64::MAX).size_through(), TreeSize::new(u64::MAX));
        assert_eq!(TreeSize::new(u64::MAX).plus(1), TreeSize::new(u64::MAX));
    }

    #[test]
    fn a_number_is_a_string_in_json_and_a_bare_number_is_refused() {
        assert_eq!(serde_json::to_string(&Position::new(u64::MAX)).unwrap(), "\"18446744073709551615\"");
        assert!(serde_json::from_str::<Position>("41").is_err());
    }

    #[test]
    fn a_number_has_one_text_only() {
        for text in ["", "00", "01", "+1", "-1", " 1", "1 ", "1e3", "18446744073709551616", "٣"] {
            assert!(text.parse::<Revision>().is_err(), "`{text}` was read as a revision");
        }
        insta::assert_snapshot!("007".parse::<TreeSize>().unwrap_err(), @"`007` is not a tree size: expected decimal digits without sign or leading zero, below 2^64");
    }

    #[test]
    fn a_signed_store_refuses_what_it_cannot_hold() {
        assert!(i64::try_from(Position::new(1 << 63)).is_err());
        insta::assert_snapshot!(Position::try_from(-1).unwrap_err(), @"the stored position -1 is negative; the store was written by something else, or is damaged");
    }

    proptest! {
        #[test]
        fn parsing_undoes_printing(value: u64) {
            let position = Position::new(value);
            prop_assert_eq!(position.to_string().parse(), Ok(position));
            let json = serde_json::to_string(&position).unwrap();
            prop_assert_eq!(serde_json::from_str::<Position>(&json).unwrap(), position);
            prop_assert_eq!(Position::from_be_bytes(position.to_be_bytes()), position);
        }
    }
}
