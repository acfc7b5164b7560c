//! Comparing an observation with what the record holds of the item, and saying only the difference.
//!
//! `docs/design.md` (Imports): a text that differs is an observed revision between two stamps; a counter is
//! written when it moved. Texts are compared with the open part in the vault, so no digest of them is kept
//! anywhere; an erased text is never brought back. This module writes nothing.

use super::RecordError;
use crate::import::observed::{
    Act, Gap, Observation, ObservedFact, Revised, SourceKey, Trust, Votes, Wording,
};
use devenir_core::event::amendment::AmendmentEvent;
use devenir_core::event::consultation::ConsultationEvent;
use devenir_core::event::contribution::ContributionEvent;
use devenir_core::event::debate::DebateEvent;
use devenir_core::event::part::TitledText;
use devenir_core::event::vote::Count;
use devenir_core::event::{Event, Part};
use devenir_core::id::StreamId;
use devenir_core::ledger::Position;
use devenir_core::store::EmbeddedReader;
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::read_events;
use devenir_projections::Reading;
use devenir_projections::model::{SourceKey as ViewKey, Subject, SubjectKind};

/// The record, to be compared with.
pub(super) struct Comparison<'a> {
    pub(super) reading: &'a Reading,
    pub(super) reader: &'a EmbeddedReader,
    pub(super) stream: StreamId,
}

impl Comparison<'_> {
    fn subject(
        &self,
        key: &SourceKey,
        item: &crate::import::observed::ItemRef,
    ) -> Result<Option<Subject>, RecordError> {
        let found = self.reading.by_source(&ViewKey {
            platform: key.platform.clone(),
            kind: item.kind.as_str().to_owned(),
            external_id: item.external_id.clone(),
        })?;
        Ok(found.filter(|subject| subject.stream == self.stream))
    }

    /// The revision that a known item's text asks for; none where the text is the same, or cannot be compared.
    pub(super) fn revised(
        &self,
        observation: &Observation,
        observed_at: Timestamp,
    ) -> Result<Option<Observation>, RecordError> {
        let wording = match &observation.fact {
            ObservedFact::Contribution(contribution) => &contribution.wording,
            ObservedFact::Amendment(amendment) => &amendment.wording,
            ObservedFact::ReferenceText(text) => &text.wording,
            ObservedFact::Argument(argument) => &argument.wording(),
            ObservedFact::SourceCited(_)
            | ObservedFact::Votes(_)
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
            | ObservedFact::Gap(_) => return Ok(None),
        };
        let item = observation.key.item();
        let Some(subject) = self.subject(&observation.key, &item)? else { return Ok(None) };
        let Some(held) = self.text(subject.version)? else { return Ok(None) };
        if is_same(&held, wording) {
            return Ok(None);
        }
        let revised = Revised {
            target: item,
            official: subject.kind == SubjectKind::Reference,
            wording: wording.clone(),
            unchanged_at: self.last_seen(&subject)?,
            changed_by: Claimed::instant(observed_at),
        };
        Ok(Some(Observation {
            key: SourceKey {
                act: Act::Revised,
                revision: observed_at.0.to_string(),
                ..observation.key.clone()
            },
            claimed: Claimed::UNKNOWN,
            trust: Trust::Reconstructed,
            fact: ObservedFact::Revised(revised),
        }))
    }

    /// When the text of before was last seen: at the newest sealed import.
    fn last_seen(&self, subject: &Subject) -> Result<Claimed, RecordError> {
        let imports = self.reading.imports(subject.consultation)?;
        let newest = imports.iter().map(|(_, facts)| facts.observed_at).max();
        Ok(newest.map_or(Claimed::UNKNOWN, Claimed::instant))
    }

    /// The text that the event at a position gave, where the vault still has it.
    fn text(&self, position: Position) -> Result<Option<TitledText>, RecordError> {
        let events = read_events(self.reader, position, 1).map_err(crate::app::AppError::from)?;
        let Some(mut recorded) = events.into_iter().next() else { return Ok(None) };
        // What was erased or taken down is compared with nothing, deleted yet or not.
        recorded.event.erase(self.reading.erased_mask(position)?);
        let part: Part<TitledText> = match recorded.event {
            Event::Contribution(ContributionEvent::Submitted(event)) => event.text,
            Event::Contribution(ContributionEvent::Revised(event)) => event.text,
            Event::Amendment(AmendmentEvent::Submitted(event)) => event.text,
            Event::Amendment(AmendmentEvent::Rectified(event)) => event.text,
            Event::Debate(DebateEvent::ArgumentPosted(event)) => event.text,
            Event::Consultation(ConsultationEvent::ReferenceTextPublished(event)) => {
                return Ok(event.text.open().map(|text| TitledText {
                    body: Some(text.body.clone()),
                    format: text.format,
                    title: Some(text.title.clone()),
                }));
            }
            Event::Ledger(_)
            | Event::Consultation(_)
            | Event::Contribution(_)
            | Event::Amendment(_)
            | Event::Debate(_)
            | Event::Vote(_)
            | Event::Petition(_)
            | Event::Moderation(_)
            | Event::Response(_)
            | Event::Oversight(_) => return Ok(None),
        };
        Ok(part.open().cloned())
    }

    /// The same observation; a gap refers to its item where the record holds it.
    pub(super) fn known_gap(&self, observation: Observation) -> Result<Observation, RecordError> {
        let ObservedFact::Gap(gap) = &observation.fact else { return Ok(observation) };
        let recorded = self.subject(&observation.key, &gap.item)?.is_some();
        Ok(Observation { fact: ObservedFact::Gap(Gap { recorded, ..gap.clone() }), ..observation })
    }

    /// Whether a counter says what the record's last counter says.
    pub(super) fn is_same_counter(&self, observation: &Observation) -> Result<bool, RecordError> {
        let ObservedFact::Votes(votes) = &observation.fact else { return Ok(false) };
        let Some(subject) = self.subject(&observation.key, &votes.target)? else { return Ok(false) };
        let tallies = self.reading.tallies(subject.position)?;
        Ok(tallies.latest_observed().is_some_and(|last| last.counts == counts(votes)))
    }
}

/// The totals of a counter, in the order of choices.
pub(super) fn counts(votes: &Votes) -> Vec<Count> {
    votes
        .counters
        .iter()
        .map(|(choice, count)| Count { choice: *choice, count: *count, option: None, territory: None })
        .collect()
}

/// The text part that a wording becomes.
pub(super) fn titled(wording: &Wording) -> TitledText {
    use devenir_core::event::code::TextFormat;
    let format = wording.body.as_ref().map_or(TextFormat::Plain, |body| body.format);
    // Annexes go where their text goes; the format that they share is the body's.
    let annexes = wording.annexes.iter().map(|annex| format!("\n\n{}\n\n{}", annex.title, annex.body.text));
    let body = wording.body.as_ref().map(|body| annexes.fold(body.text.clone(), |text, annex| text + &annex));
    TitledText { body, format, title: wording.title.clone() }
}

fn is_same(held: &TitledText, wording: &Wording) -> bool {
    let seen = titled(wording);
    // A format is how we read a text, not what its author wrote: markup found later is not a change.
    (&held.title, &held.body) == (&seen.title, &seen.body)
}
