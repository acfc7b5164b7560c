//! `devenir recover`: what a restored store lacks, from whoever mirrored it.
//!
//! `docs/operating.md` (The disk died). Exit code 12 where parts stay missing, 1 where nothing could be recovered. This module
//! decides nothing.

use super::fail;
use super::print::say;
use crate::app::App;
use crate::backup::recover;
use clap::Args;
use devenir_core::audit::{Verdict, audit_at};
use devenir_core::store::EmbeddedReader;
use devenir_core::writer::{Clock as _, SystemClock};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir recover`.
#[derive(Debug, Args)]
pub(super) struct Recover {
    /// The store's directory, which no server runs over.
    #[arg(long)]
    store: PathBuf,
    /// The URL of a log (https://…/log), a bundle of the whole ledger, or the folder of a mirror; the first that reaches
    /// what was signed last is taken.
    #[arg(long, required = true)]
    from: Vec<String>,
}

impl Recover {
    pub(super) fn run(self) -> ExitCode {
        let mut recovered = None;
        for from in &self.from {
            match recover(&self.store, from) {
                Ok(reached) => {
                    recovered = Some(reached);
                    break;
                }
                Err(error) => drop(fail(&error, 1)),
            }
        }
        let Some(recovered) = recovered else { return ExitCode::from(1) };
        let (from, to) = (recovered.from.size.get(), recovered.to.size.get());
        say!("recovered: {} events, now a {}", to - from, recovered.to);
        // Opening it holds it against what was signed, and carries out what its record erased.
        if let Err(error) = App::open(&self.store, Arc::new(SystemClock)) {
            return fail(&error, 1);
        }
        let missing = EmbeddedReader::open(&self.store)
            .and_then(|reader| audit_at(&reader, SystemClock.now()))
            .map(|report| report.parts.missing);
        match missing {
            Ok(0) => ExitCode::SUCCESS,
            Ok(missing) => {
                say!(
                    "{missing} parts are in no mirror: bring back a newer vault, or declare them: devenir parts lost --store {}",
                    self.store.display()
                );
                ExitCode::from(Verdict::Incomplete.exit_code())
            }
            Err(error) => fail(&error, 1),
        }
    }
}
