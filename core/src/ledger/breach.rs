//! Broken promises: which two notes convict whoever signed them.
//!
//! `docs/format.md` (Promises) says what breaks a promise. Each way takes evidence that was verified already, so nothing
//! unsigned can convict anybody, and says what is missing where it does not. This module knows no clock: instants come
//! from promises and cosignatures.
//!
//! ```text
//! promise + checkpoint, cosigned after the term, too small         absent
//! promise + its leaf + checkpoint + another leaf in its place      another leaf
//! promise + another promise about the same places                  contradiction
//! ```

use std::fmt;

use super::checkpoint::Checkpoint;
use super::evaluation::{Evaluation, Quorum};
use super::hash::Hash;
use super::named_key::KeyName;
use super::number::{Position, TreeSize};
use super::promise::{Promise, Promised, SignedPromise};
use super::proof::TreeHead;
use super::verify::Included;

impl SignedPromise {
    /// Whether a checkpoint cosigned after the promise's term leaves out the end of the group.
    ///
    /// Only cosignatures from after the term count, and they must make the quorum by themselves: a single witness that
    /// missed a checkpoint could otherwise be made to cosign an older one late, against an honest operator.
    ///
    /// # Errors
    ///
    /// [`NotABreach`] says what is missing for a conviction.
    pub fn breach_by_absence(&self, checkpoint: &Evaluation) -> Result<Breach, NotABreach> {
        let promise = self.promise();
        let stated = same_ledger(promise, checkpoint.checkpoint())?;
        let promised = promise.size_through();
        if stated.size >= promised {
            return Err(NotABreach::Covered { size: stated.size, promised });
        }
        match checkpoint.quorum_after(promise.include_by_ms) {
            Quorum::Reached { since_s } => Ok(Breach::Absent {
                size: stated.size,
                promised,
                include_by_ms: promise.include_by_ms,
                since_s,
            }),
            Quorum::NotAsked | Quorum::Missing => {
                Err(NotABreach::NotAfter { include_by_ms: promise.include_by_ms })
            }
        }
    }

    /// Whether two promises give the same place to different events. Groups never overlap, so any overlap of two
    /// promises that are not about the same group is a breach, whatever the instants.
    ///
    /// # Errors
    ///
    /// [`NotABreach`] when both can be kept.
    pub fn breach_by_contradiction(&self, other: &Self) -> Result<Breach, NotABreach> {
        let (one, two) = (self.promise(), other.promise());
        if one.origin != two.origin || one.log_id != two.log_id {
            return Err(NotABreach::OtherLedger { promise: one.origin.clone(), other: two.origin.clone() });
        }
        let overlap = one.first.is_within(two.size_through()) && two.first.is_within(one.size_through());
        if !overlap || (one.first, one.group) == (two.first, two.group) {
            return Err(NotABreach::Compatible);
        }
        Ok(Breach::Contradiction { position: one.first.max(two.first) })
    }
}

impl Promised {
    /// Whether the ledger has another event at the promised place: `found` is the proof of that event in the tree of a
    /// checkpoint that the ledger signed. No instant is needed: a place is given once.
    ///
    /// # Errors
    ///
    /// [`NotABreach`] says what is missing for a conviction.
    pub fn breach_by_another_leaf(
        &self,
        checkpoint: &Evaluation,
        found: &Included,
    ) -> Result<Breach, NotABreach> {
        let stated = same_ledger(self.promise(), checkpoint.checkpoint())?;
        if found.head() != stated || found.position() != self.position() {
            return Err(NotABreach::OtherPlace { position: self.position() });
        }
        if found.leaf_hash() == self.leaf_hash() {
            return Err(NotABreach::Kept { position: self.position(), size: stated.size });
        }
        Ok(Breach::AnotherLeaf {
            position: self.position(),
            promised: self.leaf_hash(),
            found: found.leaf_hash(),
        })
    }
}

fn same_ledger(promise: &Promise, checkpoint: &Checkpoint) -> Result<TreeHead, NotABreach> {
    if promise.origin == checkpoint.origin {
        return Ok(checkpoint.head);
    }
    Err(NotABreach::OtherLedger { promise: promise.origin.clone(), other: checkpoint.origin.clone() })
}

