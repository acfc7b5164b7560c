//! One request's view of the record: one state of the views, one instant, read as often as wanted.
//!
//! `docs/design.md` (API) asks that all answers of a request fit together. It is opened when the first resolver asks and
//! renewed after each command, so that a payload shows what it wrote. A question that is asked "as of" gets a view of its
//! own, of the record as it stood then, for everything below it. This module knows no type of the schema.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::{Context, Result};
use devenir_core::envelope::Recorded;
use devenir_core::id::StreamId;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::store::{EmbeddedReader, ReadLedger as _};
use devenir_core::time::Timestamp;
use devenir_core::writer::read_events;
use devenir_projections::model::Subject;
use devenir_projections::query::{By, Consultation};
use devenir_projections::tell::{Tale, headline};
use devenir_projections::trail::HeadlineShown;
use devenir_projections::{Fate, Reading, Source, StoreSource, ViewError};

use crate::app::App;
use crate::past::PastKey;
use crate::transport::{ErrorCode, Refusal};

/// What a request sees: the record at present, and as it stood once for those of its questions that ask so.
pub struct Sight {
    present: Arc<At>,
    /// By the name in the answer of the question that asks so.
    pasts: Mutex<BTreeMap<String, Arc<At>>>,
}

/// Questions of one request that may be asked "as of": each may fold a state of its own.
const PASTS_MAX: usize = 4;

impl Sight {
    /// What a request sees that begins now.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        let now = app.now();
        Self { present: Arc::new(At::new(app, now, None)), pasts: Mutex::default() }
    }

    fn pasts(&self) -> MutexGuard<'_, BTreeMap<String, Arc<At>>> {
        self.pasts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The question at the root of the document below which a field is answered, by its name in the answer.
fn question<'c>(ctx: &'c Context<'_>) -> Option<&'c str> {
    let mut node = ctx.path_node.as_ref()?;
    while let Some(above) = node.parent {
        node = above;
    }
    Some(node.field_name())
}

/// One view of the record.
pub struct At {
    app: Arc<App>,
    now: Timestamp,
    /// The earlier state that it is of; none for the present.
    past: Option<(StreamId, TreeSize)>,
    state: Mutex<State>,
}

/// One state of the views.
struct Opened {
    reading: Reading,
    /// Where it goes back to, if it is of the past.
    past: Option<PastKey>,
}

/// What was opened and read so far.
#[derive(Default)]
struct State {
    reading: Option<Opened>,
    source: Option<StoreSource<EmbeddedReader>>,
    consultations: BTreeMap<Position, Arc<Consultation>>,
}

impl At {
    fn new(app: Arc<App>, now: Timestamp, past: Option<(StreamId, TreeSize)>) -> Self {
        Self { app, now, past, state: Mutex::default() }
    }

    /// The view from which a field is answered.
    ///
    /// # Errors
    /// Where the schema runs without the endpoint that opens one for each request.
    pub fn of(ctx: &Context<'_>) -> Result<Arc<Self>> {
        let sight = ctx.data::<Sight>()?;
        let pasts = sight.pasts();
        let past = question(ctx).and_then(|question| pasts.get(question));
        Ok(Arc::clone(past.unwrap_or(&sight.present)))
    }

    /// Answers everything below the present question from a consultation as it stood when the record held `size`
    /// events, judged at `now`.
    ///
    /// # Errors
    /// `INVALID_INPUT` where too many questions of the request are asked so.
    pub fn look_back(
        ctx: &Context<'_>,
        stream: StreamId,
        size: TreeSize,
        now: Timestamp,
    ) -> Result<Arc<Self>> {
        let sight = ctx.data::<Sight>()?;
        let question = question(ctx).ok_or("a field stands below a question")?;
        let mut pasts = sight.pasts();
        if pasts.len() >= PASTS_MAX {
            let message = format!("at most {PASTS_MAX} questions of a request can be asked with `asOf`");
            return Err(Refusal::new(ErrorCode::InvalidInput, message).into());
        }
        let past = Arc::new(Self::new(Arc::clone(&sight.present.app), now, Some((stream, size))));
        pasts.insert(question.to_owned(), Arc::clone(&past));
        Ok(past)
    }

    /// The application.
    #[must_use]
    pub const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The instant at which the request is answered.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Answers a question from the views.
    ///
    /// # Errors
    /// [`ViewError`] where they cannot be read.
    pub fn ask<T>(&self, question: impl FnOnce(&Reading) -> Result<T, ViewError>) -> Result<T> {
        let mut state = self.state();
        Ok(question(self.opened_views(&mut state.reading)?)?)
    }

