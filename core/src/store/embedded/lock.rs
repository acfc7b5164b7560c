//! The lock that makes the writer the only one, in this process and among all others.
//!
//! The contract in `port.rs` (ownership) asks for it. The system drops the lock with the process that holds
//! it, however it ends, so a lock file that is left behind means nothing; its text only names the holder.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;

use super::{failure, files};
use crate::store::error::StoreError;

/// Held as long as the value lives.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
}

/// A process that is being started at this moment holds our files too, until it runs its own program: closing ours would
/// leave the store locked for that long.
impl Drop for WriterLock {
    fn drop(&mut self) {
        // Where the system refuses, closing the file follows, and does the same a little later.
        let _ = self.file.unlock();
    }
}

impl WriterLock {
    /// Takes the lock at `path` and writes this process's id into the file.
    pub(super) fn take(path: PathBuf) -> Result<Self, StoreError> {
        let doing = "lock the store for writing";
        let mut file = files::private().open(&path).map_err(|error| failure::file(doing, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { pid: holder(&mut file), path }),
            Err(TryLockError::Error(error)) => return Err(failure::file(doing, &error)),
        }
        let note = format!("{}\n", std::process::id());
        let written =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(note.as_bytes()));
        written.map_err(|error| failure::file("say in the lock file who writes", &error))?;
        Ok(Self { file })
    }
}

/// The process id in the lock file, if it can be read.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_given_back_is_free_though_somebody_holds_a_copy_of_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("writer.lock");
        let lock = WriterLock::take(path.clone()).unwrap();
        assert!(matches!(WriterLock::take(path.clone()), Err(StoreError::Locked { .. })));
        // As in a process between its fork and its own program.
        let copy = lock.file.try_clone().unwrap();
        drop(lock);
        assert!(WriterLock::take(path).is_ok());
        drop(copy);
    }
}
