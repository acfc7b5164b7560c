//! Tampering, and what the audit says of it: the first position that cannot be trusted, and why.
//!
//! Each test alters a valid record in one way. Where the alteration would break the chain before it is reached,
//! every later link and the head are made anew: the audit must find what is wrong, not that something is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at a surprise"
)]

mod commands;
mod embedded;
mod events;
mod parts;
mod references;
mod rules;
mod shelf;
mod signed;
