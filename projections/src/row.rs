//! Reading columns as the values of our vocabularies.
//!
//! A column that does not read as what was put there is damage of the file (`error.rs`), whose remedy is to
//! build the views again. This module knows no table.

use std::error::Error;
use std::str::FromStr;

use devenir_core::ledger::Position;
use devenir_core::time::{Claimed, Precision, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Result, Row};

fn unreadable(column: usize, kind: Type, error: impl Into<Box<dyn Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, error.into())
}

/// A value of a closed vocabulary.
pub(crate) fn code<T>(row: &Row<'_>, column: usize) -> Result<T>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str().map_err(|error| unreadable(column, Type::Text, error))?;
    text.parse().map_err(|error: T::Err| unreadable(column, Type::Text, error))
}

/// A value of a closed vocabulary, where there is one.
pub(crate) fn maybe_code<T>(row: &Row<'_>, column: usize) -> Result<Option<T>>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    if row.get_ref(column)? == rusqlite::types::ValueRef::Null {
        Ok(None)
    } else {
        code(row, column).map(Some)
    }
}

/// The value at a place of its vocabulary.
pub(crate) fn code_at<T: Copy>(all: &[T], place: i64) -> Result<T> {
    let value = usize::try_from(place).ok().and_then(|place| all.get(place)).copied();
    value.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, place))
}

/// A position.
pub(crate) fn position(row: &Row<'_>, column: usize) -> Result<Position> {
    let value = row.get::<_, i64>(column)?;
    Position::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

/// A position, where there is one.
pub(crate) fn maybe_position(row: &Row<'_>, column: usize) -> Result<Option<Position>> {
    row.get::<_, Option<i64>>(column)?.map(|_| position(row, column)).transpose()
}

/// An instant.
pub(crate) fn instant(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    row.get(column).map(Timestamp)
}

/// An instant, where there is one.
pub(crate) fn maybe_instant(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
}

/// A claimed time, from the columns of its instant and its precision.
pub(crate) fn claimed(row: &Row<'_>, at: usize, precision: usize) -> Result<Claimed> {
    let precision = code::<Precision>(row, precision)?;
    Ok(maybe_instant(row, at)?.map_or(Claimed::UNKNOWN, |at| Claimed::new(at, precision)))
}

/// A count; what is below zero reads as none.
pub(crate) fn count(row: &Row<'_>, column: usize) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// Facts or a part that were kept whole.
pub(crate) fn whole<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text = row.get_ref(column)?.as_str().map_err(|error| unreadable(column, Type::Text, error))?;
    serde_json::from_str(text).map_err(|error| unreadable(column, Type::Text, error))
}

/// Facts or a part that were kept whole, where there are any.
pub(crate) fn maybe_whole<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    if row.get_ref(column)? == rusqlite::types::ValueRef::Null {
        Ok(None)
    } else {
        whole(row, column).map(Some)
    }
}
