//! Signed acts and keys that replace others: every way in which a signature does not count.
//!
//! `docs/format.md` (What a verifier checks). The record is that of `shelf.rs`; what is expected is the first position that
//! cannot be trusted, and why.

use devenir_core::audit::Fault;
use devenir_core::consultation::signing_credential;
use devenir_core::envelope::{Signature, Signer, instance_stream, intent_id, intent_signature_message};
use devenir_core::event::code::Trust;
use devenir_core::id::PublicKey;
use devenir_core::ledger::{Frontier, Hash, SigningKey, key_id, leaf_hash};
use devenir_core::rules::{Outcome, Role};
use devenir_core::signing::SignatureFault;
use devenir_core::testing::{Drafting, World, sample};
use devenir_core::time::Timestamp;

use crate::shelf::Shelf;

/// The town's record, whose last event is a response by the holder of a key, and that key.
pub(crate) fn answered_under_a_key() -> (Shelf, SigningKey) {
    let key = SigningKey::from_seed(&[0x5a; 32]);
    let id = key_id(key.verifying_key().as_bytes());
    let mut world = World::native();
    let instance = instance_stream(world.record.log());
    world.record.write(instance, Trust::Native, vec![sample::first_grant().draft()]).unwrap();
    world.happens(sample::grant(1, Role::Authority).with(|event| {
        event.facts.key = Some(PublicKey(*key.verifying_key().as_bytes()));
        event.facts.credential = signing_credential(&id);
    }));
    let idea = world.contribution();
    world.happens(sample::response(Outcome::Rejected).answering(&[idea]));
    (Shelf::of(&world.record), key)
}

/// The same, its last event signed; `change` alters what the signer binds to before they sign.
pub(crate) fn signed(shelf: &Shelf, key: &SigningKey, change: impl FnOnce(&mut Signer)) -> Shelf {
    let last = shelf.envelopes.len() - 1;
    let mut seen = Frontier::new();
    seen.extend(shelf.envelopes[..4].iter().map(|bytes| leaf_hash(bytes)));
    let seen = seen.head();
    shelf.rewritten(last, |envelope| {
        let expires_at = envelope.sequence.recorded_at.plus_ms(1_000);
        let id = key_id(key.verifying_key().as_bytes());
        let mut signer = Signer { key: id, seen_size: seen.size.get(), seen_root: seen.root, expires_at };
        change(&mut signer);
        envelope.intent.signer = Some(signer);
        let signature = key.sign(&intent_signature_message(intent_id(&envelope.intent)));
        envelope.signature = Signature { alg: 1, bytes: signature.as_bytes().to_vec() };
    })
}

/// What the audit says of the signature of the last event.
fn signature_fault(shelf: &Shelf) -> SignatureFault {
    let (position, fault) = shelf.first();
    assert_eq!(position, shelf.envelopes.len() as u64 - 1);
    match fault {
        Fault::Signature { fault, .. } => fault,
        other => panic!("another fault: {other}"),
    }
}

#[test]
fn a_signed_act_counts_for_whoever_holds_the_key_and_the_gap_is_told() {
    let (shelf, key) = answered_under_a_key();
    let last = shelf.envelopes.len() as u64 - 1;
    let report = signed(&shelf, &key, |_| {}).audit();
    assert_eq!(report.faults, []);
    assert_eq!((report.signed.by_holder, report.signed.on_behalf, report.signed.gap_max), (1, 0, last - 4));
    assert_eq!(report.signed.vouched, last, "every other act is the operator's word");
}

#[test]
fn every_way_in_which_a_signature_does_not_count_is_named() {
    let (shelf, key) = answered_under_a_key();
    let other = SigningKey::from_seed(&[0x5b; 32]);
    let fault = signature_fault(&signed(&shelf, &other, |_| {}));
    assert!(matches!(fault, SignatureFault::UnknownKey { .. }), "{fault}");
    let id = key_id(key.verifying_key().as_bytes());
    let fault = signature_fault(&signed(&shelf, &other, |signer| signer.key = id));
    assert!(matches!(fault, SignatureFault::Wrong { .. }), "{fault}");
    let fault = signature_fault(&signed(&shelf, &key, |signer| signer.expires_at = Timestamp(0)));
    assert!(matches!(fault, SignatureFault::Expired { .. }), "{fault}");
    let fault = signature_fault(&signed(&shelf, &key, |signer| signer.seen_root = Hash::ZERO));
    assert!(matches!(fault, SignatureFault::SeenElsewhere { size: 4, .. }), "{fault}");
    let fault = signature_fault(&signed(&shelf, &key, |signer| signer.seen_size = 4_000));
    assert!(matches!(fault, SignatureFault::SeenAhead { seen: 4_000, .. }), "{fault}");
}

