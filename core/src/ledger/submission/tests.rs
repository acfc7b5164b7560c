//! What a witness says to each submission, as given, when, then; and over random histories.
//!
//! Forks are signed with the ledger's real key: the proofs alone tell them apart.

use super::*;
use crate::ledger::key::SigningKey;
use crate::ledger::named_key::{ForCosignatures, ForNotes, Purpose, Signer};
use crate::ledger::proof::TreeHead;
use crate::ledger::tree::Tree;
use proptest::prelude::*;

const ORIGIN: &str = "example.org/a";

fn signer<P: Purpose>(name: &str, seed: u8) -> Signer<P> {
    Signer::new(name.parse().unwrap(), SigningKey::from_seed(&[seed; 32]))
}

fn log() -> Signer<ForNotes> {
    signer(ORIGIN, 1)
}

fn keys() -> Vec<NamedKey> {
    vec![log().public().clone()]
}

/// A tree of `count` leaves that tell its history from another one from leaf `from` on.
fn tree(count: u64, history: &str, from: u64) -> Tree {
    let mut tree = Tree::default();
    for position in 0..count {
        let told = if position < from { "" } else { history };
        tree.push_leaf(format!("{told}{position}").as_bytes());
    }
    tree
}

fn signed(head: TreeHead) -> Note {
    Checkpoint { origin: ORIGIN.parse().unwrap(), head }.sign(&log()).unwrap()
}

fn submission(tree: &Tree, old: u64) -> Submission {
    let old = TreeSize::new(old);
    let proof = match tree.prove_consistency(old, tree.size()) {
        Ok(proof) => proof,
        Err(_) => ConsistencyProof { path: Vec::new() },
    };
    Submission::new(old, proof, signed(tree.head())).unwrap()
}

fn seen(count: u64) -> Note {
    signed(tree(count, "", 0).head())
}

fn status(judged: Result<Accepted, Refusal>) -> u16 {
    judged.map_or_else(|refusal| refusal.status(), |_| 200)
}

#[test]
fn given_nothing_seen_when_a_first_checkpoint_comes_then_it_may_be_cosigned() {
    let accepted = submission(&tree(7, "", 0), 0).judge(&keys(), None).unwrap();
    let witness: Signer<ForCosignatures> = signer("witness.example/w", 9);
    let (cosignature, kept) = accepted.cosign(&witness, 12).unwrap();
    let known = [log().public().clone(), witness.public().clone()];
    let opened = kept.open(&known).unwrap();
    assert_eq!(opened.by(&known[1]).unwrap().at_s(), Some(12));
    assert_eq!(kept.signatures(), [seen(7).signatures()[0].clone(), cosignature]);
}

#[test]
fn given_a_tree_seen_when_a_longer_one_begins_with_it_then_it_may_be_cosigned() {
    for (old, new) in [(1, 2), (4, 7), (7, 7), (7, 300)] {
        assert!(submission(&tree(new, "", 0), old).judge(&keys(), Some(&seen(old))).is_ok(), "{old} {new}");
    }
}

#[test]
fn given_another_size_seen_when_a_checkpoint_comes_then_the_size_is_told() {
    let refused = submission(&tree(9, "", 0), 4).judge(&keys(), Some(&seen(7))).unwrap_err();
    assert_eq!(refused.status(), 409);
    insta::assert_snapshot!(refused, @"this witness cosigned a tree of 7 last; the submission goes on from 4");
    assert_eq!(status(submission(&tree(9, "", 0), 4).judge(&keys(), None)), 409);
}

#[test]
fn given_a_tree_seen_when_the_ledger_was_cut_back_then_nothing_is_cosigned() {
    let rolled_back = tree(5, "", 0);
    assert_eq!(status(submission(&rolled_back, 5).judge(&keys(), Some(&seen(7)))), 409);
    let refused =
        Submission::new(TreeSize::new(7), ConsistencyProof { path: vec![] }, signed(rolled_back.head()));
    assert_eq!(status(refused.unwrap().judge(&keys(), Some(&seen(7)))), 400);
}

#[test]
fn given_a_tree_seen_when_another_of_its_size_is_signed_then_both_notes_convict_the_ledger() {
    let refused = submission(&tree(7, "b", 3), 7).judge(&keys(), Some(&seen(7))).unwrap_err();
    assert_eq!(refused.status(), 422);
    let Refusal::Unproven { fork, .. } = refused else { panic!("{refused}") };
    let (one, two) = fork.convicts(log().public()).unwrap();
    assert!(one.size == two.size && one.root != two.root);
}

#[test]
fn given_a_tree_seen_when_a_fork_has_grown_beyond_it_then_its_own_proof_convicts_the_ledger() {
    let refused = submission(&tree(12, "b", 3), 7).judge(&keys(), Some(&seen(7))).unwrap_err();
    assert_eq!(refused.status(), 422);
    let Refusal::Unproven { fork, .. } = refused else { panic!("{refused}") };
    assert!(fork.convicts(log().public()).is_ok());
    assert_eq!(Fork::parse(fork.to_string().as_bytes()), Ok(*fork));
}

#[test]
fn a_proof_that_leads_nowhere_convicts_nobody_and_is_refused() {
    let mut wrong = submission(&tree(12, "", 0), 7);
    wrong.proof.path.pop();
    let refused = wrong.judge(&keys(), Some(&seen(7))).unwrap_err();
    assert_eq!(refused.status(), 422);
    let Refusal::Unproven { fork, .. } = refused else { panic!("{refused}") };
    insta::assert_snapshot!(fork.convicts(log().public()).unwrap_err(), @"nothing shows with what the tree of 12 begins: ask the ledger for a consistency proof from 7");
}

