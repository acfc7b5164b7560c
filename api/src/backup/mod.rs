//! Backups: made while the store is served, verified where they lie, and brought back without lying about what is missing.
//!
//! `docs/operating.md` (Backup, The disk died) is the operator's page. What may be kept for ever, what must go within 30 days, and
//! what names people lie in three folders that never mix. What was signed last is never brought back from a backup: it is
//! asked for, so that an old backup cannot go on signing. This module decides nothing and asks nobody.
//!
//! ```text
//! BACKUP/
//!   ledger/    ledger.sqlite3, checkpoint, signed, policy.txt     public: for ever
//!   vault/     vault.sqlite3: parts with their keys, requests      encrypted, at most 30 days
//!   private/   register.sqlite3, keys/                             apart from both
//!   each with a manifest.json, written last
//! ```

mod error;
mod files;
mod make;
mod manifest;
mod mark;
mod recover;
mod restore;
mod succeed;
mod verify;

pub use error::BackupError;
pub use make::{Made, back_up};
pub use manifest::{Folder, Folders};
pub(crate) use mark::{is_brought_back, unmark};
pub use recover::{RecoverError, Recovered, recover};
pub use restore::{LastSigned, Restored, restore};
pub use succeed::{SucceedError, Successor, succeed};
pub use verify::verify_backup;
