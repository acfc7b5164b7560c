//! The fate of one subject at an instant: the views' rows, put before the shared rules.
//!
//! `docs/design.md` (Fates, Coverage, Duties) decides; the ranks and the duties are computed by
//! [`rules::fate`](devenir_core::rules::fate) and [`rules::duty`](devenir_core::rules::duty). This module only
//! states to them what the record holds, and reads no clock.

use devenir_core::event::code::{Activity, ContributionKind, DutyStart, RulesOrigin, Stage, ThresholdKind};
use devenir_core::event::part::{AnswerWithin, RuleSet};
use devenir_core::ledger::Position;
use devenir_core::rules::duty::{Duty, DutyKind, DutyState};
use devenir_core::rules::fate::{Axes, Coverage, FateInputs, Headline, headline, latest};
use devenir_core::rules::vocabulary::{AmendmentFate, Decision, Entry, Outcome};
use devenir_core::rules::{Delay, Moderated, Visibility, Zone};
use devenir_core::time::Timestamp;

use crate::model::{Genre, Subject, SubjectKind};
use crate::query::{Answer, Consultation, Reading, Response, in_force};
use crate::row::{self, code};
use crate::views::key;

const RESPONSE_CONTESTED: u16 = 0x0B07;

/// What became of a subject, at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Fate {
    /// The one answer.
    pub headline: Headline,
    /// Where it stands on each axis, whatever the headline says.
    pub axes: Axes,
    /// The duties to answer it; [`Headline::owed`] names one by its index here.
    pub duties: Vec<OwedDuty>,
    /// The act that the standing decision comes from: a response, or the decision on an amendment.
    pub decided_by: Option<Position>,
}

/// A duty to answer, with who owes it and where the rule stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedDuty {
    /// The duty.
    pub duty: Duty,
    /// How it stands at the instant asked for; none before it began.
    pub state: Option<DutyState>,
    /// The body that owes, where the list names it.
    pub body: Option<String>,
    /// Where the rule stands.
    pub rule: String,
    /// How many days the rule gives, where it gives some.
    pub days: Option<u32>,
    /// Whether the record would know of an answer at that instant: what a source does not cover is not late.
    pub is_known: bool,
}

impl OwedDuty {
    /// Whether an answer is awaited, as far as the record would know.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        self.is_known && self.state.is_some_and(DutyState::is_owed)
    }
}

/// What a duty to answer a contribution follows from, beside the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owing {
    pub(crate) recorded_at: Timestamp,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) awaits_moderation: bool,
    /// When it reached the support that brings an answer.
    pub(crate) supported_at: Option<Timestamp>,
    /// When it was answered first.
    pub(crate) answered_at: Option<Timestamp>,
}

/// A threshold that a subject reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// What reaching it brings.
    pub brings: ThresholdKind,
    /// The event that says so.
    pub position: Position,
    /// When, as it is judged.
    pub at: Timestamp,
}

