//! Growth: what an append and a trail cost on a long record, beside the same on a short one.
//!
//! The short record has 100,000 events; the long one as many as `SIZE` says. Both are measured in one run, with
//! the same commands and the same questions.

use crate::report::{Report, cpu_time, rate};
use crate::{append, mix, read, start};
use std::time::Duration;

const SHORT: u64 = 100_000;
const CALLERS: usize = 64;
const COUNT: usize = 20_000;

pub(crate) fn measure(report: &mut Report) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    report.doing("growth: making the short record");
    let (instance, mut town) = mix::found(&path);
    let writer = instance.writer.handle();
    town.grow(&writer, SHORT);
    let (short, short_cpu) = append_of(&path, &writer, &mut town);
    drop((writer, instance));
    let (short_trail, steps) = read::trail_cost(&path, None, report);
    report.doing(&format!("growth: making the long record, {} events", crate::size()));
    let instance = mix::open(&path);
    let writer = instance.writer.handle();
    town.grow(&writer, crate::size() - SHORT);
    let (long, long_cpu) = append_of(&path, &writer, &mut town);
    drop((writer, instance));
    let (long_trail, _) = read::trail_cost(&path, Some(steps), report);
    let size = crate::size();
    report.note("append at 100,000", &format!("{:.0} /s", rate(COUNT, short)));
    report.note(&format!("append at {size}"), &format!("{:.0} /s", rate(COUNT, long)));
    report.at_most("growth of an append", long.as_secs_f64() / short.as_secs_f64(), 1.3, "x short");
    let growth = long_cpu.as_secs_f64() / short_cpu.as_secs_f64();
    report.note("growth of an append, in processor time", &format!("{growth:.2} x short"));
    report.note(
        &format!("a trail of {steps} steps: short, long"),
        &format!("{short_trail:.0?}, {long_trail:.0?}"),
    );
    report.at_most("growth of a trail", long_trail.as_secs_f64() / short_trail.as_secs_f64(), 1.3, "x short");
    start::of(&path, report);
}

/// The middle one of three, since a disk has its moods; and the processor time of all three.
fn append_of(
    path: &std::path::Path,
    writer: &devenir_core::writer::Handle,
    town: &mut mix::Town,
) -> (Duration, Duration) {
    let before = cpu_time();
    let runs = (0..3).map(|_| append::ours_at(path, writer, town, CALLERS, COUNT).0).collect();
    (crate::report::median(runs), cpu_time() - before)
}
