//! Are these bytes an envelope, and what do they say? What is accepted is told field by field.

use devenir_core::envelope::{
    Envelope, EnvelopeError, Intent, PartCommitment, RefList, Sequence, Signature, Signer, decode, encode,
    intent_id,
};
use devenir_core::event::code::Trust;
use devenir_core::id::{CommandId, Commitment, IntentId, LogId, StreamId};
use devenir_core::ledger::{Hash, Position, Revision, leaf_hash};
use devenir_core::time::{Claimed, Precision, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind, bytes, hex};

/// Bytes that may be an envelope.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    envelope: String,
}

/// A citizen submitted a contribution: number 7, claimed to the day, first of its stream, two parts.
fn submission() -> Envelope {
    Envelope {
        intent: Intent {
            trust: Trust::Native,
            ignorable: 0,
            log: LogId([0x1a; 32]),
            stream: StreamId([0x2b; 16]),
            event_type: 0x0201,
            schema: 1,
            actor_class: 1,
            command: CommandId([0x3c; 16]),
            command_index: 0,
            command_count: 1,
            occurred: Claimed::new(Timestamp(1_803_859_200_000), Precision::Day),
            facts: br#"{"channel":"web","kind":"proposal","lang":"fr","number":7}"#.to_vec(),
            refs: vec![],
            lists: vec![],
            parts: [(1, 0xc1), (2, 0xc2)].map(part).to_vec(),
            signer: None,
        },
        signature: Signature::NONE,
        sequence: Sequence {
            position: Position::new(7),
            revision: Revision::FIRST,
            prev: Hash::ZERO,
            prev_position: None,
            recorded_at: Timestamp(1_803_888_000_123),
        },
    }
}

fn part((kind, byte): (u8, u8)) -> PartCommitment {
    PartCommitment { kind, alg: 0, commitment: Commitment([byte; 32]) }
}

fn reference(role: u8, n: u8) -> (u8, IntentId) {
    (role, IntentId([n; 32]))
}

/// A vote for a version in a ballot, later in the stream, its time unknown.
fn vote() -> Envelope {
    let mut vote = submission();
    vote.intent.trust = Trust::Attested;
    vote.intent.event_type = 0x0502;
    vote.intent.occurred = Claimed::UNKNOWN;
    vote.intent.facts = br#"{"tag":"7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a","weight":1}"#.to_vec();
    vote.intent.refs = vec![reference(1, 0xa1), reference(3, 0xa3), reference(4, 0xa4)];
    vote.sequence = Sequence {
        position: Position::new(1 << 40),
        revision: Revision::new(12),
        prev: Hash::from_bytes([0x9d; 32]),
        prev_position: Some(Position::new(7)),
        recorded_at: Timestamp(1_803_888_000_124),
    };
    vote
}

/// A response to 40 contributions, signed away from the server.
fn signed() -> Envelope {
    let mut signed = vote();
    signed.intent.trust = Trust::Native;
    signed.intent.event_type = 0x0b04;
    signed.intent.actor_class = 5;
    signed.intent.facts = br#"{"bodies":[0],"group_size":40,"outcome":"answered"}"#.to_vec();
    signed.intent.refs = vec![];
    signed.intent.lists = vec![RefList { role: 6, count: 40, root: Hash::from_bytes([0x10; 32]) }];
    signed.intent.parts = [(11, 0xc1), (133, 0xc2), (240, 0xc3)].map(part).to_vec();
    signed.intent.signer = Some(Signer {
        key: Hash::from_bytes([0x4b; 32]),
        seen_size: 512,
        seen_root: Hash::from_bytes([0x5e; 32]),
        expires_at: Timestamp(1_803_974_400_000),
    });
    signed.signature = Signature { alg: 1, bytes: vec![0x51; 64] };
    signed
}

