//! `devenir feed`: shows the newest checkpoint to the witnesses of the policy, once.
//!
//! `docs/operating.md` (Witnesses): for a store that no server runs over; `devenir serve` does the same all the time.

use super::fail;
use super::print::say;
use crate::app::App;
use crate::cosigning::read_policy;
use crate::feeder::ask_all;
use clap::Args;
use devenir_core::ledger::Checkpoint;
use devenir_core::writer::SystemClock;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir feed`.
#[derive(Debug, Args)]
pub(super) struct Feed {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// The policy that names the witnesses; by default policy.txt in the store.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl Feed {
    pub(super) fn run(self) -> ExitCode {
        match self.feed() {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    /// Whether enough witnesses have cosigned.
    fn feed(&self) -> Result<bool, Box<dyn std::error::Error>> {
        let policy = self.policy.as_deref().map(read_policy).transpose()?;
        let app = App::open_under(&self.store, Arc::new(SystemClock), policy)?;
        let cosigning =
            app.cosigning().ok_or("no policy: write policy.txt in the store, or give --policy FILE")?;
        app.sign_if_due()?;
        let mut note = app.last_signed()?.ok_or("the ledger is empty: there is nothing to cosign")?;
        let checkpoint: Checkpoint = note.text().parse()?;
        say!("checkpoint of {} over {} events", checkpoint.origin, checkpoint.head.size);
        for (name, answer) in ask_all(cosigning.policy(), app.tiles(), &note) {
            match answer {
                Ok(line) => {
                    note = note.with(line)?;
                    say!("{name}: cosigned");
                }
                Err(error) => say!("{name}: {error}"),
            }
        }
        let is_enough = app.publish_cosigned(&note)?;
        say!(
            "{}",
            if is_enough { "the quorum is there: published" } else { "the quorum is missing: not published" }
        );
        Ok(is_enough)
    }
}
