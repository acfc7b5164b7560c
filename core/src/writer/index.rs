//! Where things stand in the ledger: from a tag to the positions that may have it.
//!
//! `docs/design.md` (Commands, Views) asks for every command and every vote without a time window, so each has eight
//! bytes: a tag of 32 bits and a position of 32 bits, and each hit is confirmed in the ledger by whoever asks. This
//! module reads no ledger.

use crate::id::CommandId;
use crate::ledger::Position;
use std::collections::HashMap;

/// Slots of the first table: a power of two, as all the later ones.
const SLOTS_FIRST: usize = 1 << 10;
/// No position: a ledger of so many events keeps its last one in the other map.
const EMPTY: u64 = u64::MAX;

/// Candidates for the position of something: open addressing, at most three quarters full.
///
/// A slot follows from the tag alone, so the table can grow without the ids, and equal tags stand in a row.
#[derive(Debug, Default)]
pub(super) struct Positions {
    slots: Vec<u64>,
    len: usize,
    /// Those beyond the position that 32 bits hold.
    beyond: HashMap<u32, Vec<Position>>,
}

/// What the table keeps of a command's id.
pub(super) fn tag_of(command: CommandId) -> u32 {
    let [a, b, c, d, ..] = command.0;
    u32::from_be_bytes([a, b, c, d])
}

impl Positions {
    /// Notes that something of a tag stands at a position.
    pub(super) fn insert(&mut self, tag: u32, position: Position) {
        self.len += 1;
        match low(position) {
            Some(low) => {
                if self.len * 4 > self.slots.len() * 3 {
                    self.grow();
                }
                self.place(entry(tag, low));
            }
            None => self.beyond.entry(tag).or_default().push(position),
        }
    }

    /// Notes that what stood at `before` stands at `after`; what cannot be moved stays a candidate beside it.
    pub(super) fn replace(&mut self, tag: u32, before: Position, after: Position) {
        let start = self.start(tag).min(self.slots.len());
        let (wrapped, near) = self.slots.split_at_mut(start);
        let mut row = near.iter_mut().chain(wrapped).take_while(|slot| **slot != EMPTY);
        let found = low(before).and_then(|before| row.find(|slot| **slot == entry(tag, before)));
        match (found, low(after)) {
            (Some(slot), Some(after)) => *slot = entry(tag, after),
            (Some(_) | None, _) => self.insert(tag, after),
        }
    }

    /// Where things of a tag stand.
    pub(super) fn candidates(&self, tag: u32) -> impl Iterator<Item = Position> + '_ {
        let start = self.start(tag);
        let (before, after) = self.slots.split_at(start.min(self.slots.len()));
        let near = after.iter().chain(before).take_while(|slot| **slot != EMPTY);
        let near =
            near.filter(move |slot| tag_in(**slot) == tag).map(|slot| Position::new(slot & 0xffff_ffff));
        near.chain(self.beyond.get(&tag).into_iter().flatten().copied())
    }

    /// The first slot that a tag may have: its highest bits, so that a larger table spreads the same order.
    fn start(&self, tag: u32) -> usize {
        let bits = self.slots.len().trailing_zeros().min(u32::BITS);
        usize::try_from(u64::from(tag) >> (u32::BITS - bits)).unwrap_or(0)
    }

    fn place(&mut self, entry: u64) {
        let start = self.start(tag_in(entry)).min(self.slots.len());
        let (before, after) = self.slots.split_at_mut(start);
        if let Some(free) = after.iter_mut().chain(before).find(|slot| **slot == EMPTY) {
            *free = entry;
        }
    }

    fn grow(&mut self) {
        let count = (self.slots.len() * 2).max(SLOTS_FIRST);
        for entry in std::mem::replace(&mut self.slots, vec![EMPTY; count]) {
            if entry != EMPTY {
                self.place(entry);
            }
        }
    }
}

/// A position in 32 bits, all ones of which mean an empty slot.
fn low(position: Position) -> Option<u32> {
    u32::try_from(position.get()).ok().filter(|low| *low < u32::MAX)
}

fn entry(tag: u32, low: u32) -> u64 {
    u64::from(tag) << 32 | u64::from(low)
}

fn tag_in(entry: u64) -> u32 {
    u32::try_from(entry >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(index: &Positions, tag: u32) -> Vec<u64> {
        let mut found: Vec<u64> = index.candidates(tag).map(Position::get).collect();
        found.sort_unstable();
        found
    }

    proptest! {
        #[test]
        fn whatever_was_noted_is_found_among_its_candidates(
            tags in proptest::collection::vec(prop_oneof![any::<u32>(), 0u32..4, (u32::MAX - 3)..=u32::MAX], 0..3_000),
        ) {
            let mut index = Positions::default();
            for (at, tag) in (0..).zip(&tags) {
                index.insert(*tag, Position::new(at));
            }
            for tag in &tags {
                let expected: Vec<u64> = (0..).zip(&tags).filter(|(_, other)| *other == tag).map(|(at, _)| at).collect();
                prop_assert_eq!(found(&index, *tag), expected);
            }
        }
    }

    #[test]
    fn what_moved_is_found_at_its_last_place_alone() {
        let mut index = Positions::default();
        for at in 0..100 {
            index.insert(7, Position::new(at));
        }
        for at in 0..100 {
            index.replace(7, Position::new(at), Position::new(at + 1_000));
        }
        assert_eq!(found(&index, 7), (1_000..1_100).collect::<Vec<u64>>());
    }

    #[test]
    fn what_moves_beyond_32_bits_is_found_there_too() {
        let mut index = Positions::default();
        index.insert(7, Position::new(3));
        index.replace(7, Position::new(3), Position::new(1 << 40));
        assert!(found(&index, 7).contains(&(1 << 40)));
    }

    #[test]
    fn an_empty_table_knows_nothing() {
        assert_eq!(found(&Positions::default(), 0), [] as [u64; 0]);
    }

    #[test]
    fn positions_beyond_32_bits_are_found_too() {
        let mut index = Positions::default();
        for at in [3, u64::from(u32::MAX) - 1, u64::from(u32::MAX), 1 << 40] {
            index.insert(7, Position::new(at));
        }
        assert_eq!(found(&index, 7), [3, u64::from(u32::MAX) - 1, u64::from(u32::MAX), 1 << 40]);
        assert_eq!(found(&index, 8), [] as [u64; 0]);
    }
}
