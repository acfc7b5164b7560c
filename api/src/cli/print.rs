//! Printing to standard output: a reader who stops reading (`| head`) is no error.

use std::io::Write as _;

/// Prints a text.
pub(super) fn print(text: &str) {
    // A closed pipe means that nobody reads any more: there is nobody to tell.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a line as `println!` does, and panics at nothing: what comes after it is done though nobody reads any more.
macro_rules! say {
    ($($line:tt)+) => { $crate::cli::print::print(&format!("{}\n", format_args!($($line)+))) };
}
pub(super) use say;
