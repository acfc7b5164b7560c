//! Telling a trail: the views' rows and the record's facts, put before the words.
//!
//! `docs/design.md` (Trail) decides what a trail holds: the subject's own steps, those of its amendments, and what
//! became of it at an instant that is an argument. The words are [`trail`](crate::trail)'s; this module finds
//! what they ask for, and reads no clock.

use std::collections::BTreeMap;

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Activity, Choice, RulesOrigin, Stage, ThresholdKind};
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::rules::{Locale, Norm, Zone};
use devenir_core::time::{Claimed, Timestamp};

use crate::ViewError;
use crate::fate::{Fate, zone_of};
use crate::model::{Genre, Subject, SubjectKind, Text, TextAbsence};
use crate::query::{By, Change, ChangeKind, Consultation, Page, Reading, StepOrder, Tallies, Version};
use crate::source::Source;
use crate::trail::{
    BallotName, Changed, Covers, DutyInput, Missing, Moment, OpenNow, SubjectName, ThingKind, TrailContext,
    TrailDocument, TrailInputs, TrailOrder, VersionFigures, VersionName, Words,
};

/// The most steps of one trail.
const STEPS_MAX: usize = 500;

/// A trail that is ready to be told, in either language.
pub struct Tale<'a> {
    names: Names<'a>,
    subject: Subject,
    fate: Fate,
    facts: Vec<Recorded>,
    breaches: BTreeMap<Position, Vec<Norm>>,
    figures: Vec<VersionFigures>,
    open: OpenNow,
    now: Timestamp,
}

impl<'a> Tale<'a> {
    /// Gathers the trail of a subject as it stands at `now`.
    ///
    /// # Errors
    /// [`ViewError`] where the views or the record do not read.
    pub fn of(
        reading: &'a Reading,
        source: &mut dyn Source,
        subject: Subject,
        now: Timestamp,
    ) -> Result<Self, ViewError> {
        let consultation = reading
            .consultation(By::Position(subject.consultation))?
            .ok_or(ViewError::Gap { size: reading.size(), found: subject.consultation })?;
        let names = Names::new(reading, consultation);
        let fate = reading.fate(&subject, &names.consultation, now)?;
        let mut facts = Vec::new();
        let mut breaches = BTreeMap::new();
        for position in positions(reading, &subject)? {
            // What this software cannot read is counted by the verifier; a trail tells what it can.
            for recorded in source.read(position, 1)?.into_iter().flatten() {
                breaches.insert(position, reading.irregularities(position)?);
                facts.push(recorded);
            }
        }
        let figures = figures(reading, &subject, &names.zone)?;
        let open = open_now(reading, &subject, &names.consultation)?;
        Ok(Self { names, subject, fate, facts, breaches, figures, open, now })
    }

    /// What became of it.
    #[must_use]
    pub const fn fate(&self) -> &Fate {
        &self.fate
    }

    /// What it is about.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Its consultation.
    #[must_use]
    pub const fn consultation(&self) -> &Consultation {
        &self.names.consultation
    }

    /// The facts, in the order of the record.
    #[must_use]
    pub fn facts(&self) -> &[Recorded] {
        &self.facts
    }

    /// The norms that facts did not respect.
    #[must_use]
    pub const fn breaches(&self) -> &BTreeMap<Position, Vec<Norm>> {
        &self.breaches
    }

    /// Tells it in one language.
    #[must_use]
    pub fn tell(&self, order: TrailOrder, locale: Locale, demonstration: bool) -> TrailDocument {
        let duties: Vec<DutyInput> = self
            .fate
            .duties
            .iter()
            .map(|owed| DutyInput { duty: owed.duty, body: owed.body.clone(), rule: owed.rule.clone() })
            .collect();
        let origin = self
            .subject
            .url
            .clone()
            .or_else(|| self.subject.source.as_ref().map(|source| source.platform.clone()));
        let inputs = TrailInputs {
            subject: self.subject.id,
            consultation: self.names.consultation.title.plain.clone(),
            organiser: self.names.consultation.bodies.first().cloned(),
            origin,
            headline: &self.fate.headline,
            decided_by: self.fate.decided_by,
            duties: &duties,
            heirs: Vec::new(),
            heirs_place: None,
            facts: &self.facts,
            breaches: &self.breaches,
            figures: &self.figures,
            open: self.open,
            now: self.now,
            demonstration,
        };
        TrailDocument::new(&inputs, self, order, locale)
    }
}

fn positions(reading: &Reading, subject: &Subject) -> Result<Vec<Position>, ViewError> {
    let mut positions = Vec::new();
    let mut page = Page::first(100, None);
    loop {
        let steps = reading.steps_with_amendments(subject.position, StepOrder::Record, page)?;
        positions.extend(steps.items.iter().map(|(_, step)| step.position));
        match steps.items.last() {
            Some((key, _)) if steps.has_next && positions.len() < STEPS_MAX => {
                page = Page::first(100, Some(*key));
            }
            Some(_) | None => break,
        }
    }
    positions.truncate(STEPS_MAX);
    Ok(positions)
}

