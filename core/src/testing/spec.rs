//! Given, when, then: a test of the deciders in three lines.
//!
//! ```text
//! given(|world| world.contribution())
//!     .when(|_, idea| sample::vote(1).ballot(*idea))
//!     .then_refused(&[Norm::PhaseOpen]);
//! ```
//!
//! The act goes the whole way (number, invariants, breaches, seal, evolve) at the world's instant, in the way
//! of its world unless `when_attested` or its like says otherwise. It knows no family.

use super::draft::Drafting;
use super::record::Refused;
use super::world::World;
use crate::consultation::{Invariant, MemoryBook, Proposed, Rejection, breaches};
use crate::envelope::Draft;
use crate::event::code::Trust;
use crate::id::IntentId;
use crate::rules::Norm;

/// A consultation of this town with its rules adopted and its phases open, in which `past` happened.
pub fn given<T>(past: impl FnOnce(&mut World) -> T) -> Given<T> {
    Given::new(World::native(), past)
}

/// A consultation of this town that is registered and no more, in which `past` happened.
pub fn given_registered<T>(past: impl FnOnce(&mut World) -> T) -> Given<T> {
    Given::new(World::registered(), past)
}

/// A consultation of another platform, in which `past` was observed.
pub fn given_observed<T>(past: impl FnOnce(&mut World) -> T) -> Given<T> {
    Given::new(World::observed(), past)
}

/// A past, and what the test wants to name of it.
#[derive(Debug)]
pub struct Given<T> {
    world: World,
    past: T,
}

impl<T> Given<T> {
    fn new(mut world: World, past: impl FnOnce(&mut World) -> T) -> Self {
        let past = past(&mut world);
        Self { world, past }
    }

    /// Somebody acts in the way of this world.
    pub fn when<A: Drafting>(self, act: impl FnOnce(&World, &T) -> A) -> Outcome<T> {
        let trust = self.world.trust;
        self.when_as(trust, act)
    }

    /// The operator enters an act for somebody.
    pub fn when_attested<A: Drafting>(self, act: impl FnOnce(&World, &T) -> A) -> Outcome<T> {
        self.when_as(Trust::Attested, act)
    }

    /// A source states an act.
    pub fn when_observed<A: Drafting>(self, act: impl FnOnce(&World, &T) -> A) -> Outcome<T> {
        self.when_as(Trust::Observed, act)
    }

    /// An act comes by a door.
    pub fn when_as<A: Drafting>(mut self, trust: Trust, act: impl FnOnce(&World, &T) -> A) -> Outcome<T> {
        let draft = act(&self.world, &self.past).draft();
        let before = self.world.record.book().clone();
        let result = self.world.record.write(self.world.stream, trust, vec![draft.clone()]);
        Outcome { result: result.map(|ids| ids[0]), world: self.world, past: self.past, before, draft }
    }
}

/// What came of an act.
#[derive(Debug)]
pub struct Outcome<T> {
    world: World,
    past: T,
    before: MemoryBook,
    draft: Draft,
    result: Result<IntentId, Refused>,
}

impl<T> Outcome<T> {
    /// It is recorded, and no norm is broken.
    pub fn then_recorded(self) -> Recorded<T> {
        self.then_recorded_with(&[])
    }

    /// It is recorded, and these norms are broken.
    pub fn then_recorded_with(self, expected: &[Norm]) -> Recorded<T> {
        let name = self.draft.event.event_type().name;
        let id = self.result.unwrap_or_else(|refused| panic!("{name} is refused: {refused}"));
        let found = breaches(&self.before, &Proposed::of(self.world.record.event(id)));
        assert_eq!(found, expected, "the breaches of {name} (left: found)");
        Recorded { world: self.world, past: self.past, before: self.before, id }
    }

    /// It is refused for breaking these norms, and nothing changed.
    pub fn then_refused(self, expected: &[Norm]) {
        let name = self.draft.event.event_type().name;
        match &self.result {
            Err(Refused::Rejected(Rejection::VotesPerPerson { .. })) => {
                assert_eq!(
                    [Norm::VotesPerPerson],
                    expected,
                    "the norm for which {name} is refused (left: found)"
                );
            }
            Err(Refused::Rejected(Rejection::Norms(found))) => {
                assert_eq!(found, expected, "the norms for which {name} is refused (left: found)");
            }
            other => panic!("{name} should be refused for {expected:?}, found {other:?}"),
        }
        assert_eq!(self.world.record.book(), &self.before, "a refusal changed something");
    }

    /// It has no meaning in this state, and nothing changed.
    pub fn then_impossible(self, expected: &Invariant) {
        let name = self.draft.event.event_type().name;
        match &self.result {
            Err(Refused::Rejected(Rejection::Invariant(found))) => {
                assert_eq!(found, expected, "why {name} has no meaning (left: found)");
            }
            other => panic!("{name} should have no meaning ({expected}), found {other:?}"),
        }
        assert_eq!(self.world.record.book(), &self.before, "a refusal changed something");
    }
}

/// An act that was recorded.
#[derive(Debug)]
pub struct Recorded<T> {
    world: World,
    past: T,
    before: MemoryBook,
    id: IntentId,
}

impl<T> Recorded<T> {
    /// And then this holds of the world, the past and the act's name.
    pub fn and(self, holds: impl FnOnce(&World, &T, IntentId)) {
        holds(&self.world, &self.past, self.id);
    }

    /// And deciders remember nothing of it.
    pub fn and_nothing_changes(self) {
        assert_eq!(self.world.record.book(), &self.before, "deciders remember something");
    }
}
