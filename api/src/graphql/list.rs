//! Lists as Relay connections: the transport's page arguments and cursors over the views' pages by key.
//!
//! `docs/design.md` (API) asks for pages of 1 to 100 by key wherever a list can grow. A list's name goes into its
//! cursors and never changes; an order that differs is another name. This module knows no list.

use async_graphql::connection::{Connection, Edge};
use async_graphql::{Context, OutputType, Result};
use devenir_core::ledger::Position;
use devenir_projections::ViewError;
use devenir_projections::query::{Key, Page, Paged};

use super::at::At;
use crate::transport::{Cursor, ErrorCode, PageArgs, Refusal, SortKey, page_args_or_default, spend};
use devenir_projections::Reading;

/// A connection of this schema.
pub type List<N> = Connection<Cursor, N>;

/// The four arguments of a connection, as they come.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `first`.
    pub first: Option<i32>,
    /// `after`.
    pub after: Option<String>,
    /// `last`.
    pub last: Option<i32>,
    /// `before`.
    pub before: Option<String>,
}

impl Asked {
    /// The arguments of a list that is only read forwards.
    #[must_use]
    pub const fn forwards(first: Option<i32>, after: Option<String>) -> Self {
        Self { first, after, last: None, before: None }
    }

    fn read(self, list: &str) -> Result<PageArgs, Refusal> {
        let args = page_args_or_default(list, self.first, self.after, self.last, self.before)?;
        let crossed = if args.is_backward { args.after.is_some() } else { args.before.is_some() };
        if crossed {
            let message = "give `after` with `first`, and `before` with `last`";
            return Err(Refusal::new(ErrorCode::InvalidPage, message));
        }
        Ok(args)
    }
}

/// Reads a page of the list called `name` from the views.
///
/// # Errors
/// `INVALID_PAGE` or `INVALID_CURSOR`; where the views cannot be read; where the request has read enough.
pub async fn list<T, N: OutputType>(
    ctx: &Context<'_>,
    name: &str,
    asked: Asked,
    question: impl FnOnce(&Reading, Page) -> Result<Paged<T>, ViewError>,
    node: impl Fn(T) -> N,
) -> Result<List<N>> {
    try_list(ctx, name, asked, question, |item| Ok(node(item))).await
}

/// The same, where more must be read for each item.
///
/// # Errors
/// Those of [`list`], and those of reading an item.
pub async fn try_list<T, N: OutputType>(
    ctx: &Context<'_>,
    name: &str,
    asked: Asked,
    question: impl FnOnce(&Reading, Page) -> Result<Paged<T>, ViewError>,
    node: impl Fn(T) -> Result<N>,
) -> Result<List<N>> {
    let args = asked.read(name)?;
    let page = match args.is_backward {
        true => Page::last(args.size, args.before.as_ref().map(key)),
        false => Page::first(args.size, args.after.as_ref().map(key)),
    };
    let Paged { items, has_next, has_previous } = At::of(ctx)?.ask(|reading| question(reading, page))?;
    spend(ctx, items.len()).await?;
    let mut connection = Connection::new(has_previous, has_next);
    for (Key { sort, position }, item) in items {
        let cursor = Cursor::new(name, SortKey::Integer(sort), position.get());
        connection.edges.push(Edge::new(cursor, node(item)?));
    }
    Ok(connection)
}

/// A page of a short list that is at hand as a whole; `place` is where an item stands in it, ascending.
///
/// # Errors
/// `INVALID_PAGE` or `INVALID_CURSOR`; where the request has read enough.
pub async fn short_list<T, N: OutputType>(
    ctx: &Context<'_>,
    name: &str,
    asked: Asked,
    items: Vec<T>,
    place: impl Fn(&T) -> u64,
    node: impl Fn(T) -> N,
) -> Result<List<N>> {
    let args = asked.read(name)?;
    let after = args.after.as_ref().map(|cursor| cursor.position);
    let before = args.before.as_ref().map(|cursor| cursor.position);
    let lies_between = |item: &T| {
        let place = place(item);
        after.is_none_or(|after| place > after) && before.is_none_or(|before| place < before)
    };
    let mut rows: Vec<T> = items.into_iter().filter(lies_between).collect();
    if args.is_backward {
        rows.reverse();
    }
    rows.truncate(args.limit());
    spend(ctx, rows.len().min(args.size)).await?;
    Ok(args.connection(rows, |item| (Cursor::new(name, SortKey::Position, place(&item)), node(item))))
}

fn key(cursor: &Cursor) -> Key {
    let sort = match &cursor.key {
        SortKey::Integer(sort) => *sort,
        // No list of the views is sorted by these; such a cursor was not made here.
        SortKey::Position | SortKey::Text(_) => 0,
    };
    Key { sort, position: Position::new(cursor.position) }
}
