//! The ledger in public: tile files, the signed checkpoint over them, and when the next one is due.
//!
//! `docs/format.md` (Tiles, Checkpoints) defines the bytes, `docs/operating.md` the files. Everything here follows from
//! the ledger and is made again where it is lost, but for one note: the last head that was signed. This module does not know
//! what an envelope says, nor who asks for a tile.
//!
//! ```text
//!   ledger ──extend──▶ TileFiles ──proofs──▶ Signer ──▶ signer/last-signed   first, on the disk
//!                      tiles/tile/…            │
//!                                              └──────▶ tiles/checkpoint     then, in public
//!
//!   where a policy asks for witnesses:
//!   Signer ──▶ Gathering ──▶ witnesses ──▶ Gathering ──▶ signer/cosigned ──▶ tiles/checkpoint
//! ```

mod checkpointer;
pub(crate) mod disk;
mod edge;
mod files;
mod gather;
mod pace;
mod scrub;
mod signer;
mod tiles;

pub use checkpointer::{Checkpointer, CheckpointerError};
pub use disk::Disk;
pub use files::TileFiles;
pub use gather::{GatherError, Gathering, ROUND_MS, Round, replaces};
pub use pace::{IDLE_MS, LOADED_MS, due};
pub use scrub::{Scrub, Scrubbed};
pub use signer::{SignError, Signer, SigningKeys};
pub use tiles::{ProofError, TileFileError, TileReader, Tiles};

#[cfg(test)]
mod tests;
