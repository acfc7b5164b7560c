//! What was promised to this leaf? And which two notes convict whoever promised it?

use devenir_core::ledger::{
    Breach, Hash, InclusionProof, NamedKey, NotABreach, Note, Position, Promise, PromiseError, SignedPromise,
    Tree, TreeHead, TreeSize,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::inclusion::{LEAVES, flipped, tree};
use crate::kind::{Case, Kind, all_parsed, bytes, parsed};
use crate::parties::{
    ORIGIN, THREE_OF_FOUR, checkpoint, cosigned, evaluated, log, of, path, policy, promiser, signer,
};

/// Until when the promise below must be kept, in seconds.
const TERM_S: u64 = 1_803_888_120;

/// The positions 4 to 6 of the ledger as a tree of their own.
fn group() -> Tree {
    let mut group = Tree::new();
    for leaf in &LEAVES[4..7] {
        group.push_leaf(&bytes(leaf).expect("hexadecimal"));
    }
    group
}

fn promise() -> Promise {
    Promise {
        origin: ORIGIN.parse().expect("a name"),
        log_id: Hash::from_bytes([0x1a; 32]),
        first: Position::new(4),
        group: group().head(),
        recorded_at_ms: 1_803_888_000_123,
        include_by_ms: i64::try_from(TERM_S).expect("an instant") * 1000,
    }
}

fn note(promise: &Promise) -> String {
    promise.sign(&promiser()).expect("the key of promises").to_string()
}

fn group_path(index: u64) -> Vec<String> {
    let proof = group().prove_inclusion(Position::new(index), TreeSize::new(3)).expect("a leaf of the group");
    proof.path.iter().map(ToString::to_string).collect()
}

/// A leaf and where it is said to stand in its group.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaf {
    leaf: String,
    index: String,
    path: Vec<String>,
}

impl Leaf {
    /// The leaf at `index` of the group.
    fn of_group(index: u64) -> Self {
        Self {
            leaf: LEAVES[4 + index as usize].to_owned(),
            index: index.to_string(),
            path: group_path(index),
        }
    }

    fn proof(&self) -> Result<InclusionProof, String> {
        Ok(InclusionProof { position: parsed(&self.index)?, path: all_parsed(&self.path)? })
    }
}

fn opened(note: &str, key: &str) -> Result<SignedPromise, String> {
    let key: NamedKey = key.parse().map_err(|_| "malformed".to_owned())?;
    let note = Note::parse(note.as_bytes()).map_err(|_| "malformed".to_owned())?;
    SignedPromise::open(&note, &key).map_err(|error| {
        match error {
            PromiseError::Open(_) => "signature",
            PromiseError::OtherKey { .. } => "key",
            PromiseError::NoLineEnd
            | PromiseError::Lines { .. }
            | PromiseError::Line { .. }
            | PromiseError::Hash { .. }
            | PromiseError::Origin(_)
            | PromiseError::Group { .. }
            | PromiseError::Backwards
            | PromiseError::Note(_) => "malformed",
        }
        .to_owned()
    })
}

/// A promise, the key of promises, and a leaf with its path in the group.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    note: String,
    key: String,
    of: Leaf,
}

impl Given {
    fn check(&self) -> Result<Value, String> {
        let promise = opened(&self.note, &self.key)?;
        let leaf = bytes(&self.of.leaf)?;
        let promised = promise.check(&leaf, &self.of.proof()?).map_err(|_| "not in the group".to_owned())?;
        let Promise { log_id, first, group, recorded_at_ms, include_by_ms, .. } = promise.promise();
        Ok(json!({
            "log_id": log_id, "first": first, "count": group.size, "root": group.root,
            "recorded_at_ms": recorded_at_ms, "include_by_ms": include_by_ms,
            "position": promised.position(),
        }))
    }
}

impl Kind for Given {
    const DIGEST: &str = "eb5e968662daac5b3c23f482192b8347d4ac5e3f38e63ca76f24390014215f3f";

