//! `devenir verify`: a store, a bundle, a log at its URL, a receipt or a promise, believed in nothing.
//!
//! `docs/verify.md` says what each verdict means and fixes the exit codes. A store is opened for reading only; nothing is
//! asked of the server that runs it. What is wrong, and the words for it, are the core's.

use super::lang::{Lang, locale};
use super::print::print;
use crate::remote::{RemoteLedger, RemoteLog};
use clap::Args;
use devenir_core::bundle::{BundleError, Directory, TarReader};
use devenir_core::ledger::{Checkpoint, CheckpointError, NamedKey, Note, Policy};
use devenir_core::rules::Locale;
use devenir_core::store::{EmbeddedReader, StoreError, last_acknowledged};
use devenir_core::verify::{
    Asked, Beside, Checked, Evidence, Problem, Verified, verify_bundle, verify_promise, verify_receipt,
    verify_record,
};
use devenir_core::writer::{Clock as _, SystemClock};
use serde_json::Value;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// How long one answer of a log may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Arguments of `devenir verify`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["source", "store", "receipt", "promise"]))]
pub(super) struct Verify {
    /// A bundle (an archive or its directory), or the URL of a log: https://…/log
    source: Option<String>,
    /// The store's directory.
    #[arg(long)]
    store: Option<PathBuf>,
    /// Whose signatures you believe: a tlog-policy file.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// A checkpoint that you kept from before.
    #[arg(long)]
    seen: Option<PathBuf>,
    /// A receipt: receipt.json.
    #[arg(long)]
    receipt: Option<PathBuf>,
    /// The proof file of the receipt; else the file beside it that ends in .tlog-proof.
    #[arg(long, requires = "receipt")]
    proof: Option<PathBuf>,
    /// A promise, to be held against a checkpoint.
    #[arg(long, requires_all = ["checkpoint", "policy", "promise_key"])]
    promise: Option<PathBuf>,
    /// The checkpoint to hold a promise against.
    #[arg(long, requires = "promise")]
    checkpoint: Option<PathBuf>,
    /// The public key of the ledger's promises: NAME+NUMBER+BASE64.
    #[arg(long)]
    promise_key: Option<NamedKey>,
    /// Where two notes are written that contradict each other.
    #[arg(long, default_value = "devenir-evidence.txt")]
    evidence: PathBuf,
    /// Print one JSON object in place of the report.
    #[arg(long)]
    json: bool,
    /// The report's language.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

/// What is told at the end.
enum Outcome {
    Record(Box<Verified>),
    Receipt(Checked),
}

type Usage = String;

impl Verify {
    pub(super) fn run(self) -> ExitCode {
        let outcome = match self.verify() {
            Ok(outcome) => outcome,
            Err(usage) => {
                eprintln!("devenir: {usage}");
                return ExitCode::from(2);
            }
        };
        if let Some(evidence) = outcome.evidence() {
            self.keep(evidence);
        }
        if self.json {
            print(&format!("{}\n", outcome.to_json()));
        } else {
            print(&outcome.say(locale(self.lang)));
        }
        ExitCode::from(outcome.exit_code())
    }

    fn verify(&self) -> Result<Outcome, Usage> {
        let policy = self.policy.as_deref().map(read_policy).transpose()?;
        if let (Some(promise), Some(checkpoint), Some(policy), Some(key)) =
            (&self.promise, &self.checkpoint, &policy, &self.promise_key)
        {
            let (promise, checkpoint) = (read_note(promise)?, read_note(checkpoint)?);
            return Ok(Outcome::Receipt(verify_promise(&promise, key, &checkpoint, policy)));
        }
        if let Some(path) = &self.receipt {
            return self.receipt(path, policy.as_ref());
        }
        let seen = self.seen.as_deref().map(read_note).transpose()?;
        let mut asked = Asked { policy, seen, envelopes_only: false, now: Some(SystemClock.now()) };
        let verified = match (&self.store, self.source.as_deref()) {
            (Some(store), _) => verify_store(store, &asked),
            (None, Some(url)) if url.starts_with("http://") || url.starts_with("https://") => {
                asked.envelopes_only = true;
                verify_log(url, &asked)
            }
            (None, Some(path)) => verify_path(Path::new(path), &asked),
            (None, None) => return Err("say what to verify".into()),
        };
        Ok(Outcome::Record(Box::new(verified)))
    }

    fn receipt(&self, path: &Path, policy: Option<&Policy>) -> Result<Outcome, Usage> {
        let receipt = read(path)?;
        let proof = match &self.proof {
            Some(proof) => Some(read(proof)?),
            None => std::fs::read(path.with_extension("tlog-proof")).ok(),
        };
        let key = self.promise_key.as_ref();
        Ok(Outcome::Receipt(verify_receipt(&receipt, proof.as_deref(), policy, key)))
    }

