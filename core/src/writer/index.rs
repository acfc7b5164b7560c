//! Which commands were recorded: from a command's id to the position of its first event.
//!
//! `docs/design.md` (Commands) asks for no time window, so the table holds every command; it keeps eight bytes
//! of the id, and each hit is confirmed in the ledger by whoever asks. This module reads no ledger.

use crate::id::CommandId;
use crate::ledger::Position;
use std::collections::HashMap;

/// Candidates for a command's first position.
#[derive(Debug, Default)]
pub struct CommandIndex {
    by_head: HashMap<u64, u64>,
    /// Commands whose first eight bytes another command had before: next to none, ever.
    collisions: HashMap<CommandId, Position>,
}

impl CommandIndex {
    /// Notes a command.
    pub fn insert(&mut self, command: CommandId, position: Position) {
        match self.by_head.entry(head(command)) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(position.get());
            }
            std::collections::hash_map::Entry::Occupied(_) => {
                self.collisions.insert(command, position);
            }
        }
    }

    /// Where the command may stand; the caller confirms that it does.
    pub fn candidates(&self, command: CommandId) -> impl Iterator<Item = Position> + '_ {
        let first = self.by_head.get(&head(command)).map(|position| Position::new(*position));
        first.into_iter().chain(self.collisions.get(&command).copied())
    }

    /// How many commands are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_head.len() + self.collisions.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_head.is_empty()
    }
}

fn head(command: CommandId) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = command.0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
