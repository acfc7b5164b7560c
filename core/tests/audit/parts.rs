//! Parts: of nobody, missing, lost, erased twice, and lists that do not fit their root.
//!
//! `docs/format.md` (What a verifier checks). The record is that of `shelf.rs`; what is expected is the first position that
//! cannot be trusted, and why.

use devenir_core::audit::{Fault, Verdict};
use devenir_core::envelope::{PartContext, PartKey, commit};
use devenir_core::event::RefRole;
use devenir_core::event::code::ErasureScope;
use devenir_core::ledger::Position;
use devenir_core::rules::Role;
use devenir_core::store::{Place, SealedPart};
use devenir_core::testing::{Drafting, World, sample};

use crate::shelf::{MIDDLE, Shelf, shelf};

#[test]
fn a_part_that_no_envelope_names_is_found_also_beyond_the_end() {
    let whole = shelf();
    let part = whole.parts.values().next().unwrap();
    for position in [0, MIDDLE as u64, whole.envelopes.len() as u64, whole.envelopes.len() as u64 + 9_000] {
        let mut shelf = whole.clone();
        let place = Place { position: Position::new(position), index: 14 };
        shelf.parts.insert(place, part.clone());
        assert_eq!(shelf.first(), (position, Fault::ForeignPart { place }));
    }
}

#[test]
fn a_list_of_references_that_does_not_fit_its_root_is_found() {
    let whole = shelf();
    let at = whole.find(|envelope| !envelope.intent.lists.is_empty());
    let position = Position::new(at as u64);
    let (place, part) =
        whole.parts.iter().find(|(place, part)| place.position == position && part.kind == 240).unwrap();
    // Altered alone: the commitment says so.
    let mut altered = whole.clone();
    let mut bytes = part.bytes.clone();
    bytes[31] ^= 0x01;
    altered.parts.insert(*place, SealedPart { bytes: bytes.clone(), ..part.clone() });
    assert_eq!(altered.first(), (position.get(), Fault::Part { place: *place }));
    // Altered and committed to anew: the root says so.
    let intent = whole.envelope(at).intent;
    let context = PartContext {
        log: intent.log,
        stream: intent.stream,
        event_type: intent.event_type,
        schema: intent.schema,
        kind: part.kind,
    };
    let commitment = commit(&PartKey::new(*part.key), &context, &bytes);
    let mut forged = whole.rewritten(at, |envelope| {
        envelope.intent.parts[usize::from(place.index)].commitment = commitment;
    });
    forged.parts.insert(*place, SealedPart { bytes, commitment: commitment.0, ..part.clone() });
    let faults = forged.audit().faults;
    assert!(faults.iter().all(|found| found.position == position), "{faults:#?}");
    assert!(faults.iter().any(|found| found.fault == Fault::List { position, kind: 240 }), "{faults:#?}");
}

#[test]
fn a_part_that_is_missing_makes_the_record_incomplete_and_nothing_worse() {
    let whole = shelf();
    for place in whole.parts.keys() {
        let mut shelf = whole.clone();
        shelf.parts.remove(place);
        let report = shelf.audit();
        assert_eq!(
            (report.verdict(), report.parts.missing),
            (Verdict::Incomplete, 1),
            "{:#?}",
            report.faults
        );
    }
}

#[test]
fn a_part_declared_lost_is_counted_as_lost_and_never_as_erased() {
    let mut world = World::native();
    let idea = world.contribution();
    world.happens(sample::loss(0b01).naming(RefRole::Target, idea).by(Role::Administrator));
    let mut shelf = Shelf::of(&world.record);
    let report = shelf.audit();
    assert_eq!((report.verdict(), report.parts.lost), (Verdict::SelfConsistent, 0), "it was found again");
    let position = Position::new(shelf.find(|envelope| envelope.intent.event_type == 0x0201) as u64);
    for (index, missing) in [(0, 0), (1, 1)] {
        shelf.parts.remove(&Place { position, index });
        let report = shelf.audit();
        assert_eq!((report.verdict(), report.fault_count), (Verdict::Incomplete, 0), "{:#?}", report.faults);
        assert_eq!((report.parts.lost, report.parts.missing, report.parts.erased), (1, missing, 0));
    }
}

#[test]
fn a_loss_of_a_part_that_there_never_was_is_found() {
    let mut world = World::native();
    let idea = world.contribution();
    world.happens(sample::loss(1 << 14).naming(RefRole::Target, idea).by(Role::Administrator));
    let shelf = Shelf::of(&world.record);
    let last = shelf.envelopes.len() as u64 - 1;
    let target = shelf.find(|envelope| envelope.intent.event_type == 0x0201) as u64;
    let (position, target) = (Position::new(last), Position::new(target));
    assert_eq!(shelf.first(), (last, Fault::Loss { position, target }));
}

#[test]
fn a_part_that_is_erased_twice_is_found_at_the_second() {
    let mut world = World::native();
    let (idea, all) = (world.contribution(), ErasureScope::All);
    let request = world.happens(sample::erasure_request(all).naming(RefRole::Target, idea));
    let decision = sample::erasure_decision(all).act(request).naming(RefRole::Target, idea);
    let decision = world.happens(decision);
    for mask in [1, 2] {
        world.happens(sample::erased(mask, all).act(decision).naming(RefRole::Target, idea));
    }
    let whole = Shelf::of(&world.record);
    assert_eq!((whole.audit().verdict(), whole.audit().parts.erased), (Verdict::SelfConsistent, 2));
    let last = whole.envelopes.len() - 1;
    let forged = whole.rewritten(last, |envelope| {
        let facts = String::from_utf8(envelope.intent.facts.clone()).unwrap();
        envelope.intent.facts = facts.replace("\"mask\":2", "\"mask\":1").into_bytes();
    });
    let target = whole.find(|envelope| envelope.intent.event_type == 0x0201) as u64;
    let (position, target) = (Position::new(last as u64), Position::new(target));
    assert_eq!(forged.first(), (last as u64, Fault::ErasedTwice { position, target }));
}
