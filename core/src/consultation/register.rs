//! The decider of a consultation as a whole: registration, rules, phases, reference texts, closing.
//!
//! `docs/design.md` (Deciders). It also holds the line that leads from an event type to the table of who may
//! do what. It knows nothing of what contributions say.

use super::book::{Book, Change};
use super::proposed::Proposed;
use super::rejection::Invariant;
use super::state::{Consultation, Phase, Subject, SubjectKind};
use crate::envelope::Recorded;
use crate::event::amendment::AmendmentEvent;
use crate::event::code::RetractedBy;
use crate::event::consultation::ConsultationEvent;
use crate::event::contribution::ContributionEvent;
use crate::event::debate::DebateEvent;
use crate::event::ledger::LedgerEvent;
use crate::event::moderation::ModerationEvent;
use crate::event::oversight::OversightEvent;
use crate::event::part::{Bodies, RuleSet};
use crate::event::petition::PetitionEvent;
use crate::event::response::ResponseEvent;
use crate::event::vote::VoteEvent;
use crate::event::{Event, Part};
use crate::id::StreamId;
use crate::rules::{Act, Norm};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which line of the table of who may do what an event falls under; none for what nobody may ask for.
#[must_use]
pub const fn asked(event: &Event) -> Option<Act> {
    Some(match event {
        Event::Ledger(event) => match event {
            LedgerEvent::Opened(_) | LedgerEvent::Succeeded(_) => return None,
            LedgerEvent::KeyIntroduced(_) => Act::ReplaceKey,
            LedgerEvent::HeadsRecorded(_) => Act::RecordHeads,
            LedgerEvent::Countersigned(_) => Act::Countersign,
            LedgerEvent::TakedownDecided(_) => Act::DecideTakedown,
            LedgerEvent::PartsLost(_) => Act::DeclareLoss,
        },
        Event::Consultation(event) => match event {
            ConsultationEvent::Registered(_) => Act::RegisterConsultation,
            ConsultationEvent::RulesAdopted(_) => Act::AdoptRules,
            ConsultationEvent::RulesAmended(_) => Act::AmendRules,
            ConsultationEvent::PhaseOpened(_) => Act::OpenPhase,
            ConsultationEvent::PhaseExtended(_) => Act::ExtendPhase,
            ConsultationEvent::PhaseClosed(_) => Act::ClosePhase,
            ConsultationEvent::ReferenceTextPublished(_) => Act::PublishReferenceText,
            ConsultationEvent::Closed(_) => Act::CloseConsultation,
        },
        Event::Contribution(event) => match event {
            ContributionEvent::Submitted(_) => Act::Submit,
            ContributionEvent::Published(_) => Act::Publish,
            ContributionEvent::Revised(_)
            | ContributionEvent::CoauthorChanged(_)
            | ContributionEvent::ReferenceCorrected(_) => Act::Revise,
            ContributionEvent::RevisionRequested(_) => Act::RequestRevision,
            ContributionEvent::Withdrawn(_) => Act::Withdraw,
        },
        Event::Amendment(event) => match event {
            AmendmentEvent::Submitted(_) => Act::SubmitAmendment,
            AmendmentEvent::OpinionGiven(_) => Act::GiveAmendmentOpinion,
            AmendmentEvent::Decided(_) => Act::DecideAmendment,
            AmendmentEvent::Rectified(_) => Act::RectifyAmendment,
            AmendmentEvent::Lapsed(_) => Act::LapseAmendment,
        },
        Event::Debate(event) => match event {
            DebateEvent::ArgumentPosted(_) => Act::Argue,
            DebateEvent::CommentPosted(_) => Act::Comment,
            DebateEvent::SourceCited(_) => Act::CiteSource,
            DebateEvent::DebateHeld(_) => Act::RecordDebate,
        },
        Event::Vote(event) => match event {
            VoteEvent::BallotOpened(_) => Act::OpenBallot,
            VoteEvent::Cast(_) | VoteEvent::Changed(_) => Act::Vote,
            VoteEvent::Retracted(event) => match event.facts.by {
                RetractedBy::Voter => Act::RetractVote,
                RetractedBy::Erasure => Act::Erase,
            },
            VoteEvent::Invalidated(_) => Act::InvalidateVote,
            VoteEvent::PaperAdded(_) => Act::AddPaperVotes,
            VoteEvent::Observed(_) => Act::ObserveVotes,
            VoteEvent::BallotClosed(_) => Act::CloseBallot,
        },
        Event::Petition(event) => match event {
            PetitionEvent::ThresholdReached(_) => Act::RecordThreshold,
        },
        Event::Moderation(event) => match event {
            ModerationEvent::Reported(_) => Act::Report,
            ModerationEvent::Decided(_) => Act::Moderate,
            ModerationEvent::Appealed(_) => Act::Appeal,
            ModerationEvent::AppealDecided(_) => Act::DecideAppeal,
            ModerationEvent::AuthorNotified(_) => Act::NotifyAuthor,
        },
        Event::Response(event) => match event {
            ResponseEvent::Published(_) => Act::PublishResponse,
            ResponseEvent::Corrected(_) => Act::CorrectResponse,
            ResponseEvent::Superseded(_) => Act::SupersedeResponse,
            ResponseEvent::Contested(_) => Act::ContestResponse,
        },
        Event::Oversight(event) => match event {
            OversightEvent::RoleGranted(_) => Act::GrantRole,
            OversightEvent::RoleRevoked(_) => Act::RevokeRole,
            OversightEvent::GuarantorObserved(_) => Act::Observe,
            OversightEvent::Recommended(_) => Act::Recommend,
            OversightEvent::RecommendationAnswered(_) => Act::AnswerRecommendation,
            OversightEvent::ErasureRequested(_) => Act::RequestErasure,
            OversightEvent::ErasureDecided(_) => Act::DecideErasure,
            OversightEvent::Erased(_) | OversightEvent::ErasureCompleted(_) => Act::Erase,
            OversightEvent::ImportSealed(_) => Act::Import,
            OversightEvent::GapDeclared(_) => Act::DeclareGap,
        },
    })
}

