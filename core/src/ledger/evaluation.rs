//! What a policy makes of a checkpoint: which ledger signed, which witnesses cosigned, since when, and whether they are
//! enough.
//!
//! `docs/format.md` (Policies) defines it. An evaluation exists only for a checkpoint whose signatures by known keys all
//! hold; too few witnesses are a result, not an error. This module does not know the present: whoever calls it
//! judges how old the instants may be.

use std::collections::BTreeMap;
use std::ops::Range;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::named_key::{KeyName, NamedKey};
use super::note::Note;
use super::policy::{Policy, PolicyName};

/// Which witnesses are enough; none in place of a quorum asks for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) groups: Vec<Group>,
    pub(super) quorum: Option<Member>,
}

/// So many of these members. A member is always defined before, so groups cannot go round in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) threshold: usize,
    pub(super) members: Vec<Member>,
}

/// An index into the witnesses or the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Member {
    Witness(usize),
    Group(usize),
}

/// What a policy says of a checkpoint; only [`Policy::evaluate`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    checkpoint: Checkpoint,
    log: NamedKey,
    cosigned: Vec<Cosigned>,
    missing: Vec<PolicyName>,
    rule: Rule,
    /// The instant of each witness that cosigned, by its place in the policy.
    since: BTreeMap<usize, u64>,
}

/// A witness that cosigned, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Its name in the policy.
    pub witness: PolicyName,
    /// The name of its key.
    pub key: KeyName,
    /// The instant that it states, in seconds since 1970.
    pub at_s: u64,
}

/// Whether enough witnesses cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quorum {
    /// The policy asks for no witness: nothing but the ledger's own word.
    NotAsked,
    /// Too few cosigned.
    Missing,
    /// Enough cosigned.
    Reached {
        /// The instant by which there were enough, in seconds since 1970.
        since_s: u64,
    },
}

impl Evaluation {
    /// The checkpoint that the ledger signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The key of the ledger.
    #[must_use]
    pub const fn log(&self) -> &NamedKey {
        &self.log
    }

    /// The witnesses that cosigned, in the order of the policy.
    #[must_use]
    pub fn cosigned(&self) -> &[Cosigned] {
        &self.cosigned
    }

    /// The witnesses that did not, in the order of the policy.
    #[must_use]
    pub fn missing(&self) -> &[PolicyName] {
        &self.missing
    }

    /// Whether that is enough.
    #[must_use]
    pub fn quorum(&self) -> Quorum {
        self.rule.judge(&self.since)
    }

    /// Whether the cosignatures from after `instant_ms` (milliseconds since 1970) are enough by themselves.
    ///
    /// The whole second that a cosignature states must lie after the instant.
    #[must_use]
    pub fn quorum_after(&self, instant_ms: i64) -> Quorum {
        self.quorum_where(|second| second.start > i128::from(instant_ms))
    }

    /// Whether the cosignatures from before `instant_ms` (milliseconds since 1970) are enough by themselves.
    ///
    /// The whole second that a cosignature states must lie before the instant.
    #[must_use]
    pub fn quorum_before(&self, instant_ms: i64) -> Quorum {
        self.quorum_where(|second| second.end <= i128::from(instant_ms))
    }

    /// The quorum of those whose second, in milliseconds since 1970, passes.
    fn quorum_where(&self, passes: impl Fn(Range<i128>) -> bool) -> Quorum {
        let second = |at_s: u64| i128::from(at_s) * 1000..(i128::from(at_s) + 1) * 1000;
        let kept = self.since.iter().filter(|(_, at_s)| passes(second(**at_s)));
        self.rule.judge(&kept.map(|(place, at_s)| (*place, *at_s)).collect())
    }
}

