//! How far an import is, for the person who waits; and Ctrl-C.
//!
//! On a terminal a bar; elsewhere one line every few seconds, so that a log stays short. Both go to
//! the standard error, never into a report. Ctrl-C sets a flag that long work looks at between two
//! items: the work stops cleanly and says how to go on.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::ImportError;

/// How often a line is printed where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(3);

/// Whether somebody asked to stop.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A flag that nobody has set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A flag that the first Ctrl-C sets; the second ends the process as usual.
    ///
    /// # Errors
    ///
    /// The system refuses a thread or a signal handler.
    pub fn on_ctrl_c() -> std::io::Result<Self> {
        let stop = Self::new();
        let flag = stop.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("ctrl-c".into()).spawn(move || {
            runtime.block_on(async {
                if tokio::signal::ctrl_c().await.is_ok() {
                    flag.ask();
                }
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(130); // 128 + SIGINT, what a shell expects
                }
            });
        })?;
        Ok(stop)
    }

    /// Asks to stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far the work is.
#[derive(Debug)]
pub struct Progress {
    stop: Stop,
    shown: Shown,
    stage: &'static str,
    done: u64,
    total: Option<u64>,
}

#[derive(Debug)]
enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines { last: Instant },
}

impl Progress {
    /// A bar on a terminal, else lines.
    #[must_use]
    pub fn on_stderr(stop: Stop) -> Self {
        let shown = if std::io::stderr().is_terminal() {
            Shown::Bar(ProgressBar::no_length())
        } else {
            Shown::Lines { last: Instant::now() }
        };
        Self { stop, shown, stage: "", done: 0, total: None }
    }

    /// Nothing is shown; the flag is still looked at.
    #[must_use]
    pub fn silent(stop: Stop) -> Self {
        Self { stop, shown: Shown::Nothing, stage: "", done: 0, total: None }
    }

    /// Begins a stage such as `reading proposals` of `total` steps, if their number is known.
    pub fn stage(&mut self, stage: &'static str, total: Option<u64>) {
        self.stage = stage;
        self.done = 0;
        self.total = total;
        if let Shown::Bar(bar) = &self.shown {
            let template = match total {
                Some(_) => "{msg:<22} [{bar:32}] {human_pos} of {human_len}, {eta} left",
                None => "{msg:<22} {spinner} {human_pos}, {elapsed}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            match total {
                Some(total) => bar.set_length(total),
                None => bar.unset_length(),
            }
            bar.set_message(stage);
            bar.set_position(0);
        }
    }

    /// `steps` more are done.
    ///
    /// # Errors
    ///
    /// [`ImportError::Stopped`] once somebody asked to stop.
    pub fn advance(&mut self, steps: u64) -> Result<(), ImportError> {
        self.show(steps);
        if self.stop.is_asked() { Err(ImportError::Stopped) } else { Ok(()) }
    }

    /// `steps` more are done; whether somebody asked to stop is left to the caller.
    pub fn show(&mut self, steps: u64) {
        self.done = self.done.saturating_add(steps);
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => bar.set_position(self.done),
            Shown::Lines { last } if last.elapsed() >= LINE_EVERY => {
                *last = Instant::now();
                let line = line(self.stage, self.done, self.total);
                let _ = writeln!(std::io::stderr(), "{line}"); // a closed stderr must not end an import
            }
            Shown::Lines { .. } => {}
        }
    }

    /// The flag that Ctrl-C sets.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Takes the bar away.
    pub fn finish(&mut self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

/// `reading proposals: 1,200 of 2,738`.
fn line(stage: &str, done: u64, total: Option<u64>) -> String {
    let done = super::report::figure(done);
    match total {
        Some(total) => format!("{stage}: {done} of {}", super::report::figure(total)),
        None => format!("{stage}: {done}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_the_stage_and_how_much_of_how_much() {
        assert_eq!(line("reading", 1_200, Some(2_738)), "reading: 1,200 of 2,738");
        assert_eq!(line("reading", 7, None), "reading: 7");
    }

    #[test]
    fn once_asked_to_stop_the_next_step_says_so() {
        let mut progress = Progress::silent(Stop::new());
        assert!(progress.advance(1).is_ok());
        progress.stop().ask();
        assert!(matches!(progress.advance(1), Err(ImportError::Stopped)));
    }
}
