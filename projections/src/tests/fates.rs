//! What became of it: the views' rows, put before the shared rules.

use devenir_core::event::code::{RulesOrigin, Stage};
use devenir_core::event::consultation::{PhaseClosed, PhaseClosedFacts};
use devenir_core::event::oversight::{ImportSealed, ImportSealedFacts};
use devenir_core::event::part::RuleSet;
use devenir_core::event::{Absence, Part};
use devenir_core::id::IntentId;
use devenir_core::rules::duty::DutyState;
use devenir_core::rules::fate::Rank;
use devenir_core::rules::vocabulary::FateCode;
use devenir_core::rules::{AmendmentFate, ModerationAction, Outcome};
use devenir_core::time::Timestamp;

use crate::fate::Fate;
use crate::query::By;
use crate::testing::{Folded, History, NATIVE, OBSERVED, day, plain_rules, words};

fn rules(json: serde_json::Value) -> RuleSet {
    serde_json::from_value(json).unwrap()
}

/// The mayor must answer within 60 days of what starts the delay.
fn must_answer(from: &str) -> RuleSet {
    rules(serde_json::json!({
        "moderated_before": false,
        "phases": [{ "admits": ["submissions"], "name": "Déposer" }],
        "thresholds": [{ "brings": "response", "count": 50 }],
        "answer_within": { "body": 0, "days": 60, "from": from, "must": true, "source": "article 5" },
    }))
}

fn fate(history: &History, of: IntentId, now: Timestamp) -> Fate {
    let read = Folded::of(&history.events).read();
    let subject = read.subject_by_id(of).unwrap().unwrap();
    let consultation = read.consultation(By::Position(subject.consultation)).unwrap().unwrap();
    read.fate(&subject, &consultation, now).unwrap()
}

fn code(history: &History, of: IntentId, now: Timestamp) -> FateCode {
    fate(history, of, now).headline.code
}

fn native(rules: RuleSet) -> (History, IntentId) {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    history.rules(1, rules);
    let id = history.submit(1, 1, words("Titre", "texte"));
    (history, id)
}

#[test]
fn an_answer_owed_is_awaited_then_overdue_then_given_late() {
    let (mut history, id) = native(must_answer("publication"));
    history.publish(1, id);
    let awaited = fate(&history, id, day(10));
    assert_eq!(awaited.headline.code, FateCode::NoResponseYet);
    assert_eq!(
        (awaited.duties[0].body.as_deref(), awaited.duties[0].rule.as_str()),
        (Some("Ville"), "article 5")
    );
    assert!(matches!(awaited.duties[0].state, Some(DutyState::Due { in_days: 50, .. })), "{awaited:?}");
    let late = fate(&history, id, day(101));
    assert_eq!((late.headline.code, late.headline.rank), (FateCode::NoResponseOverdue, Rank::Overdue));
    assert!(matches!(late.duties[0].state, Some(DutyState::Overdue { days: 41, .. })), "{late:?}");
    let response = history.respond(1, &[id], Outcome::Adopted);
    let answered = fate(&history, id, day(101));
    assert_eq!(answered.headline.code, FateCode::Adopted);
    assert_eq!(answered.decided_by, Some(history.position_of(response)));
    assert!(matches!(answered.duties[0].state, Some(DutyState::Discharged { .. })));
}

#[test]
fn being_examined_discharges_nothing() {
    let (mut history, id) = native(must_answer("publication"));
    history.publish(1, id);
    history.respond(1, &[id], Outcome::UnderReview);
    assert_eq!(code(&history, id, day(10)), FateCode::UnderReview);
    assert_eq!(code(&history, id, day(100)), FateCode::NoResponseOverdue);
}

#[test]
fn a_replaced_answer_no_longer_stands() {
    let (mut history, id) = native(must_answer("publication"));
    let first = history.respond(1, &[id], Outcome::Rejected);
    assert_eq!(code(&history, id, day(1)), FateCode::Rejected);
    history.supersede(1, first, &[id], Outcome::AdoptedWithChanges);
    assert_eq!(code(&history, id, day(1)), FateCode::AdoptedWithChanges);
}

#[test]
fn a_contest_is_said_beside_the_response_in_force_moves_no_duty_and_ends_with_the_next_response() {
    let (mut history, id) = native(must_answer("publication"));
    let other = history.submit(1, 2, words("Autre", "texte"));
    history.publish(1, id);
    let first = history.respond(1, &[id, other], Outcome::Rejected);
    let before = fate(&history, id, day(1));
    history.contest(1, id, first);
    let contested = fate(&history, id, day(1));
    assert_eq!(contested.headline.code, FateCode::Rejected);
    assert_eq!(contested.headline.appended, [FateCode::Contested]);
    assert_eq!(contested.duties, before.duties);
    assert_eq!(fate(&history, other, day(1)).headline.appended, []);
    history.correct(1, first, "Mieux dit.");
    assert_eq!(fate(&history, id, day(1)).headline.appended, [FateCode::Contested]);
    let second = history.supersede(1, first, &[id], Outcome::AdoptedWithChanges);
    assert_eq!(fate(&history, id, day(1)).headline.appended, []);
    history.contest(1, id, second);
    assert_eq!(fate(&history, id, day(1)).headline.appended, [FateCode::Contested]);
}

