//! Whatever a citizen holds finds what they look for, and a near miss says what may have been meant.

use devenir_core::event::code::RulesOrigin;
use devenir_core::rules::ModerationAction;

use crate::model::SourceKey;
use crate::query::{By, Meant, Page, Why};
use crate::testing::{Folded, History, words};

/// Two consultations; `velo-0042` with two amendments, `ancien-site-0042`, and a few others.
fn town() -> (History, Folded) {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    history.register(2, "ancien-site", RulesOrigin::Observed);
    for number in [1, 24, 42, 43] {
        history.submit(1, number, words(&format!("Idée {number}"), "une piste près de l'école"));
    }
    history.submit(2, 42, words("Cœur de ville", "Des bancs à l'ombre des platanes"));
    let parent = history.events.iter().find(|it| it.position.get() == 5).unwrap().id;
    history.amend(1, parent, 1, words("Premier", "a"));
    let amendment = history.amend(1, parent, 2, words("Second", "b"));
    history.amend(1, amendment, 3, words("Sous-amendement", "c"));
    let folded = Folded::of(&history.events);
    (history, folded)
}

fn reference(folded: &Folded, text: &str) -> Option<String> {
    let found = folded.read().by_reference(&text.parse().unwrap()).unwrap()?;
    found.reference.map(|reference| reference.to_string())
}

#[test]
fn a_reference_finds_contributions_and_amendments_and_reads_back() {
    let (_, folded) = town();
    for text in ["velo-0042", "ancien-site-0042", "velo-0042-a1", "velo-0042-a3"] {
        assert_eq!(reference(&folded, text).as_deref(), Some(text));
    }
    for text in ["velo-0002", "velo-0001-a1", "velo-0042-a4", "nulle-part-0001"] {
        assert_eq!(reference(&folded, text), None, "{text}");
    }
}

#[test]
fn an_amendment_of_an_amendment_counts_under_the_numbered_root() {
    let (_, folded) = town();
    let read = folded.read();
    let inner = read.by_reference(&"velo-0042-a3".parse().unwrap()).unwrap().unwrap();
    let outer = read.by_reference(&"velo-0042-a2".parse().unwrap()).unwrap().unwrap();
    let root = read.by_reference(&"velo-0042".parse().unwrap()).unwrap().unwrap();
    assert_eq!((inner.parent, inner.root), (Some(outer.position), root.position));
    assert_eq!(read.ancestors(inner.position).unwrap(), [outer.position, root.position]);
    assert_eq!(read.child_counts(root.position).unwrap().values().copied().collect::<Vec<_>>(), [2]);
}

#[test]
fn the_platforms_own_address_and_number_find_it() {
    let (_, folded) = town();
    let read = folded.read();
    for url in ["https://old.example/s1/p/42-un-titre", "www.old.example/s1/p/42-un-titre/?page=2#votes"] {
        let found = read.by_url(url).unwrap().unwrap();
        assert_eq!(found.to_string(), "velo-0042", "{url}");
    }
    let key = |external_id: &str| SourceKey {
        platform: "old.example".to_owned(),
        kind: "proposal".to_owned(),
        external_id: external_id.to_owned(),
    };
    assert_eq!(read.by_source(&key("2-42")).unwrap().unwrap().to_string(), "ancien-site-0042");
    assert!(read.by_source(&key("2-43")).unwrap().is_none());
    assert!(read.by_url("https://old.example/s1/p/44").unwrap().is_none());
}

#[test]
fn an_id_finds_the_subject_and_every_event_its_place() {
    let (history, folded) = town();
    let read = folded.read();
    for event in &history.events {
        assert_eq!(read.position_of(event.id).unwrap(), Some(event.position));
        assert_eq!(read.id_of(event.position).unwrap(), Some(event.id));
    }
    let last = history.events.last().unwrap();
    assert_eq!(read.subject_by_id(last.id).unwrap().unwrap().position, last.position);
    assert_eq!(read.consultation(By::Slug("velo")).unwrap().unwrap().bodies, ["Ville", "Conseil"]);
}

#[test]
fn a_near_miss_answers_with_candidates_and_says_why() {
    let (_, folded) = town();
    let candidates = |text: &str| -> Vec<(String, Why)> {
        let found = folded.read().candidates(text).unwrap();
        found.into_iter().map(|it| (it.meant.to_string(), it.why)).collect()
    };
    assert_eq!(candidates("vleo-0042")[0], ("velo-0042".to_owned(), Why::NameAlike));
    assert_eq!(candidates("velo-0042-a9")[0], ("velo-0042".to_owned(), Why::WithoutAmendment));
    let near = candidates("velo-0044");
    assert_eq!(
        near[..2],
        [("velo-0024".to_owned(), Why::NumberAlike), ("velo-0042".to_owned(), Why::NumberAlike)]
    );
    let elsewhere = candidates("ancien-site-0001");
    assert!(elsewhere.contains(&("velo-0001".to_owned(), Why::OtherConsultation)), "{elsewhere:?}");
    assert_eq!(
        candidates("velo-9999"),
        [
            ("velo-0043".to_owned(), Why::NumberNearest),
            ("velo-0042".to_owned(), Why::NumberNearest),
            ("velo-0024".to_owned(), Why::NumberNearest),
            ("velo".to_owned(), Why::WithoutNumber),
        ]
    );
    assert_eq!(candidates("velo"), [("velo".to_owned(), Why::WithoutNumber)]);
    assert_eq!(candidates("bancs platanes"), [("ancien-site-0042".to_owned(), Why::Words)]);
    assert!(candidates("rien de tel").is_empty());
    assert!(candidates("").is_empty());
}

#[test]
fn search_ignores_accents_capitals_ligatures_and_elisions() {
    let (_, folded) = town();
    let read = folded.read();
    let hits = |text: &str| read.search(text, None, None, Page::first(50, None)).unwrap().items.len();
    for text in ["école", "ecole", "ÉCOLE", "l’ecole", "idee", "Idée"] {
        assert_eq!(hits(text), 4, "{text}");
    }
    for text in ["coeur", "cœur", "CŒUR de", "platanes", "platan", "ombre banc"] {
        assert_eq!(hits(text), 1, "{text}");
    }
    assert_eq!(hits("ecole platanes"), 0, "all words are asked for");
    assert_eq!(hits("NOT OR \" * ("), 0);
}

#[test]
fn a_hidden_contribution_is_still_found_by_what_its_author_holds() {
    let (mut history, mut folded) = town();
    let id = folded.read().by_reference(&"velo-0042".parse().unwrap()).unwrap().unwrap().id;
    history.moderate(1, id, ModerationAction::Remove, None);
    folded.catch_up(&history.events);
    assert_eq!(reference(&folded, "velo-0042").as_deref(), Some("velo-0042"));
    let found = folded.read().by_url("https://old.example/s1/p/42-un-titre").unwrap().unwrap();
    assert_eq!(found.url, None);
    let is_it = |meant: &Meant| matches!(meant, Meant::Subject(subject) if subject.id == id);
    assert!(!folded.read().candidates("Idée 42").unwrap().iter().any(|it| is_it(&it.meant)));
}
