//! The decider of responses: what an answer must carry, what it answers, what replaces it, who contests it.
//!
//! `docs/design.md` (Native and observed). Lateness never refuses an answer; its delay is computed by whoever
//! reads. This decider reads no reason: it asks that one was committed.

use super::book::{Book, Change};
use super::debate::after_closing;
use super::proposed::{Proposed, TEXTS};
use super::register::{appended, body};
use super::rejection::Invariant;
use super::state::{Act, ActKind, Consultation, Subject, SubjectKind};
use crate::envelope::{Recorded, Refs};
use crate::event::part::{ActText, Bodies, Signatory};
use crate::event::response::{PublishedFacts, ResponseEvent};
use crate::event::{Part, RefRole};
use crate::rules::Norm;
use crate::rules::norms::asked_of_response;
use std::sync::Arc;

/// What has an author who can contest the answer to it.
const AUTHORED: &[SubjectKind] = &[SubjectKind::Contribution, SubjectKind::Amendment];

/// The parts of an answer, of either type.
struct Answer<'a> {
    facts: &'a PublishedFacts,
    signatory: &'a Part<Signatory>,
    text: &'a Part<ActText>,
    bodies: &'a Part<Bodies>,
}

const fn answer(event: &ResponseEvent) -> Option<Answer<'_>> {
    match event {
        ResponseEvent::Published(event) => Some(Answer {
            facts: &event.facts,
            signatory: &event.signatory,
            text: &event.text,
            bodies: &event.bodies,
        }),
        ResponseEvent::Superseded(event) => Some(Answer {
            facts: &event.facts,
            signatory: &event.signatory,
            text: &event.text,
            bodies: &event.bodies,
        }),
        ResponseEvent::Corrected(_) | ResponseEvent::Contested(_) => None,
    }
}

pub(super) fn number(event: &mut ResponseEvent, refs: &Refs) {
    let size = u32::try_from(refs.all(RefRole::Answers).count()).unwrap_or(u32::MAX);
    match event {
        ResponseEvent::Published(event) => event.facts.group_size = size,
        ResponseEvent::Superseded(event) => event.facts.group_size = size,
        ResponseEvent::Corrected(_) | ResponseEvent::Contested(_) => {}
    }
}

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ResponseEvent,
) -> Result<(), Invariant> {
    let consultation = act.consultation(book)?;
    match event {
        ResponseEvent::Published(_) => {}
        ResponseEvent::Corrected(_) => drop(act.earlier(book, ActKind::Response)?),
        ResponseEvent::Superseded(_) => {
            if !act.earlier(book, ActKind::Response)?.stands {
                return Err(Invariant::Already("response is superseded"));
            }
        }
        ResponseEvent::Contested(_) => return contestable(book, act),
    }
    let Some(answer) = answer(event) else { return Ok(()) };
    let count = consultation.bodies + appended(answer.bodies);
    for found in answer.facts.bodies.iter().chain(&answer.facts.referred_to) {
        body(*found, count)?;
    }
    if act.refs.one(RefRole::Answers).is_none() {
        return Err(Invariant::NoReference(RefRole::Answers.name()));
    }
    for id in act.refs.all(RefRole::Answers) {
        act.named(book, RefRole::Answers, id, TEXTS, "a contribution, a reference text or an amendment")?;
    }
    Ok(())
}

/// What is contested is the response in force to a text with an author, once.
fn contestable(book: &dyn Book, act: &Proposed<'_>) -> Result<(), Invariant> {
    let subject = act.subject(book, RefRole::Subject, AUTHORED, "a contribution or an amendment")?;
    if !act.earlier(book, ActKind::Response)?.stands {
        return Err(Invariant::Already("response is superseded"));
    }
    if subject.response != act.refs.one(RefRole::Act) {
        return Err(Invariant::AnotherSubject { role: "act" });
    }
    if subject.contested {
        return Err(Invariant::Already("response is contested"));
    }
    Ok(())
}

