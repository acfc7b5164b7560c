//! The codec of `docs/format.md` (Envelope) on random envelopes and random histories: one form for each value,
//! one value for each form, nothing before, between or after.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_core::envelope::{Envelope, check_canonical, decode, encode, intent_bytes, intent_id, read};
use devenir_core::envelope::{PartContext, VaultPart, commit};
use devenir_core::event::{Absence, Event, PartSource};
use devenir_core::ledger::leaf_hash;
use devenir_core::testing::envelopes::{envelope, facts};
use devenir_core::testing::histories;
use proptest::prelude::*;

/// What decodes from `bytes`, if it is one envelope and no more.
fn decoded(bytes: &[u8]) -> Option<Envelope> {
    decode(bytes).ok()
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(seed: u64) {
        let envelope = envelope(seed);
        prop_assert_eq!(decode(&encode(&envelope)), Ok(envelope));
    }

    #[test]
    fn whatever_decodes_encodes_to_the_same_bytes(seed: u64, at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut bytes = encode(&envelope(seed));
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Some(envelope) = decoded(&bytes) {
            prop_assert_eq!(encode(&envelope), bytes);
        }
    }

    #[test]
    fn nothing_may_follow_and_nothing_may_be_missing(
        seed: u64, more in prop::collection::vec(any::<u8>(), 1..40), cut in any::<prop::sample::Index>(),
    ) {
        let bytes = encode(&envelope(seed));
        prop_assert!(decoded(&[bytes.as_slice(), &more].concat()).is_none());
        prop_assert!(decoded(&bytes[..cut.index(bytes.len())]).is_none());
    }

    #[test]
    fn two_envelopes_never_share_bytes_nor_two_intents_a_name(left: u64, right: u64) {
        let (left, right) = (envelope(left), envelope(right));
        prop_assert_eq!(encode(&left) == encode(&right), left == right);
        prop_assert_eq!(intent_id(&left.intent) == intent_id(&right.intent), left.intent == right.intent);
    }

    #[test]
    fn a_place_changes_the_leaf_and_never_the_name(seed: u64, other: u64) {
        let (here, there) = (envelope(seed), envelope(other));
        let moved = Envelope { sequence: there.sequence, ..here.clone() };
        prop_assert_eq!(intent_id(&here.intent), intent_id(&moved.intent));
        prop_assert_eq!(
            leaf_hash(&encode(&here)) == leaf_hash(&encode(&moved)),
            here.sequence == there.sequence
        );
        prop_assert!(encode(&here).starts_with(&intent_bytes(&here.intent)));
    }

    #[test]
    fn canonical_facts_are_the_json_that_serde_writes(seed: u64) {
        let facts = facts(seed);
        prop_assert_eq!(check_canonical(facts.as_bytes()), Ok(()));
        // serde_json sorts the keys of a map, as the canonical form does.
        let value: serde_json::Value = serde_json::from_str(&facts).unwrap();
        prop_assert_eq!(serde_json::to_string(&value).unwrap(), facts);
    }

    #[test]
    fn any_other_writing_of_canonical_facts_is_refused(seed: u64, at in any::<prop::sample::Index>()) {
        let facts = facts(seed);
        let inside: Vec<usize> = (0..=facts.len()).filter(|at| outside_strings(&facts, *at)).collect();
        let mut spaced = facts.clone();
        spaced.insert(inside[at.index(inside.len())], ' ');
        prop_assert!(check_canonical(spaced.as_bytes()).is_err(), "{}", spaced);
    }
}

/// Whether a character inserted at `at` would stand outside every string.
fn outside_strings(facts: &str, at: usize) -> bool {
    facts[..at].bytes().filter(|byte| *byte == b'"').count() % 2 == 0
}

/// Hands out the parts of one entry, by kind.
struct Parts(Vec<(u8, Vec<u8>)>);

impl PartSource for Parts {
    fn part(&mut self, kind: u8) -> Result<Vec<u8>, Absence> {
        let found = self.0.iter().find(|(other, _)| *other == kind);
        found.map(|(_, bytes)| bytes.clone()).ok_or(Absence::NotInSource)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_event_of_a_history_decodes_and_encodes_to_itself(record in histories(0..80)) {
        for entry in record.entries() {
            let envelope = decode(&entry.bytes).unwrap();
            prop_assert_eq!(&encode(&envelope), &entry.bytes);
            let event = &entry.recorded.event;
            let row = event.event_type();
            let facts = event.facts_bytes();
            prop_assert_eq!(check_canonical(&facts), Ok(()));
            let again = Event::decode(row.code, row.version, &facts, &mut Parts(event.part_bytes())).unwrap();
            prop_assert_eq!(&again, event);
        }
    }

    #[test]
    fn every_part_fits_its_commitment_and_no_other_part_does(record in histories(1..60)) {
        for entry in record.entries() {
            let intent = decode(&entry.bytes).unwrap().intent;
            prop_assert_eq!(intent.parts.len(), entry.parts.len());
            for (committed, part) in intent.parts.iter().zip(&entry.parts) {
                let context = PartContext {
                    log: intent.log,
                    stream: intent.stream,
                    event_type: intent.event_type,
                    schema: intent.schema,
                    kind: part.kind,
                };
                prop_assert_eq!(commit(&part.key, &context, &part.bytes), committed.commitment);
                let altered = [part.bytes.as_slice(), b" "].concat();
                prop_assert_ne!(commit(&part.key, &context, &altered), committed.commitment);
            }
        }
    }

    #[test]
    fn an_event_without_its_parts_is_still_that_event(record in histories(1..60)) {
        for entry in record.entries() {
            let structural = |kind| kind >= 192;
            let bare = read(&entry.bytes, &mut |index, committed| {
                let part = &entry.parts[index];
                if structural(committed.kind) {
                    VaultPart::Open { key: part.key.clone(), bytes: part.bytes.clone() }
                } else {
                    VaultPart::Absent(Absence::Withheld)
                }
            });
            let bare = bare.unwrap();
            prop_assert_eq!(bare.id, entry.recorded.id);
            prop_assert_eq!(bare.event.facts_bytes(), entry.recorded.event.facts_bytes());
            prop_assert_eq!(bare.refs, entry.recorded.refs.clone());
        }
    }
}
