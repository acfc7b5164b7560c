//! What an erasure comes to: every event that holds something of the same person about the same thing.
//!
//! A text is erased with its versions and with what its author did to it; a vote with every vote event of its tag in its
//! ballot. Which parts of each, follows from the kinds that its envelope commits to. Nothing is decided here.

use std::collections::BTreeSet;

use devenir_core::envelope::{Recorded, decode};
use devenir_core::event::code::ErasureScope;
use devenir_core::event::oversight::{ErasureRequestedFacts, OversightEvent};
use devenir_core::event::part::erasure_mask;
use devenir_core::event::vote::VoteEvent;
use devenir_core::event::{Event, RefRole};
use devenir_core::id::{IntentId, StreamId, VoterTag};
use devenir_core::ledger::Position;
use devenir_core::store::ReadLedger as _;
use devenir_projections::Reading;
use devenir_projections::query::{Page, StepOrder};

use super::votes::Votes;
use crate::act::{Erasable, Erasables, Granted, LiveVote, Malformed, nothing_left};
use crate::app::{App, AppError};

/// Acts of the author of a text that stand on its trail: revisions, withdrawals, coauthors, addresses, appeals, contests.
const OF_ITS_AUTHOR: &[u16] = &[0x0203, 0x0205, 0x0206, 0x0207, 0x0304, 0x0703, 0x0B07];
/// Acts of others that repeat words of the text: a redaction leaves what it does not take out.
const REPEATS_IT: &[u16] = &[0x0702, 0x0704];

fn unread(error: &impl std::fmt::Display) -> Malformed {
    Malformed { field: "target", expected: "an answer of the record".into(), found: error.to_string() }
}

impl App {
    /// What erasing parts of a text or a vote comes to.
    ///
    /// # Errors
    /// [`Malformed`] where there is nothing of the kind, or nothing left.
    pub(crate) fn erasables(
        &self,
        stream: StreamId,
        target: IntentId,
        scope: ErasureScope,
    ) -> Result<Erasables, Malformed> {
        self.catch_up().map_err(|error| unread(&error))?;
        let found = self.event(target).map_err(|error| unread(&error))?;
        let found = found.filter(|found| found.stream == stream).ok_or_else(|| Malformed {
            field: "target",
            expected: "a text or a vote of this consultation".into(),
            found: target.to_string(),
        })?;
        match tag_of(&found.event) {
            Some(tag) => self.vote_erasables(&found, tag, scope),
            None => self.text_erasables(&found, scope),
        }
    }

    /// What a decision grants, as far as it is not erased yet.
    pub(crate) fn granted(&self, stream: StreamId, decision: IntentId) -> Result<Granted, Malformed> {
        self.catch_up().map_err(|error| unread(&error))?;
        let missing = || Malformed {
            field: "decision",
            expected: "a decision on an erasure in this consultation".into(),
            found: decision.to_string(),
        };
        let found = self.event(decision).map_err(|error| unread(&error))?;
        let found = found.filter(|found| found.stream == stream).ok_or_else(missing)?;
        let Event::Oversight(OversightEvent::ErasureDecided(decided)) = &found.event else {
            return Err(missing());
        };
        let facts = decided.facts.clone();
        // Every target is one event of the same thing: the first in the record finds them all.
        let reading = self.read().map_err(|error| unread(&error))?;
        let targets: BTreeSet<IntentId> = found.refs.all(RefRole::Target).collect();
        let mut first: Option<(Position, IntentId)> = None;
        for id in &targets {
            if let Some(position) = reading.position_of(*id).map_err(|error| unread(&error))? {
                first = Some(first.map_or((position, *id), |known| known.min((position, *id))));
            }
        }
        let (_, first) = first.ok_or_else(missing)?;
        let mut erasables = self.erasables(stream, first, facts.scope)?;
        // What its author did since is not granted. A voter's votes go all at once, so that none keeps a tag that others lost.
        let came_since = erasables.events.iter().filter(|event| !targets.contains(&event.id)).count();
        if came_since > 0 && self.is_a_vote(first).map_err(|error| unread(&error))? {
            return Err(Malformed {
                field: "decision",
                expected: "a decision on every vote of this voter in this ballot; decide again".into(),
                found: format!("{came_since} that came since"),
            });
        }
        erasables.events.retain(|event| targets.contains(&event.id));
        if erasables.events.is_empty() { Err(nothing_left()) } else { Ok(Granted { facts, erasables }) }
    }

    fn is_a_vote(&self, id: IntentId) -> Result<bool, AppError> {
        Ok(self.event(id)?.is_some_and(|event| tag_of(&event.event).is_some()))
    }

    /// What somebody asked for, which a decision answers.
    ///
    /// # Errors
    /// [`Malformed`] where it is no request of this consultation.
    pub(crate) fn requested(
        &self,
        stream: StreamId,
        request: IntentId,
    ) -> Result<ErasureRequestedFacts, Malformed> {
        self.catch_up().map_err(|error| unread(&error))?;
        let found = self.event(request).map_err(|error| unread(&error))?;
        match found.filter(|found| found.stream == stream).map(|found| found.event) {
            Some(Event::Oversight(OversightEvent::ErasureRequested(event))) => Ok(event.facts),
            Some(_) | None => Err(Malformed {
                field: "request",
                expected: "a request for erasure in this consultation".into(),
                found: request.to_string(),
            }),
        }
    }