pub(super) fn number(book: &dyn Book, stream: StreamId, event: &mut ConsultationEvent) {
    let Some(consultation) = book.consultation(stream) else { return };
    match event {
        ConsultationEvent::RulesAdopted(event) => event.facts.version = 1,
        ConsultationEvent::RulesAmended(event) => event.facts.version = consultation.rules_version + 1,
        ConsultationEvent::ReferenceTextPublished(event) => {
            event.facts.number = consultation.last_number.saturating_add(1);
        }
        ConsultationEvent::Registered(_)
        | ConsultationEvent::PhaseOpened(_)
        | ConsultationEvent::PhaseExtended(_)
        | ConsultationEvent::PhaseClosed(_)
        | ConsultationEvent::Closed(_) => {}
    }
}

pub(super) fn invariants(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ConsultationEvent,
) -> Result<(), Invariant> {
    if let ConsultationEvent::Registered(event) = event {
        return registration(book, act, event);
    }
    let consultation = act.consultation(book)?;
    match event {
        ConsultationEvent::Registered(_) => Ok(()),
        ConsultationEvent::RulesAdopted(event) => match (&consultation.rules, event.rules.open()) {
            (Some(_), _) => Err(Invariant::RulesAdopted),
            (None, None) => Err(Invariant::Missing("rules")),
            (None, Some(rules)) => bodies_of(rules, consultation.bodies + appended(&event.bodies)),
        },
        ConsultationEvent::RulesAmended(event) => match (&consultation.rules, event.rules.open()) {
            (None, _) => Err(Invariant::NoRules),
            (Some(_), None) => Err(Invariant::Missing("rules")),
            (Some(_), Some(rules)) => bodies_of(rules, consultation.bodies + appended(&event.bodies)),
        },
        ConsultationEvent::PhaseOpened(event) => {
            phase(&consultation, event.facts.phase)?;
            let open = consultation.phases.get(&event.facts.phase).is_some_and(|phase| !phase.closed);
            if open { Err(Invariant::PhaseOpen(event.facts.phase)) } else { Ok(()) }
        }
        ConsultationEvent::PhaseExtended(event) => open_phase(&consultation, event.facts.phase),
        ConsultationEvent::PhaseClosed(event) => open_phase(&consultation, event.facts.phase),
        ConsultationEvent::ReferenceTextPublished(event) => {
            entry("themes", event.facts.theme, consultation.rules.as_ref().map(|rules| rules.themes.len()))
        }
        ConsultationEvent::Closed(_) => match consultation.closed_at {
            Some(_) => Err(Invariant::Already("consultation is closed")),
            None => Ok(()),
        },
    }
}

fn registration(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &crate::event::consultation::Registered,
) -> Result<(), Invariant> {
    if book.consultation(act.stream).is_some() {
        return Err(Invariant::Registered);
    }
    let registration = event.registration.open().ok_or(Invariant::Missing("registration"))?;
    if !is_slug(&registration.slug) {
        return Err(Invariant::BadSlug(registration.slug.chars().take(60).collect()));
    }
    if book.slug(&registration.slug).is_some() {
        return Err(Invariant::SlugTaken(registration.slug.clone()));
    }
    if jiff::tz::TimeZone::get(&registration.timezone).is_err() {
        return Err(Invariant::BadZone(registration.timezone.chars().take(60).collect()));
    }
    if !event.presentation.is_committed() {
        return Err(Invariant::Missing("title"));
    }
    if appended(&event.bodies) == 0 {
        return Err(Invariant::Missing("bodies"));
    }
    Ok(())
}

