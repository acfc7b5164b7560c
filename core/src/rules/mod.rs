//! The rules that deciders, views and the auditor share: pure functions on plain values.
//!
//! What each computes is decided in `docs/design.md` (vocabulary, fates, duties, tallies). Nothing
//! here knows an event, a state, a byte of the ledger or a clock: instants arrive as arguments.
//!
//! ```text
//! vocabulary   the closed words: fates, outcomes, grounds, actions       labels   the same words for people
//! who_may      roles and acts, one table                                 norms    what is asked of each act
//! moderation   what moderation leaves of a contribution              duty       what is owed, by when, how late
//! calendar     days, working days and months in a named zone             fate       the headline: what became of it
//! tally        counted votes, beside observed counters                  threshold  support reached, for good
//! crosswalk    the words of platforms and parliaments in ours           two_hands  what one person cannot do alone
//! ```

pub mod calendar;
pub mod crosswalk;
pub mod duty;
pub mod fate;
pub mod labels;
pub mod moderation;
pub mod norms;
pub mod tally;
pub mod threshold;
pub mod two_hands;
pub mod vocabulary;
pub mod who_may;

pub use calendar::{Delay, DelayUnit, Zone};
pub use duty::{Duty, DutyKind, DutyState};
pub use fate::{Axes, Coverage, Delivered, FateInputs, Headline, LinkedTo, Rank, headline};
pub use labels::{Labelled, Locale};
pub use moderation::{Moderated, Visibility};
pub use norms::Norm;
pub use tally::{Count, Counted, Observed, ObservedCount, Recount, Standing, Vote, VoteAct, VoteFault};
pub use threshold::{Reach, Support, ThresholdRule};
pub use two_hands::{SecondHand, TwoHands};
pub use vocabulary::{
    AmendmentFate, Axis, Decision, Delivery, Entry, FateCode, Ground, Linkage, ModerationAction, Outcome,
};
pub use who_may::{Act, Role, capacity, may};
