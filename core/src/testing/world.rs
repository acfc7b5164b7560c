//! A record with one consultation in it, and the short way to make things happen there.
//!
//! What happens goes through the deciders like anything else: a world that refuses its own past stops the
//! test and says why. It knows no outcome; [`spec`](super::spec) states those.

use super::draft::Drafting;
use super::record::Record;
use super::sample;
use crate::consultation::{Ballot, Book as _, Consultation, Subject};
use crate::envelope::Draft;
use crate::event::code::{RulesOrigin, Trust};
use crate::id::{IntentId, StreamId};
use std::sync::Arc;

/// A record with one consultation, `plan-velo`, in it.
#[derive(Debug, Clone)]
pub struct World {
    /// The record.
    pub record: Record,
    /// The consultation.
    pub stream: StreamId,
    /// How what happens comes to be recorded.
    pub trust: Trust,
}

impl World {
    /// A consultation of this town that is registered, and no more.
    #[must_use]
    pub fn registered() -> Self {
        Self::registered_in(Record::new())
    }

    /// The same in a ledger that was begun already.
    #[must_use]
    pub fn registered_in(record: Record) -> Self {
        Self::of(record, sample::registration("plan-velo").draft(), Trust::Native)
    }

    /// A consultation of this town with its rules adopted and its three phases open.
    #[must_use]
    pub fn native() -> Self {
        Self::native_in(Record::new())
    }

    /// The same in a ledger that was begun already.
    #[must_use]
    pub fn native_in(record: Record) -> Self {
        let mut world = Self::registered_in(record);
        world.happens(sample::rules());
        for phase in 0..3 {
            world.happens(sample::phase_opening(phase));
        }
        world
    }

    /// A consultation of another platform, known through what its source states.
    #[must_use]
    pub fn observed() -> Self {
        let registration = sample::registration("ancien-site").with(|event| {
            event.facts.rules = RulesOrigin::Observed;
            event.source = sample::source("1");
        });
        Self::of(Record::new(), registration.draft(), Trust::Observed)
    }

    fn of(mut record: Record, registration: Draft, trust: Trust) -> Self {
        let stream = record.register(trust, vec![registration]).expect("the registration is accepted");
        Self { record, stream, trust }
    }

    /// Records one act in the way of this world, and returns its name.
    pub fn happens(&mut self, act: impl Drafting) -> IntentId {
        self.happens_as(self.trust, act)
    }

    /// Records one act that came by another door.
    pub fn happens_as(&mut self, trust: Trust, act: impl Drafting) -> IntentId {
        let draft = act.draft();
        let name = draft.event.event_type().name;
        let ids = self.record.write(self.stream, trust, vec![draft]);
        ids.unwrap_or_else(|refused| panic!("the past refuses {name}: {refused}"))[0]
    }

    /// A contribution, submitted and published.
    pub fn contribution(&mut self) -> IntentId {
        let id = self.happens(sample::submission());
        self.happens(sample::publication().about(id));
        id
    }

    /// A support ballot on a text.
    pub fn support_ballot(&mut self, subject: IntentId) -> IntentId {
        self.happens(sample::support_ballot().about(subject))
    }

    /// The vote of the voter number `n` for the current version of a text.
    pub fn vote(&mut self, n: u64, ballot: IntentId, subject: IntentId) -> IntentId {
        let version = self.subject(subject).current;
        self.happens(sample::vote(n).ballot(ballot).about(subject).version(version))
    }

    /// What deciders remember of the consultation.
    #[must_use]
    pub fn consultation(&self) -> Arc<Consultation> {
        self.record.consultation(self.stream)
    }

    /// What deciders remember of something that acts are about.
    #[must_use]
    pub fn subject(&self, id: IntentId) -> Subject {
        self.record.book().subject(id).expect("something that acts are about")
    }

    /// What deciders remember of a ballot.
    #[must_use]
    pub fn ballot(&self, id: IntentId) -> Ballot {
        self.record.book().ballot(id).expect("a ballot")
    }
}
