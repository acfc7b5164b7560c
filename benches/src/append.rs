//! Durable append, whole path from command to receipt, beside bare SQLite with the same rows and callers.
//!
//! The bare side is a thread that drains a queue into one transaction, as ours does, and decides, seals, hashes and
//! indexes nothing. Both run in turn on the same disk; ours signs a promise a group.

use crate::mix::{self, Town};
use crate::report::{Report, median, rate};
use devenir_core::ledger::Position;
use devenir_core::store::{EmbeddedReader, Place, ReadLedger as _, ReadVault as _, SealedPart};
use devenir_core::writer::{Command, Handle};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
const GROUP_MAX: usize = 1_024;

/// The rows that one command left in the store.
#[derive(Clone)]
pub(crate) struct Rows {
    position: i64,
    envelope: Vec<u8>,
    parts: Vec<(i64, SealedPart)>,
}

pub(crate) fn measure(report: &mut Report) {
    for (callers, count) in [(64, 20_000), (1, 1_000)] {
        let name = format!("append, {callers} writers");
        report.doing(&name);
        let (mut ours, mut bare, mut bytes) = (Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("store");
            let (instance, mut town) = mix::found(&path);
            town.grow(&instance.writer.handle(), 20_000);
            let (took, rows) = ours_at(&path, &instance.writer.handle(), &mut town, callers, count);
            bytes = rows.iter().map(|row| row.envelope.len()).sum::<usize>() / rows.len();
            ours.push(took);
            bare.push(bare_at(&dir.path().join("bare.sqlite3"), rows, callers));
        }
        let (ours, bare) = (median(ours), median(bare));
        report
            .note(&format!("{name}, envelopes of {bytes} B: ours"), &format!("{:.0} /s", rate(count, ours)));
        report.note(&format!("{name}: bare SQLite, same rows"), &format!("{:.0} /s", rate(count, bare)));
        let ratio = bare.as_secs_f64() / ours.as_secs_f64();
        if callers > 1 {
            report.at_least(&name, ratio, 0.6, "x bare");
        } else {
            report.note(&name, &format!("{ratio:.2} x bare"));
        }
    }
}

/// Asks for the next commands of the mix, and gives back the rows that they left.
pub(crate) fn ours_at(
    path: &Path,
    writer: &Handle,
    town: &mut Town,
    callers: usize,
    count: usize,
) -> (Duration, Vec<Rows>) {
    let reader = EmbeddedReader::open(path).unwrap();
    let from = reader.head().unwrap().size.next_position();
    let commands = town.some(count);
    let took = each_from_its_thread(commands, callers, |command: Command| {
        writer.ask(command).unwrap_or_else(|error| panic!("{error}"));
    });
    let rows = rows(&reader, from);
    assert_eq!(rows.len(), count);
    (took, rows)
}

fn rows(reader: &EmbeddedReader, from: Position) -> Vec<Rows> {
    let envelopes = reader.read(from, usize::MAX).unwrap();
    let mut parts = reader.open_all(from..Position::new(u64::MAX)).unwrap().into_iter().peekable();
    let row = |(position, envelope): (u64, Vec<u8>)| {
        let mut own = Vec::new();
        while let Some((place, part)) = parts.next_if(|(place, _)| place.position.get() == position) {
            own.push((key(place), part));
        }
        Rows { position: i64::try_from(position).unwrap(), envelope, parts: own }
    };
    (from.get()..).zip(envelopes).map(row).collect()
}

fn key(place: Place) -> i64 {
    i64::try_from(place.position.get()).unwrap() * 16 + i64::from(place.index)
}

/// Many callers, each with its share, each waiting for its answer before it asks again.
fn each_from_its_thread<T: Send>(all: Vec<T>, callers: usize, ask: impl Fn(T) + Sync) -> Duration {
    let shares = shares(all, callers);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for share in shares {
            scope.spawn(|| share.into_iter().for_each(&ask));
        }
    });
    began.elapsed()
}

/// Dealt out, one after the other.
pub(crate) fn shares<T>(all: Vec<T>, callers: usize) -> Vec<Vec<T>> {
    let mut shares: Vec<Vec<T>> = (0..callers).map(|_| Vec::new()).collect();
    for (at, one) in all.into_iter().enumerate() {
        shares[at % callers].push(one);
    }
    shares
}

/// The same rows in the same tables, from as many callers.
fn bare_at(path: &Path, rows: Vec<Rows>, callers: usize) -> Duration {
    let (queue, asked) = sync_channel::<(Rows, SyncSender<()>)>(4_096);
    let mut file = Connection::open(path).unwrap();
    file.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA wal_autocheckpoint = 10000;
         CREATE TABLE envelope (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
         CREATE TABLE part (place INTEGER PRIMARY KEY, kind INTEGER NOT NULL, commitment BLOB NOT NULL,
           key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
         CREATE TABLE request (position INTEGER PRIMARY KEY, command_id BLOB NOT NULL, mac BLOB NOT NULL) STRICT;
         CREATE TABLE head (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT;",
    )
    .unwrap();
    let thread = std::thread::spawn(move || {
        while let Ok(first) = asked.recv() {
            let group: Vec<_> = std::iter::once(first).chain(asked.try_iter().take(GROUP_MAX)).collect();
            insert(&mut file, &group);
            for (_, told) in group {
                told.send(()).unwrap();
            }
        }
    });
    let took = each_from_its_thread(rows, callers, |row| {
        let (tell, told) = sync_channel(1);
        queue.send((row, tell)).unwrap();
        told.recv().unwrap();
    });
    drop(queue);
    thread.join().unwrap();
    took
}

fn insert(file: &mut Connection, group: &[(Rows, SyncSender<()>)]) {
    let transaction = file.transaction().unwrap();
    {
        let mut envelope = transaction.prepare_cached("INSERT INTO envelope VALUES (?1, ?2)").unwrap();
        let mut part = transaction.prepare_cached("INSERT INTO part VALUES (?1, ?2, ?3, ?4, ?5)").unwrap();
        let mut request = transaction.prepare_cached("INSERT INTO request VALUES (?1, ?2, ?3)").unwrap();
        for (row, _) in group {
            envelope.execute(params![row.position, row.envelope]).unwrap();
            for (place, it) in &row.parts {
                part.execute(params![place, it.kind, it.commitment, &it.key[..], it.bytes]).unwrap();
            }
            request.execute(params![row.position, [0_u8; 16], [0_u8; 40]]).unwrap();
        }
        let last = group.last().map_or(0, |(row, _)| row.position);
        transaction
            .execute("INSERT OR REPLACE INTO head VALUES (0, ?1, ?2)", params![last, [0_u8; 32]])
            .unwrap();
    }
    transaction.commit().unwrap();
}
