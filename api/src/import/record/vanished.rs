//! Items of an earlier reading that a whole one no longer has: each is declared a gap, once.
//!
//! `docs/design.md` (Imports): a row that vanishes is a gap, never a withdrawal, since no source says why. A later
//! reading that has the item again is no error, and writes what differs. This module reads no text.

use std::collections::BTreeSet;

use devenir_core::ledger::Position;
use devenir_core::time::Claimed;
use devenir_projections::query::{By, LIMIT_MAX, Page};

use super::{RecordError, Run};
use crate::import::Progress;
use crate::import::observed::{
    Act, Gap, GapCause, ItemKind, ItemRef, Observation, ObservedFact, SourceKey, Trust,
};
use crate::import::source::Observations;

impl Run<'_> {
    /// Declares what this reading of whole numberings no longer has; `false` where somebody asked to stop.
    pub(super) fn vanished(
        &mut self,
        platform: &str,
        whole: &BTreeSet<ItemKind>,
        observations: &Observations,
        progress: &mut Progress,
    ) -> Result<bool, RecordError> {
        if whole.is_empty() {
            return Ok(true);
        }
        self.app.catch_up()?;
        let reading = self.app.read()?;
        let Some(consultation) = reading.consultation(By::Stream(self.stream))? else { return Ok(true) };
        for kind in whole {
            let mut page = Page::first(LIMIT_MAX, None);
            loop {
                let known =
                    reading.numbers_at_source(consultation.position, platform, kind.as_str(), page)?;
                let mut missing = Vec::new();
                for (_, external_id) in &known.items {
                    let item = ItemRef::new(*kind, external_id.as_str());
                    if !observations.shows(&item)? && !self.report.refused.holds(&item) {
                        missing.push(self.gap(platform, item));
                    }
                }
                self.declare(missing)?;
                if progress.stop().is_asked() {
                    return Ok(false);
                }
                match known.items.last() {
                    Some((key, _)) if known.has_next => page = Page::first(LIMIT_MAX, Some(*key)),
                    Some(_) | None => break,
                }
            }
        }
        Ok(true)
    }

    fn gap(&self, platform: &str, item: ItemRef) -> Observation {
        Observation {
            key: SourceKey {
                platform: platform.to_owned(),
                kind: item.kind,
                external_id: item.external_id.clone(),
                act: Act::Vanished,
                revision: String::new(), // once, whenever it was first seen to be gone
            },
            claimed: Claimed::instant(self.observed_at),
            trust: Trust::Reconstructed,
            fact: ObservedFact::Gap(Gap { item, cause: GapCause::Vanished, recorded: true }),
        }
    }

    /// Declares the gaps that are not declared yet, and counts them all.
    fn declare(&mut self, missing: Vec<Observation>) -> Result<(), RecordError> {
        let count = missing.len() as u64;
        self.report.vanished = self.report.vanished.saturating_add(count);
        self.report.gaps = self.report.gaps.saturating_add(count);
        let known: Vec<Option<Position>> = self.known(&missing)?;
        let new = missing.into_iter().zip(known).filter(|(_, known)| known.is_none());
        let commands: Vec<_> = new.map(|(observation, _)| self.command(&observation)).collect();
        if self.dry_run {
            self.report.written = self.report.written.saturating_add(commands.len() as u64);
            return Ok(());
        }
        self.ask(commands)
    }
}
