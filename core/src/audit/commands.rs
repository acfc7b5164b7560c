//! Commands: each whole, contiguous, and there once.
//!
//! `docs/format.md` (Commands). This module knows ids and counters only.

use super::fault::Fault;
use crate::envelope::Envelope;
use crate::id::CommandId;
use crate::ledger::Position;
use std::collections::HashMap;

/// Follows the commands of a ledger from its first event.
#[derive(Debug, Default)]
pub(super) struct Commands {
    seen: HashMap<CommandId, Position>,
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    command: CommandId,
    next: u16,
    count: u16,
    last: Position,
}

impl Commands {
    /// Takes the next event in; returns the last event of a command that it cuts short.
    pub(super) fn follow(
        &mut self,
        position: Position,
        envelope: &Envelope,
        faults: &mut dyn FnMut(Fault),
    ) -> Option<Position> {
        let mut cut = None;
        let intent = &envelope.intent;
        let (command, index, count) = (intent.command, intent.command_index, intent.command_count);
        let fault = |expected: String| Fault::Command { position, command, index, count, expected };
        match self.open {
            Some(open) if (command, index, count) != (open.command, open.next, open.count) => {
                cut = Some(open.last);
                faults(fault(format!("event {} of {} of command {}", open.next, open.count, open.command)));
            }
            None if index != 0 => faults(fault("the first event of a command".into())),
            Some(_) | None => {}
        }
        if index == 0
            && let Some(first) = self.seen.insert(command, position)
        {
            faults(Fault::Repeated { position, first, what: "the command" });
        }
        let next = index.saturating_add(1);
        self.open = (next < count).then_some(Open { command, next, count, last: position });
        cut
    }

    /// The fault of a ledger that ends inside a command, with the last event of that.
    pub(super) fn end(&self) -> Option<(Position, Fault)> {
        self.open.map(|Open { command, next, count, last }| {
            (last, Fault::HalfCommand { position: last, command, missing: count.saturating_sub(next) })
        })
    }
}
