//! Takedowns through the real commands: two people, then no file and no answer holds the text, and everybody is told so.
//!
//! The canaries are words that stand in the text of one response and one text of the authority, and nowhere else; they are
//! looked for as in `erasure.rs`, in every byte of every file below the store, and in every answer.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use devenir_api::app::App;
use devenir_api::erasure::{Waiting, line};
use devenir_api::export::bundle::{Choice, bundle};
use devenir_api::export::{Scope, ndjson};
use devenir_api::lookout::Lookout;
use devenir_core::audit::{Report, Verdict, audit_at};
use devenir_core::ledger::Position;
use devenir_core::rules::Role;
use devenir_core::store::EmbeddedReader;
use devenir_core::time::Timestamp;
use devenir_core::writer::Clock as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::erasure::{Shelf, all_needles, part_needles};
use crate::record::Record;
use crate::rights::key;
use crate::{House, codes};

/// Words of the response, and of the text of the authority.
const CANARIES: &[&str] = &["wambenger", "Mulgaresque", "phascogalien", "kultarrisme"];

const DECIDE: &str = "mutation($input: DecideTakedownInput!) { decideTakedown(input: $input) \
     { replayed receipts { intentId eventId } userErrors { code rule field message(locale: \"en\") } } }";
const COUNTERSIGN: &str = "mutation($input: CountersignInput!) { countersign(input: $input) \
     { receipts { intentId } userErrors { code rule field message(locale: \"en\") } } }";

/// A record with a response and a text of the authority that hold canaries, and two people who can take them down.
struct Town {
    record: Record,
    /// The key of the second person, of an authority.
    second: String,
    response: String,
    text: String,
    needles: Vec<(String, Vec<u8>)>,
}

impl Town {
    async fn build() -> Self {
        let record = Record::build().await;
        let house = &record.house;
        let response = json!({
            "consultation": record.consultation, "answers": [format!("contribution_{}", record.silent)],
            "outcome": "REJECTED", "bodies": [0], "reason": "Le wambenger de M. Mulgaresque s'y oppose.",
            "text": "Lettre complète, toute phascogalienne.", "reasons": ["LAW"],
            "pointers": [{ "kind": "DECISION", "words": "dossier kultarrisme" }],
            "decidedAt": "2026-09-30T08:00:00Z",
            "signatory": { "name": "Samia Rekkab", "capacity": "adjointe à la mobilité" },
        });
        let response = house.record("publishResponse", response).await;
        let text = json!({
            "consultation": record.consultation, "kind": "ARTICLE", "lang": "fr", "title": "Un wambenger",
            "body": "Article premier : le kultarrisme.", "changes": [],
        });
        let text = house.record("publishReferenceText", text).await;
        let second = key(house, 2, Role::Authority, None);
        let mut town = Self { record, second, response, text, needles: all_needles(CANARIES) };
        for id in [&town.response, &town.text] {
            // The name of whoever signed stays: it is a part of its own.
            let kept = part_needles(&town.house().store(), town.position(id));
            town.needles
                .extend(kept.into_iter().filter(|(name, _)| !name.contains("part 0") || *id == town.text));
        }
        town
    }

    fn house(&self) -> &House {
        &self.record.house
    }

    fn position(&self, id: &str) -> Position {
        self.house().app.read().unwrap().position_of(id.parse().unwrap()).unwrap().unwrap()
    }

    fn now(&self) -> Timestamp {
        self.house().clock.now()
    }

    fn input(&self, target: &str, key: u128) -> Value {
        json!({ "input": {
            "idempotencyKey": uuid::Uuid::from_u128(key), "consultation": self.record.consultation,
            "target": target, "ground": "PERSONAL_DATA", "reasons": "Le courrier nomme un riverain.",
            "signatory": { "name": "Hélène Marchand", "capacity": "directrice juridique" },
        } })
    }

    /// Another idempotency key each time.
    fn asking(&self) -> u128 {
        let keys = &self.house().keys;
        keys.set(keys.get() + 1);
        0xe000_0000 + keys.get()
    }

    /// The first hand: the administrator's.
    async fn decide(&self, target: &str) -> String {
        let input = self.input(target, 0xd000 + target.len() as u128);
        let (_, answer) = self.house().send(Some(&self.house().token), DECIDE, &input).await;
        let id = answer["data"]["decideTakedown"]["receipts"][0]["intentId"].as_str();
        id.unwrap_or_else(|| panic!("{answer:#}")).to_owned()
    }

