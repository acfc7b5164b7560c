//! Views folded from the ledger: derived, disposable, rebuilt from position 0.
