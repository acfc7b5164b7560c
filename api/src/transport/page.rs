//! The four arguments of a Relay connection, and the page that answers them.
//!
//! Defined in the Relay "GraphQL Cursor Connections" specification, narrowed: exactly one of `first` and `last`, from
//! 1 to 100. This module knows no store; the resolver reads one row more than the page asks for and hands them over.

use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, Edge, EmptyFields},
};

use super::{code::ErrorCode, cursor::Cursor, refusal::Refusal};

/// The largest page.
pub const PAGE_SIZE_MAX: usize = 100;
/// The page of a connection that may be asked for without a size, and what the cost counts for it.
pub const PAGE_SIZE_DEFAULT: usize = 20;

/// A part of a list: `size` items from one end of what lies between two cursors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageArgs {
    /// Items wanted, 1 to 100.
    pub size: usize,
    /// Whether they are the last ones before `before`, so that the store reads downwards.
    pub is_backward: bool,
    /// Only items behind this one.
    pub after: Option<Cursor>,
    /// Only items ahead of this one.
    pub before: Option<Cursor>,
}

/// Checks the arguments of a connection that must be asked for with a size. `list` is its name in cursors.
///
/// ```
/// use devenir_api::transport::page_args;
///
/// let page = page_args("contribution.trail", Some(50), None, None, None)?;
/// assert_eq!((page.size, page.limit(), page.is_backward), (50, 51, false));
/// # Ok::<(), devenir_api::transport::Refusal>(())
/// ```
///
/// # Errors
/// `INVALID_PAGE` or `INVALID_CURSOR`, saying what was expected.
pub fn page_args(
    list: &str,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<PageArgs, Refusal> {
    let (name, asked, is_backward) = match (first, last) {
        (Some(first), None) => ("first", first, false),
        (None, Some(last)) => ("last", last, true),
        (Some(_), Some(_)) => return Err(refuse("give `first` or `last`, not both")),
        (None, None) => return Err(refuse("say how many: give `first` or `last`, from 1 to 100")),
    };
    let size = usize::try_from(asked)
        .ok()
        .filter(|size| (1..=PAGE_SIZE_MAX).contains(size))
        .ok_or_else(|| refuse(&format!("`{name}` is {asked}; a page has from 1 to {PAGE_SIZE_MAX} items")))?;
    let decode = |text: Option<String>| text.map(|text| Cursor::decode(list, &text)).transpose();
    Ok(PageArgs { size, is_backward, after: decode(after)?, before: decode(before)? })
}

/// The same for a connection that may be asked for without a size: then its first 20 items.
///
/// # Errors
/// Those of [`page_args`].
pub fn page_args_or_default(
    list: &str,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<PageArgs, Refusal> {
    let default = i32::try_from(PAGE_SIZE_DEFAULT).ok();
    let first = if last.is_none() { first.or(default) } else { first };
    page_args(list, first, after, last, before)
}

fn refuse(message: &str) -> Refusal {
    Refusal::new(ErrorCode::InvalidPage, message)
}

impl PageArgs {
    /// Rows to read from the store: one more than the page, which tells whether there is another page.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.size + 1
    }

    /// Turns rows into a connection with its `pageInfo`.
    ///
    /// `rows` are what lies strictly between `after` and `before`, at most [`limit`](Self::limit) of them, in the
    /// order of reading: upwards, or downwards for a backward page. The connection is always upwards.
    pub fn connection<T, N>(&self, rows: Vec<T>, item: impl FnMut(T) -> (Cursor, N)) -> Connection<Cursor, N>
    where
        N: OutputType,
    {
        self.connection_with(rows, item, EmptyFields)
    }

    /// The same with fields of its own beside `edges`, such as `totalCount`.
    pub fn connection_with<T, N, F>(
        &self,
        rows: Vec<T>,
        item: impl FnMut(T) -> (Cursor, N),
        fields: F,
    ) -> Connection<Cursor, N, F>
    where
        N: OutputType,
        F: ObjectType,
    {
        let has_more = rows.len() > self.size;
        // Towards the other end only the cursor is known, and it was taken from an item.
        let (has_previous, has_next) = match self.is_backward {
            true => (has_more, self.before.is_some()),
            false => (self.after.is_some(), has_more),
        };
        let mut connection = Connection::with_additional_fields(has_previous, has_next, fields);
        let edges = rows.into_iter().take(self.size).map(item).map(|(cursor, node)| Edge::new(cursor, node));
        connection.edges.extend(edges);
        if self.is_backward {
            connection.edges.reverse();
        }
        connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::cursor::SortKey;

    fn page(first: Option<i32>, last: Option<i32>) -> Result<PageArgs, Refusal> {
        page_args("list", first, None, last, None)
    }

    #[test]
    fn a_page_has_one_size_from_1_to_100() {
        assert_eq!(page(Some(1), None).map(|page| page.size), Ok(1));
        assert_eq!(page(None, Some(100)).map(|page| (page.size, page.is_backward)), Ok((100, true)));
        for (first, last, message) in [
            (Some(1), Some(1), "give `first` or `last`, not both"),
            (None, None, "say how many: give `first` or `last`, from 1 to 100"),
            (Some(0), None, "`first` is 0; a page has from 1 to 100 items"),
            (None, Some(101), "`last` is 101; a page has from 1 to 100 items"),
            (Some(-3), None, "`first` is -3; a page has from 1 to 100 items"),
        ] {
            let refusal = page(first, last).unwrap_err();
            assert_eq!((refusal.code, refusal.message.as_str()), (ErrorCode::InvalidPage, message));
        }
    }

    #[test]
    fn a_default_holds_only_where_no_size_is_given() {
        let or_default = |first, last| page_args_or_default("list", first, None, last, None);
        assert_eq!(or_default(None, None).map(|page| (page.size, page.is_backward)), Ok((20, false)));
        assert_eq!(or_default(None, Some(5)).map(|page| (page.size, page.is_backward)), Ok((5, true)));
        assert!(or_default(Some(5), Some(5)).is_err());
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = Cursor::new("other", SortKey::Position, 3).encode();
        let refusal = page_args("list", Some(5), Some(cursor), None, None).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::InvalidCursor);
    }

    #[test]
    fn the_connection_is_upwards_whichever_way_it_was_read() {
        let item = |position: u64| {
            (Cursor::new("list", SortKey::Position, position), i32::try_from(position).unwrap())
        };
        let nodes = |connection: &Connection<Cursor, i32>| {
            connection.edges.iter().map(|edge| edge.node).collect::<Vec<_>>()
        };
        let forward = page(Some(2), None).unwrap().connection(vec![4, 5, 6], item);
        assert_eq!(nodes(&forward), [4, 5]);
        assert_eq!((forward.has_previous_page, forward.has_next_page), (false, true));
        let backward = page(None, Some(2)).unwrap().connection(vec![9, 8, 7], item);
        assert_eq!(nodes(&backward), [8, 9]);
        assert_eq!((backward.has_previous_page, backward.has_next_page), (true, false));
        let last = page(Some(2), None).unwrap().connection(vec![6], item);
        assert_eq!((nodes(&last), last.has_next_page), (vec![6], false));
    }
}
