//! Tampering, and what the audit says of it: the first position that cannot be trusted, and why.
//!
//! Each test alters a valid record in one way. Where the alteration would break the chain before it is reached,
//! every later link and the head are made anew: the audit must find what is wrong, not that something is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at a surprise"
)]

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use devenir_core::audit::{Fault, Found, Marks, Report, Verdict, audit, audit_envelopes};
use devenir_core::consultation::signing_credential;
use devenir_core::envelope::{
    Envelope, PartCommitment, PartContext, PartKey, Signature, Signer, commit, decode, encode,
    instance_stream, intent_id, intent_signature_message, stream_id,
};
use devenir_core::event::RefRole;
use devenir_core::event::code::{ErasureScope, Trust};
use devenir_core::id::{CommandId, IntentId, LogId, PublicKey};
use devenir_core::ledger::{
    ChainError, Frontier, Hash, Position, Revision, SigningKey, TreeHead, TreeSize, key_id, leaf_hash,
};
use devenir_core::rules::{Outcome, Role};
use devenir_core::signing::SignatureFault;
use devenir_core::store::{
    EmbeddedReader, EmbeddedStore, Group, MemoryDisk, Place, ReadLedger, ReadVault, Request, SealedPart,
    Store, StoreError,
};
use devenir_core::testing::history::{histories, seeded};
use devenir_core::testing::{Drafting, Record, World, sample};
use devenir_core::time::Timestamp;
use proptest::prelude::*;
use rusqlite::Connection;

/// A record that anybody can tamper with.
#[derive(Clone)]
struct Shelf {
    stated: TreeHead,
    envelopes: Vec<Vec<u8>>,
    parts: BTreeMap<Place, SealedPart>,
}

impl Shelf {
    fn of(record: &Record) -> Self {
        let mut shelf = Self { stated: TreeHead::empty(), envelopes: Vec::new(), parts: BTreeMap::new() };
        for (position, entry) in (0..).map(Position::new).zip(record.entries()) {
            let stored = entry.stored();
            shelf.envelopes.push(stored.leaf.bytes().to_vec());
            for part in stored.parts {
                shelf.parts.insert(Place { position, index: part.index }, part);
            }
        }
        shelf.restate();
        shelf
    }

    /// States the head that the envelopes give.
    fn restate(&mut self) {
        let mut frontier = Frontier::new();
        frontier.extend(self.envelopes.iter().map(|bytes| leaf_hash(bytes)));
        self.stated = frontier.head();
    }

    /// Makes places, links and head anew, as somebody does who hides a change.
    fn rechain(&mut self) {
        let mut tails = BTreeMap::new();
        for (place, bytes) in self.envelopes.iter_mut().enumerate() {
            let mut envelope = decode(bytes).unwrap();
            let position = Position::new(place as u64);
            let sequence = &mut envelope.sequence;
            sequence.position = position;
            let tail = tails.get(&envelope.intent.stream).copied();
            (sequence.revision, sequence.prev_position, sequence.prev) = match tail {
                None => (Revision::FIRST, None, Hash::ZERO),
                Some((revision, position, leaf)) => (Revision::next(revision), Some(position), leaf),
            };
            let revision = sequence.revision;
            *bytes = encode(&envelope);
            tails.insert(envelope.intent.stream, (revision, position, leaf_hash(bytes)));
        }
        self.restate();
    }

    /// The same after `change` to one envelope, with every later link made anew.
    fn rewritten(&self, position: usize, change: impl FnOnce(&mut Envelope)) -> Self {
        let mut shelf = self.clone();
        let mut envelope = self.envelope(position);
        change(&mut envelope);
        shelf.envelopes[position] = encode(&envelope);
        shelf.rechain();
        shelf
    }

    fn envelope(&self, position: usize) -> Envelope {
        decode(&self.envelopes[position]).unwrap()
    }

    fn find(&self, holds: impl Fn(&Envelope) -> bool) -> usize {
        (0..self.envelopes.len()).find(|place| holds(&self.envelope(*place))).expect("such an event")
    }

    fn audit(&self) -> Report {
        audit(self).unwrap()
    }

    /// The first position that cannot be trusted, and why; the verdict must be "altered".
    fn first(&self) -> (u64, Fault) {
        let report = self.audit();
        assert_eq!(report.verdict(), Verdict::Altered, "{report:#?}");
        let found = report.first_fault().expect("a fault");
        (found.position.get(), found.fault.clone())
    }
}

