//! The headline on plain values: every pair of ranks, every prefix, and every combination at once.
//!
//! The tables are read as "where both hold, the headline is ...". They are the specification that
//! `docs/design.md` (Fates) gives in words.

use super::*;
use crate::rules::duty::{Duty, DutyKind};
use crate::rules::moderation::{Moderated, Visibility};
use proptest::prelude::*;

const DAY: i64 = Timestamp::DAY_MS;

/// The instant at which the tables ask: noon of a day, in UTC.
const NOW: Timestamp = Timestamp(20_000 * DAY + DAY / 2);

/// The first instant of the day `days` after the one of [`NOW`].
const fn midnight(days: i64) -> Timestamp {
    Timestamp((20_000 + days) * DAY)
}

/// A duty whose last day was 41 days ago.
const OVERDUE: Duty =
    Duty { deadline: Some(midnight(-40)), ..Duty::open_ended(DutyKind::Must, midnight(-100)) };

/// A duty whose last day is in 9 days.
const AWAITED: Duty = Duty { deadline: Some(midnight(10)), ..Duty::open_ended(DutyKind::Must, midnight(-5)) };

/// The headline of a contribution that was rejected.
fn rejected() -> Headline {
    asked(&FateInputs { decision: Some(Decision::Rejected), ..published() })
}

fn published() -> FateInputs<'static> {
    FateInputs { entry: Entry::Published, ..FateInputs::default() }
}

fn asked(inputs: &FateInputs<'_>) -> Headline {
    headline(inputs, NOW, &Zone::utc())
}

/// Makes `situation` hold in `inputs`, beside whatever holds already.
fn hold(inputs: &mut FateInputs<'_>, duties: &mut Vec<Duty>, situation: &str) {
    match situation {
        "inadmissible" => inputs.moderated.inadmissible = true,
        "in_progress" => inputs.delivery = Some(Delivered { state: Delivery::InProgress, promised: None }),
        "adopted" => inputs.decision = Some(Decision::Adopted),
        "merged" => {} // the target is borrowed: see `among`
        "withdrawn" => inputs.withdrawn = true,
        "overdue" => duties.push(OVERDUE),
        "under_review" => inputs.under_review = true,
        "awaiting" => duties.push(AWAITED),
        "threshold" => inputs.threshold_met = true,
        "no_duty" => inputs.no_duty = true,
        "unknown" => inputs.coverage = Coverage::None,
        "published" => inputs.entry = Entry::Published,
        "pending" => inputs.entry = Entry::PendingModeration,
        "received" => inputs.entry = Entry::Received,
        "erased" => inputs.moderated.visibility = Visibility::Erased,
        "removed" => inputs.moderated.visibility = Visibility::Removed,
        "hidden" => inputs.moderated.visibility = Visibility::Hidden,
        "redacted" => inputs.moderated.visibility = Visibility::Redacted,
        other => panic!("the tables name no situation `{other}`"),
    }
}

/// The headline of a published contribution for which all of `situations` hold.
fn among(situations: &[&str]) -> Headline {
    let targets = [rejected()];
    let mut duties = vec![];
    let mut inputs = published();
    for situation in situations {
        hold(&mut inputs, &mut duties, situation);
    }
    if situations.contains(&"merged") {
        inputs.linkage = Some(LinkedTo { how: Linkage::MergedInto, targets: &targets });
    }
    asked(&FateInputs { duties: &duties, ..inputs })
}

/// Prefix and code as the tables write them: `hidden / adopted`, or the code alone.
fn written(headline: &Headline) -> String {
    match headline.prefix {
        Some(prefix) => format!("{prefix} / {}", headline.code),
        None => headline.code.to_string(),
    }
}

