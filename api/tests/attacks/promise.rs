//! An event that was promised and dropped before any checkpoint held it: the promise convicts.
//!
//! `docs/format.md` (Promises) says when a promise is broken. The author has it with the receipt; the checkpoint is public,
//! and cosigned after the promise's term.

use crate::forge::Forged;
use crate::town::Town;
use devenir_core::envelope::encode;
use devenir_core::ledger::{Hash, Position, Promise, head_of};

#[test]
fn a_promised_event_that_was_dropped_before_its_first_checkpoint_convicts_the_ledger() {
    let town = Town::new();
    let witness = town.policy("policy");
    let mut forged = Forged::read(&town.store());
    forged.mend();
    let last = forged.0.len() - 1;
    let act = forged.0[last].clone();
    let recorded = act.envelope.sequence.recorded_at.0;
    let origin = town.origin();
    let key = town.key("promise", &format!("{origin}/promise"));
    let promise = Promise {
        origin: origin.parse().unwrap(),
        log_id: Hash::from_bytes(act.envelope.intent.log.0),
        first: Position::new(last as u64),
        group: head_of([encode(&act.envelope)]),
        recorded_at_ms: recorded,
        include_by_ms: recorded + 120_000,
    };
    std::fs::write(town.path("promise"), promise.sign(&key).unwrap().to_string()).unwrap();
    let verify = |note: &devenir_core::ledger::Note| {
        std::fs::write(town.path("checkpoint"), note.to_string()).unwrap();
        let files = ["--promise", "promise", "--checkpoint", "checkpoint", "--policy", "policy"];
        town.verify(&[&files[..], &["--promise-key", &key.public().to_string()]].concat())
    };
    let after = u64::try_from(recorded / 1_000 + 300).unwrap();

    // Kept: the checkpoint after the term holds the event.
    let kept = town.seen();
    let line = witness.cosign(&kept.text().parse().unwrap(), after).unwrap();
    verify(&kept.with(line).unwrap()).says(4, &["does not break the promise"]);

    forged.0.truncate(last);
    let dropped = town.sign(forged.write(&town.store()));
    let cosigned = |at| dropped.with(witness.cosign(&dropped.text().parse().unwrap(), at).unwrap()).unwrap();
    verify(&cosigned(after)).says(11, &["a broken promise"]);
    let evidence = std::fs::read_to_string(town.path("devenir-evidence.txt")).unwrap();
    assert!(evidence.contains("devenir promise v1"), "{evidence}");
    // Before the term nothing is broken yet.
    verify(&cosigned(after - 299)).says(4, &["does not break the promise"]);
}
