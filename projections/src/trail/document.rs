//! A whole trail as a document: the same sections for the page and for the terminal.
//!
//! `docs/design.md` (Trail) orders them: the answer first, then what is owed and what can be done, which text was
//! voted on, the steps, what this does not prove, and how to check it. This module lays nothing out, reads no
//! store and no clock.

use std::collections::BTreeMap;

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Choice, Trust};
use devenir_core::event::part::SectionChange;
use devenir_core::event::vote::Count;
use devenir_core::id::IntentId;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::rules::{Headline, Locale, Norm};
use devenir_core::time::{Claimed, Timestamp};

use super::context::{SubjectName, TrailContext};
use super::headline::{HeadlineShown, Story};
use super::limits::{checks, limits};
use super::message::Message;
use super::moment::Moment;
use super::order::{TrailOrder, sort_steps};
use super::owed::{DutyInput, next_steps, owed};
use super::step::{Details, PointerShown, TrailStep, step};
use super::vote::totals;
use super::words::{Missing, Words};

/// From so many on, amendments of which nothing but a title is known are one line.
const FOLDED_MIN: usize = 3;

/// Everything that a trail is told from. The views and the rules have computed it; nothing here is text yet.
#[derive(Debug, Clone)]
pub struct TrailInputs<'a> {
    /// The subject.
    pub subject: IntentId,
    /// The title of its consultation.
    pub consultation: Option<String>,
    /// Who organises it, as the one to write to.
    pub organiser: Option<String>,
    /// The site that it comes from, where it was taken over from one: an address, or a name.
    pub origin: Option<String>,
    /// Its number on that site.
    pub origin_number: Option<String>,
    /// Whether it was held on another site and taken over here.
    pub taken_over: bool,
    /// When that site says that the text was changed, the text of before unknown.
    pub changed_in_source: Moment,
    /// The command with which the record can be checked where it is read.
    pub check_command: Option<&'a str>,
    /// The address at which a copy of the record can be asked for.
    pub contact: Option<&'a str>,
    /// How many events outside witnesses have cosigned; none where nobody has.
    pub cosigned: Option<TreeSize>,
    /// What became of it at [`TrailInputs::now`].
    pub headline: &'a Headline,
    /// The act that the standing decision comes from.
    pub decided_by: Option<Position>,
    /// The duties to answer it; [`Headline::owed`] names one by its index here.
    pub duties: &'a [DutyInput],
    /// In what it goes on, where it was merged, split or grouped.
    pub heirs: Vec<SubjectName>,
    /// Where the fate of those stands, in words.
    pub heirs_place: Option<String>,
    /// The facts of the trail, in the order of the record; votes cast one by one are not among them.
    pub facts: &'a [Recorded],
    /// The norms that facts did not respect, by their position.
    pub breaches: &'a BTreeMap<Position, Vec<Norm>>,
    /// The versions, with what was counted and what was reported for each.
    pub figures: &'a [VersionFigures],
    /// What is open to readers now.
    pub open: OpenNow,
    /// The present, as whoever asks says.
    pub now: Timestamp,
    /// Whether the record is invented.
    pub demonstration: bool,
}

impl TrailInputs<'_> {
    /// Whether the origin is an address, rather than the bare name of a site.
    pub(super) fn is_addressed(&self) -> bool {
        self.origin.as_deref().is_some_and(|it| it.starts_with("http"))
    }
}

/// What is open at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenNow {
    /// Whether a phase admits contributions.
    pub submissions: bool,
    /// Whether a ballot is open on the subject.
    pub votes: bool,
    /// The supports that oblige somebody to answer, where the rules say and they are not reached.
    pub answer_threshold: Option<u64>,
}

