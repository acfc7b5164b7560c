//! Random valid histories, for properties of whatever is folded from a record.
//!
//! A history is a list of steps; each step tries one act of a type with random choices, and what the deciders
//! refuse is left out. So a history is valid by construction, a shrunk one has fewer steps, and every type of
//! the vocabulary comes up. It judges nothing itself.
//!
//! ```text
//! proptest! {
//!     #[test]
//!     fn a_view_rebuilt_is_the_view_kept_up(record in histories(0..120)) { .. record.entries() .. }
//! }
//! ```

use super::draft::Drafting as _;
use super::propose::{Pick, propose};
use super::record::Record;
use super::sample;
use crate::envelope::instance_stream;
use crate::event::RefRole;
use crate::event::code::{RulesOrigin, Trust};
use crate::id::StreamId;
use crate::rules::Role;
use proptest::collection::SizeRange;
use proptest::prelude::*;

/// What a history tries, and how often beside the others. Every type but the ledger's own stands here.
const WEIGHTS: &[(&str, u32)] = &[
    ("rules-amended", 1),
    ("phase-opened", 2),
    ("phase-extended", 1),
    ("phase-closed", 1),
    ("reference-text-published", 6),
    ("consultation-closed", 1),
    ("contribution-submitted", 24),
    ("contribution-published", 14),
    ("contribution-revised", 10),
    ("revision-requested", 3),
    ("contribution-withdrawn", 3),
    ("coauthor-changed", 2),
    ("reference-corrected", 2),
    ("amendment-submitted", 10),
    ("amendment-opinion-given", 3),
    ("amendment-decided", 6),
    ("amendment-rectified", 3),
    ("amendment-lapsed", 2),
    ("argument-posted", 6),
    ("comment-posted", 6),
    ("source-cited", 3),
    ("debate-held", 2),
    ("ballot-opened", 8),
    ("vote-cast", 40),
    ("vote-changed", 6),
    ("vote-retracted", 5),
    ("vote-invalidated", 2),
    ("paper-votes-added", 2),
    ("votes-observed", 6),
    ("ballot-closed", 2),
    ("threshold-reached", 2),
    ("content-reported", 3),
    ("moderation-decided", 8),
    ("moderation-appealed", 5),
    ("appeal-decided", 4),
    ("author-notified", 3),
    ("response-published", 8),
    ("response-corrected", 2),
    ("response-contested", 1),
    ("response-superseded", 3),
    ("guarantor-observed", 2),
    ("guarantor-recommended", 2),
    ("recommendation-answered", 2),
    ("import-sealed", 3),
    ("gap-declared", 2),
    ("role-granted", 6),
    ("role-revoked", 5),
    ("act-countersigned", 6),
    ("heads-recorded", 2),
    ("erasure-requested", 5),
    ("erasure-decided", 6),
    ("erased", 8),
    ("erasure-completed", 5),
    ("takedown-decided", 4),
];

/// One step: what is tried, with which choices.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The type's name.
    pub kind: &'static str,
    /// Where the choices come from.
    pub seed: u64,
}

/// One step of any type.
pub fn steps() -> impl Strategy<Value = Step> {
    let names: Vec<&str> =
        WEIGHTS.iter().flat_map(|(name, weight)| std::iter::repeat_n(*name, *weight as usize)).collect();
    (proptest::sample::select(names), any::<u64>()).prop_map(|(kind, seed)| Step { kind, seed })
}

/// Records of so many steps in two consultations: one of this town, one of another platform.
pub fn histories(steps_count: impl Into<SizeRange>) -> impl Strategy<Value = Record> {
    proptest::collection::vec(steps(), steps_count).prop_map(|steps| history(&steps))
}

/// The record that these steps make.
#[must_use]
pub fn history(steps: &[Step]) -> Record {
    let mut record = Record::new();
    let instance = instance_stream(record.log());
    let first = vec![sample::first_grant().draft()];
    record.write(instance, Trust::Native, first).expect("the first grant is accepted");
    let streams = [begin(&mut record, RulesOrigin::Native), begin(&mut record, RulesOrigin::Observed)];
    for step in steps {
        take(&mut record, streams, *step);
    }
    record
}

