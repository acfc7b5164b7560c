//! Tiles, signer and checkpointer over a ledger in memory and files on a disk that fails where a test wants it to.
//!
//! What is expected is computed by [`Tree`], in memory, and by the verifier; the faults strike every write, sync and rename.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;

use super::disk::Disk;
use super::{Checkpointer, CheckpointerError, Scrub, SignError, Signer, TileFileError, TileFiles};
use crate::ledger::{
    Checkpoint, Frontier, Hash, Note, NoteSigner, Position, SigningKey, Tile, TileLevel, TileSource as _,
    Tree, TreeHead, TreeSize, decode_bundle, leaf_hash,
};
use crate::store::{ReadLedger, StoreError};
use crate::time::Timestamp;

/// A ledger of made-up envelopes that a test lengthens or rewrites.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<Vec<Vec<u8>>>>);

impl Ledger {
    fn of(count: u64) -> Self {
        let ledger = Self::default();
        ledger.grow_to(count);
        ledger
    }

    fn grow_to(&self, count: u64) {
        let mut entries = self.0.lock().unwrap();
        let from = entries.len() as u64;
        entries.extend((from..count).map(|position| format!("event {position}").into_bytes()));
    }

    fn cut_to(&self, count: usize) {
        self.0.lock().unwrap().truncate(count);
    }

    fn alter(&self, position: usize) {
        self.0.lock().unwrap()[position].push(b'!');
    }

    fn tree(&self) -> Tree {
        self.0.lock().unwrap().iter().map(|entry| leaf_hash(entry)).collect()
    }

    fn boxed(&self) -> Box<dyn ReadLedger> {
        Box::new(self.clone())
    }
}

impl ReadLedger for Ledger {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.0.lock().unwrap().iter().map(|entry| leaf_hash(entry)).collect::<Frontier>().head())
    }
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let entries = self.0.lock().unwrap();
        Ok(entries.iter().skip(from.get() as usize).take(count_max).cloned().collect())
    }
    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

fn key() -> NoteSigner {
    NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[1; 32]))
}

fn open(dir: &Path, ledger: &Ledger) -> Result<Checkpointer, CheckpointerError> {
    open_on(&Disk::default(), dir, ledger)
}

fn open_on(disk: &Disk, dir: &Path, ledger: &Ledger) -> Result<Checkpointer, CheckpointerError> {
    Checkpointer::open_on(disk, &dir.join("tiles"), &dir.join("signer"), key(), ledger.boxed())
}

fn opened(bytes: Option<Vec<u8>>) -> Option<TreeHead> {
    bytes.map(|bytes| Checkpoint::open(&Note::parse(&bytes).unwrap(), key().public()).unwrap().head)
}

fn published(dir: &Path) -> Option<TreeHead> {
    opened(std::fs::read(dir.join("tiles/checkpoint")).ok())
}

fn signed(dir: &Path) -> Option<TreeHead> {
    opened(std::fs::read(dir.join("signer/last-signed")).ok())
}

fn at(second: i64) -> Timestamp {
    Timestamp(1_800_000_000_000 + second * 1_000)
}

/// The bytes of a tile as the definition has them.
fn expected(tree: &Tree, tile: Tile) -> Vec<u8> {
    use crate::ledger::Subtrees as _;
    tile.subtrees().flat_map(|(level, index)| *tree.subtree(level, index).unwrap().as_bytes()).collect()
}

fn assert_files_are_those_of(dir: &Path, ledger: &Ledger) {
    let tree = ledger.tree();
    for tile in Tile::all(tree.size()).filter(|tile| tile.level() != TileLevel::Entries) {
        let held = std::fs::read(dir.join("tiles").join(tile.to_string())).unwrap();
        assert_eq!(held, expected(&tree, tile), "{tile}");
        let partial = dir.join("tiles").join(format!("{}.p", tile.full()));
        assert!(!tile.is_full() || !partial.exists(), "{} is left", partial.display());
    }
}

#[test]
fn full_tiles_are_written_once_and_their_partial_ones_go() {
    let dir = TempDir::new().unwrap();
    let ledger = Ledger::of(200);
    let mut files = TileFiles::open(&dir.path().join("tiles"), &ledger).unwrap();
    for size in [250, 256, 257, 511, 70_000] {
        ledger.grow_to(size);
        files.extend(&ledger, ledger.head().unwrap()).unwrap();
        assert_files_are_those_of(dir.path(), &ledger);
    }
    let first = dir.path().join("tiles/tile/0/000");
    let written = std::fs::metadata(&first).unwrap().modified().unwrap();
    drop(files);
    let files = TileFiles::open(&dir.path().join("tiles"), &ledger).unwrap();
    assert_eq!(std::fs::metadata(&first).unwrap().modified().unwrap(), written);
    assert!(files.repaired().differing.is_empty());
}

