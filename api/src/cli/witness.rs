//! `devenir witness`: a guarantor's witness, with a store and a key of its own.
//!
//! `docs/operating.md` (A witness) describes it, `docs/verify.md` the three commands that it is one of. It needs nothing of
//! the ledgers that it follows but their public keys.

use super::fail;
use super::print::say;
use crate::witness::{open, router, sizes};
use clap::Args;
use devenir_core::ledger::{KeyName, NamedKey};
use devenir_core::writer::{OsRandom, SystemClock};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir witness`.
#[derive(Debug, Args)]
pub(super) struct Witness {
    /// The witness's own directory, made where there is none.
    #[arg(long)]
    store: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8788")]
    listen: SocketAddr,
    /// The public key of a ledger to follow, as `devenir create` and `devenir serve` print it; may be given several times.
    #[arg(long = "log", value_name = "VKEY")]
    logs: Vec<NamedKey>,
    /// A file with the public keys of ledgers, one a line.
    #[arg(long, value_name = "FILE")]
    logs_file: Option<PathBuf>,
    /// The name of a new witness, for ever: a domain and a path, `witness.example.org/guarantor`.
    #[arg(long)]
    name: Option<KeyName>,
}

impl Witness {
    pub(super) fn run(self) -> ExitCode {
        match self.witness() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    fn witness(mut self) -> Result<(), Box<dyn std::error::Error>> {
        if let Some(path) = &self.logs_file {
            self.logs.extend(keys_in(path)?);
        }
        if self.logs.is_empty() {
            return Err(
                "no ledger to follow: give its public key with --log, or a file of keys with --logs-file"
                    .into(),
            );
        }
        let witness = open(&self.store, self.name, &self.logs, &mut OsRandom)?;
        say!("witness {} in {}", witness.public().name(), self.store.display());
        for (origin, size) in sizes(&witness)? {
            let seen = size.map_or_else(|| "nothing yet".to_owned(), |size| format!("{size} events"));
            say!("follows {origin}: cosigned {seen}");
        }
        let key = witness.public().clone();
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(self.listen).await?;
            let address = listener.local_addr()?;
            say!("for a policy: witness NAME {key} http://{address}");
            say!("listening on http://{address}");
            let router = router(witness, Arc::new(SystemClock));
            axum::serve(listener, router).with_graceful_shutdown(crate::serve::asked_to_stop()).await
        })?;
        Ok(())
    }
}

/// The keys in a file; lines that begin with `#` and empty ones are passed over.
fn keys_in(path: &Path) -> Result<Vec<NamedKey>, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.lines().map(str::trim).zip(1..);
    let keys = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    keys.map(|(line, number)| {
        line.parse().map_err(|error| format!("{}, line {number}: {error}", path.display()).into())
    })
    .collect()
}
