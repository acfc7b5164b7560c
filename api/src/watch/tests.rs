//! What a watcher makes of a log that forks, hides, or shows something else, and of its own spoiled disk.
//!
//! The log is a small server that gives a checkpoint and bundles of envelopes and no tile of hashes: a hostile one need not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::remote::RemoteLedger;
use devenir_core::audit::Verdict;
use devenir_core::ledger::{
    Cosigner, Fork, NoteSigner, Position, SigningKey, Tree, TreeSize, encode_bundle, leaf_hash,
};
use devenir_core::rules::Locale;
use devenir_core::store::ReadLedger as _;
use devenir_core::testing::history::seeded;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A log, and what it serves by path.
struct Log {
    url: String,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Log {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/log", listener.local_addr().unwrap());
        let files: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let served = Arc::clone(&files);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let mut request = [0; 4_096];
                let length = socket.read(&mut request).unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let path =
                    request.split(' ').nth(1).unwrap_or_default().trim_start_matches("/log/").to_owned();
                let found = served.lock().unwrap().get(&path).cloned();
                let (status, body) = found.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
                let head = format!(
                    "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let _ = socket.write_all(&[head.as_bytes(), &body].concat());
            }
        });
        Self { url, files }
    }

    /// Serves these envelopes and no others, under a checkpoint of the real key.
    fn shows(&self, envelopes: &[Vec<u8>]) {
        self.shows_cosigned(envelopes, None);
    }

    /// The same, cosigned by the witness of [`policy`] at an instant in seconds.
    fn shows_cosigned(&self, envelopes: &[Vec<u8>], at_s: Option<u64>) {
        let size = TreeSize::new(envelopes.len() as u64);
        let head = envelopes.iter().map(|envelope| leaf_hash(envelope)).collect::<Tree>().head();
        let checkpoint = Checkpoint { origin: signer().public().name().clone(), head };
        let note = checkpoint.sign(&signer()).unwrap();
        let note = at_s
            .iter()
            .fold(note, |note, at_s| note.with(witness().cosign(&checkpoint, *at_s).unwrap()).unwrap());
        let mut files = self.files.lock().unwrap();
        files.clear();
        files.insert("checkpoint".into(), note.to_string().into_bytes());
        for tile in crate::remote::bundles(TreeSize::EMPTY, size) {
            let first = usize::try_from(tile.index()).unwrap() * 256;
            let entries = &envelopes[first..first + usize::from(tile.width())];
            files.insert(tile.to_string(), encode_bundle(entries).unwrap());
        }
    }

    fn hides(&self, path: &str) {
        assert!(self.files.lock().unwrap().remove(path).is_some(), "{path}");
    }

    fn watch(&self, mirror: &Path) -> Vec<Finding> {
        self.watch_under(mirror, None)
    }

    fn watch_under(&self, mirror: &Path, policy: Option<Policy>) -> Vec<Finding> {
        let key = Some(signer().public().clone());
        Watch::new(&self.url, Mirror::open(mirror).unwrap(), key, policy, Vec::new()).unwrap().look()
    }
}

fn signer() -> NoteSigner {
    NoteSigner::new("example.org/registre".parse().unwrap(), SigningKey::from_seed(&[7; 32]))
}

fn witness() -> Cosigner {
    Cosigner::new("witness.example/w".parse().unwrap(), SigningKey::from_seed(&[8; 32]))
}

fn policy() -> Policy {
    let text = format!("log {}\nwitness w {}\nquorum w\n", signer().public(), witness().public());
    Policy::parse(text.as_bytes()).unwrap()
}

/// A sound record of `count` envelopes.
fn history(count: usize) -> Vec<Vec<u8>> {
    let record = seeded(7, 1_400);
    let envelopes: Vec<_> = record.entries().iter().map(|entry| entry.bytes.clone()).collect();
    envelopes[..count].to_vec()
}

/// The same record, another one from an event on.
fn fork(count: usize, parts_at: usize) -> Vec<Vec<u8>> {
    let mut envelopes = history(count);
    envelopes[parts_at..].iter_mut().for_each(|envelope| envelope.push(b'!'));
    envelopes
}

fn said(found: &[Finding]) -> String {
    found.iter().flat_map(|one| one.say(Locale::En)).collect::<Vec<_>>().join("\n")
}

/// The texts that lie in `evidence/`, by the end of their names.
fn evidence(mirror: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(mirror.join("evidence")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.extension().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap()))
        .collect()
}

