//! Figures: votes counted here, votes counted by hand, counters that others report. Three types, never added.
//!
//! `docs/design.md` (Votes) binds counts to versions and withholds the choices of a ballot that asks for it
//! until it closes. This module counts nothing: the fold did.

use devenir_core::event::code::{BallotKind, Choice, InvalidVote, Trust};
use devenir_core::event::part::BallotDefinition;
use devenir_core::event::vote::Count;
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::time::{Claimed, Timestamp};
use rusqlite::Row;

use super::{Answer, Reading};
use crate::row::{self, code, code_at, maybe_whole, whole};
use crate::views::key;

/// A ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Where its opening stands; its name in the views.
    pub position: Position,
    /// Its permanent name.
    pub id: IntentId,
    /// The one thing it is about, if it is about one.
    pub subject: Option<Position>,
    /// What it asks for.
    pub kind: BallotKind,
    /// Whether choices are withheld while it is open.
    pub choices_withheld: bool,
    /// How many votes one person may hold in it, where the rules cap them.
    pub votes_per_person: Option<u32>,
    /// Whether its votes are counted by territory too.
    pub per_territory: bool,
    /// What it asks, while that can be read.
    pub definition: Option<BallotDefinition>,
    /// How it came to be recorded.
    pub trust: Trust,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When it closed.
    pub closed_at: Option<Timestamp>,
}

/// Live votes, counted here one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedVotes {
    /// The ballot.
    pub ballot: Position,
    /// The version that they bind to; none where the ballot fixes it.
    pub version: Option<Position>,
    /// The choice; none where it is withheld until the ballot closes, or is gone.
    pub choice: Option<Choice>,
    /// The option, where the choice is one.
    pub option: Option<u16>,
    /// How many.
    pub votes: u64,
    /// What they weigh together.
    pub weight: u64,
}

/// Live votes of one territory, counted here one by one; they are among [`CountedVotes`] too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerritoryVotes {
    /// The territory, an index in the rules.
    pub territory: u32,
    /// The votes.
    pub votes: CountedVotes,
}

/// Votes set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExcludedVotes {
    /// The ballot.
    pub ballot: Position,
    /// Why.
    pub ground: InvalidVote,
    /// How many.
    pub votes: u64,
}

/// Votes on paper, counted by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperVotes {
    /// The ballot.
    pub ballot: Position,
    /// The version that they bind to, where that was said.
    pub version: Option<Position>,
    /// The choice.
    pub choice: Option<Choice>,
    /// The option, where the choice is one.
    pub option: Option<u16>,
    /// The territory, an index in the rules, where that was said.
    pub territory: Option<u32>,
    /// How many.
    pub count: u64,
}

/// Counters as somebody reported them, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedCounter {
    /// The event that reports them.
    pub position: Position,
    /// The version that was current then.
    pub version: Position,
    /// When they were read at their source.
    pub claimed: Claimed,
    /// When they were recorded.
    pub recorded_at: Timestamp,
    /// Totals by choice.
    pub counts: Vec<Count>,
}

/// Every figure of one subject, or of one ballot that is about no subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tallies {
    /// Counted here.
    pub counted: Vec<CountedVotes>,
    /// The same by territory, in ballots that count so.
    pub by_territory: Vec<TerritoryVotes>,
    /// Set aside.
    pub excluded: Vec<ExcludedVotes>,
    /// Counted by hand.
    pub paper: Vec<PaperVotes>,
    /// Reported by others, the latest last.
    pub observed: Vec<ObservedCounter>,
}

impl Tallies {
    /// The counters reported last.
    #[must_use]
    pub fn latest_observed(&self) -> Option<&ObservedCounter> {
        self.observed.last()
    }
}

const BALLOT: &str = "SELECT b.position, e.id, b.subject, b.kind, b.withheld, b.votes_per_person, b.definition, \
    b.trust, b.opened_at, b.closed_at, b.per_territory FROM ballot b JOIN event e ON e.position = b.position";

