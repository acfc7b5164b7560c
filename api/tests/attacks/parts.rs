//! What the vault holds: a text or its key changed, a text lost without a word, and one kept that was erased.
//!
//! Envelopes stay as they are where the vault alone is touched; a text with another commitment is a rewritten ledger.
//! `docs/format.md` (Commitments, Erasure) says what each must be.

use crate::forge::{Forged, open};
use crate::town::Town;
use devenir_api::app::App;
use devenir_core::time::Timestamp;
use devenir_core::writer::{Clock as _, ManualClock, SystemClock};
use rusqlite::params;
use std::sync::Arc;

const SUBMITTED: u16 = 0x0201;

#[test]
fn a_byte_of_a_text_or_of_its_key_no_longer_fits_the_commitment() {
    for column in ["bytes", "key"] {
        let town = Town::new();
        let place = Forged::read(&town.store()).find(|act| act.is(SUBMITTED));
        let file = open(&town.store());
        let key = place as i64 * 16;
        let sql = format!("SELECT {column} FROM part WHERE place = ?1");
        let mut bytes: Vec<u8> = file.query_row(&sql, [key], |row| row.get(0)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        file.execute(&format!("UPDATE part SET {column} = ?2 WHERE place = ?1"), params![key, bytes])
            .unwrap();
        let said = format!("event {place}");
        town.verify_store().says(10, &[&said, "does not fit its commitment"]);
    }
}

#[test]
fn a_text_under_a_new_commitment_meets_what_was_signed_and_then_who_kept_a_checkpoint() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let place = forged.find(|act| act.is(SUBMITTED));
    let part = &mut forged.0[place].parts[0];
    part.key = [7; 32];
    part.bytes = String::from_utf8(part.bytes.clone()).unwrap().replacen('e', "a", 3).into_bytes();
    let head = forged.write(&town.store());
    town.verify_store()
        .says(10, &["the ledger signed", "was changed, left out or put in since it was signed"]);
    town.publish(&town.sign(head));
    town.verify_store().says(4, &[]);
    town.verify_seen().says(11, &["you were shown another history"]);
}

#[test]
fn a_text_that_is_gone_without_an_erasure_makes_the_record_incomplete() {
    let town = Town::new();
    let place = Forged::read(&town.store()).find(|act| act.is(SUBMITTED));
    open(&town.store()).execute("DELETE FROM part WHERE place = ?1", [place as i64 * 16]).unwrap();
    town.verify_store().says(12, &["1 missing without an explanation"]);
}

#[test]
fn a_text_that_was_erased_and_is_kept_all_the_same_is_found() {
    let town = Town::new();
    let reference = format!("{}-0003", town.slug());
    let forged = Forged::read(&town.store());
    let story = forged.story();
    let third = |facts: &[u8]| {
        [*b"\"number\":3,", *b"\"number\":3}"].iter().any(|it| facts.windows(11).any(|at| at == it))
    };
    let place = forged.find(|act| {
        act.is(SUBMITTED) && act.envelope.intent.stream == story && third(&act.envelope.intent.facts)
    });
    let kept = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get::<_, u8>(0)?,
            row.get::<_, Vec<u8>>(1)?,
            row.get::<_, Vec<u8>>(2)?,
            row.get::<_, Vec<u8>>(3)?,
        ))
    };
    let sql = "SELECT kind, commitment, key, bytes FROM part WHERE place = ?1";
    let key = place as i64 * 16;
    let (kind, commitment, secret, bytes) = open(&town.store()).query_row(sql, [key], kept).unwrap();
    let whom = ["--name", "Claire Morel", "--capacity", "data protection officer"];
    town.does(&[&["erase", &reference, "--store", Town::STORE], &whom[..]].concat());
    // Ten minutes later, no witness has answered: it is carried out.
    let later = Timestamp(SystemClock.now().0 + 11 * 60_000);
    App::open(&town.store(), Arc::new(ManualClock::new(later))).unwrap().carry_out_erasures().unwrap();
    town.verify_store().says(4, &["0 pending"]);

    let row = params![key, kind, commitment, secret, bytes];
    open(&town.store()).execute("INSERT INTO part VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
    let said = format!("event {place}");
    town.verify_store().says(10, &[&said, "is still held", "the record says that it was deleted"]);
}

const PUBLISHED: u16 = 0x0B04;
const COUNTERSIGNED: u16 = 0x0005;
const TAKEDOWN: u16 = 0x0006;

