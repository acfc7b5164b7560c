//! From observed facts to the record: everything after a reader, shared by all formats.
//!
//! `docs/design.md` (Imports) decides: an observation is known by its key, never by its content; a known item is
//! compared with what the record holds, and only a difference is written; the order is the source's. No branch
//! here is on a format.

mod changed;
mod compare;
mod consultation;
mod drafts;
mod seal;
mod themes;
mod vanished;

use super::observed::{Act, ItemRef, Observation, ObservedFact};
use super::report::{Outcome, Report, Skip};
use super::source::{Observations, Refused, Source, noun};
use super::{ImportError, Progress};
use crate::app::{App, AppError};
use compare::Comparison;
use devenir_core::envelope::Draft;
use devenir_core::event::code::Trust;
use devenir_core::id::StreamId;
use devenir_core::ledger::Position;
use devenir_core::store::EmbeddedReader;
use devenir_core::writer::{Command, Door, Receipt, Target, WriteError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;

pub use consultation::Into;

/// Observations looked at together: one question to the writer, then one group.
const CHUNK: usize = 1_000;

/// How an import is to be done.
#[derive(Debug, Clone)]
pub struct RecordOptions {
    /// The consultation that the facts go to, registered where it is new.
    pub into: Into,
    /// Whether names shown at the source are kept; else people are pseudonyms only.
    pub keep_names: bool,
    /// Whether to look only, and write nothing.
    pub dry_run: bool,
}

/// Why an import ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The source.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The instance.
    #[error(transparent)]
    App(#[from] AppError),
    /// The views.
    #[error(transparent)]
    Views(#[from] devenir_projections::ViewError),
    /// The writer.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The register.
    #[error(transparent)]
    Register(#[from] devenir_core::writer::RegisterError),
    /// A newer observation is sealed.
    #[error(
        "an observation of {newest} of this source is sealed already; this one is of {found}, older, and can no longer be imported: its facts would come after what followed them. Import snapshots in the order of their dates"
    )]
    Older {
        /// The newest sealed observation.
        newest: devenir_core::time::Timestamp,
        /// This one.
        found: devenir_core::time::Timestamp,
    },
    /// The moment of observation is not known.
    #[error("the moment of observation is not known; give it with --observed-at")]
    NotDated,
}

/// Records a source; asking again with the same source writes nothing.
///
/// # Errors
/// [`RecordError`]; what was written before stays, and the same command goes on.
pub fn record(
    app: &App,
    source: Source,
    path: &str,
    options: &RecordOptions,
    progress: &mut Progress,
) -> Result<Report, RecordError> {
    let mut report = Report::of(&source, path, &options.into.slug);
    let observed_at = source.observed_at.at().ok_or(RecordError::NotDated)?;
    let stream = consultation::find(app, &options.into)?;
    if let Some(stream) = stream {
        if seal::is_sealed(app, stream, observed_at, &source.summary.files)? {
            report.outcome = Outcome::Complete;
            report.skipped.insert(Skip::AlreadySealed, source.observations.total());
            report.position = Some(app.head().size.get());
            return Ok(report);
        }
        let newest = seal::newest(app, stream)?;
        if let Some(newest) = newest.filter(|newest| *newest > observed_at) {
            return Err(RecordError::Older { newest, found: observed_at });
        }
    }
    if options.dry_run && stream.is_none() {
        report.written = source.observations.total();
        report.position = Some(app.head().size.get());
        return Ok(report);
    }
    let stream = match stream {
        Some(stream) => stream,
        None => consultation::register(app, &options.into, &source)?,
    };
    let themes = themes::of(app, stream, &source.themes, observed_at, options)?;
    let mut run = Run {
        themes,
        door: Door { namespace: "import".into(), trust: Trust::Observed },
        people: drafts::People::new(app, stream, options.keep_names),
        summary_covers: seal::covers(&source.summary),
        app,
        stream,
        observed_at,
        dry_run: options.dry_run,
        report,
    };
    let Source { format, platform, whole, mut observations, summary, .. } = source;
    let finished =
        run.all(&mut observations, progress)? && run.vanished(&platform, &whole, &observations, progress)?;
    let files = summary.files;
    if finished && !run.dry_run {
        seal::seal(&mut run, format, &platform, &files)?;
    }
    app.catch_up()?;
    let mut report = run.report;
    report.outcome = match (finished, options.dry_run) {
        (false, _) => Outcome::Stopped,
        (true, true) => Outcome::DryRun,
        (true, false) => Outcome::Complete,
    };
    report.position = Some(app.head().size.get());
    Ok(report)
}

/// One import under way.
struct Run<'a> {
    app: &'a App,
    stream: StreamId,
    observed_at: devenir_core::time::Timestamp,
    door: Door,
    people: drafts::People<'a>,
    /// The consultation's themes by name, with their indexes.
    themes: BTreeMap<String, u32>,
    summary_covers: Vec<devenir_core::event::code::Stage>,
    dry_run: bool,
    report: Report,
}

