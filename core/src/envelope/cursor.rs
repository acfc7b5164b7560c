//! Reading big-endian bytes one field at a time, each error naming the field and where it stands.
//!
//! `docs/format.md` gives the fields their names. This module knows no layout.

use super::EnvelopeError;

/// What is left to read of some bytes.
pub(super) struct Cursor<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn take(&mut self, field: &'static str, count: usize) -> Result<&'a [u8], EnvelopeError> {
        let end = self.at.checked_add(count);
        let Some(bytes) = end.and_then(|end| self.all.get(self.at..end)) else {
            let left = self.all.len() - self.at;
            return Err(EnvelopeError::Truncated { field, at: self.at, expected: count, left });
        };
        self.at += count;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], EnvelopeError> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.take(field, N)?);
        Ok(bytes)
    }

    pub(super) fn u8(&mut self, field: &'static str) -> Result<u8, EnvelopeError> {
        self.array(field).map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self, field: &'static str) -> Result<u16, EnvelopeError> {
        self.array(field).map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self, field: &'static str) -> Result<u32, EnvelopeError> {
        self.array(field).map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self, field: &'static str) -> Result<u64, EnvelopeError> {
        self.array(field).map(u64::from_be_bytes)
    }

    pub(super) fn i64(&mut self, field: &'static str) -> Result<i64, EnvelopeError> {
        self.array(field).map(i64::from_be_bytes)
    }

    /// Refuses anything left over.
    pub(super) fn end(&self) -> Result<(), EnvelopeError> {
        match self.all.len() - self.at {
            0 => Ok(()),
            left => Err(EnvelopeError::Trailing { at: self.at, left }),
        }
    }
}
