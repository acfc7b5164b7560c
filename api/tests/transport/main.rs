//! What the transport answers over HTTP, sentence by sentence.
//!
//! Requests go through the router as through a socket; the schema is `schema.rs` beside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // all of it is tests

mod errors;
mod http;
mod limits;
mod pages;
mod schema;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use devenir_api::transport::{ErrorCode, Limits, Refusal, Transport};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// A response, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("every answer is JSON")
    }

    /// The codes of all errors, in order.
    fn codes(&self) -> Vec<String> {
        let body = self.json();
        let errors = body.get("errors").and_then(Value::as_array).cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| error["extensions"]["code"].as_str().expect("each error has a code").into())
            .collect()
    }

    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are text"))
    }

    /// Asserts that nothing was executed and that this is the only reason.
    #[track_caller]
    fn is_refused(&self, status: u16, code: ErrorCode) {
        assert_eq!(
            (self.status.as_u16(), self.codes()),
            (status, vec![code.as_str().to_owned()]),
            "{}",
            self.text
        );
        assert_eq!(self.json().get("data"), None, "{}", self.text);
    }

    /// Asserts that there is data and no error.
    #[track_caller]
    fn is_data(&self, want: Value) {
        assert_eq!((self.status, self.json().get("errors")), (StatusCode::OK, None), "{}", self.text);
        assert_eq!(self.json()["data"], want);
    }
}

/// The endpoint that is tested: the test schema, and a caller read from `Authorization`.
fn endpoint(limits: Limits) -> Router {
    Transport::new(schema::schema())
        .limits(limits)
        .request_data(|parts, data| {
            match parts.headers.get(header::AUTHORIZATION).map(|value| value.to_str()) {
                None => Ok(()),
                Some(Ok(token)) if token.starts_with("Bearer ") => {
                    data.insert(schema::Caller(token.to_owned()));
                    Ok(())
                }
                Some(_) => Err(Refusal::new(ErrorCode::Unauthenticated, "this credential is unknown")),
            }
        })
        .into_router()
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("a router always answers");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body in memory can be read").to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    Answer { status: parts.status, headers: parts.headers, text }
}

/// A POST as good clients send it.
fn post(body: impl Into<Body>) -> Request<Body> {
    Request::post("/graphql")
        .header(header::CONTENT_TYPE, JSON)
        .header(header::ACCEPT, GRAPHQL)
        .body(body.into())
        .expect("a request")
}

fn get(pairs: &[(&str, &str)]) -> Request<Body> {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    Request::get(format!("/graphql?{}", query.join("&")))
        .header(header::ACCEPT, GRAPHQL)
        .body(Body::empty())
        .expect("a request")
}

/// The answer to `document` with the given limits.
async fn ask_within(limits: Limits, document: &str) -> Answer {
    send(&endpoint(limits), post(json!({ "query": document }).to_string())).await
}

/// The answer to `document` with the limits of the public endpoint.
async fn ask(document: &str) -> Answer {
    ask_within(Limits::default(), document).await
}
