//! Serves the schema of the transport's tests, prints its URL and runs until it is ended: what
//! `.ci/graphql-http-audit.mjs` judges, and a place to see GraphiQL.
//!
//! ```text
//! cargo run -p devenir-api --example audit_server -- 127.0.0.1:0
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../tests/transport/schema.rs"]
mod schema;

use devenir_api::transport::{Limits, PATH, graphiql, router};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}{PATH}", listener.local_addr()?);
    axum::serve(listener, router(schema::schema(), Limits::default()).merge(graphiql())).await
}