#[test]
fn a_threshold_starts_the_duty_and_without_it_nobody_owes_once_the_votes_are_over() {
    let voting = RuleSet {
        phases: rules(serde_json::json!({
            "moderated_before": false, "phases": [{ "admits": ["submissions", "votes"], "name": "Déposer" }],
        }))
        .phases,
        ..must_answer("threshold")
    };
    let (mut history, id) = native(voting.clone());
    history.publish(1, id);
    assert_eq!(code(&history, id, day(10)), FateCode::Published, "support may still come");
    let mut over = history.clone();
    let facts = PhaseClosedFacts { phase: 0 };
    over.push(1, NATIVE, PhaseClosed { facts }, &[]);
    assert_eq!(code(&over, id, day(10)), FateCode::NoDuty);
    history.reach_threshold(1, id);
    assert_eq!(code(&history, id, day(10)), FateCode::NoResponseYet);
    let (mut history, id) = native(RuleSet { answer_within: None, ..voting });
    history.publish(1, id);
    history.reach_threshold(1, id);
    let undated = fate(&history, id, day(1_000));
    assert_eq!(undated.headline.code, FateCode::NoResponseYet, "expected, without a date");
    assert_eq!(undated.duties[0].state, Some(DutyState::Undated));
}

#[test]
fn of_a_text_that_moderation_touched_that_is_what_is_said() {
    let (mut history, id) = native(plain_rules());
    history.publish(1, id);
    history.moderate(1, id, ModerationAction::Hide, None);
    assert_eq!(code(&history, id, day(1)), FateCode::Hidden);
}

#[test]
fn rules_that_ask_nobody_leave_no_duty_and_unknown_rules_claim_nothing() {
    let (mut history, id) = native(plain_rules());
    history.publish(1, id);
    assert_eq!(code(&history, id, day(10)), FateCode::NoDuty);
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let id = history.submit(1, 1, words("Titre", "texte"));
    history.publish(1, id);
    assert_eq!(code(&history, id, day(10)), FateCode::Published);
}

#[test]
fn what_moderation_did_stands_before_the_rest() {
    let (mut history, id) = native(must_answer("publication"));
    history.respond(1, &[id], Outcome::Adopted);
    history.moderate(1, id, ModerationAction::Hide, None);
    let fate = fate(&history, id, day(1));
    assert_eq!((fate.headline.prefix, fate.headline.code), (Some(FateCode::Hidden), FateCode::Adopted));
    history.moderate(1, id, ModerationAction::Reject, None);
    assert_eq!(code(&history, id, day(1)), FateCode::Inadmissible);
}

#[test]
fn a_withdrawn_contribution_is_said_so_unless_it_was_decided() {
    let (mut history, id) = native(must_answer("publication"));
    history.withdraw(1, id);
    assert_eq!(code(&history, id, day(1)), FateCode::Withdrawn);
    history.respond(1, &[id], Outcome::AlreadySatisfied);
    assert_eq!(code(&history, id, day(1)), FateCode::AlreadySatisfied);
}

#[test]
fn an_amendment_has_the_fate_that_was_decided_on_it() {
    let (mut history, id) = native(must_answer("publication"));
    for (number, decided, expected) in [
        (1, AmendmentFate::Adopted, FateCode::Adopted),
        (2, AmendmentFate::Lapsed, FateCode::Lapsed),
        (3, AmendmentFate::Inadmissible, FateCode::Inadmissible),
        (4, AmendmentFate::Withdrawn, FateCode::Withdrawn),
        (5, AmendmentFate::NotSupported, FateCode::NotSupported),
    ] {
        let amendment = history.amend(1, id, number, words("Mieux", "b"));
        assert_eq!(code(&history, amendment, day(1)), FateCode::Published, "before {decided}");
        history.decide_amendment(1, amendment, decided);
        assert_eq!(code(&history, amendment, day(1)), expected);
    }
}

#[test]
fn a_source_without_answers_is_never_made_to_say_that_there_is_none() {
    let mut history = History::new();
    history.register(1, "ancien", RulesOrigin::Observed);
    history.rules(1, must_answer("publication"));
    let id = history.submit_said(1, OBSERVED, 1, words("Titre", "texte"));
    let seal = |history: &mut History, covers: Vec<Stage>| {
        let facts = ImportSealedFacts {
            covers,
            format: devenir_core::event::code::ImportFormat::Consul,
            gaps: 0,
            observed_at: day(200),
            read: 1,
            refused: 0,
            skipped: 0,
            written: 1,
        };
        let manifest = Part::Absent(Absence::NotInSource);
        history.push(1, OBSERVED, ImportSealed { facts, manifest }, &[]);
    };
    seal(&mut history, vec![Stage::Submissions]);
    assert_eq!(code(&history, id, day(150)), FateCode::UnknownInSource);
    seal(&mut history, vec![Stage::Responses]);
    assert_eq!(code(&history, id, day(150)), FateCode::NoResponseOverdue);
    assert_eq!(code(&history, id, day(200)), FateCode::UnknownInSource, "the observation is itself beyond");
    assert_eq!(code(&history, id, day(201)), FateCode::UnknownInSource, "beyond the observation");
}

#[test]
fn where_the_rules_are_not_known_a_threshold_is_said_and_no_duty_is_invented() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let id = history.submit(1, 1, words("Titre", "texte"));
    history.publish(1, id);
    history.reach_threshold(1, id);
    let reached = fate(&history, id, day(10));
    assert_eq!((reached.headline.code, reached.duties), (FateCode::ThresholdMet, vec![]));
}
