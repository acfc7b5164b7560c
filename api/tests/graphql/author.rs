//! What an author does with the token of a receipt, without an account: their own acts, on their own text, and nothing else.

use axum::http::StatusCode;
use devenir_api::act::{Act, Caller, CloseConsultation, Moderate, RequestErasure, WithdrawContribution};
use devenir_api::keyring::Identity;
use devenir_api::rights::{Forbidden, RightError, give};
use devenir_core::envelope::Recorded;
use devenir_core::event::amendment::AmendmentEvent;
use devenir_core::event::code::{ErasureGround, ErasureScope, Trust};
use devenir_core::event::contribution::ContributionEvent;
use devenir_core::event::moderation::ModerationEvent;
use devenir_core::event::part::Author;
use devenir_core::event::response::ResponseEvent;
use devenir_core::event::{Event, Part};
use devenir_core::id::{CredentialId, IntentId};
use devenir_core::rules::{ModerationAction, Role};
use serde_json::{Value, json};

use crate::record::opened;
use crate::{House, codes};

/// A consultation with a contribution of Alice's that is hidden and one that is answered, her amendment to one of Bob's, and
/// the tokens of all.
struct Square {
    house: House,
    consultation: String,
    alice: Text,
    bob: Text,
    amendment: Text,
    decision: String,
    answered: Text,
    response: String,
}

/// A text as its author has it: its name, and the token of its receipt.
struct Text {
    id: String,
    token: String,
}

fn person(subject: &str, name: &str) -> Value {
    json!({ "platform": "mairie", "subject": subject, "name": name })
}

async fn submit(house: &House, field: &str, mut input: Value) -> Text {
    house.keys.set(house.keys.get() + 1);
    input["idempotencyKey"] = json!(uuid::Uuid::from_u128(house.keys.get()).to_string());
    let kind = format!("{}{}Input", &field[..1].to_uppercase(), &field[1..]);
    let document = format!(
        "mutation($input: {kind}!) {{ {field}(input: $input) {{ receipts {{ intentId authorToken }} userErrors {{ code }} }} }}"
    );
    let (_, answer) = house.send(Some(&house.token), &document, &json!({ "input": input })).await;
    let receipt = &answer["data"][field]["receipts"][0];
    let of = |field: &str| receipt[field].as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned();
    Text { id: of("intentId"), token: of("authorToken") }
}

impl Square {
    async fn build() -> Self {
        let house = House::open();
        let consultation = opened(&house).await;
        let idea = |title: &str, author: Value| {
            json!({
                "consultation": consultation, "kind": "PROPOSAL", "lang": "fr", "theme": 0, "title": title,
                "body": "Sur l'avenue, dans les deux sens.", "onBehalfOf": author,
            })
        };
        let alice = submit(&house, "submitContribution", idea("Une voie", person("alice", "Alice"))).await;
        let bob = submit(&house, "submitContribution", idea("Des arceaux", person("bob", "Bob"))).await;
        let amendment = json!({
            "consultation": consultation, "parent": format!("contribution_{}", bob.id), "lang": "fr",
            "title": "Deux fois plus", "body": "Quarante arceaux.", "onBehalfOf": person("alice", "Alice"),
        });
        let amendment = submit(&house, "submitAmendment", amendment).await;
        let decision = house
            .record(
                "moderate",
                json!({
                    "consultation": consultation, "subject": format!("contribution_{}", alice.id), "action": "HIDE",
                    "ground": "PERSONAL_ATTACK", "explanation": "Le texte met en cause une personne.",
                    "policyVersion": 1, "appealUntil": "2026-12-31T23:00:00Z", "automated": false,
                    "moderator": "Nadia Benali",
                }),
            )
            .await;
        let answered = submit(&house, "submitContribution", idea("Un abri", person("alice", "Alice"))).await;
        let response = house
            .record(
                "publishResponse",
                json!({
                    "consultation": consultation, "answers": [format!("contribution_{}", answered.id)],
                    "outcome": "REJECTED", "bodies": [0], "reason": "La place manque.",
                    "signatory": { "name": "Samia Rekkab", "capacity": "adjointe à la mobilité" },
                }),
            )
            .await;
        Self { house, consultation, alice, bob, amendment, decision, answered, response }
    }

