//! Devenir's budgets, measured side by side in one run and printed as ratios.
//!
//! Each measure states its budget beside its figure. A measure that misses its budget is printed as
//! missed, and nothing here fails for being slow: machines differ, ratios less so.
//!
//! `make bench` runs them all; `make bench ONLY=append,verify` some; `SIZE=100000` sets how long the long
//! records are (default 1,000,000).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and its figures are rounded"
)]

mod append;
mod fold;
mod growth;
mod mix;
mod proof;
mod read;
mod report;
mod start;
mod trust;
mod verify;

use report::Report;

/// A measure's name and what runs it.
type Measure = (&'static str, fn(&mut Report));

const MEASURES: &[Measure] = &[
    ("append", append::measure),
    ("verify", verify::measure),
    ("fold", fold::measure),
    ("read", read::measure),
    ("proof", proof::measure),
    ("trust", trust::measure),
    ("growth", growth::measure),
    ("start", start::measure),
];

fn main() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let asked = |name: &str| only.is_empty() || only.split(',').any(|it| it == name);
    let mut report = Report::begin();
    for (name, measure) in MEASURES {
        if asked(name) {
            measure(&mut report);
        }
    }
    report.end();
}

/// How many events the long records have.
fn size() -> u64 {
    std::env::var("SIZE").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}
