//! A small store, every byte of its file altered, one at a time: each is found, or proven to say nothing.
//!
//! The file is looked at as `devenir verify` does: opened, audited, then its pages checked. A byte that this does
//! not find must be harmless: head, envelopes, parts and requests then read as before, byte for byte, and it lies in
//! one of the regions of [`Region::may_be_silent`]. In an envelope's or a part's row every byte is found, with a
//! first bad position no later than that row's event.
//!
//! One bit of a byte is turned, another one from byte to byte. By default this takes every byte in use and every
//! 16th of the room that nothing uses; `DEVENIR_FLIP=bytes` takes every byte of the file (about three times as
//! long), `DEVENIR_FLIP=bits` every bit of every byte.
//!
//! No envelope vouches for a request (the MAC that tells a repeated command from another): its row carries a check
//! against accidents of its own. Whoever means to alter one can, and alters nothing that is on record.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at a surprise"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use devenir_core::audit::{Verdict, audit};
use devenir_core::ledger::{Position, TreeHead, TreeSize};
use devenir_core::rules::Outcome as Answer;
use devenir_core::store::sample::request;
use devenir_core::store::{
    EmbeddedReader, EmbeddedStore, Group, Place, ReadLedger, ReadVault, Request, SealedPart, Store,
    StoreError,
};
use devenir_core::testing::{Drafting, World, sample};
use rusqlite::Connection;

const FILE: &str = "ledger.sqlite3";
const PAGE: usize = 4096;

#[test]
fn every_byte_of_a_store_is_found_when_it_changes_or_says_nothing() {
    let home = tempfile::tempdir().unwrap();
    fill(home.path());
    let bytes = fs::read(home.path().join(FILE)).unwrap();
    let regions = regions(&bytes, home.path());
    let said = said(&EmbeddedReader::open(home.path()).unwrap()).unwrap();
    assert_eq!(verify(home.path()), Finding::Nothing(said.clone()), "the store as it was made");

    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let flips = flips(&regions);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let share = flips.len().div_ceil(workers);
        let work = |flips| {
            let (bytes, regions, said) = (&bytes, &regions, &said);
            scope.spawn(move || flip_all(flips, bytes, regions, said))
        };
        let threads: Vec<_> = flips.chunks(share).map(work).collect();
        threads.into_iter().map(|thread| thread.join().expect("a worker that ends")).collect()
    });
    let mut tally = Tally::default();
    tallies.into_iter().for_each(|more| tally.add(more));
    println!("{} bytes, {} of their bits turned\n{tally}", bytes.len(), flips.len());
    assert!(tally.wrong.is_empty(), "{} flips:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
}

/// A store of some twenty events whose file has every kind of page: rows, inner pages, overflow, free pages.
fn fill(dir: &Path) {
    let mut world = World::native();
    let idea = world.contribution();
    let long = "Une piste séparée, éclairée et continue. ".repeat(150);
    let second =
        world.happens(sample::submission().with(|event| event.text = sample::text("Le pont", &long)));
    world.happens(sample::publication().about(second));
    let ballot = world.support_ballot(idea);
    for voter in 0..3 {
        world.vote(voter, ballot, idea);
    }
    world.record.pass_days(1);
    world.happens(sample::response(Answer::Adopted).answering(&[idea]));
    let entries: Vec<_> = world.record.entries().iter().map(|entry| entry.stored()).collect();
    let requests = (1..entries.len() as u64).map(|at| request(Position::new(at))).collect();
    let mut store = EmbeddedStore::create(dir).unwrap();
    store.commit(TreeSize::EMPTY, &Group { entries, requests }).unwrap();
    drop(store);
    // Pages that something erased has left.
    let sql = "CREATE TABLE gone (bytes BLOB); INSERT INTO gone VALUES (zeroblob(9000)); DROP TABLE gone;";
    Connection::open(dir.join(FILE)).unwrap().execute_batch(sql).unwrap();
}

/// Which bits are turned: the byte's offset and the mask.
fn flips(regions: &[Byte]) -> Vec<(usize, u8)> {
    let wish = std::env::var("DEVENIR_FLIP").unwrap_or_default();
    let bytes = 0..regions.len();
    match wish.as_str() {
        "bits" => bytes.flat_map(|at| (0..8).map(move |bit| (at, 1 << bit))).collect(),
        "bytes" => bytes.map(|at| (at, 1 << (at % 8))).collect(),
        _ => {
            // Every 16th byte, each time another bit.
            let sampled = |at: &usize| !regions[*at].region.is_unused() || at.is_multiple_of(16);
            bytes.filter(sampled).map(|at| (at, 1 << ((at + at / 16) % 8))).collect()
        }
    }
}

/// What verifying finds.
#[derive(Debug, PartialEq)]
enum Finding {
    /// Something is wrong, from this position on if it is known.
    Wrong(Option<u64>, String),
    /// Nothing, and this is what the store says.
    Nothing(Said),
}