/// A response of the story that one person wants taken down: where it stands, and the act; another person's key is at hand.
fn decided(town: &Town) -> (usize, String) {
    let forged = Forged::read(&town.store());
    let story = forged.story();
    let place = forged.find(|act| act.is(PUBLISHED) && act.envelope.intent.stream == story);
    let granted = town.does(&[
        "key",
        "grant",
        "--role",
        "authority",
        "--name",
        "Jean Kervadec",
        "--store",
        Town::STORE,
    ]);
    let key = granted.split_whitespace().find(|word| word.starts_with("dv_")).unwrap();
    std::fs::write(town.path("second.key"), key).unwrap();
    let id = format!("event_{}", forged.0[place].id());
    let why = ["--ground", "personal_data", "--reasons", "The letter names a resident."];
    let whom = ["--name", "Claire Morel", "--capacity", "legal director"];
    let said = town.does(&[&["takedown", &id, "--store", Town::STORE], &why[..], &whom[..]].concat());
    let act = said.split("event_").nth(1).unwrap()[..64].to_owned();
    (place, act)
}

fn countersign<'a>(act: &'a str, slug: &'a str, key: &'a str) -> Vec<&'a str> {
    vec!["countersign", act, "--consultation", slug, "--api-key", key, "--store", Town::STORE]
}

/// Another person agrees.
fn taken_down(town: &Town) -> usize {
    let (place, act) = decided(town);
    town.does(&countersign(&act, &town.slug(), "second.key"));
    place
}

/// The place in the vault of the text of the event at `place`: the second part of a response.
fn text_of(place: usize) -> i64 {
    place as i64 * 16 + 1
}

#[test]
fn a_text_that_one_person_alone_took_away_is_missing_without_an_explanation() {
    let town = Town::new();
    let (place, act) = decided(&town);
    let refused = town.devenir(&countersign(&act, &town.slug(), "registre/keys/admin.token"));
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("second person"), "{said}");
    open(&town.store()).execute("DELETE FROM part WHERE place = ?1", [text_of(place)]).unwrap();
    let report = town.verify_store();
    report.says(12, &["1 missing without an explanation", "0 taken down by two people"]);
}

#[test]
fn a_text_that_two_people_took_down_is_named_and_one_that_is_kept_all_the_same_is_found() {
    let town = Town::new();
    let (place, act) = decided(&town);
    let kept = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get::<_, u8>(0)?,
            row.get::<_, Vec<u8>>(1)?,
            row.get::<_, Vec<u8>>(2)?,
            row.get::<_, Vec<u8>>(3)?,
        ))
    };
    let sql = "SELECT kind, commitment, key, bytes FROM part WHERE place = ?1";
    let (kind, commitment, secret, bytes) =
        open(&town.store()).query_row(sql, [text_of(place)], kept).unwrap();
    town.does(&countersign(&act, &town.slug(), "second.key"));
    town.verify_store().says(
        12,
        &[
            "1 taken down by two people, 0 pending",
            &format!("part `text` of event {place} (response-published), ground: personal data"),
            "0 missing without an explanation",
        ],
    );
    let row = params![text_of(place), kind, commitment, secret, bytes];
    open(&town.store()).execute("INSERT INTO part VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
    let said = format!("event {place}");
    town.verify_store().says(10, &[&said, "is still held", "the record says that it was deleted"]);
}

#[test]
fn a_takedown_of_a_persons_part_or_by_one_person_twice_is_told_by_whoever_verifies() {
    let town = Town::new();
    let place = taken_down(&town);
    let whole = Forged::read(&town.store());
    let rewritten = |event: u16, from: &str, to: &str| {
        let mut forged = whole.clone();
        let at = forged.0.iter().rposition(|act| act.is(event)).unwrap();
        let facts = String::from_utf8(forged.0[at].envelope.intent.facts.clone()).unwrap();
        assert!(facts.contains(from), "{facts}");
        forged.0[at].envelope.intent.facts = facts.replace(from, to).into_bytes();
        let head = forged.write(&town.store());
        town.publish(&town.sign(head));
        town.verify_store()
    };
    rewritten(TAKEDOWN, "\"mask\":2", "\"mask\":3").says(10, &[&format!("event {place}")]);
    let facts = String::from_utf8(
        whole.0.iter().rfind(|act| act.is(COUNTERSIGNED)).unwrap().envelope.intent.facts.clone(),
    );
    let second = facts.unwrap().split('"').nth(3).unwrap().to_owned();
    rewritten(COUNTERSIGNED, &second, &"0".repeat(32))
        .says(12, &["1 events recorded against the rules", "(act-countersigned)", "second person"]);
}
