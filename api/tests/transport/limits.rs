//! Documents that ask for too much, and operations that take too long.

use std::{fmt::Write as _, time::Duration};

use devenir_api::transport::{ErrorCode, Limits};
use serde_json::json;

use super::{ask, ask_within, endpoint, post, send};

/// Nested fragment spreads: 24 levels of two are 801 bytes that stand for 16 million fields.
fn bomb(levels: usize) -> String {
    let mut text = String::from("{...A}");
    let name = |level: usize| char::from(b'A' + u8::try_from(level).expect("few levels"));
    for level in 0..levels {
        let (this, next) = (name(level), name(level + 1));
        let _ = write!(text, "fragment {this} on Query{{...{next} ...{next}}}");
    }
    let _ = write!(text, "fragment {} on Query{{hello}}", name(levels));
    text
}

#[tokio::test]
async fn a_bomb_of_801_bytes_is_refused_before_it_is_expanded() {
    let bomb = bomb(24);
    assert!((700..=801).contains(&bomb.len()), "{} bytes", bomb.len());
    ask(&bomb).await.is_refused(400, ErrorCode::TooManySelections);
}

#[tokio::test]
async fn fragments_that_stay_small_when_expanded_are_answered() {
    ask(&bomb(5)).await.is_data(json!({"hello": "bonjour"}));
}

#[tokio::test]
async fn a_fragment_that_spreads_itself_is_refused() {
    let document = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }";
    ask(document).await.is_refused(400, ErrorCode::ValidationFailed);
}

#[tokio::test]
async fn a_document_over_16_kib_is_refused() {
    let document = format!("{{ hello }} # {}", "x".repeat(16 * 1024));
    ask(&document).await.is_refused(413, ErrorCode::DocumentTooLarge);
}

#[tokio::test]
async fn brackets_that_would_exhaust_the_stack_of_the_parser_are_refused() {
    ask(&format!("{{ twice(number: {}", "[".repeat(16_000)))
        .await
        .is_refused(400, ErrorCode::DocumentTooDeep);
    ask(&"{a".repeat(8_000)).await.is_refused(400, ErrorCode::DocumentTooDeep);
}

#[tokio::test]
async fn a_hundred_aliases_are_answered_and_one_more_is_refused() {
    let aliases =
        |count: usize| (0..count).fold(String::from("{"), |text, n| format!("{text} a{n}: hello")) + " }";
    assert_eq!(ask(&aliases(100)).await.status, 200);
    ask(&aliases(101)).await.is_refused(400, ErrorCode::TooManyAliases);
}

#[tokio::test]
async fn aliases_in_fragments_count_each_time_they_are_spread() {
    let document = "{ ...A ...A ...A } fragment A on Query { ".to_owned()
        + &(0..40).map(|n| format!("a{n}: hello ")).collect::<String>()
        + "}";
    ask(&document).await.is_refused(400, ErrorCode::TooManyAliases);
}

#[tokio::test]
async fn fifty_directives_are_answered_and_one_more_is_refused() {
    let directives = |count: usize| format!("{{ hello {} }}", "hello @include(if: true) ".repeat(count));
    assert_eq!(ask(&directives(50)).await.status, 200);
    ask(&directives(51)).await.is_refused(400, ErrorCode::TooManyDirectives);
}

#[tokio::test]
async fn fields_too_deep_are_refused() {
    let nested = |levels: usize| {
        format!("{{ {}number{} }}", "things(first: 1) { nodes { ".repeat(levels), " } }".repeat(levels))
    };
    assert_eq!(ask(&nested(7)).await.status, 200);
    ask(&nested(8)).await.is_refused(400, ErrorCode::DocumentTooDeep);
}

