//! Media types, methods, bodies, URLs, and what other origins may do.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use devenir_api::transport::{ErrorCode, Limits};
use serde_json::json;

use super::{GRAPHQL, JSON, ask, endpoint, get, post, send};

const KEY: &str = "0190a5b2-0000-7000-8000-000000000001";

#[tokio::test]
async fn the_response_has_the_media_type_that_was_accepted() {
    let router = endpoint(Limits::default());
    for (accept, content_type) in [
        (Some(GRAPHQL), "application/graphql-response+json; charset=utf-8"),
        (Some(JSON), "application/json; charset=utf-8"),
        (Some("*/*"), "application/json; charset=utf-8"),
        (None, "application/json; charset=utf-8"),
    ] {
        let mut request = post(r#"{"query":"{ hello }"}"#);
        request.headers_mut().remove(header::ACCEPT);
        if let Some(accept) = accept {
            request.headers_mut().insert(header::ACCEPT, accept.parse().unwrap());
        }
        let answer = send(&router, request).await;
        answer.is_data(json!({"hello": "bonjour"}));
        assert_eq!(answer.header(header::CONTENT_TYPE), content_type, "Accept: {accept:?}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    }
}

#[tokio::test]
async fn a_client_that_accepts_only_html_is_told_406_in_json() {
    let mut request = post(r#"{"query":"{ hello }"}"#);
    request.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
    let answer = send(&endpoint(Limits::default()), request).await;
    answer.is_refused(406, ErrorCode::NotAcceptable);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json; charset=utf-8");
}

#[tokio::test]
async fn a_body_that_a_foreign_page_could_send_without_preflight_is_refused() {
    let router = endpoint(Limits::default());
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
    ] {
        let mut request = post(r#"{"query":"{ hello }"}"#);
        request.headers_mut().remove(header::CONTENT_TYPE);
        if let Some(content_type) = content_type {
            request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        send(&router, request).await.is_refused(415, ErrorCode::UnsupportedMediaType);
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_told_which_are_taken() {
    let mut request = post(r#"{"query":"{ hello }"}"#);
    *request.method_mut() = axum::http::Method::PUT;
    let answer = send(&endpoint(Limits::default()), request).await;
    answer.is_refused(405, ErrorCode::MethodNotAllowed);
    assert_eq!(answer.header(header::ALLOW), "GET, HEAD, POST, OPTIONS");
}

#[tokio::test]
async fn a_get_reads_document_name_and_variables_from_the_url() {
    let answer = send(
        &endpoint(Limits::default()),
        get(&[
            ("query", "query A { hello } query B($n: Int!) { twice(number: $n) }"),
            ("operationName", "B"),
            ("variables", r#"{"n": 21}"#),
            ("extensions", "{}"),
            ("unknown", "ignored"),
        ]),
    )
    .await;
    answer.is_data(json!({"twice": 42}));
}

#[tokio::test]
async fn empty_members_of_a_url_count_as_absent() {
    let request =
        get(&[("query", "{ hello }"), ("variables", ""), ("operationName", ""), ("extensions", "")]);
    send(&endpoint(Limits::default()), request).await.is_data(json!({"hello": "bonjour"}));
}

#[tokio::test]
async fn a_get_that_holds_no_request_is_refused() {
    let router = endpoint(Limits::default());
    for pairs in [
        &[][..],
        &[("query", "{ hello }"), ("variables", "{")],
        &[("query", "{ hello }"), ("variables", "[]")],
        &[("query", "{ hello }"), ("query", "{ hello }")],
    ] {
        send(&router, get(pairs)).await.is_refused(400, ErrorCode::MalformedRequest);
    }
}

#[tokio::test]
async fn a_mutation_never_runs_over_get() {
    let router = endpoint(Limits::default());
    let document = format!("query Q {{ hello }} mutation M {{ put(idempotencyKey: \"{KEY}\") }}");
    let answer = send(&router, get(&[("query", &document), ("operationName", "M")])).await;
    answer.is_refused(405, ErrorCode::MutationOverGet);
    assert_eq!(answer.header(header::ALLOW), "POST");
    send(&router, get(&[("query", &document), ("operationName", "Q")]))
        .await
        .is_data(json!({"hello": "bonjour"}));
}

#[tokio::test]
async fn a_mutation_runs_over_post() {
    ask(&format!("mutation {{ put(idempotencyKey: \"{KEY}\") }}")).await.is_data(json!({"put": KEY}));
}

#[tokio::test]
async fn a_body_is_an_object_whose_members_have_their_types() {
    let router = endpoint(Limits::default());
    for body in [
        "",
        "{ \"not JSON",
        "\"text\"",
        "{}",
        r#"{"query": null}"#,
        r#"{"query": 1}"#,
        r#"{"query": "{ hello }", "operationName": 1}"#,
        r#"{"query": "{ hello }", "variables": []}"#,
        r#"{"query": "{ hello }", "variables": "{}"}"#,
        r#"{"query": "{ hello }", "extensions": false}"#,
    ] {
        let answer = send(&router, post(body)).await;
        assert_eq!(answer.codes(), [ErrorCode::MalformedRequest.as_str()], "{body}");
        answer.is_refused(400, ErrorCode::MalformedRequest);
    }
    let body =
        r#"{"query": "{ hello }", "operationName": null, "variables": null, "extensions": null, "more": 1}"#;
    send(&router, post(body)).await.is_data(json!({"hello": "bonjour"}));
}

#[tokio::test]
async fn a_batch_is_refused() {
    let body = r#"[{"query":"{ hello }"},{"query":"{ hello }"}]"#;
    send(&endpoint(Limits::default()), post(body)).await.is_refused(400, ErrorCode::BatchingNotSupported);
}

#[tokio::test]
async fn a_body_over_256_kib_is_refused_whether_or_not_it_says_its_length() {
    let router = endpoint(Limits::default());
    let body = format!(r#"{{"query":"{{ hello }}","extensions":{{"x":"{}"}}}}"#, "x".repeat(256 * 1024));
    send(&router, post(body.clone())).await.is_refused(413, ErrorCode::BodyTooLarge);
    let mut declared = post(body);
    declared.headers_mut().insert(header::CONTENT_LENGTH, "30000000".parse().unwrap());
    send(&router, declared).await.is_refused(413, ErrorCode::BodyTooLarge);
}

#[tokio::test]
async fn every_origin_may_read_and_none_may_bring_a_credential() {
    let router = endpoint(Limits::default());
    let preflight = Request::options("/graphql")
        .header(header::ORIGIN, "https://journal.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type, authorization")
        .body(Body::empty())
        .unwrap();
    let answer = send(&router, preflight).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_METHODS), "GET, POST");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_HEADERS), "Accept, Content-Type");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), "");
    for answer in [ask("{ hello }").await, ask("{").await] {
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    }
}

#[tokio::test]
async fn what_the_request_carries_reaches_the_resolvers() {
    let router = endpoint(Limits::default());
    let mut request = post(r#"{"query":"{ caller }"}"#);
    request.headers_mut().insert(header::AUTHORIZATION, "Bearer abc".parse().unwrap());
    send(&router, request).await.is_data(json!({"caller": "Bearer abc"}));
    send(&router, post(r#"{"query":"{ caller }"}"#)).await.is_data(json!({"caller": null}));
    let mut request = post(r#"{"query":"{ caller }"}"#);
    request.headers_mut().insert(header::AUTHORIZATION, "Basic abc".parse().unwrap());
    send(&router, request).await.is_refused(401, ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn the_idempotency_key_of_the_header_stands_for_that_of_the_input() {
    let router = endpoint(Limits::default());
    let with_header = |document: &str, key: &str| {
        let mut request = post(json!({ "query": document }).to_string());
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        request
    };
    let same = format!("mutation {{ put(idempotencyKey: \"{KEY}\") }}");
    send(&router, with_header("mutation { put }", KEY)).await.is_data(json!({"put": KEY}));
    send(&router, with_header(&same, KEY)).await.is_data(json!({"put": KEY}));
    let other = "0190a5b2-0000-7000-8000-000000000002";
    assert_eq!(send(&router, with_header(&same, other)).await.codes(), ["INVALID_IDEMPOTENCY_KEY"]);
    assert_eq!(ask("mutation { put }").await.codes(), ["IDEMPOTENCY_KEY_MISSING"]);
    send(&router, with_header("mutation { put }", "abc"))
        .await
        .is_refused(400, ErrorCode::InvalidIdempotencyKey);
}