impl Run<'_> {
    /// Writes every observation; `false` where somebody asked to stop.
    fn all(&mut self, observations: &mut Observations, progress: &mut Progress) -> Result<bool, RecordError> {
        progress.stage("recording", Some(observations.total()));
        let mut chunk = Vec::with_capacity(CHUNK);
        for observation in observations {
            chunk.push(observation?);
            if chunk.len() == CHUNK {
                self.chunk(std::mem::take(&mut chunk))?;
                progress.show(CHUNK as u64);
                if progress.stop().is_asked() {
                    progress.finish();
                    return Ok(false);
                }
            }
        }
        self.chunk(chunk)?;
        progress.finish();
        Ok(true)
    }

    fn chunk(&mut self, chunk: Vec<Observation>) -> Result<(), RecordError> {
        let known = self.known(&chunk)?;
        self.app.catch_up()?;
        let reading = self.app.read()?;
        let reader = self.app.reader()?;
        let compare = Comparison { reading: &reading, reader: &reader, stream: self.stream };
        self.app.register().batch(true)?;
        let mut asked = Vec::new();
        for (observation, known) in chunk.into_iter().zip(known) {
            let observation = match known {
                None => compare.known_gap(observation)?,
                Some(position) if reading.erased_mask(position)? != 0 => {
                    // What was erased, author or text, is not brought back. A text whose author alone is erased may go on.
                    match compare.revised(&observation, self.observed_at)? {
                        Some(revised) => revised,
                        None => {
                            self.report.skip(Skip::Erased);
                            continue;
                        }
                    }
                }
                Some(position) => {
                    let changed = self.changed(&observation, &reader, position)?;
                    match compare.revised(&observation, self.observed_at)? {
                        Some(revised) => revised,
                        None => {
                            self.report.skip(if changed { Skip::Changed } else { Skip::Unchanged });
                            continue;
                        }
                    }
                }
            };
            if compare.is_same_counter(&observation)? {
                self.report.skip(Skip::Unchanged);
                continue;
            }
            asked.push(observation);
        }
        let commands = asked.into_iter().map(|observation| self.command(&observation)).collect::<Vec<_>>();
        self.app.register().batch(false)?;
        self.people.forget_bodies();
        if self.dry_run {
            self.report.written += commands.len() as u64;
            return Ok(());
        }
        self.ask(commands)
    }

    /// Where the acts of these observations stand, if they are recorded.
    fn known(&self, observations: &[Observation]) -> Result<Vec<Option<Position>>, RecordError> {
        let id = |it: &Observation| self.app.writer().command_id(&self.door, &it.key.to_bytes());
        Ok(self.app.writer().known(observations.iter().map(id).collect())?)
    }

    /// Whether a known act is told otherwise than before, in what no event of its own would say; it is counted.
    fn changed(
        &mut self,
        observation: &Observation,
        reader: &EmbeddedReader,
        position: Position,
    ) -> Result<bool, RecordError> {
        if observation.key.act == Act::Gap {
            return Ok(false); // it is of each reading anew, and declared once
        }
        let nobody = &mut drafts::People::nobody(self.app, self.stream);
        let mut aspects = BTreeSet::new();
        for draft in drafts::drafts(observation, &self.context(observation), nobody)? {
            aspects.extend(changed::differs(&draft, reader, position)?);
        }
        // What bears the moment of its reading is not told otherwise by being read once more.
        if observation.claimed.at() == Some(self.observed_at) {
            aspects.remove(&changed::Aspect::Time);
        }
        if aspects.is_empty() {
            return Ok(false);
        }
        let aspects: Vec<&str> = aspects.into_iter().map(changed::Aspect::as_str).collect();
        let key = &observation.key;
        let what = match key.act {
            Act::Submitted => noun(key.kind).to_owned(),
            act @ (Act::Published
            | Act::ThresholdModeration
            | Act::ThresholdResponse
            | Act::ThresholdDebate
            | Act::BallotOpened
            | Act::BallotClosed
            | Act::Votes
            | Act::Revised
            | Act::Moderated
            | Act::Answered
            | Act::AnswerCorrected
            | Act::AnswerRevised
            | Act::Debated
            | Act::DebateUndated
            | Act::Withdrawn
            | Act::Gap
            | Act::Vanished) => format!("{act} of {}", noun(key.kind)),
        };
        let count = self.report.changed.entry(format!("{what} ({})", aspects.join(", "))).or_default();
        *count = count.saturating_add(1);
        Ok(true)
    }

    fn context<'c>(&'c self, observation: &'c Observation) -> drafts::Context<'c> {
        drafts::Context {
            door: &self.door,
            writer: self.app.writer(),
            observed_at: self.observed_at,
            platform: &observation.key.platform,
            themes: &self.themes,
        }
    }

    fn command(&mut self, observation: &Observation) -> (String, Option<ItemRef>, Result<Command, String>) {
        let place = observation.key.to_string();
        let item = Some(observation.key.item());
        let context = drafts::Context {
            door: &self.door,
            writer: self.app.writer(),
            observed_at: self.observed_at,
            platform: &observation.key.platform,
            themes: &self.themes,
        };
        let drafts: Result<Vec<Draft>, String> =
            drafts::drafts(observation, &context, &mut self.people).map_err(|error| error.to_string());
        let trust = match observation.trust {
            super::observed::Trust::Observed => Trust::Observed,
            super::observed::Trust::Reconstructed => Trust::Reconstructed,
        };
        let command = drafts.map(|drafts| Command {
            door: Door { trust, ..self.door.clone() },
            key: observation.key.to_bytes(),
            request: observation.key.to_bytes(),
            target: Target::Consultation(self.stream),
            drafts,
        });
        (place, item, command)
    }

    /// Asks for all, then waits for all.
    fn ask(
        &mut self,
        commands: Vec<(String, Option<ItemRef>, Result<Command, String>)>,
    ) -> Result<(), RecordError> {
        let (tell, told) = mpsc::channel();
        let mut waiting = 0usize;
        for (place, item, command) in commands {
            match command {
                Err(reason) => self.report.refused.push(Refused { place, item, reason }),
                Ok(command) => {
                    let tell = tell.clone();
                    waiting += 1;
                    self.app.writer().submit(command, move |answer: Result<Receipt, WriteError>| {
                        // The receiver lives until every answer came.
                        let _ = tell.send((place, item, answer));
                    });
                }
            }
        }
        for _ in 0..waiting {
            let Ok((place, item, answer)) = told.recv() else { return Err(WriteError::Stopped.into()) };
            match answer {
                Ok(receipt) if receipt.replayed => self.report.skip(Skip::Unchanged),
                Ok(_) => self.report.written += 1,
                Err(error @ (WriteError::Rejected(_) | WriteError::Seal(_))) => {
                    self.report.refused.push(Refused { place, item, reason: error.to_string() });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Whether a fact opens an item that others stand on.
const fn opens_an_item(fact: &ObservedFact) -> bool {
    match fact {
        ObservedFact::Contribution(_)
        | ObservedFact::ReferenceText(_)
        | ObservedFact::Amendment(_)
        | ObservedFact::Argument(_)
        | ObservedFact::SourceCited(_) => true,
        ObservedFact::Votes(_)
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
        | ObservedFact::Withdrawn(_)
        | ObservedFact::Gap(_) => false,
    }
}
