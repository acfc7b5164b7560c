//! Commands: who may ask, what is refused and how, what asking twice does.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::record::{opened, submitted};
use crate::{House, codes};

const REGISTER: &str = r#"mutation { registerConsultation(input: {
    idempotencyKey: "0190a5b2-0000-7000-8000-000000000001", slug: "plan-velo", title: "Plan vélo",
    kind: CONSULTATION, lang: "fr", timezone: "Europe/Paris", bodies: ["Ville"] }) { receipts { position } } }"#;

fn proposal(consultation: &str) -> Value {
    json!({
        "consultation": consultation, "kind": "PROPOSAL", "lang": "fr", "title": "Des arceaux",
        "body": "Devant la gare.", "onBehalfOf": { "platform": "mairie", "subject": "alice" },
    })
}

#[tokio::test]
async fn a_command_needs_the_administrators_token_and_a_question_does_not() {
    let house = House::open();
    let (_, answer) = house.send(None, REGISTER, &json!({})).await;
    assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{answer:#}");
    for wrong in ["", "0", &"0".repeat(64)] {
        let (status, answer) = house.send(Some(wrong), "{ head { size } }", &json!({})).await;
        assert_eq!((status, codes(&answer)), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED".to_owned()]));
    }
    assert_eq!(house.ask("{ head { size } }").await["head"]["size"], "1");
    let (_, answer) = house.send(Some(&house.token), REGISTER, &json!({})).await;
    assert_eq!(answer["data"]["registerConsultation"]["receipts"][0]["position"], "1", "{answer:#}");
}

#[tokio::test]
async fn the_same_key_asks_the_same_thing_and_another_request_under_it_conflicts() {
    let house = House::open();
    let consultation = opened(&house).await;
    let key = "0190a5b2-0000-7000-8000-00000000000a";
    let first = house.command_under(key, "submitContribution", proposal(&consultation)).await;
    assert_eq!(
        (&first["replayed"], &first["receipts"][0]["reference"]),
        (&json!(false), &json!("plan-velo-0001"))
    );
    let again = house.command_under(key, "submitContribution", proposal(&consultation)).await;
    assert_eq!(again["replayed"], json!(true));
    assert_eq!(again["receipts"], first["receipts"]);
    let mut other = proposal(&consultation);
    other["title"] = json!("Autre chose");
    let conflict = house.command_under(key, "submitContribution", other).await;
    assert_eq!(conflict["userErrors"][0]["code"], "IDEMPOTENCY_CONFLICT");
    assert_eq!(conflict["receipts"], json!([]));
}

#[tokio::test]
async fn what_a_rule_refuses_is_said_in_the_readers_language_and_nothing_is_written() {
    let house = House::open();
    let consultation = opened(&house).await;
    house.record("closePhase", json!({ "consultation": consultation, "phase": 0 })).await;
    let before = house.ask("{ head { size } }").await;
    let refused = house.command("submitContribution", proposal(&consultation)).await;
    let error = &refused["userErrors"][0];
    assert_eq!(
        (&error["code"], &error["rule"]),
        (&json!("RULE_NOT_RESPECTED"), &json!("PHASE_OPEN")),
        "{refused:#}"
    );
    assert_eq!(error["message"], "Une phase ouverte permet cet acte.");
    assert_eq!(refused["receipts"], json!([]));
    assert_eq!(house.ask("{ head { size } }").await, before);
}

#[tokio::test]
async fn a_malformed_field_is_named_and_what_refers_to_nothing_is_not_possible() {
    let house = House::open();
    let consultation = opened(&house).await;
    let mut empty = proposal(&consultation);
    empty["title"] = json!("  ");
    let refused = house.command("submitContribution", empty).await;
    assert_eq!(refused["userErrors"][0]["code"], "MALFORMED");
    assert_eq!(refused["userErrors"][0]["field"], json!(["title"]));
    let nowhere = format!("contribution_{}", "1".repeat(64));
    let input = json!({ "consultation": consultation, "contribution": nowhere });
    let refused = house.command("publishContribution", input).await;
    assert_eq!(refused["userErrors"][0]["code"], "NOT_POSSIBLE", "{refused:#}");
}

#[tokio::test]
async fn nobody_revises_somebody_elses_text() {
    let house = House::open();
    let consultation = opened(&house).await;
    let id = submitted(&house, &consultation, "alice", "Des arceaux", "Devant la gare.").await;
    let revision = |author: &str| {
        json!({
            "consultation": consultation, "contribution": format!("contribution_{id}"), "title": "Des abris",
            "body": "Devant la gare.", "onBehalfOf": { "platform": "mairie", "subject": author },
        })
    };
    let refused = house.command("reviseContribution", revision("bob")).await;
    assert_eq!(refused["userErrors"][0]["rule"], "OWN_CONTRIBUTION", "{refused:#}");
    house.record("reviseContribution", revision("alice")).await;
}

#[tokio::test]
async fn what_the_operator_enters_for_somebody_is_attested() {
    let house = House::open();
    let consultation = opened(&house).await;
    let mut paper = proposal(&consultation);
    paper["attested"] = json!(true);
    paper["channel"] = json!("PAPER");
    paper["writtenOn"] = json!("2026-09-20");
    house.record("submitContribution", paper).await;
    let answer = house
        .ask(r#"{ contribution(reference: "plan-velo-1") { trust channel claimed { at precision } } }"#)
        .await;
    assert_eq!(
        answer["contribution"],
        json!({ "trust": "ATTESTED", "channel": "PAPER",
                "claimed": { "at": "2026-09-20T00:00:00Z", "precision": "DAY" } })
    );
}

#[tokio::test]
async fn a_payload_shows_what_the_command_wrote() {
    let house = House::open();
    let consultation = opened(&house).await;
    let document = r#"mutation($input: SubmitContributionInput!) { submitContribution(input: $input) {
        receipts { promise { note index hashes } authorToken contribution { reference title { plain } } event { type } } } }"#;
    let mut input = proposal(&consultation);
    input["idempotencyKey"] = json!("0190a5b2-0000-7000-8000-00000000000b");
    let (_, answer) = house.send(Some(&house.token), document, &json!({ "input": input })).await;
    let receipt = &answer["data"]["submitContribution"]["receipts"][0];
    assert_eq!(receipt["event"], json!({ "type": "contribution-submitted" }));
    assert_eq!(
        receipt["contribution"],
        json!({ "reference": "plan-velo-0001", "title": { "plain": "Des arceaux" } })
    );
    // A group of one: the path from its only leaf to its root is empty.
    assert_eq!((&receipt["promise"]["index"], &receipt["promise"]["hashes"]), (&json!("0"), &json!([])));
    let note = receipt["promise"]["note"].as_str().unwrap();
    assert!(note.starts_with("test.example/devenir/promise\n"), "{note}");
    assert_eq!(receipt["authorToken"].as_str().unwrap().len(), 64);
    let (_, again) = house.send(Some(&house.token), document, &json!({ "input": input })).await;
    let again = &again["data"]["submitContribution"]["receipts"][0];
    assert_eq!(again["promise"], json!(null), "the first receipt has the promise, and nobody keeps it");
    assert_eq!(again["authorToken"], receipt["authorToken"]);
}
