//! A key gives what its role may give, where it reaches, while it is in force.

use axum::http::StatusCode;
use devenir_api::act::{Caller, DecideErasure, Signed};
use devenir_api::keyring::Identity;
use devenir_api::rights::{Forbidden, NewGrant, RightError, give, grant, revoke};
use devenir_core::event::code::{
    Assurance, Custody, ErasureGround, ErasureOutcome, ErasureScope, RevocationCause, Trust,
};
use devenir_core::id::{CredentialId, HolderId, StreamId};
use devenir_core::rules::Role;
use devenir_core::writer::SeededRandom;
use serde_json::{Value, json};

use crate::record::{Record, SECRET};
use crate::{House, codes};

const OBSERVE: &str = "mutation($input: ObserveInput!) { observe(input: $input) { receipts { position } userErrors { code } } }";
const CLOSE: &str = "mutation($input: CloseConsultationInput!) \
     { closeConsultation(input: $input) { receipts { position } userErrors { code } } }";

/// A new key of a role, in one consultation or everywhere.
pub(crate) fn key(house: &House, n: u8, role: Role, consultation: Option<StreamId>) -> String {
    let credential = CredentialId([n; 16]);
    let new = NewGrant {
        credential,
        holder: HolderId([n; 16]),
        role,
        consultation,
        name: if role == Role::Platform { "town".into() } else { "Mathilde Oursel".into() },
        mandate: None,
        assurance: (role == Role::Platform).then_some(Assurance::Low),
        key: None,
        custody: Custody::Holder,
        from: None,
        until: None,
    };
    grant(&house.app, new).unwrap();
    house.keyring.add(credential, &mut SeededRandom::new(&format!("key {n}"))).unwrap().to_string()
}

fn observation(record: &Record) -> Value {
    json!({ "input": {
        "idempotencyKey": "00000000-0000-4000-8000-0000000000aa",
        "consultation": record.consultation,
        "text": "Le registre papier n'est recopié qu'à moitié.",
        "signatory": { "name": "Mathilde Oursel", "capacity": "garante" },
    } })
}

fn stream(record: &Record) -> StreamId {
    record.consultation.trim_start_matches("consultation_").parse().unwrap()
}

#[tokio::test]
async fn a_guarantor_observes_and_does_not_close_the_consultation() {
    let record = Record::build().await;
    let house = &record.house;
    let key = key(house, 1, Role::Guarantor, Some(stream(&record)));
    let (_, answer) = house.send(Some(&key), OBSERVE, &observation(&record)).await;
    assert!(answer["data"]["observe"]["receipts"][0]["position"].is_string(), "{answer:#}");
    let closing = json!({ "input": {
        "idempotencyKey": "00000000-0000-4000-8000-0000000000ab", "consultation": record.consultation,
    } });
    let (_, answer) = house.send(Some(&key), CLOSE, &closing).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer:#}");
    assert_eq!(
        answer["errors"][0]["message"],
        "`close_consultation` is for authority, administrator; this credential is of a guarantor"
    );
}

#[tokio::test]
async fn a_platform_does_not_enter_acts_as_attested() {
    let record = Record::build().await;
    let house = &record.house;
    let key = key(house, 1, Role::Platform, Some(stream(&record)));
    let document = "mutation($input: SubmitContributionInput!) \
         { submitContribution(input: $input) { receipts { position } userErrors { code } } }";
    let mut input = json!({
        "idempotencyKey": "00000000-0000-4000-8000-0000000000ac", "consultation": record.consultation,
        "title": "Des arceaux", "body": "Devant la gare.", "kind": "PROPOSAL", "lang": "fr",
        "onBehalfOf": { "platform": "town", "subject": "lea" },
    });
    input["attested"] = json!(true);
    let (_, answer) = house.send(Some(&key), document, &json!({ "input": input })).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer:#}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("of a platform"), "{answer:#}");
    input["attested"] = json!(false);
    let (_, answer) = house.send(Some(&key), document, &json!({ "input": input })).await;
    assert_ne!(codes(&answer), ["FORBIDDEN"], "{answer:#}");
    let payload = &answer["data"]["submitContribution"];
    assert_eq!(payload["receipts"].as_array().map(Vec::len), Some(1), "{answer:#}");
}

