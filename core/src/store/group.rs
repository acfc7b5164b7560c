//! What a writer hands to a store: entries, their sealed parts, and the requests behind them.
//!
//! `docs/format.md` (Envelope, Parts) bounds the sizes that [`Group::check`] holds every caller to. To this
//! module an envelope is a leaf of a tree and a part is a commitment with the bytes that it commits to;
//! what either says, it does not know.

use std::fmt;

use zeroize::Zeroizing;

use super::error::Misuse;
use crate::ledger::{Hash, Position, TreeSize, leaf_hash};

/// An envelope's bytes beside their leaf hash, so that nobody computes it twice or believes another's.
#[derive(Clone, PartialEq, Eq)]
pub struct Leaf {
    bytes: Vec<u8>,
    hash: Hash,
}

impl Leaf {
    /// The longest leaf, in bytes: the entry bundles of tlog-tiles write its length in 16 bits.
    pub const BYTES_MAX: usize = u16::MAX as usize;

    /// Hashes `bytes` and keeps both.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        let hash = leaf_hash(&bytes);
        Self { bytes, hash }
    }

    /// The envelope, as it is stored and exported.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of [`Leaf::bytes`] as a leaf of the ledger's tree.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }
}

impl fmt::Debug for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Leaf({} bytes, {:?})", self.bytes.len(), self.hash)
    }
}

/// One part of an envelope with the key of its commitment: what the vault keeps until it is erased.
///
/// The key leaves memory when the part is dropped. `Debug` shows neither key nor bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPart {
    /// Its place among the envelope's parts, from 0 to [`Place::INDEX_MAX`].
    pub index: u8,
    /// Its kind, as the envelope states it.
    pub kind: u8,
    /// The commitment that stands in the envelope.
    pub commitment: [u8; 32],
    /// The random key of the commitment.
    pub key: Zeroizing<[u8; 32]>,
    /// The part itself.
    pub bytes: Vec<u8>,
}

impl SealedPart {
    /// The longest part, in bytes: 1 MiB.
    pub const BYTES_MAX: usize = 1024 * 1024;
}

impl fmt::Debug for SealedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedPart")
            .field("index", &self.index)
            .field("kind", &self.kind)
            .field("commitment", &Hash::from_bytes(self.commitment))
            .field("bytes", &format_args!("{} bytes", self.bytes.len()))
            .finish_non_exhaustive()
    }
}

/// Where a part stands: its event, and its place among that event's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The event.
    pub position: Position,
    /// The place among the event's parts.
    pub index: u8,
}

impl Place {
    /// The largest index: an envelope has at most 15 parts.
    pub const INDEX_MAX: u8 = 14;
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "part {} of event {}", self.index, self.position)
    }
}

/// One event on its way into the store: its envelope and its parts, indices strictly ascending.
///
/// A part may be missing (an envelope refetched from a mirror comes without the parts that it names).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The envelope.
    pub leaf: Leaf,
    /// The parts that are kept.
    pub parts: Vec<SealedPart>,
}

/// What the vault remembers of a command, so that its key, used again, is compared with the first use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Which command.
    pub command_id: [u8; 16],
    /// The position of its first event.
    pub position: Position,
    /// The MAC of the request as the client wrote it.
    pub mac: [u8; 32],
}

/// What becomes durable together, or not at all: consecutive entries and the requests behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The entries, in order of position.
    pub entries: Vec<Entry>,
    /// The requests, in order of position, each at one of the group's positions.
    pub requests: Vec<Request>,
}

impl Group {
    /// How many events it holds.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Whether this group keeps the rules above when it is appended at `expected`.
    ///
    /// # Errors
    ///
    /// [`Misuse`] names the first entry or request that does not.
    pub fn check(&self, expected: TreeSize) -> Result<(), Misuse> {
        if self.entries.is_empty() {
            return Err(Misuse::EmptyGroup);
        }
        let mut position = expected.next_position();
        for entry in &self.entries {
            check_entry(entry, position)?;
            position = position.next();
        }
        self.check_requests(expected)
    }

    fn check_requests(&self, expected: TreeSize) -> Result<(), Misuse> {
        let positions = expected.next_position()..expected.plus(self.count()).next_position();
        let mut least = positions.start;
        for request in &self.requests {
            if !positions.contains(&request.position) || request.position < least {
                return Err(Misuse::RequestPosition { found: request.position, least, end: positions.end });
            }
            least = request.position.next();
        }
        Ok(())
    }
}

fn check_entry(entry: &Entry, position: Position) -> Result<(), Misuse> {
    let length = entry.leaf.bytes().len();
    if length == 0 || length > Leaf::BYTES_MAX {
        return Err(Misuse::LeafLength { position, found: length });
    }
    let mut least = 0;
    for part in &entry.parts {
        let place = Place { position, index: part.index };
        if part.index < least || part.index > Place::INDEX_MAX {
            return Err(Misuse::PartIndex { place, least });
        }
        if part.bytes.len() > SealedPart::BYTES_MAX {
            return Err(Misuse::PartLength { place, found: part.bytes.len() });
        }
        least = part.index + 1;
    }
    Ok(())
}
