//! Bundles: the record, or one consultation of it, as a file that proves itself, written and read back.
//!
//! `docs/format.md` (Bundles) is the law for their bytes, `docs/verify.md` says what a bundle shows and what not. Whoever hands
//! one over is not trusted: reading is strict, in bounded memory, and follows no name. This module knows no network
//! and asks nobody which parts may be shown.
//!
//! ```text
//! manifest.json        what it is: the ledger, the kind, the tree to which everything leads
//! checkpoint           the ledger's word for that tree, with cosignatures if there are any
//! proofs.json          of a consultation: where its first and last event and the heads event stand
//! entries/000000000    256 envelopes
//! parts/000000000      their parts: open, withheld or gone
//! entries/000000001    …
//! ```

#[cfg(feature = "files")]
mod directory;
mod error;
mod files;
mod manifest;
mod name;
mod part;
mod read;
mod tar;
mod write;

#[cfg(feature = "files")]
pub use directory::Directory;
pub use error::BundleError;
pub use files::Files;
pub use manifest::{FORMAT, Kind, Manifest, Proofs};
pub use name::{ENTRIES_PER_FILE, FileName, Half, NoSuchName};
pub use part::{Held, PartRecord};
pub use read::{BundleReader, BundledEvent};
pub use tar::{TarReader, TarWriter};
pub use write::{Contents, Shows, Sink, WriteBundleError, Written, write};

#[cfg(test)]
mod tests;
