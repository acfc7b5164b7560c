//! Whatever a person holds: a reference, an address, a platform's number, a permanent name.
//!
//! `docs/design.md` (API) asks that each finds a contribution, and that a near miss answers with candidates. This
//! module shows nothing.

use devenir_core::id::IntentId;
use devenir_projections::model::{SourceKey, Subject};
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
        match reading.by_url(typed)? {
            None => source_key(typed).map_or(Ok(None), |key| reading.by_source(&key))?,
            found => found,
        }
    };
    match found {
        Some(subject) => Ok(Found::Subject(Box::new(subject))),
        None => Ok(Found::Nothing(reading.candidates(typed)?)),
    }
}

/// `decide-madrid/proposal/39435`: a platform, a kind and the platform's own number.
fn source_key(typed: &str) -> Option<SourceKey> {
    let mut fields = typed.rsplitn(3, '/').filter(|field| !field.is_empty());
    let (external_id, kind, platform) = (fields.next()?, fields.next()?, fields.next()?);
    Some(SourceKey {
        platform: platform.to_owned(),
        kind: kind.to_owned(),
        external_id: external_id.to_owned(),
    })
}