/// Whether a text is a short name: `[a-z0-9-]{3,40}`.
fn is_slug(text: &str) -> bool {
    (3..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// How many bodies an event appends to the consultation's list.
pub(super) fn appended(bodies: &Part<Bodies>) -> u32 {
    bodies.open().map_or(0, |bodies| u32::try_from(bodies.names.len()).unwrap_or(u32::MAX))
}

fn bodies_of(rules: &RuleSet, count: u32) -> Result<(), Invariant> {
    rules.answer_within.as_ref().map_or(Ok(()), |rule| body(rule.body, count))
}

/// Checks a body's index.
pub(super) const fn body(found: u32, count: u32) -> Result<(), Invariant> {
    if found < count { Ok(()) } else { Err(Invariant::NoEntry { list: "bodies", found, count }) }
}

/// Checks an index in a list of the rules, where one is given.
pub(super) fn entry(list: &'static str, found: Option<u32>, count: Option<usize>) -> Result<(), Invariant> {
    let count = u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX);
    match found {
        Some(found) if found >= count => Err(Invariant::NoEntry { list, found, count }),
        Some(_) | None => Ok(()),
    }
}

fn phase(consultation: &Consultation, found: u32) -> Result<(), Invariant> {
    let count = consultation.rules.as_ref().ok_or(Invariant::NoRules)?.phases.len();
    if (found as usize) < count { Ok(()) } else { Err(Invariant::NoPhase { found, count }) }
}

fn open_phase(consultation: &Consultation, found: u32) -> Result<(), Invariant> {
    // A phase that is open can be closed even where amended rules no longer have it.
    if consultation.phases.get(&found).is_some_and(|phase| !phase.closed) {
        return Ok(());
    }
    phase(consultation, found)?;
    Err(Invariant::PhaseNotOpen(found))
}

pub(super) fn breaches(
    book: &dyn Book,
    act: &Proposed<'_>,
    event: &ConsultationEvent,
    norms: &mut Vec<Norm>,
) {
    let closed = book.consultation(act.stream).is_some_and(|consultation| consultation.closed_at.is_some());
    match event {
        ConsultationEvent::PhaseOpened(_) if closed => norms.push(Norm::ConsultationOpen),
        ConsultationEvent::RulesAmended(event) if !event.reasons.is_committed() => {
            norms.push(Norm::ReasonsGiven)
        }
        ConsultationEvent::PhaseExtended(event) if !event.reasons.is_committed() => {
            norms.push(Norm::ReasonsGiven)
        }
        ConsultationEvent::ReferenceTextPublished(event)
            if event.facts.source_changed_at.is_some() && act.is_from_a_source() =>
        {
            norms.push(Norm::EditsShown);
        }
        ConsultationEvent::Registered(_)
        | ConsultationEvent::RulesAdopted(_)
        | ConsultationEvent::RulesAmended(_)
        | ConsultationEvent::PhaseOpened(_)
        | ConsultationEvent::PhaseExtended(_)
        | ConsultationEvent::PhaseClosed(_)
        | ConsultationEvent::ReferenceTextPublished(_)
        | ConsultationEvent::Closed(_) => {}
    }
}

pub(super) fn evolve(book: &dyn Book, recorded: &Recorded, event: &ConsultationEvent) -> Vec<Change> {
    if let ConsultationEvent::Registered(event) = event {
        return registered(recorded, event);
    }
    let Some(now) = book.consultation(recorded.stream) else { return Vec::new() };
    let mut next = Consultation::clone(&now);
    let mut changes = Vec::new();
    match event {
        ConsultationEvent::Registered(_) => {}
        ConsultationEvent::RulesAdopted(event) => {
            next.rules = event.rules.open().cloned().map(Arc::new);
            next.rules_version = event.facts.version;
            next.bodies += appended(&event.bodies);
        }
        ConsultationEvent::RulesAmended(event) => {
            next.rules = event.rules.open().cloned().map(Arc::new);
            next.rules_version = event.facts.version;
            next.bodies += appended(&event.bodies);
        }
        ConsultationEvent::PhaseOpened(event) => {
            next.phases.insert(event.facts.phase, Phase { until: event.facts.until, closed: false });
        }
        ConsultationEvent::PhaseExtended(event) => {
            next.phases.insert(event.facts.phase, Phase { until: Some(event.facts.until), closed: false });
        }
        ConsultationEvent::PhaseClosed(event) => {
            if let Some(phase) = next.phases.get_mut(&event.facts.phase) {
                phase.closed = true;
            }
        }
        ConsultationEvent::ReferenceTextPublished(event) => {
            next.last_number = event.facts.number;
            let subject = Subject { published: true, ..Subject::new(recorded, SubjectKind::Reference) };
            changes.push(Change::Subject(recorded.id, subject));
        }
        ConsultationEvent::Closed(_) => next.closed_at = Some(Proposed::of(recorded).judged_at()),
    }
    changes.push(Change::Consultation(recorded.stream, Arc::new(next)));
    changes
}

fn registered(recorded: &Recorded, event: &crate::event::consultation::Registered) -> Vec<Change> {
    // Without its structural part a consultation has no name: its stream stays closed until the part is back.
    let Some(registration) = event.registration.open() else { return Vec::new() };
    let consultation = Consultation {
        kind: event.facts.kind,
        origin: event.facts.rules,
        slug: registration.slug.as_str().into(),
        rules: None,
        rules_version: 0,
        bodies: appended(&event.bodies),
        phases: BTreeMap::new(),
        last_number: 0,
        recommendations: 0,
        closed_at: None,
        newest_import: None,
    };
    vec![Change::Consultation(recorded.stream, Arc::new(consultation))]
}
