//! Losses: which parts the record commits to, nobody erased and the vault no longer has, and the act that says so.
//!
//! `docs/format.md` (Losses) defines what is recorded, `docs/operating.md` (The disk died) when. A part that does not fit its
//! commitment is no loss but an alteration, which no act explains. This module deletes nothing.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::envelope::{LIST_REFS_MAX, decode, intent_id};
use devenir_core::event::code::{LossCause, Trust};
use devenir_core::id::{CredentialId, IntentId, StreamId};
use devenir_core::ledger::Position;
use devenir_core::store::{ReadLedger as _, ReadVault as _};
use devenir_core::writer::{OsRandom, Random as _, WriteError};

use crate::act::{Caller, DeclareLoss};
use crate::app::{ActError, App, AppError};

/// Events whose parts are read at once.
const CHUNK: usize = 2_048;

/// Parts that are missing without an explanation: by stream and by which parts, the events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses(BTreeMap<(StreamId, u16), Vec<IntentId>>);

impl Losses {
    /// How many events lack parts.
    #[must_use]
    pub fn events(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// How many parts they lack.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.0.iter().map(|((_, mask), events)| mask.count_ones() as usize * events.len()).sum()
    }
}

impl App {
    /// What is missing, and neither erased nor declared lost.
    ///
    /// # Errors
    /// [`AppError`] where the record or the views do not read.
    pub fn unexplained_losses(&self) -> Result<Losses, AppError> {
        self.catch_up()?;
        let (reader, reading) = (self.reader()?, self.read()?);
        let mut losses = Losses::default();
        let mut from = Position::FIRST;
        loop {
            let envelopes = reader.read(from, CHUNK)?;
            let end = Position::new(from.get() + envelopes.len() as u64);
            if envelopes.is_empty() {
                return Ok(losses);
            }
            let held: BTreeSet<_> = reader.open_all(from..end)?.into_iter().map(|(place, _)| place).collect();
            for (position, bytes) in (from.get()..).map(Position::new).zip(&envelopes) {
                // What does not read as an envelope is for `devenir verify` to name.
                let Ok(envelope) = decode(bytes) else { continue };
                let committed = (0_u8..15).zip(&envelope.intent.parts).map(|(index, _)| index);
                let lacks =
                    |index: &u8| !held.contains(&devenir_core::store::Place { position, index: *index });
                let missing = committed.filter(lacks).fold(0_u16, |mask, index| mask | 1 << index);
                if missing == 0 {
                    continue;
                }
                let mask = missing & !reading.erased_mask(position)? & !reading.lost_mask(position)?;
                if mask != 0 {
                    let events = losses.0.entry((envelope.intent.stream, mask)).or_default();
                    events.push(intent_id(&envelope.intent));
                }
            }
            from = end;
        }
    }

    /// Declares these losses, and shows them from now on. What was declared before an error stays declared.
    ///
    /// # Errors
    /// [`ActError`]: at least one of them was not recorded.
    pub fn declare_losses(
        &self,
        losses: &Losses,
        cause: LossCause,
        explanation: &str,
    ) -> Result<(), ActError> {
        let caller =
            Caller { namespace: "admin".into(), trust: Trust::Native, credential: CredentialId::FIRST };
        for ((stream, mask), events) in &losses.0 {
            for targets in events.chunks(LIST_REFS_MAX as usize) {
                let key = OsRandom.bytes16().map_err(|error| WriteError::Random(error.to_string()))?;
                let (stream, mask, targets) = (*stream, *mask, targets.to_vec());
                let explanation = explanation.to_owned();
                self.ask(&caller, &key, &DeclareLoss { stream, targets, mask, cause, explanation })?;
            }
        }
        self.rebuild_views().map_err(ActError::Views)
    }
}
