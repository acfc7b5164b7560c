//! Random well-formed envelopes of any type, known or not, each following from a seed.
//!
//! They reach what real histories do not: unknown types, signers, lists, every precision, the largest fields.
//! `docs/format.md` (Envelope) bounds them. This module knows no vocabulary.

use super::propose::Pick;
use crate::envelope::{
    COMMIT_ALG_HMAC_SHA256, Envelope, Intent, LIST_PART_KIND, LIST_REFS_MAX, LISTS_MAX, PARTS_MAX,
    PartCommitment, REFS_MAX, RefList, Sequence, Signature, Signer,
};
use crate::event::code::Trust;
use crate::id::{CommandId, Commitment, IntentId, LogId, StreamId};
use crate::ledger::{Hash, Position, Revision};
use crate::time::{Claimed, Precision, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The envelope of a seed.
#[must_use]
pub fn envelope(seed: u64) -> Envelope {
    let pick = &mut Pick::new(seed);
    let signer = pick.once_in(4).then(|| signer(pick));
    let signature = match signer {
        None => Signature::NONE,
        Some(_) => Signature { alg: 1, bytes: (0..64).map(|_| byte(pick)).collect() },
    };
    Envelope { intent: intent(pick, signer), signature, sequence: sequence(pick) }
}

/// The canonical facts of a seed: an object of at most 2,048 bytes.
#[must_use]
pub fn facts(seed: u64) -> String {
    random_facts(&mut Pick::new(seed))
}

fn random_facts(pick: &mut Pick) -> String {
    loop {
        let facts = object(pick, 0);
        if facts.len() <= crate::envelope::FACTS_BYTES_MAX {
            return facts;
        }
    }
}

fn byte(pick: &mut Pick) -> u8 {
    pick.next().to_be_bytes()[0]
}

fn bytes<const N: usize>(pick: &mut Pick) -> [u8; N] {
    std::array::from_fn(|_| byte(pick))
}

/// A number that is small, near a bound, or anything.
fn integer(pick: &mut Pick) -> i64 {
    match pick.below(6) {
        0 => 0,
        1 => i64::MAX,
        2 => i64::MIN + 1,
        3 => -1,
        4 => i64::from(pick.below(1 << 20)),
        _ => i64::from_be_bytes(pick.next().to_be_bytes()).max(i64::MIN + 1),
    }
}

fn intent(pick: &mut Pick, signer: Option<Signer>) -> Intent {
    let command_count = 1 + pick.below(u32::from(u16::MAX));
    let refs = refs(pick);
    let lists = lists(pick, &refs);
    Intent {
        trust: pick.of(Trust::ALL),
        ignorable: byte(pick) >> 4,
        log: LogId(bytes(pick)),
        stream: StreamId(bytes(pick)),
        event_type: u16::from_be_bytes(bytes(pick)),
        schema: u16::from_be_bytes(bytes(pick)),
        actor_class: byte(pick),
        command: CommandId(bytes(pick)),
        command_index: pick.below(command_count) as u16,
        command_count: command_count as u16,
        occurred: Claimed::new(Timestamp(integer(pick)), pick.of(Precision::ALL)),
        facts: random_facts(pick).into_bytes(),
        parts: parts(pick, lists.len()),
        lists,
        refs,
        signer,
    }
}

fn count(pick: &mut Pick, max: usize) -> usize {
    match pick.below(4) {
        0 => 0,
        1 => max,
        _ => pick.below(max as u32) as usize,
    }
}

fn refs(pick: &mut Pick) -> Vec<(u8, IntentId)> {
    let count = count(pick, REFS_MAX);
    let refs: BTreeSet<(u8, IntentId)> =
        (0..count).map(|_| (pick.below(200) as u8, IntentId(bytes(pick)))).collect();
    refs.into_iter().collect()
}

fn lists(pick: &mut Pick, refs: &[(u8, IntentId)]) -> Vec<RefList> {
    let count = count(pick, LISTS_MAX);
    let roles: BTreeSet<u8> = (0..count).map(|_| byte(pick)).collect();
    let free = roles.into_iter().filter(|role| refs.iter().all(|(other, _)| other != role));
    // Long enough that each must stand in a list, whatever the others are.
    let long = REFS_MAX as u32 + 1;
    free.map(|role| RefList {
        role,
        count: long + pick.below(LIST_REFS_MAX - long + 1),
        root: Hash::from_bytes(bytes(pick)),
    })
    .collect()
}

fn parts(pick: &mut Pick, lists: usize) -> Vec<PartCommitment> {
    let others = (0..count(pick, PARTS_MAX - lists)).map(|_| byte(pick).clamp(1, LIST_PART_KIND - 1));
    let kinds: BTreeSet<u8> = others.chain((LIST_PART_KIND..).take(lists)).collect();
    let part =
        |kind| PartCommitment { kind, alg: COMMIT_ALG_HMAC_SHA256, commitment: Commitment(bytes(pick)) };
    kinds.into_iter().map(part).collect()
}

fn signer(pick: &mut Pick) -> Signer {
    Signer {
        key: Hash::from_bytes(bytes(pick)),
        seen_size: pick.next(),
        seen_root: Hash::from_bytes(bytes(pick)),
        expires_at: Timestamp(integer(pick)),
    }
}

fn sequence(pick: &mut Pick) -> Sequence {
    let recorded_at = Timestamp(integer(pick));
    let position = 1 + pick.next() / 2;
    if pick.once_in(3) {
        let first = Revision::FIRST;
        let position = Position::new(position);
        return Sequence { position, revision: first, prev: Hash::ZERO, prev_position: None, recorded_at };
    }
    Sequence {
        position: Position::new(position),
        revision: Revision::new(1 + pick.next() / 2),
        prev: Hash::from_bytes(bytes(pick)),
        prev_position: Some(Position::new(pick.next() % position)),
        recorded_at,
    }
}

/// A random value, at most 8 deep.
fn value(pick: &mut Pick, depth: u32) -> String {
    let kinds = if depth < 8 { 6 } else { 4 };
    match pick.below(kinds) {
        0 => pick.of(&["true", "false"]).to_owned(),
        1 => {
            let bound = (1_u64 << 53) - 1;
            let number = pick.of(&[0, 1, bound, 7_000_000_000]);
            let minus = if number > 0 && pick.once_in(3) { "-" } else { "" };
            format!("{minus}{number}")
        }
        2 | 3 => {
            const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789_-./: ";
            let text: Vec<u8> = (0..pick.below(20)).map(|_| pick.of(LETTERS)).collect();
            format!("\"{}\"", String::from_utf8_lossy(&text))
        }
        4 => {
            let items: Vec<String> = (0..pick.below(4)).map(|_| value(pick, depth + 1)).collect();
            format!("[{}]", items.join(","))
        }
        _ => object(pick, depth),
    }
}

fn object(pick: &mut Pick, depth: u32) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789_";
    let mut fields = BTreeMap::new();
    for _ in 0..pick.below(6) {
        let key: Vec<u8> = (0..1 + pick.below(9)).map(|_| pick.of(LETTERS)).collect();
        fields.insert(String::from_utf8_lossy(&key).into_owned(), value(pick, depth + 1));
    }
    let fields: Vec<String> = fields.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}