#[tokio::test]
async fn the_introspection_of_the_usual_tools_is_answered() {
    let of_type = (0..9).fold(String::new(), |inner, _| format!("kind name ofType {{ kind name {inner} }}"));
    let document = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }} \
         types {{ ...FullType }} directives {{ name description isRepeatable locations args {{ ...InputValue }} }} }} }} \
         fragment FullType on __Type {{ kind name description specifiedByURL \
           fields(includeDeprecated: true) {{ name description args {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated deprecationReason }} \
           inputFields {{ ...InputValue }} interfaces {{ ...TypeRef }} \
           enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} possibleTypes {{ ...TypeRef }} }} \
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue }} \
         fragment TypeRef on __Type {{ {of_type} }}"
    );
    let answer = ask(&document).await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (200, vec![]), "{}", answer.text);
    assert_eq!(answer.json()["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn lists_of_introspection_are_not_nested_three_deep() {
    let document = "{ __type(name: \"Query\") { fields { type { fields { type { fields { name } } } } } } }";
    ask(document).await.is_refused(400, ErrorCode::IntrospectionTooDeep);
}

#[tokio::test]
async fn pages_in_pages_are_refused_by_their_cost_before_anything_is_read() {
    let document = "{ things(first: 100) { nodes { things(first: 100) { nodes { things(first: 100) { nodes { number } } } } } } }";
    let answer = ask(document).await;
    answer.is_refused(400, ErrorCode::QueryTooCostly);
    let message = answer.json()["errors"][0]["message"].to_string();
    assert!(message.contains("could return 2020201 values; the limit is 200000"), "{message}");
}

#[tokio::test]
async fn the_cost_is_told_beside_the_data() {
    let answer = ask("{ things(first: 3) { nodes { number } } }").await;
    let want = json!({"cost": 7, "costMax": 200_000, "nodes": 4, "nodesMax": 50_000});
    assert_eq!(answer.json()["extensions"]["queryCost"], want);
}

#[tokio::test]
async fn an_operation_reads_no_more_objects_than_its_budget() {
    let limits = Limits { nodes_max: 50, ..Limits::default() };
    let document = "{ a: things(first: 30) { nodes { number } } hello }";
    assert!(ask_within(limits.clone(), document).await.codes().is_empty());
    let document = "{ things(first: 10) { nodes { things(first: 10) { nodes { number } } } } }";
    let answer = ask_within(limits, document).await;
    assert!(answer.codes().iter().all(|code| code == "NODE_BUDGET_EXCEEDED"), "{}", answer.text);
    assert!(!answer.codes().is_empty());
}

#[tokio::test]
async fn an_answer_that_grows_too_large_is_not_sent() {
    let limits = Limits { response_bytes_max: 10_000, ..Limits::default() };
    ask_within(limits.clone(), "{ text(bytes: 20000) }").await.is_refused(422, ErrorCode::ResponseTooLarge);
    assert_eq!(ask_within(limits, "{ text(bytes: 5000) }").await.status, 200);
}

#[tokio::test]
async fn a_resolver_that_waits_too_long_is_given_up() {
    let limits = Limits { time_max: Duration::from_millis(50), ..Limits::default() };
    ask_within(limits, "{ sleeps }").await.is_refused(504, ErrorCode::TimedOut);
}

#[tokio::test]
async fn a_resolver_that_never_waits_is_given_up_because_it_spends() {
    let limits = Limits { time_max: Duration::from_millis(50), ..Limits::default() };
    ask_within(limits, "{ spins }").await.is_refused(504, ErrorCode::TimedOut);
}

#[tokio::test]
async fn a_busy_resolver_leaves_others_their_turn_on_the_same_thread() {
    let router = endpoint(Limits { time_max: Duration::from_millis(300), ..Limits::default() });
    let spin = tokio::spawn({
        let router = router.clone();
        async move { send(&router, post(r#"{"query":"{ spins }"}"#)).await }
    });
    tokio::task::yield_now().await;
    send(&router, post(r#"{"query":"{ hello }"}"#)).await.is_data(json!({"hello": "bonjour"}));
    assert!(!spin.is_finished());
    spin.await.expect("no panic").is_refused(504, ErrorCode::TimedOut);
}

#[tokio::test]
async fn when_too_many_operations_run_the_next_one_is_told_to_come_back() {
    let limits = Limits {
        concurrent_max: 1,
        wait_max: Duration::from_millis(20),
        time_max: Duration::from_millis(500),
        ..Limits::default()
    };
    let router = endpoint(limits);
    let first = tokio::spawn({
        let router = router.clone();
        async move { send(&router, post(r#"{"query":"{ sleeps }"}"#)).await }
    });
    tokio::task::yield_now().await;
    let second = send(&router, post(r#"{"query":"{ hello }"}"#)).await;
    second.is_refused(503, ErrorCode::Overloaded);
    assert_eq!(second.header("retry-after"), "1");
    first.await.expect("no panic").is_refused(504, ErrorCode::TimedOut);
    send(&router, post(r#"{"query":"{ hello }"}"#)).await.is_data(json!({"hello": "bonjour"}));
}
