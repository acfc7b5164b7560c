//! Views folded from the ledger: derived, disposable, rebuilt from position 0.

pub mod html;
