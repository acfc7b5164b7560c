//! The decider of a ballot: open and closed, one live vote per tag or as many as its cap, thresholds.
//!
//! `docs/design.md` (Votes). It sees voter tags and weights, never who voted nor, where choices are withheld,
//! what. Counting is the rules' business; here only live support is kept, for thresholds.

use super::book::{Book, Change};
use super::proposed::{Proposed, TEXTS};
use super::register::entry;
use super::rejection::Invariant;
use super::state::{Ballot, Subject, SubjectKind, Vote, VoteKey, VoteStanding};
use crate::envelope::{Recorded, Refs};
use crate::event::code::{Activity, BallotKind, RetractedBy, ThresholdKind};
use crate::event::part::{RuleSet, SupportThreshold};
use crate::event::petition::PetitionEvent;
use crate::event::vote::VoteEvent;
use crate::event::{Event, RefRole};
use crate::id::{IntentId, VoterTag};
use crate::rules::Norm;

/// The tag of an act on a vote.
const fn tag(event: &VoteEvent) -> Option<VoterTag> {
    match event {
        VoteEvent::Cast(event) => Some(event.facts.tag),
        VoteEvent::Changed(event) => Some(event.facts.tag),
        VoteEvent::Retracted(event) => Some(event.facts.tag),
        VoteEvent::Invalidated(event) => Some(event.facts.tag),
        VoteEvent::BallotOpened(_)
        | VoteEvent::PaperAdded(_)
        | VoteEvent::Observed(_)
        | VoteEvent::BallotClosed(_) => None,
    }
}

/// What is left of the vote of a tag in a ballot: of its one, or of the one on this thing where a person has several.
fn last(book: &dyn Book, ballot: IntentId, tag: VoterTag, on: Option<IntentId>) -> Option<Vote> {
    let has_several = book.ballot(ballot).is_some_and(|ballot| ballot.several().is_some());
    if has_several { book.pick((ballot, tag, on?)) } else { book.vote((ballot, tag)) }
}

/// The live one, where it is.
fn live(book: &dyn Book, ballot: IntentId, tag: VoterTag, on: Option<IntentId>) -> Option<Vote> {
    last(book, ballot, tag, on).filter(Vote::is_live)
}

/// Adds what follows from the state: what a vote is on where its ballot or the vote before it says so, the
/// version that a vote or a counter is for, the live vote of a tag.
pub(super) fn complete(book: &dyn Book, event: &VoteEvent, refs: &mut Refs) {
    let ballot_id = refs.one(RefRole::Ballot);
    // Where choices are withheld, votes refer to the ballot alone: versions are fixed in its definition.
    let open_ballot = ballot_id.and_then(|id| book.ballot(id)).filter(|ballot| !ballot.withheld);
    if let (Some(ballot), Some(tag)) = (ballot_id, tag(event))
        && !matches!(event, VoteEvent::Cast(_))
        && let Some(live) = live(book, ballot, tag, refs.one(RefRole::Subject))
    {
        refs.complete(RefRole::Vote, live.id);
        if let Some(subject) = live.subject {
            refs.complete(RefRole::Subject, subject);
        }
    }
    let binds = match event {
        VoteEvent::Cast(_) | VoteEvent::Changed(_) | VoteEvent::PaperAdded(_) => {
            if let Some(subject) = open_ballot.and_then(|ballot| ballot.subject) {
                refs.complete(RefRole::Subject, subject);
            }
            open_ballot.is_some()
        }
        VoteEvent::Observed(_) => true,
        VoteEvent::BallotOpened(_)
        | VoteEvent::Retracted(_)
        | VoteEvent::Invalidated(_)
        | VoteEvent::BallotClosed(_) => false,
    };
    let Some(subject) = refs.one(RefRole::Subject).and_then(|id| book.subject(id)) else { return };
    let has_versions = TEXTS.contains(&subject.kind);
    if binds && has_versions {
        refs.complete(RefRole::Version, subject.current);
    }
}

