//! Ctrl-C through the real command: a clean stop that says how to go on, and the same record in the end.

#![cfg(unix)]
#![allow(
    clippy::wildcard_enum_match_arm,
    clippy::unwrap_used,
    clippy::panic,
    reason = "every line of this target is a test"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use devenir_core::event::Event;
use devenir_core::event::ledger::LedgerEvent;
use devenir_core::event::oversight::OversightEvent;
use devenir_core::ledger::Position;
use devenir_core::store::{EmbeddedReader, ReadLedger as _};
use devenir_core::writer::read_events;

const ROWS: u64 = 5_000;

fn devenir(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_devenir"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn create(store: &Path) {
    let created =
        devenir(&["create", "--origin", "test.example/stop", "--store", text(store)]).output().unwrap();
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
}

fn import(table: &Path, store: &Path) -> Child {
    devenir(&["import", "consul", text(table), "--consultation", "plaza", "--store", text(store)])
        .spawn()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn size(store: &Path) -> u64 {
    EmbeddedReader::open(store).ok().and_then(|reader| reader.head().ok()).map_or(0, |head| head.size.get())
}

/// What was recorded, in its order; not what differs by its nature: the ledger's own nonce, and how many events an
/// import that was stopped wrote before its last run.
fn facts(store: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let reader = EmbeddedReader::open(store).unwrap();
    let events = read_events(&reader, Position::new(0), usize::try_from(ROWS * 3).unwrap()).unwrap();
    let told = events.into_iter().map(|recorded| {
        let facts = match &recorded.event {
            Event::Ledger(LedgerEvent::Opened(_)) | Event::Oversight(OversightEvent::ImportSealed(_)) => {
                vec![]
            }
            event => event.facts_bytes(),
        };
        (recorded.event.event_type().name, facts)
    });
    told.collect()
}

#[test]
fn an_import_that_is_stopped_says_how_to_go_on_and_ends_as_if_it_had_not_been() {
    let home = tempfile::tempdir().unwrap();
    let table = home.path().join("proposals_2025-09-12.csv");
    let mut rows = "id;title;description;cached_votes_up;created_at\n".to_owned();
    for id in 1..=ROWS {
        let day = 1 + id % 28;
        writeln!(rows, "{id};Idea {id};Words of {id};{};{day:02}/01/2024", id % 97).unwrap();
    }
    std::fs::write(&table, rows).unwrap();
    let (stopped, whole) = (home.path().join("stopped"), home.path().join("whole"));
    create(&stopped);
    create(&whole);

    let child = import(&table, &stopped);
    let until = Instant::now() + Duration::from_secs(120);
    while size(&stopped) < 1_500 {
        assert!(Instant::now() < until, "nothing was recorded within two minutes");
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(said(&output).contains("run the same command again to go on"), "{}", said(&output));
    let half = size(&stopped);
    assert!((1_500..2 * ROWS).contains(&half), "stopped at {half}");

    let output = import(&table, &stopped).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let output = import(&table, &whole).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let (resumed, uninterrupted) = (facts(&stopped), facts(&whole));
    assert_eq!(resumed.len(), uninterrupted.len());
    assert!(resumed == uninterrupted, "the same facts, in the same order");
    assert_eq!(resumed.len() as u64, 1 + 1 + 2 * ROWS + 1);
}
