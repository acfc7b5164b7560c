//! The export, written beside the running server: what each line says, and what none of them says.

use std::collections::BTreeSet;

use devenir_api::export::{Scope, ndjson};
use devenir_api::lookout::Lookout;
use devenir_projections::query::By;
use serde_json::{Value, json};

use crate::House;
use crate::record::{Record, SECRET, opened, submitted};

/// The lines of an export, and its text.
fn export(house: &House, slug: Option<&str>, texts: bool) -> (Vec<Value>, String) {
    let lookout = Lookout::open(&house.store()).unwrap();
    let reading = lookout.read().unwrap();
    let stream = slug.map(|slug| reading.consultation(By::Slug(slug)).unwrap().unwrap().stream);
    let mut out = Vec::new();
    let written = ndjson(&lookout.reader().unwrap(), &reading, Scope { stream, texts }, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len() as u64, written);
    (lines, text)
}

fn of_type<'a>(lines: &'a [Value], name: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == name).collect()
}

#[tokio::test]
async fn every_event_is_one_line_in_order_with_the_names_that_the_api_gives() {
    let record = Record::build().await;
    let (lines, _) = export(&record.house, None, false);
    for (position, line) in lines.iter().enumerate() {
        assert_eq!(line["position"], position.to_string());
        let document =
            format!(r#"{{ event(position: "{position}") {{ intentId leafHash type facts recordedAt }} }}"#);
        let event = record.house.ask(&document).await["event"].clone();
        assert_eq!((&line["intent_id"], &line["leaf_hash"]), (&event["intentId"], &event["leafHash"]));
        assert_eq!((&line["type"], &line["facts"]), (&event["type"], &event["facts"]), "{position}");
    }
    let response = of_type(&lines, "response-published")[0];
    assert_eq!(response["refs"], json!({ "answers": [record.lane] }));
    assert_eq!(response["parts"]["text"]["reason"], "La voie répond au besoin de sécurité.");
    assert_eq!(response["absent"], json!({ "signatory": "personal" }));
    assert_eq!((&response["trust"], &response["actor"]), (&json!("native"), &json!("authority")));
}

#[tokio::test]
async fn one_consultation_is_exported_without_the_others_and_without_the_instance() {
    let record = Record::build().await;
    let all = export(&record.house, None, false).0.len();
    let (lines, _) = export(&record.house, Some("plan-velo"), false);
    assert_eq!(lines.len() + 1, all, "all but the opening of the ledger");
    assert!(lines.iter().all(|line| line["consultation"] == "plan-velo"));
    let revisions: Vec<&str> = lines.iter().map(|line| line["revision"].as_str().unwrap()).collect();
    let expected: Vec<String> = (0..lines.len()).map(|revision| revision.to_string()).collect();
    assert_eq!(revisions, expected);
}

#[tokio::test]
async fn nobody_is_named_and_what_people_wrote_is_exported_only_when_asked_for() {
    let record = Record::build().await;
    let (_, bare) = export(&record.house, None, false);
    let (lines, with_texts) = export(&record.house, None, true);
    for word in ["trois kilomètres", "Commencer par la gare", "voie protégée"] {
        assert!(!bare.contains(word), "{word}");
        assert!(with_texts.contains(word), "{word}");
    }
    for name in ["Samia Rekkab", "Nadia Benali", "alice", "dora", "mairie"] {
        assert!(!bare.contains(name) && !with_texts.contains(name), "{name}");
    }
    let lane = lines.iter().find(|line| line["intent_id"] == record.lane.as_str()).unwrap();
    let words = json!({
        "title": "Une voie protégée avenue Jaurès",
        "body": "Séparer les vélos des voitures sur trois kilomètres.",
        "lang": "fr",
        "redacted": false,
    });
    assert_eq!(lane["words"], words);
}

#[tokio::test]
async fn a_hidden_text_is_exported_by_no_form_and_says_that_it_is_absent() {
    let record = Record::build().await;
    for texts in [false, true] {
        let (lines, text) = export(&record.house, None, texts);
        assert!(!text.contains(SECRET) && !text.contains("Mon voisin"), "{texts}");
        let hidden = lines.iter().find(|line| line["intent_id"] == record.hidden.as_str()).unwrap();
        assert_eq!((&hidden["absent"]["text"], &hidden["words"]), (&json!("personal"), &Value::Null));
    }
}

#[tokio::test]
async fn of_a_redacted_text_only_what_was_left_is_exported() {
    let record = Record::build().await;
    record
        .house
        .record(
            "moderate",
            json!({
                "consultation": record.consultation, "subject": format!("contribution_{}", record.silent),
                "action": "REDACT", "ground": "PERSONAL_DATA", "explanation": "Un nom.", "policyVersion": 1,
                "appealUntil": "2026-12-31T23:00:00Z", "automated": false, "moderator": "Nadia Benali",
                "redactedTitle": "Éclairer le chemin", "redactedBody": "Le soir, […]",
            }),
        )
        .await;
    for texts in [false, true] {
        let (lines, text) = export(&record.house, None, texts);
        assert!(!text.contains("halage") && !text.contains("on n'y voit rien"), "{texts}");
        let silent = lines.iter().find(|line| line["intent_id"] == record.silent.as_str()).unwrap();
        let left =
            json!({ "title": "Éclairer le chemin", "body": "Le soir, […]", "lang": "fr", "redacted": true });
        assert_eq!(silent["words"], if texts { left } else { Value::Null });
    }
}

#[tokio::test]
async fn a_text_of_the_authority_is_a_public_act_and_is_exported_as_recorded() {
    let house = House::open();
    let consultation = opened(&house).await;
    house
        .record(
            "publishReferenceText",
            json!({
                "consultation": consultation, "kind": "ARTICLE", "lang": "fr", "title": "Article 1",
                "body": "Deux étapes.",
                "changes": [{ "title": "Règlement, article 3", "before": "Une étape.", "after": "Deux étapes." }],
            }),
        )
        .await;
    let (lines, _) = export(&house, None, false);
    let text = &of_type(&lines, "reference-text-published")[0]["parts"]["text"];
    let change = &text["changes"][0];
    assert_eq!((&text["body"], &change["before"]), (&json!("Deux étapes."), &json!("Une étape.")));
    assert_eq!(change["title"], "Règlement, article 3");
}

#[tokio::test]
async fn votes_say_no_more_of_their_time_than_the_hour_and_nothing_else_loses_its_own() {
    let record = Record::build().await;
    let (lines, _) = export(&record.house, None, false);
    let votes = of_type(&lines, "vote-cast");
    assert_eq!(votes.len(), 3);
    for vote in votes {
        assert_eq!(vote["recorded_at"], "2026-09-21T14:00:00Z", "recorded at 14:13:20");
        assert_eq!(vote["absent"], json!({ "author": "personal" }));
    }
    assert_eq!(of_type(&lines, "ballot-opened")[0]["recorded_at"], "2026-09-21T14:13:20Z");
}

#[tokio::test]
async fn a_long_list_of_references_is_written_out_beside_its_root() {
    let house = House::open();
    let consultation = opened(&house).await;
    let mut answered = BTreeSet::new();
    for number in 0..40 {
        let id = submitted(&house, &consultation, &format!("p{number}"), "Un titre", "Une idée.").await;
        answered.insert(id);
    }
    let answers: Vec<String> = answered.iter().map(|id| format!("contribution_{id}")).collect();
    house
        .record(
            "publishResponse",
            json!({
                "consultation": consultation, "answers": answers, "outcome": "REJECTED", "bodies": [0],
                "reason": "Le même budget.", "signatory": { "name": "S", "capacity": "maire" },
            }),
        )
        .await;
    let (lines, _) = export(&house, None, false);
    let response = of_type(&lines, "response-published")[0];
    let ids: BTreeSet<String> = response["refs"]["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap().into())
        .collect();
    assert_eq!(ids, answered);
    assert_eq!(response["lists"]["answers"]["count"], 40);
    assert_eq!(response["lists"]["answers"]["root"].as_str().unwrap().len(), 64);
}
