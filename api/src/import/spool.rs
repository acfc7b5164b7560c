//! The observations of one import, put in the stated order without being held in memory.
//!
//! The order is the one of `docs/design.md` (Imports). The spool is a private temporary database that
//! SQLite deletes as soon as it has opened it: nothing of it outlives the process, and memory does not
//! grow with the source. It knows neither formats nor the record.

use rusqlite::{Connection, OptionalExtension, params};

use super::ImportError;
use super::observed::{Act, Observation, ObservedFact};

/// What has no claimed time stands after everything that has.
const UNDATED: i64 = i64::MAX;
/// Observations fetched at a time.
const PAGE: u32 = 256;

/// Observations in the order of the files.
#[derive(Debug)]
pub(super) struct Spool {
    db: Connection,
}

/// What became of an observation that was pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is the first with its key.
    New,
    /// The same was there already.
    Same,
    /// Another was there already under the same key; this one was dropped.
    Different,
}

impl Spool {
    /// An empty spool.
    pub(super) fn new() -> Result<Self, ImportError> {
        let db = Connection::open("")?;
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
             CREATE TABLE item (
                 n INTEGER PRIMARY KEY,
                 key BLOB NOT NULL UNIQUE,
                 at INTEGER NOT NULL,       -- claimed time, never before what it stands on
                 rank INTEGER NOT NULL,     -- parents first
                 kind TEXT NOT NULL, id TEXT NOT NULL, act TEXT NOT NULL, revision TEXT NOT NULL,
                 creates TEXT UNIQUE,       -- the item that this act creates
                 stands_on TEXT,            -- the item without which it has no meaning
                 body TEXT NOT NULL);
             BEGIN;",
        )?;
        Ok(Self { db })
    }

    /// Takes one observation.
    pub(super) fn push(&self, observation: &Observation) -> Result<Pushed, ImportError> {
        let key = &observation.key;
        let bytes = key.to_bytes();
        let body = serde_json::to_string(observation)?;
        let mut known = self.db.prepare_cached("SELECT body FROM item WHERE key = ?1")?;
        if let Some(there) = known.query_row([&bytes], |row| row.get::<_, String>(0)).optional()? {
            return Ok(if there == body { Pushed::Same } else { Pushed::Different });
        }
        let creates = (key.act == Act::Submitted).then(|| key.item().to_string());
        let stands_on = observation.fact.stands_on().map(ToString::to_string);
        let mut insert = self.db.prepare_cached(
            "INSERT INTO item (key, at, rank, kind, id, act, revision, creates, stands_on, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        insert.execute(params![
            bytes,
            time_of(observation),
            rank(&observation.fact),
            key.kind.as_str(),
            key.external_id,
            key.act.as_str(),
            key.revision,
            creates,
            stands_on,
            body
        ])?;
        Ok(Pushed::New)
    }

    /// Whether the creation of this item was taken.
    pub(super) fn has(&self, item: &super::observed::ItemRef) -> Result<bool, ImportError> {
        let mut known = self.db.prepare_cached("SELECT 1 FROM item WHERE creates = ?1")?;
        Ok(known.exists([item.to_string()])?)
    }

    /// All of them, in the stated order.
    pub(super) fn in_order(self) -> Result<Ordered, ImportError> {
        for rank in 1..=RANK_MAX {
            self.db.execute(
                "UPDATE item SET at = max(at, coalesce(
                     (SELECT on_.at FROM item on_ WHERE on_.creates = item.stands_on), at))
                 WHERE rank = ?1 AND stands_on IS NOT NULL",
                [rank],
            )?;
        }
        self.db.execute_batch(
            "CREATE TABLE ordered (n INTEGER PRIMARY KEY, item INTEGER NOT NULL);
             INSERT INTO ordered (item)
                 SELECT n FROM item ORDER BY at, rank, kind, length(id), id, act, revision;
             COMMIT;",
        )?;
        self.db.execute_batch("CREATE INDEX item_by_id ON item (kind, id)")?;
        let total = self.db.query_row("SELECT count(*) FROM ordered", [], |row| row.get::<_, i64>(0))?;
        Ok(Ordered { db: self.db, total: total.unsigned_abs(), after: 0, page: Vec::new() })
    }
}

/// Observations in the stated order.
#[derive(Debug)]
pub(super) struct Ordered {
    db: Connection,
    total: u64,
    after: i64,
    page: Vec<String>,
}

