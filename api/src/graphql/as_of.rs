//! "As of": reading a consultation as its record stood once.
//!
//! `docs/design.md` (Trail) decides that it means recorded by then, never claimed. The whole answer below a question
//! that is asked so comes from there; this module finds which state of the record is meant.

use async_graphql::{Context, OneofObject, Result};
use devenir_core::id::StreamId;
use devenir_core::ledger::{self, TreeSize};
use devenir_core::time::Timestamp;
use devenir_projections::history::{HISTORY_MAX, events_by, recorded_at, size_at};
use devenir_projections::query::By;

use super::at::At;
use super::scalar::{DateTime, Position};
use crate::transport::{ErrorCode, Refusal};

/// An earlier state of the record: give one. Only what had been recorded by then is answered, judged at that instant,
/// whatever dates were claimed; what may not be read today is not answered about then either.
#[derive(Debug, Clone, Copy, OneofObject)]
pub enum AsOf {
    /// The record that ends with the event at this place.
    Position(Position),
    /// What had been recorded by this instant, which is not to come.
    Time(DateTime),
}

impl AsOf {
    /// The consultation as it stood then: everything below the field that asks is answered from there.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an instant to come, a place beyond the record, or a consultation that had grown too long by
    /// then.
    pub fn look_back(self, ctx: &Context<'_>, stream: StreamId) -> Result<std::sync::Arc<At>> {
        let here = At::of(ctx)?;
        let present = here.ask(|reading| Ok(reading.size()))?;
        let (size, now) = self.state(&here, present)?;
        let events = here.ask(|reading| events_by(reading, stream, size))?;
        if events > HISTORY_MAX {
            let slug = here.ask(|reading| Ok(reading.consultation(By::Stream(stream))?.map(|it| it.slug)))?;
            let message = format!(
                "an earlier state is told of consultations of at most {HISTORY_MAX} events, and `{}` had {events} by \
                 then; ask for an earlier place or instant, or read its export up to there",
                slug.unwrap_or_else(|| stream.to_string())
            );
            return Err(Refusal::new(ErrorCode::InvalidInput, message).into());
        }
        At::look_back(ctx, stream, size, now)
    }

    /// How many events the record held, and the instant at which things are judged.
    fn state(self, here: &At, present: TreeSize) -> Result<(TreeSize, Timestamp)> {
        let refuse = |message: String| Err(Refusal::new(ErrorCode::InvalidInput, message).into());
        match self {
            Self::Time(DateTime(at)) if at > here.now() => {
                refuse(format!("`asOf` names {}, which is still to come", at.to_rfc3339()))
            }
            Self::Time(DateTime(at)) => {
                let size = here.source(|source| Ok(size_at(source, at)?))?;
                Ok((size.min(present), at))
            }
            Self::Position(Position(place)) => {
                let position = ledger::Position::new(place);
                let last = || here.source(|source| Ok(recorded_at(source, position)?));
                match position.is_within(present).then(last).transpose()?.flatten() {
                    Some(at) => Ok((position.size_through(), at)),
                    None => refuse(format!("`asOf` names the event at {place}; the record holds {present}")),
                }
            }
        }
    }
}
