//! Bundles and records as guarantors get them, honest and not: the verdict, and what is named.
//!
//! Files are taken apart and put together in memory: what is tampered with has the right form.

use super::*;
use crate::bundle::{BundleError, Contents, FileName, Files, Half, Sink, write};
use crate::envelope::{Envelope, decode, encode, instance_stream, intent_id};
use crate::event::RefRole;
use crate::event::code::ErasureScope;
use crate::event::code::Trust;
use crate::ledger::{
    Checkpoint, Fork, Hash, NoteSigner, ProofFile, ProofPass, Signer, SigningKey, TreeSize, leaf_hash,
};
use crate::rules::{Locale, Role};
use crate::store::{Group, Leaf, MemoryDisk, Reader, Store as _};
use crate::testing::history::seeded;
use crate::testing::{Drafting as _, Record, World, sample};
use std::collections::{BTreeMap, VecDeque};

const ORIGIN: &str = "example.org/villeneuve";

/// The files of a bundle in memory.
#[derive(Clone, Default)]
struct Shelf(BTreeMap<FileName, Vec<u8>>);

impl Sink for Shelf {
    fn file(&mut self, name: FileName, bytes: &[u8]) -> std::io::Result<()> {
        self.0.insert(name, bytes.to_vec());
        Ok(())
    }
}

struct Given(VecDeque<(FileName, Vec<u8>)>, VecDeque<u8>);

impl Files for Given {
    fn next_file(&mut self) -> Result<Option<(FileName, u64)>, BundleError> {
        let Some((name, bytes)) = self.0.pop_front() else { return Ok(None) };
        self.1 = bytes.into();
        Ok(Some((name, self.1.len() as u64)))
    }
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BundleError> {
        let count = bytes.len();
        for (slot, byte) in bytes.iter_mut().zip(self.1.drain(..count)) {
            *slot = byte;
        }
        Ok(())
    }
}

impl Shelf {
    fn verify(&self, asked: &Asked) -> Verified {
        verify_bundle(Given(self.0.clone().into_iter().collect(), VecDeque::new()), asked)
    }

    /// The envelopes of the first file, to be put in again.
    fn envelopes(&self) -> Vec<Vec<u8>> {
        let mut rest = self.0[&FileName::Record(0, Half::Entries)].as_slice();
        let mut envelopes = Vec::new();
        while let Some((len, after)) = rest.split_first_chunk::<2>() {
            let (entry, after) = after.split_at(usize::from(u16::from_be_bytes(*len)));
            envelopes.push(entry.to_vec());
            rest = after;
        }
        envelopes
    }

    /// The same where the records of parts say something else: `state` gives what each is to say, of its place and state.
    fn restated(&self, state: impl Fn(u64, u8, u8) -> u8) -> Self {
        let mut shelf = self.clone();
        let records = shelf.0.get_mut(&FileName::Record(0, Half::Parts)).unwrap();
        let (mut rest, mut restated) = (records.as_slice(), Vec::new());
        while let Some((front, after)) = rest.split_first_chunk::<11>() {
            let len = if front[10] == 0 {
                36 + u32::from_be_bytes(after[32..36].try_into().unwrap()) as usize
            } else {
                0
            };
            let (body, after) = after.split_at(len);
            let position = u64::from_be_bytes(front[..8].try_into().unwrap());
            let now = state(position, front[8], front[10]);
            restated.extend_from_slice(&front[..10]);
            restated.push(now);
            if now == 0 {
                restated.extend_from_slice(body);
            }
            rest = after;
        }
        *records = restated;
        shelf
    }