impl Policy {
    /// Finds out which ledger signed this checkpoint, which witnesses cosigned it, and whether they are enough.
    ///
    /// # Errors
    ///
    /// [`EvaluateError`] when no known ledger signed, when a known key's signature is false, or when the text is no
    /// checkpoint of the ledger that signed it. Too few witnesses are no error but a [`Quorum::Missing`].
    pub fn evaluate(&self, note: &Note) -> Result<Evaluation, EvaluateError> {
        let keys = self.logs().chain(self.witnesses().map(|(_, witness)| witness));
        let known: Vec<NamedKey> = keys.map(|party| party.key().clone()).collect();
        let opened = note.open(&known).map_err(CheckpointError::Open)?;
        let checkpoint: Checkpoint = opened.text().parse()?;
        let mut signed = self.logs().filter(|log| opened.by(log.key()).is_some());
        let log = signed.find(|log| *log.key().name() == checkpoint.origin);
        let log = log.ok_or_else(|| EvaluateError::NoLog { origin: checkpoint.origin.clone() })?;
        let (mut cosigned, mut missing, mut since) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (place, (name, witness)) in self.witnesses().enumerate() {
            match opened.by(witness.key()).and_then(|signed| signed.at_s()) {
                None => missing.push(name.clone()),
                Some(at_s) => {
                    since.insert(place, at_s);
                    let key = witness.key().name().clone();
                    cosigned.push(Cosigned { witness: name.clone(), key, at_s });
                }
            }
        }
        let (log, rule) = (log.key().clone(), self.rule().clone());
        Ok(Evaluation { checkpoint, log, cosigned, missing, rule, since })
    }
}

impl Rule {
    /// Whether the witnesses of `since`, each with its instant, are enough.
    fn judge(&self, since: &BTreeMap<usize, u64>) -> Quorum {
        // Groups name only what stands before them, so one pass in their order settles all.
        let mut groups: Vec<Option<u64>> = Vec::new();
        for group in &self.groups {
            let mut instants: Vec<u64> =
                group.members.iter().filter_map(|member| member.since(since, &groups)).collect();
            instants.sort_unstable();
            // The group has witnessed from when the last of the first `threshold` members had.
            groups.push(group.threshold.checked_sub(1).and_then(|last| instants.get(last).copied()));
        }
        let Some(quorum) = self.quorum else { return Quorum::NotAsked };
        quorum.since(since, &groups).map_or(Quorum::Missing, |since_s| Quorum::Reached { since_s })
    }
}

impl Member {
    fn since(self, witnesses: &BTreeMap<usize, u64>, groups: &[Option<u64>]) -> Option<u64> {
        match self {
            Self::Witness(place) => witnesses.get(&place).copied(),
            Self::Group(place) => groups.get(place).copied().flatten(),
        }
    }
}

