//! GraphQL, HTTP, pages, importers: everything that a person or a program talks to.

pub mod act;
pub mod import;
pub mod transport;
