//! One person, one vote: whatever the request names or leaves out.

use serde_json::{Value, json};

use crate::House;
use crate::record::{opened, submitted};

/// A consultation with two proposals and a ballot, about the first of them or about whatever a vote names.
struct Town {
    house: House,
    consultation: String,
    ballot: String,
    lane: String,
    lights: String,
}

impl Town {
    async fn with_ballot(about_the_lane: bool, votes_per_person: Option<u32>) -> Self {
        let house = House::open();
        let consultation = opened(&house).await;
        let lane = submitted(&house, &consultation, "alice", "Une voie protégée", "Sur l'avenue.").await;
        let lights = submitted(&house, &consultation, "bob", "Éclairer le chemin", "Le soir.").await;
        let subject = about_the_lane.then(|| format!("contribution_{lane}"));
        let ballot = house
            .record(
                "openBallot",
                json!({
                    "consultation": consultation, "kind": "SUPPORT", "question": "Soutenez-vous cette idée ?",
                    "subject": subject, "votesPerPerson": votes_per_person,
                }),
            )
            .await;
        Self { house, consultation, ballot, lane, lights }
    }

    /// What is answered to a vote of chloé, or to taking it back.
    async fn vote(&self, field: &str, subject: Option<&str>) -> Value {
        let mut input = json!({
            "consultation": self.consultation, "ballot": format!("ballot_{}", self.ballot),
            "subject": subject.map(|id| format!("contribution_{id}")),
            "onBehalfOf": { "platform": "mairie", "subject": "chloé" },
        });
        if field != "retractVote" {
            input["choice"] = json!("SUPPORT");
        }
        self.house.command(field, input).await
    }

    async fn supports(&self) -> Value {
        let document = "query($id: ID!) { contribution(id: $id) { support } }";
        let id = format!("contribution_{}", self.lane);
        self.house.ask_with(document, &json!({ "id": id })).await["contribution"]["support"].clone()
    }
}

fn refusal(payload: &Value) -> &Value {
    &payload["userErrors"][0]["rule"]
}

#[tokio::test]
async fn naming_the_ballots_one_subject_or_not_is_the_same_vote() {
    for (first, second) in [(true, false), (false, true)] {
        let town = Town::with_ballot(true, None).await;
        let lane = |named: bool| named.then_some(town.lane.as_str());
        let cast = town.vote("castVote", lane(first)).await;
        assert_eq!(cast["userErrors"], json!([]), "{cast:#}");
        let again = town.vote("castVote", lane(second)).await;
        assert_eq!(refusal(&again), "ONE_VOTE_PER_VOTER", "{again:#}");
        assert_eq!(town.supports().await, 1);
        let retracted = town.vote("retractVote", lane(second)).await;
        assert_eq!(retracted["userErrors"], json!([]), "{retracted:#}");
        assert_eq!(town.supports().await, 0);
    }
}

#[tokio::test]
async fn a_ballot_of_one_vote_per_person_admits_one_whatever_it_is_on() {
    let town = Town::with_ballot(false, Some(1)).await;
    let cast = town.vote("castVote", Some(&town.lane)).await;
    assert_eq!(cast["userErrors"], json!([]), "{cast:#}");
    let other = town.vote("castVote", Some(&town.lights)).await;
    assert_eq!(refusal(&other), "ONE_VOTE_PER_VOTER", "{other:#}");
    town.vote("retractVote", None).await;
    let moved = town.vote("castVote", Some(&town.lights)).await;
    assert_eq!(moved["userErrors"], json!([]), "{moved:#}");
}

#[tokio::test]
async fn without_a_cap_one_person_votes_once_on_each_thing() {
    let town = Town::with_ballot(false, None).await;
    for subject in [&town.lane, &town.lights] {
        let cast = town.vote("castVote", Some(subject)).await;
        assert_eq!(cast["userErrors"], json!([]), "{cast:#}");
    }
    let again = town.vote("castVote", Some(&town.lane)).await;
    assert_eq!(refusal(&again), "ONE_VOTE_PER_VOTER", "{again:#}");
}

