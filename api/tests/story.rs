//! The story, loaded whole: its numbers, its votes, and the fates that `answers.toml` asks for.
//!
//! `fixtures/stories/villeneuve-velo/answers.toml` was written before the pages; all differences are told at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_api::app::App;
use devenir_api::story::{Loaded, Loading, Story, StoryClock, StoryError, create, load};
use devenir_core::event::code::RulesOrigin;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::rules::{FateCode, Locale};
use devenir_core::time::Timestamp;
use devenir_core::writer::{Instance, ManualClock, Opening, Random, SeededRandom, read_events};
use devenir_projections::history::recorded_at;
use devenir_projections::query::{By, Page, StepOrder};
use devenir_projections::source::{Item, Source, SourceError};
use devenir_projections::tell::{Tale, headline};
use devenir_projections::trail::TrailOrder;
use devenir_projections::{Reading, Referee, Reference, StoreSource, Views};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// 15 March 2027: the clocks changed since the opening, and February had 28 days.
fn loading(slice: Option<&str>) -> Loading {
    Loading { day: date(2027, 3, 15), slice: slice.map(str::to_owned) }
}

/// Noon of the day of loading, in the town.
const TODAY: Timestamp = Timestamp(1_805_108_400_000);

fn seeded(name: &str) -> Box<dyn Random> {
    Box::new(SeededRandom::new(name))
}

fn loaded(dir: &Path, slice: Option<&str>) -> Loaded {
    let story = Story::villeneuve().unwrap_or_else(|error| panic!("{error}"));
    create(dir, &story, &loading(slice), seeded("keys"), seeded("register"))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn open(dir: &Path, at: Timestamp) -> App {
    App::open(dir, Arc::new(ManualClock::new(at))).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_whole_story_loads_in_under_three_seconds_and_says_what_it_left_aside() {
    let dir = tempfile::tempdir().unwrap();
    let start = std::time::Instant::now();
    let loaded = loaded(&dir.path().join("store"), None);
    let took = start.elapsed();
    println!("the whole story in {took:?}: {} acts, {} votes", loaded.acts, loaded.votes);
    assert_eq!((loaded.contributions, loaded.votes, loaded.comments), (61, 900, 22));
    assert_eq!(loaded.references.len(), 67 + 3, "{:?}", loaded.references.keys());
    let waiting =
        [("assessment", 1), ("delivery", 7), ("duties", 2), ("law", 3), ("lineage", 5), ("synthesis", 1)];
    assert_eq!(loaded.waiting, waiting.map(|(family, count)| (family.to_owned(), count)).into());
    assert_eq!(loaded.to_come, 2);
    assert!(took.as_secs() < 3, "expected under 3 s, took {took:?}");
}

#[test]
fn every_reference_of_the_story_has_the_fate_that_the_answers_ask_for() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("store");
    loaded(&dir, None);
    let app = open(&dir, TODAY);
    let reading = app.read().unwrap();
    let consultation = reading.consultation(By::Slug("villeneuve-velo")).unwrap().unwrap();
    let mut differences = String::new();
    for (reference, expected) in expected_fates() {
        let subject = reading.by_reference(&reference.parse::<Reference>().unwrap()).unwrap();
        let found = match &subject {
            None => "not found".to_owned(),
            Some(subject) => {
                let headline = reading.fate(subject, &consultation, TODAY).unwrap().headline;
                headline.prefix.unwrap_or(headline.code).to_string()
            }
        };
        if found != expected.as_str() {
            let _ = writeln!(differences, "{reference}: expected {expected}, found {found}");
        }
    }
    assert!(differences.is_empty(), "answers.toml and the views differ:\n{differences}");
}

/// The references of the story and their fates today.
fn expected_fates() -> Vec<(String, FateCode)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/stories/villeneuve-velo/answers.toml");
    let answers: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let entries = ["reference", "also"].iter().flat_map(|list| answers[*list].as_array().unwrap());
    let fate = |entry: &toml::Value| {
        let fate = &entry["fate"];
        let today = fate.as_str().or_else(|| fate["today"].as_str()).unwrap();
        today.parse().unwrap_or_else(|error| panic!("{error}"))
    };
    let fates: Vec<(String, FateCode)> = entries
        .filter_map(|entry| Some((entry.get("reference")?.as_str()?.to_owned(), fate(entry))))
        .collect();
    assert!(fates.len() >= 20, "{fates:?}");
    fates
}

