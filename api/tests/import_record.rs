//! Real sources into a real store: what is written, and that the second time nothing is.
//!
//! The data lies outside the project (licences, real names); where it is absent, each test says so and skips.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_api::app::App;
use devenir_api::find::{Found, find};
use devenir_api::import::record::{Into, RecordError, RecordOptions, record};
use devenir_api::import::{
    ImportError, Progress, ReadOptions, Report, Source, Stop, cap_collectif_2015, consul, uk_petitions,
};
use devenir_core::event::code::{ConsultationKind, Lang};
use devenir_core::rules::{Locale, Norm};
use devenir_core::time::Timestamp;
use devenir_core::writer::{Instance, ManualClock, Opening, OsRandom};
use devenir_projections::StoreSource;
use devenir_projections::tell::Tale;
use devenir_projections::trail::TrailOrder;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

type Reader = fn(&Path, &ReadOptions, &mut Progress) -> Result<Source, ImportError>;

fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DEVENIR_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let path = root.join("data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    // Standard error past the test harness, which swallows what passing tests print.
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: {} is absent: the import of {folder} was not tested",
        path.display()
    );
    None
}

fn store() -> (tempfile::TempDir, App) {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp(1_800_000_000_000)));
    let opening = Opening { origin: "test.example/import".into(), demonstration: false };
    let dir = home.path().join("store");
    let instance =
        Instance::create(&dir, &opening, Arc::clone(&clock) as _, Box::new(OsRandom), Box::new(OsRandom))
            .unwrap();
    let app = App::over(instance, clock).unwrap();
    (home, app)
}

fn import(
    app: &App,
    read: Reader,
    path: &Path,
    slug: &str,
    observed_at: Option<&str>,
) -> Result<Report, RecordError> {
    let options = ReadOptions {
        observed_at: observed_at.map(str::to_owned),
        zone: None,
        lang: None,
        platform: observed_at.is_none().then(|| slug.to_owned()),
        partial: false,
        site: None,
    };
    let mut progress = Progress::silent(Stop::new());
    let source = read(path, &options, &mut progress)?;
    let into = Into {
        slug: slug.into(),
        title: slug.into(),
        organiser: "Body".into(),
        kind: ConsultationKind::ProposalRegister,
        lang: Lang::Und,
    };
    let options = RecordOptions { into, keep_names: false, dry_run: false };
    record(app, source, &path.display().to_string(), &options, &mut progress)
}

fn nothing_the_second_time(app: &App, read: Reader, path: &Path, slug: &str, observed_at: Option<&str>) {
    let size = app.head().size;
    let again = import(app, read, path, slug, observed_at).unwrap();
    assert_eq!((again.written, again.refused.total()), (0, 0));
    assert_eq!(app.head().size, size, "the second time nothing is written, not even a batch");
}

#[test]
fn the_bill_of_2015_is_recorded_whole_and_once() {
    let Some(path) = shared("republique-numerique") else { return };
    let (_home, app) = store();
    let report =
        import(&app, cap_collectif_2015::read, &path, "republique-numerique", Some("2015-10-18")).unwrap();
    assert_eq!((report.written, report.refused.total(), report.gaps), (report.read, 0, 26));
    let reading = app.read().unwrap();
    let consultation =
        reading.consultation(devenir_projections::query::By::Slug("republique-numerique")).unwrap().unwrap();
    let figures = reading.figures(consultation.position).unwrap();
    let counted =
        ["reference", "contribution", "amendment", "argument", "citation"].map(|kind| figures.of(kind));
    assert_eq!(counted, [30, 666, 1_390, 3_994, 326]);
    nothing_the_second_time(
        &app,
        cap_collectif_2015::read,
        &path,
        "republique-numerique",
        Some("2015-10-18"),
    );
}