fn figures(reading: &Reading, subject: &Subject, zone: &Zone) -> Result<Vec<VersionFigures>, ViewError> {
    let tallies = reading.tallies(subject.position)?;
    let versions = reading.versions(subject.position)?;
    Ok(versions.iter().map(|version| of_version(version, &tallies, zone)).collect())
}

fn of_version(version: &Version, tallies: &Tallies, zone: &Zone) -> VersionFigures {
    let mut counted: BTreeMap<Choice, u64> = BTreeMap::new();
    for votes in tallies.counted.iter().filter(|votes| votes.version == Some(version.position)) {
        // A choice that is withheld, or that names an option, is told by its ballot.
        if let Some(choice) = votes.choice {
            let sum = counted.entry(choice).or_default();
            *sum = sum.saturating_add(votes.votes);
        }
    }
    let mut paper: BTreeMap<Choice, u64> = BTreeMap::new();
    for votes in tallies.paper.iter().filter(|votes| votes.version == Some(version.position)) {
        if let Some(choice) = votes.choice {
            let sum = paper.entry(choice).or_default();
            *sum = sum.saturating_add(votes.count);
        }
    }
    let when = match version.claimed.at() {
        Some(_) => Moment::claimed(zone, version.claimed),
        None => Moment::day(zone, version.recorded_at),
    };
    VersionFigures {
        number: version.number,
        title: words(&version.title),
        when,
        counted: counted.into_iter().collect(),
        paper: paper.into_iter().collect(),
        observed: tallies
            .observed
            .iter()
            .filter(|counter| counter.version == version.position)
            .map(|counter| (moment_of(counter.claimed, counter.recorded_at), counter.counts.clone()))
            .collect(),
    }
}

fn moment_of(claimed: Claimed, recorded_at: Timestamp) -> Claimed {
    if claimed.at().is_some() { claimed } else { Claimed::instant(recorded_at) }
}

fn open_now(reading: &Reading, subject: &Subject, consultation: &Consultation) -> Result<OpenNow, ViewError> {
    let rules = consultation.rules.as_ref();
    let is_open = |activity: Activity| {
        rules.is_some_and(|rules| {
            (0..).zip(&rules.phases).any(|(index, phase)| {
                let state = consultation.phases.get(&index);
                let open = state.is_some_and(|state| state.opened_at.is_some() && state.closed_at.is_none());
                open && phase.admits.contains(&activity)
            })
        })
    };
    let thresholds = reading.thresholds(subject.position)?;
    let reached = thresholds.iter().any(|reached| reached.brings == ThresholdKind::Response);
    let threshold = rules.and_then(|rules| {
        rules.thresholds.iter().find(|rule| rule.brings == ThresholdKind::Response).map(|rule| rule.count)
    });
    Ok(OpenNow {
        submissions: is_open(Activity::Submissions),
        votes: is_open(Activity::Votes),
        answer_threshold: threshold.filter(|_| !reached),
    })
}

fn words(text: &Text) -> Words {
    match (&text.plain, text.absent) {
        (Some(plain), _) => Words::Said(plain.clone()),
        (None, None) => Words::NOT_SAID,
        (None, Some(absent)) => Words::Missing(match absent {
            TextAbsence::NotInSource => Missing::NotInSource,
            TextAbsence::Hidden => Missing::Hidden,
            TextAbsence::Withheld => Missing::Withheld,
            TextAbsence::Erased => Missing::Erased,
            TextAbsence::Lost => Missing::Lost,
        }),
    }
}

/// The runs of words of one kind, with a mark between them; none where there are none.
fn runs(changes: &[Change], kind: ChangeKind) -> Option<String> {
    let runs = changes.iter().filter(|change| change.kind == kind).map(|change| change.text.trim());
    let runs: Vec<&str> = runs.filter(|run| !run.is_empty()).collect();
    (!runs.is_empty()).then(|| runs.join(" […] "))
}

fn thing(subject: &Subject) -> ThingKind {
    match (subject.kind, subject.genre) {
        (_, Some(Genre::Contribution(kind))) => kind.into(),
        (_, Some(Genre::Reference(kind))) => kind.into(),
        (_, Some(Genre::Argument(side))) => side.into(),
        (SubjectKind::Amendment, None) => ThingKind::Amendment,
        (SubjectKind::Comment, None) => ThingKind::Comment,
        (SubjectKind::Citation, None) => ThingKind::Citation,
        (SubjectKind::Reference | SubjectKind::Contribution | SubjectKind::Argument, None) => ThingKind::Text,
    }
}

