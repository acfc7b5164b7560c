//! The command line: `devenir <verb>`.
//!
//! `docs/operating.md` and `docs/verify.md` describe each verb. Parsing touches nothing; each verb is a module
//! that gets its arguments as data and returns an exit code. This module decides nothing.

mod create;
mod demo;
mod erase;
mod export;
mod feed;
mod findings;
mod import;
mod key;
mod lang;
mod print;
mod serve;
mod trace;
mod verify;
mod watch;
mod witness;

use clap::{Parser, Subcommand};
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
    /// Export the record to a file.
    Export(export::Export),
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
        Verb::Export(verb) => verb.run(),
        Verb::Witness(verb) => verb.run(),
        Verb::Watch(verb) => verb.run(),
        Verb::Feed(verb) => verb.run(),
    }
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