    /// A consultation, read once a request.
    ///
    /// # Errors
    /// [`ViewError`] where the views cannot be read, or know no such consultation.
    pub fn consultation(&self, position: Position) -> Result<Arc<Consultation>> {
        if let Some(known) = self.state().consultations.get(&position) {
            return Ok(Arc::clone(known));
        }
        let found = self.ask(|reading| reading.consultation(By::Position(position)))?;
        let found = Arc::new(found.ok_or_else(|| format!("no consultation was registered at {position}"))?);
        self.state().consultations.insert(position, Arc::clone(&found));
        Ok(found)
    }

    /// An event of the record, with its parts. What is read of its parts must be fit to be served: texts come from the
    /// views, never from here.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn event(&self, position: Position) -> Result<Option<Recorded>> {
        let found = self.record(|reader| Ok(read_events(reader, position, 1)?.into_iter().next()))?;
        let Some(mut found) = found else { return Ok(None) };
        found.event.erase(self.app.read()?.erased_mask(position)?);
        Ok(Some(found))
    }

    /// The bytes of an event, as they stand in the record.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn envelope(&self, position: Position) -> Result<Option<Vec<u8>>> {
        self.record(|reader| Ok(reader.read(position, 1)?.into_iter().next()))
    }

    /// Forgets what was opened, so that what a command wrote is seen.
    pub fn renew(&self) {
        *self.state() = State::default();
    }

    /// The whole trail of a subject as it stands at `now`, handed to `question`.
    ///
    /// # Errors
    /// Where the views or the record cannot be read.
    pub fn tale<T>(
        &self,
        subject: Subject,
        now: Timestamp,
        question: impl FnOnce(&Tale<'_>) -> T,
    ) -> Result<T> {
        let mut state = self.state();
        let State { reading, source, .. } = &mut *state;
        let reading = self.opened_views(reading)?;
        let source = self.opened_record(source)?;
        let tale = Tale::of(reading, source, subject, now)?.cosigned_up_to(self.app.cosigned_size());
        Ok(question(&tale))
    }

    /// What became of a subject at `now`, in words and without its trail; `fate` is its fate then.
    ///
    /// # Errors
    /// Where the views or the record cannot be read.
    pub fn headline(
        &self,
        subject: (&Subject, &Arc<Consultation>),
        fate: &Fate,
        now: Timestamp,
    ) -> Result<HeadlineShown> {
        let mut state = self.state();
        let State { reading, source, .. } = &mut *state;
        let reading = self.opened_views(reading)?;
        let source = self.opened_record(source)?;
        Ok(headline(reading, source, subject, fate, now)?)
    }

    /// Asks the record itself, as views read it.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn source<T>(&self, question: impl FnOnce(&mut dyn Source) -> Result<T>) -> Result<T> {
        let mut state = self.state();
        question(self.opened_record(&mut state.source)?)
    }

    fn record<T>(&self, question: impl FnOnce(&EmbeddedReader) -> Result<T>) -> Result<T> {
        let mut state = self.state();
        question(&self.opened_record(&mut state.source)?.0)
    }

    fn opened_views<'s>(&self, reading: &'s mut Option<Opened>) -> Result<&'s Reading> {
        let opened = match reading.take() {
            Some(opened) => opened,
            None => match self.past {
                None => Opened { reading: self.app.read()?, past: None },
                Some((stream, size)) => {
                    let (key, reading) = self.app.read_as_of(stream, size)?;
                    Opened { reading, past: Some(key) }
                }
            },
        };
        Ok(&reading.insert(opened).reading)
    }

    fn opened_record<'s>(
        &self,
        source: &'s mut Option<StoreSource<EmbeddedReader>>,
    ) -> Result<&'s mut StoreSource<EmbeddedReader>> {
        let opened = match source.take() {
            Some(opened) => opened,
            None => StoreSource(self.app.lend_reader()?),
        };
        Ok(source.insert(opened))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for At {
    fn drop(&mut self) {
        let (reading, source) = {
            let mut state = self.state();
            (state.reading.take(), state.source.take())
        };
        if let Some(Opened { reading, past: Some(key) }) = reading {
            self.app.keep_past(key, reading);
        }
        if let Some(StoreSource(reader)) = source {
            self.app.keep_reader(reader);
        }
    }
}
