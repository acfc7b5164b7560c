//! The audit: every byte, hash and commitment of a record derived again, and what does not hold named.
//!
//! `docs/format.md` (What a verifier checks) numbers the checks; `docs/verify.md` says what each verdict means.
//! Integrity does not depend on the rules: conformity is judged beside it and never changes the verdict. This
//! module trusts no view, no index and no cache, and reads through the store's port only.

mod around;
mod check;
mod chunks;
mod commands;
mod conformity;
mod crew;
mod erasures;
mod examine;
mod fault;
mod heads;
mod parts;
mod references;
mod report;
mod signed;
mod succession;

pub use around::{Around, Dated};
pub use check::{Marks, audit, audit_at, audit_copy, audit_envelopes, audit_marked, audit_streams};
pub use chunks::{GivenEvent, NextEvent};
pub use conformity::AgainstTheRules;
pub use erasures::TakenDown;
pub use fault::{Fault, Found};
pub(crate) use heads::stated_heads;
pub use parts::PartCounts;
pub use report::{Report, Verdict};
pub use signed::SignedCounts;
pub use succession::Succession;