impl ReadLedger for Shelf {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.stated)
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let skipped = usize::try_from(from.get()).unwrap();
        Ok(self.envelopes.iter().skip(skipped).take(count_max).cloned().collect())
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

impl ReadVault for Shelf {
    fn open(&self, place: Place, _: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        Ok(self.parts.get(&place).cloned())
    }

    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        let held = self.parts.iter().filter(|(place, _)| positions.contains(&place.position));
        Ok(held.map(|(place, part)| (*place, part.clone())).collect())
    }

    fn recall(&self, _: Position) -> Result<Option<Request>, StoreError> {
        Ok(None)
    }
}

/// A consultation that ends with a response to forty contributions, too many to stand in its envelope.
fn consultation() -> Record {
    let mut world = World::native();
    let ideas: Vec<IntentId> = (0..40).map(|_| world.contribution()).collect();
    let ballot = world.support_ballot(ideas[0]);
    for voter in 0..5 {
        world.vote(voter, ballot, ideas[0]);
    }
    world.record.pass_days(1);
    let response = sample::response(Outcome::Adopted).with(|response| response.facts.group_size = 40);
    world.happens(response.answering(&ideas));
    world.record
}

fn shelf() -> Shelf {
    Shelf::of(&consultation())
}

/// An event in the middle that others of its stream follow.
const MIDDLE: usize = 30;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_valid_history_audits_clean(record in histories(0..80)) {
        let report = Shelf::of(&record).audit();
        prop_assert_eq!(report.verdict(), Verdict::SelfConsistent, "{:#?}", report.faults);
        prop_assert_eq!(&report.against_the_rules, &[]);
        prop_assert_eq!(report.parts.missing, 0);
        prop_assert_eq!(report.log, Some(record.log()));
        prop_assert_eq!(report.head.size.get(), record.entries().len() as u64);
    }

    #[test]
    fn a_byte_of_an_envelope_changed_anywhere_is_found_no_later_than_there(
        record in histories(10..40),
        at: prop::sample::Index,
        byte: prop::sample::Index,
        bit in 0u8..8,
    ) {
        let mut shelf = Shelf::of(&record);
        let place = at.index(shelf.envelopes.len());
        let byte = byte.index(shelf.envelopes[place].len());
        shelf.envelopes[place][byte] ^= 1 << bit;
        let (first, fault) = shelf.first();
        prop_assert!(first <= place as u64, "event {place}, byte {byte}: {first}: {fault}");
    }
}

/// Longer than what is read at once: chunks are examined while others are read, and come back in order.
#[test]
fn a_long_record_audits_clean_and_a_late_edit_is_found_where_it_is() {
    let record = seeded(7, 15_000);
    let mut shelf = Shelf::of(&record);
    let count = record.entries().len();
    assert!(count > 4 * 2_048, "{count}");
    let report = shelf.audit();
    assert_eq!((report.fault_count, report.first_bad()), (0, None), "{:#?}", report.faults);
    let late = count - 1_500;
    shelf.envelopes[late][40] ^= 1;
    assert!(shelf.audit().first_bad().is_some_and(|bad| bad.get() <= late as u64));
}

#[test]
fn a_memory_store_and_an_embedded_store_audit_alike() {
    let record = seeded(3, 250);
    let group = Group {
        entries: record.entries().iter().map(|entry| entry.stored()).collect(),
        requests: Vec::new(),
    };
    let disk = MemoryDisk::default();
    disk.open().unwrap().commit(TreeSize::EMPTY, &group).unwrap();
    let home = tempfile::tempdir().unwrap();
    EmbeddedStore::create(home.path()).unwrap().commit(TreeSize::EMPTY, &group).unwrap();
    let report = Shelf::of(&record).audit();
    assert_eq!(report.verdict(), Verdict::SelfConsistent);
    assert!(report.commands > 100 && report.parts.open > 100 && report.streams == 3, "{report:#?}");
    assert_eq!(audit(&disk.reader()).unwrap(), report);
    assert_eq!(audit(&EmbeddedReader::open(home.path()).unwrap()).unwrap(), report);
}

#[test]
fn an_envelope_edited_is_the_first_that_cannot_be_trusted() {
    let whole = shelf();
    let length = whole.envelopes[MIDDLE].len();
    // The last 64 bytes are its place; the link among them may as well accuse the event before.
    for byte in 0..length - 64 {
        let mut shelf = whole.clone();
        shelf.envelopes[MIDDLE][byte] ^= 0x01;
        let (first, fault) = shelf.first();
        assert_eq!(first, MIDDLE as u64, "byte {byte}: {fault}");
    }
}

