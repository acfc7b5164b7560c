//! `devenir succeed`: opens a ledger in the place of one that cannot reach what it signed.
//!
//! `docs/operating.md` (The disk died). It is refused while anything that was named still has the missing events. This module
//! decides nothing.

use super::fail;
use super::print::say;
use crate::backup::{Successor, succeed};
use clap::Args;
use devenir_core::event::code::LossCause;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `devenir succeed`.
#[derive(Debug, Args)]
pub(super) struct Succeed {
    /// The store of the ledger that ends; it stays as it is.
    #[arg(long)]
    of: PathBuf,
    /// The directory to create.
    #[arg(long)]
    store: PathBuf,
    /// The line that will name the new ledger for ever; never the old one's.
    #[arg(long)]
    origin: String,
    /// How events were lost: disk_failed, backup_too_old, copy_lost, software_fault, unknown.
    #[arg(long)]
    cause: LossCause,
    /// What happened, in words for everybody who reads the record.
    #[arg(long)]
    explanation: String,
    /// A place where the missing events might be, as for `devenir recover`; name all that you know.
    #[arg(long, required_unless_present = "no_mirror")]
    from: Vec<String>,
    /// Nobody mirrors the ledger that ends.
    #[arg(long, conflicts_with = "from")]
    no_mirror: bool,
    /// The newest checkpoint with cosignatures that anybody has, where `signer/cosigned` is lost.
    #[arg(long)]
    cosigned: Option<PathBuf>,
}

impl Succeed {
    pub(super) fn run(self) -> ExitCode {
        let Self { of, store, origin, cause, explanation, from, no_mirror: _, cosigned } = self;
        let shown = (of.clone(), store.clone());
        match succeed(Successor { of, store, origin, cause, explanation, from, cosigned }) {
            Ok((instance, short)) => {
                short.iter().for_each(|why| say!("not reached: {why}"));
                let (of, store) = (shown.0.display(), shown.1.display());
                say!("store: {store} (new, ledger {}, in the place of the one in {of})", instance.log);
                say!("its key, for witnesses and verifiers: {}", instance.public_keys.checkpoints);
                say!("keep {of}: it can be read and verified, and nothing is written to it any more");
                say!("next: devenir serve --store {store}");
                ExitCode::SUCCESS
            }
            Err(error) => fail(&error, 1),
        }
    }
}
