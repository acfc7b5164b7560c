//! Reading an envelope: strict, total, one error per way of being wrong.
//!
//! `docs/format.md` (Envelope) numbers the rules; what decodes here encodes to the same bytes. An unknown
//! event type decodes: whether this software knows it is asked later.

use super::cursor::Cursor;
use super::encode::{NO_POSITION, NO_TIME, SIGNER_FLAG};
use super::facts::{FACTS_BYTES_MAX, FactsError, check_canonical};
use super::{
    COMMIT_ALG_HMAC_SHA256, ENVELOPE_BYTES_MAX, Envelope, Intent, LIST_PART_KIND, LIST_REFS_MAX, LISTS_MAX,
    MAGIC, PARTS_MAX, PartCommitment, REFS_MAX, RefList, Sequence, Signature, Signer, VERSION,
};
use crate::event::code::Trust;
use crate::id::{CommandId, Commitment, IntentId, LogId, StreamId};
use crate::ledger::{Hash, Position, Revision};
use crate::time::{Claimed, Precision, Timestamp};
use std::collections::BTreeMap;

/// Why bytes are not an envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// More bytes than an envelope may have.
    #[error("an envelope has at most {ENVELOPE_BYTES_MAX} bytes, found {found}")]
    TooLong {
        /// How many.
        found: usize,
    },
    /// The bytes end inside a field.
    #[error(
        "the bytes end inside `{field}`, which starts at byte {at} and needs {expected} bytes: {left} are left"
    )]
    Truncated {
        /// The field.
        field: &'static str,
        /// Where it starts.
        at: usize,
        /// How many bytes it needs.
        expected: usize,
        /// How many there are.
        left: usize,
    },
    /// Bytes follow the envelope.
    #[error("{left} bytes follow the end of the envelope at byte {at}")]
    Trailing {
        /// Where the envelope ends.
        at: usize,
        /// How many follow.
        left: usize,
    },
    /// The first bytes are not those of an envelope.
    #[error("an envelope begins with `devenir/ev` and a zero byte; these bytes do not")]
    Magic,
    /// Another version of the format.
    #[error(
        "envelope version {found} is not one that this software reads (it reads version {VERSION}); use the release that wrote it"
    )]
    Version {
        /// The version found.
        found: u8,
    },
    /// A field holds a value that the format does not admit.
    #[error("`{field}` at byte {at}: expected {expected}, found {found}")]
    Value {
        /// The field.
        field: &'static str,
        /// Where it ends.
        at: usize,
        /// What the format admits.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// The facts are not canonical JSON.
    #[error("the facts are not canonical: {0}")]
    Facts(#[from] FactsError),
}

/// Reads an envelope.
///
/// # Errors
/// [`EnvelopeError`] on anything but exactly one well-formed envelope.
pub fn decode(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
    if bytes.len() > ENVELOPE_BYTES_MAX {
        return Err(EnvelopeError::TooLong { found: bytes.len() });
    }
    let mut cursor = Cursor::new(bytes);
    let intent = intent(&mut cursor)?;
    let signature = signature(&mut cursor, intent.signer.is_some())?;
    let sequence = sequence(&mut cursor)?;
    cursor.end()?;
    Ok(Envelope { intent, signature, sequence })
}

/// Reads an intent alone: what an official is given to sign, before it has a place.
///
/// # Errors
/// [`EnvelopeError`] on anything but exactly one well-formed intent.
pub fn decode_intent(bytes: &[u8]) -> Result<Intent, EnvelopeError> {
    if bytes.len() > ENVELOPE_BYTES_MAX {
        return Err(EnvelopeError::TooLong { found: bytes.len() });
    }
    let mut cursor = Cursor::new(bytes);
    let intent = intent(&mut cursor)?;
    cursor.end()?;
    Ok(intent)
}

fn wrong<T>(
    field: &'static str,
    cursor: &Cursor<'_>,
    expected: &'static str,
    found: impl std::fmt::Display,
) -> Result<T, EnvelopeError> {
    Err(EnvelopeError::Value { field, at: cursor.at(), expected, found: found.to_string() })
}

fn intent(cursor: &mut Cursor<'_>) -> Result<Intent, EnvelopeError> {
    if cursor.take("magic", MAGIC.len())? != MAGIC {
        return Err(EnvelopeError::Magic);
    }
    let version = cursor.u8("version")?;
    if version != VERSION {
        return Err(EnvelopeError::Version { found: version });
    }
    let flags = cursor.u16("flags")?;
    if flags & 0b0000_1111_1100_0000 != 0 {
        return wrong("flags", cursor, "zero in bits 6 to 11", format_args!("{flags:#018b}"));
    }
    let log = LogId(cursor.array("log_id")?);
    let stream = StreamId(cursor.array("stream_id")?);
    let event_type = cursor.u16("event_type")?;
    let schema = cursor.u16("schema")?;
    let actor_class = cursor.u8("actor_class")?;
    let command = CommandId(cursor.array("command_id")?);
    let command_index = cursor.u16("command_index")?;
    let command_count = cursor.u16("command_count")?;
    if command_index >= command_count {
        let found = format_args!("index {command_index} of {command_count}");
        return wrong("command_count", cursor, "a count above the index", found);
    }
    let occurred = occurred(cursor, flags)?;
    let facts_len = usize::from(cursor.u16("facts_len")?);
    if facts_len > FACTS_BYTES_MAX {
        return wrong("facts_len", cursor, "at most 2048", facts_len);
    }
    let facts = cursor.take("facts", facts_len)?;
    check_canonical(facts)?;
    let refs = refs(cursor)?;
    let lists = lists(cursor, &refs)?;
    let parts = parts(cursor, lists.len())?;
    let signer = if flags & SIGNER_FLAG == 0 { None } else { Some(signer(cursor)?) };
    Ok(Intent {
        trust: trust(flags),
        ignorable: flags.to_be_bytes()[0] >> 4,
        log,
        stream,
        event_type,
        schema,
        actor_class,
        command,
        command_index,
        command_count,
        occurred,
        facts: facts.to_vec(),
        refs,
        lists,
        parts,
        signer,
    })
}

const fn trust(flags: u16) -> Trust {
    match flags & 0b11 {
        0 => Trust::Native,
        1 => Trust::Attested,
        2 => Trust::Observed,
        _ => Trust::Reconstructed,
    }
}

const fn precision(flags: u16) -> Precision {
    match flags >> 2 & 0b111 {
        0 => Precision::Instant,
        1 => Precision::Second,
        2 => Precision::Minute,
        3 => Precision::Hour,
        4 => Precision::Day,
        5 => Precision::Month,
        6 => Precision::Year,
        _ => Precision::Unknown,
    }
}

fn occurred(cursor: &mut Cursor<'_>, flags: u16) -> Result<Claimed, EnvelopeError> {
    let at = cursor.i64("occurred_at_ms")?;
    let precision = precision(flags);
    match (at == NO_TIME, matches!(precision, Precision::Unknown)) {
        (true, true) => Ok(Claimed::UNKNOWN),
        (false, false) => Ok(Claimed::new(Timestamp(at), precision)),
        (true, false) => wrong("occurred_at_ms", cursor, "an instant, as the precision says", "none"),
        (false, true) => wrong("occurred_at_ms", cursor, "none, as the precision is unknown", at),
    }
}

fn refs(cursor: &mut Cursor<'_>) -> Result<Vec<(u8, IntentId)>, EnvelopeError> {
    let count = usize::from(cursor.u8("n_refs")?);
    if count > REFS_MAX {
        return wrong("n_refs", cursor, "at most 32", count);
    }
    let mut refs = Vec::with_capacity(count);
    for _ in 0..count {
        let next = (cursor.u8("ref role")?, IntentId(cursor.array("ref id")?));
        if refs.last().is_some_and(|last| *last >= next) {
            return wrong(
                "ref id",
                cursor,
                "strictly ascending (role, id)",
                format_args!("{} {}", next.0, next.1),
            );
        }
        refs.push(next);
    }
    Ok(refs)
}

fn lists(cursor: &mut Cursor<'_>, refs: &[(u8, IntentId)]) -> Result<Vec<RefList>, EnvelopeError> {
    let count = usize::from(cursor.u8("n_lists")?);
    if count > LISTS_MAX {
        return wrong("n_lists", cursor, "at most 4", count);
    }
    let mut lists: Vec<RefList> = Vec::with_capacity(count);
    for _ in 0..count {
        let role = cursor.u8("list role")?;
        let length = cursor.u32("list count")?;
        let root = Hash::from_bytes(cursor.array("list root")?);
        if lists.last().is_some_and(|last| last.role >= role) {
            return wrong("list role", cursor, "strictly ascending roles", role);
        }
        if refs.iter().any(|(other, _)| *other == role) {
            return wrong("list role", cursor, "a role that stands in no single reference", role);
        }
        if !(1..=LIST_REFS_MAX).contains(&length) {
            return wrong("list count", cursor, "1 to 32767", length);
        }
        lists.push(RefList { role, count: length, root });
    }
    let listed: Vec<u8> = lists.iter().map(|list| list.role).collect();
    if listed != roles_in_lists(refs, &lists) {
        return wrong(
            "n_lists",
            cursor,
            "lists of the largest roles alone, until 32 references are left",
            count,
        );
    }
    Ok(lists)
}

/// The roles that must stand in lists: the largest, then the next, until the others fit in the envelope.
fn roles_in_lists(refs: &[(u8, IntentId)], lists: &[RefList]) -> Vec<u8> {
    let mut counts: BTreeMap<u8, u64> = lists.iter().map(|list| (list.role, u64::from(list.count))).collect();
    for (role, _) in refs {
        *counts.entry(*role).or_default() += 1;
    }
    let mut listed = Vec::new();
    while counts.values().sum::<u64>() > REFS_MAX as u64 {
        // The lowest number among the largest, so that one set of references has one form.
        let largest = counts.iter().rev().max_by_key(|(_, count)| **count).map(|(role, _)| *role);
        let Some(role) = largest else { break };
        counts.remove(&role);
        listed.push(role);
    }
    listed.sort_unstable();
    listed
}

/// The commitments; every list has its part, and no other part has a kind of theirs.
fn parts(cursor: &mut Cursor<'_>, lists: usize) -> Result<Vec<PartCommitment>, EnvelopeError> {
    let count = usize::from(cursor.u8("n_parts")?);
    if count > PARTS_MAX {
        return wrong("n_parts", cursor, "at most 15", count);
    }
    let mut parts: Vec<PartCommitment> = Vec::with_capacity(count);
    for _ in 0..count {
        let kind = cursor.u8("part kind")?;
        let alg = cursor.u8("part commit_alg")?;
        let commitment = Commitment(cursor.array("part commitment")?);
        if kind == 0 {
            return wrong("part kind", cursor, "1 to 255", kind);
        }
        if parts.last().is_some_and(|last| last.kind >= kind) {
            return wrong("part kind", cursor, "strictly ascending kinds", kind);
        }
        if alg != COMMIT_ALG_HMAC_SHA256 {
            return wrong("part commit_alg", cursor, "0 (HMAC-SHA-256)", alg);
        }
        parts.push(PartCommitment { kind, alg, commitment });
    }
    let of_lists = parts.iter().map(|part| part.kind).filter(|kind| *kind >= LIST_PART_KIND);
    if !of_lists.clone().eq((LIST_PART_KIND..).take(lists)) {
        let found: Vec<String> = of_lists.map(|kind| kind.to_string()).collect();
        let expected = "one part of kind 240 + i for each list i, and none of these kinds else";
        return wrong("part kind", cursor, expected, format_args!("[{}] for {lists} lists", found.join(" ")));
    }
    Ok(parts)
}

fn signer(cursor: &mut Cursor<'_>) -> Result<Signer, EnvelopeError> {
    Ok(Signer {
        key: Hash::from_bytes(cursor.array("signer key_id")?),
        seen_size: cursor.u64("signer seen_size")?,
        seen_root: Hash::from_bytes(cursor.array("signer seen_root")?),
        expires_at: Timestamp(cursor.i64("signer expires_at_ms")?),
    })
}

fn signature(cursor: &mut Cursor<'_>, has_signer: bool) -> Result<Signature, EnvelopeError> {
    let alg = cursor.u8("sig alg")?;
    let len = usize::from(cursor.u16("sig len")?);
    match (alg, len, has_signer) {
        (0, 0, false) | (1, 64, true) => {}
        (0, _, false) => return wrong("sig len", cursor, "0, as nobody signed", len),
        (0, ..) => return wrong("sig alg", cursor, "1, as a signer is named", alg),
        (1, _, false) => return wrong("sig alg", cursor, "0, as no signer is named", alg),
        (1, ..) => return wrong("sig len", cursor, "64", len),
        _ => return wrong("sig alg", cursor, "0 (none) or 1 (Ed25519)", alg),
    }
    Ok(Signature { alg, bytes: cursor.take("sig bytes", len)?.to_vec() })
}

fn sequence(cursor: &mut Cursor<'_>) -> Result<Sequence, EnvelopeError> {
    let position = Position::new(cursor.u64("position")?);
    let revision = Revision::new(cursor.u64("revision")?);
    let prev = Hash::from_bytes(cursor.array("prev")?);
    let prev_position = cursor.u64("prev_position")?;
    let first = revision.get() == 0;
    if first != (prev_position == NO_POSITION) {
        return wrong("prev_position", cursor, "all ones at revision 0, and only there", prev_position);
    }
    if first && prev != Hash::ZERO {
        return wrong("prev", cursor, "32 zero bytes at revision 0", prev);
    }
    if !first && prev_position >= position.get() {
        return wrong("prev_position", cursor, "a position before this one", prev_position);
    }
    let recorded_at = Timestamp(cursor.i64("recorded_at_ms")?);
    let prev_position = (!first).then(|| Position::new(prev_position));
    Ok(Sequence { position, revision, prev, prev_position, recorded_at })
}
