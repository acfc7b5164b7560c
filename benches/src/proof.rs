//! Proofs: what making and checking one costs on ten million leaves, beside a hundred thousand and a million.
//!
//! They are made from the tile files, as the server makes them. The leaves are numbers instead of envelopes: a tree
//! knows only hashes.

use crate::report::{Report, median};
use devenir_core::ledger::{Frontier, Position, TiledTree, TreeHead, TreeSize, leaf_hash, prove};
use devenir_core::log::{TileFiles, Tiles};
use devenir_core::store::{ReadLedger, StoreError};
use std::hint::black_box;
use std::time::{Duration, Instant};

const SIZES: [u64; 3] = [100_000, 1_000_000, 10_000_000];
const PROOFS: u64 = 2_000;
const ROUNDS: usize = 5;

pub(crate) fn measure(report: &mut Report) {
    let dir = tempfile::tempdir().unwrap();
    let mut files = TileFiles::open(dir.path(), &Numbers(TreeHead::empty())).unwrap();
    let mut frontier = Frontier::default();
    let mut inclusions = Vec::new();
    let mut consistencies = Vec::new();
    for size in SIZES {
        report.doing(&format!("proof: tiles of {size} leaves"));
        let ledger = Numbers::up_to(&mut frontier, size);
        let began = Instant::now();
        files.extend(&ledger, ledger.0).unwrap();
        let took = began.elapsed();
        report.note(&format!("tiles up to {size} leaves"), &format!("{:.1} s", took.as_secs_f64()));
        let tiles = files.reader().tiles();
        let (made, checked) = of_rounds(|at| inclusion(&tiles, ledger.0, at));
        report.note(
            &format!("inclusion proof, {size} leaves: made, checked"),
            &format!("{made:.1?}, {checked:.1?}"),
        );
        inclusions.push(made);
        let (made, checked) = of_rounds(|at| consistency(&tiles, ledger.0, at));
        report.note(
            &format!("consistency proof, {size} leaves: made, checked"),
            &format!("{made:.1?}, {checked:.1?}"),
        );
        consistencies.push(made);
    }
    for (name, costs) in [("inclusion", inclusions), ("consistency", consistencies)] {
        let (short, long) = (costs[0].as_secs_f64(), costs[2].as_secs_f64());
        report.at_most(&format!("growth of making an {name} proof"), long / short, 1.3, "x short");
    }
}

/// The middle round's cost of making a proof, and that of checking it.
fn of_rounds(prove: impl Fn(u64) -> (Duration, Duration)) -> (Duration, Duration) {
    let round = |_| {
        let both = (0..PROOFS)
            .map(&prove)
            .fold((Duration::ZERO, Duration::ZERO), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        (both.0 / u32::try_from(PROOFS).unwrap(), both.1 / u32::try_from(PROOFS).unwrap())
    };
    let (made, checked) = (0..ROUNDS).map(round).unzip();
    (median(made), median(checked))
}

fn inclusion(tiles: &Tiles, head: TreeHead, at: u64) -> (Duration, Duration) {
    let position = at.wrapping_mul(0x9e37_79b9_7f4a_7c15) % head.size.get();
    let began = Instant::now();
    let proof = tiles.prove_inclusion(Position::new(position), head.size).unwrap();
    let made = began.elapsed();
    let began = Instant::now();
    black_box(proof.verify(&leaf(position), &head).unwrap());
    (made, began.elapsed())
}

fn consistency(tiles: &Tiles, head: TreeHead, at: u64) -> (Duration, Duration) {
    let size = 1 + at.wrapping_mul(0x9e37_79b9_7f4a_7c15) % head.size.get();
    let began = Instant::now();
    let proof = tiles.prove_consistency(TreeSize::new(size), head.size).unwrap();
    let made = began.elapsed();
    // The older head follows from the tiles alone; its root is not part of what is timed.
    let old = prove::head(&TiledTree::new(tiles, head.size), TreeSize::new(size)).unwrap();
    let began = Instant::now();
    black_box(proof.verify(&old, &head).unwrap());
    (made, began.elapsed())
}

fn leaf(position: u64) -> [u8; 8] {
    position.to_be_bytes()
}

/// A ledger of numbers.
struct Numbers(TreeHead);

impl Numbers {
    fn up_to(frontier: &mut Frontier, size: u64) -> Self {
        while frontier.size().get() < size {
            frontier.push(leaf_hash(&leaf(frontier.size().get())));
        }
        Self(frontier.head())
    }
}

impl ReadLedger for Numbers {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.0)
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok((from.get()..self.0.size.get()).take(count_max).map(|it| leaf(it).to_vec()).collect())
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        Ok(self.0)
    }
}
