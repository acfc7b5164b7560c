//! The ledger as bytes and hashes: what is proven, and by what.
//!
//! Defined in `docs/format.md` (Hashes, Numbers). This module knows no event and no store.

pub mod hash;
pub mod hex;
pub mod number;

pub use hash::{Hash, HashError, empty_root, leaf_hash, node_hash, sha256, tagged_hash};
pub use number::{NumberError, Position, Revision, TreeSize};
