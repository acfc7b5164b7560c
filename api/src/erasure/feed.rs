//! The public feed of erasures, so that whoever mirrors words can delete them too.
//!
//! `docs/format.md` (Erasure feed) defines the lines: JSON, one erasure each, in the order in which they began to count. A line
//! says which event, which of its parts by number, on which ground and when; never what it was.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use devenir_core::ledger::Position;
use devenir_projections::query::Erasure;
use serde::Deserialize;
use serde_json::json;

use crate::app::{App, AppError};

/// The most lines of one answer.
const LINES_MAX: u32 = 10_000;

/// The route of the feed.
pub fn router(app: Arc<App>) -> Router {
    Router::new().route("/erasures", get(feed)).with_state(app)
}

#[derive(Debug, Deserialize)]
struct From {
    /// The first position that is asked for.
    from: Option<u64>,
}

async fn feed(State(app): State<Arc<App>>, Query(From { from }): Query<From>) -> Response {
    let read = tokio::task::spawn_blocking(move || lines(&app, Position::new(from.unwrap_or(0)))).await;
    match read {
        Ok(Ok(lines)) => {
            let headers =
                [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-cache")];
            (headers, lines).into_response()
        }
        Ok(Err(error)) => trouble(&error),
        Err(error) => trouble(&error),
    }
}

fn lines(app: &App, from: Position) -> Result<String, AppError> {
    let erasures = app.read()?.erasures_from(from, LINES_MAX)?;
    Ok(erasures.iter().map(|erasure| line(erasure) + "\n").collect())
}

/// One erasure as a line.
#[must_use]
pub fn line(erasure: &Erasure) -> String {
    let parts: Vec<u32> = (0..15).filter(|index| erasure.mask & 1 << index != 0).collect();
    json!({
        "position": erasure.since.to_string(),
        "intent_id": erasure.id.to_string(),
        "target": { "position": erasure.target.to_string(), "intent_id": erasure.target_id.to_string() },
        "parts": parts,
        "scope": erasure.scope.as_str(),
        "ground": erasure.ground,
        "requester": erasure.requester.map(|requester| requester.as_str()),
        "recorded_at": erasure.since_at.to_rfc3339(),
        "carried_out": erasure.completed.map(|position| position.to_string()),
    })
    .to_string()
}

/// A reader is told that it failed, not why: the log of the server has that.
fn trouble(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the erasures could not be read");
    (StatusCode::SERVICE_UNAVAILABLE, "the erasures cannot be read right now\n").into_response()
}
