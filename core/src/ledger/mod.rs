//! To come: `ledger`.
