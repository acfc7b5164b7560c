//! What is this bundle worth, to a reader with this policy and this checkpoint of before?
//!
//! The archive stands beside the case, under its name and `.tar`. What is harmed has the right form again (counts, lengths,
//! checksums), unless its form is what is harmed.

use std::collections::BTreeMap;

use devenir_core::bundle::{
    BundleReader, Contents, FileName, Half, Held, Kind as BundleKind, Manifest, PartRecord, Proofs, Sink,
    TarReader, write,
};
use devenir_core::envelope::{PartContext, PartKey, commit};
use devenir_core::event::PartContent as _;
use devenir_core::event::part::Predecessor;
use devenir_core::ledger::{Hash, InclusionProof, Note, Policy, Position, Tree, leaf_hash};
use devenir_core::time::Timestamp;
use devenir_core::verify::{Asked, Scope, Verified, verify_bundle};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind, word};
use crate::parties::{THREE_OF_FOUR, log, policy, signer};
use crate::town::{HEADS, LEDGER, Made, NEXT, Story, Town};

/// An archive, and what its reader brings along.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bundled {
    /// The name of the archive.
    bundle: String,
    #[serde(skip)]
    archive: Vec<u8>,
    /// Whose signatures the reader believes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// A checkpoint that they kept from before, a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<String>,
    /// Their clock; that of the last event where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    now_ms: Option<i64>,
}

impl Bundled {
    fn verify(&self) -> Verified {
        let policy = self.policy.as_ref();
        let asked = Asked {
            policy: policy.map(|text| Policy::parse(text.as_bytes()).expect("the policy of a vector")),
            seen: self.seen.as_ref().map(|text| Note::parse(text.as_bytes()).expect("the note of a vector")),
            envelopes_only: false,
            now: self.now_ms.map(Timestamp),
        };
        verify_bundle(TarReader::new(self.archive.as_slice()), &asked)
    }
}

/// Our word for the first thing that is wrong, and where.
fn reason(verified: &Verified) -> Option<String> {
    let fault = verified.report.as_ref().and_then(|report| report.first_fault());
    if let Some(found) = fault {
        return Some(format!("{} at {}", word(&found.fault), found.position));
    }
    if let Some(problem) = verified.problems.first() {
        let word = if let devenir_core::verify::Problem::Bundle(error) = problem {
            format!("bundle: {}", word(error))
        } else {
            word(problem)
        };
        return Some(word);
    }
    let parts = verified.report.as_ref()?.parts;
    let why = [
        (parts.missing, "parts missing"),
        (parts.lost, "parts lost"),
        (parts.taken_down, "parts taken down"),
    ];
    why.into_iter().find(|(count, _)| *count > 0).map(|(_, why)| why.to_owned())
}

/// What a reader finds in a bundle that nobody has altered.
fn seen(verified: &Verified) -> Option<Value> {
    let report = verified.report.as_ref()?;
    let (parts, signed) = (&report.parts, &report.signed);
    let (stream, heads) = match verified.scope? {
        Scope::Consultation { stream, heads } => (Some(stream.to_string()), Some(heads)),
        Scope::Record | Scope::Log | Scope::All => (None, None),
    };
    Some(json!({
        "size": verified.head.size,
        "root": verified.head.root,
        "stream": stream,
        "heads": heads,
        "parts": {
            "open": parts.open,
            "withheld": parts.withheld,
            "erased": parts.erased,
            "pending": parts.pending,
            "taken_down": parts.taken_down,
            "lost": parts.lost,
            "missing": parts.missing,
        },
        "signed": { "holder": signed.by_holder, "server": signed.on_behalf },
        "unknown": report.unknown_types,
        "succeeds": report.succession.as_ref().map(|before| json!({
            "predecessor": before.predecessor.to_string(),
            "origin": before.origin,
            "held": before.held.size,
            "signed": before.signed.size,
            "cosigned": before.cosigned,
        })),
    }))
}

impl Kind for Bundled {
    const DIGEST: &str = "d1878cc6692e330b4c5d554962557f598fc2fa065c8e4e70620d518726e262c5";
    const BESIDE: Option<&str> = Some("tar");

    fn run(&self) -> Value {
        let verified = self.verify();
        let verdict = verified.verdict();
        let mut found = json!({ "verdict": verdict.as_str(), "exit": verdict.exit_code() });
        let is_sound = matches!(verdict.exit_code(), 0 | 4 | 12);
        if let Some(seen) = seen(&verified).filter(|_| is_sound && verified.problems.is_empty()) {
            found["seen"] = seen;
        }
        if let Some(reason) = reason(&verified) {
            found["reason"] = reason.into();
        }
        found
    }

