//! The decider of erasures, takedowns and losses: asked for, decided, named part by part, carried out.
//!
//! `docs/design.md` (Erasure) is the rule: who asks is the first hand and the controller the second; what was asked, no
//! decision exceeds; what nobody asked for waits ([`two_hands`]). The deciders hold which parts of which event are erased,
//! and no more: which parts a mask may name is checked where the envelope is at hand, at the door and by the auditor. This
//! module reads no part.

use super::book::{Book, Change};
use super::proposed::Proposed;
use super::rejection::Invariant;
use super::role;
use super::state::{Act, ActKind, Erasure, ErasureAsked, Subject};
use super::two_hands;
use crate::envelope::Recorded;
use crate::event::RefRole;
use crate::event::code::{ErasureOutcome, ErasureScope, Requester};
use crate::event::ledger::{PartsLost, TakedownDecided};
use crate::event::oversight::{Erased, ErasureDecided, ErasureRequested, ErasureRequestedFacts};
use crate::id::IntentId;
use crate::rules::Norm;

/// The bits of a mask: an envelope has at most 15 parts.
const MASK_BITS: u16 = (1 << 15) - 1;

pub(super) fn request_invariants(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Invariant> {
    role::here(act)?;
    targets(book, act)
}

pub(super) fn decision_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ErasureDecided,
) -> Result<(), Invariant> {
    role::here(act)?;
    targets(book, act)?;
    if act.refs.one(RefRole::Act).is_some() {
        let request = act.earlier(book, ActKind::ErasureRequest)?;
        return if request.stands {
            answers(book, act, event, &request)
        } else {
            Err(Invariant::Already("request was decided"))
        };
    }
    if event.facts.requester != Requester::Controller {
        return Err(Invariant::BadErasure("an erasure that nobody asked for is the controller's own"));
    }
    let by = event.facts.by.ok_or(Invariant::BadErasure(
        "an erasure that nobody asked for names the credential that decides it, so that another person can countersign it",
    ))?;
    role::known(book, by)
}

/// A decision answers what was asked: of this thing, no more of it, by this class of person.
fn answers(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ErasureDecided,
    request: &Act,
) -> Result<(), Invariant> {
    let (Some(target), Some(asked)) = (request.subject, request.asks) else { return Ok(()) };
    if !act.refs.all(RefRole::Target).any(|id| id == target) {
        return Err(Invariant::BadErasure("the request that this decision answers is about something else"));
    }
    if event.facts.requester != asked.requester {
        return Err(Invariant::BadErasure("the request that this decision answers came from somebody else"));
    }
    // Votes alone are not remembered by their events: a live one goes whole, whatever was asked of it.
    let is_a_vote = book.subject(target).is_none() && book.act(target).is_none();
    if is_a_vote || asked.scope == ErasureScope::All || asked.scope == event.facts.scope {
        Ok(())
    } else {
        Err(Invariant::BadErasure("the request that this decision answers asks for less, or for other parts"))
    }
}

pub(super) fn invariants(book: &dyn Book, act: &Proposed<'_>, event: &Erased) -> Result<(), Invariant> {
    role::here(act)?;
    targets(book, act)?;
    act.earlier(book, ActKind::ErasureDecision)?;
    masked(event.facts.mask)?;
    let target = act.reference(RefRole::Target)?;
    let decided = book.erasure(target).filter(|known| Some(known.decision) == act.refs.one(RefRole::Act));
    let decided =
        decided.ok_or(Invariant::BadErasure("this decision does not grant the erasure of that event"))?;
    if decided.scope != ErasureScope::All && decided.scope != event.facts.scope {
        return Err(Invariant::BadErasure("the decision grants the erasure of other parts"));
    }
    if decided.mask & event.facts.mask != 0 {
        return Err(Invariant::Already("part was erased"));
    }
    Ok(())
}

pub(super) fn completion_invariants(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Invariant> {
    role::here(act)?;
    for id in act.refs.all(RefRole::Act) {
        let carried_out = book.act(id).ok_or(Invariant::Unknown { role: "act", id })?;
        if carried_out.stream != act.stream {
            return Err(Invariant::Elsewhere { role: "act" });
        }
        if carried_out.kind != ActKind::Erasure && carried_out.kind != ActKind::Takedown {
            return Err(Invariant::WrongAct { expected: ActKind::Erasure, found: carried_out.kind });
        }
        if !carried_out.stands {
            return Err(Invariant::BadErasure("it was carried out already, or waits for its second hand"));
        }
    }
    Ok(())
}

pub(super) fn takedown_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &TakedownDecided,
) -> Result<(), Invariant> {
    role::here(act)?;
    targets(book, act)?;
    masked(event.facts.mask)?;
    role::known(book, event.facts.by)
}

/// Nobody loses what was erased: an erasure says why it is not there.
pub(super) fn loss_invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &PartsLost,
) -> Result<(), Invariant> {
    role::here(act)?;
    targets(book, act)?;
    masked(event.facts.mask)?;
    let is_erased = |id| book.erasure(id).is_some_and(|known| known.mask & event.facts.mask != 0);
    if act.refs.all(RefRole::Target).any(is_erased) {
        return Err(Invariant::Already("part was erased"));
    }
    Ok(())
}

