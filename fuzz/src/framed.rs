//! The files of a bundle one behind the other, each with its name and length in front: an archive without checksums.
//!
//! A form of this crate alone, so that what mutates reaches the readers of documents, entries and parts. A number counts up
//! by itself with each file of entries. It believes nothing: the order and the lengths are held against the law elsewhere.
//!
//! ```text
//! name u8 (0 manifest, 1 checkpoint, 2 proofs, 3 entries, 4 parts) | length u32 | bytes
//! ```

use devenir_core::bundle::{BundleError, FileName, Files, Half};

/// Such files.
pub struct Framed<'a> {
    rest: &'a [u8],
    current: &'a [u8],
    entries: u32,
}

impl<'a> Framed<'a> {
    /// The files that `bytes` hold.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, current: &[], entries: 0 }
    }
}

/// Adds a file to `out`.
pub fn frame(out: &mut Vec<u8>, name: FileName, bytes: &[u8]) {
    out.push(match name {
        FileName::Manifest => 0,
        FileName::Checkpoint => 1,
        FileName::Proofs => 2,
        FileName::Record(_, Half::Entries) => 3,
        FileName::Record(_, Half::Parts) => 4,
    });
    let len = u32::try_from(bytes.len()).expect("a seed is short");
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(bytes);
}

impl Files for Framed<'_> {
    fn next_file(&mut self) -> Result<Option<(FileName, u64)>, BundleError> {
        let Some((&[name, a, b, c, d], rest)) = self.rest.split_first_chunk() else { return Ok(None) };
        let name = match name {
            0 => FileName::Manifest,
            1 => FileName::Checkpoint,
            2 => FileName::Proofs,
            3 => {
                self.entries += 1;
                FileName::Record(self.entries - 1, Half::Entries)
            }
            _ => FileName::Record(self.entries.saturating_sub(1), Half::Parts),
        };
        let len = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        // Like the header of an archive, it may state more than there is.
        (self.current, self.rest) = rest.split_at(len.min(rest.len()));
        Ok(Some((name, len as u64)))
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BundleError> {
        let cut = || BundleError::Cut { at: "a frame".into() };
        let (taken, rest) = self.current.split_at_checked(bytes.len()).ok_or_else(cut)?;
        bytes.copy_from_slice(taken);
        self.current = rest;
        Ok(())
    }
}
