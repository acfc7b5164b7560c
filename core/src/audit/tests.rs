//! Tampering, and what the audit says of it.