/// How whoever signed a promise broke it. Both notes together show it to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// The term has passed and the public ledger is too short.
    Absent {
        /// The size that the checkpoint states.
        size: TreeSize,
        /// The size that would hold the whole group.
        promised: TreeSize,
        /// The term, in milliseconds since 1970.
        include_by_ms: i64,
        /// From when a quorum of witnesses saw nothing newer, in seconds since 1970.
        since_s: u64,
    },
    /// Another event stands at the promised place.
    AnotherLeaf {
        /// The place.
        position: Position,
        /// The leaf hash of the event to which it was promised.
        promised: Hash,
        /// The leaf hash of the event that stands there.
        found: Hash,
    },
    /// The same place was promised twice.
    Contradiction {
        /// The first such place.
        position: Position,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { size, promised, include_by_ms, since_s } => write!(
                f,
                "a ledger of {promised} events was promised by {include_by_ms} ms, but from {since_s} s on a quorum of witnesses knew of {size} only"
            ),
            Self::AnotherLeaf { position, promised, found } => write!(
                f,
                "position {position} was promised to event {}, but event {} stands there",
                promised.short(),
                found.short()
            ),
            Self::Contradiction { position } => {
                write!(f, "position {position} was promised to two different groups of events")
            }
        }
    }
}

/// Why nobody is convicted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotABreach {
    /// The other note is of another ledger.
    #[error(
        "the promise is of {promise}, the other note of {other}, or of another ledger under the same name"
    )]
    OtherLedger {
        /// The ledger that promised.
        promise: KeyName,
        /// The ledger of the other note.
        other: KeyName,
    },
    /// The checkpoint is large enough.
    #[error(
        "the checkpoint covers {size} events, and the promise asks for {promised}: get a proof of the leaf to know whether it is there"
    )]
    Covered {
        /// The size that the checkpoint states.
        size: TreeSize,
        /// The size that was promised.
        promised: TreeSize,
    },
    /// Nothing shows that the checkpoint is from after the term.
    #[error(
        "no quorum of the policy's witnesses cosigned this checkpoint after {include_by_ms} ms, so it may be from before the promised term"
    )]
    NotAfter {
        /// The term, in milliseconds since 1970.
        include_by_ms: i64,
    },
    /// The proof is about another place, or another tree.
    #[error("the proof is not about position {position} in the tree of this checkpoint")]
    OtherPlace {
        /// The promised place.
        position: Position,
    },
    /// The promised event is there.
    #[error("the promise was kept: the event stands at position {position} of the ledger of {size} events")]
    Kept {
        /// The place.
        position: Position,
        /// The size of the ledger.
        size: TreeSize,
    },
    /// Two promises that can both be kept.
    #[error("the two promises are about the same group, or about places that do not meet")]
    Compatible,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use crate::ledger::named_key::Cosigner;
    use crate::ledger::policy::Policy;
    use crate::ledger::promise::tests::{ORIGIN, TERM_MS, group, leaf, log, promise, signed, tree};

    fn witness(number: u8) -> Cosigner {
        Cosigner::new(format!("w{number}").parse().unwrap(), SigningKey::from_seed(&[100 + number; 32]))
    }

    fn policy() -> Policy {
        let witnesses: String = (1..4).map(|n| format!("witness w{n} {}\n", witness(n).public())).collect();
        let text = format!("log {}\n{witnesses}group q 2 w1 w2 w3\nquorum q\n", log().public());
        Policy::parse(text.as_bytes()).unwrap()
    }

    fn cosigned(head: TreeHead, by: &[(u8, u64)]) -> Evaluation {
        let checkpoint = Checkpoint { origin: ORIGIN.parse().unwrap(), head };
        let note = by.iter().fold(checkpoint.sign(&log()).unwrap(), |note, (number, at)| {
            note.with(witness(*number).cosign(&checkpoint, *at).unwrap()).unwrap()
        });
        policy().evaluate(&note).unwrap()
    }

    #[test]
    fn a_ledger_too_short_after_the_term_convicts_when_a_quorum_saw_it() {
        let short = tree((0..6).map(leaf)).head();
        let judge = |by: &[(u8, u64)]| signed(&promise()).breach_by_absence(&cosigned(short, by));
        insta::assert_snapshot!(judge(&[(1, 1_000_121), (2, 1_000_130)]).unwrap(), @"a ledger of 7 events was promised by 1000120000 ms, but from 1000130 s on a quorum of witnesses knew of 6 only");
        let not_after = Err(NotABreach::NotAfter { include_by_ms: TERM_MS });
        assert_eq!(judge(&[]), not_after);
        assert_eq!(judge(&[(1, 1_000_121)]), not_after);
        assert_eq!(judge(&[(1, 1_000_120), (2, 1_000_121)]), not_after, "the very instant is in time");
        assert_eq!(judge(&[(1, 1), (2, 2), (3, 1_000_121)]), not_after, "one late witness convicts nobody");
    }

    #[test]
    fn a_kept_promise_convicts_nobody() {
        let whole = tree((0..9).map(leaf));
        let late = [(1, 2_000_000), (2, 2_000_000)];
        let checkpoint = cosigned(whole.head(), &late);
        let signed = signed(&promise());
        assert!(matches!(signed.breach_by_absence(&checkpoint), Err(NotABreach::Covered { .. })));
        let path = group().prove_inclusion(Position::new(1), TreeSize::new(3)).unwrap();
        let promised = signed.check(&leaf(5), &path).unwrap();
        let proof = |position| {
            let proof = whole.prove_inclusion(Position::new(position), whole.size()).unwrap();
            proof.verify(&leaf(position), &whole.head()).unwrap()
        };
        assert!(matches!(
            promised.breach_by_another_leaf(&checkpoint, &proof(5)),
            Err(NotABreach::Kept { .. })
        ));
        assert!(matches!(
            promised.breach_by_another_leaf(&checkpoint, &proof(4)),
            Err(NotABreach::OtherPlace { .. })
        ));
    }

    #[test]
    fn another_event_at_the_promised_place_convicts_at_any_time() {
        let swapped = tree([0, 1, 2, 3, 4, 6, 5].map(leaf));
        let checkpoint = cosigned(swapped.head(), &[]);
        let path = group().prove_inclusion(Position::new(1), TreeSize::new(3)).unwrap();
        let promised = signed(&promise()).check(&leaf(5), &path).unwrap();
        let proof = swapped.prove_inclusion(Position::new(5), swapped.size()).unwrap();
        let found = proof.verify(&leaf(6), &swapped.head()).unwrap();
        let breach = promised.breach_by_another_leaf(&checkpoint, &found).unwrap();
        assert!(matches!(breach, Breach::AnotherLeaf { position, .. } if position == Position::new(5)));
        assert!(breach.to_string().starts_with("position 5 was promised to event "));
    }

    #[test]
    fn the_same_place_promised_twice_convicts() {
        let mut other = promise();
        other.group.root = Hash::ZERO;
        let breach = signed(&promise()).breach_by_contradiction(&signed(&other));
        assert_eq!(breach, Ok(Breach::Contradiction { position: Position::new(4) }));
        let mut next = promise();
        next.first = Position::new(7);
        let not = signed(&promise()).breach_by_contradiction(&signed(&next));
        assert_eq!(not, Err(NotABreach::Compatible));
        next.first = Position::new(6);
        assert!(signed(&promise()).breach_by_contradiction(&signed(&next)).is_ok());
        let again = Promise { include_by_ms: TERM_MS + 1, ..promise() };
        assert_eq!(signed(&promise()).breach_by_contradiction(&signed(&again)), Err(NotABreach::Compatible));
        let elsewhere = Promise { log_id: Hash::ZERO, ..other };
        assert!(matches!(
            signed(&promise()).breach_by_contradiction(&signed(&elsewhere)),
            Err(NotABreach::OtherLedger { .. })
        ));
    }
}
