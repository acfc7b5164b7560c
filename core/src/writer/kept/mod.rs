//! The book of the writer, kept in a file beside the store: what deciders remember, and where it stands.
//!
//! `docs/design.md` (Deciders) decides that it is small, disposable and never authoritative: it is written behind
//! the ledger, bound to the size and root that it folded, and a replay takes in what it lacks. What the next event would
//! repeat of it is held against the ledger first. Which commands were recorded is kept with it. This module decides nothing
//! and knows no group.

mod file;
mod subjects;
mod supports;
mod table;
mod votes;

use self::file::{
    ACTS, BALLOTS, Bound, COMMANDS, CONSULTATIONS, ERASURES, GRANTS, HELD, Key, PENDING, PICKS, Rows, Sum,
    TAILS, VOTES,
};
use self::subjects::{Added, Subjects};
use self::supports::Supports;
use self::table::Table;
use self::votes::Votes;
use super::batch::Tail;
use super::index::{Positions, tag_of};
use crate::consultation::{
    Act, Ballot, Book, Change, Consultation, Erasure, Grant, Pending, PickKey, Subject, Vote, VoteKey,
};
use crate::envelope::{decode, instance_stream};
use crate::id::{CommandId, CredentialId, IntentId, LogId, StreamId};
use crate::ledger::{Frontier, Hash, Heads, Position, StreamHead, TreeHead, TreeSize, leaf_hash};
use crate::store::{ReadLedger, StoreError};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// Changes that wait in memory before they are written: what a crash makes the next start replay, about.
const CHANGES_MAX: usize = 16_384;

/// Why the decision state cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the decision state (state.sqlite3, which can be deleted) cannot be {doing}: {detail}")]
pub(super) struct KeptError {
    doing: &'static str,
    detail: String,
}

impl KeptError {
    fn new(doing: &'static str, detail: impl std::fmt::Display) -> Self {
        Self { doing, detail: detail.to_string() }
    }
}

impl From<KeptError> for StoreError {
    fn from(error: KeptError) -> Self {
        Self::Unavailable { doing: format!("use the decision state ({})", error.doing), detail: error.detail }
    }
}

/// What deciders remember, in memory as far as it is in use, and in a file.
pub(super) struct KeptBook {
    log: LogId,
    connection: Connection,
    /// The right edge of the tree of the events that it has folded.
    edge: Frontier,
    consultations: HashMap<StreamId, Arc<Consultation>>,
    slugs: HashMap<Arc<str>, StreamId>,
    tails: BTreeMap<StreamId, Tail>,
    index: Positions,
    votes: Votes,
    supports: Supports,
    subjects: Subjects,
    /// Consultations and streams that the file does not have as they are.
    touched: Vec<StreamId>,
    commands: Vec<(u32, Position)>,
    /// What the rows of commands add up to, once the file has them all.
    commands_sum: Sum,
    /// How many changes there must be before they are written: more after a writing that failed.
    write_at: usize,
    /// Why the book lacks something that is recorded: it answers for nothing any more.
    lacking: Option<KeptError>,
    tables: RefCell<Tables>,
}

#[derive(Default)]
struct Tables {
    subjects: Table<IntentId, Subject>,
    ballots: Table<IntentId, Ballot>,
    picks: Table<PickKey, Vote>,
    held: Table<VoteKey, u32>,
    acts: Table<IntentId, Act>,
    grants: Table<CredentialId, Grant>,
    pending: Table<IntentId, Pending>,
    erasures: Table<IntentId, Erasure>,
    /// Why a reading failed: what was decided since is worth nothing.
    failed: Option<KeptError>,
}

impl KeptBook {
    /// Opens the state of a ledger, kept in `dir` or, without one, in memory; what does not belong to this
    /// ledger is thrown away.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be made, or the ledger not read.
    pub(super) fn open(
        dir: Option<&Path>,
        log: LogId,
        ledger: Box<dyn ReadLedger>,
    ) -> Result<(Self, TreeSize), StoreError> {
        let connection = file::open(dir).map_err(|error| KeptError::new("opened", error))?;
        let mut kept = Self::empty(connection, log, ledger);
        match kept.load() {
            Ok(Some(size)) => Ok((kept, size)),
            Ok(None) | Err(_) => Ok((kept.anew(dir)?, TreeSize::EMPTY)),
        }
    }

