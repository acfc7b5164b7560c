//! Files that only their owner reads: the register, the decision state, the digests of API keys.
//!
//! `docs/operating.md` (A store) promises mode 0600. SQLite gives the files beside a database the mode of the
//! database, so the mode is set before anything is opened. This module does not know what the files hold.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

/// Makes an empty file of mode 0600 at `path`, where there is none.
///
/// # Errors
/// What the system says.
pub fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