pub(super) fn invariants(book: &dyn Book, act: &Proposed<'_>, event: &VoteEvent) -> Result<(), Invariant> {
    act.consultation(book)?;
    territories(book, act, event)?;
    match event {
        VoteEvent::BallotOpened(_) => match act.refs.one(RefRole::Subject) {
            Some(id) => act.named(book, RefRole::Subject, id, TEXTS, "a text").map(drop),
            None => Ok(()),
        },
        VoteEvent::Observed(_) => counter(book, act),
        VoteEvent::Cast(_) => {
            voted_on(book, act)?;
            not_gone(book, act, event)
        }
        VoteEvent::PaperAdded(_) => voted_on(book, act),
        VoteEvent::Changed(_) => {
            voted_on(book, act)?;
            live_vote(book, act, event)
        }
        VoteEvent::Retracted(_) | VoteEvent::Invalidated(_) => {
            act.ballot(book)?;
            live_vote(book, act, event)
        }
        VoteEvent::BallotClosed(_) => {
            if act.ballot(book)?.open {
                Ok(())
            } else {
                Err(Invariant::BallotClosed)
            }
        }
    }
}

/// The territories that votes and counts name are those of the rules.
fn territories(book: &dyn Book, act: &Proposed<'_>, event: &VoteEvent) -> Result<(), Invariant> {
    let named: Vec<u32> = match event {
        VoteEvent::Cast(event) => event.facts.territory.into_iter().collect(),
        VoteEvent::PaperAdded(event) => event.facts.counts.iter().filter_map(|it| it.territory).collect(),
        VoteEvent::Observed(event) => event.facts.counts.iter().filter_map(|it| it.territory).collect(),
        VoteEvent::BallotOpened(_)
        | VoteEvent::Changed(_)
        | VoteEvent::Retracted(_)
        | VoteEvent::Invalidated(_)
        | VoteEvent::BallotClosed(_) => Vec::new(),
    };
    let consultation = act.consultation(book)?;
    let count = consultation.rules.as_ref().map(|rules| rules.territories.len());
    named.into_iter().try_for_each(|found| entry("territories", Some(found), count))
}