/// One situation alone, and the rank on which its headline rests, in the order of the ranks.
const ALONE: [(&str, &str, Rank); 14] = [
    ("inadmissible", "inadmissible", Rank::Admissibility),
    ("in_progress", "in_progress", Rank::Delivery),
    ("adopted", "adopted", Rank::Decision),
    ("merged", "rejected", Rank::Linkage), // that of the target
    ("withdrawn", "withdrawn", Rank::Withdrawal),
    ("overdue", "no_response_overdue", Rank::Overdue),
    ("under_review", "under_review", Rank::Review),
    ("awaiting", "no_response_yet", Rank::Awaiting),
    ("threshold", "threshold_met", Rank::Threshold),
    ("no_duty", "no_duty", Rank::Silence),
    ("unknown", "unknown_in_source", Rank::Silence),
    ("published", "published", Rank::Entry),
    ("pending", "pending_moderation", Rank::Entry),
    ("received", "received", Rank::Entry),
];

/// Every pair of situations that can hold together, and the headline.
///
/// Five pairs do not follow from the order of the ranks alone. Where the record does not know of
/// answers, nothing is awaited or late, and whether anybody has to answer does not matter. A
/// contribution that waits for a moderator says so.
const PAIRS: [(&str, &str, &str); 88] = [
    ("inadmissible", "in_progress", "inadmissible"),
    ("inadmissible", "adopted", "inadmissible"),
    ("inadmissible", "merged", "inadmissible"),
    ("inadmissible", "withdrawn", "inadmissible"),
    ("inadmissible", "overdue", "inadmissible"),
    ("inadmissible", "under_review", "inadmissible"),
    ("inadmissible", "awaiting", "inadmissible"),
    ("inadmissible", "threshold", "inadmissible"),
    ("inadmissible", "no_duty", "inadmissible"),
    ("inadmissible", "unknown", "inadmissible"),
    ("inadmissible", "published", "inadmissible"),
    ("inadmissible", "pending", "inadmissible"),
    ("inadmissible", "received", "inadmissible"),
    ("in_progress", "adopted", "in_progress"),
    ("in_progress", "merged", "in_progress"),
    ("in_progress", "withdrawn", "in_progress"),
    ("in_progress", "overdue", "in_progress"),
    ("in_progress", "under_review", "in_progress"),
    ("in_progress", "awaiting", "in_progress"),
    ("in_progress", "threshold", "in_progress"),
    ("in_progress", "no_duty", "in_progress"),
    ("in_progress", "unknown", "in_progress"),
    ("in_progress", "published", "in_progress"),
    ("in_progress", "pending", "in_progress"),
    ("in_progress", "received", "in_progress"),
    ("adopted", "merged", "adopted"),
    ("adopted", "withdrawn", "adopted"),
    ("adopted", "overdue", "adopted"),
    ("adopted", "under_review", "adopted"),
    ("adopted", "awaiting", "adopted"),
    ("adopted", "threshold", "adopted"),
    ("adopted", "no_duty", "adopted"),
    ("adopted", "unknown", "adopted"),
    ("adopted", "published", "adopted"),
    ("adopted", "pending", "adopted"),
    ("adopted", "received", "adopted"),
    ("merged", "withdrawn", "rejected"),
    ("merged", "overdue", "rejected"),
    ("merged", "under_review", "rejected"),
    ("merged", "awaiting", "rejected"),
    ("merged", "threshold", "rejected"),
    ("merged", "no_duty", "rejected"),
    ("merged", "unknown", "rejected"),
    ("merged", "published", "rejected"),
    ("merged", "pending", "rejected"),
    ("merged", "received", "rejected"),
    ("withdrawn", "overdue", "withdrawn"),
    ("withdrawn", "under_review", "withdrawn"),
    ("withdrawn", "awaiting", "withdrawn"),
    ("withdrawn", "threshold", "withdrawn"),
    ("withdrawn", "no_duty", "withdrawn"),
    ("withdrawn", "unknown", "withdrawn"),
    ("withdrawn", "published", "withdrawn"),
    ("withdrawn", "pending", "withdrawn"),
    ("withdrawn", "received", "withdrawn"),
    ("overdue", "under_review", "no_response_overdue"),
    ("overdue", "awaiting", "no_response_overdue"),
    ("overdue", "threshold", "no_response_overdue"),
    ("overdue", "no_duty", "no_response_overdue"),
    ("overdue", "unknown", "unknown_in_source"),
    ("overdue", "published", "no_response_overdue"),
    ("overdue", "pending", "no_response_overdue"),
    ("overdue", "received", "no_response_overdue"),
    ("under_review", "awaiting", "under_review"),
    ("under_review", "threshold", "under_review"),
    ("under_review", "no_duty", "under_review"),
    ("under_review", "unknown", "under_review"),
    ("under_review", "published", "under_review"),
    ("under_review", "pending", "under_review"),
    ("under_review", "received", "under_review"),
    ("awaiting", "threshold", "no_response_yet"),
    ("awaiting", "no_duty", "no_response_yet"),
    ("awaiting", "unknown", "unknown_in_source"),
    ("awaiting", "published", "no_response_yet"),
    ("awaiting", "pending", "no_response_yet"),
    ("awaiting", "received", "no_response_yet"),
    ("threshold", "no_duty", "threshold_met"),
    ("threshold", "unknown", "threshold_met"),
    ("threshold", "published", "threshold_met"),
    ("threshold", "pending", "threshold_met"),
    ("threshold", "received", "threshold_met"),
    ("no_duty", "unknown", "unknown_in_source"),
    ("no_duty", "published", "no_duty"),
    ("no_duty", "pending", "pending_moderation"),
    ("no_duty", "received", "no_duty"),
    ("unknown", "published", "unknown_in_source"),
    ("unknown", "pending", "pending_moderation"),
    ("unknown", "received", "unknown_in_source"),
];

