//! One event deleted, edited, moved, doubled, cut off: first by a careless hand, then by one that mends what it can.
//!
//! The store states its root, and the ledger's last signed checkpoint lies apart: a careless hand meets the first, a careful
//! one the second, and one that replaces both meets the checkpoint that a guarantor kept.

use crate::forge::{Forged, open};
use crate::town::Town;

const SUBMITTED: u16 = 0x0201;
const VOTE: u16 = 0x0502;

#[test]
fn a_deleted_contribution_is_missed_by_the_chain_then_by_the_signature_then_by_who_kept_a_checkpoint() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let size = forged.0.len();
    let place = forged.find(|act| act.is(SUBMITTED));

    let careless = Town::new();
    open(&careless.store()).execute("DELETE FROM envelope WHERE position = ?1", [place as i64]).unwrap();
    careless.verify_store().says(10, &[&format!("{place}")]);

    forged.remove(place);
    let left = forged.0.len();
    assert!(left < size);
    let head = forged.write(&town.store());
    let missing = format!("the ledger signed for {size} events, and only {left} are here");
    town.verify_store().says(12, &[&missing, &format!("the events from {left} on are missing")]);

    town.publish(&town.sign(head));
    town.verify_store().says(4, &["that nobody outside was shown another record"]);
    town.verify_seen().says(12, &[&missing]);
}

#[test]
fn a_byte_of_an_envelope_or_of_its_facts_is_found_where_it_was_changed() {
    let town = Town::new();
    let place = Forged::read(&town.store()).find(|act| act.is(VOTE));
    let bytes: Vec<u8> = open(&town.store())
        .query_row("SELECT bytes FROM envelope WHERE position = ?1", [place as i64], |row| row.get(0))
        .unwrap();
    // The class of the actor, a digit of the facts, and the last byte of the instant of recording.
    let facts = 97 + bytes[97..].iter().position(u8::is_ascii_hexdigit).unwrap();
    for at in [66, facts, bytes.len() - 1] {
        let mut other = bytes.clone();
        other[at] ^= 1;
        open(&town.store())
            .execute(
                "UPDATE envelope SET bytes = ?2 WHERE position = ?1",
                rusqlite::params![place as i64, other],
            )
            .unwrap();
        town.verify_store().says(10, &[&format!("event {place}")]);
    }
}

#[test]
fn facts_that_were_edited_with_all_that_follows_from_them_meet_what_was_signed() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let by_web = |facts: &[u8]| String::from_utf8_lossy(facts).contains("\"web\"");
    let place = forged.find(|act| act.is(SUBMITTED) && by_web(&act.envelope.intent.facts));
    let facts = &mut forged.0[place].envelope.intent.facts;
    *facts = String::from_utf8(facts.clone()).unwrap().replace("\"web\"", "\"paper\"").into_bytes();
    let size = forged.0.len();
    forged.write(&town.store());
    let signed = format!("the ledger signed {size} events with the root");
    town.verify_store().says(10, &[&signed, "was changed, left out or put in since it was signed"]);
}

#[test]
fn two_events_that_changed_places_are_found_mended_or_not() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let votes = |pair: &[crate::forge::Act]| pair.iter().all(|act| act.is(VOTE) && act.is_alone());
    let first = forged.0.windows(2).position(votes).expect("two votes in a row");

    let careless = Town::new();
    let sql = "UPDATE envelope SET position = -1 WHERE position = ?1";
    let file = open(&careless.store());
    file.execute(sql, [first as i64]).unwrap();
    file.execute("UPDATE envelope SET position = ?1 WHERE position = ?1 + 1", [first as i64]).unwrap();
    file.execute("UPDATE envelope SET position = ?1 + 1 WHERE position = -1", [first as i64]).unwrap();
    careless.verify_store().says(10, &[&format!("{first}")]);

    forged.0.swap(first, first + 1);
    let instant = forged.0[first].envelope.sequence.recorded_at;
    forged.0[first].envelope.sequence.recorded_at = forged.0[first + 1].envelope.sequence.recorded_at;
    forged.0[first + 1].envelope.sequence.recorded_at = instant;
    let head = forged.write(&town.store());
    town.verify_store().says(10, &["the ledger signed"]);
    town.publish(&town.sign(head));
    town.verify_seen().says(11, &["you were shown another history"]);
}

#[test]
fn a_vote_that_stands_twice_is_found_at_the_second() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let first = forged.find(|act| act.is(VOTE) && act.is_alone());
    let mut second = forged.0[first].clone();
    second.envelope.sequence.recorded_at = forged.0.last().unwrap().envelope.sequence.recorded_at;
    let place = forged.0.len();
    forged.0.push(second);
    let head = forged.write(&town.store());
    town.publish(&town.sign(head));
    town.verify_store().says(10, &[&format!("event {place} repeats"), &format!("of event {first}")]);
}

#[test]
fn the_last_ten_events_cut_off_are_missed_by_what_was_signed() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let size = forged.0.len();
    let last = (0..size - 10).rev().find(|place| {
        let intent = &forged.0[*place].envelope.intent;
        intent.command_index + 1 == intent.command_count
    });
    let left = last.unwrap() + 1;
    forged.0.truncate(left);
    let head = forged.write(&town.store());
    let missing = format!("the ledger signed for {size} events, and only {left} are here");
    town.verify_store().says(12, &[&missing]);
    town.publish(&town.sign(head));
    // Among the ten is an erasure: without it, what it took away has no explanation.
    town.verify_store().says(12, &["2 missing without an explanation"]);
    town.verify_seen().says(12, &[&missing]);
}

#[test]
fn half_a_command_is_found_though_everything_is_signed_anew() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let whole = forged.0.iter().rposition(|act| {
        let intent = &act.envelope.intent;
        intent.command_count > 1 && intent.command_index == 0
    });
    let place = whole.expect("a command of several events");
    let missing = forged.0[place].envelope.intent.command_count - 1;
    forged.0.truncate(place + 1);
    let head = forged.write(&town.store());
    town.publish(&town.sign(head));
    let said = format!("{missing} of its events are missing after event {place}");
    town.verify_store().says(10, &["the ledger ends inside command", &said]);
}

/// Whoever shortens a ledger and cannot forge what lies beside it spoils that instead.
#[test]
fn what_lies_beside_a_ledger_is_not_passed_over_where_it_says_otherwise_or_nothing() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let size = forged.0.len();
    let acknowledged = std::fs::read(town.store().join("acknowledged")).unwrap();
    forged.remove(size - 1);
    let left = forged.0.len();
    let head = forged.write(&town.store());
    town.publish(&town.sign(head));
    std::fs::write(town.store().join("acknowledged"), acknowledged).unwrap();
    town.verify_store()
        .says(12, &[&format!("the store acknowledged {size} events, and only {left} are here")]);

    for file in ["tiles/checkpoint", "signer/last-signed"] {
        let town = Town::new();
        std::fs::write(town.store().join(file), "garbage").unwrap();
        town.verify_store().says(10, &[file, "is no checkpoint"]);
        std::fs::remove_file(town.store().join(file)).unwrap();
        town.verify_store().says(4, &[]);
    }
}
