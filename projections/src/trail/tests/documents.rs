//! Two whole pages: one life recorded here, one taken over from a source that knows little.

use std::collections::BTreeMap;

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Choice, Trust};
use devenir_core::rules::{Coverage, Decision, Entry, FateInputs, Headline, Locale, Norm, Zone, headline};
use devenir_core::time::{Claimed, Precision};

use super::examples::{answered, examples, home, total};
use super::headlines::{NOW, inputs, overdue, owed_by_the_mayor};
use super::sentences::complaint;
use super::stage::{AMENDMENT, ARGUMENT, HOME, SECOND, Town, at, day};
use crate::trail::{
    Covers, Moment, OpenNow, ThingKind, TrailDocument, TrailInputs, TrailOrder, VersionFigures, Words,
};
use devenir_core::event::Event;
use devenir_core::id::IntentId;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::rules::Outcome;

fn example(name: &str) -> Recorded {
    examples().into_iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no `{name}`")).1
}

fn version(number: u32, written: &str) -> VersionFigures {
    let zone = Zone::named("Europe/Paris").unwrap();
    VersionFigures {
        number,
        title: Words::Said("Une piste protégée avenue Jaurès".to_owned()),
        written: Moment::day(&zone, day(written)),
        found: Moment::UNKNOWN,
        found_before: Moment::UNKNOWN,
        counted: vec![],
        territories: vec![],
        paper: vec![],
        observed: vec![],
    }
}

fn read(fate: &FateInputs<'_>) -> Headline {
    let fate = FateInputs { entry: Entry::Published, ..*fate };
    headline(&fate, day(NOW), &Zone::named("Europe/Paris").unwrap())
}

/// The proposal, revised, amended, supported, answered.
fn lived() -> Vec<Recorded> {
    let id = |n: u8| IntentId([n; 32]);
    vec![
        at(1, HOME, "2027-03-12", home()),
        at(2, id(201), "2027-03-12", example("contribution-published")),
        at(3, ARGUMENT, "2027-03-20", example("argument-posted for")),
        at(4, SECOND, "2027-04-01", example("contribution-revised")),
        at(5, AMENDMENT, "2027-04-02", example("amendment-submitted")),
        at(6, id(202), "2027-04-08", example("amendment-decided rejected")),
        at(7, id(203), "2027-03-26", example("threshold-reached response")),
        at(8, id(204), "2027-05-05", answered(Some(Outcome::AdoptedWithChanges))),
    ]
}

fn lived_page(locale: Locale) -> TrailDocument {
    let town = Town::new();
    let facts = lived();
    let breaches = BTreeMap::new();
    let duty = devenir_core::rules::Duty { discharged: Some(day("2027-05-05")), ..overdue() };
    let found = read(&FateInputs {
        decision: Some(Decision::AdoptedWithChanges),
        duties: &[duty],
        ..FateInputs::default()
    });
    let duties = [owed_by_the_mayor(duty)];
    let figures = [
        VersionFigures { counted: vec![(Choice::Support, 183)], ..version(1, "2027-03-12") },
        VersionFigures { counted: vec![(Choice::Support, 31)], ..version(2, "2027-04-01") },
    ];
    let inputs =
        TrailInputs { figures: &figures, demonstration: true, ..inputs(&found, &facts, &duties, &breaches) };
    TrailDocument::new(&inputs, &town, TrailOrder::Story, locale)
}

/// An opinion of an old national site: no answer in the source, most of what happened undated.
fn taken_over_page(locale: Locale) -> TrailDocument {
    let town =
        Town { kind: ThingKind::Opinion, covers: Covers::Nothing, delivery: Covers::Nothing, ..Town::new() };
    let id = |n: u8| IntentId([n; 32]);
    let facts = vec![
        Recorded { position: Position::new(1), id: HOME, ..example("contribution-submitted observed") },
        Recorded {
            position: Position::new(2),
            id: AMENDMENT,
            ..example("amendment-submitted observed undated")
        },
        Recorded { position: Position::new(3), id: id(205), ..example("votes-observed") },
        Recorded { position: Position::new(4), id: id(206), ..example("moderation-decided observed") },
    ];
    let breaches = BTreeMap::from([
        (Position::new(1), vec![Norm::EditsShown]),
        (Position::new(4), vec![Norm::GroundStated, Norm::ExplanationGiven, Norm::AppealPathStated]),
    ]);
    let found = read(&FateInputs { coverage: Coverage::None, ..FateInputs::default() });
    let counts = vec![total(Choice::For, 1_824), total(Choice::Mixed, 68), total(Choice::Against, 1_403)];
    let seen = Claimed::new(day("2015-10-18"), Precision::Day);
    let figures = [VersionFigures { observed: vec![(seen, counts)], ..version(1, "2015-09-26") }];
    let inputs = TrailInputs {
        figures: &figures,
        consultation: Some("Projet de loi pour une République numérique".to_owned()),
        organiser: None,
        origin: Some("republique-numerique.fr".to_owned()),
        origin_number: Some("265".to_owned()),
        taken_over: true,
        ..inputs(&found, &facts, &[], &breaches)
    };
    TrailDocument::new(&inputs, &town, TrailOrder::Story, locale)
}

