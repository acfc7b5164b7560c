//! The contract of the store's ports, over every adapter.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests assert"
)]

use devenir_core::store::contract::Host;
use devenir_core::store::{EmbeddedStore, MemoryDisk, Store, StoreError};

struct Memory(MemoryDisk);

impl Host for Memory {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(self.0.open()?))
    }
}

struct Embedded(tempfile::TempDir);

impl Host for Embedded {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        let dir = self.0.path().join("store");
        let opened = match EmbeddedStore::open(&dir) {
            Err(StoreError::Missing { .. }) => EmbeddedStore::create(&dir),
            other => other,
        };
        Ok(Box::new(opened?))
    }
}

/// A ledger and a vault in memory, joined by `Pair`.
mod memory {
    devenir_core::store_contract!(super::Memory(devenir_core::store::MemoryDisk::default()));
}

/// The SQLite store.
mod embedded {
    devenir_core::store_contract!(super::Embedded(tempfile::tempdir().unwrap()));
}
