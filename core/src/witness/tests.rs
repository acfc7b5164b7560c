//! A witness over a disk that fails where a test wants it to, asked by many at once, stopped and started again.
//!
//! What is asked each time is the same: a cosignature that was given out is remembered, and only one history is cosigned.

use super::*;
use crate::ledger::{Checkpoint, ConsistencyProof, NoteSigner, Signer, SigningKey, Tree, TreeHead, TreeSize};
use tempfile::TempDir;

const ORIGIN: &str = "example.org/a";

fn log_key(origin: &str) -> NoteSigner {
    NoteSigner::new(origin.parse().unwrap(), SigningKey::from_seed(&[1; 32]))
}

fn witness_key() -> Cosigner {
    Signer::new("witness.example/w".parse().unwrap(), SigningKey::from_seed(&[9; 32]))
}

fn open_on(disk: &Disk, dir: &Path) -> Result<Witness, WitnessError> {
    let logs = [log_key(ORIGIN), log_key("example.org/b")].map(|key| key.public().clone());
    Witness::open_on(disk.clone(), dir, witness_key(), &logs)
}

fn witness() -> (TempDir, Witness) {
    let dir = TempDir::new().unwrap();
    Witness::make_memory(dir.path()).unwrap();
    let witness = open_on(&Disk::default(), dir.path()).unwrap();
    (dir, witness)
}

fn tree(count: u64, history: &str) -> Tree {
    let mut tree = Tree::default();
    (0..count).for_each(|position| {
        tree.push_leaf(format!("{history}{position}").as_bytes());
    });
    tree
}

fn body(origin: &str, tree: &Tree, old: u64) -> Vec<u8> {
    let old = TreeSize::new(old);
    let proof = tree.prove_consistency(old, tree.size()).unwrap_or(ConsistencyProof { path: Vec::new() });
    let checkpoint = Checkpoint { origin: origin.parse().unwrap(), head: tree.head() };
    let note = checkpoint.sign(&log_key(origin)).unwrap();
    Submission::new(old, proof, note).unwrap().to_string().into_bytes()
}

fn ask(witness: &Witness, old: u64, new: u64, at_s: u64) -> Result<NoteSignature, Refused> {
    witness.add_checkpoint(&body(ORIGIN, &tree(new, ""), old), || at_s)
}

fn seen(witness: &Witness) -> Option<TreeHead> {
    let followed = witness.followed().unwrap();
    let note = followed.into_iter().find(|(origin, _)| origin.as_str() == ORIGIN).unwrap().1?;
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    Some(checkpoint.head)
}

#[test]
fn a_checkpoint_is_remembered_by_whoever_opens_the_witness_again() {
    let (dir, witness) = witness();
    ask(&witness, 0, 7, 10).unwrap();
    ask(&witness, 7, 9, 11).unwrap();
    assert!(matches!(open_on(&Disk::default(), dir.path()), Err(WitnessError::Held { .. })));
    drop(witness);
    let witness = open_on(&Disk::default(), dir.path()).unwrap();
    assert_eq!(seen(&witness), Some(tree(9, "").head()));
    let refused = ask(&witness, 7, 12, 12).unwrap_err();
    assert_eq!(refused.status(), 409);
    insta::assert_snapshot!(refused, @"this witness cosigned a tree of 9 last; the submission goes on from 7");
}

#[test]
fn once_a_key_has_taken_over_the_one_before_it_is_believed_no_more() {
    let dir = TempDir::new().unwrap();
    Witness::make_memory(dir.path()).unwrap();
    let next: NoteSigner = Signer::new(ORIGIN.parse().unwrap(), SigningKey::from_seed(&[2; 32]));
    let keys = [log_key(ORIGIN).public().clone(), next.public().clone()];
    let witness = Witness::open(dir.path(), witness_key(), &keys).unwrap();
    let by = |key: &NoteSigner, old: u64, new: u64| {
        let tree = tree(new, "");
        let proof = tree.prove_consistency(TreeSize::new(old), tree.size());
        let proof = proof.unwrap_or(ConsistencyProof { path: Vec::new() });
        let note = Checkpoint { origin: ORIGIN.parse().unwrap(), head: tree.head() }.sign(key).unwrap();
        let body = Submission::new(TreeSize::new(old), proof, note).unwrap().to_string();
        witness.add_checkpoint(body.as_bytes(), || 10)
    };
    by(&log_key(ORIGIN), 0, 7).unwrap();
    by(&log_key(ORIGIN), 7, 8).unwrap();
    by(&next, 8, 9).unwrap();
    assert_eq!(by(&log_key(ORIGIN), 9, 10).unwrap_err().status(), 403);
    by(&next, 9, 10).unwrap();
}

#[test]
fn an_instant_before_the_last_is_never_stated_of_any_ledger_nor_after_a_restart() {
    let (dir, witness) = witness();
    ask(&witness, 0, 7, 10).unwrap();
    ask(&witness, 7, 7, 10).unwrap();
    let other = body("example.org/b", &tree(3, ""), 0);
    let refused = witness.add_checkpoint(&other, || 9).unwrap_err();
    assert_eq!(refused.status(), 503);
    insta::assert_snapshot!(refused, @"the clock of this witness shows 9 s, before the 10 s of its last cosignature: nothing is cosigned until it has caught up");
    drop(witness);
    let witness = open_on(&Disk::default(), dir.path()).unwrap();
    assert_eq!(ask(&witness, 7, 8, 9).unwrap_err().status(), 503);
    ask(&witness, 7, 8, 10).unwrap();
}

