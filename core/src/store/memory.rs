//! A ledger and a vault in memory, for tests; they object where another adapter would trust its caller.
//!
//! The contracts of `port.rs` define them. Beyond these, an append is refused when a command is recorded
//! twice or a part's commitment does not stand in its envelope. Nothing here survives the process.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::error::{Misuse, StoreError};
use super::group::{Leaf, Place, Request, SealedPart};
use super::pair::Pair;
use super::port::{Ledger, ReadLedger, ReadVault, Vault};
use crate::ledger::{Frontier, Hash, Position, TreeHead, TreeSize};

/// A medium in memory: what is written to it stays until the last clone is dropped.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<Medium>);

impl MemoryDisk {
    /// Opens the one writing handle.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] while another handle is open.
    pub fn open(&self) -> Result<Pair<MemoryLedger, MemoryVault>, StoreError> {
        let claim = Arc::new(Claim::take(&self.0)?);
        let reader = || MemoryReader(Arc::clone(&self.0));
        let ledger = MemoryLedger { reader: reader(), _claim: Arc::clone(&claim) };
        let vault = MemoryVault { reader: reader(), _claim: claim };
        Pair::join(ledger, vault)
    }

    /// A reader that needs no writing handle.
    #[must_use]
    pub fn reader(&self) -> MemoryReader {
        MemoryReader(Arc::clone(&self.0))
    }
}

#[derive(Debug, Default)]
struct Medium {
    state: Mutex<State>,
    grown: Condvar,
}

impl Medium {
    fn state(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held the lock left whole values behind: no call here panics midway.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct State {
    leaves: Vec<Vec<u8>>,
    frontier: Frontier,
    parts: BTreeMap<(Place, [u8; 32]), SealedPart>,
    requests: BTreeMap<Position, Request>,
    commands: BTreeMap<[u8; 16], Position>,
    is_claimed: bool,
}

impl State {
    fn head(&self) -> TreeHead {
        TreeHead { size: self.frontier.size(), root: self.frontier.root() }
    }

    /// What only this adapter checks: see the head of this file.
    fn police(&self, expected: TreeSize, leaves: &[&Leaf]) -> Result<(), Misuse> {
        let end = expected.plus(leaves.len() as u64).next_position();
        for request in self.requests.range(expected.next_position()..end).map(|(_, request)| request) {
            if let Some(&first) = self.commands.get(&request.command_id) {
                return Err(Misuse::CommandTwice { found: request.position, first });
            }
        }
        let mut position = expected.next_position();
        for leaf in leaves {
            self.police_parts(position, leaf)?;
            position = position.next();
        }
        Ok(())
    }

    /// Some part at each place must carry a commitment of the envelope; the others are orphans of lost groups.
    fn police_parts(&self, position: Position, leaf: &Leaf) -> Result<(), Misuse> {
        let mut strangers = BTreeMap::new();
        let mut known = Vec::new();
        for (place, commitment) in self.parts.keys().filter(|(place, _)| place.position == position) {
            if leaf.bytes().windows(commitment.len()).any(|window| window == commitment) {
                known.push(*place);
            } else {
                strangers.insert(*place, Hash::from_bytes(*commitment));
            }
        }
        strangers.retain(|place, _| !known.contains(place));
        strangers
            .pop_first()
            .map_or(Ok(()), |(place, commitment)| Err(Misuse::PartWithoutCommitment { place, commitment }))
    }
}

/// The right to write, given back when the last half of the store is dropped.
#[derive(Debug)]
struct Claim(Arc<Medium>);

impl Claim {
    fn take(medium: &Arc<Medium>) -> Result<Self, StoreError> {
        let mut state = medium.state();
        if state.is_claimed {
            return Err(StoreError::Locked { path: PathBuf::from("memory"), pid: Some(std::process::id()) });
        }
        state.is_claimed = true;
        Ok(Self(Arc::clone(medium)))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.state().is_claimed = false;
    }
}

/// Reads a [`MemoryDisk`].
#[derive(Debug, Clone)]
pub struct MemoryReader(Arc<Medium>);

impl ReadLedger for MemoryReader {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.0.state().head())
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let skipped = usize::try_from(from.get()).unwrap_or(usize::MAX);
        Ok(self.0.state().leaves.iter().skip(skipped).take(count_max).cloned().collect())
    }

    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
        let waited =
            self.0.grown.wait_timeout_while(self.0.state(), patience, |state| state.head().size <= size);
        Ok(waited.unwrap_or_else(PoisonError::into_inner).0.head())
    }
}

impl ReadVault for MemoryReader {
    fn open(&self, place: Place, commitment: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        Ok(self.0.state().parts.get(&(place, *commitment)).cloned())
    }

    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        let state = self.0.state();
        let kept = state.parts.iter().filter(|((place, _), _)| positions.contains(&place.position));
        Ok(kept.map(|((place, _), part)| (*place, part.clone())).collect())
    }

    fn recall(&self, position: Position) -> Result<Option<Request>, StoreError> {
        Ok(self.0.state().requests.get(&position).copied())
    }
}

