//! Who vouches for a tree: the ledger alone, or those whom the reader's policy asks for; and an older checkpoint beside it.
//!
//! `docs/format.md` (Policies) says when a checkpoint is believable. Two notes of one ledger over trees of which neither begins
//! with the other are evidence. This module does not read events.

use super::evidence::Evidence;
use super::problem::Problem;
use super::{Asked, Scope};
use crate::audit::{Marks, Report};
use crate::ledger::{
    Checkpoint, ConsistencyProof, Fork, KeyType, NamedKey, Note, Policy, PolicyLineError, Quorum, TreeHead,
    TreeSize, VerifyingKey,
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
        /// Whether the key of event 0 signed it.
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
    pub(super) key: Option<NamedKey>,
    pub(super) is_demonstration: bool,
}

impl Opening {
    /// From the facts of event 0.
    pub(super) fn of(facts: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Facts {
            origin: String,
            key: crate::id::PublicKey,
            #[serde(default)]
            demonstration: bool,
        }
        let Facts { origin, key, demonstration } = serde_json::from_slice(facts).ok()?;
        let key = VerifyingKey::admit(&key.0).ok();
        let name = origin.parse().ok();
        let key = name.zip(key).map(|(name, key)| NamedKey::new(name, KeyType::Note, key));
        Some(Self { origin, key, is_demonstration: demonstration })
    }
}

/// The tree of a note, as it stands: no signature is checked.
pub(super) fn stated(note: &Note) -> Option<Checkpoint> {
    note.text().parse().ok()
}

/// Who vouches for the tree of the checkpoint that came with a record.
pub(super) fn judge(
    note: Option<&Note>,
    asked: &Asked,
    opening: Option<&Opening>,
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
    let own = opening.and_then(|opening| opening.key.as_ref());
    let Some(policy) = &asked.policy else {
        let own_key = own.is_some_and(|key| Checkpoint::open(note, key).is_ok());
        return Anchoring::Ledger { head, own_key };
    };
    let evaluated = match about(policy, own) {
        Ok(policy) => policy.evaluate(note).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match evaluated {
        Ok(evaluation) => Anchoring::Policy {
            head,
            quorum: evaluation.quorum(),
            cosigned: evaluation.cosigned().iter().map(|by| (by.witness.to_string(), by.at_s)).collect(),
            missing: evaluation.missing().iter().map(ToString::to_string).collect(),
        },
        Err(error) => {
            problems.push(Problem::NotOfThePolicy(error));
            Anchoring::Nobody
        }
    }
}

/// A policy that names no ledger is about the one at hand: its witnesses alone say which they have followed under that name.
fn about(policy: &Policy, own: Option<&NamedKey>) -> Result<Policy, PolicyLineError> {
    match own {
        Some(key) if policy.logs().next().is_none() => policy.clone().following(key),
        Some(_) | None => Ok(policy.clone()),
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
    /// The key of event 0.
    pub(super) key: Option<&'a NamedKey>,
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
        Some(Evidence::of_fork(&fork, logs.chain(self.key)))
    }
}