#[test]
fn a_tile_that_was_altered_is_never_given_out_and_the_scrub_writes_it_again() {
    let dir = TempDir::new().unwrap();
    let ledger = Ledger::of(70_000);
    let files = TileFiles::open(&dir.path().join("tiles"), &ledger).unwrap();
    let tiles = files.reader().tiles();
    for path in ["tile/0/007", "tile/1/000"] {
        let tile: Tile = path.parse().unwrap();
        let good = (&tiles).tile(tile).unwrap();
        let mut bad = good.clone();
        bad[40] ^= 1;
        let file = dir.path().join("tiles").join(path);
        for (bytes, why) in [(Some(bad), "does not lead"), (Some(vec![0; 31]), "length"), (None, "missing")] {
            match bytes {
                Some(bytes) => std::fs::write(&file, bytes).unwrap(),
                None => std::fs::remove_file(&file).unwrap(),
            }
            let refused = (&tiles).tile(tile).unwrap_err();
            assert!(refused.to_string().contains(why), "{refused}");
            assert!(tiles.prove_inclusion(Position::new(7 * 256), tiles.head().size).is_err());
            let mut scrub = Scrub::new();
            let (mut differing, mut missing) = (0, 0);
            loop {
                let found = files.scrub(&mut scrub, &ledger, 10_000).unwrap();
                differing += found.differing.len();
                missing += found.missing;
                if found.finished {
                    break;
                }
            }
            assert_eq!(differing as u64 + missing, 1);
            assert_eq!((&tiles).tile(tile).unwrap(), good);
        }
    }
}

#[test]
fn an_edge_that_does_not_lead_to_the_root_is_made_again_from_the_ledger_and_reported() {
    let dir = TempDir::new().unwrap();
    let ledger = Ledger::of(600);
    drop(TileFiles::open(&dir.path().join("tiles"), &ledger).unwrap());
    let edge = dir.path().join("tiles/tile/0/002.p/88");
    let mut bytes = std::fs::read(&edge).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&edge, bytes).unwrap();
    let files = TileFiles::open(&dir.path().join("tiles"), &ledger).unwrap();
    assert_eq!(files.repaired().differing, ["tile/0/002.p/88".parse().unwrap()]);
    assert_files_are_those_of(dir.path(), &ledger);
    // Files of another ledger: every tile over the event that differs.
    ledger.alter(300);
    let files = TileFiles::open(&dir.path().join("tiles"), &ledger).unwrap();
    let differing: Vec<String> = files.repaired().differing.iter().map(ToString::to_string).collect();
    assert_eq!(differing, ["tile/0/001", "tile/1/000.p/2"]);
    assert_files_are_those_of(dir.path(), &ledger);
}

