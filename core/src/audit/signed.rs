//! Signed acts, checked again: whose signature each carries, and whether its signer had seen this very ledger.
//!
//! `docs/format.md` (Signed acts) numbers the checks. None of them needs a part: grants state keys and roles in facts, so
//! whoever has nothing but envelopes checks the same. A signer's head is compared once the walk is over, from the tree as it
//! stood every few thousand events and what came after it. Who vouches for the other acts is counted beside.

use super::fault::{Fault, Found};
use crate::consultation::{MemoryBook, evolve};
use crate::envelope::{Envelope, Recorded, actor_role};
use crate::event::code::{Custody, Trust};
use crate::event::oversight::OversightEvent;
use crate::event::{Event, NoParts};
use crate::id::IntentId;
use crate::ledger::{Frontier, Hash, Position, TreeSize, leaf_hash};
use crate::rules::Role;
use crate::signing::{Claim, SignatureFault, check, must_sign, takes_over};
use crate::store::Reader;
use std::collections::BTreeMap;

/// How often the tree is remembered: so many envelopes at most are read again for a head that a signer saw.
const REMEMBERED_EVERY: u64 = 4_096;

/// Who vouches for the acts of a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignedCounts {
    /// Signed by the holder of the key.
    pub by_holder: u64,
    /// Signed with a key that the operator holds, on behalf of somebody.
    pub on_behalf: u64,
    /// Done here, signed by nobody: the operator vouches for them.
    pub vouched: u64,
    /// The most events between what a signer had seen and their act.
    pub gap_max: u64,
    /// Signed acts whose signer's head could not be compared: what was read cannot be read again.
    pub heads_unchecked: u64,
}

/// Leaves of the record: at most so many from a position on; none where it does not answer.
type Leaves<'a> = &'a dyn Fn(Position, usize) -> Option<Vec<Hash>>;

/// The signed acts of a record.
#[derive(Default)]
pub(super) struct Signatures {
    counts: SignedCounts,
    /// The grants of roles and keys before the next event, and no other state.
    grants: MemoryBook,
    /// The tree as it stood at each multiple of [`REMEMBERED_EVERY`].
    trees: Vec<Frontier>,
    /// The leaves, where the record is read once.
    leaves: Option<Vec<Hash>>,
    /// What signers had seen: size, then root, with the acts that say so.
    seen: BTreeMap<u64, Vec<(Position, Hash)>>,
}

impl Signatures {
    /// Those of a record that is read once: its leaves are kept, 32 bytes for each event.
    pub(super) fn of_copy() -> Self {
        Self { leaves: Some(Vec::new()), ..Self::default() }
    }

    /// Remembers the tree before the next event, where it is time to, and the event's leaf, where it is kept.
    pub(super) fn remember(&mut self, tree: &Frontier, leaf: Hash) {
        if tree.size().get().is_multiple_of(REMEMBERED_EVERY) {
            self.trees.push(tree.clone());
        }
        self.leaves.as_mut().into_iter().for_each(|leaves| leaves.push(leaf));
    }

    /// Checks the signature of an event against the roles before it, and takes in what it says of roles. Without `recorded`
    /// a list of references is not at hand, or the event is of no known type: who signs the first is in its envelope.
    pub(super) fn follow(
        &mut self,
        envelope: &Envelope,
        id: IntentId,
        recorded: Option<&Recorded>,
    ) -> Option<Fault> {
        let Some(recorded) = recorded else {
            let (event, actor) = without_references(envelope)?;
            return self.check(envelope, id, &event, actor);
        };
        // A signature first: it is what shows that a key was not replaced by the one that says so.
        let found = self.check(envelope, id, &recorded.event, recorded.actor).or_else(|| {
            let (position, fault) = (recorded.position, takes_over(&self.grants, recorded).err()?);
            Some(Fault::Signature { position, fault })
        });
        if is_about_roles(&recorded.event) {
            for change in evolve(&self.grants, recorded) {
                self.grants.apply(change);
            }
        }
        found
    }

