//! A town with the whole story in its store, exported and signed once, copied for each attack.
//!
//! The store is made once for all tests; an attack has a copy to itself, with the ledger's real keys. What the
//! guarantor kept from before, [`Town::SEEN`], is the checkpoint of that export.

use devenir_api::story::{Loading, Story, create};
use devenir_api::token::AdminToken;
use devenir_core::ledger::{Checkpoint, Cosigner, Note, NoteSigner, SigningKey, TreeHead, hex};
use devenir_core::writer::{Random, SeededRandom};
use jiff::civil::date;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// A copy of the town, gone when it is dropped.
pub(crate) struct Town {
    dir: tempfile::TempDir,
}

/// What `devenir verify` ended with, and said.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) code: i32,
    pub(crate) text: String,
}

impl Report {
    /// Asserts the exit code, and that the report says all of it.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, code, "{}", self.text);
        for words in words {
            assert!(self.text.contains(words), "`{words}` is not in:\n{}", self.text);
        }
        self
    }
}

impl Town {
    /// The store, below [`path`](Self::path).
    pub(crate) const STORE: &str = "registre";
    /// The checkpoint that a guarantor kept from before the attack.
    pub(crate) const SEEN: &str = "seen";

    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&prepared().join("."), dir.path());
        Self { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path(Self::STORE)
    }

    /// Runs `devenir` in the town's folder.
    pub(crate) fn devenir(&self, arguments: &[&str]) -> Output {
        devenir(self.dir.path(), arguments)
    }

    /// Runs it, and expects that it succeeds.
    #[track_caller]
    pub(crate) fn does(&self, arguments: &[&str]) -> String {
        let output = self.devenir(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        said(&output)
    }

    pub(crate) fn verify(&self, arguments: &[&str]) -> Report {
        let output = self.devenir(&[&["verify", "--lang", "en"], arguments].concat());
        Report { code: output.status.code().unwrap(), text: said(&output) }
    }

    pub(crate) fn verify_store(&self) -> Report {
        self.verify(&["--store", Self::STORE])
    }

    /// As a guarantor who kept a checkpoint.
    pub(crate) fn verify_seen(&self) -> Report {
        self.verify(&["--store", Self::STORE, "--seen", Self::SEEN])
    }

    /// Something happens in the record.
    pub(crate) fn act(&self, store: &str, name: &str) {
        self.does(&["key", "grant", "--role", "guarantor", "--name", name, "--store", store]);
    }

    /// Copies a folder of the town.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        copy(&self.path(from), &self.path(to));
    }

    /// The signer of a real key of the ledger: `ledger` or `promise`.
    pub(crate) fn key(&self, file: &str, name: &str) -> NoteSigner {
        let text = std::fs::read_to_string(self.store().join("keys").join(format!("{file}.key"))).unwrap();
        NoteSigner::new(name.parse().unwrap(), SigningKey::from_seed(&hex::parse(text.trim_end()).unwrap()))
    }

    /// The ledger's name, as the kept checkpoint has it.
    pub(crate) fn origin(&self) -> String {
        self.seen().text().lines().next().unwrap().to_owned()
    }

    /// The kept checkpoint.
    pub(crate) fn seen(&self) -> Note {
        Note::parse(&std::fs::read(self.path(Self::SEEN)).unwrap()).unwrap()
    }

    /// A checkpoint of `head`, signed with the real key.
    pub(crate) fn sign(&self, head: TreeHead) -> Note {
        let origin = self.origin();
        let checkpoint = Checkpoint { origin: origin.parse().unwrap(), head };
        checkpoint.sign(&self.key("ledger", &origin)).unwrap()
    }

    /// Puts a checkpoint in the place of everything that was signed before, as who holds the disk can.
    pub(crate) fn publish(&self, note: &Note) {
        for file in ["tiles/checkpoint", "signer/last-signed"] {
            std::fs::write(self.store().join(file), note.to_string()).unwrap();
        }
    }

    /// Writes a policy that asks one witness, and gives the witness's key.
    pub(crate) fn policy(&self, file: &str) -> Cosigner {
        let witness =
            Cosigner::new("witness.example/guarantor".parse().unwrap(), SigningKey::from_seed(&[9; 32]));
        let (log, key) = (self.key("ledger", &self.origin()).public().clone(), witness.public());
        let text = format!("log {log}\nwitness guarantor {key}\nquorum guarantor\n");
        std::fs::write(self.path(file), text).unwrap();
        witness
    }

    /// The short name of the story's consultation.
    pub(crate) fn slug(&self) -> String {
        std::fs::read_to_string(self.path("slug")).unwrap()
    }
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn devenir(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_devenir"));
    command.current_dir(dir).args(arguments).env("LANG", "en").output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-r").args([from, to]).status().unwrap().success());
}

/// The folder that every town is a copy of.
fn prepared() -> &'static Path {
    static PREPARED: OnceLock<PathBuf> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("attacks");
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        let seeded = |name| -> Box<dyn Random> { Box::new(SeededRandom::new(name)) };
        let loading = Loading { day: date(2026, 3, 16), slice: None };
        let store = dir.join(Town::STORE);
        create(&store, &Story::villeneuve().unwrap(), &loading, seeded("keys"), seeded("register")).unwrap();
        AdminToken::create(&store).unwrap();
        let run = |arguments: &[&str]| {
            let output = devenir(&dir, arguments);
            assert!(output.status.success(), "{}", said(&output));
            String::from_utf8(output.stdout).unwrap()
        };
        let lines = run(&["export", "--store", Town::STORE, "--ndjson"]);
        let slug = lines.lines().find_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["consultation"]
                .as_str()
                .map(str::to_owned)
        });
        let slug = slug.unwrap();
        std::fs::write(dir.join("slug"), &slug).unwrap();
        // The story erases a text weeks before it ends.
        run(&["erase", "--carry-out", "--store", Town::STORE]);
        run(&["export", "--store", Town::STORE, "--all", "-o", "all.tar"]);
        run(&["export", "--store", Town::STORE, &slug, "-o", "one.tar"]);
        std::fs::copy(store.join("tiles/checkpoint"), dir.join(Town::SEEN)).unwrap();
        dir
    })
}
