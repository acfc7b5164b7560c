//! To come: `consultation`.
