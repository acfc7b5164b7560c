//! To come: `rules`.
