//! How much one request may ask for, in one struct, each number with its unit and its reason.
//!
//! The numbers come from measurements of what a hostile but valid document can do to the engine. This module holds
//! figures only; each is enforced in the module that its line names.

use std::time::Duration;

/// The limits of one endpoint. `Limits::default()` is what the public endpoint uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a POST body (`ask.rs`). Larger ones are not read to their end.
    pub body_bytes_max: usize,
    /// Bytes of the GraphQL document (`document.rs`).
    pub document_bytes_max: usize,
    /// Brackets open at once in the text of the document (`scan.rs`). The parser of the engine is recursive, and
    /// its own limit comes after its grammar has already recursed; 64 is what that limit admits.
    pub brackets_max: usize,
    /// Selection sets open at once after expanding fragments (`weight.rs`); the engine stops at 32 as well.
    pub nesting_max: u32,
    /// Selections after expanding fragments, over all operations (`weight.rs`), since the engine walks the expanded
    /// document three times before it validates. Introspection by GraphiQL expands to about 130.
    pub selections_max: u64,
    /// Aliases of the operation after expanding fragments (`weight.rs`).
    pub aliases_max: u64,
    /// Directives of the operation after expanding fragments (`weight.rs`).
    pub directives_max: u64,
    /// Fields nested in one another (`weight.rs`). The usual introspection query needs 15.
    pub depth_max: u32,
    /// Lists of `__schema` and `__type` nested in one another (`weight.rs`); graphql-js refuses three as well.
    pub introspection_lists_max: u32,
    /// The most field values that the operation could return by its page sizes (`weight.rs`). The engine resolves
    /// two to three thousand a millisecond, so this is about a tenth of a second of one core.
    pub cost_max: u64,
    /// Objects that resolvers may read for one request (`budget.rs`).
    pub nodes_max: u64,
    /// Bytes of the response body (`respond.rs`).
    pub response_bytes_max: usize,
    /// How long the body may take to arrive (`ask.rs`), and then the answer, waiting for its turn included
    /// (`execute.rs`).
    pub time_max: Duration,
    /// Operations that run at once (`execute.rs`). Health and pages are outside, so they stay quick.
    pub concurrent_max: usize,
    /// How long an operation waits for its turn before it is sent away (`execute.rs`).
    pub wait_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 256 * 1024,
            document_bytes_max: 16 * 1024,
            brackets_max: 64,
            nesting_max: 32,
            selections_max: 5_000,
            aliases_max: 100,
            directives_max: 50,
            depth_max: 16,
            introspection_lists_max: 2,
            cost_max: 200_000,
            nodes_max: 50_000,
            response_bytes_max: 8 * 1024 * 1024,
            time_max: Duration::from_secs(10),
            concurrent_max: 16,
            wait_max: Duration::from_secs(2),
        }
    }
}
