//! Acts signed away from the server: what counts, and every way in which one must not.

use devenir_api::act::credential_of;
use devenir_api::rights::{NewGrant, grant, revoke};
use devenir_core::audit::audit;
use devenir_core::event::code::{Custody, RevocationCause};
use devenir_core::id::{CredentialId, HolderId, PublicKey, StreamId};
use devenir_core::ledger::SigningKey;
use devenir_core::rules::Role;
use devenir_core::signing::{ActFile, UnsoundAct};
use serde_json::{Value, json};

use crate::House;
use crate::record::Record;

const PREPARE: &str = "mutation($input: PrepareActInput!) { prepareAct(input: $input) \
     { document userErrors { code rule message(locale: \"en\") } } }";
const SUBMIT: &str = "mutation($input: SubmitSignedActInput!) { submitSignedAct(input: $input) \
     { receipts { intentId position } replayed userErrors { code rule message(locale: \"en\") } } }";

/// The key of Samia Rekkab, who holds it away from the server.
fn key() -> SigningKey {
    SigningKey::from_seed(&[0x5a; 32])
}

fn public() -> PublicKey {
    PublicKey(*key().verifying_key().as_bytes())
}

fn credential() -> CredentialId {
    credential_of(public()).unwrap()
}

/// A record in which that key is an authority's.
async fn town(origin: &str, custody: Custody) -> Record {
    let record = Record::build_in(House::open_as(origin)).await;
    let new = NewGrant {
        credential: credential(),
        holder: HolderId([9; 16]),
        role: Role::Authority,
        consultation: None,
        name: "Samia Rekkab".into(),
        mandate: None,
        assurance: None,
        key: Some(public()),
        custody,
        from: None,
        until: None,
    };
    grant(&record.house.app, new).unwrap();
    record.house.app.sign_if_due().unwrap();
    record
}

async fn here() -> Record {
    town("test.example/devenir", Custody::Holder).await
}

fn response(record: &Record) -> Value {
    json!({ "publishResponse": {
        "consultation": record.consultation, "answers": [format!("contribution_{}", record.silent)],
        "outcome": "REJECTED", "bodies": [0], "reason": "Le chemin de halage est un espace protégé.",
        "reasons": ["LAW"], "pointers": [], "decidedAt": "2026-09-30T08:00:00Z",
        "signatory": { "name": "Samia Rekkab", "capacity": "adjointe à la mobilité" },
    } })
}

async fn prepared(record: &Record) -> ActFile {
    let expires = devenir_core::writer::Clock::now(&*record.house.clock).plus_days(2);
    let input = json!({ "input": {
        "idempotencyKey": "00000000-0000-4000-8000-0000000000c1", "signer": credential().to_string(),
        "expiresAt": expires.to_string(), "act": response(record),
    } });
    let (_, answer) = record.house.send(Some(&record.house.token), PREPARE, &input).await;
    let document = answer["data"]["prepareAct"]["document"].as_str();
    ActFile::parse(document.unwrap_or_else(|| panic!("not prepared: {answer:#}")).as_bytes()).unwrap()
}

fn signed(mut file: ActFile) -> ActFile {
    file.signature = Some(file.open().unwrap().sign(&key()).unwrap());
    file
}

/// Hands a document in, with no key at all.
async fn submit(record: &Record, file: &ActFile) -> Value {
    let input = json!({ "input": { "document": file.to_string() } });
    let (_, answer) = record.house.send(None, SUBMIT, &input).await;
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    answer["data"]["submitSignedAct"].clone()
}

/// What the answer says is wrong.
fn refusal(payload: &Value) -> &str {
    assert_eq!(payload["receipts"], json!([]), "{payload:#}");
    assert_eq!(payload["userErrors"][0]["code"], "SIGNATURE_REFUSED", "{payload:#}");
    payload["userErrors"][0]["message"].as_str().unwrap()
}

