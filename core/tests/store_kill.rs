//! Kill -9 of a writing process at random moments, again and again, over one store.
//!
//! A child appends groups and prints each acknowledged size; the parent kills it, opens the store, and asks that
//! nothing acknowledged is lost, every envelope, part and request reads as written, what was erased stays
//! erased, and the root is that of the envelopes. `DEVENIR_KILLS` sets how many times (default: a minute's
//! worth). A kill leaves the page cache alone: torn and lost writes are `store_recovery.rs`'s.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests assert"
)]

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use devenir_core::ledger::{Frontier, Position, TreeSize, leaf_hash};
use devenir_core::store::{EmbeddedStore, Place, Store, StoreError, sample};

/// Names the store to a child; absent in the parent.
const CHILD: &str = "DEVENIR_KILL_CHILD";
/// How long the test runs when it is not told how many kills.
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("store");
    let begun = Instant::now();
    let kills_max =
        env::var("DEVENIR_KILLS").ok().map(|text| text.parse::<u64>().expect("DEVENIR_KILLS is a number"));
    let mut checked = Checked::default();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut kills, mut torn, mut unacknowledged) = (0, 0, 0);
    drop(EmbeddedStore::create(&dir).unwrap());
    while kills_max.map_or(begun.elapsed() < MINUTE, |kills_max| kills < kills_max) {
        let seen = kill_a_writer(&dir, &mut dice);
        kills += 1;
        let store = EmbeddedStore::open(&dir).unwrap_or_else(|error| panic!("kill {kills}: {error}"));
        torn += u64::from(!store.recovery().is_clean());
        unacknowledged += u64::from(store.head().size > seen.size.max(checked.frontier.size()));
        checked.erased.extend(seen.erased);
        assert!(store.head().size >= seen.size, "{} acknowledged, {} found", seen.size, store.head().size);
        checked.check(&store, kills);
    }
    checked.start_over();
    let store = EmbeddedStore::open(&dir).unwrap();
    checked.check(&store, kills);
    println!(
        "{kills} kills in {} s: {} events, {} erased parts, 0 lost; {torn} openings dropped a torn tail, \
         {unacknowledged} kept a group whose acknowledgement was cut off",
        begun.elapsed().as_secs(),
        store.head().size,
        checked.erased.len(),
    );
    assert!(store.head().size > TreeSize::new(kills), "the children hardly wrote anything");
}

/// Not a test of its own: what a child process runs.
#[test]
fn child() {
    let Ok(dir) = env::var(CHILD) else { return };
    let mut dice = Dice(u64::from(std::process::id()) << 20 | 1);
    let dir = Path::new(&dir);
    let mut store = match EmbeddedStore::open(dir) {
        Err(StoreError::Missing { .. }) => EmbeddedStore::create(dir).unwrap(),
        other => other.unwrap(),
    };
    let mut out = std::io::stdout().lock();
    loop {
        let size = store.head().size;
        // Mostly small groups, now and then one that fills many pages.
        let count = if dice.roll(20) == 0 { 200 + dice.roll(300) } else { 1 + dice.roll(20) };
        let head = store.commit(size, &sample::group(size, count)).unwrap();
        writeln!(out, "\nacknowledged {}", head.size).unwrap();
        if dice.roll(10) == 0 {
            let position = Position::new(dice.roll(head.size.get()));
            store.erase(&[Place { position, index: 0 }], &[position]).unwrap();
            writeln!(out, "\nerased {position}").unwrap();
        }
        out.flush().unwrap();
    }
}

/// What a child said before it died.
#[derive(Default)]
struct Seen {
    size: TreeSize,
    erased: Vec<Position>,
}

/// Runs a child, and kills it some 0 to 60 ms after it has begun to speak, or even before.
fn kill_a_writer(dir: &Path, dice: &mut Dice) -> Seen {
    let mut child = spawn(dir);
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut seen = Seen::default();
    if dice.roll(4) > 0 {
        // Past the harness's own greeting, so that most kills strike a writer at work.
        while seen.size.is_empty() && seen.take(&mut lines) {}
    }
    std::thread::sleep(Duration::from_micros(dice.roll(60_000)));
    child.kill().unwrap();
    child.wait().unwrap();
    while seen.take(&mut lines) {}
    seen
}

