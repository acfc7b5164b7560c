//! One operation, run: its turn awaited, its time and its reading bounded, a panic caught.
//!
//! The engine gets a document that was weighed before, already parsed. This module knows no HTTP; what came with the
//! request (credentials, idempotency key) is in the `Data` that it passes on.

use std::panic::AssertUnwindSafe;

use async_graphql::{
    Data, ObjectType, Request, Response, Schema, SubscriptionType, Value, parser::types::OperationType,
};
use futures_util::FutureExt as _;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout, timeout_at},
};

use super::{
    ask::Ask, budget::NodeBudget, code::ErrorCode, document::Document, limits::Limits, refusal::Refusal,
    shape::FieldTypes,
};

/// What the engine answered, and what it took.
#[derive(Debug)]
pub(super) struct Executed {
    /// Data in the shape asked for, and errors as the engine gave them, not yet masked.
    pub response: Response,
    /// The operation's cost as computed before it ran.
    pub cost: u64,
    /// The budget, as spent.
    pub budget: NodeBudget,
}

/// How the engine failed to answer at all.
#[derive(Debug)]
pub(super) enum Failure {
    /// A foreseen reason.
    Refused(Refusal),
    /// A resolver panicked; the panic hook has reported where.
    Panicked,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused(refusal)
    }
}

/// The engine with its schema, and the turns that its operations take.
pub(super) struct Engine<Q, M, S> {
    schema: Schema<Q, M, S>,
    field_types: FieldTypes,
    turns: Semaphore,
    limits: Limits,
}

impl<Q, M, S> Engine<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// The engine for `schema`, within `limits`.
    pub(super) fn new(schema: Schema<Q, M, S>, limits: Limits) -> Self {
        let field_types = FieldTypes::read(&schema.sdl()).unwrap_or_else(|error| {
            // Answers are then still right where no field fails; a test of the schema notices before anyone else.
            tracing::error!(%error, "the SDL of the schema cannot be read back");
            FieldTypes::default()
        });
        Self { schema, field_types, turns: Semaphore::new(limits.concurrent_max), limits }
    }

    /// The limits it keeps.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Runs the operation that `ask` chooses, with `data` in its context.
    ///
    /// # Errors
    /// A refusal of stage `Document` or `Server`, `MUTATION_OVER_GET`, or a panic of a resolver.
    pub(super) async fn execute(&self, ask: Ask, is_get: bool, data: Data) -> Result<Executed, Failure> {
        let deadline = Instant::now() + self.limits.time_max;
        let document =
            Document::open(&ask.query, ask.operation_name.as_deref(), &ask.variables, &self.limits)?;
        let operation = document.operation()?;
        check_type(operation.ty, is_get)?;
        let _turn = take_turn(&self.turns, &self.limits).await?;

        let budget = NodeBudget::new(self.limits.nodes_max, deadline);
        let cost = document.weight.cost();
        let shape = self.field_types.shape(&document.parsed, operation);
        let mut request = Request::new(ask.query).variables(ask.variables);
        request.set_parsed_query(document.parsed);
        request.operation_name = ask.operation_name;
        request.data = data;
        request.data.insert(budget.clone());

        let run = AssertUnwindSafe(self.schema.execute(request)).catch_unwind();
        let mut response = match timeout_at(deadline, run).await {
            // A resolver that met the deadline by spending has left an answer with holes: better none.
            Ok(Ok(_)) if budget.is_late() => return Err(timed_out(&self.limits).into()),
            Ok(Ok(response)) => response,
            Ok(Err(_)) => return Err(Failure::Panicked),
            Err(_) => return Err(timed_out(&self.limits).into()),
        };
        if !is_request_error(&response) {
            shape.mend(&mut response.data, &response.errors);
        }
        Ok(Executed { response, cost, budget })
    }
}

/// Whether the engine refused the document: there is no data, and no error happened at a field.
pub(super) fn is_request_error(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

fn check_type(operation_type: OperationType, is_get: bool) -> Result<(), Refusal> {
    match operation_type {
        OperationType::Mutation if is_get => Err(Refusal::new(
            ErrorCode::MutationOverGet,
            "a mutation changes something, so it must be sent with POST",
        )
        .allow("POST")),
        OperationType::Subscription => Err(Refusal::new(
            ErrorCode::SubscriptionNotSupported,
            "subscriptions do not travel over this URL",
        )),
        OperationType::Query | OperationType::Mutation => Ok(()),
    }
}

async fn take_turn<'a>(turns: &'a Semaphore, limits: &Limits) -> Result<SemaphorePermit<'a>, Refusal> {
    let overloaded = || {
        let message = format!("{} operations are running already; try again shortly", limits.concurrent_max);
        Refusal::new(ErrorCode::Overloaded, message).retry_after_s(1)
    };
    let wait = limits.wait_max.min(limits.time_max);
    timeout(wait, turns.acquire()).await.map_err(|_| overloaded())?.map_err(|_closed| overloaded())
}

fn timed_out(limits: &Limits) -> Refusal {
    let seconds = limits.time_max.as_secs_f32();
    Refusal::new(
        ErrorCode::TimedOut,
        format!("the answer was not ready after {seconds} s; ask for less at once"),
    )
}
