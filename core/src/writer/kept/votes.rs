//! Which vote is live: from a voter's tag in a ballot to the last event about it, which the ledger says.
//!
//! `docs/design.md` (Views) decides that votes have no rows: what an event leaves of a vote follows from its facts
//! and references alone, so eight bytes a vote find that event, and each hit is confirmed by reading it. This module
//! knows no file.

use super::file::Sum;
use crate::consultation::{Vote, VoteKey, vote_left_by};
use crate::envelope::{VaultPart, read};
use crate::event::Absence;
use crate::ledger::Position;
use crate::store::{ReadLedger, StoreError};
use crate::writer::index::Positions;

/// The votes of a ledger.
pub(super) struct Votes {
    ledger: Box<dyn ReadLedger>,
    positions: Positions,
    /// Positions that the file lacks.
    pub(super) added: Vec<(u32, Position)>,
    /// Positions in the file that a later event about the same vote took the place of.
    pub(super) gone: Vec<Position>,
    /// What the file's rows add up to, once it has it all.
    pub(super) sum: Sum,
}

impl Votes {
    /// No votes yet.
    pub(super) fn new(ledger: Box<dyn ReadLedger>) -> Self {
        let (positions, sum) = (Positions::default(), Sum::default());
        Self { ledger, positions, added: Vec::new(), gone: Vec::new(), sum }
    }

    /// The ledger that says what votes are.
    pub(super) fn ledger(&self) -> &dyn ReadLedger {
        self.ledger.as_ref()
    }

    /// Gives the ledger back.
    pub(super) fn into_ledger(self) -> Box<dyn ReadLedger> {
        self.ledger
    }

    /// Takes in what the file holds.
    pub(super) fn load(&mut self, tag: u32, position: Position) {
        self.positions.insert(tag, position);
        self.sum.add(tag, position);
    }

    /// What is left of the vote of a tag.
    ///
    /// # Errors
    /// [`StoreError`] where the ledger cannot be read.
    pub(super) fn left(&self, key: VoteKey) -> Result<Option<Vote>, StoreError> {
        Ok(self.last(key)?.and_then(|(_, vote)| vote))
    }

    /// The event at this position, which the ledger holds, is the last one about a vote.
    ///
    /// # Errors
    /// As [`Votes::left`].
    pub(super) fn note(&mut self, key: VoteKey, position: Position) -> Result<(), StoreError> {
        let tag = tag_of(key);
        let before = self.last(key)?;
        match before {
            Some((before, _)) => {
                self.positions.replace(tag, before, position);
                self.gone.push(before);
                self.sum.remove(tag, before);
            }
            None => self.positions.insert(tag, position),
        }
        self.added.push((tag, position));
        self.sum.add(tag, position);
        Ok(())
    }

    /// The file has it all.
    pub(super) fn written(&mut self) {
        self.added.clear();
        self.gone.clear();
    }

    /// The last event about a vote, and what it left of it.
    fn last(&self, key: VoteKey) -> Result<Option<(Position, Option<Vote>)>, StoreError> {
        let mut candidates: Vec<Position> = self.positions.candidates(tag_of(key)).collect();
        candidates.sort_unstable_by_key(|position| std::cmp::Reverse(*position));
        for position in candidates {
            let bytes = self.ledger.read(position, 1)?.into_iter().next().unwrap_or_default();
            // Another vote may have the tag. What does not read is no vote; verification names it.
            if let Ok(event) = read(&bytes, &mut |_, _| VaultPart::Absent(Absence::Lost))
                && let Some((found, vote)) = vote_left_by(&event)
                && found == key
            {
                return Ok(Some((position, vote)));
            }
        }
        Ok(None)
    }
}

/// What the table keeps of a vote's key: tags are drawn at random, and ballots are named by hashes.
fn tag_of((ballot, tag): VoteKey) -> u32 {
    let first = |bytes: &[u8]| bytes.iter().take(4).fold(0, |all, byte| all << 8 | u32::from(*byte));
    first(&ballot.0) ^ first(&tag.0)
}
