//! What is no tampering: acts that the rules refuse, vocabulary that is not known, a log that falls silent.
//!
//! `docs/format.md` (What a verifier checks). The record is that of `shelf.rs`; what is expected is the first position that
//! cannot be trusted, and why.

use std::time::Duration;

use devenir_core::audit::{Marks, Verdict, audit_envelopes};
use devenir_core::envelope::{Envelope, PartCommitment, intent_id};
use devenir_core::event::code::Trust;
use devenir_core::ledger::{Position, TreeHead, TreeSize};
use devenir_core::store::{ReadLedger, StoreError};
use devenir_core::testing::{World, sample};

use crate::shelf::{Shelf, shelf};
use crate::signed::{answered_under_a_key, signed};

#[test]
fn an_act_that_the_rules_refuse_is_against_the_rules_and_alters_nothing() {
    let record = {
        let mut world = World::native();
        world.contribution();
        world.happens_as(Trust::Observed, sample::consultation_closing());
        world.happens_as(Trust::Observed, sample::submission());
        world.record
    };
    let whole = Shelf::of(&record);
    assert_eq!(whole.audit().against_count, 0);
    let last = whole.envelopes.len() - 1;
    let mut native = whole.rewritten(last, |envelope| envelope.intent.trust = Trust::Native);
    native.parts.retain(|place, _| place.position.get() != last as u64 || whole.parts.contains_key(place));
    let report = native.audit();
    assert_eq!(report.verdict(), Verdict::SelfConsistent, "{:#?}", report.faults);
    assert_eq!(
        report.against_the_rules.iter().map(|act| act.position.get()).collect::<Vec<_>>(),
        [last as u64]
    );
}

/// What this software does not know is counted, so that no verdict rests on it.
#[test]
fn an_act_of_an_unknown_actor_role_or_part_is_counted_and_its_signature_is_not_believed() {
    let (shelf, key) = answered_under_a_key();
    let shelf = signed(&shelf, &key, |_| {});
    let last = shelf.envelopes.len() - 1;
    let first = intent_id(&shelf.envelope(0).intent);
    let part =
        PartCommitment { kind: 5, alg: 0, commitment: shelf.envelope(last).intent.parts[0].commitment };
    let changes: [&dyn Fn(&mut Envelope); 3] = [
        &|envelope| envelope.intent.actor_class = 200,
        &|envelope| envelope.intent.refs.push((99, first)),
        &|envelope| {
            envelope.intent.parts.push(part);
            envelope.intent.parts.sort_by_key(|part| part.kind);
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut forged = shelf.rewritten(last, |envelope| {
            change(envelope);
            envelope.signature.bytes = vec![0x5a; 64];
        });
        // Parts of the act fit no commitment any more once it is another act's.
        forged.parts.retain(|place, _| place.position.get() != last as u64);
        let report = forged.audit();
        assert_eq!(report.unknown_types, 1, "change {number}: {:#?}", report.faults);
        assert_eq!(report.signed.by_holder, 0, "change {number}");
    }
}

/// A log that answers for a while.
struct Silent<'a>(&'a Shelf, u64);

impl ReadLedger for Silent<'_> {
    fn head(&self) -> Result<TreeHead, StoreError> {
        self.0.head()
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        if from.get() >= self.1 {
            return Err(StoreError::Unavailable { doing: "read".into(), detail: "nobody answers".into() });
        }
        self.0.read(from, count_max.min(7))
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

#[test]
fn a_log_that_stops_answering_says_nothing_of_the_record() {
    let shelf = shelf();
    for answered in [0, 1, 30, shelf.envelopes.len() as u64] {
        let answer = audit_envelopes(Silent(&shelf, answered), &Marks::default());
        assert!(matches!(answer, Err(StoreError::Unavailable { .. })), "{answered}: {answer:?}");
    }
    let beyond = shelf.envelopes.len() as u64 + 1;
    assert_eq!(audit_envelopes(Silent(&shelf, beyond), &Marks::default()).unwrap().fault_count, 0);
}