#[tokio::test]
async fn an_act_signed_by_its_holder_is_recorded_once_and_told_as_theirs() {
    let record = here().await;
    let file = signed(prepared(&record).await);
    let payload = submit(&record, &file).await;
    let id = payload["receipts"][0]["intentId"].as_str().unwrap_or_else(|| panic!("{payload:#}"));
    assert_eq!(id, file.open().unwrap().id.to_string(), "what was signed is the name of what is recorded");
    assert_eq!(submit(&record, &file).await["replayed"], true);
    let document = r#"{ contribution(reference: "plan-velo-3") { fate { response { signatory { signed vouching name } } }
        trail(last: 1) { nodes { actor { signed vouching } notes(locale: "fr") { text } } } } }"#;
    let answer = record.house.ask(document).await;
    let signatory = &answer["contribution"]["fate"]["response"]["signatory"];
    assert_eq!((&signatory["signed"], &signatory["vouching"]), (&json!(true), &json!("SIGNED_BY_HOLDER")));
    let step = &answer["contribution"]["trail"]["nodes"][0];
    assert_eq!(step["actor"], json!({ "signed": true, "vouching": "SIGNED_BY_HOLDER" }), "{answer:#}");
    assert!(
        step["notes"]
            .to_string()
            .contains("Signé par la personne elle-même, avec une clé qu'elle est seule à détenir"),
        "{answer:#}"
    );
    let report = audit(&record.house.app.reader().unwrap()).unwrap();
    assert_eq!((report.signed.by_holder, report.fault_count, report.against_count), (1, 0, 0), "{report:#?}");
    assert!(report.signed.gap_max < 3, "{report:#?}");
}

#[tokio::test]
async fn a_key_that_the_server_keeps_signs_on_behalf_of_its_holder() {
    let record = town("test.example/devenir", Custody::Server).await;
    submit(&record, &signed(prepared(&record).await)).await;
    let document = r#"{ contribution(reference: "plan-velo-3") { trail(last: 1) { nodes { actor { signed vouching } } } } }"#;
    let answer = record.house.ask(document).await;
    let actor = &answer["contribution"]["trail"]["nodes"][0]["actor"];
    assert_eq!(*actor, json!({ "signed": false, "vouching": "SIGNED_ON_BEHALF" }), "{answer:#}");
    let report = audit(&record.house.app.reader().unwrap()).unwrap();
    assert_eq!((report.signed.on_behalf, report.fault_count), (1, 0), "{report:#?}");
}

#[tokio::test]
async fn a_signed_act_handed_in_after_its_expiry_is_refused() {
    let record = here().await;
    let file = signed(prepared(&record).await);
    record.house.pass_days(3);
    let payload = submit(&record, &file).await;
    assert!(refusal(&payload).contains("its signature expired at"), "{payload:#}");
}

#[tokio::test]
async fn a_text_put_under_a_signed_act_is_refused() {
    let record = here().await;
    let mut file = signed(prepared(&record).await);
    let text = file.parts.iter_mut().find(|(kind, ..)| *kind == 133).unwrap();
    text.2 = br#"{"reason":"Tout va bien."}"#.to_vec();
    assert_eq!(file.open(), Err(UnsoundAct::Part { kind: 133 }));
    let payload = submit(&record, &file).await;
    assert!(refusal(&payload).contains("its text or its key was changed"), "{payload:#}");
}

#[tokio::test]
async fn a_signature_put_under_another_outcome_is_refused() {
    let record = here().await;
    let mut file = signed(prepared(&record).await);
    let (from, to) = (b"\"rejected\"", b"\"answered\"");
    let at = file.intent.windows(from.len()).position(|bytes| bytes == from).unwrap();
    file.intent[at..at + to.len()].copy_from_slice(to);
    assert!(file.open().is_ok(), "every commitment still fits: only the signature does not");
    let payload = submit(&record, &file).await;
    assert!(refusal(&payload).contains("or is of another act"), "{payload:#}");
}

#[tokio::test]
async fn a_signature_moved_to_another_act_is_refused() {
    let record = here().await;
    let first = signed(prepared(&record).await);
    record.house.pass_days(1);
    let mut second = prepared(&record).await;
    second.signature = first.signature;
    let payload = submit(&record, &second).await;
    assert!(refusal(&payload).contains("or is of another act"), "{payload:#}");
}

