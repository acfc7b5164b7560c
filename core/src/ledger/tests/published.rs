//! The vectors that others publish: RFC 6962 proofs (transparency-dev) and odd Ed25519 signatures (CCTV).
//!
//! They are looked for in `$DEVENIR_SHARED/vectors`, else in `shared/vectors` beside the workspace; where they
//! are not, the tests say so loudly and pass. All disagreements are reported at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::ledger::hash::{Hash, HashError};
use crate::ledger::hex;
use crate::ledger::key::{KeyError, Signature, VerifyingKey};
use crate::ledger::number::{Position, TreeSize};
use crate::ledger::proof::{ConsistencyProof, InclusionProof, TreeHead};

/// Roots of 12 bytes that the Go code never reads when both sizes are one and the proof is empty; it calls
/// the case right. Our hashes have 32 bytes, so it cannot even be stated.
const GO_ARTEFACT: &str = "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct InclusionCase {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConsistencyCase {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Deserialize)]
struct SignatureCase {
    number: u32,
    key: String,
    sig: String,
    msg: String,
}

impl InclusionCase {
    fn refusal(&self) -> Option<String> {
        let verdict = || {
            let head = TreeHead { size: TreeSize::new(self.tree_size), root: hash(&self.root)? };
            let proof = InclusionProof { position: Position::new(self.leaf_idx), path: path(&self.proof)? };
            Ok::<_, HashError>(proof.verify_leaf_hash(hash(&self.leaf_hash)?, &head))
        };
        // A root, leaf or path with hashes of another length cannot be written with our types: refused.
        verdict().map_or_else(|error| Some(error.to_string()), |result| result.err().map(|e| e.to_string()))
    }
}

impl ConsistencyCase {
    fn refusal(&self) -> Option<String> {
        let verdict = || {
            let old = TreeHead { size: TreeSize::new(self.size1), root: hash(&self.root1)? };
            let new = TreeHead { size: TreeSize::new(self.size2), root: hash(&self.root2)? };
            Ok::<_, HashError>(ConsistencyProof { path: path(&self.proof)? }.verify(&old, &new))
        };
        verdict().map_or_else(|error| Some(error.to_string()), |result| result.err().map(|e| e.to_string()))
    }
}

#[test]
fn the_published_inclusion_proofs_are_judged_as_published() {
    let Some(cases) = cases::<InclusionCase>("inclusion") else { return };
    assert_eq!(cases.len(), 98, "the published set has 98 inclusion proofs");
    let judged = cases.iter().map(|(name, case)| (name, &case.desc, case.want_err, case.refusal()));
    report(judged);
}

#[test]
fn the_published_consistency_proofs_are_judged_as_published() {
    let Some(mut cases) = cases::<ConsistencyCase>("consistency") else { return };
    assert_eq!(cases.len(), 98, "the published set has 98 consistency proofs");
    assert!(cases.remove(GO_ARTEFACT).is_some(), "{GO_ARTEFACT} is excluded by name but is not there");
    let judged = cases.iter().map(|(name, case)| (name, &case.desc, case.want_err, case.refusal()));
    report(judged);
}

/// Fails with every case that was judged otherwise than published.
fn report<'a>(judged: impl Iterator<Item = (&'a String, &'a String, bool, Option<String>)>) {
    let wrong: Vec<String> = judged
        .filter(|(_, _, want_err, refusal)| *want_err != refusal.is_some())
        .map(|(name, desc, _, refusal)| match refusal {
            None => format!("{name} ({desc}): must be refused, was accepted"),
            Some(reason) => format!("{name} ({desc}): must be accepted, was refused: {reason}"),
        })
        .collect();
    assert!(wrong.is_empty(), "{} published proofs were judged wrongly:\n{}", wrong.len(), wrong.join("\n"));
}

/// How many of the 914 odd signatures are accepted, with and without the admission of keys.
///
/// 208 is what OpenSSL, Go, Node, ring and dalek's `verify` accept, and no other set will do: a change of this
/// count means that two guarantors could part over one signature.
#[test]
fn odd_signatures_are_accepted_exactly_where_others_accept_them() {
    let Some(file) = published("ed25519/ed25519vectors.json") else { return };
    let cases: Vec<SignatureCase> = read(&file);
    assert_eq!(cases.len(), 914);

    let mut by_rule = BTreeMap::from([("accepted by dalek `verify` alone", 0), ("accepted by us", 0)]);
    for case in &cases {
        let key = hex::parse::<32>(&case.key).unwrap_or_else(|e| panic!("vector {}: {e}", case.number));
        let sig = hex::parse::<64>(&case.sig).unwrap_or_else(|e| panic!("vector {}: {e}", case.number));
        if dalek_accepts(&key, &sig, case.msg.as_bytes()) {
            *by_rule.entry("accepted by dalek `verify` alone").or_default() += 1;
        }
        let rule = match VerifyingKey::admit(&key) {
            Ok(key) => match key.verify(case.msg.as_bytes(), &Signature::from_bytes(sig)) {
                Ok(()) => "accepted by us",
                Err(_) => "key admitted, signature refused",
            },
            Err(KeyError::NotAPoint) => "key is no point",
            Err(KeyError::NotCanonical) => "key not canonical",
            Err(KeyError::SmallOrder) => "key of small order",
            Err(KeyError::Torsion) => "key with torsion",
        };
        *by_rule.entry(rule).or_default() += 1;
    }
    insta::assert_debug_snapshot!(by_rule, @r#"
    {
        "accepted by dalek `verify` alone": 208,
        "accepted by us": 2,
        "key admitted, signature refused": 26,
        "key not canonical": 226,
        "key of small order": 300,
        "key with torsion": 360,
    }
    "#);
}

fn dalek_accepts(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> bool {
    use ed25519_dalek::Verifier as _;
    ed25519_dalek::VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok())
}

fn hash(base64: &str) -> Result<Hash, HashError> {
    Hash::try_from(decoded(base64).as_slice())
}

fn path(base64: &Option<Vec<String>>) -> Result<Vec<Hash>, HashError> {
    base64.iter().flatten().map(|text| hash(text)).collect()
}

/// Standard base64, trusted to be well formed.
fn decoded(base64: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = base64.trim_end_matches('=').bytes();
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
    for digit in digits {
        let value = ALPHABET.iter().position(|known| *known == digit).expect("a base64 digit");
        (buffer, bits) = (buffer << 6 | value as u32, bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    bytes
}

/// The published file or folder; none, said loudly, where it is absent.
fn published(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("DEVENIR_SHARED").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let path = shared.unwrap_or_else(beside).join("vectors").join(name);
    if !path.exists() {
        println!(
            "SKIPPED: {} is not there; set DEVENIR_SHARED to the folder with the vectors",
            path.display()
        );
        return None;
    }
    Some(path)
}

/// All cases below `merkle/<folder>`, by their path.
fn cases<T: DeserializeOwned>(folder: &str) -> Option<BTreeMap<String, T>> {
    let root = published("merkle")?;
    let mut cases = BTreeMap::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("a path below the root").display().to_string();
                cases.insert(name, read(&path));
            }
        }
    }
    Some(cases)
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
