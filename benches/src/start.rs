//! Start: from opening the directory to the first answer, on a long record that was closed well, and on the same
//! record without its decision state.
//!
//! It is part of `growth`, which has the long record; alone it makes one.

use crate::mix;
use crate::report::{Report, forget_peak, peak_memory};
use devenir_api::app::App;
use devenir_core::writer::SystemClock;
use devenir_projections::query::Page;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

pub(crate) fn measure(report: &mut Report) {
    if std::env::var("ONLY").is_ok_and(|only| only.contains("growth")) || std::env::var("ONLY").is_err() {
        // `growth` measured it on its own record.
        return;
    }
    report.doing(&format!("start: making a record of {} events", crate::size()));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let (instance, mut town) = mix::found(&path);
    town.grow(&instance.writer.handle(), crate::size());
    drop(instance);
    let began = Instant::now();
    drop(App::open(&path, Arc::new(SystemClock)).unwrap());
    let took = began.elapsed().as_secs_f64();
    report.note("first start, which folds all views and writes all tiles", &format!("{took:.1} s"));
    of(&path, report);
}

/// Opens the instance in `path` and asks for its list, twice: the first time folds what the views lack.
pub(crate) fn of(path: &Path, report: &mut Report) {
    drop(App::open(path, Arc::new(SystemClock)).unwrap());
    forget_peak();
    let began = Instant::now();
    let app = App::open(path, Arc::new(SystemClock)).unwrap();
    let listed = app.read().unwrap().consultations(None, Page::first(10, None)).unwrap();
    let took = began.elapsed().as_secs_f64();
    assert!(!listed.items.is_empty());
    report.note("start: memory of the process at most", &format!("{} MiB", peak_memory()));
    report.at_most(&format!("start at {} events", app.head().size), took, 2.0, "s");
    drop(app);
    let began = Instant::now();
    std::fs::remove_file(path.join("state.sqlite3")).unwrap();
    drop(App::open(path, Arc::new(SystemClock)).unwrap());
    report.note("start without its decision state", &format!("{:.1} s", began.elapsed().as_secs_f64()));
}