#[test]
fn a_whole_life_in_french() {
    insta::assert_snapshot!(lived_page(Locale::Fr).render_text(100));
}

#[test]
fn a_whole_life_in_english() {
    insta::assert_snapshot!(lived_page(Locale::En).render_text(100));
}

#[test]
fn what_a_poor_source_tells_in_french() {
    insta::assert_snapshot!(taken_over_page(Locale::Fr).render_text(100));
}

#[test]
fn what_a_poor_source_tells_in_english() {
    insta::assert_snapshot!(taken_over_page(Locale::En).render_text(100));
}

#[test]
fn every_sentence_of_a_page_is_short_plain_and_whole() {
    for page in Locale::ALL.iter().flat_map(|locale| [lived_page(*locale), taken_over_page(*locale)]) {
        let sections = page.sections_before().chain(page.sections_after());
        let steps = page.steps.iter().flat_map(|step| step.notes.iter().chain([&step.sentence]));
        let said = sections.flat_map(|section| &section.sentences).chain(steps).chain([&page.headline]);
        for sentence in said {
            // Two sentences in one line are two sentences.
            for sentence in sentence.split_inclusive(". ").map(str::trim_end) {
                assert_eq!(complaint(sentence), None, "{}", page.locale);
            }
        }
    }
}

#[test]
fn no_line_is_wider_than_asked_where_words_allow() {
    for width in [40, 72, 100] {
        let text = lived_page(Locale::Fr).render_text(width);
        let wide = text.lines().find(|line| line.chars().count() > width);
        assert_eq!(wide, None, "at {width}");
    }
}

#[test]
fn a_page_says_no_answer_only_where_the_record_would_know() {
    for locale in Locale::ALL {
        let text = taken_over_page(*locale).render_text(100).to_lowercase();
        for words in ["sans réponse", "aucune réponse", "no answer", "no response is recorded"] {
            assert!(!text.contains(words), "{locale}: `{words}`");
        }
    }
}

#[test]
fn a_hidden_text_is_on_no_page() {
    let town = Town { served: false, ..Town::new() };
    let facts = lived();
    let breaches = BTreeMap::new();
    let found = read(&FateInputs::default());
    let inputs = TrailInputs {
        open: OpenNow { votes: true, ..OpenNow::default() },
        ..inputs(&found, &facts, &[], &breaches)
    };
    for locale in Locale::ALL {
        let text = TrailDocument::new(&inputs, &town, TrailOrder::Story, *locale).render_text(200);
        for secret in ["Jaurès", "Claire", "séparée des voitures", "bordure"] {
            assert!(!text.contains(secret), "{locale} shows `{secret}`");
        }
    }
    assert!(facts.iter().all(|it| it.trust == Trust::Native && !matches!(it.event, Event::Ledger(_))));
}

/// A proposal of a town's old site, read on two days: its text was there on the second only.
fn read_twice(locale: Locale) -> TrailDocument {
    let town = Town { covers: Covers::Nothing, delivery: Covers::Nothing, ..Town::new() };
    let facts = vec![
        Recorded { position: Position::new(1), id: HOME, ..example("contribution-submitted observed") },
        Recorded { position: Position::new(3), id: SECOND, ..example("contribution-revised found") },
    ];
    let breaches = BTreeMap::new();
    let found = read(&FateInputs { coverage: Coverage::None, ..FateInputs::default() });
    let reading = |day_read: &str, count| {
        (Claimed::new(day(day_read), Precision::Day), vec![total(Choice::Support, count)])
    };
    let zone = Zone::named("Europe/Paris").unwrap();
    let figures = [
        VersionFigures { observed: vec![reading("2025-11-03", 23)], ..version(1, "2025-10-30") },
        VersionFigures {
            observed: vec![reading("2025-11-05", 26)],
            written: Moment::UNKNOWN,
            found: Moment::day(&zone, day("2025-11-05")),
            found_before: Moment::day(&zone, day("2025-11-03")),
            ..version(2, "2025-11-05")
        },
    ];
    let inputs = TrailInputs {
        figures: &figures,
        taken_over: true,
        origin: Some("https://decide.madrid.es/proposals/39435".to_owned()),
        origin_number: Some("39435".to_owned()),
        ..inputs(&found, &facts, &[], &breaches)
    };
    TrailDocument::new(&inputs, &town, TrailOrder::Story, locale)
}

