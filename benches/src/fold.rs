//! Folding: what deciders remember, in memory; and all the views, into their file, search included.
//!
//! The views have no form in memory: they are rows. So the fold in memory is the decision state's alone, and the
//! report says so.

use crate::mix;
use crate::report::{Report, cpu_time, forget_peak, peak_memory, rate};
use devenir_core::consultation::{MemoryBook, evolve};
use devenir_core::envelope::Recorded;
use devenir_core::ledger::Position;
use devenir_core::store::EmbeddedReader;
use devenir_core::writer::read_events;
use devenir_projections::{Referee, StoreSource, Views};
use std::path::Path;
use std::time::{Duration, Instant};

const EVENTS: u64 = 200_000;

pub(crate) fn measure(report: &mut Report) {
    report.doing("fold: making a record");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let (instance, mut town) = mix::found(&path);
    town.grow(&instance.writer.handle(), EVENTS);
    drop(instance);
    in_memory(report, &path);
    into_the_file(report, &path, dir.path());
}

/// The processor time since `before`, an event.
fn per_event(events: u64, before: Duration) -> String {
    format!("{:.1} us an event", (cpu_time() - before).as_secs_f64() * 1e6 / events as f64)
}

fn in_memory(report: &mut Report, path: &Path) {
    let events = events(path);
    report.doing("fold");
    let mut book = MemoryBook::default();
    let began = Instant::now();
    for event in &events {
        for change in evolve(&book, event) {
            book.apply(change);
        }
    }
    let rate = rate(events.len(), began.elapsed());
    report.at_least("fold in memory (the decision state; views are rows)", rate, 300_000.0, "events/s");
}

fn events(path: &Path) -> Vec<Recorded> {
    let reader = EmbeddedReader::open(path).unwrap();
    let mut events: Vec<Recorded> = Vec::new();
    loop {
        let from = Position::new(events.len() as u64);
        let more = read_events(&reader, from, 4_096).unwrap();
        if more.is_empty() {
            return events;
        }
        events.extend(more);
    }
}

fn into_the_file(report: &mut Report, path: &Path, dir: &Path) {
    report.doing("rebuild");
    forget_peak();
    let before = peak_memory();
    let mut views = Views::open(dir).unwrap();
    let mut source = StoreSource(EmbeddedReader::open(path).unwrap());
    let mut record = StoreSource(EmbeddedReader::open(path).unwrap());
    let mut referee = Referee::default();
    let (began, cpu_before) = (Instant::now(), cpu_time());
    let done = views.rebuild(&mut source, &mut |it| referee.judge(it, &mut record)).unwrap();
    let rate = rate(usize::try_from(done.to.get()).unwrap(), began.elapsed());
    report.at_least("rebuild of the views, search included", rate, 40_000.0, "events/s");
    report.note("rebuild: processor time, of its two threads", &per_event(done.to.get(), cpu_before));
    report.note("rebuild: memory it added at most", &format!("{} MiB", peak_memory() - before));
}
