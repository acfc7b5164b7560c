//! One request's view of the record: one state of the views, one instant, read as often as wanted.
//!
//! `docs/design.md` (API) asks that all answers of a request fit together. It is opened when the first resolver asks and
//! renewed after each command, so that a payload shows what it wrote. This module knows no type of the schema.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::{Context, Result};
use devenir_core::envelope::Recorded;
use devenir_core::ledger::Position;
use devenir_core::store::{EmbeddedReader, ReadLedger as _};
use devenir_core::time::Timestamp;
use devenir_core::writer::read_events;
use devenir_projections::model::Subject;
use devenir_projections::query::{By, Consultation};
use devenir_projections::tell::Tale;
use devenir_projections::{Reading, StoreSource, ViewError};

use crate::app::App;

/// One request's view of the record.
pub struct At {
    app: Arc<App>,
    now: Timestamp,
    state: Mutex<State>,
}

/// What was opened and read so far.
#[derive(Default)]
struct State {
    reading: Option<Reading>,
    source: Option<StoreSource<EmbeddedReader>>,
    consultations: BTreeMap<Position, Arc<Consultation>>,
}

impl At {
    /// The view of a request that begins now.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { now: app.now(), app, state: Mutex::default() }
    }

    /// The view of the request that is being answered.
    ///
    /// # Errors
    /// Where the schema runs without the endpoint that opens one for each request.
    pub fn of<'a>(ctx: &Context<'a>) -> Result<&'a Self> {
        ctx.data::<Self>()
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
        self.record(|reader| Ok(read_events(reader, position, 1)?.into_iter().next()))
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
        let tale = Tale::of(reading, source, subject, now)?;
        Ok(question(&tale))
    }

    fn record<T>(&self, question: impl FnOnce(&EmbeddedReader) -> Result<T>) -> Result<T> {
        let mut state = self.state();
        question(&self.opened_record(&mut state.source)?.0)
    }

    fn opened_views<'s>(&self, reading: &'s mut Option<Reading>) -> Result<&'s Reading> {
        let opened = match reading.take() {
            Some(opened) => opened,
            None => self.app.read()?,
        };
        Ok(reading.insert(opened))
    }

    fn opened_record<'s>(
        &self,
        source: &'s mut Option<StoreSource<EmbeddedReader>>,
    ) -> Result<&'s mut StoreSource<EmbeddedReader>> {
        let opened = match source.take() {
            Some(opened) => opened,
            None => StoreSource(self.app.reader()?),
        };
        Ok(source.insert(opened))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
