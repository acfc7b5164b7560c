//! Telling a trail: the views' rows and the record's facts, put before the words.
//!
//! `docs/design.md` (Trail) decides what a trail holds: the subject's own steps, those of its amendments, and what
//! became of it at an instant that is an argument. The words are [`trail`](crate::trail)'s; this module finds
//! what they ask for, and reads no clock.

mod headline;
mod scene;

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Activity, Choice, RulesOrigin, ThresholdKind, Trust};
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::rules::{Locale, Norm};
use devenir_core::time::{Claimed, Timestamp};

use crate::ViewError;
use crate::fate::Fate;
use crate::model::Subject;
use crate::query::{By, Consultation, Page, Reading, StepOrder, Tallies, Version};
use crate::source::Source;
use crate::trail::{
    DutyInput, Moment, OpenNow, TrailContext, TrailDocument, TrailInputs, TrailOrder, VersionFigures,
};

pub use headline::headline;
pub use scene::Names;

use scene::{Scene, words};

/// The most steps of one trail.
const STEPS_MAX: usize = 500;

/// A trail that is ready to be told, in either language.
pub struct Tale<'a> {
    scene: Scene<'a>,
    fate: Fate,
    breaches: BTreeMap<Position, Vec<Norm>>,
    figures: Vec<VersionFigures>,
    open: OpenNow,
    now: Timestamp,
    check_command: Option<String>,
    contact: Option<String>,
    cosigned: Option<TreeSize>,
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
        let facts = read_all(reading, source, told(reading, &subject, &fate)?)?;
        let mut breaches = BTreeMap::new();
        for fact in &facts {
            breaches.insert(fact.position, reading.irregularities(fact.position)?);
        }
        let figures = figures(&names, &subject)?;
        let open = open_now(reading, &subject, &names.consultation)?;
        let scene = Scene { names, subject, facts };
        let (check_command, contact, cosigned) = (None, None, None);
        Ok(Self { scene, fate, breaches, figures, open, now, check_command, contact, cosigned })
    }

    /// The same, naming the command with which the whole record can be checked where it is read.
    #[must_use]
    pub fn checked_with(self, command: String) -> Self {
        Self { check_command: Some(command), ..self }
    }

    /// The same, naming the address at which a copy of the record can be asked for, where there is one.
    #[must_use]
    pub fn asked_of(self, contact: Option<String>) -> Self {
        Self { contact, ..self }
    }

    /// The same, saying how many events outside witnesses have cosigned; none where nobody has.
    #[must_use]
    pub fn cosigned_up_to(self, cosigned: Option<TreeSize>) -> Self {
        Self { cosigned, ..self }
    }

    /// What became of it.
    #[must_use]
    pub const fn fate(&self) -> &Fate {
        &self.fate
    }

    /// What it is about.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.scene.subject
    }

    /// Its consultation.
    #[must_use]
    pub fn consultation(&self) -> &Consultation {
        &self.scene.names.consultation
    }

    /// The names around it.
    #[must_use]
    pub const fn context(&self) -> &dyn TrailContext {
        &self.scene
    }

    /// The facts, in the order of the record.
    #[must_use]
    pub fn facts(&self) -> &[Recorded] {
        &self.scene.facts
    }

    /// The norms that facts did not respect.
    #[must_use]
    pub const fn breaches(&self) -> &BTreeMap<Position, Vec<Norm>> {
        &self.breaches
    }

    /// Tells it in one language.
    #[must_use]
    pub fn tell(&self, order: TrailOrder, locale: Locale, demonstration: bool) -> TrailDocument {
        let duties = duties(&self.fate);
        let inputs = TrailInputs {
            breaches: &self.breaches,
            figures: &self.figures,
            demonstration,
            check_command: self.check_command.as_deref(),
            contact: self.contact.as_deref(),
            cosigned: self.cosigned,
            ..inputs(&self.scene, &self.fate, &duties, (self.open, self.now))
        };
        TrailDocument::new(&inputs, &self.scene, order, locale)
    }
}

fn duties(fate: &Fate) -> Vec<DutyInput> {
    let owed = fate.duties.iter();
    owed.map(|owed| DutyInput {
        duty: owed.duty,
        body: owed.body.clone(),
        rule: owed.rule.clone(),
        days: owed.days,
    })
    .collect()
}

