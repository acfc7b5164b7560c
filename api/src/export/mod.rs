//! The record as a file of JSON lines: one event a line, in order of position.
//!
//! `docs/operating.md` (Exports) defines the lines. What is read is one state of the ledger and of the views beside
//! it, a hundred events at a time, so memory does not grow with the record. Nothing here proves anything: the
//! lines are for reading and counting, `devenir verify` is for believing.

pub mod bundle;
mod line;

use std::collections::BTreeMap;
use std::io::Write;

use devenir_core::envelope::{EnvelopeError, PartCommitment, PartContext, PartKey, commit, decode};
use devenir_core::id::StreamId;
use devenir_core::ledger::{Position, leaf_hash};
use devenir_core::store::{Place, Reader, SealedPart, StoreError};
use devenir_projections::query::By;
use devenir_projections::{Reading, ViewError};

use self::line::{Line, Opened};

/// How many events are in memory at a time.
const BATCH: usize = 100;

/// What to export.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    /// Only the events of this consultation.
    pub stream: Option<StreamId>,
    /// With the words of contributions, amendments, arguments and comments, as pages show them.
    pub texts: bool,
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store does not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The views do not read.
    #[error(transparent)]
    View(#[from] ViewError),
    /// What stands at a position is no envelope.
    #[error(
        "event {position} does not read as an envelope: {error}; `devenir verify` says what else is wrong"
    )]
    Envelope {
        /// Where.
        position: Position,
        /// What the codec found.
        error: EnvelopeError,
    },
    /// The lines cannot be written.
    #[error("the export cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Writes the events of `scope`, one JSON object a line, and returns how many.
///
/// `reading` fixes the size: what is recorded after it is left for the next export, so that no text is exported
/// whose hiding `reading` does not know of.
///
/// # Errors
/// [`ExportError`]; the lines before it are whole.
pub fn ndjson(
    reader: &impl Reader,
    reading: &Reading,
    scope: Scope,
    out: &mut impl Write,
) -> Result<u64, ExportError> {
    let size = reading.size().get();
    let mut slugs: BTreeMap<StreamId, Option<String>> = BTreeMap::new();
    let mut from = Position::FIRST;
    let mut written = 0;
    while from.get() < size {
        let wanted = BATCH.min(usize::try_from(size - from.get()).unwrap_or(BATCH));
        let envelopes = reader.read(from, wanted)?;
        if envelopes.is_empty() {
            break;
        }
        let mut position = from;
        let mut kept = Vec::new();
        for bytes in &envelopes {
            let envelope = decode(bytes).map_err(|error| ExportError::Envelope { position, error })?;
            if scope.stream.is_none_or(|stream| stream == envelope.intent.stream) {
                kept.push((position, leaf_hash(bytes), envelope));
            }
            position = position.next();
        }
        let parts = if kept.is_empty() { Vec::new() } else { reader.open_all(from..position)? };
        for (place, leaf, envelope) in kept {
            let opened = opened(place, &envelope.intent, &parts);
            let stream = envelope.intent.stream;
            let slug = match slugs.get(&stream) {
                Some(slug) => slug.clone(),
                None => {
                    let slug = reading.consultation(By::Stream(stream))?.map(|it| it.slug);
                    slugs.entry(stream).or_insert(slug).clone()
                }
            };
            let line = Line::of(&envelope, leaf, slug, &opened, reading, scope.texts)?;
            serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
            written += 1;
        }
        from = position;
    }
    out.flush()?;
    Ok(written)
}

/// The parts at `position` that fit their commitments, by index among the envelope's.
fn opened<'p>(
    position: Position,
    intent: &devenir_core::envelope::Intent,
    parts: &'p [(Place, SealedPart)],
) -> Vec<Opened<'p>> {
    let fits = |committed: &PartCommitment, part: &SealedPart| {
        let context = PartContext {
            log: intent.log,
            stream: intent.stream,
            event_type: intent.event_type,
            schema: intent.schema,
            kind: committed.kind,
        };
        commit(&PartKey::new(*part.key), &context, &part.bytes) == committed.commitment
    };
    let open = |index: usize, committed: &PartCommitment| {
        let at_place = |place: &Place| place.position == position && usize::from(place.index) == index;
        let found = parts.iter().find(|(place, part)| at_place(place) && fits(committed, part));
        Opened { kind: committed.kind, bytes: found.map(|(_, part)| part.bytes.as_slice()) }
    };
    intent.parts.iter().enumerate().map(|(index, committed)| open(index, committed)).collect()
}
