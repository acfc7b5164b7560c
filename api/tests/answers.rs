//! Question 1 of `answers.toml`, *what became of the idea*: the first sentence of the page and of the trace answers it
//! alone, in both languages.
//!
//! The criterion, for each reference of the answers:
//!
//! * the sentence opens with the words of the expected fate: its label in the vocabulary, without what stands in
//!   brackets, or the words of [`fate_words`] where a sentence says the same otherwise; of all labels it opens with,
//!   the longest is the one that counts, so "adopted with changes" is no "adopted";
//! * where q1 gives dates, it holds one of them, written in the sentence's language; not asked of a text that nobody
//!   has to answer, whose q1 tells how it came and not what became of it;
//! * where q1 counts days, it holds that number.
//!
//! What it may not be checked for by a machine, whether people understand it, is `docs/usability.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use devenir_api::app::App;
use devenir_api::find::{Found, find};
use devenir_api::import::record::{Into, RecordOptions, record};
use devenir_api::import::{
    ImportError, Progress, ReadOptions, Source, Stop, cap_collectif_2015, consul, uk_petitions,
};
use devenir_api::keyring::Keyring;
use devenir_api::serve::router;
use devenir_api::story::{Loading, Story, create};
use devenir_api::token::AdminToken;
use devenir_core::event::code::{ConsultationKind, Lang};
use devenir_core::rules::{FateCode, Labelled, Locale};
use devenir_core::time::Timestamp;
use devenir_core::writer::{Instance, ManualClock, Opening, SeededRandom};
use devenir_projections::StoreSource;
use devenir_projections::model::SourceKey;
use devenir_projections::tell::Tale;
use devenir_projections::trail::TrailOrder;
use http_body_util::BodyExt as _;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower::ServiceExt as _;

/// The day of loading, and its noon in the town.
const LOADED: Date = date(2027, 3, 15);
const TODAY: Timestamp = Timestamp(1_805_108_400_000);
const LOCALES: [Locale; 2] = [Locale::Fr, Locale::En];
const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

/// What answers.toml says of one reference.
struct Expected {
    /// A reference, or an address at the platform that it came from.
    what: String,
    /// What names it there, where its export gives no addresses.
    source: Option<SourceKey>,
    fate: FateCode,
    q1: String,
}

fn answers() -> (Vec<Expected>, i64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/stories/villeneuve-velo/answers.toml");
    let answers: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let loading_day = answers["loading_day"].as_integer().unwrap();
    let today = |value: &toml::Value| {
        value.as_str().or_else(|| value["today"].as_str()).unwrap_or_else(|| panic!("{value}")).to_owned()
    };
    let entries = ["reference", "also"].iter().flat_map(|list| answers[*list].as_array().unwrap());
    let expected = entries.map(|entry| Expected {
        what: entry.get("reference").unwrap_or_else(|| &entry["url"]).as_str().unwrap().to_owned(),
        source: entry.get("source").map(|source| {
            let text = |key: &str| source[key].as_str().unwrap().to_owned();
            SourceKey { platform: text("platform"), kind: text("kind"), external_id: text("external_id") }
        }),
        fate: today(&entry["fate"]).parse().unwrap(),
        q1: today(&entry["q1"]),
    });
    (expected.collect(), loading_day)
}

/// A store and what serves it.
struct House {
    app: Arc<App>,
    router: Router,
    _dir: tempfile::TempDir,
}

impl House {
    fn of(dir: tempfile::TempDir, app: App) -> Self {
        let app = Arc::new(app);
        let store = dir.path().join("store");
        let token = Arc::new(Keyring::open(&store, AdminToken::create(&store).unwrap()).unwrap());
        Self { router: router(Arc::clone(&app), token), app, _dir: dir }
    }

