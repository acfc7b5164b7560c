//! The views of a record: one disposable SQLite file, folded from the record in batches, read by many.
//!
//! `docs/design.md` (Views) defines them: everything derived, rebuilt from position 0, bound to its record by
//! (ledger, size, last leaf) and to this software by a version. What an event changes is the business of
//! `fold`, what can be asked that of [`query`](crate::query); this module knows neither.

mod file;
mod pool;
mod schema;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use devenir_core::envelope::Recorded;
use devenir_core::ledger::{Hash, Position, TreeSize};
use devenir_core::rules::Norm;
use rusqlite::Connection;

pub use file::FILE;
pub use schema::VIEW_VERSION;

pub(crate) use file::{Bound, bind, bound, in_memory};
pub(crate) use pool::Pool;

use crate::error::{ViewError, is_damage};
use crate::fold::{Cache, Fold};
use crate::query::Reading;
use crate::source::{Item, Source, SourceError, place_of};
use file::Paths;

/// Events read at once.
const CHUNK: usize = 256;
/// Chunks folded in one transaction, 8,192 events: what readers see at once, and all that a crash loses.
const CHUNKS_IN_BATCH: usize = 32;
/// Chunks read before they are folded: memory stays flat, however long the record.
const CHUNKS_AHEAD: usize = 4;

/// Says which norms an observed fact did not respect: it is handed each event that is folded, once, in order.
pub type Breaches<'a> = &'a mut dyn FnMut(&Recorded) -> Result<Vec<Norm>, SourceError>;

/// What a catch-up did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaughtUp {
    /// How many events the views held before; 0 where they were built anew.
    pub from: TreeSize,
    /// How many they hold now.
    pub to: TreeSize,
    /// Why they were built anew, where they were.
    pub rebuilt: Option<Rebuilt>,
}

/// Why views were built anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rebuilt {
    /// There was no file, or one of another version of this software.
    Missing,
    /// The file did not read.
    Damaged,
    /// The file was folded from another record, or from one that goes on differently.
    OtherRecord,
    /// Somebody asked for it.
    Asked,
}

/// The views, as the one who folds them holds them.
#[derive(Debug)]
pub struct Views {
    paths: Paths,
    /// The live file, once it was found to be of this version.
    live: Option<Connection>,
    /// Why there is none.
    missing: Rebuilt,
    /// Whether the live file was compared with the record since it was opened.
    is_bound: bool,
    pool: Arc<Pool>,
}

impl Views {
    /// Opens the views in `dir`, the directory of the store; what is missing or unreadable there is built by
    /// the first [`Views::catch_up`].
    ///
    /// # Errors
    /// [`ViewError::File`] where the file cannot be opened for another reason than its content.
    pub fn open(dir: &Path) -> Result<Self, ViewError> {
        let paths = Paths::new(dir);
        let pool = Arc::new(Pool::new(paths.live()));
        let (live, missing) = match file::open_live(&paths.live()) {
            Ok(live) => (live, Rebuilt::Missing),
            Err(error) if is_damage(&error) => (None, Rebuilt::Damaged),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { paths, live, missing, is_bound: false, pool })
    }

    /// What readers ask; clones share their connections and may be held by any thread.
    #[must_use]
    pub fn queries(&self) -> Queries {
        Queries { pool: Arc::clone(&self.pool) }
    }

    /// How many events the views hold.
    ///
    /// # Errors
    /// [`ViewError::File`] where the file does not read.
    pub fn size(&self) -> Result<TreeSize, ViewError> {
        match &self.live {
            Some(live) => Ok(bound(live)?.size),
            None => Ok(TreeSize::EMPTY),
        }
    }

    /// Folds what the record holds beyond the views, and builds them anew where they do not belong to it.
    ///
    /// # Errors
    /// [`ViewError::Source`] where the record cannot be read, [`ViewError::File`] where the views cannot be
    /// written. What earlier batches folded stays.
    pub fn catch_up(
        &mut self,
        source: &mut dyn Source,
        breaches: Breaches<'_>,
    ) -> Result<CaughtUp, ViewError> {
        match self.reason_to_rebuild(source) {
            Ok(Some(reason)) => return self.build(source, breaches, reason),
            Err(error) if error.asks_for_a_rebuild() => {
                return self.build(source, breaches, Rebuilt::Damaged);
            }
            Ok(None) => {}
            Err(error) => return Err(error),
        }
        let Some(live) = &self.live else { return self.build(source, breaches, self.missing) };
        let from = bound(live)?.size;
        match fold_all(live, source, breaches) {
            Ok(to) => Ok(CaughtUp { from, to, rebuilt: None }),
            Err(error) if error.asks_for_a_rebuild() => self.build(source, breaches, Rebuilt::Damaged),
            Err(error) => Err(error),
        }
    }

    /// Builds the views anew from position 0, beside the old ones, which go on answering until they are
    /// replaced.
    ///
    /// # Errors
    /// As [`Views::catch_up`]; the old views then stay.
    pub fn rebuild(
        &mut self,
        source: &mut dyn Source,
        breaches: Breaches<'_>,
    ) -> Result<CaughtUp, ViewError> {
        self.build(source, breaches, Rebuilt::Asked)
    }

    /// Makes sure that no file of the views holds what left them: the log is folded back and cut to nothing, and what an
    /// interrupted building left goes.
    ///
    /// # Errors
    /// [`ViewError::Held`] where somebody reads an older state for longer than half a minute: ask again.
    pub fn purge(&mut self) -> Result<(), ViewError> {
        file::remove(&self.paths.next())?;
        let Some(live) = &self.live else { return Ok(()) };
        for _ in 0..file::PURGE_TRIES {
            let busy: i64 = live.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            if busy == 0 {
                return Ok(());
            }
        }
        Err(ViewError::Held { path: self.paths.live() })
    }

