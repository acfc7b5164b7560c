//! Pages by key: so many rows after, or before, the row of a key.
//!
//! A key is what the list is sorted by, then the position, so no two rows share one (`docs/design.md`, API). A
//! page costs the same wherever it lies. This module knows no table.

use devenir_core::ledger::Position;
use rusqlite::{Row, ToSql};

use super::{Answer, Reading};
use crate::row;
use crate::views::key;

/// The most rows in a page.
pub const LIMIT_MAX: usize = 100;

/// Where a row stands in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What the list is sorted by.
    pub sort: i64,
    /// Among equals, the order of the record.
    pub position: Position,
}

/// Which way a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the beginning of the list on, or from after a key.
    Forward,
    /// From the end of the list back, or from before a key.
    Backward,
}

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub(super) limit: usize,
    direction: Direction,
    pub(super) from: Option<Key>,
}

impl Page {
    /// The first rows, or the first after a key; a limit outside 1 to [`LIMIT_MAX`] is held at its ends.
    #[must_use]
    pub fn first(limit: usize, after: Option<Key>) -> Self {
        Self { limit: limit.clamp(1, LIMIT_MAX), direction: Direction::Forward, from: after }
    }

    /// The last rows, or the last before a key; a limit outside 1 to [`LIMIT_MAX`] is held at its ends.
    #[must_use]
    pub fn last(limit: usize, before: Option<Key>) -> Self {
        Self { limit: limit.clamp(1, LIMIT_MAX), direction: Direction::Backward, from: before }
    }
}

/// Some rows of a list, in the order of the list whichever way they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows, each with its key.
    pub items: Vec<(Key, T)>,
    /// Whether rows follow; of a page read backward, whether a key was given.
    pub has_next: bool,
    /// Whether rows precede; of a page read forward, whether a key was given.
    pub has_previous: bool,
}

/// A list: what its rows are, which belong to it, in which order.
pub(super) struct List<'q> {
    /// The columns and tables; its last two columns are the sort key and the position.
    pub(super) select: &'q str,
    /// Which rows, as a condition.
    pub(super) filter: &'q str,
    /// What the list is sorted by.
    pub(super) sort: &'q str,
    /// The column of the position.
    pub(super) position: &'q str,
    /// Whether the greatest comes first.
    pub(super) descending: bool,
}

impl Reading {
    /// A page of a list. `params` are those of the filter, named.
    pub(super) fn page<T>(
        &self,
        list: &List<'_>,
        params: &[(&str, &dyn ToSql)],
        page: Page,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Paged<T>> {
        let List { select, filter, sort, position, descending } = *list;
        let backward = page.direction == Direction::Backward;
        let (order, beyond) = if descending == backward { ("ASC", ">") } else { ("DESC", "<") };
        let resumed = match page.from {
            Some(_) => format!("AND ({sort}, {position}) {beyond} (:from_sort, :from_position)"),
            None => String::new(),
        };
        let sql = format!(
            "{select} WHERE {filter} {resumed} ORDER BY {sort} {order}, {position} {order} LIMIT {}",
            page.limit + 1
        );
        let from = page.from.map(|from| (from.sort, key(from.position)));
        let mut all: Vec<(&str, &dyn ToSql)> = params.to_vec();
        if let Some((sort, position)) = &from {
            all.extend([(":from_sort", sort as &dyn ToSql), (":from_position", position)]);
        }
        let keyed = |row: &Row<'_>| {
            let columns = row.as_ref().column_count();
            let key = Key { sort: row.get(columns - 2)?, position: row::position(row, columns - 1)? };
            Ok((key, read(row)?))
        };
        let mut items = self.all(&sql, all.as_slice(), keyed)?;
        let more = items.len() > page.limit;
        items.truncate(page.limit);
        if backward {
            items.reverse();
            return Ok(Paged { items, has_next: page.from.is_some(), has_previous: more });
        }
        Ok(Paged { items, has_next: more, has_previous: page.from.is_some() })
    }
}
