//! Fields that are empty, too long, or not what they should be.
//!
//! The messages say which field, what was expected, what was found. This module knows no act.

/// A field of an act is not well formed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: expected {expected}, found {found}")]
pub struct Malformed {
    /// The field.
    pub field: &'static str,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// The longest title, in characters.
pub(super) const TITLE_MAX: usize = 300;
/// The longest text, in characters.
pub(super) const TEXT_MAX: usize = 60_000;

/// A text of 1 to `max` characters that is not only white space.
pub(super) fn text(field: &'static str, text: &str, max: usize) -> Result<String, Malformed> {
    let trimmed = text.trim();
    let count = trimmed.chars().count();
    if trimmed.is_empty() {
        return Err(Malformed { field, expected: format!("1 to {max} characters"), found: "nothing".into() });
    }
    if count > max {
        let found = format!("{count} characters");
        return Err(Malformed { field, expected: format!("1 to {max} characters"), found });
    }
    if let Some(control) =
        trimmed.chars().find(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'))
    {
        let found = format!("the control character U+{:04X}", u32::from(control));
        return Err(Malformed { field, expected: "text without control characters".into(), found });
    }
    Ok(trimmed.to_owned())
}

/// A text that may be left out, but not left empty.
pub(super) fn optional(
    field: &'static str,
    given: Option<&str>,
    max: usize,
) -> Result<Option<String>, Malformed> {
    given.map(|given| text(field, given, max)).transpose()
}