impl TrailContext for Tale<'_> {
    fn zone(&self) -> &Zone {
        self.names.zone()
    }

    fn home(&self) -> Option<IntentId> {
        Some(self.subject.id)
    }

    fn body(&self, index: u32) -> Option<String> {
        self.names.body(index)
    }

    fn phase(&self, index: u32) -> Option<String> {
        self.names.phase(index)
    }

    fn theme(&self, index: u32) -> Option<String> {
        self.names.theme(index)
    }

    fn territory(&self, index: u32) -> Option<String> {
        self.names.territory(index)
    }

    fn subject(&self, id: IntentId) -> Option<SubjectName> {
        if id == self.subject.id { Some(named(&self.subject, true)) } else { self.names.subject(id) }
    }

    fn version(&self, id: IntentId) -> Option<VersionName> {
        self.names.version(id)
    }

    fn ballot(&self, id: IntentId) -> Option<BallotName> {
        self.names.ballot(id)
    }

    fn date_of(&self, id: IntentId) -> Option<Moment> {
        self.facts.iter().find(|fact| fact.id == id).map(|fact| Moment::of(self.zone(), fact))
    }

    fn covers(&self, stage: Stage) -> Covers {
        self.names.covers(stage)
    }
}

/// The names around a consultation, for facts that stand on nobody's trail.
pub struct Names<'a> {
    reading: &'a Reading,
    consultation: Consultation,
    zone: Zone,
}

impl<'a> Names<'a> {
    /// The names around a consultation, as one state of the views knows them.
    #[must_use]
    pub fn new(reading: &'a Reading, consultation: Consultation) -> Self {
        Self { reading, zone: zone_of(&consultation), consultation }
    }
}

fn named(subject: &Subject, at_home: bool) -> SubjectName {
    SubjectName {
        kind: thing(subject),
        reference: subject.reference.as_ref().map(ToString::to_string),
        title: words(&subject.title),
        at_home,
    }
}

impl TrailContext for Names<'_> {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn home(&self) -> Option<IntentId> {
        None
    }

    fn body(&self, index: u32) -> Option<String> {
        self.consultation.bodies.get(index as usize).cloned()
    }

    fn phase(&self, index: u32) -> Option<String> {
        self.consultation.rules.as_ref()?.phases.get(index as usize).map(|phase| phase.name.clone())
    }

    fn theme(&self, index: u32) -> Option<String> {
        self.consultation.rules.as_ref()?.themes.get(index as usize).cloned()
    }

    fn territory(&self, index: u32) -> Option<String> {
        self.consultation.rules.as_ref()?.territories.get(index as usize).cloned()
    }

    fn subject(&self, id: IntentId) -> Option<SubjectName> {
        self.reading.subject_by_id(id).ok().flatten().map(|found| named(&found, false))
    }

    fn version(&self, id: IntentId) -> Option<VersionName> {
        let position = self.reading.position_of(id).ok().flatten()?;
        let version = self.reading.version(position).ok().flatten()?;
        let served = !matches!(
            version.body.absent.or(version.title.absent),
            Some(TextAbsence::Hidden | TextAbsence::Withheld | TextAbsence::Erased)
        );
        Some(VersionName {
            number: version.number,
            title: words(&version.title),
            body: words(&version.body),
            served,
        })
    }

    fn changed(&self, version: IntentId) -> Option<Changed> {
        let position = self.reading.position_of(version).ok().flatten()?;
        let version = self.reading.version(position).ok().flatten()?;
        let before = version.number.checked_sub(1)?;
        let diff = self.reading.changes(version.subject, before, version.number).ok().flatten()?;
        Some(Changed {
            added: runs(&diff.body, ChangeKind::Added),
            removed: runs(&diff.body, ChangeKind::Removed),
        })
    }

    fn ballot(&self, id: IntentId) -> Option<BallotName> {
        let position = self.reading.position_of(id).ok().flatten()?;
        let ballot = self.reading.ballot(position).ok().flatten()?;
        let question = ballot.definition.as_ref().map(|definition| definition.question.clone());
        Some(BallotName { kind: ballot.kind, question })
    }

    fn date_of(&self, _: IntentId) -> Option<Moment> {
        None
    }

    fn covers(&self, stage: Stage) -> Covers {
        match (self.consultation.origin, self.consultation.coverage.observed.get(&stage)) {
            // No fact of the vocabulary tells of them yet.
            (RulesOrigin::Native, _) if matches!(stage, Stage::Delivery | Stage::Law) => Covers::Nothing,
            (RulesOrigin::Native, _) => Covers::Live,
            (RulesOrigin::Observed, Some(until)) => Covers::Until(*until),
            (RulesOrigin::Observed, None) => Covers::Nothing,
        }
    }
}