#[test]
fn entries_are_cut_from_the_ledger_and_another_entry_is_not_given_out() {
    let dir = TempDir::new().unwrap();
    let ledger = Ledger::of(300);
    let files = TileFiles::open(&dir.path().join("tiles"), &ledger).unwrap();
    let tiles = files.reader().tiles();
    let bundle: Tile = "tile/entries/001.p/44".parse().unwrap();
    let bytes = tiles.bundle(&ledger, bundle).unwrap();
    assert_eq!(decode_bundle(&bytes, 44).unwrap()[43], b"event 299");
    assert!(matches!(
        tiles.bundle(&ledger, "tile/entries/001.p/45".parse().unwrap()),
        Err(TileFileError::NotHeld { .. })
    ));
    ledger.alter(256);
    assert!(matches!(tiles.bundle(&ledger, bundle), Err(TileFileError::Entry { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn files_extended_in_any_steps_are_those_of_the_tree_and_so_are_proofs_from_them(
        steps in proptest::collection::vec(1u64..400, 1..6), reopen: bool, old in 1u64..1_500, place in 0u64..1_500,
    ) {
        let dir = TempDir::new().unwrap();
        let ledger = Ledger::of(1);
        let path = dir.path().join("tiles");
        let mut files = TileFiles::open(&path, &ledger).unwrap();
        let mut size = 1;
        for step in steps {
            size += step;
            ledger.grow_to(size);
            if reopen {
                files = TileFiles::open(&path, &ledger).unwrap();
                prop_assert!(files.repaired().differing.is_empty());
            } else {
                files.extend(&ledger, ledger.head().unwrap()).unwrap();
            }
        }
        assert_files_are_those_of(dir.path(), &ledger);
        let (tree, tiles) = (ledger.tree(), files.reader().tiles());
        prop_assert_eq!(tiles.head(), tree.head());
        for size in [tree.size(), TreeSize::new(old.min(size))] {
            if let Ok(proof) = tree.prove_inclusion(Position::new(place), size) {
                prop_assert_eq!(tiles.prove_inclusion(Position::new(place), size).unwrap(), proof);
            }
        }
        if let Ok(proof) = tree.prove_consistency(TreeSize::new(old), tree.size()) {
            prop_assert_eq!(tiles.prove_consistency(TreeSize::new(old), tree.size()).unwrap(), proof);
        }
    }
}

#[test]
fn a_checkpoint_is_signed_and_published_when_it_is_due() {
    let dir = TempDir::new().unwrap();
    let ledger = Ledger::of(3);
    let mut checkpointer = open(dir.path(), &ledger).unwrap();
    assert_eq!(published(dir.path()), None);
    let note = checkpointer.tick(at(0)).unwrap().unwrap();
    assert_eq!(Checkpoint::open(&note, key().public()).unwrap().head, ledger.tree().head());
    assert_eq!(published(dir.path()), Some(ledger.tree().head()));
    assert_eq!(checkpointer.tick(at(59)).unwrap(), None);
    assert_eq!(checkpointer.tick(at(60)).unwrap(), Some(note), "an idle ledger states the same again");
    ledger.grow_to(300);
    assert_eq!(checkpointer.tick(at(61)).unwrap(), None);
    checkpointer.tick(at(62)).unwrap().unwrap();
    assert_eq!(published(dir.path()), Some(ledger.tree().head()));
    assert_eq!(signed(dir.path()), published(dir.path()));
    drop(checkpointer);
    ledger.grow_to(301);
    let mut checkpointer = open(dir.path(), &ledger).unwrap();
    assert!(checkpointer.tick(at(0)).unwrap().is_some(), "a new run owes one at once");
}

/// A store that has signed over so many events.
fn after_signing(count: u64) -> (TempDir, Ledger) {
    let (dir, ledger) = (TempDir::new().unwrap(), Ledger::of(count));
    open(dir.path(), &ledger).unwrap().tick(at(0)).unwrap().unwrap();
    (dir, ledger)
}

fn refused(dir: &TempDir, ledger: &Ledger) -> SignError {
    match open(dir.path(), ledger) {
        Err(CheckpointerError::Sign(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_store_that_is_behind_what_was_signed_is_refused_with_what_to_do() {
    let (dir, ledger) = after_signing(30);
    ledger.cut_to(20);
    let refused = refused(&dir, &ledger).to_string().replace(dir.path().to_str().unwrap(), "STORE");
    insta::assert_snapshot!(refused, @"the last signed head (STORE/signer/last-signed) is a tree of size 30 with root 8e4b36…, but the store holds only a tree of size 20 with root 21ba26…: events are missing that the ledger has vouched for; nothing is written to it. Restore a newer backup of the store, or recover the missing events from a mirror; where nobody has them any more, this ledger ends here and a successor names it. `devenir verify` still reads the store");
    assert_eq!(
        std::fs::read_to_string(dir.path().join("tiles/extended")).unwrap().split(' ').nth(2),
        Some("30"),
        "the tiles are left alone"
    );
}

#[test]
fn a_store_that_was_rewritten_is_refused_at_every_size() {
    for size in [30, 31, 600] {
        let (dir, ledger) = after_signing(30);
        ledger.alter(7);
        ledger.grow_to(size);
        let refused = refused(&dir, &ledger);
        assert!(matches!(refused, SignError::Fork { .. }), "{refused}");
        assert_eq!(signed(dir.path()).map(|head| head.size), Some(TreeSize::new(30)));
    }
}

#[test]
fn a_signer_without_its_memory_signs_nothing_while_a_checkpoint_is_public() {
    let (dir, ledger) = after_signing(30);
    let kept = dir.path().join("signer/last-signed");
    std::fs::remove_file(&kept).unwrap();
    assert!(matches!(refused(&dir, &ledger), SignError::Forgotten { signed: None, .. }));
    std::fs::copy(dir.path().join("tiles/checkpoint"), &kept).unwrap();
    assert!(open(dir.path(), &ledger).is_ok());
    std::fs::write(&kept, "something else\n").unwrap();
    assert!(matches!(refused(&dir, &ledger), SignError::Unreadable { .. }));
}

#[test]
fn two_signers_over_one_memory_never_part() {
    let (dir, ledger) = after_signing(30);
    let mut first = open(dir.path(), &ledger).unwrap();
    let other = Ledger::of(30);
    let elsewhere = TempDir::new().unwrap();
    let second =
        Checkpointer::open(&elsewhere.path().join("tiles"), &dir.path().join("signer"), key(), other.boxed());
    let mut second = second.unwrap();
    ledger.grow_to(40);
    other.grow_to(41);
    other.alter(35);
    first.tick(at(0)).unwrap().unwrap();
    let refused = second.tick(at(0)).unwrap_err();
    assert!(matches!(refused, CheckpointerError::Sign(SignError::Moved { .. })), "{refused}");
    assert_eq!(signed(dir.path()), Some(ledger.tree().head()));
}

#[test]
fn a_head_that_its_tree_does_not_have_is_not_signed() {
    let dir = TempDir::new().unwrap();
    let signer = Signer::open(dir.path(), key()).unwrap();
    let tree = Ledger::of(9).tree();
    let wrong = TreeHead { root: Hash::ZERO, ..tree.head() };
    assert!(matches!(signer.sign(None, wrong, &tree), Err(SignError::Unsigned { .. })));
    assert!(signer.sign(None, TreeHead::empty(), &Tree::new()).is_err());
    assert!(signer.sign(None, tree.head(), &tree).is_ok());
}

#[test]
fn only_what_was_signed_is_published() {
    let (dir, ledger) = after_signing(30);
    let mut checkpointer = open(dir.path(), &ledger).unwrap();
    ledger.grow_to(31);
    let checkpoint = Checkpoint { origin: "example.org/a".parse().unwrap(), head: ledger.tree().head() };
    let note = checkpoint.sign(&key()).unwrap();
    assert!(matches!(checkpointer.publish(&note), Err(CheckpointerError::NotOurs(_))));
    assert_eq!(published(dir.path()).map(|head| head.size), Some(TreeSize::new(30)));
}

/// Every step of the disk fails once, before and after it has reached the disk, with the machine stopping there or going on:
/// the heads that were ever public or remembered form one line, and none was public before it was remembered.
#[test]
fn whatever_fails_while_signing_no_two_heads_part_and_none_is_public_unsigned() {
    for (reached, stops) in [(false, false), (true, false), (false, true), (true, true)] {
        for after in 0.. {
            let (dir, ledger) = after_signing(250);
            let disk = Disk::default();
            let mut checkpointer = open_on(&disk, dir.path(), &ledger).unwrap();
            ledger.grow_to(260);
            disk.fail(after, reached, stops);
            let answer = checkpointer.tick(at(0));
            let struck = disk.has_failed();
            if !stops {
                disk.mend();
            }
            assert_eq!(answer.is_err(), struck, "step {after}");
            assert_line(dir.path(), &ledger);
            if stops {
                drop(checkpointer);
                checkpointer = open(dir.path(), &ledger).unwrap();
            }
            ledger.grow_to(270);
            checkpointer.tick(at(2)).unwrap().unwrap();
            assert_line(dir.path(), &ledger);
            assert_eq!(published(dir.path()), Some(ledger.tree().head()));
            assert_files_are_those_of(dir.path(), &ledger);
            if !struck {
                assert!(after > 10, "only {after} steps were seen");
                break;
            }
        }
    }
}

/// What is public is at most what was signed, and both are heads of this ledger.
fn assert_line(dir: &Path, ledger: &Ledger) {
    let (published, signed) = (published(dir).unwrap(), signed(dir).unwrap());
    assert!(published.size <= signed.size);
    for head in [published, signed] {
        assert_eq!(ledger.tree().head_at(head.size), Ok(head));
    }
}

#[test]
fn a_cosigned_checkpoint_is_kept_beside_the_signed_one_and_never_gives_way_to_a_smaller() {
    let dir = TempDir::new().unwrap();
    let ledger = Ledger::of(7);
    let mut checkpointer = open(dir.path(), &ledger).unwrap();
    let small = checkpointer.sign_if_due(at(0)).unwrap().unwrap();
    assert_eq!(checkpointer.sign_if_due(at(1)).unwrap(), None, "the same is due after a minute");
    ledger.grow_to(9);
    let large = checkpointer.sign_if_due(at(2)).unwrap().unwrap();
    assert_eq!(published(dir.path()), None, "nothing is public before witnesses have cosigned it");
    assert!(checkpointer.publish_cosigned(&large).unwrap());
    assert!(!checkpointer.publish_cosigned(&small).unwrap(), "a late quorum over less is passed over");
    assert_eq!(published(dir.path()), Some(ledger.head().unwrap()));
    let foreign = NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[2; 32]));
    assert!(checkpointer.publish_cosigned(&foreign.sign(large.text()).unwrap()).is_err());
    drop(checkpointer);
    std::fs::remove_dir_all(dir.path().join("tiles")).unwrap();
    let again = open(dir.path(), &ledger).unwrap();
    assert_eq!(again.cosigned().unwrap(), Some(large));
}
