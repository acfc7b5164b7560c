//! A second reading of an invented source: what vanished, what changed, what comes back, and what nobody records.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "every line of this target is a test"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use devenir_api::app::App;
use devenir_api::find::{Found, find};
use devenir_api::import::record::{Into, RecordOptions, record};
use devenir_api::import::{Progress, ReadOptions, Report, Stop, cap_collectif_2015, consul, uk_petitions};
use devenir_api::lookout::Lookout;
use devenir_core::event::code::{ConsultationKind, GapCause, Lang};
use devenir_core::rules::Locale;
use devenir_core::time::Timestamp;
use devenir_core::writer::{Instance, ManualClock, Opening, OsRandom};
use devenir_projections::StoreSource;
use devenir_projections::model::SourceKey;
use devenir_projections::query::{By, Page};
use devenir_projections::tell::Tale;
use devenir_projections::trail::TrailOrder;

struct Store {
    home: tempfile::TempDir,
    app: App,
}

impl Store {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp(1_800_000_000_000)));
        let opening = Opening { origin: "test.example/again".into(), demonstration: false };
        let dir = home.path().join("store");
        let instance =
            Instance::create(&dir, &opening, Arc::clone(&clock) as _, Box::new(OsRandom), Box::new(OsRandom))
                .unwrap();
        Self { app: App::over(instance, clock).unwrap(), home }
    }

    fn size(&self) -> u64 {
        self.app.head().size.get()
    }

    /// Imports a table of proposals observed on a day; its rows are `id;title;votes`.
    fn table(&self, day: &str, rows: &[&str], options: &ReadOptions, dry_run: bool) -> Report {
        let path = self.home.path().join(format!("proposals_{day}.csv"));
        let rows = rows.iter().map(|row| {
            let [id, title, votes] = row.split(';').collect::<Vec<_>>()[..] else { panic!("{row}") };
            format!("{id};{title};words;{votes};03/01/2024\n")
        });
        let head = "id;title;description;cached_votes_up;created_at\n".to_owned();
        std::fs::write(&path, rows.fold(head, |table, row| table + &row)).unwrap();
        let mut progress = Progress::silent(Stop::new());
        let source = consul::read(&path, options, &mut progress).unwrap();
        record(&self.app, source, "table", &into("plaza", dry_run), &mut progress).unwrap()
    }

    fn snapshot(&self, day: &str, rows: &[&str]) -> Report {
        self.table(day, rows, &town(), false)
    }

    fn folder(&self, path: &Path, observed_at: &str) -> Report {
        let mut progress = Progress::silent(Stop::new());
        let options = ReadOptions { observed_at: Some(observed_at.into()), ..ReadOptions::default() };
        let source = cap_collectif_2015::read(path, &options, &mut progress).unwrap();
        record(&self.app, source, "folder", &into("loi", false), &mut progress).unwrap()
    }

    fn petitions(&self, path: &Path, observed_at: &str) -> Report {
        let mut progress = Progress::silent(Stop::new());
        let options = ReadOptions { observed_at: Some(observed_at.into()), ..ReadOptions::default() };
        let source = uk_petitions::read(path, &options, &mut progress).unwrap();
        record(&self.app, source, "petitions", &into("petitions", false), &mut progress).unwrap()
    }

    fn found(&self, typed: &str) -> Option<String> {
        match find(&self.app.read().unwrap(), typed).unwrap() {
            Found::Subject(subject) => subject.reference.map(|reference| reference.to_string()),
            Found::Nothing(_) => None,
        }
    }

    fn causes(&self, slug: &str) -> Vec<(GapCause, Option<String>)> {
        let reading = self.app.read().unwrap();
        let consultation = reading.consultation(By::Slug(slug)).unwrap().unwrap();
        let gaps = reading.gaps(consultation.position, Page::first(100, None)).unwrap();
        gaps.items.into_iter().map(|(_, gap)| (gap.cause, gap.external_id)).collect()
    }

    fn told(&self, platform: &str, kind: &str, id: &str, locale: Locale) -> String {
        let reading = self.app.read().unwrap();
        let key = SourceKey { platform: platform.into(), kind: kind.into(), external_id: id.into() };
        let subject = reading.by_source(&key).unwrap().unwrap();
        let mut source = StoreSource(self.app.reader().unwrap());
        let tale = Tale::of(&reading, &mut source, subject, Timestamp(1_800_000_000_000)).unwrap();
        tale.tell(TrailOrder::Story, locale, false).render_text(400)
    }
}

