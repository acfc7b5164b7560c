//! `devenir key`: roles given and taken back, and the API keys that go with them.
//!
//! `docs/operating.md` (Keys). A key is printed once, when it is drawn. The store must not be served meanwhile: one
//! process writes it.

use super::print::say;
use super::{fail, instant};
use crate::act::credential_of;
use crate::app::App;
use crate::keyring::{Keyring, KeyringError};
use crate::lookout::Lookout;
use crate::rights::{self, NewGrant};
use crate::token::AdminToken;
use clap::{Args, Subcommand};
use devenir_core::consultation::signing_credential;
use devenir_core::event::code::{Assurance, Custody, RevocationCause};
use devenir_core::event::part::Mandate;
use devenir_core::id::{CredentialId, HolderId, PublicKey, StreamId};
use devenir_core::rules::Role;
use devenir_core::time::Timestamp;
use devenir_core::writer::{Clock as _, OsRandom, Random as _, SystemClock, create_key_file, read_key_file};
use devenir_projections::query::By;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir key`.
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Draw a key to sign acts with, into a file of one's own; needs no store.
    New(OfFile),
    /// Print the public half of a key file.
    Show(OfFile),
    /// Give somebody a role, and print their key once.
    Grant(Grant),
    /// List who has which role.
    List(OfStore),
    /// Draw another secret for a credential, and print the new key once.
    Rotate(OfCredential),
    /// Take a role back.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
struct Grant {
    #[command(flatten)]
    of: OfStore,
    /// platform, moderator, facilitator, authority, assessor, guarantor or administrator.
    #[arg(long)]
    role: Role,
    /// The holder's name; for a platform, the platform's.
    #[arg(long)]
    name: String,
    /// Only in this consultation, by its short name; the whole instance without it.
    #[arg(long)]
    consultation: Option<String>,
    /// Who appointed them: without it a guarantor is shown as not mandated.
    #[arg(long)]
    mandate: Option<String>,
    /// The words of the appointment, or where they stand.
    #[arg(long, requires = "mandate")]
    mandate_text: Option<String>,
    /// For a platform, how sure it is of its people: declared, low, substantial or high.
    #[arg(long)]
    assurance: Option<Assurance>,
    /// The Ed25519 public key with which they sign, as `devenir key show` prints it.
    #[arg(long)]
    public_key: Option<PublicKey>,
    /// Who holds the secret of that key: holder or server.
    #[arg(long, default_value = "holder", requires = "public_key")]
    custody: Custody,
    /// Another credential of the same person.
    #[arg(long)]
    same_holder_as: Option<CredentialId>,
    /// From when it counts, such as 2027-03-12T08:30:00Z.
    #[arg(long, value_parser = instant)]
    from: Option<Timestamp>,
    /// Until when it counts.
    #[arg(long, value_parser = instant)]
    until: Option<Timestamp>,
}

#[derive(Debug, Args)]
struct OfFile {
    /// The key file, of mode 0600.
    file: PathBuf,
}

#[derive(Debug, Args)]
struct OfStore {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
}

#[derive(Debug, Args)]
struct OfCredential {
    #[command(flatten)]
    of: OfStore,
    /// The credential, as `devenir key list` shows it.
    credential: CredentialId,
}

#[derive(Debug, Args)]
struct Revoke {
    #[command(flatten)]
    of: OfCredential,
    /// ended, compromised, misused or mistaken.
    #[arg(long, default_value = "ended")]
    cause: RevocationCause,
}

type Ended = Result<(), Box<dyn std::error::Error>>;

impl Key {
    pub(super) fn run(self) -> ExitCode {
        let ended = match self.verb {
            Verb::New(verb) => new(&verb.file),
            Verb::Show(verb) => show(&verb.file),
            Verb::Grant(verb) => verb.run(),
            Verb::List(verb) => list(&verb.store),
            Verb::Rotate(verb) => rotate(&verb),
            Verb::Revoke(verb) => verb.run(),
        };
        ended.map_or_else(|error| fail(error.as_ref(), 1), |()| ExitCode::SUCCESS)
    }
}

fn keyring(store: &Path) -> Result<Keyring, Box<dyn std::error::Error>> {
    Ok(Keyring::open(store, AdminToken::open(store)?)?)
}

fn stream_of(app: &App, slug: &str) -> Result<StreamId, Box<dyn std::error::Error>> {
    let found = app.read()?.consultation(By::Slug(slug))?;
    Ok(found.ok_or_else(|| format!("no consultation is named `{slug}`; check the name"))?.stream)
}

impl Grant {
    fn run(self) -> Ended {
        let app = App::open(&self.of.store, Arc::new(SystemClock))?;
        let keyring = keyring(&self.of.store)?;
        let consultation = self.consultation.as_deref().map(|slug| stream_of(&app, slug)).transpose()?;
        let credential = match self.public_key {
            Some(key) => credential_of(key)?,
            None => CredentialId(OsRandom.bytes16()?),
        };
        let holder = match self.same_holder_as {
            Some(other) => {
                let known = app.read()?.credential(other)?;
                known.ok_or_else(|| format!("no credential {other} was granted a role"))?.facts.holder
            }
            None => HolderId(OsRandom.bytes16()?),
        };
        let mandate = self.mandate.map(|body| Mandate { body, text: self.mandate_text });
        let Self { role, name, assurance, .. } = self;
        let new = NewGrant {
            credential,
            holder,
            role,
            consultation,
            name,
            mandate,
            assurance,
            key: self.public_key,
            custody: self.custody,
            from: self.from,
            until: self.until,
        };
        // The key first: one without a role gives nothing, a role without its key could not be used or taken back.
        let key = keyring.add(credential, &mut OsRandom)?;
        if let Err(error) = rights::grant(&app, new) {
            keyring.remove(credential)?;
            return Err(error.into());
        }
        say!("credential: {credential} ({role})");
        if let Some(known) = app.read()?.credential(credential)? {
            say!("standing:   {}", rights::standing(&known, app.now()));
        }
        say!("key:        {}", *key);
        say!("the key is shown this once; hand it to its holder, who keeps it to themselves");
        Ok(())
    }
}

fn new(file: &Path) -> Ended {
    let key = create_key_file(file, &mut OsRandom)?;
    say!("public key: {}", key.verifying_key());
    say!(
        "the secret is in {} and nowhere else; keep a copy where you keep what you sign with",
        file.display()
    );
    Ok(())
}

fn show(file: &Path) -> Ended {
    let key = read_key_file(file)?.verifying_key();
    say!("public key: {key}");
    say!("key id:     {}", key.id());
    say!("credential: {}", signing_credential(&key.id()));
    Ok(())
}

fn list(store: &Path) -> Ended {
    let reading = Lookout::open(store)?.read()?;
    for known in reading.credentials(None)? {
        let mandate = match (&known.mandate, known.is_mandated, known.facts.role) {
            (Some(mandate), _, _) => format!(", mandated by {}", mandate.body),
            (None, true, _) => ", on a mandate that can no longer be read".to_owned(),
            (None, false, Role::Guarantor) => ", not mandated".to_owned(),
            (None, false, _) => String::new(),
        };
        let name = known.name.as_deref().unwrap_or("(not named)");
        let standing = rights::standing(&known, SystemClock.now());
        say!("{}  {:13} {standing}: {name}{mandate}", known.facts.credential, known.facts.role.as_str());
    }
    Ok(())
}

fn rotate(verb: &OfCredential) -> Ended {
    if verb.credential == CredentialId::FIRST {
        AdminToken::replace(&verb.of.store)?;
        println!("another token stands in {}", AdminToken::path(&verb.of.store).display());
        println!("the one before is worth nothing once the server is started again");
        return Ok(());
    }
    let keyring = keyring(&verb.of.store)?;
    let key = match keyring.rotate(verb.credential, &mut OsRandom) {
        // A role that was given over the API has no key yet: this is its first.
        Err(KeyringError::Unknown(credential))
            if Lookout::open(&verb.of.store)?.read()?.credential(credential)?.is_some() =>
        {
            keyring.add(credential, &mut OsRandom)?
        }
        rotated => rotated?,
    };
    say!("key: {}", *key);
    say!("the key before it is worth nothing from now on; this one is shown this once");
    Ok(())
}

impl Revoke {
    fn run(self) -> Ended {
        let OfCredential { of, credential } = self.of;
        let app = App::open(&of.store, Arc::new(SystemClock))?;
        rights::revoke(&app, credential, self.cause)?;
        keyring(&of.store)?.remove(credential)?;
        say!("credential {credential}: taken back");
        Ok(())
    }
}
