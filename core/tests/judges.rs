//! The runner of judges (`.ci/judges`), shown invented judges: one agrees, one disagrees, one cannot run here.
//!
//! A judge is a check in another language; the contract is the comment that opens the runner. This file knows no
//! real judge.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

/// Runs the runner over judges given as (name, what the script does).
#[allow(clippy::expect_used, reason = "a test's own helper")]
fn run(judges: &[(&str, &str)], must_run: bool) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, script) in judges {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a temporary folder is writable");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("our own file");
    }
    let logs = tempfile::tempdir().expect("a temporary folder");
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/judges"))
        .arg(logs.path())
        .env("JUDGES", folder.path())
        .env("DEVENIR", "/bin/true")
        .env("JUDGES_MUST_RUN", if must_run { "1" } else { "" })
        .output()
        .expect("bash runs the judges")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_judge_that_agrees_ran() {
    let output = run(&[("sum", "test -x \"$DEVENIR\"")], true);
    assert_eq!(said(&output), "judge sum: ran\n");
    assert!(output.status.success());
}

#[test]
fn a_judge_that_cannot_run_here_is_listed_with_the_command_that_installs_it() {
    let judges = [("proof", "echo 'install: apt-get install golang-go'; exit 77")];
    let output = run(&judges, false);
    assert_eq!(said(&output), "judge proof: skipped (install: apt-get install golang-go)\n");
    assert!(output.status.success());
}

#[test]
fn a_skip_fails_where_every_judge_must_run() {
    let output = run(&[("proof", "echo 'install: apt-get install golang-go'; exit 77")], true);
    assert!(said(&output).ends_with("a judge was skipped where every judge must run\n"));
    assert!(!output.status.success());
}

#[test]
fn a_judge_that_disagrees_fails_the_run_and_is_heard() {
    let output = run(&[("audit", "echo 'root is 9f, expected 1b'; exit 3"), ("sum", "exit 0")], false);
    let said = said(&output);
    assert!(
        said.starts_with("judge audit disagrees:\nroot is 9f, expected 1b\njudge audit: FAILED"),
        "{said}"
    );
    assert!(said.ends_with("judge sum: ran\n"), "{said}");
    assert!(!output.status.success());
}
