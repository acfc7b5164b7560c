//! Devenir's facts, bytes, proofs and rules, and the ports of its stores.
//!
//! With default features this crate does no I/O, holds no runtime and reads no clock: it is what a
//! guarantor compiles to verify a ledger. `ARCHITECTURE.md` is the map, `docs/format.md` the law for
//! bytes. The modules below stand in reading order.

pub mod audit;
pub mod bundle;
pub mod codes;
pub mod consultation;
pub mod envelope;
pub mod event;
pub mod id;
pub mod ledger;
#[cfg(feature = "embedded")]
pub mod log;
pub mod receipt;
pub mod rules;
pub mod signing;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod verify;
#[cfg(feature = "embedded")]
pub mod witness;
#[cfg(feature = "embedded")]
pub mod writer;