    fn text_erasables(&self, found: &Recorded, scope: ErasureScope) -> Result<Erasables, Malformed> {
        let reading = self.read().map_err(|error| unread(&error))?;
        let mut positions = vec![(found.position, scope)];
        let is_subject = reading.subject(found.position).map_err(|error| unread(&error))?.is_some();
        let mut next = is_subject.then(|| Page::first(100, None));
        while let Some(page) = next.take() {
            let steps = reading.steps(found.position, StepOrder::Record, page);
            let steps = steps.map_err(|error| unread(&error))?;
            for (_, step) in &steps.items {
                if OF_ITS_AUTHOR.contains(&step.event_type) {
                    positions.push((step.position, scope));
                } else if REPEATS_IT.contains(&step.event_type) && scope != ErasureScope::Author {
                    positions.push((step.position, ErasureScope::Content));
                }
            }
            let last = steps.items.last().filter(|_| steps.has_next);
            next = last.map(|(key, _)| Page::first(100, Some(*key)));
        }
        let events = self.masked(&reading, positions)?;
        if events.is_empty() { Err(nothing_left()) } else { Ok(Erasables { events, live_votes: Vec::new() }) }
    }

    /// Live votes in an open ballot go whole, each of them; after the closing votes stand, and their author goes.
    fn vote_erasables(
        &self,
        found: &Recorded,
        tag: VoterTag,
        scope: ErasureScope,
    ) -> Result<Erasables, Malformed> {
        let reading = self.read().map_err(|error| unread(&error))?;
        let ballot_id = found.refs.one(RefRole::Ballot).ok_or_else(nothing_left)?;
        let ballot = reading.position_of(ballot_id).map_err(|error| unread(&error))?;
        let ballot = ballot.map_or(Ok(None), |position| reading.ballot(position));
        let ballot = ballot.map_err(|error| unread(&error))?.ok_or_else(nothing_left)?;
        let voter = (ballot_id, tag);
        let votes = self.votes_of(&BTreeSet::from([voter])).map_err(|error| unread(&error))?;
        let Votes { given, live } = votes.into_values().next().unwrap_or_default();
        let live = if ballot.closed_at.is_none() { live } else { Vec::new() };
        let scope = match (live.is_empty(), scope) {
            (false, _) => ErasureScope::All,
            (true, ErasureScope::Content) => {
                return Err(Malformed {
                    field: "scope",
                    expected: "the author: what was chosen was counted and stands".into(),
                    found: "the content of a vote that no longer changes".into(),
                });
            }
            (true, ErasureScope::Author | ErasureScope::All) => ErasureScope::Author,
        };
        let live_votes = live.into_iter();
        let live_votes = live_votes.map(|(vote, subject)| LiveVote { ballot: ballot_id, vote, tag, subject });
        let live_votes: Vec<LiveVote> = live_votes.collect();
        let events = self.masked(&reading, given.into_iter().map(|it| (it.position, scope)))?;
        if events.is_empty() { Err(nothing_left()) } else { Ok(Erasables { events, live_votes }) }
    }

    /// The parts of these events that a scope takes and that are not erased yet.
    fn masked(
        &self,
        reading: &Reading,
        positions: impl IntoIterator<Item = (Position, ErasureScope)>,
    ) -> Result<Vec<Erasable>, Malformed> {
        let reader = self.reader().map_err(|error| unread(&error))?;
        let mut events = Vec::new();
        for (position, scope) in positions {
            let envelopes = reader.read(position, 1).map_err(|error| unread(&error))?;
            let Some(bytes) = envelopes.first() else { continue };
            let envelope = decode(bytes).map_err(|error| unread(&error))?;
            let erased = reading.erased_mask(position).map_err(|error| unread(&error))?;
            let mask = erasure_mask(envelope.intent.parts.iter().map(|part| part.kind), scope) & !erased;
            let id = devenir_core::envelope::intent_id(&envelope.intent);
            if mask != 0 && !events.iter().any(|event: &Erasable| event.id == id) {
                events.push(Erasable { id, mask, scope });
            }
        }
        Ok(events)
    }
}

/// The tag of a vote; none where the act is no vote.
pub(super) fn tag_of(event: &Event) -> Option<VoterTag> {
    let Event::Vote(vote) = event else { return None };
    match vote {
        VoteEvent::Cast(event) => Some(event.facts.tag),
        VoteEvent::Changed(event) => Some(event.facts.tag),
        VoteEvent::BallotOpened(_)
        | VoteEvent::Retracted(_)
        | VoteEvent::Invalidated(_)
        | VoteEvent::PaperAdded(_)
        | VoteEvent::Observed(_)
        | VoteEvent::BallotClosed(_) => None,
    }
}