#[tokio::test]
async fn a_ballot_of_two_votes_per_person_gives_two_and_the_third_is_refused_with_the_cap() {
    let town = Town::with_ballot(false, Some(2)).await;
    let benches =
        submitted(&town.house, &town.consultation, "dora", "Des bancs", "À l'ombre, sur la place.").await;
    for subject in [&town.lane, &town.lights] {
        let cast = town.vote("castVote", Some(subject)).await;
        assert_eq!(cast["userErrors"], json!([]), "{cast:#}");
    }
    let third = town.vote("castVote", Some(&benches)).await;
    assert_eq!(refusal(&third), "VOTES_PER_PERSON", "{third:#}");
    assert!(third["userErrors"][0]["message"].to_string().contains("2 v"), "{third:#}");
    let changed = town.vote("changeVote", Some(&town.lights)).await;
    assert_eq!(changed["userErrors"], json!([]), "{changed:#}");
    assert_eq!(refusal(&town.vote("castVote", Some(&benches)).await), "VOTES_PER_PERSON");
    let retracted = town.vote("retractVote", Some(&town.lane)).await;
    assert_eq!(retracted["userErrors"], json!([]), "{retracted:#}");
    assert_eq!(town.supports().await, 0);
    let cast = town.vote("castVote", Some(&benches)).await;
    assert_eq!(cast["userErrors"], json!([]), "{cast:#}");
}

#[tokio::test]
async fn a_cap_above_one_is_for_ballots_whose_votes_name_what_they_are_on() {
    let house = House::open();
    let consultation = opened(&house).await;
    let lane = submitted(&house, &consultation, "alice", "Une voie protégée", "Sur l'avenue.").await;
    let ballot = |more: Value| {
        let mut input = json!({
            "consultation": consultation, "kind": "SUPPORT", "question": "Laquelle ?", "votesPerPerson": 3,
        });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    };
    for more in [
        json!({ "subject": format!("contribution_{lane}") }),
        json!({ "choicesWithheld": true }),
        json!({ "kind": "OPTIONS" }),
        json!({ "votesPerPerson": 0 }),
    ] {
        let refused = house.command("openBallot", ballot(more)).await;
        assert_eq!(refused["userErrors"][0]["field"], json!(["votesPerPerson"]), "{refused:#}");
    }
    let opened = house.command("openBallot", ballot(json!({}))).await;
    assert_eq!(opened["userErrors"], json!([]), "{opened:#}");
}

#[tokio::test]
async fn votes_are_counted_by_territory_where_the_ballot_says_so_and_refused_a_territory_elsewhere() {
    let town = Town::with_ballot(true, None).await;
    let rules = json!({
        "phases": [{ "name": "Idées", "admits": ["SUBMISSIONS", "VOTES"] }], "territories": ["Centre", "Quais"],
    });
    let amended = json!({ "consultation": town.consultation, "rules": rules, "reasons": "Deux secteurs." });
    town.house.record("amendRules", amended).await;
    let cast = |ballot: String, voter: &str, territory: u32| {
        json!({
            "consultation": town.consultation, "ballot": format!("ballot_{ballot}"), "choice": "SUPPORT",
            "territory": territory, "onBehalfOf": { "platform": "mairie", "subject": voter },
        })
    };
    let elsewhere = town.house.command("castVote", cast(town.ballot.clone(), "chloé", 0)).await;
    assert_eq!(refusal(&elsewhere), "TERRITORY_COUNTED", "{elsewhere:#}");
    let ballot = town
        .house
        .record(
            "openBallot",
            json!({
                "consultation": town.consultation, "kind": "SUPPORT", "question": "Et chez vous ?",
                "subject": format!("contribution_{}", town.lane), "perTerritory": true,
            }),
        )
        .await;
    for (voter, territory) in [("chloé", 0), ("dan", 1), ("eve", 1)] {
        let answer = town.house.command("castVote", cast(ballot.clone(), voter, territory)).await;
        assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    }
    let document = "query($id: ID!) { contribution(id: $id) { tally { byTerritory { territory count } } } }";
    let id = format!("contribution_{}", town.lane);
    let answer = town.house.ask_with(document, &json!({ "id": id })).await;
    assert_eq!(
        answer["contribution"]["tally"]["byTerritory"],
        json!([{ "territory": 0, "count": 1 }, { "territory": 1, "count": 2 }])
    );
}