pub(super) fn breaches(book: &dyn Book, act: &Proposed<'_>, event: &ResponseEvent, norms: &mut Vec<Norm>) {
    if let ResponseEvent::Contested(event) = event
        && !event.explanation.is_committed()
    {
        norms.push(Norm::ReasonsGiven);
    }
    let Some(answer) = answer(event) else { return };
    match answer.facts.outcome {
        None => norms.push(Norm::OutcomeStated),
        Some(outcome) => {
            norms.extend(
                asked_of_response(outcome).into_iter().filter(|norm| lacks(*norm, &answer, act, book)),
            );
        }
    }
    if answer.facts.decided_at.is_some_and(|decided| decided > act.judged_at()) {
        norms.push(Norm::DecidedBeforePublication);
    }
    let late = |subject: Subject| after_closing(&subject, act);
    if act.refs.all(RefRole::Answers).filter_map(|id| book.subject(id)).any(late) {
        norms.push(Norm::AnsweredBeforeClosing);
    }
}

/// Whether an answer lacks what a norm asks.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the tables of rules say what is asked; only that is looked for"
)]
fn lacks(norm: Norm, answer: &Answer<'_>, act: &Proposed<'_>, book: &dyn Book) -> bool {
    match norm {
        Norm::BodyNamed => answer.facts.bodies.is_empty(),
        // Name and capacity stand in one part; whether both are well formed is asked at the door.
        Norm::SignatoryNamed | Norm::CapacityGiven => !answer.signatory.is_committed(),
        Norm::ReasonsGiven => !answer.text.is_committed(),
        Norm::PointerGiven => answer.facts.pointers.is_empty(),
        Norm::PointerDatedBefore => !points_before(answer, act, book),
        Norm::PartStated => answer.facts.passages.is_empty(),
        Norm::UntilStated => answer.facts.deferred_until.is_none(),
        Norm::RecipientNamed => answer.facts.referred_to.is_none(),
        Norm::GroundStated => answer.facts.reasons.is_empty(),
        Norm::DecisionDated => answer.facts.decided_at.is_none() && act.occurred.at().is_none(),
        // Asked of no response.
        _ => false,
    }
}

/// Whether some pointer is dated before every contribution that it answers.
fn points_before(answer: &Answer<'_>, act: &Proposed<'_>, book: &dyn Book) -> bool {
    let first =
        act.refs.all(RefRole::Answers).filter_map(|id| book.subject(id)).map(|subject| subject.since).min();
    let dates = answer.facts.pointers.iter().filter_map(|pointer| pointer.dated);
    first.is_some_and(|first| dates.into_iter().any(|dated| dated < first))
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &ResponseEvent) -> Vec<Change> {
    let mut changes = Vec::new();
    if matches!(event, ResponseEvent::Contested(_)) {
        let contested = recorded.refs.one(RefRole::Subject).and_then(|id| Some((id, book.subject(id)?)));
        changes.extend(
            contested.map(|(id, subject)| Change::Subject(id, Subject { contested: true, ..subject })),
        );
    }
    let Some(answer) = answer(event) else { return changes };
    let act = Act {
        stream: recorded.stream,
        kind: ActKind::Response,
        stands: true,
        appeal_until: None,
        asks: None,
        subject: None,
    };
    changes.push(Change::Act(recorded.id, act));
    if let Some((id, before)) = recorded.refs.one(RefRole::Act).and_then(|id| Some((id, book.act(id)?))) {
        changes.push(Change::Act(id, Act { stands: false, ..before }));
    }
    for id in recorded.refs.all(RefRole::Answers) {
        if let Some(subject) = book.subject(id) {
            let answered = Subject { response: Some(recorded.id), contested: false, ..subject };
            changes.push(Change::Subject(id, answered));
        }
    }
    let bodies = appended(answer.bodies);
    if bodies > 0
        && let Some(consultation) = book.consultation(recorded.stream)
    {
        let next =
            Consultation { bodies: consultation.bodies + bodies, ..Consultation::clone(&consultation) };
        changes.push(Change::Consultation(recorded.stream, Arc::new(next)));
    }
    changes
}