    /// Keeps both notes: whoever reads the report may never see the second one again.
    fn keep(&self, evidence: &Evidence) {
        match evidence.keep(&self.evidence) {
            Ok(path) => eprintln!("devenir: both notes are kept in {}", path.display()),
            Err(error) => {
                eprintln!("devenir: both notes could not be kept in {}: {error}", self.evidence.display());
            }
        }
    }
}

impl Outcome {
    fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Record(verified) => verified.evidence.as_ref(),
            Self::Receipt(checked) => checked.evidence.as_ref(),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Record(verified) => verified.to_json(),
            Self::Receipt(checked) => checked.to_json(),
        }
    }

    fn say(&self, locale: Locale) -> String {
        match self {
            Self::Record(verified) => verified.say(locale),
            Self::Receipt(checked) => checked.say(locale),
        }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Record(verified) => verified.verdict().exit_code(),
            Self::Receipt(checked) => checked.verdict.exit_code(),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Usage> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn read_note(path: &Path) -> Result<Note, Usage> {
    Note::parse(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_policy(path: &Path) -> Result<Policy, Usage> {
    Policy::parse(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// A store or a bundle, whichever lies there.
fn verify_path(path: &Path, asked: &Asked) -> Verified {
    if path.join("ledger.sqlite3").exists() {
        return verify_store(path, asked);
    }
    let unreadable = |error: BundleError| Verified::unreadable(error.to_string());
    if path.is_dir() {
        return Directory::open(path).map_or_else(unreadable, |files| verify_bundle(files, asked));
    }
    match File::open(path) {
        Ok(file) => verify_bundle(TarReader::new(BufReader::new(file)), asked),
        Err(error) => Verified::unreadable(format!("cannot read {}: {error}", path.display())),
    }
}

fn verify_store(store: &Path, asked: &Asked) -> Verified {
    let failed = |error: StoreError| {
        // Damaged: the medium answered, and what it says does not hold together.
        if matches!(error, StoreError::Damaged(_)) {
            Verified::damaged(error.to_string())
        } else {
            Verified::unreadable(error.to_string())
        }
    };
    let reader = match EmbeddedReader::open(store) {
        Ok(reader) => reader,
        Err(error) => return failed(error),
    };
    let mut problems = Vec::new();
    let mut note = |path: &str| {
        checkpoint_beside(store, path).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        })
    };
    let (published, signed) = (note("tiles/checkpoint"), note("signer/last-signed"));
    let signed: Vec<Note> = signed.into_iter().collect();
    let acknowledged = match last_acknowledged(store) {
        Ok(acknowledged) => acknowledged,
        Err(error) => return failed(error),
    };
    let beside = Beside { published: published.as_ref(), signed: &signed, acknowledged };
    // Envelopes and parts first: they name the event. Pages that hold neither are looked at last.
    let mut verified = match verify_record(&reader, beside, asked) {
        Ok(verified) if verified.report.as_ref().is_some_and(|report| report.fault_count > 0) => verified,
        Ok(verified) => match reader.check_pages() {
            Ok(()) => verified,
            Err(error) => failed(error),
        },
        Err(error) => failed(error),
    };
    verified.problems.append(&mut problems);
    verified
}

/// A checkpoint that lies beside a ledger, where there is one.
fn checkpoint_beside(store: &Path, path: &str) -> Result<Option<Note>, Problem> {
    let bytes = match std::fs::read(store.join(path)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Problem::Unreadable(format!("cannot read {path}: {error}"))),
    };
    let damaged = |error: &dyn std::fmt::Display| {
        Problem::Damaged(format!(
            "{path} is no checkpoint ({error}): what was signed cannot be held against what is here; bring it back from a backup, or ask whoever kept a checkpoint"
        ))
    };
    let note = Note::parse(&bytes).map_err(|error| damaged(&error))?;
    let checkpoint: Result<Checkpoint, CheckpointError> = note.text().parse();
    checkpoint.map(|_| Some(note)).map_err(|error| damaged(&error))
}

fn verify_log(url: &str, asked: &Asked) -> Verified {
    let log = match RemoteLedger::open(RemoteLog::new(url, PATIENCE)) {
        Ok(log) => log,
        Err(error) => return Verified::unreadable(error.to_string()),
    };
    let beside = Beside { published: Some(log.checkpoint()), ..Beside::default() };
    verify_record(&log, beside, asked).unwrap_or_else(|error| Verified::unreadable(error.to_string()))
}
