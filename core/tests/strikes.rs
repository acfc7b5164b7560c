//! Every call to the disk of an instance that is created, written, signed for and opened again: failed, failed though done, and
//! a kill before and after it.
//!
//! A child lives an instance's first hours and prints what it acknowledged; one of its calls to write, sync, truncate, rename
//! or remove a file is struck, whichever of ledger, vault, log, keys, register, decision state, tiles or signer it is for. The
//! parent then opens the store: all that was acknowledged is there, the audit finds no fault, what was signed is
//! remembered, and it goes on. Every fourth of the calls or so is struck; `DEVENIR_STRIKES` sets how many, evenly spread.
//! A kill leaves the page cache alone: what a power cut takes is for `store_recovery.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests assert"
)]

use devenir_core::audit::{Verdict, audit};
use devenir_core::envelope::Draft;
use devenir_core::event::code::{GrantScope, Trust};
use devenir_core::ledger::{Checkpoint, Note};
use devenir_core::rules::Role;
use devenir_core::store::{EmbeddedReader, StoreError};
use devenir_core::testing::{Drafting as _, Strike, Striker, sample};
use devenir_core::time::Timestamp;
use devenir_core::writer::{
    Command, Door, Instance, InstanceError, ManualClock, Opening, SeededRandom, Target, WriteError,
};
use std::env;
use std::path::Path;
use std::process;
use std::sync::Arc;

/// Names the store to a child; absent in the parent.
const CHILD: &str = "DEVENIR_STRIKES_CHILD";
const START: Timestamp = Timestamp(1_790_000_000_000);
/// How many calls are struck in each way, unless told.
const STRUCK: u64 = 24;

fn clock(seconds: i64) -> Arc<ManualClock> {
    Arc::new(ManualClock::new(START.plus_ms(seconds * 1_000)))
}

fn open(dir: &Path, clock: &Arc<ManualClock>) -> Result<Instance, InstanceError> {
    let random = || Box::new(SeededRandom::new("struck, opened again"));
    Instance::open(dir, Arc::clone(clock) as _, random(), random())
}

fn ask(instance: &Instance, key: &str, target: Target, draft: Draft) -> Result<u64, WriteError> {
    let command = Command {
        door: Door { namespace: "admin".into(), trust: Trust::Native },
        key: key.as_bytes().to_vec(),
        request: key.as_bytes().to_vec(),
        target,
        drafts: vec![draft],
    };
    let receipt = instance.writer.handle().ask(command)?;
    Ok(receipt.events.last().expect("an event").position.get() + 1)
}

fn grant(n: u8) -> Draft {
    if n == 0 {
        return sample::first_grant().draft();
    }
    let everywhere = sample::grant(n, Role::Moderator).with(|event| event.facts.scope = GrantScope::Instance);
    everywhere.by(Role::Administrator)
}

fn size_of(note: &Note) -> u64 {
    note.text().parse::<Checkpoint>().unwrap().head.size.get()
}

/// Not a test of its own: what a child process runs. What fails is said, and the life goes on.
#[test]
fn child() {
    let Ok(dir) = env::var(CHILD) else { return };
    let dir = Path::new(&dir);
    let clock = clock(0);
    let random = || Box::new(SeededRandom::new("struck"));
    let opening = Opening { origin: "test.example/struck".into(), demonstration: true };
    let mut instance = match Instance::create(dir, &opening, Arc::clone(&clock) as _, random(), random()) {
        Ok(instance) => instance,
        Err(error) => return println!("\nrefused: {error}"),
    };
    println!("\nacknowledged 1");
    for n in 0..5 {
        if n == 3 {
            drop(instance);
            instance = match open(dir, &clock) {
                Ok(instance) => instance,
                Err(error) => return println!("\nrefused: {error}"),
            };
        }
        clock.set(START.plus_ms(i64::from(n + 1) * 5_000));
        match ask(&instance, &n.to_string(), Target::Instance, grant(n)) {
            Ok(size) => println!("\nacknowledged {size}"),
            Err(error) => println!("\nrefused: {error}"),
        }
        match instance.checkpointer.tick(START.plus_ms(i64::from(n + 1) * 5_000)) {
            Ok(Some(note)) => println!("\nsigned {}", size_of(&note)),
            Ok(None) => {}
            Err(error) => println!("\nrefused: {error}"),
        }
    }
}

fn command(dir: &Path) -> process::Command {
    let mut command = process::Command::new(env::current_exe().unwrap());
    command.args(["child", "--exact", "--nocapture"]).env(CHILD, dir);
    command
}

/// The last number behind a word in what a child said; 0 where there is none.
fn last(said: &str, word: &str) -> u64 {
    let line = said.lines().filter_map(|line| line.strip_prefix(word)).next_back();
    line.map_or(0, |number| number.parse().expect("a number"))
}

/// Asserts that the store is what the child acknowledged, or more, and goes on; false where it was never made.
fn survives(dir: &Path, said: &str, how: &str) -> bool {
    let (acknowledged, signed) = (last(said, "acknowledged "), last(said, "signed "));
    let clock = clock(3_600);
    let mut instance = match open(dir, &clock) {
        Ok(instance) => instance,
        Err(error) => {
            let is_cut_short = matches!(
                error,
                InstanceError::Store(StoreError::Missing { .. })
                    | InstanceError::Empty
                    | InstanceError::Key(_)
            );
            assert!(is_cut_short && acknowledged == 0, "{how}: {acknowledged} acknowledged, and {error}");
            return false;
        }
    };
    let size = instance.writer.head().size.get();
    assert!(size >= acknowledged, "{how}: {acknowledged} acknowledged, {size} found");
    let report = audit(&EmbeddedReader::open(dir).unwrap()).unwrap();
    assert_eq!(report.verdict(), Verdict::SelfConsistent, "{how}: {:#?}", report.faults);
    let remembered = instance.checkpointer.last_signed().unwrap().as_ref().map_or(0, size_of);
    assert!(remembered >= signed && remembered <= size, "{how}: {signed} signed, {remembered} remembered");
    let register = sample::registration("plan-velo").draft();
    let next = ask(&instance, "after", Target::NewConsultation, register).unwrap();
    assert_eq!(next, size + 1, "{how}");
    let note = instance.checkpointer.tick(START.plus_days(1)).unwrap().expect("a new event is signed for");
    assert_eq!(size_of(&note), next, "{how}");
    true
}

#[test]
fn whatever_call_fails_or_ends_the_process_nothing_acknowledged_is_lost() {
    let striker = match Striker::new() {
        Ok(striker) => striker,
        Err(skipped) => return println!("{skipped}"),
    };
    let home = tempfile::tempdir().unwrap();
    let (output, count) = striker.count(&mut command(&home.path().join("whole")));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(last(&said, "acknowledged ") == 6 && last(&said, "signed ") == 6, "{said}");
    assert!(survives(&home.path().join("whole"), &said, "untouched") && count > 50, "{count} calls");
    let (mut struck, mut unmade, mut refused) = (0, 0, 0);
    for strike in Strike::ALL {
        for number in Striker::numbers(count, STRUCK) {
            let dir = home.path().join("store");
            let output = striker.strike(&mut command(&dir), strike, number);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let how = format!("{strike:?} at call {number} of {count}\n{said}");
            unmade += u64::from(!survives(&dir, &said, &how));
            refused += u64::from(said.contains("refused: "));
            struck += 1;
            if dir.exists() {
                std::fs::remove_dir_all(&dir).unwrap();
            }
        }
    }
    println!(
        "{struck} of 4 x {count} calls struck: {refused} were told, {unmade} left no store, 0 lost anything"
    );
}