#[test]
fn a_last_envelope_edited_is_found_by_the_root() {
    let mut shelf = shelf();
    let last = shelf.envelopes.len() - 1;
    let end = shelf.envelopes[last].len() - 1;
    shelf.envelopes[last][end] ^= 0x01;
    let (_, fault) = shelf.first();
    assert!(matches!(fault, Fault::Root { .. }), "{fault}");
}

#[test]
fn a_part_or_its_key_edited_is_named() {
    let whole = shelf();
    for (place, part) in &whole.parts {
        let edits: [fn(&mut SealedPart); 4] = [
            |part| part.bytes[0] ^= 0x20,
            |part| part.key[31] ^= 0x01,
            |part| part.commitment[7] ^= 0x80,
            |part| part.kind ^= 0x02,
        ];
        for edit in edits {
            let mut shelf = whole.clone();
            let mut edited = part.clone();
            edit(&mut edited);
            shelf.parts.insert(*place, edited);
            assert_eq!(shelf.first(), (place.position.get(), Fault::Part { place: *place }));
            assert_eq!(shelf.audit().parts.altered, 1);
        }
    }
}

#[test]
fn two_events_that_change_places_are_found_at_the_first() {
    let mut shelf = shelf();
    shelf.envelopes.swap(MIDDLE, MIDDLE + 5);
    let (first, fault) = shelf.first();
    assert_eq!(first, MIDDLE as u64);
    assert!(matches!(fault, Fault::Chain(ChainError::Position { .. })), "{fault}");
}

#[test]
fn two_parts_that_change_places_are_both_found() {
    let mut shelf = shelf();
    let places: Vec<Place> = shelf.parts.keys().filter(|place| place.index == 0).copied().collect();
    let [.., a, b, _] = places[..] else { panic!("too few parts") };
    let [mut of_a, mut of_b] = [a, b].map(|place| shelf.parts.remove(&place).unwrap());
    (of_a.index, of_b.index) = (b.index, a.index);
    shelf.parts.insert(b, of_a);
    shelf.parts.insert(a, of_b);
    assert_eq!(shelf.first(), (a.position.get(), Fault::Part { place: a }));
    assert_eq!(shelf.audit().parts.altered, 2);
}

#[test]
fn an_event_that_stands_twice_is_found_at_the_second() {
    let mut shelf = shelf();
    let twice = shelf.envelopes[MIDDLE].clone();
    shelf.envelopes.insert(MIDDLE + 1, twice);
    shelf.restate();
    let (first, fault) = shelf.first();
    assert_eq!(first, MIDDLE as u64 + 1);
    assert!(matches!(fault, Fault::Chain(ChainError::Position { .. })), "{fault}");
    // With every link made anew, the command and the intent still stand twice.
    shelf.parts.clear();
    shelf.rechain();
    let [first, second] = [MIDDLE, MIDDLE + 1].map(|place| Position::new(place as u64));
    let repeated = |what| Fault::Repeated { position: second, first, what };
    let faults: Vec<Fault> = shelf.audit().faults.into_iter().map(|found| found.fault).collect();
    assert!(
        faults.contains(&repeated("the command")) && faults.contains(&repeated("the intent")),
        "{faults:#?}"
    );
}

#[test]
fn an_event_left_out_is_found_where_it_stood_and_once() {
    let mut shelf = shelf();
    shelf.envelopes.remove(MIDDLE);
    shelf.parts.clear();
    shelf.restate();
    let (first, fault) = shelf.first();
    let [expected, found] = [MIDDLE, MIDDLE + 1].map(|place| Position::new(place as u64));
    assert_eq!((first, fault), (MIDDLE as u64, Fault::Chain(ChainError::Position { expected, found })));
    let chain = |fault: &Fault| matches!(fault, Fault::Chain(ChainError::Position { .. }));
    assert_eq!(shelf.audit().faults.iter().filter(|found| chain(&found.fault)).count(), 1);
}

#[test]
fn a_last_event_left_out_is_found_by_the_size() {
    let mut shelf = shelf();
    shelf.envelopes.pop();
    let [expected, found] = [shelf.stated.size, TreeSize::new(shelf.envelopes.len() as u64)];
    assert_eq!(shelf.first(), (found.get(), Fault::Size { expected, found }));
}

#[test]
fn an_event_beyond_the_head_is_found() {
    let mut shelf = shelf();
    let position = Position::new(shelf.envelopes.len() as u64);
    shelf.envelopes.push(shelf.envelopes[MIDDLE].clone());
    assert_eq!(shelf.first(), (position.get(), Fault::Beyond { position }));
}

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

