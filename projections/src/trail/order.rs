//! The two orders of a trail: as things happened, and as they were recorded.
//!
//! `docs/design.md` (Trail) decides: in the story, claimed time, then position, an undated step right after what
//! it refers to; in the record, position. "As of" a date means recorded by then, never claimed. This module
//! reads no clock.

use std::collections::BTreeMap;

use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::time::Timestamp;

use super::step::TrailStep;

devenir_core::codes! {
    /// The order of a trail's steps.
    pub enum TrailOrder {
        /// As things happened.
        Story = "story",
        /// As they were recorded.
        Record = "record",
    }
}

/// Where a step stands in the story: its time, what it follows there, its own place.
type Place = (Timestamp, Position, Position);

/// Puts the steps of a trail in order.
pub fn sort_steps(steps: &mut [TrailStep], order: TrailOrder) {
    steps.sort_by_key(|step| step.position);
    match order {
        TrailOrder::Record => {}
        TrailOrder::Story => {
            let places = places(steps);
            steps.sort_by_key(|step| places.get(&step.position).copied());
            versions_after_their_amendment(steps);
        }
    }
}

/// A version that an amendment gave is told after the amendment's adoption, where both are of one day: authors
/// often write the version first, and adopt then.
fn versions_after_their_amendment(steps: &mut [TrailStep]) {
    for adopted in 0..steps.len() {
        let Some(adoption) = steps.get(adopted) else { return };
        let Some(version) = adoption.gives else { continue };
        let day = adoption.when;
        let gave = |step: &TrailStep| {
            step.details.changes.is_some_and(|(_, number)| number == version) && step.when == day
        };
        let before = steps.iter().take(adopted).position(gave);
        if let Some(range) = before.and_then(|given| steps.get_mut(given..=adopted)) {
            range.rotate_left(1);
        }
    }
}

/// The steps that were recorded at `at` or before: the trail as it could be read then.
#[must_use]
pub fn recorded_by(steps: Vec<TrailStep>, at: Timestamp) -> Vec<TrailStep> {
    steps.into_iter().filter(|step| step.recorded_at <= at).collect()
}

/// The place of each step in the story; references point backwards, so one pass in the order of the record does.
fn places(in_record_order: &[TrailStep]) -> BTreeMap<Position, Place> {
    let mut places: BTreeMap<Position, Place> = BTreeMap::new();
    let mut by_id: BTreeMap<IntentId, Place> = BTreeMap::new();
    for step in in_record_order {
        let own = |at| (at, step.position, step.position);
        let place = match step.occurred.at().or(step.found) {
            Some(at) => own(at),
            None if step.when.is_known() => own(step.recorded_at),
            None => {
                let followed = step.refers_to.iter().filter_map(|id| by_id.get(id)).max();
                followed.map_or(own(step.recorded_at), |(at, anchor, _)| (*at, *anchor, step.position))
            }
        };
        places.insert(step.position, place);
        by_id.insert(step.id, place);
    }
    places
}