    /// The hand of whoever has this key.
    async fn countersign(&self, act: &str, key: &str) -> Value {
        let input = json!({ "input": {
            "idempotencyKey": uuid::Uuid::from_u128(self.asking()), "consultation": self.record.consultation,
            "act": format!("event_{act}"), "signatory": { "name": "Samia Rekkab", "capacity": "maire" },
        } });
        self.house().send(Some(key), COUNTERSIGN, &input).await.1
    }

    async fn take_down(&self, target: &str) -> String {
        let act = self.decide(target).await;
        let answer = self.countersign(&act, &self.second).await;
        assert_eq!(answer["data"]["countersign"]["userErrors"], json!([]), "{answer:#}");
        act
    }

    async fn take_both_down(&self) -> [String; 2] {
        let response = self.take_down(&format!("response_{}", self.response)).await;
        [response, self.take_down(&format!("event_{}", self.text)).await]
    }

    /// What a reader is served by every path that gives out words.
    async fn served(&self) -> String {
        let house = self.house();
        let mut all = String::new();
        let documents = [
            "{ contribution(reference: \"plan-velo-3\") { fate { response { reason { plain } text { plain } pointers { words } } }
               trail(first: 50) { nodes { sentence(locale: \"fr\") { text } } } } }",
            "{ search(text: \"wambenger\", first: 9) { nodes { title { plain } } } }",
            "{ consultations(first: 9) { nodes { title { plain } } } }",
        ];
        for document in documents {
            all.push_str(&house.ask(document).await.to_string());
        }
        for slug in ["plan-velo-3", "plan-velo-4", "plan-velo"] {
            all.push_str(&self.page(slug).await);
        }
        let lookout = Lookout::open(&house.store()).unwrap();
        let reading = lookout.read().unwrap();
        let (mut lines, scope) = (Vec::new(), Scope { stream: None, texts: true });
        ndjson(&lookout.reader().unwrap(), &reading, scope, &mut lines).unwrap();
        all.push_str(&String::from_utf8(lines).unwrap());
        house.app.sign_if_due().unwrap();
        let out = tempfile::tempdir().unwrap();
        let path = out.path().join("all.tar");
        bundle(&house.store(), Choice { stream: None, everything: true }, &path).unwrap();
        all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        all
    }

    async fn page(&self, reference: &str) -> String {
        let router = devenir_api::page::router(Arc::clone(&self.house().app));
        let asked = Request::get(format!("/c/{reference}?lang=fr")).header("host", "registre.example");
        let answer = router.oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap().replace("&#39;", "'").replace('\u{a0}', " ")
    }

    fn audit(&self, at: Timestamp) -> Report {
        audit_at(&EmbeddedReader::open(&self.house().store()).unwrap(), at).unwrap()
    }

    fn shelf(&self) -> Shelf {
        Shelf(self.house().store())
    }
}

fn error(answer: &Value, field: &str) -> Value {
    answer["data"][field]["userErrors"][0].clone()
}

#[tokio::test]
async fn no_byte_of_any_file_holds_the_text_that_two_people_took_down() {
    let town = Town::build().await;
    let before = town.shelf().holding(&town.needles);
    for word in CANARIES {
        assert!(before.iter().any(|held| held.contains(word)), "{word} is nowhere: the test proves nothing");
    }
    town.take_both_down().await;
    assert_eq!(town.house().app.carry_out_erasures().unwrap(), 2);
    assert_eq!(town.shelf().holding(&town.needles), [] as [String; 0]);
    let held = town.shelf().holding(&all_needles(&["Samia Rekkab"]));
    assert!(!held.is_empty(), "who signed is a part of a person, and stays");

    let report = town.audit(town.now().plus_days(4));
    assert_eq!((report.verdict(), report.fault_count), (Verdict::Incomplete, 0), "{:#?}", report.faults);
    assert_eq!((report.parts.taken_down, report.parts.missing, report.parts.pending), (2, 0, 0));
    assert_eq!(report.against_count, 0, "{:#?}", report.against_the_rules);
    let told: Vec<_> = report.takedowns.iter().map(|it| (it.target, it.part, it.ground.as_str())).collect();
    let [response, text] = [&town.response, &town.text].map(|id| town.position(id));
    assert_eq!(told, [(response, "text", "personal_data"), (text, "text", "personal_data")]);

    // A rebuild of everything derived brings nothing back, and says the same.
    let store = town.house().store();
    let Town { record: Record { house: House { router, app, clock, dir, .. }, .. }, needles, .. } = town;
    drop((router, app));
    for file in ["views.sqlite3", "views.sqlite3-wal", "views.sqlite3-shm", "state.sqlite3"] {
        let _ = std::fs::remove_file(store.join(file));
    }
    let app = App::open(&store, clock).unwrap();
    assert_eq!(Shelf(store).holding(&needles), [] as [String; 0]);
    let shown = app.read().unwrap().response(response).unwrap().unwrap();
    assert_eq!(shown.act_absent.map(|why| why.as_str()), Some("taken_down"));
    drop((app, dir));
}

#[tokio::test]
async fn from_the_second_hand_on_no_path_serves_the_text_and_the_page_says_who_took_it_down_and_why() {
    let town = Town::build().await;
    let response = format!("response_{}", town.response);
    let act = town.decide(&response).await;
    assert!(town.served().await.contains("wambenger"), "one hand alone takes nothing down");
    assert!(town.house().app.read().unwrap().erasures_due().unwrap().is_empty());
    let answer = town.countersign(&act, &town.second).await;
    assert_eq!(answer["data"]["countersign"]["userErrors"], json!([]), "{answer:#}");
    town.take_down(&format!("event_{}", town.text)).await;
    assert!(!town.shelf().holding(&town.needles).is_empty(), "nothing is deleted yet");
    let served = town.served().await;
    for word in CANARIES {
        assert!(!served.contains(word), "{word} is served");
    }
    let page = town.page("plan-velo-3").await;
    for words in [
        "Hélène Marchand, directrice juridique, a décidé de retirer le texte d'une réponse (données personnelles)",
        "Samia Rekkab, maire, a donné la seconde signature : depuis, ce texte n'est plus montré",
        "Pourquoi",
        "Retiré par deux personnes",
    ] {
        assert!(page.contains(words), "`{words}` is not in {page}");
    }
    assert!(town.page("plan-velo-4").await.contains("Texte retiré par deux personnes ; suite :"));
    let document = "query($id: ID!) { node(id: $id) { ... on Response { reason { plain absent absentBecause { type intentId } } } } }";
    let (_, shown) = town.house().send(None, document, &json!({ "id": response })).await;
    let because = json!({ "type": "takedown-decided", "intentId": act });
    let expected = json!({ "plain": null, "absent": "TAKEN_DOWN", "absentBecause": because });
    assert_eq!(shown["data"]["node"]["reason"], expected, "{shown:#}");
}

#[tokio::test]
async fn what_is_taken_down_is_pending_for_an_hour_then_a_failure() {
    let town = Town::build().await;
    let act = town.decide(&format!("response_{}", town.response)).await;
    town.house().clock.set(town.now().plus_days(3));
    let report = town.audit(town.now());
    assert_eq!((report.verdict(), report.parts.pending), (Verdict::SelfConsistent, 0), "it waits for a hand");
    town.countersign(&act, &town.second).await;
    let hour = 60 * 60 * 1000;
    let report = town.audit(town.now().plus_ms(hour));
    assert_eq!((report.verdict(), report.parts.pending), (Verdict::SelfConsistent, 1));
    let late = town.audit(town.now().plus_ms(hour + 1));
    assert_eq!(late.verdict(), Verdict::Altered);
    assert!(late.faults[0].fault.to_string().contains("is still held"), "{}", late.faults[0].fault);
}

#[tokio::test]
async fn a_takedown_waits_for_a_cosignature_of_its_second_hand_ten_minutes_at_most() {
    let town = Town::build().await;
    let act = town.decide(&format!("response_{}", town.response)).await;
    town.house().clock.set(town.now().plus_days(1));
    town.countersign(&act, &town.second).await;
    let House { router, app, clock, dir, .. } = town.record.house;
    drop(router);
    let app = Arc::into_inner(app).unwrap().waiting(Waiting::LONGEST);
    assert_eq!(app.carry_out_erasures().unwrap(), 0, "nobody has cosigned the second hand");
    assert_eq!(app.next_erasure().unwrap(), Some(clock.now().plus_ms(Waiting::LONGEST.ms_max)));
    clock.set(clock.now().plus_ms(Waiting::LONGEST.ms_max));
    assert_eq!(app.carry_out_erasures().unwrap(), 1);
    drop(dir);
}

#[tokio::test]
async fn only_texts_of_public_acts_are_taken_down() {
    let town = Town::build().await;
    let rules = town.house().app.read().unwrap().id_of(Position::new(2)).unwrap().unwrap();
    let of = |target: String, parts: Value| {
        let mut input = town.input(&target, town.asking());
        input["input"]["parts"] = parts;
        input
    };
    let response = format!("response_{}", town.response);
    let idea = format!("contribution_{}", town.record.lane);
    for (target, parts, field, words) in [
        (response.clone(), json!(["signatory"]), "parts", "not taken down but erased"),
        (response.clone(), json!(["minutes"]), "parts", "signatory, text"),
        (format!("event_{rules}"), json!(["rules"]), "parts", "rules, lists and tables are never taken down"),
        (format!("event_{rules}"), Value::Null, "target", "an act with a text of an authority"),
        (idea, Value::Null, "target", "what a person wrote is erased"),
        (format!("event_{}", "ab".repeat(32)), Value::Null, "target", "an act of this consultation"),
    ] {
        let (_, answer) = town.house().send(Some(&town.house().token), DECIDE, &of(target, parts)).await;
        let error = error(&answer, "decideTakedown");
        assert_eq!((&error["code"], &error["field"]), (&json!("MALFORMED"), &json!([field])), "{answer:#}");
        assert!(error["message"].as_str().unwrap().contains(words), "{answer:#}");
    }
    let answer = town.house().send(Some(&town.house().token), DECIDE, &of(response, json!(["text"]))).await.1;
    assert_eq!(answer["data"]["decideTakedown"]["userErrors"], json!([]), "{answer:#}");
}

#[tokio::test]
async fn one_person_is_not_two() {
    let town = Town::build().await;
    let act = town.decide(&format!("response_{}", town.response)).await;
    let own = town.countersign(&act, &town.house().token).await;
    assert_eq!(error(&own, "countersign")["rule"], "ANOTHER_HAND", "{own:#}");
    let moderator = key(town.house(), 3, Role::Moderator, None);
    assert_eq!(codes(&town.countersign(&act, &moderator).await), ["FORBIDDEN"]);
    let (_, decided) = town
        .house()
        .send(Some(&moderator), DECIDE, &town.input(&format!("response_{}", town.response), 0xd007))
        .await;
    assert_eq!(codes(&decided), ["FORBIDDEN"], "{decided:#}");
    assert!(town.house().app.read().unwrap().erasures_due().unwrap().is_empty());
    assert_eq!(town.audit(town.now().plus_days(9)).verdict(), Verdict::SelfConsistent);
}

#[tokio::test]
async fn the_same_takedown_asked_again_is_the_same_and_the_feed_has_it_from_its_second_hand_on() {
    let town = Town::build().await;
    let response = format!("response_{}", town.response);
    let act = town.decide(&response).await;
    let read_so_far = Position::new(town.house().app.head().size.get());
    assert_eq!(town.house().app.read().unwrap().erasures_from(Position::FIRST, 9).unwrap(), []);
    town.countersign(&act, &town.second).await;
    town.house().app.carry_out_erasures().unwrap();
    assert_eq!(town.decide(&response).await, act, "replayed, though nothing is left");
    let (_, again) =
        town.house().send(Some(&town.house().token), DECIDE, &town.input(&response, 0xd008)).await;
    assert!(
        error(&again, "decideTakedown")["message"].as_str().unwrap().contains("taken down already"),
        "{again:#}"
    );
    // Whoever mirrors words had read up to here when it was only decided.
    let [erasure] =
        town.house().app.read().unwrap().erasures_from(read_so_far, 9).unwrap().try_into().unwrap();
    let line: Value = serde_json::from_str(&line(&erasure)).unwrap();
    assert_eq!((&line["intent_id"], &line["position"]), (&json!(act), &json!(read_so_far.to_string())));
    assert_eq!((&line["requester"], &line["ground"]), (&Value::Null, &json!("personal_data")));
    let document =
        "{ erasures { event { type } countersigned { type position } countsFrom carriedOut { type } } }";
    let listed = town.house().ask(document).await["erasures"][0].clone();
    assert_eq!(listed["countersigned"]["type"], "act-countersigned", "{listed:#}");
    assert_eq!(listed["countersigned"]["position"], listed["countsFrom"]);
    assert_eq!(listed["carriedOut"]["type"], "erasure-completed");
}
