//! To come: `store`.