#[test]
fn the_former_site_is_a_consultation_of_its_own_with_its_gaps() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("store");
    loaded(&dir, None);
    let app = open(&dir, TODAY);
    let reading = app.read().unwrap();
    let site = reading.consultation(By::Slug("villeneuve-idees")).unwrap().unwrap();
    assert_eq!(site.origin, RulesOrigin::Observed);
    let fate = |number: u32| {
        let reference = Reference { slug: "villeneuve-idees".into(), number, amendment: None };
        let subject = reading.by_reference(&reference).unwrap()?;
        Some(reading.fate(&subject, &site, TODAY).unwrap().headline.code)
    };
    let fates: Vec<FateCode> = (1..).map_while(fate).collect();
    assert_eq!(fates.len(), 8);
    let unknown = fates.iter().filter(|fate| **fate == FateCode::UnknownInSource).count();
    assert_eq!(unknown, 7, "the eighth was withdrawn: {fates:?}");
    let gaps = reading.gaps(site.position, Page::first(10, None)).unwrap();
    assert_eq!(gaps.items.len(), 2);
    let files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(files.iter().all(|name| !name.to_string_lossy().ends_with(".csv")), "{files:?}");
}

#[test]
fn the_supports_of_each_version_are_those_of_the_answers() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("store");
    loaded(&dir, None);
    let app = open(&dir, TODAY);
    let reading = app.read().unwrap();
    let supports = |number: &str| -> Vec<u64> {
        let reference = format!("villeneuve-velo-{number}").parse::<Reference>().unwrap();
        let subject = reading.by_reference(&reference).unwrap().unwrap();
        let tallies = reading.tallies(subject.position).unwrap();
        let mut by_version = BTreeMap::new();
        for counted in tallies.counted {
            *by_version.entry(counted.version).or_insert(0) += counted.votes;
        }
        by_version.into_values().collect()
    };
    assert_eq!(supports("0007"), [183, 22, 9]);
    assert_eq!(supports("0009"), [57]);
    assert_eq!(supports("0018"), [5]);
    assert_eq!(supports("0021"), [52]);
}

#[test]
fn the_first_slice_loads_alone_with_the_same_ten_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let loaded = loaded(&dir.path().join("store"), Some("a"));
    assert_eq!(loaded.contributions, 10);
    let texts: Vec<&str> = loaded.references.keys().map(String::as_str).collect();
    assert_eq!(texts.len(), 10, "{texts:?}");
    assert_eq!((texts.first(), texts.last()), (Some(&"0001"), Some(&"0010")));
}

#[test]
fn a_story_is_refused_by_a_store_that_holds_something_and_by_one_that_is_no_demonstration() {
    let dir = tempfile::tempdir().unwrap();
    let story = Story::villeneuve().unwrap();
    let start = Timestamp(1_788_645_600_000);
    let instance = |name: &str, demonstration| {
        let clock = Arc::new(StoryClock::new(start));
        let opening = Opening { origin: "demo.example".into(), demonstration };
        let made = Instance::create(
            &dir.path().join(name),
            &opening,
            Arc::clone(&clock) as _,
            seeded("keys"),
            seeded("register"),
        );
        (App::over(made.unwrap(), Arc::clone(&clock) as _).unwrap(), clock)
    };
    let (app, clock) = instance("real", false);
    let error = load(&app, &clock, &story, &loading(Some("a"))).unwrap_err();
    assert!(matches!(error, StoryError::NotADemonstration), "{error}");
    let (app, clock) = instance("twice", true);
    load(&app, &clock, &story, &loading(Some("a"))).unwrap_or_else(|error| panic!("{error}"));
    let size = app.head().size;
    let error = load(&app, &clock, &story, &loading(Some("a"))).unwrap_err();
    assert!(matches!(error, StoryError::NotEmpty { .. }), "{error}");
    assert_eq!(app.head().size, size);
}

#[test]
fn the_same_seeds_give_the_same_record_twice() {
    let dir = tempfile::tempdir().unwrap();
    let ids = |name: &str| -> Vec<String> {
        let path = dir.path().join(name);
        loaded(&path, None);
        let app = open(&path, TODAY);
        let events = read_events(&app.reader().unwrap(), Position::FIRST, 10_000).unwrap();
        events
            .iter()
            .map(|event| format!("{} {} {}", event.recorded_at, event.event.event_type().name, event.id))
            .collect()
    };
    let (first, second) = (ids("first"), ids("second"));
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(one, other);
    }
    assert_eq!(first.len(), second.len());
}