    /// The story, and each of its references.
    fn story() -> (Self, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("store");
        let random = |name: &str| Box::new(SeededRandom::new(name));
        let loading = Loading { day: LOADED, slice: None };
        let loaded =
            create(&store, &Story::villeneuve().unwrap(), &loading, random("keys"), random("register"))
                .unwrap_or_else(|error| panic!("{error}"));
        let app = App::open(&store, Arc::new(ManualClock::new(TODAY))).unwrap();
        let own = loaded.references.keys().map(|number| format!("villeneuve-velo-{number}"));
        let former = (1..=8).map(|number| format!("villeneuve-idees-{number:04}"));
        let references = own.chain(former).collect();
        (Self::of(dir, app), references)
    }

    /// The three real sources.
    fn real(shared: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(TODAY));
        let opening = Opening { origin: "test.example/answers".into(), demonstration: false };
        let random = || Box::new(SeededRandom::new("answers"));
        let store = dir.path().join("store");
        let instance =
            Instance::create(&store, &opening, Arc::clone(&clock) as _, random(), random()).unwrap();
        let app = App::over(instance, clock).unwrap();
        let import = |read: Reader, path: PathBuf, slug: &str, observed_at: Option<&str>| {
            let options = ReadOptions {
                observed_at: observed_at.map(str::to_owned),
                platform: observed_at.is_none().then(|| slug.to_owned()),
                ..ReadOptions::default()
            };
            let mut progress = Progress::silent(Stop::new());
            let source = read(&path, &options, &mut progress).unwrap();
            let into = Into {
                slug: slug.into(),
                title: slug.into(),
                organiser: "Organiser".into(),
                kind: ConsultationKind::ProposalRegister,
                lang: Lang::Und,
            };
            let options = RecordOptions { into, keep_names: false, dry_run: false };
            record(&app, source, &path.display().to_string(), &options, &mut progress).unwrap();
        };
        let numerique = shared.join("republique-numerique");
        import(cap_collectif_2015::read, numerique, "republique-numerique", Some("2015-10-18"));
        import(uk_petitions::read, shared.join("uk-petitions"), "uk-petitions", Some("2023-01-03"));
        let madrid = std::fs::read_dir(shared.join("decide-madrid-consul")).unwrap();
        let mut snapshots: Vec<PathBuf> = madrid.map(|entry| entry.unwrap().path()).collect();
        snapshots.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
        snapshots.sort();
        for snapshot in snapshots {
            import(consul::read, snapshot, "decide-madrid", None);
        }
        app.catch_up().unwrap();
        Self::of(dir, app)
    }

    /// The first sentence of the trace, and that of the page.
    async fn first_sentences(&self, what: &str, source: Option<&SourceKey>, locale: Locale) -> [String; 2] {
        let (reference, trace) = {
            let reading = self.app.read().unwrap();
            let subject = match (find(&reading, what).unwrap(), source) {
                (Found::Subject(subject), _) => *subject,
                (Found::Nothing(_), Some(source)) => reading.by_source(source).unwrap().unwrap(),
                (Found::Nothing(_), None) => panic!("{what} is nowhere"),
            };
            let reference = subject.to_string();
            let mut source = StoreSource(self.app.reader().unwrap());
            let tale = Tale::of(&reading, &mut source, subject, TODAY).unwrap();
            (reference, tale.tell(TrailOrder::Story, locale, true).render_text(10_000))
        };
        // Above it stand the name and the title.
        let trace = trace.split("\n\n").nth(1).unwrap().lines().next().unwrap().to_owned();
        let uri = format!("/c/{reference}?lang={locale}");
        let request = Request::get(&uri).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{uri}");
        let page = response.into_body().collect().await.unwrap().to_bytes();
        let page = String::from_utf8(page.to_vec()).unwrap();
        let (_, after) = page.split_once(r#"<p class="headline"><strong>"#).unwrap();
        [trace, unescaped(after.split_once("</strong>").unwrap().0)].map(|text| text.replace('\u{a0}', " "))
    }
}

type Reader = fn(&Path, &ReadOptions, &mut Progress) -> Result<Source, ImportError>;

