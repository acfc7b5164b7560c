//! The readers on invented exports: what they yield, what they refuse, and in which words.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "every line of this target is a test"
)]

use std::path::{Path, PathBuf};

use devenir_api::import::observed::{Observation, ObservedFact};
use devenir_api::import::{
    ImportError, Progress, ReadOptions, Report, Source, Stop, cap_collectif_2015, consul, uk_petitions,
};

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/imports").join(path)
}

fn options(observed_at: &str) -> ReadOptions {
    ReadOptions { observed_at: Some(observed_at.into()), ..ReadOptions::default() }
}

fn cap_collectif(path: &str) -> Result<Source, ImportError> {
    cap_collectif_2015::read(&fixture(path), &options("2015-10-18"), &mut Progress::silent(Stop::new()))
}

fn petitions(path: &str) -> Result<Source, ImportError> {
    uk_petitions::read(&fixture(path), &options("2023-01-03"), &mut Progress::silent(Stop::new()))
}

fn proposals(path: &str) -> Result<Source, ImportError> {
    let options = ReadOptions { platform: Some("decide.example".into()), ..ReadOptions::default() };
    consul::read(&fixture(path), &options, &mut Progress::silent(Stop::new()))
}

/// One line an observation: its key, its claimed time, what it says.
fn told(source: Source) -> String {
    let lines = source.observations.map(|observation| {
        let observation = observation.unwrap();
        let at = observation.claimed.at().map_or_else(|| "-".to_owned(), |at| at.to_rfc3339());
        let precision = observation.claimed.precision();
        let fact = serde_json::to_string(&observation.fact).unwrap();
        format!("{}\n    {at} {precision}\n    {fact}", observation.key)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn refused(source: &Source) -> String {
    assert_eq!(source.refused.total(), source.refused.listed().len() as u64);
    source.refused.listed().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The message of an error, the folder of the fixtures left out.
fn message(result: Result<Source, ImportError>) -> String {
    let root = format!("{}/", fixture("").display().to_string().trim_end_matches('/'));
    result.map(|_| ()).unwrap_err().to_string().replace(&root, "")
}

#[test]
fn a_good_cap_collectif_export_is_told_whole_and_in_order() {
    let source = cap_collectif("cap-collectif-2015/good").unwrap();
    assert_eq!(refused(&source), "");
    insta::assert_snapshot!("cap_collectif_report", Report::of(&source, "good", "loi"));
    insta::assert_snapshot!("cap_collectif_observations", told(source));
}

#[test]
fn bad_items_of_cap_collectif_are_refused_one_by_one_and_the_rest_is_read() {
    let source = cap_collectif("cap-collectif-2015/bad").unwrap();
    insta::assert_snapshot!("cap_collectif_refusals", refused(&source));
    let keys: Vec<String> = source.observations.map(|o| o.unwrap().key.to_string()).collect();
    let keys: Vec<&str> = keys.iter().map(|key| key.trim_start_matches("consultation.example ")).collect();
    assert_eq!(
        keys,
        [
            "opinion 61 submitted",
            "argument 4 submitted",
            "version 1 submitted",
            "opinion 92 gap",
            "opinion 61 votes @ 2015-10-17T22:00:00Z",
            "version 1 votes @ 2015-10-17T22:00:00Z",
        ]
    );
}

#[test]
fn what_is_not_a_cap_collectif_folder_says_what_was_expected() {
    insta::assert_snapshot!(message(cap_collectif("nowhere")), @"nowhere: not found; expected a folder with opinions/ and contributions.json; is the path right?");
    insta::assert_snapshot!(message(cap_collectif("README.md")), @"README.md: expected a folder with opinions/ and contributions.json, found a file");
    insta::assert_snapshot!(message(cap_collectif("consul")), @"consul/opinions: not found; expected a folder of opinions, one JSON file each; is the path right?");
    insta::assert_snapshot!(message(cap_collectif("cap-collectif-2015/truncated")), @"cap-collectif-2015/truncated/contributions.json, line 11, column 18: expected contributions.json, an object with one entry for each opinion and amendment, as JSON, found the end of the file; the file is cut off; fetch it again");
}

#[test]
fn a_good_export_of_petitions_is_told_whole_and_in_order() {
    let source = petitions("uk-petitions/good").unwrap();
    assert_eq!(refused(&source), "");
    insta::assert_snapshot!("petitions_report", Report::of(&source, "good", "petitions"));
    insta::assert_snapshot!("petitions_observations", told(source));
}

#[test]
fn a_revised_answer_is_a_second_answer_and_an_entry_that_moved_is_no_revision() {
    let source = petitions("uk-petitions/revised").unwrap();
    assert_eq!(refused(&source), "");
    let other = source.summary.left_out.iter().find(|left| left.what.starts_with("notes on other"));
    assert_eq!(other.map(|left| left.count), Some(1), "the first answer is taken, the rest is counted");
    let answer = |it: Observation| {
        let (bodies, words) = match &it.fact {
            ObservedFact::Response(answer) | ObservedFact::ResponseRevised(answer) => {
                let text = answer.text.as_ref().map(|text| text.text.lines().next().unwrap_or_default());
                (answer.bodies[0].name.clone(), text.map(str::to_owned))
            }
            ObservedFact::ResponseCorrected(entry) => (String::new(), entry.summary.clone()),
            _ => return None,
        };
        let at = it.claimed.at().unwrap().to_rfc3339();
        Some(format!(
            "{} {} {at}: {bodies}: {}",
            it.key.external_id,
            it.key.act,
            words.unwrap_or_default().trim()
        ))
    };
    let mut answers: Vec<String> = source.observations.filter_map(|it| answer(it.unwrap())).collect();
    answers.sort();
    assert_eq!(
        answers,
        [
            // The day that the site gives, midnight in London; it is no later than the answer stood there.
            "300021 answer-revised 2021-08-30T15:00:00Z: Ministry of Example: There is no plan to plant any.",
            "300021 answered 2021-07-03T23:00:00Z: Ministry of Example: Trees could be planted.",
            "300022 answer-corrected 2021-07-06T11:02:00Z: : Trees are planted.",
            "300022 answered 2021-07-06T11:00:00Z: Cabinet Office: ",
            // The first answer is not kept: nothing says who signed it.
            "300023 answer-revised 2021-08-30T15:00:00Z: Cabinet Office: No.",
            "300023 answered 2021-07-06T11:00:00Z: UK Government: ",
        ]
    );
}

#[test]
fn bad_petitions_are_refused_one_by_one_and_the_rest_is_read() {
    let source = petitions("uk-petitions/bad").unwrap();
    insta::assert_snapshot!("petitions_refusals", refused(&source));
    let report = Report::of(&source, "bad", "petitions");
    assert_eq!(report.exit_code(), 1);
    assert_eq!(source.summary.left_out[0].what, "petitions in the state `stopped`");
    assert!(source.observations.map(|o| o.unwrap().key.external_id).all(|id| id == "300018"));
}

#[test]
fn what_is_not_a_folder_of_petitions_says_what_was_expected() {
    insta::assert_snapshot!(message(petitions("consul")), @"consul: not found; expected a folder with pages/ and petitions/, or one of them; neither holds a .json file; is this the folder that holds them?");
    insta::assert_snapshot!(message(petitions("uk-petitions/truncated")), @"uk-petitions/truncated/pages/petitions.json, line 1, column 2463: expected a page of petitions, as JSON, found the end of the file; the file is cut off; fetch it again");
    insta::assert_snapshot!(message(petitions("uk-petitions/other")), @"uk-petitions/other/pages/petitions.json, data: expected a list, found nothing; is this a page of petition.parliament.uk/petitions.json?");
}

#[test]
fn two_snapshots_of_consul_are_told_whole_and_in_order() {
    for name in ["consul/proposals_20250912T060959Z.csv", "consul/proposals_20251103T230001Z.csv"] {
        let source = proposals(name).unwrap();
        assert_eq!(refused(&source), "");
        insta::assert_snapshot!(name.replace('/', "_"), told(source));
    }
}

#[test]
fn the_hour_that_only_some_snapshots_print_changes_nothing() {
    let submitted = |name: &str| {
        let all = proposals(name).unwrap().observations.map(|o| o.unwrap());
        all.filter(|o| o.key.external_id == "9" && o.key.revision.is_empty()).collect::<Vec<_>>()
    };
    let (first, second) = (
        submitted("consul/proposals_20250912T060959Z.csv"),
        submitted("consul/proposals_20251103T230001Z.csv"),
    );
    assert_eq!(first.len(), 2, "submitted and withdrawn");
    assert_eq!(first, second);
}

#[test]
fn commas_a_byte_order_mark_and_other_columns_are_read() {
    let source = proposals("consul/comma_2025-09-12.csv").unwrap();
    assert_eq!(refused(&source), "");
    assert_eq!(source.summary.left_out[0].what, "columns hot_score");
    insta::assert_snapshot!("consul_commas", told(source));
}

#[test]
fn bad_rows_of_consul_are_refused_one_by_one_and_the_rest_is_read() {
    let source = proposals("consul/bad_2025-09-12.csv").unwrap();
    insta::assert_snapshot!("consul_refusals", refused(&source));
    assert_eq!(source.summary.copies, 1);
    assert!(source.observations.map(|o| o.unwrap().key.external_id).all(|id| id == "1"));
}

#[test]
fn what_is_not_a_table_of_proposals_says_what_was_expected() {
    insta::assert_snapshot!(message(proposals("consul/nothing_2025-09-12.csv")), @"consul/nothing_2025-09-12.csv: not found; expected a table of proposals with the columns id, title, description, cached_votes_up, created_at; is the path right?");
    insta::assert_snapshot!(message(proposals("consul")), @"consul: expected a table of proposals with the columns id, title, description, cached_votes_up, created_at, found a folder");
    insta::assert_snapshot!(message(proposals("consul/empty_2025-09-12.csv")), @"consul/empty_2025-09-12.csv: is empty; expected a table of proposals with the columns id, title, description, cached_votes_up, created_at; fetch the export again");
    insta::assert_snapshot!(message(proposals("consul/windows1252_2025-09-12.csv")), @"consul/windows1252_2025-09-12.csv, line 3: expected UTF-8, found byte 0xf1 (Windows-1252 perhaps); convert the file first, for instance `iconv -f WINDOWS-1252 -t UTF-8`");
    insta::assert_snapshot!(message(proposals("consul/utf16_2025-09-12.csv")), @"consul/utf16_2025-09-12.csv, line 1: expected UTF-8, found byte 0xff (a UTF-16 byte order mark); convert the file first, for instance `iconv -f UTF-16 -t UTF-8`");
    insta::assert_snapshot!(message(proposals("consul/truncated_2025-09-12.csv")), @"consul/truncated_2025-09-12.csv, line 3: expected a quote that closes the last field, found the end of the file; the file is cut off; fetch it again");
    insta::assert_snapshot!(message(proposals("consul/comments_2025-09-12.csv")), @"consul/comments_2025-09-12.csv, line 1: expected a table of proposals with the columns id, title, description, cached_votes_up, created_at, found no `title` among `id, body`; is this Consul's export of proposals?");
    insta::assert_snapshot!(message(proposals("consul/undated.csv")), @"consul/undated.csv: nothing says when this was observed: its name has no stamp such as 20250912T060959Z or 2025-09-12; give it with --observed-at, as 2015-10-18 or 2025-09-12T06:09:59Z");
    let unnamed = consul::read(
        &fixture("consul/proposals_20250912T060959Z.csv"),
        &ReadOptions::default(),
        &mut Progress::silent(Stop::new()),
    );
    insta::assert_snapshot!(message(unnamed), @"consul/proposals_20250912T060959Z.csv: nothing says which installation its identifiers belong to; give it with --platform, as decide.madrid.es");
}

#[test]
fn a_row_without_an_end_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proposals_2025-09-12.csv");
    let head = "id;title;description;cached_votes_up;created_at\n1;\"";
    std::fs::write(&path, format!("{head}{}", "x;".repeat(4 * 1024 * 1024))).unwrap();
    let options = ReadOptions { platform: Some("decide.example".into()), ..ReadOptions::default() };
    let error = consul::read(&path, &options, &mut Progress::silent(Stop::new())).unwrap_err();
    assert!(matches!(error, ImportError::TooLarge { .. }), "{error}");
}

#[test]
fn a_stop_while_reading_writes_nothing_and_says_how_to_go_on() {
    let stop = Stop::new();
    stop.ask();
    let error = cap_collectif_2015::read(
        &fixture("cap-collectif-2015/good"),
        &options("2015-10-18"),
        &mut Progress::silent(stop),
    );
    insta::assert_snapshot!(message(error), @"stopped while reading; nothing was written; run the same command again");
}

#[test]
fn the_json_report_ends_with_the_same_six_figures() {
    let report = Report::of(&petitions("uk-petitions/bad").unwrap(), "bad", "petitions").json();
    let value: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(value["refused_items"].as_array().unwrap().len(), 12);
    let tail = report.find(",\"read\":").map(|at| &report[at..]).unwrap();
    insta::assert_snapshot!(tail, @r#","read":6,"written":0,"skipped":0,"refused":12,"gaps":0,"position":null}"#);
}
