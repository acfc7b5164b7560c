//! The rows of the embedded store as values: how each is read, in one place for readers and writer.
//!
//! `layout.rs` defines the tables. A row that does not read as its table promises is damage and names itself;
//! whether an envelope or a part is true to its hash is for those who recompute it.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Row, params};
use zeroize::Zeroizing;

use super::failure;
use super::layout::PLACES_PER_EVENT;
use crate::ledger::{Frontier, Hash, Position, TreeHead, TreeSize, tagged_hash};
use crate::store::error::{Damage, StoreError};
use crate::store::group::{Place, Request, SealedPart};

/// The one row of `head`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeadRow {
    /// The size and root that it states.
    pub(super) head: TreeHead,
    /// The frontier before the last event: with its envelope it must lead to the root.
    pub(super) before_last: Frontier,
}

/// The head that is committed.
pub(super) fn head(connection: &Connection) -> Result<HeadRow, StoreError> {
    let read = || {
        let mut statement = connection.prepare_cached("SELECT size, root, before_last FROM head")?;
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    };
    let (size, root, before_last): (i64, Vec<u8>, Vec<u8>) =
        read().map_err(|error| failure::reading("the head", &error))?;
    let damaged = |detail: String| Damage::Row { place: "the head".to_owned(), detail };
    let size = TreeSize::try_from(size).map_err(|error| damaged(error.to_string()))?;
    let root = Hash::try_from(root.as_slice()).map_err(|error| damaged(error.to_string()))?;
    let before_last = Frontier::from_bytes(&before_last).map_err(|error| damaged(error.to_string()))?;
    Ok(HeadRow { head: TreeHead { size, root }, before_last })
}

/// The envelopes from `from` on, from one consistent state; a hole below the head is damage.
pub(super) fn envelopes(
    connection: &Connection,
    from: Position,
    count_max: usize,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let reading = |error| failure::reading("the envelopes", &error);
    let state = connection.unchecked_transaction().map_err(reading)?;
    let envelopes = contiguous(&state, from, count_max).map_err(reading)?;
    if envelopes.len() < count_max {
        let size = head(&state)?.head.size;
        let reached = TreeSize::new(from.get()).plus(envelopes.len() as u64);
        if reached < size {
            return Err(Damage::Hole { position: reached.next_position(), size }.into());
        }
    }
    Ok(envelopes)
}

/// The envelopes from `from` up to the first hole or the end.
fn contiguous(connection: &Connection, from: Position, count_max: usize) -> rusqlite::Result<Vec<Vec<u8>>> {
    let sql = "SELECT position, bytes FROM envelope WHERE position >= ?1 ORDER BY position LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![key(from), i64::try_from(count_max).unwrap_or(i64::MAX)])?;
    let mut envelopes = Vec::new();
    let mut expected = from;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(0)? != key(expected) {
            break;
        }
        envelopes.push(row.get(1)?);
        expected = expected.next();
    }
    Ok(envelopes)
}

/// The part at `place`.
pub(super) fn part(connection: &Connection, place: Place) -> Result<Option<SealedPart>, StoreError> {
    let read = || {
        let sql = "SELECT place, kind, commitment, key, bytes FROM part WHERE place = ?1";
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_row([place_key(place)], part_of_row).optional()
    };
    let part = read().map_err(|error| failure::reading(&place.to_string(), &error))?;
    Ok(part.map(|(_, part)| part))
}

/// The parts of the events in `positions`.
pub(super) fn parts(
    connection: &Connection,
    positions: Range<Position>,
) -> Result<Vec<(Place, SealedPart)>, StoreError> {
    let what = || format!("the parts of events {} to before {}", positions.start, positions.end);
    let first = |position| place_key(Place { position, index: 0 });
    let read = || -> rusqlite::Result<Vec<_>> {
        let sql = "SELECT place, kind, commitment, key, bytes FROM part WHERE place >= ?1 AND place < ?2 \
                   ORDER BY place";
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_map([first(positions.start), first(positions.end)], part_of_row)?.collect()
    };
    read().map_err(|error| failure::reading(&what(), &error))
}

fn part_of_row(row: &Row<'_>) -> rusqlite::Result<(Place, SealedPart)> {
    let (position, index) =
        (row.get::<_, i64>(0)? / PLACES_PER_EVENT, row.get::<_, i64>(0)? % PLACES_PER_EVENT);
    let position =
        Position::try_from(position).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, position))?;
    let index = u8::try_from(index).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, index))?;
    let part = SealedPart {
        index,
        kind: row.get(1)?,
        commitment: row.get(2)?,
        key: Zeroizing::new(row.get(3)?),
        bytes: row.get(4)?,
    };
    Ok((Place { position, index }, part))
}

/// The request whose first event stands at `position`.
pub(super) fn request(connection: &Connection, position: Position) -> Result<Option<Request>, StoreError> {
    let what = || format!("the request at position {position}");
    let read = || {
        let mut statement =
            connection.prepare_cached("SELECT command_id, mac FROM request WHERE position = ?1")?;
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        statement.query_row([key(position)], row).optional()
    };
    let row = read().map_err(|error| failure::reading(&what(), &error))?;
    row.map(|(command_id, mac)| request_of_row(position, command_id, mac)).transpose()
}

/// How many bytes of the check follow the MAC.
const REQUEST_CHECK_BYTES: usize = 8;

/// The MAC with its check, as a row holds both.
pub(super) fn request_mac(request: &Request) -> Vec<u8> {
    let check = request_check(request);
    request.mac.iter().chain(&check).copied().collect()
}

/// What shows that a row of a request was altered by accident: no envelope vouches for it. Who means to
/// alter it can make the check too; a request is not part of the record.
fn request_check(request: &Request) -> [u8; REQUEST_CHECK_BYTES] {
    let position = request.position.to_be_bytes();
    let hash = tagged_hash("devenir/request-row/v1", &[&position, &request.command_id, &request.mac]);
    let mut check = [0; REQUEST_CHECK_BYTES];
    check.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    check
}

/// The request that a row holds, if its check fits.
pub(super) fn request_of_row(
    position: Position,
    command_id: [u8; 16],
    checked: Vec<u8>,
) -> Result<Request, StoreError> {
    let damaged = |detail: String| {
        StoreError::from(Damage::Row { place: format!("the request at position {position}"), detail })
    };
    let Some((mac, check)) = checked.split_first_chunk::<32>() else {
        return Err(damaged(format!("a MAC with its check has 40 bytes, found {}", checked.len())));
    };
    let request = Request { command_id, position, mac: *mac };
    if request_check(&request) == *check {
        return Ok(request);
    }
    Err(damaged("its check does not fit: the command, the MAC or the position was changed".to_owned()))
}

/// The row key of `position`. No ledger reaches 2^63 events; beyond, keys would collide and be refused.
pub(super) fn key(position: Position) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// The row key of `place`, with the same bound sixteen times sooner.
pub(super) fn place_key(place: Place) -> i64 {
    key(place.position).saturating_mul(PLACES_PER_EVENT).saturating_add(i64::from(place.index))
}
