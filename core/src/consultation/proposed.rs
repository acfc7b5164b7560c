//! An act on which a decision is asked, and the questions that every decider puts to it.
//!
//! `docs/design.md` (Native and observed) says which instant an act is judged on. This module knows no family.

use super::book::{Book, Change};
use super::rejection::Invariant;
use super::state::{Act, ActKind, Ballot, Consultation, Subject, SubjectKind};
use crate::envelope::{Recorded, Refs};
use crate::event::code::{Activity, RulesOrigin, Trust};
use crate::event::{Event, RefRole};
use crate::id::{IntentId, StreamId};
use crate::rules::{self, Norm, Role};
use crate::time::{Claimed, Timestamp};
use std::sync::Arc;

/// An act, numbered, its references resolved, not yet recorded.
#[derive(Debug, Clone, Copy)]
pub struct Proposed<'a> {
    /// The consultation.
    pub stream: StreamId,
    /// What would be recorded.
    pub event: &'a Event,
    /// What it refers to.
    pub refs: &'a Refs,
    /// When it happened, as somebody claims.
    pub occurred: Claimed,
    /// The class of who acts.
    pub actor: Role,
    /// By which door it comes.
    pub trust: Trust,
    /// When it would be recorded.
    pub at: Timestamp,
}

impl<'a> Proposed<'a> {
    /// An act already recorded, as it was proposed.
    #[must_use]
    pub const fn of(recorded: &'a Recorded) -> Self {
        Self {
            stream: recorded.stream,
            event: &recorded.event,
            refs: &recorded.refs,
            occurred: recorded.occurred,
            actor: recorded.actor,
            trust: recorded.trust,
            at: recorded.recorded_at,
        }
    }

    /// Whether a source states it, rather than somebody acting here.
    #[must_use]
    pub const fn is_from_a_source(&self) -> bool {
        matches!(self.trust, Trust::Observed | Trust::Reconstructed)
    }

    /// The instant on which it is judged: recorded for acts done here, claimed for what a source states.
    #[must_use]
    pub fn judged_at(&self) -> Timestamp {
        match (self.trust, self.occurred.at()) {
            (Trust::Native | Trust::Attested, _) | (_, None) => self.at,
            (Trust::Observed | Trust::Reconstructed, Some(claimed)) => claimed,
        }
    }

    /// The row of the table of who may do what; none for acts that nobody may ask for.
    ///
    /// A text of the authority is revised by those who may publish one, not by participants; a key is accepted by itself.
    #[must_use]
    pub fn asked(&self, book: &dyn Book) -> Option<rules::Act> {
        let asked = super::register::asked(self.event)?;
        let subject = || self.refs.one(RefRole::Subject).and_then(|id| book.subject(id));
        if asked == rules::Act::Revise
            && subject().is_some_and(|subject| subject.kind == SubjectKind::Reference)
        {
            return Some(rules::Act::PublishReferenceText);
        }
        // The second hand on a key is the key's own.
        let second = || super::two_hands::second_of(book, self.refs.one(RefRole::Act));
        if asked == rules::Act::Countersign && second() == Some(rules::SecondHand::NewKey) {
            return Some(rules::Act::ReplaceKey);
        }
        Some(asked)
    }

    /// The consultation, which must be registered.
    pub(super) fn consultation(&self, book: &dyn Book) -> Result<Arc<Consultation>, Invariant> {
        book.consultation(self.stream).ok_or(Invariant::NoConsultation)
    }

    /// The one reference in a role.
    pub(super) fn reference(&self, role: RefRole) -> Result<IntentId, Invariant> {
        self.refs.one(role).ok_or(Invariant::NoReference(role.name()))
    }

    /// What a reference names, in this consultation and of one of `kinds`.
    pub(super) fn subject(
        &self,
        book: &dyn Book,
        role: RefRole,
        kinds: &[SubjectKind],
        expected: &'static str,
    ) -> Result<Subject, Invariant> {
        let id = self.reference(role)?;
        self.named(book, role, id, kinds, expected)
    }

    /// What `id` names, in this consultation and of one of `kinds`.
    pub(super) fn named(
        &self,
        book: &dyn Book,
        role: RefRole,
        id: IntentId,
        kinds: &[SubjectKind],
        expected: &'static str,
    ) -> Result<Subject, Invariant> {
        let subject = book.subject(id).ok_or(Invariant::Unknown { role: role.name(), id })?;
        if subject.stream != self.stream {
            return Err(Invariant::Elsewhere { role: role.name() });
        }
        if !kinds.contains(&subject.kind) {
            return Err(Invariant::WrongKind { expected, found: subject.kind });
        }
        Ok(subject)
    }

    /// The ballot of this act.
    pub(super) fn ballot(&self, book: &dyn Book) -> Result<Ballot, Invariant> {
        let id = self.reference(RefRole::Ballot)?;
        let ballot = book.ballot(id).ok_or(Invariant::Unknown { role: "ballot", id })?;
        if ballot.stream == self.stream { Ok(ballot) } else { Err(Invariant::Elsewhere { role: "ballot" }) }
    }

    /// The earlier act that this one refers to.
    pub(super) fn earlier(&self, book: &dyn Book, expected: ActKind) -> Result<Act, Invariant> {
        let id = self.reference(RefRole::Act)?;
        let act = book.act(id).ok_or(Invariant::Unknown { role: "act", id })?;
        if act.stream != self.stream {
            return Err(Invariant::Elsewhere { role: "act" });
        }
        if act.kind != expected {
            return Err(Invariant::WrongAct { expected, found: act.kind });
        }
        Ok(act)
    }

