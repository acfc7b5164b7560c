//! A bundle that lies in a directory, read as if it were an archive.
//!
//! `docs/format.md` (Bundles). The directory is listed once: anything else than the plain files of a bundle, links above
//! all, is refused before anything is read. This module does not know what the files say.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::error::BundleError;
use super::files::Files;
use super::name::FileName;
use super::tar::unknown_name;

/// The files of a bundle in a directory.
#[derive(Debug)]
pub struct Directory {
    listed: VecDeque<(FileName, u64, PathBuf)>,
    current: Option<(FileName, BufReader<File>)>,
}

impl Directory {
    /// Lists `dir`.
    ///
    /// # Errors
    /// [`BundleError`] names what is no file of a bundle.
    pub fn open(dir: &Path) -> Result<Self, BundleError> {
        let mut listed = Vec::new();
        list(dir, "", &mut listed)?;
        listed.sort();
        Ok(Self { listed: listed.into(), current: None })
    }
}

fn list(dir: &Path, within: &str, listed: &mut Vec<(FileName, u64, PathBuf)>) -> Result<(), BundleError> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let meta = fs::symlink_metadata(&path)?;
        let kind = meta.file_type();
        let full = format!("{within}{name}");
        if kind.is_dir() && within.is_empty() && (name == "entries" || name == "parts") {
            list(&path, &format!("{name}/"), listed)?;
        } else if kind.is_dir() || kind.is_symlink() || !kind.is_file() {
            let what = match (kind.is_dir(), kind.is_symlink()) {
                (true, _) => "a directory that no bundle has",
                (false, true) => "a symbolic link",
                (false, false) => "no plain file",
            };
            return Err(BundleError::NotAFile { name: full, what });
        } else {
            let known: FileName = full.parse().map_err(|_| unknown_name(&full))?;
            listed.push((known, meta.len(), path));
        }
    }
    Ok(())
}

impl Files for Directory {
    fn next_file(&mut self) -> Result<Option<(FileName, u64)>, BundleError> {
        if let Some((name, mut file)) = self.current.take()
            && file.read(&mut [0])? != 0
        {
            return Err(BundleError::Document { name, why: "it grew while it was read".into() });
        }
        let Some((name, len, path)) = self.listed.pop_front() else { return Ok(None) };
        self.current = Some((name, BufReader::new(File::open(path)?)));
        Ok(Some((name, len)))
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BundleError> {
        let Some((name, file)) = &mut self.current else { return Ok(()) };
        file.read_exact(bytes).map_err(|error| {
            if error.kind() == std::io::ErrorKind::UnexpectedEof {
                return BundleError::Cut { at: name.to_string() };
            }
            error.into()
        })
    }
}
