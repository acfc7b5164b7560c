//! The bytes of version 0, pinned: one hash over thousands of envelopes, and one over every type of event.
//!
//! Neither depends on what deciders accept. A difference here means that records written before would read,
//! hash or name themselves otherwise: it is the first line of the changelog, or a fault.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_core::envelope::{Draft, PartKey, Place, encode, intent_id, seal};
use devenir_core::event::code::{AppealOutcome, Trust};
use devenir_core::id::{CommandId, IntentId, LogId, StreamId};
use devenir_core::ledger::{Hash, Position, Revision, leaf_hash};
use devenir_core::rules::{ModerationAction, Outcome};
use devenir_core::testing::envelopes::envelope;
use devenir_core::testing::{Drafting, START, sample};
use sha2::{Digest, Sha256};

/// Says what to do about a difference.
fn pinned(found: Sha256, expected: &str) {
    let found: String = found.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        found, expected,
        "encoded bytes changed (left: their hash now). If that is on purpose, pin the new hash here and say so \
         first in CHANGELOG.md; from version 1 on it takes a new version of the format"
    );
}

#[test]
fn the_bytes_names_and_leaves_of_4096_envelopes_are_those_of_version_0() {
    let mut hasher = Sha256::new();
    for seed in 0..4096 {
        let envelope = envelope(seed);
        let bytes = encode(&envelope);
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(&bytes);
        hasher.update(intent_id(&envelope.intent).as_bytes());
        hasher.update(leaf_hash(&bytes).as_bytes());
    }
    pinned(hasher, "454ab6ad60007e7572764f21bf9eb3fbcedee716c24726395214961b154f2002");
}

#[test]
fn the_sealed_bytes_of_every_type_are_those_of_version_0() {
    let mut hasher = Sha256::new();
    let mut types = std::collections::BTreeSet::new();
    for (round, trust) in Trust::ALL.iter().enumerate() {
        for (at, draft) in drafts(round as u8).into_iter().enumerate() {
            types.insert(draft.event.event_type().code);
            let (round, at) = (round as u8, at as u8);
            let place = Place {
                log: LogId([round; 32]),
                stream: StreamId([at; 16]),
                command: CommandId([round ^ at; 16]),
                trust: *trust,
            };
            let mut drawn = 0_u8;
            let mut key = || {
                drawn += 1;
                PartKey::new([drawn ^ at; 32])
            };
            let sealed = seal(place, vec![draft], &mut key).expect("a sample fits the format").remove(0);
            let bytes = sealed.sequenced(devenir_core::envelope::Sequence {
                position: Position::new(u64::from(at)),
                revision: Revision::FIRST,
                prev: Hash::ZERO,
                prev_position: None,
                recorded_at: START,
            });
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(&bytes);
            for part in &sealed.parts {
                hasher.update((part.bytes.len() as u64).to_be_bytes());
                hasher.update(&part.bytes);
            }
        }
    }
    assert!(types.len() >= 46, "{} types", types.len());
    pinned(hasher, "0c385ea1f7e684cb5708e1424dfcfd5e80b3e8529ed01cbda13823208a93686f");
}

/// One act of every type, with references of its own for each round.
fn drafts(round: u8) -> Vec<Draft> {
    let [a, b, c, d] = [1, 2, 3, 4].map(|n| IntentId([16 * round + n; 32]));
    let many: Vec<IntentId> = (0..40 + round).map(|n| IntentId([n; 32])).collect();
    let mut drafts = vec![
        sample::registration("plan-velo").draft(),
        sample::rules().draft(),
        sample::rules_change().draft(),
        sample::phase_opening(0).draft(),
        sample::phase_extension(0, START).draft(),
        sample::phase_closing(1).draft(),
        sample::reference_text().claimed(START),
        sample::consultation_closing().draft(),
        sample::submission().claimed(START),
        sample::publication().about(a),
        sample::revision().about(a),
        sample::revision_request().about(a),
        sample::withdrawal().about(a),
        sample::coauthor().about(a),
        sample::reference_correction().about(a),
        sample::amendment().under(a),
        sample::opinion().about(b),
        sample::amendment_decision().about(b).version(c),
        sample::rectification().about(b),
        sample::lapse().about(b).because_of(c),
        sample::argument().under(a),
        sample::comment().under(a),
        sample::citation().under(a),
        sample::debate_held().about(a),
        sample::support_ballot().about(a),
        sample::withheld_ballot().draft(),
        sample::vote(u64::from(round)).ballot(b).about(a).version(c),
        sample::vote_change(1).ballot(b).about(a).version(c).vote(d),
        sample::vote_retraction(1).ballot(b).vote(d),
        sample::vote_invalidation(1).ballot(b).vote(d),
        sample::paper_votes().ballot(b),
        sample::counter(512).about(a).version(c),
        sample::ballot_closing().ballot(b),
        sample::threshold().about(a),
        sample::report().about(a),
        sample::appeal().about(a).act(b),
        sample::notification().about(a).act(b),
        sample::response_correction().act(b),
        sample::response_replacement(Outcome::Rejected).act(b).answering(&[a, c]),
        sample::contest().about(a).act(b),
        sample::response(Outcome::Answered).answering(&many),
        sample::observation().about(a),
        sample::recommendation().draft(),
        sample::recommendation_answer().act(b),
        sample::import(START).draft(),
        sample::gap().draft(),
    ];
    drafts.extend(Outcome::ALL.iter().map(|outcome| sample::response(*outcome).answering(&[a])));
    drafts.extend(ModerationAction::ALL.iter().map(|action| sample::moderation(*action).about(a)));
    drafts.extend(AppealOutcome::ALL.iter().map(|outcome| sample::appeal_decision(*outcome).about(a).act(b)));
    drafts
}