/// Where a fork parts, and how far it goes: in the bundle that was partial and is full in the fork, inside one that the
/// mirror had whole, and before the next boundary.
#[test]
fn a_fork_is_convicted_wherever_it_parts_though_the_log_serves_no_tile_of_hashes() {
    for (seen, shown, parts_at) in
        [(300, 600, 290), (300, 600, 100), (300, 310, 299), (256, 512, 0), (300, 300, 299)]
    {
        let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
        log.shows(&history(seen));
        let before = log.watch(mirror.path());
        assert_eq!(verdict(&before), Verdict::SelfConsistent, "{}", said(&before));
        log.shows(&fork(shown, parts_at));
        let found = log.watch(mirror.path());
        assert_eq!(verdict(&found), Verdict::Divergent, "{seen} {shown} {parts_at}: {}", said(&found));
        let [(kind, kept)] = &evidence(mirror.path())[..] else { panic!("{}", said(&found)) };
        assert_eq!(kind, "fork");
        let heads = Fork::parse(kept).unwrap().convicts(signer().public()).unwrap();
        assert_eq!((heads.0.size.get(), heads.1.size.get()), (seen as u64, shown as u64));
        // What was accepted is still what is believed.
        log.shows(&history(600));
        let found = log.watch(mirror.path());
        assert_eq!(verdict(&found), Verdict::SelfConsistent, "{}", said(&found));
    }
}

#[test]
fn a_log_that_hides_the_envelopes_of_what_it_signed_is_altered_and_both_notes_are_kept() {
    let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
    log.shows(&history(300));
    log.watch(mirror.path());
    log.shows(&fork(600, 100));
    let signed = log.files.lock().unwrap()["checkpoint"].clone();
    log.hides("tile/entries/000");
    let found = log.watch(mirror.path());
    assert_eq!(verdict(&found), Verdict::Altered, "{}", said(&found));
    assert!(said(&found).contains("tile/entries/000 is answered with 404"), "{}", said(&found));
    let [(kind, kept)] = &evidence(mirror.path())[..] else { panic!("{}", said(&found)) };
    assert_eq!(kind, "unproven");
    assert_eq!(Fork::parse(kept).unwrap().notes().1.to_string().as_bytes(), signed);
}

#[test]
fn a_log_whose_envelopes_do_not_lead_to_its_first_checkpoint_is_altered_and_the_checkpoint_kept() {
    let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
    log.shows(&fork(300, 299));
    let signed = log.files.lock().unwrap()["checkpoint"].clone();
    log.shows(&history(300));
    log.files.lock().unwrap().insert("checkpoint".into(), signed.clone());
    let found = log.watch(mirror.path());
    assert_eq!(verdict(&found), Verdict::Altered, "{}", said(&found));
    assert_eq!(evidence(mirror.path()), [("checkpoint".to_owned(), signed)]);
    assert!(Mirror::open(mirror.path()).unwrap().checkpoint().unwrap().is_none());
}

/// A log may have thrown away the partial bundle of an older checkpoint.
#[test]
fn where_only_the_full_bundle_is_left_its_beginning_is_read_by_watchers_and_verifiers_alike() {
    let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
    log.shows(&history(512));
    let full = log.files.lock().unwrap()["tile/entries/001"].clone();
    log.shows(&history(300));
    log.hides("tile/entries/001.p/44");
    log.files.lock().unwrap().insert("tile/entries/001".into(), full);
    let found = log.watch(mirror.path());
    assert_eq!(verdict(&found), Verdict::SelfConsistent, "{}", said(&found));
    let ledger = RemoteLedger::open(RemoteLog::new(&log.url, PATIENCE)).unwrap();
    assert_eq!(ledger.read(Position::new(256), 100).unwrap(), history(300)[256..]);
}

#[test]
fn evidence_that_no_disk_takes_is_printed() {
    let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
    log.shows(&history(300));
    log.watch(mirror.path());
    std::fs::write(mirror.path().join("evidence"), b"a file where a folder would be").unwrap();
    log.shows(&fork(600, 290));
    let found = log.watch(mirror.path());
    assert_eq!(verdict(&found), Verdict::Divergent, "{}", said(&found));
    assert!(said(&found).contains("NOT KEPT"), "{}", said(&found));
    let printed = found.iter().find_map(Finding::evidence).unwrap();
    assert!(Fork::parse(printed.as_bytes()).unwrap().convicts(signer().public()).is_ok());
}

