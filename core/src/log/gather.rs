//! Gathering cosignatures: one checkpoint at a time is offered to all witnesses, until enough have cosigned it.
//!
//! `docs/operating.md` (Witnesses) tells an operator of it. Were each witness given whatever is newest when it asks, two slow
//! ones might never cosign the same checkpoint: so a round lasts until the quorum is there, all have answered, or its time
//! is up. This module reaches no witness and reads no clock.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::{Checkpoint, NamedKey, Note, NoteError, NoteSignature, OpenError, Policy, Quorum};
use crate::time::Timestamp;

/// How long a round waits for its quorum while a newer checkpoint waits for its own, in milliseconds.
pub const ROUND_MS: i64 = 10_000;

/// How many rounds a late answer may belong to.
const ROUNDS_KEPT: usize = 8;

/// The checkpoints that are under way to their quorum.
#[derive(Debug)]
pub struct Gathering {
    policy: Policy,
    /// The newest signed checkpoint, where it is not the one of the round.
    waiting: Option<Note>,
    /// The number and beginning of the round.
    number: u64,
    begun: Timestamp,
    /// Who has answered in this round, by the text of the key.
    answered: BTreeSet<String>,
    /// The notes of the last rounds, with what was gathered for each.
    rounds: BTreeMap<u64, Note>,
}

/// What all witnesses are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Counts the rounds; each witness is asked once in each.
    pub number: u64,
    /// The checkpoint, signed by the ledger alone.
    pub checkpoint: Note,
}

impl Gathering {
    /// Gathers for a policy that knows the ledger's key.
    #[must_use]
    pub const fn new(policy: Policy) -> Self {
        Self {
            policy,
            waiting: None,
            number: 0,
            begun: Timestamp(0),
            answered: BTreeSet::new(),
            rounds: BTreeMap::new(),
        }
    }

    /// Takes a checkpoint that was signed; the same again asks all witnesses again.
    pub fn offer(&mut self, signed: Note) {
        self.waiting = Some(signed);
    }

    /// Begins the next round, where a checkpoint waits and the round under way is over at `now`.
    pub fn advance(&mut self, now: Timestamp) -> Option<Round> {
        if self.waiting.is_none() || !self.is_over(now) {
            return None;
        }
        let checkpoint = self.waiting.take()?;
        self.number += 1;
        self.begun = now;
        self.answered.clear();
        self.rounds.insert(self.number, checkpoint.clone());
        while self.rounds.len() > ROUNDS_KEPT {
            self.rounds.pop_first();
        }
        Some(Round { number: self.number, checkpoint })
    }

    fn is_over(&self, now: Timestamp) -> bool {
        let Some(note) = self.rounds.get(&self.number) else { return true };
        let all = self.policy.witnesses().count();
        // A clock that went back ends a round rather than holding it open.
        let is_late = now < self.begun || now >= self.begun.plus_ms(ROUND_MS);
        is_late || self.answered.len() >= all || self.is_enough(note)
    }

    /// Whether the policy believes a checkpoint.
    #[must_use]
    pub fn is_enough(&self, note: &Note) -> bool {
        match self.policy.evaluate(note).map(|evaluation| evaluation.quorum()) {
            Ok(Quorum::Reached { .. } | Quorum::NotAsked) => true,
            Ok(Quorum::Missing) | Err(_) => false,
        }
    }

    /// Takes what a witness answered in a round: its cosignature, or none. Gives the note once it has its quorum, and again
    /// for each cosignature more.
    ///
    /// # Errors
    ///
    /// [`GatherError`] when the cosignature does not hold; it is dropped.
    pub fn heard(
        &mut self,
        number: u64,
        witness: &NamedKey,
        cosignature: Option<NoteSignature>,
    ) -> Result<Option<Note>, GatherError> {
        if number == self.number {
            self.answered.insert(witness.to_string());
        }
        let (Some(note), Some(cosignature)) = (self.rounds.get(&number), cosignature) else {
            return Ok(None);
        };
        let more = note.with(cosignature)?;
        let opened = more.open(std::slice::from_ref(witness))?;
        if opened.by(witness).is_none() {
            return Err(GatherError::Stranger);
        }
        let is_enough = self.is_enough(&more);
        self.rounds.insert(number, more.clone());
        Ok(is_enough.then_some(more))
    }
}

/// Which of two published checkpoints stands: the larger tree, and of one tree the later gathered.
#[must_use]
pub fn replaces(new: &Checkpoint, published: Option<&Checkpoint>) -> bool {
    published.is_none_or(|published| new.head.size >= published.head.size)
}

