//! Does this file prove that leaf, under that policy?

use devenir_core::ledger::{InclusionProof, Position, ProofFile, Quorum, TreeSize, VerifyError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::inclusion::{LEAVES, tree};
use crate::kind::{Case, Kind, bytes, hex};
use crate::parties::{THREE_OF_FOUR, checkpoint, cosigned, policy};

/// A proof file, the leaf that it is about, and a policy.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    file: String,
    leaf: String,
    policy: String,
}

impl Proof {
    fn check(&self) -> Result<Value, String> {
        let file = ProofFile::parse(self.file.as_bytes()).map_err(|_| "malformed")?;
        let policy = devenir_core::ledger::Policy::parse(self.policy.as_bytes()).expect("a policy");
        let proven = file.verify(&bytes(&self.leaf)?, &policy).map_err(|error| match error {
            VerifyError::Checkpoint(_) => "checkpoint",
            VerifyError::Inclusion(_) => "inclusion",
            VerifyError::NoQuorum { .. } => "quorum",
        })?;
        let since_s = match proven.evaluation.quorum() {
            Quorum::NotAsked | Quorum::Missing => None,
            Quorum::Reached { since_s } => Some(since_s),
        };
        Ok(json!({
            "position": proven.included.position(),
            "size": proven.included.head().size,
            "since_s": since_s,
            "extra": file.extra().map(hex),
        }))
    }
}

/// The file for the leaf at `position` of the first 7.
fn honest(position: u64, extra: &[u8], by: &[(u8, u64)]) -> String {
    let proof: InclusionProof =
        tree().prove_inclusion(Position::new(position), TreeSize::new(7)).expect("a leaf of the tree");
    ProofFile::new(extra, proof, cosigned(&checkpoint(7), by)).expect("a file").to_string()
}

impl Kind for Proof {
    const DIGEST: &str = "e44c6cdc7975f655485edcc90fbfbb4972c4f6fd46592a00d1b01d58e0f490d3";

    fn run(&self) -> Value {
        self.check().unwrap_or_else(|reason| format!("refuse: {reason}").into())
    }

    fn cases() -> Vec<Case<Self>> {
        let by = [(1, 10), (2, 30), (3, 20)];
        let case = |name, desc, file: String, leaf: usize, want: Value| {
            Case::new(
                name,
                desc,
                Self { file, leaf: LEAVES[leaf].to_owned(), policy: policy(THREE_OF_FOUR) },
                want,
            )
        };
        let refused = |name, desc, file: String, reason: &str| {
            case(name, desc, file, 5, format!("refuse: {reason}").into())
        };
        let file = honest(5, &[0, 1, 2], &by);
        let malformed =
            |name, desc, from: &str, to: &str| refused(name, desc, file.replacen(from, to, 1), "malformed");
        let first_hash = file.lines().nth(3).expect("a path").to_owned();
        let single = checkpoint(1);
        let lone = ProofFile::new(
            &[],
            InclusionProof { position: Position::new(0), path: Vec::new() },
            cosigned(&single, &by),
        );
        vec![
            case(
                "with-extra-data",
                "leaf 5 of 7, and data for which nothing vouches",
                file.clone(),
                5,
                json!({ "position": "5", "size": "7", "since_s": 30, "extra": "000102" }),
            ),
            case(
                "without-extra-data",
                "then the line is not there",
                honest(3, &[], &by),
                3,
                json!({ "position": "3", "size": "7", "since_s": 30, "extra": null }),
            ),
            case(
                "only-leaf",
                "in a ledger of one event the path is empty",
                lone.expect("a file").to_string(),
                0,
                json!({ "position": "0", "size": "1", "since_s": 30, "extra": null }),
            ),
            case(
                "another-leaf",
                "the file of one event does not prove another",
                file.clone(),
                4,
                "refuse: inclusion".into(),
            ),
            refused("two-of-three-witnesses", "too few cosigned", honest(5, &[], &by[..2]), "quorum"),
            refused(
                "another-index",
                "the right path for another place",
                file.replacen("index 5", "index 4", 1),
                "inclusion",
            ),
            refused(
                "path-without-its-first-hash",
                "a path that is too short",
                file.replacen(&format!("{first_hash}\n"), "", 1),
                "inclusion",
            ),
            refused(
                "path-with-a-hash-more",
                "a path that is too long",
                file.replacen(&first_hash, &format!("{first_hash}\n{first_hash}"), 1),
                "inclusion",
            ),
            refused(
                "checkpoint-altered",
                "another size under the same signatures",
                file.replacen("\n7\n", "\n8\n", 1),
                "checkpoint",
            ),
            malformed("another-version", "the first line names the version", "@v1", "@v2"),
            malformed("header-missing", "and must be there", "c2sp.org/tlog-proof@v1\n", ""),
            malformed("extra-empty", "no line without data", "extra AAEC", "extra "),
            malformed("extra-twice", "one line of extra data", "extra AAEC\n", "extra AAEC\nextra AAEC\n"),
            malformed("extra-not-base64", "bytes have one text only", "AAEC", "AAE"),
            malformed("index-missing", "a place is named", "index 5\n", ""),
            malformed("index-with-a-leading-zero", "a number has one text only", "index 5", "index 05"),
            malformed("index-of-64-bits", "a place lies below 2^63", "index 5", "index 9223372036854775808"),
            malformed(
                "hash-of-31-bytes",
                "a hash has 32 bytes",
                &first_hash,
                &format!("{}AA==", &first_hash[..40]),
            ),
            malformed("no-empty-line", "an empty line stands before the checkpoint", "\n\n", "\n"),
            malformed("cut-off", "the last line ends", file.lines().last().expect("a line"), ""),
            refused(
                "carriage-returns",
                "lines end in a line feed only",
                file.replace('\n', "\r\n"),
                "malformed",
            ),
            malformed(
                "64-hashes",
                "no tree below 2^63 leaves has a path of 64",
                &first_hash,
                &[first_hash.as_str(); 62].join("\n"),
            ),
        ]
    }
}
