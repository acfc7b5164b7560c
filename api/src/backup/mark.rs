//! The mark of a store that was brought back: what its record erased is erased in it again at its next opening.
//!
//! `docs/operating.md` (The disk died). A vault may be older than its ledger, and hold what was erased since; the mark is on the disk
//! before such a store has its name, and goes once the erasures are carried out. This module erases nothing.

use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "brought-back";

/// Whether the store has the mark.
pub(crate) fn is_brought_back(store: &Path) -> bool {
    store.join(NAME).exists()
}

/// Gives the store the mark, and says where.
pub(crate) fn mark(store: &Path) -> io::Result<PathBuf> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let path = store.join(NAME);
    options.open(&path)?.sync_all()?;
    std::fs::File::open(store)?.sync_all()?;
    Ok(path)
}

/// Takes the mark away.
pub(crate) fn unmark(store: &Path) -> io::Result<()> {
    std::fs::remove_file(store.join(NAME))
}