impl Reading {
    /// What became of a subject, as it stands at `now`.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn fate(&self, subject: &Subject, consultation: &Consultation, now: Timestamp) -> Answer<Fate> {
        let zone = zone_of(consultation);
        let responses = self.responses(subject.position)?;
        let decisions = self.decisions(subject.position)?;
        let thresholds = self.thresholds(subject.position)?;
        let decided = decided(&responses, &decisions);
        let lost = self.fell_short(subject, consultation, &thresholds)?;
        let duties: Vec<Duty> =
            duty(subject, consultation, &responses, &thresholds, &zone).into_iter().collect();
        let standing = latest_amendment_fate(&decisions);
        let contested = self.is_contested(subject, &responses)?;
        let inputs = FateInputs {
            entry: entry(subject),
            moderated: Moderated {
                inadmissible: subject.moderated.inadmissible || standing == Some(AmendmentFate::Inadmissible),
                ..subject.moderated
            },
            decision: decided.map(|(_, decision)| decision).or(lost),
            withdrawn: subject.withdrawn_at.is_some() || standing == Some(AmendmentFate::Withdrawn),
            duties: &duties,
            no_duty: self.is_owed_nothing(subject, consultation, &thresholds)?,
            coverage: coverage(consultation),
            under_review: is_under_review(&responses),
            contested,
            threshold_met: thresholds.iter().any(|reached| asks_an_authority(reached.brings)),
            ..FateInputs::default()
        };
        let headline = headline(&inputs, now, &zone);
        let axes = Axes::at(&inputs, now, &zone);
        let owed = |duty: &Duty| owed(*duty, consultation, now, &zone);
        let decided_by = decided.map(|(position, _)| position);
        Ok(Fate { headline, axes, duties: duties.iter().map(owed).collect(), decided_by })
    }

    /// The thresholds that a subject reached.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn thresholds(&self, subject: Position) -> Answer<Vec<Reached>> {
        let sql = "SELECT brings, position, reached_at FROM threshold WHERE subject = ?1 ORDER BY position";
        self.all(sql, [key(subject)], |found| {
            Ok(Reached {
                brings: code(found, 0)?,
                position: row::position(found, 1)?,
                at: row::instant(found, 2)?,
            })
        })
    }

    /// Whether its author contests the response in force: contests of one that was replaced since came before it.
    fn is_contested(&self, subject: &Subject, responses: &[Response]) -> Answer<bool> {
        let Some(response) = in_force(responses) else { return Ok(false) };
        let contests = self.latest_steps(subject.position, &[RESPONSE_CONTESTED])?;
        Ok(contests.last().is_some_and(|contest| *contest > response.position))
    }

    /// The fates that were decided on an amendment, in the order of the record.
    fn decisions(&self, subject: Position) -> Answer<Vec<(Position, Timestamp, AmendmentFate)>> {
        let sql = "SELECT position, decided_at, fate FROM decision WHERE subject = ?1 ORDER BY position";
        self.all(sql, [key(subject)], |found| {
            Ok((row::position(found, 0)?, row::instant(found, 1)?, code(found, 2)?))
        })
    }

    /// Whether it is a petition whose ballot closed, at its site, before it had the support that an answer asks
    /// for. Elsewhere a proposal without that support may still be taken up: nothing was decided on it.
    fn fell_short(
        &self,
        subject: &Subject,
        consultation: &Consultation,
        thresholds: &[Reached],
    ) -> Answer<Option<Decision>> {
        let is_asked = consultation.rules.as_ref().is_some_and(asks_support);
        let is_petition = subject.genre == Some(Genre::Contribution(ContributionKind::Petition));
        let knows_votes = consultation.coverage.observed.contains_key(&Stage::Votes);
        let is_withdrawn = subject.withdrawn_at.is_some();
        if !is_asked || !is_petition || !knows_votes || is_withdrawn || !thresholds.is_empty() {
            return Ok(None);
        }
        let ballots = self.ballots(subject.position)?;
        let closed = !ballots.is_empty() && ballots.iter().all(|ballot| ballot.closed_at.is_some());
        Ok(closed.then_some(Decision::ThresholdNotMet))
    }

    /// Whether votes may still come in on a subject: a phase that admits them is open or to come, or, where the
    /// rules know no phase, a ballot on it is open.
    fn may_gain_support(&self, subject: &Subject, consultation: &Consultation) -> Answer<bool> {
        if consultation.closed_at.is_some() {
            return Ok(false);
        }
        let phases = consultation.rules.as_ref().map_or(&[][..], |rules| &rules.phases);
        if phases.is_empty() {
            let ballots = self.ballots(subject.position)?;
            return Ok(ballots.iter().any(|ballot| ballot.closed_at.is_none()));
        }
        let admitting = (0..).zip(phases).filter(|(_, phase)| phase.admits.contains(&Activity::Votes));
        let closed = |index: u32| consultation.phases.get(&index).is_some_and(|it| it.closed_at.is_some());
        Ok(admitting.map(|(index, _)| index).any(|index| !closed(index)))
    }

    /// Whether the rules, as they are known, ask nobody to answer it, now or later. Of a text that moderation
    /// touched there is something else to say.
    fn is_owed_nothing(
        &self,
        subject: &Subject,
        consultation: &Consultation,
        thresholds: &[Reached],
    ) -> Answer<bool> {
        match subject.kind {
            // A text of the authority and an amendment are decided on, not answered.
            SubjectKind::Reference | SubjectKind::Amendment => return Ok(false),
            SubjectKind::Argument | SubjectKind::Comment | SubjectKind::Citation => return Ok(true),
            SubjectKind::Contribution => {}
        }
        let Some(rules) = &consultation.rules else { return Ok(false) };
        if subject.moderated.visibility != Visibility::Visible {
            return Ok(false);
        }
        match (&rules.answer_within, asks_support(rules)) {
            (Some(rule), _) if rule.from != DutyStart::Threshold => Ok(false),
            (Some(_), _) | (None, true) => {
                Ok(!brings_answer(thresholds) && !self.may_gain_support(subject, consultation)?)
            }
            (None, false) => Ok(true),
        }
    }
}

