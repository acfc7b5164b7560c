//! Commitments: how an envelope binds a part that it does not hold.
//!
//! `docs/format.md` (Commitments) is the law: HMAC-SHA-256 under 32 random bytes drawn for this part alone,
//! so that whoever lacks the key learns nothing of the part, and erasing part and key leaves nothing to
//! guess at. This module draws no key.

use crate::id::{Commitment, LogId, StreamId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// HMAC-SHA-256: the one way to commit to a part in version 0.
pub const COMMIT_ALG_HMAC_SHA256: u8 = 0;

const TAG: &[u8] = b"devenir/part/v1\0";

/// The key of one part: 32 random bytes, never derived, destroyed with the part.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct PartKey([u8; 32]);

impl PartKey {
    /// Takes 32 random bytes.
    #[must_use]
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let key = Self(bytes);
        bytes.zeroize();
        key
    }

    /// The bytes, for the vault and for openings.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for PartKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PartKey(…)")
    }
}

/// What a commitment says beside the part: to which kind of part, of which event, in which stream it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartContext {
    /// The ledger.
    pub log: LogId,
    /// The stream.
    pub stream: StreamId,
    /// The event type's code.
    pub event_type: u16,
    /// The schema version.
    pub schema: u16,
    /// The part's kind.
    pub kind: u8,
}

/// The commitment to `part` under `key`.
#[must_use]
pub fn commit(key: &PartKey, context: &PartContext, part: &[u8]) -> Commitment {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of 32 bytes");
    mac.update(TAG);
    mac.update(&[COMMIT_ALG_HMAC_SHA256]);
    mac.update(context.log.as_bytes());
    mac.update(context.stream.as_bytes());
    mac.update(&context.event_type.to_be_bytes());
    mac.update(&context.schema.to_be_bytes());
    mac.update(&[context.kind]);
    mac.update(&(part.len() as u64).to_be_bytes());
    mac.update(&Sha256::digest(part));
    Commitment(mac.finalize().into_bytes().into())
}
