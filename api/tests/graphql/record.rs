//! A small record: one consultation, four contributions, an amendment, votes, answers, a hidden text.

use serde_json::json;

use crate::House;

/// Words that stand in the hidden text, and nowhere else.
pub(crate) const SECRET: &str = "xylophage";

/// The house with its names.
pub(crate) struct Record {
    pub(crate) house: House,
    pub(crate) consultation: String,
    pub(crate) ballot: String,
    /// Answered with an adoption.
    pub(crate) lane: String,
    /// Hidden by a moderator.
    pub(crate) hidden: String,
    /// Answered by nobody.
    pub(crate) silent: String,
    pub(crate) response: String,
}

fn person(subject: &str) -> serde_json::Value {
    json!({ "platform": "mairie", "subject": subject })
}

fn contribution(id: &str) -> String {
    format!("contribution_{id}")
}

/// A consultation with its rules adopted and its phase open.
pub(crate) async fn opened(house: &House) -> String {
    let payload = house
        .command(
            "registerConsultation",
            json!({
                "slug": "plan-velo", "title": "Plan vélo 2030", "kind": "CONSULTATION", "lang": "fr",
                "timezone": "Europe/Paris", "bodies": ["Ville de Villeneuve"],
            }),
        )
        .await;
    let consultation = payload["receipts"][0]["consultationId"].as_str().unwrap().to_owned();
    house
        .record(
            "adoptRules",
            json!({ "consultation": consultation, "rules": {
                "phases": [
                    { "name": "Idées", "admits": ["SUBMISSIONS", "AMENDMENTS", "DEBATE", "VOTES"] },
                    { "name": "Réponses", "admits": ["REVIEW", "ANSWERS"] },
                ],
                "themes": ["Voirie"],
                "thresholds": [{ "brings": "RESPONSE", "count": 100 }],
                "answerWithin": {
                    "body": 0, "days": 30, "from": "PUBLICATION", "must": true,
                    "source": "règlement de la consultation, article 9",
                },
            } }),
        )
        .await;
    house.record("openPhase", json!({ "consultation": consultation, "phase": 0 })).await;
    consultation
}

/// Submits a contribution and publishes it.
pub(crate) async fn submitted(
    house: &House,
    consultation: &str,
    author: &str,
    title: &str,
    body: &str,
) -> String {
    let id = house
        .record(
            "submitContribution",
            json!({
                "consultation": consultation, "kind": "PROPOSAL", "lang": "fr", "title": title, "body": body,
                "theme": 0, "onBehalfOf": person(author),
            }),
        )
        .await;
    house
        .record(
            "publishContribution",
            json!({ "consultation": consultation, "contribution": contribution(&id) }),
        )
        .await;
    id
}

impl Record {
    /// Builds the record.
    pub(crate) async fn build() -> Self {
        Self::build_in(House::open()).await
    }

    /// Builds the record in a house.
    pub(crate) async fn build_in(house: House) -> Self {
        let consultation = opened(&house).await;
        let lane = submitted(
            &house,
            &consultation,
            "alice",
            "Une voie protégée avenue Jaurès",
            "Séparer les vélos des voitures sur trois kilomètres.",
        )
        .await;
        let hidden =
            submitted(&house, &consultation, "bob", "Mon voisin", &format!("C'est un {SECRET}.")).await;
        let silent = submitted(
            &house,
            &consultation,
            "chloé",
            "Éclairer le chemin de halage",
            "Le soir, on n'y voit rien.",
        )
        .await;
        let ballot = house
            .record(
                "openBallot",
                json!({
                    "consultation": consultation, "kind": "SUPPORT", "question": "Soutenez-vous cette idée ?",
                    "subject": contribution(&lane),
                }),
            )
            .await;
        for voter in ["dora", "emil", "fred"] {
            house
                .record(
                    "castVote",
                    json!({
                        "consultation": consultation, "ballot": format!("ballot_{ballot}"), "choice": "SUPPORT",
                        "onBehalfOf": person(voter),
                    }),
                )
                .await;
        }
        house.pass_days(2);
        house
            .record(
                "reviseContribution",
                json!({
                    "consultation": consultation, "contribution": contribution(&lane),
                    "title": "Une voie protégée avenue Jaurès",
                    "body": "Séparer les vélos des voitures sur deux kilomètres.",
                    "material": true, "onBehalfOf": person("alice"),
                }),
            )
            .await;
        house
            .record(
                "submitAmendment",
                json!({
                    "consultation": consultation, "parent": contribution(&lane), "lang": "fr",
                    "title": "Commencer par la gare", "body": "Commencer les travaux devant la gare.",
                    "onBehalfOf": person("gus"),
                }),
            )
            .await;
        house
            .record(
                "moderate",
                json!({
                    "consultation": consultation, "subject": contribution(&hidden), "action": "HIDE",
                    "ground": "PERSONAL_ATTACK", "explanation": "Le texte met en cause une personne.",
                    "policyVersion": 1, "appealUntil": "2026-12-31T23:00:00Z", "automated": false,
                    "moderator": "Nadia Benali",
                }),
            )
            .await;
        house.pass_days(8);
        let response = house
            .record(
                "publishResponse",
                json!({
                    "consultation": consultation, "answers": [contribution(&lane)], "outcome": "ADOPTED",
                    "bodies": [0], "reason": "La voie répond au besoin de sécurité.", "reasons": ["SAFETY"],
                    "pointers": [{
                        "kind": "DECISION", "words": "délibération 2026-41, article 4",
                        "url": "https://villeneuve.example/2026-41",
                    }],
                    "decidedAt": "2026-09-30T08:00:00Z",
                    "signatory": { "name": "Samia Rekkab", "capacity": "adjointe à la mobilité" },
                }),
            )
            .await;
        house.pass_days(40);
        Self { house, consultation, ballot, lane, hidden, silent, response }
    }
}