/// Every field as long as it may be: 4,073 bytes.
fn largest() -> Envelope {
    let mut largest = signed();
    largest.intent.facts = format!(r#"{{"a":"{}"}}"#, "x".repeat(2048 - 8)).into_bytes();
    largest.intent.refs = (0..32).map(|n| reference(1, n)).collect();
    largest.intent.lists =
        (2..6).map(|role| RefList { role, count: 32_767, root: Hash::from_bytes([role; 32]) }).collect();
    largest.intent.parts = (229..=243).map(|kind| part((kind, kind))).collect();
    largest
}

fn vector(envelope: &Envelope) -> Vector {
    Vector { envelope: hex(encode(envelope)) }
}

/// The bytes of an envelope after a change of the envelope.
fn changed(mut envelope: Envelope, change: impl FnOnce(&mut Envelope)) -> Vector {
    change(&mut envelope);
    vector(&envelope)
}

/// The bytes of [`submission`] after a change of the bytes.
fn patched(change: impl FnOnce(&mut Vec<u8>)) -> Vector {
    let mut bytes = encode(&submission());
    change(&mut bytes);
    Vector { envelope: hex(bytes) }
}

/// Where fields of [`submission`] stand.
mod at {
    pub(super) const VERSION: usize = 11;
    pub(super) const FLAGS: usize = 12;
    pub(super) const FACTS_LEN: usize = 14 + 32 + 16 + 2 + 2 + 1 + 16 + 2 + 2 + 8;
    pub(super) const FACTS: usize = FACTS_LEN + 2;
}

/// Our word for why bytes are refused.
fn reason(error: EnvelopeError) -> String {
    match error {
        EnvelopeError::TooLong { .. } => "too long".to_owned(),
        EnvelopeError::Truncated { field, .. } => format!("ends inside {field}"),
        EnvelopeError::Trailing { .. } => "trailing".to_owned(),
        EnvelopeError::Magic => "magic".to_owned(),
        EnvelopeError::Version { .. } => "version".to_owned(),
        EnvelopeError::Value { field, .. } => field.to_owned(),
        EnvelopeError::Facts(_) => "facts".to_owned(),
    }
}

fn told(envelope: &Envelope) -> Value {
    let Envelope { intent, signature, sequence } = envelope;
    let ids: Vec<_> = intent.refs.iter().map(|(role, id)| json!([role, id.to_string()])).collect();
    let lists: Vec<_> = intent.lists.iter().map(|list| json!([list.role, list.count, list.root])).collect();
    let parts: Vec<_> =
        intent.parts.iter().map(|part| json!([part.kind, part.alg, part.commitment.to_string()])).collect();
    let signer = intent.signer.map(|signer| {
        json!({
            "key_id": signer.key,
            "seen_size": signer.seen_size.to_string(),
            "seen_root": signer.seen_root,
            "expires_at_ms": signer.expires_at.0,
        })
    });
    json!({
        "trust": intent.trust.as_str(),
        "precision": intent.occurred.precision().as_str(),
        "log_id": intent.log.to_string(),
        "stream_id": intent.stream.to_string(),
        "event_type": intent.event_type,
        "schema": intent.schema,
        "actor_class": intent.actor_class,
        "command_id": intent.command.to_string(),
        "command_index": intent.command_index,
        "command_count": intent.command_count,
        "occurred_at_ms": intent.occurred.at().map(|at| at.0),
        "facts": String::from_utf8_lossy(&intent.facts),
        "refs": ids,
        "lists": lists,
        "parts": parts,
        "signer": signer,
        "signature": [json!(signature.alg), json!(hex(&signature.bytes))],
        "position": sequence.position,
        "revision": sequence.revision,
        "prev": sequence.prev,
        "prev_position": sequence.prev_position,
        "recorded_at_ms": sequence.recorded_at.0,
        "intent_id": intent_id(intent).to_string(),
        "leaf_hash": leaf_hash(&encode(envelope)),
    })
}

/// What must be read from [`submission`].
fn submission_told() -> Value {
    json!({
        "trust": "native",
        "precision": "day",
        "log_id": "1a".repeat(32),
        "stream_id": "2b".repeat(16),
        "event_type": 513,
        "schema": 1,
        "actor_class": 1,
        "command_id": "3c".repeat(16),
        "command_index": 0,
        "command_count": 1,
        "occurred_at_ms": 1_803_859_200_000_i64,
        "facts": r#"{"channel":"web","kind":"proposal","lang":"fr","number":7}"#,
        "refs": [],
        "lists": [],
        "parts": [[1, 0, "c1".repeat(32)], [2, 0, "c2".repeat(32)]],
        "signer": null,
        "signature": [0, ""],
        "position": "7",
        "revision": "0",
        "prev": "00".repeat(32),
        "prev_position": null,
        "recorded_at_ms": 1_803_888_000_123_i64,
        "intent_id": "daff3eafddc2a5aaa710950624e871a90998d19908d9a00b5533512744098d65",
        "leaf_hash": "0fa91a0983675a7eb286a4b9918f7169224257bcab68b473e434bb65cc308f65",
    })
}

fn vote_told() -> Value {
    with(
        submission_told(),
        json!({
            "trust": "attested",
            "precision": "unknown",
            "event_type": 1282,
            "occurred_at_ms": null,
            "facts": r#"{"tag":"7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a","weight":1}"#,
            "refs": [[1, "a1".repeat(32)], [3, "a3".repeat(32)], [4, "a4".repeat(32)]],
            "position": "1099511627776",
            "revision": "12",
            "prev": "9d".repeat(32),
            "prev_position": "7",
            "recorded_at_ms": 1_803_888_000_124_i64,
            "intent_id": "8952345dd644749dfad23d523ec87db9377a1d8275cdfc6fa9612f1da4440c71",
            "leaf_hash": "e9efae5a3d463d5ed0606924d1581049301ae000c4086bbd4cf24f86bc3fd373",
        }),
    )
}

fn signed_told() -> Value {
    with(
        vote_told(),
        json!({
            "trust": "native",
            "event_type": 2820,
            "actor_class": 5,
            "facts": r#"{"bodies":[0],"group_size":40,"outcome":"answered"}"#,
            "refs": [],
            "lists": [[6, 40, "10".repeat(32)]],
            "parts": [[11, 0, "c1".repeat(32)], [133, 0, "c2".repeat(32)], [240, 0, "c3".repeat(32)]],
            "signer": {
                "key_id": "4b".repeat(32),
                "seen_size": "512",
                "seen_root": "5e".repeat(32),
                "expires_at_ms": 1_803_974_400_000_i64,
            },
            "signature": [1, "51".repeat(64)],
            "intent_id": "8de52074389d4a3038fbb648948744a36c07a78979c0aba5f1160578e4b536a1",
            "leaf_hash": "48087f678a125ca290af2d2b1a8e1d87193b2c715febe0e67f31c96e83c7ef65",
        }),
    )
}

/// What must be read from [`largest`].
fn largest_told() -> Value {
    let id = |n: u8| hex([n; 32]);
    let refs: Vec<Value> = (0..32).map(|n| json!([1, id(n)])).collect();
    let lists: Vec<Value> = (2..6).map(|role| json!([role, 32_767, id(role)])).collect();
    let parts: Vec<Value> = (229..=243).map(|kind| json!([kind, 0, id(kind)])).collect();
    with(
        signed_told(),
        json!({
            "facts": format!(r#"{{"a":"{}"}}"#, "x".repeat(2040)),
            "refs": refs,
            "lists": lists,
            "parts": parts,
            "intent_id": "56f05ab865cc599778a9861883e882a935e19f289bc44a614f8eaf7c738949c2",
            "leaf_hash": "144f72766cab80e673f8411dfebccd1d731f41f32d168ff1a1ed7ff224a2a115",
        }),
    )
}

/// A told envelope with some fields told otherwise.
fn with(mut told: Value, other: Value) -> Value {
    if let (Some(told), Value::Object(other)) = (told.as_object_mut(), other) {
        told.extend(other);
    }
    told
}

impl Kind for Vector {
    const DIGEST: &str = "a1caebefb03feb88a0781bccec72851b8471fb51d158f74a2ab294cd3dc48b4e";

    fn run(&self) -> Value {
        let found = match bytes(&self.envelope) {
            Ok(found) => found,
            Err(reason) => return format!("refuse: {reason}").into(),
        };
        match decode(&found) {
            Ok(envelope) => told(&envelope),
            Err(error) => format!("refuse: {}", reason(error)).into(),
        }
    }

    fn cases() -> Vec<Case<Self>> {
        [accepted(), refused_outside(), refused_intent(), refused_refs(), refused_parts(), refused_sequence()]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn accepted() -> Vec<Case<Vector>> {
    vec![
        Case::new(
            "submission",
            "the example of docs/format.md: a contribution, first of its stream, with two parts",
            vector(&submission()),
            submission_told(),
        ),
        Case::new(
            "vote",
            "a vote: three references, no claimed time, a predecessor",
            vector(&vote()),
            vote_told(),
        ),
        Case::new(
            "signed-response-to-40",
            "signed by an official; 40 references stand in a list, whose ids are part 240",
            vector(&signed()),
            signed_told(),
        ),
        Case::new(
            "largest",
            "every field as long as it may be: 4,073 bytes",
            vector(&largest()),
            largest_told(),
        ),
        Case::new(
            "unknown-type",
            "a type that no software knows yet reads as bytes",
            changed(submission(), |it| (it.intent.event_type, it.intent.schema) = (0x7fff, 9)),
            with(
                submission_told(),
                json!({
                    "event_type": 32767, "schema": 9,
                    "intent_id": "c667da7cf6792d1c9bb1e40ebc62f58845f5ab5db0404428988957bf0467673e", "leaf_hash": "9ab41e3d8e46e921fd17b39916f30e9045f7a42de81b356dbb480358c3093211",
                }),
            ),
        ),
        Case::new(
            "unknown-actor-class-role-and-kind",
            "so do a class of actor, a role and a kind of part that no software knows yet",
            changed(submission(), |it| {
                it.intent.actor_class = 200;
                it.intent.refs = vec![reference(0, 0xa1), reference(255, 0xa1)];
                it.intent.parts = vec![part((239, 0xc1))];
            }),
            with(
                submission_told(),
                json!({
                    "actor_class": 200,
                    "refs": [[0, "a1".repeat(32)], [255, "a1".repeat(32)]],
                    "parts": [[239, 0, "c1".repeat(32)]],
                    "intent_id": "8078f023a42d5d4b0f2ff5e6ec1022a3c9b60a470596afd66da2cca4d4eba8d4", "leaf_hash": "c7818c1a1700b46ca570938a00463dd4b3f73135d78e2742a1c9610ecb0769b9",
                }),
            ),
        ),
        Case::new(
            "ignorable-flags",
            "bits 12 to 15 may be ignored, and change the id and the hash like any other bit",
            changed(submission(), |it| it.intent.ignorable = 0b1111),
            with(
                submission_told(),
                json!({ "intent_id": "bef67e03a5d14ef62d1ca3a52574c21519376a7c9b9b666bfc67fc3fa8d5bec0", "leaf_hash": "4e0dbbf00731ac2b32256fcb2f7e8ad356dabbdfa2fd73cbeab4b85529f05df1" }),
            ),
        ),
        Case::new(
            "middle-of-a-command",
            "the second of the most events that a command can have",
            changed(submission(), |it| (it.intent.command_index, it.intent.command_count) = (1, u16::MAX)),
            with(
                submission_told(),
                json!({
                    "command_index": 1, "command_count": 65535,
                    "intent_id": "58eccc6dbea4922c555c5dbe6204cc3c631d22a89da9f1cd7c38880f65206687", "leaf_hash": "094ee0e81ecb445ed46122feddaf3999687ee92f3bcb810a55721de23cedcf02",
                }),
            ),
        ),
        Case::new(
            "before-1970",
            "an instant before 1970 is negative",
            changed(submission(), |it| {
                it.intent.occurred = Claimed::new(Timestamp(-1), Precision::Year);
            }),
            with(
                submission_told(),
                json!({
                    "precision": "year", "occurred_at_ms": -1,
                    "intent_id": "ab9cdba7639f6365624fb0898fcc79e371936f5857f6f0ea6e67f51895236fba", "leaf_hash": "cc936b9340a29044bb450ca816ba9ec86bb94ca5d8a1278bb6052ed33050b0a3",
                }),
            ),
        ),
    ]
}

fn refused(name: &'static str, desc: &'static str, vector: Vector, reason: &str) -> Case<Vector> {
    Case::new(name, desc, vector, format!("refuse: {reason}"))
}

fn refused_outside() -> Vec<Case<Vector>> {
    vec![
        refused(
            "no-bytes",
            "no bytes are no envelope",
            Vector { envelope: String::new() },
            "ends inside magic",
        ),
        refused(
            "upper-case",
            "bytes have one text, in lower case",
            Vector { envelope: hex(encode(&submission())).to_uppercase() },
            "malformed",
        ),
        refused(
            "cut-in-the-last-field",
            "the last byte is missing",
            patched(|bytes| {
                bytes.pop();
            }),
            "ends inside recorded_at_ms",
        ),
        refused(
            "cut-after-the-intent",
            "an intent alone is no envelope",
            patched(|bytes| bytes.truncate(bytes.len() - 67)),
            "ends inside sig alg",
        ),
        refused("trailing-byte", "nothing follows an envelope", patched(|bytes| bytes.push(0)), "trailing"),
        refused(
            "of-8193-bytes",
            "longer than any envelope",
            patched(|bytes| bytes.resize(8193, 0)),
            "too long",
        ),
        refused("magic", "an envelope begins with its own name", patched(|bytes| bytes[0] = b'D'), "magic"),
        refused(
            "version-1",
            "version 1 is another format; this one is 0",
            patched(|bytes| bytes[at::VERSION] = 1),
            "version",
        ),
    ]
}

fn refused_intent() -> Vec<Case<Vector>> {
    vec![
        refused(
            "flag-bit-6",
            "bits 6 to 11 are zero",
            patched(|bytes| bytes[at::FLAGS + 1] |= 1 << 6),
            "flags",
        ),
        refused("flag-bit-11", "all six of them", patched(|bytes| bytes[at::FLAGS] |= 1 << 3), "flags"),
        refused(
            "command-index-is-count",
            "a command of one event has no second",
            changed(submission(), |it| it.intent.command_index = 1),
            "command_count",
        ),
        refused(
            "command-of-no-event",
            "a command has an event",
            changed(submission(), |it| it.intent.command_count = 0),
            "command_count",
        ),
        refused(
            "day-without-a-time",
            "a precision, and no instant",
            changed(submission(), |it| {
                it.intent.occurred = Claimed::new(Timestamp(i64::MIN), Precision::Day);
            }),
            "occurred_at_ms",
        ),
        refused(
            "time-without-a-precision",
            "an instant, and the precision `unknown` (7)",
            patched(|bytes| bytes[at::FLAGS + 1] |= 7 << 2),
            "occurred_at_ms",
        ),
        refused(
            "facts-of-2049-bytes",
            "facts have at most 2,048 bytes",
            changed(submission(), |it| {
                it.intent.facts = format!(r#"{{"a":"{}"}}"#, "x".repeat(2049 - 8)).into_bytes();
            }),
            "facts_len",
        ),
        refused(
            "facts-not-canonical",
            "the facts are in their one form: here two keys are swapped",
            changed(submission(), |it| it.intent.facts = br#"{"kind":"proposal","channel":"web"}"#.to_vec()),
            "facts",
        ),
        refused(
            "facts-of-one-byte-less",
            "the facts end where their length says, and this is no object",
            patched(|bytes| bytes[at::FACTS_LEN + 1] -= 1),
            "facts",
        ),
        refused(
            "facts-not-text",
            "no byte beyond ASCII",
            patched(|bytes| bytes[at::FACTS + 2] = 0xe9),
            "facts",
        ),
    ]
}

fn refused_refs() -> Vec<Case<Vector>> {
    let list = |role, count| RefList { role, count, root: Hash::from_bytes([0x10; 32]) };
    let refs = |refs: Vec<(u8, IntentId)>| changed(vote(), |it| it.intent.refs = refs);
    let lists = |lists: Vec<RefList>| changed(signed(), |it| it.intent.lists = lists);
    vec![
        refused(
            "references-of-descending-roles",
            "references ascend by role",
            refs(vec![reference(3, 0xa3), reference(1, 0xa1)]),
            "ref id",
        ),
        refused(
            "references-of-descending-ids",
            "and by id within a role",
            refs(vec![reference(1, 0xa3), reference(1, 0xa1)]),
            "ref id",
        ),
        refused(
            "reference-twice",
            "a reference stands once",
            refs(vec![reference(1, 0xa1), reference(1, 0xa1)]),
            "ref id",
        ),
        refused(
            "33-references",
            "32 references stand in an envelope; more go into lists",
            refs((0..33).map(|n| reference(1, n)).collect()),
            "n_refs",
        ),
        refused(
            "lists-of-descending-roles",
            "lists ascend by role",
            lists(vec![list(6, 40), list(1, 40)]),
            "list role",
        ),
        refused("list-twice", "a role has one list", lists(vec![list(6, 40), list(6, 40)]), "list role"),
        refused(
            "role-in-references-and-in-a-list",
            "the references of a role stand in the envelope or in a list, never in both",
            changed(signed(), |it| it.intent.refs = vec![reference(6, 0xa1)]),
            "list role",
        ),
        refused("list-of-none", "a list is of at least one reference", lists(vec![list(6, 0)]), "list count"),
        refused("list-of-32768", "and of at most 32,767", lists(vec![list(6, 32_768)]), "list count"),
        refused(
            "list-that-would-fit",
            "32 references fit in the envelope, so no list may hold them",
            lists(vec![list(6, 32)]),
            "n_lists",
        ),
        refused(
            "list-of-the-smaller-role",
            "the larger role goes into the list, so that one set of references has one form",
            changed(signed(), |it| {
                it.intent.refs = (0..20).map(|n| reference(1, n)).collect();
                it.intent.lists = vec![list(6, 15)];
            }),
            "n_lists",
        ),
        refused(
            "five-lists",
            "at most four lists",
            lists((1..6).map(|role| list(role, 40)).collect()),
            "n_lists",
        ),
    ]
}

fn refused_parts() -> Vec<Case<Vector>> {
    let parts = |parts: Vec<PartCommitment>| changed(submission(), |it| it.intent.parts = parts);
    vec![
        refused(
            "parts-of-descending-kinds",
            "parts ascend by kind",
            parts(vec![part((2, 0xc2)), part((1, 0xc1))]),
            "part kind",
        ),
        refused(
            "part-twice",
            "a kind stands once",
            parts(vec![part((1, 0xc1)), part((1, 0xc1))]),
            "part kind",
        ),
        refused(
            "list-without-its-part",
            "the list number i is the part of kind 240 + i: nobody could ever read a list that has none",
            changed(signed(), |it| it.intent.parts = vec![part((11, 0xc1)), part((133, 0xc2))]),
            "part kind",
        ),
        refused(
            "part-of-a-list-that-is-not-there",
            "kinds of 240 and above are those of lists, and of nothing else",
            parts(vec![part((1, 0xc1)), part((240, 0xc3))]),
            "part kind",
        ),
        refused(
            "part-of-another-list",
            "one list is that of kind 240",
            changed(signed(), |it| it.intent.parts = vec![part((11, 0xc1)), part((241, 0xc3))]),
            "part kind",
        ),
        refused("part-of-kind-0", "there is no kind 0", parts(vec![part((0, 0xc1))]), "part kind"),
        refused(
            "commitment-of-another-algorithm",
            "version 0 knows one algorithm of commitments, 0",
            parts(vec![PartCommitment { alg: 1, ..part((1, 0xc1)) }]),
            "part commit_alg",
        ),
        refused(
            "16-parts",
            "an envelope has at most 15 parts",
            parts((1..17).map(|kind| part((kind, kind))).collect()),
            "n_parts",
        ),
    ]
}

fn refused_sequence() -> Vec<Case<Vector>> {
    let sequence = |change: fn(&mut Sequence)| changed(vote(), |it| change(&mut it.sequence));
    vec![
        refused(
            "signature-without-signer",
            "a signature needs a signer",
            changed(submission(), |it| it.signature = Signature { alg: 1, bytes: vec![0x51; 64] }),
            "sig alg",
        ),
        refused(
            "signer-without-signature",
            "a signer needs a signature",
            changed(signed(), |it| it.signature = Signature::NONE),
            "sig alg",
        ),
        refused(
            "signature-of-63-bytes",
            "a signature has 64 bytes",
            changed(signed(), |it| {
                it.signature.bytes.pop();
            }),
            "sig len",
        ),
        refused(
            "unsigned-with-bytes",
            "no signature has no bytes",
            changed(submission(), |it| it.signature = Signature { alg: 0, bytes: vec![0] }),
            "sig len",
        ),
        refused(
            "signature-of-another-algorithm",
            "version 0 knows one algorithm of signatures, 1",
            changed(signed(), |it| it.signature.alg = 2),
            "sig alg",
        ),
        refused(
            "first-with-a-predecessor",
            "the first event of a stream says that nothing comes before it",
            sequence(|it| it.revision = Revision::FIRST),
            "prev_position",
        ),
        refused(
            "first-with-a-hash",
            "and gives no hash",
            changed(submission(), |it| it.sequence.prev = Hash::from_bytes([0x9d; 32])),
            "prev",
        ),
        refused(
            "later-without-a-predecessor",
            "any later event names the one before it",
            sequence(|it| it.prev_position = None),
            "prev_position",
        ),
        refused(
            "predecessor-at-its-own-position",
            "which stands at an earlier position",
            sequence(|it| it.prev_position = Some(it.position)),
            "prev_position",
        ),
    ]
}
