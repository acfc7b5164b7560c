//! Files that are whole or not there: written beside, synced, renamed, and the name synced too.
//!
//! `docs/format.md` (Stores) says so. Tests make any step fail, with and
//! without its having reached the disk, and all steps after it, as when the machine stops. This module does not know what
//! the files hold.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How many files are synced at once.
const SYNCED_AT_ONCE: usize = 8;

/// What writes; cloned, it shares the faults that a test has set.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    #[cfg(test)]
    faults: std::sync::Arc<std::sync::Mutex<Faults>>,
}

impl Disk {
    /// Makes the file at `path` hold `bytes`, whole, for as long as the disk lasts.
    ///
    /// Where this fails, the file holds what it held or `bytes`, and which of the two may still change if the power fails.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.grow(path, bytes)?;
        self.sync_grown(&[path.to_owned()])?;
        self.name_grown(path)?;
        self.sync_name(path)
    }

    /// Writes what the file at `path` will hold beside it: the first of the four steps of [`Disk::replace`], for many
    /// files that take each step together.
    pub(crate) fn grow(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        self.step(|| options.open(beside(path))?.write_all(bytes))
    }

    /// The second step: returns when the disk has the bytes of all files that were grown for `paths`.
    ///
    /// Several threads ask at once, since a file system answers all who wait with one commit of its journal.
    pub(crate) fn sync_grown(&self, paths: &[PathBuf]) -> io::Result<()> {
        self.step(|| match paths {
            [path] => sync(&beside(path)),
            paths => sync_together(paths),
        })
    }

    /// The third step: what was grown gets its name, which [`Disk::sync_names`] of its directory makes last.
    pub(crate) fn name_grown(&self, path: &Path) -> io::Result<()> {
        self.step(|| fs::rename(beside(path), path))
    }

    /// Returns when the disk has the names in a directory.
    pub(crate) fn sync_names(&self, dir: &Path) -> io::Result<()> {
        self.step(|| sync(dir))
    }

    /// Returns when the disk has the file and its name, whoever wrote it.
    pub(crate) fn settle(&self, path: &Path) -> io::Result<()> {
        self.step(|| sync(path))?;
        self.sync_name(path)
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        parent(path).map_or(Ok(()), |dir| self.sync_names(dir))
    }

    /// Makes a directory of mode 0700 and what leads to it.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        if let Some(parent) = parent(dir) {
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

/// The directory that holds a file or directory; none of a root. Of a name alone it is the current one.
fn parent(path: &Path) -> Option<&Path> {
    path.parent().map(|dir| if dir.as_os_str().is_empty() { Path::new(".") } else { dir })
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn sync_together(paths: &[PathBuf]) -> io::Result<()> {
    let share = paths.len().div_ceil(SYNCED_AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let all = |share: &[PathBuf]| share.iter().try_for_each(|path| sync(&beside(path)));
        let spawn = |share| std::thread::Builder::new().spawn_scoped(scope, move || all(share));
        let threads: Vec<_> = paths.chunks(share).map(spawn).collect::<io::Result<_>>()?;
        let panicked = |_| Err(io::Error::other("a thread that syncs files panicked"));
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(panicked))
    })
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
