//! Full verification beside a bare SHA-256 loop over messages of the same lengths.
//!
//! The lengths are those that `docs/format.md` makes a verifier hash: leaf, intent, tree node, parts and their
//! commitments. The bare loop reads no file, parses nothing and compares nothing.

use crate::mix;
use crate::report::{Report, median, rate};
use devenir_core::audit::audit;
use devenir_core::envelope::decode;
use devenir_core::ledger::Position;
use devenir_core::store::{EmbeddedReader, ReadLedger as _, ReadVault as _};
use sha2::{Digest as _, Sha256};
use std::hint::black_box;
use std::time::{Duration, Instant};

const EVENTS: u64 = 200_000;
const ROUNDS: usize = 3;
/// What is hashed beside the intent's own bytes: the tag `devenir/intent/v1` and a zero byte.
const INTENT_TAG: usize = 18;
/// HMAC over what a commitment binds: two padded blocks, the bound fields, and the inner digest.
const COMMITMENT: [usize; 2] = [64 + 16 + 1 + 32 + 16 + 2 + 2 + 1 + 8 + 32, 64 + 32];
const NODE: usize = 65;

pub(crate) fn measure(report: &mut Report) {
    report.doing("verify: making a record");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let (instance, mut town) = mix::found(&path);
    town.grow(&instance.writer.handle(), EVENTS);
    drop(instance);
    let reader = EmbeddedReader::open(&path).unwrap();
    let lengths = lengths(&reader);
    let bytes: usize = lengths.iter().sum();
    report.doing("verify");
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let audited = audit(&reader).unwrap();
        ours.push(began.elapsed());
        assert_eq!(audited.fault_count, 0, "{:?}", audited.first_fault());
        bare.push(hash_all(&lengths));
    }
    let (ours, bare) = (median(ours), median(bare));
    let count = usize::try_from(EVENTS).unwrap();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    report.note("verify: ours", &format!("{:.0} events/s", rate(count, ours)));
    report.note(
        &format!("verify: bare SHA-256, {} messages of {} B", lengths.len(), bytes / lengths.len()),
        &format!("{:.0} events/s a core", rate(count, bare)),
    );
    report.at_least("verify", bare.as_secs_f64() / ours.as_secs_f64() / cores as f64, 0.6, "x bare");
}

fn lengths(reader: &EmbeddedReader) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut from = Position::FIRST;
    loop {
        let envelopes = reader.read(from, 1_024).unwrap();
        if envelopes.is_empty() {
            return lengths;
        }
        let end = Position::new(from.get() + envelopes.len() as u64);
        for bytes in &envelopes {
            let intent = devenir_core::envelope::intent_bytes(&decode(bytes).unwrap().intent).len();
            lengths.extend([bytes.len() + 1, intent + INTENT_TAG, NODE]);
        }
        for (_, part) in reader.open_all(from..end).unwrap() {
            lengths.push(part.bytes.len());
            lengths.extend(COMMITMENT);
        }
        from = end;
    }
}

fn hash_all(lengths: &[usize]) -> Duration {
    let longest = vec![0x5a_u8; lengths.iter().copied().max().unwrap_or(0)];
    let began = Instant::now();
    for length in lengths {
        black_box(Sha256::digest(black_box(&longest[..*length])));
    }
    began.elapsed()
}
