//! Carrying out what is erased: register, vault, views and snapshots, then the statement that it is done.
//!
//! `docs/operating.md` (Erasure) tells an operator what to expect. Each step can be done twice, so a crash between any
//! two costs a repetition: what has no statement is carried out again at the next opening and at the pace of the server.
//! This module decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::envelope::{Draft, Recorded, Reference, decode};
use devenir_core::event::code::{ErasureScope, PurgedStore, Trust};
use devenir_core::event::oversight::{ErasureCompleted, ErasureCompletedFacts};
use devenir_core::event::part::Author;
use devenir_core::event::{PartContent as _, RefRole};
use devenir_core::id::{IntentId, Participant, StreamId};
use devenir_core::ledger::Position;
use devenir_core::rules::Role;
use devenir_core::store::{Place, ReadLedger as _, ReadVault as _};
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::{Command, Door, RegisterError, Target, WriteError, read_events};
use devenir_projections::ViewError;
use devenir_projections::query::Erasure;

use super::find::tag_of;
use crate::app::{App, AppError};

/// Events whose parts are read at once.
const CHUNK: u64 = 2_048;
/// The most erasures that one statement names.
const STATED_MAX: usize = 1_000;

/// How long to wait between an erasure and its carrying out, so that outsiders have cosigned that it was erased and not
/// lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Milliseconds at most; 0 where no witness cosigns this ledger.
    pub ms_max: i64,
}

impl Waiting {
    /// The longest that is allowed: 10 minutes.
    pub const LONGEST: Self = Self { ms_max: 10 * 60 * 1000 };
}