    /// Nothing folded yet, in place of all that was, and of the file in `dir`, where there is one.
    ///
    /// # Errors
    /// [`StoreError`] where no file can be made.
    pub(super) fn anew(self, dir: Option<&Path>) -> Result<Self, StoreError> {
        let Self { log, connection, votes, .. } = self;
        // The file is closed before it is removed: closing it later would take away what lies beside the new one.
        drop(connection);
        let connection = dir.map_or_else(|| file::open(None), file::make_anew);
        let connection = connection.map_err(|error| KeptError::new("opened", error))?;
        Ok(Self::empty(connection, log, votes.into_ledger()))
    }

    fn empty(connection: Connection, log: LogId, ledger: Box<dyn ReadLedger>) -> Self {
        Self {
            log,
            connection,
            edge: Frontier::new(),
            consultations: HashMap::new(),
            slugs: HashMap::new(),
            tails: BTreeMap::new(),
            index: Positions::default(),
            votes: Votes::new(ledger),
            supports: Supports::default(),
            subjects: Subjects::default(),
            touched: Vec::new(),
            commands: Vec::new(),
            commands_sum: Sum::default(),
            write_at: CHANGES_MAX,
            lacking: None,
            tables: RefCell::default(),
        }
    }

    /// Takes in what the file holds, and says how far it goes; none where it was folded from another ledger.
    fn load(&mut self) -> Result<Option<TreeSize>, StoreError> {
        let reading = |error: rusqlite::Error| KeptError::new("read", error);
        let Some(bound) = file::bound(&self.connection).map_err(reading)? else {
            return Ok(Some(TreeSize::EMPTY));
        };
        if bound.log != self.log || !is_of(&bound, self.votes.ledger().head()?) {
            return Ok(None);
        }
        for (key, value) in all(&self.connection, &CONSULTATIONS)? {
            let consultation =
                serde_json::from_slice(&value).map_err(|error| KeptError::new("read", error))?;
            self.know(StreamId(key_of(&key)?), consultation);
        }
        for (key, value) in all(&self.connection, &TAILS)? {
            let tail = postcard::from_bytes(&value).map_err(|error| KeptError::new("read", error))?;
            self.tails.insert(StreamId(key_of(&key)?), tail);
        }
        let (votes, supports, sum) = (&mut self.votes, &mut self.supports, &mut self.commands_sum);
        let index = &mut self.index;
        COMMANDS
            .each(&self.connection, |tag, at| {
                index.insert(tag, at);
                sum.add(tag, at);
            })
            .map_err(reading)?;
        VOTES.each(&self.connection, |tag, at| votes.load(tag, at)).map_err(reading)?;
        file::supports(&self.connection, |id, count| supports.load(id, count)).map_err(reading)?;
        self.subjects.load(&self.connection).map_err(reading)?;
        self.edge = bound.edge.clone();
        Ok((self.bound() == bound && self.tails_stand()?).then_some(bound.edge.size()))
    }

    /// What the file is bound to, once it has all of this.
    fn bound(&self) -> Bound {
        let head = |(stream, tail): (&StreamId, &Tail)| StreamHead {
            stream: stream.0,
            count: tail.revision.count_through(),
            last_leaf: tail.leaf,
        };
        let heads = self.tails.iter().map(head).collect::<Heads>().tree_head().root;
        let (log, edge) = (self.log, self.edge.clone());
        Bound { log, edge, heads, commands: self.commands_sum, votes: self.votes.sum }
    }