    fn beside(&self) -> &[u8] {
        &self.archive
    }

    fn with_beside(self, archive: Vec<u8>) -> Self {
        Self { archive, ..self }
    }

    fn cases() -> Vec<Case<Self>> {
        let (mut cases, mut wrong) = (Vec::new(), Vec::new());
        for given in [whole(), dated(), parts(), harmed(), keys(), one(), hostile()].concat() {
            given.case().map_or_else(|why| wrong.push(why), |case| cases.push(case));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        cases
    }
}

/// A case, and what must come of it, in short: the verdict, and what is counted or why.
#[derive(Clone)]
struct Given {
    name: &'static str,
    desc: &'static str,
    input: Bundled,
    exit: u8,
    said: &'static str,
}

/// A case with these archive and outcome, for a reader who brings nothing along.
fn given(name: &'static str, desc: &'static str, archive: Vec<u8>, exit: u8, said: &'static str) -> Given {
    let bundle = format!("{name}.tar");
    let input = Bundled { bundle, archive, policy: None, seen: None, now_ms: None };
    Given { name, desc, input, exit, said }
}

impl Given {
    fn believing(mut self, rest: &str) -> Self {
        self.input.policy = Some(policy(rest));
        self
    }

    fn by(mut self, policy: String) -> Self {
        self.input.policy = Some(policy);
        self
    }

    fn seen(mut self, note: &Note) -> Self {
        self.input.seen = Some(note.to_string());
        self
    }

    fn at(mut self, now_ms: i64) -> Self {
        self.input.now_ms = Some(now_ms);
        self
    }

    /// The outcome is stated here; the figures of a sound bundle are those that our code counts, with what is stated among
    /// them.
    fn case(self) -> Result<Case<Bundled>, String> {
        let want = self.input.run();
        if want["exit"] != self.exit || !want.to_string().contains(self.said) {
            return Err(format!("{}: expected {} and `{}`, found {want}", self.name, self.exit, self.said));
        }
        Ok(Case::new(self.name, self.desc, self.input, want))
    }
}

/// The files of a bundle, to be put together otherwise.
#[derive(Clone)]
struct Files {
    documents: BTreeMap<FileName, Vec<u8>>,
    events: Vec<(Vec<u8>, Vec<PartRecord>)>,
}

impl Sink for Files {
    fn file(&mut self, name: FileName, bytes: &[u8]) -> std::io::Result<()> {
        self.documents.insert(name, bytes.to_vec());
        Ok(())
    }
}

/// Which parts of a town go into a bundle.
#[derive(Clone, Copy)]
enum Shown {
    All,
    /// Those of persons are withheld.
    Public,
}

impl Files {
    fn of(town: &Town, is_one: bool, note: Option<&Note>, shown: Shown) -> Self {
        let mut files = Self { documents: BTreeMap::new(), events: Vec::new() };
        let origin = town.origin();
        let stream = is_one.then(|| town.stream());
        let contents =
            Contents { log: town.log(), origin: &origin, head: town.head(), checkpoint: note, stream };
        let mut shows = |_, _: &_, kind| matches!(shown, Shown::All) || kind >= 128;
        write(town.reader().as_ref(), &contents, &mut shows, &mut files).expect("a bundle");
        let archive = files.archive();
        let mut reader = BundleReader::open(TarReader::new(archive.as_slice())).expect("a bundle");
        while let Some(event) = reader.next_event().expect("an event") {
            files.events.push((event.envelope, event.parts));
        }
        files.documents.retain(|name, _| !matches!(name, FileName::Record(..)));
        files
    }

    fn whole(town: &Town) -> Self {
        Self::of(town, false, None, Shown::All)
    }

    fn one(town: &Town) -> Self {
        Self::of(town, true, None, Shown::All)
    }

    fn files(&self) -> Vec<File> {
        let mut files = self.documents.clone();
        for (number, events) in (0..).zip(self.events.chunks(256)) {
            let (mut entries, mut records) = (Vec::new(), Vec::new());
            for (envelope, parts) in events {
                entries.extend_from_slice(&(envelope.len() as u16).to_be_bytes());
                entries.extend_from_slice(envelope);
                parts.iter().for_each(|part| part.write(&mut records));
            }
            files.insert(FileName::Record(number, Half::Entries), entries);
            if !records.is_empty() {
                files.insert(FileName::Record(number, Half::Parts), records);
            }
        }
        files.into_iter().map(|(name, bytes)| File::new(&name.to_string(), bytes)).collect()
    }