/// A record that counts how often it is read.
struct Counted<S> {
    source: S,
    reads: usize,
}

impl<S: Source> Source for Counted<S> {
    fn size(&mut self) -> Result<TreeSize, SourceError> {
        self.source.size()
    }

    fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError> {
        self.reads += 1;
        self.source.read(from, limit)
    }
}

#[test]
fn the_sentence_of_a_list_is_the_headline_of_the_page_and_costs_a_few_reads() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("store");
    loaded(&dir, None);
    let app = open(&dir, TODAY);
    let reading = app.read().unwrap();
    let mut source = Counted { source: StoreSource(app.reader().unwrap()), reads: 0 };
    let (mut compared, mut dearest) = (0, 0);
    for position in (0..app.head().size.get()).map(Position::new) {
        let Some(subject) = reading.subject(position).unwrap() else { continue };
        let consultation = reading.consultation(By::Position(subject.consultation)).unwrap().unwrap();
        let consultation = Arc::new(consultation);
        let fate = reading.fate(&subject, &consultation, TODAY).unwrap();
        source.reads = 0;
        let about = (&subject, &consultation);
        let listed = headline(&reading, &mut source, about, &fate, TODAY).unwrap();
        dearest = dearest.max(source.reads);
        let name = subject.to_string();
        let tale = Tale::of(&reading, &mut source, subject, TODAY).unwrap();
        for locale in [Locale::Fr, Locale::En] {
            let page = tale.tell(TrailOrder::Story, locale, true);
            assert_eq!(listed.sentence(locale), page.headline, "{name}");
            assert_eq!(listed.beside(locale), page.beside, "{name}");
        }
        compared += 1;
    }
    assert!(compared >= 61, "{compared}");
    assert!(dearest <= 4, "one sentence read the record {dearest} times");
}

/// The first events of a record.
struct Prefix<S>(S, u64);

impl<S: Source> Source for Prefix<S> {
    fn size(&mut self) -> Result<TreeSize, SourceError> {
        Ok(TreeSize::new(self.1))
    }

    fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError> {
        let left = usize::try_from(self.1.saturating_sub(from.get())).unwrap();
        if left == 0 { Ok(Vec::new()) } else { self.0.read(from, limit.min(left)) }
    }
}

#[test]
fn as_of_a_step_the_trail_ends_there_and_the_fate_is_the_one_of_then() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    loaded(&store, None);
    let app = open(&store, TODAY);
    let reading = app.read().unwrap();
    let reference = "villeneuve-velo-0007".parse::<Reference>().unwrap();
    let subject = reading.by_reference(&reference).unwrap().unwrap();
    let steps = |reading: &Reading| -> Vec<Position> {
        let first = Page::first(100, None);
        let steps = reading.steps_with_amendments(subject.position, StepOrder::Record, first).unwrap();
        steps.items.into_iter().map(|(_, step)| step.position).collect()
    };
    let all = steps(&reading);
    assert!(all.len() >= 10, "{all:?}");
    let mut headlines = std::collections::BTreeSet::new();
    for (told, step) in (1..).zip(&all) {
        let before = app.read_as_of(subject.stream, TreeSize::new(step.get())).unwrap().1;
        assert_eq!(steps(&before), all[..told - 1], "just before {step}");
        let size = step.size_through();
        let then = app.read_as_of(subject.stream, size).unwrap().1;
        assert_eq!(steps(&then), all[..told], "just after {step}");
        let folder = dir.path().join(step.to_string());
        std::fs::create_dir(&folder).unwrap();
        let mut views = Views::open(&folder).unwrap();
        let mut prefix = Prefix(StoreSource(app.reader().unwrap()), size.get());
        let (mut referee, mut record) = (Referee::default(), StoreSource(app.reader().unwrap()));
        views.catch_up(&mut prefix, &mut |it| referee.judge(it, &mut record)).unwrap();
        let built = views.queries().read().unwrap();
        let now = recorded_at(&mut prefix, *step).unwrap().unwrap();
        let fate = |reading: &Reading| {
            let subject = reading.subject(subject.position).unwrap().unwrap();
            let consultation = reading.consultation(By::Position(subject.consultation)).unwrap().unwrap();
            (reading.fate(&subject, &consultation, now).unwrap(), subject)
        };
        assert_eq!(fate(&then), fate(&built), "just after {step}");
        headlines.insert(fate(&then).0.headline.code.as_str());
    }
    assert!(headlines.len() >= 3, "the fate changes along the way: {headlines:?}");
}