#[test]
fn a_fork_at_a_power_of_two_convicts_with_the_root_that_the_other_tree_begins_with() {
    let other = tree(12, "b", 3);
    let old = TreeSize::new(8);
    let proof = other.prove_consistency(old, other.size()).unwrap();
    let root = other.head_at(old).unwrap().root;
    let fork = Fork::begins_with(&seen(8), &signed(other.head()), root, proof.clone());
    assert!(fork.convicts(log().public()).is_ok());
    assert_eq!(Fork::parse(fork.to_string().as_bytes()), Ok(fork));
    let honest = Fork::begins_with(&seen(8), &signed(other.head()), seen_root(8), proof);
    assert!(honest.convicts(log().public()).is_err(), "the proof does not lead there");
}

fn seen_root(count: u64) -> crate::ledger::Hash {
    tree(count, "", 0).head().root
}

#[test]
fn a_fork_that_another_key_signed_convicts_nobody() {
    let stranger: Signer<ForNotes> = signer(ORIGIN, 2);
    let checkpoint = Checkpoint { origin: ORIGIN.parse().unwrap(), head: tree(7, "b", 3).head() };
    let forged = checkpoint.sign(&stranger).unwrap();
    let fork = Fork::between(&seen(7), &forged, &ConsistencyProof { path: vec![] });
    assert!(matches!(fork.convicts(log().public()), Err(crate::ledger::NotAFork::Signature(_))));
}

#[test]
fn a_ledger_that_is_not_followed_and_a_key_that_is_not_trusted_are_refused() {
    let stranger: Signer<ForNotes> = signer(ORIGIN, 2);
    let head = tree(7, "", 0).head();
    let forged = Checkpoint { origin: ORIGIN.parse().unwrap(), head }.sign(&stranger).unwrap();
    let forged = Submission::new(TreeSize::EMPTY, ConsistencyProof { path: vec![] }, forged).unwrap();
    assert_eq!(status(forged.judge(&keys(), None)), 403);
    let elsewhere = [signer::<ForNotes>("example.org/b", 1).public().clone()];
    assert_eq!(status(forged.judge(&elsewhere, None)), 404);
    // A ledger may have two keys while it changes them.
    let both = [keys(), vec![stranger.public().clone()]].concat();
    assert_eq!(status(forged.judge(&both, None)), 200);
}

#[test]
fn a_proof_from_nothing_is_refused() {
    let mut submission = submission(&tree(7, "", 0), 0);
    submission.proof.path.push(seen_root(3));
    assert_eq!(status(submission.judge(&keys(), None)), 422);
}

#[test]
fn what_is_no_submission_says_why_and_where() {
    let refused = |text: &str| Submission::parse(text.as_bytes()).unwrap_err();
    let note = seen(7).to_string();
    insta::assert_snapshot!(refused("old 0\n"), @"a submission is `old SIZE`, a proof, an empty line and a checkpoint; there is no empty line");
    insta::assert_snapshot!(refused(&format!("\n{note}")), @r#"line 1: expected `old` and a decimal below 2^63 without leading zero, found """#);
    insta::assert_snapshot!(refused(&format!("old 04\n\n{note}")), @r#"line 1: expected `old` and a decimal below 2^63 without leading zero, found "old 04""#);
    insta::assert_snapshot!(refused(&format!("old 4\nx\n\n{note}")), @"line 2: not standard base64 with padding: Invalid input length: 1");
    insta::assert_snapshot!(refused(&format!("old 4\n{}\n{note}", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".repeat(64))), @"a proof has at most 63 hashes, found 64 or more");
    insta::assert_snapshot!(refused("old 4\n\nx\n"), @"the checkpoint: a note is a text, an empty line and signatures; there is no empty line");
    let longest = format!("old 4\n{}\n{note}", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".repeat(63));
    assert!(Submission::parse(longest.as_bytes()).is_ok());
}

proptest! {
    #[test]
    fn reading_undoes_writing(old in 0u64..20, new in 1u64..20) {
        let submission = submission(&tree(new, "", 0), old);
        prop_assert_eq!(Submission::parse(submission.to_string().as_bytes()), Ok(submission));
    }

    #[test]
    fn any_bytes_are_refused_or_written_back(text in "(old |0|7|\n|CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=|— b AAAAAAA=|a){0,14}") {
        for bytes in [text.clone(), format!("{text}\n{}", seen(7))] {
            if let Ok(submission) = Submission::parse(bytes.as_bytes()) {
                prop_assert_eq!(submission.to_string(), bytes);
            }
        }
    }

    /// Whatever a ledger with two histories sends, in whatever order, all that a witness cosigns is one history.
    #[test]
    fn a_witness_never_cosigns_two_histories(
        sent in proptest::collection::vec((0u64..24, 1u64..24, any::<bool>(), any::<bool>()), 1..40),
        fork_at in 1u64..20,
    ) {
        let (mut seen, mut cosigned): (Option<Note>, Vec<TreeHead>) = (None, Vec::new());
        for (old, new, is_fork, knows) in sent {
            let history = if is_fork { tree(new, "b", fork_at) } else { tree(new, "", 0) };
            let last = cosigned.last().map_or(0, |head| head.size.get());
            let submission = submission(&history, if knows { last } else { old });
            if let Ok(accepted) = submission.judge(&keys(), seen.as_ref()) {
                cosigned.push(accepted.checkpoint().head);
                seen = Some(submission.note().clone());
            }
        }
        prop_assert!(cosigned.is_sorted_by_key(|head| head.size));
        let is_one_history = |history: Tree| cosigned.iter().all(|head| history.head_at(head.size) == Ok(*head));
        prop_assert!(is_one_history(tree(24, "", 0)) || is_one_history(tree(24, "b", fork_at)));
    }
}