fn town() -> ReadOptions {
    ReadOptions { platform: Some("decide.example".into()), ..ReadOptions::default() }
}

fn into(slug: &str, dry_run: bool) -> RecordOptions {
    let into = Into {
        slug: slug.into(),
        title: slug.into(),
        organiser: "Ayuntamiento".into(),
        kind: ConsultationKind::ProposalRegister,
        lang: Lang::Es,
    };
    RecordOptions { into, keep_names: false, dry_run }
}

fn figures(report: &Report) -> (u64, u64, u64) {
    (report.written, report.vanished, report.gaps)
}

#[test]
fn a_row_that_vanishes_is_a_gap_declared_once_and_its_return_is_no_error() {
    let store = Store::new();
    let all = ["1;Sombra;3", "2;Agua;4", "3;Bancos;5"];
    assert_eq!(figures(&store.snapshot("2025-09-12", &all)), (6, 0, 0));
    let without = ["1;Sombra;3", "3;Bancos;6"];
    assert_eq!(figures(&store.table("2025-11-03", &without, &town(), true)), (2, 1, 1), "a look");
    assert_eq!(figures(&store.snapshot("2025-11-03", &without)), (2, 1, 1), "one counter, one gap");
    let size = store.size();
    assert_eq!(store.snapshot("2025-11-03", &without).written, 0);
    assert_eq!(store.size(), size, "the same file again appends nothing");
    assert_eq!(figures(&store.snapshot("2025-11-05", &without)), (0, 1, 1), "declared already");
    assert_eq!(store.causes("plaza"), [(GapCause::Vanished, Some("2".to_owned()))]);

    let french = store.told("decide.example", "proposal", "2", Locale::Fr);
    assert!(french.contains("Le 3 novembre 2025"), "{french}");
    assert!(french.contains("cette proposition est absente du relevé de ce jour"), "{french}");
    assert!(french.contains("une absence n'est pas un retrait"), "{french}");
    let english = store.told("decide.example", "proposal", "2", Locale::En);
    assert!(english.contains("this proposal is absent from that day's reading of the source"), "{english}");

    let back = store.snapshot("2025-11-08", &["1;Sombra;3", "2;Agua;9", "3;Bancos;6"]);
    assert_eq!((figures(&back), back.refused.total()), ((1, 0, 0), 0), "its counter, and nothing else");
}

#[test]
fn an_extract_and_an_unreadable_row_make_nothing_vanish() {
    let store = Store::new();
    store.snapshot("2025-09-12", &["1;Sombra;3", "2;Agua;4", "3;Bancos;5"]);
    let extract = ReadOptions { partial: true, ..town() };
    let report = store.table("2025-11-03", &["1;Sombra;3"], &extract, false);
    assert_eq!(figures(&report), (0, 0, 0));
    let report = store.snapshot("2025-11-04", &["1;Sombra;3", "2;Agua;cuatro", "3;Bancos;5"]);
    assert_eq!((figures(&report), report.refused.total()), ((0, 0, 0), 1), "refused, and there");
    let report = store.snapshot("2025-11-05", &["1;Sombra;3", "dos;Agua;4"]);
    assert_eq!((figures(&report), report.refused.total()), ((2, 2, 2), 1), "2 and 3 are not the row refused");
    let report = store.snapshot("2025-11-06", &["1;Sombra;3", ";Agua;4"]);
    assert_eq!((figures(&report), report.refused.total()), ((0, 0, 0), 1), "it could be either");
}

fn copy(from: &Path, to: &Path, changed: &BTreeMap<&str, Vec<(&str, &str)>>) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name), changed);
            continue;
        }
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (this, that) in changed.get(name).into_iter().flatten() {
            assert!(text.contains(this), "{name} has no {this}");
            text = text.replace(this, that);
        }
        std::fs::write(to.join(name), text).unwrap();
    }
}

#[test]
fn a_changed_argument_is_a_revision_and_what_no_event_records_is_counted() {
    let store = Store::new();
    let first: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/imports/cap-collectif-2015/good");
    store.folder(&first, "2015-10-18");
    let second = store.home.path().join("second");
    let changes = vec![
        ("Et le secret ?", "Et le secret des affaires ?"),
        ("Voir page 3.", "Voir page 4."),
        ("<p>Sont publi", "<p>Seront publi"),
    ];
    copy(&first, &second, &BTreeMap::from([("61.json", changes)]));
    let report = store.folder(&second, "2015-10-25");
    assert_eq!(report.refused.listed(), []);
    assert_eq!(report.written, 1, "the argument");
    let want = [("cited document (words)".to_owned(), 1), ("opinion (words)".to_owned(), 1)];
    assert_eq!(report.changed, BTreeMap::from(want));
    assert!(report.to_string().contains("changed    not recorded: 1 cited document (words)"), "{report}");
    let told = store.told("consultation.example", "argument", "2", Locale::Fr);
    assert!(told.contains("un texte différent de celui du 18 octobre 2015 a été relevé"), "{told}");
    let size = store.size();
    assert_eq!(store.folder(&second, "2015-10-25").written, 0);
    assert_eq!(store.size(), size);
}

