//! Relay connections through the whole endpoint.

use serde_json::{Value, json};

use super::ask;

async fn page(arguments: &str) -> Value {
    let answer = ask(&format!(
        "{{ things({arguments}) {{ nodes {{ number }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    ))
    .await;
    assert_eq!(answer.codes(), Vec::<String>::new(), "{}", answer.text);
    answer.json()["data"]["things"].clone()
}

fn numbers(page: &Value) -> Vec<i64> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["number"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_reader_walks_forward_and_back_by_cursors() {
    let one = page("first: 3").await;
    assert_eq!(numbers(&one), [0, 1, 2]);
    assert_eq!(
        (&one["pageInfo"]["hasPreviousPage"], &one["pageInfo"]["hasNextPage"]),
        (&json!(false), &json!(true))
    );
    let two = page(&format!("first: 3, after: {}", one["pageInfo"]["endCursor"])).await;
    assert_eq!(numbers(&two), [3, 4, 5]);
    let back = page(&format!("last: 2, before: {}", two["pageInfo"]["startCursor"])).await;
    assert_eq!(numbers(&back), [1, 2]);
    assert_eq!(numbers(&page("last: 2").await), [998, 999]);
}

#[tokio::test]
async fn a_page_without_a_size_or_with_two_is_refused_with_its_code() {
    for arguments in ["", "(first: 1, last: 1)", "(first: 0)", "(first: 101)"] {
        let answer = ask(&format!("{{ things{arguments} {{ nodes {{ number }} }} }}")).await;
        assert_eq!(answer.codes(), ["INVALID_PAGE"], "{arguments}");
    }
    ask("{ pageSize }").await.is_data(json!({"pageSize": 20}));
}

#[tokio::test]
async fn a_forged_cursor_is_refused_with_its_code() {
    let answer = ask("{ things(first: 1, after: \"MTIz\") { nodes { number } } }").await;
    assert_eq!(answer.codes(), ["INVALID_CURSOR"]);
}

#[tokio::test]
async fn nodes_by_ids_are_counted_in_the_cost() {
    let answer = ask("{ nodes(ids: [\"a\", \"b\"]) }").await;
    answer.is_data(json!({"nodes": 2}));
}
