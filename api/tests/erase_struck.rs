//! `devenir erase` struck at each of its steps: whatever call to the disk fails or ends it, the next `--carry-out` leaves no byte.
//!
//! The words are in a store that the real commands made. Where the strike came before the erasure was recorded, nothing
//! is erased and everything is there; from then on, carrying out again is all that it takes. `DEVENIR_STRIKES` sets how
//! many calls are struck in each way, evenly spread over opening, request, decision, register, vault, log, views, statement.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_core::testing::{Strike, Striker};
use std::path::Path;
use std::process::{Command, Output};

const DEVENIR: &str = env!("CARGO_BIN_EXE_devenir");
/// How many calls are struck in each way, unless told.
const STRUCK: u64 = 10;
/// A word that stands in the erased text and nowhere else.
const CANARY: &[u8] = b"quokkaphone";

fn devenir(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(DEVENIR);
    command.args(args).env("LANG", "en").current_dir(home);
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn does(home: &Path, code: i32, args: &[&str]) -> Output {
    let output = devenir(home, args).output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", said(&output));
    output
}

const ERASE: [&str; 8] =
    ["erase", "plaza-0002", "--name", "Ana Ruiz", "--capacity", "alcaldesa", "--store", "store"];

/// Makes a store with two texts.
fn prepare(home: &Path) {
    does(home, 0, &["create", "--store", "whole", "--origin", "test.example/struck"]);
    let rows = "id;title;description;cached_votes_up;created_at\n1;Sombra;palabras;3;03/01/2024\n\
        2;Plaza;<p>un <b>quokkaphone</b> y una plaza</p>;4;03/01/2024\n";
    std::fs::write(home.join("proposals_2025-09-12.csv"), rows).unwrap();
    let table = ["import", "consul", "proposals_2025-09-12.csv", "--observed-at", "2025-09-12"];
    does(home, 0, &[&table[..], &["--store", "whole", "--consultation", "plaza"]].concat());
}

fn copy(home: &Path) {
    let _ = std::fs::remove_dir_all(home.join("store"));
    assert!(Command::new("cp").args(["-r", "whole", "store"]).current_dir(home).status().unwrap().success());
}

/// The files below a directory that hold the word.
fn holding(dir: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            holding(&path, found);
        } else if std::fs::read(&path).unwrap().windows(CANARY.len()).any(|window| window == CANARY) {
            found.push(path.display().to_string());
        }
    }
}

/// How many parts the record says are erased, after whatever waits was carried out; every file agrees with it.
fn settled(home: &Path, how: &str) -> u64 {
    let carried_out = devenir(home, &["erase", "--carry-out", "--store", "store"]).output().unwrap();
    assert!(carried_out.status.success(), "{how}\n{}", said(&carried_out));
    let report = devenir(home, &["verify", "--store", "store", "--json"]).output().unwrap();
    assert_eq!(report.status.code(), Some(4), "{how}\n{}", said(&report));
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let erased = report["parts"]["erased"].as_u64().unwrap();
    let mut held = Vec::new();
    holding(&home.join("store"), &mut held);
    assert_eq!(
        held.is_empty(),
        erased > 0,
        "{how}\n{erased} parts are erased, and these hold the word: {held:?}"
    );
    assert_eq!(report["parts"]["pending"], 0, "{how}");
    erased
}

#[test]
fn whatever_call_of_an_erasure_fails_or_ends_it_carrying_it_out_again_leaves_no_byte() {
    let striker = match Striker::new() {
        Ok(striker) => striker,
        Err(skipped) => return println!("{skipped}"),
    };
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    prepare(home);
    copy(home);
    assert_eq!(settled(home, "untouched"), 0);
    copy(home);
    let (output, count) = striker.count(&mut devenir(home, &ERASE));
    assert!(output.status.success() && count > 50, "{count} calls: {}", said(&output));
    assert!(settled(home, "not struck") > 0);
    let (mut struck, mut before, mut after) = (0, 0, 0);
    for strike in Strike::ALL {
        for number in Striker::numbers(count, STRUCK) {
            copy(home);
            let output = striker.strike(&mut devenir(home, &ERASE), strike, number);
            let how = format!("{strike:?} at call {number} of {count}\n{}", said(&output));
            *if settled(home, &how) == 0 { &mut before } else { &mut after } += 1;
            struck += 1;
        }
    }
    assert!(before > 0 && after > 0, "{before} before the erasure was recorded, {after} after");
    println!(
        "{struck} of 4 x {count} calls struck: {before} before the erasure was recorded, {after} after; no byte was left"
    );
}
