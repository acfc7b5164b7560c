//! The ledger over HTTP, for whoever watches, mirrors or cosigns it: the checkpoint, hash tiles and envelopes.
//!
//! C2SP tlog-tiles defines the paths and the media types, `docs/format.md` (Tiles) repeats them; `docs/verify.md` says
//! what an outsider does with them. An envelope holds no words of a participant, so a tile may be kept for ever.
//! This module signs nothing and knows no view.

use crate::app::{App, AppError};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use devenir_core::ledger::{Tile, TileLevel, TileSource as _};
use devenir_core::log::TileFileError;
use std::sync::Arc;

/// A tile of a stated width never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A checkpoint is replaced every few seconds.
const NOW: &str = "no-cache";
const NOT_SIGNED: &str = "no checkpoint is signed yet; ask again in a few seconds\n";
const NOT_COSIGNED: &str = "no checkpoint is cosigned by enough witnesses yet; /log/checkpoint/signed is what the ledger alone states\n";

/// The routes below `/log`, whose prefix a monitor is given.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/log/checkpoint", get(checkpoint))
        .route("/log/checkpoint/signed", get(signed))
        .route("/log/tile/{*path}", get(tile))
        .with_state(app)
}

async fn checkpoint(State(app): State<Arc<App>>) -> Response {
    match app.tiles().checkpoint() {
        Ok(Some(note)) => note_of(note),
        Ok(None) if app.cosigning().is_some() => (StatusCode::NOT_FOUND, NOT_COSIGNED).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, NOT_SIGNED).into_response(),
        Err(error) => trouble(&error),
    }
}

/// The newest checkpoint that the ledger itself has signed: witnesses have yet to see it, or to be enough.
async fn signed(State(app): State<Arc<App>>) -> Response {
    match tokio::task::spawn_blocking(move || app.last_signed()).await {
        Ok(Ok(Some(note))) => note_of(note.to_string().into_bytes()),
        Ok(Ok(None)) => (StatusCode::NOT_FOUND, NOT_SIGNED).into_response(),
        Ok(Err(error)) => trouble(&error),
        Err(error) => trouble(&error),
    }
}

fn note_of(note: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, NOW)];
    (headers, note).into_response()
}

async fn tile(State(app): State<Arc<App>>, Path(path): Path<String>) -> Response {
    let tile: Tile = match format!("tile/{path}").parse() {
        Ok(tile) => tile,
        Err(error) => return (StatusCode::NOT_FOUND, format!("{error}\n")).into_response(),
    };
    let read = tokio::task::spawn_blocking(move || bytes(&app, tile)).await;
    match read {
        Ok(Ok(bytes)) => {
            let headers =
                [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOR_EVER)];
            (headers, bytes).into_response()
        }
        Ok(Err(TileError::Tile(error @ TileFileError::NotHeld { .. }))) => {
            (StatusCode::NOT_FOUND, format!("{error}\n")).into_response()
        }
        Ok(Err(error)) => trouble(&error),
        Err(error) => trouble(&error),
    }
}

/// Why a tile cannot be served.
#[derive(Debug, thiserror::Error)]
enum TileError {
    #[error(transparent)]
    Tile(#[from] TileFileError),
    #[error(transparent)]
    Record(#[from] AppError),
}

fn bytes(app: &App, tile: Tile) -> Result<Vec<u8>, TileError> {
    let tiles = app.tiles().tiles();
    Ok(match tile.level() {
        TileLevel::Entries => tiles.bundle(&app.reader()?, tile)?,
        TileLevel::Hashes(_) => (&tiles).tile(tile)?,
    })
}

/// A reader is told that it failed, not why: the log of the server has that.
fn trouble(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the log could not be read");
    (StatusCode::SERVICE_UNAVAILABLE, "the log cannot be read right now\n").into_response()
}