    fn with(&self, envelopes: &[Vec<u8>]) -> Self {
        let mut bytes = Vec::new();
        for envelope in envelopes {
            bytes.extend_from_slice(&u16::try_from(envelope.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(envelope);
        }
        let mut shelf = self.clone();
        shelf.0.insert(FileName::Record(0, Half::Entries), bytes);
        shelf.0.remove(&FileName::Record(0, Half::Parts));
        shelf
    }
}

struct Town {
    record: Record,
    reader: Box<dyn Reader>,
    stream: StreamId,
}

/// A small record that ends with a heads event; with others before it where the seed has them.
fn town(seed: u64, count: usize) -> Town {
    town_where(seed, count, |_| {})
}

/// The same, its last event changed by somebody who has every key.
fn town_where(seed: u64, count: usize, change: impl FnOnce(&mut Envelope)) -> Town {
    Town::of(seeded(seed, count), change)
}

impl Town {
    fn of(mut record: Record, change: impl FnOnce(&mut Envelope)) -> Self {
        let instance = instance_stream(record.log());
        record.write(instance, Trust::Native, vec![sample::heads().by(Role::Clerk)]).unwrap();
        let mut entries: Vec<_> = record.entries().iter().map(|entry| entry.stored()).collect();
        let last = entries.last_mut().unwrap();
        let mut envelope = decode(last.leaf.bytes()).unwrap();
        change(&mut envelope);
        last.leaf = Leaf::new(encode(&envelope));
        let disk = MemoryDisk::default();
        disk.open().unwrap().commit(TreeSize::EMPTY, &Group { entries, requests: Vec::new() }).unwrap();
        let registered =
            |it: &&crate::envelope::Recorded| it.event.event_type().name == "consultation-registered";
        let stream = record.events().find(registered).unwrap().stream;
        Self { reader: Box::new(disk.reader()), stream, record }
    }

    /// As a store or a log that was published with this checkpoint.
    fn verify(&self, published: &Note, asked: &Asked) -> Verified {
        let beside = Beside { published: Some(published), ..Beside::default() };
        verify_record(self.reader.as_ref(), beside, asked).unwrap()
    }

    /// The checkpoint over the first `size` events, cosigned as soon as they were there.
    fn cosigned_at(&self, size: u64) -> Note {
        let seconds = size.checked_sub(1).map_or(0, |last| self.recorded_at(last) / 1000);
        self.cosigned_when(size, seconds)
    }

    /// The same, cosigned at an instant in seconds.
    fn cosigned_when(&self, size: u64, seconds: i64) -> Note {
        let head =
            crate::ledger::head_of(self.record.entries().iter().take(size as usize).map(|it| &it.bytes));
        let checkpoint = Checkpoint { origin: ORIGIN.parse().unwrap(), head };
        let line = witness().cosign(&checkpoint, seconds.unsigned_abs()).unwrap();
        checkpoint.sign(&signer()).unwrap().with(line).unwrap()
    }

    /// When an event says that it was recorded, in milliseconds.
    fn recorded_at(&self, position: u64) -> i64 {
        let envelopes = self.reader.read(Position::new(position), 1).unwrap();
        decode(&envelopes[0]).unwrap().sequence.recorded_at.0
    }
}

fn cosigned(checkpoint: &Checkpoint) -> Note {
    checkpoint.sign(&signer()).unwrap().with(witness().cosign(checkpoint, 1_900_000_000).unwrap()).unwrap()
}

fn asking(policy: &str) -> Asked {
    Asked { policy: Some(Policy::parse(policy.as_bytes()).unwrap()), ..Asked::default() }
}

fn signer() -> NoteSigner {
    Signer::new(ORIGIN.parse().unwrap(), SigningKey::from_seed(&[7; 32]))
}

fn witness() -> crate::ledger::Cosigner {
    Signer::new("witness.example/w".parse().unwrap(), SigningKey::from_seed(&[8; 32]))
}

fn policy() -> Policy {
    let text = format!("log {}\nwitness w {}\nquorum w\n", signer().public(), witness().public());
    Policy::parse(text.as_bytes()).unwrap()
}

impl Town {
    fn checkpoint(&self) -> (Checkpoint, Note) {
        let checkpoint = Checkpoint { origin: ORIGIN.parse().unwrap(), head: self.reader.head().unwrap() };
        let note = checkpoint.sign(&signer()).unwrap();
        (checkpoint, note)
    }

    fn bundle(&self, stream: Option<StreamId>, checkpoint: Option<&Note>) -> Shelf {
        let contents = Contents {
            log: self.record.log(),
            origin: ORIGIN,
            head: self.reader.head().unwrap(),
            checkpoint,
            stream,
        };
        let mut shelf = Shelf::default();
        write(self.reader.as_ref(), &contents, &mut |_, _, kind| kind >= 128, &mut shelf).unwrap();
        shelf
    }
}

#[test]
fn an_honest_bundle_agrees_with_itself_and_what_it_withholds_is_not_missing() {
    let town = town(5, 300);
    for stream in [None, Some(town.stream)] {
        let verified = town.bundle(stream, None).verify(&Asked::default());
        assert_eq!(verified.verdict(), Verdict::SelfConsistent, "{}", verified.say(Locale::En));
        assert!(verified.withheld() > 20 && verified.missing() == 0);
        assert_eq!(verified.to_json()["exitCode"], 4);
    }
    let said = town.bundle(Some(town.stream), None).verify(&Asked::default()).say(Locale::Fr);
    assert!(said.contains("complète jusqu'à l'acte") && said.contains("Ce que ceci ne prouve pas"), "{said}");
}

#[test]
fn a_bundle_that_enough_witnesses_saw_is_anchored_and_one_that_too_few_saw_is_not() {
    let town = town(5, 120);
    let (checkpoint, note) = town.checkpoint();
    let asked = Asked { policy: Some(policy()), ..Asked::default() };
    let alone = town.bundle(None, Some(&note)).verify(&asked);
    assert_eq!(alone.verdict(), Verdict::SelfConsistent);
    let cosigned = note.with(witness().cosign(&checkpoint, 1_900_000_000).unwrap()).unwrap();
    for stream in [None, Some(town.stream)] {
        let verified = town.bundle(stream, Some(&cosigned)).verify(&asked);
        assert_eq!(verified.verdict(), Verdict::Anchored, "{}", verified.say(Locale::En));
    }
    let stranger: NoteSigner = Signer::new(ORIGIN.parse().unwrap(), SigningKey::from_seed(&[9; 32]));
    let other = checkpoint.sign(&stranger).unwrap();
    assert_eq!(town.bundle(None, Some(&other)).verify(&asked).verdict(), Verdict::Altered);
}

#[test]
fn another_history_than_the_one_that_was_seen_is_divergent_and_leaves_both_notes() {
    let (ours, theirs) = (town(5, 120), town(6, 120));
    let (_, mine) = ours.checkpoint();
    let (mut elsewhere, _) = theirs.checkpoint();
    elsewhere.head.size = TreeSize::new(ours.reader.head().unwrap().size.get() - 3);
    let seen = elsewhere.sign(&signer()).unwrap();
    let asked = Asked { seen: Some(seen.clone()), ..Asked::default() };
    let verified = ours.bundle(None, Some(&mine)).verify(&asked);
    assert_eq!(verified.verdict(), Verdict::Divergent, "{}", verified.say(Locale::En));
    let evidence = verified.evidence.as_ref().unwrap();
    let fork = Fork::parse(evidence.to_string().as_bytes()).unwrap();
    assert_eq!(fork.notes(), (&seen, &mine));
    assert_eq!(evidence.convicted(), None, "nobody here knows the key that signed both");
    assert!(
        verified.say(Locale::En).contains("convict nobody by themselves"),
        "{}",
        verified.say(Locale::En)
    );
    let named =
        Asked { seen: Some(seen.clone()), ..asking(&format!("log {}\nquorum none\n", signer().public())) };
    let verified = ours.bundle(None, Some(&mine)).verify(&named);
    let evidence = verified.evidence.as_ref().unwrap();
    let fork = Fork::parse(evidence.to_string().as_bytes()).unwrap();
    let (old, new) = fork.convicts(signer().public()).expect("with the proof, of whose sizes differ");
    assert_eq!((old.size, new.size), (elsewhere.head.size, ours.reader.head().unwrap().size));
    assert_eq!(evidence.convicted(), Some(signer().public().name()));
    assert!(
        verified.say(Locale::En).contains("convict whoever holds the key"),
        "{}",
        verified.say(Locale::En)
    );
    let whole = ours.verify(&mine, &asked);
    assert_eq!(whole.verdict(), Verdict::Divergent);
}

#[test]
fn a_record_shorter_than_what_was_signed_is_incomplete_and_one_that_differs_is_altered() {
    let town = town(5, 120);
    let (mut checkpoint, _) = town.checkpoint();
    checkpoint.head.size = TreeSize::new(checkpoint.head.size.get() + 10);
    let larger = checkpoint.sign(&signer()).unwrap();
    let asked = Asked::default();
    let behind = town.verify(&larger, &asked);
    assert_eq!(behind.verdict(), Verdict::Incomplete);
    assert!(behind.say(Locale::En).contains("are missing"), "{}", behind.say(Locale::En));
    checkpoint.head.size = TreeSize::new(50);
    let other = checkpoint.sign(&signer()).unwrap();
    let altered =
        verify_record(town.reader.as_ref(), Beside { signed: &[other], ..Beside::default() }, &asked)
            .unwrap();
    assert_eq!(altered.verdict(), Verdict::Altered);
}

#[test]
fn a_consultation_without_its_last_events_says_which_are_missing() {
    let town = town(5, 60);
    let bundle = town.bundle(Some(town.stream), None);
    let mut envelopes = bundle.envelopes();
    let is_ours = |bytes: &Vec<u8>| decode(bytes).unwrap().intent.stream == town.stream;
    let last = envelopes.iter().rposition(is_ours).unwrap();
    // The whole of its last command: half of one would be found as such.
    let command = decode(&envelopes[last]).unwrap().intent.command;
    envelopes.retain(|bytes| decode(bytes).unwrap().intent.command != command);
    let verified = bundle.with(&envelopes).verify(&Asked::default());
    assert_eq!(verified.verdict(), Verdict::Incomplete, "{}", verified.say(Locale::En));
    assert!(matches!(verified.problems[0], Problem::Short { .. }), "{:?}", verified.problems);
    let heads = envelopes.len() - 1;
    envelopes.remove(heads);
    let verified = bundle.with(&envelopes).verify(&Asked::default());
    assert!(verified.problems.iter().any(|problem| matches!(problem, Problem::NoHeads(_))));
}

#[test]
fn an_event_of_another_consultation_and_the_heads_of_another_day_are_named() {
    let town = town(5, 60);
    let bundle = town.bundle(Some(town.stream), None);
    let foreign = town.record.entries().iter().find(|entry| {
        let stream = entry.recorded.stream;
        stream != town.stream && stream != instance_stream(town.record.log())
    });
    let mut envelopes = bundle.envelopes();
    envelopes.push(foreign.unwrap().bytes.clone());
    envelopes.sort_by_key(|bytes| decode(bytes).unwrap().sequence.position);
    let verified = bundle.with(&envelopes).verify(&Asked::default());
    assert_eq!(verified.verdict(), Verdict::Altered);
    assert!(verified.problems.iter().any(|problem| matches!(problem, Problem::Foreign { .. })));

    let mut stale = bundle.clone();
    let proofs = stale.0.get_mut(&FileName::Proofs).unwrap();
    let text = String::from_utf8(proofs.clone()).unwrap();
    let (before, stream) = text.split_at(text.rfind("\"path\"").unwrap());
    let flipped = stream.replacen(|c: char| c.is_ascii_digit(), "f", 1);
    *proofs = format!("{before}{flipped}").into_bytes();
    let verified = stale.verify(&Asked::default());
    assert!(
        verified.problems.iter().any(|problem| matches!(problem, Problem::Heads { .. })),
        "{:?}",
        verified.problems
    );
}

#[test]
fn a_manifest_or_a_checkpoint_from_elsewhere_is_named() {
    let town = town(5, 60);
    let (mut checkpoint, _) = town.checkpoint();
    checkpoint.head.root = crate::ledger::empty_root();
    let note = checkpoint.sign(&signer()).unwrap();
    let mut bundle = town.bundle(None, None);
    bundle.0.insert(FileName::Checkpoint, note.to_string().into_bytes());
    assert_eq!(bundle.verify(&Asked::default()).verdict(), Verdict::Altered);
    let mut bundle = town.bundle(None, None);
    let manifest = bundle.0.get_mut(&FileName::Manifest).unwrap();
    *manifest =
        String::from_utf8(manifest.clone()).unwrap().replace(ORIGIN, "example.org/other").into_bytes();
    let verified = bundle.verify(&Asked::default());
    assert!(matches!(verified.problems[0], Problem::Ledger { .. }));
}

/// Whoever runs the ledger can write any number into an envelope: what nobody knows is not thereby true.
#[test]
fn heads_are_held_against_the_events_whoever_states_them() {
    let unknown_actor = |envelope: &mut Envelope| envelope.intent.actor_class = 200;
    let first = seeded(5, 120).entries()[0].recorded.id;
    let unknown_role = move |envelope: &mut Envelope| envelope.intent.refs = vec![(99, first)];
    let changes: [&dyn Fn(&mut Envelope); 2] = [&unknown_actor, &unknown_role];
    for change in changes {
        let asked = Asked { policy: Some(policy()), ..Asked::default() };
        let town = town_where(5, 120, change);
        let (checkpoint, _) = town.checkpoint();
        let vouched = town.bundle(None, Some(&cosigned(&checkpoint))).verify(&asked);
        assert_eq!(vouched.verdict(), Verdict::SelfConsistent, "{}", vouched.say(Locale::En));
        assert_eq!(vouched.to_json()["unknownTypes"], 1);
        let said = vouched.say(Locale::En);
        assert!(
            said.contains("does not know in full (type, version, role or part), verified as bytes only: 1"),
            "{said}"
        );
        assert!(!said.contains("no quorum of witnesses"), "enough have cosigned: {said}");

        let lying = town_where(5, 120, |envelope| {
            change(envelope);
            envelope.intent.facts = format!(r#"{{"root":"{}","streams":1}}"#, "5".repeat(64)).into_bytes();
        });
        let (checkpoint, _) = lying.checkpoint();
        let found = lying.bundle(None, Some(&cosigned(&checkpoint))).verify(&asked);
        assert_eq!(found.verdict(), Verdict::Altered, "{}", found.say(Locale::En));
    }
}

#[test]
fn a_checkpoint_vouches_for_the_events_that_it_covers_and_no_others() {
    let town = town(5, 120);
    let asked = Asked { policy: Some(policy()), ..Asked::default() };
    let size = town.reader.head().unwrap().size.get();
    assert_eq!(town.verify(&town.cosigned_at(size), &asked).verdict(), Verdict::Anchored);
    for covered in [0, 1, size - 1] {
        let verified = town.verify(&town.cosigned_at(covered), &asked);
        let said = verified.say(Locale::En);
        assert_eq!(verified.verdict(), Verdict::SelfConsistent, "{said}");
        assert!(
            said.contains(&format!("events {covered} to {} came after that checkpoint", size - 1)),
            "{said}"
        );
        assert!(said.contains(&format!("other events from {covered} on")), "{said}");
    }
}

/// Two minutes on either side of the instant at which a quorum had seen so many events.
#[test]
fn an_event_is_not_older_than_a_quorum_allows_that_saw_the_ledger_without_it_nor_younger_than_one_that_saw_it()
 {
    let town = town(5, 120);
    let asked = Asked { policy: Some(policy()), ..Asked::default() };
    let size = town.reader.head().unwrap().size.get();
    let (last, next) = (town.recorded_at(59), town.recorded_at(60));
    let verified = |at: i64| town.verify(&town.cosigned_when(60, at), &asked);
    let sound = [last / 1000 - 119, last / 1000, next / 1000, next / 1000 + 120];
    for at in sound {
        let verified = verified(at);
        assert_eq!(verified.verdict(), Verdict::SelfConsistent, "{}", verified.say(Locale::En));
    }
    let back = verified(next / 1000 + 122);
    assert_eq!(back.verdict(), Verdict::Altered);
    assert!(
        back.say(Locale::En).contains("event 60 says that it was recorded at"),
        "{}",
        back.say(Locale::En)
    );
    assert!(back.say(Locale::En).contains("it was dated back, or their clocks are wrong"));
    let ahead = verified(last / 1000 - 122);
    assert_eq!(ahead.verdict(), Verdict::Altered);
    assert!(ahead.say(Locale::En).contains("event 59 says") && ahead.say(Locale::En).contains("dated ahead"));

    // Of the checkpoint that the reader kept, the same, in a bundle of all or of one consultation.
    let end = town.recorded_at(size - 1) / 1000;
    for (kept, verdict) in [(next / 1000 + 120, Verdict::Anchored), (next / 1000 + 122, Verdict::Altered)] {
        let seen = Some(town.cosigned_when(60, kept));
        let asked = Asked { policy: Some(policy()), seen, ..Asked::default() };
        for stream in [None, Some(town.stream)] {
            let verified = town.bundle(stream, Some(&town.cosigned_when(size, end))).verify(&asked);
            assert_eq!(verified.verdict(), verdict, "{}", verified.say(Locale::En));
        }
    }

    // Nobody whom the reader did not ask for dates anything.
    let asked = Asked { seen: Some(town.cosigned_when(60, next / 1000 + 9_000)), ..Asked::default() };
    let verified = town.bundle(None, Some(&town.cosigned_when(size, end))).verify(&asked);
    assert_eq!(verified.verdict(), Verdict::SelfConsistent, "{}", verified.say(Locale::En));
}

/// A contribution whose text and author were erased, before another.
fn with_an_erasure(is_completed: bool) -> (Town, [u64; 2]) {
    let mut world = World::native();
    let (gone, kept) = (world.contribution(), world.contribution());
    let request = world.happens(sample::erasure_request(ErasureScope::All).naming(RefRole::Target, gone));
    let decision = sample::erasure_decision(ErasureScope::All).act(request).naming(RefRole::Target, gone);
    let decision = world.happens(decision);
    let erased = sample::erased(3, ErasureScope::All).act(decision).naming(RefRole::Target, gone);
    let erased = world.happens(erased);
    if is_completed {
        world.happens(sample::erasure_completion().act(erased));
    }
    let places = [gone, kept].map(|id| world.record.event(id).position.get());
    (Town::of(world.record, |_| {}), places)
}

#[test]
fn a_part_that_is_withheld_excuses_no_other_and_nothing_that_was_erased() {
    for is_completed in [false, true] {
        let (town, [gone, kept]) = with_an_erasure(is_completed);
        for stream in [None, Some(town.stream)] {
            let honest = town.bundle(stream, None);
            let verified = honest.verify(&Asked::default());
            assert_eq!(verified.verdict(), Verdict::SelfConsistent, "{}", verified.say(Locale::En));
            let withheld = verified.withheld();
            let lost = honest.restated(|position, _, state| if position == kept { 2 } else { state });
            let verified = lost.verify(&Asked::default());
            let parts = town.record.entries()[kept as usize].parts.len() as u64;
            assert_eq!((verified.verdict(), verified.missing()), (Verdict::Incomplete, parts), "{stream:?}");
            assert_eq!(verified.to_json()["firstBadPosition"], kept.to_string());
            assert!(verified.withheld() < withheld);

            // Whoever withholds what was erased still has it.
            let held = honest
                .restated(|position, index, state| if position == gone && index < 2 { 1 } else { state });
            let verified = held.verify(&Asked::default());
            let said = verified.say(Locale::En);
            let expected = if is_completed { Verdict::Altered } else { Verdict::SelfConsistent };
            assert_eq!((verified.verdict(), verified.withheld()), (expected, withheld), "{said}");
            assert!(said.contains(if is_completed { "is still held" } else { "2 pending" }), "{said}");
            let both = honest.restated(|position, index, state| match position {
                position if position == gone && index < 2 => 1,
                position if position == kept => 2,
                _ => state,
            });
            assert_ne!(both.verify(&Asked::default()).verdict(), Verdict::SelfConsistent);
        }
    }
}

#[test]
fn a_structural_part_that_is_withheld_is_lost() {
    let town = town(5, 60);
    let registered = town.record.events().find(|it| it.event.event_type().name == "consultation-registered");
    let place = registered.unwrap().position.get();
    let bundle = town.bundle(Some(town.stream), None);
    let verified = bundle
        .restated(|position, _, state| if position == place { 1 } else { state })
        .verify(&Asked::default());
    assert_eq!(verified.verdict(), Verdict::Incomplete, "{}", verified.say(Locale::En));
}

/// The key of event 0 is the record's own word; the witnesses' is not.
#[test]
fn a_policy_that_names_no_ledger_asks_its_witnesses_about_the_one_at_hand() {
    let (checkpoint, alone) = town(5, 60).checkpoint();
    let opening = super::anchor::Opening { origin: ORIGIN.into(), is_demonstration: true };
    let keys = signer().public().clone().into();
    let judge = |note: &Note, policy: &str| {
        let mut problems = Vec::new();
        let known = (Some(&opening), Some(&keys));
        let anchoring = super::anchor::judge(Some(note), &asking(policy), known, &mut problems);
        (anchoring, problems)
    };
    let witnesses = format!("witness w {}\nquorum w\n", witness().public());
    let (anchoring, problems) = judge(&cosigned(&checkpoint), &witnesses);
    assert!(anchoring.is_enough() && problems.is_empty(), "{problems:?}");
    let (anchoring, problems) = judge(&alone, &witnesses);
    assert!(!anchoring.is_enough() && problems.is_empty(), "{problems:?}");

    // One that names another ledger is not about this one: then nobody vouches for it, and nobody is said to.
    let stranger: NoteSigner = Signer::new(ORIGIN.parse().unwrap(), SigningKey::from_seed(&[9; 32]));
    let (anchoring, problems) =
        judge(&cosigned(&checkpoint), &format!("log {}\n{witnesses}", stranger.public()));
    assert_eq!(anchoring, Anchoring::Nobody);
    assert!(matches!(problems[..], [Problem::NotOfThePolicy(_)]), "{problems:?}");
}

#[test]
fn a_consultation_says_which_checkpoint_it_could_not_be_held_against() {
    let town = town(5, 120);
    let size = town.reader.head().unwrap().size.get();
    let asked = Asked { seen: Some(town.cosigned_at(size - 1)), ..Asked::default() };
    let verified = town.bundle(Some(town.stream), None).verify(&asked);
    let said = verified.say(Locale::En);
    assert!(
        said.contains(&format!("the checkpoint that you kept ({} events) was not compared", size - 1)),
        "{said}"
    );
    assert_eq!(verified.to_json()["seenNotCompared"], (size - 1).to_string());
    assert!(said.contains("that the record of heads is true"), "{said}");
    let whole = town.bundle(None, None).verify(&asked);
    assert!(whole.uncompared.is_none() && whole.verdict() == Verdict::SelfConsistent);
    let empty = Asked { seen: Some(town.cosigned_at(0)), ..Asked::default() };
    assert_eq!(
        town.bundle(Some(town.stream), None).verify(&empty).uncompared,
        None,
        "all begin with nothing"
    );
}

#[test]
fn what_a_store_acknowledged_and_what_it_signed_last_are_held_against_it() {
    let town = town(5, 120);
    let head = town.reader.head().unwrap();
    let verify = |acknowledged: TreeHead| {
        let beside = Beside { acknowledged: Some(acknowledged), ..Beside::default() };
        verify_record(town.reader.as_ref(), beside, &Asked::default()).unwrap()
    };
    assert_eq!(verify(head).verdict(), Verdict::SelfConsistent);
    let longer = verify(TreeHead { size: TreeSize::new(head.size.get() + 2), ..head });
    assert_eq!(longer.verdict(), Verdict::Incomplete);
    assert!(longer.say(Locale::En).contains("the store acknowledged"), "{}", longer.say(Locale::En));
    let other = verify(TreeHead { size: TreeSize::new(50), root: Hash::ZERO });
    assert_eq!(other.verdict(), Verdict::Altered, "{}", other.say(Locale::En));
    let garbage = Note::parse("no checkpoint\n\n\u{2014} example.org/a AAAAAAA=\n".as_bytes()).unwrap();
    let beside = Beside { signed: &[garbage], ..Beside::default() };
    let verified = verify_record(town.reader.as_ref(), beside, &Asked::default()).unwrap();
    assert_eq!(verified.verdict(), Verdict::Altered, "{}", verified.say(Locale::En));
}

#[test]
fn an_invented_record_is_said_to_be_one() {
    let town = town(5, 60);
    for verified in
        [town.bundle(None, None), town.bundle(Some(town.stream), None)].map(|it| it.verify(&Asked::default()))
    {
        assert_eq!(verified.to_json()["demonstration"], true);
        assert!(verified.say(Locale::Fr).contains("DÉMONSTRATION"), "{}", verified.say(Locale::Fr));
    }
}

/// A receipt for an event of the town, and its proof under a cosigned checkpoint.
fn receipt(town: &Town) -> (String, String) {
    let entry = &town.record.entries()[2];
    let (checkpoint, _) = town.checkpoint();
    let mut pass = ProofPass::new(&[entry.recorded.position], checkpoint.head.size);
    town.record.entries().iter().for_each(|entry| pass.push(leaf_hash(&entry.bytes)));
    let proof = pass.into_proofs().remove(0);
    let id = intent_id(&decode(&entry.bytes).unwrap().intent);
    let envelope = crate::ledger::base64::encode(&entry.bytes);
    let receipt =
        format!(r#"{{"format":"devenir receipt v0","intent_id":"{id}","envelope":"{envelope}","parts":[]}}"#);
    (receipt, ProofFile::new(b"", proof, cosigned(&checkpoint)).unwrap().to_string())
}

#[test]
fn a_receipt_is_anchored_where_the_policy_asks_for_witnesses_and_nowhere_else() {
    let town = town(5, 60);
    let (receipt, proof) = receipt(&town);
    let verify = |policy: &str| {
        let policy = Policy::parse(policy.as_bytes()).unwrap();
        verify_receipt(receipt.as_bytes(), Some(proof.as_bytes()), Some(&policy), None)
    };
    let (log, w) = (signer().public().clone(), witness().public().clone());
    let asked = verify(&format!("log {log}\nwitness w {w}\nquorum w\n"));
    assert_eq!(asked.verdict, Verdict::Anchored, "{}", asked.say(Locale::En));
    let unasked = verify(&format!("log {log}\nwitness w {w}\nquorum none\n"));
    assert_eq!(unasked.verdict, Verdict::SelfConsistent, "{}", unasked.say(Locale::En));
    let unnamed = verify(&format!("witness w {w}\nquorum w\n"));
    assert_eq!(unnamed.verdict, Verdict::SelfConsistent, "{}", unnamed.say(Locale::En));
    assert!(unnamed.say(Locale::En).contains("add a line `log KEY`"), "{}", unnamed.say(Locale::En));
}
