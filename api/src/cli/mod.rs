//! The command line: `devenir <verb>`.
//!
//! `docs/operating.md` and `docs/verify.md` describe each verb. Parsing touches nothing; each verb is a module
//! that gets its arguments as data and returns an exit code. This module decides nothing.

mod act;
mod backup;
mod countersign;
mod create;
mod demo;
mod erase;
mod export;
mod feed;
mod findings;
mod import;
mod key;
mod lang;
mod parts;
mod print;
mod recover;
mod serve;
mod sign;
mod succeed;
mod takedown;
mod trace;
mod verify;
mod watch;
mod witness;

use clap::{Parser, Subcommand};
use devenir_core::time::Timestamp;
use std::process::ExitCode;

/// What became of my idea? The record of a public consultation, and its verifier.
#[derive(Debug, Parser)]
#[command(name = "devenir", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create an empty store with its keys.
    Create(create::Create),
    /// Load the invented consultation into a store if it is empty, and serve it.
    Demo(demo::Demo),
    /// Serve a store: pages, GraphQL.
    Serve(serve::Serve),
    /// Tell what became of a contribution.
    Trace(trace::Trace),
    /// Verify a store without trusting who runs it.
    Verify(verify::Verify),
    /// List what the record shows about how a consultation was run.
    Findings(findings::Findings),
    /// Import what another platform exported.
    Import(import::Import),
    /// Give roles, take them back, and draw the API keys that go with them.
    Key(key::Key),
    /// Erase what a person asked to be erased, down to the last page of the files.
    Erase(erase::Erase),
    /// Take down the text of a public act, once another person countersigns it.
    Takedown(takedown::Takedown),
    /// Countersign an act that waits for its second hand.
    Countersign(countersign::Countersign),
    /// Prepare an act to be signed, and hand it in once it is.
    Act(act::Act),
    /// Sign a prepared act, away from the server that prepared it.
    Sign(sign::Sign),
    /// Export the record to a file.
    Export(export::Export),
    /// Back a store up, while it is served if need be.
    Backup(backup::Backup),
    /// Verify a backup where it lies.
    VerifyBackup(backup::VerifyBackup),
    /// Make a store of a backup.
    Restore(backup::Restore),
    /// Fetch what a restored store lacks from a mirror.
    Recover(recover::Recover),
    /// Open a ledger in the place of one that cannot reach what it signed.
    Succeed(succeed::Succeed),
    /// Declare in the record which of its parts are lost.
    Parts(parts::Parts),
    /// Run a guarantor's witness: it cosigns the checkpoints of ledgers that only grow.
    Witness(witness::Witness),
    /// Follow a ledger from outside, and audit every envelope.
    Watch(watch::Watch),
    /// Show the newest checkpoint of a store to its witnesses, once.
    Feed(feed::Feed),
}

/// Runs a command line and says how it ended.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match cli.verb {
        Verb::Create(verb) => verb.run(),
        Verb::Demo(verb) => verb.run(),
        Verb::Serve(verb) => verb.run(),
        Verb::Trace(verb) => verb.run(),
        Verb::Verify(verb) => verb.run(),
        Verb::Findings(verb) => verb.run(),
        Verb::Import(verb) => verb.run(),
        Verb::Key(verb) => verb.run(),
        Verb::Erase(verb) => verb.run(),
        Verb::Takedown(verb) => verb.run(),
        Verb::Countersign(verb) => verb.run(),
        Verb::Act(verb) => verb.run(),
        Verb::Sign(verb) => verb.run(),
        Verb::Export(verb) => verb.run(),
        Verb::Backup(verb) => verb.run(),
        Verb::VerifyBackup(verb) => verb.run(),
        Verb::Restore(verb) => verb.run(),
        Verb::Recover(verb) => verb.run(),
        Verb::Succeed(verb) => verb.run(),
        Verb::Parts(verb) => verb.run(),
        Verb::Witness(verb) => verb.run(),
        Verb::Watch(verb) => verb.run(),
        Verb::Feed(verb) => verb.run(),
    }
}

/// An instant of the command line.
fn instant(text: &str) -> Result<Timestamp, String> {
    let read: Result<jiff::Timestamp, _> = text.parse();
    read.map(|at| Timestamp(at.as_millisecond()))
        .map_err(|_| "expected an RFC 3339 instant such as 2027-03-12T08:30:00Z".to_owned())
}

/// Prints an error with its causes, and gives the exit code for it.
fn fail(error: &dyn std::error::Error, code: u8) -> ExitCode {
    eprintln!("devenir: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::from(code)
}