/// Why a policy says nothing of a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// No ledger of the policy signed under its own name.
    #[error(
        "no ledger of the policy signed this checkpoint of {origin}: if the ledger has replaced its key, verify its record or its log under this policy, which follows its keys, then add a line `log KEY` with the new one; else get the checkpoint that it signed"
    )]
    NoLog {
        /// The ledger that the checkpoint names.
        origin: KeyName,
    },
    /// The note is no checkpoint, or a signature is false.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use crate::ledger::named_key::NoteSigner;
    use crate::ledger::number::TreeSize;
    use crate::ledger::policy::tests::{log, policy, witness};
    use crate::ledger::proof::TreeHead;
    use proptest::prelude::*;

    fn checkpoint() -> Checkpoint {
        let head = TreeHead { size: TreeSize::new(7), root: [5; 32].into() };
        Checkpoint { origin: "example.org/a".parse().unwrap(), head }
    }

    /// The checkpoint, cosigned by these witnesses at these instants.
    fn cosigned(by: &[(u8, u64)]) -> Note {
        by.iter().fold(checkpoint().sign(&log()).unwrap(), |note, (number, at)| {
            note.with(witness(*number).cosign(&checkpoint(), *at).unwrap()).unwrap()
        })
    }

    fn quorum(rest: &str, by: &[(u8, u64)]) -> Quorum {
        policy(rest).unwrap().evaluate(&cosigned(by)).unwrap().quorum()
    }

    #[test]
    fn a_quorum_is_reached_when_the_last_needed_witness_has_cosigned() {
        let three = "group q 3 w1 w2 w3 w4\nquorum q";
        assert_eq!(quorum(three, &[(1, 10), (2, 30)]), Quorum::Missing);
        assert_eq!(quorum(three, &[(1, 10), (2, 30), (4, 20)]), Quorum::Reached { since_s: 30 });
        assert_eq!(quorum(three, &[(1, 10), (2, 30), (4, 20), (3, 40)]), Quorum::Reached { since_s: 30 });
        assert_eq!(quorum("quorum none", &[]), Quorum::NotAsked);
        assert_eq!(quorum("quorum w2", &[(1, 10)]), Quorum::Missing);
        assert_eq!(quorum("quorum w2", &[(2, 10)]), Quorum::Reached { since_s: 10 });
    }

    #[test]
    fn groups_count_like_witnesses() {
        let nested = "group x all w1 w2\ngroup y any w3 w4\ngroup q all x y\nquorum q";
        assert_eq!(quorum(nested, &[(1, 1), (3, 2), (4, 3)]), Quorum::Missing);
        assert_eq!(quorum(nested, &[(1, 1), (2, 9), (4, 3)]), Quorum::Reached { since_s: 9 });
    }

    #[test]
    fn it_is_said_who_cosigned_and_who_did_not() {
        let evaluation = policy("quorum none").unwrap().evaluate(&cosigned(&[(3, 7), (1, 8)])).unwrap();
        let who: Vec<_> = evaluation.cosigned().iter().map(|c| (c.witness.to_string(), c.at_s)).collect();
        assert_eq!(who, [("w1".to_owned(), 8), ("w3".to_owned(), 7)]);
        let missing: Vec<_> = evaluation.missing().iter().map(ToString::to_string).collect();
        assert_eq!(missing, ["w2", "w4"]);
        assert_eq!(*evaluation.checkpoint(), checkpoint());
    }

    #[test]
    fn a_witness_that_cosigns_twice_is_one_witness() {
        assert_eq!(quorum("group q 2 w1 w2\nquorum q", &[(1, 1), (1, 2)]), Quorum::Missing);
    }

    #[test]
    fn only_cosignatures_after_the_instant_count_where_that_is_asked() {
        let policy = policy("group q 2 w1 w2 w3\nquorum q").unwrap();
        let evaluation = policy.evaluate(&cosigned(&[(1, 10), (2, 20), (3, 30)])).unwrap();
        assert_eq!(evaluation.quorum_after(9_999), Quorum::Reached { since_s: 20 });
        assert_eq!(evaluation.quorum_after(10_000), Quorum::Reached { since_s: 30 });
        assert_eq!(evaluation.quorum_after(20_000), Quorum::Missing);
    }

    #[test]
    fn a_witness_alone_does_not_make_a_checkpoint() {
        let text = checkpoint().to_string();
        let stranger = NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[2; 32]));
        let note = stranger.sign(&text).unwrap().with(witness(1).cosign(&checkpoint(), 1).unwrap()).unwrap();
        insta::assert_snapshot!(policy("quorum w1").unwrap().evaluate(&note).unwrap_err(), @"no ledger of the policy signed this checkpoint of example.org/a: if the ledger has replaced its key, verify its record or its log under this policy, which follows its keys, then add a line `log KEY` with the new one; else get the checkpoint that it signed");
        assert!(
            policy("quorum w1").unwrap().with_log(stranger.public().clone()).unwrap().evaluate(&note).is_ok()
        );
    }

    #[test]
    fn a_false_cosignature_by_a_known_witness_refuses_the_checkpoint() {
        let mut other = checkpoint();
        other.head.root = [6; 32].into();
        let note = cosigned(&[(1, 1)]).with(witness(2).cosign(&other, 2).unwrap()).unwrap();
        assert!(policy("quorum w1").unwrap().evaluate(&note).is_err());
    }

    proptest! {
        #[test]
        fn a_group_is_the_count_of_its_members(threshold in 1usize..5, who in proptest::collection::btree_map(1u8..5, 0u64..1000, 0..5)) {
            let by: Vec<(u8, u64)> = who.into_iter().collect();
            let mut instants: Vec<u64> = by.iter().map(|(_, at)| *at).collect();
            instants.sort_unstable();
            let want = instants.get(threshold - 1).map_or(Quorum::Missing, |since_s| Quorum::Reached { since_s: *since_s });
            prop_assert_eq!(quorum(&format!("group q {threshold} w1 w2 w3 w4\nquorum q"), &by), want);
        }
    }
}
