//! Acts signed away from the server: what counts, and every way in which one must not.

use devenir_api::act::credential_of;
use devenir_api::rights::{NewGrant, grant, revoke};
use devenir_core::audit::{Marks, audit, audit_envelopes};
use devenir_core::envelope::{
    Draft, Reference, decode, decode_intent, encode, intent_bytes, intent_id, intent_signature_message,
};
use devenir_core::event::code::{Custody, ErasureGround, ErasureScope, Requester, RevocationCause, Trust};
use devenir_core::event::oversight::{Erased, ErasedFacts};
use devenir_core::event::{Absence, Part, RefRole};
use devenir_core::id::{CredentialId, HolderId, PublicKey, StreamId};
use devenir_core::ledger::{Frontier, Position, SigningKey, TreeHead, TreeSize, leaf_hash};
use devenir_core::rules::Role;
use devenir_core::signing::{ActFile, UnsoundAct};
use devenir_core::store::{ReadLedger, ReadVault as _, StoreError};
use devenir_core::time::Claimed;
use devenir_core::writer::{Command, Door, SeededRandom, Target};
use serde_json::{Value, json};

use crate::House;
use crate::record::{Record, submitted};

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
    response_to(record, &[format!("contribution_{}", record.silent)])
}

fn response_to(record: &Record, answers: &[String]) -> Value {
    json!({ "publishResponse": {
        "consultation": record.consultation, "answers": answers,
        "outcome": "REJECTED", "bodies": [0], "reason": "Le chemin de halage est un espace protégé.",
        "reasons": ["LAW"], "pointers": [], "decidedAt": "2026-09-30T08:00:00Z",
        "signatory": { "name": "Samia Rekkab", "capacity": "adjointe à la mobilité" },
    } })
}

async fn prepared(record: &Record) -> ActFile {
    prepared_as(record, "c1", response(record)).await
}

