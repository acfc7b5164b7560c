//! The views as a whole: folded in pieces or at once, served to people, never saying what they must not.
//!
//! `docs/design.md` (Views) states the properties; histories come from [`testing`](crate::testing).

mod disposable;
mod duties;
mod erased;
mod fates;
mod figures;
mod finding;
mod hidden;
mod reading;
mod speed;
mod store;
