//! One operation, run: its turn awaited, its time and its reading bounded, a panic caught.
//!
//! The engine gets a document that was weighed before, already parsed. This module knows no HTTP; what came with the
//! request (credentials, idempotency key) is in the `Data` that it passes on.

use std::panic::AssertUnwindSafe;

use async_graphql::{
    Data, ObjectType, Request, Response, Schema, SubscriptionType, parser::types::OperationType,
};
use futures_util::FutureExt as _;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout, timeout_at},
};

use super::{
    ask::Ask, budget::NodeBudget, code::ErrorCode, document::Document, limits::Limits, refusal::Refusal,
};

/// What the engine answered, and what it took.
#[derive(Debug)]
pub(super) struct Executed {
    /// Data and errors as the engine gave them; errors are not yet masked.
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

/// Runs the operation that `ask` chooses.
///
/// # Errors
/// A refusal of stage `Document` or `Server`, `MUTATION_OVER_GET`, or a panic of a resolver.
pub(super) async fn execute<Q, M, S>(
    schema: &Schema<Q, M, S>,
    turns: &Semaphore,
    limits: &Limits,
    ask: Ask,
    is_get: bool,
    data: Data,
) -> Result<Executed, Failure>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let deadline = Instant::now() + limits.time_max;
    let document = Document::open(&ask.query, ask.operation_name.as_deref(), &ask.variables, limits)?;
    check_type(document.operation_type, is_get)?;
    let _turn = take_turn(turns, limits).await?;

    let budget = NodeBudget::new(limits.nodes_max, deadline);
    let cost = document.weight.cost();
    let mut request = Request::new(ask.query).variables(ask.variables);
    request.operation_name = ask.operation_name;
    request.data = data;
    request.data.insert(budget.clone());
    request.set_parsed_query(document.parsed);

    let run = AssertUnwindSafe(schema.execute(request)).catch_unwind();
    let response = match timeout_at(deadline, run).await {
        // A resolver that met the deadline by spending has left an answer with holes: better none.
        Ok(Ok(_)) if budget.is_late() => return Err(timed_out(limits).into()),
        Ok(Ok(response)) => response,
        Ok(Err(_)) => return Err(Failure::Panicked),
        Err(_) => return Err(timed_out(limits).into()),
    };
    Ok(Executed { response, cost, budget })
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
