//! Another history under the real key: rewritten from its beginning, taken up from a backup, told twice, dated back.
//!
//! Inside such a ledger everything fits. `docs/threats.md` (T3, T9 to T11) says what outsiders must have kept to see it;
//! `witness.rs` beside this folder shows what witnesses and watchers do.

use crate::forge::Forged;
use crate::town::{Town, said};
use devenir_core::ledger::{Fork, Note};

const SUBMITTED: u16 = 0x0201;

#[test]
fn a_ledger_rewritten_from_its_beginning_is_caught_by_a_kept_checkpoint_and_by_nothing_else() {
    let town = Town::new();
    let witness = town.policy("policy");
    let mut forged = Forged::read(&town.store());
    let place = forged.find(|act| act.is(SUBMITTED));
    forged.0[place].parts[0].key = [7; 32];
    let head = forged.write(&town.store());
    let note = town.sign(head);
    town.publish(&note);

    town.verify_store().says(4, &["that nobody outside was shown another record"]);
    let seen = town.verify_seen();
    seen.says(11, &["your checkpoint states the root", "you were shown another history"]);
    let evidence = std::fs::read_to_string(town.path("devenir-evidence.txt")).unwrap();
    for note in [note.to_string(), town.seen().to_string()] {
        assert!(evidence.contains(&note), "both notes: {evidence}");
    }

    // The witness cosigned the first history: of the second, nobody outside has seen anything.
    town.verify(&["--store", Town::STORE, "--policy", "policy"]).says(4, &[]);
    let honest = Town::new();
    let checkpoint = honest.seen().text().parse().unwrap();
    let cosigned = honest.seen().with(witness.cosign(&checkpoint, 1_800_000_000).unwrap()).unwrap();
    std::fs::write(honest.store().join("tiles/checkpoint"), cosigned.to_string()).unwrap();
    std::fs::copy(town.path("policy"), honest.path("policy")).unwrap();
    honest.verify(&["--store", Town::STORE, "--policy", "policy"]).says(0, &["anchored"]);
}

/// The signer's memory lies apart from the data, so the backup does not bring it back.
#[test]
fn last_weeks_backup_does_not_go_on_where_the_signer_remembers() {
    let town = Town::new();
    town.copy(Town::STORE, "backup");
    town.act(Town::STORE, "dropped");
    town.does(&["export", "--store", Town::STORE, "--all", "-o", "now.tar"]);
    std::fs::remove_dir_all(town.path("backup/signer")).unwrap();
    town.copy("registre/signer", "backup/signer");
    let grant = ["key", "grant", "--role", "guarantor", "--name", "other", "--store", "backup"];
    let refused = town.devenir(&grant);
    assert!(!refused.status.success(), "{}", said(&refused));
    assert!(said(&refused).contains("signed"), "{}", said(&refused));
    town.verify(&["--store", "backup"]).says(12, &["the ledger signed for", "are missing"]);
}

#[test]
fn two_histories_under_the_real_key_are_divergent_and_both_notes_are_kept() {
    let town = Town::new();
    town.copy(Town::STORE, "fork");
    town.act(Town::STORE, "Anne Le Goff");
    town.act("fork", "Somebody Else");
    town.does(&["export", "--store", Town::STORE, "--all", "-o", "told.tar"]);
    town.does(&["export", "--store", "fork", "--all", "-o", "forked.tar"]);
    let told = std::fs::read_to_string(town.path("registre/tiles/checkpoint")).unwrap();
    let forked = std::fs::read_to_string(town.path("fork/tiles/checkpoint")).unwrap();
    assert_eq!(told.lines().nth(1), forked.lines().nth(1), "as long as each other");
    std::fs::write(town.path(Town::SEEN), &told).unwrap();
    town.verify(&["told.tar", "--seen", Town::SEEN]).says(4, &[]);
    town.verify(&["forked.tar", "--seen", Town::SEEN]).says(11, &["you were shown another history"]);
    let evidence = std::fs::read_to_string(town.path("devenir-evidence.txt")).unwrap();
    assert!(evidence.contains(&told) && evidence.contains(&forked), "{evidence}");
    let fork = Fork::parse(evidence.as_bytes()).unwrap();
    fork.convicts(town.key("ledger", &town.origin()).public()).expect("two roots of one size, both signed");

    // A longer one, with what proves that it begins otherwise; nothing is written over.
    town.act("fork", "One More");
    town.does(&["export", "--store", "fork", "--all", "-o", "longer.tar"]);
    let longer = town.verify(&["longer.tar", "--seen", Town::SEEN]);
    longer.says(11, &["the two notes convict whoever holds the key", "devenir-evidence-2.txt"]);
    let fork = Fork::parse(&std::fs::read(town.path("devenir-evidence-2.txt")).unwrap()).unwrap();
    fork.convicts(town.key("ledger", &town.origin()).public()).expect("with the proof");
    assert_eq!(std::fs::read_to_string(town.path("devenir-evidence.txt")).unwrap(), evidence);

    // What nobody signed convicts nobody.
    let unsigned = told.replace(told.lines().last().unwrap(), "\u{2014} nobody AAAAAAA=");
    std::fs::write(town.path("unsigned"), unsigned).unwrap();
    let unsigned = town.verify(&["longer.tar", "--seen", "unsigned", "--evidence", "question.txt"]);
    unsigned.says(11, &["the two notes convict nobody by themselves"]);
}

