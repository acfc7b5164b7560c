//! To come: `audit`.
