//! Family 0x00, ledger: the ledger itself.
//!
//! `docs/events.md` lists the types. Events of this family stand in the instance stream and concern no
//! consultation. This module knows no signature and no hash but as bytes.

use super::family::{facts, family};
use crate::id::{Bytes32, PublicKey};

facts! {
    /// Event 0: what makes this ledger this one.
    pub struct OpenedFacts {
        /// Whether the record is invented, for demonstration.
        demonstration: bool,
        /// The version of the format.
        format: u16,
        /// SHA-256 of the key that derives command ids.
        idempotency_key_fingerprint: Bytes32,
        /// The first key of the ledger.
        key: PublicKey,
        /// 32 random bytes.
        nonce: Bytes32,
        /// The C2SP origin: 1 to 128 of `[a-z0-9./:-]`.
        #[cfg_attr(feature = "schemas", schemars(regex(pattern = r"^[a-z0-9./:-]{1,128}$")))]
        origin: String,
    }
}

family! {
    /// Events of the ledger itself.
    LedgerEvent {
        /// The ledger was opened.
        0x0001 "ledger-opened" v 1 Opened { facts: OpenedFacts, refs: [], parts: {} }
    }
}
