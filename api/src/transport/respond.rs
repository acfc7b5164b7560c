//! The HTTP response: errors masked and given their code, the body bounded, the status by media type.
//!
//! Defined in the GraphQL-over-HTTP draft, chapter "Response". Only a [`Refusal`] and what the engine says of the
//! caller's own document leave this process in words; every other error is logged under a correlation id, and the
//! caller gets the id.

use std::{collections::BTreeMap, io};

use async_graphql::{PathSegment, Pos, Response as EngineResponse, ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use serde::Serialize;

use super::{
    code::{ErrorCode, Stage},
    execute::{Executed, is_request_error},
    negotiate::MediaType,
    refusal::Refusal,
};

/// Errors of one response that are told; more than that are counted.
const ERRORS_MAX: usize = 100;
/// Masked errors of one response that are logged in full.
const LOGGED_MAX: usize = 10;

/// One entry of `errors`.
#[derive(Serialize)]
struct ErrorEntry {
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Pos>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<PathSegment>,
    extensions: ErrorExtensions,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorExtensions {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
}

/// The body of a response; `data` is absent where nothing was executed.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ErrorEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<&'static str, serde_json::Value>,
}

/// Writes a refusal of the whole request.
#[must_use]
pub(super) fn refused(refusal: Refusal, media_type: MediaType) -> Response<Body> {
    let Refusal { code, message, locations, retry_after_s, allow } = refusal;
    let entry = ErrorEntry { message, locations, path: Vec::new(), extensions: extensions(code, None) };
    let mut response = only_errors(vec![entry], status(code, media_type), media_type);
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = allow {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    }
    response
}

/// Writes the answer to a request whose resolver panicked.
#[must_use]
pub(super) fn panicked(correlation_id: &str, media_type: MediaType) -> Response<Body> {
    tracing::error!(correlation_id, "a resolver panicked");
    let entry = masked(Vec::new(), Vec::new(), correlation_id);
    only_errors(vec![entry], status(ErrorCode::Internal, media_type), media_type)
}

/// Writes what the engine answered.
#[must_use]
pub(super) fn executed(
    executed: Executed,
    correlation_id: &str,
    media_type: MediaType,
    response_bytes_max: usize,
    cost_max: u64,
) -> Response<Body> {
    let Executed { response, cost, budget } = executed;
    let is_refused = is_request_error(&response);
    let EngineResponse { data, errors, .. } = response;
    let omitted = errors.len().saturating_sub(ERRORS_MAX);
    let mut log = Log { correlation_id, logged: 0 };
    let mut body = Answer {
        errors: errors.into_iter().take(ERRORS_MAX).map(|error| entry(error, is_refused, &mut log)).collect(),
        data: (!is_refused).then_some(&data),
        extensions: BTreeMap::new(),
    };
    if omitted > 0 {
        body.extensions.insert("errorsOmitted", omitted.into());
    }
    if is_refused {
        return write(&body, status(ErrorCode::ValidationFailed, media_type), media_type, response_bytes_max);
    }
    body.extensions.insert(
        "queryCost",
        serde_json::json!({
            "cost": cost, "costMax": cost_max, "nodes": budget.spent(), "nodesMax": budget.nodes_max(),
        }),
    );
    write(&body, StatusCode::OK, media_type, response_bytes_max)
}

/// The status of a whole response that is only `code`.
fn status(code: ErrorCode, media_type: MediaType) -> StatusCode {
    match (code.stage(), media_type) {
        (Stage::Document, MediaType::Json) => StatusCode::OK,
        (Stage::Http | Stage::Document | Stage::Server | Stage::Field, _) => code.status(),
    }
}

/// The errors of one response that are masked, and how many of them the log already holds.
struct Log<'a> {
    correlation_id: &'a str,
    logged: usize,
}

impl Log<'_> {
    fn record(&mut self, error: &ServerError) {
        if self.logged < LOGGED_MAX {
            let path = error.path.iter().map(segment).collect::<Vec<_>>().join(".");
            tracing::error!(
                correlation_id = self.correlation_id,
                path,
                error = error.message,
                "masked error"
            );
        }
        self.logged += 1;
    }
}

fn segment(segment: &PathSegment) -> String {
    match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    }
}

fn entry(error: ServerError, is_refused: bool, log: &mut Log<'_>) -> ErrorEntry {
    if let Some(refusal) = error.source::<Refusal>() {
        let (code, message) = (refusal.code, refusal.message.clone());
        return ErrorEntry {
            message,
            locations: error.locations,
            path: error.path,
            extensions: extensions(code, None),
        };
    }
    let code = match is_refused {
        true => ErrorCode::ValidationFailed,
        false if is_about_input(&error) => ErrorCode::InvalidInput,
        false => {
            log.record(&error);
            return masked(error.locations, error.path, log.correlation_id);
        }
    };
    ErrorEntry {
        message: error.message,
        locations: error.locations,
        path: error.path,
        extensions: extensions(code, None),
    }
}

/// Whether the engine says that it could not read an argument.
///
/// It has no type for this, so its wording decides; an error that a resolver passed on with `?` has a source, and so
/// is never taken for one of these whatever it says.
fn is_about_input(error: &ServerError) -> bool {
    error.source.is_none()
        && ["Failed to parse \"", "Expected input type \"", "Invalid value for argument \""]
            .iter()
            .any(|wording| error.message.starts_with(wording))
}

fn masked(locations: Vec<Pos>, path: Vec<PathSegment>, correlation_id: &str) -> ErrorEntry {
    let message = format!("an unexpected error happened here; our log has it under {correlation_id}");
    ErrorEntry { message, locations, path, extensions: extensions(ErrorCode::Internal, Some(correlation_id)) }
}

fn extensions(code: ErrorCode, correlation_id: Option<&str>) -> ErrorExtensions {
    ErrorExtensions { code: code.as_str(), correlation_id: correlation_id.map(str::to_owned) }
}

fn only_errors(errors: Vec<ErrorEntry>, status: StatusCode, media_type: MediaType) -> Response<Body> {
    write(&Answer { errors, data: None, extensions: BTreeMap::new() }, status, media_type, usize::MAX)
}

/// Writes `body` unless it grows beyond `bytes_max`; then the answer is that it did.
fn write(body: &Answer<'_>, status: StatusCode, media_type: MediaType, bytes_max: usize) -> Response<Body> {
    let mut bytes = Bounded { bytes: Vec::with_capacity(1024), bytes_max };
    if serde_json::to_writer(&mut bytes, body).is_err() {
        let message =
            format!("the answer is larger than the limit of {bytes_max} bytes; ask for less at once");
        return refused(Refusal::new(ErrorCode::ResponseTooLarge, message), media_type);
    }
    let mut response = Response::new(Body::from(bytes.bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type.content_type());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A buffer that refuses to grow beyond its limit.
struct Bounded {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > self.bytes_max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
