//! Erasing everything of every person leaves fates, duties and counts as they were, and nothing erased in the views.
//!
//! A choice that counts is left out: no erasure takes it. Either its vote is taken back with it, or its author alone goes
//! (`docs/design.md`, Erasure).

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{ErasureScope, RulesOrigin};
use devenir_core::event::part::{ChoiceMade, RedactedText, erasure_mask};
use devenir_core::event::{Event, PartContent as _};
use devenir_core::id::IntentId;
use devenir_core::rules::{ModerationAction, Outcome};
use proptest::prelude::*;

use crate::model::TextAbsence;
use crate::query::{By, Page, StepOrder};
use crate::testing::random::{World, draws};
use crate::testing::{Folded, History, day, difference, words};

/// The same events without any part of a person, but for choices that count.
fn without_people(events: &[Recorded]) -> Vec<Recorded> {
    let mut bare = events.to_vec();
    for event in &mut bare {
        let kinds = event.event.committed_kinds();
        let kept = kinds.iter().position(|kind| *kind == ChoiceMade::KIND).map_or(0, |index| 1 << index);
        event.event.erase(erasure_mask(kinds, ErasureScope::All) & !kept);
    }
    bare
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn without_any_word_of_any_person_fates_duties_and_counts_are_what_they_were(
        draws in draws(120), days in 0_i64..200,
    ) {
        let events = World::of(&draws).history.events;
        let (whole, bare) = (Folded::of(&events).read(), Folded::of(&without_people(&events)).read());
        for event in &events {
            let (was, is) = (whole.subject(event.position).unwrap(), bare.subject(event.position).unwrap());
            prop_assert_eq!(was.is_some(), is.is_some());
            let (Some(was), Some(is)) = (was, is) else { continue };
            let consultation = |read: &crate::Reading| read.consultation(By::Position(was.consultation)).unwrap().unwrap();
            let before = whole.fate(&was, &consultation(&whole), day(days)).unwrap();
            let after = bare.fate(&is, &consultation(&bare), day(days)).unwrap();
            prop_assert_eq!(&before.headline, &after.headline);
            prop_assert_eq!(format!("{:?}", before.duties), format!("{:?}", after.duties));
            prop_assert_eq!(was.support, is.support);
            let counts = |read: &crate::Reading| format!("{:?}", read.tallies(event.position).unwrap());
            prop_assert_eq!(counts(&whole), counts(&bare));
            prop_assert!(is.writer.name.is_none() && is.writer.tag.is_none() && is.place.is_none());
        }
    }
}

/// The same record as it is read once the parts that these erasures name are deleted.
fn deleted(history: &History, erased: &[(IntentId, u16)]) -> Vec<Recorded> {
    let mut events = history.events.clone();
    for (id, mask) in erased {
        let target = events.iter_mut().find(|event| event.id == *id).unwrap();
        target.event.erase(*mask);
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn after_any_erasure_the_views_are_those_that_a_rebuild_makes(
        draws in draws(90), picks in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..4), 1..12),
    ) {
        let mut history = World::of(&draws).history;
        let before = history.events.len();
        let mut erased = Vec::new();
        for (pick, scope) in picks {
            let target = &history.events[pick.index(before)];
            // A choice that counts goes only with its vote.
            let is_a_vote = matches!(target.event, Event::Vote(_));
            let scope = if is_a_vote { Some(&ErasureScope::Author) } else { ErasureScope::ALL.get(scope) };
            let id = target.id;
            let mask = match scope {
                Some(scope) => history.erase(id, *scope),
                None => history.take_down(id),
            };
            erased.push((id, mask));
        }
        let mut folded = Folded::of(&history.events[..before]);
        folded.catch_up(&history.events);
        let rebuilt = Folded::of(&deleted(&history, &erased));
        prop_assert_eq!(difference(&folded.dump(), &rebuilt.dump()), "");
    }
}

/// A consultation with one contribution, answered.
fn answered() -> (History, IntentId, IntentId) {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let idea = history.submit(1, 1, words("Titre", "texte"));
    let response = history.respond(1, &[idea], Outcome::Adopted);
    (history, idea, response)
}

#[test]
fn a_name_that_a_correction_brought_is_gone_with_it_and_the_wrong_one_does_not_come_back() {
    let (mut history, _, response) = answered();
    let correction = history.correct_signatory(1, response, "Zebulon Kwakwa");
    let position = history.position_of(response);
    let mut folded = Folded::of(&history.events);
    let signatory = folded.read().response(position).unwrap().unwrap().signatory;
    assert_eq!(signatory.map(|signatory| signatory.name).as_deref(), Some("Zebulon Kwakwa"));
    let mask = history.erase(correction, ErasureScope::Author);
    folded.catch_up(&history.events);
    let shown = folded.read().response(position).unwrap().unwrap();
    assert_eq!((shown.signatory, shown.signatory_absent), (None, Some(TextAbsence::Erased)));
    assert!(!folded.dump().iter().any(|row| row.contains("Zebulon")));
    let rebuilt = Folded::of(&deleted(&history, &[(correction, mask)]));
    assert_eq!(
        rebuilt.read().response(position).unwrap().unwrap().signatory_absent,
        Some(TextAbsence::Erased)
    );
}

#[test]
fn the_text_of_a_response_that_two_people_took_down_is_gone_and_its_trail_says_so() {
    let (mut history, idea, response) = answered();
    let correction = history.correct(1, response, "Mieux dit : wambengers.");
    let (idea, at) = (history.position_of(idea), history.position_of(response));
    let mut folded = Folded::of(&history.events);
    assert!(folded.dump().iter().any(|row| row.contains("wambengers")));
    let mask = history.take_down(correction);
    folded.catch_up(&history.events);
    let shown = folded.read().response(at).unwrap().unwrap();
    assert_eq!((shown.act, shown.act_absent), (None, Some(TextAbsence::TakenDown)));
    let [decided, countersigned] = [2, 1].map(|back| history.events[history.events.len() - back].position);
    assert_eq!(shown.act_because, Some(decided));
    assert!(!folded.dump().iter().any(|row| row.contains("wambengers")));
    let steps = folded.read().steps(idea, StepOrder::Record, Page::first(100, None)).unwrap();
    let steps: Vec<_> = steps.items.iter().map(|(_, step)| step.position).collect();
    assert!(
        steps.ends_with(&[decided, countersigned]),
        "both hands stand where the response does: {steps:?}"
    );
    let [erasure] = folded.read().erasures_due().unwrap().try_into().unwrap();
    assert_eq!((erasure.position, erasure.since), (decided, countersigned));
    assert_eq!(
        folded.read().erasures_from(countersigned, 9).unwrap(),
        [erasure],
        "a mirror that came so far asks on"
    );
    let rebuilt = Folded::of(&deleted(&history, &[(correction, mask)]));
    assert_eq!(difference(&folded.dump(), &rebuilt.dump()), "");
}

#[test]
fn the_words_that_a_redaction_left_are_gone_with_it_from_the_text_and_from_the_search() {
    let (mut history, idea, _) = answered();
    let left = RedactedText { title: Some("Titre".into()), body: Some("dunnartique".into()) };
    let measure = history.moderate(1, idea, ModerationAction::Redact, Some(left));
    let mut folded = Folded::of(&history.events);
    let found = |folded: &Folded| folded.dump().iter().filter(|row| row.contains("dunnartique")).count();
    assert!(found(&folded) > 1, "in the text and in the search");
    history.erase(measure, ErasureScope::Content);
    folded.catch_up(&history.events);
    assert_eq!(found(&folded), 0);
}
