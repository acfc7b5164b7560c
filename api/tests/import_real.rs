//! The readers on real consultations, against figures that were counted by other means.
//!
//! The data is not part of the project (licences, real names): `DEVENIR_SHARED` names the folder, else
//! `../shared` beside the workspace. Where it is absent, each test says so and passes.

#![allow(clippy::unwrap_used, reason = "every line of this target is a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use devenir_api::import::observed::{
    Act, Contribution, DebateOutcome, ItemKind, ItemRef, Observation, ObservedFact,
};
use devenir_api::import::source::{Counted, Difference, Stage};
use devenir_api::import::{
    Progress, ReadOptions, Report, Source, Stop, cap_collectif_2015, consul, uk_petitions,
};
use devenir_core::time::{Precision, Timestamp};

fn shared(what: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DEVENIR_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let path = root.join("data").join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: {} is absent; set DEVENIR_SHARED to the folder that holds data/{what}",
        path.display()
    );
    None
}

fn options(observed_at: &str) -> ReadOptions {
    ReadOptions { observed_at: Some(observed_at.into()), ..ReadOptions::default() }
}

fn quiet() -> Progress {
    Progress::silent(Stop::new())
}

/// Every observation, checked for the order that all sources keep: nothing before what it stands on.
fn in_order(source: Source) -> Vec<Observation> {
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for observation in source.observations {
        let observation = observation.unwrap();
        if let Some(item) = observation.fact.stands_on() {
            assert!(known.contains(item), "{} before {item}", observation.key);
        }
        if observation.key.act == Act::Submitted {
            known.insert(observation.key.item());
        }
        all.push(observation);
    }
    all
}

fn of_act(all: &[Observation], act: Act) -> impl Iterator<Item = &Observation> {
    all.iter().filter(move |observation| observation.key.act == act)
}

#[test]
fn republique_numerique_is_read_to_the_last_item() {
    let Some(path) = shared("republique-numerique") else { return };
    let source = cap_collectif_2015::read(&path, &options("2015-10-18"), &mut quiet()).unwrap();
    assert_eq!(source.refused.listed(), []);
    assert_eq!(source.platform, "www.republique-numerique.fr");
    let summary = source.summary.clone();
    let want = BTreeMap::from([
        (Counted::Articles, 30),
        (Counted::LawChanges, 52),
        (Counted::Proposals, 666),
        (Counted::Amendments, 1_390),
        (Counted::Arguments, 3_994),
        (Counted::SourcesCited, 326),
        (Counted::Counters, 696 + 1_390),
        (Counted::VotesOnItems, 88_622),
        (Counted::VotesOnAmendments, 41_422),
        (Counted::ChangedInSource, 139 + 336 + 26),
        (Counted::Hidden, 4),
        (Counted::Gaps, 26),
    ]);
    assert_eq!(summary.read, want);
    let differences: Vec<(&str, u64, u64)> = summary
        .differences
        .iter()
        .map(|Difference { what, stated, found, .. }| (&**what, *stated, *found))
        .collect();
    assert_eq!(differences, [("votes on opinion 193", 38, 39), ("amendments", 1_389, 1_390)]);
    let voters = summary.left_out.iter().find(|left| left.what == "names of voters").unwrap();
    assert_eq!(voters.count, 3_171);
    assert!(!summary.coverage.contains_key(&Stage::Responses), "the source has no answers");

    let all = in_order(source);
    assert_eq!(of_act(&all, Act::Submitted).count(), 696 + 1_390 + 3_994 + 326);
    let items: BTreeSet<ItemRef> = of_act(&all, Act::Submitted).map(|o| o.key.item()).collect();
    for amendment in all.iter().filter(|o| o.key.kind == ItemKind::Version && o.key.act == Act::Submitted) {
        assert!(items.contains(amendment.fact.stands_on().unwrap()), "{}", amendment.key);
        assert_eq!(amendment.claimed.precision(), Precision::Unknown);
    }
    for votes in of_act(&all, Act::Votes) {
        assert_eq!(votes.claimed.precision(), Precision::Day);
        assert_eq!(votes.claimed.at().unwrap().to_rfc3339(), "2015-10-17T22:00:00Z", "midnight in Paris");
    }
}

