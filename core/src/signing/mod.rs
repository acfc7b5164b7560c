//! Acts signed away from the server: what a signer is given, what comes back, and whether the signature counts.
//!
//! `docs/format.md` (Signed acts) is the law. Everything is computed again from the bytes at hand: a signer trusts no
//! server about what they sign, and nobody who reads the record trusts it about who signed. This module knows no store and
//! no clock.
//!
//! ```text
//!  server: decide ─ seal ─▶ ActFile ──▶ signer, away: open ─ read ─ sign ──▶ ActFile ──▶ server: seal again, check, append
//! ```

mod act;
mod check;
mod document;
mod keys;
mod signable;

pub use act::{OpenedAct, UnsoundAct};
pub use check::{Claim, SignatureFault, check, hand, must_sign, takes_over};
pub use document::{ActFile, ActFileError};
pub use keys::LedgerKeys;
pub use signable::{SIGNABLE, is_signable};
