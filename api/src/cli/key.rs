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
use devenir_core::event::code::{Assurance, Custody, GrantScope, KeyPurpose, RevocationCause};
use devenir_core::event::part::Mandate;
use devenir_core::id::{CredentialId, HolderId, PublicKey, StreamId};
use devenir_core::ledger::{KeyType, NamedKey, Promise, VerifyingKey};
use devenir_core::rules::Role;
use devenir_core::store::EmbeddedReader;
use devenir_core::time::Timestamp;
use devenir_core::writer::{
    Clock as _, Instance, OsRandom, Random, Replacement, Rotated, SystemClock, create_key_file,
    draw_next_key, read_key_file, read_opening, replace_key, rotate_ledger_key,
};
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
    /// Replace a key: the API key of a credential, which is printed once; with --purpose, one that signs, in the record itself.
    Rotate(Rotate),
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
#[command(group = clap::ArgGroup::new("which").required(true).args(["credential", "purpose"]))]
struct Rotate {
    #[command(flatten)]
    of: OfStore,
    /// The credential whose API key is replaced, as `devenir key list` shows it.
    credential: Option<CredentialId>,
    /// What the key signs that is replaced: checkpoint, promise or signer.
    #[arg(long)]
    purpose: Option<KeyPurpose>,
    /// Draw the new key of the ledger and print it, so that witnesses know it before it takes over; nothing is recorded.
    #[arg(long, requires = "purpose", conflicts_with = "key")]
    announce: bool,
    /// Of a signer: the file of the key in force.
    #[arg(long, value_name = "FILE", requires_all = ["purpose", "new_key"])]
    key: Option<PathBuf>,
    /// Of a signer: the file of the key that takes over.
    #[arg(long, value_name = "FILE", requires = "key")]
    new_key: Option<PathBuf>,
    /// Of a signer: who holds the new key, holder or server.
    #[arg(long, default_value = "holder", requires = "key")]
    custody: Custody,
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
            Verb::Rotate(verb) => verb.run(),
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

impl Rotate {
    fn run(self) -> Ended {
        let store = &self.of.store;
        match (self.credential, self.purpose, self.key.as_deref().zip(self.new_key.as_deref())) {
            (Some(credential), _, _) => rotate_api_key(store, credential),
            (None, Some(KeyPurpose::Signer), Some((old, new))) => {
                rotate_signer(store, old, new, self.custody)
            }
            (None, Some(purpose), None) if self.announce => announce(store, purpose),
            (None, Some(purpose), None) => rotate_ledger(store, purpose),
            (None, _, _) => {
                Err("--key and --new-key are files of signers; the ledger's own keys lie in its store".into())
            }
        }
    }
}

fn rotate_api_key(store: &Path, credential: CredentialId) -> Ended {
    if credential == CredentialId::FIRST {
        AdminToken::replace(store)?;
        println!("another token stands in {}", AdminToken::path(store).display());
        println!("the one before is worth nothing once the server is started again");
        return Ok(());
    }
    let keyring = keyring(store)?;
    let key = match keyring.rotate(credential, &mut OsRandom) {
        // A role that was given over the API has no key yet: this is its first.
        Err(KeyringError::Unknown(credential))
            if Lookout::open(store)?.read()?.credential(credential)?.is_some() =>
        {
            keyring.add(credential, &mut OsRandom)?
        }
        rotated => rotated?,
    };
    say!("key: {}", *key);
    say!("the key before it is worth nothing from now on; this one is shown this once");
    Ok(())
}

/// The text of one of the ledger's own keys, as policies have it.
fn named(
    store: &Path,
    purpose: KeyPurpose,
    key: VerifyingKey,
) -> Result<NamedKey, Box<dyn std::error::Error>> {
    let (_, opened) = read_opening(&EmbeddedReader::open(store)?)?;
    let origin = opened.origin.parse()?;
    let name = if purpose == KeyPurpose::Promise { Promise::key_name(&origin) } else { origin };
    Ok(NamedKey::new(name, KeyType::Note, key))
}

fn announce(store: &Path, purpose: KeyPurpose) -> Ended {
    let key = draw_next_key(store, purpose, &mut OsRandom)?;
    println!("the next key of {purpose}s: {}", named(store, purpose, key)?);
    println!(
        "it is not in force; `devenir key rotate --purpose {purpose}` without --announce puts it in force"
    );
    if purpose == KeyPurpose::Checkpoint {
        println!(
            "first have your witnesses add it beside the one that they know: they refuse what they do not know"
        );
    }
    Ok(())
}

fn rotate_ledger(store: &Path, purpose: KeyPurpose) -> Ended {
    let random: [Box<dyn Random>; 3] = [Box::new(OsRandom), Box::new(OsRandom), Box::new(OsRandom)];
    let Rotated { key, from } = rotate_ledger_key(store, purpose, Arc::new(SystemClock), random)?;
    println!("the key of {purpose}s: {}", named(store, purpose, key)?);
    println!(
        "it signs from {from} events on; the one before it signs nothing any more, and its secret is gone"
    );
    println!("back it up now: a backup from before has the old key only, and cannot go on from here");
    if purpose == KeyPurpose::Checkpoint {
        println!("witnesses refuse checkpoints by a key that they do not know: have them add it");
        println!(
            "who names the old key in a policy follows it through the record, and better names this one"
        );
    }
    Ok(())
}

fn rotate_signer(store: &Path, old: &Path, new: &Path, custody: Custody) -> Ended {
    let (old, new) = (read_key_file(old)?, read_key_file(new)?);
    let [before, after] = [&old, &new].map(|key| signing_credential(&key.verifying_key().id()));
    let known = Lookout::open(store)?.read()?.credential(before)?;
    let known = known
        .ok_or_else(|| format!("no credential {before} was granted a role: the file is of another key"))?;
    let consultation = match known.facts.scope {
        GrantScope::Instance => None,
        GrantScope::Consultation => Some(known.stream),
    };
    let (purpose, role) = (KeyPurpose::Signer, known.facts.role);
    let replacement = Replacement { purpose, old: &old, new: &new, custody, role, consultation };
    let clock = Arc::new(SystemClock);
    let instance = Instance::open(store, clock, Box::new(OsRandom), Box::new(OsRandom))?;
    let Rotated { from, .. } = replace_key(&instance, &replacement, SystemClock.now())?;
    println!("credential: {after} ({role})");
    println!("it signs from {from} events on; {before} signs nothing any more");
    if let Some(key) = keyring(store)?.hand_over(before, after, &mut OsRandom)? {
        println!("key:        {}", *key);
        println!("the API key goes with it, and is shown this once");
    }
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
