//! The `devenir` executable: parse, set up diagnostics, run, map to an exit code.

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DEVENIR_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    devenir_api::cli::run(devenir_api::cli::Cli::parse())
}
