//! GraphQL, HTTP, pages, importers: everything that a person or a program talks to.

pub mod act;
pub mod app;
pub mod backup;
pub mod cli;
pub mod client;
pub mod cosigning;
pub mod erasure;
pub mod export;
pub mod feeder;
pub mod find;
mod folding;
pub mod graphql;
pub mod import;
pub mod keyring;
pub mod log;
pub mod mirror;
pub mod page;
pub mod past;
pub mod receipt;
pub mod rights;
pub mod serve;
pub mod signing;
pub mod story;
pub mod token;
pub mod transport;
pub mod watch;
pub mod witness;
