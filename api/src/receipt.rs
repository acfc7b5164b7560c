//! Receipts over HTTP: what an author keeps to check, years later and offline, that their text stands in the record.
//!
//! `docs/format.md` (Receipts) defines both files, `docs/verify.md` says how they are checked. A receipt opens what the author
//! wrote, so it is given to the bearer of the author token alone, and is never cached. This module decides no other
//! right.

use crate::app::App;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use devenir_core::id::IntentId;
use devenir_core::ledger::{Note, ProofFile, TiledTree};
use devenir_core::receipt::{MakeError, ReceiptFile, make};
use std::sync::Arc;

/// The routes: the receipt and the proof of an event, by its name.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/receipt/{event}/receipt.json", get(receipt))
        .route("/receipt/{event}/receipt.tlog-proof", get(proof))
        .with_state(app)
}

async fn receipt(State(app): State<Arc<App>>, Path(event): Path<String>, headers: HeaderMap) -> Response {
    match made(app, event, &headers).await {
        Ok((receipt, _)) => answer("application/json", receipt.to_string()),
        Err(refused) => refused,
    }
}

async fn proof(State(app): State<Arc<App>>, Path(event): Path<String>, headers: HeaderMap) -> Response {
    match made(app, event, &headers).await {
        Ok((_, proof)) => answer("text/plain; charset=utf-8", proof.to_string()),
        Err(refused) => refused,
    }
}

fn answer(media_type: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], why).into_response()
}

/// The two files, for whoever bears the token of the event.
async fn made(
    app: Arc<App>,
    event: String,
    headers: &HeaderMap,
) -> Result<(ReceiptFile, ProofFile), Response> {
    let no_such = || refuse(StatusCode::NOT_FOUND, "no such event; give the 64 digits of its intent id\n");
    let id: IntentId = event.parse().map_err(|_| no_such())?;
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if !app.tokens().admits(id, token) {
        let why = "a receipt is given to its author: send `Authorization: Bearer` and the author token\n";
        let mut refused = refuse(StatusCode::UNAUTHORIZED, why);
        let challenge = header::HeaderValue::from_static("Bearer");
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        return Err(refused);
    }
    let made = tokio::task::spawn_blocking(move || make_of(&app, id)).await;
    match made {
        Ok(Ok(Some(files))) => Ok(files),
        Ok(Ok(None)) => Err(no_such()),
        Ok(Err(Trouble::NotYet)) => {
            let why = "no checkpoint covers this event yet; ask again in a few seconds\n";
            let mut refused = refuse(StatusCode::SERVICE_UNAVAILABLE, why);
            refused.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
            Err(refused)
        }
        Ok(Err(Trouble::Other(error))) => Err(trouble(&error)),
        Err(error) => Err(trouble(&error.to_string())),
    }
}

/// A reader is told that it failed, not why: the log of the server has that.
fn trouble(error: &str) -> Response {
    tracing::error!(%error, "a receipt could not be made");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "the receipt cannot be made right now\n")
}

enum Trouble {
    NotYet,
    Other(String),
}

fn make_of(app: &App, id: IntentId) -> Result<Option<(ReceiptFile, ProofFile)>, Trouble> {
    fn other(error: &dyn std::error::Error) -> Trouble {
        Trouble::Other(error.to_string())
    }
    let reading = app.read().map_err(|error| other(&error))?;
    let Some(position) = reading.position_of(id).map_err(|error| other(&error))? else { return Ok(None) };
    let note = app.tiles().checkpoint().map_err(|error| other(&error))?.ok_or(Trouble::NotYet)?;
    let note = Note::parse(&note).map_err(|error| other(&error))?;
    let keys = &app.public_keys().over_time;
    let size = keys.open(&note).map_err(|error| other(&error))?.head.size;
    let (tiles, reader) = (app.tiles().tiles(), app.reader().map_err(|error| other(&error))?);
    // What is erased is gone for its author too, before it is deleted.
    let erased = reading.erased_mask(position).map_err(|error| other(&error))?;
    match make(&reader, &TiledTree::new(&tiles, size), position, &note, keys, erased) {
        Ok(files) => Ok(Some(files)),
        Err(MakeError::NotCovered { .. }) => Err(Trouble::NotYet),
        Err(error) => Err(other(&error)),
    }
}
