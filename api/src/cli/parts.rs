//! `devenir parts lost`: says in the record which of its parts are lost, so that nobody takes them for erased.
//!
//! `docs/operating.md` (The disk died). The store must not be served meanwhile: one process writes it. This module decides
//! nothing.

use super::fail;
use super::print::say;
use crate::app::App;
use clap::{Args, Subcommand};
use devenir_core::event::code::LossCause;
use devenir_core::writer::SystemClock;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir parts`.
#[derive(Debug, Args)]
pub(super) struct Parts {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Declare lost every part that is missing and that nobody erased; without a cause, only count them.
    Lost(Lost),
}

#[derive(Debug, Args)]
struct Lost {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// How: disk_failed, backup_too_old, copy_lost, software_fault, unknown.
    #[arg(long, requires = "explanation")]
    cause: Option<LossCause>,
    /// What happened, in words for everybody who reads the record.
    #[arg(long, requires = "cause")]
    explanation: Option<String>,
}

impl Parts {
    pub(super) fn run(self) -> ExitCode {
        let Verb::Lost(verb) = self.verb;
        verb.lost().map_or_else(|error| fail(error.as_ref(), 1), |()| ExitCode::SUCCESS)
    }
}

impl Lost {
    fn lost(self) -> Result<(), Box<dyn std::error::Error>> {
        let app = App::open(&self.store, Arc::new(SystemClock))?;
        let losses = app.unexplained_losses()?;
        let (parts, events) = (losses.parts(), losses.events());
        if parts == 0 {
            say!("no part is missing without an explanation");
            return Ok(());
        }
        say!("missing:  {parts} parts of {events} events, that nobody erased");
        let (Some(cause), Some(explanation)) = (self.cause, self.explanation) else {
            say!("nothing was recorded: bring back a newer vault, or say --cause and --explanation");
            return Ok(());
        };
        app.declare_losses(&losses, cause, &explanation)?;
        say!("declared: lost ({cause}); `devenir verify` says incomplete, and pages say lost, not erased");
        Ok(())
    }
}