/// What is to be erased stands in this stream, as far as the deciders remember it: votes that were changed since, and
/// others, are named by the door from the record.
fn targets(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Invariant> {
    for id in act.refs.all(RefRole::Target) {
        let stream = book.subject(id).map(|subject| subject.stream);
        let stream = stream.or_else(|| book.act(id).map(|act| act.stream));
        if stream.is_some_and(|stream| stream != act.stream) {
            return Err(Invariant::Elsewhere { role: "target" });
        }
    }
    Ok(())
}

fn masked(mask: u16) -> Result<(), Invariant> {
    if mask == 0 || mask & !MASK_BITS != 0 {
        return Err(Invariant::BadErasure("a mask names at least one of 15 parts"));
    }
    Ok(())
}

pub(super) fn decision_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ErasureDecided,
    norms: &mut Vec<Norm>,
) {
    if let Some(by) = event.facts.by {
        role::stands(book, act, by, norms);
    }
    if !event.signatory.is_committed() {
        norms.push(Norm::SignatoryNamed);
    }
    let refused = event.facts.outcome != ErasureOutcome::Granted;
    if refused && event.facts.refusal.is_none() {
        norms.push(Norm::GroundStated);
    }
    if refused && !event.explanation.is_committed() {
        norms.push(Norm::ExplanationGiven);
    }
}

/// What is decided unasked waits for another hand.
pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, norms: &mut Vec<Norm>) {
    let decision = act.refs.one(RefRole::Act).and_then(|id| book.act(id));
    if !decision.is_some_and(|decision| decision.stands) {
        norms.push(Norm::AnotherHand);
    }
}

pub(super) fn takedown_breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &TakedownDecided,
    norms: &mut Vec<Norm>,
) {
    role::stands(book, act, event.facts.by, norms);
    if !event.signatory.is_committed() {
        norms.push(Norm::SignatoryNamed);
    }
    if !event.reasons.is_committed() {
        norms.push(Norm::ReasonsGiven);
    }
}

const fn remembered(recorded: &Recorded, kind: ActKind, stands: bool) -> Change {
    let act = Act { stream: recorded.stream, kind, stands, appeal_until: None, subject: None, asks: None };
    Change::Act(recorded.id, act)
}

pub(super) fn requested(recorded: &Recorded, event: &ErasureRequested) -> Change {
    let ErasureRequestedFacts { ground: _, requester, scope } = event.facts;
    let act = Act {
        stream: recorded.stream,
        kind: ActKind::ErasureRequest,
        stands: true,
        appeal_until: None,
        subject: recorded.refs.one(RefRole::Target),
        asks: Some(ErasureAsked { scope, requester }),
    };
    Change::Act(recorded.id, act)
}

pub(super) fn decided(book: &dyn Book, recorded: &Recorded, event: &ErasureDecided) -> Vec<Change> {
    let request = recorded.refs.one(RefRole::Act).and_then(|id| Some((id, book.act(id)?)));
    let awaited = two_hands::awaited(book, recorded);
    let mut changes = vec![remembered(recorded, ActKind::ErasureDecision, awaited.is_none())];
    changes.extend(request.map(|(id, request)| Change::Act(id, Act { stands: false, ..request })));
    if event.facts.outcome == ErasureOutcome::Refused {
        return changes;
    }
    changes.extend(two_hands::waits(recorded, awaited));
    for target in recorded.refs.all(RefRole::Target) {
        let mask = book.erasure(target).map_or(0, |known| known.mask);
        let erasure = Erasure { decision: recorded.id, scope: event.facts.scope, mask };
        changes.push(Change::Erasure(target, erasure));
    }
    changes
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &Erased) -> Vec<Change> {
    let mut changes = vec![remembered(recorded, ActKind::Erasure, true)];
    let Some(target) = recorded.refs.one(RefRole::Target) else { return changes };
    if let Some(known) = book.erasure(target) {
        let erasure = Erasure { mask: known.mask | event.facts.mask, ..known };
        changes.push(Change::Erasure(target, erasure));
    }
    changes.extend(text_erased(book, target, event.facts.scope));
    changes
}

/// A text that is erased can no longer be read: what rules ask of a readable text fails from now on.
fn text_erased(book: &dyn Book, target: IntentId, scope: ErasureScope) -> Option<Change> {
    let subject = book.subject(target).filter(|_| scope != ErasureScope::Author)?;
    let moderated = subject.moderated.after_erasure();
    Some(Change::Subject(target, Subject { moderated, ..subject }))
}

pub(super) fn completed(book: &dyn Book, recorded: &Recorded) -> Vec<Change> {
    let acts = recorded.refs.all(RefRole::Act).filter_map(|id| Some((id, book.act(id)?)));
    acts.map(|(id, act)| Change::Act(id, Act { stands: false, ..act })).collect()
}

pub(super) fn takedown_evolve(book: &dyn Book, recorded: &Recorded) -> Vec<Change> {
    let mut changes = vec![remembered(recorded, ActKind::Takedown, false)];
    changes.extend(two_hands::waits(recorded, two_hands::awaited(book, recorded)));
    changes
}
