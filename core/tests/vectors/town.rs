//! Whole ledgers in the making: recorded by the deciders, then signed, changed, and put in sequence again.
//!
//! Keys, randomness and instants are fixed, so the same story always gives the same bytes. Whoever changes an event here has
//! every key of the ledger and makes each later link, head and signature anew: what is wrong is then wrong by itself.

use std::collections::BTreeMap;

use devenir_core::consultation::signing_credential;
use devenir_core::envelope::{Draft, PartKey};
use devenir_core::envelope::{
    Envelope, Place, Signature, Signer, command_id, decode, encode, instance_stream, intent_id,
    intent_signature_message, seal,
};
use devenir_core::event::code::{Custody, ErasureScope, KeyPurpose, LossCause, Trust};
use devenir_core::event::ledger::{Succeeded, SucceededFacts};
use devenir_core::event::part::{Predecessor, Reasons};
use devenir_core::event::{Part, RefRole};
use devenir_core::id::{Bytes32, CredentialId, IntentId, LogId, PublicKey, StreamId};
use devenir_core::ledger::{
    Checkpoint, Frontier, Hash, Heads, Note, Position, Revision, SigningKey, TreeHead, TreeSize, key_id,
    leaf_hash, tagged_hash,
};
use devenir_core::rules::{Outcome, Role};
use devenir_core::store::{Entry, Group, Leaf, MemoryDisk, Reader, SealedPart, Store as _};
use devenir_core::testing::{Drafting as _, Record, START, World, opening, sample};

use crate::parties::{ORIGIN, cosigned, log, promiser, signer};

/// An event, whoever made it: its envelope, and what a store holds of its parts.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) envelope: Envelope,
    pub(crate) parts: Vec<SealedPart>,
    pub(crate) hand: Option<Hand>,
    /// The name by which later events refer to it.
    name: IntentId,
}

/// Who signs an event.
#[derive(Clone, Copy)]
pub(crate) struct Hand {
    /// The key that makes the signature.
    pub(crate) seed: u8,
    /// How many events they had seen; all before it where nothing is said.
    pub(crate) seen: Option<usize>,
    /// What they bind to otherwise.
    pub(crate) change: fn(&mut Signer),
}

impl Made {
    /// The same as another event, to be put in beside it.
    pub(crate) fn renamed(mut self) -> Self {
        self.name = intent_id(&self.envelope.intent);
        self
    }
}

/// A ledger.
#[derive(Clone)]
pub(crate) struct Town {
    pub(crate) events: Vec<Made>,
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub(crate) fn public_key(seed: u8) -> PublicKey {
    PublicKey(*key(seed).verifying_key().as_bytes())
}

/// The credential of a key.
pub(crate) fn credential(seed: u8) -> CredentialId {
    signing_credential(&key_id(key(seed).verifying_key().as_bytes()))
}

/// A ledger with its event 0 alone, whose keys are those of the ledger in the vectors of notes.
pub(crate) fn opened(origin: &str) -> Record {
    let mut zero = opening();
    zero.facts.origin = origin.to_owned();
    zero.facts.key = PublicKey(*log().public().key().as_bytes());
    zero.facts.promise_key = Some(PublicKey(*promiser().public().key().as_bytes()));
    Record::opened(zero)
}

/// A contribution that is published at once, with a support ballot and two votes; another consultation is registered.
pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) idea: IntentId,
}

impl Story {
    pub(crate) fn new() -> Self {
        let mut world = World::native_in(opened(ORIGIN));
        world.record.pass_ms(60_000);
        let drafts = vec![sample::submission().draft(), sample::publication().about_own(0)];
        let idea = world.record.write(world.stream, Trust::Native, drafts).expect("a contribution")[0];
        let ballot = world.support_ballot(idea);
        for voter in 0..2 {
            world.record.pass_ms(1_000);
            world.vote(voter, ballot, idea);
        }
        let other = vec![sample::registration("budget").draft()];
        world.record.register(Trust::Native, other).expect("another consultation");
        Self { world, idea }
    }

    /// How far every stream has come is recorded.
    pub(crate) fn heads(&mut self) {
        let record = &mut self.world.record;
        let instance = instance_stream(record.log());
        record.pass_ms(1_000);
        record.write(instance, Trust::Native, vec![sample::heads().by(Role::Clerk)]).expect("heads");
    }

