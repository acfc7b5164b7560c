//! What tests build on: a whole record in memory, given / when / then, and random valid histories.
//!
//! A [`Record`] is written by the same pure path as the real one (`docs/design.md`, One writer: number, decide,
//! seal, sequence, evolve) with fixed keys and instants, so the same acts always give the same bytes. It knows
//! no store, no thread and no clock; production never compiles it.
//!
//! ```text
//!  sample    one plausible act of every type                 sample::revision().about(idea)
//!  Record    a ledger: envelopes, parts, book                record.write(stream, Trust::Native, drafts)
//!  World     a record with one consultation in it            world.happens(draft)
//!  spec      given(..).when(..).then_refused(..)             tests of deciders
//!  history   histories(40..200)                              a proptest strategy of records
//!  envelopes envelope(seed)                                  bytes that no history reaches
//!  strike    Striker::new()                                  a child whose disk fails, call by call
//! ```

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "only tests compile this; a test stops at the first surprise"
)]

mod draft;
pub mod envelopes;
pub mod history;
mod propose;
mod record;
pub mod sample;
pub mod spec;
mod strike;
mod world;

pub use draft::Drafting;
pub use history::histories;
pub use record::{Entry, Record, Refused, START, opening, same_answers};
pub use spec::{given, given_observed, given_registered};
pub use strike::{Strike, Striker};
pub use world::World;