/// Everything that a reader gives.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    head: TreeHead,
    envelopes: Vec<Vec<u8>>,
    parts: Vec<(Place, SealedPart)>,
    requests: Vec<Option<Request>>,
}

fn said(reader: &EmbeddedReader) -> Result<Said, StoreError> {
    let head = reader.head()?;
    let envelopes = reader.read(Position::FIRST, 10_000)?;
    let parts = reader.open_all(Position::FIRST..Position::new(u64::MAX))?;
    let requests = (0..head.size.get() + 3).map(|at| reader.recall(Position::new(at)));
    let requests = requests.collect::<Result<_, _>>()?;
    Ok(Said { head, envelopes, parts, requests })
}

/// As `devenir verify`: envelopes and parts first, since they name the event; then the pages.
fn verify(dir: &Path) -> Finding {
    let wrong = |error: StoreError| Finding::Wrong(None, error.to_string());
    let reader = match EmbeddedReader::open(dir) {
        Ok(reader) => reader,
        Err(error) => return wrong(error),
    };
    match audit(&reader) {
        Err(error) => wrong(error),
        Ok(report) if report.verdict() != Verdict::SelfConsistent => {
            let what = report.first_fault().map_or_else(String::new, |found| found.fault.to_string());
            Finding::Wrong(
                report.first_bad().map(Position::get),
                format!("{}: {what}", report.verdict().as_str()),
            )
        }
        Ok(_) => match reader.check_pages() {
            Err(error) => wrong(error),
            Ok(()) => said(&reader).map_or_else(wrong, Finding::Nothing),
        },
    }
}

/// What came of many flips.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<Region, [u64; 2]>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, more: Self) {
        for (region, [found, silent]) in more.counts {
            let counts = self.counts.entry(region).or_default();
            *counts = [counts[0] + found, counts[1] + silent];
        }
        self.wrong.extend(more.wrong);
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:<22} {:>8} {:>9}", "region", "found", "harmless")?;
        for (region, [found, silent]) in &self.counts {
            writeln!(f, "{:<22} {found:>8} {silent:>9}", format!("{region:?}"))?;
        }
        Ok(())
    }
}

fn flip_all(flips: &[(usize, u8)], bytes: &[u8], regions: &[Byte], said: &Said) -> Tally {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE);
    fs::write(&path, bytes).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    let mut tally = Tally::default();
    for &(at, mask) in flips {
        file.write_all_at(&[bytes[at] ^ mask], at as u64).unwrap();
        let finding = catch_unwind(AssertUnwindSafe(|| verify(home.path())));
        file.write_all_at(&bytes[at..=at], at as u64).unwrap();
        let Byte { region, event } = regions[at];
        let found = matches!(finding, Ok(Finding::Wrong(..)));
        tally.counts.entry(region).or_default()[usize::from(!found)] += 1;
        let complaint = match finding {
            Err(_) => Some("verifying panicked".to_owned()),
            Ok(Finding::Nothing(after)) if after != *said => {
                Some("not found, yet the store says something else".to_owned())
            }
            Ok(Finding::Nothing(_)) if !region.may_be_silent() => Some("not found".to_owned()),
            Ok(Finding::Wrong(first, what)) => event
                .filter(|event| first.is_none_or(|first| first > *event))
                .map(|event| format!("of event {event}, found at {first:?}: {what}")),
            Ok(Finding::Nothing(_)) => None,
        };
        tally
            .wrong
            .extend(complaint.map(|complaint| format!("byte {at} ^ {mask:#04x} ({region:?}) {complaint}")));
    }
    assert!(fs::read(&path).unwrap() == bytes, "verifying wrote to the file");
    tally
}

/// What a byte of the file belongs to, and the event if it lies in the row of an envelope or a part.
#[derive(Debug, Clone, Copy)]
struct Byte {
    region: Region,
    event: Option<u64>,
}

/// The kinds of bytes in a file of SQLite (its documentation: Database File Format).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Region {
    /// The first 100 bytes.
    FileHeader,
    /// The header of a page.
    PageHeader,
    /// Where the rows of a page begin.
    Pointers,
    /// What leads from page to page: the rows of inner pages, and the first 4 bytes of overflow pages.
    Links,
    /// Room in a page that no row uses.
    FreeSpace,
    /// A free page.
    FreePage,
    /// The type of a value that no row holds: its key stands before the row, and nobody reads it here.
    KeyType,
    /// A row of the table of tables.
    SchemaRow,
    /// A row of a table, wherever it lies.
    EnvelopeRow,
    HeadRow,
    PartRow,
    RequestRow,
}

