//! One call of a process to its files made to fail, with and without having reached the disk, or the process ended there.
//!
//! `strike.c` stands between a child process and its C library, so that SQLite, keys, register, tiles and signer meet real
//! answers of a system; it is compiled when a test asks. It knows no file by its name.

use std::path::PathBuf;
use std::process::{Command, Output};

/// What becomes of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    /// It fails and does nothing.
    Fail,
    /// It is done, and its answer is a failure.
    FailKept,
    /// The process ends before it.
    Kill,
    /// The process ends after it.
    KillKept,
}

impl Strike {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Fail, Self::FailKept, Self::Kill, Self::KillKept];

    const fn mode(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::FailKept => "fail-kept",
            Self::Kill => "kill",
            Self::KillKept => "kill-kept",
        }
    }
}

/// What strikes, compiled.
#[derive(Debug)]
pub struct Striker {
    home: tempfile::TempDir,
}

impl Striker {
    /// Compiles it.
    ///
    /// # Errors
    /// What to say where this machine cannot, and the test is skipped.
    pub fn new() -> Result<Self, &'static str> {
        let home = tempfile::tempdir().expect("a directory for what is compiled");
        std::fs::write(home.path().join("strike.c"), include_str!("strike.c")).expect("it is written");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o", "strike.so", "strike.c", "-ldl"])
            .current_dir(home.path())
            .output();
        if cfg!(target_os = "linux") && compiled.is_ok_and(|output| output.status.success()) {
            return Ok(Self { home });
        }
        Err("SKIPPED: no call to the disk can be made to fail here (this needs Linux and a C compiler)")
    }

    fn run(&self, command: &mut Command, asked: &str) -> Output {
        command.env("LD_PRELOAD", self.home.path().join("strike.so")).env("DEVENIR_STRIKE", asked);
        command.env("DEVENIR_STRIKE_COUNT", self.count_file()).output().expect("the child runs")
    }

    fn count_file(&self) -> PathBuf {
        self.home.path().join("count")
    }

    /// Runs a command to its end, and counts the calls that could have been struck.
    #[must_use]
    pub fn count(&self, command: &mut Command) -> (Output, u64) {
        let output = self.run(command, "count 0");
        let text = std::fs::read_to_string(self.count_file()).expect("the child has counted");
        (output, text.trim_end().parse().expect("a number"))
    }

    /// Runs a command whose call number `number`, counted from 1, is struck.
    #[must_use]
    pub fn strike(&self, command: &mut Command, strike: Strike, number: u64) -> Output {
        self.run(command, &format!("{} {number}", strike.mode()))
    }

    /// Which of `count` calls are struck: at most `DEVENIR_STRIKES` (or `max`, where it is not set), evenly spread.
    #[must_use]
    pub fn numbers(count: u64, max: u64) -> Vec<u64> {
        let given = std::env::var("DEVENIR_STRIKES").ok();
        let max = given.map_or(max, |text| text.parse().expect("DEVENIR_STRIKES is a number"));
        let step = count.div_ceil(max.max(1)).max(1);
        (1..=count).filter(|number| number % step == 0 || *number == count).collect()
    }
}
