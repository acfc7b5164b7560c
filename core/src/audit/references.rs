//! References: backwards only, to events of this ledger that fit the role, as many as the type takes.
//!
//! `docs/format.md` (References). A type that this software does not know is not asked about its own roles.

use super::fault::Fault;
use crate::envelope::{Envelope, intent_id};
use crate::event::{RefRole, event_type};
use crate::id::IntentId;
use crate::ledger::Position;
use crate::store::SealedPart;
use std::collections::HashMap;

/// The events seen so far, by name.
#[derive(Debug, Default)]
pub(super) struct References {
    seen: HashMap<IntentId, (Position, u16)>,
}

impl References {
    pub(super) fn follow(
        &mut self,
        position: Position,
        envelope: &Envelope,
        lists: &[(u8, &SealedPart)],
        faults: &mut dyn FnMut(Fault),
    ) {
        let intent = &envelope.intent;
        let mut counts: HashMap<u8, usize> = HashMap::new();
        for (role, id) in &intent.refs {
            *counts.entry(*role).or_default() += 1;
            self.one(position, *role, *id, faults);
        }
        for (number, part) in lists {
            let (ids, _) = part.bytes.as_chunks::<{ IntentId::LEN }>();
            for id in ids {
                self.one(position, *number, IntentId(*id), faults);
            }
        }
        for list in &intent.lists {
            *counts.entry(list.role).or_default() += list.count as usize;
        }
        arity(position, intent.event_type, &counts, faults);
        let id = intent_id(intent);
        if let Some((first, _)) = self.seen.insert(id, (position, intent.event_type)) {
            faults(Fault::Repeated { position, first, what: "the intent" });
        }
    }

    fn one(&self, position: Position, number: u8, id: IntentId, faults: &mut dyn FnMut(Fault)) {
        let role = RefRole::from_number(number);
        let name = role.map_or("a role unknown here", RefRole::name);
        match self.seen.get(&id) {
            None => faults(Fault::Reference { position, role: name, id }),
            Some((to, kind)) => {
                let admitted = role.map_or(&[] as &[u16], RefRole::points_at);
                if !admitted.is_empty() && !admitted.contains(kind) {
                    faults(Fault::Role { position, role: name, to: *to, kind: *kind });
                }
            }
        }
    }
}

fn arity(position: Position, code: u16, counts: &HashMap<u8, usize>, faults: &mut dyn FnMut(Fault)) {
    let Some(row) = event_type(code) else { return };
    for role in RefRole::ALL {
        let found = counts.get(&role.number()).copied().unwrap_or(0);
        let rule = row.refs.iter().find(|rule| rule.role == *role);
        if !rule.map_or(found == 0, |rule| rule.arity.admits(found)) {
            faults(Fault::Arity { position, name: row.name, role: role.name(), found });
        }
    }
}
