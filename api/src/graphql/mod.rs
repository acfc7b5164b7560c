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
pub mod erasure;
pub mod event;
pub mod fate;
pub mod finding;
pub mod guarantor;
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
use crate::keyring::{Identity, Keyring};
use crate::transport::{ErrorCode, Refusal, Transport, graphiql};
use at::Sight;

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
/// Reads need no credential; commands need a key as `Authorization: Bearer …`. A wrong one is refused whatever is asked.
pub fn router(app: Arc<App>, keyring: Arc<Keyring>) -> Router {
    let endpoint = Transport::new(schema()).request_data(move |parts, data| {
        data.insert(Arc::clone(&keyring));
        if let Some(identity) = identity_of(parts, &keyring)? {
            data.insert(identity);
        }
        insert_view(&app, data);
        Ok(())
    });
    endpoint.into_router().merge(graphiql())
}

fn insert_view(app: &Arc<App>, data: &mut Data) {
    data.insert(Sight::new(Arc::clone(app)));
}

/// Whose key the request carries, where it carries one.
fn identity_of(parts: &Parts, keyring: &Keyring) -> Result<Option<Identity>, Refusal> {
    let Some(value) = parts.headers.get(AUTHORIZATION) else { return Ok(None) };
    let refuse = || {
        Refusal::new(
            ErrorCode::Unauthenticated,
            "expected `Authorization: Bearer` and a key of this instance",
        )
    };
    let given = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(refuse)?;
    let (scheme, credential) = given;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refuse());
    }
    match keyring.recognise(credential.trim()) {
        Ok(Some(identity)) => Ok(Some(identity)),
        Ok(None) => Err(refuse()),
        Err(error) => {
            tracing::error!(%error, "the keys cannot be read");
            Err(Refusal::new(ErrorCode::Unavailable, "the keys of this instance cannot be read now"))
        }
    }
}
