//! What holds for every sentence, in both languages.

use devenir_core::rules::{FateCode, Labelled as _, Locale, Norm};

use super::examples::{examples, home};
use super::stage::Town;
use crate::trail::message::Message;
use crate::trail::{TrailStep, step};

/// Words of the machine room: no reader should need them.
const FORBIDDEN: &[&str] = &[
    "hash",
    "merkle",
    "event",
    "évènement",
    "événement",
    "payload",
    "stream",
    "flux",
    "projection",
    "ledger",
];
/// No sentence is longer.
const WORDS_MAX: usize = 30;

fn steps() -> Vec<(String, TrailStep)> {
    let town = Town::new();
    examples().into_iter().map(|(name, it)| (name, step(&it, &town, &[]))).collect()
}

/// Words as a reader counts them: signs that stand alone are none.
pub(super) fn words(sentence: &str) -> usize {
    sentence.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// What is wrong with a sentence of ours, whoever says it.
pub(super) fn complaint(sentence: &str) -> Option<String> {
    let lower = sentence.to_lowercase();
    let forbidden = FORBIDDEN.iter().find(|word| lower.contains(*word));
    let unresolved = sentence.contains(['{', '}', '$']);
    if let Some(word) = forbidden {
        return Some(format!("speaks of the machine room (`{word}`): {sentence}"));
    }
    if unresolved || sentence.contains("  ") || sentence.contains(" ,") || sentence.contains(" .") {
        return Some(format!("something in it did not resolve: {sentence}"));
    }
    if !sentence.ends_with(['.', '»', '”', '…']) {
        return Some(format!("does not end: {sentence}"));
    }
    (words(sentence) > WORDS_MAX).then(|| format!("has {} words: {sentence}", words(sentence)))
}

#[test]
fn every_sentence_resolves_in_both_languages() {
    for (name, step) in steps() {
        for message in step.messages() {
            for locale in Locale::ALL {
                let (said, errors) = message.resolve(*locale);
                assert!(errors.is_empty(), "{name} ({locale}): {errors:?} in `{said}`");
            }
        }
    }
}

#[test]
fn every_sentence_is_short_plain_and_whole() {
    let mut found = Vec::new();
    for (name, step) in steps() {
        for locale in Locale::ALL {
            let said = [step.sentence(*locale)].into_iter().chain(step.notes(*locale));
            found.extend(said.filter_map(|said| Some(format!("{name} ({locale}): {}", complaint(&said)?))));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_sentence_begins_with_when_and_names_who_or_what() {
    for (name, step) in steps() {
        let said = step.sentence(Locale::Fr);
        let dated = ["Le ", "À une date inconnue", "En "].iter().any(|start| said.starts_with(start));
        assert!(dated && words(&said) >= 7, "{name}: {said}");
    }
}

#[test]
fn the_sentences_of_every_type_and_outcome() {
    let told = |(name, step): (String, TrailStep)| {
        let both = Locale::ALL.iter().map(|locale| {
            let notes: Vec<String> =
                step.notes(*locale).into_iter().map(|note| format!("\n       + {note}")).collect();
            format!("  {locale}: {}{}", step.sentence(*locale), notes.concat())
        });
        format!("{name} [{}]\n{}", step.family, both.collect::<Vec<_>>().join("\n"))
    };
    let all: Vec<String> = steps().into_iter().map(told).collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_fate_reads_as_in_the_shared_vocabulary() {
    // The trail says a little more in places, so that the words can stand in a sentence.
    let more = [
        FateCode::Hidden,
        FateCode::Removed,
        FateCode::Redacted,
        FateCode::Restored,
        FateCode::DuplicateOf,
        FateCode::MergedInto,
        FateCode::SplitInto,
        FateCode::AmendedBy,
        FateCode::NotSupported,
        FateCode::Withdrawn,
        FateCode::Contested,
        FateCode::Lapsed,
        FateCode::Referred,
    ];
    for code in FateCode::ALL {
        for locale in Locale::ALL {
            let message = Message::new("fate").code("code", code.as_str()).code("gender", "f");
            let (said, errors) = message.resolve(*locale);
            assert!(errors.is_empty() && !said.is_empty(), "{code} {errors:?}");
            if !more.contains(code) {
                assert_eq!(said, code.label(*locale), "{code}");
            }
        }
    }
}

#[test]
fn a_text_found_where_there_was_none_is_not_said_to_have_changed() {
    let said = |first: bool, locale| {
        let found = Message::new("contribution-revised-found")
            .words("when", Some("on 5 November 2025".to_owned()))
            .flag("first", first)
            .code("place", "home")
            .thing(
                "thing",
                &super::super::SubjectName { at_home: true, ..super::super::SubjectName::unknown() },
            )
            .moment("before", super::super::Moment::UNKNOWN);
        found.say(locale)
    };
    assert!(said(true, Locale::En).contains("what this text said before, if it said anything, is not known"));
    assert!(said(true, Locale::Fr).contains("on ne sait pas ce que disait ce texte avant"));
    assert!(Locale::ALL.iter().all(|locale| !said(true, *locale).contains("had changed")));
    assert!(said(false, Locale::En).contains("this text had changed"));
}

#[test]
fn breaches_are_said_once() {
    let town = Town::new();
    let unsigned = examples().into_iter().find(|(name, _)| name == "response-published observed").unwrap().1;
    let norms = [Norm::SignatoryNamed, Norm::CapacityGiven, Norm::AnsweredBeforeClosing];
    let told = step(&unsigned, &town, &norms);
    assert_eq!(told.irregularities, norms);
    assert_eq!(told.remarks(Locale::Fr), ["La réponse a été publiée après la clôture."]);
    let notes = told.notes(Locale::Fr).concat();
    assert!(notes.contains("La source ne nomme aucune personne qui l'ait signée."), "{notes}");
}

#[test]
fn a_breach_is_worded_for_the_act_that_it_belongs_to() {
    let town = Town::new();
    let debate = examples().into_iter().find(|(name, _)| name.starts_with("debate-held")).unwrap().1;
    let told = step(&debate, &town, &[Norm::AnsweredBeforeClosing]);
    assert_eq!(told.remarks(Locale::Fr), ["Le débat a eu lieu après la clôture."]);
    assert_eq!(told.remarks(Locale::En), ["The debate was held after the closing."]);
}

#[test]
fn an_amendment_that_the_author_of_the_text_decides_names_them_so() {
    let told = step(&super::examples::adopted_by_the_author(), &Town::new(), &[]);
    assert!(told.sentence(Locale::Fr).contains("la personne qui a écrit cette proposition a adopté"));
    assert!(told.sentence(Locale::En).contains("the author of this proposal adopted"));
}

#[test]
fn what_is_hidden_is_shown_by_no_step() {
    let town = Town { served: false, ..Town::new() };
    for (name, it) in examples() {
        let told = step(&it, &town, &[]);
        let said = format!("{:?} {}", told, told.sentence(Locale::Fr));
        for secret in ["Claire", "Jaurès", "7f7f", "Mots du signalement", "camionnette"] {
            assert!(!said.contains(secret), "{name} shows `{secret}`: {said}");
        }
    }
}

#[test]
fn a_reporter_is_named_by_no_step() {
    let town = Town::new();
    let (_, it) = examples().into_iter().find(|(name, _)| name == "content-reported").unwrap();
    let told = format!("{:?}", step(&it, &town, &[]));
    assert!(!told.contains("Claire") && !told.contains("Mots du signalement"), "{told}");
}

#[test]
fn both_times_are_shown_where_they_lie_more_than_a_day_apart() {
    let town = Town::new();
    assert!(step(&home(), &town, &[]).notes(Locale::Fr).is_empty());
    let late = super::stage::observed(Some("2027-03-11"), home());
    let told = step(&late, &town, &[]);
    assert_eq!(told.notes(Locale::Fr), ["Enregistré ici le 3 janvier 2029."]);
    assert!(told.sentence(Locale::Fr).starts_with("Le 11 mars 2027,"));
}