/// What moderation or erasure did to the text, with every other situation. Where nothing else became of
/// the contribution, that itself is the headline.
const PREFIXED: [(&str, &str, &str); 56] = [
    ("erased", "inadmissible", "erased / inadmissible"),
    ("erased", "in_progress", "erased / in_progress"),
    ("erased", "adopted", "erased / adopted"),
    ("erased", "merged", "erased / rejected"),
    ("erased", "withdrawn", "erased / withdrawn"),
    ("erased", "overdue", "erased / no_response_overdue"),
    ("erased", "under_review", "erased / under_review"),
    ("erased", "awaiting", "erased / no_response_yet"),
    ("erased", "threshold", "erased / threshold_met"),
    ("erased", "no_duty", "erased / no_duty"),
    ("erased", "unknown", "erased / unknown_in_source"),
    ("erased", "published", "erased"),
    ("erased", "pending", "erased"),
    ("erased", "received", "erased"),
    ("removed", "inadmissible", "removed / inadmissible"),
    ("removed", "in_progress", "removed / in_progress"),
    ("removed", "adopted", "removed / adopted"),
    ("removed", "merged", "removed / rejected"),
    ("removed", "withdrawn", "removed / withdrawn"),
    ("removed", "overdue", "removed / no_response_overdue"),
    ("removed", "under_review", "removed / under_review"),
    ("removed", "awaiting", "removed / no_response_yet"),
    ("removed", "threshold", "removed / threshold_met"),
    ("removed", "no_duty", "removed / no_duty"),
    ("removed", "unknown", "removed / unknown_in_source"),
    ("removed", "published", "removed"),
    ("removed", "pending", "removed"),
    ("removed", "received", "removed"),
    ("hidden", "inadmissible", "hidden / inadmissible"),
    ("hidden", "in_progress", "hidden / in_progress"),
    ("hidden", "adopted", "hidden / adopted"),
    ("hidden", "merged", "hidden / rejected"),
    ("hidden", "withdrawn", "hidden / withdrawn"),
    ("hidden", "overdue", "hidden / no_response_overdue"),
    ("hidden", "under_review", "hidden / under_review"),
    ("hidden", "awaiting", "hidden / no_response_yet"),
    ("hidden", "threshold", "hidden / threshold_met"),
    ("hidden", "no_duty", "hidden / no_duty"),
    ("hidden", "unknown", "hidden / unknown_in_source"),
    ("hidden", "published", "hidden"),
    ("hidden", "pending", "hidden"),
    ("hidden", "received", "hidden"),
    ("redacted", "inadmissible", "redacted / inadmissible"),
    ("redacted", "in_progress", "redacted / in_progress"),
    ("redacted", "adopted", "redacted / adopted"),
    ("redacted", "merged", "redacted / rejected"),
    ("redacted", "withdrawn", "redacted / withdrawn"),
    ("redacted", "overdue", "redacted / no_response_overdue"),
    ("redacted", "under_review", "redacted / under_review"),
    ("redacted", "awaiting", "redacted / no_response_yet"),
    ("redacted", "threshold", "redacted / threshold_met"),
    ("redacted", "no_duty", "redacted / no_duty"),
    ("redacted", "unknown", "redacted / unknown_in_source"),
    ("redacted", "published", "redacted"),
    ("redacted", "pending", "redacted"),
    ("redacted", "received", "redacted"),
];

