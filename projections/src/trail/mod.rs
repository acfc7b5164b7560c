//! The trail: what became of an idea, told step by step in plain French and English.
//!
//! `docs/design.md` (Trail, Fates) defines it: the answer first, then what is owed, which text was voted on, one
//! sentence for each step, and what the page does not prove. Names come from the views through [`TrailContext`];
//! this module reads no store and no clock, and holds no word of its own: the words are in `sentences.fr.ftl`
//! and `sentences.en.ftl`.
//!
//! ```text
//! step       one recorded fact as one sentence        headline   what became of it, in one sentence
//! order      the story, the record                    document   the whole page, for screen and terminal
//! ```

mod actor;
mod amendment;
mod consultation;
mod context;
mod contribution;
mod debate;
mod document;
mod erasure;
mod headline;
mod ledger;
mod limits;
mod message;
mod moderation;
mod moment;
mod order;
mod oversight;
mod owed;
mod petition;
mod response;
mod step;
mod text;
mod vote;
mod words;

#[cfg(test)]
mod tests;

pub use actor::{ActorShown, Unnamed, Vouching};
pub use context::{BallotName, Changed, Covers, SubjectName, ThingKind, TrailContext, VersionName};
pub use document::{Labelled, OpenNow, Section, StepShown, TrailDocument, TrailInputs, VersionFigures};
pub use headline::HeadlineShown;
pub use message::Message;
pub use moment::Moment;
pub use order::{TrailOrder, recorded_by, sort_steps};
pub use owed::DutyInput;
pub use step::{Details, PointerShown, StepFamily, TrailStep, step};
pub use words::{Missing, Words};