/// Whether some support brings an answer.
fn asks_support(rules: &RuleSet) -> bool {
    rules.thresholds.iter().any(|it| it.brings == ThresholdKind::Response)
}

fn brings_answer(thresholds: &[Reached]) -> bool {
    thresholds.iter().any(|it| it.brings == ThresholdKind::Response)
}

/// Whether reaching a threshold asks something of an authority; a moderator's attention is no step forward.
const fn asks_an_authority(brings: ThresholdKind) -> bool {
    match brings {
        ThresholdKind::Response | ThresholdKind::Debate | ThresholdKind::Ballot => true,
        ThresholdKind::Moderation => false,
    }
}

/// The zone in which a consultation's days are read; UTC where its own is not known.
pub(crate) fn zone_of(consultation: &Consultation) -> Zone {
    Zone::named(&consultation.zone).unwrap_or_else(|_| Zone::utc())
}

fn entry(subject: &Subject) -> Entry {
    match (subject.kind, subject.published_at, subject.awaits_moderation) {
        (_, None, true) => Entry::PendingModeration,
        (_, Some(_), _) => Entry::Published,
        // Only a contribution has a publication apart from its submission.
        (SubjectKind::Contribution, None, false) => Entry::Received,
        (
            SubjectKind::Reference
            | SubjectKind::Amendment
            | SubjectKind::Argument
            | SubjectKind::Comment
            | SubjectKind::Citation,
            None,
            false,
        ) => Entry::Published,
    }
}

/// The decision of a response; a response that states none is an answer all the same.
fn decision_of(response: &Response) -> Option<Decision> {
    response.facts.outcome.map_or(Some(Decision::Answered), Outcome::decision)
}

/// The standing decision, the latest by publication, and the act that it comes from.
fn decided(
    responses: &[Response],
    decisions: &[(Position, Timestamp, AmendmentFate)],
) -> Option<(Position, Decision)> {
    let answered = responses
        .iter()
        .filter(|response| response.superseded_by.is_none())
        .filter_map(|response| Some((response.published_at, (response.position, decision_of(response)?))));
    let voted =
        decisions.iter().filter_map(|(position, at, fate)| Some((*at, (*position, fate.decision()?))));
    let mut acts: Vec<_> = answered.chain(voted).collect();
    acts.sort_by_key(|(_, (position, _))| *position);
    latest(acts)
}

fn latest_amendment_fate(decisions: &[(Position, Timestamp, AmendmentFate)]) -> Option<AmendmentFate> {
    latest(decisions.iter().map(|(_, at, fate)| (*at, *fate)))
}

/// Whether the last thing that an authority stated is that it is examining.
fn is_under_review(responses: &[Response]) -> bool {
    let standing = responses.iter().filter(|response| response.superseded_by.is_none());
    latest(standing.map(|response| (response.published_at, response.facts.outcome)))
        == Some(Some(Outcome::UnderReview))
}

