//! Reads SQLite's write-ahead log before SQLite does, to say what its recovery is about to drop.
//!
//! The format is that of <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>. Recovery keeps the frames
//! up to the last commit below the first frame that does not read, and never mentions the rest. Every commit
//! was synced before the next began, so at most one commit can lie in a torn tail: whole commits beyond are
//! damage. This module knows frames and checksums, no table and no event.
//!
//! ```text
//! header   magic u32 | version u32 | page size u32 | sequence u32 | salt u32 u32 | checksum u32 u32
//! frame    page u32 | size after commit u32, else 0 | salt u32 u32 | checksum u32 u32 | the page
//! ```

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::store::error::Damage;

/// The magic of logs whose checksums read words little-endian; one more, and they are big-endian.
const MAGIC_LITTLE: u32 = 0x377f_0682;
const MAGIC_BIG: u32 = 0x377f_0683;
const HEADER_LEN: usize = 32;
const FRAME_HEADER_LEN: usize = 24;

/// What a log holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Log {
    /// Frames that recovery keeps.
    pub(super) frames_kept: u64,
    /// Frames of the same round that recovery drops: a group that was never acknowledged.
    pub(super) frames_dropped: u64,
}

/// Reads the log at `path`; a missing or empty one holds nothing.
///
/// The outer error is the medium's, the inner one means that durable commits would be dropped.
pub(super) fn scan(path: &Path) -> io::Result<Result<Log, Damage>> {
    let mut file = match File::open(path) {
        Ok(file) => BufReader::with_capacity(1 << 18, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(Log::default())),
        Err(error) => return Err(error),
    };
    let mut header = [0; HEADER_LEN];
    if read_full(&mut file, &mut header)? < HEADER_LEN {
        // SQLite syncs the header before it writes the first frame, so nothing can have followed.
        return Ok(Ok(Log::default()));
    }
    let Some(mut scan) = Scan::begin(&header) else {
        let frames_follow = file.read(&mut [0])? > 0;
        return Ok(if frames_follow { Err(Damage::LogBroken { frame: 0 }) } else { Ok(Log::default()) });
    };
    let mut frame = vec![0; FRAME_HEADER_LEN + scan.page_len];
    loop {
        let found = read_full(&mut file, &mut frame)?;
        let Some((head, page)) = frame.get(..found).and_then(<[u8]>::split_first_chunk) else { break };
        scan.frame(head, page);
    }
    Ok(scan.end())
}

/// Reads until `buffer` is full or the file ends; returns how many bytes came.
fn read_full(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut found = 0;
    while let Some(rest) = buffer.get_mut(found..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            count => found += count,
        }
    }
    Ok(found)
}

/// The two running sums of SQLite's checksum.
type Sums = [u32; 2];

struct Scan {
    page_len: usize,
    word: fn([u8; 4]) -> u32,
    salts: [u8; 8],
    /// The checksums that the next frame may continue from; the same twice until the log breaks.
    chain: [Sums; 2],
    frames: u64,
    frames_kept: u64,
    frames_of_round: u64,
    broken: Option<Break>,
}

/// Where the log stops to read, and what lies beyond.
struct Break {
    frame: u64,
    /// Commits from there on, the broken frame's own included, if it says that it is one.
    commits: u64,
}

impl Scan {
    /// None where the header does not read.
    fn begin(header: &[u8; HEADER_LEN]) -> Option<Self> {
        let (summed, stored) = header.split_first_chunk::<24>()?;
        let word = match u32_at(header, 0)? {
            MAGIC_LITTLE => u32::from_le_bytes,
            MAGIC_BIG => u32::from_be_bytes,
            _ => return None,
        };
        let page_len = usize::try_from(u32_at(header, 8)?).ok()?;
        let chain = checksum([0, 0], summed, word);
        let is_whole = [u32_at(stored, 0)?, u32_at(stored, 4)?] == chain;
        let is_page = page_len.is_power_of_two() && (512..=65_536).contains(&page_len);
        let salts = *header.get(16..24)?.first_chunk()?;
        (is_whole && is_page).then_some(Self {
            page_len,
            word,
            salts,
            chain: [chain; 2],
            frames: 0,
            frames_kept: 0,
            frames_of_round: 0,
            broken: None,
        })
    }

    /// Takes the next frame; a `page` that is too short is the end of a torn file.
    fn frame(&mut self, head: &[u8; FRAME_HEADER_LEN], page: &[u8]) {
        self.frames += 1;
        let field = |at| u32_at(head, at).unwrap_or_default();
        let stored = [field(16), field(20)];
        let computed = self.chain.map(|sums| {
            let begun = checksum(sums, head.first_chunk::<8>().unwrap_or(&[0; 8]), self.word);
            checksum(begun, page, self.word)
        });
        let of_round = head.get(8..16) == Some(&self.salts);
        let is_summed = page.len() == self.page_len && computed.contains(&stored);
        let is_whole = of_round && is_summed;
        let commits = field(4) != 0;

        self.frames_of_round += u64::from(of_round);
        match &mut self.broken {
            None if is_whole && commits => self.frames_kept = self.frames,
            None if is_whole => {}
            None => {
                let commits = u64::from(commits && (of_round || is_summed));
                self.broken = Some(Break { frame: self.frames, commits });
            }
            Some(broken) => broken.commits += u64::from(commits && is_whole),
        }
        // Beyond a break a frame is judged by what the frame before it states, or by what that should have been.
        let [first, _] = computed;
        self.chain = [stored, if self.broken.is_some() { first } else { stored }];
    }

    fn end(self) -> Result<Log, Damage> {
        match self.broken {
            Some(Break { frame, commits }) if commits > 1 => Err(Damage::LogBroken { frame }),
            Some(_) | None => Ok(Log {
                frames_kept: self.frames_kept,
                frames_dropped: self.frames_of_round.saturating_sub(self.frames_kept),
            }),
        }
    }
}

/// The big-endian word of the format at byte `at`.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

/// SQLite's checksum of `bytes`, whose length is a multiple of eight, continued from `sums`.
fn checksum(sums: Sums, bytes: &[u8], word: fn([u8; 4]) -> u32) -> Sums {
    let (pairs, _) = bytes.as_chunks::<8>();
    pairs.iter().fold(sums, |[s0, s1], pair| {
        let [a, b, c, d, e, f, g, h] = *pair;
        let s0 = s0.wrapping_add(word([a, b, c, d])).wrapping_add(s1);
        [s0, s1.wrapping_add(word([e, f, g, h])).wrapping_add(s0)]
    })
}