fn unescaped(html: &str) -> String {
    html.replace("&#39;", "'").replace("&#34;", "\"").replace("&#38;", "&").replace("&amp;", "&")
}

/// The words that a first sentence opens with to say a fate.
fn fate_words(fate: FateCode, locale: Locale) -> Vec<&'static str> {
    let (french, english) = match fate.as_str() {
        // A text of the authority says first what it is.
        "unknown_in_source" => {
            return vec![
                fate.label(locale),
                "what became of it is unknown here",
                "texte soumis à l'avis du public ; suite inconnue ici",
                "a text put to the public; what became of it is unknown here",
            ];
        }
        // Said of the answer, which is dated; the label says where the idea stands.
        "answered" => ("réponse donnée", "answered"),
        "erased" => ("effacée à la demande", "erased on request"),
        "withdrawn" => ("retirée par son auteur", "withdrawn by its author"),
        "no_response_overdue" => ("aucune réponse : elle était due", "no answer: it was due"),
        "no_response_yet" => ("en attente de réponse", "awaiting a response"),
        "threshold_met" => ("seuil de soutiens atteint", "threshold of supports reached"),
        "no_duty" => ("publiée, sans obligation de réponse", "published, with no duty to respond"),
        _ => {
            let label = fate.label(locale);
            return vec![label.split(" (").next().unwrap().trim_end_matches('…')];
        }
    };
    vec![if locale == Locale::Fr { french } else { english }]
}

/// Whether a sentence says a fate, and no other that is longer.
fn says(sentence: &str, fate: FateCode, locale: Locale) -> bool {
    let told = sentence.to_lowercase();
    let said = |code: FateCode| {
        fate_words(code, locale).into_iter().filter(|words| told.starts_with(words)).map(str::len).max()
    };
    let longest = FateCode::ALL.iter().filter_map(|code| said(*code)).max();
    longest.is_some() && said(fate) == longest
}

/// The dates that q1 gives, each as `day month year` in a language; `{jour N}` stands for day N of the story.
fn dates(q1: &str, loading_day: i64, locale: Locale) -> Vec<String> {
    let mut dates = Vec::new();
    for day in q1.split("{jour ").skip(1) {
        let day: i64 = day.split_once('}').unwrap().0.parse().unwrap();
        dates.push(LOADED.checked_add((day - loading_day).days()).unwrap());
    }
    let words: Vec<&str> = q1.split([' ', ',', '.']).collect();
    for three in words.windows(3) {
        let month = MONTHS.iter().position(|(french, _)| *french == three[1]);
        let (day, year) = (three[0].trim_end_matches("er").parse(), three[2].parse());
        if let (Ok(day), Some(month), Ok(year)) = (day, month, year) {
            dates.push(date(year, i8::try_from(month).unwrap() + 1, day));
        }
    }
    dates.into_iter().map(|date| written(date, locale)).collect()
}

fn written(date: Date, locale: Locale) -> String {
    let (french, english) = MONTHS[usize::try_from(date.month()).unwrap() - 1];
    match (locale, date.day()) {
        (Locale::Fr, 1) => format!("1er {french} {}", date.year()),
        (Locale::Fr, day) => format!("{day} {french} {}", date.year()),
        (Locale::En, day) => format!("{day} {english} {}", date.year()),
    }
}

