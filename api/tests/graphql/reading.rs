//! What readers ask, and what they are answered.

use serde_json::{Value, json};

use crate::readable;
use crate::record::Record;

#[tokio::test]
async fn a_contribution_answers_what_became_of_it() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask(
            r#"{
              contribution(reference: "PLAN-VELO-1") {
                id reference form kind title { plain lang } author { tag absent }
                consultation { slug title { plain } organiser { name } coverage { live covered { stage } } }
                fate {
                  headline rank label(locale: "fr") { text } sentence(locale: "fr") { text lang }
                  english: sentence(locale: "en") { text lang } decision silence contested
                  decidedBy { name capacity bodies } reason { plain } pointers { words url }
                  duties { status body rule } owed { status } at nextChange
                }
                responses(first: 10) { nodes { outcome groupSize answers(first: 5) { nodes { reference } } } }
                versions(first: 10) { nodes { number body { plain } support {
                  boundToVersion counted { choice count } observed { count } } diff { body { kind text } } } }
                tally { counted { choice count } observed { count } boundToVersion }
                amendments(first: 10) { nodes { reference title { plain } fate { headline } } }
                ballots { kind question }
              }
            }"#,
        )
        .await;
    insta::assert_snapshot!(readable(&answer));
}

#[tokio::test]
async fn a_trail_tells_its_steps_in_both_languages_and_each_has_its_type() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask(
            r#"{
              contribution(reference: "plan-velo-0001") {
                trail(first: 50) {
                  pageInfo { hasNextPage }
                  nodes {
                    __typename id position recordedAt claimed { at precision } trust
                    actor { role name tag capacity }
                    fr: sentence(locale: "fr") { text } en: sentence(locale: "en") { text }
                    inheritedFrom { reference } irregularities { rule }
                    event { type }
                    ... on TextStep { version { number } }
                    ... on ResponseStep { action response { outcome } }
                    ... on AmendmentStep { amendment { reference } }
                    ... on VoteStep { ballot { kind } }
                  }
                }
              }
            }"#,
        )
        .await;
    insta::assert_snapshot!(readable(&answer));
}

#[tokio::test]
async fn a_late_answer_is_overdue_now_and_was_not_before() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask(
            r#"{
              contribution(reference: "plan-velo-3") {
                now: fate { headline owed { status daysLate body rule } }
                then: fate(at: "2026-09-25T12:00:00Z") { headline owed { status daysLeft } }
              }
            }"#,
        )
        .await;
    let contribution = &answer["contribution"];
    assert_eq!(contribution["now"]["headline"], "NO_RESPONSE_OVERDUE", "{answer:#}");
    assert_eq!(contribution["now"]["owed"][0]["status"], "OVERDUE");
    assert_eq!(contribution["then"]["headline"], "NO_RESPONSE_YET");
    assert_eq!(contribution["then"]["owed"][0]["status"], "DUE");
}

#[tokio::test]
async fn pages_go_through_a_list_both_ways_without_holes() {
    let record = Record::build().await;
    let page = |arguments: String| {
        format!(
            r#"{{ consultation(slug: "plan-velo") {{ contributions({arguments}) {{
                 pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ reference }} }} }} }}"#
        )
    };
    let list = |answer: &Value| answer["consultation"]["contributions"].clone();
    let references = |list: &Value| -> Vec<String> {
        let nodes = list["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["reference"].as_str().unwrap().to_owned()).collect()
    };
    for order in ["NUMBER", "NEWEST", "MOST_SUPPORTED"] {
        let whole = list(&record.house.ask(&page(format!("first: 100, order: {order}"))).await);
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let part = list(&record.house.ask(&page(format!("first: 1, order: {order} {after}"))).await);
            found.extend(references(&part));
            if part["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = format!(", after: {}", part["pageInfo"]["endCursor"]);
        }
        assert_eq!(found, references(&whole), "{order}");
        let last = list(&record.house.ask(&page(format!("last: 2, order: {order}"))).await);
        assert_eq!(references(&last), found[found.len() - 2..], "{order}, backwards");
        assert_eq!(last["pageInfo"]["hasPreviousPage"], json!(true));
    }
    let newest = list(&record.house.ask(&page("first: 1, order: NEWEST".into())).await);
    let crossed = page(format!("first: 1, after: {}", newest["pageInfo"]["endCursor"]));
    assert_eq!(record.house.errors(&crossed).await, ["INVALID_CURSOR"]);
    for arguments in ["first: 101", "first: 0", "first: 1, last: 1", "last: 1, after: \"AA\""] {
        assert_eq!(record.house.errors(&page(arguments.into())).await.len(), 1, "{arguments}");
    }
}

