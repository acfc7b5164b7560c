//! `devenir takedown`: the first hand of a takedown, which takes the text of a public act away once another person agrees.
//!
//! `docs/operating.md` (Takedown). It decides with an API key, or as the operator without one; the second hand is
//! `devenir countersign`, after which it is carried out. The store must not be served meanwhile: one process writes it.

use super::countersign::identified;
use super::erase::named;
use super::fail;
use super::print::say;
use crate::act::{Caller, DecideTakedown, Signed};
use crate::app::App;
use crate::rights::give;
use clap::Args;
use devenir_core::event::code::Trust;
use devenir_core::rules::Ground;
use devenir_core::writer::{OsRandom, Random as _, SystemClock};
use devenir_projections::query::By;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir takedown`.
#[derive(Debug, Args)]
pub(super) struct Takedown {
    /// The act: its id (`response_…`, `event_…`), or the reference of a text of the authority.
    what: String,
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// The file that holds the API key of whoever decides; the administrator's without it.
    #[arg(long)]
    api_key: Option<PathBuf>,
    /// Which of its parts, by name (`text`, `minutes`, `reasons`); every text of the act without it.
    #[arg(long = "part")]
    parts: Vec<String>,
    /// Why, as a code of moderation: `personal_data`, `defamation`, `illegal`, …
    #[arg(long)]
    ground: Ground,
    /// Why, in words, which stay public.
    #[arg(long)]
    reasons: String,
    /// The name of whoever decides.
    #[arg(long)]
    name: String,
    /// In which capacity.
    #[arg(long)]
    capacity: String,
}

impl Takedown {
    pub(super) fn run(self) -> ExitCode {
        self.decide().map_or_else(|error| fail(error.as_ref(), 1), |()| ExitCode::SUCCESS)
    }

    fn decide(self) -> Result<(), Box<dyn std::error::Error>> {
        let app = App::open(&self.store, Arc::new(SystemClock))?;
        let token = self.store.join("keys").join("admin.token");
        let identity = identified(&self.store, self.api_key.as_deref().unwrap_or(&token))?;
        let (consultation, target) = named(&app, &self.what)?;
        let act = DecideTakedown {
            consultation,
            target,
            parts: Some(self.parts),
            ground: self.ground,
            reasons: self.reasons,
            signatory: Signed { name: self.name, capacity: self.capacity },
        };
        let (namespace, credential) = (identity.namespace.clone(), identity.credential);
        let caller = Caller { namespace, trust: Trust::Native, credential };
        let receipt = give(&app, &identity, &caller, &OsRandom.bytes16()?, &act)?;
        let id = receipt.events.first().ok_or("nothing was recorded")?.id;
        let found = app.read()?.consultation(By::Stream(consultation))?;
        let slug = found.map_or_else(String::new, |found| found.slug);
        say!("decision:    event_{id}");
        say!(
            "waiting:     for another person: devenir countersign {id} --consultation {slug} --api-key FILE --store {}",
            self.store.display()
        );
        Ok(())
    }
}