/// A version, and the figures that are bound to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFigures {
    /// 1 for the first.
    pub number: u32,
    /// Its title, as it may be shown.
    pub title: Words,
    /// When it was written, as its author or its source says.
    pub written: Moment,
    /// When it was found, where nobody says when it was written.
    pub found: Moment,
    /// When the text before it was found for the last time, where nobody saw the change.
    pub found_before: Moment,
    /// Votes counted here one by one.
    pub counted: Vec<(Choice, u64)>,
    /// The same by territory, as the rules name them, where a ballot counts so.
    pub territories: Vec<(String, u64)>,
    /// Votes on paper, counted by hand.
    pub paper: Vec<(Choice, u64)>,
    /// The counters reported last at each moment, oldest first.
    pub observed: Vec<(Claimed, Vec<Count>)>,
}

/// A trail told in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailDocument {
    /// The language.
    pub locale: Locale,
    /// What it is about: the title, or what stands in its place.
    pub title: String,
    /// What and where it is: "Proposition plan-velo-0007, Plan vélo 2030".
    pub about: String,
    /// That the record is invented, where it is.
    pub banner: Option<String>,
    /// The day of the page: all delays count from it.
    pub today: String,
    /// What became of it, in one sentence.
    pub headline: String,
    /// What stands right beside it, one sentence each.
    pub beside: Vec<String>,
    /// Why, in the words of whoever decided, with what they point at.
    pub why: Vec<Labelled>,
    /// What is owed, by whom, until when.
    pub owed: Section,
    /// What can be done now.
    pub next: Section,
    /// Where it was held, where that has an address.
    pub origin: Option<String>,
    /// Which text people voted on, how many, counted or reported.
    pub versions: Section,
    /// The heading of the steps.
    pub steps_heading: String,
    /// What is said once of all the steps.
    pub steps_note: Option<String>,
    /// What happened, step by step.
    pub steps: Vec<StepShown>,
    /// What the page does not know or prove.
    pub limits: Section,
    /// How to check it.
    pub checks: Section,
}

/// A heading and its sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// The sentences.
    pub sentences: Vec<String>,
}

/// Words with what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// What they are: "Motif", "Où".
    pub label: String,
    /// The words, or why there are none.
    pub words: String,
    /// An address that goes with them.
    pub url: Option<String>,
    /// Whether these are words of somebody, rather than ours.
    pub quoted: bool,
}

/// A step told in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepShown {
    /// Its place in the record.
    pub position: Position,
    /// Its permanent name.
    pub id: IntentId,
    /// Its date, or "date inconnue".
    pub date: String,
    /// What happened.
    pub sentence: String,
    /// What must be said beside it.
    pub notes: Vec<String>,
    /// The rules that it did not respect.
    pub remarks: Vec<String>,
    /// The words that go with it.
    pub details: Vec<Labelled>,
    /// How it came to be recorded.
    pub trust: Trust,
    /// Where it comes from, where that is another trail.
    pub inherited_from: Option<String>,
    /// What stands for many steps that say little: one line each.
    pub folded: Vec<Labelled>,
}

impl TrailDocument {
    /// Tells a trail in one language.
    #[must_use]
    pub fn new(
        inputs: &TrailInputs<'_>,
        context: &dyn TrailContext,
        order: TrailOrder,
        locale: Locale,
    ) -> Self {
        let story = Story { inputs, context };
        let headline = HeadlineShown::new(inputs, context);
        let steps = steps(inputs, context, order);
        let taken = taken_over_at(inputs, context, &steps);
        let subject = story.subject();
        let demonstration = inputs.demonstration.then(|| Message::new("banner-demonstration").say(locale));
        Self {
            locale,
            title: title(&subject, locale),
            about: about(&subject, inputs, locale),
            banner: demonstration,
            today: Message::new("today").moment("at", Moment::day(context.zone(), inputs.now)).say(locale),
            headline: headline.sentence(locale),
            beside: headline.beside(locale),
            why: why(&headline, locale),
            owed: section("heading-owed", &owed(story), locale),
            next: section("heading-next", &next_steps(story), locale),
            origin: inputs.origin.clone().filter(|_| inputs.taken_over && inputs.is_addressed()),
            versions: Section {
                heading: Message::new("heading-versions").say(locale),
                sentences: figures(inputs, context, locale),
            },
            steps_heading: Message::new("heading-steps").say(locale),
            limits: section("heading-limits", &limits(story, &steps), locale),
            checks: section("heading-checks", &checks(story, &steps), locale),
            steps_note: taken.map(|at| Message::new("steps-taken-over").moment("at", at).say(locale)),
            steps: shown(&steps, &headline, inputs.decided_by, taken, locale),
        }
    }

