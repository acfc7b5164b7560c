//! The files of a bundle one after the other, wherever they lie.
//!
//! `docs/format.md` (Bundles) gives their order; [`Ordered`] holds every source to it and to the lengths that each file may
//! have, so an archive and a directory are refused for the same reasons. This module does not know what they say.

use super::error::BundleError;
use super::name::FileName;

/// Somewhere that gives the files of a bundle, each once, in their order.
pub trait Files {
    /// The next file and its length, once the one before has been read to its end; none after the last.
    ///
    /// # Errors
    /// [`BundleError`] where there is no such file, or the medium fails.
    fn next_file(&mut self) -> Result<Option<(FileName, u64)>, BundleError>;

    /// The next bytes of the current file, no more than it has left.
    ///
    /// # Errors
    /// [`BundleError`] where it ends before.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BundleError>;
}

/// Files whose order and lengths were checked.
#[derive(Debug)]
pub(super) struct Ordered<F> {
    files: F,
    last: Option<FileName>,
    /// The file that was announced and not taken yet.
    ahead: Option<(FileName, u64)>,
    ended: bool,
}

impl<F: Files> Ordered<F> {
    pub(super) const fn new(files: F) -> Self {
        Self { files, last: None, ahead: None, ended: false }
    }

    /// The next file, which stays the next until it is taken.
    pub(super) fn peek(&mut self) -> Result<Option<(FileName, u64)>, BundleError> {
        if self.ahead.is_some() || self.ended {
            return Ok(self.ahead);
        }
        let Some((name, len)) = self.files.next_file()? else {
            self.ended = true;
            return Ok(None);
        };
        if let Some(last) = self.last {
            if name == last {
                return Err(BundleError::Twice { name });
            }
            if name < last {
                return Err(BundleError::Order { expected: format!("a file after {last}"), found: name });
            }
        }
        if len > name.len_max() {
            return Err(BundleError::Long { name, found: len });
        }
        self.last = Some(name);
        self.ahead = Some((name, len));
        Ok(self.ahead)
    }

    /// The length of the file `name`, if it is the next: its bytes are read from now on.
    pub(super) fn take(&mut self, name: FileName) -> Result<Option<u64>, BundleError> {
        match self.peek()? {
            Some((found, len)) if found == name => {
                self.ahead = None;
                Ok(Some(len))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// All bytes of the file `name`, if it is the next.
    pub(super) fn whole(&mut self, name: FileName) -> Result<Option<Vec<u8>>, BundleError> {
        let Some(len) = self.take(name)? else { return Ok(None) };
        // The length was held against the most that a file of this name may have.
        let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
        self.fill(&mut bytes)?;
        Ok(Some(bytes))
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BundleError> {
        self.files.fill(bytes)
    }
}
