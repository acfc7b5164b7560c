//! Our own test vectors: `fixtures/vectors`, plain JSON, for whoever writes a verifier in another language.
//!
//! One folder for each [`Kind`](kind::Kind), one file for each case, with what it shows (`desc`), the input, and
//! what must come of it (`want`). The cases are built here, each with its outcome stated by hand; the files are
//! what they build (`GOLDEN=1` writes them), and a digest over each folder is pinned beside its cases.
//!
//! To add a folder: a module with a type that implements `Kind`, and a line in [`vectors!`] below.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod act;
mod bundle;
mod chain;
mod checkpoint;
mod commitment;
mod consistency;
mod envelope;
mod facts;
mod fork;
mod heads;
mod identity;
mod inclusion;
mod key;
mod kind;
mod ledger;
mod note;
mod parties;
mod policy;
mod promise;
mod proof_file;
mod tile;
mod town;

use std::collections::BTreeSet;

/// Tests each kind, and knows them all.
macro_rules! vectors {
    ($($name:ident: $folder:literal, $kind:ty;)+) => {
        const FOLDERS: &[&str] = &[$($folder),+];

        $(
            #[test]
            fn $name() {
                $crate::kind::check::<$kind>($folder);
            }
        )+
    };
}

vectors! {
    a_leaf_is_in_a_tree_or_not: "inclusion", inclusion::Inclusion;
    a_tree_begins_with_another_or_not: "consistency", consistency::Consistency;
    an_event_follows_its_predecessor_or_not: "chain", chain::Chain;
    a_stream_ends_as_claimed_or_not: "heads", heads::Heads;
    bytes_are_an_envelope_or_not: "envelope", envelope::Vector;
    a_text_is_canonical_facts_or_not: "facts", facts::Facts;
    a_part_fits_its_commitment_or_not: "commitment", commitment::Commitment;
    each_identifier_follows_from_what_it_names: "identity", identity::Identity;
    a_text_is_a_named_key_or_not: "key", key::Key;
    a_note_is_signed_by_whom_it_says_or_not: "note", note::Signed;
    a_text_is_a_checkpoint_or_not: "checkpoint", checkpoint::Text;
    a_checkpoint_is_believable_under_a_policy_or_not: "policy", policy::Judged;
    a_leaf_was_promised_its_place_or_not: "promise", promise::Given;
    a_promise_was_broken_or_not: "breach", promise::Against;
    a_file_proves_a_leaf_or_not: "proof-file", proof_file::Proof;
    a_bundle_is_what_it_says_or_not: "bundle", bundle::Bundled;
    two_notes_convict_a_ledger_or_not: "fork", fork::Evidence;
    an_act_may_be_signed_or_not: "act", act::Document;
    a_ledger_holds_what_it_must_or_not: "ledger", ledger::Ledger;
    a_tile_is_named_cut_and_read: "tile", tile::Tiles;
}

/// Built by `.ci/receipt-vectors.mjs`, and judged by the readers in Python and JavaScript.
const BUILT_ELSEWHERE: &[&str] = &["receipt"];

#[test]
fn no_folder_goes_unwalked() {
    let known: BTreeSet<_> = FOLDERS.iter().chain(BUILT_ELSEWHERE).map(ToString::to_string).collect();
    let found: BTreeSet<_> = std::fs::read_dir(kind::root())
        .expect("fixtures/vectors is readable")
        .map(|entry| entry.expect("a readable entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "nothing in core/tests/vectors reads these folders of fixtures/vectors: {unknown:?}"
    );
}