    /// Every section of sentences that comes before the steps, in order.
    pub fn sections_before(&self) -> impl Iterator<Item = &Section> {
        [&self.owed, &self.next, &self.versions].into_iter()
    }

    /// Every section of sentences that comes after the steps, in order.
    pub fn sections_after(&self) -> impl Iterator<Item = &Section> {
        [&self.limits, &self.checks].into_iter()
    }
}

/// The facts told as steps, in order.
fn steps(inputs: &TrailInputs<'_>, context: &dyn TrailContext, order: TrailOrder) -> Vec<TrailStep> {
    let breaches = |it: &Recorded| inputs.breaches.get(&it.position).map_or(&[][..], Vec::as_slice);
    let mut steps: Vec<TrailStep> = inputs.facts.iter().map(|it| step(it, context, breaches(it))).collect();
    sort_steps(&mut steps, order);
    steps
}

/// The one day on which all the steps were taken over, where they were and there are several: said once then.
fn taken_over_at(
    inputs: &TrailInputs<'_>,
    context: &dyn TrailContext,
    steps: &[TrailStep],
) -> Option<Moment> {
    let day = |step: &TrailStep| Moment::day(context.zone(), step.recorded_at);
    let first = steps.first().filter(|_| inputs.taken_over && steps.len() > 1).map(day)?;
    steps.iter().all(|step| day(step) == first).then_some(first)
}

/// The steps as they are shown: nothing twice that stands at the top, those that say little folded into one.
fn shown(
    steps: &[TrailStep],
    headline: &HeadlineShown,
    decided_by: Option<Position>,
    taken: Option<Moment>,
    locale: Locale,
) -> Vec<StepShown> {
    let fold: Vec<&TrailStep> = steps.iter().filter(|step| step.is_bare(steps)).collect();
    let fold = if fold.len() >= FOLDED_MIN { fold } else { Vec::new() };
    let mut all = Vec::new();
    for step in steps {
        let folded = fold.iter().position(|it| it.position == step.position);
        if folded.is_none() {
            let is_told = taken.is_some_and(|at| step.recorded == Some(at));
            let mut step = without_the_top(step.clone(), headline, decided_by);
            step.recorded = step.recorded.filter(|_| !is_told);
            all.push(StepShown::new(&step, locale));
        } else if folded == Some(0) {
            all.push(StepShown::folded(step, &fold, locale));
        }
    }
    all
}

/// A step without the words that stand at the top of the page already.
fn without_the_top(mut step: TrailStep, headline: &HeadlineShown, decided_by: Option<Position>) -> TrailStep {
    let said =
        |words: Option<&Words>, top: Option<&Words>| words.and_then(Words::said).is_some() && words == top;
    // What an act's entry said at first may be unknown: the reasons at the top are then those of a later day.
    let is_said = step.details.reason.as_ref().is_some_and(|reason| *reason != Words::NOT_SAID);
    let is_the_decision = Some(step.position) == decided_by && headline.reason.is_some() && is_said;
    let reasons = is_the_decision || said(step.details.reason.as_ref(), headline.reason.as_ref());
    if reasons && step.details.reason.is_some() {
        step.details = Details { reason: None, pointers: Vec::new(), ..step.details };
        return step.noting(Message::new("note-reasons-above"));
    }
    if said(step.details.said.as_ref(), headline.observation.as_ref()) {
        step.details.said = None;
        return step.noting(Message::new("note-words-above"));
    }
    step
}

fn section(heading: &str, messages: &[Message], locale: Locale) -> Section {
    Section {
        heading: Message::new(heading).say(locale),
        sentences: messages.iter().map(|message| message.say(locale)).collect(),
    }
}

fn title(subject: &SubjectName, locale: Locale) -> String {
    match (subject.title.said(), subject.title.missing_message()) {
        (Some(title), _) => title.to_owned(),
        (None, Some(missing)) => missing.say(locale),
        (None, None) => String::new(),
    }
}