/// The ledger of a [`MemoryDisk`].
#[derive(Debug)]
pub struct MemoryLedger {
    reader: MemoryReader,
    _claim: Arc<Claim>,
}

impl ReadLedger for MemoryLedger {
    fn head(&self) -> Result<TreeHead, StoreError> {
        self.reader.head()
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.reader.read(from, count_max)
    }

    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
        self.reader.follow(size, patience)
    }
}

impl Ledger for MemoryLedger {
    fn append(&mut self, expected: TreeSize, leaves: &[&Leaf]) -> Result<TreeHead, StoreError> {
        let mut state = self.reader.0.state();
        let actual = state.frontier.size();
        if expected != actual {
            return Err(StoreError::Conflict { expected, actual });
        }
        state.police(expected, leaves)?;
        for leaf in leaves {
            let position = state.frontier.size().next_position();
            if let Some(request) = state.requests.get(&position).copied() {
                state.commands.insert(request.command_id, position);
            }
            state.leaves.push(leaf.bytes().to_vec());
            state.frontier.push(leaf.hash());
        }
        self.reader.0.grown.notify_all();
        Ok(state.head())
    }

    fn ledger_reader(&self) -> Result<Box<dyn ReadLedger>, StoreError> {
        Ok(Box::new(self.reader.clone()))
    }
}

/// The vault of a [`MemoryDisk`].
#[derive(Debug)]
pub struct MemoryVault {
    reader: MemoryReader,
    _claim: Arc<Claim>,
}

impl ReadVault for MemoryVault {
    fn open(&self, place: Place, commitment: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        self.reader.open(place, commitment)
    }

    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        self.reader.open_all(positions)
    }

    fn recall(&self, position: Position) -> Result<Option<Request>, StoreError> {
        self.reader.recall(position)
    }
}

impl Vault for MemoryVault {
    fn put(&mut self, parts: &[(Place, &SealedPart)]) -> Result<(), StoreError> {
        let mut state = self.reader.0.state();
        for (place, part) in parts {
            state.parts.insert((*place, part.commitment), (*part).clone());
        }
        Ok(())
    }

    fn remember(&mut self, requests: &[Request]) -> Result<(), StoreError> {
        let mut state = self.reader.0.state();
        state.requests.extend(requests.iter().map(|request| (request.position, *request)));
        Ok(())
    }

    fn erase(&mut self, places: &[Place], positions: &[Position]) -> Result<(), StoreError> {
        let mut state = self.reader.0.state();
        state.parts.retain(|(place, _), _| !places.contains(place));
        state.requests.retain(|position, _| !positions.contains(position));
        Ok(())
    }

    fn sweep(&mut self, size: TreeSize) -> Result<u64, StoreError> {
        let mut state = self.reader.0.state();
        let before = state.parts.len() + state.requests.len();
        state.parts.retain(|(place, _), _| place.position.is_within(size));
        state.requests.retain(|position, _| position.is_within(size));
        Ok((before - state.parts.len() - state.requests.len()) as u64)
    }

    fn vault_reader(&self) -> Result<Box<dyn ReadVault>, StoreError> {
        Ok(Box::new(self.reader.clone()))
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::store::{Store, sample};

    #[test]
    fn a_command_that_is_recorded_twice_is_refused() {
        let disk = MemoryDisk::default();
        let mut store = disk.open().unwrap();
        let size = TreeSize::new(3);
        store.commit(TreeSize::EMPTY, &sample::group(TreeSize::EMPTY, 3)).unwrap();
        let mut group = sample::group(size, 2);
        group.requests[1].command_id = sample::request(Position::new(2)).command_id;
        let [found, first] = [4, 2].map(Position::new);
        let refused = store.commit(size, &group).unwrap_err();
        assert_eq!(refused, Misuse::CommandTwice { found, first }.into());
        assert_eq!(store.head().size, size);
    }

    #[test]
    fn a_part_that_its_envelope_does_not_commit_to_is_refused() {
        let disk = MemoryDisk::default();
        let mut store = disk.open().unwrap();
        let mut group = sample::group(TreeSize::EMPTY, 3);
        group.entries[2].parts[1].commitment = [9; 32];
        let place = Place { position: Position::new(2), index: 1 };
        let commitment = Hash::from_bytes([9; 32]);
        let refused = store.commit(TreeSize::EMPTY, &group).unwrap_err();
        assert_eq!(refused, Misuse::PartWithoutCommitment { place, commitment }.into());
        // The part stays behind as an orphan, which is no obstacle to the right one, and is swept at opening.
        store.commit(TreeSize::EMPTY, &sample::group(TreeSize::EMPTY, 3)).unwrap();
    }
}
