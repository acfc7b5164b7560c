//! Erasure through the real commands: no file of the store holds what was erased, and everything else stands.
//!
//! The canaries are words that stand nowhere but in the parts of one person, the keys of those parts, and SHA-256 of the
//! words. They are looked for in every byte of every file below the store: database, log, index of the log, views, search,
//! register, decision state, tiles, free pages.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use devenir_api::app::App;
use devenir_api::erasure::Waiting;
use devenir_api::export::bundle::{Choice, bundle};
use devenir_api::import::record::{Into, RecordOptions, record};
use devenir_api::import::{Progress, ReadOptions, Report, Stop, consul};
use devenir_core::audit::{Verdict, audit_at};
use devenir_core::event::code::{ConsultationKind, ErasureScope, Lang};
use devenir_core::event::part::is_structural;
use devenir_core::ledger::{Cosigner, Policy, Position, SigningKey, sha256};
use devenir_core::store::{EmbeddedReader, ReadVault as _};
use devenir_core::writer::{Clock as _, Instance, Random, SeededRandom};
use devenir_projections::query::By;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::House;
use crate::record::{opened, submitted};

fn random() -> Box<dyn Random> {
    Box::new(SeededRandom::new("erasure test"))
}

/// Words of one person, each in another place of the store.
const CANARIES: &[&str] = &[
    "zyzomys",       // the title
    "quokkaphone",   // the body
    "bilbyesque",    // the body of a revision
    "Numbatine",     // the name
    "potorooify",    // a comment
    "wombatomancie", // the name of a voter
    "dunnartique",   // words that a redaction left
];

pub(crate) struct Shelf(pub(crate) PathBuf);

impl Shelf {
    /// Every file below the store with its bytes.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        fn walk(dir: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
            for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, found)
                } else {
                    found.push((path.clone(), std::fs::read(&path).unwrap()))
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.0, &mut found);
        found
    }

    /// Where each needle stands.
    pub(crate) fn holding(&self, needles: &[(String, Vec<u8>)]) -> Vec<String> {
        let mut held = Vec::new();
        for (path, bytes) in self.files() {
            for (name, needle) in needles {
                if bytes.windows(needle.len()).any(|window| window == needle) {
                    held.push(format!("{} holds {name}", path.display()));
                }
            }
        }
        held
    }
}

/// A word in UTF-8 and UTF-16, as the search has it, and its SHA-256, raw and in hexadecimal.
fn needles(word: &str) -> Vec<(String, Vec<u8>)> {
    let hash = sha256(word.as_bytes());
    let utf16 = |big: bool| {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        word.encode_utf16().flat_map(unit).collect::<Vec<u8>>()
    };
    vec![
        (word.to_owned(), word.as_bytes().to_vec()),
        (format!("{word}, without capitals"), word.to_lowercase().into_bytes()),
        (format!("{word} in UTF-16, little end first"), utf16(false)),
        (format!("{word} in UTF-16, big end first"), utf16(true)),
        (format!("SHA-256 of {word}"), hash.as_bytes().to_vec()),
        (format!("SHA-256 of {word} in hexadecimal"), hash.to_string().into_bytes()),
    ]
}

pub(crate) fn all_needles(words: &[&str]) -> Vec<(String, Vec<u8>)> {
    words.iter().flat_map(|word| needles(word)).collect()
}

/// Keys and digests of whole parts at a position: who holds a key can try out guesses, who holds a digest too.
pub(crate) fn part_needles(store: &Path, position: Position) -> Vec<(String, Vec<u8>)> {
    let reader = EmbeddedReader::open(store).unwrap();
    let parts = reader.open_all(position..position.next()).unwrap();
    let needles =
        parts.into_iter().filter(|(_, part)| !is_structural(part.kind)).flat_map(|(place, part)| {
            let digest = sha256(&part.bytes);
            [
                (format!("the key of {place}"), part.key.to_vec()),
                (format!("SHA-256 of {place}"), digest.as_bytes().to_vec()),
                (format!("SHA-256 of {place} in hexadecimal"), digest.to_string().into_bytes()),
            ]
        });
    needles.collect()
}