    fn check(&mut self, envelope: &Envelope, id: IntentId, event: &Event, actor: Role) -> Option<Fault> {
        let (intent, sequence) = (&envelope.intent, &envelope.sequence);
        let position = sequence.position;
        let fault = |fault| Some(Fault::Signature { position, fault });
        let Some(signer) = &intent.signer else {
            let is_act = matches!(intent.trust, Trust::Native | Trust::Attested);
            self.counts.vouched += u64::from(is_act && actor != Role::Clerk);
            return fault(SignatureFault::Missing { expected: must_sign(&self.grants, event)? });
        };
        let claim = Claim {
            id,
            signer,
            signature: &envelope.signature,
            actor,
            stream: intent.stream,
            event,
            at: sequence.recorded_at,
            position,
        };
        match check(&self.grants, &claim) {
            Ok(grant) => match grant.custody {
                Custody::Holder => self.counts.by_holder += 1,
                Custody::Server => self.counts.on_behalf += 1,
            },
            Err(error) => return fault(error),
        }
        let Some(gap) = position.get().checked_sub(signer.seen_size) else {
            return fault(SignatureFault::SeenAhead { seen: signer.seen_size, size: position.get() });
        };
        self.counts.gap_max = self.counts.gap_max.max(gap);
        self.seen.entry(signer.seen_size).or_default().push((position, signer.seen_root));
        None
    }

    /// The counts of an excerpt, in which no signer's head can be compared.
    pub(super) fn of_excerpt(self) -> SignedCounts {
        let heads_unchecked = self.seen.values().map(|claims| claims.len() as u64).sum();
        SignedCounts { heads_unchecked, ..self.counts }
    }

    /// Compares what signers had seen with a ledger that is read again where it has to be.
    pub(super) fn end(self, reader: &dyn Reader) -> (SignedCounts, Vec<Found>) {
        self.compare(&|from, count| {
            let envelopes = reader.read(from, count).ok()?;
            Some(envelopes.iter().take(count).map(|bytes| leaf_hash(bytes)).collect())
        })
    }

    /// Compares what signers had seen with a copy, whose leaves were kept.
    pub(super) fn end_of_copy(mut self) -> (SignedCounts, Vec<Found>) {
        let leaves = self.leaves.take().unwrap_or_default();
        self.compare(&|from, count| {
            let rest = leaves.get(usize::try_from(from.get()).ok()?..)?;
            Some(rest.iter().take(count).copied().collect())
        })
    }

    /// Compares what signers had seen with the ledger; what cannot be read again is counted.
    fn compare(self, leaves: Leaves<'_>) -> (SignedCounts, Vec<Found>) {
        let (mut counts, mut found) = (self.counts, Vec::new());
        for (size, claims) in &self.seen {
            let Some(expected) = self.root(*size, leaves) else {
                counts.heads_unchecked += claims.len() as u64;
                continue;
            };
            let differing = claims.iter().filter(|(_, root)| *root != expected);
            found.extend(differing.map(|(position, root)| {
                let fault = SignatureFault::SeenElsewhere { size: *size, expected, found: *root };
                Found { position: *position, fault: Fault::Signature { position: *position, fault } }
            }));
        }
        (counts, found)
    }

    fn root(&self, size: u64, leaves: Leaves<'_>) -> Option<Hash> {
        let index = usize::try_from(size / REMEMBERED_EVERY).ok()?;
        let mut tree = self.trees.get(index)?.clone();
        while tree.size() < TreeSize::new(size) {
            let left = usize::try_from(size - tree.size().get()).ok()?;
            let found = leaves(tree.size().next_position(), left)?;
            if found.is_empty() {
                return None;
            }
            tree.extend(found);
        }
        Some(tree.head().root)
    }
}

/// An event by its facts alone; none where the vocabulary does not know it.
fn without_references(envelope: &Envelope) -> Option<(Event, Role)> {
    let intent = &envelope.intent;
    let event = Event::decode(intent.event_type, intent.schema, &intent.facts, &mut NoParts).ok()?;
    Some((event, actor_role(intent.actor_class)?))
}

/// Whether an event gives, takes back or replaces a role or a key, or may be the second hand of one that does.
fn is_about_roles(event: &Event) -> bool {
    match event {
        Event::Ledger(_)
        | Event::Oversight(OversightEvent::RoleGranted(_) | OversightEvent::RoleRevoked(_)) => true,
        Event::Oversight(
            OversightEvent::GuarantorObserved(_)
            | OversightEvent::Recommended(_)
            | OversightEvent::RecommendationAnswered(_)
            | OversightEvent::ErasureRequested(_)
            | OversightEvent::ErasureDecided(_)
            | OversightEvent::Erased(_)
            | OversightEvent::ErasureCompleted(_)
            | OversightEvent::ImportSealed(_)
            | OversightEvent::GapDeclared(_),
        )
        | Event::Consultation(_)
        | Event::Contribution(_)
        | Event::Amendment(_)
        | Event::Debate(_)
        | Event::Vote(_)
        | Event::Petition(_)
        | Event::Moderation(_)
        | Event::Response(_) => false,
    }
}