    fn run(&self) -> Value {
        self.check().unwrap_or_else(|reason| format!("refuse: {reason}").into())
    }

    fn cases() -> Vec<Case<Self>> {
        let key = || promiser().public().to_string();
        let text = promise().to_string();
        let given = |note: String, of: Leaf| Self { note, key: key(), of };
        let signed = |text: &str| promiser().sign(text).expect("a text").to_string();
        let accepted = |name, desc, index: u64| {
            let want = json!({
                "log_id": "1a".repeat(32), "first": "4", "count": "3",
                "root": "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
                "recorded_at_ms": 1_803_888_000_123_i64, "include_by_ms": 1_803_888_120_000_i64,
                "position": (4 + index).to_string(),
            });
            Case::new(name, desc, given(note(&promise()), Leaf::of_group(index)), want)
        };
        let refused = |name, desc, text: String| {
            Case::new(name, desc, given(signed(&text), Leaf::of_group(1)), "refuse: malformed")
        };
        let changed = |from: &str, to: &str| text.replacen(from, to, 1);
        let mut moved = Leaf::of_group(1);
        moved.index = "0".to_owned();
        let mut other = Leaf::of_group(1);
        other.leaf = LEAVES[6].to_owned();
        let mut beyond = Leaf::of_group(2);
        beyond.index = "3".to_owned();
        vec![
            accepted("first-of-the-group", "position 4 was promised to this leaf", 0),
            accepted("last-of-the-group", "position 6 was promised to that one", 2),
            Case::new(
                "another-leaf",
                "the path of one leaf, and another leaf",
                given(note(&promise()), other),
                "refuse: not in the group",
            ),
            Case::new(
                "another-place",
                "the leaf at its neighbour's place",
                given(note(&promise()), moved),
                "refuse: not in the group",
            ),
            Case::new(
                "beyond-the-group",
                "a place behind the last of the group",
                given(note(&promise()), beyond),
                "refuse: not in the group",
            ),
            Case::new(
                "altered",
                "a later term under the same signature",
                given(note(&promise()).replacen("include-by 18", "include-by 28", 1), Leaf::of_group(1)),
                "refuse: signature",
            ),
            Case::new(
                "by-the-ledger-key",
                "promises have a key of their own",
                Self {
                    note: log().sign(&text).expect("a text").to_string(),
                    key: log().public().to_string(),
                    of: Leaf::of_group(1),
                },
                "refuse: key",
            ),
            Case::new(
                "by-a-stranger",
                "another key of the same name",
                given(
                    signer("example.org/villeneuve/promise", 9).sign(&text).expect("a text").to_string(),
                    Leaf::of_group(1),
                ),
                "refuse: signature",
            ),
            refused("another-version", "the second line names the version", changed("v1", "v2")),
            refused("name-without-promise", "the first line is the name of the key", changed("/promise", "")),
            refused("log-id-in-upper-case", "bytes have one text only", changed("log 1a", "log 1A")),
            refused("group-of-none", "a group has an event", changed("count 3", "count 0")),
            refused(
                "group-beyond-63-bits",
                "a group ends below 2^63",
                changed("first 4", "first 9223372036854775806"),
            ),
            refused(
                "count-with-a-leading-zero",
                "a number has one text only",
                changed("count 3", "count 03"),
            ),
            refused("recorded-with-a-plus", "without a plus sign", changed("recorded 1", "recorded +1")),
            refused(
                "recorded-minus-zero",
                "zero has no sign",
                changed("recorded 1803888000123", "recorded -0"),
            ),
            refused(
                "term-before-the-recording",
                "a term lies ahead",
                changed("include-by 18", "include-by 17"),
            ),
            refused("line-missing", "eight lines", changed("devenir promise v1\n", "")),
            refused("line-added", "and no ninth", format!("{text}more\n")),
            refused("lines-swapped", "in this order", changed("first 4\ncount 3", "count 3\nfirst 4")),
            refused("a-checkpoint", "a checkpoint is no promise", checkpoint(7).to_string()),
        ]
    }
}