fn spawn(dir: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture"])
        .env(CHILD, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

impl Seen {
    /// Takes one line; false at the end. A line that the kill cut off acknowledges nothing.
    fn take(&mut self, lines: &mut BufReader<ChildStdout>) -> bool {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap() == 0 {
            return false;
        }
        if let Some(line) = line.strip_suffix('\n') {
            if let Some(size) = line.strip_prefix("acknowledged ") {
                self.size = size.parse().unwrap();
            } else if let Some(position) = line.strip_prefix("erased ") {
                self.erased.push(position.parse().unwrap());
            }
        }
        true
    }
}

#[test]
fn a_creation_that_is_killed_leaves_a_whole_store_or_none() {
    let home = tempfile::tempdir().unwrap();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let (mut missing, mut empty, mut filled) = (0, 0, 0);
    for round in 0..40 {
        let dir = home.path().join(round.to_string());
        let mut child = spawn(&dir);
        // From the start of the process to a little after its first commit.
        std::thread::sleep(Duration::from_micros(dice.roll(40_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut store = match EmbeddedStore::open(&dir) {
            Ok(store) => store,
            Err(StoreError::Missing { .. }) => {
                missing += 1;
                EmbeddedStore::create(&dir).unwrap()
            }
            Err(other) => panic!("round {round}: {other}"),
        };
        let size = store.head().size;
        *if size.is_empty() { &mut empty } else { &mut filled } += 1;
        assert_eq!(store.head(), sample::head(size), "round {round}");
        store.commit(size, &sample::group(size, 3)).unwrap();
    }
    println!(
        "40 creations killed: {missing} left no store, {} an empty one, {filled} a first group",
        empty - missing
    );
}

/// What has been read and found right, so that each kill checks what is new.
#[derive(Default)]
struct Checked {
    frontier: Frontier,
    erased: BTreeSet<Position>,
}

impl Checked {
    fn start_over(&mut self) {
        self.frontier = Frontier::new();
    }

    fn check(&mut self, store: &EmbeddedStore, kills: u64) {
        let reader = store.reader().unwrap();
        let (from, end) = (self.frontier.size().next_position(), store.head().size.next_position());
        let envelopes = reader.read(from, usize::MAX).unwrap();
        let mut parts = reader.open_all(from..end).unwrap().into_iter().peekable();
        for envelope in envelopes {
            let position = self.frontier.push(leaf_hash(&envelope));
            let expected = sample::entry(position);
            assert_eq!(envelope, expected.leaf.bytes(), "kill {kills}: envelope {position}");
            for part in expected.parts {
                let place = Place { position, index: part.index };
                // An erasure whose confirmation was cut off may have happened: a first part may be gone.
                let is_next = parts.peek().is_some_and(|(next, _)| *next == place);
                assert!(is_next || part.index == 0, "kill {kills}: {place} is missing");
                if is_next {
                    assert_eq!(parts.next().unwrap().1, part, "kill {kills}: {place}");
                    let is_erased = part.index == 0 && self.erased.contains(&position);
                    assert!(!is_erased, "kill {kills}: {place} is back");
                }
            }
        }
        assert_eq!(parts.next(), None, "kill {kills}: a part too many");
        assert_eq!(self.frontier.head(), store.head(), "kill {kills}: another root");
        self.check_erased(store);
    }

    fn check_erased(&self, store: &EmbeddedStore) {
        let reader = store.reader().unwrap();
        for position in self.erased.iter().rev().take(50) {
            let place = Place { position: *position, index: 0 };
            assert_eq!(
                reader.open(place, &sample::part(*position, 0).commitment).unwrap(),
                None,
                "{place} is back"
            );
            assert_eq!(reader.recall(*position).unwrap(), None, "the request at {position} is back");
        }
    }
}

/// A small generator of its own (xorshift), so that a failure does not depend on the machine's randomness.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}
