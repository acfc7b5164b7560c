//! Attacks on a record with real contributions, made as whoever runs the server could, and held against the real commands.
//!
//! `docs/threats.md` says which attack each file shows. What an attacker can compute again is computed again
//! ([`forge`]), so that what catches them is the control that is meant to, not a checksum on the way there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bundles;
mod events;
mod forge;
mod history;
mod parts;
mod promise;
mod replay;
mod rotation;
mod town;