#[test]
fn each_situation_alone_has_its_headline_and_its_rank() {
    for (situation, code, rank) in ALONE {
        let found = among(&[situation]);
        assert_eq!((found.code.as_str(), found.rank), (code, rank), "{situation}");
        assert_eq!(found.prefix, None, "{situation}");
    }
}

#[test]
fn of_two_situations_the_table_says_which_is_the_headline() {
    for (one, other, code) in PAIRS {
        assert_eq!(written(&among(&[one, other])), code, "{one} with {other}");
        assert_eq!(written(&among(&[other, one])), code, "{other} with {one}");
    }
}

#[test]
fn the_table_names_every_pair_that_can_hold_together() {
    let entries = ["published", "pending", "received"];
    for (place, (one, ..)) in ALONE.iter().enumerate() {
        for (other, ..) in &ALONE[place + 1..] {
            let exclusive = entries.contains(one) && entries.contains(other);
            let rows = PAIRS.iter().filter(|(a, b, _)| a == one && b == other).count();
            assert_eq!(rows, usize::from(!exclusive), "{one} with {other}");
        }
    }
}

#[test]
fn what_was_done_to_the_text_stands_before_whatever_became_of_the_contribution() {
    for (prefix, situation, expected) in PREFIXED {
        assert_eq!(written(&among(&[prefix, situation])), expected, "{prefix} with {situation}");
    }
}

#[test]
fn the_table_names_every_prefix_with_every_situation() {
    for prefix in ["erased", "removed", "hidden", "redacted"] {
        for (situation, ..) in ALONE {
            let rows = PREFIXED.iter().filter(|(a, b, _)| *a == prefix && *b == situation).count();
            assert_eq!(rows, 1, "{prefix} with {situation}");
        }
    }
}

/// The strongest of many situations, from the order alone and the exceptions that [`PAIRS`] states.
fn strongest<'a>(situations: &[&'a str]) -> &'a str {
    let holds = |name: &str| situations.contains(&name);
    let speaks = |name: &str| match name {
        "overdue" | "awaiting" => !holds("unknown"),
        "no_duty" => !holds("unknown") && !holds("pending"),
        "unknown" => !holds("pending"),
        _ => true,
    };
    let place = |name: &str| ALONE.iter().position(|(situation, ..)| *situation == name).unwrap();
    situations.iter().copied().filter(|name| speaks(name)).min_by_key(|name| place(name)).unwrap()
}

#[test]
fn whatever_holds_together_the_strongest_is_the_headline() {
    let free = &ALONE[..11];
    for chosen in 0_u32..1 << free.len() {
        for entry in ["published", "pending", "received"] {
            let mut situations: Vec<&str> = free
                .iter()
                .enumerate()
                .filter(|(bit, _)| chosen & (1 << bit) != 0)
                .map(|(_, row)| row.0)
                .collect();
            situations.push(entry);
            let expected = ALONE.iter().find(|row| row.0 == strongest(&situations)).unwrap();
            let found = among(&situations);
            assert_eq!((found.code.as_str(), found.rank), (expected.1, expected.2), "{situations:?}");
        }
    }
}

#[test]
fn contested_and_insufficient_are_always_appended() {
    for (situation, ..) in ALONE {
        for (insufficient, contested) in [(true, false), (false, true), (true, true)] {
            let targets = [rejected()];
            let mut duties = vec![];
            let mut inputs = FateInputs { insufficient, contested, ..published() };
            hold(&mut inputs, &mut duties, situation);
            if situation == "merged" {
                inputs.linkage = Some(LinkedTo { how: Linkage::MergedInto, targets: &targets });
            }
            let found = asked(&FateInputs { duties: &duties, ..inputs });
            let mut expected = vec![];
            expected.extend(insufficient.then_some(FateCode::Insufficient));
            expected.extend(contested.then_some(FateCode::Contested));
            assert_eq!(found.appended, expected, "{situation}");
        }
    }
}

