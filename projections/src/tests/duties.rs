//! What is owed in a consultation, and that its list says what each page says.

use devenir_core::event::RefRole;
use devenir_core::event::code::{RulesOrigin, Trust};
use devenir_core::event::contribution::{Published, PublishedFacts};
use devenir_core::event::part::RuleSet;
use devenir_core::id::IntentId;
use devenir_core::rules::Outcome;
use devenir_core::time::{Claimed, Timestamp};

use crate::Reading;
use crate::query::{By, Consultation, DutyStanding, Page};
use crate::testing::{Folded, History, OBSERVED, Said, day, words};

/// The town must answer within 60 days of publication.
fn rules() -> RuleSet {
    serde_json::from_value(serde_json::json!({
        "moderated_before": false, "phases": [], "thresholds": [],
        "answer_within": { "body": 0, "days": 60, "from": "publication", "must": true, "source": "article 5" },
    }))
    .unwrap()
}

/// Publishes as it was done on paper, so many days after the start.
fn published(history: &mut History, subject: IntentId, days: i64) {
    let said = Said { trust: Trust::Attested, occurred: Claimed::instant(day(days)) };
    history.push(1, said, Published { facts: PublishedFacts {} }, &[(RefRole::Subject, subject)]);
}

/// 1 answered late, 2 overdue, 3 answered in time, 4 due, 5 never published, 6 being examined.
fn town() -> Folded {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    history.rules(1, rules());
    let ids: Vec<IntentId> =
        (1..=6).map(|number| history.submit(1, number, words("Titre", "texte"))).collect();
    for (id, days) in ids.iter().zip([-100, -100, -10, 0]) {
        published(&mut history, *id, days);
    }
    history.respond(1, &[ids[0], ids[2]], Outcome::Adopted);
    history.respond(1, &[ids[5]], Outcome::UnderReview);
    history.register(2, "ancien-site", RulesOrigin::Observed);
    history.rules(2, rules());
    history.submit_said(2, OBSERVED, 1, words("Titre", "texte"));
    Folded::of(&history.events)
}

fn consultation(read: &Reading, slug: &str) -> Consultation {
    read.consultation(By::Slug(slug)).unwrap().unwrap()
}

/// The numbers of the contributions whose duty stands so, read by pages of `size`.
fn numbers(
    read: &Reading,
    slug: &str,
    standing: Option<DutyStanding>,
    now: Timestamp,
    size: usize,
) -> Vec<u32> {
    let consultation = consultation(read, slug);
    let mut numbers = Vec::new();
    let mut after = None;
    loop {
        let page = read.duties(&consultation, standing, now, Page::first(size, after)).unwrap();
        let reference = |subject: &crate::model::Subject| subject.reference.as_ref().unwrap().number;
        numbers.extend(page.items.iter().map(|(_, duty)| reference(&duty.subject)));
        after = page.items.last().map(|(key, _)| *key);
        if !page.has_next {
            return numbers;
        }
    }
}

#[test]
fn duties_are_told_apart_by_how_they_stand() {
    let folded = town();
    let read = folded.read();
    for (standing, expected) in [
        (None, &[1, 2, 3, 4, 5, 6][..]),
        (Some(DutyStanding::MetLate), &[1]),
        (Some(DutyStanding::Overdue), &[2]),
        (Some(DutyStanding::Met), &[3]),
        (Some(DutyStanding::Due), &[4, 5, 6]),
        (Some(DutyStanding::Unknown), &[]),
    ] {
        for size in [1, 2, 100] {
            assert_eq!(numbers(&read, "velo", standing, day(1), size), expected, "{standing:?} by {size}");
        }
    }
}

#[test]
fn what_is_late_depends_on_the_instant_alone() {
    let folded = town();
    let read = folded.read();
    let overdue = |now| numbers(&read, "velo", Some(DutyStanding::Overdue), now, 100);
    assert_eq!(overdue(day(-41)), [0_u32; 0]);
    assert_eq!(overdue(day(-30)), [1, 2], "the answer came later");
    assert_eq!(overdue(day(1)), [2]);
    assert_eq!(overdue(day(70)), [2, 4, 5, 6]);
}

#[test]
fn a_source_that_does_not_contain_answers_makes_nobody_late() {
    let folded = town();
    let read = folded.read();
    assert_eq!(numbers(&read, "ancien-site", Some(DutyStanding::Overdue), day(400), 10), [0_u32; 0]);
    assert_eq!(numbers(&read, "ancien-site", Some(DutyStanding::Unknown), day(400), 10), [1]);
}

#[test]
fn the_list_says_of_each_contribution_what_its_fate_says() {
    let folded = town();
    let read = folded.read();
    for slug in ["velo", "ancien-site"] {
        let consultation = consultation(&read, slug);
        for now in (-110..120).step_by(7).map(day) {
            let page = read.duties(&consultation, None, now, Page::first(100, None)).unwrap();
            let listing = crate::query::Listing {
                consultation: consultation.position,
                kind: None,
                genre: None,
                theme: None,
                order: crate::query::Order::Number,
            };
            let mut expected = Vec::new();
            for (_, subject) in read.contributions(&listing, Page::first(100, None)).unwrap().items {
                let duties = read.fate(&subject, &consultation, now).unwrap().duties;
                let begun = duties.into_iter().filter(|duty| duty.state.is_some());
                expected.extend(begun.map(|duty| (subject.position, duty)));
            }
            let listed: Vec<_> =
                page.items.into_iter().map(|(_, it)| (it.subject.position, it.duty)).collect();
            assert_eq!(listed, expected, "{slug} at {now}");
        }
    }
}
