//! `devenir-verify`: the verifier alone, for whoever wants to read and build as little as possible.
//!
//! `docs/verify.md` describes it: bundles, receipts and promises from files, the same verdicts and exit codes as
//! `devenir verify`. It opens the files that it is given for reading, and nothing else: no store, no network, no clock.

use devenir_core::bundle::{BundleError, Directory, TarReader};
use devenir_core::ledger::{NamedKey, Note, Policy};
use devenir_core::rules::Locale;
use devenir_core::verify::{
    Asked, Checked, Evidence, Verified, verify_bundle, verify_promise, verify_receipt,
};
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: devenir-verify BUNDLE [--policy FILE] [--seen CHECKPOINT]
       devenir-verify --receipt FILE [--proof FILE] [--policy FILE] [--promise-key KEY]
       devenir-verify --promise FILE --checkpoint FILE --policy FILE --promise-key KEY
       with --json for one JSON object, --lang en for English, --evidence FILE for two notes that contradict each other
BUNDLE is an archive or its directory. The exit code is the verdict: docs/verify.md
";

/// What the command line says.
#[derive(Default)]
struct Given {
    bundle: Option<String>,
    options: Vec<(String, String)>,
    json: bool,
}

impl Given {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        const OPTIONS: [&str; 9] = [
            "--policy",
            "--seen",
            "--receipt",
            "--proof",
            "--promise",
            "--checkpoint",
            "--promise-key",
            "--lang",
            "--evidence",
        ];
        let mut given = Self::default();
        while let Some(word) = words.next() {
            if word == "--json" {
                given.json = true;
            } else if OPTIONS.contains(&word.as_str()) {
                let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
                given.options.push((word, value));
            } else if word.starts_with('-') || given.bundle.is_some() {
                return Err(format!("`{word}` is not understood"));
            } else {
                given.bundle = Some(word);
            }
        }
        Ok(given)
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// What is printed, kept and returned.
struct Told {
    text: String,
    evidence: Option<Evidence>,
    code: u8,
}

fn main() -> ExitCode {
    let given = Given::parse(std::env::args().skip(1));
    let told = given.and_then(|given| verify(&given).map(|told| (told, given)));
    let (told, given) = match told {
        Ok(told) => told,
        Err(usage) => {
            // Where nobody reads, there is nobody to tell.
            let _ = write!(std::io::stderr(), "devenir-verify: {usage}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if let Some(evidence) = &told.evidence {
        let path = Path::new(given.option("--evidence").unwrap_or("devenir-evidence.txt"));
        let kept = match evidence.keep(path) {
            Ok(path) => format!("both notes are kept in {}", path.display()),
            Err(error) => format!("both notes could not be kept in {}: {error}", path.display()),
        };
        let _ = writeln!(std::io::stderr(), "devenir-verify: {kept}");
    }
    let _ = std::io::stdout().lock().write_all(told.text.as_bytes());
    ExitCode::from(told.code)
}

fn verify(given: &Given) -> Result<Told, String> {
    let locale = match given.option("--lang") {
        None | Some("fr") => Locale::Fr,
        Some("en") => Locale::En,
        Some(other) => return Err(format!("--lang is fr or en, not `{other}`")),
    };
    let policy = given.option("--policy").map(|path| read_as(path, Policy::parse)).transpose()?;
    let key =
        given.option("--promise-key").map(|key| key.parse::<NamedKey>().map_err(|error| error.to_string()));
    let key = key.transpose()?;
    if let Some(path) = given.option("--promise") {
        let (Some(checkpoint), Some(policy), Some(key)) = (given.option("--checkpoint"), policy, key) else {
            return Err("--promise needs --checkpoint, --policy and --promise-key".into());
        };
        let (promise, checkpoint) = (read_as(path, Note::parse)?, read_as(checkpoint, Note::parse)?);
        return Ok(checked(given, locale, verify_promise(&promise, &key, &checkpoint, &policy)));
    }
    if let Some(path) = given.option("--receipt") {
        let receipt = read(path)?;
        let proof = match given.option("--proof") {
            Some(path) => Some(read(path)?),
            None => std::fs::read(Path::new(path).with_extension("tlog-proof")).ok(),
        };
        let found = verify_receipt(&receipt, proof.as_deref(), policy.as_ref(), key.as_ref());
        return Ok(checked(given, locale, found));
    }
    let path = given.bundle.as_deref().ok_or("say what to verify")?;
    let seen = given.option("--seen").map(|path| read_as(path, Note::parse)).transpose()?;
    let verified = bundle(Path::new(path), &Asked { policy, seen, ..Asked::default() });
    let text = if given.json { format!("{}\n", verified.to_json()) } else { verified.say(locale) };
    let code = verified.verdict().exit_code();
    Ok(Told { text, code, evidence: verified.evidence })
}

fn checked(given: &Given, locale: Locale, found: Checked) -> Told {
    let text = if given.json { format!("{}\n", found.to_json()) } else { found.say(locale) };
    Told { text, code: found.verdict.exit_code(), evidence: found.evidence }
}

fn bundle(path: &Path, asked: &Asked) -> Verified {
    let unreadable = |error: BundleError| Verified::unreadable(error.to_string());
    if path.is_dir() {
        return Directory::open(path).map_or_else(unreadable, |files| verify_bundle(files, asked));
    }
    match File::open(path) {
        Ok(file) => verify_bundle(TarReader::new(BufReader::new(file)), asked),
        Err(error) => Verified::unreadable(format!("cannot read {}: {error}", path.display())),
    }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))
}

/// Reads a file as what it should be.
fn read_as<T, E: std::fmt::Display>(
    path: &str,
    parse: impl FnOnce(&[u8]) -> Result<T, E>,
) -> Result<T, String> {
    parse(&read(path)?).map_err(|error| format!("{path}: {error}"))
}