#[test]
fn every_decision_and_every_delivery_is_its_own_headline() {
    for decision in Decision::ALL {
        let found = asked(&FateInputs { decision: Some(*decision), ..published() });
        assert_eq!(found.code, FateCode::from(*decision));
    }
    for state in Delivery::ALL {
        let delivery = Some(Delivered { state: *state, promised: None });
        let found = asked(&FateInputs { delivery, ..published() });
        assert_eq!(found.code, FateCode::from(*state));
    }
}

#[test]
fn the_latest_decision_by_publication_stands_and_of_two_at_once_the_later_recorded() {
    let acts = [(NOW, Decision::Deferred), (midnight(-9), Decision::Rejected), (NOW, Decision::Adopted)];
    assert_eq!(latest(acts), Some(Decision::Adopted));
    assert_eq!(latest::<Decision>([]), None);
}

#[test]
fn an_overdue_answer_says_which_duty_and_since_when() {
    let duties = [AWAITED, OVERDUE];
    let found = asked(&FateInputs { duties: &duties, ..published() });
    let state = DutyState::Overdue { deadline: midnight(-40), days: 41 };
    assert_eq!(found.owed, Some(Owed { duty: 1, state }));
    assert_eq!(found.next_change, Some(midnight(1)), "tomorrow it is one day more");
}

#[test]
fn an_awaited_answer_says_until_when() {
    let later = Duty { deadline: Some(midnight(30)), ..AWAITED };
    let undated = Duty::open_ended(DutyKind::Must, midnight(-5));
    let duties = [undated, later, AWAITED];
    let found = asked(&FateInputs { duties: &duties, ..published() });
    let state = DutyState::Due { deadline: midnight(10), in_days: 9 };
    assert_eq!(found.owed, Some(Owed { duty: 2, state }));
}

#[test]
fn only_a_duty_that_obliges_makes_an_answer_overdue() {
    let duties = [Duty { kind: DutyKind::Should, ..OVERDUE }];
    let found = asked(&FateInputs { duties: &duties, ..published() });
    assert_eq!(found.code, FateCode::NoResponseYet);
    assert_eq!(found.owed.unwrap().state, DutyState::DatePassed { deadline: midnight(-40) });
}

#[test]
fn a_source_observed_before_the_deadline_never_makes_an_authority_late() {
    let duties = [AWAITED];
    let inputs = FateInputs { duties: &duties, coverage: Coverage::Until(midnight(3)), ..published() };
    let code = |days| headline(&inputs, midnight(days), &Zone::utc()).code;
    assert_eq!(code(2), FateCode::NoResponseYet);
    assert_eq!(code(3), FateCode::UnknownInSource);
    assert_eq!(code(50), FateCode::UnknownInSource);
}

#[test]
fn a_discharged_duty_leaves_nothing_awaited() {
    let duties = [Duty { discharged: Some(midnight(-1)), ..AWAITED }];
    assert_eq!(asked(&FateInputs { duties: &duties, ..published() }).code, FateCode::Published);
}

#[test]
fn an_answer_judged_insufficient_stands_while_its_duty_goes_on() {
    let duties = [OVERDUE];
    let decision = Some(Decision::Answered);
    let inputs = FateInputs { duties: &duties, decision, insufficient: true, ..published() };
    let found = asked(&inputs);
    assert_eq!((found.code, found.appended), (FateCode::Answered, vec![FateCode::Insufficient]));
    assert_eq!(Axes::at(&inputs, NOW, &Zone::utc()).silence, Some(FateCode::NoResponseOverdue));
}

