//! The one writer: it decides, seals and commits in order, and acknowledges what is durable.
//!
//! `docs/design.md` (One writer) is the plan: one thread drains a queue into one durable group; a group's
//! effects live in an overlay until the store has it. This is the only module with a clock and randomness; it
//! knows no GraphQL, no HTTP and no source format.
//!
//! ```text
//!  submit ──▶ queue ──▶ ┌ for each command: known? ─ number ─ decide ─ seal ─ sequence ┐ ──▶ commit ──▶ promise ──▶ receipts
//!                       └ into one group, over an overlay of the book                 ┘     (one fsync) (one signature)
//! ```

mod batch;
mod clock;
mod command;
mod desk;
mod index;
mod instance;
mod kept;
mod keys;
mod private;
mod promiser;
mod queue;
mod random;
mod register;
mod replay;
mod rotation;
mod signed;
mod token;

pub use clock::{Clock, ManualClock, SystemClock};
pub use command::{Command, Door, EventReceipt, Receipt, Standing, Target, WriteError};
pub use instance::{Instance, InstanceError, Opening, PublicKeys, read_keys, read_opening};
pub use keys::{InstanceKeys, KeyFileError, create_key_file, read_key_file, read_or_draw_key};
pub use private::make_private;
pub use promiser::GroupPromise;
pub use queue::{Handle, Writer};
pub use random::{OsRandom, Random, SeededRandom};
pub use register::{Register, RegisterError};
pub use replay::{ReplayError, read_events};
pub use rotation::{Replacement, Rotated, RotationError, draw_next_key, replace_key, rotate_ledger_key};
pub use signed::SignedCommand;
pub use token::{AuthorToken, TokenKey};
