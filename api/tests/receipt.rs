//! Receipts over HTTP: for the bearer of the author's token, and for nobody else.
//!
//! What is given is checked as its author would, offline, with the ledger's public key alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use devenir_core::audit::Verdict;
use devenir_core::id::IntentId;
use devenir_core::ledger::{Policy, Position};
use devenir_core::verify::verify_receipt;
use devenir_core::writer::read_events;
use std::sync::Arc;
use tower::ServiceExt as _;

#[tokio::test]
async fn a_receipt_is_given_to_the_bearer_of_its_token_and_is_checked_offline() {
    let (app, _dir) = support::story();
    let router = devenir_api::receipt::router(Arc::clone(&app));
    let get = |id: IntentId, file: &'static str, token: Option<String>| {
        let mut request = Request::builder().uri(format!("/receipt/{id}/{file}"));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let asked = router.clone().oneshot(request.body(Body::empty()).unwrap());
        async move {
            let (head, body) = asked.await.unwrap().into_parts();
            (head, axum::body::to_bytes(body, 1 << 24).await.unwrap().to_vec())
        }
    };
    let events = read_events(&app.reader().unwrap(), Position::FIRST, 400).unwrap();
    let mut submitted = events.iter().filter(|it| it.event.event_type().name == "contribution-submitted");
    let [mine, other] = [submitted.next().unwrap().id, submitted.next().unwrap().id];
    let token = |id| Some(app.tokens().token(id).to_text().to_string());

    assert_eq!(get(mine, "receipt.json", token(mine)).await.0.status, StatusCode::SERVICE_UNAVAILABLE);
    app.sign_if_due().unwrap();
    let (head, receipt) = get(mine, "receipt.json", token(mine)).await;
    assert_eq!((head.status, head.headers["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    let (_, proof) = get(mine, "receipt.tlog-proof", token(mine)).await;
    let policy = format!("log {}\nquorum none\n", app.public_keys().checkpoints);
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let checked = verify_receipt(&receipt, Some(&proof), Some(&policy), None);
    assert_eq!(checked.verdict, Verdict::SelfConsistent, "{checked:?}");
    assert!(checked.to_json()["found"][0].as_str().unwrap().starts_with("in the ledger"), "{checked:?}");
    let (_, another) = get(other, "receipt.tlog-proof", token(other)).await;
    assert_eq!(verify_receipt(&receipt, Some(&another), Some(&policy), None).verdict, Verdict::Altered);

    for wrong in [None, token(other), Some(String::new())] {
        let (head, body) = get(mine, "receipt.json", wrong).await;
        assert_eq!(head.status, StatusCode::UNAUTHORIZED);
        assert!(body.len() < 200);
    }
}
