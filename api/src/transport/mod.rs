//! GraphQL over HTTP: from a request to a response, around any schema.
//!
//! Defined in the GraphQL-over-HTTP draft (2026-08) and judged by the official audit of `graphql-http`. The engine's own
//! HTTP layer lets mutations run over GET, reads bodies of any length and walks a document's fragments before
//! anything bounds them; this one reads, weighs and bounds before the engine sees a document. It knows no type of our
//! schema.
//!
//! ```text
//! HTTP ── negotiate ── ask ── scan, parse, weigh ── turn, deadline, budget ── engine ── mask, bound ── HTTP
//!         Accept       JSON   document.rs           execute.rs                          respond.rs
//! ```
//!
//! A resolver needs four things from here: [`Refusal`] to say no in words, [`page_args`] for a connection,
//! [`spend`] before it returns a list, and [`idempotency_key`] in a command.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_graphql::{Data, ObjectType, Schema, SubscriptionType};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, request::Parts},
    routing::any,
};
use tracing::Instrument as _;

mod ask;
mod budget;
mod code;
mod cors;
mod cursor;
mod document;
mod execute;
mod graphiql;
mod idempotency;
mod limits;
mod negotiate;
mod page;
mod refusal;
mod respond;
mod scan;
mod shape;
mod weight;

pub use budget::{NodeBudget, spend};
pub use code::{ErrorCode, Stage, VALIDATION_STATUS};
pub use cursor::{Cursor, SortKey};
pub use graphiql::graphiql;
pub use idempotency::{IdempotencyKey, idempotency_key};
pub use limits::Limits;
pub use page::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, PageArgs, page_args, page_args_or_default};
pub use refusal::Refusal;

use execute::{Engine, Failure};
use negotiate::MediaType;

/// Where the endpoint is mounted.
pub const PATH: &str = "/graphql";

/// The endpoint for `schema` at [`PATH`]. [`Transport`] is for an endpoint that also reads credentials.
pub fn router<Q, M, S>(schema: Schema<Q, M, S>, limits: Limits) -> Router
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    Transport::new(schema).limits(limits).into_router()
}

/// What puts things of the HTTP request into the engine's context; see [`Transport::request_data`].
type RequestData = dyn Fn(&Parts, &mut Data) -> Result<(), Refusal> + Send + Sync;

/// An endpoint being set up.
///
/// ```
/// # use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
/// # struct Query;
/// # #[Object] impl Query { async fn answer(&self) -> i32 { 42 } }
/// use devenir_api::transport::{ErrorCode, Refusal, Transport};
///
/// struct Caller(String);
///
/// # let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
/// let router: axum::Router = Transport::new(schema)
///     .request_data(|parts, data| {
///         let Some(value) = parts.headers.get("authorization") else { return Ok(()) };
///         let unreadable = |_| Refusal::new(ErrorCode::Unauthenticated, "`Authorization` is not readable");
///         data.insert(Caller(value.to_str().map_err(unreadable)?.to_owned()));
///         Ok(())
///     })
///     .into_router();
/// ```
pub struct Transport<Q, M, S> {
    schema: Schema<Q, M, S>,
    limits: Limits,
    request_data: Arc<RequestData>,
    correlation_seed: u64,
}

impl<Q, M, S> fmt::Debug for Transport<Q, M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl<Q, M, S> Transport<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// An endpoint with the default limits, for anonymous readers.
    #[must_use]
    pub fn new(schema: Schema<Q, M, S>) -> Self {
        Self { schema, limits: Limits::default(), request_data: Arc::new(|_, _| Ok(())), correlation_seed: 0 }
    }

    /// Replaces the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what is put into the engine's context from each request: credentials, the reader's language. It sees
    /// method, URL, headers and the extensions that layers outside have added; a refusal answers the request.
    ///
    /// The transport itself adds the [`NodeBudget`], and the [`IdempotencyKey`] of a POST.
    #[must_use]
    pub fn request_data<F>(mut self, data: F) -> Self
    where
        F: Fn(&Parts, &mut Data) -> Result<(), Refusal> + Send + Sync + 'static,
    {
        self.request_data = Arc::new(data);
        self
    }

    /// Sets where correlation ids start; a number drawn at start keeps them apart from those of an earlier run.
    #[must_use]
    pub fn correlation_seed(mut self, seed: u64) -> Self {
        self.correlation_seed = seed;
        self
    }

    /// The endpoint, mounted at [`PATH`]; merge it into the server's router.
    pub fn into_router(self) -> Router {
        let endpoint = Arc::new(Endpoint {
            engine: Engine::new(self.schema, self.limits),
            request_data: self.request_data,
            correlation: AtomicU64::new(self.correlation_seed),
        });
        let serve = move |request: Request<Body>| {
            let endpoint = Arc::clone(&endpoint);
            async move { endpoint.serve(request).await }
        };
        Router::new().route(PATH, any(serve))
    }
}

/// An endpoint at work.
struct Endpoint<Q, M, S> {
    engine: Engine<Q, M, S>,
    request_data: Arc<RequestData>,
    correlation: AtomicU64,
}

impl<Q, M, S> Endpoint<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    async fn serve(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let mut response = match (&parts.method, negotiate::negotiate(&parts.headers)) {
            (&Method::OPTIONS, _) => cors::preflight(),
            (_, Err(refusal)) => respond::refused(refusal, MediaType::Json),
            (_, Ok(media_type)) => self.answer(&parts, body, media_type).await,
        };
        cors::open(response.headers_mut());
        response
    }

    async fn answer(&self, parts: &Parts, body: Body, media_type: MediaType) -> Response<Body> {
        let correlation_id = self.correlation_id();
        let span = tracing::info_span!("graphql", correlation_id, operation = tracing::field::Empty);
        let limits = self.engine.limits();
        match self.run(parts, body).instrument(span).await {
            Ok(executed) => respond::executed(
                executed,
                &correlation_id,
                media_type,
                limits.response_bytes_max,
                limits.cost_max,
            ),
            Err(Failure::Refused(refusal)) => {
                tracing::debug!(correlation_id, code = refusal.code.as_str(), "refused");
                respond::refused(refusal, media_type)
            }
            Err(Failure::Panicked) => respond::panicked(&correlation_id, media_type),
        }
    }

    async fn run(&self, parts: &Parts, body: Body) -> Result<execute::Executed, Failure> {
        let ask = ask::Ask::read(parts, body, self.engine.limits()).await?;
        if let Some(name) = &ask.operation_name {
            // A client's word: long enough to recognise, too short to flood the log.
            let shown = name.get(..name.floor_char_boundary(80)).unwrap_or("");
            tracing::Span::current().record("operation", shown);
        }
        let is_post = parts.method == Method::POST;
        let mut data = Data::default();
        if is_post && let Some(key) = IdempotencyKey::from_headers(&parts.headers)? {
            data.insert(key);
        }
        (self.request_data)(parts, &mut data)?;
        self.engine.execute(ask, !is_post, data).await
    }

    /// Sixteen hexadecimal digits, different for each request of this process.
    fn correlation_id(&self) -> String {
        let number = self.correlation.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        // Multiplying by an odd number permutes the 64-bit numbers, so neighbours do not look alike.
        format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}
