//! The table of a run: what was measured, beside what, and whether the budget holds.
//!
//! It prints each line as it comes, since a run takes minutes. It measures nothing.

use std::time::{Duration, Instant};

/// The table.
pub(crate) struct Report {
    began: Instant,
    missed: u32,
}

impl Report {
    pub(crate) fn begin() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("Devenir {}, {cores} cores", env!("CARGO_PKG_VERSION"));
        Self { began: Instant::now(), missed: 0 }
    }

    /// What is being done, for whoever waits.
    pub(crate) fn doing(&self, what: &str) {
        eprintln!("[{:>4} s] {what}", self.began.elapsed().as_secs());
    }

    /// A figure that has no budget of its own.
    pub(crate) fn note(&self, what: &str, figure: &str) {
        println!("{what:<58} {figure}");
    }

    /// A figure that must be at least `budget`.
    pub(crate) fn at_least(&mut self, what: &str, figure: f64, budget: f64, unit: &str) {
        self.line(what, figure, &format!(">= {}", short(budget)), figure >= budget, unit);
    }

    /// A figure that must be at most `budget`.
    pub(crate) fn at_most(&mut self, what: &str, figure: f64, budget: f64, unit: &str) {
        self.line(what, figure, &format!("<= {}", short(budget)), figure <= budget, unit);
    }

    fn line(&mut self, what: &str, figure: f64, budget: &str, holds: bool, unit: &str) {
        self.missed += u32::from(!holds);
        let verdict = if holds { "holds" } else { "MISSED" };
        println!("{what:<58} {:>12} {unit:<9} budget {budget:<12} {verdict}", short(figure));
    }

    pub(crate) fn end(self) {
        println!("{} missed; {} s in all", self.missed, self.began.elapsed().as_secs());
    }
}

/// A figure with as many digits as it deserves.
fn short(figure: f64) -> String {
    if figure >= 1_000.0 {
        let whole = format!("{figure:.0}");
        let first = whole.len() % 3;
        let mut text = whole[..first].to_owned();
        for group in whole.as_bytes()[first..].chunks(3) {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(std::str::from_utf8(group).unwrap_or_default());
        }
        text
    } else {
        format!("{figure:.2}")
    }
}

/// The middle one of several durations.
pub(crate) fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// How many in a second.
pub(crate) fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Forgets the most memory that was held, where the system lets us: it counts anew from what is held now.
pub(crate) fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The processor time that this process took so far, all threads together; zero where the system does not say. Where
/// others use the machine too, it says what a duration cannot.
pub(crate) fn cpu_time() -> Duration {
    // Fields 14 and 15, in hundredths of a second; the second field, a name, may hold spaces.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let hundredths: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(hundredths * 10)
}

/// The most memory that this process held so far, in MiB; 0 where the system does not say.
pub(crate) fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1024
}