    fn archive(&self) -> Vec<u8> {
        archive(&self.files())
    }

    /// The archive after a change.
    fn with(&self, change: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut files = self.clone();
        change(&mut files);
        files.archive()
    }

    /// The archive after a change to a document.
    fn document(&self, name: FileName, from: &str, to: &str) -> Vec<u8> {
        self.with(|files| {
            let text = String::from_utf8(files.documents[&name].clone()).expect("a text");
            assert!(text.contains(from), "`{from}` is not in {text}");
            files.documents.insert(name, text.replacen(from, to, 1).into_bytes());
        })
    }

    /// The archive where the part of a kind of an event is said to be in this state.
    fn held(&self, at: usize, kind: u8, held: &Held) -> Vec<u8> {
        self.with(|files| {
            let parts = &mut files.events[at].1;
            parts.iter_mut().find(|part| part.kind == kind).expect("such a part").held = held.clone();
        })
    }

    /// The bytes and the key of an open part.
    fn open(&mut self, at: usize, kind: u8) -> (&mut [u8; 32], &mut Vec<u8>) {
        let part = self.events[at].1.iter_mut().find(|part| part.kind == kind).expect("such a part");
        match &mut part.held {
            Held::Open { key, bytes } => (key, bytes),
            Held::Withheld | Held::Gone => panic!("the part is open"),
        }
    }
}

/// A file of an archive, as any hand writes it.
#[derive(Clone)]
struct File {
    name: String,
    /// What the header says that it is; `0` for a file.
    kind: u8,
    /// How long the header says that it is.
    len: usize,
    bytes: Vec<u8>,
}

impl File {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), kind: b'0', len: bytes.len(), bytes }
    }
}

