//! Commands: half of one, one in two streams, one twice, and votes that are not alone in theirs.
//!
//! `docs/format.md` (What a verifier checks). The record is that of `shelf.rs`; what is expected is the first position that
//! cannot be trusted, and why.

use devenir_core::audit::{Fault, Found, Verdict};
use devenir_core::envelope::{instance_stream, stream_id};
use devenir_core::id::CommandId;
use devenir_core::ledger::Position;

use crate::shelf::{Shelf, shelf};

#[test]
fn half_a_command_is_found_where_the_other_half_should_stand() {
    let whole = shelf();
    // A command of one event that says it has two, in the middle and at the end.
    let last = whole.envelopes.len() - 1;
    let (first, fault) = whole.rewritten(last, |envelope| envelope.intent.command_count = 2).first();
    assert_eq!(first, last as u64 + 1);
    assert!(matches!(fault, Fault::HalfCommand { missing: 1, .. }), "{fault}");
    // A vote: nothing names it, so that its new name is missed by nobody.
    let vote = whole.find(|envelope| envelope.intent.event_type == 0x0502);
    let found = whole.rewritten(vote, |envelope| envelope.intent.command_count = 2).audit();
    assert_eq!(whole.audit().verdict(), Verdict::SelfConsistent);
    // Its part's commitment does not bind the command; the next event is no second half.
    let next = Position::new(vote as u64 + 1);
    let is_cut =
        |found: &Found| matches!(found.fault, Fault::Command { position, index: 0, .. } if position == next);
    assert!(found.faults.iter().any(is_cut), "{:#?}", found.faults);
    let (first, fault) = whole
        .rewritten(vote, |envelope| (envelope.intent.command_index, envelope.intent.command_count) = (1, 2))
        .first();
    assert_eq!(first, vote as u64, "{fault}");
}

/// Of the events from `first` on, `count` that say they are one command.
fn joined(whole: &Shelf, first: usize, count: u16) -> Shelf {
    let command = whole.envelope(first).intent.command;
    let recorded_at = whole.envelope(first).sequence.recorded_at;
    (0..count).fold(whole.clone(), |shelf, index| {
        shelf.rewritten(first + usize::from(index), |envelope| {
            let intent = &mut envelope.intent;
            (intent.command, intent.command_index, intent.command_count) = (command, index, count);
            envelope.sequence.recorded_at = recorded_at;
        })
    })
}

/// The faults of commands at a place.
fn of_commands(shelf: &Shelf, place: usize) -> Vec<String> {
    let faults = shelf.audit().faults.into_iter();
    let here = faults.filter(|found| found.position.get() == place as u64);
    here.filter(|found| matches!(found.fault, Fault::Command { .. })).map(|it| it.fault.to_string()).collect()
}

#[test]
fn a_command_in_two_streams_or_at_two_instants_is_found_at_the_second_event() {
    let whole = shelf();
    let idea = whole.find(|envelope| envelope.intent.event_type == 0x0201);
    let one = joined(&whole, idea, 2);
    assert_eq!(of_commands(&one, idea + 1), [""; 0]);
    let later = one.rewritten(idea + 1, |envelope| envelope.sequence.recorded_at.0 += 1);
    let elsewhere =
        one.rewritten(idea + 1, |envelope| envelope.intent.stream = instance_stream(envelope.intent.log));
    for shelf in [later, elsewhere] {
        let found = of_commands(&shelf, idea + 1);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].contains("in one stream and recorded at one instant"), "{found:#?}");
    }
}

#[test]
fn a_vote_by_its_voter_is_a_command_of_its_own() {
    let whole = shelf();
    let vote = whole.find(|envelope| envelope.intent.event_type == 0x0502);
    let found = of_commands(&joined(&whole, vote, 2), vote);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("the only event of its command"), "{found:#?}");
}

#[test]
fn a_stream_that_begins_with_anything_but_a_registration_is_found() {
    let whole = shelf();
    let idea = whole.find(|envelope| envelope.intent.event_type == 0x0201);
    let other = whole.rewritten(idea, |envelope| {
        let intent = &mut envelope.intent;
        intent.stream = stream_id(intent.log, intent.command);
    });
    let faults: Vec<Fault> = other.audit().faults.into_iter().map(|found| found.fault).collect();
    let stream = other.envelope(idea).intent.stream;
    let expected = Fault::Unregistered { position: Position::new(idea as u64), stream, kind: 0x0201 };
    assert!(faults.contains(&expected), "{faults:#?}");
}

#[test]
fn a_command_that_stands_twice_is_found_at_the_second() {
    let whole = shelf();
    let vote = whole.find(|envelope| envelope.intent.event_type == 0x0502);
    let command: CommandId = whole.envelope(vote).intent.command;
    let (position, first) = (Position::new(vote as u64 + 1), Position::new(vote as u64));
    let twice = whole.rewritten(vote + 1, |envelope| envelope.intent.command = command);
    assert_eq!(twice.first(), (position.get(), Fault::Repeated { position, first, what: "the command" }));
}