#[test]
fn uk_petitions_are_read_once_each_with_their_traps() {
    let Some(path) = shared("uk-petitions") else { return };
    let source = uk_petitions::read(&path, &options("2023-01-03"), &mut quiet()).unwrap();
    assert_eq!(source.refused.listed(), []);
    assert_eq!(source.platform, "petition.parliament.uk");
    let summary = source.summary.clone();
    let count = |what| summary.counted(what);
    assert_eq!(count(Counted::Rows), 6_093);
    assert_eq!(count(Counted::Petitions), 4_134);
    assert_eq!(count(Counted::Rejections), 2_864);
    assert_eq!(count(Counted::Responses), 106);
    assert_eq!((count(Counted::ResponsesCorrected), count(Counted::ResponsesRevised)), (8, 16));
    assert_eq!((count(Counted::DebatesHeld), count(Counted::DebatesNotHeld)), (16, 2));
    assert_eq!(count(Counted::Counters), 4_134 + 2, "two counters moved while the site was read");
    assert_eq!(summary.copies, 6_093 - 4_134 + 273 - 2);
    assert!(summary.coverage.contains_key(&Stage::Responses));

    let all = in_order(source);
    let times = |act| -> BTreeMap<String, Timestamp> {
        of_act(&all, act).filter_map(|o| Some((o.key.external_id.clone(), o.claimed.at()?))).collect()
    };
    let (opened, closed, rejected) =
        (times(Act::BallotOpened), times(Act::BallotClosed), times(Act::Moderated));
    let (answered, debated) = (times(Act::Answered), times(Act::Debated));
    let after_closing = |acts: &BTreeMap<String, Timestamp>| {
        acts.iter().filter(|(id, at)| closed.get(*id).is_some_and(|closed| *at > closed)).count()
    };
    assert_eq!(after_closing(&answered), 10, "answers after the closing");
    assert_eq!(after_closing(&debated), 11, "debates after the closing");
    let rejected_after_opening = rejected.iter().filter(|(id, at)| opened.get(*id).is_some_and(|o| *at > o));
    assert_eq!(rejected_after_opening.count(), 1);
    let unanswered = times(Act::ThresholdResponse);
    assert_eq!(unanswered.keys().filter(|id| !answered.contains_key(*id)).collect::<Vec<_>>(), ["618769"]);
    let mut codes: BTreeMap<String, u64> = BTreeMap::new();
    for observation in of_act(&all, Act::Moderated) {
        if let ObservedFact::Moderation(moderation) = &observation.fact {
            *codes.entry(moderation.code.clone().unwrap()).or_default() += 1;
        }
    }
    let want = [
        ("already-happening", 96),
        ("duplicate", 1_442),
        ("fake-name", 19),
        ("foi", 1),
        ("honours", 25),
        ("irrelevant", 640),
        ("no-action", 641),
    ];
    assert_eq!(codes, want.map(|(code, count)| (code.to_owned(), count)).into());
    assert_eq!(count(Counted::VotesOnItems), 6_310_405);
    assert_eq!(count(Counted::CountersMoved), 2);
    let named = all.iter().filter(|o| {
        matches!(&o.fact, ObservedFact::Contribution(Contribution { author: Some(author), .. }) if author.account.is_none())
    });
    assert_eq!(named.count(), 192);
    let not_held: BTreeSet<&str> = all
        .iter()
        .filter(
            |o| matches!(&o.fact, ObservedFact::Debate(debate) if debate.outcome == DebateOutcome::Undated),
        )
        .map(|o| o.key.external_id.as_str())
        .collect();
    assert_eq!(not_held, BTreeSet::from(["323881", "590282"]));
}

#[test]
fn five_snapshots_of_madrid_have_the_rows_and_supports_of_the_oracle() {
    let Some(path) = shared("decide-madrid-consul") else { return };
    let mut names: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|name| name.extension().is_some_and(|extension| extension == "csv"));
    names.sort();
    let want = [
        ("2025-09-12T06:09:59Z", 2_600, 17_836, 26),
        ("2025-11-03T23:00:01Z", 2_709, 18_966, 30),
        ("2025-11-05T23:00:06Z", 2_724, 19_084, 30),
        ("2025-11-08T23:00:52Z", 2_736, 19_195, 30),
        ("2025-11-09T23:00:04Z", 2_738, 19_200, 30),
    ];
    assert_eq!(names.len(), want.len());
    for (name, (observed, rows, supports, retired)) in names.iter().zip(want) {
        let options = ReadOptions { platform: Some("decide.madrid.es".into()), ..ReadOptions::default() };
        let source = consul::read(name, &options, &mut quiet()).unwrap();
        assert_eq!(source.refused.listed(), []);
        assert_eq!(source.observed_at.at().unwrap().to_rfc3339(), observed);
        let count = |what| source.summary.counted(what);
        assert_eq!((count(Counted::Rows), count(Counted::Proposals)), (rows, rows));
        assert_eq!(count(Counted::VotesOnItems), supports);
        assert_eq!(count(Counted::Withdrawals), retired);
        let all = in_order(source);
        assert_eq!(all.len() as u64, rows * 2 + retired);
    }
}

#[test]
fn the_same_files_give_the_same_sequence_twice() {
    let Some(path) = shared("republique-numerique") else { return };
    let read = || {
        let source = cap_collectif_2015::read(&path, &options("2015-10-18"), &mut quiet()).unwrap();
        source.observations.map(|o| o.unwrap().key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(read(), read());
}

#[test]
fn reports_of_real_sources_read_well() {
    for (what, format) in [("republique-numerique", 0), ("uk-petitions", 1)] {
        let Some(path) = shared(what) else { return };
        let source = match format {
            0 => cap_collectif_2015::read(&path, &options("2015-10-18"), &mut quiet()),
            _ => uk_petitions::read(&path, &options("2023-01-03"), &mut quiet()),
        };
        let mut report = Report::of(&source.unwrap(), what, what);
        report.summary.files_ignored.clear(); // the data's own notes, which may change
        insta::assert_snapshot!(format!("report_{}", what.replace('-', "_")), report);
        assert_eq!(report.exit_code(), 0);
    }
}
