//! How ids are derived: each a digest under a tag of its own.
//!
//! `docs/format.md` (Identifiers) is the law. This module draws nothing at random and reads no clock.

use super::{Intent, intent_bytes};
use crate::id::{CommandId, IntentId, LogId, StreamId};
use crate::ledger::{Hash, tagged_hash};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

fn first_half(digest: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(digest) {
        *to = from;
    }
    half
}

fn stream(hash: Hash) -> StreamId {
    StreamId(first_half(*hash.as_bytes()))
}

/// The ledger's id, from the facts of its event 0.
#[must_use]
pub fn log_id(facts: &[u8]) -> LogId {
    LogId(*tagged_hash("devenir/log-id/v1", &[facts]).as_bytes())
}

/// The stream of the instance itself: keys, roles, policy, heads.
#[must_use]
pub fn instance_stream(log: LogId) -> StreamId {
    stream(tagged_hash("devenir/instance-stream/v1", &[log.as_bytes()]))
}

/// The stream of a consultation, from the command of its registration.
#[must_use]
pub fn stream_id(log: LogId, registration: CommandId) -> StreamId {
    stream(tagged_hash("devenir/stream/v1", &[log.as_bytes(), registration.as_bytes()]))
}

/// What names an event whatever its place.
#[must_use]
pub fn intent_id(intent: &Intent) -> IntentId {
    IntentId(*tagged_hash("devenir/intent/v1", &[&intent_bytes(intent)]).as_bytes())
}

/// What an official's key signs.
#[must_use]
pub fn intent_signature_message(intent: IntentId) -> Vec<u8> {
    [b"devenir/intent-sig/v1\0".as_slice(), intent.as_bytes()].concat()
}

/// A command's id, from its caller's namespace and idempotency key, under the instance's key.
///
/// Lengths are written on 16 bits; the door refuses longer names and keys before they come here.
#[must_use]
pub fn command_id(instance_key: &[u8; 32], namespace: &str, key: &[u8]) -> CommandId {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(instance_key).expect("a key of 32 bytes");
    mac.update(b"devenir/command/v1\0");
    for field in [namespace.as_bytes(), key] {
        mac.update(&u16::try_from(field.len()).unwrap_or(u16::MAX).to_be_bytes());
        mac.update(field);
    }
    CommandId(first_half(mac.finalize().into_bytes().into()))
}
