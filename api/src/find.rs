//! Whatever a person holds: a reference, an address, a platform's number, a permanent name.
//!
//! `docs/design.md` (API) asks that each finds a contribution, and that a near miss answers with candidates. This
//! module shows nothing.

use devenir_core::id::IntentId;
use devenir_projections::model::Subject;
use devenir_projections::query::Candidate;
use devenir_projections::{Reading, Reference, ViewError};

/// What was found for what a person typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// One thing.
    Subject(Box<Subject>),
    /// Nothing, and what may have been meant.
    Nothing(Vec<Candidate>),
}

/// Looks for what a person typed.
///
/// # Errors
/// [`ViewError`] where the views do not read.
pub fn find(reading: &Reading, typed: &str) -> Result<Found, ViewError> {
    let typed = typed.trim();
    let found = if let Ok(reference) = typed.parse::<Reference>() {
        reading.by_reference(&reference)?
    } else if let Ok(id) = typed.rsplit('_').next().unwrap_or(typed).parse::<IntentId>() {
        reading.subject_by_id(id)?
    } else {
        reading.by_url(typed)?
    };
    match found {
        Some(subject) => Ok(Found::Subject(Box::new(subject))),
        None => Ok(Found::Nothing(reading.candidates(typed)?)),
    }
}
