//! A refusal: an error that was foreseen, with its code, in words meant for the caller.
//!
//! It is the only error whose text leaves the process; every other one is masked (`respond.rs`). A resolver returns
//! it with `?` like any error, and the transport recognises it by its type, so no text can pass for a code.

use async_graphql::Pos;

use super::code::ErrorCode;

/// A foreseen reason for giving no answer, or no value of one field.
///
/// ```
/// use devenir_api::transport::{ErrorCode, Refusal};
///
/// fn resolver() -> async_graphql::Result<String> {
///     Err(Refusal::new(ErrorCode::NotFound, "no consultation is called `plan-vélo`"))?
/// }
/// assert!(resolver().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The word of the closed table.
    pub code: ErrorCode,
    /// What was expected, what was found, what to do; shown to the caller as it is.
    pub message: String,
    /// Where in the document, if it is about the document.
    pub locations: Vec<Pos>,
    /// Seconds after which a new try makes sense, if it does; becomes the `Retry-After` header.
    pub retry_after_s: Option<u32>,
    /// The methods that the URL or the operation takes, if the method was the matter; becomes the `Allow` header.
    pub allow: Option<&'static str>,
}

impl Refusal {
    /// A refusal with its code and its text.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), locations: Vec::new(), retry_after_s: None, allow: None }
    }

    /// The same, pointing into the document.
    #[must_use]
    pub fn at(mut self, locations: impl IntoIterator<Item = Pos>) -> Self {
        self.locations.extend(locations);
        self
    }

    /// The same, saying when to try again.
    #[must_use]
    pub fn retry_after_s(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The same, saying which methods are taken.
    #[must_use]
    pub fn allow(mut self, methods: &'static str) -> Self {
        self.allow = Some(methods);
        self
    }
}
