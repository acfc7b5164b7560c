//! References, streams, the ledger's own name, time and heads: what an event says of others.
//!
//! `docs/format.md` (What a verifier checks). The record is that of `shelf.rs`; what is expected is the first position that
//! cannot be trusted, and why.

use std::collections::BTreeMap;

use devenir_core::audit::Fault;
use devenir_core::envelope::Envelope;
use devenir_core::event::RefRole;
use devenir_core::id::{CommandId, IntentId, LogId};
use devenir_core::ledger::{Position, TreeHead, leaf_hash};
use devenir_core::testing::history::seeded;
use devenir_core::time::Timestamp;

use crate::shelf::{MIDDLE, Shelf, shelf};

#[test]
fn a_reference_forward_or_to_nothing_is_found() {
    let whole = shelf();
    let vote = whole.find(|envelope| envelope.intent.event_type == 0x0502);
    let position = Position::new(vote as u64);
    let later = devenir_core::envelope::intent_id(&whole.envelope(vote + 1).intent);
    for id in [later, IntentId([7; 32])] {
        let forward = whole.rewritten(vote, |envelope| {
            for (role, to) in &mut envelope.intent.refs {
                if *role == RefRole::Ballot.number() {
                    *to = id;
                }
            }
        });
        let expected = Fault::Reference { position, role: RefRole::Ballot.name(), id };
        assert_eq!(forward.first(), (position.get(), expected));
    }
}

#[test]
fn a_reference_that_does_not_fit_its_role_is_found() {
    let whole = shelf();
    let vote = whole.find(|envelope| envelope.intent.event_type == 0x0502);
    let idea = whole.find(|envelope| envelope.intent.event_type == 0x0201);
    let id = devenir_core::envelope::intent_id(&whole.envelope(idea).intent);
    let unfit = whole.rewritten(vote, |envelope| {
        for (role, to) in &mut envelope.intent.refs {
            if *role == RefRole::Ballot.number() {
                *to = id;
            }
        }
    });
    let (first, fault) = unfit.first();
    assert_eq!(first, vote as u64);
    assert!(matches!(fault, Fault::Role { kind: 0x0201, .. }), "{fault}");
    let (first, fault) = whole.rewritten(vote, |envelope| envelope.intent.refs.clear()).first();
    assert_eq!(first, vote as u64);
    assert!(matches!(fault, Fault::Arity { found: 0, .. }), "{fault}");
}

#[test]
fn an_event_of_another_ledger_is_found() {
    let whole = shelf();
    let (first, fault) = whole.rewritten(MIDDLE, |envelope| envelope.intent.log = LogId([9; 32])).first();
    assert_eq!(first, MIDDLE as u64);
    assert!(matches!(fault, Fault::Ledger { .. }), "{fault}");
}

#[test]
fn a_stream_that_its_command_does_not_name_is_found() {
    let whole = shelf();
    let registration = whole.find(|envelope| envelope.intent.event_type == 0x0101);
    let change = |envelope: &mut Envelope| envelope.intent.command = CommandId([5; 16]);
    let (first, fault) = whole.rewritten(registration, change).first();
    assert_eq!(first, registration as u64);
    assert!(matches!(fault, Fault::Stream { .. }), "{fault}");
}

#[test]
fn a_ledger_that_another_opens_is_found() {
    let whole = shelf();
    let (first, fault) = whole.rewritten(0, |envelope| envelope.intent.event_type = 0x0101).first();
    assert_eq!(first, 0);
    assert!(matches!(fault, Fault::Opening(_)), "{fault}");
    let empty = Shelf { stated: TreeHead::empty(), envelopes: Vec::new(), parts: BTreeMap::new() };
    assert!(matches!(empty.first(), (0, Fault::Opening(_))));
}

#[test]
fn time_that_goes_back_is_found() {
    let whole = shelf();
    let change = |envelope: &mut Envelope| envelope.sequence.recorded_at = Timestamp(1);
    let (first, fault) = whole.rewritten(MIDDLE, change).first();
    assert_eq!(first, MIDDLE as u64);
    assert!(matches!(fault, Fault::Time { found: Timestamp(1), .. }), "{fault}");
}

#[test]
fn a_root_that_the_envelopes_do_not_give_is_found() {
    let mut shelf = shelf();
    let stated = leaf_hash(b"another");
    let (size, found) = (shelf.stated.size, shelf.stated.root);
    shelf.stated.root = stated;
    let (_, fault) = shelf.first();
    assert_eq!(fault, Fault::Root { size, expected: stated, found });
}

#[test]
fn heads_that_the_events_before_do_not_give_are_found_where_they_are_stated() {
    let whole = Shelf::of(&seeded(11, 400));
    let at = whole.find(|envelope| envelope.intent.event_type == 0x0004);
    let other = |facts: &str| whole.rewritten(at, |envelope| envelope.intent.facts = facts.into());
    let root = "00".repeat(32);
    let (first, fault) = other(&format!(r#"{{"root":"{root}","streams":3}}"#)).first();
    assert_eq!(first, at as u64, "{fault}");
    assert!(matches!(fault, Fault::Heads { .. }), "{fault}");
    assert!(fault.to_string().contains(&root) && fault.to_string().contains("3 streams"), "{fault}");
}
