//! The schema as front ends use it: through the router, on a small record built with its own commands.
//!
//! `record.rs` builds the record; the other files ask. Names of the record are replaced by numbers in the order
//! in which they appear, so that answers can be read.

#![allow(clippy::panic, dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // all of it is tests

mod as_of;
mod author;
mod commands;
mod erasure;
mod export;
mod grouped;
mod hidden;
mod reading;
mod record;
mod rights;
mod sdl;
mod signing;
mod takedown;
mod votes;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use devenir_api::app::App;
use devenir_api::keyring::Keyring;
use devenir_api::token::AdminToken;
use devenir_core::time::Timestamp;
use devenir_core::writer::{Instance, ManualClock, Opening, SeededRandom};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// 21 September 2026.
const START: Timestamp = Timestamp(1_790_000_000_000);

/// A served instance in a directory of its own.
struct House {
    router: Router,
    app: Arc<App>,
    keyring: Arc<Keyring>,
    clock: Arc<ManualClock>,
    token: String,
    keys: std::cell::Cell<u128>,
    dir: tempfile::TempDir,
}

impl House {
    fn open() -> Self {
        Self::open_as("test.example/devenir")
    }

    fn open_as(origin: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("store");
        let clock = Arc::new(ManualClock::new(START));
        let random = || Box::new(SeededRandom::new("graphql test"));
        let opening = Opening { origin: origin.into(), demonstration: true };
        let instance =
            Instance::create(&store, &opening, Arc::clone(&clock) as _, random(), random()).unwrap();
        let token = AdminToken::create(&store).unwrap();
        let keyring = Arc::new(Keyring::open(&store, token).unwrap());
        let app = Arc::new(App::over(instance, Arc::clone(&clock) as _).unwrap());
        let router = devenir_api::graphql::router(Arc::clone(&app), Arc::clone(&keyring));
        let token = read_token(&store);
        Self { router, app, keyring, clock, token, keys: std::cell::Cell::new(0), dir }
    }

    /// The directory of its store.
    fn store(&self) -> std::path::PathBuf {
        self.dir.path().join("store")
    }

    /// Lets days pass.
    fn pass_days(&self, days: i64) {
        self.clock.set(devenir_core::writer::Clock::now(&*self.clock).plus_days(days));
    }

    /// The whole response to a document.
    async fn send(&self, token: Option<&str>, document: &str, variables: &Value) -> (StatusCode, Value) {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let mut request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// What an anonymous reader is answered.
    async fn ask(&self, document: &str) -> Value {
        self.ask_with(document, &json!({})).await
    }

    async fn ask_with(&self, document: &str, variables: &Value) -> Value {
        let (status, answer) = self.send(None, document, variables).await;
        assert_eq!((status, answer.get("errors")), (StatusCode::OK, None), "{document}\n{answer:#}");
        answer["data"].clone()
    }

    /// The codes of the errors that an anonymous reader is answered with.
    async fn errors(&self, document: &str) -> Vec<String> {
        let (_, answer) = self.send(None, document, &json!({})).await;
        codes(&answer)
    }

    /// The payload of a command, whatever it says.
    async fn command(&self, field: &str, input: Value) -> Value {
        self.keys.set(self.keys.get() + 1);
        let key = uuid::Uuid::from_u128(self.keys.get()).to_string();
        self.command_under(&key, field, input).await
    }

    async fn command_under(&self, key: &str, field: &str, mut input: Value) -> Value {
        input["idempotencyKey"] = json!(key);
        let kind = format!("{}{}Input", &field[..1].to_uppercase(), &field[1..]);
        let document = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ replayed \
             receipts {{ intentId reference consultationId position eventId }} \
             userErrors {{ code rule field message(locale: \"fr\") }} }} }}"
        );
        let (_, answer) = self.send(Some(&self.token), &document, &json!({ "input": input })).await;
        assert_eq!(answer.get("errors"), None, "{field}\n{answer:#}");
        answer["data"][field].clone()
    }

    /// What a command recorded: the name of its first event.
    async fn record(&self, field: &str, input: Value) -> String {
        let payload = self.command(field, input).await;
        let name = payload["receipts"][0]["intentId"].as_str();
        name.unwrap_or_else(|| panic!("{field} was refused: {payload:#}")).to_owned()
    }
}

fn codes(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap().to_owned()).collect()
}

fn read_token(store: &Path) -> String {
    std::fs::read_to_string(AdminToken::path(store)).unwrap().trim_end().to_owned()
}

/// An answer to be read: each long name of the record is replaced by its number in the order of appearance.
fn readable(answer: &Value) -> String {
    let text = serde_json::to_string_pretty(answer).unwrap();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|sign: char| sign.is_ascii_hexdigit()) {
        let length = rest[start..].bytes().take_while(|byte| b"0123456789abcdef".contains(byte)).count();
        let (before, from) = rest.split_at(start);
        shown.push_str(before);
        let (run, after) = from.split_at(length.max(1));
        if run.len() == 64 || run.len() == 32 {
            let next = known.len() + 1;
            let number = *known.entry(run.to_owned()).or_insert(next);
            shown.push_str(&format!("#{number}"));
        } else {
            shown.push_str(run);
        }
        rest = after;
    }
    shown + rest
}
