//! Who vouches for a tree: the ledger alone, or those whom the reader's policy asks for; and an older checkpoint beside it.
//!
//! `docs/format.md` (Policies) says when a checkpoint is believable. Two notes of one ledger over trees of which neither begins
//! with the other are evidence. This module does not read events.

use super::dating::misdated;
use super::evidence::Evidence;
use super::problem::Problem;
use super::{Asked, Scope};
use crate::audit::{Marks, Report};
use crate::ledger::{
    Checkpoint, CheckpointError, ConsistencyProof, Fork, LogKeys, Note, Policy, Quorum, TreeHead, TreeSize,
};

/// Who vouches for the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchoring {
    /// There is no checkpoint.
    Nobody,
    /// There is one, and no policy says whom to believe.
    Ledger {
        /// What it covers.
        head: TreeHead,
        /// Whether the key signed it that the record states for its size.
        own_key: bool,
    },
    /// A policy was asked.
    Policy {
        /// What the checkpoint covers.
        head: TreeHead,
        /// Whether enough have cosigned.
        quorum: Quorum,
        /// Who has, with the instant that each states, in seconds since 1970.
        cosigned: Vec<(String, u64)>,
        /// Who has not.
        missing: Vec<String>,
    },
}

impl Anchoring {
    /// Whether those vouch for it whom the reader asked for.
    #[must_use]
    pub const fn is_enough(&self) -> bool {
        matches!(self, Self::Policy { quorum: Quorum::Reached { .. }, .. })
    }

    /// How many events the checkpoint covers.
    #[must_use]
    pub const fn size(&self) -> Option<TreeSize> {
        match self {
            Self::Nobody => None,
            Self::Ledger { head, .. } | Self::Policy { head, .. } => Some(head.size),
        }
    }
}

/// What event 0 says of its ledger.
pub(super) struct Opening {
    pub(super) origin: String,
    pub(super) is_demonstration: bool,
}

impl Opening {
    /// From the facts of event 0.
    pub(super) fn of(facts: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Facts {
            origin: String,
            #[serde(default)]
            demonstration: bool,
        }
        let Facts { origin, demonstration } = serde_json::from_slice(facts).ok()?;
        Some(Self { origin, is_demonstration: demonstration })
    }
}

/// The tree of a note, as it stands: no signature is checked.
pub(super) fn stated(note: &Note) -> Option<Checkpoint> {
    note.text().parse().ok()
}

/// Who vouches for the tree of the checkpoint that came with a record, whose own events state `keys`.
pub(super) fn judge(
    note: Option<&Note>,
    asked: &Asked,
    (opening, keys): (Option<&Opening>, Option<&LogKeys>),
    problems: &mut Vec<Problem>,
) -> Anchoring {
    let Some(note) = note else { return Anchoring::Nobody };
    let Some(checkpoint) = stated(note) else {
        problems.push(Problem::NotOfThePolicy("its text is no checkpoint".into()));
        return Anchoring::Nobody;
    };
    let head = checkpoint.head;
    if opening.is_some_and(|opening| opening.origin != checkpoint.origin.as_str()) {
        problems.push(Problem::NotOfThePolicy(format!("it is of {}", checkpoint.origin)));
    }
    let opened = keys.map(|keys| keys.open(note));
    // A key of this ledger, out of its term: retired, and perhaps stolen.
    if let Some(Err(error @ CheckpointError::OtherTerm { .. })) = &opened {
        problems.push(Problem::OtherTerm(error.clone()));
        return Anchoring::Nobody;
    }
    // Whatever a policy believes: a checkpoint of this record is signed by the key that the record states.
    let own_key = match opened {
        Some(Err(error)) => {
            problems.push(Problem::NotOfTheLedger(error));
            return Anchoring::Nobody;
        }
        Some(Ok(_)) => true,
        None => false,
    };
    let Some(policy) = &asked.policy else { return Anchoring::Ledger { head, own_key } };
    match about(policy, keys, head.size).evaluate(note) {
        Ok(evaluation) => Anchoring::Policy {
            head,
            quorum: evaluation.quorum(),
            cosigned: evaluation.cosigned().iter().map(|by| (by.witness.to_string(), by.at_s)).collect(),
            missing: evaluation.missing().iter().map(ToString::to_string).collect(),
        },
        Err(error) => {
            problems.push(Problem::NotOfThePolicy(error.to_string()));
            Anchoring::Nobody
        }
    }
}

/// The policy about the ledger at hand. One that names any of its keys is followed to the key of this size: whoever believes
/// one believes what it named, or what named it. One that names no ledger is about this one: its witnesses alone say which
/// they have followed under that name.
fn about(policy: &Policy, keys: Option<&LogKeys>, size: TreeSize) -> Policy {
    let policy = policy.clone();
    let is_named = |keys: &LogKeys| keys.iter().any(|(_, key)| policy.logs().any(|log| log.key() == key));
    match keys.filter(|keys| policy.logs().next().is_none() || is_named(keys)) {
        Some(keys) => policy.with_key_of_log(keys.at(size).clone()),
        None => policy,
    }
}