#[test]
fn sections_are_themes_that_grow_by_appending() {
    let store = Store::new();
    let first: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/imports/cap-collectif-2015/good");
    let themes = || {
        let consultation = store.app.read().unwrap().consultation(By::Slug("loi")).unwrap().unwrap();
        let themes = consultation.rules.unwrap().themes;
        (consultation.rules_version, themes)
    };
    let theme_of = |id: &str| {
        let key = |kind: &str| SourceKey {
            platform: "consultation.example".into(),
            kind: kind.into(),
            external_id: id.into(),
        };
        store.app.read().unwrap().by_source(&key("opinion")).unwrap().unwrap().theme
    };
    store.folder(&first, "2015-10-18");
    let open_data = "Section 1 - Ouverture des données".to_owned();
    assert_eq!(themes(), (1, vec![open_data.clone()]));
    assert_eq!([theme_of("61"), theme_of("120"), theme_of("121")], [Some(0); 3]);
    let size = store.size();
    store.folder(&first, "2015-10-18");
    assert_eq!(store.size(), size);

    let second = store.home.path().join("second");
    copy(&first, &second, &BTreeMap::new());
    let new = std::fs::read_to_string(second.join("opinions/120.json")).unwrap();
    let new = new.replace("\"id\": 120", "\"id\": 122").replace("\"id\": 86", "\"id\": 9");
    let new = new.replace("\"id\": 3,", "\"id\": 33,").replace("Ouverture des données", "Les Communs");
    std::fs::write(second.join("opinions/122.json"), new).unwrap();
    let report = store.folder(&second, "2015-10-25");
    assert_eq!(
        (report.written, report.refused.listed()),
        (3, &[][..]),
        "the proposal, its counter, its argument"
    );
    assert_eq!(themes(), (2, vec![open_data, "Section 1 - Les Communs".to_owned()]));
    assert_eq!([theme_of("61"), theme_of("122")], [Some(0), Some(1)]);
}

#[test]
fn a_site_gives_each_proposal_its_address_and_writes_nothing_twice() {
    let store = Store::new();
    let rows = ["1;Sombra;3", "2;Agua;4"];
    let sited = ReadOptions { site: Some("https://Decide.example/".to_lowercase()), ..town() };
    store.snapshot("2025-09-12", &rows);
    assert_eq!(store.found("https://decide.example/proposals/2"), None, "recorded without addresses");
    assert_eq!(store.found("decide.example/proposal/2").as_deref(), Some("plaza-0002"));
    assert_eq!(store.found("decide.example/petition/2"), None, "another numbering");

    let size = store.size();
    assert_eq!(store.table("2025-09-12", &rows, &sited, false).written, 0);
    assert_eq!(store.size(), size, "the same file again appends nothing");
    let more = ["1;Sombra;3", "2;Agua;4", "3;Bancos;5"];
    let report = store.table("2025-11-03", &more, &sited, false);
    assert_eq!((report.written, report.refused.total()), (2, 0), "the new proposal and its counter");
    assert_eq!(report.changed, BTreeMap::from([("proposal (address)".to_owned(), 2)]), "said, not recorded");
    assert_eq!(store.found("https://decide.example/proposals/3").as_deref(), Some("plaza-0003"));
    assert_eq!(store.found("https://decide.example/proposals/3-bancos"), None);
}

#[test]
fn what_is_no_address_of_a_site_is_refused() {
    for site in
        ["decide.example", "ftp://decide.example", "https://", "https://a.example/?q=1", "https://a b"]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fixtures/imports/consul/proposals_20250912T060959Z.csv");
        let options = ReadOptions { site: Some(site.into()), ..town() };
        let error = consul::read(&path, &options, &mut Progress::silent(Stop::new())).unwrap_err();
        let want = format!(
            "--site {site}: expected where the installation is found, such as https://decide.madrid.es"
        );
        assert_eq!(error.to_string(), want);
    }
}