fn person(subject: &str, name: &str) -> Value {
    json!({ "platform": "mairie", "subject": subject, "name": name })
}

/// A consultation with one person's texts and votes in it.
struct Town {
    house: House,
    consultation: String,
    idea: String,
    comment: String,
    ballot: String,
    vote: String,
    changed: String,
    needles: Vec<(String, Vec<u8>)>,
}

impl Town {
    async fn build() -> Self {
        let house = House::open();
        let consultation = opened(&house).await;
        submitted(&house, &consultation, "bob", "Éclairer le chemin", "Le soir, on n'y voit rien.").await;
        let idea = house
            .record(
                "submitContribution",
                json!({
                    "consultation": consultation, "kind": "PROPOSAL", "lang": "fr", "theme": 0,
                    "title": "Une voie zyzomys", "body": "Trois kilomètres de quokkaphone.",
                    "onBehalfOf": person("alice", "Numbatine"),
                }),
            )
            .await;
        let subject = format!("contribution_{idea}");
        house
            .record("publishContribution", json!({ "consultation": consultation, "contribution": subject }))
            .await;
        house
            .record(
                "reviseContribution",
                json!({
                    "consultation": consultation, "contribution": subject, "title": "Une voie",
                    "body": "Deux kilomètres de bilbyesque.", "material": true,
                    "onBehalfOf": person("alice", "Numbatine"),
                }),
            )
            .await;
        let comment = house
            .record(
                "postComment",
                json!({
                    "consultation": consultation, "parent": subject, "lang": "fr", "text": "Très potorooify.",
                    "onBehalfOf": person("alice", "Numbatine"),
                }),
            )
            .await;
        let ballot = house
            .record(
                "openBallot",
                json!({ "consultation": consultation, "kind": "OPINION", "question": "Qu'en pensez-vous ?", "subject": subject }),
            )
            .await;
        let vote = |choice: &str| {
            json!({
                "consultation": consultation, "ballot": format!("ballot_{ballot}"), "choice": choice,
                "onBehalfOf": person("gus", "wombatomancie"),
            })
        };
        let cast = house.record("castVote", vote("FOR")).await;
        let changed = house.record("changeVote", vote("AGAINST")).await;
        house
            .record(
                "moderate",
                json!({
                    "consultation": consultation, "subject": subject, "action": "REDACT",
                    "ground": "PERSONAL_DATA", "explanation": "Un nom est cité : dunnartique.",
                    "policyVersion": 1, "appealUntil": "2026-12-31T23:00:00Z", "automated": false,
                    "moderator": "Nadia Benali", "redactedBody": "Deux kilomètres de dunnartique.",
                }),
            )
            .await;
        let needles = all_needles(CANARIES);
        let mut town = Self { house, consultation, idea, comment, ballot, vote: cast, changed, needles };
        for id in [&town.idea, &town.comment, &town.vote, &town.changed] {
            let position = town.position(id);
            town.needles.extend(part_needles(&town.house.store(), position));
        }
        town
    }

    fn position(&self, id: &str) -> Position {
        self.house.app.read().unwrap().position_of(id.parse().unwrap()).unwrap().unwrap()
    }

    fn shelf(&self) -> Shelf {
        Shelf(self.house.store())
    }

