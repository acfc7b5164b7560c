//! A key gives what its role may give, where it reaches, while it is in force.

use axum::http::StatusCode;
use devenir_api::rights::{NewGrant, grant, revoke};
use devenir_core::event::code::{Assurance, Custody, RevocationCause};
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
fn key(house: &House, n: u8, role: Role, consultation: Option<StreamId>) -> String {
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