    fn build(
        &mut self,
        source: &mut dyn Source,
        breaches: Breaches<'_>,
        reason: Rebuilt,
    ) -> Result<CaughtUp, ViewError> {
        let next = self.paths.next();
        let connection = file::create_next(&next)?;
        let to = fold_all(&connection, source, breaches)?;
        file::finish_next(connection, &next)?;
        self.live = None;
        self.paths.swap()?;
        self.live = file::open_live(&self.paths.live())?;
        self.is_bound = true;
        self.pool.renew();
        Ok(CaughtUp { from: TreeSize::EMPTY, to, rebuilt: Some(reason) })
    }

    /// Why the live file cannot go on with this record, if it cannot.
    fn reason_to_rebuild(&mut self, source: &mut dyn Source) -> Result<Option<Rebuilt>, ViewError> {
        let Some(live) = &self.live else { return Ok(Some(self.missing)) };
        let ours = bound(live)?;
        if source.size()? < ours.size {
            return Ok(Some(Rebuilt::OtherRecord));
        }
        if self.is_bound {
            return Ok(None);
        }
        let Some(last) = ours.size.last_position() else { return Ok(None) };
        let found = source.read(last, 1)?;
        let same = found.first().is_some_and(|item| {
            let (position, leaf, log) = place_of(item);
            position == last && Some(leaf) == ours.leaf && (log.is_none() || log == ours.log)
        });
        self.is_bound = same;
        Ok(if same { None } else { Some(Rebuilt::OtherRecord) })
    }
}

/// Folds everything beyond the file's size, batch by batch.
fn fold_all(
    connection: &Connection,
    source: &mut dyn Source,
    breaches: Breaches<'_>,
) -> Result<TreeSize, ViewError> {
    let at = bound(connection)?;
    let first = source.read(at.size.next_position(), CHUNK)?;
    if first.len() < CHUNK {
        return fold_chunks(connection, at, &mut [Ok(first)].into_iter(), breaches);
    }
    // A long way to go: reading and checking envelopes takes about as long as folding, and another core.
    std::thread::scope(|scope| {
        let (sender, chunks) = sync_channel(CHUNKS_AHEAD);
        scope.spawn(move || read_ahead(source, first, &sender));
        fold_chunks(connection, at, &mut chunks.into_iter(), breaches)
    })
}

/// A chunk of events, or why there is none.
type Chunk = Result<Vec<Item>, SourceError>;

/// Reads on from a first chunk until the record ends or nobody wants more.
fn read_ahead(source: &mut dyn Source, first: Vec<Item>, wanted: &SyncSender<Chunk>) {
    let mut chunk = Ok(first);
    loop {
        let next = match &chunk {
            Ok(items) if items.len() == CHUNK => items.last().map(|item| place_of(item).0.next()),
            Ok(_) | Err(_) => None,
        };
        if wanted.send(chunk).is_err() {
            return;
        }
        let Some(next) = next else { return };
        chunk = source.read(next, CHUNK);
    }
}

/// Folds chunks, so many in each transaction.
fn fold_chunks(
    connection: &Connection,
    mut at: Bound,
    chunks: &mut dyn Iterator<Item = Chunk>,
    breaches: Breaches<'_>,
) -> Result<TreeSize, ViewError> {
    let mut chunks = chunks.peekable();
    let mut cache = Cache::default();
    while chunks.peek().is_some() {
        let transaction = connection.unchecked_transaction()?;
        let mut fold = Fold::new(&transaction, &mut cache, at.size.next_position());
        for chunk in chunks.by_ref().take(CHUNKS_IN_BATCH) {
            for item in &chunk? {
                at = fold_item(&mut fold, at, item, breaches)?;
            }
        }
        fold.finish()?;
        file::bind(&transaction, &at)?;
        transaction.commit()?;
    }
    Ok(at.size)
}

/// Folds one event, if it is the next one; one that was folded already changes nothing.
fn fold_item(
    fold: &mut Fold<'_>,
    at: Bound,
    item: &Item,
    breaches: Breaches<'_>,
) -> Result<Bound, ViewError> {
    let (position, leaf, log) = place_of(item);
    if position < at.size.next_position() {
        return Ok(at);
    }
    if position != at.size.next_position() {
        return Err(ViewError::Gap { size: at.size, found: position });
    }
    match item {
        Ok(recorded) => fold.apply(recorded, &breaches(recorded)?)?,
        Err(unread) => fold.skip(unread)?,
    }
    Ok(Bound { log: log.or(at.log), size: at.size.plus(1), leaf: Some(leaf) })
}

/// What can be asked of the views.
#[derive(Debug, Clone)]
pub struct Queries {
    pool: Arc<Pool>,
}

impl Queries {
    /// Opens the views in `dir` for reading alone, beside whoever folds them.
    #[must_use]
    pub fn of(dir: &Path) -> Self {
        Self { pool: Arc::new(Pool::new(Paths::new(dir).live())) }
    }

    /// One state of the views, to be asked as often as wanted.
    ///
    /// # Errors
    /// [`ViewError::NotBuilt`] before the first catch-up, [`ViewError::File`] where the file does not read.
    pub fn read(&self) -> Result<Reading, ViewError> {
        Reading::new(Arc::clone(&self.pool))
    }
}

/// The row key of a position. No ledger reaches 2^63 events.
pub(crate) fn key(position: Position) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// What a leaf hash is found by: its first eight bytes.
pub(crate) fn leaf_key(leaf: &Hash) -> i64 {
    let first = leaf.as_bytes().first_chunk::<8>();
    first.map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