/// Why a cosignature is dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatherError {
    /// The note becomes too long.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It does not hold.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It is by another key.
    #[error("the cosignature is by another key than the witness's")]
    Stranger,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Cosigner, NoteSigner, Signer, SigningKey, TreeHead, TreeSize};

    fn log() -> NoteSigner {
        NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[1; 32]))
    }

    fn witness(seed: u8) -> Cosigner {
        Signer::new(format!("witness.example/{seed}").parse().unwrap(), SigningKey::from_seed(&[seed; 32]))
    }

    fn gathering(asked: usize) -> Gathering {
        let mut policy = format!("log {}\n", log().public());
        for seed in 11..15 {
            policy += &format!("witness w{seed} {}\n", witness(seed).public());
        }
        policy += &format!("group outside {asked} w11 w12 w13 w14\nquorum outside\n");
        Gathering::new(Policy::parse(policy.as_bytes()).unwrap())
    }

    fn checkpoint(size: u64) -> Checkpoint {
        let head = TreeHead { size: TreeSize::new(size), root: [7; 32].into() };
        Checkpoint { origin: "example.org/a".parse().unwrap(), head }
    }

    fn signed(size: u64) -> Note {
        checkpoint(size).sign(&log()).unwrap()
    }

    fn heard(gathering: &mut Gathering, round: &Round, seed: u8) -> Option<Note> {
        let checkpoint: Checkpoint = round.checkpoint.text().parse().unwrap();
        let cosignature = witness(seed).cosign(&checkpoint, 10).unwrap();
        gathering.heard(round.number, witness(seed).public(), Some(cosignature)).unwrap()
    }

    const START: Timestamp = Timestamp(1_000_000);

    #[test]
    fn a_round_ends_with_its_quorum_and_later_cosignatures_are_added() {
        let mut gathering = gathering(3);
        gathering.offer(signed(7));
        let first = gathering.advance(START).unwrap();
        gathering.offer(signed(9));
        for seed in [11, 12] {
            assert_eq!(heard(&mut gathering, &first, seed), None);
            assert_eq!(gathering.advance(START), None, "the quorum is missing");
        }
        assert_eq!(heard(&mut gathering, &first, 13).unwrap().signatures().len(), 4);
        let second = gathering.advance(START).unwrap();
        assert_eq!((second.number, second.checkpoint), (2, signed(9)));
        assert_eq!(heard(&mut gathering, &first, 14).unwrap().signatures().len(), 5, "late, and not lost");
    }

    #[test]
    fn a_colluding_witness_below_the_quorum_publishes_nothing() {
        let mut gathering = gathering(3);
        gathering.offer(signed(7));
        let round = gathering.advance(START).unwrap();
        for _ in 0..4 {
            assert_eq!(heard(&mut gathering, &round, 11), None, "a key counts once");
        }
    }

    #[test]
    fn a_round_ends_when_all_have_answered_or_its_time_is_up() {
        let mut gathering = gathering(3);
        gathering.offer(signed(7));
        let round = gathering.advance(START).unwrap();
        gathering.offer(signed(9));
        for seed in 11..15 {
            assert_eq!(gathering.advance(START), None);
            assert_eq!(gathering.heard(round.number, witness(seed).public(), None), Ok(None));
        }
        assert!(gathering.advance(START).is_some(), "all have refused");
        gathering.offer(signed(11));
        assert_eq!(gathering.advance(START.plus_ms(ROUND_MS - 1)), None);
        assert!(gathering.advance(START.plus_ms(ROUND_MS)).is_some());
    }

    #[test]
    fn the_same_checkpoint_offered_again_asks_all_again() {
        let mut gathering = gathering(1);
        gathering.offer(signed(7));
        let first = gathering.advance(START).unwrap();
        assert!(heard(&mut gathering, &first, 11).is_some());
        assert_eq!(gathering.advance(START), None, "nothing waits");
        gathering.offer(signed(7));
        let second = gathering.advance(START).unwrap();
        assert_eq!((second.number, &second.checkpoint), (2, &first.checkpoint));
    }

    #[test]
    fn a_cosignature_of_another_origin_size_or_witness_is_dropped() {
        let mut gathering = gathering(1);
        gathering.offer(signed(7));
        let round = gathering.advance(START).unwrap();
        let other = Checkpoint { origin: "example.org/b".parse().unwrap(), ..checkpoint(7) };
        for (replayed, by) in [(checkpoint(6), 11), (other, 11), (checkpoint(7), 99)] {
            let cosignature = witness(by).cosign(&replayed, 10).unwrap();
            assert!(gathering.heard(round.number, witness(11).public(), Some(cosignature)).is_err());
        }
        assert!(heard(&mut gathering, &round, 11).is_some());
    }
}
