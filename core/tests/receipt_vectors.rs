//! The vectors of receipts: does this receipt agree with itself, with its proof file and its promise?
//!
//! `fixtures/vectors/receipt` is built by `.ci/receipt-vectors.mjs`, apart from our code, and read here by it. What each
//! file holds is said in `fixtures/vectors/README.md`; that a case is refused binds, the word after `refuse: ` does not.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use devenir_core::ledger::{NamedKey, Policy, ProofFile, Quorum};
use devenir_core::receipt::{ReceiptFile, Vouched};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    desc: String,
    receipt: String,
    proof: Option<String>,
    policy: Option<String>,
    promise_key: Option<String>,
    want: Value,
}

impl Case {
    /// What our code finds, or why it refuses.
    fn run(&self) -> Result<Value, String> {
        let receipt = ReceiptFile::parse(self.receipt.as_bytes()).map_err(|error| error.to_string())?;
        let checked = receipt.check().map_err(|error| error.to_string())?;
        let promised = match &self.promise_key {
            None => None,
            Some(key) => {
                let key: NamedKey = key.parse().expect("the key of a vector");
                checked.promised(&key).map_err(|error| error.to_string())?
            }
        };
        let (size, since_s) = match &self.proof {
            None => (None, None),
            Some(proof) => self.placed(&checked, proof)?,
        };
        Ok(json!({
            "closed": checked.closed,
            "intent_id": checked.id,
            "open": checked.open,
            "position": checked.position,
            "promised": promised.is_some(),
            "since_s": since_s,
            "size": size,
        }))
    }

    /// The size of the tree that the proof leads to, as text, and since when its quorum vouches.
    fn placed(
        &self,
        checked: &devenir_core::receipt::CheckedReceipt<'_>,
        proof: &str,
    ) -> Result<(Option<Value>, Option<u64>), String> {
        let proof = ProofFile::parse(proof.as_bytes()).map_err(|error| error.to_string())?;
        let policy =
            self.policy.as_ref().map(|text| Policy::parse(text.as_bytes()).expect("the policy of a vector"));
        let placed = checked.included(&proof, policy.as_ref()).map_err(|error| error.to_string())?;
        let since_s = match &placed.vouched {
            Vouched::ByNobody(_) => None,
            Vouched::ByPolicy(proven) => match proven.evaluation.quorum() {
                Quorum::NotAsked | Quorum::Missing => None,
                Quorum::Reached { since_s } => Some(since_s),
            },
        };
        Ok((Some(json!(placed.included.head().size)), since_s))
    }
}

#[test]
fn every_receipt_is_judged_as_the_other_readers_judge_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/vectors/receipt");
    let mut wrong = Vec::new();
    let mut read = 0;
    for entry in std::fs::read_dir(folder).expect("fixtures/vectors/receipt is readable") {
        let path = entry.expect("a readable entry").path();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let case: Case =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let found = case.run();
        let wants_refusal = case.want.as_str().is_some_and(|want| want.starts_with("refuse: "));
        if wants_refusal != found.is_err() || (!wants_refusal && found.as_ref().ok() != Some(&case.want)) {
            wrong.push(format!("{} ({}): wants {}, found {found:?}", path.display(), case.desc, case.want));
        }
        read += 1;
    }
    assert!(wrong.is_empty(), "{} receipts are judged otherwise:\n{}", wrong.len(), wrong.join("\n"));
    assert!(read >= 71, "there were 71 receipts, and {read} are left");
}
