//! To come: `envelope`.