#[test]
fn a_version_that_was_found_is_never_said_to_be_written_on_the_day_it_was_recorded() {
    let page = read_twice(Locale::En);
    let said = page.versions.sentences.join("\n");
    assert!(
        said.contains("Version 2, found on 5 November 2025 (not yet there on 3 November 2025): 26 supports"),
        "{said}"
    );
    assert!(
        said.contains("one counter of the original site, read 2 times: they are not to be added"),
        "{said}"
    );
    assert!(!page.render_text(100).contains("written on 3 January 2029"));
    assert_eq!(
        page.steps_note.as_deref(),
        Some("All of this was recorded here on 3 January 2029, from another site.")
    );
    assert!(page.steps.iter().all(|step| step.notes.iter().all(|note| !note.contains("Recorded here"))));
}

/// A page of a proposal with a decision, a source read until a day, or nothing.
fn owing(covers: Covers, found: &Headline, locale: Locale) -> String {
    let (town, facts, breaches) = (Town { covers, ..Town::new() }, lived(), BTreeMap::new());
    let inputs = inputs(found, &facts, &[], &breaches);
    let page = TrailDocument::new(&inputs, &town, TrailOrder::Story, locale);
    for sentence in &page.owed.sentences {
        assert_eq!(complaint(sentence), None, "{locale}");
    }
    page.owed.sentences.join(" ")
}

#[test]
fn nothing_is_owed_only_as_far_as_the_record_knows() {
    let withdrawn = read(&FateInputs { entry: Entry::Published, withdrawn: true, ..FateInputs::default() });
    let until = owing(Covers::Until(day("2023-01-03")), &withdrawn, Locale::En);
    assert!(until.contains("Nothing is owed that this record knows of, as of 3 January 2023"), "{until}");
    let blind = owing(Covers::Nothing, &withdrawn, Locale::En);
    assert!(blind.contains("Nothing is owed that this record knows of; the source"), "{blind}");
    let live = owing(Covers::Live, &withdrawn, Locale::En);
    assert!(live.contains("Nothing is owed to this day."), "{live}");
    let until = owing(Covers::Until(day("2023-01-03")), &withdrawn, Locale::Fr);
    assert!(until.contains("Rien n'est dû que ce registre sache, au 3 janvier 2023"), "{until}");
}

#[test]
fn who_decided_is_said_to_be_unsaid_where_no_answer_says_it() {
    let page = lived_page(Locale::En).beside.join(" ");
    assert!(page.contains("recorded separately"), "{page}");
    let page = lived_page(Locale::Fr).beside.join(" ");
    assert!(page.contains("enregistré à part"), "{page}");
}

#[test]
fn a_page_says_how_to_check_it_and_what_that_takes() {
    let (facts, breaches, found) = (lived(), BTreeMap::new(), read(&FateInputs::default()));
    let six_words = Some("registre, mairie, 1 place du Marché");
    for (locale, words, contact) in [
        (Locale::Fr, ["le registre en un fichier", "le reçu", "les demander"], None),
        (Locale::En, ["the record as one file", "the receipt", "no address was given"], None),
        (Locale::Fr, ["le registre en un fichier", "le reçu", "écrire à registre, mairie"], six_words),
        (Locale::En, ["the record as one file", "the receipt", "write to registre, mairie"], six_words),
    ] {
        let command = "devenir verify https://registre.ville.example/log";
        let inputs =
            TrailInputs { check_command: Some(command), contact, ..inputs(&found, &facts, &[], &breaches) };
        let page = TrailDocument::new(&inputs, &Town::new(), TrailOrder::Story, locale);
        let said = page.checks.sentences.join(" ");
        assert!(said.contains(command), "{said}");
        assert!(words.iter().all(|words| said.contains(words)), "{said}");
        // The folder of a store holds keys, the register and hidden texts: no page tells anybody to ask for it.
        assert!(!said.contains("dossier") && !said.contains("folder"), "{said}");
        let end = page.render_text(200);
        let checks = end.rfind(command).unwrap();
        assert!(end[..checks].lines().count() + 10 > end.lines().count(), "{end}");
        for sentence in &page.checks.sentences {
            assert_eq!(complaint(sentence), None, "{locale}");
        }
    }
    let elsewhere = taken_over_page(Locale::En).checks.sentences.join(" ");
    assert!(!elsewhere.contains("receipt"), "{elsewhere}");
}

