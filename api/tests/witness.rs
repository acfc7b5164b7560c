//! Guarantors at work, through the real commands: from nothing to a cosigned checkpoint, and the attacks that they stop.
//!
//! Each test runs `devenir` as its own processes on loopback. What an attacker has is stated: here always the ledger's real
//! key, and sometimes a witness.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_api::client::Client;
use devenir_core::envelope::{decode, encode};
use devenir_core::ledger::{
    Checkpoint, Cosigner, Fork, Frontier, NamedKey, Note, NoteSigner, Policy, Quorum, Signer, SigningKey,
    TreeHead, TreeSize, hex, leaf_hash,
};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const DEVENIR: &str = env!("CARGO_BIN_EXE_devenir");
const ORIGIN: &str = "consultations.example.fr/registre";

fn devenir(args: &[&str]) -> Output {
    Command::new(DEVENIR).args(args).env("LANG", "en").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A command that serves until it is dropped.
struct Running {
    child: Child,
    url: String,
    lines: Vec<String>,
}

impl Running {
    /// Starts it, and waits for the line that names its address.
    fn start(args: &[&str]) -> Self {
        let mut command = Command::new(DEVENIR);
        command.args(args);
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = Vec::new();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let url = loop {
            let mut line = String::new();
            assert!(reader.read_line(&mut line).unwrap() > 0, "{command:?} ended: {lines:?}");
            let line = line.trim_end().to_owned();
            let is_last = line.starts_with("listening on ") || line.starts_with("serving ");
            let url = line.split(' ').next_back().unwrap().to_owned();
            lines.push(line);
            if is_last {
                break url;
            }
        };
        // Whatever else it prints goes nowhere, and never fills the pipe.
        std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        Self { child, url, lines }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A town with its store, and guarantors with theirs.
struct Town {
    dir: tempfile::TempDir,
    key: NamedKey,
}

impl Town {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let created = devenir(&["create", "--store", text(&dir.path().join("town")), "--origin", ORIGIN]);
        let created = said(&created);
        let key = created.lines().find_map(|line| line.split_once("verifiers: ")).expect(&created).1;
        Self { key: key.parse().unwrap(), dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn witness(&self, name: &str) -> Running {
        let path = self.path(name);
        let key = format!("witness.example/{name}");
        let args = ["witness", "--store", text(&path), "--name", &key, "--listen", "127.0.0.1:0"];
        Running::start(&[&args[..], &["--log", &self.key.to_string()]].concat())
    }

    /// A witness with the key of `name` that has forgotten all: it has been bought.
    fn bought(&self, name: &str) -> Running {
        let bought = format!("{name}-bought");
        std::fs::create_dir_all(self.path(&bought).join("seen")).unwrap();
        for file in ["witness.key", "name"] {
            std::fs::copy(self.path(name).join(file), self.path(&bought).join(file)).unwrap();
        }
        let args =
            ["witness", "--store", text(&self.path(&bought)), "--listen", "127.0.0.1:0"].map(str::to_owned);
        let args: Vec<String> = args.into_iter().chain(["--log".into(), self.key.to_string()]).collect();
        Running::start(&args.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A policy over these witnesses, `quorum` of them.
    fn policy(&self, name: &str, quorum: usize, witnesses: &[&Running]) -> PathBuf {
        let mut policy = String::new();
        let mut names = String::new();
        for (number, witness) in witnesses.iter().enumerate() {
            let line = witness.lines.iter().find_map(|line| line.strip_prefix("for a policy: witness NAME "));
            policy += &format!("witness w{number} {}\n", line.unwrap());
            names += &format!(" w{number}");
        }
        policy += &format!("group outsiders {quorum}{names}\nquorum outsiders\n");
        let path = self.path(name);
        std::fs::write(&path, policy).unwrap();
        path
    }

    fn feed(&self, store: &str, policy: &Path) -> (bool, String) {
        let fed = devenir(&["feed", "--store", text(&self.path(store)), "--policy", text(policy)]);
        (fed.status.success(), said(&fed))
    }

    /// Something happens in the record.
    fn act(&self, store: &str, name: &str) {
        let store = self.path(store);
        let args = ["key", "grant", "--role", "guarantor", "--name", name, "--store", text(&store)];
        let granted = devenir(&args);
        assert!(granted.status.success(), "{}", said(&granted));
    }

    /// Another store with the same record, keys and memory: what an operator can always make.
    fn copy(&self, from: &str, to: &str) {
        let ended = Command::new("cp").args(["-r", text(&self.path(from)), text(&self.path(to))]).status();
        assert!(ended.unwrap().success());
    }
}

fn get(url: &str) -> (u16, String) {
    let answer = Client::new(Duration::from_secs(10)).get(url, 1 << 24).unwrap();
    (answer.status, String::from_utf8(answer.body).unwrap())
}

/// `docs/verify.md` (Three commands): a witness, a server, a watcher.
#[test]
fn three_commands_lead_from_nothing_to_a_cosigned_checkpoint() {
    let town = Town::new();
    let witness = town.witness("guarantor");
    let policy = town.policy("town/policy.txt", 1, &[&witness]);
    let server = Running::start(&["serve", "--store", text(&town.path("town")), "--port", "0"]);
    let started = Instant::now();
    let note = loop {
        let (status, body) = get(&format!("{}/log/checkpoint", server.url));
        if status == 200 {
            break Note::parse(body.as_bytes()).unwrap();
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{status} {body}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let parsed = Policy::parse(&std::fs::read(&policy).unwrap()).unwrap().with_log(town.key.clone()).unwrap();
    assert!(matches!(parsed.evaluate(&note).unwrap().quorum(), Quorum::Reached { .. }));

    let (mirror, log, key) = (town.path("mirror"), format!("{}/log", server.url), town.key.to_string());
    let watch = ["watch", &log, "--mirror", text(&mirror), "--once", "--lang", "en"];
    let vouched = [&watch[..], &["--key", &key, "--policy", text(&policy)]].concat();
    let watched = devenir(&vouched);
    assert_eq!(watched.status.code(), Some(0), "{}", said(&watched));
    assert!(said(&watched).contains("Verdict: anchored.\n"), "{}", said(&watched));
    let again = devenir(&vouched);
    // Whatever the server has recorded meanwhile, what was seen is still there.
    let goes_on =
        ["nothing new: ", "seen before are unchanged"].iter().any(|words| said(&again).contains(words));
    assert!(goes_on && again.status.code() == Some(0), "{}", said(&again));
    // The policy that the town follows names no ledger: it is about the one at hand.
    let verified = devenir(&["verify", &log, "--policy", text(&policy), "--lang", "en"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    let alone = devenir(&watch);
    assert_eq!(alone.status.code(), Some(4), "nobody outside is asked: {}", said(&alone));

    let question = r#"{"query":"{ head { cosigned { size witnesses } } }"}"#;
    let asked = ureq::post(format!("{}/graphql", server.url)).content_type("application/json").send(question);
    let answer = asked.unwrap().body_mut().read_to_string().unwrap();
    assert!(answer.starts_with(r#"{"data":{"head":{"cosigned":{"size":""#), "{answer}");
    assert!(answer.contains(r#"","witnesses":["w0"]}}}"#), "{answer}");
    let (_, signed) = get(&format!("{}/log/checkpoint/signed", server.url));
    assert_eq!(Note::parse(signed.as_bytes()).unwrap().signatures().len(), 1, "by the ledger alone");
}

/// As the three commands are written: in a folder, with names relative to it.
#[test]
fn a_witness_begins_in_a_folder_that_is_named_from_where_one_stands() {
    let town = Town::new();
    let mut command = Command::new(DEVENIR);
    command.args([
        "witness",
        "--store",
        "WITNESS",
        "--name",
        "witness.example/here",
        "--listen",
        "127.0.0.1:0",
    ]);
    command.args(["--log", &town.key.to_string()]).current_dir(town.dir.path());
    let running = Running::of(command);
    assert!(running.lines.iter().any(|line| line.starts_with("for a policy: ")), "{:?}", running.lines);
    assert!(town.path("WITNESS/witness.key").exists());
}

#[test]
fn a_watcher_that_is_given_no_key_keeps_that_of_the_first_event_and_says_so() {
    let town = Town::new();
    let server = Running::start(&["serve", "--store", text(&town.path("town")), "--port", "0"]);
    std::thread::sleep(Duration::from_secs(2));
    let (mirror, log) = (town.path("mirror"), format!("{}/log", server.url));
    let watched = devenir(&["watch", &log, "--mirror", text(&mirror), "--once", "--lang", "fr"]);
    assert_eq!(watched.status.code(), Some(4), "{}", said(&watched));
    assert!(said(&watched).contains("clé du registre prise dans son premier acte"), "{}", said(&watched));
    let kept = std::fs::read_to_string(mirror.join("key")).unwrap();
    assert_eq!(kept.trim_end(), town.key.to_string());
}

/// Two stores of one ledger, with its real key: only the first history is cosigned, and the second leaves evidence.
#[test]
fn a_fork_with_the_real_key_gets_no_cosignature_and_convicts_the_ledger() {
    let town = Town::new();
    let witness = town.witness("guarantor");
    let policy = town.policy("policy", 1, &[&witness]);
    town.act("town", "before");
    town.copy("town", "fork");
    town.act("town", "Anne Le Goff");
    let (is_cosigned, what) = town.feed("town", &policy);
    assert!(is_cosigned, "{what}");

    town.act("fork", "Somebody Else");
    let (is_cosigned, what) = town.feed("fork", &policy);
    assert!(!is_cosigned && what.contains("w0: it answers 422: "), "at the same size: {what}");
    town.act("fork", "Somebody More");
    let (is_cosigned, what) = town.feed("fork", &policy);
    assert!(!is_cosigned && what.contains("w0: it answers 422: "), "grown beyond it: {what}");
    assert!(!town.path("fork/tiles/checkpoint").exists(), "the fork was never published");

    let kept = std::fs::read_dir(town.path("guarantor/evidence")).unwrap().next().unwrap().unwrap().path();
    let forks: Vec<_> = std::fs::read_dir(kept).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(forks.len(), 2, "{forks:?}");
    let convicting = forks
        .iter()
        .filter(|path| Fork::parse(&std::fs::read(path).unwrap()).unwrap().convicts(&town.key).is_ok());
    assert!(convicting.count() >= 1);
    let (status, evidence) = get(&format!("{}/evidence", witness.url));
    assert!(status == 200 && evidence.contains("devenir fork v0"), "{evidence}");
}

/// Last week's backup goes on signing: the witness remembers what the ledger has forgotten.
#[test]
fn a_ledger_that_was_rolled_back_gets_no_cosignature() {
    let town = Town::new();
    let witness = town.witness("guarantor");
    let policy = town.policy("policy", 1, &[&witness]);
    town.act("town", "before");
    town.copy("town", "backup");
    town.act("town", "dropped");
    assert!(town.feed("town", &policy).0);
    let (is_cosigned, what) = town.feed("backup", &policy);
    assert!(!is_cosigned && what.contains("w0: it has cosigned "), "{what}");
    town.act("backup", "other");
    town.act("backup", "and another");
    let (is_cosigned, what) = town.feed("backup", &policy);
    assert!(!is_cosigned && what.contains("w0: it answers 422: "), "{what}");
}

/// 3 of 4: one witness that was bought is not enough for a second history; with two, each half of the world can be shown
/// its own. That limit is the policy's, and stated in `docs/operating.md`.
#[test]
fn three_of_four_survive_one_bought_witness_and_not_two() {
    let town = Town::new();
    let names = ["w0", "w1", "w2", "w3"];
    let witnesses = names.map(|name| town.witness(name));
    let honest = town.policy("policy", 3, &witnesses.each_ref());
    town.act("town", "before");
    town.copy("town", "fork");
    // The second history: w1 is away when the first is cosigned.
    town.act("town", "Anne Le Goff");
    let [w0, w1, w2, w3] = &witnesses;
    let away = town.policy("without-w1", 3, &[w0, w2, w3]);
    let (is_cosigned, what) = town.feed("town", &away);
    assert!(is_cosigned, "{what}");

    town.act("fork", "Somebody Else");
    let one = town.bought("w3");
    let with_one = town.policy("one-bought", 3, &[w0, w1, w2, &one]);
    let (is_cosigned, what) = town.feed("fork", &with_one);
    assert!(!is_cosigned, "w1 never saw the first history and w3 was bought: two, not three: {what}");
    assert!(what.contains("w1: cosigned") && what.contains("w3: cosigned"), "{what}");
    let two = town.bought("w2");
    let with_two = town.policy("two-bought", 3, &[w0, w1, &two, &one]);
    let (is_cosigned, what) = town.feed("fork", &with_two);
    assert!(is_cosigned, "the limit of 3 of 4: {what}");
    assert!(honest.exists());
}

/// The log shows a watcher another history than before, signed with the real key.
#[test]
fn a_watcher_that_is_shown_another_history_keeps_both_notes_and_says_divergent() {
    let town = Town::new();
    town.act("town", "before");
    town.copy("town", "fork");
    town.act("town", "Anne Le Goff");
    for name in ["Somebody Else", "Somebody More", "And More"] {
        town.act("fork", name);
    }
    let (mirror, key) = (town.path("mirror"), town.key.to_string());
    let watch = |store: &str| {
        let server = Running::start(&["serve", "--store", text(&town.path(store)), "--port", "0"]);
        std::thread::sleep(Duration::from_secs(2));
        let log = format!("{}/log", server.url);
        devenir(&["watch", &log, "--mirror", text(&mirror), "--key", &key, "--once", "--lang", "en"])
    };
    let before = watch("town");
    assert_eq!(before.status.code(), Some(4), "{}", said(&before));
    let forked = watch("fork");
    assert_eq!(forked.status.code(), Some(11), "{}", said(&forked));
    assert!(said(&forked).contains("THE LEDGER HAS SIGNED TWO HISTORIES"), "{}", said(&forked));
    let evidence = std::fs::read_dir(mirror.join("evidence")).unwrap().next().unwrap().unwrap().path();
    let fork = Fork::parse(&std::fs::read(evidence).unwrap()).unwrap();
    assert!(fork.convicts(&town.key).is_ok());
    // Back to the first history: what was accepted before is still what is believed.
    assert_eq!(watch("town").status.code(), Some(4));
}

/// Puts another signature under the last act of a record, and whatever the operator can make anew: root and checkpoint.
fn put_another_signature(store: &Path) {
    let file = rusqlite::Connection::open(store.join("ledger.sqlite3")).unwrap();
    let mut statement = file.prepare("SELECT bytes FROM envelope ORDER BY position").unwrap();
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let mut envelopes: Vec<Vec<u8>> = rows.map(Result::unwrap).collect();
    let count = i64::try_from(envelopes.len()).unwrap();
    let last = envelopes.last_mut().unwrap();
    let mut act = decode(last).unwrap();
    assert!(act.intent.signer.is_some(), "the last act is a signed one");
    act.signature.bytes[0] ^= 1;
    *last = encode(&act);
    file.execute("UPDATE envelope SET bytes = ?1 WHERE position = ?2", rusqlite::params![&*last, count - 1])
        .unwrap();
    let mut tree = Frontier::new();
    for bytes in &envelopes {
        tree.push(leaf_hash(bytes));
    }
    file.execute("UPDATE head SET root = ?1", [tree.head().root.as_bytes()]).unwrap();
    let secret = std::fs::read_to_string(store.join("keys/ledger.key")).unwrap();
    let key = SigningKey::from_seed(&hex::parse(secret.trim_end()).unwrap());
    let checkpoint = Checkpoint { origin: ORIGIN.parse().unwrap(), head: tree.head() };
    let note = checkpoint.sign(&NoteSigner::new(ORIGIN.parse().unwrap(), key)).unwrap();
    std::fs::remove_dir_all(store.join("tiles")).unwrap();
    std::fs::create_dir_all(store.join("tiles")).unwrap();
    let _ = std::fs::remove_file(store.join("acknowledged"));
    for file in ["tiles/checkpoint", "signer/last-signed"] {
        std::fs::write(store.join(file), note.to_string()).unwrap();
    }
}

/// Texts are not public in the log, but who signed what is: a forged signature is found by whoever looks from outside.
#[test]
fn a_forged_signature_under_an_act_of_a_served_log_is_altered_for_whoever_looks_from_outside() {
    let town = Town::new();
    let store = town.path("town");
    let new_key = |name: &str| {
        let drawn = said(&devenir(&["key", "new", text(&town.path(name))]));
        drawn.lines().next().unwrap().trim_start_matches("public key: ").to_owned()
    };
    let (key, _) = (new_key("old.key"), new_key("new.key"));
    let role = ["key", "grant", "--role", "authority", "--name", "Samia Rekkab", "--public-key", &key];
    let granted = devenir(&[role.as_slice(), &["--store", text(&store)]].concat());
    assert!(granted.status.success(), "{}", said(&granted));
    let (old, new) = (town.path("old.key"), town.path("new.key"));
    let rotated = devenir(&[
        "key",
        "rotate",
        "--purpose",
        "signer",
        "--key",
        text(&old),
        "--new-key",
        text(&new),
        "--store",
        text(&store),
    ]);
    assert!(rotated.status.success(), "{}", said(&rotated));
    town.copy("town", "forged");
    put_another_signature(&town.path("forged"));
    let looked = |name: &str| {
        let server = Running::start(&["serve", "--store", text(&town.path(name)), "--port", "0"]);
        std::thread::sleep(Duration::from_secs(2));
        let (log, mirror, key) =
            (format!("{}/log", server.url), town.path(&format!("{name}-mirror")), town.key.to_string());
        let watched =
            devenir(&["watch", &log, "--mirror", text(&mirror), "--key", &key, "--once", "--lang", "en"]);
        let verified = devenir(&["verify", &log, "--lang", "en"]);
        [watched, verified]
    };
    for (code, words, name) in [
        (4, "2 acts signed by their holders, 0", "town"),
        (10, "its signature is not one of the key", "forged"),
    ] {
        for output in looked(name) {
            assert_eq!(output.status.code(), Some(code), "{}", said(&output));
            assert!(said(&output).contains(words), "`{words}` is not in:\n{}", said(&output));
        }
    }
}

/// A witness's key that the test holds, and what its server answers to everything; nothing where it never answers.
fn liar(answer: Option<String>) -> (NamedKey, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut request = [0; 65_536];
            let _ = socket.read(&mut request);
            if let Some(answer) = &answer {
                let length = answer.len();
                let _ = write!(
                    socket,
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{answer}"
                );
            }
            kept.push(socket);
        }
    });
    (cosigner().public().clone(), url)
}

fn cosigner() -> Cosigner {
    Signer::new("witness.example/liar".parse().unwrap(), SigningKey::from_seed(&[7; 32]))
}

#[test]
fn a_witness_that_never_answers_holds_up_nobody() {
    let town = Town::new();
    let witness = town.witness("guarantor");
    let (key, silent) = liar(None);
    let policy = town.policy("town/policy.txt", 1, &[&witness]);
    let text_of = std::fs::read_to_string(&policy).unwrap();
    let with_silent = format!("witness silent {key} {silent}\n{}", text_of.replace("1 w0", "1 w0 silent"));
    std::fs::write(&policy, with_silent).unwrap();
    let server = Running::start(&["serve", "--store", text(&town.path("town")), "--port", "0"]);
    let started = Instant::now();
    while get(&format!("{}/log/checkpoint", server.url)).0 != 200 {
        assert!(
            started.elapsed() < Duration::from_secs(8),
            "the silent witness has ten seconds, the others need one"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A witness answers with cosignatures that it once gave: of another size, and of another ledger.
#[test]
fn a_cosignature_of_another_checkpoint_is_not_taken() {
    let town = Town::new();
    let elsewhere = |origin: &str, size: u64| {
        let head = TreeHead { size: TreeSize::new(size), root: [7; 32].into() };
        cosigner().cosign(&Checkpoint { origin: origin.parse().unwrap(), head }, 1_800_000_000).unwrap()
    };
    let replayed = format!("{}\n{}\n", elsewhere(ORIGIN, 7), elsewhere("example.org/other", 1));
    let (key, url) = liar(Some(replayed));
    let policy = town.path("policy");
    std::fs::write(&policy, format!("witness liar {key} {url}\nquorum liar\n")).unwrap();
    let (is_cosigned, what) = town.feed("town", &policy);
    assert!(!is_cosigned && what.contains("liar: its answer holds no cosignature by its key"), "{what}");
    assert!(!town.path("town/tiles/checkpoint").exists(), "nothing was published");
}
