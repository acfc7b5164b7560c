//! The GraphQL schema: the record and what became of ideas, typed, paged, with permanent ids.
//!
//! `docs/design.md` (API) decides it; the SDL is kept in `schemas/graphql/schema.graphql` and compared by a test. Reads come
//! from the views, commands go to the writer through [`act`](crate::act), HTTP is the business of
//! [`transport`](crate::transport); this module renders nothing and decides nothing.
//!
//! ```text
//! query     what can be asked          node        anything with an id        mutation   what can be recorded
//! list      pages by key               code        vocabularies as enums      scalar     instants, positions, digests
//! consultation · contribution · version · tally · fate · duty · response · step · event · finding · head        the types
//! ```

pub mod actor;
pub mod as_of;
pub mod at;
pub mod code;
pub mod consultation;
pub mod contribution;
pub mod duty;
pub mod event;
pub mod fate;
pub mod finding;
pub mod head;
pub mod id;
pub mod list;
pub mod mutation;
pub mod node;
pub mod query;
pub mod response;
pub mod scalar;
pub mod step;
pub mod tally;
pub mod text;
pub mod version;

use std::sync::Arc;

use async_graphql::{Data, EmptySubscription, Schema};
use axum::Router;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

pub use id::NodeId;
pub use mutation::Mutation;
pub use query::Query;

use crate::app::App;
use crate::token::AdminToken;
use crate::transport::{ErrorCode, Refusal, Transport, graphiql};
use at::Sight;
use mutation::Admin;

/// The schema's type.
pub type DevenirSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema. What it answers from comes with each request: see [`router`].
#[must_use]
pub fn schema() -> DevenirSchema {
    Schema::build(Query, Mutation, EmptySubscription)
        .register_output_type::<node::Node>()
        .register_output_type::<step::TrailStep>()
        .finish()
}

/// The endpoint at `/graphql`, and GraphiQL at `/graphiql`.
///
/// Reads need no credential; commands need the administrator's token as `Authorization: Bearer …`. A wrong one is
/// refused whatever is asked.
pub fn router(app: Arc<App>, token: Arc<AdminToken>) -> Router {
    let endpoint = Transport::new(schema()).request_data(move |parts, data| {
        if is_admin(parts, &token)? {
            data.insert(Admin);
        }
        insert_view(&app, data);
        Ok(())
    });
    endpoint.into_router().merge(graphiql())
}

fn insert_view(app: &Arc<App>, data: &mut Data) {
    data.insert(Sight::new(Arc::clone(app)));
}

/// Whether the request carries the administrator's token.
fn is_admin(parts: &Parts, token: &AdminToken) -> Result<bool, Refusal> {
    let Some(value) = parts.headers.get(AUTHORIZATION) else { return Ok(false) };
    let refuse = || {
        Refusal::new(
            ErrorCode::Unauthenticated,
            "expected `Authorization: Bearer` and the administrator's token",
        )
    };
    let given = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(refuse)?;
    let (scheme, credential) = given;
    let is_right = scheme.eq_ignore_ascii_case("bearer") && token.matches(credential.trim());
    if is_right { Ok(true) } else { Err(refuse()) }
}
