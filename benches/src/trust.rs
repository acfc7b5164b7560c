//! What outsiders wait for: checkpoints while the ledger is under load, the time from an act to a receipt that a
//! witness has cosigned, and how fast everything is handed out as a bundle and verified by who received it.
//!
//! The witness is a real one behind a socket of this machine; a network adds its own delays.

use crate::report::{Report, forget_peak, peak_memory, rate};
use crate::{append, mix};
use devenir_api::app::App;
use devenir_api::export::bundle::{Choice, bundle, record_heads};
use devenir_api::keyring::Keyring;
use devenir_api::token::AdminToken;
use devenir_api::{serve, witness};
use devenir_core::audit::Verdict;
use devenir_core::bundle::TarReader;
use devenir_core::ledger::{NamedKey, Note, Policy, TiledTree};
use devenir_core::log::LOADED_MS;
use devenir_core::receipt;
use devenir_core::verify::{Asked, verify_bundle};
use devenir_core::writer::{OsRandom, SystemClock};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const EVENTS: u64 = 100_000;
const LOAD: Duration = Duration::from_secs(30);
const CALLERS: usize = 64;
const RECEIPTS: usize = 15;
/// How often the bench looks whether something is there.
const LOOK: Duration = Duration::from_millis(5);

pub(crate) fn measure(report: &mut Report) {
    report.doing("trust: making a record");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let (instance, mut town) = mix::found(&path);
    town.grow(&instance.writer.handle(), EVENTS);
    drop(instance);
    checkpoints_under_load(report, &path, &mut town);
    handed_out(report, &path, dir.path());
    cosigned_receipts(report, &path, dir.path(), &mut town);
}

/// The pace of checkpoints while many callers append: how long one takes to make, and how long an event waits for its own.
fn checkpoints_under_load(report: &mut Report, path: &Path, town: &mut mix::Town) {
    report.doing("trust: checkpoints under load");
    let mut instance = mix::open(path);
    let writer = instance.writer.handle();
    let commands = town.some(400_000);
    let began = Instant::now();
    let (mut ticks, mut gaps, mut last) = (Vec::new(), Vec::new(), Instant::now());
    let from = instance.writer.head().size.get();
    std::thread::scope(|scope| {
        for share in append::shares(commands, CALLERS) {
            let writer = &writer;
            scope.spawn(move || {
                for command in share {
                    if began.elapsed() > LOAD {
                        return;
                    }
                    writer.ask(command).unwrap_or_else(|error| panic!("{error}"));
                }
            });
        }
        while began.elapsed() < LOAD {
            let asked = Instant::now();
            if instance.checkpointer.tick(devenir_core::writer::Clock::now(&SystemClock)).unwrap().is_some() {
                ticks.push(asked.elapsed());
                gaps.push(last.elapsed());
                last = Instant::now();
            }
            std::thread::sleep(LOOK);
        }
    });
    let appended = instance.writer.head().size.get() - from;
    report.note(
        "checkpoints under load: events appended meanwhile",
        &format!("{:.0} /s", rate(usize::try_from(appended).unwrap(), LOAD)),
    );
    // The first one covers what was there before.
    let ticks = &mut ticks[1..];
    ticks.sort_unstable();
    let longest = ticks.last().copied().unwrap_or_default();
    report.note(
        "a checkpoint under load: made, signed, published",
        &format!("{:.0?} in the middle, {longest:.0?} at most, of {}", ticks[ticks.len() / 2], ticks.len()),
    );
    let wait = gaps[1..].iter().max().copied().unwrap_or_default().as_secs_f64() + longest.as_secs_f64();
    report.note(
        &format!("longest wait of an event for its checkpoint (pace {LOADED_MS} ms)"),
        &format!("{wait:.2} s"),
    );
}

