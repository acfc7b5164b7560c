//! How long is each stream, and how does it end? One root over all streams, and claims about one of them.

use devenir_core::ledger::{self, InclusionError, InclusionProof, StreamHead, leaf_hash};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind, all_parsed, hex, parsed, verdict};

/// All streams, and perhaps a claim about one, checked against the root over all.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Heads {
    streams: Vec<Head>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<Claim>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    stream: String,
    count: u64,
    last_leaf: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    head: Head,
    position: String,
    path: Vec<String>,
}

impl Head {
    fn of(stream: u8, count: u64) -> Self {
        Self { stream: hex([stream; 16]), count, last_leaf: leaf_hash(&[stream]).to_string() }
    }

    fn read(&self) -> Result<StreamHead, String> {
        let stream = ledger::hex::parse(&self.stream).map_err(|_| "malformed".to_owned())?;
        Ok(StreamHead { stream, count: self.count, last_leaf: parsed(&self.last_leaf)? })
    }
}

/// Three streams, given out of order.
fn three() -> Vec<Head> {
    vec![Head::of(0x77, 1), Head::of(0x0b, 300), Head::of(0xc4, 12)]
}

/// An honest claim about the stream 0b…, after a change.
fn claimed(change: impl FnOnce(&mut Claim)) -> Heads {
    let heads = Heads { streams: three(), claim: None };
    let proof = heads.read().expect("well formed").prove(&[0x0b; 16]).expect("one of the three");
    let mut claim = Claim {
        head: Head::of(0x0b, 300),
        position: proof.position.to_string(),
        path: proof.path.iter().map(ToString::to_string).collect(),
    };
    change(&mut claim);
    Heads { claim: Some(claim), ..heads }
}

impl Heads {
    fn read(&self) -> Result<ledger::Heads, String> {
        self.streams.iter().map(Head::read).collect()
    }

    fn check(&self, claim: &Claim) -> Result<(), String> {
        let proof = InclusionProof { position: parsed(&claim.position)?, path: all_parsed(&claim.path)? };
        match proof.verify(&claim.head.read()?.to_bytes(), &self.read()?.tree_head()) {
            Ok(_) => Ok(()),
            Err(InclusionError::Beyond { .. }) => Err("beyond".to_owned()),
            Err(InclusionError::TooShort { .. }) => Err("too short".to_owned()),
            Err(InclusionError::TooLong { .. }) => Err("too long".to_owned()),
            Err(InclusionError::Root { .. }) => Err("root".to_owned()),
        }
    }
}

impl Kind for Heads {
    const DIGEST: &str = "fc4e679a9d730c0440c3367071d559233b413bc3ac648f7a18198ba82e9dbae3";

    fn run(&self) -> Value {
        let tree = match self.read() {
            Ok(heads) => heads.tree_head(),
            Err(reason) => return verdict(Err(reason)).into(),
        };
        match &self.claim {
            None => json!({ "size": tree.size, "root": tree.root }),
            Some(claim) => verdict(self.check(claim)).into(),
        }
    }

    fn cases() -> Vec<Case<Self>> {
        let root = |name, desc, streams, size: &str, root: &str| {
            Case::new(name, desc, Heads { streams, claim: None }, json!({ "size": size, "root": root }))
        };
        vec![
            root(
                "no-stream",
                "the root of no streams is SHA-256 of no bytes",
                Vec::new(),
                "0",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            root(
                "one-stream",
                "the root of one stream is the leaf hash of its 56 bytes",
                vec![Head::of(0x0b, 300)],
                "1",
                "8ca8de81d6e83d3954e381df871265977067be84eaaaa2a018438cfe16fa3b48",
            ),
            root(
                "three-streams",
                "streams count in the order of their ids, whatever order they are given in",
                three(),
                "3",
                "9ada895765efe7307636a6f3bc9fd595fe03496bab476fec2af946937861cadf",
            ),
            Case::new(
                "claim",
                "the stream 0b… has 300 events and ends with this one",
                claimed(|_| {}),
                "accept",
            ),
            Case::new(
                "claim-of-a-shorter-stream",
                "a tail was cut off",
                claimed(|claim| claim.head.count = 299),
                "refuse: root",
            ),
            Case::new(
                "claim-of-another-end",
                "the stream ends with another event",
                claimed(|claim| claim.head.last_leaf = leaf_hash(b"another").to_string()),
                "refuse: root",
            ),
            Case::new(
                "claim-about-another-stream",
                "the proof of one stream does not serve another",
                claimed(|claim| claim.head.stream = hex([0x0c; 16])),
                "refuse: root",
            ),
            Case::new(
                "claim-in-another-place",
                "the place in the order of ids is part of the claim",
                claimed(|claim| claim.position = "1".to_owned()),
                "refuse: root",
            ),
            Case::new(
                "claim-with-a-short-path",
                "a path that ends below the root",
                claimed(|claim| drop(claim.path.pop())),
                "refuse: too short",
            ),
            Case::new(
                "stream-id-of-15-bytes",
                "a stream id has 16 bytes",
                Heads { streams: vec![Head { stream: hex([0x0b; 15]), ..Head::of(0x0b, 300) }], claim: None },
                "refuse: malformed",
            ),
        ]
    }
}