/// An event cannot be older than the one before it, which outsiders saw at a known instant.
#[test]
fn an_event_dated_before_the_one_that_outsiders_had_seen_is_found() {
    let town = Town::new();
    let mut forged = Forged::read(&town.store());
    let mut late = forged.0.iter().rfind(|act| act.is(0x0502) && act.is_alone()).unwrap().clone();
    let place = forged.0.len();
    late.envelope.intent.command.0 = [5; 16];
    late.envelope.sequence.recorded_at.0 = forged.0[place - 1].envelope.sequence.recorded_at.0 - 60_000;
    forged.0.push(late);
    let head = forged.write(&town.store());
    town.publish(&town.sign(head));
    let said = format!("event {place} was recorded at");
    town.verify_seen().says(10, &[&said, "before the event before it"]);
}

/// Two cosigned checkpoints bound what came between them: nothing there is older than the first allows, nor younger than the
/// second, whatever the ledger's clock is made to say. Two minutes are left for clocks and for signing.
#[test]
fn what_is_dated_beyond_the_bounds_of_two_cosignatures_is_found_from_both_sides() {
    const MINUTE: i64 = 60_000;
    let town = Town::new();
    let witness = town.policy("policy");
    let cosigned = |note: &Note, at_ms: i64| {
        let line = witness.cosign(&note.text().parse().unwrap(), (at_ms / 1000).unsigned_abs()).unwrap();
        note.with(line).unwrap()
    };
    let honest = Forged::read(&town.store());
    let last = honest.0.last().unwrap().envelope.sequence.recorded_at.0;
    let (first_seen, then_seen) = (last + 30 * MINUTE, last + 60 * MINUTE);
    std::fs::write(town.path("kept"), cosigned(&town.seen(), first_seen).to_string()).unwrap();

    // Whether it is told to have come ... after the first checkpoint was cosigned, and what is said of it.
    let told = |recorded_at: i64| {
        let mut forged = honest.clone();
        let mut late = forged.0.iter().rfind(|act| act.is(0x0502) && act.is_alone()).unwrap().clone();
        late.envelope.intent.command.0 = [5; 16];
        late.envelope.sequence.recorded_at.0 = recorded_at;
        forged.0.push(late);
        let head = forged.write(&town.store());
        town.publish(&cosigned(&town.sign(head), then_seen));
        town.verify(&["--store", Town::STORE, "--policy", "policy", "--seen", "kept"])
    };
    let place = honest.0.len();
    told(first_seen + MINUTE).says(0, &["Verdict: anchored."]);
    let back = [format!("event {place} says that it was recorded at"), "it was dated back".to_owned()];
    told(first_seen - 10 * MINUTE).says(10, &back.each_ref().map(String::as_str));
    let ahead = [format!("event {place} says that it was recorded at"), "it was dated ahead".to_owned()];
    told(then_seen + 10 * MINUTE).says(10, &ahead.each_ref().map(String::as_str));
}