#[test]
fn a_fork_is_refused_and_both_notes_are_kept_once() {
    let (_dir, witness) = witness();
    ask(&witness, 0, 7, 10).unwrap();
    for _ in 0..3 {
        let refused = witness.add_checkpoint(&body(ORIGIN, &tree(7, "b"), 7), || 11).unwrap_err();
        assert_eq!(refused.status(), 422);
        let Refused::Fork { convicts: true, kept: Ok(Some(path)), .. } = refused else {
            panic!("{refused:?}")
        };
        assert!(path.exists());
    }
    let evidence = witness.evidence().unwrap();
    assert_eq!(evidence.len(), 1);
    let fork = Fork::parse(evidence[0].1.as_bytes()).unwrap();
    assert!(fork.convicts(log_key(ORIGIN).public()).is_ok());
    assert_eq!(seen(&witness), Some(tree(7, "").head()));
    ask(&witness, 7, 8, 12).unwrap();
}

#[test]
fn proofs_that_lead_nowhere_do_not_fill_the_disk_nor_hide_a_fork() {
    let (_dir, witness) = witness();
    ask(&witness, 0, 7, 10).unwrap();
    for new in 8..90 {
        let note = Checkpoint { origin: ORIGIN.parse().unwrap(), head: tree(new, "").head() };
        let note = note.sign(&log_key(ORIGIN)).unwrap();
        let nothing = ConsistencyProof { path: Vec::new() };
        let wrong = Submission::new(TreeSize::new(7), nothing, note).unwrap().to_string();
        assert_eq!(witness.add_checkpoint(wrong.as_bytes(), || 11).unwrap_err().status(), 422);
    }
    assert_eq!(witness.evidence().unwrap().len(), FORKS_KEPT_MAX);
    witness.add_checkpoint(&body(ORIGIN, &tree(7, "b"), 7), || 11).unwrap_err();
    assert_eq!(witness.evidence().unwrap().len(), FORKS_KEPT_MAX + 1);
}

#[test]
fn a_witness_that_lost_its_memory_does_not_start() {
    let (dir, witness) = witness();
    drop(witness);
    std::fs::remove_dir(dir.path().join(SEEN)).unwrap();
    assert!(matches!(open_on(&Disk::default(), dir.path()), Err(WitnessError::Forgot { .. })));
}

#[test]
fn a_memory_that_another_key_signed_is_not_believed() {
    let (dir, witness) = witness();
    ask(&witness, 0, 7, 10).unwrap();
    let path = witness.seen_path(&ORIGIN.parse().unwrap());
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\n7\n", "\n6\n")).unwrap();
    assert_eq!(ask(&witness, 6, 8, 11).unwrap_err().status(), 500);
    drop(witness);
    assert!(matches!(open_on(&Disk::default(), dir.path()), Err(WitnessError::Unreadable { .. })));
}

/// Each step of remembering fails, having reached the disk or not, alone or as when the machine stops: a cosignature that
/// was given out is remembered, and the witness goes on.
#[test]
fn whatever_write_fails_a_cosignature_that_was_given_is_remembered() {
    let mut struck = 0;
    for after in 0..6 {
        for (reached, stops) in [(false, false), (false, true), (true, false), (true, true)] {
            let dir = TempDir::new().unwrap();
            Witness::make_memory(dir.path()).unwrap();
            let disk = Disk::default();
            let witness = open_on(&disk, dir.path()).unwrap();
            ask(&witness, 0, 7, 10).unwrap();
            disk.fail(after, reached, stops);
            let given = ask(&witness, 7, 9, 11);
            struck += u32::from(disk.has_failed());
            assert_eq!(given.is_err(), disk.has_failed(), "{after} {reached} {stops}");
            drop(witness);
            disk.mend();
            let witness = open_on(&disk, dir.path()).unwrap();
            let seen = seen(&witness).unwrap();
            assert!(seen == tree(9, "").head() || (given.is_err() && seen == tree(7, "").head()));
            let refused = witness.add_checkpoint(&body(ORIGIN, &tree(9, "b"), seen.size.get()), || 12);
            assert_eq!(refused.unwrap_err().status(), 422, "a fork is a fork on either side of the crash");
            ask(&witness, seen.size.get(), 12, 12).unwrap();
        }
    }
    assert!(struck >= 16, "the write, the sync, the rename and the name were struck: {struck}");
}

/// Many ask at once with what they believe was cosigned last: what is cosigned only grows.
#[test]
fn submissions_of_one_ledger_take_turns() {
    let (_dir, witness) = witness();
    let given = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for asker in 0..4u64 {
            let (witness, given) = (&witness, &given);
            scope.spawn(move || {
                let mut old = 0;
                for step in 0..12 {
                    let new = old + 1 + (asker + step) % 3;
                    match ask(witness, old, new, 10) {
                        Ok(_) => {
                            given.lock().unwrap().push((old, new));
                            old = new;
                        }
                        Err(Refused::Judged(Refusal::Stale { cosigned, .. })) => old = cosigned.get(),
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
    });
    let mut given = given.into_inner().unwrap();
    given.sort_unstable();
    // Each cosigned tree goes on from exactly one other: no size was left twice.
    assert!(given.windows(2).all(|pair| pair[0].1 == pair[1].0), "{given:?}");
    assert_eq!(seen(&witness).unwrap().size.get(), given.last().unwrap().1);
}
