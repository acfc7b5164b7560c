//! Does this ledger hold what it must, event by event: signed acts, keys that change hands, erasures, losses, a successor?
//!
//! The envelopes of a whole ledger, without their parts: signatures, facts and references say all that is asked here. What
//! is wrong in a case is wrong in its last events; all else is as it must be.

use std::collections::VecDeque;

use devenir_core::audit::{Fault, GivenEvent, Marks, audit_copy};
use devenir_core::envelope::{Signature, Signer, intent_id};
use devenir_core::event::RefRole;
use devenir_core::event::code::{Custody, GrantScope, KeyPurpose, Trust};
use devenir_core::event::oversight::RoleGrantedFacts;
use devenir_core::id::{HolderId, IntentId, LogId};
use devenir_core::ledger::{Frontier, LogKeys, base64, leaf_hash};
use devenir_core::rules::Role;
use devenir_core::testing::{Drafting as _, START, World, sample};
use devenir_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind, word};
use crate::parties::ORIGIN;
use crate::town::{
    AUTHORITY, Hand, LEDGER, NEXT, PROMISER, Story, Town, credential, key, opened, public_key,
};

/// The envelopes of a ledger, each in base64.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ledger {
    entries: Vec<String>,
}

impl Ledger {
    fn check(&self) -> Result<Value, String> {
        let entries: Result<Vec<_>, _> = self.entries.iter().map(|text| base64::decode(text)).collect();
        let mut entries: VecDeque<_> = entries.map_err(|_| "malformed".to_owned())?.into();
        let mut tree = Frontier::new();
        tree.extend(entries.iter().map(|bytes| leaf_hash(bytes)));
        let mut next = || {
            let event = |envelope| GivenEvent { envelope, parts: Vec::new(), withheld: 0 };
            Ok::<_, std::convert::Infallible>(entries.pop_front().map(event))
        };
        let audited = audit_copy(tree.head(), &Marks::default(), Timestamp(i64::MIN), &mut next);
        let Ok(report) = audited;
        if let Some(found) = report.first_fault() {
            let why = if let Fault::Signature { fault, .. } = &found.fault {
                format!("signature, {}", word(fault))
            } else {
                word(&found.fault)
            };
            return Err(format!("{why} at {}", found.position));
        }
        let terms = |keys: Option<&LogKeys>| -> Vec<Value> {
            let term = |(from, key): (_, &devenir_core::ledger::NamedKey)| {
                json!([from, crate::kind::hex(key.key().as_bytes())])
            };
            keys.into_iter().flat_map(LogKeys::iter).map(term).collect()
        };
        Ok(json!({
            "size": report.head.size,
            "root": report.head.root,
            "checkpoint_keys": terms(report.checkpoint_keys.as_ref()),
            "promise_keys": terms(report.promise_keys.as_ref()),
            "signed": { "holder": report.signed.by_holder, "server": report.signed.on_behalf },
            "unknown": report.unknown_types,
            "gone": {
                "erased": report.parts.erased,
                "taken_down": report.parts.taken_down,
                "lost": report.parts.lost,
            },
            "succeeds": report.succession.map(|before| json!({
                "predecessor": before.predecessor.to_string(),
                "held": before.held.size,
                "signed": before.signed.size,
            })),
        }))
    }
}

impl Kind for Ledger {
    const DIGEST: &str = "ef6139678f76411cbae625ea230efd1cc580b22ee2c308a19d28c3ecfc4ddb50";

    fn run(&self) -> Value {
        self.check().unwrap_or_else(|reason| format!("refuse: {reason}").into())
    }

