//! One record of a parts file: which part, whether it is here, and if so its key and its bytes.
//!
//! `docs/format.md` (Bundles) gives the layout. A record that says that a part is not here is the word of whoever made the
//! bundle; this module believes nothing and checks no commitment.
//!
//! ```text
//! position u64 | index u8 | kind u8 | state u8 | only if open: key [32] | length u32 | bytes
//! ```

use zeroize::Zeroizing;

use crate::ledger::Position;
use crate::store::Place;

/// What a bundle has of a part that an envelope names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRecord {
    /// Which part.
    pub place: Place,
    /// Its kind.
    pub kind: u8,
    /// Whether it is here.
    pub held: Held,
}

/// Whether a part is in the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It is.
    Open {
        /// The key of its commitment.
        key: Zeroizing<[u8; 32]>,
        /// The part.
        bytes: Vec<u8>,
    },
    /// It exists, and whoever made the bundle did not put it in.
    Withheld,
    /// Whoever made the bundle does not have it: it was erased, which an event says, or lost.
    Gone,
}

/// The state of a record, as a number.
pub(super) const OPEN: u8 = 0;
pub(super) const WITHHELD: u8 = 1;
pub(super) const GONE: u8 = 2;
/// The fields that every record has.
pub(super) const FIXED: usize = 8 + 1 + 1 + 1;

impl PartRecord {
    /// Adds the record's bytes to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.place.position.get().to_be_bytes());
        out.extend_from_slice(&[self.place.index, self.kind]);
        match &self.held {
            Held::Open { key, bytes } => {
                out.push(OPEN);
                out.extend_from_slice(key.as_slice());
                // A part is at most 1 MiB.
                out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
                out.extend_from_slice(bytes);
            }
            Held::Withheld => out.push(WITHHELD),
            Held::Gone => out.push(GONE),
        }
    }
}

/// The place and the kind in the fixed fields of a record, and its state.
pub(super) fn fixed([p0, p1, p2, p3, p4, p5, p6, p7, index, kind, state]: [u8; FIXED]) -> (Place, u8, u8) {
    let position = Position::new(u64::from_be_bytes([p0, p1, p2, p3, p4, p5, p6, p7]));
    (Place { position, index }, kind, state)
}