/// What `devenir verify` finds after `sql` was done to an embedded store.
fn after(sql: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    embed(home.path(), &consultation());
    Connection::open(home.path().join("ledger.sqlite3")).unwrap().execute_batch(sql).unwrap();
    let reader = EmbeddedReader::open(home.path()).unwrap();
    let report = audit(&reader).unwrap();
    let first = report.first_fault().map(|found| format!("{}: {}", found.position, found.fault));
    let verdict = report.verdict().as_str();
    match (first, reader.check_pages()) {
        (Some(first), _) => format!("{verdict}, first at {first}"),
        (None, Ok(())) => verdict.to_owned(),
        (None, Err(error)) => error.to_string(),
    }
}

fn embed(dir: &Path, record: &Record) {
    let mut store = EmbeddedStore::create(dir).unwrap();
    let entries: Vec<_> = record.entries().iter().map(|entry| entry.stored()).collect();
    let requests =
        (0..entries.len() as u64).map(|at| devenir_core::store::sample::request(Position::new(at)));
    let requests = requests.collect();
    store.commit(TreeSize::EMPTY, &Group { entries, requests }).unwrap();
}

#[test]
fn tampering_with_sql_is_found_and_named() {
    let starts = |sql: &str, expected: &str| {
        let found = after(sql);
        assert!(found.starts_with(expected), "{sql}\n  expected {expected}\n  found    {found}");
    };
    starts("SELECT 1", "self-consistent only");
    starts(
        "UPDATE envelope SET bytes = x'00' WHERE position = 9",
        "altered, first at 9: the bytes of event 9 are not an envelope",
    );
    starts(
        "UPDATE envelope SET bytes = (SELECT bytes FROM envelope WHERE position = 8) WHERE position = 9",
        "altered, first at 9: event 8 stands where event 9 should",
    );
    starts("DELETE FROM envelope WHERE position = 9", "altered, first at 9: the store does not read");
    starts("DELETE FROM envelope WHERE position = (SELECT size - 1 FROM head)", "altered, first at ");
    starts("INSERT INTO envelope SELECT size, x'00' FROM head", "altered, first at ");
    starts(
        "INSERT INTO envelope VALUES (-1, x'00')",
        "the store is damaged: its tables are not those of a store: 1 rows of `envelope`",
    );
    starts(
        "INSERT INTO part SELECT -16, kind, commitment, key, bytes FROM part LIMIT 1",
        "the store is damaged: its tables are not those of a store: 1 rows of `part`",
    );
    starts(
        "UPDATE part SET key = zeroblob(32) WHERE place = 16",
        "altered, first at 1: part 0 of event 1 does not fit its commitment",
    );
    starts("UPDATE part SET key = x'00' WHERE place = 16", "altered, first at 1: the store does not read: ");
    starts(
        "UPDATE part SET bytes = zeroblob(9) WHERE place = 16",
        "altered, first at 1: part 0 of event 1 does not fit",
    );
    starts(
        "UPDATE part SET place = 30 WHERE place = 16",
        "altered, first at 1: the vault holds part 14 of event 1",
    );
    starts("DELETE FROM part WHERE place = 16", "incomplete");
    starts("UPDATE head SET root = zeroblob(32)", "altered, first at 0: the root over ");
    starts("UPDATE head SET size = size - 1", "altered, first at ");
    starts(
        "UPDATE head SET before_last = CAST(substr(before_last, 1, 8) || zeroblob(length(before_last) - 8) AS BLOB)",
        "the store is damaged: the last envelope",
    );
    starts(
        "UPDATE request SET mac = zeroblob(40) WHERE position = 9",
        "the store is damaged: the request at position 9 does not read: its check does not fit",
    );
    starts(
        "UPDATE request SET command_id = zeroblob(16) WHERE position = 9",
        "the store is damaged: the request at position 9",
    );
    starts(
        "UPDATE request SET position = 900 WHERE position = 9",
        "the store is damaged: the request at position 900",
    );
    starts(
        "UPDATE request SET mac = zeroblob(32) WHERE position = 9",
        "the store is damaged: the request at position 9 does not read: ",
    );
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

/// The town's record, whose last event is a response by the holder of a key, and that key.
fn answered_under_a_key() -> (Shelf, SigningKey) {
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
fn signed(shelf: &Shelf, key: &SigningKey, change: impl FnOnce(&mut Signer)) -> Shelf {
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
