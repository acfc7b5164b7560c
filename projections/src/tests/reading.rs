//! Lists, pages, versions, responses and steps, as people ask for them.

use devenir_core::event::code::{ContributionKind, RulesOrigin, Side};
use devenir_core::rules::{AmendmentFate, Outcome};
use devenir_core::time::{Claimed, Precision};
use proptest::prelude::*;

use crate::model::{Genre, SubjectKind};
use crate::query::{By, Listing, Order, Page, StepOrder};
use crate::testing::random::{World, draws};
use crate::testing::{Folded, History, OBSERVED, Said, day, words};

fn listing(consultation: devenir_core::ledger::Position, order: Order) -> Listing {
    Listing { consultation, kind: None, genre: None, theme: None, order }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn pages_read_either_way_hold_every_row_once_and_in_order(draws in draws(80), limit in 1_usize..7, order in 0_usize..3) {
        let world = World::of(&draws);
        let read = Folded::of(&world.history.events).read();
        let order = [Order::Number, Order::Newest, Order::MostSupported][order];
        for slug in ["velo", "ancien-site"] {
            let consultation = read.consultation(By::Slug(slug)).unwrap().unwrap().position;
            let listing = listing(consultation, order);
            let whole = read.contributions(&listing, Page::first(100, None)).unwrap();
            let (mut forward, mut after) = (Vec::new(), None);
            loop {
                let page = read.contributions(&listing, Page::first(limit, after)).unwrap();
                prop_assert_eq!(page.has_previous, after.is_some());
                after = page.items.last().map(|(key, _)| *key).or(after);
                forward.extend(page.items);
                if !page.has_next {
                    break;
                }
            }
            let (mut backward, mut before) = (Vec::new(), None);
            loop {
                let mut page = read.contributions(&listing, Page::last(limit, before)).unwrap();
                before = page.items.first().map(|(key, _)| *key).or(before);
                page.items.append(&mut backward);
                backward = page.items;
                if !page.has_previous {
                    break;
                }
            }
            prop_assert_eq!(&forward, &whole.items);
            prop_assert_eq!(&backward, &whole.items);
        }
    }
}

#[test]
fn lists_can_be_narrowed_by_kind_sort_and_theme() {
    let mut history = History::new();
    let consultation = history.register(1, "velo", RulesOrigin::Native);
    for number in 1..=9 {
        history.submit(1, number, words("Titre", "texte"));
    }
    let read = Folded::of(&history.events).read();
    let all = listing(history.position_of(consultation), Order::Newest);
    let numbers = |listing: &Listing| -> Vec<u32> {
        let page = read.contributions(listing, Page::first(100, None)).unwrap();
        page.items.into_iter().map(|(_, it)| it.reference.unwrap().number).collect()
    };
    assert_eq!(numbers(&all), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(numbers(&Listing { theme: Some(1), ..all }), [7, 4, 1]);
    assert!(numbers(&Listing { kind: Some(SubjectKind::Reference), ..all }).is_empty());
    let proposals = Genre::Contribution(ContributionKind::Proposal);
    assert_eq!(numbers(&Listing { genre: Some(proposals), ..all }).len(), 9);
    let petitions = Genre::Contribution(ContributionKind::Petition);
    assert!(numbers(&Listing { genre: Some(petitions), ..all }).is_empty());
}

#[test]
fn children_come_by_kind_in_the_order_of_the_record() {
    let mut history = History::new();
    let consultation = history.register(1, "velo", RulesOrigin::Native);
    let parent = history.submit(1, 1, words("Titre", "texte"));
    let first = history.argue(1, parent, Side::For, words("Pour", "a"));
    history.amend(1, parent, 1, words("Mieux", "b"));
    let second = history.argue(1, parent, Side::Against, words("Contre", "c"));
    let read = Folded::of(&history.events).read();
    let parent = history.position_of(parent);
    let arguments = read.children(parent, SubjectKind::Argument, Page::first(10, None)).unwrap();
    let ids: Vec<_> = arguments.items.iter().map(|(_, it)| (it.id, it.genre)).collect();
    assert_eq!(
        ids,
        [(first, Some(Genre::Argument(Side::For))), (second, Some(Genre::Argument(Side::Against)))]
    );
    let figures = read.figures(history.position_of(consultation)).unwrap();
    assert_eq!((figures.of("argument"), figures.of("amendment"), figures.of("comment")), (2, 1, 0));
}

#[test]
fn versions_are_kept_and_compared() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let id = history.submit(1, 1, words("Piste", "une piste de 3 mètres"));
    let second = history.revise(1, id, 2, words("Piste", "une piste de 4 mètres"));
    let read = Folded::of(&history.events).read();
    let subject = read.subject_by_id(id).unwrap().unwrap();
    assert_eq!((subject.version, subject.versions), (history.position_of(second), 2));
    assert_eq!(subject.body.plain.as_deref(), Some("une piste de 4 mètres"));
    let changes = read.changes(subject.position, 1, 2).unwrap().unwrap();
    assert_eq!(changes.title.len(), 1);
    assert!(changes.body.iter().any(|change| change.text.trim() == "4"));
    assert_eq!(read.changes(subject.position, 1, 3).unwrap(), None);
}

