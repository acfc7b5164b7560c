//! The codec as a whole: what is sealed reads back, and nothing else does.

use super::*;
use crate::event::code::{Channel, ContributionKind, Lang, TextFormat};
use crate::event::part::{Author, TitledText};
use crate::event::{Absence, Part, RefRole, contribution, response};
use crate::id::Participant;
use crate::rules::Role;
use crate::time::Precision;

fn place() -> Place {
    Place {
        log: LogId([1; 32]),
        stream: StreamId([2; 16]),
        command: CommandId([3; 16]),
        trust: Trust::Native,
    }
}

fn keys() -> impl Sealing {
    let mut next = 0u8;
    move || {
        next += 1;
        PartKey::new([next; 32])
    }
}

fn sequence() -> Sequence {
    Sequence {
        position: Position::new(7),
        revision: Revision::new(0),
        prev: Hash::ZERO,
        prev_position: None,
        recorded_at: Timestamp(1_790_000_000_000),
    }
}

fn submission() -> Draft {
    Draft {
        event: contribution::Submitted {
            facts: contribution::SubmittedFacts {
                channel: Channel::Web,
                kind: ContributionKind::Proposal,
                lang: Lang::Fr,
                number: 7,
                source_changed_at: None,
                territory: None,
                theme: Some(2),
            },
            text: Part::Open(TitledText {
                body: Some("Une piste protégée, avenue Jaurès.".into()),
                format: TextFormat::Plain,
                title: Some("Piste protégée".into()),
            }),
            author: Part::Open(Author { name: None, participant: Some(Participant([9; 16])) }),
            source: Part::Absent(Absence::NotInSource),
            place: Part::Absent(Absence::NotInSource),
        }
        .into(),
        refs: vec![],
        occurred: Claimed::new(Timestamp(1_789_948_800_000), Precision::Day),
        actor: Role::Citizen,
    }
}

fn open(sealed: &Sealed) -> impl FnMut(usize, &PartCommitment) -> VaultPart {
    let parts = sealed.parts.clone();
    move |index, _| {
        parts.get(index).map_or(VaultPart::Absent(Absence::Lost), |part| VaultPart::Open {
            key: part.key.clone(),
            bytes: part.bytes.clone(),
        })
    }
}

#[test]
fn what_is_sealed_reads_back_whole() {
    let sealed = seal(place(), vec![submission()], &mut keys()).unwrap().remove(0);
    let bytes = sealed.sequenced(sequence());
    let recorded = read(&bytes, &mut open(&sealed)).unwrap();
    assert_eq!(recorded.id, sealed.id);
    assert_eq!(recorded.event, submission().event);
    assert_eq!(recorded.occurred, submission().occurred);
    assert_eq!(recorded.actor, Role::Citizen);
    assert_eq!(encode(&decode(&bytes).unwrap()), bytes);
}

#[test]
fn a_part_that_does_not_fit_its_commitment_reads_as_lost() {
    let sealed = seal(place(), vec![submission()], &mut keys()).unwrap().remove(0);
    let bytes = sealed.sequenced(sequence());
    let mut swapped = |_: usize, _: &PartCommitment| VaultPart::Open {
        key: PartKey::new([1; 32]),
        bytes: br#"{"body":"autre","format":"plain"}"#.to_vec(),
    };
    let recorded = read(&bytes, &mut swapped).unwrap();
    let crate::event::Event::Contribution(contribution::ContributionEvent::Submitted(event)) = recorded.event
    else {
        panic!("a submission")
    };
    assert_eq!(event.text, Part::Absent(Absence::Lost));
    assert_eq!(event.source, Part::Absent(Absence::NotInSource));
}

#[test]
fn every_truncation_and_every_trailing_byte_is_refused() {
    let sealed = seal(place(), vec![submission()], &mut keys()).unwrap().remove(0);
    let bytes = sealed.sequenced(sequence());
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "cut at {end}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(matches!(decode(&longer), Err(EnvelopeError::Trailing { left: 1, .. })));
}

#[test]
fn every_flipped_bit_is_refused_or_reads_as_other_bytes() {
    let sealed = seal(place(), vec![submission()], &mut keys()).unwrap().remove(0);
    let bytes = sealed.sequenced(sequence());
    for at in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        if let Ok(envelope) = decode(&flipped) {
            assert_eq!(encode(&envelope), flipped, "bit {at} decodes to something that encodes otherwise");
        }
    }
}

fn grouped(count: u32) -> Draft {
    let mut refs: Vec<(RefRole, Reference)> = (0..count)
        .map(|number| {
            let mut id = [0; 32];
            id[..4].copy_from_slice(&number.to_be_bytes());
            (RefRole::Answers, Reference::Recorded(IntentId(id)))
        })
        .collect();
    refs.reverse();
    Draft {
        event: response::Published {
            facts: response::PublishedFacts {
                bodies: vec![0],
                decided_at: None,
                deferred_until: None,
                group_size: count,
                outcome: Some(crate::rules::Outcome::Rejected),
                passages: vec![],
                pointers: vec![],
                reasons: vec![],
                referred_to: None,
            },
            signatory: Part::Absent(Absence::NotInSource),
            text: Part::Absent(Absence::NotInSource),
            bodies: Part::Absent(Absence::NotInSource),
            source: Part::Absent(Absence::NotInSource),
        }
        .into(),
        refs,
        occurred: Claimed::UNKNOWN,
        actor: Role::Authority,
    }
}

