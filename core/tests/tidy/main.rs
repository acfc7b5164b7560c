//! The house's habits, held by a test: which way the arrows between modules point, and a few textual habits.
//!
//! `arrows` is the table that `ARCHITECTURE.md` prints, `habits` the list of habits, `threats` the page of attacks; all look
//! only at the text of tracked files, through `source`. Nothing here knows what any module computes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "every line of this target is a test"
)]

mod arrows;
mod habits;
mod source;
mod threats;
mod workspace;

use workspace::Workspace;

/// Fails with every complaint at once, one a line.
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_module_uses_only_what_its_row_allows() {
    expect_none(&arrows::violations(&Workspace::read().rust_sources(), arrows::TABLE));
}

#[test]
fn every_module_of_core_has_a_row_of_its_own() {
    expect_none(&arrows::modules_without_a_row(&Workspace::read().rust_sources(), arrows::TABLE));
}

#[test]
fn the_arrows_go_round_in_no_circle() {
    expect_none(&arrows::circles(arrows::TABLE));
}

#[test]
fn the_architecture_page_prints_the_same_table() {
    let workspace = Workspace::read();
    let page = workspace.text("ARCHITECTURE.md");
    let want = arrows::with_table(&page, arrows::TABLE);
    if std::env::var_os("GOLDEN").is_some() {
        return workspace.write("ARCHITECTURE.md", &want);
    }
    assert!(
        page == want,
        "ARCHITECTURE.md prints another table of arrows than core/tests/tidy/arrows.rs holds; run `make golden`"
    );
}

#[test]
fn the_clock_is_read_in_one_place() {
    expect_none(&habits::clocks(&Workspace::read().rust_sources()));
}

#[test]
fn libraries_print_nothing() {
    expect_none(&habits::prints(&Workspace::read().rust_sources()));
}

#[test]
fn every_file_opens_by_saying_what_it_is() {
    expect_none(&habits::openings(&Workspace::read().rust_sources()));
}

#[test]
fn rust_files_hold_no_tab() {
    expect_none(&habits::tabs(&Workspace::read().rust_sources()));
}

#[test]
fn no_file_names_a_path_of_the_machine_it_was_written_on() {
    expect_none(&habits::machine_paths(Workspace::read().texts()));
}

#[test]
fn every_dependency_says_why_it_is_there() {
    expect_none(&habits::dependencies_without_reason(&Workspace::read().text("Cargo.toml")));
}

#[test]
fn every_attack_has_its_row_and_every_test_that_it_names_exists() {
    let workspace = Workspace::read();
    expect_none(&threats::complaints(&workspace.text(threats::PAGE), workspace.texts()));
}

/// Never fails: a long file is a prompt to look for the missing noun.
#[test]
fn long_files_are_listed() {
    for line in habits::long_files(&Workspace::read().rust_sources()) {
        println!("{line}");
    }
}