#[test]
fn a_correction_mends_and_a_replacement_replaces() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let [one, two] = [1, 2].map(|number| history.submit(1, number, words("Titre", "texte")));
    let first = history.respond(1, &[one, two], Outcome::Rejected);
    history.correct(1, first, "Parce que, en mieux.");
    let second = history.supersede(1, first, &[one], Outcome::Adopted);
    let read = Folded::of(&history.events).read();
    let [one, two] = [one, two].map(|id| history.position_of(id));
    let responses = read.responses(one).unwrap();
    assert_eq!(responses.len(), 2);
    assert_eq!(responses[0].act.as_ref().unwrap().reason.as_deref(), Some("Parce que, en mieux."));
    assert_eq!(responses[0].corrections.len(), 1);
    assert_eq!(responses[0].superseded_by, Some(history.position_of(second)));
    assert_eq!(responses[1].supersedes, Some(history.position_of(first)));
    assert_eq!(responses[1].facts.outcome, Some(Outcome::Adopted));
    let answered = read.answered_by(responses[0].position, Page::first(10, None)).unwrap();
    let answered: Vec<_> = answered.items.iter().map(|(_, it)| it.position).collect();
    assert_eq!(answered, [one, two]);
    let figures = read.figures(responses[0].consultation).unwrap();
    assert_eq!((figures.of("response"), figures.of("answered")), (2, 2));
}

#[test]
fn steps_come_in_the_order_of_the_story_or_of_the_record() {
    let mut history = History::new();
    history.register(1, "ancien", RulesOrigin::Observed);
    let said = |days| Said { occurred: Claimed::new(day(days), Precision::Day), ..OBSERVED };
    let id = history.submit_said(1, said(-30), 1, words("Titre", "texte"));
    let event = |history: &mut History, said, count| {
        history.push(
            1,
            said,
            devenir_core::event::vote::Observed {
                facts: serde_json::from_value(
                    serde_json::json!({"counts": [{"choice": "support", "count": count}]}),
                )
                .unwrap(),
                source: devenir_core::event::Part::Absent(devenir_core::event::Absence::NotInSource),
                table: devenir_core::event::Part::Absent(devenir_core::event::Absence::NotInSource),
            },
            &[(devenir_core::event::RefRole::Subject, id)],
        )
    };
    let late = event(&mut history, said(-1), 9);
    let early = event(&mut history, said(-20), 3);
    let undated = event(&mut history, OBSERVED, 5);
    let read = Folded::of(&history.events).read();
    let [id, late, early, undated] = [id, late, early, undated].map(|id| history.position_of(id));
    let steps = |order| -> Vec<_> {
        let page = read.steps(id, order, Page::first(100, None)).unwrap();
        page.items.into_iter().map(|(_, step)| step.position).collect()
    };
    assert_eq!(steps(StepOrder::Record), [id, late, early, undated]);
    assert_eq!(steps(StepOrder::Story), [id, undated, early, late]);
}

#[test]
fn the_submission_and_fate_of_amendments_can_be_read_among_the_steps_of_their_text() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let id = history.submit(1, 1, words("Titre", "texte"));
    let amendment = history.amend(1, id, 1, words("Mieux", "b"));
    history.argue(1, amendment, Side::For, words("Pour", "a"));
    let decided = history.decide_amendment(1, amendment, AmendmentFate::Adopted);
    let read = Folded::of(&history.events).read();
    let [id, amendment, decided] = [id, amendment, decided].map(|id| history.position_of(id));
    let own = read.steps(id, StepOrder::Story, Page::first(100, None)).unwrap();
    assert_eq!(own.items.len(), 1);
    let all = read.steps_with_amendments(id, StepOrder::Story, Page::first(100, None)).unwrap();
    let all: Vec<_> = all.items.into_iter().map(|(_, step)| step.position).collect();
    assert_eq!(all, [id, amendment, decided]);
}

#[test]
fn no_question_reads_a_whole_table() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let folded = Folded::of(&history.events);
    let sql = rusqlite::Connection::open(folded.dir.path().join(crate::views::FILE)).unwrap();
    let questions = [
        "SELECT * FROM subject WHERE under = 1 ORDER BY number, position LIMIT 50",
        "SELECT * FROM subject WHERE under = 1 AND (number, position) > (3, 4) ORDER BY number, position LIMIT 50",
        "SELECT * FROM subject WHERE under = 1 ORDER BY support DESC, position DESC LIMIT 50",
        "SELECT * FROM subject WHERE parent = 1 AND kind = 'argument' ORDER BY position LIMIT 50",
        "SELECT position FROM event WHERE substr(id, 1, 8) = substr(x'00', 1, 8) AND id = x'00'",
        "SELECT * FROM source WHERE address = 'a'",
        "SELECT * FROM source WHERE external_id = 'a' AND kind = 'b' AND platform = 'c'",
        "SELECT * FROM version WHERE subject = 1 ORDER BY position",
        "SELECT * FROM tally WHERE target = 1",
    ];
    for question in questions {
        let plan: Vec<String> = sql
            .prepare(&format!("EXPLAIN QUERY PLAN {question}"))
            .unwrap()
            .query_map([], |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let plan = plan.join("; ");
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{question}: {plan}");
    }
}