    /// The text and the author of the contribution are erased, and perhaps their deletion is completed.
    pub(crate) fn erased(mut self, is_completed: bool) -> Self {
        let (world, all) = (&mut self.world, ErasureScope::All);
        let target = |draft: Draft, id| draft.naming(RefRole::Target, id);
        let request = world.happens(target(sample::erasure_request(all).draft(), self.idea));
        let decision = world.happens(target(sample::erasure_decision(all).act(request), self.idea));
        let erased = world.happens(target(sample::erased(0b11, all).act(decision), self.idea));
        world.record.pass_ms(60_000);
        if is_completed {
            world.happens(sample::erasure_completion().act(erased));
        }
        self
    }

    /// The first part of the contribution, its text, is declared lost.
    pub(crate) fn lost(mut self) -> Self {
        let loss = sample::loss(0b01).naming(RefRole::Target, self.idea).by(Role::Administrator);
        self.world.happens(loss);
        self
    }

    /// An authority that has the key [`AUTHORITY`] rejects the contribution, and signs that as `change` says.
    pub(crate) fn answered(mut self, change: fn(&mut Signer)) -> Town {
        self.first_grant();
        self.grant(AUTHORITY);
        let answer = sample::response(Outcome::Rejected).answering(&[self.idea]);
        self.world.happens(answer);
        let mut town = Town::of(&self.world.record);
        town.sign(town.events.len() - 1, Hand { seed: AUTHORITY, seen: None, change });
        town
    }

    pub(crate) fn first_grant(&mut self) {
        let record = &mut self.world.record;
        let instance = instance_stream(record.log());
        record.write(instance, Trust::Native, vec![sample::first_grant().draft()]).expect("the first grant");
    }

    /// The key of this seed gets the role of an authority in the consultation.
    pub(crate) fn grant(&mut self, seed: u8) -> IntentId {
        self.world.happens(sample::grant(seed, Role::Authority).with(|event| {
            event.facts.key = Some(public_key(seed));
            event.facts.credential = credential(seed);
        }))
    }

    /// The ledger's key of checkpoints gives way to that of [`NEXT`].
    pub(crate) fn rotated(mut self) -> Town {
        let record = &mut self.world.record;
        let instance = instance_stream(record.log());
        let introduction = sample::introduction(credential(LEDGER), NEXT).with(|event| {
            (event.facts.custody, event.facts.purpose) = (Custody::Server, KeyPurpose::Checkpoint);
        });
        let introduction = vec![introduction.by(Role::Administrator)];
        let named = record.write(instance, Trust::Native, introduction).expect("a key is named")[0];
        let acceptance = vec![sample::acceptance(NEXT).act(named).by(Role::Administrator)];
        record.write(instance, Trust::Native, acceptance).expect("it accepts");
        let mut town = Town::of(&self.world.record);
        let last = town.events.len() - 1;
        town.sign(last - 1, Hand { seed: LEDGER, seen: None, change: |_| {} });
        town.sign(last, Hand { seed: NEXT, seen: None, change: |_| {} });
        town
    }

    pub(crate) fn town(&self) -> Town {
        Town::of(&self.world.record)
    }
}

/// The seeds of the ledger's keys of checkpoints and of promises (`parties`), of one that takes over, and of somebody's.
pub(crate) const LEDGER: u8 = 1;
pub(crate) const PROMISER: u8 = 2;
pub(crate) const NEXT: u8 = 5;
pub(crate) const AUTHORITY: u8 = 7;

impl Town {
    pub(crate) fn of(record: &Record) -> Self {
        let events = record.entries().iter().map(|entry| {
            let Entry { leaf, parts } = entry.stored();
            let envelope = decode(leaf.bytes()).expect("what was recorded");
            Made { envelope, parts, hand: None, name: entry.recorded.id }
        });
        Self { events: events.collect() }
    }

    /// Lets somebody sign an event, with all that follows from its new name.
    pub(crate) fn sign(&mut self, at: usize, hand: Hand) {
        self.events[at].hand = Some(hand);
        self.sequence();
    }