#[test]
fn whether_a_witness_has_confirmed_the_page_is_said_as_it_is() {
    let (facts, breaches, found) = (lived(), BTreeMap::new(), read(&FateInputs::default()));
    let last = facts.iter().map(|it| it.position).max().unwrap();
    let (before, after) = (TreeSize::new(last.get()), TreeSize::new(last.get() + 1));
    for (cosigned, french, english) in [
        (None, "aucun témoin extérieur n'a encore", "no outside witness has confirmed"),
        (Some(before), "mais pas encore tous les actes", "but not yet every act"),
        (Some(after), "ne s'entendent pas avec qui le tient", "do not act together"),
    ] {
        for (locale, words) in [(Locale::Fr, french), (Locale::En, english)] {
            let inputs = TrailInputs { cosigned, ..inputs(&found, &facts, &[], &breaches) };
            let page = TrailDocument::new(&inputs, &Town::new(), TrailOrder::Story, locale);
            let said: Vec<&String> =
                page.limits.sentences.iter().filter(|it| it.to_lowercase().contains(words)).collect();
            assert_eq!(said.len(), 1, "{cosigned:?} {:?}", page.limits.sentences);
            assert_eq!(complaint(said[0]), None, "{locale}");
        }
    }
}

#[test]
fn what_was_held_elsewhere_is_pointed_to_there_by_its_number_there() {
    for locale in Locale::ALL {
        let next = read_twice(*locale).next.sentences.join(" ");
        assert!(
            next.contains("https://decide.madrid.es/proposals/39435") && next.contains("39435"),
            "{next}"
        );
        assert!(!next.contains("plan-velo-0007"), "{locale}: {next}");
    }
}

#[test]
fn a_text_that_changed_before_it_was_found_is_not_the_only_text() {
    let zone = Zone::named("Europe/Paris").unwrap();
    let (facts, breaches) = (lived(), BTreeMap::new());
    let found = read(&FateInputs::default());
    let figures = [VersionFigures { counted: vec![(Choice::For, 2_237)], ..version(1, "2015-09-26") }];
    let inputs = TrailInputs {
        figures: &figures,
        changed_in_source: Moment::day(&zone, day("2015-09-29")),
        ..inputs(&found, &facts, &[], &breaches)
    };
    let page = TrailDocument::new(&inputs, &Town::new(), TrailOrder::Story, Locale::En);
    let said = page.versions.sentences.join("\n");
    assert!(said.contains("The text as found (version 1)") && !said.contains("only text"), "{said}");
    assert!(said.contains("changed on 29 September 2015; the text before is not known"), "{said}");
}

#[test]
fn the_reasons_stand_once_at_the_top() {
    let page = lived_page(Locale::Fr);
    let reasons: Vec<&str> = page.why.iter().filter(|it| it.quoted).map(|it| it.words.as_str()).collect();
    assert_eq!(reasons.len(), 1);
    let repeated =
        page.steps.iter().flat_map(|step| &step.details).any(|it| reasons.contains(&it.words.as_str()));
    assert!(!repeated);
    assert!(page.steps.iter().any(|step| step.notes.iter().any(|it| it.contains("en haut de cette page"))));
    assert!(page.today.contains("4 août 2027"), "{}", page.today);
}

#[test]
fn many_amendments_without_a_text_are_one_line() {
    let town = Town { covers: Covers::Nothing, ..Town::new() };
    let bare = |position: u8| Recorded {
        position: Position::new(u64::from(position) + 1),
        id: IntentId([position + 100; 32]),
        ..example("amendment-submitted observed undated")
    };
    let mut facts: Vec<Recorded> = (1..=7).map(bare).collect();
    facts.insert(
        0,
        Recorded { position: Position::new(1), id: HOME, ..example("contribution-submitted observed") },
    );
    let (breaches, found) =
        (BTreeMap::new(), read(&FateInputs { coverage: Coverage::None, ..FateInputs::default() }));
    let inputs = TrailInputs { taken_over: true, ..inputs(&found, &facts, &[], &breaches) };
    let page = TrailDocument::new(&inputs, &town, TrailOrder::Story, Locale::En);
    assert_eq!(page.steps.len(), 2);
    assert!(
        page.steps.iter().any(|step| step.folded.len() == 7 && step.sentence.starts_with("7 amendments"))
    );
    assert!(page.render_text(100).contains("and 2 others."));
}