/// The number of days that q1 counts.
fn days(q1: &str) -> Option<&str> {
    let (before, _) = q1.split_once(" jours")?;
    before.rsplit(' ').next().filter(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
}

/// What is wrong with one first sentence.
fn faults(sentence: &str, expected: &Expected, loading_day: i64, locale: Locale) -> Vec<String> {
    let mut faults = Vec::new();
    if !says(sentence, expected.fate, locale) {
        faults.push(format!("it does not say {} ({:?})", expected.fate, fate_words(expected.fate, locale)));
    }
    let dates = dates(&expected.q1, loading_day, locale);
    let asked = !dates.is_empty() && expected.fate != FateCode::NoDuty;
    if asked && !dates.iter().any(|date| sentence.contains(date.as_str())) {
        faults.push(format!("it holds none of {dates:?}"));
    }
    if let Some(days) = days(&expected.q1)
        && !sentence.split(' ').any(|word| word == days)
    {
        faults.push(format!("it does not hold the {days} days"));
    }
    faults
}

/// Holds every sentence of a house against the answers that are asked of it, and tells all differences at once.
async fn hold(house: &House, asked: impl Fn(&Expected) -> bool) -> usize {
    let (expected, loading_day) = answers();
    let mut wrong = String::new();
    let mut held = 0;
    for expected in expected.iter().filter(|expected| asked(expected)) {
        for locale in LOCALES {
            let [trace, page] = house.first_sentences(&expected.what, expected.source.as_ref(), locale).await;
            assert_eq!(trace, page, "{} says one thing on the page and another in a terminal", expected.what);
            for fault in faults(&page, expected, loading_day, locale) {
                let _ = writeln!(wrong, "{} ({locale}): {fault}\n    found: {page}", expected.what);
            }
            held += 1;
        }
    }
    assert!(wrong.is_empty(), "first sentences that do not answer question 1:\n{wrong}");
    held
}

#[tokio::test]
async fn the_first_sentence_alone_answers_what_became_of_each_idea_of_the_story() {
    let (house, _) = House::story();
    let held = hold(&house, |expected| !expected.what.starts_with("http")).await;
    assert_eq!(held, 2 * 21);
}

#[tokio::test]
async fn the_first_sentence_alone_answers_what_became_of_each_real_idea() {
    let root = std::env::var_os("DEVENIR_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let data = root.join("data");
    if !["republique-numerique", "uk-petitions", "decide-madrid-consul"]
        .iter()
        .all(|it| data.join(it).is_dir())
    {
        // Standard error past the test harness, which swallows what passing tests print.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: {} has not the three real sources: their first sentences were not tested",
            data.display()
        );
        return;
    }
    let house = House::real(&data);
    let held = hold(&house, |expected| expected.what.starts_with("http")).await;
    assert_eq!(held, 2 * 5);
}

#[tokio::test]
async fn every_reference_of_the_story_has_a_headline_in_both_languages() {
    let (house, references) = House::story();
    assert_eq!(references.len(), 78);
    for reference in references {
        let mut said = Vec::new();
        for locale in LOCALES {
            let [trace, page] = house.first_sentences(&reference, None, locale).await;
            assert_eq!(trace, page, "{reference}");
            assert!(page.chars().next().is_some_and(char::is_uppercase), "{reference} ({locale}): {page}");
            assert!(page.split(' ').count() >= 2, "{reference} ({locale}): {page}");
            said.push(page);
        }
        assert_ne!(said[0], said[1], "{reference}: one sentence for two languages");
    }
}

#[test]
fn the_criterion_tells_right_sentences_from_wrong_ones() {
    let expected = |fate, q1: &str| Expected { what: String::new(), source: None, fate, q1: q1.into() };
    let adopted = expected(FateCode::Adopted, "Retenue.");
    let right = |sentence: &str, expected: &Expected| faults(sentence, expected, 190, Locale::Fr).is_empty();
    assert!(right("Retenue, selon la réponse du 10 août 2026.", &adopted));
    assert!(!right("Retenue avec modification, selon la réponse du 10 août 2026.", &adopted));
    assert!(!right("Non retenue.", &adopted));
    let overdue = expected(FateCode::NoResponseOverdue, "Due avant le {jour 149}, dépassé de 41 jours.");
    let sentence = "Aucune réponse : elle était due au plus tard le 2 février 2027, soit 41 jours de retard.";
    assert!(right(sentence, &overdue));
    assert!(!right(&sentence.replace("2 février", "3 février"), &overdue));
    assert!(!right(&sentence.replace("41", "42"), &overdue));
    assert_eq!(dates("le 1er mai 2021, et le 3 juin 2022.", 0, Locale::En), ["1 May 2021", "3 June 2022"]);
}
