//! What an erasure comes to: every event that holds something of the same person about the same thing.
//!
//! A text is erased with its versions and with what its author did to it; a vote with every vote event of its tag in its
//! ballot. Which parts of each, follows from the kinds that its envelope commits to. Nothing is decided here.

use std::collections::BTreeSet;

use devenir_core::envelope::{Recorded, decode};
use devenir_core::event::code::ErasureScope;
use devenir_core::event::oversight::OversightEvent;
use devenir_core::event::part::erasure_mask;
use devenir_core::event::vote::VoteEvent;
use devenir_core::event::{Event, RefRole};
use devenir_core::id::{IntentId, StreamId, VoterTag};
use devenir_core::ledger::Position;
use devenir_core::store::ReadLedger as _;
use devenir_core::writer::read_events;
use devenir_projections::Reading;
use devenir_projections::query::{Page, StepOrder};

use crate::act::{Erasable, Erasables, Granted, LiveVote, Malformed, nothing_left};
use crate::app::{App, AppError};

/// Envelopes read at once.
const CHUNK: usize = 2_048;
/// Acts of the author of a text that stand on its trail: revisions, withdrawals, coauthors, addresses, appeals.
const OF_ITS_AUTHOR: &[u16] = &[0x0203, 0x0205, 0x0206, 0x0207, 0x0304, 0x0703];
/// Acts of others that repeat words of the text: a redaction leaves what it does not take out.
const REPEATS_IT: &[u16] = &[0x0702, 0x0704];
const CHANGED: u16 = 0x0503;
const RETRACTED: u16 = 0x0504;
const INVALIDATED: u16 = 0x0505;

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
        // Every target is one event of the same thing: the first in the record finds them all, and more since.
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
        erasables.events.retain(|event| targets.contains(&event.id));
        if erasables.events.is_empty() { Err(nothing_left()) } else { Ok(Granted { facts, erasables }) }
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
        if events.is_empty() { Err(nothing_left()) } else { Ok(Erasables { events, live_vote: None }) }
    }

    /// A live vote in an open ballot goes whole; after the closing the vote stands, and its author goes.
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
        let (votes, live) = self.votes_of(found, tag).map_err(|error| unread(&error))?;
        let live = live.filter(|_| ballot.closed_at.is_none());
        let scope = match (live.is_some(), scope) {
            (true, _) => ErasureScope::All,
            (false, ErasureScope::Content) => {
                return Err(Malformed {
                    field: "scope",
                    expected: "the author: what was chosen was counted and stands".into(),
                    found: "the content of a vote that no longer changes".into(),
                });
            }
            (false, ErasureScope::Author | ErasureScope::All) => ErasureScope::Author,
        };
        let live_vote = live.map(|(vote, subject)| LiveVote { ballot: ballot_id, vote, tag, subject });
        let events = self.masked(&reading, votes.into_iter().map(|position| (position, scope)))?;
        if events.is_empty() { Err(nothing_left()) } else { Ok(Erasables { events, live_vote }) }
    }

    /// Every vote event of a tag in a ballot, and the live one with what it is on: back along the references to the
    /// first, then forward through the record, since later acts refer to it and not it to them.
    #[allow(clippy::type_complexity, reason = "the votes, and the live one with what it is on")]
    fn votes_of(
        &self,
        found: &Recorded,
        tag: VoterTag,
    ) -> Result<(Vec<Position>, Option<(IntentId, Option<IntentId>)>), AppError> {
        let reader = self.reader()?;
        let mut first = found.clone();
        while let Some(earlier) = first.refs.one(RefRole::Vote) {
            match self.event(earlier)? {
                Some(event) => first = event,
                None => break,
            }
        }
        let (ballot, mark) = (found.refs.one(RefRole::Ballot), tag.to_string());
        let mut votes = vec![first.position];
        let mut live = Some((first.id, first.refs.one(RefRole::Subject)));
        let mut from = first.position.next();
        loop {
            let envelopes = reader.read(from, CHUNK)?;
            if envelopes.is_empty() {
                return Ok((votes, live));
            }
            for bytes in &envelopes {
                let position = from;
                from = from.next();
                let named = bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
                let Some(envelope) = Some(bytes).filter(|_| named).and_then(|bytes| decode(bytes).ok())
                else {
                    continue;
                };
                let kind = envelope.intent.event_type;
                if ![CHANGED, RETRACTED, INVALIDATED].contains(&kind) {
                    continue;
                }
                let Some(later) = read_events(&reader, position, 1)?.into_iter().next() else { continue };
                if later.refs.one(RefRole::Ballot) != ballot {
                    continue;
                }
                if kind == CHANGED {
                    votes.push(position);
                    live = Some((later.id, later.refs.one(RefRole::Subject)));
                } else {
                    live = None;
                }
            }
        }
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