impl Region {
    /// Where a byte can change and nothing that a reader gives with it: room that nothing uses, fields of
    /// the file's header that reading does not need (counters, versions, unused room), the type of a key that
    /// stands elsewhere, and in the table of tables what names a table a second time.
    fn may_be_silent(self) -> bool {
        match self {
            Self::FileHeader | Self::FreeSpace | Self::FreePage | Self::KeyType | Self::SchemaRow => true,
            Self::PageHeader
            | Self::Pointers
            | Self::Links
            | Self::EnvelopeRow
            | Self::HeadRow
            | Self::PartRow
            | Self::RequestRow => false,
        }
    }

    /// Room that nothing uses.
    fn is_unused(self) -> bool {
        matches!(self, Self::FreeSpace | Self::FreePage)
    }
}

/// Says of every byte of the file what it belongs to.
fn regions(bytes: &[u8], dir: &Path) -> Vec<Byte> {
    let mut map = Map { bytes, regions: vec![Byte { region: Region::FreeSpace, event: None }; bytes.len()] };
    map.mark(0, 100, Region::FileHeader, None);
    map.tree(1, Region::SchemaRow);
    let connection = Connection::open(dir.join(FILE)).unwrap();
    let mut statement = connection.prepare("SELECT name, rootpage FROM sqlite_schema").unwrap();
    let tables =
        statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))).unwrap();
    for (name, root) in tables.map(Result::unwrap) {
        let region = match name.as_str() {
            "envelope" => Region::EnvelopeRow,
            "head" => Region::HeadRow,
            "part" => Region::PartRow,
            "request" => Region::RequestRow,
            other => panic!("a table `{other}`"),
        };
        map.tree(root as usize, region);
    }
    map.free_pages();
    map.regions
}

struct Map<'a> {
    bytes: &'a [u8],
    regions: Vec<Byte>,
}

impl Map<'_> {
    fn mark(&mut self, from: usize, count: usize, region: Region, event: Option<u64>) {
        self.regions[from..from + count].fill(Byte { region, event });
    }

    fn number(&self, at: usize, count: usize) -> usize {
        self.bytes[at..at + count].iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
    }

    /// A number of SQLite's variable length, and how many bytes it has; none here needs the ninth.
    fn varint(&self, at: usize) -> (usize, usize) {
        let more = self.bytes[at..].iter().take_while(|byte| **byte & 0x80 != 0).count();
        assert!(more < 8, "a number of nine bytes at {at}");
        (
            self.bytes[at..=at + more].iter().fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f)),
            more + 1,
        )
    }

    fn tree(&mut self, page: usize, region: Region) {
        let start = (page - 1) * PAGE;
        let header = if page == 1 { 100 } else { start };
        let is_leaf = self.bytes[header] == 0x0d;
        assert!(is_leaf || self.bytes[header] == 0x05, "page {page} is of a table");
        let length = if is_leaf { 8 } else { 12 };
        let rows = self.number(header + 3, 2);
        self.mark(header, length, Region::PageHeader, None);
        self.mark(header + length, 2 * rows, Region::Pointers, None);
        for row in 0..rows {
            let at = start + self.number(header + length + 2 * row, 2);
            if is_leaf {
                self.row(at, region);
            } else {
                let (_, length) = self.varint(at + 4);
                self.mark(at, 4 + length, Region::Links, None);
                self.tree(self.number(at, 4), region);
            }
        }
        if !is_leaf {
            self.tree(self.number(header + 8, 4), region);
        }
    }

    fn row(&mut self, at: usize, region: Region) {
        let (payload, first) = self.varint(at);
        let (key, second) = self.varint(at + first);
        let event = match region {
            Region::EnvelopeRow => Some(key as u64),
            Region::PartRow => Some(key as u64 / 16),
            _ => None,
        };
        let least = (PAGE - 12) * 32 / 255 - 23;
        let local = match least + (payload - payload.min(least)) % (PAGE - 4) {
            _ if payload <= PAGE - 35 => payload,
            wanted if wanted <= PAGE - 35 => wanted,
            _ => least,
        };
        let head = first + second + local;
        self.mark(at, head + if local < payload { 4 } else { 0 }, region, event);
        if region != Region::SchemaRow {
            // The key of each of our tables is its first column; the row's header has one byte for that.
            let (_, length) = self.varint(at + first + second);
            self.mark(at + first + second + length, 1, Region::KeyType, None);
        }
        let (mut left, mut link) = (payload - local, at + head);
        while left > 0 {
            let page = (self.number(link, 4) - 1) * PAGE;
            let here = left.min(PAGE - 4);
            self.mark(page, 4, Region::Links, None);
            self.mark(page + 4, here, region, event);
            (left, link) = (left - here, page);
        }
    }

    fn free_pages(&mut self) {
        let mut trunk = self.number(32, 4);
        while trunk != 0 {
            let start = (trunk - 1) * PAGE;
            for leaf in 0..self.number(start + 4, 4) {
                let page = self.number(start + 8 + 4 * leaf, 4);
                self.mark((page - 1) * PAGE, PAGE, Region::FreePage, None);
            }
            self.mark(start, PAGE, Region::FreePage, None);
            trunk = self.number(start, 4);
        }
    }
}