#[test]
fn a_commitment_behind_its_date_is_said_until_it_is_kept_or_given_up() {
    let expected = [
        (Delivery::Planned, true),
        (Delivery::InProgress, true),
        (Delivery::PartiallyDone, true),
        (Delivery::Done, false),
        (Delivery::Abandoned, false),
    ];
    for (state, behind) in expected {
        let delivery = Some(Delivered { state, promised: Some(NOW) });
        let inputs = FateInputs { delivery, ..published() };
        assert_eq!(asked(&inputs).appended.contains(&FateCode::Slipped), behind, "{state}");
        let before = headline(&inputs, NOW.plus_ms(-1), &Zone::utc());
        assert_eq!((before.appended, before.next_change), (vec![], behind.then_some(NOW)), "{state}");
    }
}

#[test]
fn a_contribution_whose_time_ran_out_is_expired_unless_it_went_on() {
    let inputs = FateInputs { expires_at: Some(NOW), no_duty: true, ..published() };
    assert_eq!(asked(&inputs).code, FateCode::Expired);
    assert_eq!(headline(&inputs, NOW.plus_ms(-1), &Zone::utc()).next_change, Some(NOW));
    assert_eq!(asked(&FateInputs { threshold_met: true, ..inputs }).code, FateCode::ThresholdMet);
    assert_eq!(asked(&FateInputs { withdrawn: true, ..inputs }).code, FateCode::Withdrawn);
    let adopted = FateInputs { decision: Some(Decision::Adopted), ..inputs };
    assert_eq!(asked(&adopted).code, FateCode::Adopted);
}

/// A contribution merged into one whose headline is `target`.
fn merged_into(target: Headline) -> Headline {
    let targets = [target];
    let linkage = Some(LinkedTo { how: Linkage::MergedInto, targets: &targets });
    asked(&FateInputs { linkage, ..published() })
}

#[test]
fn a_fate_is_inherited_through_three_merges_and_no_more() {
    let mut chain = vec![rejected()];
    for _ in 0..4 {
        chain.push(merged_into(chain.last().unwrap().clone()));
    }
    let told: Vec<_> = chain.iter().map(|it| (it.code, it.hops())).collect();
    let rejected = FateCode::Rejected;
    assert_eq!(told, [(rejected, 0), (rejected, 1), (rejected, 2), (rejected, 3), (FateCode::MergedInto, 0)]);
}

#[test]
fn a_split_contribution_inherits_only_what_its_parts_agree_on() {
    let adopted = asked(&FateInputs { decision: Some(Decision::Adopted), ..published() });
    let split = |targets: &[Headline]| {
        asked(&FateInputs { linkage: Some(LinkedTo { how: Linkage::SplitInto, targets }), ..published() })
            .code
    };
    assert_eq!(split(&[adopted.clone(), adopted.clone()]), FateCode::Adopted);
    assert_eq!(split(&[adopted, rejected()]), FateCode::SplitInto);
    assert_eq!(split(&[]), FateCode::SplitInto);
}

#[test]
fn what_is_disputed_or_late_about_the_target_is_inherited_with_its_fate() {
    let disputed =
        asked(&FateInputs { decision: Some(Decision::Answered), insufficient: true, ..published() });
    let heir = merged_into(disputed);
    assert_eq!((heir.code, heir.appended), (FateCode::Answered, vec![FateCode::Insufficient]));
}

#[test]
fn an_inherited_headline_changes_when_its_target_does() {
    let duties = [AWAITED];
    let target = asked(&FateInputs { duties: &duties, ..published() });
    assert_eq!(merged_into(target.clone()).next_change, target.next_change);
    assert_eq!(target.next_change, Some(midnight(1)));
}

#[test]
fn what_a_target_lost_to_moderation_is_not_said_of_its_heir() {
    let decision = Some(Decision::Rejected);
    let target =
        asked(&FateInputs { decision, moderated: Moderated::UNTOUCHED.after_erasure(), ..published() });
    assert_eq!(target.prefix, Some(FateCode::Erased));
    assert_eq!(merged_into(target).prefix, None);
}