#[tokio::test]
async fn a_platform_speaks_for_its_own_people_only() {
    let record = Record::build().await;
    let house = &record.house;
    let key = key(house, 1, Role::Platform, Some(stream(&record)));
    let document = "mutation($input: SubmitContributionInput!) \
         { submitContribution(input: $input) { receipts { position } userErrors { code field message(locale: \"en\") } } }";
    let input = json!({ "input": {
        "idempotencyKey": "00000000-0000-4000-8000-0000000000ad", "consultation": record.consultation,
        "title": "Des arceaux", "body": "Devant la gare.", "kind": "PROPOSAL", "lang": "fr",
        "onBehalfOf": { "platform": "mairie", "subject": "alice" },
    } });
    let (_, answer) = house.send(Some(&key), document, &input).await;
    let error = &answer["data"]["submitContribution"]["userErrors"][0];
    assert_eq!(error["field"], json!(["onBehalfOf", "platform"]), "{answer:#}");
    assert!(error["message"].as_str().unwrap().contains("`town`, the platform of this key"), "{answer:#}");
}

#[tokio::test]
async fn a_role_taken_back_gives_nothing_even_where_its_key_is_still_known() {
    let record = Record::build().await;
    let house = &record.house;
    let key = key(house, 1, Role::Guarantor, None);
    revoke(&house.app, CredentialId([1; 16]), RevocationCause::Ended).unwrap();
    let (_, answer) = house.send(Some(&key), OBSERVE, &observation(&record)).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer:#}");
}

