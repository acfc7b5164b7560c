//! Commands: each whole, contiguous, in one stream, recorded at one instant, and there once.
//!
//! `docs/format.md` (Commands). This module knows ids, places and counters only; which acts are commands of their own,
//! it is told.

use super::fault::Fault;
use crate::envelope::Envelope;
use crate::id::{CommandId, StreamId};
use crate::ledger::Position;
use crate::time::Timestamp;
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
    stream: StreamId,
    recorded_at: Timestamp,
}

impl Commands {
    /// Takes the next event in; returns the last event of a command that it cuts short. An act that is `alone` is a
    /// command of its own.
    pub(super) fn follow(
        &mut self,
        position: Position,
        envelope: &Envelope,
        alone: bool,
        faults: &mut dyn FnMut(Fault),
    ) -> Option<Position> {
        let mut cut = None;
        let intent = &envelope.intent;
        let (command, index, count) = (intent.command, intent.command_index, intent.command_count);
        let recorded_at = envelope.sequence.recorded_at;
        let fault = |expected: String| Fault::Command { position, command, index, count, expected };
        match self.open {
            Some(open) if (command, index, count) != (open.command, open.next, open.count) => {
                cut = Some(open.last);
                faults(fault(format!("event {} of {} of command {}", open.next, open.count, open.command)));
            }
            Some(open) if (intent.stream, recorded_at) != (open.stream, open.recorded_at) => {
                let Open { stream, recorded_at, .. } = open;
                faults(fault(format!(
                    "it in stream {stream}, recorded at {recorded_at}, like the event before it"
                )));
            }
            None if index != 0 => faults(fault("the first event of a command".into())),
            Some(_) | None => {}
        }
        if alone && count != 1 {
            faults(fault("a voter's own act to be the only event of its command".into()));
        }
        if index == 0
            && let Some(first) = self.seen.insert(command, position)
        {
            faults(Fault::Repeated { position, first, what: "the command" });
        }
        let next = index.saturating_add(1);
        self.open = (next < count).then_some(Open {
            command,
            next,
            count,
            last: position,
            stream: intent.stream,
            recorded_at,
        });
        cut
    }

    /// The fault of a ledger that ends inside a command, with the last event of that.
    pub(super) fn end(&self) -> Option<(Position, Fault)> {
        self.open.map(|Open { command, next, count, last, .. }| {
            (last, Fault::HalfCommand { position: last, command, missing: count.saturating_sub(next) })
        })
    }
}