impl Ordered {
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Whether anything was observed of this item.
    pub(super) fn shows(&self, item: &super::observed::ItemRef) -> Result<bool, ImportError> {
        let mut known = self.db.prepare_cached("SELECT 1 FROM item WHERE kind = ?1 AND id = ?2")?;
        Ok(known.exists(params![item.kind.as_str(), item.external_id])?)
    }

    fn fetch(&mut self) -> Result<(), ImportError> {
        let mut next = self.db.prepare_cached(
            "SELECT ordered.n, body FROM ordered JOIN item ON item.n = ordered.item
             WHERE ordered.n > ?1 ORDER BY ordered.n LIMIT ?2",
        )?;
        let mut rows = next.query(params![self.after, PAGE])?;
        while let Some(row) = rows.next()? {
            self.after = row.get(0)?;
            self.page.push(row.get(1)?);
        }
        self.page.reverse();
        Ok(())
    }
}

impl Iterator for Ordered {
    type Item = Result<Observation, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.is_empty()
            && let Err(error) = self.fetch()
        {
            return Some(Err(error));
        }
        let body = self.page.pop()?;
        Some(serde_json::from_str(&body).map_err(ImportError::from))
    }
}

/// A counter is of the moment of its observation: it stands at the end with what has no time.
fn time_of(observation: &Observation) -> i64 {
    match &observation.fact {
        ObservedFact::Votes(_) | ObservedFact::Gap(_) => UNDATED,
        ObservedFact::Contribution(_)
        | ObservedFact::ReferenceText(_)
        | ObservedFact::Amendment(_)
        | ObservedFact::Argument(_)
        | ObservedFact::SourceCited(_)
        | ObservedFact::BallotOpened(_)
        | ObservedFact::BallotClosed(_)
        | ObservedFact::Published(_)
        | ObservedFact::Moderation(_)
        | ObservedFact::ThresholdReached(_)
        | ObservedFact::Response(_)
        | ObservedFact::ResponseCorrected(_)
        | ObservedFact::ResponseRevised(_)
        | ObservedFact::Debate(_)
        | ObservedFact::Revised(_)
        | ObservedFact::Withdrawn(_) => observation.claimed.at().map_or(UNDATED, |at| at.0),
    }
}

const RANK_MAX: u8 = 16;