/// The town's record, whose last two events replace the key of an authority by another one, both signed; `valid_from` is
/// the size from which the second says that it is in force.
fn replaced(valid_from: u64) -> (Shelf, [SigningKey; 2]) {
    let keys = [1, 2].map(|n| SigningKey::from_seed(&[n; 32]));
    let (public, by) = sample::key(1);
    let mut world = World::native();
    let instance = instance_stream(world.record.log());
    world.record.write(instance, Trust::Native, vec![sample::first_grant().draft()]).unwrap();
    world.happens(sample::grant(1, Role::Authority).with(|event| {
        event.facts.key = Some(public);
        event.facts.credential = by;
    }));
    let introduced = sample::introduction(by, 2).with(|event| event.facts.valid_from = valid_from);
    let introduced = world.happens(introduced.by(Role::Authority));
    let introduction = signed(&Shelf::of(&world.record), &keys[0], |_| {});
    // Signing gave it the name under which it is accepted.
    world.happens(sample::acceptance(2).act(introduced).by(Role::Authority));
    let shelf = Shelf::of(&world.record);
    let (at, last) = (shelf.envelopes.len() - 2, shelf.envelopes.len() - 1);
    let named = introduction.envelope(at);
    let shelf = shelf.rewritten(at, |envelope| *envelope = named.clone());
    let id = intent_id(&shelf.envelope(at).intent);
    let shelf = shelf.rewritten(last, |envelope| envelope.intent.refs[0].1 = id);
    (signed(&shelf, &keys[1], |_| {}), keys)
}

#[test]
fn a_key_is_replaced_by_two_signatures_and_the_one_before_signs_no_more() {
    let (shelf, [old, new]) = replaced(0);
    let report = shelf.audit();
    assert_eq!((report.faults, report.against_the_rules), (Vec::new(), Vec::new()));
    assert_eq!(report.signed.by_holder, 2);
    // Somebody who has the old key accepts with it in the new one's place.
    let fault = signature_fault(&signed(&shelf, &old, |signer| signer.key = new.verifying_key().id()));
    assert!(matches!(fault, SignatureFault::Wrong { .. }), "{fault}");
    let fault = signature_fault(&signed(&shelf, &old, |_| {}));
    assert!(matches!(fault, SignatureFault::AnotherHand { .. }), "{fault}");
}

#[test]
fn a_key_that_nobody_signs_for_is_not_replaced() {
    let (shelf, _) = replaced(0);
    let last = shelf.envelopes.len() - 1;
    let unsigned = shelf.rewritten(last, |envelope| {
        envelope.intent.signer = None;
        envelope.signature = Signature::NONE;
    });
    let fault = signature_fault(&unsigned);
    assert!(matches!(fault, SignatureFault::Missing { .. }), "{fault}");
}

#[test]
fn a_key_that_accepts_too_early_is_named() {
    let (shelf, _) = replaced(1_000);
    let fault = signature_fault(&shelf);
    assert!(
        matches!(fault, SignatureFault::Early { valid_from, .. } if valid_from.get() == 1_000),
        "{fault}"
    );
}

#[test]
fn a_signature_under_another_text_or_outcome_does_not_count() {
    let (shelf, key) = answered_under_a_key();
    let shelf = signed(&shelf, &key, |_| {});
    let last = shelf.envelopes.len() - 1;
    let rebound = shelf.rewritten(last, |envelope| {
        let facts = String::from_utf8(envelope.intent.facts.clone()).unwrap();
        envelope.intent.facts = facts.replace("\"rejected\"", "\"answered\"").into_bytes();
    });
    let fault = signature_fault(&rebound);
    assert!(matches!(fault, SignatureFault::Wrong { .. }), "{fault}");
}
