//! Bundles and records as guarantors get them, honest and not: the verdict, and what is named.
//!
//! Files are taken apart and put together in memory: what is tampered with has the right form.

use super::*;
use crate::bundle::{BundleError, Contents, FileName, Files, Half, Sink, write};
use crate::envelope::{decode, instance_stream};
use crate::event::code::Trust;
use crate::ledger::{Checkpoint, NoteSigner, Signer, SigningKey, TreeSize};
use crate::rules::{Locale, Role};
use crate::store::{Group, MemoryDisk, Reader, Store as _};
use crate::testing::history::seeded;
use crate::testing::{Drafting as _, Record, sample};
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
    let mut record = seeded(seed, count);
    let instance = instance_stream(record.log());
    record.write(instance, Trust::Native, vec![sample::heads().by(Role::Clerk)]).unwrap();
    let disk = MemoryDisk::default();
    let entries = record.entries().iter().map(|entry| entry.stored()).collect();
    disk.open().unwrap().commit(TreeSize::EMPTY, &Group { entries, requests: Vec::new() }).unwrap();
    let registered =
        |it: &&crate::envelope::Recorded| it.event.event_type().name == "consultation-registered";
    let stream = record.events().find(registered).unwrap().stream;
    Town { reader: Box::new(disk.reader()), stream, record }
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
        assert!(verified.withheld > 20 && verified.missing() == 0);
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
    assert_eq!(
        verified.evidence.clone().map(|evidence| (evidence.shown, evidence.kept)),
        Some((mine.clone(), seen))
    );
    let whole = verify_record(ours.reader.as_ref(), Some(&mine), &[], &asked).unwrap();
    assert_eq!(whole.verdict(), Verdict::Divergent);
}

#[test]
fn a_record_shorter_than_what_was_signed_is_incomplete_and_one_that_differs_is_altered() {
    let town = town(5, 120);
    let (mut checkpoint, _) = town.checkpoint();
    checkpoint.head.size = TreeSize::new(checkpoint.head.size.get() + 10);
    let larger = checkpoint.sign(&signer()).unwrap();
    let asked = Asked::default();
    let behind = verify_record(town.reader.as_ref(), Some(&larger), &[], &asked).unwrap();
    assert_eq!(behind.verdict(), Verdict::Incomplete);
    assert!(behind.say(Locale::En).contains("are missing"), "{}", behind.say(Locale::En));
    checkpoint.head.size = TreeSize::new(50);
    let other = checkpoint.sign(&signer()).unwrap();
    let altered = verify_record(town.reader.as_ref(), None, &[other], &asked).unwrap();
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