#[test]
fn an_article_shows_what_it_would_change_section_by_section_before_and_after() {
    let (_home, app) = store();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/imports/cap-collectif-2015/good");
    import(&app, cap_collectif_2015::read, &path, "loi", Some("2015-10-18")).unwrap();
    let reading = app.read().unwrap();
    let Found::Subject(article) = find(&reading, "consultation.example/opinion/61").unwrap() else {
        panic!("the article is not found by its number there")
    };
    let version = reading.versions(article.position).unwrap().remove(0);
    let sides = |index: usize| {
        let section = &version.changes[index];
        (section.title.as_str(), section.before.as_deref(), section.after.as_deref())
    };
    assert_eq!(version.changes.len(), 2);
    let before = Some("Font l'objet d'une publication…");
    assert_eq!(sides(0), ("Article 7 de la loi d'exemple", before, Some("Sont publiées…")));
    assert_eq!(sides(1), ("Création d'un article 8", None, Some("Article nouveau.")));
    let tale = Tale::of(&reading, &mut StoreSource(app.reader().unwrap()), *article, app.now()).unwrap();
    let page = tale.tell(TrailOrder::Story, Locale::Fr, false);
    let step = page.steps.iter().find(|step| step.sentence.contains("à l'avis du public")).unwrap();
    let shown: Vec<(&str, &str)> =
        step.details.iter().map(|it| (it.label.as_str(), it.words.as_str())).collect();
    for line in [
        ("Article 7 de la loi d'exemple, avant", "Font l'objet d'une publication…"),
        ("Article 7 de la loi d'exemple, après", "Sont publiées…"),
        ("Création d'un article 8, après", "Article nouveau."),
    ] {
        assert!(shown.contains(&line), "{shown:?}");
    }
    assert!(!shown.iter().any(|(label, _)| *label == "Création d'un article 8, avant"), "{shown:?}");
}

#[test]
fn the_petition_site_is_recorded_whole_and_once_and_its_order_traps_are_irregularities() {
    let Some(path) = shared("uk-petitions") else { return };
    let (_home, app) = store();
    let report = import(&app, uk_petitions::read, &path, "uk-petitions", Some("2023-01-03")).unwrap();
    assert_eq!((report.written, report.refused.total()), (report.read, 0));
    let findings = app.read().unwrap().findings(None).unwrap();
    let of = |norm| {
        findings.iter().filter(|finding| finding.norm == norm).map(|finding| finding.count).sum::<u64>()
    };
    assert_eq!(
        of(Norm::AnsweredBeforeClosing),
        10 + 1 + 11,
        "responses, one of them revised, and debates after the closing"
    );
    assert_eq!(of(Norm::ModeratedBeforeOpening), 1, "rejected after it had opened");
    nothing_the_second_time(&app, uk_petitions::read, &path, "uk-petitions", Some("2023-01-03"));
}

/// What a file of the source says of the answer to one petition, read without the importer.
struct Answer {
    id: String,
    details: String,
    summary: String,
    created: String,
    updated: String,
    /// The note that keeps the first answer of a revised one.
    first: Option<String>,
}

fn answers(path: &Path) -> Vec<Answer> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(path.join("petitions")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let petition: serde_json::Value = serde_json::from_str(&text).unwrap();
        let attributes = &petition["data"]["attributes"];
        let answer = &attributes["government_response"];
        let words = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        if answer.is_null() {
            continue;
        }
        let notes = attributes["other_parliamentary_business"].as_array().unwrap();
        let first =
            notes.iter().find(|it| it["subject"].as_str().unwrap().starts_with("Original Government"));
        all.push(Answer {
            id: petition["data"]["id"].to_string(),
            details: words("details"),
            summary: words("summary"),
            created: words("created_at"),
            updated: words("updated_at"),
            first: first.map(|it| it["body"].as_str().unwrap().to_owned()),
        });
    }
    all
}

/// The line that ends an answer, beside those that the site adds, where it is no sentence.
fn last_line(details: &str) -> &str {
    let mut lines =
        details.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with("This is a revised"));
    lines.next_back().unwrap().trim_end_matches('.')
}

fn letters(text: &str) -> String {
    text.replace('&', "and").chars().filter(|it| it.is_alphanumeric()).collect::<String>().to_lowercase()
}

