//! The store: what a ledger and a vault promise, and the places that keep the promise.
//!
//! Two ports (`port.rs`) are written as contracts; [`Store`] joins them so that a group of events, their
//! parts and the new head become durable together. Their bytes are opaque here: this module knows hashes
//! and positions, and no envelope, event, rule or clock.
//!
//! ```text
//!   Ledger  append-only, public, permanent        Vault  overwrites and erases, never public
//!     position -> envelope                          place -> part and its key
//!     head: size, root                              first position of a command -> request MAC
//!
//!   EmbeddedStore   both in one SQLite file, a group is one transaction       feature `embedded`
//!   Pair<L, V>      any ledger with any vault: parts first, then envelopes
//!   MemoryDisk      a pair in memory, for tests: it objects to misuse
//! ```
//!
//! One contract suite runs over all of them (`contract.rs`, feature `testing`).

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "embedded")]
pub mod embedded;
mod error;
mod group;
pub mod memory;
mod pair;
mod port;
#[cfg(feature = "testing")]
pub mod sample;

pub use error::{Damage, Misuse, Obstacle, StoreError};
pub use group::{Entry, Group, Leaf, Place, Request, SealedPart};
pub use memory::MemoryDisk;
pub use pair::{Pair, PairReader};
pub use port::{Ledger, ReadLedger, ReadVault, Reader, Store, Vault};

#[cfg(feature = "embedded")]
pub use embedded::{Copied, EmbeddedReader, EmbeddedStore, bring_together, copy_apart, last_acknowledged};
