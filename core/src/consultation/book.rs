//! The book: what deciders read, and how one event changes it.
//!
//! `docs/design.md` (Deciders) says who owns it: the writer alone, never authoritative, rebuilt by a replay.
//! A group's effects live in an [`Overlay`] until they are durable. This module knows no store.

use super::state::{Act, Ballot, Consultation, Erasure, Grant, Pending, PickKey, Subject, Vote, VoteKey};
use crate::id::{CredentialId, IntentId, StreamId};
use std::collections::HashMap;
use std::sync::Arc;

/// What deciders may ask.
pub trait Book {
    /// A consultation.
    fn consultation(&self, stream: StreamId) -> Option<Arc<Consultation>>;
    /// The consultation of a short name.
    fn slug(&self, slug: &str) -> Option<StreamId>;
    /// Something that acts are about.
    fn subject(&self, id: IntentId) -> Option<Subject>;
    /// A ballot.
    fn ballot(&self, id: IntentId) -> Option<Ballot>;
    /// What is left of the vote of a tag in a ballot where a tag has one.
    fn vote(&self, key: VoteKey) -> Option<Vote>;
    /// What is left of the vote of a tag on a thing, in a ballot where a tag has several.
    fn pick(&self, key: PickKey) -> Option<Vote>;
    /// How many live votes a tag has, in a ballot where it has several.
    fn held(&self, key: VoteKey) -> u32;
    /// An act that later acts refer to.
    fn act(&self, id: IntentId) -> Option<Act>;
    /// The role of a credential.
    fn grant(&self, credential: CredentialId) -> Option<Grant>;
    /// An act that waits for its second hand.
    fn pending(&self, id: IntentId) -> Option<Pending>;
    /// What was decided on erasing parts of an event.
    fn erasure(&self, target: IntentId) -> Option<Erasure>;
}

/// One change that an event makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A consultation is now so.
    Consultation(StreamId, Arc<Consultation>),
    /// Something is now so.
    Subject(IntentId, Subject),
    /// A ballot is now so.
    Ballot(IntentId, Ballot),
    /// What is left of the vote of a tag; nothing after its voter took it back.
    Vote(VoteKey, Option<Vote>),
    /// What is left of the vote of a tag on a thing; nothing after its voter took it back.
    Pick(PickKey, Option<Vote>),
    /// A tag has so many live votes.
    Held(VoteKey, u32),
    /// An act is now so.
    Act(IntentId, Act),
    /// The role of a credential is now so.
    Grant(CredentialId, Grant),
    /// An act waits for its second hand; no more once it has it.
    Pending(IntentId, Option<Pending>),
    /// What is decided on erasing parts of an event, and was erased of them, is now so.
    Erasure(IntentId, Erasure),
}

/// A book in memory. Iteration order never matters: it is only asked by key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemoryBook {
    consultations: HashMap<StreamId, Arc<Consultation>>,
    slugs: HashMap<Arc<str>, StreamId>,
    subjects: HashMap<IntentId, Subject>,
    ballots: HashMap<IntentId, Ballot>,
    votes: HashMap<VoteKey, Option<Vote>>,
    picks: HashMap<PickKey, Option<Vote>>,
    held: HashMap<VoteKey, u32>,
    acts: HashMap<IntentId, Act>,
    grants: HashMap<CredentialId, Grant>,
    pending: HashMap<IntentId, Option<Pending>>,
    erasures: HashMap<IntentId, Erasure>,
}

impl MemoryBook {
    /// Takes a change in.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Consultation(stream, consultation) => {
                self.slugs.insert(Arc::clone(&consultation.slug), stream);
                self.consultations.insert(stream, consultation);
            }
            Change::Subject(id, subject) => drop(self.subjects.insert(id, subject)),
            Change::Ballot(id, ballot) => drop(self.ballots.insert(id, ballot)),
            Change::Vote(key, Some(vote)) => drop(self.votes.insert(key, Some(vote))),
            Change::Vote(key, None) => drop(self.votes.remove(&key)),
            Change::Pick(key, Some(vote)) => drop(self.picks.insert(key, Some(vote))),
            Change::Pick(key, None) => drop(self.picks.remove(&key)),
            Change::Held(key, 0) => drop(self.held.remove(&key)),
            Change::Held(key, count) => drop(self.held.insert(key, count)),
            Change::Act(id, act) => drop(self.acts.insert(id, act)),
            Change::Grant(credential, grant) => drop(self.grants.insert(credential, grant)),
            Change::Pending(id, Some(pending)) => drop(self.pending.insert(id, Some(pending))),
            Change::Pending(id, None) => drop(self.pending.remove(&id)),
            Change::Erasure(target, erasure) => drop(self.erasures.insert(target, erasure)),
        }
    }
}

