//! The votes of a tag in its ballot, as the record tells them: every one that it cast or changed, and which of them count.
//!
//! `docs/format.md` (Erasure) asks for them all: erasing a voter names each. They are found by reading the record from the
//! ballot on, since a vote says its tag and nothing says its votes. Nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::envelope::{Envelope, decode, intent_id};
use devenir_core::event::PartContent as _;
use devenir_core::event::RefRole;
use devenir_core::event::part::Author;
use devenir_core::id::{IntentId, VoterTag};
use devenir_core::ledger::Position;
use devenir_core::store::ReadLedger as _;
use serde::Deserialize;

use crate::app::{App, AppError};

/// Envelopes read at once.
const CHUNK: usize = 2_048;
const CAST: u16 = 0x0502;
const CHANGED: u16 = 0x0503;
const RETRACTED: u16 = 0x0504;
const INVALIDATED: u16 = 0x0505;

/// One voter in one ballot.
pub(super) type Voter = (IntentId, VoterTag);

/// The votes of one voter in one ballot.
#[derive(Debug, Default)]
pub(super) struct Votes {
    /// Where each was cast or changed, in the order of the record, with the parts that its envelope commits to.
    pub(super) given: Vec<Given>,
    /// Those that count, in that order, with what each is on.
    pub(super) live: Vec<(IntentId, Option<IntentId>)>,
}

/// A vote cast or changed.
#[derive(Debug)]
pub(super) struct Given {
    /// Where.
    pub(super) position: Position,
    /// The part that says who voted: bit i for the i-th part of its envelope.
    author: u16,
}

/// What the facts of every act on a vote have.
#[derive(Deserialize)]
struct Tagged {
    tag: VoterTag,
}

impl App {
    /// The votes of these voters; one pass over the record, from the first of their ballots on.
    ///
    /// # Errors
    /// [`AppError`] where the record or the views do not read.
    pub(super) fn votes_of(&self, voters: &BTreeSet<Voter>) -> Result<BTreeMap<Voter, Votes>, AppError> {
        let mut found: BTreeMap<Voter, Votes> =
            voters.iter().map(|voter| (*voter, Votes::default())).collect();
        let (reading, reader) = (self.read()?, self.reader()?);
        let mut from: Option<Position> = None;
        for (ballot, _) in voters {
            let at = reading.position_of(*ballot)?;
            from = from.into_iter().chain(at).min();
        }
        let Some(mut position) = from else { return Ok(found) };
        loop {
            let envelopes = reader.read(position, CHUNK)?;
            if envelopes.is_empty() {
                return Ok(found);
            }
            for envelope in envelopes.iter().map(|bytes| decode(bytes).ok()) {
                if let Some(envelope) = envelope
                    && let Some(voter) = voter_of(&envelope)
                    && let Some(votes) = found.get_mut(&voter)
                {
                    votes.take(position, &envelope);
                }
                position = position.next();
            }
        }
    }

    /// Whether a vote of this voter still says who voted: then the register says so too.
    ///
    /// # Errors
    /// As [`App::votes_of`].
    pub(super) fn keeps_its_author(&self, votes: &Votes) -> Result<bool, AppError> {
        let reading = self.read()?;
        for given in &votes.given {
            if given.author & !reading.erased_mask(given.position)? != 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Forgets who holds a tag, where no vote of it says so any more; whether it is forgotten.
    ///
    /// # Errors
    /// [`AppError`] where the record or the views do not read; a register that does not answer forgets nothing.
    pub(crate) fn forget_if_gone(&self, ballot: IntentId, tag: VoterTag) -> Result<bool, AppError> {
        let found = self.votes_of(&BTreeSet::from([(ballot, tag)]))?;
        for votes in found.values() {
            if self.keeps_its_author(votes)? {
                return Ok(false);
            }
        }
        Ok(self.register().forget_tag(tag).is_ok())
    }
}

/// Whose vote an event is about; nobody's where it is about none.
fn voter_of(envelope: &Envelope) -> Option<Voter> {
    let intent = &envelope.intent;
    if ![CAST, CHANGED, RETRACTED, INVALIDATED].contains(&intent.event_type) {
        return None;
    }
    let tagged: Tagged = serde_json::from_slice(&intent.facts).ok()?;
    Some((reference(envelope, RefRole::Ballot)?, tagged.tag))
}

fn reference(envelope: &Envelope, role: RefRole) -> Option<IntentId> {
    envelope.intent.refs.iter().find(|(number, _)| *number == role.number()).map(|(_, id)| *id)
}

impl Votes {
    /// Takes in an act on a vote of this voter.
    fn take(&mut self, position: Position, envelope: &Envelope) {
        let before = reference(envelope, RefRole::Vote);
        self.live.retain(|(id, _)| Some(*id) != before);
        if ![CAST, CHANGED].contains(&envelope.intent.event_type) {
            return;
        }
        let id = intent_id(&envelope.intent);
        let parts = (0_u8..15).zip(&envelope.intent.parts);
        let author =
            parts.filter(|(_, part)| part.kind == Author::KIND).fold(0, |mask, (at, _)| mask | 1 << at);
        self.given.push(Given { position, author });
        self.live.push((id, reference(envelope, RefRole::Subject)));
    }
}