#[tokio::test]
async fn an_act_signed_for_another_ledger_is_refused() {
    let there = town("elsewhere.example/devenir", Custody::Holder).await;
    let here = here().await;
    let file = signed(prepared(&there).await);
    let payload = submit(&here, &file).await;
    assert!(refusal(&payload).contains("its signer had seen a ledger of"), "{payload:#}");
}

#[tokio::test]
async fn a_role_taken_back_or_unknown_signs_nothing() {
    let record = here().await;
    let file = signed(prepared(&record).await);
    revoke(&record.house.app, credential(), RevocationCause::Compromised).unwrap();
    let payload = submit(&record, &file).await;
    assert!(refusal(&payload).contains("was not in force at"), "{payload:#}");
    let stranger = Record::build().await;
    let asked = json!({ "input": {
        "idempotencyKey": "00000000-0000-4000-8000-0000000000c2", "signer": credential().to_string(),
        "expiresAt": devenir_core::writer::Clock::now(&*stranger.house.clock).plus_days(2).to_string(),
        "act": response(&stranger),
    } });
    let (_, answer) = stranger.house.send(Some(&stranger.house.token), PREPARE, &asked).await;
    assert_eq!(crate::codes(&answer), ["FORBIDDEN"], "{answer:#}");
}

#[tokio::test]
async fn a_document_that_nobody_signed_is_refused() {
    let record = here().await;
    let file = prepared(&record).await;
    assert!(refusal(&submit(&record, &file).await).contains("is not signed yet"));
}

#[tokio::test]
async fn what_would_be_refused_is_not_given_to_be_signed() {
    let record = here().await;
    let mut act = response(&record);
    act["publishResponse"]["outcome"] = json!("ADOPTED");
    let input = json!({ "input": {
        "idempotencyKey": "00000000-0000-4000-8000-0000000000c3", "signer": credential().to_string(),
        "expiresAt": devenir_core::writer::Clock::now(&*record.house.clock).plus_days(2).to_string(), "act": act,
    } });
    let (_, answer) = record.house.send(Some(&record.house.token), PREPARE, &input).await;
    let errors = &answer["data"]["prepareAct"]["userErrors"];
    assert_eq!(errors[0]["rule"], "POINTER_GIVEN", "an adoption without a pointer: {answer:#}");
}

#[tokio::test]
async fn roles_are_given_countersigned_and_taken_back_over_the_api() {
    let record = Record::build().await;
    let house = &record.house;
    let first = NewGrant {
        credential: CredentialId([7; 16]),
        holder: HolderId([7; 16]),
        role: Role::Guarantor,
        consultation: Some(
            record.consultation.trim_start_matches("consultation_").parse::<StreamId>().unwrap(),
        ),
        name: "Mathilde Oursel".into(),
        mandate: None,
        assurance: None,
        key: None,
        custody: Custody::Holder,
        from: None,
        until: None,
    };
    // The first role enters the administrator's own credential in the record.
    grant(&house.app, first).unwrap();
    let zero = CredentialId::FIRST.to_string();
    let own = json!({ "role": "MODERATOR", "name": "Hélène Marchand", "sameHolderAs": zero });
    let payload = house.command("grantRole", own).await;
    let act = payload["receipts"][0]["eventId"].as_str().unwrap_or_else(|| panic!("{payload:#}")).to_owned();
    let countersigned = house.command("countersign", json!({ "act": act })).await;
    assert_eq!(countersigned["userErrors"][0]["rule"], "ANOTHER_HAND", "{countersigned:#}");
    let other = json!({ "role": "AUTHORITY", "name": "Samia Rekkab", "publicKey": public().to_string() });
    let payload = house.command("grantRole", other).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    let revoked = house
        .command("revokeRole", json!({ "credential": credential().to_string(), "cause": "ENDED" }))
        .await;
    assert_eq!(revoked["userErrors"], json!([]), "{revoked:#}");
}
