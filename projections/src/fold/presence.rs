//! Where the events of each consultation stand in the record: one bit a position, in blocks of 32.
//!
//! `docs/design.md` (Trail) asks for earlier states of one consultation; with this they are folded from its own events
//! alone, however long the record is. This file does not know what an event says.

use std::collections::BTreeMap;

use rusqlite::params;

use super::{Done, Fold};

/// How many positions a block has.
pub(crate) const BLOCK: i64 = 32;

/// What a batch adds: (consultation, block) -> its bits.
#[derive(Debug, Default)]
pub(super) struct Presence(BTreeMap<(i64, i64), u32>);

impl Presence {
    /// An event of a consultation stands at a position.
    pub(super) fn note(&mut self, consultation: i64, position: i64) {
        *self.0.entry((consultation, position / BLOCK)).or_default() |= 1 << (position % BLOCK);
    }
}

impl Fold<'_> {
    /// Writes where the events of the batch stand.
    pub(super) fn write_presence(&mut self) -> Done {
        for ((consultation, block), mask) in std::mem::take(&mut self.presence).0 {
            self.run(
                "INSERT INTO presence VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET mask = mask | excluded.mask",
                params![consultation, block, mask],
            )?;
        }
        Ok(())
    }
}