/// Why what is erased is not carried out yet.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The record or the views do not answer.
    #[error(transparent)]
    App(#[from] AppError),
    /// The parts cannot be deleted now, or the statement not written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The register does not answer.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The views hold on to what left them.
    #[error(transparent)]
    Views(#[from] ViewError),
}

impl App {
    /// Carries out every erasure that is due, and returns how many.
    ///
    /// # Errors
    /// [`ErasureError`]: what was deleted stays deleted, and all of it is tried again the next time.
    pub fn carry_out_erasures(&self) -> Result<usize, ErasureError> {
        self.catch_up()?;
        let due = self.read().map_err(AppError::from)?.erasures_due().map_err(AppError::from)?;
        let due: Vec<Erasure> = due.into_iter().filter(|erasure| self.may_begin(erasure)).collect();
        for batch in due.chunks(STATED_MAX) {
            self.forget_people(batch)?;
            self.delete_parts(batch)?;
            self.purge_views()?;
            self.state(batch)?;
        }
        Ok(due.len())
    }

    /// Deletes again what the record says is erased: a vault that was brought back may be older than its ledger. Gives how many
    /// erasures there are.
    ///
    /// # Errors
    /// As [`App::carry_out_erasures`].
    pub fn erase_again(&self) -> Result<usize, ErasureError> {
        self.catch_up()?;
        let all = self.read().map_err(AppError::from)?.erasures_from(Position::FIRST, u32::MAX);
        let done: Vec<Erasure> =
            all.map_err(AppError::from)?.into_iter().filter(|it| it.completed.is_some()).collect();
        for batch in done.chunks(STATED_MAX) {
            self.forget_people(batch)?;
            self.delete_parts(batch)?;
        }
        self.purge_views()?;
        Ok(done.len())
    }

    /// Whether a cosignature covers it, or the wait is over.
    fn may_begin(&self, erasure: &Erasure) -> bool {
        let waited = self.now() >= erasure.since_at.plus_ms(self.erasure_waiting().ms_max);
        waited || self.cosigned_size().is_some_and(|size| erasure.since.is_within(size))
    }

    /// Deletes from the register the tags of erased voters, with the last of their votes that says who voted, and
    /// participants with their last open author part. It is done first: who it is about stands in the parts.
    fn forget_people(&self, batch: &[Erasure]) -> Result<(), ErasureError> {
        let reader = self.reader()?;
        let mut people: BTreeMap<StreamId, BTreeSet<Participant>> = BTreeMap::new();
        let mut voters = BTreeSet::new();
        for erasure in batch.iter().filter(|erasure| erasure.scope != ErasureScope::Content) {
            let found = read_events(&reader, erasure.target, 1).map_err(AppError::from)?;
            for it in found {
                if let Some(participant) = participant_of(&reader, &it, erasure.mask)? {
                    people.entry(it.stream).or_default().insert(participant);
                }
                voters.extend(it.refs.one(RefRole::Ballot).zip(tag_of(&it.event)));
            }
        }
        for ((_, tag), votes) in self.votes_of(&voters)? {
            if !self.keeps_its_author(&votes)? {
                self.register().forget_tag(tag)?;
            }
        }
        for (stream, people) in people {
            let kept = self.still_named(&reader, stream, &people)?;
            for participant in people.difference(&kept) {
                self.register().forget_participant(*participant)?;
            }
        }
        Ok(self.register().fold()?)
    }

    /// Which of these people another open author part of the consultation names.
    fn still_named(
        &self,
        reader: &devenir_core::store::EmbeddedReader,
        stream: StreamId,
        people: &BTreeSet<Participant>,
    ) -> Result<BTreeSet<Participant>, ErasureError> {
        let reading = self.read().map_err(AppError::from)?;
        let size = reader.head().map_err(AppError::from)?.size.get();
        let mut named = BTreeSet::new();
        let mut from = 0;
        while from < size && named.len() < people.len() {
            let to = size.min(from + CHUNK);
            let parts = reader.open_all(Position::new(from)..Position::new(to)).map_err(AppError::from)?;
            for (place, part) in parts.into_iter().filter(|(_, part)| part.kind == Author::KIND) {
                let author = serde_json::from_slice::<Author>(&part.bytes).ok();
                let Some(participant) = author.and_then(|author| author.participant) else { continue };
                let erased = reading.erased_mask(place.position).map_err(AppError::from)?;
                let is_here = people.contains(&participant) && erased & 1 << place.index == 0;
                if is_here && self.stream_of(reader, place.position)? == Some(stream) {
                    named.insert(participant);
                }
            }
            from = to;
        }
        Ok(named)
    }

    fn stream_of(
        &self,
        reader: &devenir_core::store::EmbeddedReader,
        position: Position,
    ) -> Result<Option<StreamId>, ErasureError> {
        let envelopes = reader.read(position, 1).map_err(AppError::from)?;
        Ok(envelopes.first().and_then(|bytes| decode(bytes).ok()).map(|envelope| envelope.intent.stream))
    }

    /// Deletes the parts with their keys, and what is remembered of the commands that brought them.
    fn delete_parts(&self, batch: &[Erasure]) -> Result<(), ErasureError> {
        let reader = self.reader()?;
        let (mut places, mut requests) = (Vec::new(), BTreeSet::new());
        for erasure in batch {
            let envelopes = reader.read(erasure.target, 1).map_err(AppError::from)?;
            let Some(envelope) = envelopes.first().and_then(|bytes| decode(bytes).ok()) else { continue };
            for (index, part) in (0_u8..15).zip(&envelope.intent.parts) {
                if erasure.mask & 1 << index != 0 && erasure.takes(part.kind) {
                    places.push(Place { position: erasure.target, index });
                }
            }
            let first = erasure.target.get().saturating_sub(u64::from(envelope.intent.command_index));
            requests.insert(Position::new(first));
        }
        drop(reader);
        Ok(self.writer().erase(places, requests.into_iter().collect())?)
    }

    /// States that the batch is carried out, a command for each stream: the same command if it is tried again.
    fn state(&self, batch: &[Erasure]) -> Result<(), ErasureError> {
        let mut streams: BTreeMap<StreamId, Vec<IntentId>> = BTreeMap::new();
        for erasure in batch {
            streams.entry(erasure.stream).or_default().push(erasure.id);
        }
        for (stream, acts) in streams {
            let key: Vec<u8> = acts.iter().flat_map(|id| id.0).collect();
            let stores =
                vec![PurgedStore::Vault, PurgedStore::Register, PurgedStore::Views, PurgedStore::Snapshots];
            let event = ErasureCompleted { facts: ErasureCompletedFacts { stores } };
            let refs = acts.into_iter().map(|id| (RefRole::Act, Reference::Recorded(id))).collect();
            let draft =
                Draft { event: event.into(), refs, occurred: Claimed::UNKNOWN, actor: Role::Administrator };
            self.writer().ask(Command {
                door: Door { namespace: "erasure".into(), trust: Trust::Native },
                request: key.clone(),
                key,
                target: Target::Consultation(stream),
                drafts: vec![draft],
            })?;
        }
        Ok(self.catch_up()?)
    }

    /// When the next erasure that waits is due, at the latest.
    ///
    /// # Errors
    /// [`AppError`] where the views do not read.
    pub fn next_erasure(&self) -> Result<Option<Timestamp>, AppError> {
        let due = self.read()?.erasures_due()?;
        Ok(due.iter().map(|erasure| erasure.since_at.plus_ms(self.erasure_waiting().ms_max)).min())
    }
}

/// The participant whom the author part of an event names, where the mask takes it and it is still there.
fn participant_of(
    reader: &devenir_core::store::EmbeddedReader,
    it: &Recorded,
    mask: u16,
) -> Result<Option<Participant>, ErasureError> {
    let parts = reader.open_all(it.position..it.position.next()).map_err(AppError::from)?;
    let author =
        parts.into_iter().find(|(place, part)| part.kind == Author::KIND && mask & 1 << place.index != 0);
    let author = author.and_then(|(_, part)| serde_json::from_slice::<Author>(&part.bytes).ok());
    Ok(author.and_then(|author| author.participant))
}
