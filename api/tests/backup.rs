//! The drill of `docs/operating.md` (The disk died), each of its commands run as an operator would, and what must be refused.
//!
//! Each test runs `devenir` as its own processes on loopback. The disk dies by deleting the store's directory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_api::client::{Answer, Client};
use devenir_core::ledger::{Checkpoint, Note};
use devenir_core::store::{EmbeddedReader, ReadLedger as _};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const DEVENIR: &str = env!("CARGO_BIN_EXE_devenir");

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A town with a store that is not served at the moment.
struct Town(tempfile::TempDir);

/// The server, until it is dropped.
struct Serving(Child, String);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Town {
    fn new() -> Self {
        let town = Self(tempfile::tempdir().unwrap());
        town.does(0, &["create", "--store", "town", "--origin", "consultations.example.fr/registre"]);
        town
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(DEVENIR).args(args).env("LANG", "en").current_dir(self.0.path()).output().unwrap()
    }

    /// Runs a command that ends with `code`, and gives what it said.
    fn does(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        said
    }

    /// Something happens in the record.
    fn act(&self, name: &str) {
        self.does(0, &["key", "grant", "--role", "guarantor", "--name", name, "--store", "town"]);
    }

    /// Serves the store until a checkpoint covers all of it, and goes on serving.
    fn serve(&self) -> Serving {
        let held = EmbeddedReader::open(&self.path("town")).unwrap().head().unwrap().size;
        let mut child = Command::new(DEVENIR)
            .args(["serve", "--store", "town", "--port", "0"])
            .current_dir(self.0.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("serving ") {
            line.clear();
            assert!(reader.read_line(&mut line).unwrap() > 0, "the server ended");
        }
        std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        let url = format!("{}/log", line.trim_end().split(' ').next_back().unwrap());
        let until = Instant::now() + Duration::from_secs(60);
        let client = Client::new(Duration::from_secs(5));
        let asked = |path: &str| client.get(&format!("{url}/{path}"), 10_000).ok();
        let covers = |answer: Answer| {
            let note = Note::parse(&answer.body).ok()?;
            Some(note.text().parse::<Checkpoint>().ok()?.head.size >= held)
        };
        while asked("checkpoint").and_then(covers) != Some(true) {
            assert!(Instant::now() < until, "no checkpoint over {held} events came");
            std::thread::sleep(Duration::from_millis(100));
        }
        Serving(child, url)
    }

    /// The disk dies; what was signed last was kept apart.
    fn disk_dies(&self) {
        std::fs::copy(self.path("town/signer/last-signed"), self.path("last-signed")).unwrap();
        std::fs::remove_dir_all(self.path("town")).unwrap();
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

const RESTORE: [&str; 6] = ["restore", "backup", "--store", "town", "--last-signed", "last-signed"];

const LOST: [&str; 8] = [
    "parts",
    "lost",
    "--store",
    "town",
    "--cause",
    "backup_too_old",
    "--explanation",
    "The disk died at noon, and the last copy was of the evening before.",
];

#[test]
fn the_disk_died_a_mirror_has_the_rest_and_the_record_goes_on() {
    let town = Town::new();
    town.act("Anne Le Goff");
    let serving = town.serve();
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    town.does(4, &["verify-backup", "backup"]);
    assert_eq!(
        [mode(&town.path("backup/vault")), mode(&town.path("backup/vault/vault.sqlite3"))],
        [0o700, 0o600]
    );
    assert_eq!(mode(&town.path("backup/private/keys/ledger.key")), 0o600);
    drop(serving);
    town.act("Samia Haddad");
    let serving = town.serve();
    town.does(4, &["watch", &serving.1, "--mirror", "mirror", "--once"]);
    drop(serving);
    town.disk_dies();

    let refused = town.does(1, &["restore", "backup", "--store", "town"]);
    assert!(refused.contains("--last-signed FILE"), "{refused}");
    let behind = town.does(12, &RESTORE);
    assert!(behind.contains("devenir recover"), "{behind}");
    let refused = town.run(&["key", "grant", "--role", "guarantor", "--name", "X", "--store", "town"]);
    assert!(!refused.status.success() && said(&refused).contains("mirror"), "{}", said(&refused));
    let taken = town.does(1, &RESTORE);
    assert!(taken.contains("nothing was overwritten"), "{taken}");

    // The names in the events that only the mirror has are gone with the disk.
    let recovered = town.does(12, &["recover", "--store", "town", "--from", "mirror"]);
    assert!(recovered.contains("parts are in no mirror"), "{recovered}");
    let verified = town.does(12, &["verify", "--store", "town"]);
    assert!(verified.contains("Verdict: incomplete"), "{verified}");
    town.does(0, &LOST);
    let verified = town.does(12, &["verify", "--store", "town"]);
    assert!(verified.contains("0 missing without an explanation, 1 declared lost"), "{verified}");
    town.act("Karim Benali");
    drop(town.serve());
    let again = town.serve();
    let seen = town.run(&["watch", &again.1, "--mirror", "mirror", "--once"]);
    assert_eq!(seen.status.code(), Some(4), "the mirror sees one history: {}", said(&seen));
}

#[test]
fn a_backup_from_before_a_key_was_replaced_does_not_go_on_and_says_why() {
    let town = Town::new();
    town.act("Anne Le Goff");
    drop(town.serve());
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    let rotated = town.does(0, &["key", "rotate", "--purpose", "checkpoint", "--store", "town"]);
    assert!(rotated.contains("a backup from before has the old key only"), "{rotated}");
    drop(town.serve());
    town.does(0, &["backup", "--store", "town", "-o", "newer"]);
    town.disk_dies();
    let refused = town.does(1, &RESTORE);
    assert!(refused.contains("A backup from before its key was replaced cannot go on"), "{refused}");
    assert!(!town.path("town").exists(), "nothing was written");
    let newer = ["restore", "newer", "--store", "town", "--last-signed", "last-signed"];
    town.does(0, &newer);
    town.act("Karim Benali");
    drop(town.serve());
}

#[test]
fn what_was_erased_after_the_backup_is_erased_again_once_the_ledger_is_back() {
    let town = Town::new();
    let csv = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/imports/consul/proposals_20250912T060959Z.csv");
    let import = ["import", "consul", csv.to_str().unwrap(), "--store", "town", "--consultation", "decide"];
    town.does(0, &import);
    let reference = "decide-0001";
    drop(town.serve());
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    let told = town.does(0, &["trace", reference, "--store", "town"]);
    let erase = ["erase", reference, "--name", "Ana", "--capacity", "alcaldesa", "--store", "town"];
    town.does(0, &erase);
    let serving = town.serve();
    town.does(4, &["watch", &serving.1, "--mirror", "mirror", "--once"]);
    drop(serving);
    // A word that only the erased text has: the longest that the page no longer shows.
    let after = town.does(0, &["trace", reference, "--store", "town"]);
    let words = told.split(|c: char| !c.is_alphanumeric()).filter(|word| !after.contains(word));
    let canary = words.max_by_key(|word| word.len()).unwrap().to_owned();
    let holds = |path: &str| {
        let bytes = std::fs::read(town.path(path)).unwrap();
        bytes.windows(canary.len()).any(|window| window == canary.as_bytes())
    };
    assert!(holds("backup/vault/vault.sqlite3") && !holds("backup/ledger/ledger.sqlite3"), "{canary}");
    assert!(!holds("town/ledger.sqlite3"), "{canary}");
    town.disk_dies();
    town.does(12, &RESTORE);
    assert!(holds("town/ledger.sqlite3"), "{canary}: the backup is older than the erasure");
    town.run(&["recover", "--store", "town", "--from", "mirror"]);
    assert!(!holds("town/ledger.sqlite3"), "{canary} is back");
    assert!(!town.path("town/brought-back").exists());
    let verified = town.run(&["verify", "--store", "town"]);
    assert_ne!(verified.status.code(), Some(10), "{}", said(&verified));
}

#[test]
fn a_mirror_that_lacks_the_tail_or_is_of_another_ledger_recovers_nothing() {
    let town = Town::new();
    town.act("Anne Le Goff");
    let serving = town.serve();
    town.does(4, &["watch", &serving.1, "--mirror", "mirror", "--once"]);
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    drop(serving);
    town.act("Samia Haddad");
    drop(town.serve());
    town.does(0, &["export", "--all", "--store", "town", "-o", "all.tar"]);
    town.disk_dies();
    town.does(12, &RESTORE);
    let short = town.does(1, &["recover", "--store", "town", "--from", "mirror"]);
    assert!(short.contains("nothing was written"), "{short}");

    let other = Town::new();
    let serving = other.serve();
    let refused = town.does(1, &["recover", "--store", "town", "--from", &serving.1]);
    assert!(refused.contains("nothing was recovered"), "{refused}");
    drop(serving);
    // Of three sources the third reaches what was signed: a bundle of the whole ledger. Nothing of the others is taken for it.
    other.does(0, &["export", "--all", "--store", "town", "-o", "other.tar"]);
    let foreign = other.path("other.tar");
    let foreign = foreign.to_str().unwrap();
    town.does(1, &["recover", "--store", "town", "--from", foreign]);
    assert!(!town.path("town/recovering").exists());
    // What a run that was killed had laid down is no part of any source.
    let left = town.path("town/recovering/tile/entries");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("000.p/1"), b"x").unwrap_or_default();
    std::fs::write(town.path("town/recovering/checkpoint"), b"left behind").unwrap();
    let all = ["recover", "--store", "town", "--from", foreign, "--from", "mirror", "--from", "all.tar"];
    town.does(12, &all);
    town.act("Karim Benali");
    other.does(0, &["backup", "--store", "town", "-o", "backup"]);
    other.disk_dies();
    let foreign = town.path("backup");
    let foreign = ["restore", foreign.to_str().unwrap(), "--store", "town", "--last-signed", "last-signed"];
    let refused = other.does(1, &foreign);
    assert!(refused.contains("is not what this ledger signed last"), "{refused}");
}

#[test]
fn a_ledger_that_cannot_reach_what_it_signed_is_succeeded_once_nothing_has_the_rest() {
    let town = Town::new();
    town.act("Anne Le Goff");
    let succeed = |mirror: &[&str]| {
        let always =
            ["succeed", "--of", "town", "--store", "next", "--origin", "consultations.example.fr/suite"];
        let why = ["--cause", "backup_too_old", "--explanation", "The last copy was of the evening before."];
        let args = [&always[..], &why[..], mirror].concat();
        let output = town.run(&args);
        (output.status.code(), said(&output))
    };
    let serving = town.serve();
    town.does(4, &["watch", &serving.1, "--mirror", "early", "--once"]);
    let (code, refused) = succeed(&["--no-mirror"]);
    assert!(code == Some(1) && !town.path("next").exists(), "the store is served: {refused}");
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    drop(serving);
    let (code, refused) = succeed(&["--no-mirror"]);
    assert!(code == Some(1) && refused.contains("nothing that it signed is missing"), "{refused}");
    town.act("Samia Haddad");
    drop(town.serve());
    town.does(0, &["export", "--all", "--store", "town", "-o", "all.tar"]);
    town.disk_dies();
    town.does(12, &RESTORE);

    // As long as anything has the rest, there is no successor, and none without saying where the rest was looked for.
    let (code, refused) = succeed(&["--from", "early", "--from", "all.tar"]);
    assert!(code == Some(1) && refused.contains("devenir recover --store town --from all.tar"), "{refused}");
    assert_eq!(succeed(&[]).0, Some(2));
    let same = ["--from", "early", "--origin", "consultations.example.fr/registre"];
    assert_ne!(succeed(&same).0, Some(0), "the origin is another one, given once");
    assert!(!town.path("next").exists());
    let (code, opened) = succeed(&["--from", "early"]);
    assert!(code == Some(0) && opened.contains("not reached: early"), "{opened}");

    let verified = town.does(4, &["verify", "--store", "next", "--lang", "en"]);
    assert!(verified.contains("opened in the place of ledger"), "{verified}");
    assert!(verified.contains("(consultations.example.fr/registre), which ended"), "{verified}");
    let json: serde_json::Value =
        serde_json::from_str(&town.does(4, &["verify", "--store", "next", "--json"])).unwrap();
    let succeeds = &json["succeeds"];
    assert_eq!(succeeds["origin"], "consultations.example.fr/registre", "{json}");
    assert!(succeeds["signed"]["size"].as_str() > succeeds["held"]["size"].as_str(), "{json}");
    assert_eq!(succeeds["cause"], "backup_too_old");
    let old = town.does(12, &["verify", "--store", "town", "--json"]);
    let old: serde_json::Value = serde_json::from_str(&old).unwrap();
    assert_eq!(old["ledger"], succeeds["ledger"]);
    // It goes on as any ledger does, and the one before stays as it is.
    town.does(0, &["key", "grant", "--role", "guarantor", "--name", "Karim Benali", "--store", "next"]);
    town.does(4, &["verify", "--store", "next"]);
    let refused = town.run(&["key", "grant", "--role", "guarantor", "--name", "X", "--store", "town"]);
    assert!(!refused.status.success(), "{}", said(&refused));
}

#[test]
fn what_no_copy_has_is_declared_lost_and_shown_as_lost_and_not_as_erased() {
    let town = Town::new();
    let csv = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/imports/consul/proposals_20250912T060959Z.csv");
    let import = ["import", "consul", csv.to_str().unwrap(), "--store", "town", "--consultation", "decide"];
    town.does(0, &import);
    assert!(town.does(0, &LOST).contains("no part is missing"));
    let before = town.does(0, &["trace", "decide-0001", "--store", "town"]);
    let file = rusqlite::Connection::open(town.path("town/ledger.sqlite3")).unwrap();
    // The title and text of the first proposal.
    let first = "DELETE FROM part WHERE place = (SELECT min(place) FROM part WHERE kind = 1)";
    assert_eq!(file.execute(first, []).unwrap(), 1);
    drop(file);

    let verified = town.does(12, &["verify", "--store", "town"]);
    assert!(verified.contains("1 missing without an explanation, 0 declared lost"), "{verified}");
    let counted = town.does(0, &LOST[..4]);
    assert!(counted.contains("1 parts of 1 events") && counted.contains("nothing was recorded"), "{counted}");
    let declared = town.does(0, &LOST);
    assert!(declared.contains("declared: lost (backup_too_old)"), "{declared}");
    assert!(town.does(0, &LOST).contains("no part is missing"), "it is declared once");
    let verified = town.does(12, &["verify", "--store", "town"]);
    assert!(verified.contains("0 missing without an explanation, 1 declared lost"), "{verified}");

    let told = town.does(0, &["trace", "decide-0001", "--store", "town", "--lang", "en"]);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = ["declared part of what was kept here lost, and not erased", "The disk died at noon"];
    assert!(said.iter().all(|said| told.contains(said)) && !told.contains("was erased"), "{told}");
    assert!(!told.contains("can still be read"), "{told}");
    let title = before.lines().nth(2).unwrap();
    assert!(!told.contains(title), "{title}: {told}");
    let serving = town.serve();
    let site = serving.1.strip_suffix("/log").unwrap();
    let client = Client::new(Duration::from_secs(5));
    let get = |path: &str| {
        let answer = client.get(&format!("{site}{path}"), 1_000_000).unwrap();
        String::from_utf8(answer.body).unwrap()
    };
    let page = get("/c/decide-0001?lang=en");
    assert!(
        page.contains("lost, and not erased") && page.contains("it was recorded and could not"),
        "{page}"
    );
    let query = "query=%7Bcontribution(reference%3A%22decide-0001%22)%7Btitle%7Bplain%20absent%20absentBecause\
        %7Btype%7D%7D%7D%7D";
    let answer: serde_json::Value = serde_json::from_str(&get(&format!("/graphql?{query}"))).unwrap();
    let title = &answer["data"]["contribution"]["title"];
    let expected = serde_json::json!({
        "plain": null, "absent": "LOST", "absentBecause": { "type": "parts-lost" }
    });
    assert_eq!(title, &expected, "{answer}");
}

#[test]
fn a_truncated_or_mixed_backup_is_altered_and_is_not_brought_back() {
    let town = Town::new();
    town.act("Anne Le Goff");
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    let never = ["restore", "backup", "--store", "back", "--never-signed"];
    let vault = town.path("backup/vault/vault.sqlite3");
    let whole = std::fs::read(&vault).unwrap();
    std::fs::write(&vault, &whole[..whole.len() / 2]).unwrap();
    let altered = town.does(10, &["verify-backup", "backup"]);
    assert!(altered.contains("vault.sqlite3 has"), "{altered}");
    town.does(10, &never);
    std::fs::write(&vault, &whole).unwrap();

    // Without the vault: what is left is true, and it is said that something is missing.
    std::fs::rename(town.path("backup/vault"), town.path("vault")).unwrap();
    town.does(12, &["verify-backup", "backup"]);
    town.does(4, &["verify-backup", "backup", "--vault", "vault"]);
    assert!(town.does(1, &never).contains("--without-vault"));

    // The vault of a backup of another day.
    town.does(0, &["backup", "--store", "town", "-o", "another"]);
    std::fs::rename(town.path("another/vault"), town.path("backup/vault")).unwrap();
    let mixed = town.does(10, &["verify-backup", "backup"]);
    assert!(mixed.contains("of two backups"), "{mixed}");

    std::fs::remove_file(town.path("backup/ledger/manifest.json")).unwrap();
    town.does(3, &["verify-backup", "backup"]);
    assert!(!town.path("back/ledger.sqlite3").exists());
}

#[test]
fn a_target_that_is_full_or_takes_nothing_leaves_no_backup_behind() {
    let town = Town::new();
    let refused = town.does(1, &["backup", "--store", "town", "-o", "/proc/backup"]);
    assert!(refused.contains("/proc/backup"), "{refused}");
    // A file may grow to a few kilobytes only, as on a disk that is full.
    let full = format!("trap '' XFSZ; ulimit -f 8; {DEVENIR} backup --store town -o full");
    let ended = Command::new("sh").args(["-c", &full]).current_dir(town.path(".")).output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(!town.path("full").exists(), "{}", said(&ended));
    std::fs::create_dir(town.path("taken")).unwrap();
    std::fs::write(town.path("taken/letter"), "x").unwrap();
    let refused = town.does(1, &["backup", "--store", "town", "-o", "taken"]);
    assert!(refused.contains("letter") && refused.contains("nothing was overwritten"), "{refused}");
}

/// The signer's memory of a ledger that signed more than its backup holds, and what was signed when the backup was made.
fn behind(town: &Town) -> (Vec<u8>, Vec<u8>) {
    town.act("Anne Le Goff");
    drop(town.serve());
    let older = std::fs::read(town.path("town/signer/last-signed")).unwrap();
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    town.act("Samia Haddad");
    let serving = town.serve();
    town.does(4, &["watch", &serving.1, "--mirror", "mirror", "--once"]);
    drop(serving);
    town.disk_dies();
    (older, std::fs::read(town.path("last-signed")).unwrap())
}

#[test]
fn a_signers_memory_that_does_not_read_is_never_replaced_by_a_source() {
    let town = Town::new();
    let (_, newest) = behind(&town);
    town.does(12, &RESTORE);
    let memory = town.path("town/signer/last-signed");
    let half = &newest[..newest.len() / 2];
    std::fs::write(&memory, half).unwrap();
    let recover = ["recover", "--store", "town", "--from", "mirror"];
    let refused = town.does(1, &recover);
    assert!(refused.contains("is not what this ledger signed last"), "{refused}");
    assert_eq!(std::fs::read(&memory).unwrap(), half, "it is left for whoever has the copy");
    std::fs::write(&memory, &newest).unwrap();
    town.does(12, &recover);
}

#[test]
fn of_two_memories_that_differ_neither_is_taken() {
    let town = Town::new();
    let (older, newest) = behind(&town);
    let memory = town.path("town/signer/last-signed");
    std::fs::create_dir_all(memory.parent().unwrap()).unwrap();
    std::fs::write(&memory, &older).unwrap();
    let refused = town.does(1, &RESTORE);
    assert!(refused.contains("which of them this ledger signed last is for you to say"), "{refused}");
    assert!(!town.path("town/keys").exists());
    std::fs::write(&memory, &newest).unwrap();
    town.does(12, &RESTORE);
    assert_eq!(std::fs::read(&memory).unwrap(), newest);
}

#[test]
fn a_manifest_that_names_a_file_elsewhere_is_refused_and_nothing_is_written_there() {
    let town = Town::new();
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    let path = town.path("backup/private/manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let evil = serde_json::json!({ "name": "keys/../../evil", "bytes": 0, "sha256": empty });
    manifest["files"].as_array_mut().unwrap().push(evil);
    std::fs::write(&path, manifest.to_string()).unwrap();
    std::fs::write(town.path("backup/evil"), b"").unwrap();
    let refused = town.does(10, &["restore", "backup", "--store", "back", "--never-signed"]);
    assert!(refused.contains("`keys/../../evil`, which is no file of the folder private"), "{refused}");
    assert!(!town.path("evil").exists() && !town.path("back").exists());
}

#[test]
fn a_restore_that_finds_no_room_takes_away_what_it_brought() {
    let town = Town::new();
    let csv = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/imports/consul/proposals_20250912T060959Z.csv");
    let import = ["import", "consul", csv.to_str().unwrap(), "--store", "town", "--consultation", "decide"];
    town.does(0, &import);
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    let size = |path: &str| std::fs::metadata(town.path(path)).unwrap().len();
    let private = ["backup/private/register.sqlite3", "backup/private/keys/credentials.sqlite3"]
        .map(|path| if town.path(path).exists() { size(path) } else { 0 });
    // Files may grow as large as those, and no larger: the ledger does not fit.
    let most = private.into_iter().max().unwrap();
    assert!(most < size("backup/ledger/ledger.sqlite3"), "{private:?}");
    let run = |store: &str| {
        let restore = format!(
            "trap '' XFSZ; ulimit -f {}; {DEVENIR} restore backup --store {store} --never-signed",
            most.div_ceil(512)
        );
        let ended = Command::new("sh").args(["-c", &restore]).current_dir(town.path(".")).output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    };
    run("back");
    assert!(!town.path("back").exists());
    std::fs::create_dir(town.path("mounted")).unwrap();
    std::fs::write(town.path("mounted/policy.txt"), b"log x\n").unwrap();
    run("mounted");
    let left = std::fs::read_dir(town.path("mounted")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name != "writer.lock").collect();
    assert_eq!(left, ["policy.txt"], "what lay there stays, and no key");
    town.does(0, &["restore", "backup", "--store", "back", "--never-signed"]);
}

/// `devenir restore … | head -1`: what the record erases is still erased in what was brought back.
#[test]
fn a_reader_who_stops_reading_stops_no_restore() {
    let town = Town::new();
    town.does(0, &["backup", "--store", "town", "-o", "backup"]);
    let mut restore = Command::new(DEVENIR)
        .args(["restore", "backup", "--store", "back", "--never-signed"])
        .current_dir(town.path("."))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(restore.stdout.take());
    assert_eq!(restore.wait().unwrap().code(), Some(0));
    assert!(!town.path("back/brought-back").exists());
}
