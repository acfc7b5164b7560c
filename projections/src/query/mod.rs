//! What can be asked of the views: one state of them, read as often as wanted.
//!
//! `docs/design.md` (Views, API) says what people ask. Every answer is a typed struct; lists come in pages by
//! key, never by offset, so that what is recorded meanwhile shifts nothing. Nothing here reads the clock, and
//! nothing here can reach a text that may not be served: no question names the tables where those lie.

mod children;
mod consultation;
mod credential;
mod diff;
mod duty;
mod erasure;
mod find;
mod findings;
mod page;
mod response;
mod search;
mod step;
mod subject;
mod tally;
mod version;

use std::sync::Arc;

use devenir_core::id::{IntentId, LogId};
use devenir_core::ledger::{Hash, Position, TreeSize};
use rusqlite::{Connection, OptionalExtension as _, Params, Row};

pub use children::ChildCounts;
pub use consultation::{By, Consultation, Coverage, Figures, Gap, Phase};
pub use credential::Credential;
pub use diff::{Change, ChangeKind, Diff, diff};
pub use duty::{DutyOn, DutyStanding};
pub use erasure::Erasure;
pub use find::{Candidate, Meant, Why};
pub use findings::{Finding, Irregular};
pub use page::{Direction, Key, LIMIT_MAX, Page, Paged};
pub use response::{Correction, Response, in_force};
pub use step::{Step, StepOrder};
pub use subject::{Listing, Order};
pub use tally::{Ballot, CountedVotes, ExcludedVotes, ObservedCounter, PaperVotes, Tallies};
pub use version::Version;

use crate::error::ViewError;
use crate::row;
use crate::views::{Bound, Pool, bound, key, leaf_key};

/// What a question answers with.
pub(crate) type Answer<T> = Result<T, ViewError>;

/// One state of the views: whatever is folded meanwhile, all that is asked of it fits together.
#[derive(Debug)]
pub struct Reading {
    /// Where its connection goes back to, and the generation that it is of; none for views in memory.
    pool: Option<(Arc<Pool>, u64)>,
    /// None only once it was given back.
    connection: Option<Connection>,
    bound: Bound,
}

impl Reading {
    pub(crate) fn new(pool: Arc<Pool>) -> Answer<Self> {
        let (generation, connection) = pool.take()?;
        let bound = bound(&connection)?;
        Ok(Self { pool: Some((pool, generation)), connection: Some(connection), bound })
    }

    /// Of views that no file holds.
    pub(crate) const fn over(connection: Connection, bound: Bound) -> Self {
        Self { pool: None, connection: Some(connection), bound }
    }

    /// How many events this state holds.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.bound.size
    }

    /// The ledger that it was folded from; none before the first event.
    #[must_use]
    pub fn log(&self) -> Option<LogId> {
        self.bound.log
    }

    /// The permanent name of the event at a position.
    ///
    /// # Errors
    /// [`ViewError::File`] where the file does not read.
    pub fn id_of(&self, position: Position) -> Answer<Option<IntentId>> {
        self.one("SELECT id FROM event WHERE position = ?1", [key(position)], |row| row.get(0).map(IntentId))
    }

    /// Where the event of this name stands.
    ///
    /// # Errors
    /// [`ViewError::File`] where the file does not read.
    pub fn position_of(&self, id: IntentId) -> Answer<Option<Position>> {
        let sql = "SELECT position FROM event WHERE substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1";
        self.one(sql, [id.0], |found| row::position(found, 0))
    }

    /// Where the event of this leaf hash may stand: whoever asks compares the whole hash with the record.
    ///
    /// # Errors
    /// [`ViewError::File`] where the file does not read.
    pub fn positions_of_leaf(&self, leaf: &Hash) -> Answer<Vec<Position>> {
        let sql = "SELECT position FROM event WHERE leaf = ?1 ORDER BY position";
        self.all(sql, [leaf_key(leaf)], |found| row::position(found, 0))
    }

    /// The one row that a question has, if it has one.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Option<T>> {
        Ok(self.sql()?.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    /// Every row of a question, in the order that the question states.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Vec<T>> {
        let mut statement = self.sql()?.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn sql(&self) -> Answer<&Connection> {
        self.connection.as_ref().ok_or(ViewError::File(rusqlite::Error::InvalidQuery))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Some((pool, generation)) = &self.pool
        {
            pool.give_back(*generation, connection);
        }
    }
}
