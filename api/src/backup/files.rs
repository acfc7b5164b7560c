//! Files of a backup: of mode 0600 in folders of mode 0700, never overwritten, and on the disk when a call returns.
//!
//! `docs/operating.md` (Backup). A database is copied by SQLite from one state of it, whoever writes to it meanwhile. This
//! module does not know what the files hold.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use devenir_core::ledger::Hash;
use devenir_core::store::embedded;
use rusqlite::{Connection, OpenFlags, params};
use sha2::{Digest as _, Sha256};

use super::error::BackupError;

/// What a file operation's failure is called.
pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { doing, path, source }
}

/// Makes a folder of mode 0700 and what leads to it, as a store is made.
pub(super) fn create_dir(path: &Path) -> Result<(), BackupError> {
    embedded::create_dir(path).map_err(failed("made", path))
}

/// Makes a new file of mode 0600.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a new file, whole or not at all.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    create_with(path, |file| file.write_all(bytes)).map_err(failed("written", path))
}

/// Makes a new file of what `fill` writes; where that fails there is none.
fn create_with(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut file = create(path)?;
    let filled = fill(&mut file).and_then(|()| file.sync_all());
    if filled.is_err() {
        // It is new: nobody else's is removed.
        let _ = std::fs::remove_file(path);
    }
    filled
}

/// Copies a file that nobody writes, whole or not at all.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut source = File::open(from).map_err(failed("read", from))?;
    create_with(to, |file| io::copy(&mut source, file).map(drop)).map_err(failed("written", to))
}

/// Copies a database from one state of it, without the free pages in which something erased might be looked for.
pub(super) fn copy_database(from: &Path, to: &Path) -> Result<(), BackupError> {
    create(to).map_err(failed("written", to))?;
    let copy = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let source = Connection::open_with_flags(from, flags)?;
        source.busy_timeout(std::time::Duration::from_secs(5))?;
        source.execute_batch("PRAGMA temp_store = MEMORY")?;
        source.execute("VACUUM INTO ?1", params![to.to_string_lossy()])
    };
    copy().map_err(|source| BackupError::Database { path: from.to_owned(), source })?;
    sync(to)
}

/// Returns when the disk has a file, or the names in a folder.
pub(super) fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed("synced", path))
}

/// The length of a file and its SHA-256.
pub(super) fn digest(path: &Path) -> io::Result<(u64, Hash)> {
    let mut file = File::open(path)?;
    let (mut digest, mut length) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        digest.update(bytes);
        length += read as u64;
    }
    Ok((length, Hash::from_bytes(digest.finalize().into())))
}

/// The first thing in a folder that is not one of `allowed`; none where there is no folder.
pub(super) fn occupant(dir: &Path, allowed: &[&str]) -> Result<Option<String>, BackupError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", dir)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(failed("read", dir))?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names.into_iter().find(|name| !allowed.contains(&name.as_str())))
}