#[test]
fn every_answer_of_the_government_is_told_as_its_source_tells_it() {
    let Some(path) = shared("uk-petitions") else { return };
    let (_home, app) = store();
    import(&app, uk_petitions::read, &path, "uk-petitions", Some("2023-01-03")).unwrap();
    let reading = app.read().unwrap();
    let (mut revised, mut moved, mut unsigned) = (0, 0, Vec::new());
    let all = answers(&path);
    assert_eq!(all.len(), 106);
    for answer in &all {
        let id = &answer.id;
        let found = find(&reading, &format!("petition.parliament.uk/petition/{id}")).unwrap();
        let Found::Subject(petition) = found else { panic!("petition {id} is not found") };
        let tale = Tale::of(&reading, &mut StoreSource(app.reader().unwrap()), *petition, app.now()).unwrap();
        let page = tale.tell(TrailOrder::Story, Locale::En, false);
        let top = [page.headline.as_str()].into_iter().chain(page.beside.iter().map(String::as_str));
        let top = top.collect::<Vec<_>>().join("\n");
        let steps: Vec<_> =
            page.steps.iter().filter(|it| it.sentence.contains(" answered this petition")).collect();

        // The words at the top are those of the answer that stands, and no cut makes them say something else.
        assert!(page.why.iter().any(|it| it.words.trim() == answer.summary.trim()), "{id}: {:?}", page.why);
        if let Some((_, quote)) = page.headline.split_once('“') {
            let quote = quote.trim_end_matches(['.', '”']);
            assert_eq!(quote, answer.summary.trim().trim_end_matches('.'), "{id}: cut");
        }

        // Who answered: as it signs, and where nobody does, the Government.
        let named = letters(&top).contains(&letters(last_line(&answer.details)));
        if !named {
            assert!(top.contains("UK Government"), "{id}: {top}");
            unsigned.push(id.as_str());
        }
        assert!(!top.contains("does not say who"), "{id}: {top}");

        assert!(!page.render_text(90).contains("without changing the decision"), "{id}");
        if let Some(first) = &answer.first {
            revised += 1;
            // Both answers, each with its words under its own day.
            let [before, after] = steps.as_slice() else { panic!("{id}: {:?}", page.steps) };
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(before.details.iter().any(|it| words(&it.words).ends_with(&words(first))), "{id}");
            // One revision keeps a sentence of the first answer and makes it its summary.
            let kept = words(first).contains(&words(&answer.summary));
            assert!(
                kept || !before.details.iter().any(|it| it.words.contains(answer.summary.trim())),
                "{id}"
            );
            assert!(after.details.iter().any(|it| words(&it.words) == words(&answer.details)), "{id}");
            assert!(
                top.contains("The Petitions Committee requested a response which more directly"),
                "{id}: {top}"
            );
            if let Some((_, day)) = first.split_once("This response was given on ") {
                let day = day.split('.').next().unwrap();
                // One note has the year of its own day; no answer is later than the file says that it was there.
                let day = if id == "326850" { "3 December 2020" } else { day };
                assert!(before.date.starts_with(day), "{id}: {} and not {day}", before.date);
                assert!(
                    top.contains(&format!("a first response, given on {day}").replacen("a f", "A f", 1)),
                    "{id}: {top}"
                );
            }
            assert!(steps.iter().all(|it| it.date != "date unknown"), "{id}");
        } else if answer.updated > answer.created {
            moved += 1;
            assert!(top.contains("The source altered its entry for this response on"), "{id}: {top}");
            assert!(top.contains("it does not say what changed"), "{id}: {top}");
            let entry = page.steps.iter().find(|it| it.sentence.contains("altered its entry")).unwrap();
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(entry.details.iter().any(|it| words(&it.words) == words(&answer.details)), "{id}");
        } else {
            assert_eq!(steps.len(), 1, "{id}");
            assert!(!top.contains("replaced") && !top.contains("altered"), "{id}: {top}");
        }
        let limits = page.sections_after().flat_map(|it| &it.sentences);
        assert!(limits.into_iter().any(|it| it.contains("parliamentary business")), "{id}");
    }
    unsigned.sort_unstable();
    assert_eq!((revised, moved, unsigned), (16, 8, vec!["552017", "599738"]));
}

#[test]
fn five_snapshots_of_a_town_write_their_differences_and_an_older_one_is_refused() {
    let Some(path) = shared("decide-madrid-consul") else { return };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    files.sort();
    let (_home, app) = store();
    // First: 2,600 proposals with their counters and 26 withdrawals. Then new ones twice (text and counter), counters
    // that moved, texts that changed, withdrawals: the table of the data's own README.
    let written = [2_600 * 2 + 26, 109 * 2 + 215 + 8 + 4, 15 * 2 + 87 + 1, 12 * 2 + 63 + 2, 2 * 2 + 3];
    for (file, written) in files.iter().zip(written) {
        let report = import(&app, consul::read, file, "decide-madrid", None).unwrap();
        assert_eq!((report.written, report.refused.total()), (written, 0), "{}", file.display());
    }
    for file in &files {
        nothing_the_second_time(&app, consul::read, file, "decide-madrid", None);
    }
    let late = tempfile::tempdir().unwrap();
    let older = late.path().join("proposals_20251104T000000Z_0000000.csv");
    std::fs::copy(files.first().unwrap(), &older).unwrap();
    let refused = import(&app, consul::read, &older, "decide-madrid", None).unwrap_err();
    assert!(matches!(refused, RecordError::Older { .. }), "{refused}");
}
