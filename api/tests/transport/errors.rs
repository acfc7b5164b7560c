//! What errors say, and what they never say.

use axum::http::header;
use devenir_api::transport::{ErrorCode, Limits};
use serde_json::{Value, json};

use super::{JSON, ask, endpoint, post, send};

#[tokio::test]
async fn a_document_that_cannot_be_read_has_no_data_and_points_at_the_place() {
    let answer = ask("{ hello").await;
    answer.is_refused(400, ErrorCode::ParseFailed);
    let error = &answer.json()["errors"][0];
    assert_eq!(error["locations"], json!([{"line": 1, "column": 8}]));
    assert!(!error["message"].as_str().unwrap().contains('\n'), "{error}");
}

#[tokio::test]
async fn a_document_that_does_not_fit_the_schema_has_no_data() {
    ask("{ absent }").await.is_refused(400, ErrorCode::ValidationFailed);
    ask("subscription { hello }").await.is_refused(400, ErrorCode::SubscriptionNotSupported);
    ask("query A { hello } query B { hello }").await.is_refused(400, ErrorCode::OperationNotFound);
}

#[tokio::test]
async fn a_required_variable_that_is_missing_or_null_is_named_before_anything_runs() {
    let router = endpoint(Limits::default());
    let document = "query ($n: Int!, $m: Int! = 1, $o: Int) { twice(number: $n) a: twice(number: $m) pageSize(first: $o) }";
    for (variables, found) in [(json!({}), "missing"), (json!({"n": null}), "null")] {
        let answer =
            send(&router, post(json!({"query": document, "variables": variables}).to_string())).await;
        answer.is_refused(400, ErrorCode::ValidationFailed);
        let message = format!("variable `$n` must be a `Int!`; it is {found}");
        assert_eq!(answer.json()["errors"][0]["message"], message);
    }
    let answer = send(&router, post(json!({"query": document, "variables": {"n": 4}}).to_string())).await;
    answer.is_data(json!({"twice": 8, "a": 2, "pageSize": 20}));
}

#[tokio::test]
async fn clients_of_application_json_get_a_refused_document_as_200() {
    let router = endpoint(Limits::default());
    for (document, code) in [("{", ErrorCode::ParseFailed), ("{ absent }", ErrorCode::ValidationFailed)] {
        let mut request = post(json!({ "query": document }).to_string());
        request.headers_mut().insert(header::ACCEPT, JSON.parse().unwrap());
        send(&router, request).await.is_refused(200, code);
    }
}

#[tokio::test]
async fn a_foreseen_error_of_a_resolver_keeps_its_words_and_its_code() {
    let answer = ask("{ hello refused }").await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(body["data"], json!({"hello": "bonjour", "refused": null}));
    let error = &body["errors"][0];
    assert_eq!(error["message"], "no thing has this number");
    assert_eq!(error["extensions"], json!({"code": "NOT_FOUND"}));
    assert_eq!(error["path"], json!(["refused"]));
}

#[tokio::test]
async fn an_unforeseen_error_is_masked_and_numbered() {
    let answer = ask("{ hello leaks }").await;
    let body = answer.json();
    assert_eq!(body["data"], json!({"hello": "bonjour", "leaks": null}));
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "INTERNAL");
    assert_eq!(extensions["correlationId"].as_str().map(str::len), Some(16));
    assert!(!answer.text.contains("hunter2") && !answer.text.contains("/var/lib"), "{}", answer.text);
}

#[tokio::test]
async fn no_text_of_an_unforeseen_error_passes_for_one_about_an_argument() {
    let answer = ask("{ pretends }").await;
    assert_eq!(answer.codes(), ["INTERNAL"]);
    assert!(!answer.text.contains("hunter2"), "{}", answer.text);
}

#[tokio::test]
async fn an_error_that_voids_all_data_still_says_that_something_ran() {
    let answer = ask("{ leaksWholly }").await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (200, vec!["INTERNAL".to_owned()]));
    assert_eq!(answer.json().get("data"), Some(&Value::Null));
    assert!(!answer.text.contains("hunter2"), "{}", answer.text);
}

#[tokio::test]
async fn keys_come_in_the_order_asked_for_whichever_is_ready_first() {
    let answer = ask("{ late hello z: late a: hello }").await;
    let data = r#""data":{"late":1,"hello":"bonjour","z":1,"a":"bonjour"}"#;
    assert!(answer.text.contains(data), "{}", answer.text);
}

#[tokio::test]
async fn a_panic_of_a_resolver_is_masked_and_the_endpoint_lives() {
    let router = endpoint(Limits::default());
    let answer = send(&router, post(r#"{"query":"{ panics }"}"#)).await;
    answer.is_refused(500, ErrorCode::Internal);
    assert!(!answer.text.contains("hunter2"), "{}", answer.text);
    send(&router, post(r#"{"query":"{ hello }"}"#)).await.is_data(json!({"hello": "bonjour"}));
}

#[tokio::test]
async fn correlation_ids_of_one_process_differ() {
    let router = endpoint(Limits::default());
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let answer = send(&router, post(r#"{"query":"{ leaks }"}"#)).await;
        ids.insert(answer.json()["errors"][0]["extensions"]["correlationId"].to_string());
    }
    assert_eq!(ids.len(), 20);
}

#[tokio::test]
async fn a_number_out_of_range_is_the_callers_matter_and_is_said() {
    let body =
        json!({"query": "query ($n: Int!) { twice(number: $n) }", "variables": {"n": 3_000_000_000_u64}});
    let answer = send(&endpoint(Limits::default()), post(body.to_string())).await;
    let codes = answer.codes();
    assert!(codes == ["INVALID_INPUT"] || codes == ["VALIDATION_FAILED"], "{}", answer.text);
}

#[tokio::test]
async fn a_hundred_errors_are_told_and_the_rest_counted() {
    let document = format!("{{ hello {} }}", (0..150).map(|n| format!("absent{n} ")).collect::<String>());
    let answer = ask(&document).await;
    assert_eq!((answer.status.as_u16(), answer.codes().len()), (400, 100));
    assert_eq!(answer.json()["extensions"]["errorsOmitted"], 50);
}
