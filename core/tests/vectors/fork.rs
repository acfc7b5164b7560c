//! Do these two notes convict the ledger of this key?

use devenir_core::ledger::{
    Checkpoint, ConsistencyProof, Fork, Hash, NamedKey, NotAFork, Note, NoteSigner, Tree, TreeHead, TreeSize,
    base64,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inclusion::{LEAVES, tree};
use crate::kind::{Case, Kind, bytes, word};
use crate::parties::{ORIGIN, checkpoint, log, of, signer};

/// Evidence, and the key of whom it is about.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Evidence {
    fork: String,
    key: String,
}

impl Evidence {
    fn judge(&self) -> Result<&'static str, String> {
        let fork = Fork::parse(self.fork.as_bytes()).map_err(|_| "malformed".to_owned())?;
        let key: NamedKey = self.key.parse().map_err(|_| "malformed key".to_owned())?;
        match fork.convicts(&key) {
            Ok(_) => Ok("convicts"),
            Err(NotAFork::Same) => Ok("no: same"),
            Err(NotAFork::Unproven { .. }) => Ok("no: unproven"),
            Err(
                why @ (NotAFork::Signature(_)
                | NotAFork::Checkpoint(_)
                | NotAFork::OtherLogs
                | NotAFork::Proof(_)),
            ) => Err(word(&why)),
        }
    }
}

impl Kind for Evidence {
    const DIGEST: &str = "076bfb66a80fda1e1b4e443ab50b136e307c2a8b0de4197954a32036157905c6";

    fn run(&self) -> Value {
        self.judge().map_or_else(|reason| format!("refuse: {reason}"), ToOwned::to_owned).into()
    }

    fn cases() -> Vec<Case<Self>> {
        let by = |signer: &NoteSigner, checkpoint: &Checkpoint| checkpoint.sign(signer).expect("its own key");
        let signed = |checkpoint: &Checkpoint| by(&log(), checkpoint);
        // The same leaves with the third changed, so another history from there on.
        let mut other = Tree::new();
        for (at, leaf) in LEAVES.iter().enumerate() {
            other.push_leaf(&if at == 2 { vec![7] } else { bytes(leaf).expect("hexadecimal") });
        }
        let theirs = |size| of(other.head_at(TreeSize::new(size)).expect("a size"));
        let stranger = signer(ORIGIN, 9);
        let elsewhere = signer("example.org/ailleurs", 1);
        let named = |head: TreeHead| {
            let checkpoint = Checkpoint { origin: "example.org/ailleurs".parse().expect("a name"), head };
            checkpoint.sign(&elsewhere).expect("its own key")
        };
        // What the larger tree begins with, and the proof of it.
        let begins = |of: &Tree, size: u64| of.head_at(TreeSize::new(size)).expect("a size").root;
        let proof = |of: &Tree, from: u64, to: u64| -> ConsistencyProof {
            of.prove_consistency(TreeSize::new(from), TreeSize::new(to)).expect("sizes of the tree")
        };
        let text = |begins: Option<(Hash, ConsistencyProof)>, first: &Note, second: &Note| {
            let lines = begins.map_or_else(String::new, |(root, proof)| {
                let hash = |hash: &Hash| base64::encode(hash.as_bytes()) + "\n";
                format!("begins {}", hash(&root)) + &proof.path.iter().map(hash).collect::<String>()
            });
            format!("devenir fork v0\n{lines}\n{first}\n{second}")
        };
        let case = |name, desc, fork: String, want: &str| {
            Case::new(name, desc, Self { fork, key: log().public().to_string() }, want)
        };
        let (ours, older) = (signed(&checkpoint(7)), signed(&checkpoint(4)));
        let proven = |from, to| Some((begins(&other, from), proof(&other, from, to)));
        let sound = text(proven(4, 7), &older, &signed(&theirs(7)));
        vec![
            case(
                "two-roots-of-one-size",
                "both signed, of 7 events",
                text(None, &ours, &signed(&theirs(7))),
                "convicts",
            ),
            case(
                "another-beginning",
                "the tree of 7 events begins with another one of 4 than was signed",
                sound.clone(),
                "convicts",
            ),
            case(
                "from-a-complete-subtree",
                "the proof from 4 leaves repeats no root",
                text(proven(4, 6), &older, &signed(&theirs(6))),
                "convicts",
            ),
            case("the-same-checkpoint", "the same note twice", text(None, &ours, &ours), "no: same"),
            case(
                "one-history",
                "the larger tree begins with the smaller one",
                {
                    let root = begins(&tree(), 4);
                    text(Some((root, proof(&tree(), 4, 7))), &older, &ours)
                },
                "no: same",
            ),
            case(
                "without-a-proof",
                "two sizes, and nothing that leads from one to the other",
                text(None, &older, &signed(&theirs(7))),
                "no: unproven",
            ),
            case(
                "a-proof-that-does-not-hold",
                "it leads to another root",
                {
                    let root = begins(&other, 3);
                    text(Some((root, proof(&tree(), 3, 7))), &signed(&checkpoint(3)), &signed(&theirs(7)))
                },
                "refuse: proof",
            ),
            case(
                "a-proof-that-is-too-short",
                "its last hash is missing",
                {
                    let (root, mut short) = proven(4, 7).expect("a proof");
                    short.path.pop();
                    text(Some((root, short)), &older, &signed(&theirs(7)))
                },
                "refuse: proof",
            ),
            case(
                "the-larger-first",
                "the sizes stand in the wrong order",
                text(proven(4, 7), &signed(&theirs(7)), &older),
                "refuse: proof",
            ),
            case(
                "the-second-by-a-stranger",
                "another key of the same name signed one of them",
                text(None, &ours, &by(&stranger, &theirs(7))),
                "refuse: signature",
            ),
            case(
                "the-first-by-a-stranger",
                "the same, of the other one",
                text(None, &by(&stranger, &ours.text().parse().expect("a checkpoint")), &signed(&theirs(7))),
                "refuse: signature",
            ),
            case(
                "spoilt-signature",
                "a checkpoint was changed under its signature",
                text(None, &ours, &signed(&theirs(7))).replacen("\n7\n", "\n6\n", 1),
                "refuse: signature",
            ),
            Case::new(
                "of-another-name",
                "two roots of one size, under another name than that of the key asked about",
                Self {
                    fork: text(None, &named(checkpoint(7).head), &named(theirs(7).head)),
                    key: log().public().to_string(),
                },
                "refuse: signature",
            ),
            Case::new(
                "another-key-is-asked-about",
                "they convict whoever has the key, and nobody else",
                Self { fork: sound.clone(), key: stranger.public().to_string() },
                "refuse: signature",
            ),
            case(
                "another-version",
                "the first line names the version",
                sound.replacen("v0", "v1", 1),
                "refuse: malformed",
            ),
            case(
                "proof-without-a-beginning",
                "hashes of a proof, and not what it begins with",
                {
                    let without = sound.lines().filter(|line| !line.starts_with("begins "));
                    without.map(|line| line.to_owned() + "\n").collect()
                },
                "refuse: malformed",
            ),
            case(
                "one-note",
                "the second is missing",
                format!("devenir fork v0\n\n{ours}"),
                "refuse: malformed",
            ),
            case(
                "a-hash-that-is-none",
                "31 bytes in the place of 32",
                sound.replacen("begins ", &format!("begins {}\n", base64::encode([0; 31])), 1),
                "refuse: malformed",
            ),
            case("something-behind", "a line behind the second note", sound + "more\n", "refuse: malformed"),
        ]
    }
}
