//! Reading the record as it stood once: recorded by then, and nothing that may not be read today.

use serde_json::{Value, json};

use crate::record::{Record, SECRET};

const TRAIL: &str = r#"trail(first: 100, order: RECORD) { nodes { position recordedAt } }"#;

fn positions(contribution: &Value) -> Vec<String> {
    let nodes = contribution["trail"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["position"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_step_is_there_from_its_place_on_and_not_before() {
    let record = Record::build().await;
    let now =
        record.house.ask(&format!(r#"{{ contribution(reference: "plan-velo-1") {{ {TRAIL} }} }}"#)).await;
    let all = positions(&now["contribution"]);
    assert!(all.len() > 3, "{now:#}");
    for (told, position) in (1..).zip(&all) {
        let place: u64 = position.parse().unwrap();
        let answer = record
            .house
            .ask(&format!(
                r#"{{ before: contribution(reference: "plan-velo-1", asOf: {{ position: "{}" }}) {{ {TRAIL} }}
                      then: contribution(reference: "plan-velo-1", asOf: {{ position: "{place}" }}) {{ {TRAIL} }}
                      now: contribution(reference: "plan-velo-1") {{ {TRAIL} }} }}"#,
                place - 1
            ))
            .await;
        match told {
            1 => assert_eq!(answer["before"], Value::Null, "before it was submitted"),
            _ => assert_eq!(positions(&answer["before"]), all[..told - 1]),
        }
        assert_eq!(positions(&answer["then"]), all[..told]);
        assert_eq!(positions(&answer["now"]), all, "the present is as it is, beside the past");
    }
}

#[tokio::test]
async fn a_fate_as_of_an_instant_knows_nothing_of_what_came_later() {
    let record = Record::build().await;
    let fate = "fate { headline sentence(locale: \"fr\") { text } decidedBy { name } response { id } at }
                responses(first: 10) { nodes { id } } tally { counted { count } }
                consultation { contributions(first: 10) { nodes { reference } } figures { thing count } }";
    let now = record
        .house
        .ask(&format!(
            r#"{{ contribution(reference: "plan-velo-1") {{ {fate} last: responses(first: 1) {{
             nodes {{ event {{ position recordedAt }} }} }} }} }}"#
        ))
        .await;
    let answered = &now["contribution"]["last"]["nodes"][0]["event"];
    let place: u64 = answered["position"].as_str().unwrap().parse().unwrap();
    let answer = record
        .house
        .ask(&format!(
            r#"{{ before: contribution(reference: "plan-velo-1", asOf: {{ position: "{}" }}) {{ {fate} }}
                  then: contribution(reference: "plan-velo-1", asOf: {{ time: {} }}) {{ {fate} }} }}"#,
            place - 1,
            answered["recordedAt"]
        ))
        .await;
    let (before, then) = (&answer["before"], &answer["then"]);
    assert_eq!(before["fate"]["response"], Value::Null, "{answer:#}");
    assert_eq!(before["fate"]["decidedBy"], Value::Null);
    assert_eq!(before["responses"]["nodes"], json!([]));
    assert_ne!(before["fate"]["headline"], now["contribution"]["fate"]["headline"]);
    assert_eq!(then["fate"]["headline"], now["contribution"]["fate"]["headline"]);
    assert_eq!(then["fate"]["at"], answered["recordedAt"]);
}

#[tokio::test]
async fn what_is_hidden_today_is_not_served_about_the_time_before() {
    let record = Record::build().await;
    let trail = r#"{ contribution(reference: "plan-velo-2") { measure { position } } }"#;
    let hidden = record.house.ask(trail).await;
    let place: u64 = hidden["contribution"]["measure"]["position"].as_str().unwrap().parse().unwrap();
    let answer = record
        .house
        .ask(&format!(
            r#"{{ contribution(reference: "plan-velo-2", asOf: {{ position: "{}" }}) {{
                   visibility title {{ plain absent }} body {{ plain absent }} author {{ name tag absent }}
                   fate {{ prefix headline sentence(locale: "fr") {{ text }} }}
                   versions(first: 10) {{ nodes {{ body {{ plain }} }} }}
                   trail(first: 50) {{ nodes {{ sentence(locale: "fr") {{ text }} }} }} }} }}"#,
            place - 1
        ))
        .await;
    let text = answer.to_string();
    assert!(!text.contains(SECRET) && !text.contains("Mon voisin"), "{answer:#}");
    let then = &answer["contribution"];
    assert_eq!(then["visibility"], "VISIBLE", "nobody had hidden it yet");
    assert_eq!(then["fate"]["prefix"], Value::Null);
    assert_eq!((&then["body"]["absent"], &then["author"]["absent"]), (&json!("HIDDEN"), &json!("HIDDEN")));
}

#[tokio::test]
async fn a_consultation_is_read_as_it_stood_and_what_is_to_come_is_refused() {
    let record = Record::build().await;
    let list = |as_of: &str| {
        format!(
            r#"{{ consultation(slug: "plan-velo", asOf: {as_of}) {{ slug
                 contributions(first: 10) {{ nodes {{ reference }} }} }} }}"#
        )
    };
    let early = record.house.ask(&list(r#"{ position: "1" }"#)).await;
    assert_eq!(early["consultation"]["contributions"]["nodes"], json!([]), "{early:#}");
    let earlier = record.house.ask(&list(r#"{ position: "0" }"#)).await;
    assert_eq!(earlier["consultation"], Value::Null);
    for as_of in [r#"{ position: "100000" }"#, r#"{ time: "2100-01-01T00:00:00Z" }"#] {
        assert_eq!(record.house.errors(&list(as_of)).await, ["INVALID_INPUT"], "{as_of}");
    }
}