    /// Whether each stream's last event is in the ledger as it stands here: the next one is chained to it, for ever.
    fn tails_stand(&self) -> Result<bool, StoreError> {
        let instance = instance_stream(self.log);
        let mut streams = self.consultations.keys().chain([&instance]);
        if !streams.all(|stream| self.tails.contains_key(stream)) {
            return Ok(false);
        }
        for (stream, tail) in &self.tails {
            let bytes = self.votes.ledger().read(tail.position, 1)?.into_iter().next().unwrap_or_default();
            let is_there = tail.position.is_within(self.edge.size())
                && leaf_hash(&bytes) == tail.leaf
                && decode(&bytes).is_ok_and(|found| {
                    found.intent.stream == *stream && found.sequence.revision == tail.revision
                });
            if !is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn know(&mut self, stream: StreamId, consultation: Arc<Consultation>) {
        self.slugs.insert(Arc::clone(&consultation.slug), stream);
        self.consultations.insert(stream, consultation);
    }

    /// Takes a change in.
    pub(super) fn apply(&mut self, change: Change) {
        let tables = self.tables.get_mut();
        match change {
            Change::Consultation(stream, consultation) => self.know(stream, consultation),
            Change::Subject(id, subject) => {
                self.supports.put(id, subject.supports);
                let row = Some(Subject { supports: 0, ..subject });
                if tables.subjects.known(id) != Some(row) {
                    tables.subjects.put(id, row);
                }
            }
            Change::Ballot(id, ballot) => tables.ballots.put(id, Some(ballot)),
            // What it is now, the ledger says: `voted` tells where.
            Change::Vote(_, _) => {}
            Change::Pick(key, vote) => tables.picks.put(key, vote),
            Change::Held(key, count) => tables.held.put(key, (count > 0).then_some(count)),
            Change::Act(id, act) => tables.acts.put(id, Some(act)),
            Change::Grant(credential, grant) => tables.grants.put(credential, Some(grant)),
            Change::Pending(id, pending) => tables.pending.put(id, pending),
            Change::Erasure(target, erasure) => tables.erasures.put(target, Some(erasure)),
        }
    }

    /// The next event of the ledger has this leaf.
    pub(super) fn append(&mut self, leaf: Hash) {
        self.edge.push(leaf);
    }

    /// The head of what was folded.
    pub(super) fn head(&self) -> TreeHead {
        self.edge.head()
    }

    /// The last event of a stream is now this one.
    pub(super) fn follow(&mut self, stream: StreamId, tail: Tail) {
        self.tails.insert(stream, tail);
        if self.touched.last() != Some(&stream) {
            self.touched.push(stream);
        }
    }

    /// A command was recorded.
    pub(super) fn note(&mut self, command: CommandId, position: Position) {
        let tag = tag_of(command);
        self.index.insert(tag, position);
        self.commands.push((tag, position));
        self.commands_sum.add(tag, position);
    }

    /// The event at this position, which the ledger holds, is the last one about a vote. Where that cannot be looked up, the
    /// book lacks a vote, and is of no use any more.
    pub(super) fn voted(&mut self, key: VoteKey, position: Position) {
        if let Err(error) = self.votes.note(key, position) {
            let detail = format!("the event at {position} cannot be taken in: {error}");
            self.lacking.get_or_insert(KeptError::new("brought up to date", detail));
        }
    }

    /// Where a command may stand; the caller confirms that it does.
    pub(super) fn candidates(&self, command: CommandId) -> impl Iterator<Item = Position> + '_ {
        self.index.candidates(tag_of(command))
    }

    /// The last events of the streams.
    pub(super) fn tails(&self) -> &BTreeMap<StreamId, Tail> {
        &self.tails
    }

    /// Why what was decided since this was last asked is worth nothing: a reading failed; or, from then on at every asking,
    /// the book lacks something that is recorded.
    pub(super) fn failure(&self) -> Option<StoreError> {
        let failed = self.tables.borrow_mut().failed.take();
        match &self.lacking {
            Some(error) => Some(stopped(error)),
            None => failed.map(StoreError::from),
        }
    }

    /// Writes what changed once there is enough of it; whether it was written.
    ///
    /// # Errors
    /// [`StoreError`]: the file stays as it was, memory holds on to what it lacks, and it is tried again once there is as much
    /// again.
    pub(super) fn write_some(&mut self) -> Result<bool, StoreError> {
        let tables = self.tables.get_mut();
        let count = tables.subjects.changed_count()
            + tables.ballots.changed_count()
            + tables.picks.changed_count()
            + tables.held.changed_count()
            + tables.acts.changed_count()
            + tables.grants.changed_count()
            + tables.pending.changed_count()
            + tables.erasures.changed_count()
            + self.supports.changed_count()
            + self.votes.added.len()
            + self.commands.len();
        if count < self.write_at {
            return Ok(false);
        }
        self.write_at = count + CHANGES_MAX;
        self.write().map(|()| true)
    }

    /// Writes what changed.
    ///
    /// # Errors
    /// As [`KeptBook::write_some`]; nothing is written of a book that lacks something.
    pub(super) fn write(&mut self) -> Result<(), StoreError> {
        if let Some(error) = &self.lacking {
            return Err(stopped(error));
        }
        self.touched.sort_unstable();
        self.touched.dedup();
        let added = self.write_all(&self.bound()).map_err(|error| KeptError::new("written", error))?;
        self.write_at = CHANGES_MAX;
        self.subjects.written(added);
        self.touched.clear();
        self.commands.clear();
        self.votes.written();
        self.supports.written();
        let tables = self.tables.get_mut();
        tables.subjects.written();
        tables.ballots.written();
        tables.picks.written();
        tables.held.written();
        tables.acts.written();
        tables.grants.written();
        tables.pending.written();
        tables.erasures.written();
        Ok(())
    }

    fn write_all(&self, bound: &Bound) -> rusqlite::Result<Added> {
        let transaction = self.connection.unchecked_transaction()?;
        for stream in &self.touched {
            if let Some(consultation) = self.consultations.get(stream) {
                let json = serde_json::to_vec(consultation).map_err(unwritten)?;
                put(&transaction, &CONSULTATIONS, stream, Some(&json))?;
            }
            if let Some(tail) = self.tails.get(stream) {
                put(&transaction, &TAILS, stream, Some(&compact(tail)?))?;
            }
        }
        let tables = self.tables.borrow();
        let mut added = Added::default();
        tables.subjects.each_changed(|id, subject| {
            // Nothing takes a subject out of the book.
            subject.map_or(Ok(()), |subject| self.subjects.put(&transaction, (*id, subject), &mut added))
        })?;
        each(&transaction, &BALLOTS, &tables.ballots)?;
        each(&transaction, &PICKS, &tables.picks)?;
        each(&transaction, &HELD, &tables.held)?;
        each(&transaction, &ACTS, &tables.acts)?;
        each(&transaction, &GRANTS, &tables.grants)?;
        each(&transaction, &PENDING, &tables.pending)?;
        each(&transaction, &ERASURES, &tables.erasures)?;
        for (tag, position) in &self.commands {
            COMMANDS.add(&transaction, *tag, *position)?;
        }
        for (tag, position) in &self.votes.added {
            VOTES.add(&transaction, *tag, *position)?;
        }
        for position in &self.votes.gone {
            VOTES.remove(&transaction, *position)?;
        }
        file::add_supports(&transaction, &self.supports.lacking())?;
        file::bind(&transaction, bound)?;
        transaction.commit()?;
        Ok(added)
    }

    /// A value from memory or the file; a reading that fails makes what is decided now worth nothing.
    fn look_up<K: Key + Copy + Eq + std::hash::Hash, V: Copy + DeserializeOwned>(
        &self,
        table: impl FnOnce(&mut Tables) -> &mut Table<K, V>,
        rows: &Rows,
        key: K,
    ) -> Option<V> {
        let mut tables = self.tables.borrow_mut();
        let found = table(&mut tables).get(key, |key| get(&self.connection, rows, key));
        found.unwrap_or_else(|error| {
            tables.failed = Some(error);
            None
        })
    }
}

impl Book for KeptBook {
    fn consultation(&self, stream: StreamId) -> Option<Arc<Consultation>> {
        self.consultations.get(&stream).cloned()
    }
    fn slug(&self, slug: &str) -> Option<StreamId> {
        self.slugs.get(slug).copied()
    }
    fn subject(&self, id: IntentId) -> Option<Subject> {
        let mut tables = self.tables.borrow_mut();
        let found = tables.subjects.get(id, |id| self.subjects.get(&self.connection, *id));
        let row = found.unwrap_or_else(|error| {
            tables.failed = Some(error);
            None
        })?;
        Some(Subject { supports: self.supports.get(id), ..row })
    }
    fn ballot(&self, id: IntentId) -> Option<Ballot> {
        self.look_up(|tables| &mut tables.ballots, &BALLOTS, id)
    }
    fn vote(&self, key: VoteKey) -> Option<Vote> {
        self.votes.left(key).unwrap_or_else(|error| {
            self.tables.borrow_mut().failed = Some(KeptError::new("read", error));
            None
        })
    }
    fn pick(&self, key: PickKey) -> Option<Vote> {
        self.look_up(|tables| &mut tables.picks, &PICKS, key)
    }
    fn held(&self, key: VoteKey) -> u32 {
        self.look_up(|tables| &mut tables.held, &HELD, key).unwrap_or_default()
    }
    fn act(&self, id: IntentId) -> Option<Act> {
        self.look_up(|tables| &mut tables.acts, &ACTS, id)
    }
    fn grant(&self, credential: CredentialId) -> Option<Grant> {
        self.look_up(|tables| &mut tables.grants, &GRANTS, credential)
    }
    fn pending(&self, id: IntentId) -> Option<Pending> {
        self.look_up(|tables| &mut tables.pending, &PENDING, id)
    }
    fn erasure(&self, target: IntentId) -> Option<Erasure> {
        self.look_up(|tables| &mut tables.erasures, &ERASURES, target)
    }
}

/// Whether a file may be of the ledger of this head. Where the ledger has grown since, the replay of the rest tells.
fn is_of(bound: &Bound, head: TreeHead) -> bool {
    let folded = bound.edge.head();
    folded.size < head.size || folded == head
}

/// What a caller is told of a book that lacks something.
fn stopped(error: &KeptError) -> StoreError {
    StoreError::Unavailable {
        doing: "go on: this writer records nothing more until it is started again, which reads the ledger"
            .into(),
        detail: error.to_string(),
    }
}

fn get<V: DeserializeOwned>(
    connection: &Connection,
    rows: &Rows,
    key: &impl Key,
) -> Result<Option<V>, KeptError> {
    let read = || {
        let mut statement = connection.prepare_cached(rows.get)?;
        statement.query_row([key.bytes().as_ref()], |row| row.get::<_, Vec<u8>>(0)).optional()
    };
    let value = read().map_err(|error| KeptError::new("read", error))?;
    value.map(|bytes| postcard::from_bytes(&bytes).map_err(|error| KeptError::new("read", error))).transpose()
}

fn put(connection: &Connection, rows: &Rows, key: &impl Key, value: Option<&[u8]>) -> rusqlite::Result<()> {
    let key = key.bytes();
    match value {
        Some(value) => connection.prepare_cached(rows.put)?.execute(params![key.as_ref(), value])?,
        None => connection.prepare_cached(rows.delete)?.execute([key.as_ref()])?,
    };
    Ok(())
}

fn each<K: Key + Copy + Eq + std::hash::Hash, V: Copy + Serialize>(
    connection: &Connection,
    rows: &Rows,
    table: &Table<K, V>,
) -> rusqlite::Result<()> {
    table.each_changed(|key, value| {
        let value = value.map(compact).transpose()?;
        put(connection, rows, key, value.as_deref())
    })
}

fn compact(value: &impl Serialize) -> rusqlite::Result<Vec<u8>> {
    postcard::to_allocvec(value).map_err(unwritten)
}

/// Plain values always have their compact form; if one had none, nothing is written.
fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

fn all(connection: &Connection, rows: &Rows) -> Result<Pairs, KeptError> {
    let read = || {
        let mut statement = connection.prepare(rows.all)?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()
    };
    read().map_err(|error: rusqlite::Error| KeptError::new("read", error))
}

fn key_of<const N: usize>(bytes: &[u8]) -> Result<[u8; N], KeptError> {
    bytes.try_into().map_err(|_| KeptError::new("read", format!("a key of {} bytes", bytes.len())))
}

#[cfg(test)]
mod tests;
