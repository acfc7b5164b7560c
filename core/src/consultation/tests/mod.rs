//! Given, when, then: one file for each decider, and what holds of all of them on random histories.
//!
//! What each act asks stands in `docs/design.md` (Native and observed). These tests know no byte.

mod amendment;
mod ballot;
mod clerk;
mod contribution;
mod debate;
mod erasure;
mod key;
mod moderation;
mod oversight;
mod properties;
mod register;
mod response;
mod role;
mod threshold;
mod two_hands;
