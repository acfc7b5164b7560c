//! One person, one vote: whatever the request names or leaves out.

use devenir_api::act::{Act, Caller, ChangeVote, DecideErasure, Malformed, OnBehalfOf, People, Signed};
use devenir_core::envelope::Draft;
use devenir_core::event::Event;
use devenir_core::event::code::{Choice, ErasureGround, ErasureOutcome, ErasureScope, Trust};
use devenir_core::event::vote::VoteEvent;
use devenir_core::id::CredentialId;
use devenir_core::ledger::Position;
use devenir_core::rules::Role;
use devenir_core::writer::{Target, read_events};
use serde_json::{Value, json};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use crate::House;
use crate::record::{opened, submitted};
use crate::rights::{command, key};

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
        self.supports_of(&self.lane).await
    }

    async fn supports_of(&self, contribution: &str) -> Value {
        let document = "query($id: ID!) { contribution(id: $id) { support } }";
        let id = format!("contribution_{contribution}");
        self.house.ask_with(document, &json!({ "id": id })).await["contribution"]["support"].clone()
    }

    /// A vote of chloé that is recorded: its event.
    async fn voted(&self, field: &str, subject: Option<&str>) -> String {
        let payload = self.vote(field, subject).await;
        let event = payload["receipts"][0]["eventId"].as_str();
        event.unwrap_or_else(|| panic!("{field} was refused: {payload:#}")).to_owned()
    }

    /// Chloé asks for her vote to be erased, and it is: the names of what was recorded after the decision.
    async fn erased(&self, vote: &str) -> Vec<String> {
        let asked = json!({
            "consultation": self.consultation, "target": vote, "scope": "AUTHOR", "ground": "CONSENT_WITHDRAWN",
            "onBehalfOf": { "platform": "mairie", "subject": "chloé" },
        });
        let request = self.house.record("requestErasure", asked).await;
        let decided = json!({
            "consultation": self.consultation, "request": format!("event_{request}"), "target": vote,
            "scope": "AUTHOR", "ground": "CONSENT_WITHDRAWN", "outcome": "GRANTED",
            "signatory": { "name": "Samia Rekkab", "capacity": "déléguée" },
        });
        let payload = self.house.command("decideErasure", decided).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        let receipts = payload["receipts"].as_array().unwrap().iter().skip(1);
        let named = |receipt: &Value| {
            let id = receipt["intentId"].as_str().unwrap().parse().unwrap();
            self.house.app.event(id).unwrap().unwrap().event.event_type().name.to_owned()
        };
        receipts.map(named).collect()
    }

    /// Who voted, as far as any vote of the record still says it.
    fn named_voters(&self) -> usize {
        let events = read_events(&self.house.app.reader().unwrap(), Position::FIRST, 1_000).unwrap();
        let says = |event: &Event| {
            let Event::Vote(vote) = event else { return false };
            match vote {
                VoteEvent::Cast(vote) => vote.author.open().is_some(),
                VoteEvent::Changed(vote) => vote.author.open().is_some(),
                VoteEvent::BallotOpened(_)
                | VoteEvent::BallotClosed(_)
                | VoteEvent::Retracted(_)
                | VoteEvent::Invalidated(_)
                | VoteEvent::Observed(_)
                | VoteEvent::PaperAdded(_) => false,
            }
        };
        events.iter().filter(|it| says(&it.event)).count()
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

const ERASED: &str = "erased";
const BACK: &str = "vote-retracted";

#[tokio::test]
async fn erasing_a_voter_takes_each_of_several_votes_and_whoever_votes_again_has_as_many_as_others() {
    let town = Town::with_ballot(false, Some(2)).await;
    let benches = submitted(&town.house, &town.consultation, "dora", "Des bancs", "À l'ombre.").await;
    let first = town.voted("castVote", Some(&town.lane)).await;
    town.voted("castVote", Some(&town.lights)).await;
    town.voted("changeVote", Some(&town.lights)).await;
    assert_eq!(town.erased(&first).await, [BACK, BACK, ERASED, ERASED, ERASED]);
    assert_eq!((town.supports().await, town.supports_of(&town.lights).await), (json!(0), json!(0)));
    // Under another tag, before what was erased is deleted and after.
    town.voted("castVote", Some(&town.lane)).await;
    town.house.app.carry_out_erasures().unwrap();
    assert_eq!(town.named_voters(), 1, "of the votes before, none says whose it was");
    assert_eq!(refusal(&town.vote("castVote", Some(&town.lane)).await), "ONE_VOTE_PER_VOTER");
    town.voted("castVote", Some(&town.lights)).await;
    assert_eq!(refusal(&town.vote("castVote", Some(&benches)).await), "VOTES_PER_PERSON");
    let supports = [town.supports().await, town.supports_of(&town.lights).await];
    assert_eq!(supports, [json!(1), json!(1)]);
}

#[tokio::test]
async fn whoever_votes_again_before_an_erasure_is_carried_out_has_one_vote_after_it() {
    let town = Town::with_ballot(true, None).await;
    let first = town.voted("castVote", None).await;
    assert_eq!(town.erased(&first).await, [BACK, ERASED]);
    town.voted("castVote", None).await;
    town.house.app.carry_out_erasures().unwrap();
    assert_eq!(refusal(&town.vote("castVote", None).await), "ONE_VOTE_PER_VOTER");
    assert_eq!((town.supports().await, town.named_voters()), (json!(1), 1));
    town.voted("retractVote", None).await;
    assert_eq!(town.supports().await, 0);
}

#[tokio::test]
async fn a_vote_given_again_after_it_was_taken_back_is_erased_with_the_first() {
    let town = Town::with_ballot(true, None).await;
    let first = town.voted("castVote", None).await;
    town.voted("retractVote", None).await;
    town.voted("castVote", None).await;
    assert_eq!(town.erased(&first).await, [BACK, ERASED, ERASED]);
    town.house.app.carry_out_erasures().unwrap();
    assert_eq!((town.supports().await, town.named_voters()), (json!(0), 0));
    town.voted("castVote", None).await;
    assert_eq!(refusal(&town.vote("castVote", None).await), "ONE_VOTE_PER_VOTER");
    assert_eq!(town.supports().await, 1);
}

#[tokio::test]
async fn a_tag_is_kept_while_a_vote_of_it_says_who_voted() {
    let town = Town::with_ballot(true, None).await;
    let first = town.voted("castVote", None).await;
    town.voted("retractVote", None).await;
    // No vote counts: the author goes, and nothing is taken back.
    assert_eq!(town.erased(&first).await, [ERASED]);
    town.voted("castVote", None).await;
    town.house.app.carry_out_erasures().unwrap();
    assert_eq!(refusal(&town.vote("castVote", None).await), "ONE_VOTE_PER_VOTER");
    assert_eq!(town.supports().await, 1);
}

#[tokio::test]
async fn what_was_decided_unasked_is_decided_again_where_the_voter_voted_since() {
    let town = Town::with_ballot(true, None).await;
    let house = &town.house;
    let other = key(house, 1, Role::Authority, None);
    let vote = town.voted("castVote", None).await;
    let decided = json!({
        "consultation": town.consultation, "target": vote, "scope": "ALL", "ground": "UNLAWFUL", "outcome": "GRANTED",
        "signatory": { "name": "Samia Rekkab", "capacity": "déléguée" },
    });
    let decision = house.record("decideErasure", decided).await;
    let second = json!({ "consultation": town.consultation, "act": format!("event_{decision}") });
    let second = command(house, &other, "countersign", second).await;
    assert_eq!(second["userErrors"], json!([]), "{second:#}");
    town.voted("changeVote", None).await;
    let erase = json!({ "consultation": town.consultation, "decision": format!("event_{decision}") });
    let refused = house.command("erase", erase).await;
    assert_eq!(refused["userErrors"][0]["field"], json!(["decision"]), "{refused:#}");
    assert_eq!(town.supports().await, 1);
}

#[tokio::test]
async fn a_vote_set_aside_has_no_other_in_its_place() {
    let town = Town::with_ballot(true, None).await;
    let vote = town.voted("castVote", None).await;
    let id = vote.trim_start_matches("event_").parse().unwrap();
    let Event::Vote(VoteEvent::Cast(cast)) = town.house.app.event(id).unwrap().unwrap().event else {
        panic!()
    };
    let aside = json!({
        "consultation": town.consultation, "ballot": format!("ballot_{}", town.ballot), "vote": vote,
        "tag": cast.facts.tag.to_string(), "ground": "NOT_ENTITLED", "explanation": "Hors du périmètre.",
    });
    town.house.record("invalidateVote", aside).await;
    let again = town.vote("castVote", None).await;
    assert_eq!(again["userErrors"][0]["code"], "NOT_POSSIBLE", "{again:#}");
    assert!(again["userErrors"][0]["message"].to_string().contains("écarté et le reste"), "{again:#}");
    assert_eq!(town.supports().await, 0);
}

/// A vote that is changed by somebody whose act takes its time between being drafted and being recorded.
#[derive(serde::Serialize)]
struct Slow {
    #[serde(flatten)]
    act: ChangeVote,
    #[serde(skip)]
    drafted: mpsc::Sender<()>,
    #[serde(skip)]
    go: Mutex<mpsc::Receiver<()>>,
}

impl Act for Slow {
    fn target(&self) -> Target {
        self.act.target()
    }

    fn drafts(&self, caller: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let drafts = self.act.drafts(caller, people);
        self.drafted.send(()).unwrap();
        self.go.lock().unwrap().recv().unwrap();
        drafts
    }
}

/// A decision names every vote of the voter: one that is under way is among them.
#[tokio::test]
async fn an_erasure_is_decided_over_a_vote_that_was_under_way_when_it_was_asked_for() {
    let town = Town::with_ballot(true, None).await;
    let vote = town.voted("castVote", None).await;
    let asked = json!({
        "consultation": town.consultation, "target": vote, "scope": "ALL", "ground": "CONSENT_WITHDRAWN",
        "onBehalfOf": { "platform": "mairie", "subject": "chloé" },
    });
    let request = town.house.record("requestErasure", asked).await.parse().unwrap();
    let consultation = town.consultation.trim_start_matches("consultation_").parse().unwrap();
    let caller = Caller { namespace: "test".into(), trust: Trust::Native, credential: CredentialId::FIRST };
    let chloe = OnBehalfOf { platform: "mairie".into(), subject: "chloé".into(), name: None };
    let changed = ChangeVote {
        consultation,
        ballot: town.ballot.parse().unwrap(),
        subject: None,
        version: None,
        choice: Choice::Support,
        option: None,
        on_behalf_of: chloe,
    };
    let decided = DecideErasure {
        consultation,
        request: Some(request),
        target: vote.trim_start_matches("event_").parse().unwrap(),
        scope: ErasureScope::All,
        ground: ErasureGround::ConsentWithdrawn,
        outcome: ErasureOutcome::Granted,
        refusal: None,
        explanation: None,
        signatory: Signed { name: "Samia Rekkab".into(), capacity: "déléguée".into() },
        ticket: None,
    };
    let (drafted, is_drafted) = mpsc::channel();
    let (go, going) = mpsc::channel();
    let (done, is_done) = mpsc::channel();
    let slow = Slow { act: changed, drafted, go: Mutex::new(going) };
    let app = &town.house.app;
    std::thread::scope(|threads| {
        let changing = threads.spawn(|| app.ask(&caller, b"slow", &slow));
        is_drafted.recv().unwrap();
        threads.spawn(|| done.send(app.ask(&caller, b"decided", &decided)));
        let early = is_done.recv_timeout(Duration::from_millis(500)).ok();
        go.send(()).unwrap();
        changing.join().unwrap().expect("what was under way is recorded");
        let decided = early.unwrap_or_else(|| is_done.recv().unwrap()).unwrap();
        assert_eq!(decided.events.len(), 4, "the decision, a vote taken back, and each of two erased");
    });
    app.carry_out_erasures().unwrap();
    town.voted("castVote", None).await;
}