/// The record of the first `count` steps that follow from `seed`, without proptest.
#[must_use]
pub fn seeded(seed: u64, count: usize) -> Record {
    let mut pick = Pick::new(seed);
    let total: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let steps: Vec<Step> = (0..count)
        .map(|_| {
            let mut left = pick.below(total);
            let heavier = |(_, weight): &&(&str, u32)| {
                let here = left < *weight;
                left = left.saturating_sub(*weight);
                here
            };
            let kind = WEIGHTS.iter().find(heavier).map_or("vote-cast", |(name, _)| *name);
            Step { kind, seed: pick.next() }
        })
        .collect();
    history(&steps)
}

/// A consultation that is registered and, if it is this town's, has its rules and its first two phases open.
fn begin(record: &mut Record, origin: RulesOrigin) -> StreamId {
    let (slug, trust) = match origin {
        RulesOrigin::Native => ("plan-velo", Trust::Native),
        RulesOrigin::Observed => ("ancien-site", Trust::Observed),
    };
    let registration = sample::registration(slug).with(|event| event.facts.rules = origin);
    let stream = record.register(trust, vec![registration.draft()]).expect("a registration is accepted");
    if origin == RulesOrigin::Native {
        let first = vec![sample::rules().draft()];
        record.write(stream, trust, first).expect("rules are accepted");
        record.clerk_now(stream);
    }
    stream
}

fn take(record: &mut Record, [ours, theirs]: [StreamId; 2], step: Step) {
    let mut pick = Pick::new(step.seed);
    record.pass_ms(i64::from(pick.below(4 * 60 * 60 * 1000)));
    let (stream, trust) = match pick.below(10) {
        0 => (ours, Trust::Attested),
        1 => (ours, Trust::Observed),
        2..7 => (ours, Trust::Native),
        7 => (theirs, Trust::Reconstructed),
        _ => (theirs, Trust::Observed),
    };
    record.clerk_now(ours);
    if step.kind == "heads-recorded" {
        let instance = instance_stream(record.log());
        let heads = vec![sample::heads().by(Role::Clerk)];
        record.write(instance, Trust::Native, heads).expect("the clerk may always note how far all has come");
        return;
    }
    let Some(drafts) = propose(record, stream, trust, step.kind, &mut pick) else { return };
    // A refusal leaves the record as it was: the history goes on without this step.
    let Ok(ids) = record.write(stream, trust, drafts) else { return };
    if ids.iter().any(|id| record.event(*id).refs.one(RefRole::Ballot).is_some()) {
        record.clerk_after(&ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_type_of_the_vocabulary_has_its_weight() {
        let types: BTreeSet<&str> =
            Event::FAMILIES.iter().flat_map(|(_, _, types)| types.iter().map(|row| row.name)).collect();
        let begun = ["ledger-opened", "ledger-succeeded", "consultation-registered", "rules-adopted"];
        // No history loses parts or signs: `tests/audit/` does.
        let begun = begun.into_iter().chain(["parts-lost", "key-introduced"]);
        let tried: BTreeSet<&str> = WEIGHTS.iter().map(|(name, _)| *name).chain(begun).collect();
        assert_eq!(types, tried);
    }

    #[test]
    fn long_histories_hold_every_type() {
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for seed in 0..6 {
            for event in seeded(seed, 900).events() {
                *found.entry(event.event.event_type().name).or_default() += 1;
            }
        }
        let missing: Vec<_> = WEIGHTS.iter().filter(|(name, _)| !found.contains_key(name)).collect();
        assert!(missing.is_empty(), "never recorded: {missing:?} in {found:#?}");
    }

    #[test]
    fn the_same_steps_make_the_same_bytes() {
        let bytes =
            |record: Record| record.entries().iter().map(|entry| entry.bytes.clone()).collect::<Vec<_>>();
        assert_eq!(bytes(seeded(7, 200)), bytes(seeded(7, 200)));
    }
}
