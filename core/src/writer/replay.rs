//! Reading events back from a store, for whoever replays: the writer at its start, views, the trail.
//!
//! `docs/format.md` (Reading) says what an open part is. This module decides nothing.

use crate::envelope::{PartCommitment, PartKey, ReadError, Recorded, VaultPart, read};
use crate::event::Absence;
use crate::event::part::is_structural;
use crate::ledger::Position;
use crate::store::{Place, Reader, SealedPart, StoreError};
use std::collections::BTreeMap;

/// Why events cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An envelope does not read as an event.
    #[error("event {position}: {error}")]
    Event {
        /// Where.
        position: Position,
        /// Why.
        error: ReadError,
    },
}

/// The events from a position on, at most `count_max`, with their parts.
///
/// # Errors
/// [`ReplayError`] where the store or an envelope cannot be read.
pub fn read_events(
    reader: &dyn Reader,
    from: Position,
    count_max: usize,
) -> Result<Vec<Recorded>, ReplayError> {
    let envelopes = reader.read(from, count_max)?;
    let end = Position::new(from.get().saturating_add(envelopes.len() as u64));
    let mut parts: BTreeMap<Place, SealedPart> = reader.open_all(from..end)?.into_iter().collect();
    let mut events = Vec::with_capacity(envelopes.len());
    for (position, bytes) in (from.get()..).map(Position::new).zip(envelopes) {
        let mut vault = |index: usize, _: &PartCommitment| {
            let index = u8::try_from(index).unwrap_or(u8::MAX);
            parts.remove(&Place { position, index }).map_or(VaultPart::Absent(Absence::Lost), opened)
        };
        events.push(read(&bytes, &mut vault).map_err(|error| ReplayError::Event { position, error })?);
    }
    Ok(events)
}

/// As [`read_events`], with the parts alone that rules read: no word of a person is opened.
///
/// # Errors
/// As [`read_events`].
pub(super) fn read_rules(
    reader: &dyn Reader,
    from: Position,
    count_max: usize,
) -> Result<Vec<Recorded>, ReplayError> {
    let envelopes = reader.read(from, count_max)?;
    let mut events = Vec::with_capacity(envelopes.len());
    for (position, bytes) in (from.get()..).map(Position::new).zip(envelopes) {
        let mut failed = None;
        let mut vault = |index: usize, part: &PartCommitment| {
            if !is_structural(part.kind) {
                return VaultPart::Absent(Absence::Lost);
            }
            let index = u8::try_from(index).unwrap_or(u8::MAX);
            match reader.open(Place { position, index }, &part.commitment.0) {
                Ok(part) => part.map_or(VaultPart::Absent(Absence::Lost), opened),
                Err(error) => {
                    failed = Some(error);
                    VaultPart::Absent(Absence::Lost)
                }
            }
        };
        let event = read(&bytes, &mut vault);
        if let Some(error) = failed {
            return Err(error.into());
        }
        events.push(event.map_err(|error| ReplayError::Event { position, error })?);
    }
    Ok(events)
}

fn opened(part: SealedPart) -> VaultPart {
    VaultPart::Open { key: PartKey::new(*part.key), bytes: part.bytes }
}