impl Book for MemoryBook {
    fn consultation(&self, stream: StreamId) -> Option<Arc<Consultation>> {
        self.consultations.get(&stream).cloned()
    }
    fn slug(&self, slug: &str) -> Option<StreamId> {
        self.slugs.get(slug).copied()
    }
    fn subject(&self, id: IntentId) -> Option<Subject> {
        self.subjects.get(&id).copied()
    }
    fn ballot(&self, id: IntentId) -> Option<Ballot> {
        self.ballots.get(&id).copied()
    }
    fn vote(&self, key: VoteKey) -> Option<Vote> {
        self.votes.get(&key).copied().flatten()
    }
    fn pick(&self, key: PickKey) -> Option<Vote> {
        self.picks.get(&key).copied().flatten()
    }
    fn held(&self, key: VoteKey) -> u32 {
        self.held.get(&key).copied().unwrap_or_default()
    }
    fn act(&self, id: IntentId) -> Option<Act> {
        self.acts.get(&id).copied()
    }
    fn grant(&self, credential: CredentialId) -> Option<Grant> {
        self.grants.get(&credential).copied()
    }
    fn pending(&self, id: IntentId) -> Option<Pending> {
        self.pending.get(&id).copied().flatten()
    }
    fn erasure(&self, target: IntentId) -> Option<Erasure> {
        self.erasures.get(&target).copied()
    }
}

/// A book with changes laid over it, which can be dropped.
pub struct Overlay<'a> {
    base: &'a dyn Book,
    top: MemoryBook,
    changes: Vec<Change>,
}

impl<'a> Overlay<'a> {
    /// Nothing laid over `base` yet.
    #[must_use]
    pub fn new(base: &'a dyn Book) -> Self {
        Self { base, top: MemoryBook::default(), changes: Vec::new() }
    }

    /// Lays a change over the base.
    pub fn apply(&mut self, change: Change) {
        // What is no more is kept as a statement that there is none: the base may hold one.
        if let Change::Vote(key, None) = change {
            self.top.votes.insert(key, None);
        } else if let Change::Pick(key, None) = change {
            self.top.picks.insert(key, None);
        } else if let Change::Held(key, 0) = change {
            self.top.held.insert(key, 0);
        } else if let Change::Pending(id, None) = change {
            self.top.pending.insert(id, None);
        } else {
            self.top.apply(change.clone());
        }
        self.changes.push(change);
    }

    /// The changes, in order, once they may reach the base.
    #[must_use]
    pub fn into_changes(self) -> Vec<Change> {
        self.changes
    }
}

impl Book for Overlay<'_> {
    fn consultation(&self, stream: StreamId) -> Option<Arc<Consultation>> {
        self.top.consultation(stream).or_else(|| self.base.consultation(stream))
    }
    fn slug(&self, slug: &str) -> Option<StreamId> {
        self.top.slug(slug).or_else(|| self.base.slug(slug))
    }
    fn subject(&self, id: IntentId) -> Option<Subject> {
        self.top.subject(id).or_else(|| self.base.subject(id))
    }
    fn ballot(&self, id: IntentId) -> Option<Ballot> {
        self.top.ballot(id).or_else(|| self.base.ballot(id))
    }
    fn vote(&self, key: VoteKey) -> Option<Vote> {
        match self.top.votes.get(&key) {
            Some(known) => *known,
            None => self.base.vote(key),
        }
    }
    fn pick(&self, key: PickKey) -> Option<Vote> {
        match self.top.picks.get(&key) {
            Some(known) => *known,
            None => self.base.pick(key),
        }
    }
    fn held(&self, key: VoteKey) -> u32 {
        self.top.held.get(&key).copied().unwrap_or_else(|| self.base.held(key))
    }
    fn act(&self, id: IntentId) -> Option<Act> {
        self.top.act(id).or_else(|| self.base.act(id))
    }
    fn grant(&self, credential: CredentialId) -> Option<Grant> {
        self.top.grant(credential).or_else(|| self.base.grant(credential))
    }
    fn pending(&self, id: IntentId) -> Option<Pending> {
        match self.top.pending.get(&id) {
            Some(known) => *known,
            None => self.base.pending(id),
        }
    }
    fn erasure(&self, target: IntentId) -> Option<Erasure> {
        self.top.erasure(target).or_else(|| self.base.erasure(target))
    }
}
