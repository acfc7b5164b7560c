//! Hidden, removed, redacted and unpublished words are served by no path.

use devenir_core::event::code::RulesOrigin;
use devenir_core::event::part::{RedactedText, RuleSet};
use devenir_core::rules::ModerationAction;
use proptest::prelude::*;

use crate::model::TextAbsence;
use crate::query::Page;
use crate::testing::random::{Thing, World, draws};
use crate::testing::{Folded, History, plain_rules, words};

/// Everything that any question says of a subject's words.
fn said(read: &crate::Reading, thing: &Thing, world: &World) -> String {
    let position = world.history.position_of(thing.id);
    let subject = read.subject(position).unwrap().unwrap();
    let versions = read.versions(position).unwrap();
    let diffs: Vec<_> = versions
        .windows(2)
        .filter_map(|pair| read.changes(position, pair[0].number, pair[1].number).unwrap())
        .collect();
    format!("{subject:?} {versions:?} {diffs:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_word_is_found_and_read_exactly_while_it_may_be(draws in draws(80)) {
        let world = World::of(&draws);
        let folded = Folded::of(&world.history.events);
        let read = folded.read();
        for thing in &world.things {
            let position = world.history.position_of(thing.id);
            let said = said(&read, thing, &world);
            let readable = thing.readable();
            let left = thing.redacted.as_ref().map(|(_, left)| left);
            for word in thing.versions.iter().map(|(_, word)| word).chain(left) {
                let found = read.search(word, None, None, Page::first(100, None)).unwrap();
                let found: Vec<_> = found.items.iter().map(|(_, subject)| subject.position).collect();
                let expected = if thing.findable() == Some(word) { vec![position] } else { vec![] };
                // The last word typed may begin others: `mot1é` begins no other word here.
                prop_assert_eq!(found, expected, "searching {}", word);
                prop_assert_eq!(said.contains(word.as_str()), readable.contains(word.as_str()), "{}", word);
            }
        }
    }

    #[test]
    fn no_served_table_holds_a_word_that_may_not_be_read(draws in draws(80)) {
        let world = World::of(&draws);
        let folded = Folded::of(&world.history.events);
        let served: Vec<String> = folded
            .dump()
            .into_iter()
            .filter(|row| !row.starts_with("withheld:") && !row.starts_with("redaction:"))
            .collect();
        for thing in &world.things {
            let readable = thing.readable();
            for (_, word) in &thing.versions {
                let holds = served.iter().any(|row| row.contains(word.as_str()));
                prop_assert_eq!(holds, readable.contains(word.as_str()), "{}", word);
            }
        }
    }
}

#[test]
fn a_title_goes_where_its_text_goes_with_name_place_and_address() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let id = history.submit(1, 1, words("Un titre diffamatoire", "Du texte"));
    let position = history.position_of(id);
    let hidden = history.moderate(1, id, ModerationAction::Hide, None);
    let subject = Folded::of(&history.events).read().subject(position).unwrap().unwrap();
    assert_eq!(subject.title.absent, Some(TextAbsence::Hidden));
    assert_eq!(subject.title.because, Some(history.position_of(hidden)));
    assert_eq!((subject.url, subject.place, subject.writer.name), (None, None, None));
    assert_eq!(subject.source.unwrap().external_id, "1-1", "its number at the source still finds it");

    history.moderate(1, id, ModerationAction::Restore, None);
    let subject = Folded::of(&history.events).read().subject(position).unwrap().unwrap();
    assert_eq!(subject.title.plain.as_deref(), Some("Un titre diffamatoire"));
    assert_eq!(subject.writer.name.as_deref(), Some("Auteur 1"));
    assert_eq!(subject.measure, None);
}

#[test]
fn a_redaction_stands_for_its_version_and_all_before_and_not_for_later_ones() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let id = history.submit(1, 1, words("Titre", "premier texte"));
    history.revise(1, id, 2, words("Titre", "second texte avec un nom"));
    let left =
        RedactedText { title: Some("Titre".to_owned()), body: Some("second texte avec […]".to_owned()) };
    history.moderate(1, id, ModerationAction::Redact, Some(left));
    let bodies = |history: &History| -> Vec<Option<String>> {
        let read = Folded::of(&history.events).read();
        let versions = read.versions(history.position_of(id)).unwrap();
        versions.into_iter().map(|version| version.body.plain).collect()
    };
    assert_eq!(bodies(&history), [None, Some("second texte avec […]".to_owned())]);
    history.revise(1, id, 3, words("Titre", "troisième texte"));
    assert_eq!(
        bodies(&history)[1..],
        [Some("second texte avec […]".to_owned()), Some("troisième texte".to_owned())]
    );
}

#[test]
fn a_text_redacted_without_the_words_that_are_left_is_not_served() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let id = history.submit(1, 1, words("Titre", "texte"));
    history.moderate(1, id, ModerationAction::Redact, None);
    let subject = Folded::of(&history.events).read().subject(history.position_of(id)).unwrap().unwrap();
    assert_eq!(
        (subject.title.absent, subject.body.absent),
        (Some(TextAbsence::Hidden), Some(TextAbsence::Hidden))
    );
}

#[test]
fn where_a_moderator_reads_first_nothing_is_shown_before() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    history.rules(1, RuleSet { moderated_before: true, ..plain_rules() });
    let id = history.submit(1, 1, words("Titre", "texte"));
    let position = history.position_of(id);
    let mut folded = Folded::of(&history.events);
    let subject = folded.read().subject(position).unwrap().unwrap();
    assert!(subject.awaits_moderation);
    assert_eq!(subject.body.absent, Some(TextAbsence::Withheld));
    assert!(folded.read().search("texte", None, None, Page::first(9, None)).unwrap().items.is_empty());
    history.publish(1, id);
    folded.catch_up(&history.events);
    let subject = folded.read().subject(position).unwrap().unwrap();
    assert_eq!(subject.body.plain.as_deref(), Some("texte"));
    assert_eq!(folded.read().search("texte", None, None, Page::first(9, None)).unwrap().items.len(), 1);
}

#[test]
fn no_question_names_the_tables_of_what_may_not_be_served() {
    let questions = [
        include_str!("../query/children.rs"),
        include_str!("../query/consultation.rs"),
        include_str!("../query/find.rs"),
        include_str!("../query/findings.rs"),
        include_str!("../query/page.rs"),
        include_str!("../query/response.rs"),
        include_str!("../query/search.rs"),
        include_str!("../query/step.rs"),
        include_str!("../query/subject.rs"),
        include_str!("../query/tally.rs"),
        include_str!("../query/version.rs"),
        include_str!("../fate.rs"),
    ];
    for question in questions {
        for table in ["withheld", "redaction"] {
            for join in ["FROM", "JOIN"] {
                assert!(!question.contains(&format!("{join} {table}")), "{}", &question[..60]);
            }
        }
    }
}
