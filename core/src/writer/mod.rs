//! To come: `writer`.