fn about(subject: &SubjectName, inputs: &TrailInputs<'_>, locale: Locale) -> String {
    Message::new("about")
        .code("kind", subject.kind.as_str())
        .words("reference", subject.reference.clone())
        .words("consultation", inputs.consultation.clone())
        .say(locale)
}

fn why(headline: &HeadlineShown, locale: Locale) -> Vec<Labelled> {
    let reason = headline.reason.iter().map(|reason| labelled("label-why", reason, locale));
    let observation = headline.observation.iter().map(|words| labelled("label-observed", words, locale));
    let pointers = headline.pointers.iter().map(|it| pointer(it, locale));
    pointers.chain(reason).chain(observation).collect()
}

fn labelled(label: &'static str, words: &Words, locale: Locale) -> Labelled {
    let missing = match words.missing() {
        // An entry that its source altered has its reasons now: those of then are what is not there.
        Some(Missing::NotInSource) if label == "label-why" => Some(Message::new("missing-then")),
        Some(_) | None => words.missing_message(),
    };
    let missing = missing.map(|message| message.say(locale));
    Labelled {
        label: Message::new(label).say(locale),
        words: words.said().map(str::to_owned).or(missing).unwrap_or_default(),
        url: None,
        quoted: words.said().is_some(),
    }
}

fn pointer(pointer: &PointerShown, locale: Locale) -> Labelled {
    let dated =
        pointer.dated.map(|dated| Message::new("pointer-dated").moment("at", dated).say_within(locale));
    let bare = labelled("label-where", &pointer.words, locale);
    let words = match dated {
        Some(dated) => format!("{} ({dated})", bare.words),
        None => bare.words.clone(),
    };
    Labelled { words, url: pointer.url.clone(), quoted: false, ..bare }
}