/// A counter may be of anything that people vote on, arguments and sources included.
fn counter(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Invariant> {
    act.subject(book, RefRole::Subject, SubjectKind::ALL, "something that people vote on")?;
    act.version_of(book, act.reference(RefRole::Subject)?)?;
    if act.refs.one(RefRole::Ballot).is_some() { act.ballot(book).map(drop) } else { Ok(()) }
}

/// What votes are on: the ballot's one subject, or the text that they name; nothing where that would show.
fn voted_on(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Invariant> {
    let ballot = act.ballot(book)?;
    let named = act.refs.one(RefRole::Subject);
    if ballot.withheld {
        let shows = named.is_some() || act.refs.one(RefRole::Version).is_some();
        return if shows { Err(Invariant::ChoicesWithheld) } else { Ok(()) };
    }
    match (named, ballot.subject) {
        (Some(id), Some(about)) if id != about => Err(Invariant::AnotherSubject { role: "ballot" }),
        (Some(id), _) => {
            act.named(book, RefRole::Subject, id, TEXTS, "a text")?;
            act.version_of(book, id)
        }
        // The options of a ballot stand in its definition.
        (None, _) if ballot.kind == BallotKind::Options => Ok(()),
        (None, _) => Err(Invariant::NoReference(RefRole::Subject.name())),
    }
}

/// A vote that was set aside, or that went with its voter, has no other of its tag in its place: whoever counts the record
/// again counts none either.
fn not_gone(book: &dyn Book, act: &Proposed<'_>, event: &VoteEvent) -> Result<(), Invariant> {
    let ballot = act.reference(RefRole::Ballot)?;
    let Some(tag) = tag(event) else { return Ok(()) };
    let several = book.ballot(ballot).and_then(|ballot| ballot.several());
    // Where a person has several votes, each is remembered by what it is on, and their end by the tag alone.
    let whole = several.and_then(|_| book.vote((ballot, tag)));
    let one = last(book, ballot, tag, act.refs.one(RefRole::Subject));
    match whole.or(one).map(|vote| vote.standing) {
        None | Some(VoteStanding::Live) => Ok(()),
        Some(VoteStanding::SetAside) => Err(Invariant::VoteSetAside),
        Some(VoteStanding::Erased) => Err(Invariant::VoterErased),
    }
}

/// An act that changes or takes back a vote names the live vote of its tag, on what that vote is on.
fn live_vote(book: &dyn Book, act: &Proposed<'_>, event: &VoteEvent) -> Result<(), Invariant> {
    let ballot = act.reference(RefRole::Ballot)?;
    let named = act.reference(RefRole::Vote)?;
    let about = act.refs.one(RefRole::Subject);
    let live = tag(event).and_then(|tag| live(book, ballot, tag, about)).filter(|vote| vote.id == named);
    let live = live.ok_or(Invariant::NoLiveVote)?;
    if about == live.subject { Ok(()) } else { Err(Invariant::AnotherSubject { role: "vote" }) }
}

pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, event: &VoteEvent, norms: &mut Vec<Norm>) {
    match event {
        VoteEvent::Cast(cast) => {
            voting(book, act, norms);
            let ballot = act.refs.one(RefRole::Ballot).and_then(|id| book.ballot(id));
            if cast.facts.territory.is_some() && !ballot.is_some_and(|ballot| ballot.per_territory) {
                norms.push(Norm::TerritoryCounted);
            }
            let Some(key) = act.refs.one(RefRole::Ballot).zip(tag(event)) else { return };
            if live(book, key.0, key.1, act.refs.one(RefRole::Subject)).is_some() {
                norms.push(Norm::OneVotePerVoter);
            } else if book
                .ballot(key.0)
                .and_then(|ballot| ballot.several())
                .is_some_and(|cap| book.held(key) >= cap)
            {
                norms.push(Norm::VotesPerPerson);
            }
        }
        VoteEvent::Changed(_) => voting(book, act, norms),
        VoteEvent::Retracted(_) => ballot_open(book, act, norms),
        VoteEvent::BallotOpened(_)
        | VoteEvent::Invalidated(_)
        | VoteEvent::PaperAdded(_)
        | VoteEvent::Observed(_)
        | VoteEvent::BallotClosed(_) => {}
    }
}

fn ballot_open(book: &dyn Book, act: &Proposed<'_>, norms: &mut Vec<Norm>) {
    let ballot = act.refs.one(RefRole::Ballot).and_then(|id| book.ballot(id));
    if !ballot.is_some_and(|ballot| ballot.open) {
        norms.push(Norm::BallotOpen);
    }
}

fn voting(book: &dyn Book, act: &Proposed<'_>, norms: &mut Vec<Norm>) {
    act.calendar(book, Activity::Votes, norms);
    ballot_open(book, act, norms);
    if let Some(subject) = act.refs.one(RefRole::Subject).and_then(|id| book.subject(id)) {
        act.on_a_live_text(book, &subject, norms);
        if act.refs.one(RefRole::Version).is_none_or(|version| version != subject.current) {
            norms.push(Norm::CurrentVersion);
        }
    }
}

pub(super) fn evolve(book: &dyn Book, act: &Proposed<'_>, id: IntentId, event: &VoteEvent) -> Vec<Change> {
    let about = act.refs.one(RefRole::Subject);
    match event {
        VoteEvent::BallotOpened(event) => {
            let ballot = Ballot {
                stream: act.stream,
                kind: event.facts.kind,
                withheld: event.facts.choices_withheld,
                open: true,
                subject: about,
                cap: event.facts.votes_per_person,
                per_territory: event.facts.per_territory,
            };
            let mut changes = vec![Change::Ballot(id, ballot)];
            if ballot.kind == BallotKind::Support {
                changes.extend(on_subject(book, about, |subject| subject.supports_opened = true));
            }
            changes
        }
        VoteEvent::BallotClosed(_) => {
            let Some(ballot_id) = act.refs.one(RefRole::Ballot) else { return Vec::new() };
            let Some(ballot) = book.ballot(ballot_id) else { return Vec::new() };
            let closed = Some(act.judged_at());
            let mut changes = vec![Change::Ballot(ballot_id, Ballot { open: false, ..ballot })];
            if ballot.kind == BallotKind::Support {
                changes
                    .extend(on_subject(book, ballot.subject, |subject| subject.supports_closed_at = closed));
            }
            changes
        }
        VoteEvent::Cast(_)
        | VoteEvent::Changed(_)
        | VoteEvent::Retracted(_)
        | VoteEvent::Invalidated(_)
        | VoteEvent::PaperAdded(_)
        | VoteEvent::Observed(_) => {
            standing(act.refs, id, event).map_or_else(Vec::new, |(key, vote)| replace(book, key, about, vote))
        }
    }
}

/// What an act on a vote leaves of its tag, whatever was there before: the last one in the ledger says it all, so
/// nobody has to remember votes who can read the ledger.
fn standing(refs: &Refs, id: IntentId, event: &VoteEvent) -> Option<(VoteKey, Option<Vote>)> {
    let left = match event {
        VoteEvent::Cast(event) => Some((VoteStanding::Live, event.facts.weight)),
        VoteEvent::Changed(event) => Some((VoteStanding::Live, event.facts.weight)),
        VoteEvent::Invalidated(_) => Some((VoteStanding::SetAside, 0)),
        VoteEvent::Retracted(event) => match event.facts.by {
            RetractedBy::Voter => None,
            RetractedBy::Erasure => Some((VoteStanding::Erased, 0)),
        },
        VoteEvent::BallotOpened(_)
        | VoteEvent::PaperAdded(_)
        | VoteEvent::Observed(_)
        | VoteEvent::BallotClosed(_) => None,
    };
    let key = (refs.one(RefRole::Ballot)?, tag(event)?);
    let subject = refs.one(RefRole::Subject);
    Some((key, left.map(|(standing, weight)| Vote { id, subject, weight, standing })))
}

/// The voter's tag in its ballot that an event is about, and what the event leaves of its vote: what
/// [`evolve`](super::evolve) changes, from the event alone.
#[must_use]
pub fn vote_left_by(recorded: &Recorded) -> Option<(VoteKey, Option<Vote>)> {
    match &recorded.event {
        Event::Vote(event) => standing(&recorded.refs, recorded.id, event),
        Event::Ledger(_)
        | Event::Consultation(_)
        | Event::Contribution(_)
        | Event::Amendment(_)
        | Event::Debate(_)
        | Event::Petition(_)
        | Event::Moderation(_)
        | Event::Response(_)
        | Event::Oversight(_) => None,
    }
}

/// Puts a vote in the place of the tag's live one, and moves the support that it carried.
fn replace(book: &dyn Book, key: VoteKey, on: Option<IntentId>, vote: Option<Vote>) -> Vec<Change> {
    let ballot = book.ballot(key.0);
    let pick = on.map(|on| (key.0, key.1, on));
    let (before, mut changes) = match pick.filter(|_| ballot.is_some_and(|ballot| ballot.several().is_some()))
    {
        None => (book.vote(key), vec![Change::Vote(key, vote)]),
        Some(pick) => {
            let before = book.pick(pick);
            let is_live = |vote: &Option<Vote>| u32::from(vote.as_ref().is_some_and(Vote::is_live));
            let others = book.held(key).saturating_sub(is_live(&before));
            let held = others.saturating_add(is_live(&vote));
            let mut changes = vec![Change::Pick(pick, vote), Change::Held(key, held)];
            // With one of them the voter went, and the tag with every vote that it could still cast.
            if vote.is_some_and(|vote| vote.standing == VoteStanding::Erased) {
                changes.push(Change::Vote(key, vote));
            }
            (before, changes)
        }
    };
    let counts = ballot.is_some_and(|ballot| ballot.kind == BallotKind::Support);
    if !counts {
        return changes;
    }
    let carried = |vote: Option<Vote>| {
        let vote = vote.filter(Vote::is_live)?;
        vote.subject.zip(Some(u64::from(vote.weight)))
    };
    let (lost, won) = (carried(before), carried(vote));
    match (lost, won) {
        (Some((from, less)), Some((to, more))) if from == to => {
            changes.extend(on_subject(book, Some(to), |subject| {
                subject.supports = subject.supports.saturating_sub(less).saturating_add(more);
            }));
        }
        (lost, won) => {
            if let Some((from, less)) = lost {
                changes.extend(on_subject(book, Some(from), |subject| {
                    subject.supports = subject.supports.saturating_sub(less);
                }));
            }
            if let Some((to, more)) = won {
                changes.extend(on_subject(book, Some(to), |subject| {
                    subject.supports = subject.supports.saturating_add(more);
                }));
            }
        }
    }
    changes
}

/// How many votes a person may hold in the ballot that an act refers to, where that is more than one.
pub(super) fn cap(book: &dyn Book, act: &Proposed<'_>) -> Option<u32> {
    act.refs.one(RefRole::Ballot).and_then(|id| book.ballot(id)).and_then(|ballot| ballot.several())
}

fn on_subject(book: &dyn Book, id: Option<IntentId>, change: impl FnOnce(&mut Subject)) -> Option<Change> {
    let id = id?;
    let mut subject = book.subject(id)?;
    change(&mut subject);
    Some(Change::Subject(id, subject))
}

/// The bit of a threshold in a subject's state.
#[must_use]
const fn bit(kind: ThresholdKind) -> u8 {
    match kind {
        ThresholdKind::Response => 1,
        ThresholdKind::Debate => 2,
        ThresholdKind::Moderation => 4,
        ThresholdKind::Ballot => 8,
    }
}

pub(super) fn threshold_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &PetitionEvent,
) -> Result<(), Invariant> {
    let PetitionEvent::ThresholdReached(event) = event;
    let subject = act.subject(book, RefRole::Subject, TEXTS, "a text")?;
    // Irrevocable: what was reached cannot be reached again, whatever became of the votes.
    if subject.thresholds & bit(event.facts.brings) == 0 { Ok(()) } else { Err(Invariant::ThresholdReached) }
}