    /// Makes places, links, references, heads and signatures anew.
    pub(crate) fn sequence(&mut self) {
        let (mut names, mut tails) = (BTreeMap::new(), BTreeMap::new());
        let (mut heads, mut leaves) = (Heads::default(), Vec::new());
        for (at, made) in self.events.iter_mut().enumerate() {
            let Made { envelope: Envelope { intent, signature, sequence }, hand, name, .. } = made;
            for (_, id) in &mut intent.refs {
                *id = names.get(id).copied().unwrap_or(*id);
            }
            intent.refs.sort_unstable();
            if intent.event_type == HEADS {
                let TreeHead { size, root } = heads.tree_head();
                intent.facts = format!(r#"{{"root":"{root}","streams":{size}}}"#).into_bytes();
            }
            let tail: Option<(Revision, Position, Hash)> = tails.get(&intent.stream).copied();
            sequence.position = Position::new(at as u64);
            sequence.revision = tail.map_or(Revision::FIRST, |(revision, ..)| revision.next());
            sequence.prev = tail.map_or(Hash::ZERO, |(.., leaf)| leaf);
            sequence.prev_position = tail.map(|(_, position, _)| position);
            if let Some(hand) = *hand {
                let key = key(hand.seed);
                let mut seen = Frontier::new();
                seen.extend(leaves.iter().take(hand.seen.unwrap_or(at)).copied());
                let TreeHead { size, root: seen_root } = seen.head();
                let seen_size = size.get();
                let expires_at = sequence.recorded_at.plus_ms(60_000);
                let mut signer = Signer { key: key.verifying_key().id(), seen_size, seen_root, expires_at };
                (hand.change)(&mut signer);
                intent.signer = Some(signer);
                let bytes = key.sign(&intent_signature_message(intent_id(intent))).as_bytes().to_vec();
                *signature = Signature { alg: 1, bytes };
            }
            let id = intent_id(intent);
            names.insert(std::mem::replace(name, id), id);
            let (stream, place) = (intent.stream, (sequence.revision, sequence.position));
            let leaf = leaf_hash(&encode(&made.envelope));
            tails.insert(stream, (place.0, place.1, leaf));
            heads.extend_stream(stream.0, leaf);
            leaves.push(leaf);
        }
    }

    /// The same after a change, with all that follows made anew.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Vec<Made>)) -> Self {
        let mut town = self.clone();
        change(&mut town.events);
        town.sequence();
        town
    }

    pub(crate) fn log(&self) -> LogId {
        self.events[0].envelope.intent.log
    }

    pub(crate) fn origin(&self) -> String {
        let facts: serde_json::Value =
            serde_json::from_slice(&self.events[0].envelope.intent.facts).expect("the facts of event 0");
        facts["origin"].as_str().expect("an origin").to_owned()
    }

    /// The stream of the consultation: that of event 1, or of the first after it that is not the instance's.
    pub(crate) fn stream(&self) -> StreamId {
        let instance = self.events[0].envelope.intent.stream;
        let streams = self.events.iter().map(|made| made.envelope.intent.stream);
        streams.into_iter().find(|stream| *stream != instance).expect("a consultation")
    }

    /// Where the first event of a type stands.
    pub(crate) fn first(&self, event_type: u16) -> usize {
        let is = |made: &Made| made.envelope.intent.event_type == event_type;
        self.events.iter().position(is).expect("an event of this type")
    }

    pub(crate) fn bytes(&self) -> Vec<Vec<u8>> {
        self.events.iter().map(|made| encode(&made.envelope)).collect()
    }

    /// The tree of the first `size` events.
    pub(crate) fn head_at(&self, size: usize) -> TreeHead {
        let mut tree = Frontier::new();
        tree.extend(self.bytes().iter().take(size).map(|bytes| leaf_hash(bytes)));
        tree.head()
    }

    pub(crate) fn head(&self) -> TreeHead {
        self.head_at(self.events.len())
    }

    /// The checkpoint of the first `size` events.
    pub(crate) fn checkpoint_at(&self, size: usize) -> Checkpoint {
        Checkpoint { origin: self.origin().parse().expect("a name"), head: self.head_at(size) }
    }

    /// The checkpoint of all of it, by the ledger's first key.
    pub(crate) fn signed(&self) -> Note {
        self.signed_by(LEDGER)
    }

