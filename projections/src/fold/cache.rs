//! What batches look up again and again: where a ballot, a subject, a version or a consultation stands.
//!
//! Only what never changes is kept, or is forgotten when it does, and not beyond a bound. Nothing is ever read from here in
//! order, so the tables alone decide what answers look like.

use std::collections::HashMap;

use devenir_core::event::code::BallotKind;
use devenir_core::id::{IntentId, StreamId};

/// Names kept at most; beyond, all are forgotten and looked up again.
const NAMES_MAX: usize = 65_536;

/// Places already looked up.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    positions: HashMap<IntentId, i64>,
    consultations: HashMap<StreamId, i64>,
    moderated_before: HashMap<i64, bool>,
    ballots: HashMap<i64, Ballot>,
}

/// What a vote asks of its ballot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ballot {
    pub(super) kind: BallotKind,
    pub(super) per_territory: bool,
    pub(super) subject: Option<i64>,
    pub(super) consultation: i64,
}

impl Cache {
    pub(super) fn position(&self, id: IntentId) -> Option<i64> {
        self.positions.get(&id).copied()
    }

    pub(super) fn keep_position(&mut self, id: IntentId, position: i64) {
        if self.positions.len() >= NAMES_MAX {
            self.positions.clear();
        }
        self.positions.insert(id, position);
    }

    pub(super) fn consultation(&self, stream: StreamId) -> Option<i64> {
        self.consultations.get(&stream).copied()
    }

    pub(super) fn keep_consultation(&mut self, stream: StreamId, position: i64) {
        if self.consultations.len() >= NAMES_MAX {
            self.consultations.clear();
        }
        self.consultations.insert(stream, position);
    }

    pub(super) fn moderated_before(&self, consultation: i64) -> Option<bool> {
        self.moderated_before.get(&consultation).copied()
    }

    pub(super) fn keep_moderated_before(&mut self, consultation: i64, asked: bool) {
        self.moderated_before.insert(consultation, asked);
    }

    /// Rules changed: what they ask is read again.
    pub(super) fn forget_rules(&mut self) {
        self.moderated_before.clear();
    }

    pub(super) fn ballot(&self, position: i64) -> Option<Ballot> {
        self.ballots.get(&position).copied()
    }

    pub(super) fn keep_ballot(&mut self, position: i64, ballot: Ballot) {
        if self.ballots.len() >= NAMES_MAX {
            self.ballots.clear();
        }
        self.ballots.insert(position, ballot);
    }
}
