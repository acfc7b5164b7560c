//! A guarantor's witness over HTTP: `POST /add-checkpoint`, and what it has seen and refused.
//!
//! C2SP tlog-witness defines the request, the answers and their statuses; `docs/operating.md` (A witness) the rest. What is
//! cosigned is decided and remembered in the core; here are the socket, the key file and the clock. This module knows no
//! ledger of its own.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use devenir_core::ledger::{
    Checkpoint, Cosigner, KeyName, NameError, NamedKey, NoteSignature, Refusal, Signer, Submission,
};
use devenir_core::witness::{Refused, Witness, WitnessError};
use devenir_core::writer::{Clock, KeyFileError, Random, make_private, read_or_draw_key};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The media type of an answer that states a size.
pub const SIZE_TYPE: &str = "text/x.tlog.size";
const TEXT: [(header::HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];

/// Opens the witness in `dir`, which is made, with its key, where there is none: then it needs a name.
///
/// # Errors
/// [`OpenError`] says what is missing, open to others, or held by another process.
pub fn open(
    dir: &Path,
    name: Option<KeyName>,
    logs: &[NamedKey],
    random: &mut dyn Random,
) -> Result<Witness, OpenError> {
    let key = dir.join("witness.key");
    if !key.exists() {
        // Memory, name, key, in this order: whatever stops it, no key is left that has lost its memory.
        let made = |source| OpenError::Io { path: dir.to_owned(), source };
        Witness::make_memory(dir).map_err(made)?;
    }
    let name = name_of(&dir.join("name"), name)?;
    let key: Cosigner = Signer::new(name, read_or_draw_key(&key, random)?);
    Ok(Witness::open(dir, key, logs)?)
}

/// The name in its file, which the one given must be; written where there is none.
fn name_of(path: &Path, given: Option<KeyName>) -> Result<KeyName, OpenError> {
    let failed = |source| OpenError::Io { path: path.to_owned(), source };
    match (std::fs::read_to_string(path), given) {
        (Ok(kept), given) if !kept.is_empty() => {
            let kept: KeyName = kept.trim_end().parse()?;
            match given {
                Some(given) if given != kept => Err(OpenError::OtherName { given, kept }),
                Some(_) | None => Ok(kept),
            }
        }
        (Err(error), _) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        (Ok(_) | Err(_), None) => Err(OpenError::NoName),
        (Ok(_) | Err(_), Some(given)) => {
            make_private(path).and_then(|()| std::fs::write(path, format!("{given}\n"))).map_err(failed)?;
            Ok(given)
        }
    }
}

/// Why a witness does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file system refuses.
    #[error("{} cannot be made or read: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A new witness without a name.
    #[error("a new witness needs a name, for ever: --name witness.example.org/guarantor")]
    NoName,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Another name.
    #[error("this witness is named {kept}, not {given}: a key has one name")]
    OtherName {
        /// The name that was given.
        given: KeyName,
        /// The name that it has.
        kept: KeyName,
    },
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The memory.
    #[error(transparent)]
    Witness(#[from] WitnessError),
}

struct Door {
    witness: Witness,
    clock: Arc<dyn Clock>,
}

/// The routes of a witness.
pub fn router(witness: Witness, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/", get(card))
        .route("/add-checkpoint", post(add))
        .route("/evidence", get(evidence))
        .layer(DefaultBodyLimit::max(Submission::MAX_LEN))
        .with_state(Arc::new(Door { witness, clock }))
}

async fn add(State(door): State<Arc<Door>>, body: Bytes) -> Response {
    let asked = tokio::task::spawn_blocking(move || {
        let now_s = || u64::try_from(door.clock.now().0.div_euclid(1_000)).unwrap_or(0);
        door.witness.add_checkpoint(&body, now_s)
    });
    match asked.await {
        Ok(Ok(cosignature)) => cosigned(&cosignature),
        Ok(Err(refused)) => refusal(&refused),
        Err(error) => trouble(&error),
    }
}

fn cosigned(cosignature: &NoteSignature) -> Response {
    (TEXT, format!("{cosignature}\n")).into_response()
}

fn refusal(refused: &Refused) -> Response {
    if let Refused::Fork { refusal, convicts, kept } = refused {
        let said = if *convicts { "a ledger signed two histories" } else { "a checkpoint is not proven" };
        match kept {
            Ok(Some(path)) => tracing::error!(%refusal, evidence = %path.display(), "{said}"),
            Ok(None) => tracing::error!(%refusal, "{said}; enough evidence of it is kept"),
            Err(error) => tracing::error!(%refusal, %error, "{said}; the evidence could not be kept"),
        }
    }
    if let Refused::Judged(Refusal::Stale { cosigned, .. }) = refused {
        let size = [(header::CONTENT_TYPE, SIZE_TYPE)];
        return (StatusCode::CONFLICT, size, format!("{cosigned}\n")).into_response();
    }
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_server_error() {
        tracing::error!(error = %refused, "nothing is cosigned");
    }
    (status, TEXT, format!("{refused}\n")).into_response()
}

/// What the witness is, and what it cosigned last of each ledger: the notes, for whoever compares them with their own.
async fn card(State(door): State<Arc<Door>>) -> Response {
    let read = tokio::task::spawn_blocking(move || -> Result<String, WitnessError> {
        let mut text = format!("{}\n", door.witness.public());
        for (origin, note) in door.witness.followed()? {
            // A String takes any text.
            let _ = match note {
                Some(note) => write!(text, "\n{note}"),
                None => write!(text, "\n{origin}\n(nothing cosigned yet)\n"),
            };
        }
        Ok(text)
    });
    match read.await {
        Ok(Ok(text)) => (TEXT, text).into_response(),
        Ok(Err(error)) => trouble(&error),
        Err(error) => trouble(&error),
    }
}

async fn evidence(State(door): State<Arc<Door>>) -> Response {
    match tokio::task::spawn_blocking(move || door.witness.evidence()).await {
        Ok(Ok(kept)) if kept.is_empty() => (TEXT, "no fork was seen\n".to_owned()).into_response(),
        Ok(Ok(kept)) => {
            let text: String = kept.into_iter().map(|(name, text)| format!("# {name}\n{text}\n")).collect();
            (TEXT, text).into_response()
        }
        Ok(Err(error)) => trouble(&error),
        Err(error) => trouble(&error),
    }
}

fn trouble(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the witness could not answer");
    (StatusCode::INTERNAL_SERVER_ERROR, "the witness cannot answer right now\n").into_response()
}

/// The size of the checkpoint that a witness cosigned last of a ledger.
///
/// # Errors
/// [`WitnessError`] where its memory does not read.
pub fn sizes(witness: &Witness) -> Result<Vec<(String, Option<u64>)>, WitnessError> {
    let followed = witness.followed()?.into_iter().map(|(origin, note)| {
        let checkpoint = note.and_then(|note| note.text().parse::<Checkpoint>().ok());
        (origin.to_string(), checkpoint.map(|checkpoint| checkpoint.head.size.get()))
    });
    Ok(followed.collect())
}
