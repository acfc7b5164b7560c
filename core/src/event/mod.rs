//! To come: `event`.