/// An archive of any names, types and lengths.
fn archive(files: &[File]) -> Vec<u8> {
    let mut out = Vec::new();
    for File { name, kind, len, bytes } in files {
        let mut block = [0; 512];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[100..108].copy_from_slice(b"0000644\0");
        block[108..116].copy_from_slice(b"0000000\0");
        block[116..124].copy_from_slice(b"0000000\0");
        block[124..136].copy_from_slice(format!("{len:011o}\0").as_bytes());
        block[136..148].copy_from_slice(b"00000000000\0");
        block[148..156].copy_from_slice(b"        ");
        block[156] = *kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend_from_slice(&block);
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

/// The ledger of most cases: 13 events, the last of which states the heads of its three streams.
fn town() -> Town {
    let mut story = Story::new();
    story.heads();
    story.town()
}

/// Where its events stand.
const PHASE: usize = 3;
const SUBMISSION: usize = 6;
const PUBLICATION: usize = 7;
const BALLOT: usize = 8;
const VOTE: usize = 9;

/// The kinds of parts that are harmed: a text, its author, a rule set.
const TEXT: u8 = 1;
const RULES: u8 = 194;

/// Honest bundles of the whole ledger.
fn whole() -> Vec<Given> {
    let town = town();
    let of = |note: &Note, shown| Files::of(&town, false, Some(note), shown).archive();
    let three = town.cosigned(&[1, 2, 3]);
    let any_log = |rest: &str| policy(rest).split_once('\n').expect("lines").1.to_owned();
    vec![
        given("whole", "a whole ledger agrees with itself", Files::whole(&town).archive(), 4, "\"open\":"),
        given("signed", "with a checkpoint of its own key", of(&town.signed(), Shown::All), 4, "open"),
        given(
            "anchored",
            "three of four witnesses have cosigned all of it",
            of(&three, Shown::All),
            0,
            "open",
        )
        .believing(THREE_OF_FOUR),
        given(
            "anchored-policy-without-a-log",
            "a policy without a `log` line is about the ledger at hand",
            of(&three, Shown::All),
            0,
            "open",
        )
        .by(any_log(THREE_OF_FOUR)),
        given(
            "too-few-cosigned",
            "two of four have, three are asked for",
            of(&town.cosigned(&[1, 4]), Shown::All),
            4,
            "open",
        )
        .believing(THREE_OF_FOUR),
        given(
            "personal-parts-withheld",
            "what was left out is not lost",
            of(&three, Shown::Public),
            0,
            "withheld",
        )
        .believing(THREE_OF_FOUR),
        given(
            "goes-on-from-what-was-seen",
            "the reader kept a checkpoint of 9 events",
            of(&town.signed(), Shown::All),
            4,
            "open",
        )
        .seen(&town.checkpoint_at(9).sign(&log()).expect("the ledger's key")),
        given(
            "unknown-type",
            "an event of an unknown type is verified as bytes: nobody vouches for what it says",
            {
                let town = town.changed(|events| events[PUBLICATION].envelope.intent.event_type = 0x02ff);
                Files::of(&town, false, Some(&town.cosigned(&[1, 2, 3])), Shown::All).archive()
            },
            4,
            "\"unknown\":1",
        )
        .believing(THREE_OF_FOUR),
        given(
            "unknown-type-that-others-name",
            "an event of an unknown type fits every role",
            {
                let town = town.changed(|events| events[SUBMISSION].envelope.intent.event_type = 0x02ff);
                Files::of(&town, false, Some(&town.cosigned(&[1, 2, 3])), Shown::Public).archive()
            },
            4,
            "\"unknown\":1",
        )
        .believing(THREE_OF_FOUR),
        given(
            "successor",
            "a ledger that was opened in the place of this one, which lost its last three events",
            Files::whole(&town.succeeded(10)).archive(),
            4,
            "\"held\":\"10\"",
        ),
        given(
            "successor-with-a-note-of-a-stranger",
            "the last checkpoint that it hands on is not by the other ledger's key",
            Files::whole(&town.succeeded_as(10, &town.signed_by(9))).archive(),
            10,
            "succession at 1",
        ),
        given(
            "successor-of-nobody-that-can-be-read",
            "the part that names the other ledger fits its commitment, and is not its content",
            Files::whole(&unreadable(town.succeeded(10))).archive(),
            10,
            "succession at 1",
        ),
        given(
            "successor-that-lost-nothing",
            "as many events are held as were signed for",
            Files::whole(&town.succeeded(13)).archive(),
            10,
            "succession at 1",
        ),
    ]
}

/// A successor that commits to something else than what names its predecessor.
fn unreadable(successor: Town) -> Town {
    successor.changed(|events| {
        let Made { envelope, parts, .. } = &mut events[1];
        let part = parts.iter_mut().find(|part| part.kind == Predecessor::KIND).expect("it names one");
        part.bytes = b"{}".to_vec();
        let intent = &mut envelope.intent;
        let context = PartContext {
            log: intent.log,
            stream: intent.stream,
            event_type: intent.event_type,
            schema: intent.schema,
            kind: part.kind,
        };
        let found = commit(&PartKey::new(*part.key), &context, &part.bytes);
        (intent.parts[usize::from(part.index)].commitment, part.commitment) = (found, found.0);
    })
}

/// Instants of recording, and those at which the quorum had seen the ledger.
fn dated() -> Vec<Given> {
    let town = town();
    let last = town.events.len() - 1;
    let cosigned = |seconds| {
        let note = town.cosigned_after(last + 1, last, seconds);
        Files::of(&town, false, Some(&note), Shown::Public).archive()
    };
    // A checkpoint of 9 events, cosigned after the instant at which the tenth says that it was recorded.
    let kept = |seconds| town.cosigned_after(VOTE, VOTE, seconds);
    let shown = Files::of(&town, false, Some(&town.cosigned(&[1, 2, 3])), Shown::Public).archive();
    let given =
        |name, desc, archive, exit, said| given(name, desc, archive, exit, said).believing(THREE_OF_FOUR);
    vec![
        given(
            "seen-two-minutes-before",
            "the whole second ends 119 s before the last event says that it was recorded",
            cosigned(-120),
            0,
            "open",
        ),
        given("seen-before-it-was-recorded", "120 s before", cosigned(-121), 10, "dated ahead"),
        given(
            "unseen-for-two-minutes",
            "120 s after an event says that it was recorded, the quorum had not seen it",
            shown.clone(),
            0,
            "open",
        )
        .seen(&kept(120)),
        given("dated-back", "121 s after", shown, 10, "dated back").seen(&kept(121)),
    ]
}

/// What became of parts.
fn parts() -> Vec<Given> {
    let plain = Files::whole(&town());
    let mut pending = Story::new().erased(false);
    pending.heads();
    let mut completed = Story::new().erased(true);
    completed.heads();
    let (pending_at, text_at) = (pending.world.record.now().0, SUBMISSION);
    let (pending, completed) = (pending.town(), completed.town());
    // The record forgets what it erased; who keeps a copy has it still.
    let kept = plain.events[text_at].1.clone();
    let still = |town: &Town| Files::whole(town).with(|files| files.events[text_at].1 = kept.clone());
    let mut lost = Story::new().lost();
    lost.heads();
    let lost = Files::whole(&lost.town());
    const HOUR: i64 = 3_600_000;
    vec![
        given(
            "erased",
            "a text and its author were erased",
            Files::whole(&completed).archive(),
            4,
            "\"erased\":2",
        ),
        given(
            "erased-and-held",
            "they are still there after it was said that they are deleted",
            still(&completed),
            10,
            "erased present",
        ),
        given(
            "erased-and-withheld",
            "withheld is held",
            Files::whole(&completed).held(text_at, TEXT, &Held::Withheld),
            10,
            "erased present",
        ),
        given(
            "erasure-pending",
            "71 hours after the erasure both may still be held",
            still(&pending),
            4,
            "\"pending\":2",
        )
        .at(pending_at + 71 * HOUR),
        given("erasure-late", "73 hours after it they may not", still(&pending), 10, "erased present")
            .at(pending_at + 73 * HOUR),
        given(
            "part-gone",
            "a text is missing, and no event says why",
            plain.held(text_at, TEXT, &Held::Gone),
            12,
            "\"missing\":1",
        ),
        given(
            "part-without-a-record",
            "a part of which the file of parts says nothing is gone",
            plain.with(|files| drop(files.events[text_at].1.remove(0))),
            12,
            "\"missing\":1",
        ),
        given(
            "part-lost",
            "a text is missing, and was declared lost",
            lost.held(text_at, TEXT, &Held::Gone),
            12,
            "\"lost\":1",
        ),
        given("part-found-again", "it was declared lost, and is here", lost.archive(), 4, "\"lost\":0"),
        given(
            "rules-withheld",
            "a structural part that is withheld counts as lost",
            plain.held(2, RULES, &Held::Withheld),
            12,
            "\"missing\":1",
        ),
        given(
            "part-of-nobody",
            "a part that no envelope names",
            plain.with(|files| {
                let mut stray = files.events[text_at].1[1].clone();
                (stray.place.index, stray.kind) = (2, 3);
                files.events[text_at].1.push(stray);
            }),
            10,
            "part",
        ),
    ]
}

/// The whole ledger, harmed.
fn harmed() -> Vec<Given> {
    let town = town();
    let plain = Files::whole(&town);
    let flipped = |at: usize, byte: fn(&[u8]) -> usize| {
        plain.with(|files| {
            let byte = byte(&files.events[at].0);
            files.events[at].0[byte] ^= 1;
        })
    };
    let shorter = town.changed(|events| drop(events.pop()));
    let without = town.changed(|events| drop(events.remove(VOTE)));
    let half = town.changed(|events| drop(events.remove(PUBLICATION)));
    let other = town.changed(|events| events[VOTE].envelope.sequence.recorded_at.0 += 1);
    let lying = {
        let mut town = town.clone();
        let heads = town.first(HEADS);
        let facts = format!(r#"{{"root":"{}","streams":3}}"#, "5a".repeat(32));
        town.events[heads].envelope.intent.facts = facts.into_bytes();
        town
    };
    let signed = |town: &Town| Files::of(town, false, Some(&town.signed()), Shown::All).archive();
    vec![
        given("event-missing", "one in the middle was taken out", plain.with(|files| drop(files.events.remove(BALLOT))), 10, "chain"),
        given(
            "event-missing-all-made-anew",
            "a vote was taken out, and every later link, the heads and the root made anew: only who kept a checkpoint sees it",
            signed(&without),
            11,
            "seen",
        )
        .seen(&town.checkpoint_at(11).sign(&log()).expect("the ledger's key")),
        given("last-event-missing", "the manifest states one more", plain.with(|files| drop(files.events.pop())), 10, "size"),
        given("last-event-missing-made-anew", "the reader kept a checkpoint of one more", signed(&shorter), 12, "behind")
            .seen(&town.signed()),
        given("another-history", "at the size that the reader kept, the root is another", signed(&other), 11, "seen")
            .seen(&town.signed()),
        given("swapped", "two events in each other's place", plain.with(|files| files.events.swap(PHASE, PHASE + 1)), 10, "chain"),
        given(
            "twice",
            "an event stands twice",
            plain.with(|files| files.events.insert(PHASE, files.events[PHASE].clone())),
            10,
            "chain",
        ),
        given("half-a-command", "the second event of two is missing, and all is made anew", Files::whole(&half).archive(), 10, "command"),
        given(
            "facts-changed",
            "a digit of facts: they still fit their type",
            plain.with(|files| {
                let bytes = &mut files.events[SUBMISSION].0;
                let at = bytes.windows(10).position(|it| it == b"\"number\":1").expect("a number");
                bytes[at + 9] = b'2';
            }),
            10,
            "at 6",
        ),
        given("envelope-changed", "a bit of a command id", flipped(VOTE, |_| 70), 10, "at 9"),
        given("envelope-spoilt", "a bit of the magic: these bytes are no envelope", flipped(VOTE, |_| 0), 10, "envelope at 9"),
        given("last-byte-changed", "a bit of the last instant, to which nothing links", flipped(12, |bytes| bytes.len() - 1), 10, "root"),
        given(
            "part-changed",
            "a bit of a text",
            plain.with(|files| files.open(SUBMISSION, TEXT).1[20] ^= 1),
            10,
            "part at 6",
        ),
        given(
            "part-key-changed",
            "a bit of the key of a text",
            plain.with(|files| files.open(SUBMISSION, TEXT).0[31] ^= 1),
            10,
            "part at 6",
        ),
        given(
            "part-replaced",
            "another text, and another key",
            plain.with(|files| {
                let (key, text) = files.open(SUBMISSION, TEXT);
                *key = [0x5a; 32];
                *text = br#"{"body":"Autre chose.","title":"Autre chose"}"#.to_vec();
            }),
            10,
            "part at 6",
        ),
        given("heads-that-are-not", "an event states heads that those before it do not give", Files::whole(&lying).archive(), 10, "heads at 12"),
        given(
            "root-of-another-tree",
            "the manifest states another root",
            plain.document(FileName::Manifest, &town.head().root.to_string()[..8], "00000000"),
            10,
            "root",
        ),
        given(
            "another-origin",
            "the manifest gives the ledger another name",
            plain.document(FileName::Manifest, "villeneuve", "neuveville"),
            10,
            "ledger",
        ),
        given(
            "checkpoint-of-another-tree",
            "a checkpoint of fewer events than the manifest says",
            Files::of(&town, false, Some(&town.checkpoint_at(9).sign(&log()).expect("the ledger's key")), Shown::All).archive(),
            10,
            "manifest",
        ),
    ]
}

/// Whose keys count.
fn keys() -> Vec<Given> {
    let town = town();
    let stranger = town.signed_by(9);
    let mut rotated = Story::new();
    rotated.heads();
    let rotated = rotated.rotated();
    let of = |note: &Note| Files::of(&rotated, false, Some(note), Shown::All).archive();
    let by = |seed| format!("log {}\nquorum none\n", signer(&town.origin(), seed).public());
    let signed = |change| Files::whole(&Story::new().answered(change)).archive();
    let answered = Story::new().answered(|_| {});
    let unknown = {
        let mut town = answered.clone();
        town.events.last_mut().expect("the answer").envelope.intent.actor_class = 200;
        town.sequence();
        town
    };
    vec![
        given(
            "checkpoint-by-a-stranger",
            "the record itself says whose key signs its checkpoints",
            Files::of(&town, false, Some(&stranger), Shown::All).archive(),
            10,
            "not of the ledger",
        ),
        given(
            "checkpoint-by-a-stranger-of-the-policy",
            "the same, where the policy names that key",
            Files::of(&town, false, Some(&stranger), Shown::All).archive(),
            10,
            "not of the ledger",
        )
        .by(by(9)),
        given(
            "policy-of-another-key",
            "the ledger's own checkpoint, and a policy that names another key",
            Files::of(&town, false, Some(&town.signed()), Shown::All).archive(),
            10,
            "policy",
        )
        .by(by(9)),
        given(
            "key-replaced",
            "the new key signs, and the policy names the one before it",
            of(&rotated.signed_by(NEXT)),
            4,
            "\"server\":2",
        )
        .by(by(LEDGER)),
        given(
            "key-replaced-and-named",
            "the new key signs, and the policy names it",
            of(&rotated.signed_by(NEXT)),
            4,
            "\"server\":2",
        )
        .by(by(NEXT)),
        given(
            "replaced-key-signs",
            "a key that was replaced signs a checkpoint of a later size",
            of(&rotated.signed_by(LEDGER)),
            10,
            "term",
        ),
        given(
            "act-signed",
            "an authority rejects a contribution, and signs it",
            signed(|_| {}),
            4,
            "\"holder\":1",
        ),
        given(
            "act-signed-too-late",
            "it is recorded after its signature ended",
            signed(|signer| signer.expires_at.0 = 0),
            10,
            "signature",
        ),
        given(
            "act-signed-over-another-head",
            "its signer had seen another ledger",
            signed(|signer| signer.seen_root = signer.key),
            10,
            "signature",
        ),
        given(
            "act-signed-by-an-unknown-class",
            "an actor class that nobody knows: whether the signature counts is unknown",
            Files::whole(&unknown).archive(),
            4,
            "\"unknown\":1",
        ),
    ]
}

/// Bundles of one consultation.
fn one() -> Vec<Given> {
    let town = town();
    let plain = Files::one(&town);
    let whole = Files::whole(&town);
    let newer = newer();
    let signed = Files::of(&town, true, Some(&town.cosigned(&[1, 2, 3])), Shown::Public);
    let mixed = Files::one(&newer).with(|files| files.events.truncate(12));
    let lying = {
        let mut town = town.clone();
        let heads = town.first(HEADS);
        let facts = format!(r#"{{"root":"{}","streams":3}}"#, "5a".repeat(32));
        town.events[heads].envelope.intent.facts = facts.into_bytes();
        Files::one(&town).archive()
    };
    vec![
        given(
            "one",
            "a consultation, complete up to the heads event",
            plain.archive(),
            4,
            "\"heads\":\"12\"",
        ),
        given(
            "one-anchored",
            "the same under a policy, its personal parts withheld",
            signed.archive(),
            0,
            "withheld",
        )
        .believing(THREE_OF_FOUR),
        given(
            "one-of-an-older-heads-event",
            "a whole bundle of an earlier day, in a newer tree: it says up to where it goes",
            older(&newer),
            4,
            "\"heads\":\"12\"",
        ),
        given(
            "one-shorter-than-seen",
            "the reader kept a checkpoint of more events",
            Files::of(&town, true, Some(&town.signed()), Shown::All).archive(),
            12,
            "behind",
        )
        .seen(&newer.signed()),
        given(
            "one-not-compared",
            "a kept checkpoint of fewer events cannot be compared with an excerpt",
            Files::of(&newer, true, Some(&newer.signed()), Shown::All).archive(),
            4,
            "open",
        )
        .seen(&town.signed()),
        given(
            "one-without-its-last-event",
            "the proofs name a later one as the last",
            plain.with(|files| drop(files.events.remove(10))),
            12,
            "short",
        ),
        given(
            "one-cut-before-its-heads-event",
            "the older heads event in a newer bundle, cut behind it",
            mixed,
            12,
            "short",
        ),
        given(
            "one-without-its-heads-event",
            "the event up to which it is complete is not there",
            plain.with(|files| drop(files.events.pop())),
            12,
            "no heads",
        ),
        given(
            "one-without-an-event",
            "one in the middle was taken out",
            plain.with(|files| drop(files.events.remove(BALLOT))),
            10,
            "chain",
        ),
        given(
            "one-with-another-event",
            "an event of another consultation was put in",
            plain.with(|files| files.events.insert(11, whole.events[11].clone())),
            10,
            "foreign",
        ),
        given(
            "one-with-a-broken-proof",
            "a digit of the proof of its first event",
            {
                let text = String::from_utf8(plain.documents[&FileName::Proofs].clone()).expect("a text");
                let proofs: Proofs = serde_json::from_str(&text).expect("proofs");
                plain.document(FileName::Proofs, &proofs.first.path[0].to_string(), &Hash::ZERO.to_string())
            },
            10,
            "proof",
        ),
        given(
            "one-heads-that-are-not",
            "the heads event states another root than the proof of the stream leads to",
            lying,
            10,
            "heads",
        ),
    ]
}

/// The town after another vote, with a second heads event.
fn newer() -> Town {
    let mut story = Story::new();
    story.heads();
    story.world.happens(devenir_core::testing::sample::observation());
    story.heads();
    story.town()
}

/// The consultation up to its first heads event, proven in the whole tree.
fn older(town: &Town) -> Vec<u8> {
    let mut files = Files::one(town);
    let heads = town.first(HEADS);
    let at = |it: &(Vec<u8>, Vec<PartRecord>)| {
        devenir_core::envelope::decode(&it.0).expect("an envelope").sequence.position.get() as usize
    };
    files.events.retain(|event| at(event) <= heads);
    let tree: Tree = town.bytes().iter().map(|bytes| leaf_hash(bytes)).collect();
    let proof = |at: usize| -> InclusionProof {
        tree.prove_inclusion(Position::new(at as u64), town.head().size).expect("an event of the tree")
    };
    // The consultation had the same last event at the first heads event as in the town before the newer acts.
    let before: Proofs =
        serde_json::from_slice(&Files::one(&self::town()).documents[&FileName::Proofs]).expect("proofs");
    let proofs =
        Proofs { first: proof(1), last: proof(VOTE + 1), heads: proof(heads), stream: before.stream };
    let manifest = Manifest {
        format: devenir_core::bundle::FORMAT.to_owned(),
        kind: BundleKind::Consultation,
        log_id: town.log(),
        origin: town.origin(),
        size: town.head().size,
        root: town.head().root,
        stream: Some(town.stream()),
        heads: Some(Position::new(heads as u64)),
    };
    let json = |text: serde_json::Result<String>| (text.expect("JSON") + "\n").into_bytes();
    files.documents.insert(FileName::Manifest, json(serde_json::to_string_pretty(&manifest)));
    files.documents.insert(FileName::Proofs, json(serde_json::to_string_pretty(&proofs)));
    files.archive()
}

/// Archives that are no bundles. Their ledger has its event 0 alone.
fn hostile() -> Vec<Given> {
    let short = Town::of(&crate::town::opened(crate::parties::ORIGIN));
    let files = Files::whole(&short).files();
    let changed = |change: &dyn Fn(&mut Vec<File>)| {
        let mut files = files.clone();
        change(&mut files);
        archive(&files)
    };
    let put_in = |name: &str| changed(&|files| files.insert(1, File::new(name, b"x".to_vec())));
    let bytes = archive(&files);
    let manifest = |from: &str, to: &str| Files::whole(&short).document(FileName::Manifest, from, to);
    let no = |name, desc, archive| given(name, desc, archive, 3, "bundle: ");
    vec![
        given("smallest", "a ledger of its event 0 alone", bytes.clone(), 4, "\"size\":\"1\""),
        no(
            "archive-name-that-leads-out",
            "a name that leads out of the folder",
            put_in("../../etc/cron.d/x"),
        ),
        no("archive-absolute-name", "a name from the root of the disk", put_in("/etc/passwd")),
        no("archive-extra-file", "a file that no bundle has", put_in("keys/ledger.key")),
        no("archive-unsorted", "entries before the manifest", changed(&|files| files.swap(0, 1))),
        no("archive-file-twice", "the manifest twice", changed(&|files| files.insert(1, files[0].clone()))),
        no(
            "archive-huge-length",
            "a file that says it has 8 GiB",
            changed(&|files| files[1].len = 0o77_777_777_777),
        ),
        no(
            "archive-symbolic-link",
            "a link",
            changed(&|files| {
                let link = File { kind: b'2', ..File::new("checkpoint", Vec::new()) };
                files.insert(1, link);
            }),
        ),
        no("archive-cut-off", "it ends within a file", bytes[..1_600].to_vec()),
        no(
            "archive-without-its-end",
            "the two blocks of zeros are missing",
            bytes[..bytes.len() - 1_024].to_vec(),
        ),
        no("archive-with-more-behind", "bytes behind its end", [bytes.as_slice(), b"more"].concat()),
        no("archive-of-nothing", "no bytes at all", Vec::new()),
        no(
            "entries-cut-within-one",
            "the last entry is shorter than it says",
            changed(&|files| {
                files[1].bytes.pop();
                files[1].len -= 1;
            }),
        ),
        no(
            "manifest-of-another-version",
            "a format that nobody knows yet",
            manifest("bundle v0", "bundle v9"),
        ),
        no(
            "manifest-with-another-field",
            "its fields are closed",
            manifest("\"size\"", "\"more\": 1,\n  \"size\""),
        ),
        no(
            "manifest-of-a-consultation-without-a-stream",
            "a consultation has a stream and a heads event",
            manifest("\"all\"", "\"consultation\""),
        ),
        no("manifest-missing", "a bundle begins with its manifest", changed(&|files| drop(files.remove(0)))),
    ]
}