#[tokio::test]
async fn a_key_without_its_row_or_with_another_secret_is_refused_whatever_is_asked() {
    let record = Record::build().await;
    let house = &record.house;
    let key = key(house, 1, Role::Guarantor, None);
    house.keyring.remove(CredentialId([1; 16])).unwrap();
    let (status, answer) = house.send(Some(&key), "{ __typename }", &json!({})).await;
    assert_eq!((status, codes(&answer)), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED".to_owned()]));
}

#[tokio::test]
async fn no_key_becomes_an_administrator_of_one_consultation() {
    let record = Record::build().await;
    let new = NewGrant {
        credential: CredentialId([1; 16]),
        holder: HolderId([1; 16]),
        role: Role::Administrator,
        consultation: Some(stream(&record)),
        name: "Hélène Marchand".into(),
        mandate: None,
        assurance: None,
        key: None,
        custody: Custody::Holder,
        from: None,
        until: None,
    };
    let refused = grant(&record.house.app, new).unwrap_err().to_string();
    assert_eq!(refused, "an administrator operates the whole instance; grant it there");
}

#[tokio::test]
async fn a_guarantor_reads_hidden_text_and_every_reading_is_counted_in_public() {
    let record = Record::build().await;
    let house = &record.house;
    let guarantor = key(house, 1, Role::Guarantor, Some(stream(&record)));
    let platform = key(house, 2, Role::Platform, Some(stream(&record)));
    let document = "mutation($id: ID!) { readHiddenText(id: $id) { title body readings } }";
    let id = json!({ "id": format!("contribution_{}", record.hidden) });
    for read in 1..=2 {
        let (_, answer) = house.send(Some(&guarantor), document, &id).await;
        let text = &answer["data"]["readHiddenText"];
        assert_eq!((&text["title"], &text["readings"]), (&json!("Mon voisin"), &json!(read)), "{answer:#}");
        assert!(text["body"].as_str().unwrap().contains(SECRET), "{answer:#}");
    }
    let (_, answer) = house.send(Some(&platform), document, &id).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer:#}");
    let (_, answer) = house.send(None, document, &id).await;
    assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{answer:#}");
    let (_, answer) = house.send(Some(&house.token), document, &id).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "the administrator reads no hidden text: {answer:#}");
    let asked =
        r#"{ consultation(slug: "plan-velo") { guarantors { name mandated inForce hiddenReadings } } }"#;
    assert_eq!(
        house.ask(asked).await["consultation"]["guarantors"],
        json!([{ "name": "Mathilde Oursel", "mandated": false, "inForce": true, "hiddenReadings": 2 }])
    );
}

/// A command of whoever holds a key: its payload, or the answer where there is none.
pub(crate) async fn command(house: &House, key: &str, field: &str, mut input: Value) -> Value {
    house.keys.set(house.keys.get() + 1);
    input["idempotencyKey"] = json!(uuid::Uuid::from_u128(house.keys.get()).to_string());
    let kind = format!("{}{}Input", &field[..1].to_uppercase(), &field[1..]);
    let document = format!(
        "mutation($input: {kind}!) {{ {field}(input: $input) {{ receipts {{ intentId eventId }} \
         userErrors {{ code rule field message(locale: \"en\") }} }} }}"
    );
    let (_, answer) = house.send(Some(key), &document, &json!({ "input": input })).await;
    let payload = answer["data"][field].clone();
    if payload.is_null() { answer } else { payload }
}

fn unasked(record: &Record, target: &str) -> Value {
    json!({
        "consultation": record.consultation, "target": format!("contribution_{target}"), "scope": "ALL",
        "ground": "UNLAWFUL", "outcome": "GRANTED",
        "signatory": { "name": "Alma Réau", "capacity": "maire" },
    })
}

#[tokio::test]
async fn what_the_controller_decides_unasked_is_their_own_and_needs_another_person() {
    let record = Record::build().await;
    let house = &record.house;
    let alma = key(house, 1, Role::Authority, None);
    let bruno = key(house, 2, Role::Authority, None);
    let decided = command(house, &alma, "decideErasure", unasked(&record, &record.silent)).await;
    let decision = decided["receipts"][0]["eventId"].clone();
    let second = json!({ "consultation": record.consultation, "act": decision });
    let own = command(house, &alma, "countersign", second.clone()).await;
    assert_eq!(own["userErrors"][0]["rule"], "ANOTHER_HAND", "{decided:#} {own:#}");
    let erase = json!({ "consultation": record.consultation, "decision": decision });
    let early = command(house, &alma, "erase", erase.clone()).await;
    assert_eq!(early["userErrors"][0]["rule"], "ANOTHER_HAND", "{early:#}");
    let other = command(house, &bruno, "countersign", second).await;
    assert_eq!(other["userErrors"], json!([]), "{other:#}");
    let erased = command(house, &alma, "erase", erase).await;
    assert_eq!(erased["userErrors"], json!([]), "{erased:#}");
    // The operator's own key is a hand like another, once the record knows it.
    let operators = command(house, &house.token, "decideErasure", unasked(&record, &record.hidden)).await;
    assert_eq!(operators["userErrors"], json!([]), "{operators:#}");
}

#[tokio::test]
async fn no_key_has_an_act_recorded_as_the_hand_of_another() {
    let record = Record::build().await;
    let house = &record.house;
    key(house, 1, Role::Authority, None);
    key(house, 2, Role::Authority, None);
    let asking = |credential| Caller { namespace: "test".into(), trust: Trust::Native, credential };
    let act = DecideErasure {
        consultation: stream(&record),
        request: None,
        target: record.silent.parse().unwrap(),
        scope: ErasureScope::All,
        ground: ErasureGround::Unlawful,
        outcome: ErasureOutcome::Granted,
        refusal: None,
        explanation: None,
        signatory: Signed { name: "Alma Réau".into(), capacity: "maire".into() },
        ticket: None,
    };
    let (alma, bruno) = (CredentialId([1; 16]), CredentialId([2; 16]));
    for asker in [alma, CredentialId::FIRST] {
        let identity = Identity::of_key(asker, "test".into());
        let refused = give(&house.app, &identity, &asking(bruno), b"k", &act).unwrap_err();
        let RightError::Forbidden(forbidden) = refused else { panic!("{refused}") };
        assert_eq!(forbidden, Forbidden::AnotherHand { expected: asker, found: bruno });
    }
}

#[tokio::test]
async fn a_platform_asks_for_its_own_people_only_whatever_it_asks() {
    let record = Record::build().await;
    let house = &record.house;
    let key = key(house, 1, Role::Platform, None);
    let theirs = json!({ "platform": "mairie", "subject": "alice" });
    let contribution = format!("contribution_{}", record.silent);
    for (field, input) in [
        (
            "requestErasure",
            json!({
                "consultation": record.consultation, "target": contribution, "scope": "ALL",
                "ground": "CONSENT_WITHDRAWN", "onBehalfOf": theirs,
            }),
        ),
        (
            "changeCoauthor",
            json!({
                "consultation": record.consultation, "contribution": contribution, "change": "JOINED",
                "coauthor": { "platform": "town", "subject": "mallory" }, "onBehalfOf": theirs,
            }),
        ),
    ] {
        let refused = command(house, &key, field, input).await;
        let error = &refused["userErrors"][0];
        assert_eq!(error["field"], json!(["onBehalfOf", "platform"]), "{field}: {refused:#}");
    }
}

#[tokio::test]
async fn the_first_credential_gives_nothing_once_it_is_taken_back() {
    let record = Record::build().await;
    let house = &record.house;
    let other = key(house, 1, Role::Administrator, None);
    let taken = json!({ "credential": CredentialId::FIRST.to_string(), "cause": "COMPROMISED" });
    let taken = command(house, &other, "revokeRole", taken).await;
    assert_eq!(taken["userErrors"], json!([]), "{taken:#}");
    let closing = json!({ "consultation": record.consultation });
    let refused = command(house, &house.token, "closeConsultation", closing.clone()).await;
    assert_eq!(codes(&refused), ["FORBIDDEN"], "{refused:#}");
    let closed = command(house, &other, "closeConsultation", closing).await;
    assert_eq!(closed["userErrors"], json!([]), "the other administrator goes on: {closed:#}");
}

#[tokio::test]
async fn the_first_key_acts_in_each_role_until_somebody_holds_it() {
    let record = Record::build().await;
    let house = &record.house;
    let story = &record.consultation;
    let observing = |words: &str| {
        let signatory = json!({ "name": "Mathilde Oursel", "capacity": "garante" });
        json!({ "consultation": story, "text": words, "signatory": signatory })
    };
    let submitting = |attested: bool| {
        json!({
            "consultation": story, "title": "Des arceaux", "body": "Devant la gare.", "kind": "PROPOSAL", "lang": "fr",
            "onBehalfOf": { "platform": "town", "subject": "lea" }, "attested": attested,
        })
    };
    let before = command(house, &house.token, "observe", observing("Vu.")).await;
    assert_eq!(before["userErrors"], json!([]), "nobody else observes: {before:#}");

    let guarantor = key(house, 1, Role::Guarantor, Some(stream(&record)));
    key(house, 2, Role::Platform, None);
    let refused = command(house, &house.token, "observe", observing("Encore.")).await;
    assert_eq!(codes(&refused), ["FORBIDDEN"], "{refused:#}");
    assert_eq!(
        refused["errors"][0]["message"],
        "`observe` as guarantor is for whoever holds that role, now that somebody does; the administrator's first key acts \
         in a role until it is granted"
    );
    let theirs = command(house, &guarantor, "observe", observing("Encore.")).await;
    assert_eq!(theirs["userErrors"], json!([]), "{theirs:#}");
    let native = command(house, &house.token, "submitContribution", submitting(false)).await;
    assert_eq!(codes(&native), ["FORBIDDEN"], "a platform speaks for citizens: {native:#}");
    let paper = command(house, &house.token, "submitContribution", submitting(true)).await;
    assert_eq!(paper["userErrors"], json!([]), "what came on paper is entered by the operator: {paper:#}");
    let mut spoken = observing("Au nom de la garante.");
    spoken["attested"] = json!(true);
    let spoken = command(house, &house.token, "observe", spoken).await;
    assert_eq!(codes(&spoken), ["FORBIDDEN"], "nobody is spoken for who has a key: {spoken:#}");
    let closed = command(house, &house.token, "closeConsultation", json!({ "consultation": story })).await;
    assert_eq!(closed["userErrors"], json!([]), "an administrator closes: {closed:#}");

    // A role that ends, or is held elsewhere, is the operator's to act in again.
    revoke(&house.app, CredentialId([1; 16]), RevocationCause::Ended).unwrap();
    let again = command(house, &house.token, "observe", observing("Encore une fois.")).await;
    assert_eq!(again["userErrors"], json!([]), "{again:#}");
}
