//! References: backwards only, to events of this ledger that fit the role, as many as the type takes.
//!
//! `docs/format.md` (References). A type that this software does not know is not asked about its own roles.

use super::erasures::Shape;
use super::fault::Fault;
use crate::envelope::Envelope;
use crate::event::{RefRole, event_type};
use crate::id::IntentId;
use crate::ledger::Position;
use crate::store::SealedPart;
use std::collections::HashMap;

/// The events seen so far, by name.
#[derive(Debug, Default)]
pub(super) struct References {
    seen: HashMap<IntentId, (Position, u16, Shape)>,
}

impl References {
    /// An earlier event: where it stands, its type, the shape of its parts.
    pub(super) fn known(&self, id: IntentId) -> Option<(Position, u16, Shape)> {
        self.seen.get(&id).copied()
    }

    pub(super) fn follow(
        &mut self,
        position: Position,
        (envelope, id, shape): (&Envelope, IntentId, Shape),
        lists: &[(u8, SealedPart)],
        faults: &mut dyn FnMut(Fault),
    ) {
        let intent = &envelope.intent;
        for (role, id) in &intent.refs {
            self.one(position, *role, *id, faults);
        }
        for (number, part) in lists {
            let (ids, _) = part.bytes.as_chunks::<{ IntentId::LEN }>();
            for id in ids {
                self.one(position, *number, IntentId(*id), faults);
            }
        }
        if let Some((first, _, _)) = self.seen.insert(id, (position, intent.event_type, shape)) {
            faults(Fault::Repeated { position, first, what: "the intent" });
        }
    }

    fn one(&self, position: Position, number: u8, id: IntentId, faults: &mut dyn FnMut(Fault)) {
        let role = RefRole::from_number(number);
        let name = role.map_or("a role unknown here", RefRole::name);
        match self.seen.get(&id) {
            None => faults(Fault::Reference { position, role: name, id }),
            Some((to, kind, _)) => {
                let admitted = role.map_or(&[] as &[u16], RefRole::points_at);
                // Of a type that a later version knows, nobody here can say what may name it.
                let is_known = event_type(*kind).is_some();
                if is_known && !admitted.is_empty() && !admitted.contains(kind) {
                    faults(Fault::Role { position, role: name, to: *to, kind: *kind });
                }
            }
        }
    }
}

/// Whether an event has as many references in each role as its type takes: what it says by itself.
pub(super) fn arity(position: Position, envelope: &Envelope, faults: &mut dyn FnMut(Fault)) {
    let intent = &envelope.intent;
    let Some(row) = event_type(intent.event_type) else { return };
    for role in RefRole::ALL {
        let number = role.number();
        let alone = intent.refs.iter().filter(|(other, _)| *other == number).count();
        let listed: usize =
            intent.lists.iter().filter(|list| list.role == number).map(|list| list.count as usize).sum();
        let found = alone + listed;
        let rule = row.refs.iter().find(|rule| rule.role == *role);
        if !rule.map_or(found == 0, |rule| rule.arity.admits(found)) {
            faults(Fault::Arity { position, name: row.name, role: role.name(), found });
        }
    }
}