/// From the act to a receipt whose proof a witness has cosigned: everything that `devenir serve` runs, and a witness.
fn cosigned_receipts(report: &mut Report, path: &Path, dir: &Path, town: &mut mix::Town) {
    report.doing("trust: cosigned receipts");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = App::open(path, Arc::new(SystemClock)).unwrap();
    let keys = app.public_keys().over_time.clone();
    let log = keys.newest().clone();
    let policy = policy_of(&runtime, &dir.join("witness"), &log);
    let app = Arc::new(app.with_policy(policy).unwrap());
    let token = AdminToken::open(path).or_else(|_| AdminToken::create(path)).unwrap();
    let keyring = Arc::new(Keyring::open(path, token).unwrap());
    let listener = runtime.block_on(serve::listen([127, 0, 0, 1].into(), 0, true)).unwrap();
    runtime.spawn(serve::serve(listener, Arc::clone(&app), keyring));
    let mut waits: Vec<Duration> = town
        .some(RECEIPTS)
        .into_iter()
        .map(|command| {
            let began = Instant::now();
            let position = app.writer().ask(command).unwrap().events[0].position;
            loop {
                let note = app.tiles().checkpoint().unwrap().map(|bytes| Note::parse(&bytes).unwrap());
                let size = note.as_ref().map(|note| keys.open(note).unwrap().head.size);
                if let (Some(note), Some(size)) = (note, size)
                    && position.is_within(size)
                {
                    let (tiles, reader) = (app.tiles().tiles(), app.reader().unwrap());
                    receipt::make(&reader, &TiledTree::new(&tiles, size), position, &note, &keys, 0).unwrap();
                    return began.elapsed();
                }
                std::thread::sleep(LOOK);
            }
        })
        .collect();
    waits.sort_unstable();
    report.note(
        "from an act to its cosigned receipt, one witness",
        &format!(
            "{:.1?} in the middle, {:.1?} at most, of {RECEIPTS}",
            waits[RECEIPTS / 2],
            waits[RECEIPTS - 1]
        ),
    );
    runtime.shutdown_background();
}

/// A witness that serves, and the policy that asks for it.
fn policy_of(runtime: &tokio::runtime::Runtime, dir: &Path, log: &NamedKey) -> Policy {
    let name = "witness.example/bench".parse().unwrap();
    let witness = witness::open(dir, Some(name), std::slice::from_ref(log), &mut OsRandom).unwrap();
    let key = witness.public().to_string();
    let listener = runtime.block_on(serve::listen([127, 0, 0, 1].into(), 0, true)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = witness::router(witness, Arc::new(SystemClock));
    runtime.spawn(async move { axum::serve(listener, router).await });
    Policy::parse(format!("log {log}\nwitness w {key} {url}\nquorum w\n").as_bytes()).unwrap()
}

/// The whole record as a bundle, and its verification by whoever received it.
fn handed_out(report: &mut Report, path: &Path, dir: &Path) {
    report.doing("trust: export");
    record_heads(path).unwrap();
    forget_peak();
    let before = peak_memory();
    let file = dir.join("all.tar");
    let began = Instant::now();
    let written = bundle(path, Choice { stream: None, everything: true }, &file).unwrap();
    let took = began.elapsed();
    let bytes = std::fs::metadata(&file).unwrap().len();
    let events = usize::try_from(written.events).unwrap();
    report.note(
        &format!("export of {events} events, {} MB", bytes / 1_000_000),
        &format!("{:.0} events/s, {:.0} MB/s", rate(events, took), bytes as f64 / 1e6 / took.as_secs_f64()),
    );
    report.note("export: memory it added at most", &format!("{} MiB", peak_memory() - before));
    forget_peak();
    let before = peak_memory();
    let began = Instant::now();
    let verified =
        verify_bundle(TarReader::new(BufReader::new(File::open(&file).unwrap())), &Asked::default());
    let took = began.elapsed();
    assert_eq!(verified.verdict(), Verdict::SelfConsistent);
    report.note(
        "verification of that bundle, conformity included",
        &format!("{:.0} events/s", rate(events, took)),
    );
    report.note(
        "verification of that bundle: memory it added at most",
        &format!("{} MiB", peak_memory() - before),
    );
}