#[tokio::test]
async fn every_id_finds_what_it_was_given_for() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask(
            r#"{ contribution(reference: "plan-velo-1") {
                id consultation { id } current { id } ballots { id } event { id }
                responses(first: 1) { nodes { id } } trail(first: 50) { nodes { id } } } }"#,
        )
        .await;
    let mut ids = Vec::new();
    collect_ids(&answer, &mut ids);
    assert!(ids.len() > 10, "{ids:?}");
    let found = record
        .house
        .ask_with("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", &json!({ "ids": ids }))
        .await;
    let again: Vec<&str> =
        found["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(again, ids);
    let nowhere = format!("contribution_{}", "0".repeat(64));
    let with_holes = json!({ "ids": [ids[0], nowhere, ids[1], nowhere] });
    let holes = record.house.ask_with("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", &with_holes).await;
    assert_eq!(holes["nodes"], json!([{ "id": ids[0] }, null, { "id": ids[1] }, null]));
    let absent = record.house.ask(&format!(r#"{{ node(id: "{nowhere}") {{ id }} }}"#)).await;
    assert_eq!(absent["node"], Value::Null);
    assert_eq!(record.house.errors(r#"{ node(id: "12") { id } }"#).await, ["INVALID_INPUT"]);
}

fn collect_ids(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(id) if name == "id" => ids.push(id.to_owned()),
                    _ => collect_ids(value, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn a_near_miss_is_null_with_candidates() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask(
            r#"{
              miss: contribution(reference: "plan-vélo-9") { id }
              near: contribution(reference: "plan-velo-0031") { id }
              suggestions(text: "plan-velo-0031") { why contribution { reference } }
              far: suggestions(text: "plan-velo-9999") { why contribution { reference } consultation { slug } }
              words: suggestions(text: "halage") { why contribution { reference } }
            }"#,
        )
        .await;
    insta::assert_snapshot!(readable(&answer));
    let both = r#"{ contribution(reference: "plan-velo-1", url: "x") { id } }"#;
    assert_eq!(record.house.errors(both).await, ["INVALID_INPUT"]);
}

#[tokio::test]
async fn an_event_shows_its_bytes_and_facts_and_the_head_counts_it() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask_with(
            r#"query($id: Sha256!) {
              event(intentId: $id) { position type schemaVersion facts actorRole trust consultation { slug }
                refs(first: 5) { nodes { role } } envelope leafHash }
              head { size root origin demonstration }
            }"#,
            &json!({ "id": record.response }),
        )
        .await;
    let event = &answer["event"];
    assert_eq!(event["type"], "response-published");
    assert_eq!(event["facts"]["outcome"], "adopted");
    assert_eq!(event["refs"]["nodes"][0]["role"], "answers");
    assert_eq!(event["consultation"]["slug"], "plan-velo");
    let size: u64 = answer["head"]["size"].as_str().unwrap().parse().unwrap();
    let position: u64 = event["position"].as_str().unwrap().parse().unwrap();
    assert!(position < size);
    use base64::Engine as _;
    let bytes =
        base64::engine::general_purpose::STANDARD.decode(event["envelope"].as_str().unwrap()).unwrap();
    assert_eq!(devenir_core::ledger::leaf_hash(&bytes).to_string(), event["leafHash"].as_str().unwrap());
    let by_leaf = r#"query($leaf: Sha256!) { event(leafHash: $leaf) { position id } }"#;
    let found = record.house.ask_with(by_leaf, &json!({ "leaf": event["leafHash"] })).await;
    assert_eq!(found["event"]["position"], event["position"]);
    let by_id = r#"query($id: ID!) { event(id: $id) { position } }"#;
    let again = record.house.ask_with(by_id, &json!({ "id": found["event"]["id"] })).await;
    assert_eq!(again["event"]["position"], event["position"]);
    let nowhere = record.house.ask_with(by_leaf, &json!({ "leaf": record.response })).await;
    assert_eq!(nowhere["event"], Value::Null, "a name is no hash of bytes");
}

#[tokio::test]
async fn what_is_owed_in_a_consultation_is_listed_by_how_it_stands() {
    let record = Record::build().await;
    let list = |arguments: &str| {
        format!(
            r#"{{ consultation(slug: "plan-velo") {{ duties(first: 10 {arguments}) {{ nodes {{
                 contribution {{ reference }} status body rule since deadline daysLeft overdueSince daysLate
                 dischargedAt }} }} }} }}"#
        )
    };
    let answer = record.house.ask(&list("")).await;
    insta::assert_snapshot!(readable(&answer));
    let references = |answer: &Value| -> Vec<String> {
        let nodes = answer["consultation"]["duties"]["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["contribution"]["reference"].as_str().unwrap().to_owned()).collect()
    };
    let all = references(&answer);
    let mut told_apart = Vec::new();
    for state in ["DUE", "OVERDUE", "MET", "MET_LATE", "UNKNOWN_IN_SOURCE"] {
        told_apart.extend(references(&record.house.ask(&list(&format!(", state: {state}"))).await));
    }
    told_apart.sort();
    assert_eq!(told_apart, all);
    let before = record.house.ask(&list(r#", at: "2026-09-25T12:00:00Z", state: OVERDUE"#)).await;
    assert_eq!(references(&before), Vec::<String>::new());
}

#[tokio::test]
async fn a_commitment_is_shown_with_a_text_and_without_it() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask(
            r#"{ shown: contribution(reference: "plan-velo-1") { body { plain commitment } }
                 hidden: contribution(reference: "plan-velo-2") { body { plain absent commitment
                   absentBecause { type } } } }"#,
        )
        .await;
    assert!(answer["shown"]["body"]["commitment"].is_string());
    assert!(answer["hidden"]["body"]["commitment"].is_string());
    assert_eq!(answer["hidden"]["body"]["plain"], Value::Null);
    assert_eq!(answer["hidden"]["body"]["absent"], "HIDDEN");
    assert_eq!(answer["hidden"]["body"]["absentBecause"]["type"], "moderation-decided");
}