/// Changes the last byte of a bundle of the mirror: it still reads.
fn spoil(mirror: &Path) {
    let path = mirror.join("tile/entries/000");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn what_the_mirrors_own_disk_spoiled_is_fetched_again_and_what_was_accepted_stays() {
    for shown in [300, 600] {
        let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
        log.shows(&history(300));
        log.watch(mirror.path());
        spoil(mirror.path());
        log.shows(&history(shown));
        let found = log.watch(mirror.path());
        assert_eq!(verdict(&found), Verdict::SelfConsistent, "{}", said(&found));
        assert!(
            said(&found).contains("1 bundles of events that the mirror's disk had spoiled"),
            "{}",
            said(&found)
        );
        let again = said(&log.watch(mirror.path()));
        assert!(!again.contains("spoiled") && again.contains("nothing new"), "{again}");
    }
}

#[test]
fn a_mirror_that_cannot_be_mended_is_not_laid_to_the_ledgers_charge_and_keeps_what_it_accepted() {
    let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
    log.shows(&history(300));
    log.watch(mirror.path());
    let accepted = std::fs::read(mirror.path().join("checkpoint")).unwrap();
    spoil(mirror.path());
    log.hides("tile/entries/000");
    let found = log.watch(mirror.path());
    assert_eq!(verdict(&found), Verdict::Unreadable, "{}", said(&found));
    let said = said(&found);
    assert!(said.contains("the mirror itself cannot be used, which says nothing of the ledger"), "{said}");
    assert!(!said.contains("delete") && !said.contains("does not answer"), "{said}");
    assert_eq!(std::fs::read(mirror.path().join("checkpoint")).unwrap(), accepted);
    assert!(mirror.path().join("key").exists());
}

#[test]
fn a_fork_is_convicted_though_the_mirrors_own_disk_is_spoiled_too() {
    let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
    log.shows(&history(300));
    log.watch(mirror.path());
    spoil(mirror.path());
    log.shows(&fork(600, 100));
    let found = log.watch(mirror.path());
    assert_eq!(verdict(&found), Verdict::Divergent, "{}", said(&found));
    let [(_, kept)] = &evidence(mirror.path())[..] else { panic!("{}", said(&found)) };
    assert!(Fork::parse(kept).unwrap().convicts(signer().public()).is_ok());
}

#[test]
fn a_key_is_kept_only_once_it_has_signed_what_is_shown_and_another_one_is_refused_then() {
    let (log, folder) = (Log::start(), tempfile::tempdir().unwrap());
    log.shows(&history(300));
    let mirror = Mirror::open(folder.path()).unwrap();
    let mistyped = NoteSigner::new("example.org/registre".parse().unwrap(), SigningKey::from_seed(&[8; 32]));
    let with =
        |key: &NoteSigner| Watch::new(&log.url, mirror.clone(), Some(key.public().clone()), None, Vec::new());
    assert_eq!(verdict(&with(&mistyped).unwrap().look()), Verdict::Altered);
    assert!(mirror.key().unwrap().is_none(), "nothing holds on to a key that signed nothing here");
    let found = with(&signer()).unwrap().look();
    assert_eq!(verdict(&found), Verdict::SelfConsistent, "{}", said(&found));
    assert_eq!(mirror.key().unwrap().as_ref(), Some(signer().public()));
    let refused = with(&mistyped).unwrap_err().to_string();
    assert!(refused.starts_with("this mirror is of example.org/registre+"), "{refused}");
}

#[test]
fn an_event_that_is_dated_before_a_quorum_saw_the_ledger_without_it_is_altered_at_every_look() {
    let (log, mirror) = (Log::start(), tempfile::tempdir().unwrap());
    let envelopes = history(300);
    let recorded_s =
        |at: usize| (decode(&envelopes[at]).unwrap().sequence.recorded_at.0 / 1000).unsigned_abs();
    log.shows_cosigned(&envelopes[..250], Some(recorded_s(250) + 600));
    let first = log.watch_under(mirror.path(), Some(policy()));
    assert_eq!(verdict(&first), Verdict::Anchored, "{}", said(&first));
    log.shows_cosigned(&envelopes, Some(recorded_s(299) + 1_200));
    for _ in 0..2 {
        let found = log.watch_under(mirror.path(), Some(policy()));
        assert_eq!(verdict(&found), Verdict::Altered, "{}", said(&found));
        assert!(said(&found).contains("event 250 says that it was recorded at"), "{}", said(&found));
    }
    // Whoever asks for no witness learns nothing of dates; an honest ledger is accepted.
    let other = tempfile::tempdir().unwrap();
    log.shows_cosigned(&envelopes[..250], Some(recorded_s(249)));
    log.watch_under(other.path(), Some(policy()));
    log.shows_cosigned(&envelopes, Some(recorded_s(299)));
    let honest = log.watch_under(other.path(), Some(policy()));
    assert_eq!(verdict(&honest), Verdict::Anchored, "{}", said(&honest));
}
