//! `devenir act`: prepares an act of an official to be signed elsewhere, and hands it in once it is.
//!
//! `docs/operating.md` (Signing) walks through it. The act is written as for its GraphQL command, so there is one way to say
//! one. The store must not be served meanwhile; a served one takes the mutations `prepareAct` and `submitSignedAct`.

use super::fail;
use super::print::say;
use crate::app::App;
use crate::graphql::mutation::about_signing::SignableActInput;
use crate::signing::{Preparing, prepare_key, submit};
use async_graphql::InputType as _;
use clap::{Args, Subcommand};
use devenir_core::id::CredentialId;
use devenir_core::signing::ActFile;
use devenir_core::writer::SystemClock;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir act`.
#[derive(Debug, Args)]
pub(super) struct Act {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Prepare an act to be signed.
    Draft(Draft),
    /// Hand a signed act in.
    Submit(Submit),
}

#[derive(Debug, Args)]
struct Draft {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// The credential that is to sign.
    #[arg(long)]
    signer: CredentialId,
    /// The act as JSON, as `SignableActInput` of the GraphQL schema says it.
    #[arg(long)]
    act: PathBuf,
    /// For how many hours it may wait for its signature.
    #[arg(long, default_value_t = 72)]
    hours: u16,
    /// Where the document goes.
    #[arg(long, short)]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct Submit {
    /// The signed document.
    document: PathBuf,
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
}

type Ended = Result<(), Box<dyn std::error::Error>>;

impl Act {
    pub(super) fn run(self) -> ExitCode {
        let ended = match self.verb {
            Verb::Draft(verb) => verb.run(),
            Verb::Submit(verb) => verb.run(),
        };
        ended.map_or_else(|error| fail(error.as_ref(), 1), |()| ExitCode::SUCCESS)
    }
}

impl Draft {
    fn run(self) -> Ended {
        let app = App::open(&self.store, Arc::new(SystemClock))?;
        let text = std::fs::read_to_string(&self.act)?;
        let value = async_graphql::Value::from_json(serde_json::from_str(&text)?)?;
        let act = SignableActInput::parse(Some(value)).map_err(|error| {
            format!(
                "{}: {}",
                self.act.display(),
                error.into_server_error(async_graphql::Pos::default()).message
            )
        })?;
        let asked = Preparing {
            namespace: "signed".into(),
            key: prepare_key(self.signer, &text, app.now()),
            signer: self.signer,
            expires_at: app.now().plus_ms(i64::from(self.hours) * 3_600_000),
        };
        let file = act.prepare(&app, &asked)?;
        std::fs::write(&self.output, file.to_string())?;
        say!("prepared: {}; sign it with `devenir sign` before {}", self.output.display(), asked.expires_at);
        Ok(())
    }
}

impl Submit {
    fn run(self) -> Ended {
        let file = ActFile::parse(&std::fs::read(&self.document)?)?;
        let app = App::open(&self.store, Arc::new(SystemClock))?;
        let receipt = submit(&app, &file)?;
        for event in receipt.events {
            say!("recorded: event {} ({})", event.position, event.id);
        }
        Ok(())
    }
}
