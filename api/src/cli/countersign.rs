//! `devenir countersign`: the second hand of an act that waits for one, with that person's own key.
//!
//! `docs/operating.md` (Two hands). It asks as the holder of an API key would; the store must not be served meanwhile.
//! This module decides nothing.

use super::erase::carry_out;
use super::fail;
use super::print::say;
use crate::act::{self, Caller, Signed};
use crate::app::App;
use crate::keyring::{Identity, Keyring};
use crate::rights::give;
use crate::token::AdminToken;
use clap::Args;
use devenir_core::event::code::Trust;
use devenir_core::id::{BadId, IntentId};
use devenir_core::writer::SystemClock;
use devenir_projections::query::By;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir countersign`.
#[derive(Debug, Args)]
pub(super) struct Countersign {
    /// The act, by its name of 64 digits, or as `event_…`.
    #[arg(value_parser = named)]
    act: IntentId,
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// The file that holds the API key of whoever countersigns.
    #[arg(long)]
    api_key: PathBuf,
    /// The consultation in which the act stands, by its short name; the instance itself without it.
    #[arg(long)]
    consultation: Option<String>,
    /// The name of whoever countersigns.
    #[arg(long, requires = "capacity")]
    name: Option<String>,
    /// In which capacity.
    #[arg(long)]
    capacity: Option<String>,
}

/// An act as its receipt names it, or by its digits alone.
fn named(text: &str) -> Result<IntentId, BadId> {
    text.strip_prefix("event_").unwrap_or(text).parse()
}

impl Countersign {
    pub(super) fn run(self) -> ExitCode {
        self.countersign().map_or_else(|error| fail(error.as_ref(), 1), |()| ExitCode::SUCCESS)
    }

    fn countersign(self) -> Result<(), Box<dyn std::error::Error>> {
        let app = App::open(&self.store, Arc::new(SystemClock))?;
        let identity = identified(&self.store, &self.api_key)?;
        let consultation = match &self.consultation {
            None => None,
            Some(slug) => {
                let found = app.read()?.consultation(By::Slug(slug))?;
                Some(
                    found.ok_or_else(|| format!("no consultation is named `{slug}`; check the name"))?.stream,
                )
            }
        };
        let signatory = self.name.zip(self.capacity).map(|(name, capacity)| Signed { name, capacity });
        let act = act::Countersign { consultation, act: self.act, signatory };
        let caller = Caller {
            namespace: identity.namespace.clone(),
            trust: Trust::Native,
            credential: identity.credential,
        };
        let receipt = give(&app, &identity, &caller, format!("countersign {}", self.act).as_bytes(), &act)?;
        for event in receipt.events {
            say!("recorded: event {} ({})", event.position, event.id);
        }
        // A takedown counts from here on.
        carry_out(&app).map(drop)
    }
}

/// Whose API key a file holds.
pub(super) fn identified(store: &Path, api_key: &Path) -> Result<Identity, Box<dyn std::error::Error>> {
    let keyring = Keyring::open(store, AdminToken::open(store)?)?;
    let key = std::fs::read_to_string(api_key)?;
    Ok(keyring.recognise(key.trim_end())?.ok_or("no credential has this API key")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_named_as_its_receipt_names_it_or_by_its_digits() {
        let digits = "5e".repeat(32);
        assert_eq!(named(&format!("event_{digits}")), named(&digits));
        let refused = named("event_5e").unwrap_err().to_string();
        assert_eq!(
            refused,
            "expected 64 lower-case hexadecimal digits for the intent id, found `5e` (2 characters)"
        );
    }
}
