//! The one form of archive that a bundle has: an uncompressed ustar file, of which every byte is given by names and contents.
//!
//! `docs/format.md` (Bundles) fixes each field of a header, so that the same content gives the same bytes, and so that a
//! header can carry nothing else: no link, no owner, no date, no path. This module does not know what the files say.

use std::io::{Read, Write};

use super::error::BundleError;
use super::files::Files;
use super::name::FileName;

const BLOCK: usize = 512;
const NAME: std::ops::Range<usize> = 0..100;
const SIZE: std::ops::Range<usize> = 124..136;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;

/// The header of a file.
fn header(name: FileName, len: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| {
        for (slot, byte) in block.iter_mut().skip(at).zip(bytes) {
            *slot = *byte;
        }
    };
    put(0, name.to_string().as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{len:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(KIND, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    for (slot, byte) in block.iter_mut().skip(CHECKSUM.start).zip(sum.as_bytes()) {
        *slot = *byte;
    }
    block
}

/// How many bytes follow `len` bytes to the end of their last block.
const fn padding(len: u64) -> usize {
    (BLOCK - (len % BLOCK as u64) as usize) % BLOCK
}

/// Writes a bundle as one archive.
#[derive(Debug)]
pub struct TarWriter<W>(W);

impl<W: Write> TarWriter<W> {
    /// An archive without files yet.
    pub const fn new(out: W) -> Self {
        Self(out)
    }

    /// Adds a file; the caller keeps their order.
    ///
    /// # Errors
    /// Whatever the medium answers.
    pub fn file(&mut self, name: FileName, bytes: &[u8]) -> std::io::Result<()> {
        let len = bytes.len() as u64;
        self.0.write_all(&header(name, len))?;
        self.0.write_all(bytes)?;
        self.0.write_all([0; BLOCK].get(..padding(len)).unwrap_or_default())
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// Whatever the medium answers.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.0.write_all(&[0; 2 * BLOCK])?;
        self.0.flush()?;
        Ok(self.0)
    }
}

/// Reads an archive, file by file, and never holds more of it than it was asked for.
#[derive(Debug)]
pub struct TarReader<R> {
    input: R,
    /// The file being read, and how many of its bytes are left.
    current: Option<FileName>,
    left: u64,
    padding: usize,
}

impl<R: Read> TarReader<R> {
    /// Reads the archive that `input` gives.
    pub const fn new(input: R) -> Self {
        Self { input, current: None, left: 0, padding: 0 }
    }

    /// Where the reading is, for messages.
    fn place(&self) -> String {
        self.current.map_or_else(|| "its beginning".into(), |name| name.to_string())
    }

    /// As many bytes as asked for, or fewer at the end of the input.
    fn some(&mut self, bytes: &mut [u8]) -> Result<usize, BundleError> {
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.input.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(filled)
    }

    fn exactly(&mut self, bytes: &mut [u8]) -> Result<(), BundleError> {
        let wanted = bytes.len();
        if self.some(bytes)? == wanted { Ok(()) } else { Err(BundleError::Cut { at: self.place() }) }
    }

    /// What the header says: the file and its length.
    fn read_header(&self, block: &[u8; BLOCK]) -> Result<(FileName, u64), BundleError> {
        let wrong = |why| BundleError::Header { after: self.place(), why };
        let field = |range: std::ops::Range<usize>| block.get(range).unwrap_or_default();
        let name = field(NAME);
        let shown = String::from_utf8_lossy(name.split(|byte| *byte == 0).next().unwrap_or_default());
        let shown: String = shown.chars().filter(|c| !c.is_control()).collect();
        if block.get(257..262) != Some(b"ustar") {
            return Err(wrong("it does not say `ustar`"));
        }
        let what = match block.get(KIND) {
            Some(b'0') => None,
            Some(b'1') => Some("a hard link"),
            Some(b'2') => Some("a symbolic link"),
            Some(b'5') => Some("a directory"),
            Some(_) | None => Some("no plain file"),
        };
        if let Some(what) = what {
            return Err(BundleError::NotAFile { name: shown, what });
        }
        let parsed: FileName = shown.parse().map_err(|_| unknown_name(&shown))?;
        let digits = std::str::from_utf8(field(SIZE)).ok().and_then(|text| text.strip_suffix('\0'));
        let digits = digits.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let len = digits.and_then(|text| u64::from_str_radix(text, 8).ok());
        let len = len.ok_or_else(|| wrong("its length is no octal number of 11 digits"))?;
        if header(parsed, len) != *block {
            return Err(wrong("a field holds something else than name and length ask for"));
        }
        Ok((parsed, len))
    }
}

/// What to say of a name that no file of a bundle has.
pub(super) fn unknown_name(name: &str) -> BundleError {
    let leaves = name.starts_with(['/', '\\'])
        || name.contains(':')
        || name.split(['/', '\\']).any(|step| step == "..");
    let why = if leaves { "leads out of the bundle" } else { "is no file of a bundle" };
    BundleError::Name { name: name.to_owned(), why }
}

impl<R: Read> Files for TarReader<R> {
    fn next_file(&mut self) -> Result<Option<(FileName, u64)>, BundleError> {
        let mut block = [0; BLOCK];
        let fill = std::mem::take(&mut self.padding);
        if let Some(rest) = block.get_mut(..fill) {
            self.exactly(rest)?;
        }
        if block != [0; BLOCK] {
            let why = "what fills its last block is not zero";
            return Err(BundleError::Header { after: self.place(), why });
        }
        self.exactly(&mut block)?;
        if block != [0; BLOCK] {
            let (name, len) = self.read_header(&block)?;
            (self.current, self.left, self.padding) = (Some(name), len, padding(len));
            return Ok(Some((name, len)));
        }
        self.exactly(&mut block)?;
        if block != [0; BLOCK] {
            return Err(BundleError::Header { after: self.place(), why: "one empty block" });
        }
        if self.some(&mut [0; 1])? == 0 { Ok(None) } else { Err(BundleError::Behind) }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BundleError> {
        // Whoever reads asks for no more than the header said.
        self.left = self.left.saturating_sub(bytes.len() as u64);
        self.exactly(bytes)
    }
}