    /// Every command that takes a token: the field, the text that it is on, what else it says.
    fn commands(&self) -> Vec<(&'static str, &Text, Value)> {
        let (consultation, alice) = (&self.consultation, format!("contribution_{}", self.alice.id));
        vec![
            (
                "reviseContribution",
                &self.alice,
                json!({
                    "consultation": consultation, "contribution": alice, "title": "Une voie protégée",
                    "body": "Sur l'avenue.", "material": false, "explanation": "Un nom en moins.",
                }),
            ),
            (
                "rectifyAmendment",
                &self.amendment,
                json!({
                    "consultation": consultation, "amendment": format!("contribution_{}", self.amendment.id),
                    "title": "Deux fois plus", "body": "Trente arceaux.",
                }),
            ),
            (
                "appeal",
                &self.alice,
                json!({
                    "consultation": consultation, "subject": alice, "decision": format!("event_{}", self.decision),
                    "explanation": "Je ne nomme personne.",
                }),
            ),
            (
                "contestResponse",
                &self.answered,
                json!({
                    "consultation": consultation, "contribution": format!("contribution_{}", self.answered.id),
                    "response": format!("response_{}", self.response), "explanation": "La place ne manque pas.",
                }),
            ),
            (
                "withdrawContribution",
                &self.alice,
                json!({ "consultation": consultation, "contribution": alice, "reason": "Je préfère la reprendre." }),
            ),
            (
                "requestErasure",
                &self.alice,
                json!({ "consultation": consultation, "target": alice, "scope": "ALL", "ground": "CONSENT_WITHDRAWN" }),
            ),
        ]
    }

