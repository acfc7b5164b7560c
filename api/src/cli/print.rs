//! Printing to standard output: a reader who stops reading (`| head`) is no error.

use std::io::Write as _;

/// Prints a text.
pub(super) fn print(text: &str) {
    // A closed pipe means that nobody reads any more: there is nobody to tell.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
