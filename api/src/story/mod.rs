//! The demonstration: an invented consultation, played into an empty store as the acts that the API takes.
//!
//! `fixtures/stories/villeneuve-velo/README.md` explains how a story is written. The loader decides nothing: each
//! act becomes the same struct as at the door of the API, at the instant that the story says, and the deciders
//! accept or refuse it. This module knows no GraphQL, no HTTP and no page.
//!
//! ```text
//!  story.toml ──► Story ──┐
//!                         ├─► Timeline (votes spread, numbers filled, publications) ──► acts ──► writer
//!  generated.toml ────────┘                                     StoryClock: one instant an act ──┘
//! ```

#![allow(clippy::wildcard_enum_match_arm, reason = "deeds are lines of a script, not events of the record")]

mod calendar;
mod chance;
mod clock;
mod deed;
mod embedded;
mod error;
mod generator;
mod load;
mod names;
mod play;
mod script;
mod timeline;

pub use clock::StoryClock;
pub use error::StoryError;
pub use load::{Loaded, Loading, create, load};
pub use script::Story;