pub(super) fn threshold_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &PetitionEvent,
    norms: &mut Vec<Norm>,
) {
    let PetitionEvent::ThresholdReached(event) = event;
    if act.is_from_a_source() {
        return;
    }
    let subject = act.refs.one(RefRole::Subject).and_then(|id| book.subject(id));
    let consultation = book.consultation(act.stream);
    let rules = consultation.as_ref().and_then(|consultation| consultation.rules.as_ref());
    let rule = rules.and_then(|rules| lowest(rules, event.facts.brings));
    let reached = rule.zip(subject).is_some_and(|(rule, subject)| subject.supports >= rule.count);
    if !reached {
        norms.push(Norm::ThresholdTrue);
    }
}

pub(super) fn threshold_evolve(book: &dyn Book, act: &Proposed<'_>, event: &PetitionEvent) -> Vec<Change> {
    let PetitionEvent::ThresholdReached(event) = event;
    let bit = bit(event.facts.brings);
    on_subject(book, act.refs.one(RefRole::Subject), |subject| subject.thresholds |= bit)
        .into_iter()
        .collect()
}

/// The thresholds that a subject's live support reaches and that are not recorded yet.
pub(super) fn thresholds_due(subject: &Subject, rules: &RuleSet) -> Vec<SupportThreshold> {
    ThresholdKind::ALL
        .iter()
        .filter(|kind| subject.thresholds & bit(**kind) == 0)
        .filter_map(|kind| lowest(rules, *kind))
        .filter(|rule| subject.supports >= rule.count)
        .cloned()
        .collect()
}

/// The threshold that brings `kind`: what it brings, it brings once, so the lowest where rules state several.
fn lowest(rules: &RuleSet, kind: ThresholdKind) -> Option<&SupportThreshold> {
    rules.thresholds.iter().filter(|rule| rule.brings == kind).min_by_key(|rule| rule.count)
}
