//! Devenir's budgets, to be measured side by side in one run and printed as ratios.
//!
//! None is written yet: this says so and fails, rather than print nothing and pass.

use std::process::ExitCode;

fn main() -> ExitCode {
    eprintln!("bench: no budget is measured yet; nothing was run");
    ExitCode::FAILURE
}
