//! What an event of type 0x0004 states of the heads of all streams.
//!
//! `docs/format.md` (Heads). It follows from the facts alone: an actor class, a role or a schema version that this software
//! does not know takes nothing from what was stated. This module holds it against nothing.

use crate::envelope::Envelope;
use crate::id::Bytes32;
use crate::ledger::{Hash, TreeHead, TreeSize};

/// The type of the events that say how far every stream has come.
pub(crate) const HEADS_RECORDED: u16 = 0x0004;

/// The tree of the heads of all streams, as an event states it; none where it is of another type, or its facts do not say.
pub(crate) fn stated_heads(envelope: &Envelope) -> Option<TreeHead> {
    #[derive(serde::Deserialize)]
    struct Facts {
        root: Bytes32,
        streams: u32,
    }
    if envelope.intent.event_type != HEADS_RECORDED {
        return None;
    }
    let Facts { root, streams } = serde_json::from_slice(&envelope.intent.facts).ok()?;
    Some(TreeHead { size: TreeSize::new(u64::from(streams)), root: Hash::from_bytes(root.0) })
}