/// What was counted here, what was counted by hand and what others report: never in one figure.
fn figures(inputs: &TrailInputs<'_>, context: &dyn TrailContext, locale: Locale) -> Vec<String> {
    let figures = inputs.figures;
    let many = figures.len() > 1;
    let changed = inputs.changed_in_source;
    let mut said: Vec<String> = Vec::new();
    let mut all: BTreeMap<Choice, u64> = BTreeMap::new();
    for version in figures {
        let of = |id: &'static str| {
            Message::new(id)
                .number("version", version.number)
                .flag("many", many)
                .flag("changed", changed.is_known())
                .moment("written", version.written)
                .moment("found", version.found)
                .moment("before", version.found_before)
        };
        let total = |counts: &[(Choice, u64)]| counts.iter().any(|(_, count)| *count > 0);
        let before = said.len();
        if total(&version.counted) {
            said.push(of("figures-counted").counts(version.counted.clone()).say(locale));
            for (choice, count) in &version.counted {
                let sum = all.entry(*choice).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
        if !version.territories.is_empty() {
            let one = |(name, count): &(String, u64)| {
                Message::new("territory").words("name", Some(name)).number("count", *count)
            };
            said.push(
                of("figures-territories")
                    .row("territories", version.territories.iter().map(one).collect())
                    .say(locale),
            );
        }
        if total(&version.paper) {
            said.push(of("figures-paper").counts(version.paper.clone()).say(locale));
        }
        for (claimed, counts) in &version.observed {
            let at = Moment::claimed(context.zone(), *claimed);
            said.push(of("figures-observed").counts(totals(counts)).moment("at", at).say(locale));
        }
        if said.len() == before {
            said.push(of("figures-none").say(locale));
        }
    }
    let counted = figures.iter().filter(|version| !version.counted.is_empty()).count();
    if counted > 1 {
        let counts: Vec<(Choice, u64)> = all.into_iter().collect();
        said.push(Message::new("figures-together").counts(counts).say(locale));
    }
    let readings: usize = figures.iter().map(|version| version.observed.len()).sum();
    let more = [
        (readings > 1).then(|| Message::new("figures-one-counter").number("readings", readings as u64)),
        changed.is_known().then(|| Message::new("figures-text-changed").moment("at", changed)),
    ];
    said.extend(more.into_iter().flatten().map(|message| message.say(locale)));
    said
}

impl StepShown {
    /// Tells a step in one language.
    #[must_use]
    pub fn new(step: &TrailStep, locale: Locale) -> Self {
        let inherited = step.inherited_from.as_ref();
        Self {
            position: step.position,
            id: step.id,
            date: step.when.date(locale),
            sentence: step.sentence(locale),
            notes: step.notes(locale),
            remarks: step.remarks(locale),
            details: details(step, locale),
            trust: step.trust,
            inherited_from: inherited.map(|from| Message::new("inherited").thing("thing", from).say(locale)),
            folded: Vec::new(),
        }
    }

    /// One line for many amendments of which only a title is known.
    fn folded(first: &TrailStep, steps: &[&TrailStep], locale: Locale) -> Self {
        let line = |step: &&TrailStep| {
            let title = step.details.title.as_ref().and_then(Words::said).unwrap_or_default();
            Labelled {
                label: step.reference.clone().unwrap_or_default(),
                words: title.to_owned(),
                url: step.details.links.first().cloned(),
                quoted: false,
            }
        };
        let many = Message::new("amendments-folded").number("count", steps.len() as u64);
        Self {
            sentence: many.say(locale),
            notes: Vec::new(),
            remarks: Vec::new(),
            details: Vec::new(),
            folded: steps.iter().map(line).collect(),
            ..Self::new(first, locale)
        }
    }
}

/// The words that go with a step; a text that its source does not have is said to be missing, a reason too.
fn details(step: &TrailStep, locale: Locale) -> Vec<Labelled> {
    let it = &step.details;
    let changed = it.changed.clone().unwrap_or_default();
    let (added, removed) = (changed.added.map(Words::Said), changed.removed.map(Words::Said));
    // What changed says more than the whole text once again.
    let text = it.text.as_ref().filter(|_| added.is_none() && removed.is_none());
    let words = [
        ("label-title", it.title.as_ref()),
        ("label-text", text),
        ("label-words", it.said.as_ref()),
        ("label-added", added.as_ref()),
        ("label-removed", removed.as_ref()),
        ("label-why", it.reason.as_ref()),
    ];
    let words = words.into_iter().filter_map(|(label, words)| Some((label, words?)));
    let words = words.filter(|(_, words)| words.said() != Some(""));
    // A title that was never given is no loss where the text is there.
    let words = words.filter(|(label, words)| *label != "label-title" || words.said().is_some());
    let sections = it.sections.iter().flat_map(|section| before_and_after(section, locale));
    let places = [
        ("label-local-status", &it.local_status),
        ("label-theme", &it.theme),
        ("label-territory", &it.territory),
        ("label-place", &it.place),
    ];
    let places = places.into_iter().filter_map(|(label, words)| Some((label, words.clone()?)));
    let link = |url: &String| Labelled {
        label: Message::new("label-link").say(locale),
        words: url.clone(),
        url: Some(url.clone()),
        quoted: false,
    };
    it.pointers
        .iter()
        .map(|it| pointer(it, locale))
        .chain(words.map(|(label, words)| labelled(label, words, locale)))
        .chain(sections)
        .chain(
            places.map(|(label, words)| Labelled {
                quoted: false,
                ..labelled(label, &Words::Said(words), locale)
            }),
        )
        .chain(it.links.iter().map(link))
        .collect()
}

/// A section of the law or rule as it stands and as it would read, under its own title.
fn before_and_after(section: &SectionChange, locale: Locale) -> impl Iterator<Item = Labelled> {
    let sides = [("label-before", section.before.clone()), ("label-after", section.after.clone())];
    let line = |(label, words): (&'static str, Option<String>)| {
        let label = Message::new(label).words("section", Some(section.title.clone())).say(locale);
        Some(Labelled { label, words: words?, url: None, quoted: true })
    };
    sides.into_iter().filter_map(line).collect::<Vec<_>>().into_iter()
}