    /// Somebody asks, the controller grants: the payload of the decision.
    async fn erase(&self, target: &str, scope: &str) -> Value {
        let request = self
            .house
            .record(
                "requestErasure",
                json!({
                    "consultation": self.consultation, "target": target, "scope": scope,
                    "ground": "CONSENT_WITHDRAWN", "ticket": "2027-117",
                }),
            )
            .await;
        let decision = json!({
            "consultation": self.consultation, "request": format!("event_{request}"), "target": target,
            "scope": scope, "ground": "CONSENT_WITHDRAWN", "outcome": "GRANTED",
            "signatory": { "name": "Samia Rekkab", "capacity": "déléguée à la protection des données" },
        });
        let payload = self.house.command("decideErasure", decision).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    async fn erase_everything(&self) {
        self.erase(&format!("contribution_{}", self.idea), "ALL").await;
        self.erase(&format!("event_{}", self.comment), "ALL").await;
        self.erase(&format!("event_{}", self.vote), "ALL").await;
    }

    async fn page(&self) -> Value {
        let document = "query($id: ID!) { contribution(id: $id) { title { plain absent absentBecause { type } } \
            fate { sentence(locale: \"fr\") { text } } } }";
        let id = format!("contribution_{}", self.idea);
        let (_, answer) = self.house.send(None, document, &json!({ "id": id })).await;
        answer
    }
}

#[tokio::test]
async fn no_byte_of_any_file_holds_what_was_erased() {
    let town = Town::build().await;
    // Earlier states are folded and kept too.
    let stream = town.house.app.event(town.idea.parse().unwrap()).unwrap().unwrap().stream;
    let (key, past) = town.house.app.read_as_of(stream, town.house.app.head().size).unwrap();
    town.house.app.keep_past(key, past);
    let before = town.shelf().holding(&town.needles);
    for word in CANARIES {
        assert!(
            before.iter().any(|held| held.contains(word)),
            "{word} is nowhere before: the test proves nothing"
        );
    }
    town.erase_everything().await;
    assert!(town.house.app.carry_out_erasures().unwrap() > 0);
    assert_eq!(town.shelf().holding(&town.needles), [] as [String; 0]);
    assert_eq!(town.house.app.carry_out_erasures().unwrap(), 0, "done once");

    let report =
        audit_at(&EmbeddedReader::open(&town.house.store()).unwrap(), town.house.clock.now()).unwrap();
    assert_eq!((report.verdict(), report.fault_count), (Verdict::SelfConsistent, 0), "{:#?}", report.faults);
    assert!(
        report.parts.erased > 8 && report.parts.pending == 0 && report.parts.missing == 0,
        "{:?}",
        report.parts
    );
    assert_eq!(report.against_count, 0, "{:#?}", report.against_the_rules);

    // A rebuild of everything derived brings nothing back.
    let store = town.house.store();
    drop(town.house.router);
    drop(town.house.app);
    for file in ["views.sqlite3", "views.sqlite3-wal", "views.sqlite3-shm", "state.sqlite3"] {
        let _ = std::fs::remove_file(store.join(file));
    }
    let app = App::open(&store, town.house.clock).unwrap();
    assert_eq!(Shelf(store).holding(&town.needles), [] as [String; 0]);
    drop(app);
}

/// The scan is worth what it finds: each copy that is left on purpose, in whatever form, is found, and named.
#[tokio::test]
async fn a_copy_that_is_left_anywhere_is_found_by_the_scan() {
    let town = Town::build().await;
    town.erase_everything().await;
    town.house.app.carry_out_erasures().unwrap();
    let House { router, app, dir: _dir, .. } = town.house;
    drop((router, app));
    let store = _dir.path().join("store");
    let shelf = Shelf(store.clone());
    assert_eq!(shelf.holding(&town.needles), [] as [String; 0]);
    for (number, (name, needle)) in town.needles.iter().enumerate() {
        let left = store.join(["tiles", "signer", "keys"][number % 3]).join("left");
        std::fs::write(&left, [b"before ".as_slice(), needle, b" behind"].concat()).unwrap();
        let held = shelf.holding(&town.needles);
        let found = held.iter().any(|held| held.contains("/left holds") && held.ends_with(name));
        assert!(found, "{name}: {held:?}");
        std::fs::remove_file(left).unwrap();
    }
    // A row that was deleted without being overwritten lies in a page that no table has any more.
    for database in ["ledger.sqlite3", "views.sqlite3", "register.sqlite3"] {
        let file = rusqlite::Connection::open(store.join(database)).unwrap();
        let rows =
            "CREATE TABLE left (words TEXT); INSERT INTO left VALUES ('deux quokkaphones'); DROP TABLE left;";
        file.execute_batch(&format!("PRAGMA secure_delete = OFF; {rows} PRAGMA wal_checkpoint(TRUNCATE)"))
            .unwrap();
        drop(file);
        let held = shelf.holding(&town.needles);
        assert!(held.iter().any(|held| held.contains(&format!("{database} holds quokkaphone"))), "{held:?}");
    }
}

/// A receipt opens what its author wrote, and is made anew each time that it is asked for.
#[tokio::test]
async fn a_receipt_asked_for_after_the_erasure_holds_none_of_the_words() {
    let town = Town::build().await;
    let app = Arc::clone(&town.house.app);
    let id = town.idea.parse().unwrap();
    let receipt = async || {
        town.house.clock.set(town.house.clock.now().plus_ms(5_000));
        app.sign_if_due().unwrap();
        let token = app.tokens().token(id).to_text().to_string();
        let asked = Request::get(format!("/receipt/{id}/receipt.json"))
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty());
        let router = devenir_api::receipt::router(Arc::clone(&app));
        let answer = router.oneshot(asked.unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        let receipt = devenir_core::receipt::ReceiptFile::parse(&bytes).unwrap();
        let opened: Vec<u8> = receipt.openings().iter().flat_map(|opening| opening.bytes.clone()).collect();
        [bytes.to_vec(), opened].concat()
    };
    let holds = |bytes: &[u8]| {
        town.needles.iter().any(|(_, needle)| bytes.windows(needle.len()).any(|window| window == needle))
    };
    assert!(holds(&receipt().await));
    town.erase(&format!("contribution_{}", town.idea), "ALL").await;
    assert!(!holds(&receipt().await), "decided, and not deleted yet");
    app.carry_out_erasures().unwrap();
    assert!(!holds(&receipt().await));
}

#[tokio::test]
async fn what_is_erased_is_gone_for_readers_before_it_is_deleted_and_pending_for_the_audit() {
    let town = Town::build().await;
    town.erase_everything().await;
    let page = town.page().await.to_string();
    for word in CANARIES {
        assert!(!page.contains(word), "{page}");
    }
    let reader = EmbeddedReader::open(&town.house.store()).unwrap();
    let now = town.house.clock.now();
    let report = audit_at(&reader, now).unwrap();
    assert_eq!((report.fault_count, report.verdict()), (0, Verdict::SelfConsistent), "{:#?}", report.faults);
    assert!(report.parts.pending > 8, "{:?}", report.parts);
    let late = audit_at(&reader, now.plus_days(4)).unwrap();
    assert_eq!(late.verdict(), Verdict::Altered);
    assert!(late.faults[0].fault.to_string().contains("is still held"), "{}", late.faults[0].fault);
}

#[tokio::test]
async fn what_is_decided_erased_goes_into_no_bundle_and_no_receipt_while_it_is_still_held() {
    let town = Town::build().await;
    let (store, out) = (town.house.store(), tempfile::tempdir().unwrap());
    let bundle = |name: &str| {
        let (path, everything) = (out.path().join(name), Choice { stream: None, everything: true });
        bundle(&store, everything, &path).unwrap();
        std::fs::read(path).unwrap()
    };
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    let before = bundle("before.tar");
    assert!(CANARIES.iter().all(|word| holds(&before, word)), "everything is in it until it is erased");
    town.erase_everything().await;
    town.house.app.sign_if_due().unwrap();
    assert!(!town.shelf().holding(&town.needles).is_empty(), "nothing is deleted yet");
    let after = bundle("after.tar");
    for word in CANARIES {
        assert!(!holds(&after, word), "the bundle gives out `{word}`, which was decided erased");
    }

    let token = town.house.app.tokens().token(town.idea.parse().unwrap()).to_text();
    let request = Request::get(format!("/receipt/{}/receipt.json", town.idea))
        .header(header::AUTHORIZATION, format!("Bearer {}", *token))
        .body(Body::empty())
        .unwrap();
    let router = devenir_api::receipt::router(Arc::clone(&town.house.app));
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let receipt: Value =
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(receipt["parts"], json!([]), "the receipt opens what was decided erased");
}

#[tokio::test]
async fn a_live_vote_goes_whole_with_its_erasure_and_after_the_closing_its_author_alone() {
    let town = Town::build().await;
    let payload = town.erase(&format!("event_{}", town.vote), "AUTHOR").await;
    // The decision, the retraction, and one erasure for each vote event of the tag.
    assert_eq!(payload["receipts"].as_array().unwrap().len(), 4, "{payload:#}");
    let app = &town.house.app;
    let due = app.read().unwrap().erasures_due().unwrap();
    assert!(due.iter().all(|erasure| erasure.scope == ErasureScope::All && erasure.mask == 3), "{due:?}");

    let late = Town::build().await;
    late.house
        .record(
            "closeBallot",
            json!({ "consultation": late.consultation, "ballot": format!("ballot_{}", late.ballot) }),
        )
        .await;
    let counted = |town: &Town| {
        let subject = town.position(&town.idea);
        format!("{:?}", town.house.app.read().unwrap().tallies(subject).unwrap())
    };
    let before = counted(&late);
    let payload = late.erase(&format!("event_{}", late.vote), "ALL").await;
    assert_eq!(payload["receipts"].as_array().unwrap().len(), 3, "{payload:#}");
    let due = late.house.app.read().unwrap().erasures_due().unwrap();
    assert!(due.iter().all(|erasure| erasure.scope == ErasureScope::Author && erasure.mask == 1), "{due:?}");
    late.house.app.carry_out_erasures().unwrap();
    assert_eq!(counted(&late), before, "the vote stands");
}

#[tokio::test]
async fn the_page_says_that_it_was_erased_and_the_feed_names_it() {
    let town = Town::build().await;
    town.erase(&format!("contribution_{}", town.idea), "ALL").await;
    town.house.app.carry_out_erasures().unwrap();
    let page = town.page().await;
    assert_eq!(page.get("errors"), None, "{page:#}");
    let shown = &page["data"]["contribution"];
    assert_eq!(shown["title"]["absent"], "ERASED", "{page:#}");
    assert!(shown["fate"]["sentence"].to_string().contains("exte effacé à la demande"), "{page:#}");
    let erasures = town.house.app.read().unwrap().erasures_from(Position::FIRST, 100).unwrap();
    let line: Value = serde_json::from_str(&devenir_api::erasure::line(&erasures[0])).unwrap();
    assert_eq!(line["target"]["intent_id"], json!(town.idea));
    assert_eq!((&line["ground"], &line["scope"]), (&json!("consent_withdrawn"), &json!("all")));
    assert!(line["carried_out"].is_string(), "{line}");
}

#[tokio::test]
async fn an_author_can_go_and_the_text_stays() {
    let town = Town::build().await;
    town.erase(&format!("contribution_{}", town.idea), "AUTHOR").await;
    town.house.app.carry_out_erasures().unwrap();
    let held = town.shelf().holding(&all_needles(&["quokkaphone", "bilbyesque"]));
    assert!(!held.is_empty(), "the words stay");
    let reading = town.house.app.read().unwrap();
    let subject = reading.subject(town.position(&town.idea)).unwrap().unwrap();
    assert_eq!((subject.writer.name, subject.writer.tag), (None, None));
    assert!(subject.writer.absent.is_some());
}

#[tokio::test]
async fn a_participants_link_goes_with_the_last_open_author_part() {
    let town = Town::build().await;
    let register = town.house.store().join("register.sqlite3");
    let people = || {
        let file = rusqlite::Connection::open(&register).unwrap();
        file.query_row("SELECT count(*) FROM participant", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = people();
    town.erase(&format!("contribution_{}", town.idea), "AUTHOR").await;
    town.house.app.carry_out_erasures().unwrap();
    assert_eq!(people(), before, "a comment still names her");
    town.erase(&format!("event_{}", town.comment), "ALL").await;
    town.house.app.carry_out_erasures().unwrap();
    assert_eq!(people(), before - 1);
}

#[tokio::test]
async fn an_erasure_waits_for_a_cosignature_ten_minutes_at_most() {
    let town = Town::build().await;
    town.erase(&format!("event_{}", town.comment), "ALL").await;
    let House { router, app, clock, .. } = town.house;
    drop(router);
    let app = Arc::into_inner(app).unwrap().waiting(Waiting::LONGEST);
    assert_eq!(app.carry_out_erasures().unwrap(), 0, "nobody has cosigned it");
    clock.set(clock.now().plus_ms(Waiting::LONGEST.ms_max));
    assert_eq!(app.carry_out_erasures().unwrap(), 1);
}

#[tokio::test]
async fn a_policy_that_is_given_to_the_server_makes_an_erasure_wait_as_the_one_beside_the_store_does() {
    let town = Town::build().await;
    town.erase(&format!("event_{}", town.comment), "ALL").await;
    let store = town.house.store();
    let House { router, app, clock, dir, .. } = town.house;
    drop((router, app));
    let witness = Cosigner::new("witness.example/w".parse().unwrap(), SigningKey::from_seed(&[7; 32]));
    let policy = || {
        let text = format!("witness w {}\nquorum w\n", witness.public());
        Some(Policy::parse(text.as_bytes()).unwrap())
    };
    let app = App::open_under(&store, Arc::clone(&clock) as _, policy()).unwrap();
    assert_eq!(app.read().unwrap().erasures_due().unwrap().len(), 1, "the opening does not carry it out");
    assert_eq!(app.carry_out_erasures().unwrap(), 0, "nobody has cosigned it");

    // Once witnesses have cosigned, a command that knows no policy waits for them too.
    app.sign_if_due().unwrap();
    let note = app.last_signed().unwrap().unwrap();
    drop(app);
    let mut instance = Instance::open(&store, Arc::clone(&clock) as _, random(), random()).unwrap();
    let cosigned = note.with(witness.cosign(&note.text().parse().unwrap(), 1_790_000_000).unwrap()).unwrap();
    assert!(instance.checkpointer.publish_cosigned(&cosigned).unwrap());
    drop(instance);
    let app = App::open(&store, Arc::clone(&clock) as _).unwrap();
    assert!(
        app.read().unwrap().erasures_due().unwrap().is_empty(),
        "they have cosigned a state that holds it"
    );
    assert_eq!(app.erasure_waiting(), Waiting::LONGEST);
    drop((app, dir));
}

#[tokio::test]
async fn what_was_interrupted_is_carried_out_at_the_next_opening() {
    let town = Town::build().await;
    town.erase_everything().await;
    // As after a kill between the erasure and its carrying out.
    let store = town.house.store();
    let House { router, app, clock, dir, .. } = town.house;
    drop(router);
    drop(app);
    assert!(!Shelf(store.clone()).holding(&town.needles).is_empty());
    let app = App::open(&store, clock).unwrap();
    assert_eq!(Shelf(store).holding(&town.needles), [] as [String; 0]);
    assert!(app.read().unwrap().erasures_due().unwrap().is_empty());
    drop((app, dir));
}

fn table(app: &App, home: &Path, day: &str, rows: &str) -> Report {
    let path = home.join(format!("proposals_{day}.csv"));
    std::fs::write(&path, format!("id;title;description;cached_votes_up;created_at\n{rows}")).unwrap();
    let options = ReadOptions { platform: Some("decide.example".into()), ..ReadOptions::default() };
    let mut progress = Progress::silent(Stop::new());
    let source = consul::read(&path, &options, &mut progress).unwrap();
    let into = Into {
        slug: "plaza".into(),
        title: "Plaza".into(),
        organiser: "Ayuntamiento".into(),
        kind: ConsultationKind::ProposalRegister,
        lang: Lang::Es,
    };
    let options = RecordOptions { into, keep_names: false, dry_run: false };
    record(app, source, "table", &options, &mut progress).unwrap()
}

#[tokio::test]
async fn a_source_read_again_brings_nothing_back() {
    let house = House::open();
    let home = tempfile::tempdir().unwrap();
    let rows =
        "1;Sombra;palabras;3;03/01/2024\n2;Zyzomys;<p>un <b>quokkaphone</b> y una plaza</p>;4;03/01/2024\n";
    table(&house.app, home.path(), "2025-09-12", rows);
    let reading = house.app.read().unwrap();
    let plaza = reading.consultation(By::Slug("plaza")).unwrap().unwrap();
    let found = devenir_api::find::find(&reading, "decide.example/proposal/2").unwrap();
    let devenir_api::find::Found::Subject(subject) = found else { panic!("{found:?}") };
    drop(reading);
    let mut needles = all_needles(&["zyzomys", "quokkaphone", "Zyzomys"]);
    needles.extend(part_needles(&house.store(), subject.position));
    let shelf = Shelf(house.store());
    assert!(!shelf.holding(&needles).is_empty());
    let consultation = format!("consultation_{}", plaza.stream);
    let target = format!("contribution_{}", subject.id);
    let request =
        json!({ "consultation": consultation, "target": target, "scope": "ALL", "ground": "OBJECTION" });
    let request = house.record("requestErasure", request).await;
    house
        .record(
            "decideErasure",
            json!({
                "consultation": consultation, "request": format!("event_{request}"), "target": target,
                "scope": "ALL", "ground": "OBJECTION", "outcome": "GRANTED",
                "signatory": { "name": "Samia Rekkab", "capacity": "déléguée" },
            }),
        )
        .await;
    house.app.carry_out_erasures().unwrap();
    assert_eq!(shelf.holding(&needles), [] as [String; 0]);
    let again = table(&house.app, home.path(), "2025-11-03", rows);
    let skipped = format!("{:?}", again.skipped);
    assert!(skipped.contains("Erased: 1"), "{skipped}");
    assert_eq!((again.vanished, again.refused.total()), (0, 0));
    assert_eq!(shelf.holding(&needles), [] as [String; 0]);
}

#[tokio::test]
async fn an_author_asks_with_the_token_of_the_receipt_and_no_account() {
    let house = House::open();
    let consultation = opened(&house).await;
    let document = "mutation($input: SubmitContributionInput!) { submitContribution(input: $input) \
        { receipts { intentId authorToken } userErrors { code } } }";
    let input = json!({ "input": {
        "idempotencyKey": uuid::Uuid::from_u128(77), "consultation": consultation, "kind": "PROPOSAL", "lang": "fr",
        "title": "Une voie", "body": "Sur l'avenue.", "theme": 0, "onBehalfOf": person("alice", "Alice"),
    } });
    let (_, answer) = house.send(Some(&house.token), document, &input).await;
    let receipt = &answer["data"]["submitContribution"]["receipts"][0];
    let ask = |token: Value, key: u128| {
        json!({ "input": {
            "idempotencyKey": uuid::Uuid::from_u128(key), "consultation": consultation, "scope": "ALL",
            "target": format!("contribution_{}", receipt["intentId"].as_str().unwrap()),
            "ground": "CONSENT_WITHDRAWN", "authorToken": token,
        } })
    };
    let document = "mutation($input: RequestErasureInput!) { requestErasure(input: $input) \
        { receipts { intentId } userErrors { code } } }";
    let (_, asked) = house.send(None, document, &ask(receipt["authorToken"].clone(), 78)).await;
    assert!(asked["data"]["requestErasure"]["receipts"][0]["intentId"].is_string(), "{answer:#} {asked:#}");
    let (_, wrong) = house.send(None, document, &ask(json!("00".repeat(32)), 79)).await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{wrong:#}");
}

#[tokio::test]
async fn the_same_decision_asked_again_answers_with_its_receipt_whatever_is_left_to_erase() {
    let town = Town::build().await;
    let target = format!("contribution_{}", town.idea);
    let asked = json!({
        "consultation": town.consultation, "target": target, "scope": "ALL", "ground": "CONSENT_WITHDRAWN",
    });
    let asked_key = uuid::Uuid::from_u128(0xa1).to_string();
    let request = town.house.command_under(&asked_key, "requestErasure", asked.clone()).await;
    let decision = json!({
        "consultation": town.consultation, "request": request["receipts"][0]["eventId"], "target": target,
        "scope": "ALL", "ground": "CONSENT_WITHDRAWN", "outcome": "GRANTED",
        "signatory": { "name": "Samia Rekkab", "capacity": "déléguée à la protection des données" },
    });
    let key = uuid::Uuid::from_u128(0xa2).to_string();
    let first = town.house.command_under(&key, "decideErasure", decision.clone()).await;
    assert_eq!((&first["replayed"], &first["userErrors"]), (&json!(false), &json!([])), "{first:#}");
    for _ in 0..2 {
        let again = town.house.command_under(&key, "decideErasure", decision.clone()).await;
        assert_eq!(again["replayed"], true, "{again:#}");
        assert_eq!(again["receipts"], first["receipts"]);
        let request = town.house.command_under(&asked_key, "requestErasure", asked.clone()).await;
        assert_eq!(request["replayed"], true, "{request:#}");
        town.house.app.carry_out_erasures().unwrap();
    }
    let mut other = decision.clone();
    other["scope"] = json!("AUTHOR");
    let conflict = town.house.command_under(&key, "decideErasure", other).await;
    assert_eq!(conflict["userErrors"][0]["code"], "IDEMPOTENCY_CONFLICT", "{conflict:#}");
    let fresh = uuid::Uuid::from_u128(0xa3).to_string();
    let nothing = town.house.command_under(&fresh, "decideErasure", decision).await;
    assert_eq!(nothing["userErrors"][0]["field"], json!(["target"]), "{nothing:#}");
}

#[tokio::test]
async fn a_decision_answers_the_request_about_that_thing_and_for_no_more() {
    let town = Town::build().await;
    let asked = json!({
        "consultation": town.consultation, "target": format!("event_{}", town.comment), "scope": "AUTHOR",
        "ground": "CONSENT_WITHDRAWN",
    });
    let request = town.house.record("requestErasure", asked).await;
    let decision = |target: String, scope: &str| {
        json!({
            "consultation": town.consultation, "request": format!("event_{request}"), "target": target,
            "scope": scope, "ground": "CONSENT_WITHDRAWN", "outcome": "GRANTED",
            "signatory": { "name": "Samia Rekkab", "capacity": "déléguée" },
        })
    };
    for (target, scope) in
        [(format!("contribution_{}", town.idea), "AUTHOR"), (format!("event_{}", town.comment), "ALL")]
    {
        let refused = town.house.command("decideErasure", decision(target, scope)).await;
        assert_eq!(refused["userErrors"][0]["code"], "NOT_POSSIBLE", "{refused:#}");
    }
    let granted =
        town.house.command("decideErasure", decision(format!("event_{}", town.comment), "AUTHOR")).await;
    assert_eq!(granted["userErrors"], json!([]), "{granted:#}");
}
