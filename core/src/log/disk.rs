//! Files that are whole or not there: written beside, synced, renamed, and the name synced too.
//!
//! `docs/format.md` (Stores) says so. Tests make any step fail, with and
//! without its having reached the disk, and all steps after it, as when the machine stops. This module does not know what
//! the files hold.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What writes; cloned, it shares the faults that a test has set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    #[cfg(test)]
    faults: std::sync::Arc<std::sync::Mutex<Faults>>,
}

impl Disk {
    /// Makes the file at `path` hold `bytes`, whole, for as long as the disk lasts.
    ///
    /// Where this fails, the file holds what it held or `bytes`, and which of the two may still change if the power fails.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.put(path, bytes)?;
        self.sync_name(path)
    }

    /// As [`Disk::replace`], but the disk may not have the name yet: for many files of one directory, which is
    /// synced once by [`Disk::sync_names`].
    pub(crate) fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let beside = beside(path);
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        self.step(|| options.open(&beside)?.write_all(bytes))?;
        self.step(|| File::open(&beside)?.sync_all())?;
        self.step(|| fs::rename(&beside, path))
    }

    /// Returns when the disk has the names in a directory.
    pub(crate) fn sync_names(&self, dir: &Path) -> io::Result<()> {
        self.step(|| File::open(dir)?.sync_all())
    }

    /// Returns when the disk has the file and its name, whoever wrote it.
    pub(crate) fn settle(&self, path: &Path) -> io::Result<()> {
        self.step(|| File::open(path)?.sync_all())?;
        self.sync_name(path)
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), |dir| self.sync_names(dir))
    }

    /// Makes a directory of mode 0700 and what leads to it.
    pub(crate) fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        if let Some(parent) = dir.parent() {
            self.create_dir(parent)?;
        }
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        self.step(|| match builder.create(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            Ok(()) | Err(_) => Ok(()),
        })?;
        self.sync_name(dir)
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests count steps")]
    fn step(&self, run: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        run()
    }

    #[cfg(test)]
    fn step(&self, run: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let strikes = self.faults.lock().unwrap().strikes();
        match strikes {
            None => run(),
            Some(reached) => {
                if reached {
                    run()?;
                }
                Err(io::Error::other("injected"))
            }
        }
    }

    /// Makes the step after `after` others fail, once it has `reached` the disk or before, and all that follow if the
    /// machine `stops` there.
    #[cfg(test)]
    pub(crate) fn fail(&self, after: u32, reached: bool, stops: bool) {
        *self.faults.lock().unwrap() = Faults { next: Some((after, reached)), stops, stopped: false };
    }

    /// Nothing fails any more.
    #[cfg(test)]
    pub(crate) fn mend(&self) {
        *self.faults.lock().unwrap() = Faults::default();
    }

    /// Whether the fault that was set last has struck.
    #[cfg(test)]
    pub(crate) fn has_failed(&self) -> bool {
        self.faults.lock().unwrap().next.is_none()
    }
}

#[cfg(test)]
#[derive(Debug, Default)]
struct Faults {
    next: Option<(u32, bool)>,
    stops: bool,
    stopped: bool,
}

#[cfg(test)]
impl Faults {
    /// Whether this step fails, and then whether it reaches the disk.
    fn strikes(&mut self) -> Option<bool> {
        if self.stopped {
            return Some(false);
        }
        let (after, reached) = self.next?;
        if after > 0 {
            self.next = Some((after - 1, reached));
            return None;
        }
        self.next = None;
        self.stopped = self.stops;
        Some(reached)
    }
}

/// Where a file grows before it has its name: no tile and no note ends so.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// The bytes of a file; none where there is no such file.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Deletes a directory and what is in it; none is fine.
pub(crate) fn remove_dir(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