async fn prepared_as(record: &Record, key: &str, act: Value) -> ActFile {
    let expires = devenir_core::writer::Clock::now(&*record.house.clock).plus_days(2);
    let input = json!({ "input": {
        "idempotencyKey": format!("00000000-0000-4000-8000-0000000000{key}"),
        "signer": credential().to_string(), "expiresAt": expires.to_string(), "act": act,
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

/// The envelopes of a ledger, and no part of any.
struct Envelopes(Vec<Vec<u8>>);

impl ReadLedger for Envelopes {
    fn head(&self) -> Result<TreeHead, StoreError> {
        let mut tree = Frontier::new();
        for bytes in &self.0 {
            tree.push(leaf_hash(bytes));
        }
        Ok(tree.head())
    }
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.0.iter().skip(usize::try_from(from.get()).unwrap()).take(count_max).cloned().collect())
    }
    fn follow(&self, _: TreeSize, _: std::time::Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

/// Also where the references of the act are a list, which is a part.
#[tokio::test]
async fn whoever_has_the_envelopes_alone_checks_the_same_signatures() {
    let record = here().await;
    submit(&record, &signed(prepared(&record).await)).await;
    let mut answered = Vec::new();
    for number in 0..40 {
        let (author, title) = (format!("p{number}"), format!("Idée {number}"));
        answered.push(format!(
            "contribution_{}",
            submitted(&record.house, &record.consultation, &author, &title, "Des arceaux.").await
        ));
    }
    record.house.app.sign_if_due().unwrap();
    let act = response_to(&record, &answered);
    let payload = submit(&record, &signed(prepared_as(&record, "f1", act).await)).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    let reader = record.house.app.reader().unwrap();
    let envelopes = reader.read(Position::FIRST, usize::MAX).unwrap();
    let whole = audit(&reader).unwrap().signed;
    let served = audit_envelopes(Envelopes(envelopes.clone()), &Marks::default()).unwrap();
    assert_eq!((served.signed, served.fault_count), (whole, 0), "{:#?}", served.faults);
    assert_eq!(whole.by_holder, 2);
    let mut forged = envelopes;
    let last = forged.last_mut().unwrap();
    let mut act = decode(last).unwrap();
    assert_eq!(act.intent.lists.len(), 1, "its references are a list");
    act.signature.bytes[5] ^= 1;
    *last = encode(&act);
    let served = audit_envelopes(Envelopes(forged), &Marks::default()).unwrap();
    let faults: Vec<String> = served.faults.iter().map(|found| found.fault.to_string()).collect();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].contains("its signature is not one of the key"), "{faults:#?}");
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

/// A document of a prepared response, made into an erasure of parts of a public act, and signed all the same.
fn rewritten(file: &ActFile, decision: &str, target: &str) -> ActFile {
    let mut intent = decode_intent(&file.intent).unwrap();
    let mut refs = vec![(5, decision.parse().unwrap()), (9, target.parse().unwrap())];
    refs.sort_unstable();
    (intent.event_type, intent.schema, intent.refs, intent.parts) = (0x0E09, 1, refs, Vec::new());
    intent.facts = br#"{"ground":"objection","mask":2,"requester":"concerned","scope":"all"}"#.to_vec();
    let signature = key().sign(&intent_signature_message(intent_id(&intent)));
    ActFile { intent: intent_bytes(&intent), parts: Vec::new(), signature: Some(signature), ..file.clone() }
}

/// The response of an authority, and a decision to erase what is personal in it.
async fn erased_signatory(record: &Record) -> (String, String) {
    let house = &record.house;
    // The operator's key does not answer in the place of an authority that has one.
    let authority = crate::rights::key(house, 9, Role::Authority, None);
    let answered = response(record)["publishResponse"].clone();
    let answered = crate::rights::command(house, &authority, "publishResponse", answered).await;
    let published = answered["receipts"][0]["intentId"].as_str().unwrap_or_else(|| panic!("{answered:#}"));
    let published = published.to_owned();
    let target = format!("response_{published}");
    let asked = json!({
        "consultation": record.consultation, "target": target, "scope": "ALL", "ground": "OBJECTION", "concerned": true,
    });
    let request = house.record("requestErasure", asked).await;
    let decision = json!({
        "consultation": record.consultation, "request": format!("event_{request}"), "target": target, "scope": "ALL",
        "ground": "OBJECTION", "outcome": "GRANTED",
        "signatory": { "name": "Hélène Marchand", "capacity": "déléguée à la protection des données" },
    });
    (published, house.record("decideErasure", decision).await)
}

#[tokio::test]
async fn an_act_that_is_not_signed_away_from_the_server_is_refused_whoever_signed_it() {
    let record = here().await;
    let (published, decision) = erased_signatory(&record).await;
    let file = rewritten(&prepared(&record).await, &decision, &published);
    assert_eq!(file.open(), Err(UnsoundAct::NotSignable { name: "erased" }), "nor is it given a signature");
    let payload = submit(&record, &file).await;
    assert!(refusal(&payload).contains("`erased` is never signed away from the server"), "{payload:#}");
}

#[tokio::test]
async fn an_erasure_that_names_a_public_acts_text_deletes_none_of_it() {
    let record = here().await;
    let (published, decision) = erased_signatory(&record).await;
    let app = &record.house.app;
    // As whoever went around every door would have it recorded.
    let facts = ErasedFacts {
        ground: ErasureGround::Objection,
        mask: 2,
        requester: Requester::Concerned,
        scope: ErasureScope::All,
    };
    let event = Erased { facts, ticket: Part::Absent(Absence::NotInSource) };
    let at = |role, id: &str| (role, Reference::Recorded(id.parse().unwrap()));
    let draft = Draft {
        event: event.into(),
        refs: vec![at(RefRole::Act, &decision), at(RefRole::Target, &published)],
        occurred: Claimed::UNKNOWN,
        actor: Role::Authority,
    };
    let stream = record.consultation.trim_start_matches("consultation_").parse().unwrap();
    let command = Command {
        door: Door { namespace: "around".into(), trust: Trust::Native },
        key: b"k".to_vec(),
        request: b"r".to_vec(),
        target: Target::Consultation(stream),
        drafts: vec![draft],
    };
    app.writer().ask(command).unwrap();
    app.carry_out_erasures().unwrap();
    let position = app.read().unwrap().position_of(published.parse().unwrap()).unwrap().unwrap();
    let held = app.reader().unwrap().open_all(position..position.next()).unwrap();
    let kinds: Vec<u8> = held.into_iter().map(|(_, part)| part.kind).collect();
    assert_eq!(kinds, [133], "the name of who signed is gone, the words of the act are not");
}

#[tokio::test]
async fn an_act_is_prepared_for_its_signer_or_by_an_administrator() {
    let record = here().await;
    let house = &record.house;
    let own = house.keyring.add(credential(), &mut SeededRandom::new("own")).unwrap().to_string();
    let other = crate::rights::key(house, 3, Role::Authority, None);
    let expires = devenir_core::writer::Clock::now(&*house.clock).plus_days(2).to_string();
    let asked = |n: u8| {
        json!({ "input": {
            "idempotencyKey": format!("00000000-0000-4000-8000-0000000001{n:02}"),
            "signer": credential().to_string(), "expiresAt": expires, "act": response(&record),
        } })
    };
    let (_, answer) = house.send(Some(&other), PREPARE, &asked(1)).await;
    assert_eq!(crate::codes(&answer), ["FORBIDDEN"], "{answer:#}");
    let message = answer["errors"][0]["message"].to_string();
    assert!(message.contains("with their own key or an administrator's"), "{message}");
    let (_, answer) = house.send(Some(&own), PREPARE, &asked(2)).await;
    assert!(answer["data"]["prepareAct"]["document"].is_string(), "{answer:#}");
}

#[tokio::test]
async fn rules_are_changed_by_the_signature_of_the_authority() {
    let record = here().await;
    let act = json!({ "amendRules": {
        "consultation": record.consultation, "reasons": "Un mois de plus pour répondre.", "rules": {
            "phases": [{ "name": "Idées", "admits": ["SUBMISSIONS", "VOTES"] }, { "name": "Réponses", "admits": ["ANSWERS"] }],
            "themes": ["Voirie"],
        },
    } });
    let file = prepared_as(&record, "d1", act).await;
    let opened = file.open().unwrap();
    let shown: String =
        opened.reading.event.part_bytes().iter().map(|(_, it)| String::from_utf8_lossy(it)).collect();
    assert!(shown.contains("Un mois de plus pour répondre.") && shown.contains("Réponses"), "{shown}");
    let payload = submit(&record, &signed(file)).await;
    assert_eq!(payload["receipts"][0]["intentId"], opened.id.to_string(), "{payload:#}");
    let report = audit(&record.house.app.reader().unwrap()).unwrap();
    assert_eq!((report.signed.by_holder, report.fault_count, report.against_count), (1, 0, 0), "{report:#?}");
}

/// A takedown of the text of the response, to be signed by the authority.
fn takedown(record: &Record) -> Value {
    json!({ "decideTakedown": {
        "consultation": record.consultation, "target": format!("response_{}", record.response),
        "ground": "PERSONAL_DATA", "reasons": "La réponse nomme un riverain.",
        "signatory": { "name": "Samia Rekkab", "capacity": "adjointe à la mobilité" },
    } })
}

#[tokio::test]
async fn two_people_take_a_text_down_with_signatures_made_away_from_the_server() {
    let record = here().await;
    let other = SigningKey::from_seed(&[0x5b; 32]);
    let public = PublicKey(*other.verifying_key().as_bytes());
    let granted = record
        .house
        .command(
            "grantRole",
            json!({ "role": "AUTHORITY", "name": "Jean Kervadec", "publicKey": public.to_string() }),
        )
        .await;
    assert_eq!(granted["userErrors"], json!([]), "{granted:#}");
    record.house.app.sign_if_due().unwrap();
    let first = submit(&record, &signed(prepared_as(&record, "d2", takedown(&record)).await)).await;
    let act = first["receipts"][0]["intentId"].as_str().unwrap_or_else(|| panic!("{first:#}"));
    let hand = json!({ "countersign": {
        "consultation": record.consultation, "act": format!("event_{act}"),
        "signatory": { "name": "Jean Kervadec", "capacity": "directeur général" },
    } });
    let input = json!({ "input": {
        "idempotencyKey": "00000000-0000-4000-8000-0000000000d3",
        "signer": credential_of(public).unwrap().to_string(),
        "expiresAt": devenir_core::writer::Clock::now(&*record.house.clock).plus_days(2).to_string(), "act": hand,
    } });
    let (_, answer) = record.house.send(Some(&record.house.token), PREPARE, &input).await;
    let document = answer["data"]["prepareAct"]["document"].as_str();
    let mut file =
        ActFile::parse(document.unwrap_or_else(|| panic!("not prepared: {answer:#}")).as_bytes()).unwrap();
    file.signature = Some(file.open().unwrap().sign(&other).unwrap());
    let second = submit(&record, &file).await;
    assert_eq!(second["userErrors"], json!([]), "{second:#}");
    assert_eq!(record.house.app.carry_out_erasures().unwrap(), 1);
    let report = audit(&record.house.app.reader().unwrap()).unwrap();
    let counted =
        (report.signed.by_holder, report.parts.taken_down, report.fault_count, report.against_count);
    assert_eq!(counted, (2, 1, 0, 0), "{report:#?}");
}

/// Whoever signs could name what the door would not: the mask is theirs.
#[tokio::test]
async fn a_signed_takedown_of_a_persons_part_is_refused() {
    let record = here().await;
    let mut file = prepared_as(&record, "d4", takedown(&record)).await;
    let (from, to) = (b"\"mask\":2", b"\"mask\":3");
    let at = file.intent.windows(from.len()).position(|bytes| bytes == from).unwrap();
    file.intent[at..at + to.len()].copy_from_slice(to);
    let payload = submit(&record, &signed(file)).await;
    assert_eq!(payload["userErrors"][0]["code"], "MALFORMED", "{payload:#}");
    let message = payload["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.contains("the texts of the act alone"), "{message}");
}

/// What an official can be given to sign is what a signer's software signs: neither list is longer.
#[test]
fn every_act_that_can_be_signed_can_be_prepared() {
    use devenir_core::signing::SIGNABLE;
    let sdl = include_str!("../../../schemas/graphql/schema.graphql");
    let input = sdl.split("input SignableActInput").nth(1).unwrap().split("\n}").next().unwrap();
    let fields: std::collections::BTreeSet<String> = input
        .lines()
        .filter_map(|line| line.trim().split_once(": ").filter(|(_, kind)| kind.ends_with("Input")))
        .map(|(field, _)| field.to_lowercase())
        .collect();
    // A key is replaced by `devenir key rotate`, which has both.
    let acts = SIGNABLE.iter().map(|act| act.as_str().replace('_', "")).filter(|act| act != "replacekey");
    assert_eq!(fields, acts.collect());
}