#[test]
fn thirty_two_references_stand_in_the_envelope_and_thirty_three_in_a_list() {
    let short = seal(place(), vec![grouped(32)], &mut keys()).unwrap().remove(0);
    assert_eq!((short.intent.refs.len(), short.intent.lists.len()), (32, 0));
    let long = seal(place(), vec![grouped(33)], &mut keys()).unwrap().remove(0);
    assert_eq!((long.intent.refs.len(), long.intent.lists.len()), (0, 1));
    let recorded = read(&long.sequenced(sequence()), &mut open(&long)).unwrap();
    assert_eq!(recorded.refs.all(RefRole::Answers).count(), 33);
}

#[test]
fn the_longest_list_fits_and_one_more_is_refused() {
    let longest = seal(place(), vec![grouped(LIST_REFS_MAX)], &mut keys()).unwrap().remove(0);
    assert!(longest.sequenced(sequence()).len() < ENVELOPE_BYTES_MAX);
    let error = seal(place(), vec![grouped(LIST_REFS_MAX + 1)], &mut keys()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "response-published refers to 32768 events as `answers`; at most 32767 fit in one act; split it"
    );
}

#[test]
fn a_list_that_the_vault_lost_makes_the_event_unreadable_and_says_which() {
    let long = seal(place(), vec![grouped(300)], &mut keys()).unwrap().remove(0);
    let error = read(&long.sequenced(sequence()), &mut |_, _| VaultPart::Absent(Absence::Lost)).unwrap_err();
    assert_eq!(error, ReadError::List { role: RefRole::Answers.number(), kind: LIST_PART_KIND });
}

#[test]
fn references_within_a_command_point_backwards_only() {
    let mut publish = Draft {
        event: contribution::Published { facts: contribution::PublishedFacts {} }.into(),
        refs: vec![(RefRole::Subject, Reference::Own(0))],
        occurred: Claimed::UNKNOWN,
        actor: Role::Citizen,
    };
    let sealed = seal(place(), vec![submission(), publish.clone()], &mut keys()).unwrap();
    assert_eq!(sealed[1].intent.refs, [(RefRole::Subject.number(), sealed[0].id)]);
    publish.refs = vec![(RefRole::Subject, Reference::Own(1))];
    let error = seal(place(), vec![submission(), publish], &mut keys()).unwrap_err();
    assert_eq!(error, SealError::Forward { name: "contribution-published", index: 1, to: 1 });
}

#[test]
fn a_type_takes_only_its_own_references() {
    let mut draft = submission();
    draft.refs = vec![(RefRole::Ballot, Reference::Recorded(IntentId([4; 32])))];
    let error = seal(place(), vec![draft], &mut keys()).unwrap_err();
    assert_eq!(error, SealError::Arity { name: "contribution-submitted", role: "ballot", found: 1 });
}

#[test]
fn nothing_is_sealed_that_would_not_read_back() {
    let late = |ms: i64| Draft {
        event: contribution::RevisionRequested {
            facts: contribution::RevisionRequestedFacts { until: Some(Timestamp(ms)) },
            explanation: Part::Absent(Absence::NotInSource),
            moderator: Part::Absent(Absence::NotInSource),
        }
        .into(),
        refs: vec![(RefRole::Subject, Reference::Recorded(IntentId([4; 32])))],
        occurred: Claimed::UNKNOWN,
        actor: Role::Moderator,
    };
    assert!(seal(place(), vec![late((1 << 53) - 1)], &mut keys()).is_ok());
    let error = seal(place(), vec![late(1 << 53)], &mut keys()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the facts of revision-requested do not fit the format: at byte 9: expected an integer within 2^53 - 1 in \
         its shortest form, found `9`"
    );
    let mut never = submission();
    never.occurred = Claimed::new(Timestamp(i64::MIN), Precision::Day);
    let error = seal(place(), vec![never], &mut keys()).unwrap_err();
    assert_eq!(error, SealError::Instant { name: "contribution-submitted" });
}

#[test]
fn facts_in_any_other_form_are_refused_at_the_byte() {
    for (facts, at, expected) in [
        (r"[]", 0, "`{`"),
        (r#"{"b":1,"a":2}"#, 7, "keys in strictly ascending order"),
        (r#"{"a":1,"a":2}"#, 7, "keys in strictly ascending order"),
        (r#"{"a": 1}"#, 5, "a value (null never occurs)"),
        (r#"{"a":null}"#, 5, "a value (null never occurs)"),
        (r#"{"a":1.5}"#, 6, "`,` or `}`"),
        (r#"{"a":01}"#, 5, "an integer within 2^53 - 1 in its shortest form"),
        (r#"{"a":-0}"#, 5, "an integer within 2^53 - 1 in its shortest form"),
        (r#"{"a":9007199254740992}"#, 5, "an integer within 2^53 - 1 in its shortest form"),
        (r#"{"a":"é"}"#, 6, "printable ASCII or `\"`"),
        (r#"{"a":"\n"}"#, 6, "a string without escapes"),
        (r#"{"a":1}x"#, 7, "the end"),
        (r#"{"A":1}"#, 1, "a key of a-z, 0-9 and _"),
        (r#"{"":1}"#, 1, "a key of a-z, 0-9 and _"),
    ] {
        let error = check_canonical(facts.as_bytes()).unwrap_err();
        assert_eq!((error.at, error.expected), (at, expected), "{facts}");
    }
    assert_eq!(check_canonical(br#"{"a":[{"x":true}],"b":{},"c":-9007199254740991,"d":"fr"}"#), Ok(()));
}

proptest::proptest! {
    #[test]
    fn decoding_is_total_on_any_bytes(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..600)) {
        let _ = decode(&bytes);
        let _ = check_canonical(&bytes);
    }
}
