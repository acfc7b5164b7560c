//! Who vouches for a tree: the ledger alone, or those whom the reader's policy asks for; and an older checkpoint beside it.
//!
//! `docs/format.md` (Policies) says when a checkpoint is believable. Two notes of one ledger over trees of which neither begins
//! with the other convict whoever signed them: both are kept as evidence. This module does not read events.

use super::problem::Problem;
use super::{Asked, Scope};
use crate::ledger::{Checkpoint, KeyType, NamedKey, Note, Quorum, TreeHead, TreeSize, VerifyingKey};

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

/// Two notes that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The one that came with the record.
    pub shown: Note,
    /// The one that the reader kept.
    pub kept: Note,
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
}

impl Opening {
    /// From the facts of event 0.
    pub(super) fn of(facts: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Facts {
            origin: String,
            key: crate::id::PublicKey,
        }
        let Facts { origin, key } = serde_json::from_slice(facts).ok()?;
        let key = VerifyingKey::admit(&key.0).ok();
        let name = origin.parse().ok();
        let key = name.zip(key).map(|(name, key)| NamedKey::new(name, KeyType::Note, key));
        Some(Self { origin, key })
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
    let Some(policy) = &asked.policy else {
        let key = opening.and_then(|opening| opening.key.as_ref());
        let own_key = key.is_some_and(|key| Checkpoint::open(note, key).is_ok());
        return Anchoring::Ledger { head, own_key };
    };
    match policy.evaluate(note) {
        Ok(evaluation) => Anchoring::Policy {
            head,
            quorum: evaluation.quorum(),
            cosigned: evaluation.cosigned().iter().map(|by| (by.witness.to_string(), by.at_s)).collect(),
            missing: evaluation.missing().iter().map(ToString::to_string).collect(),
        },
        Err(error) => {
            problems.push(Problem::NotOfThePolicy(error.to_string()));
            Anchoring::Ledger { head, own_key: false }
        }
    }
}

/// Holds the record against the checkpoint that the reader kept; gives both notes where they contradict each other.
pub(super) fn compare(
    scope: Scope,
    asked: &Asked,
    (shown, origin): (Option<&Note>, &str),
    head: TreeHead,
    roots: &[TreeHead],
    problems: &mut Vec<Problem>,
) -> Option<Evidence> {
    let kept = asked.seen.as_ref()?;
    let Some(seen) = stated(kept) else {
        problems.push(Problem::Unreadable("the checkpoint that you kept is none".into()));
        return None;
    };
    if seen.origin.as_str() != origin {
        let (seen, found) = (seen.origin.to_string(), origin.to_owned());
        problems.push(Problem::SeenElsewhere { seen, found });
        return None;
    }
    let size = seen.head.size;
    if size > head.size {
        problems.push(Problem::Behind { signed: size, found: head.size });
        return None;
    }
    // A consultation's bundle has the root of one size only; of others it says nothing.
    let at =
        if size == head.size { Some(head) } else { roots.iter().find(|root| root.size == size).copied() };
    let found = at.filter(|_| size == head.size || !matches!(scope, Scope::Consultation { .. }))?;
    if found.root == seen.head.root {
        return None;
    }
    problems.push(Problem::Seen { size, expected: seen.head.root, found: found.root });
    shown.map(|shown| Evidence { shown: shown.clone(), kept: kept.clone() })
}
