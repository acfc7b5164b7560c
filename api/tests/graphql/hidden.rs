//! Hidden words are served by no path.

use serde_json::json;

use crate::record::{Record, SECRET};

#[tokio::test]
async fn no_path_of_the_schema_serves_a_hidden_text() {
    let record = Record::build().await;
    let document = r#"
      query($id: ID!, $text: String!, $intent: Sha256!) {
        contribution(reference: "plan-velo-2") { ...All }
        node(id: $id) { ... on Contribution { ...All } }
        event(intentId: $intent) { facts envelope refs(first: 10) { nodes { id } } }
        search(text: $text, first: 10) { nodes { ...All } }
        neighbour: search(text: "voisin", first: 10) { nodes { id } }
        suggestions(text: $text) { contribution { ...All } }
        consultation(slug: "plan-velo") { contributions(first: 100) { nodes { ...All } } }
      }
      fragment All on Contribution {
        title { plain absent } body { plain absent } place author { name tag absent } source { url }
        current { title { plain } body { plain } changes { before { plain } after { plain } } link }
        versions(first: 10) { nodes { title { plain } body { plain } changes { before { plain } } diff { body { text } } } }
        fate { sentence(locale: "fr") { text } beside(locale: "fr") { text } limits(locale: "en") { text }
          nextSteps(locale: "fr") { text } owedInWords(locale: "fr") { text } }
        trail(first: 50) { nodes { sentence(locale: "fr") { text } notes(locale: "fr") { text } event { facts }
          ... on ModerationStep { action ground reason { plain } appealUntil }
          ... on TextStep { version { title { plain } body { plain } } } } }
      }"#;
    let variables = json!({
        "id": format!("contribution_{}", record.hidden), "intent": record.hidden, "text": SECRET,
    });
    let answer = record.house.ask_with(document, &variables).await;
    let text = answer.to_string();
    assert!(!text.contains(SECRET), "the hidden word is served: {answer:#}");
    assert!(!text.contains("Mon voisin"), "the hidden title is served: {answer:#}");
    assert_eq!(answer["search"]["nodes"], json!([]));
    assert_eq!(answer["neighbour"]["nodes"], json!([]));
    assert_eq!(answer["suggestions"], json!([]));
    assert_eq!(answer["contribution"]["body"]["absent"], "HIDDEN");
    assert_eq!(answer["contribution"]["author"]["absent"], "HIDDEN");
}

#[tokio::test]
async fn the_act_that_hid_it_is_shown_with_its_ground_its_reasons_and_the_appeal() {
    let record = Record::build().await;
    let answer = record
        .house
        .ask(
            r#"{ contribution(reference: "plan-velo-2") {
                visibility measure { type }
                trail(last: 1, order: RECORD) { nodes { __typename actor { name }
                  ... on ModerationStep { action ground reason { plain } appealUntil } } } } }"#,
        )
        .await;
    let step = &answer["contribution"]["trail"]["nodes"][0];
    assert_eq!(step["__typename"], "ModerationStep", "{answer:#}");
    assert_eq!((&step["action"], &step["ground"]), (&json!("HIDE"), &json!("PERSONAL_ATTACK")));
    assert_eq!(step["reason"]["plain"], "Le texte met en cause une personne.");
    assert_eq!(step["appealUntil"], "2026-12-31T23:00:00Z");
    assert_eq!(answer["contribution"]["visibility"], "HIDDEN");
}
