//! The key of checkpoints is replaced, the ledger goes on, and somebody has stolen the old key.

use super::town::Town;
use devenir_core::ledger::{Checkpoint, Note, NoteSigner, Policy, Position, Tree, leaf_hash};
use devenir_core::receipt::make;
use devenir_core::store::{EmbeddedReader, ReadLedger as _};
use devenir_core::writer::read_keys;

/// The published checkpoint.
fn published(town: &Town) -> Note {
    Note::parse(&std::fs::read(town.store().join("tiles/checkpoint")).unwrap()).unwrap()
}

/// The receipt of the event at position 3 with its proof in the published checkpoint, as files.
fn keep_receipt(town: &Town, name: &str) {
    let (note, reader) = (published(town), EmbeddedReader::open(&town.store()).unwrap());
    let keys = read_keys(&reader).unwrap().checkpoints().unwrap().clone();
    let leaves = reader.read(Position::FIRST, 100_000).unwrap();
    let tree: Tree = leaves.iter().map(|bytes| leaf_hash(bytes)).collect();
    let (receipt, proof) = make(&reader, &tree, Position::new(3), &note, &keys, 0).unwrap();
    std::fs::write(town.path(&format!("{name}.json")), receipt.to_string()).unwrap();
    std::fs::write(town.path(&format!("{name}.tlog-proof")), proof.to_string()).unwrap();
}

fn policy(town: &Town, name: &str, keys: &[&NoteSigner]) {
    let logs: String = keys.iter().map(|key| format!("log {}\n", key.public())).collect();
    let text = format!("{logs}quorum none\n");
    Policy::parse(text.as_bytes()).unwrap();
    std::fs::write(town.path(name), text).unwrap();
}

/// The town after another key took over, with policies that name the first key, the second, and both.
fn rotated() -> (Town, NoteSigner) {
    let town = Town::new();
    let old = town.key("ledger", &town.origin());
    keep_receipt(&town, "old");
    let said = town.does(&["key", "rotate", "--purpose", "checkpoint", "--store", Town::STORE]);
    let new = town.key("ledger", &town.origin());
    assert!(said.contains(&new.public().to_string()), "{said}");
    town.act(Town::STORE, "Anne Le Goff");
    town.does(&["export", "--store", Town::STORE, "--all", "-o", "later.tar"]);
    keep_receipt(&town, "new");
    policy(&town, "first", &[&old]);
    policy(&town, "second", &[&new]);
    policy(&town, "both", &[&old, &new]);
    (town, old)
}

#[test]
fn a_record_goes_on_under_another_key_and_old_and_new_are_believed_by_either() {
    let (town, _) = rotated();
    for believed in ["first", "second"] {
        let policy = ["--policy", believed];
        for what in [["--store", Town::STORE].as_slice(), &["later.tar"], &["all.tar"]] {
            // The older bundle knows the first key alone.
            let code = if believed == "second" && what == ["all.tar"] { 10 } else { 4 };
            let report = town.verify(&[what, &policy].concat());
            assert_eq!(report.code, code, "{what:?} by {believed}: {}", report.text);
        }
    }
    town.verify(&["--store", Town::STORE, "--seen", Town::SEEN]).says(4, &[]);
}

#[test]
fn a_receipt_is_believed_by_whoever_names_the_key_of_its_day() {
    let (town, _) = rotated();
    for (receipt, believed, code) in [
        ("old.json", "first", 4),
        ("old.json", "both", 4),
        ("new.json", "second", 4),
        ("new.json", "both", 4),
        ("new.json", "first", 10),
    ] {
        let report = town.verify(&["--receipt", receipt, "--policy", believed]);
        assert_eq!(report.code, code, "{receipt} by {believed}: {}", report.text);
    }
    let report = town.verify(&["--receipt", "new.json", "--policy", "first"]);
    report.says(10, &["a ledger that has replaced its key"]);
}

#[test]
fn a_stolen_key_that_was_replaced_signs_nothing_that_is_believed() {
    let (town, stolen) = rotated();
    let head = published(&town).text().parse::<Checkpoint>().unwrap();
    town.publish(&head.sign(&stolen).unwrap());
    for arguments in [["--policy", "first"].as_slice(), &["--policy", "second"], &["--policy", "both"], &[]] {
        let report = town.verify(&[&["--store", Town::STORE], arguments].concat());
        report.says(10, &["replaced at", "do not believe this checkpoint"]);
    }
}

#[test]
fn a_signers_key_takes_over_their_role_and_their_api_key() {
    let town = Town::new();
    let public = |said: String| said.lines().next().unwrap().trim_start_matches("public key: ").to_owned();
    let key = public(town.does(&["key", "new", "old.key"]));
    let role = ["key", "grant", "--role", "authority", "--name", "Samia Belkacem", "--public-key", &key];
    town.does(&[role.as_slice(), &["--store", Town::STORE]].concat());
    town.does(&["key", "new", "new.key"]);
    let files = ["--key", "old.key", "--new-key", "new.key", "--store", Town::STORE];
    let said = town.does(&[["key", "rotate", "--purpose", "signer"].as_slice(), &files].concat());
    assert!(said.contains("key:        dv_"), "{said}");
    let listed = town.does(&["key", "list", "--store", Town::STORE]);
    for line in
        ["authority     replaced by another key: Samia Belkacem", "authority     in force: Samia Belkacem"]
    {
        assert!(listed.contains(line), "`{line}` is not in:\n{listed}");
    }
    town.verify_store().says(4, &[]);
}