    fn cases() -> Vec<Case<Self>> {
        let (mut cases, mut wrong) = (Vec::new(), Vec::new());
        for given in [acts(), terms(), keys(), refused_keys(), removals(), successors()].concat() {
            given.case().map_or_else(|why| wrong.push(why), |case| cases.push(case));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        cases
    }
}

/// A case, and what must come of it: a piece of what is told, or why it is refused.
#[derive(Clone)]
struct Given {
    name: &'static str,
    desc: &'static str,
    input: Ledger,
    said: &'static str,
}

fn given(name: &'static str, desc: &'static str, town: &Town, said: &'static str) -> Given {
    let entries = town.bytes().iter().map(base64::encode).collect();
    Given { name, desc, input: Ledger { entries }, said }
}

impl Given {
    /// The outcome is stated here; the other figures of a sound ledger are those that our code counts.
    fn case(self) -> Result<Case<Ledger>, String> {
        let want = self.input.run();
        let is_said = match want.as_str() {
            Some(refused) => self.said.starts_with("refuse") && refused.starts_with(self.said),
            None => want.to_string().contains(self.said),
        };
        if !is_said {
            return Err(format!("{}: expected `{}`, found {want}", self.name, self.said));
        }
        Ok(Case::new(self.name, self.desc, self.input, want))
    }
}

const HOLDER: &str = r#""holder":1"#;
const NOBODY: &str = r#""signed":{"holder":0,"server":0}"#;

fn by(seed: u8) -> Hand {
    Hand { seed, seen: None, change: |_| {} }
}

/// A consultation in which the key of [`AUTHORITY`] is a guarantor's, as `change` has it, and recommends something.
fn recommended(change: impl FnOnce(&mut RoleGrantedFacts)) -> Town {
    let mut world = granted(change);
    world.happens(sample::recommendation());
    Town::of(&world.record)
}

/// The same before anything was recommended.
fn granted(change: impl FnOnce(&mut RoleGrantedFacts)) -> World {
    let mut world = World::registered_in(opened(ORIGIN));
    let instance = devenir_core::envelope::instance_stream(world.record.log());
    world.record.write(instance, Trust::Native, vec![sample::first_grant().draft()]).expect("the first");
    world.happens(sample::grant(AUTHORITY, Role::Guarantor).with(|event| {
        event.facts.key = Some(public_key(AUTHORITY));
        event.facts.credential = credential(AUTHORITY);
        change(&mut event.facts);
    }));
    world
}

/// The key of [`AUTHORITY`] is an administrator's.
fn administrator(world: &mut World) {
    let instance = devenir_core::envelope::instance_stream(world.record.log());
    let first = vec![sample::first_grant().draft()];
    world.record.write(instance, Trust::Native, first).expect("the first");
    let grant = sample::grant(AUTHORITY, Role::Administrator).with(|event| {
        event.facts.key = Some(public_key(AUTHORITY));
        event.facts.credential = credential(AUTHORITY);
        event.facts.scope = GrantScope::Instance;
    });
    world.record.write(instance, Trust::Native, vec![grant.draft()]).expect("an administrator");
}

/// The last event signed by this hand.
fn signed(mut town: Town, hand: Hand) -> Town {
    town.sign(town.events.len() - 1, hand);
    town
}

fn guarantor(change: fn(&mut Signer)) -> Town {
    signed(recommended(|_| {}), Hand { change, ..by(AUTHORITY) })
}

/// The last event changed under the signature that it has.
fn forged(mut town: Town, change: impl FnOnce(&mut crate::town::Made)) -> Town {
    change(town.events.last_mut().expect("an event"));
    town
}

/// Signed acts: whose, over what, having seen what.
fn acts() -> Vec<Given> {
    let sound = guarantor(|_| {});
    let answered = || Story::new().answered(|_| {});
    let refuse = |name, desc, town: &Town, said| given(name, desc, town, said);
    let elsewhere = {
        // The same act of another ledger, whose signature and signer's lines stand here.
        let mut other = World::registered_in(opened("example.org/ailleurs"));
        let instance = devenir_core::envelope::instance_stream(other.record.log());
        other.record.write(instance, Trust::Native, vec![sample::first_grant().draft()]).expect("the first");
        other.happens(sample::grant(AUTHORITY, Role::Guarantor).with(|event| {
            event.facts.key = Some(public_key(AUTHORITY));
            event.facts.credential = credential(AUTHORITY);
        }));
        other.happens(sample::recommendation());
        signed(Town::of(&other.record), by(AUTHORITY)).events.pop().expect("the act")
    };
    vec![
        given("act-signed-by-its-holder", "a guarantor recommends something, and signs it", &sound, HOLDER),
        given(
            "act-signed-on-behalf",
            "the operator holds the key",
            &signed(recommended(|facts| facts.custody = Custody::Server), by(AUTHORITY)),
            r#""server":1"#,
        ),
        given("act-unsigned", "the operator vouches for it", &recommended(|_| {}), NOBODY),
        refuse(
            "act-by-an-unknown-key",
            "no grant names the key",
            &signed(recommended(|_| {}), by(8)),
            "refuse: signature, unknown key",
        ),
        refuse(
            "act-under-the-name-of-a-key",
            "signed with another key than it names",
            &signed(
                recommended(|_| {}),
                Hand { change: |signer| signer.key = key(AUTHORITY).verifying_key().id(), ..by(8) },
            ),
            "refuse: signature, wrong",
        ),
        refuse(
            "act-with-another-outcome",
            "a rejection that was signed, turned into an answer",
            &forged(answered(), |made| {
                let facts = String::from_utf8(made.envelope.intent.facts.clone()).expect("facts");
                made.envelope.intent.facts = facts.replace("\"rejected\"", "\"answered\"").into_bytes();
            }),
            "refuse: signature, wrong",
        ),
        refuse(
            "act-with-another-text",
            "another text is committed to than the one that was signed",
            &forged(sound.clone(), |made| made.envelope.intent.parts[0].commitment.0[0] ^= 1),
            "refuse: signature, wrong",
        ),
        refuse(
            "act-with-a-spoilt-signature",
            "a bit of the signature",
            &forged(sound.clone(), |made| made.envelope.signature.bytes[40] ^= 1),
            "refuse: signature, wrong",
        ),
        given(
            "act-recorded-as-it-expires",
            "at the very instant",
            &guarantor(|signer| signer.expires_at = START),
            HOLDER,
        ),
        refuse(
            "act-recorded-after-it-expired",
            "a millisecond later",
            &guarantor(|signer| signer.expires_at = START.plus_ms(-1)),
            "refuse: signature, expired",
        ),
        refuse(
            "act-in-another-role",
            "a guarantor signs as a moderator",
            &recommended(|_| {}).changed(|events| {
                let last = events.last_mut().expect("an act");
                last.envelope.intent.actor_class = 3;
                last.hand = Some(by(AUTHORITY));
            }),
            "refuse: signature, role",
        ),
        refuse(
            "act-by-another-hand",
            "its facts name another credential as the one that acts",
            &{
                let mut world = World::registered_in(opened(ORIGIN));
                administrator(&mut world);
                world.happens(sample::grant(9, Role::Guarantor));
                signed(Town::of(&world.record), by(AUTHORITY))
            },
            "refuse: signature, another hand",
        ),
        given(
            "act-over-an-older-head",
            "its signer had seen two events",
            &signed(recommended(|_| {}), Hand { seen: Some(2), ..by(AUTHORITY) }),
            HOLDER,
        ),
        refuse(
            "act-over-another-head",
            "its signer had seen another ledger",
            &guarantor(|signer| signer.seen_root = signer.key),
            "refuse: signature, seen elsewhere",
        ),
        refuse(
            "act-over-what-was-not-yet",
            "its signer had seen more events than stood before it",
            &guarantor(|signer| signer.seen_size += 1),
            "refuse: signature, seen ahead",
        ),
        refuse(
            "act-of-another-ledger",
            "the lines and the signature of the same act in another ledger",
            &forged(sound.clone(), |made| {
                made.envelope.intent.signer = elsewhere.envelope.intent.signer;
                made.envelope.signature = elsewhere.envelope.signature.clone();
            }),
            "refuse: signature, wrong",
        ),
        refuse(
            "event-of-another-ledger",
            "the whole event of another ledger",
            &forged(sound.clone(), |made| made.envelope.intent.log = LogId([9; 32])),
            "refuse: ledger",
        ),
        given(
            "act-of-an-unknown-class",
            "an actor class that nobody knows: whether its signature counts is unknown",
            &forged(sound.clone(), |made| {
                made.envelope.intent.actor_class = 200;
                made.envelope.signature = Signature { alg: 1, bytes: vec![0x5a; 64] };
            }),
            r#""unknown":1"#,
        ),
        refuse(
            "act-by-the-ledgers-own-key",
            "the key of checkpoints signs no act but those that replace it",
            &signed(recommended(|_| {}), by(LEDGER)),
            "refuse: signature, purpose",
        ),
        refuse(
            "act-before-its-grant",
            "the role is given afterwards",
            &sound.changed(|events| events.swap(3, 4)),
            "refuse: signature, unknown key",
        ),
        refuse(
            "act-after-the-role-was-taken-back",
            "the guarantor's role had ended",
            &{
                let mut world = granted(|_| {});
                let grant = world.record.events().last().expect("the grant").id;
                let revoked = sample::revocation(AUTHORITY)
                    .with(|event| event.facts.credential = credential(AUTHORITY));
                world.happens(revoked.act(grant));
                world.happens_as(Trust::Native, sample::recommendation());
                signed(Town::of(&world.record), by(AUTHORITY))
            },
            "refuse: signature, not in force",
        ),
        refuse(
            "act-under-a-role-given-to-oneself",
            "its grant is of whoever gave it, and waits for another hand",
            &{
                let mut world = granted(|facts| facts.holder = HolderId([0; 16]));
                world.happens(sample::recommendation());
                signed(Town::of(&world.record), by(AUTHORITY))
            },
            "refuse: signature, not in force",
        ),
        given(
            "act-under-a-role-given-with-two-hands",
            "another person has countersigned the grant",
            &{
                let mut world = granted(|facts| facts.holder = HolderId([0; 16]));
                let grant = world.record.events().last().expect("the grant").id;
                let mut second = sample::grant(9, Role::Administrator);
                second.facts.scope = GrantScope::Instance;
                let instance = devenir_core::envelope::instance_stream(world.record.log());
                world.record.write(instance, Trust::Native, vec![second.draft()]).expect("a second hand");
                world.happens(sample::countersignature(9).act(grant).by(Role::Administrator));
                world.happens(sample::recommendation());
                signed(Town::of(&world.record), by(AUTHORITY))
            },
            HOLDER,
        ),
        refuse(
            "act-in-another-consultation",
            "the role is for one consultation, the act in another",
            &{
                let mut world = granted(|_| {});
                let other = vec![sample::registration("budget").draft()];
                let other = world.record.register(Trust::Native, other).expect("another consultation");
                world
                    .record
                    .write(other, Trust::Native, vec![sample::recommendation().draft()])
                    .expect("there");
                signed(Town::of(&world.record), by(AUTHORITY))
            },
            "refuse: signature, elsewhere",
        ),
    ]
}

/// When a role is in force.
fn terms() -> Vec<Given> {
    let act = |from: Option<i64>, until: Option<i64>| {
        signed(
            recommended(|facts| {
                facts.from = from.map(|ms| START.plus_ms(ms));
                facts.until = until.map(|ms| START.plus_ms(ms));
            }),
            by(AUTHORITY),
        )
    };
    let refused = "refuse: signature, not in force";
    vec![
        given("role-that-begins-then", "in force from the very instant", &act(Some(0), None), HOLDER),
        given("role-that-begins-later", "a millisecond later", &act(Some(1), None), refused),
        given("role-that-ends-after", "a millisecond before its end", &act(None, Some(1)), HOLDER),
        given("role-that-ends-then", "at its end it is no longer in force", &act(None, Some(0)), refused),
    ]
}

/// A ledger whose key of this purpose names [`NEXT`], which accepts.
fn replaced(purpose: KeyPurpose, old: u8, valid_from: u64) -> Town {
    let mut record = opened(ORIGIN);
    let instance = devenir_core::envelope::instance_stream(record.log());
    let introduction = introduction(purpose, old, NEXT, valid_from);
    let named = record.write(instance, Trust::Native, vec![introduction]).expect("a key is named")[0];
    let acceptance = vec![sample::acceptance(NEXT).act(named).by(Role::Administrator)];
    record.write(instance, Trust::Native, acceptance).expect("it accepts");
    let mut town = Town::of(&record);
    town.sign(1, by(old));
    town.sign(2, by(NEXT));
    town
}

fn introduction(purpose: KeyPurpose, old: u8, new: u8, valid_from: u64) -> devenir_core::envelope::Draft {
    let event = sample::introduction(credential(old), new).with(|event| {
        (event.facts.custody, event.facts.purpose) = (Custody::Server, purpose);
        event.facts.valid_from = valid_from;
    });
    event.by(Role::Administrator)
}

/// A guarantor whose key gives way to [`NEXT`], and who recommends something with the key of `hand`.
fn signer_replaced(hand: u8) -> Town {
    let mut world = granted(|_| {});
    let introduction = sample::introduction(credential(AUTHORITY), NEXT).by(Role::Guarantor);
    let named = world.happens(introduction);
    world.happens(sample::acceptance(NEXT).act(named).by(Role::Guarantor));
    world.happens(sample::recommendation());
    let mut town = Town::of(&world.record);
    town.sign(4, by(AUTHORITY));
    town.sign(5, by(NEXT));
    signed(town, by(hand))
}

/// Keys that change hands as they must.
fn keys() -> Vec<Given> {
    let twice = {
        let mut record = opened(ORIGIN);
        let instance = devenir_core::envelope::instance_stream(record.log());
        for (old, new) in [(LEDGER, NEXT), (NEXT, 6)] {
            let named = vec![introduction(KeyPurpose::Checkpoint, old, new, 0)];
            let named = record.write(instance, Trust::Native, named).expect("a key is named")[0];
            let accepted = vec![sample::acceptance(new).act(named).by(Role::Administrator)];
            record.write(instance, Trust::Native, accepted).expect("it accepts");
        }
        let mut town = Town::of(&record);
        for (at, seed) in [(1, LEDGER), (2, NEXT), (3, NEXT), (4, 6)] {
            town.sign(at, by(seed));
        }
        town
    };
    let mut named = replaced(KeyPurpose::Checkpoint, LEDGER, 0);
    named.events.pop();
    vec![
        given(
            "key-of-event-0",
            "the first keys are in force from the beginning",
            &Town::of(&opened(ORIGIN)),
            r#""checkpoint_keys":[["0","#,
        ),
        given(
            "key-named",
            "a key that has not accepted is not in force",
            &named,
            r#""signed":{"holder":0,"server":1}"#,
        ),
        given(
            "key-replaced",
            "the key of checkpoints gives way at size 3",
            &replaced(KeyPurpose::Checkpoint, LEDGER, 0),
            r#"],["3","#,
        ),
        given(
            "key-of-promises-replaced",
            "that of promises",
            &replaced(KeyPurpose::Promise, PROMISER, 0),
            r#"],["3","#,
        ),
        given(
            "key-accepted-as-early-as-it-may",
            "the acceptance makes the ledger as large as was asked",
            &replaced(KeyPurpose::Checkpoint, LEDGER, 3),
            r#"],["3","#,
        ),
        given("key-replaced-twice", "and again at size 5", &twice, r#"],["5","#),
        given(
            "signers-key-replaced",
            "a guarantor signs with the key that took over",
            &signer_replaced(NEXT),
            r#""holder":3"#,
        ),
    ]
}

/// Keys that do not change hands as they must.
fn refused_keys() -> Vec<Given> {
    let sound = replaced(KeyPurpose::Checkpoint, LEDGER, 0);
    let facts = |town: &Town, at: usize, from: &str, to: &str| {
        town.changed(|events| {
            let facts = String::from_utf8(events[at].envelope.intent.facts.clone()).expect("facts");
            assert!(facts.contains(from), "`{from}` is not in {facts}");
            events[at].envelope.intent.facts = facts.replacen(from, to, 1).into_bytes();
        })
    };
    let unsigned = |at: usize| {
        sound.changed(|events| {
            let made = &mut events[at];
            (made.hand, made.envelope.intent.signer, made.envelope.signature) = (None, None, Signature::NONE);
        })
    };
    let hand = |at: usize, hand: Hand| sound.changed(|events| events[at].hand = Some(hand));
    let named = public_key(NEXT).to_string();
    let two = {
        let mut record = opened(ORIGIN);
        let instance = devenir_core::envelope::instance_stream(record.log());
        let mut write =
            |draft| record.write(instance, Trust::Native, vec![draft]).expect("it is accepted")[0];
        let first = write(introduction(KeyPurpose::Checkpoint, LEDGER, NEXT, 0));
        let second = write(introduction(KeyPurpose::Checkpoint, LEDGER, 6, 0));
        write(sample::acceptance(NEXT).act(first).by(Role::Administrator));
        let mut town = Town::of(&record);
        // What the deciders refuse is put in by hand.
        let mut late = town.events[3].clone();
        late.envelope.intent.refs[0].1 = second;
        late.envelope.intent.command.0[0] ^= 1;
        let of_next = credential(NEXT).to_string();
        let facts = String::from_utf8(late.envelope.intent.facts.clone()).expect("facts");
        late.envelope.intent.facts = facts.replace(&of_next, &credential(6).to_string()).into_bytes();
        town.events.push(late.renamed());
        for (at, seed) in [(1, LEDGER), (2, LEDGER), (3, NEXT), (4, 6)] {
            town.sign(at, by(seed));
        }
        town
    };
    let before = {
        let mut town = signer_replaced(NEXT);
        town.events.swap(5, 6);
        town.sequence();
        town
    };
    vec![
        given(
            "key-named-unsigned",
            "the operator's word does not replace a key",
            &unsigned(1),
            "refuse: signature, missing",
        ),
        given("key-accepted-unsigned", "nor accept one", &unsigned(2), "refuse: signature, missing"),
        given(
            "key-named-by-a-stranger",
            "a key that the record does not know names another",
            &hand(1, by(8)),
            "refuse: signature, unknown key",
        ),
        given(
            "key-named-by-the-key-of-promises",
            "each names its own successor",
            &hand(1, by(PROMISER)),
            "refuse: signature",
        ),
        given(
            "key-accepted-by-the-old-key",
            "the new key accepts, and no other",
            &hand(2, by(LEDGER)),
            "refuse: signature, another hand",
        ),
        given(
            "key-accepted-under-its-name",
            "the old key under the new key's name",
            &hand(2, Hand { change: |signer| signer.key = key(NEXT).verifying_key().id(), ..by(LEDGER) }),
            "refuse: signature, wrong",
        ),
        given(
            "key-accepted-too-early",
            "before the size that the one before it stated",
            &replaced(KeyPurpose::Checkpoint, LEDGER, 4),
            "refuse: signature, early",
        ),
        given(
            "key-named-for-another-purpose",
            "a key of checkpoints names one of promises",
            &facts(&sound, 1, "\"checkpoint\"", "\"promise\""),
            "refuse: signature",
        ),
        given(
            "key-named-that-is-in-use",
            "the key of promises is named for checkpoints",
            &facts(&sound, 1, &named, &public_key(PROMISER).to_string()),
            "refuse: signature",
        ),
        given(
            "key-named-that-is-not-admitted",
            "a key of small order",
            &facts(&sound, 1, &named, &format!("01{}", "00".repeat(31))),
            "refuse: signature",
        ),
        given(
            "key-accepted-after-another",
            "two were named: once one has accepted, the other cannot",
            &two,
            "refuse: signature",
        ),
        given(
            "old-key-signs-after",
            "a key that was replaced signs an act",
            &signer_replaced(AUTHORITY),
            "refuse: signature, not in force",
        ),
        given(
            "new-key-signs-before",
            "a key that was named and has not accepted signs an act",
            &before,
            "refuse: signature, not in force",
        ),
    ]
}

/// Erasures, takedowns and losses: what they may name.
fn removals() -> Vec<Given> {
    let of = |story: Story| story.town();
    let erased = || of(Story::new().erased(true));
    let at = |town: &Town, event_type: u16| town.first(event_type);
    let masked = |town: &Town, event_type: u16, mask: &str| {
        let at = at(town, event_type);
        town.changed(|events| {
            let facts = String::from_utf8(events[at].envelope.intent.facts.clone()).expect("facts");
            let (before, rest) = facts.split_once("\"mask\":").expect("a mask");
            let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
            events[at].envelope.intent.facts = format!("{before}\"mask\":{mask}{rest}").into_bytes();
        })
    };
    // Names another event in a role.
    let renamed = |town: &Town, event_type: u16, role: RefRole, to: usize| {
        let at = at(town, event_type);
        town.changed(|events| {
            let to: IntentId = intent_id(&events[to].envelope.intent);
            for (number, id) in &mut events[at].envelope.intent.refs {
                if *number == role.number() {
                    *id = to;
                }
            }
        })
    };
    let refused_decision = {
        let town = erased();
        let at = town.first(0x0e08);
        town.changed(|events| {
            let facts = String::from_utf8(events[at].envelope.intent.facts.clone()).expect("facts");
            assert!(facts.contains("\"granted\""), "{facts}");
            events[at].envelope.intent.facts = facts.replace("\"granted\"", "\"refused\"").into_bytes();
        })
    };
    let twice = {
        let town = erased();
        let at = town.first(0x0e09);
        town.changed(|events| {
            let mut again = events[at].clone();
            again.envelope.intent.command.0[0] ^= 1;
            events.insert(at + 1, again.renamed());
        })
    };
    let lost = || of(Story::new().lost());
    vec![
        given("erasure", "a text and its author, as a decision grants", &erased(), r#""erased":2"#),
        given("erasure-of-one-part", "the text alone", &masked(&erased(), 0x0e09, "1"), r#""erased":1"#),
        given(
            "erasure-beyond-the-parts",
            "a bit of a part that there is not",
            &masked(&erased(), 0x0e09, "4"),
            "refuse: erasure",
        ),
        given(
            "erasure-of-a-rule-set",
            "a structural part is never taken away",
            &renamed(&masked(&erased(), 0x0e09, "1"), 0x0e09, RefRole::Target, 2),
            "refuse: erasure",
        ),
        given("erasure-twice", "a part is erased once in a ledger", &twice, "refuse: erased twice"),
        given(
            "erasure-that-was-refused",
            "its decision refuses what was asked",
            &refused_decision,
            "refuse: undecided",
        ),
        given(
            "erasure-that-nobody-decided",
            "it names the request in place of a decision",
            &{
                let town = erased();
                let request = town.first(0x0e07);
                renamed(&town, 0x0e09, RefRole::Act, request)
            },
            "refuse: undecided",
        ),
        given("loss", "a text is declared lost", &lost(), r#""lost":1"#),
        given(
            "loss-beyond-the-parts",
            "a bit of a part that there is not",
            &masked(&lost(), 0x0007, "16384"),
            "refuse: loss",
        ),
    ]
}

/// Ledgers in the place of others.
fn successors() -> Vec<Given> {
    let ended = Story::new().town();
    let sound = ended.succeeded(10);
    let facts = |from: &str, to: &str| {
        sound.changed(|events| {
            let facts = String::from_utf8(events[1].envelope.intent.facts.clone()).expect("facts");
            assert!(facts.contains(from), "`{from}` is not in {facts}");
            events[1].envelope.intent.facts = facts.replacen(from, to, 1).into_bytes();
        })
    };
    let late = {
        let mut town = replaced(KeyPurpose::Checkpoint, LEDGER, 0);
        let mut event = sound.events[1].clone();
        event.envelope.intent.log = town.log();
        event.envelope.intent.stream = town.events[0].envelope.intent.stream;
        town.events.push(event);
        town.sequence();
        town
    };
    let itself = facts(&ended.log().to_string(), &sound.log().to_string());
    vec![
        given("succession", "12 events were signed for, 10 are left", &sound, r#""held":"10""#),
        given(
            "succession-without-a-loss",
            "as many are left",
            &facts("\"held\":10", "\"held\":12"),
            "refuse: succession",
        ),
        given("succession-of-itself", "it names its own log id", &itself, "refuse: succession"),
        given("succession-at-another-place", "only event 1 may say so", &late, "refuse: succession"),
    ]
}