/// What the record would know of an answer: all that is recorded here, or what its imports covered.
fn coverage(consultation: &Consultation) -> Coverage {
    match (consultation.origin, consultation.coverage.observed.get(&Stage::Responses)) {
        (RulesOrigin::Native, _) => Coverage::Live,
        (RulesOrigin::Observed, Some(until)) => Coverage::Until(*until),
        (RulesOrigin::Observed, None) => Coverage::None,
    }
}

/// The duty that the rules bring to answer a contribution.
fn duty(
    subject: &Subject,
    consultation: &Consultation,
    responses: &[Response],
    thresholds: &[Reached],
    zone: &Zone,
) -> Option<Duty> {
    let answers = responses.iter().filter(|response| decision_of(response).is_some());
    let owing = Owing {
        recorded_at: subject.recorded_at,
        published_at: subject.published_at,
        awaits_moderation: subject.awaits_moderation,
        supported_at: thresholds.iter().find(|it| it.brings == ThresholdKind::Response).map(|it| it.at),
        answered_at: answers.map(|response| response.published_at).min(),
    };
    if subject.kind == SubjectKind::Contribution { duty_of(&owing, consultation, zone) } else { None }
}

/// The duty that a consultation's rules bring to answer a contribution of which this is known.
pub(crate) fn duty_of(owing: &Owing, consultation: &Consultation, zone: &Zone) -> Option<Duty> {
    let rules = consultation.rules.as_ref()?;
    let duty = match &rules.answer_within {
        Some(rule) => {
            let trigger = trigger(owing, consultation, rules, rule)?;
            let kind = if rule.must { DutyKind::Must } else { DutyKind::Should };
            Duty::within(kind, trigger, Delay::days(rule.days), zone)
                .unwrap_or_else(|_| Duty::open_ended(kind, trigger))
        }
        // Support that brings an answer, under rules that give it no date.
        None => Duty::open_ended(DutyKind::Should, owing.supported_at?),
    };
    Some(Duty { discharged: owing.answered_at, ..duty })
}

/// A duty with who owes it, by which rule, and how it stands at an instant.
pub(crate) fn owed(duty: Duty, consultation: &Consultation, now: Timestamp, zone: &Zone) -> OwedDuty {
    let rule = consultation.rules.as_ref().and_then(|rules| rules.answer_within.as_ref());
    OwedDuty {
        duty,
        state: duty.at(now, zone),
        body: rule.and_then(|rule| consultation.bodies.get(rule.body as usize).cloned()),
        rule: rule.map(|rule| rule.source.clone()).unwrap_or_default(),
        days: rule.map(|rule| rule.days),
        is_known: coverage(consultation).knows(now),
    }
}

/// What starts the delay, once it happened.
fn trigger(
    owing: &Owing,
    consultation: &Consultation,
    rules: &RuleSet,
    rule: &AnswerWithin,
) -> Option<Timestamp> {
    match rule.from {
        DutyStart::Publication if owing.awaits_moderation => None,
        DutyStart::Publication => owing.published_at.or(Some(owing.recorded_at)),
        DutyStart::Threshold => owing.supported_at,
        DutyStart::Closing => closing_of_submissions(consultation, rules),
    }
}

/// When the last phase that admits submissions closed; none while one is open or still to come.
fn closing_of_submissions(consultation: &Consultation, rules: &RuleSet) -> Option<Timestamp> {
    let admitting =
        (0..).zip(&rules.phases).filter(|(_, phase)| phase.admits.contains(&Activity::Submissions));
    let closings: Option<Vec<Timestamp>> = admitting
        .map(|(index, _)| consultation.phases.get(&index).and_then(|phase| phase.closed_at))
        .collect();
    closings.and_then(|closings| closings.into_iter().max()).or(consultation.closed_at)
}