    /// The checkpoint of all of it, by the key of this seed under the ledger's name.
    pub(crate) fn signed_by(&self, seed: u8) -> Note {
        self.checkpoint_at(self.events.len()).sign(&signer(&self.origin(), seed)).expect("a key of that name")
    }

    /// The same, cosigned by these witnesses.
    pub(crate) fn cosigned(&self, by: &[u8]) -> Note {
        let by: Vec<(u8, u64)> = by.iter().map(|number| (*number, COSIGNED_S)).collect();
        cosigned(&self.checkpoint_at(self.events.len()), &by)
    }

    /// The checkpoint of the first `size` events, cosigned by three witnesses so many seconds after the instant of an event.
    pub(crate) fn cosigned_after(&self, size: usize, event: usize, seconds: i64) -> Note {
        let at = self.events[event].envelope.sequence.recorded_at.0 / 1_000 + seconds;
        let at = u64::try_from(at).expect("after 1970");
        cosigned(&self.checkpoint_at(size), &[(1, at), (2, at), (3, at)])
    }

    /// The ledger in a store.
    pub(crate) fn reader(&self) -> Box<dyn Reader> {
        let entries = self.events.iter().map(|made| {
            let (leaf, parts) = (Leaf::new(encode(&made.envelope)), made.parts.clone());
            Entry { leaf, parts }
        });
        let (disk, requests) = (MemoryDisk::default(), Vec::new());
        let group = Group { entries: entries.collect(), requests };
        disk.open().expect("memory").commit(TreeSize::EMPTY, &group).expect("an empty store");
        Box::new(disk.reader())
    }

    /// A ledger that was opened in the place of this one, of which the first `held` events are left.
    pub(crate) fn succeeded(&self, held: usize) -> Self {
        self.succeeded_as(held, &self.signed())
    }

    /// The same, which hands this note on as this one's last checkpoint.
    pub(crate) fn succeeded_as(&self, held: usize, last: &Note) -> Self {
        const ORIGIN: &str = "example.org/villeneuve-suite";
        let mut town = Self::of(&opened(ORIGIN));
        let (left, signed) = (self.head_at(held), self.head());
        let facts = SucceededFacts {
            cause: LossCause::DiskFailed,
            held: left.size.get(),
            held_root: Bytes32(*left.root.as_bytes()),
            predecessor: self.log(),
            signed: signed.size.get(),
            signed_root: Bytes32(*signed.root.as_bytes()),
        };
        let cosigned = cosigned(&self.checkpoint_at(held), &[(1, COSIGNED_S)]).to_string();
        let predecessor = Predecessor {
            cosigned: Some(cosigned),
            key: log().public().to_string(),
            signed: last.to_string(),
        };
        let reasons = Reasons { text: "Le disque du serveur est mort.".to_owned() };
        let event = Succeeded { facts, predecessor: Part::Open(predecessor), reasons: Part::Open(reasons) };
        let (log, command) = (town.log(), command_id(&[0x1d; 32], "instance", b"succeeded"));
        let place = Place { log, stream: instance_stream(log), command, trust: Trust::Native };
        let mut drawn = 0_u8;
        let mut part_key = || {
            drawn += 1;
            PartKey::new(*tagged_hash("devenir/test-part-key/v1", &[&[drawn]]).as_bytes())
        };
        let draft = event.draft().by(Role::Administrator);
        let sealed = seal(place, vec![draft], &mut part_key).expect("it fits the format").remove(0);
        let made = town.events[0].clone();
        let parts = (0_u8..).zip(&sealed.parts).map(|(index, part)| SealedPart {
            index,
            kind: part.kind,
            commitment: part.commitment.0,
            key: (*part.key.as_bytes()).into(),
            bytes: part.bytes.clone(),
        });
        let envelope = Envelope { intent: sealed.intent, ..made.envelope };
        town.events.push(Made { envelope, parts: parts.collect(), hand: None, name: sealed.id });
        town.sequence();
        town
    }
}

/// The type of an event that states heads.
pub(crate) const HEADS: u16 = 0x0004;
/// When witnesses cosign, in seconds: after everything here was recorded.
pub(crate) const COSIGNED_S: u64 = START.0.unsigned_abs() / 1_000 + 86_400;