impl Reading {
    /// Every figure of a subject, or of a ballot that is about no subject.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn tallies(&self, of: Position) -> Answer<Tallies> {
        Ok(Tallies {
            counted: self.counted(key(of))?,
            by_territory: self.by_territory(key(of))?,
            excluded: self.excluded(key(of))?,
            paper: self.paper(key(of))?,
            observed: self.observed(key(of))?,
        })
    }

    /// The ballots on a subject, in the order of the record.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn ballots(&self, subject: Position) -> Answer<Vec<Ballot>> {
        self.all(&format!("{BALLOT} WHERE b.subject = ?1 ORDER BY b.position"), [key(subject)], ballot)
    }

    /// The ballot that the event at a position opened.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn ballot(&self, position: Position) -> Answer<Option<Ballot>> {
        self.one(&format!("{BALLOT} WHERE b.position = ?1"), [key(position)], ballot)
    }

    /// Counted votes; those of a ballot that withholds its choices come in one sum until it closes.
    fn counted(&self, target: i64) -> Answer<Vec<CountedVotes>> {
        let sql = "SELECT ballot, version, \
                     CASE WHEN b.withheld AND b.closed IS NULL THEN -1 ELSE choice END AS said, \
                     CASE WHEN b.withheld AND b.closed IS NULL THEN -1 ELSE option END AS chosen, \
                     sum(votes), sum(weight) \
                   FROM tally JOIN ballot b ON b.position = ballot WHERE target = ?1 \
                   GROUP BY ballot, version, said, chosen ORDER BY ballot, version, said, chosen";
        self.all(sql, [target], counted_row)
    }

    /// Counted votes by territory, in the order of territories.
    fn by_territory(&self, target: i64) -> Answer<Vec<TerritoryVotes>> {
        let sql = "SELECT ballot, version, \
                     CASE WHEN b.withheld AND b.closed IS NULL THEN -1 ELSE choice END AS said, \
                     CASE WHEN b.withheld AND b.closed IS NULL THEN -1 ELSE option END AS chosen, \
                     sum(votes), sum(weight), territory \
                   FROM tally_by_territory JOIN ballot b ON b.position = ballot WHERE target = ?1 \
                   GROUP BY territory, ballot, version, said, chosen \
                   ORDER BY territory, ballot, version, said, chosen";
        self.all(sql, [target], |found| {
            Ok(TerritoryVotes { territory: found.get(6)?, votes: counted_row(found)? })
        })
    }

    fn excluded(&self, target: i64) -> Answer<Vec<ExcludedVotes>> {
        let sql = "SELECT ballot, ground, votes FROM set_aside WHERE target = ?1 ORDER BY ballot, ground";
        self.all(sql, [target], |found| {
            Ok(ExcludedVotes {
                ballot: row::position(found, 0)?,
                ground: code(found, 1)?,
                votes: row::count(found, 2)?,
            })
        })
    }

    fn paper(&self, target: i64) -> Answer<Vec<PaperVotes>> {
        let sql = "SELECT ballot, version, choice, option, count, territory FROM paper WHERE target = ?1 \
                   ORDER BY ballot, version, choice, option, territory";
        self.all(sql, [target], |found| {
            Ok(PaperVotes {
                ballot: row::position(found, 0)?,
                version: known(found, 1)?,
                choice: choice(found, 2)?,
                option: found.get::<_, i64>(3).map(|option| u16::try_from(option).ok())?,
                count: row::count(found, 4)?,
                territory: found.get::<_, i64>(5).map(|index| u32::try_from(index).ok())?,
            })
        })
    }

    fn observed(&self, subject: i64) -> Answer<Vec<ObservedCounter>> {
        let sql = "SELECT position, version, claimed_at, precision, recorded_at, counts FROM counter \
                   WHERE subject = ?1 ORDER BY position";
        self.all(sql, [subject], |found| {
            Ok(ObservedCounter {
                position: row::position(found, 0)?,
                version: row::position(found, 1)?,
                claimed: row::claimed(found, 2, 3)?,
                recorded_at: row::instant(found, 4)?,
                counts: whole(found, 5)?,
            })
        })
    }
}

fn counted_row(found: &Row<'_>) -> rusqlite::Result<CountedVotes> {
    Ok(CountedVotes {
        ballot: row::position(found, 0)?,
        version: known(found, 1)?,
        choice: choice(found, 2)?,
        option: found.get::<_, i64>(3).map(|option| u16::try_from(option).ok())?,
        votes: row::count(found, 4)?,
        weight: row::count(found, 5)?,
    })
}

fn ballot(row: &Row<'_>) -> rusqlite::Result<Ballot> {
    Ok(Ballot {
        position: row::position(row, 0)?,
        id: IntentId(row.get(1)?),
        subject: row::maybe_position(row, 2)?,
        kind: code(row, 3)?,
        choices_withheld: row.get(4)?,
        votes_per_person: row.get(5)?,
        definition: maybe_whole(row, 6)?,
        trust: code(row, 7)?,
        opened_at: row::instant(row, 8)?,
        closed_at: row::maybe_instant(row, 9)?,
        per_territory: row.get(10)?,
    })
}

/// A position, where it is not the mark of an unknown one.
fn known(found: &Row<'_>, column: usize) -> rusqlite::Result<Option<Position>> {
    Ok(found.get::<_, i64>(column).map(Position::try_from)?.ok())
}

/// A choice, where it is not the mark of an unknown one.
fn choice(found: &Row<'_>, column: usize) -> rusqlite::Result<Option<Choice>> {
    let place = found.get::<_, i64>(column)?;
    if place < 0 { Ok(None) } else { code_at(Choice::ALL, place).map(Some) }
}