/// What stands against a promise.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Against {
    /// A checkpoint that is too small.
    Absence { promise: String, key: String, policy: String, checkpoint: String },
    /// A checkpoint with another leaf at the place.
    AnotherLeaf {
        promise: String,
        key: String,
        promised: Box<PromisedLeaf>,
        policy: String,
        checkpoint: String,
        found: Box<FoundLeaf>,
    },
    /// Another promise.
    Contradiction { promise: String, key: String, other: String },
}

/// The leaf to which the place was promised, with its path in the group.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PromisedLeaf(Leaf);

/// The leaf that stands there, with its path in the checkpoint's tree.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct FoundLeaf(Leaf);

impl Against {
    fn judge(&self) -> Result<String, String> {
        let judged = match self {
            Self::Absence { promise, key, policy, checkpoint } => {
                let checkpoint = evaluated(policy, checkpoint)?;
                opened(promise, key)?.breach_by_absence(&checkpoint)
            }
            Self::AnotherLeaf { promise, key, promised, policy, checkpoint, found } => {
                let checkpoint = evaluated(policy, checkpoint)?;
                let none = |_| "not included".to_owned();
                let leaf = bytes(&promised.0.leaf)?;
                let promised = opened(promise, key)?.check(&leaf, &promised.0.proof()?).map_err(none)?;
                let found_leaf = bytes(&found.0.leaf)?;
                let found =
                    found.0.proof()?.verify(&found_leaf, &checkpoint.checkpoint().head).map_err(none)?;
                promised.breach_by_another_leaf(&checkpoint, &found)
            }
            Self::Contradiction { promise, key, other } => {
                opened(promise, key)?.breach_by_contradiction(&opened(other, key)?)
            }
        };
        Ok(match judged {
            Ok(Breach::Absent { .. } | Breach::AnotherLeaf { .. } | Breach::Contradiction { .. }) => {
                "convicts"
            }
            Err(NotABreach::OtherLedger { .. }) => "no: other ledger",
            Err(NotABreach::Covered { .. }) => "no: covered",
            Err(NotABreach::NotAfter { .. }) => "no: not after the term",
            Err(NotABreach::OtherPlace { .. }) => "no: other place",
            Err(NotABreach::Kept { .. }) => "no: kept",
            Err(NotABreach::Compatible) => "no: compatible",
        }
        .to_owned())
    }
}

impl Kind for Against {
    const DIGEST: &str = "aba50f143e5edb5e246073f59a0edb2008b9964743bb59d85fb3a2d3541e60f1";

    fn run(&self) -> Value {
        self.judge().unwrap_or_else(|reason| format!("refuse: {reason}")).into()
    }