/// The invented petitions, with some words of each file replaced.
fn petitions_with(store: &Store, changes: &[(&str, &str)]) -> PathBuf {
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/imports/uk-petitions/good");
    let path = store.home.path().join("petitions");
    copy(&good, &path, &BTreeMap::new());
    for folder in ["pages", "petitions"] {
        for entry in std::fs::read_dir(path.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let text = changes.iter().fold(text, |text, (this, that)| text.replace(this, that));
            std::fs::write(path, text).unwrap();
        }
    }
    path
}

#[test]
fn a_debate_without_a_day_is_a_gap_and_nobody_is_said_to_have_answered() {
    let store = Store::new();
    let path = petitions_with(&store, &[]);
    let report = store.petitions(&path, "2023-01-03");
    assert_eq!((report.refused.total(), report.gaps), (0, 1), "{report}");
    assert_eq!(store.causes("petitions"), [(GapCause::DebateUndated, Some("300005".to_owned()))]);

    let french = store.told("petitions.example", "petition", "300005", Locale::Fr);
    assert!(
        french
            .contains("Le 15 juillet 2021, la source a une issue de débat et aucun jour pour cette pétition"),
        "{french}"
    );
    assert!(
        french.contains("The Committee decided not to schedule a debate."),
        "the words of the site: {french}"
    );
    assert!(!french.contains("répond"), "{french}");
    assert!(!french.contains("Statut local"), "{french}");
    let english = store.told("petitions.example", "petition", "300005", Locale::En);
    assert!(english.contains("whether one took place is unknown here"), "{english}");
    assert!(!english.contains("answered"), "{english}");

    let size = store.size();
    assert_eq!(store.petitions(&path, "2023-01-03").written, 0);
    assert_eq!(store.size(), size);
    let later = store.petitions(&path, "2023-02-03");
    assert_eq!((later.written, later.changed), (0, BTreeMap::new()), "and the gap is not declared again");
}

#[test]
fn an_answer_is_told_on_its_own_day_and_decides_nothing() {
    let store = Store::new();
    let path =
        petitions_with(&store, &[("\"responded_on\": \"2021-08-02\"", "\"responded_on\": \"2021-07-30\"")]);
    store.petitions(&path, "2023-01-03");
    let told = store.told("petitions.example", "petition", "300001", Locale::En);
    assert!(told.contains("30 July 2021"), "{told}");
    assert!(!told.contains("2 August 2021"), "the day of its copy in the site: {told}");
    assert!(!told.contains("decided"), "{told}");
}

#[test]
fn a_ground_in_no_table_keeps_the_platform_s_word() {
    let store = Store::new();
    let path = petitions_with(&store, &[("already-happening", "already-debated")]);
    store.petitions(&path, "2023-01-03");
    let french = store.told("petitions.example", "petition", "300005", Locale::Fr);
    assert!(french.contains("Statut local\u{a0}: already-debated"), "{french}");
    let english = store.told("petitions.example", "petition", "300005", Locale::En);
    assert!(english.contains("Local status: already-debated"), "{english}");
    let mapped = store.told("petitions.example", "petition", "300003", Locale::En);
    assert!(!mapped.contains("Local status"), "{mapped}");
}

#[test]
fn a_look_beside_a_running_import_shows_what_is_folded_and_never_fails() {
    let store = Store::new();
    store.snapshot("2025-09-12", &["1;Sombra;3"]);
    let rows: Vec<String> = (1..3_000).map(|id| format!("{id};Sombra;3")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let done = std::sync::atomic::AtomicBool::new(false);
    let dir = store.home.path().join("store");
    std::thread::scope(|scope| {
        let look = scope.spawn(|| {
            let mut sizes = Vec::new();
            while !done.load(std::sync::atomic::Ordering::Acquire) {
                let lookout = Lookout::open(&dir).unwrap();
                let reading = lookout.read().unwrap();
                assert!(reading.by_reference(&"plaza-0001".parse().unwrap()).unwrap().is_some());
                sizes.push(reading.size().get());
            }
            sizes
        });
        let written = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.snapshot("2025-11-03", &rows).written
        }));
        done.store(true, std::sync::atomic::Ordering::Release);
        assert_eq!(written.unwrap(), 2 * 2_998);
        let sizes = look.join().unwrap();
        assert!(sizes.is_sorted(), "{sizes:?}");
    });
    assert_eq!(Lookout::open(&dir).unwrap().read().unwrap().size().get(), store.size());
}