/// Parents first, then the acts on an item in the order in which they make sense at one instant.
fn rank(fact: &ObservedFact) -> u8 {
    match fact {
        ObservedFact::ReferenceText(_) => 0,
        ObservedFact::Contribution(_) => 1,
        ObservedFact::Amendment(_) => 2,
        ObservedFact::Argument(_) => 3,
        ObservedFact::SourceCited(_) => 4,
        ObservedFact::Published(_) => 5,
        ObservedFact::BallotOpened(_) => 6,
        ObservedFact::ThresholdReached(_) => 7,
        ObservedFact::Response(_) => 8,
        ObservedFact::ResponseCorrected(_) | ObservedFact::ResponseRevised(_) => 9,
        ObservedFact::Debate(_) => 10,
        ObservedFact::Revised(_) => 11,
        ObservedFact::Moderation(_) => 12,
        ObservedFact::Withdrawn(_) => 13,
        ObservedFact::BallotClosed(_) => 14,
        ObservedFact::Gap(_) => 15,
        ObservedFact::Votes(_) => RANK_MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use devenir_core::time::{Claimed, Timestamp};
    use proptest::prelude::*;

    use super::*;
    use crate::import::observed::{Argument, Body, Side};
    use crate::import::observed::{Choice, ItemKind, ItemRef, Lang, SourceKey, Target, Trust, Votes};

    fn observed(kind: ItemKind, id: u32, act: Act, at: Option<i64>, fact: ObservedFact) -> Observation {
        Observation {
            key: SourceKey {
                platform: "example.org".into(),
                kind,
                external_id: id.to_string(),
                act,
                revision: String::new(),
            },
            claimed: at.map_or(Claimed::UNKNOWN, |at| Claimed::instant(Timestamp(at))),
            trust: Trust::Observed,
            fact,
        }
    }

    fn target(id: u32) -> Target {
        Target { target: ItemRef::new(ItemKind::Petition, id.to_string()) }
    }

    fn submitted(id: u32, at: Option<i64>) -> Observation {
        // The order looks at the act, the time and what a fact stands on, so any fact that stands on
        // nothing will do here.
        let gap = crate::import::observed::Gap {
            item: ItemRef::new(ItemKind::Petition, id.to_string()),
            cause: crate::import::observed::GapCause::NotFound,
            recorded: false,
        };
        let mut item = observed(ItemKind::Petition, id, Act::Submitted, at, ObservedFact::Gap(gap));
        item.fact = ObservedFact::Contribution(crate::import::observed::Contribution {
            kind: crate::import::observed::ContributionKind::Petition,
            wording: crate::import::observed::Wording {
                title: Some("t".into()),
                body: None,
                annexes: vec![],
                lang: Lang::En,
            },
            author: None,
            url: None,
            section: None,
            topics: vec![],
            addressed_to: vec![],
            changed_in_source: None,
        });
        item
    }

    fn argument(id: u32, parent: u32, at: Option<i64>) -> Observation {
        let fact = ObservedFact::Argument(Argument {
            parent: ItemRef::new(ItemKind::Petition, parent.to_string()),
            side: Side::For,
            body: Body::plain("because"),
            lang: Lang::En,
            author: None,
            url: None,
            changed_in_source: None,
        });
        observed(ItemKind::Argument, id, Act::Submitted, at, fact)
    }

    fn votes(id: u32, count: u64) -> Observation {
        let counters = BTreeMap::from([(Choice::Support, count)]);
        let fact = ObservedFact::Votes(Votes { target: target(id).target, counters });
        observed(ItemKind::Petition, id, Act::Votes, Some(5), fact)
    }

    fn order(observations: &[Observation]) -> Vec<String> {
        let spool = Spool::new().unwrap();
        for observation in observations {
            spool.push(observation).unwrap();
        }
        let ordered = spool.in_order().unwrap();
        ordered.map(|o| o.unwrap().key.to_string().replace("example.org ", "")).collect()
    }

    #[test]
    fn times_come_first_then_parents_then_ids_as_numbers() {
        let got = order(&[
            votes(2, 7),
            argument(1, 10, Some(40)),
            submitted(10, Some(50)),
            submitted(9, Some(50)),
            submitted(3, None),
            submitted(2, Some(20)),
        ]);
        assert_eq!(
            got,
            [
                "petition 2 submitted",
                "petition 9 submitted",
                "petition 10 submitted",
                "argument 1 submitted",
                "petition 3 submitted",
                "petition 2 votes"
            ]
        );
    }

    #[test]
    fn the_same_key_is_taken_once_and_another_content_is_told_apart() {
        let spool = Spool::new().unwrap();
        assert_eq!(spool.push(&votes(1, 7)).unwrap(), Pushed::New);
        assert_eq!(spool.push(&votes(1, 7)).unwrap(), Pushed::Same);
        assert_eq!(spool.push(&votes(1, 8)).unwrap(), Pushed::Different);
        assert_eq!(spool.in_order().unwrap().count(), 1);
    }

    proptest! {
        #[test]
        fn nothing_comes_before_what_it_stands_on_and_the_order_of_the_files_does_not_matter(
            parents in proptest::collection::vec((0u32..40, proptest::option::of(0i64..100)), 1..40),
            children in proptest::collection::vec((0u32..80, 0u32..40, proptest::option::of(0i64..100)), 0..80),
            seed in any::<u64>(),
        ) {
            let mut all: Vec<Observation> = parents.iter().map(|(id, at)| submitted(*id, *at)).collect();
            all.extend(children.iter().map(|(id, parent, at)| argument(*id, *parent, *at)));
            all.sort_by(|a, b| a.key.cmp(&b.key));
            all.dedup_by(|a, b| a.key == b.key);
            let first = order(&all);
            let mut shuffled = all.clone();
            let length = shuffled.len();
            for n in 0..length {
                shuffled.swap(n, (seed as usize).wrapping_mul(n + 7) % length);
            }
            prop_assert_eq!(&first, &order(&shuffled));
            for child in all.iter().filter(|o| o.key.kind == ItemKind::Argument) {
                let place = |name: &str| first.iter().position(|key| key == name);
                let parent = child.fact.stands_on().map(|item| format!("{item} submitted"));
                if let Some(parent) = parent.and_then(|name| place(&name)) {
                    let own = place(&child.key.to_string().replace("example.org ", ""));
                    prop_assert!(own > Some(parent));
                }
            }
        }
    }
}