    fn cases() -> Vec<Case<Self>> {
        let key = || promiser().public().to_string();
        let absence = |name, desc, size, rest: &str, by: &[(u8, u64)], want: &str| {
            let checkpoint = cosigned(&checkpoint(size), by).to_string();
            let input =
                Self::Absence { promise: note(&promise()), key: key(), policy: policy(rest), checkpoint };
            Case::new(name, desc, input, want)
        };
        let late = [(1, TERM_S + 1), (2, TERM_S + 9), (3, TERM_S + 5)];
        // The first seven leaves, with the sixth and the seventh in each other's place.
        let mut swapped = Tree::new();
        for leaf in [0, 1, 2, 3, 4, 6, 5] {
            swapped.push_leaf(&bytes(LEAVES[leaf]).expect("hexadecimal"));
        }
        let in_swapped = |position: u64, leaf: usize| {
            let proof = swapped.prove_inclusion(Position::new(position), TreeSize::new(7)).expect("a leaf");
            let path = proof.path.iter().map(ToString::to_string).collect();
            Leaf { leaf: LEAVES[leaf].to_owned(), index: position.to_string(), path }
        };
        let another = |name, desc, head: TreeHead, found: Leaf, want: &str| {
            let input = Self::AnotherLeaf {
                promise: note(&promise()),
                key: key(),
                promised: Box::new(PromisedLeaf(Leaf::of_group(1))),
                policy: policy("quorum none"),
                checkpoint: cosigned(&of(head), &[]).to_string(),
                found: Box::new(FoundLeaf(found)),
            };
            Case::new(name, desc, input, want)
        };
        let kept = Leaf { leaf: LEAVES[5].to_owned(), index: "5".to_owned(), path: path(5, 8) };
        let two = |name, desc, other: Promise, want: &str| {
            let input = Self::Contradiction { promise: note(&promise()), key: key(), other: note(&other) };
            Case::new(name, desc, input, want)
        };
        let other_root = Hash::from_bytes(
            bytes(&flipped(&promise().group.root.to_string()))
                .expect("hexadecimal")
                .try_into()
                .expect("32 bytes"),
        );
        vec![
            absence(
                "too-short-after-the-term",
                "a quorum knew of 6 events after the term, 7 were promised",
                6,
                THREE_OF_FOUR,
                &late,
                "convicts",
            ),
            absence(
                "large-enough",
                "7 events are what was promised: whether the leaf is among them, a proof shows",
                7,
                THREE_OF_FOUR,
                &late,
                "no: covered",
            ),
            absence(
                "too-short-before-the-term",
                "a quorum, and one of its instants is not after the term",
                6,
                THREE_OF_FOUR,
                &[(1, TERM_S), (2, TERM_S + 9), (3, TERM_S + 5)],
                "no: not after the term",
            ),
            absence(
                "one-late-witness",
                "all cosigned, one of them late: it may just have missed the newer checkpoint",
                6,
                THREE_OF_FOUR,
                &[(1, TERM_S - 9), (2, TERM_S - 8), (3, TERM_S - 7), (4, TERM_S + 60)],
                "no: not after the term",
            ),
            absence(
                "without-a-quorum",
                "nothing but the ledger's word: it bears no instant",
                6,
                "quorum none",
                &late,
                "no: not after the term",
            ),
            another(
                "another-leaf-there",
                "position 5 was promised to another leaf; no instant is needed",
                swapped.head(),
                in_swapped(5, 6),
                "convicts",
            ),
            another("the-promised-leaf-there", "the promise was kept", tree().head(), kept, "no: kept"),
            another(
                "another-place",
                "a leaf at another place says nothing about this one",
                swapped.head(),
                in_swapped(4, 4),
                "no: other place",
            ),
            another(
                "proof-of-another-tree",
                "a proof that does not lead to the checkpoint's root",
                tree().head_at(TreeSize::new(7)).expect("a size of the tree"),
                in_swapped(5, 6),
                "refuse: not included",
            ),
            two(
                "same-places-other-root",
                "the same places, promised to other leaves",
                Promise { group: TreeHead { root: other_root, ..promise().group }, ..promise() },
                "convicts",
            ),
            two(
                "overlapping-groups",
                "groups never overlap",
                Promise { first: Position::new(6), ..promise() },
                "convicts",
            ),
            two(
                "next-group",
                "the next group begins where this one ends",
                Promise { first: Position::new(7), ..promise() },
                "no: compatible",
            ),
            two(
                "same-group-again",
                "the same group promised again, by a later term",
                Promise { include_by_ms: promise().include_by_ms + 1, ..promise() },
                "no: compatible",
            ),
            two(
                "of-another-ledger",
                "the same name and another log id",
                Promise { log_id: Hash::ZERO, first: Position::new(6), ..promise() },
                "no: other ledger",
            ),
        ]
    }
}
