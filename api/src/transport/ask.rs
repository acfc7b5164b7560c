//! A GraphQL request as it arrives over HTTP: from the query string of a GET, or from the JSON body of a POST.
//!
//! Defined in the GraphQL-over-HTTP draft, chapter "Request". Members are checked one by one, so that a wrong type is
//! named. This module reads no document.

use async_graphql::Variables;
use axum::{
    body::Body,
    extract::Query,
    http::{Method, Uri, header, request::Parts},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::{code::ErrorCode, limits::Limits, negotiate::require_json, refusal::Refusal};

/// The methods of the endpoint.
pub(super) const METHODS: &str = "GET, HEAD, POST, OPTIONS";

/// What a client asks for.
#[derive(Debug)]
pub(super) struct Ask {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// Values of its variables.
    pub variables: Variables,
}

impl Ask {
    /// Reads a request of any method.
    ///
    /// # Errors
    /// A refusal of stage [`Http`](super::Stage::Http).
    pub(super) async fn read(parts: &Parts, body: Body, limits: &Limits) -> Result<Self, Refusal> {
        match parts.method {
            Method::GET | Method::HEAD => Self::from_query_string(&parts.uri),
            Method::POST => {
                require_json(&parts.headers)?;
                Self::from_json(&bounded(parts, body, limits).await?)
            }
            _ => {
                let message = format!("{} is not a method of this URL; send GET or POST", parts.method);
                Err(Refusal::new(ErrorCode::MethodNotAllowed, message).allow(METHODS))
            }
        }
    }

    fn from_query_string(uri: &Uri) -> Result<Self, Refusal> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| malformed("the query string is not form-encoded UTF-8"))?;
        let mut members = Map::new();
        for (name, text) in pairs {
            let value = match name.as_str() {
                "query" => Value::String(text),
                "operationName" | "variables" | "extensions" if text.is_empty() => Value::Null,
                "operationName" => Value::String(text),
                "variables" | "extensions" => serde_json::from_str(&text)
                    .map_err(|error| malformed(&format!("`{name}` in the URL is not JSON: {error}")))?,
                _ => continue, // as in a body, other members are ignored
            };
            if members.contains_key(&name) {
                return Err(malformed(&format!("`{name}` is in the URL more than once")));
            }
            members.insert(name, value);
        }
        Self::from_members(members)
    }

    fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| malformed(&format!("the body is not JSON: {error}")))?;
        if body.is_array() {
            return Err(Refusal::new(
                ErrorCode::BatchingNotSupported,
                "the body is an array; send one request at a time, which may ask for many fields",
            ));
        }
        let found = kind(&body);
        let Value::Object(members) = body else {
            return Err(malformed(&format!("the body is {found}, not an object with `query`")));
        };
        Self::from_members(members)
    }

    fn from_members(mut members: Map<String, Value>) -> Result<Self, Refusal> {
        let Some(query) = string(&mut members, "query")? else {
            return Err(malformed("there is no `query`; it holds the GraphQL document"));
        };
        let operation_name = string(&mut members, "operationName")?;
        let variables = object(&mut members, "variables")?.map(Variables::from_json).unwrap_or_default();
        object(&mut members, "extensions")?; // none is known here, but a wrong type is a mistake all the same
        Ok(Self { query, operation_name, variables })
    }
}

/// Takes a member that is a string, null or absent.
fn string(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    let value = members.remove(name).unwrap_or(Value::Null);
    let found = kind(&value);
    if let Value::String(text) = value {
        return Ok(Some(text));
    }
    let wrong = || malformed(&format!("`{name}` must be a string; it is {found}"));
    if value.is_null() { Ok(None) } else { Err(wrong()) }
}

/// Takes a member that is an object, null or absent.
fn object(members: &mut Map<String, Value>, name: &str) -> Result<Option<Value>, Refusal> {
    let value = members.remove(name).unwrap_or(Value::Null);
    let wrong = || malformed(&format!("`{name}` must be an object or null; it is {}", kind(&value)));
    if value.is_object() {
        return Ok(Some(value));
    }
    if value.is_null() { Ok(None) } else { Err(wrong()) }
}

/// The body, unless it is longer than its limit; then its rest is not even read.
async fn bounded(parts: &Parts, body: Body, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let bytes_max = limits.body_bytes_max;
    let too_large = || {
        Refusal::new(
            ErrorCode::BodyTooLarge,
            format!("the body is larger than the limit of {bytes_max} bytes"),
        )
    };
    let declared =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > bytes_max) {
        return Err(too_large());
    }
    match timeout(limits.time_max, Limited::new(body, bytes_max).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(malformed("the body ended before its end")),
        Err(_) => Err(Refusal::new(ErrorCode::RequestTimeout, "the body did not arrive in time")),
    }
}

fn malformed(message: &str) -> Refusal {
    Refusal::new(ErrorCode::MalformedRequest, message)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