    /// The answer to a command, under a key of its own or the one that is given.
    async fn ask(&self, bearer: Option<&str>, field: &str, mut input: Value) -> (StatusCode, Value) {
        if input.get("idempotencyKey").is_none() {
            self.house.keys.set(self.house.keys.get() + 1);
            input["idempotencyKey"] = json!(uuid::Uuid::from_u128(self.house.keys.get()).to_string());
        }
        let kind = format!("{}{}Input", &field[..1].to_uppercase(), &field[1..]);
        let document = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ replayed receipts {{ intentId authorToken }} \
             userErrors {{ code rule field message(locale: \"en\") }} }} }}"
        );
        self.house.send(bearer, &document, &json!({ "input": input })).await
    }

    async fn by_token(&self, field: &str, mut input: Value, token: &str) -> Value {
        input["authorToken"] = json!(token);
        self.ask(None, field, input).await.1
    }

    fn event(&self, id: &str) -> Recorded {
        self.house.app.event(id.parse().unwrap()).unwrap().unwrap()
    }

    async fn erase_author_of(&self, text: &Text) {
        let target = format!("contribution_{}", text.id);
        let asked = json!({
            "consultation": self.consultation, "target": target, "scope": "AUTHOR", "ground": "CONSENT_WITHDRAWN",
        });
        let request = self.house.record("requestErasure", asked).await;
        let decision = json!({
            "consultation": self.consultation, "request": format!("event_{request}"), "target": target,
            "scope": "AUTHOR", "ground": "CONSENT_WITHDRAWN", "outcome": "GRANTED",
            "signatory": { "name": "Samia Rekkab", "capacity": "déléguée" },
        });
        self.house.record("decideErasure", decision).await;
        self.house.app.carry_out_erasures().unwrap();
    }
}

/// Who an act is recorded as done by, where its type says so.
fn author(recorded: &Recorded) -> Option<&Part<Author>> {
    match &recorded.event {
        Event::Contribution(ContributionEvent::Submitted(event)) => Some(&event.author),
        Event::Contribution(ContributionEvent::Revised(event)) => Some(&event.author),
        Event::Contribution(ContributionEvent::Withdrawn(event)) => Some(&event.author),
        Event::Amendment(AmendmentEvent::Submitted(event)) => Some(&event.author),
        Event::Amendment(AmendmentEvent::Rectified(event)) => Some(&event.author),
        Event::Moderation(ModerationEvent::Appealed(event)) => Some(&event.author),
        Event::Response(ResponseEvent::Contested(event)) => Some(&event.author),
        Event::Ledger(_)
        | Event::Consultation(_)
        | Event::Contribution(_)
        | Event::Amendment(_)
        | Event::Debate(_)
        | Event::Vote(_)
        | Event::Petition(_)
        | Event::Moderation(_)
        | Event::Response(_)
        | Event::Oversight(_) => None,
    }
}

fn done(answer: &Value, field: &str) -> String {
    let id = answer["data"][field]["receipts"][0]["intentId"].as_str();
    id.unwrap_or_else(|| panic!("{field}: {answer:#}")).to_owned()
}

#[tokio::test]
async fn an_author_acts_with_the_token_of_the_receipt_as_the_participant_that_the_record_has_for_the_text() {
    let square = Square::build().await;
    for (field, text, input) in square.commands() {
        let answer = square.by_token(field, input, &text.token).await;
        let recorded = square.event(&done(&answer, field));
        assert_eq!((recorded.actor, recorded.trust), (Role::Citizen, Trust::Native), "{field}");
        assert_eq!(
            answer["data"][field]["receipts"][0]["authorToken"],
            json!(null),
            "one token a text: {field}"
        );
        let submitted = square.event(&text.id);
        if let Some(found) = author(&recorded) {
            assert_eq!(Some(found), author(&submitted), "{field}");
            assert_eq!(found.open().unwrap().name.as_deref(), Some("Alice"), "{field}");
        } else {
            assert_eq!(field, "requestErasure");
        }
    }
    let document =
        "query($id: ID!) { contribution(id: $id) { withdrawn: fate { sentence(locale: \"en\") { text } } } }";
    let id = json!({ "id": format!("contribution_{}", square.alice.id) });
    let (_, page) = square.house.send(None, document, &id).await;
    assert!(page["errors"].is_null(), "{page:#}");
}

#[tokio::test]
async fn no_token_but_that_of_the_text_gives_any_command() {
    let square = Square::build().await;
    let before = square.house.app.head();
    for (field, text, input) in square.commands() {
        let other = if std::ptr::eq(text, &square.amendment) { &square.alice } else { &square.amendment };
        let of_the_decision = square.house.app.tokens().token(square.decision.parse().unwrap()).to_text();
        for (which, wrong) in [
            ("another text of the same author", other.token.clone()),
            ("a text of somebody else", square.bob.token.clone()),
            ("an act on the text", of_the_decision.to_string()),
            ("nothing", "00".repeat(32)),
            ("no token", String::new()),
            ("upper case", text.token.to_uppercase()),
            ("cut", text.token[..62].to_owned()),
            ("the administrator's", square.house.token.clone()),
        ] {
            let answer = square.by_token(field, input.clone(), &wrong).await;
            assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{field}, {which}: {answer:#}");
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(&format!("not that of {}", text.id)), "{field}, {which}: {message}");
            assert!(wrong.is_empty() || !answer.to_string().contains(&wrong), "{field}, {which}: {answer:#}");
        }
        // Without any, it is a command like another.
        let answer = square.ask(None, field, input).await.1;
        assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{field}: {answer:#}");
    }
    assert_eq!(square.house.app.head(), before, "nothing was written");
}

#[tokio::test]
async fn a_token_is_given_alone_without_a_key_a_person_or_somebody_who_enters_it() {
    let square = Square::build().await;
    let before = square.house.app.head();
    for (field, text, input) in square.commands() {
        let with = |name: &str, value: Value| {
            let mut input = input.clone();
            input["authorToken"] = json!(text.token);
            input[name] = value;
            input
        };
        let key = Some(square.house.token.as_str());
        for (bearer, input, expected) in [
            (None, with("onBehalfOf", person("alice", "Alice")), "onBehalfOf"),
            (None, with("onBehalfOf", person("mallory", "Mallory")), "onBehalfOf"),
            (None, with("attested", json!(true)), "attested"),
            (key, with("attested", json!(false)), "authorToken"),
            (key, with("attested", json!(true)), "attested"),
        ] {
            let answer = square.ask(bearer, field, input).await.1;
            let errors = &answer["data"][field]["userErrors"];
            assert_eq!(errors[0]["field"], json!([expected]), "{field}: {answer:#}");
            assert_eq!(errors[0]["code"], "MALFORMED", "{field}: {answer:#}");
        }
    }
    let (field, text, mut input) = square.commands().pop().unwrap();
    input["concerned"] = json!(true);
    let answer = square.by_token(field, input, &text.token).await;
    assert_eq!(answer["data"][field]["userErrors"][0]["field"], json!(["concerned"]), "{answer:#}");
    assert_eq!(square.house.app.head(), before, "nothing was written");
}

#[tokio::test]
async fn a_command_that_names_neither_the_author_nor_a_token_says_what_it_lacks() {
    let square = Square::build().await;
    for (field, _, input) in square.commands().into_iter().filter(|(field, ..)| *field != "requestErasure") {
        let answer = square.ask(Some(&square.house.token), field, input).await.1;
        let error = &answer["data"][field]["userErrors"][0];
        assert_eq!(error["field"], json!(["onBehalfOf"]), "{field}: {answer:#}");
        assert!(error["message"].as_str().unwrap().contains("or `authorToken`"), "{field}: {answer:#}");
    }
}

#[tokio::test]
async fn these_commands_take_a_token_and_no_other_does() {
    let sdl = crate::sdl::sdl();
    let inputs = sdl.split("\ninput ").skip(1);
    let taking: Vec<&str> = inputs
        .filter_map(|input| {
            let (name, fields) = input.split_once(" {")?;
            fields.split("\n}").next()?.contains("authorToken:").then_some(name)
        })
        .collect();
    let square = Square::build().await;
    let mut expected: Vec<String> = square
        .commands()
        .iter()
        .map(|(field, ..)| format!("{}{}Input", &field[..1].to_uppercase(), &field[1..]))
        .collect();
    expected.sort();
    assert_eq!(taking, expected);
}

/// The door looks once more at what would be recorded, whatever let the request in.
#[tokio::test]
async fn an_identity_by_token_gives_nothing_but_an_act_of_a_citizen_on_its_text() {
    let square = Square::build().await;
    let (alice, bob): (IntentId, IntentId) =
        (square.alice.id.parse().unwrap(), square.bob.id.parse().unwrap());
    let stream = square.consultation.trim_start_matches("consultation_").parse().unwrap();
    let given = |text: IntentId, trust: Trust, act: &dyn Fn(&Identity, &Caller) -> Result<(), RightError>| {
        let identity = Identity::author(text);
        let caller = Caller { namespace: identity.namespace.clone(), trust, credential: CredentialId::FIRST };
        act(&identity, &caller).unwrap_err()
    };
    fn refused(error: &RightError, text: IntentId, what: &str) {
        let RightError::Forbidden(forbidden) = error else { panic!("{what}: {error}") };
        assert_eq!(*forbidden, Forbidden::NotItsAuthors(text), "{what}");
    }
    let app = &square.house.app;
    let moderate = Moderate {
        consultation: stream,
        subject: alice,
        action: ModerationAction::Restore,
        ground: None,
        explanation: None,
        policy_version: None,
        appeal_until: None,
        automated: None,
        moderator: None,
        reports: Vec::new(),
        redacted_title: None,
        redacted_body: None,
    };
    let error = given(alice, Trust::Native, &|identity, caller| {
        give(app, identity, caller, b"1", &moderate).map(drop)
    });
    refused(&error, alice, "a moderation");
    let close = CloseConsultation { consultation: stream, reasons: None };
    let error =
        given(alice, Trust::Native, &|identity, caller| give(app, identity, caller, b"2", &close).map(drop));
    refused(&error, alice, "a closing");
    let withdraw = WithdrawContribution {
        consultation: stream,
        contribution: bob,
        reason: None,
        on_behalf_of: None,
        author_token: Some(square.bob.token.clone()),
    };
    assert!(withdraw.token().is_some());
    let error = given(alice, Trust::Native, &|identity, caller| {
        give(app, identity, caller, b"3", &withdraw).map(drop)
    });
    refused(&error, alice, "an act on another text, though with its token");
    let operators = RequestErasure {
        consultation: stream,
        target: alice,
        scope: ErasureScope::All,
        ground: ErasureGround::ConsentWithdrawn,
        on_behalf_of: None,
        author_token: None,
        concerned: None,
        ticket: None,
    };
    let error = given(alice, Trust::Native, &|identity, caller| {
        give(app, identity, caller, b"4", &operators).map(drop)
    });
    refused(&error, alice, "a request that the operator enters");
    let own = WithdrawContribution {
        contribution: alice,
        author_token: Some(square.alice.token.clone()),
        ..withdraw
    };
    let error =
        given(alice, Trust::Attested, &|identity, caller| give(app, identity, caller, b"5", &own).map(drop));
    refused(&error, alice, "an attested act");
}

#[tokio::test]
async fn asking_again_with_the_same_key_is_the_same_asking_and_each_text_has_keys_of_its_own() {
    let square = Square::build().await;
    let key = "00000000-0000-4000-8000-00000000a001";
    let withdrawal = |text: &Text| {
        json!({
            "idempotencyKey": key, "consultation": square.consultation,
            "contribution": format!("contribution_{}", text.id), "authorToken": text.token,
        })
    };
    let field = "withdrawContribution";
    let first = square.ask(None, field, withdrawal(&square.alice)).await.1;
    let again = square.ask(None, field, withdrawal(&square.alice)).await.1;
    assert_eq!(done(&first, field), done(&again, field));
    assert_eq!(again["data"][field]["replayed"], true);
    let other = square.ask(None, field, withdrawal(&square.bob)).await.1;
    assert_eq!(other["data"][field]["replayed"], false, "{other:#}");
    assert_ne!(done(&first, field), done(&other, field));
}

#[tokio::test]
async fn after_the_author_was_erased_the_token_withdraws_and_appeals_namelessly_and_rewrites_nothing() {
    let square = Square::build().await;
    square.erase_author_of(&square.alice).await;
    let mut recorded = Vec::new();
    for (field, text, input) in square.commands() {
        let answer = square.by_token(field, input, &text.token).await;
        if field == "reviseContribution" {
            let error = &answer["data"][field]["userErrors"][0];
            assert_eq!(error["field"], json!(["authorToken"]), "{answer:#}");
            assert!(error["message"].as_str().unwrap().contains("author was erased"), "{answer:#}");
            continue;
        }
        let event = square.event(&done(&answer, field));
        let is_named = author(&event).is_some_and(Part::is_committed);
        let kept = ["rectifyAmendment", "contestResponse"].contains(&field);
        assert_eq!(is_named, kept, "the authors of the amendment and of the answered text stand: {field}");
        recorded.push(field);
    }
    assert_eq!(
        recorded,
        ["rectifyAmendment", "appeal", "contestResponse", "withdrawContribution", "requestErasure"]
    );
}

#[tokio::test]
async fn a_contest_stands_on_the_trail_beside_the_fate_and_in_the_words_of_its_author() {
    let square = Square::build().await;
    let document = r#"query($id: ID!) { contribution(id: $id) {
        fate { contested }
        trail(first: 20) { nodes { __typename ... on ResponseStep { action response { id } reason { plain } } } } } }"#;
    let id = json!({ "id": format!("contribution_{}", square.answered.id) });
    let (_, before) = square.house.send(None, document, &id).await;
    assert_eq!(before["data"]["contribution"]["fate"]["contested"], false, "{before:#}");
    let (field, text, input) = square.commands().remove(3);
    assert_eq!(field, "contestResponse");
    done(&square.by_token(field, input.clone(), &text.token).await, field);
    let (_, after) = square.house.send(None, document, &id).await;
    assert_eq!(after["data"]["contribution"]["fate"]["contested"], true, "{after:#}");
    let steps = after["data"]["contribution"]["trail"]["nodes"].as_array().unwrap();
    let said = json!({
        "__typename": "ResponseStep", "action": "CONTESTED",
        "response": { "id": format!("response_{}", square.response) },
        "reason": { "plain": "La place ne manque pas." },
    });
    assert!(steps.contains(&said), "{steps:#?}");
    let again = square.by_token(field, input, &text.token).await;
    let errors = &again["data"][field]["userErrors"];
    assert_eq!(errors[0]["message"], "this response is contested already", "{again:#}");
    // A platform gives it for its person, and for nobody else.
    let (_, _, mut input) = square.commands().remove(3);
    input["onBehalfOf"] = person("bob", "Bob");
    let others = square.ask(Some(&square.house.token), field, input).await.1;
    assert_eq!(others["data"][field]["userErrors"][0]["rule"], "OWN_CONTRIBUTION", "{others:#}");
}