/// What a trail is told from, without its figures and remarks.
fn inputs<'a>(
    scene: &'a Scene<'_>,
    fate: &'a Fate,
    duties: &'a [DutyInput],
    (open, now): (OpenNow, Timestamp),
) -> TrailInputs<'a> {
    let Scene { names, subject, facts } = scene;
    let platform = || subject.source.as_ref().map(|source| source.platform.clone());
    TrailInputs {
        subject: subject.id,
        consultation: names.consultation.title.plain.clone(),
        organiser: names.consultation.bodies.first().cloned(),
        origin: subject.url.clone().or_else(|| names.consultation.url.clone()).or_else(platform),
        origin_number: subject.source.as_ref().map(|source| source.external_id.clone()),
        taken_over: names.consultation.origin == RulesOrigin::Observed,
        changed_in_source: subject
            .source_changed_at
            .map_or(Moment::UNKNOWN, |at| Moment::day(&names.zone, at)),
        check_command: None,
        contact: None,
        cosigned: None,
        headline: &fate.headline,
        decided_by: fate.decided_by,
        duties,
        heirs: Vec::new(),
        heirs_place: None,
        facts,
        breaches: const { &BTreeMap::new() },
        figures: &[],
        open,
        now,
        demonstration: false,
    }
}

/// The facts at some positions, without what was erased of them, whether or not it is deleted already.
fn read_all(
    reading: &Reading,
    source: &mut dyn Source,
    positions: impl IntoIterator<Item = Position>,
) -> Result<Vec<Recorded>, ViewError> {
    let mut facts = Vec::new();
    for position in positions {
        // What this software cannot read is counted by the verifier; a trail tells what it can.
        for mut fact in source.read(position, 1)?.into_iter().flatten() {
            fact.event.erase(reading.erased_mask(fact.position)?);
            facts.push(fact);
        }
    }
    Ok(facts)
}

/// Which facts a trail tells: the first of its steps, and those that the headline speaks of, however late they came.
fn told(reading: &Reading, subject: &Subject, fate: &Fate) -> Result<BTreeSet<Position>, ViewError> {
    let spoken_of = headline::spoken_of(reading, subject, fate)?;
    Ok(positions(reading, subject)?.into_iter().chain(spoken_of).collect())
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

fn figures(names: &Names<'_>, subject: &Subject) -> Result<Vec<VersionFigures>, ViewError> {
    let tallies = names.reading.tallies(subject.position)?;
    let versions = names.reading.versions(subject.position)?;
    Ok(versions.iter().map(|version| of_version(version, &tallies, names)).collect())
}

/// Votes of a version by territory, all choices together, by the names of the rules.
fn territories(version: &Version, tallies: &Tallies, names: &Names<'_>) -> Vec<(String, u64)> {
    let mut counted: BTreeMap<u32, u64> = BTreeMap::new();
    for it in tallies.by_territory.iter().filter(|it| it.votes.version == Some(version.position)) {
        let sum = counted.entry(it.territory).or_default();
        *sum = sum.saturating_add(it.votes.votes);
    }
    let named = |(index, count): (u32, u64)| Some((names.territory(index)?, count));
    counted.into_iter().filter_map(named).collect()
}

fn of_version(version: &Version, tallies: &Tallies, names: &Names<'_>) -> VersionFigures {
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
    let zone = &names.zone;
    let day = |at: Option<Timestamp>| at.map_or(Moment::UNKNOWN, |at| Moment::day(zone, at));
    // Only what was written here was written when it was recorded.
    let (written, found) = match (version.claimed.at(), version.trust) {
        (Some(_), _) => (Moment::claimed(zone, version.claimed), Moment::UNKNOWN),
        (None, Trust::Native) => (day(Some(version.recorded_at)), Moment::UNKNOWN),
        (None, Trust::Attested) => (Moment::UNKNOWN, Moment::UNKNOWN),
        (None, Trust::Observed | Trust::Reconstructed) => {
            (Moment::UNKNOWN, day(names.found_by(version.position)))
        }
    };
    VersionFigures {
        number: version.number,
        title: words(&version.title),
        written,
        found,
        found_before: day(version.seen_before),
        counted: counted.into_iter().collect(),
        territories: territories(version, tallies, names),
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
