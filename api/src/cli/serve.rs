//! `devenir serve`: pages and GraphQL over a store.

use super::fail;
use super::print::say;
use crate::app::App;
use crate::cosigning::read_policy;
use crate::feeder::reachable;
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
    /// The policy that names the witnesses of checkpoints; by default policy.txt in the store, where there is one.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// An address that the pages give to those who want a copy of the record: an e-mail address, or that of a page.
    #[arg(long, value_name = "ADDRESS", value_parser = contact)]
    contact: Option<String>,
    /// The address at which readers reach this server, such as <https://registre.ville.example>; by default what their browser
    /// asks for.
    #[arg(long, value_name = "URL", value_parser = site)]
    site: Option<String>,
}

/// An address on one line, short enough for a sentence.
fn contact(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 200 || text.split_whitespace().count() > 6 {
        return Err("expected an address of at most 6 words, such as registre@ville.example".into());
    }
    Ok(text.to_owned())
}

/// An address that can be typed into a terminal as it is, without a slash at its end.
fn site(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
    match rest {
        Some(rest) if !rest.is_empty() && rest.chars().all(is_plain) => Ok(text.to_owned()),
        Some(_) | None => Err("expected an address such as https://registre.ville.example".into()),
    }
}

impl Serve {
    pub(super) fn run(self) -> ExitCode {
        match self.serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    fn serve(&self) -> Result<(), Box<dyn std::error::Error>> {
        let policy = self.policy.as_deref().map(read_policy).transpose()?;
        let app = App::open_under(&self.store, Arc::new(SystemClock), policy)?;
        let app = Arc::new(app.with_contact(self.contact.clone()).with_site(self.site.clone()));
        let token = Arc::new(Keyring::open(&self.store, AdminToken::open(&self.store)?)?);
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            let listener = listen(self.address, self.port, true).await?;
            say!("serving {} on http://{}", self.store.display(), listener.local_addr()?);
            say_who_vouches(&app);
            serve(listener, app, token).await
        })?;
        Ok(())
    }
}

/// The key of checkpoints, and how far witnesses have cosigned.
fn say_who_vouches(app: &App) {
    say!("checkpoints at /log/checkpoint, signed by {}", app.public_keys().checkpoints);
    if app.public_keys().promises_over_time.is_none() {
        say!("no event states the key of its promises: an earlier draft of this software opened this store");
    }
    let Some(cosigning) = app.cosigning() else {
        say!("witnesses: none (no policy.txt): nobody outside vouches for this record");
        return;
    };
    let (all, asked) = (cosigning.policy().witnesses().count(), reachable(cosigning.policy()).len());
    say!("witnesses: {all} in the policy, {asked} of them asked at their URL");
    match cosigning.cosigned() {
        None => say!("cosigned: nothing yet by enough of them"),
        Some(newest) => {
            let by: Vec<String> = newest.cosigned().iter().map(|by| by.witness.to_string()).collect();
            say!("cosigned: {} events, by {}", newest.checkpoint().head.size, by.join(", "));
        }
    }
}
