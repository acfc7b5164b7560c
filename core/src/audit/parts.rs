//! Parts: each one that the vault holds fits its commitment; what it lacks is for `erasures` to count.
//!
//! `docs/format.md` (Reading) names the states of a part. This module reads no content.

use super::fault::Fault;
use crate::envelope::{Envelope, LIST_PART_KIND, PartContext, PartKey, commit};
use crate::id::IntentId;
use crate::ledger::{Frontier, Position};
use crate::store::{Place, SealedPart};

/// How many parts are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PartCounts {
    /// Held, and fits its commitment.
    pub open: u64,
    /// Committed to and not held, without an event that says so, nor somebody who says that they have it.
    pub missing: u64,
    /// Not held; whoever gave this copy has them and does not show them.
    pub withheld: u64,
    /// The first event with a part that is missing.
    pub first_missing: Option<Position>,
    /// Held and does not fit.
    pub altered: u64,
    /// Not held, and erased.
    pub erased: u64,
    /// Not held, and taken down by two people: the record is incomplete, and says why.
    pub taken_down: u64,
    /// Not held, and declared lost: the record is incomplete, and says so itself.
    pub lost: u64,
    /// Erased or taken down a short while ago, and still held.
    pub pending: u64,
}

impl PartCounts {
    /// Adds the parts of one more event; those that are not held are counted at the end, when events have said why.
    pub(super) fn add(&mut self, more: Self) {
        self.open += more.open;
        self.altered += more.altered;
    }
}

/// Checks the parts of one event, taking them out of `held`, and returns those that fit.
pub(super) fn check(
    position: Position,
    envelope: &Envelope,
    held: &mut Vec<(Place, SealedPart)>,
    counts: &mut PartCounts,
    faults: &mut dyn FnMut(Fault),
) -> Vec<(Place, SealedPart)> {
    let mut sound = Vec::with_capacity(held.len());
    for (index, committed) in (0u8..).zip(&envelope.intent.parts) {
        let place = Place { position, index };
        let Some(at) = held.iter().position(|(found, _)| *found == place) else { continue };
        let (_, part) = held.remove(at);
        let context = PartContext {
            log: envelope.intent.log,
            stream: envelope.intent.stream,
            event_type: envelope.intent.event_type,
            schema: envelope.intent.schema,
            kind: committed.kind,
        };
        let made = commit(&PartKey::new(*part.key), &context, &part.bytes);
        if made != committed.commitment
            || part.commitment != committed.commitment.0
            || part.kind != committed.kind
        {
            counts.altered += 1;
            faults(Fault::Part { place });
            continue;
        }
        counts.open += 1;
        match list(envelope, committed.kind, &part.bytes, position) {
            Some(fault) => faults(fault),
            None => sound.push((place, part)),
        }
    }
    sound
}

/// The fault of a list of references that does not fit its root.
fn list(envelope: &Envelope, kind: u8, bytes: &[u8], position: Position) -> Option<Fault> {
    let stated = envelope.intent.lists.get(usize::from(kind.checked_sub(LIST_PART_KIND)?))?;
    let (ids, rest) = bytes.as_chunks::<{ IntentId::LEN }>();
    let mut root = Frontier::new();
    for id in ids {
        root.push_leaf(id);
    }
    let ascending = ids.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    let fits = rest.is_empty() && ascending && ids.len() as u64 == u64::from(stated.count);
    (!fits || root.root() != stated.root).then_some(Fault::List { position, kind })
}
