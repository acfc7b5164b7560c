//! The short reference that people hold: `velo-0042`, and `velo-0042-a3` for an amendment under it.
//!
//! `docs/format.md` (Numbers) fixes its form: the consultation's short name, a number of at least four digits,
//! for an amendment the letter `a` and its number under its numbered root. This module knows no record.

use std::fmt;
use std::str::FromStr;

/// A reference, with its numbers read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The consultation's short name.
    pub slug: String,
    /// The number in the consultation.
    pub number: u32,
    /// The number of the amendment under it, for an amendment.
    pub amendment: Option<u32>,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.slug, self.number)?;
        self.amendment.map_or(Ok(()), |amendment| write!(f, "-a{amendment}"))
    }
}

/// A text that is not a reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is not a reference: expected a short name and a number, such as `velo-0042` or `velo-0042-a3`"
)]
pub struct NotAReference {
    /// What was found, at most 80 characters of it.
    pub found: String,
}

impl FromStr for Reference {
    type Err = NotAReference;

    /// Reads what a person typed: capitals, blanks around and missing zeros are forgiven.
    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let bad = || NotAReference { found: text.chars().take(80).collect() };
        let typed = text.trim().to_ascii_lowercase();
        let (numbered, amendment) = match typed.rsplit_once("-a") {
            Some((rest, digits)) if is_number(digits) => (rest, Some(digits.parse().map_err(|_| bad())?)),
            _ => (typed.as_str(), None),
        };
        let (slug, digits) = numbered.rsplit_once('-').ok_or_else(bad)?;
        if !is_number(digits) || !is_slug(slug) {
            return Err(bad());
        }
        Ok(Self { slug: slug.to_owned(), number: digits.parse().map_err(|_| bad())?, amendment })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_slug(text: &str) -> bool {
    (3..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn capitals_blanks_and_missing_zeros_are_forgiven() {
        for text in ["velo-0042", " VELO-42 ", "velo-042"] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), "velo-0042", "{text}");
        }
        assert_eq!(
            "plan-velo-2030-0007-A3".parse::<Reference>().unwrap().to_string(),
            "plan-velo-2030-0007-a3"
        );
    }

    #[test]
    fn what_is_no_reference_is_said() {
        for text in ["velo", "velo-", "-42", "ve-42", "velo-4x", "vélo-42", "", "velo-99999999999"] {
            let error = text.parse::<Reference>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is not a reference")), "{error}");
        }
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(
            slug in "[a-z][a-z0-9-]{1,30}[a-z]", number: u32, amendment in proptest::option::of(0_u32..),
        ) {
            let reference = Reference { slug, number, amendment };
            prop_assert_eq!(reference.to_string().parse(), Ok(reference));
        }
    }
}
