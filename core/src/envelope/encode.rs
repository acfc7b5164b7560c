//! Writing an envelope: fields in the order of `docs/format.md`, big-endian, nothing between them.
//!
//! What is written here, [`decode`](super::decode()) reads back to the same value. This module checks nothing:
//! sealing does, before there is anything to write.

use super::{Envelope, Intent, MAGIC, VERSION};
use crate::event::code::Trust;
use crate::time::Precision;

/// `occurred_at_ms` where no time is claimed.
pub(super) const NO_TIME: i64 = i64::MIN;
/// `prev_position` at revision 0.
pub(super) const NO_POSITION: u64 = u64::MAX;
/// The flag bit that announces a signer.
pub(super) const SIGNER_FLAG: u16 = 1 << 5;

/// The bytes of an intent, from the magic to the signer: what its id is a digest of.
#[must_use]
pub fn intent_bytes(intent: &Intent) -> Vec<u8> {
    let mut out =
        Vec::with_capacity(256 + intent.facts.len() + 34 * (intent.refs.len() + intent.parts.len()));
    write_intent(intent, &mut out);
    out
}

/// The bytes of an envelope.
#[must_use]
pub fn encode(envelope: &Envelope) -> Vec<u8> {
    let intent = &envelope.intent;
    let mut out =
        Vec::with_capacity(384 + intent.facts.len() + 34 * (intent.refs.len() + intent.parts.len()));
    write_intent(intent, &mut out);
    out.push(envelope.signature.alg);
    put_len16(&mut out, envelope.signature.bytes.len());
    out.extend_from_slice(&envelope.signature.bytes);
    let sequence = &envelope.sequence;
    out.extend_from_slice(&sequence.position.get().to_be_bytes());
    out.extend_from_slice(&sequence.revision.get().to_be_bytes());
    out.extend_from_slice(sequence.prev.as_bytes());
    let prev_position = sequence.prev_position.map_or(NO_POSITION, |position| position.get());
    out.extend_from_slice(&prev_position.to_be_bytes());
    out.extend_from_slice(&sequence.recorded_at.0.to_be_bytes());
    out
}

fn write_intent(intent: &Intent, out: &mut Vec<u8>) {
    out.extend_from_slice(MAGIC);
    out.push(VERSION);
    out.extend_from_slice(&flags(intent).to_be_bytes());
    out.extend_from_slice(intent.log.as_bytes());
    out.extend_from_slice(intent.stream.as_bytes());
    out.extend_from_slice(&intent.event_type.to_be_bytes());
    out.extend_from_slice(&intent.schema.to_be_bytes());
    out.push(intent.actor_class);
    out.extend_from_slice(intent.command.as_bytes());
    out.extend_from_slice(&intent.command_index.to_be_bytes());
    out.extend_from_slice(&intent.command_count.to_be_bytes());
    out.extend_from_slice(&intent.occurred.at().map_or(NO_TIME, |at| at.0).to_be_bytes());
    put_len16(out, intent.facts.len());
    out.extend_from_slice(&intent.facts);
    put_len8(out, intent.refs.len());
    for (role, id) in &intent.refs {
        out.push(*role);
        out.extend_from_slice(id.as_bytes());
    }
    put_len8(out, intent.lists.len());
    for list in &intent.lists {
        out.push(list.role);
        out.extend_from_slice(&list.count.to_be_bytes());
        out.extend_from_slice(list.root.as_bytes());
    }
    put_len8(out, intent.parts.len());
    for part in &intent.parts {
        out.push(part.kind);
        out.push(part.alg);
        out.extend_from_slice(part.commitment.as_bytes());
    }
    if let Some(signer) = &intent.signer {
        out.extend_from_slice(signer.key.as_bytes());
        out.extend_from_slice(&signer.seen_size.to_be_bytes());
        out.extend_from_slice(signer.seen_root.as_bytes());
        out.extend_from_slice(&signer.expires_at.0.to_be_bytes());
    }
}

fn flags(intent: &Intent) -> u16 {
    let signer = if intent.signer.is_some() { SIGNER_FLAG } else { 0 };
    trust_number(intent.trust)
        | precision_number(intent.occurred.precision()) << 2
        | signer
        | u16::from(intent.ignorable & 0b1111) << 12
}

/// Bits 0 and 1.
const fn trust_number(trust: Trust) -> u16 {
    match trust {
        Trust::Native => 0,
        Trust::Attested => 1,
        Trust::Observed => 2,
        Trust::Reconstructed => 3,
    }
}

/// Bits 2 to 4.
const fn precision_number(precision: Precision) -> u16 {
    match precision {
        Precision::Instant => 0,
        Precision::Second => 1,
        Precision::Minute => 2,
        Precision::Hour => 3,
        Precision::Day => 4,
        Precision::Month => 5,
        Precision::Year => 6,
        Precision::Unknown => 7,
    }
}

/// A count that sealing and decoding keep below 256; a longer one would not read back.
#[expect(clippy::cast_possible_truncation, reason = "PARTS_MAX, LISTS_MAX and REFS_MAX are below 256")]
fn put_len8(out: &mut Vec<u8>, len: usize) {
    debug_assert!(len < 256, "{len} items");
    out.push(len as u8);
}

/// A length that sealing and decoding keep below 65,536.
#[expect(
    clippy::cast_possible_truncation,
    reason = "facts and signatures are shorter than ENVELOPE_BYTES_MAX"
)]
fn put_len16(out: &mut Vec<u8>, len: usize) {
    debug_assert!(len < 65_536, "{len} bytes");
    out.extend_from_slice(&(len as u16).to_be_bytes());
}