    /// What the references in `role` name must be something that acts refer to, in this consultation.
    pub(super) fn known(&self, book: &dyn Book, role: RefRole) -> Result<(), Invariant> {
        for id in self.refs.all(role) {
            let subject = book.subject(id).map(|subject| subject.stream);
            let stream = subject.or_else(|| book.act(id).map(|act| act.stream));
            let stream = stream.ok_or(Invariant::Unknown { role: role.name(), id })?;
            if stream != self.stream {
                return Err(Invariant::Elsewhere { role: role.name() });
            }
        }
        Ok(())
    }

    /// The version that this act names, if it names one, must be a version of `text`.
    pub(super) fn version_of(&self, book: &dyn Book, text: IntentId) -> Result<(), Invariant> {
        let Some(id) = self.refs.one(RefRole::Version).filter(|id| *id != text) else { return Ok(()) };
        match book.act(id) {
            Some(act) if act.kind == ActKind::Version && act.subject == Some(text) => Ok(()),
            Some(_) => Err(Invariant::AnotherSubject { role: "version" }),
            None => Err(Invariant::Unknown { role: "version", id }),
        }
    }

    /// The earlier act that this one refers to, about the same thing.
    pub(super) fn earlier_on_same(&self, book: &dyn Book, expected: ActKind) -> Result<Act, Invariant> {
        let earlier = self.earlier(book, expected)?;
        if earlier.subject == self.refs.one(RefRole::Subject) {
            Ok(earlier)
        } else {
            Err(Invariant::AnotherSubject { role: "act" })
        }
    }

    /// The norms of calendar for an activity: rules adopted, consultation open, a phase that admits it.
    ///
    /// Facts of a source are not asked: which phase its platform had open is not recorded.
    pub(super) fn calendar(&self, book: &dyn Book, activity: Activity, norms: &mut Vec<Norm>) {
        if self.is_from_a_source() {
            return;
        }
        let Some(consultation) = book.consultation(self.stream) else { return };
        if consultation.closed_at.is_some() {
            norms.push(Norm::ConsultationOpen);
        }
        let Some(rules) = &consultation.rules else {
            if consultation.origin == RulesOrigin::Native {
                norms.push(Norm::RulesAdopted);
            }
            return;
        };
        // An attested act took place when it is said to have: the phase is not held against it by the clock.
        let by_clock = self.trust == Trust::Native;
        let open = (0..).zip(&rules.phases).any(|(index, rule)| {
            let admits = rule.admits.contains(&activity);
            let in_time = consultation.phases.get(&index).is_some_and(|phase| {
                !by_clock || (!phase.closed && phase.until.is_none_or(|until| self.at <= until))
            });
            admits && in_time
        });
        if !open {
            norms.push(Norm::PhaseOpen);
        }
    }

    /// The norms on what an act is about: not withdrawn, readable.
    pub(super) fn on_a_live_text(&self, book: &dyn Book, subject: &Subject, norms: &mut Vec<Norm>) {
        if subject.withdrawn {
            norms.push(Norm::NotWithdrawn);
        }
        let shown = subject.moderated.visibility.may_be_served() && !subject.moderated.inadmissible;
        if !shown || self.waits_for_a_moderator(book, subject) {
            norms.push(Norm::TextReadable);
        }
    }

    /// Whether nobody can read a text yet. What a source shows is not asked: its rules are not ours.
    fn waits_for_a_moderator(&self, book: &dyn Book, subject: &Subject) -> bool {
        let rules = || book.consultation(self.stream).and_then(|consultation| consultation.rules.clone());
        !subject.published && !self.is_from_a_source() && rules().is_some_and(|rules| rules.moderated_before)
    }
}

/// What takes amendments, arguments and answers.
pub(super) const TEXTS: &[SubjectKind] =
    &[SubjectKind::Reference, SubjectKind::Contribution, SubjectKind::Amendment];
/// What can be moderated.
pub(super) const MODERATED: &[SubjectKind] = &[
    SubjectKind::Contribution,
    SubjectKind::Amendment,
    SubjectKind::Argument,
    SubjectKind::Comment,
    SubjectKind::Citation,
];
/// What can be talked about.
pub(super) const DEBATED: &[SubjectKind] = &[
    SubjectKind::Reference,
    SubjectKind::Contribution,
    SubjectKind::Amendment,
    SubjectKind::Argument,
    SubjectKind::Comment,
];

impl Act {
    /// A later version of `text` that was just recorded.
    pub(super) const fn version(recorded: &Recorded, text: IntentId) -> Change {
        let (stream, kind) = (recorded.stream, ActKind::Version);
        Change::Act(
            recorded.id,
            Self { stream, kind, stands: true, appeal_until: None, subject: Some(text), asks: None },
        )
    }
}

impl Subject {
    /// Something that was just recorded under its own number.
    pub(super) fn new(recorded: &Recorded, kind: SubjectKind) -> Self {
        Self {
            stream: recorded.stream,
            kind,
            root: recorded.id,
            version: 1,
            current: recorded.id,
            last_amendment: 0,
            moderated: rules::Moderated::UNTOUCHED,
            published: false,
            withdrawn: false,
            thresholds: 0,
            decided: None,
            response: None,
            contested: false,
            supports: 0,
            since: recorded.occurred.at().unwrap_or(recorded.recorded_at),
            supports_opened: false,
            supports_closed_at: None,
        }
    }
}