#[test]
fn the_axes_are_read_each_alone() {
    let targets = [rejected()];
    let duties = [OVERDUE];
    let inputs = FateInputs {
        moderated: Moderated { visibility: Visibility::Hidden, inadmissible: false },
        linkage: Some(LinkedTo { how: Linkage::DuplicateOf, targets: &targets }),
        duties: &duties,
        threshold_met: true,
        ..published()
    };
    let expected = Axes {
        stage: FateCode::ThresholdMet,
        visibility: Some(FateCode::Hidden),
        linkage: Some(FateCode::DuplicateOf),
        decision: None,
        delivery: None,
        silence: Some(FateCode::NoResponseOverdue),
    };
    assert_eq!(Axes::at(&inputs, NOW, &Zone::utc()), expected);
}

#[test]
fn an_axis_never_holds_a_code_of_another() {
    use crate::rules::vocabulary::Axis;
    for (situation, ..) in ALONE {
        let mut duties = vec![];
        let mut inputs = published();
        hold(&mut inputs, &mut duties, situation);
        let axes = Axes::at(&FateInputs { duties: &duties, ..inputs }, NOW, &Zone::utc());
        assert_eq!(axes.stage.axis(), Axis::Stage, "{situation}");
        for (code, axis) in [
            (axes.visibility, Axis::Visibility),
            (axes.linkage, Axis::Linkage),
            (axes.decision, Axis::Decision),
            (axes.delivery, Axis::Delivery),
            (axes.silence, Axis::Silence),
        ] {
            assert!(code.is_none_or(|code| code.axis() == axis), "{situation}: {code:?}");
        }
    }
}

/// Any duty that began within some months of [`NOW`].
fn any_duty() -> impl Strategy<Value = Duty> {
    let instant = || (-200 * DAY..200 * DAY).prop_map(|ms| NOW.plus_ms(ms));
    let maybe = || proptest::option::weighted(0.3, instant());
    (proptest::bool::ANY, instant(), proptest::option::of(instant()), maybe(), maybe()).prop_map(
        |(must, trigger, deadline, transferred, discharged)| Duty {
            kind: if must { DutyKind::Must } else { DutyKind::Should },
            trigger,
            deadline,
            transferred,
            discharged,
        },
    )
}

proptest! {
    /// Why a cached answer may be kept until then, and must not be kept longer.
    #[test]
    fn a_headline_holds_until_its_next_change_and_differs_then(
        duties in proptest::collection::vec(any_duty(), 0..4),
        covered in proptest::option::of(-200 * DAY..200 * DAY),
        expires in proptest::option::of(-200 * DAY..200 * DAY),
        promised in proptest::option::of(-200 * DAY..200 * DAY),
        (no_duty, under_review, threshold_met) in proptest::prelude::any::<(bool, bool, bool)>(),
        share in 0_i64..1000,
    ) {
        let zone = Zone::named("Europe/Paris").unwrap();
        let inputs = FateInputs {
            duties: &duties,
            coverage: covered.map_or(Coverage::Live, |ms| Coverage::Until(NOW.plus_ms(ms))),
            expires_at: expires.map(|ms| NOW.plus_ms(ms)),
            delivery: promised.map(|ms| Delivered {
                state: Delivery::Planned,
                promised: Some(NOW.plus_ms(ms)),
            }).filter(|_| share % 2 == 0),
            no_duty, under_review, threshold_met,
            ..published()
        };
        let told = |at| Headline { next_change: None, ..headline(&inputs, at, &zone) };
        let next = headline(&inputs, NOW, &zone).next_change;
        let horizon = next.unwrap_or(NOW.plus_ms(400 * DAY));
        let between = NOW.plus_ms((horizon.0 - NOW.0 - 1) / 1000 * share);
        prop_assert_eq!(told(between), told(NOW));
        if let Some(next) = next {
            prop_assert_ne!(told(next), told(NOW));
        }
    }

    #[test]
    fn no_answer_is_ever_missed_where_the_record_would_not_know_of_it(
        duties in proptest::collection::vec(any_duty(), 0..4),
        at in -300 * DAY..300 * DAY,
    ) {
        let inputs = FateInputs { duties: &duties, coverage: Coverage::None, ..published() };
        let found = headline(&inputs, NOW.plus_ms(at), &Zone::utc());
        prop_assert_eq!((found.code, found.owed), (FateCode::UnknownInSource, None));
    }
}
