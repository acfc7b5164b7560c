//! Bundles through the real commands, as an operator exports them and a guarantor verifies them.
//!
//! The store is that of the story, loaded on a day of the past, so that the machine's clock goes on from it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_api::story::{Loading, Story, create};
use devenir_core::bundle::{Files as _, TarReader};
use devenir_core::ledger::{Checkpoint, Cosigner, SigningKey};
use devenir_core::writer::{Instance, Random, SeededRandom, SystemClock};
use jiff::civil::date;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

fn devenir(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_devenir")).current_dir(dir).args(arguments).output().unwrap()
}

/// Runs `devenir verify` and gives the exit code and the report.
fn verify(dir: &Path, arguments: &[&str]) -> (i32, String) {
    let output = devenir(dir, &[&["verify", "--lang", "en"], arguments].concat());
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn export(dir: &Path, arguments: &[&str]) {
    let output = devenir(dir, &[&["export", "--store", "registre"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A trail in English, on long lines.
fn trace(dir: &Path) -> String {
    let asked = ["trace", "villeneuve-velo-0009", "--store", "registre", "--lang", "en", "--width", "400"];
    let output = devenir(dir, &asked);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_exported_is_verified_and_what_is_tampered_with_is_not() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let seeded = |name| -> Box<dyn Random> { Box::new(SeededRandom::new(name)) };
    let loading = Loading { day: date(2026, 3, 16), slice: None };
    let story = Story::villeneuve().unwrap();
    create(&dir.join("registre"), &story, &loading, seeded("keys"), seeded("register")).unwrap();
    // What the story erases in March is overdue by now: a verifier says so until it is carried out.
    assert_eq!(verify(dir, &["--store", "registre"]).0, 10);
    let erased = devenir(dir, &["erase", "--carry-out", "--store", "registre"]);
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    assert!(String::from_utf8_lossy(&erased.stdout).starts_with("nothing waits"));
    let asked =
        ["erase", "villeneuve-velo-0012", "--refuse", "expression", "--explanation", "Il reste d'intérêt."];
    let by = ["--name", "Maryvonne Castelin", "--capacity", "maire", "--store", "registre"];
    let refused = devenir(dir, &[&asked[..], &by[..]].concat());
    assert!(refused.status.success(), "{}", String::from_utf8_lossy(&refused.stderr));
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(said.contains("(refused)") && !said.contains("carried out"), "{said}");

    export(dir, &["--all", "-o", "all.tar"]);
    export(dir, &["--all", "-o", "all"]);
    let (code, whole) = verify(dir, &["all.tar"]);
    assert_eq!(code, 4, "{whole}");
    assert!(whole.contains("signed by the ledger's own key"), "{whole}");
    assert!(whole.contains("not shown in this file"), "{whole}");
    assert_eq!(verify(dir, &["all"]), (4, whole));
    let slug = story_slug(dir);
    export(dir, &[&slug, "-o", "one.tar"]);
    let (code, one) = verify(dir, &["one.tar"]);
    assert_eq!(code, 4, "{one}");
    assert!(one.contains("one consultation") && one.contains("complete up to event"), "{one}");

    // What a trail tells its reader to do can be done with the file, and needs no store.
    let told = trace(dir);
    assert!(told.contains("devenir verify record.tar --lang en") && !told.contains("--store"), "{told}");
    assert!(told.contains("No outside witness has confirmed this record yet"), "{told}");

    // Nothing of a person is in a bundle but texts that pages show; in the one for who may read all, all is.
    export(dir, &["--all", "--everything", "-o", "everything.tar"]);
    let sizes = ["all.tar", "everything.tar"].map(|name| std::fs::metadata(dir.join(name)).unwrap().len());
    assert!(sizes[0] < sizes[1]);
    assert!(!verify(dir, &["everything.tar"]).1.contains("not shown in this file"));

    // Every file but the documents: one bit changed is found.
    let bytes = std::fs::read(dir.join("all.tar")).unwrap();
    for at in [bytes.len() / 5, bytes.len() / 3, bytes.len() / 2] {
        let mut other = bytes.clone();
        other[at] ^= 1;
        std::fs::write(dir.join("other.tar"), other).unwrap();
        let (code, said) = verify(dir, &["other.tar"]);
        assert!([3, 10].contains(&code), "byte {at}: {said}");
    }
    std::fs::write(dir.join("cut.tar"), &bytes[..bytes.len() - 600]).unwrap();
    assert_eq!(verify(dir, &["cut.tar"]).0, 3);

    // The checkpoint of the bundle, kept: the same history goes on from it, another does not.
    let mut tar = TarReader::new(bytes.as_slice());
    let mut note = Vec::new();
    while let Some((name, len)) = tar.next_file().unwrap() {
        let mut content = vec![0; usize::try_from(len).unwrap()];
        tar.fill(&mut content).unwrap();
        if name.to_string() == "checkpoint" {
            note = content;
        }
    }
    std::fs::write(dir.join("seen"), &note).unwrap();
    let (code, said) = verify(dir, &["--store", "registre", "--seen", "seen"]);
    assert_eq!(code, 4, "{said}");
    let text = String::from_utf8(note).unwrap();
    let root = text.lines().nth(2).unwrap();
    let forged = text.replace(root, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    std::fs::write(dir.join("seen"), forged).unwrap();
    let (code, said) = verify(dir, &["all.tar", "--seen", "seen"]);
    assert_eq!(code, 11, "{said}");
    assert!(std::fs::read_to_string(dir.join("devenir-evidence.txt")).unwrap().contains(root));

    assert_eq!(verify(dir, &[]).0, 2);
    assert_eq!(verify(dir, &["nothing.tar"]).0, 3);
}

#[test]
fn an_export_keeps_the_checkpoint_that_witnesses_have_cosigned() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let seeded = |name| -> Box<dyn Random> { Box::new(SeededRandom::new(name)) };
    let loading = Loading { day: date(2026, 3, 16), slice: None };
    let store = dir.join("registre");
    create(&store, &Story::villeneuve().unwrap(), &loading, seeded("keys"), seeded("register")).unwrap();
    // Whoever exports what should long be erased still has it, shown or not.
    export(dir, &["--all", "-o", "late.tar"]);
    let (code, said) = verify(dir, &["late.tar"]);
    assert!(code == 10 && said.contains("is still held"), "{said}");
    assert!(devenir(dir, &["erase", "--carry-out", "--store", "registre"]).status.success());
    export(dir, &["--all", "-o", "alone.tar"]);

    let witness = Cosigner::new("town".parse().unwrap(), SigningKey::from_seed(&[2; 32]));
    let mut instance = Instance::open(&store, Arc::new(SystemClock), seeded("a"), seeded("b")).unwrap();
    let note = instance.checkpointer.last_signed().unwrap().unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    let note = note.with(witness.cosign(&checkpoint, 1_800_000_000).unwrap()).unwrap();
    assert!(instance.checkpointer.publish_cosigned(&note).unwrap());
    let log = instance.public_keys.checkpoints.clone();
    drop(instance);
    let policy = format!("log {log}\nwitness town {}\nquorum town\n", witness.public());
    std::fs::write(dir.join("policy"), policy).unwrap();

    let told = trace(dir);
    assert!(told.contains("Outside witnesses have confirmed this record; nothing proves"), "{told}");
    export(dir, &["--all", "-o", "cosigned.tar"]);
    assert_eq!(verify(dir, &["alone.tar", "--policy", "policy"]).0, 4);
    let (code, said) = verify(dir, &["cosigned.tar", "--policy", "policy"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(std::fs::read_to_string(store.join("tiles/checkpoint")).unwrap(), note.to_string());
}

/// The short name of the one consultation of the story.
fn story_slug(dir: &Path) -> String {
    let output = devenir(dir, &["export", "--store", "registre", "--ndjson"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    let of = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["consultation"].as_str().map(str::to_owned)
    };
    lines.lines().find_map(of).unwrap()
}
