//! GraphQL, HTTP, pages, importers: everything that a person or a program talks to.

pub mod import;
pub mod transport;
