//! Family 0x00, ledger: the ledger itself.
//!
//! `docs/events.md` lists the types. Events of this family stand in the instance stream and concern no
//! consultation, but for those that stand where what they are about does: a countersignature, a takedown, a loss, and the
//! introduction of a key to a role. This module knows no signature and no hash but as bytes.

use super::code::{Custody, KeyPurpose, LossCause};
use super::family::{facts, family};
use super::part::{Predecessor, Reasons, Signatory};
use crate::id::{Bytes32, CredentialId, LogId, PublicKey};
use crate::rules::Ground;

facts! {
    /// Event 0: what makes this ledger this one.
    pub struct OpenedFacts {
        /// Whether the record is invented, for demonstration.
        demonstration: bool,
        /// The version of the format.
        format: u16,
        /// SHA-256 of the key that derives command ids.
        idempotency_key_fingerprint: Bytes32,
        /// The first key of the ledger, which signs its checkpoints.
        key: PublicKey,
        /// 32 random bytes.
        nonce: Bytes32,
        /// The C2SP origin: 1 to 128 of `[a-z0-9./:-]`.
        #[cfg_attr(feature = "schemas", schemars(regex(pattern = r"^[a-z0-9./:-]{1,128}$")))]
        origin: String,
        /// The first key of its promises; not said by ledgers that earlier drafts opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promise_key: Option<PublicKey>,
    }

    /// A key names the one that takes over from it, once that one has accepted.
    pub struct KeyIntroducedFacts {
        /// The credential of the key that names it: the first 16 bytes of its id.
        by: CredentialId,
        /// Who holds the secret of the new key.
        custody: Custody,
        /// The new Ed25519 public key.
        key: PublicKey,
        /// What both keys sign.
        purpose: KeyPurpose,
        /// The least size of the ledger at which the new key may be in force.
        valid_from: u64,
    }

    /// How far every stream had come: all events before this one.
    pub struct HeadsFacts {
        /// The root over the heads of all streams.
        root: Bytes32,
        /// How many streams there are.
        streams: u32,
    }

    /// An act that needs two hands has its second.
    pub struct CountersignedFacts {
        /// The credential of who countersigns.
        credential: CredentialId,
    }

    /// Texts of a public act are taken down, once another person agrees.
    pub struct TakedownDecidedFacts {
        /// The credential of who decides.
        by: CredentialId,
        /// Why.
        ground: Ground,
        /// Which: bit i is the i-th part of the target's envelope; 15 bits.
        mask: u16,
    }

    /// Parts that nobody erased are lost, of several events the same ones.
    pub struct PartsLostFacts {
        /// How.
        cause: LossCause,
        /// Which: bit i is the i-th part of the envelope of each target; 15 bits.
        mask: u16,
    }

    /// A ledger that cannot reach what it signed ends, and this one goes on.
    pub struct SucceededFacts {
        /// How its events were lost.
        cause: LossCause,
        /// How many of its events are left.
        held: u64,
        /// The root over those.
        held_root: Bytes32,
        /// The ledger that ended.
        predecessor: LogId,
        /// How many events it had signed for; those from `held` on are lost.
        signed: u64,
        /// The root over those.
        signed_root: Bytes32,
    }
}

family! {
    /// Events of the ledger itself.
    LedgerEvent {
        /// The ledger was opened.
        0x0001 "ledger-opened" v 1 Opened { facts: OpenedFacts, refs: [], parts: {} }
        /// A key named the one that takes over from it.
        0x0002 "key-introduced" v 1 KeyIntroduced { facts: KeyIntroducedFacts, refs: [], parts: {} }
        /// How far every stream had come was recorded.
        0x0004 "heads-recorded" v 1 HeadsRecorded { facts: HeadsFacts, refs: [], parts: {} }
        /// An act that needs two hands was countersigned: by another person, or by the key that it introduces.
        0x0005 "act-countersigned" v 1 Countersigned {
            facts: CountersignedFacts,
            refs: [Act One],
            parts: { signatory: Signatory },
        }
        /// It was decided to take down texts of a public act.
        0x0006 "takedown-decided" v 1 TakedownDecided {
            facts: TakedownDecidedFacts,
            refs: [Target One],
            parts: { signatory: Signatory, reasons: Reasons },
        }
        /// Parts were declared lost: the record commits to them, nobody erased them, and no copy has them.
        0x0007 "parts-lost" v 1 PartsLost {
            facts: PartsLostFacts,
            refs: [Target Some],
            parts: { reasons: Reasons },
        }
        /// This ledger was opened in the place of another, which lost events that it had signed for.
        0x0008 "ledger-succeeded" v 1 Succeeded {
            facts: SucceededFacts,
            refs: [],
            parts: { predecessor: Predecessor, reasons: Reasons },
        }
    }
}
