//! Receipts: what an author keeps, and what it proves to whoever checks it offline, years later.
//!
//! `docs/format.md` (Receipts) defines the document. It holds the envelope and the author's openings of its parts; beside it
//! stands a proof file, which needs nothing of it but the envelope. This module computes and compares: it knows neither the
//! network nor the clock, and what a part says is not its business.
//!
//! ```text
//! receipt.json ──parse──▶ ReceiptFile ──check──▶ CheckedReceipt       envelope, intent id, every opening
//! .tlog-proof  ─────────────────────────────────▶ │ included          its place in a believable checkpoint
//!                                                 │ promised          its place in a signed promise
//! ```

mod check;
mod document;
mod make;

pub use check::{CheckedReceipt, Placed, ReceiptError, Vouched};
pub use document::{Opening, ReceiptFile, ReceiptFileError, ReceiptPromise};
pub use make::{MakeError, make};
