//! A schema that does, on request, everything that a transport must survive.
//!
//! The tests and the audit server share it. It has nothing of Devenir's own vocabulary.

#![allow(missing_docs, unreachable_pub, dead_code, clippy::expect_used)] // shared by a test and an example

use std::time::Duration;

use async_graphql::{
    Context, EmptySubscription, Error, ID, Object, Result, Schema, SimpleObject, connection::Connection,
};
use devenir_api::transport::{
    Cursor, ErrorCode, Refusal, SortKey, idempotency_key, page_args, page_args_or_default, spend,
};
use uuid::Uuid;

/// The schema of tests.
pub type TestSchema = Schema<Query, Mutation, EmptySubscription>;

/// What `request_data` of the tests puts into the context.
pub struct Caller(pub String);

/// The schema of tests.
pub fn schema() -> TestSchema {
    Schema::new(Query, Mutation, EmptySubscription)
}

/// Reads.
pub struct Query;

/// Writes.
pub struct Mutation;

#[derive(SimpleObject)]
#[graphql(complex)]
struct Thing {
    number: i32,
}

const THINGS: i32 = 1000;

#[async_graphql::ComplexObject]
impl Thing {
    /// Things of things: a recursive edge.
    async fn things(&self, ctx: &Context<'_>, first: Option<i32>, after: Option<String>) -> Result<Things> {
        things(ctx, first, after, None, None).await
    }
}

type Things = Connection<Cursor, Thing>;

async fn things(
    ctx: &Context<'_>,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<Things> {
    let page = page_args("things", first, after, last, before)?;
    let position =
        |cursor: &Option<Cursor>| cursor.as_ref().and_then(|cursor| i32::try_from(cursor.position).ok());
    let (low, high) = (position(&page.after).map_or(0, |n| n + 1), position(&page.before).unwrap_or(THINGS));
    let numbers: Vec<i32> = match page.is_backward {
        false => (low..high).take(page.limit()).collect(),
        true => (low..high).rev().take(page.limit()).collect(),
    };
    spend(ctx, numbers.len()).await?;
    Ok(page.connection(numbers, |number| {
        (Cursor::new("things", SortKey::Position, number.unsigned_abs().into()), Thing { number })
    }))
}

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "bonjour"
    }

    async fn twice(&self, number: i32) -> i32 {
        number.saturating_mul(2)
    }

    async fn things(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Things> {
        things(ctx, first, after, last, before).await
    }

    /// As many as the default page, if no size is given.
    async fn page_size(&self, first: Option<i32>) -> Result<usize> {
        Ok(page_args_or_default("things", first, None, None, None)?.size)
    }

    async fn nodes(&self, ids: Vec<ID>) -> usize {
        ids.len()
    }

    /// An error of ours, nullable.
    async fn refused(&self) -> Result<Option<i32>> {
        Err(Refusal::new(ErrorCode::NotFound, "no thing has this number"))?
    }

    /// An error that nobody foresaw, with a text that must not leave the process.
    async fn leaks(&self) -> Result<Option<i32>> {
        Err(std::io::Error::other("password hunter2 at /var/lib/secret"))?
    }

    /// The same, at a field that cannot be null, so that `data` becomes null.
    async fn leaks_wholly(&self) -> Result<i32> {
        Err(Error::new("password hunter2"))
    }

    /// An unforeseen error that pretends to be about an argument.
    async fn pretends(&self) -> Result<Option<i32>> {
        Err(std::io::Error::other("Failed to parse \"Int\": hunter2"))?
    }

    async fn panics(&self, number: Option<i32>) -> i32 {
        number.expect("a panic of a test, with hunter2 in it")
    }

    async fn sleeps(&self) -> i32 {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        1
    }

    /// Is ready after its neighbours.
    async fn late(&self) -> i32 {
        tokio::task::yield_now().await;
        1
    }

    /// Works without ever waiting for anything but its budget, a thousandth of an object at a time.
    async fn spins(&self, ctx: &Context<'_>) -> Result<i32> {
        loop {
            spend(ctx, 0).await?;
        }
    }

    async fn text(&self, bytes: usize) -> String {
        "x".repeat(bytes)
    }

    async fn caller(&self, ctx: &Context<'_>) -> Option<String> {
        ctx.data_opt::<Caller>().map(|caller| caller.0.clone())
    }
}

#[Object]
impl Mutation {
    /// Answers with the key under which it was done.
    async fn put(&self, ctx: &Context<'_>, idempotency_key: Option<Uuid>) -> Result<Uuid> {
        Ok(self::idempotency_key(ctx, idempotency_key)?)
    }
}
