//! Importers: from a platform's export to observed facts.
//!
//! One module per format, each `read(path, options, progress) -> Source`; whatever comes after is
//! shared and has no branch on a format. The binding table of what becomes what is in
//! `docs/design.md` (Imports). A reader opens no store: it does not know what is recorded already.
//!
//! ```text
//! files ── reader ──► Observation ──► Spool ──► in the stated order ──► commands
//!             └─────► Refused, Difference, Coverage ──► Report
//! ```

mod error;
mod fields;
mod files;
mod gather;
mod instant;
mod spool;

pub mod cap_collectif_2015;
pub mod consul;
pub mod observed;
pub mod progress;
pub mod record;
pub mod report;
pub mod source;
pub mod uk_petitions;

pub use error::ImportError;
pub use instant::ReadOptions;
pub use progress::{Progress, Stop};
pub use report::Report;
pub use source::{Observations, Source, SourceSummary};
pub use spool::Pushed;
