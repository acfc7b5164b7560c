//! Erasure: what a request comes to in the record, and carrying out what was erased.
//!
//! `docs/design.md` (Erasure) gives the order: the act is durable, then parts, keys and every derived copy are deleted,
//! then it is stated that they are. The order survives a crash at each step, since every erasure without its statement is
//! carried out again. What may be erased is decided elsewhere.

mod carry_out;
mod feed;
mod find;
mod takedown;
mod votes;

pub use carry_out::{ErasureError, Waiting};
pub use feed::{line, router};