/// What the audit of a record notes, so that it can be held against these checkpoints and the one that the reader kept.
pub(super) fn marks<'a>(
    published: Option<&'a Note>,
    signed: impl IntoIterator<Item = &'a Note>,
    seen: Option<&'a Note>,
) -> Marks {
    let size = |note: &Note| stated(note).map(|checkpoint| checkpoint.head.size);
    let sizes = published.into_iter().chain(signed).chain(seen).filter_map(size).collect();
    let between = seen.and_then(size).zip(published.and_then(size)).filter(|(seen, shown)| seen < shown);
    Marks { sizes, between }
}

/// A record, to be held against the checkpoint that the reader kept.
pub(super) struct Shown<'a> {
    pub(super) scope: Scope,
    /// The checkpoint that came with it.
    pub(super) note: Option<&'a Note>,
    pub(super) origin: &'a str,
    /// The keys that its events state.
    pub(super) keys: Option<&'a LogKeys>,
    pub(super) head: TreeHead,
    pub(super) report: &'a Report,
}

/// What holding a record against a checkpoint gave, beside problems.
#[derive(Default)]
pub(super) struct Compared {
    /// Both notes, where they contradict each other.
    pub(super) evidence: Option<Evidence>,
    /// The size of a checkpoint of which this record does not show whether it goes on from it.
    pub(super) uncompared: Option<TreeSize>,
}

impl Shown<'_> {
    /// Holds what was recorded against the instants of those whom the reader's policy asks for, as far as they cosigned the
    /// checkpoint that came with the record, or the one that the reader kept.
    pub(super) fn dates(&self, asked: &Asked, problems: &mut Vec<Problem>) {
        let Some(policy) = &asked.policy else { return };
        let kept = asked.seen.as_ref().filter(|kept| self.note != Some(kept));
        for note in self.note.into_iter().chain(kept) {
            let Some(checkpoint) = stated(note) else { continue };
            // What the policy makes nothing of dates nothing; where that is wrong, it is said elsewhere.
            let Ok(evaluation) = about(policy, self.keys, checkpoint.head.size).evaluate(note) else {
                continue;
            };
            if checkpoint.origin.as_str() == self.origin {
                problems.extend(misdated(&evaluation, &self.report.around));
            }
        }
    }

    /// Holds the record against the checkpoint that the reader kept.
    pub(super) fn compare(&self, asked: &Asked, problems: &mut Vec<Problem>) -> Compared {
        let Some(kept) = asked.seen.as_ref() else { return Compared::default() };
        let Some(seen) = stated(kept) else {
            problems.push(Problem::Unreadable("the checkpoint that you kept is none".into()));
            return Compared::default();
        };
        if seen.origin.as_str() != self.origin {
            let (seen, found) = (seen.origin.to_string(), self.origin.to_owned());
            problems.push(Problem::SeenElsewhere { seen, found });
            return Compared::default();
        }
        let size = seen.head.size;
        if size > self.head.size {
            problems.push(Problem::Behind { signed: size, found: self.head.size });
            return Compared::default();
        }
        let Some(found) = self.at(size) else {
            return Compared { uncompared: Some(size), ..Compared::default() };
        };
        if found.root == seen.head.root {
            return Compared::default();
        }
        problems.push(Problem::Seen { size, expected: seen.head.root, found: found.root });
        Compared { evidence: self.evidence(asked, kept, found), ..Compared::default() }
    }

    /// The tree of a size, as this record gives it: of a consultation, that of its bundle and the empty one only.
    fn at(&self, size: TreeSize) -> Option<TreeHead> {
        if size == self.head.size {
            return Some(self.head);
        }
        if size.is_empty() {
            return Some(TreeHead::empty());
        }
        let roots = if matches!(self.scope, Scope::Consultation { .. }) { &[] } else { &*self.report.roots };
        roots.iter().find(|root| root.size == size).copied()
    }

    /// Both notes, with what proves the contradiction where this record does: with which tree the shown one begins.
    fn evidence(&self, asked: &Asked, kept: &Note, found: TreeHead) -> Option<Evidence> {
        let shown = self.note?;
        let fork = match &self.report.begins {
            Some(proof) => Fork::begins_with(kept, shown, found.root, proof.clone()),
            None => Fork::between(kept, shown, &ConsistencyProof { path: Vec::new() }),
        };
        let logs = asked.policy.iter().flat_map(Policy::logs).map(|party| party.key());
        let own = self.keys.into_iter().flat_map(LogKeys::iter).map(|(_, key)| key);
        Some(Evidence::of_fork(&fork, logs.chain(own)))
    }
}
