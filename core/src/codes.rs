//! Closed vocabularies: enums whose values are strings of the record.
//!
//! The only strings that facts may hold are the values of these enums and fixed-format identifiers
//! (`docs/format.md`, Facts). One declaration gives the enum, its text, its parser and its schema.
//! This module knows no particular vocabulary.

/// Declares a closed vocabulary: an enum with one fixed text for each value.
///
/// The text is what stands in facts, in exports and in schemas; it never changes once recorded.
#[macro_export]
macro_rules! codes {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[doc = $doc:literal])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
        $vis enum $name {
            $($(#[doc = $doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text of this value in the record.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// What this value means: its line in the documentation, for interfaces that describe it.
            #[must_use]
            #[allow(dead_code, reason = "not every vocabulary is described to somebody")]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*).trim_start()),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::codes::UnknownCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or_else(|| {
                    $crate::codes::UnknownCode {
                        vocabulary: stringify!($name),
                        found: text.chars().take(60).collect(),
                        expected: Self::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", "),
                    }
                })
            }
        }
    };
}

/// A text that is not a value of its vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a {vocabulary}; expected one of {expected}")]
pub struct UnknownCode {
    /// The vocabulary's name.
    pub vocabulary: &'static str,
    /// What was found, at most 60 characters of it.
    pub found: String,
    /// The values that were expected, separated by commas.
    pub expected: String,
}
