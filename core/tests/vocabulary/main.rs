//! What each event type owes to others: an example, a schema, a line of the documentation, a sentence.
//!
//! The schemas in `schemas/` and the page `docs/events.md` are made from the tables of `core/src/event` and
//! compared here (`GOLDEN=1` writes them); the examples in `fixtures/events` are written by hand. A new type is
//! told here what it still lacks.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod debts;
mod examples;
mod format;
mod golden;
mod page;
mod schemas;
