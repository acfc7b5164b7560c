//! `devenir serve`: pages and GraphQL over a store.

use super::fail;
use crate::app::App;
use crate::keyring::Keyring;
use crate::serve::{listen, serve};
use crate::token::AdminToken;
use clap::Args;
use devenir_core::writer::SystemClock;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// The address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// The port to listen on.
    #[arg(long, env = "PORT", default_value_t = 8787)]
    port: u16,
}

impl Serve {
    pub(super) fn run(self) -> ExitCode {
        match self.serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    fn serve(&self) -> Result<(), Box<dyn std::error::Error>> {
        let app = Arc::new(App::open(&self.store, Arc::new(SystemClock))?);
        let token = Arc::new(Keyring::open(&self.store, AdminToken::open(&self.store)?)?);
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            let listener = listen(self.address, self.port, true).await?;
            println!("serving {} on http://{}", self.store.display(), listener.local_addr()?);
            serve(listener, app, token).await
        })?;
        Ok(())
    }
}
