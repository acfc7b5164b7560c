//! Acts signed away from the server: prepared here, handed in here; the signature is made elsewhere.
//!
//! `docs/format.md` (Signed acts), `docs/operating.md` (Signing). What is prepared was decided as if it were asked now, so an
//! official is not given what would be refused. Whoever hands a signed act in needs no key: the signature is the credential.

use crate::act::{Act, Caller, Malformed};
use crate::app::{ActError, App, AppError};
use crate::keyring::Identity;
use crate::rights::{Forbidden, RightError, admit};
use devenir_core::envelope::Signer;
use devenir_core::event::code::Trust;
use devenir_core::id::CredentialId;
use devenir_core::ledger::{TiledTree, TreeSize, key_id, prove, sha256};
use devenir_core::signing::{ActFile, SignatureFault, UnsoundAct, is_signable};
use devenir_core::time::Timestamp;
use devenir_core::writer::{Receipt, SignedCommand, WriteError};

/// How long a prepared act may wait for its signature at most.
pub const EXPIRES_WITHIN_DAYS: i64 = 31;

/// Who is to sign an act, and until when.
#[derive(Debug, Clone)]
pub struct Preparing {
    /// The namespace of the idempotency key.
    pub namespace: String,
    /// The idempotency key.
    pub key: String,
    /// The credential that signs.
    pub signer: CredentialId,
    /// After this instant the act may not be recorded.
    pub expires_at: Timestamp,
}

/// An idempotency key for an act that is prepared by hand: another one each time.
#[must_use]
pub fn prepare_key(signer: CredentialId, act: &str, now: Timestamp) -> String {
    format!("{signer} {} {}", now.0, sha256(act.as_bytes()).short())
}

/// Prepares an act to be signed; nothing is recorded.
///
/// # Errors
/// [`RightError`]: the act would be refused, or the credential does not sign.
pub fn prepare(app: &App, asked: &Preparing, act: &impl Act) -> Result<ActFile, RightError> {
    let latest = app.now().plus_days(EXPIRES_WITHIN_DAYS);
    if asked.expires_at <= app.now() || asked.expires_at > latest {
        return Err(RightError::from(ActError::from(Malformed {
            field: "expiresAt",
            expected: format!("an instant in the next {EXPIRES_WITHIN_DAYS} days"),
            found: asked.expires_at.to_string(),
        })));
    }
    let reading = app.read().map_err(AppError::from)?;
    let known = reading.credential(asked.signer).map_err(AppError::from)?;
    let public = known.and_then(|known| known.facts.key).ok_or(Forbidden::NoKey(asked.signer))?;
    let caller =
        Caller { namespace: asked.namespace.clone(), trust: Trust::Native, credential: asked.signer };
    let identity = Identity::of_key(asked.signer, asked.namespace.clone());
    let mut command = app.command(&caller, asked.key.as_bytes(), act)?;
    admit(app, &identity, &mut command)?;
    if let Some(other) = command.drafts.iter().find(|draft| !is_signable(&draft.event)) {
        return Err(UnsoundAct::NotSignable { name: other.event.event_type().name }.into());
    }
    // The tiles hold what anybody can look at: a signer binds to that, never to what only the writer knows.
    let seen = app.tiles().tiles().head();
    let signer = Signer {
        key: key_id(&public.0),
        seen_size: seen.size.get(),
        seen_root: seen.root,
        expires_at: asked.expires_at,
    };
    let sealed = app.writer().prepare(command, signer).map_err(ActError::from)?;
    Ok(ActFile::of(app.opened().origin.clone(), asked.namespace.clone(), asked.key.clone(), sealed))
}

/// Records a signed act.
///
/// # Errors
/// [`RightError`]: nothing was written.
pub fn submit(app: &App, file: &ActFile) -> Result<Receipt, RightError> {
    let opened = file.open()?;
    app.is_admissible_takedown(opened.intent.stream, &opened.reading).map_err(ActError::from)?;
    let command = SignedCommand::of(file)?;
    seen(app, command.signer())?;
    let receipt = app.writer().ask_signed(command).map_err(ActError::from)?;
    app.catch_up().map_err(ActError::Views)?;
    Ok(receipt)
}

/// The ledger that the signer had seen must be a beginning of this one.
fn seen(app: &App, signer: &Signer) -> Result<(), RightError> {
    let fault = |fault| RightError::from(ActError::from(WriteError::Signature(fault)));
    let tiles = app.tiles().tiles();
    let (size, seen) = (tiles.head().size, TreeSize::new(signer.seen_size));
    if seen > size {
        return Err(fault(SignatureFault::SeenAhead { seen: signer.seen_size, size: size.get() }));
    }
    let expected = prove::root(&TiledTree::new(&tiles, size), seen)
        .map_err(|error| RightError::Tiles(error.to_string()))?;
    if expected == signer.seen_root {
        return Ok(());
    }
    Err(fault(SignatureFault::SeenElsewhere { size: signer.seen_size, expected, found: signer.seen_root }))
}
