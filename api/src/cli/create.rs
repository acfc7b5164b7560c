//! `devenir create`: an empty store with its keys.

use super::fail;
use super::print::say;
use crate::token::AdminToken;
use clap::Args;
use devenir_core::writer::{Instance, Opening, OsRandom, SystemClock};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir create`.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// The directory to create.
    #[arg(long)]
    store: PathBuf,
    /// The line that will name this ledger for ever: a domain and a path, `consultations.example.fr/registre`.
    #[arg(long)]
    origin: String,
}

impl Create {
    pub(super) fn run(self) -> ExitCode {
        let opening = Opening { origin: self.origin, demonstration: false };
        let created = Instance::create(
            &self.store,
            &opening,
            Arc::new(SystemClock),
            Box::new(OsRandom),
            Box::new(OsRandom),
        );
        let instance = match created {
            Ok(instance) => instance,
            Err(error) => return fail(&error, 1),
        };
        if let Err(error) = AdminToken::create(&self.store) {
            return fail(&error, 1);
        }
        say!("store: {} (new, ledger {})", self.store.display(), instance.log);
        say!(
            "keys: {} (mode 0600; keep them apart from the backups of the ledger)",
            self.store.join("keys").display()
        );
        say!("its key, for witnesses and verifiers: {}", instance.public_keys.checkpoints);
        say!("next: devenir serve --store {}", self.store.display());
        ExitCode::SUCCESS
    }
}
