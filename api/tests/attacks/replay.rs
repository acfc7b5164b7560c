//! What was true elsewhere, put where it is not: an event, a cosignature, a receipt of another ledger or consultation.
//!
//! Every one is genuine where it comes from. `docs/format.md` says what ties it to its place: ledger and stream in the
//! intent, the origin in the checkpoint, the leaf in the proof.

use crate::forge::Forged;
use crate::town::Town;
use devenir_core::ledger::{Checkpoint, TreeHead, TreeSize};

const VOTE: u16 = 0x0502;

#[test]
fn an_event_of_another_ledger_is_named_with_both() {
    let town = Town::new();
    town.does(&["create", "--store", "other", "--origin", "example.org/other"]);
    let mut forged = Forged::read(&town.store());
    let mut foreign = Forged::read(&town.path("other")).0.remove(0);
    foreign.envelope.sequence.recorded_at = forged.0.last().unwrap().envelope.sequence.recorded_at;
    let (place, own, log) = (forged.0.len(), forged.0[0].envelope.intent.log, foreign.envelope.intent.log);
    forged.0.push(foreign);
    let head = forged.write(&town.store());
    town.publish(&town.sign(head));
    town.verify_store().says(10, &[&format!("event {place} belongs to ledger {log}, expected {own}")]);
}

/// With its commitments made anew for the other stream, and everything signed again.
#[test]
fn an_event_replayed_in_another_consultation_repeats_its_command() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let first = forged.find(|act| act.is(VOTE) && act.is_alone());
    let mut moved = forged.0[first].clone();
    let own = moved.envelope.intent.stream;
    let instance = forged.0[0].envelope.intent.stream;
    let other = forged.find(|act| ![own, instance].contains(&act.envelope.intent.stream));
    moved.envelope.intent.stream = forged.0[other].envelope.intent.stream;
    moved.envelope.sequence.recorded_at = forged.0.last().unwrap().envelope.sequence.recorded_at;
    let place = forged.0.len();
    forged.0.push(moved);
    let head = forged.write(&town.store());
    town.publish(&town.sign(head));
    town.verify_store().says(10, &[&format!("event {place} repeats"), &format!("of event {first}")]);
}

#[test]
fn a_cosignature_of_another_ledger_or_of_another_size_does_not_anchor() {
    let town = Town::new();
    let witness = town.policy("policy");
    let own: Checkpoint = town.seen().text().parse().unwrap();
    let elsewhere = Checkpoint { origin: "example.org/other".parse().unwrap(), head: own.head };
    let head = TreeHead { size: TreeSize::new(7), root: own.head.root };
    let earlier = Checkpoint { origin: own.origin.clone(), head };
    for checkpoint in [elsewhere, earlier] {
        let line = witness.cosign(&checkpoint, 1_800_000_000).unwrap();
        let note = town.seen().with(line).unwrap();
        std::fs::write(town.store().join("tiles/checkpoint"), note.to_string()).unwrap();
        town.verify(&["--store", Town::STORE, "--policy", "policy"]).says(10, &["witness.example/guarantor"]);
    }
}
