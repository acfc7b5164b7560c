//! Nothing in the views is their own: however they were built, they say the same.

use devenir_core::envelope::Recorded;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::rules::Norm;
use proptest::prelude::*;

use crate::error::ViewError;
use crate::source::{Item, Source, SourceError};
use crate::testing::random::{World, draws};
use crate::testing::{Folded, History, difference, no_breaches, words};
use crate::views::{FILE, Rebuilt, VIEW_VERSION, Views};

/// A source that hands out again some of what was read before.
struct Stuttering<'a>(&'a [Recorded], u64);

impl Source for Stuttering<'_> {
    fn size(&mut self) -> Result<TreeSize, SourceError> {
        self.0.size()
    }
    fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError> {
        self.0.read(Position::new(from.get().saturating_sub(self.1)), limit)
    }
}

fn small_history() -> History {
    World::of(&[(0, 0, 0), (6, 0, 0), (0, 1, 1), (17, 0, 0), (19, 0, 1), (33, 1, 3), (13, 0, 1)]).history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn folded_in_pieces_they_equal_those_folded_at_once(
        draws in draws(90), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let events = World::of(&draws).history.events;
        let at_once = Folded::of(&events);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(events.len() + 1)).collect();
        cuts.sort_unstable();
        let mut in_pieces = Folded::empty();
        for cut in cuts {
            in_pieces.catch_up(&events[..cut]);
        }
        in_pieces.catch_up(&events);
        prop_assert_eq!(difference(&in_pieces.dump(), &at_once.dump()), "");
    }

    #[test]
    fn an_event_that_comes_twice_changes_nothing(draws in draws(60), cut: prop::sample::Index, again in 0_u64..50) {
        let events = World::of(&draws).history.events;
        let once = Folded::of(&events);
        let mut twice = Folded::of(&events[..cut.index(events.len() + 1)]);
        twice.from(&mut Stuttering(&events, again));
        twice.from(&mut Stuttering(&events, again));
        prop_assert_eq!(difference(&twice.dump(), &once.dump()), "");
    }
}

#[test]
fn deleted_and_replayed_they_give_the_same_answers() {
    let history = small_history();
    let folded = Folded::of(&history.events);
    let before = folded.dump();
    let Folded { dir, views } = folded;
    drop(views);
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let mut folded = Folded { views: Views::open(dir.path()).unwrap(), dir };
    folded.catch_up(&history.events);
    assert_eq!(folded.dump(), before);
}

#[test]
fn opened_again_they_go_on_where_they_stood() {
    let history = small_history();
    let (first, last) = (&history.events[..5], &history.events);
    let Folded { dir, views } = Folded::of(first);
    drop(views);
    let mut views = Views::open(dir.path()).unwrap();
    assert_eq!(views.size().unwrap(), TreeSize::new(5));
    let caught = views.catch_up(&mut last.as_slice(), &mut no_breaches).unwrap();
    assert_eq!((caught.from, caught.rebuilt), (TreeSize::new(5), None));
    assert_eq!(caught.to, TreeSize::new(last.len() as u64));
    drop(views);
    assert_eq!(crate::testing::dump(&dir.path().join(FILE)), Folded::of(last).dump());
}

fn rebuilt(dir: &std::path::Path, events: &[Recorded]) -> Option<Rebuilt> {
    let mut views = Views::open(dir).unwrap();
    let caught = views.catch_up(&mut { events }, &mut no_breaches).unwrap();
    assert_eq!(crate::testing::dump(&dir.join(FILE)), Folded::of(events).dump());
    caught.rebuilt
}

#[test]
fn of_another_record_they_are_built_anew() {
    let Folded { dir, views } = Folded::of(&small_history().events);
    drop(views);
    let mut other = History::salted(9);
    assert_eq!(rebuilt(dir.path(), &other.events), Some(Rebuilt::OtherRecord), "a shorter record");
    for number in 0..40 {
        other.register(
            number + 1,
            &format!("autre-{number}"),
            devenir_core::event::code::RulesOrigin::Native,
        );
    }
    assert_eq!(rebuilt(dir.path(), &other.events), None, "the same record, longer");
    let mut third = History::salted(7);
    for number in 0..60 {
        third.register(
            number + 1,
            &format!("tiers-{number}"),
            devenir_core::event::code::RulesOrigin::Native,
        );
    }
    assert_eq!(rebuilt(dir.path(), &third.events), Some(Rebuilt::OtherRecord), "a longer record");
}

#[test]
fn of_another_version_they_are_built_anew_beside_the_old() {
    let history = small_history();
    let Folded { dir, views } = Folded::of(&history.events);
    drop(views);
    let path = dir.path().join(FILE);
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute_batch("DELETE FROM subject").unwrap();
    sql.pragma_update(None, "user_version", VIEW_VERSION + 1).unwrap();
    drop(sql);
    assert_eq!(rebuilt(dir.path(), &history.events), Some(Rebuilt::Missing));
}

#[test]
fn a_damaged_file_is_built_anew() {
    let history = small_history();
    let Folded { dir, views } = Folded::of(&history.events);
    drop(views);
    let path = dir.path().join(FILE);
    std::fs::write(&path, b"this is no database, though somebody gave it the name of one").unwrap();
    assert_eq!(rebuilt(dir.path(), &history.events), Some(Rebuilt::Damaged));
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096) {
        *byte = 0x5a;
    }
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(rebuilt(dir.path(), &history.events), Some(Rebuilt::Damaged));
}

#[test]
fn an_unfinished_build_is_begun_again() {
    let history = small_history();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("views.next.sqlite3"), b"half of something").unwrap();
    assert_eq!(rebuilt(dir.path(), &history.events), Some(Rebuilt::Missing));
    assert!(!dir.path().join("views.next.sqlite3").exists());
}

#[test]
fn a_question_keeps_its_state_while_others_fold_and_rebuild() {
    let mut history = small_history();
    let mut folded = Folded::of(&history.events);
    let queries = folded.queries();
    let before = queries.read().unwrap();
    let size = before.size();
    history.submit(1, 40, words("Nouveau", "texte"));
    folded.catch_up(&history.events);
    assert_eq!(before.size(), size);
    assert!(before.by_reference(&"velo-0040".parse().unwrap()).unwrap().is_none());
    folded.views.rebuild(&mut history.events.as_slice(), &mut no_breaches).unwrap();
    assert!(before.by_reference(&"velo-0040".parse().unwrap()).unwrap().is_none());
    drop(before);
    let after = queries.read().unwrap();
    assert_eq!(after.size().get(), size.get() + 1);
    assert!(after.by_reference(&"velo-0040".parse().unwrap()).unwrap().is_some());
}

#[test]
fn before_they_were_ever_built_a_question_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let views = Views::open(dir.path()).unwrap();
    let error = views.queries().read().unwrap_err();
    assert!(matches!(error, ViewError::NotBuilt { .. }), "{error}");
    assert!(error.to_string().contains("were never built"), "{error}");
}

#[test]
fn a_hole_in_the_record_is_refused_and_nothing_of_the_batch_stays() {
    struct Holed<'a>(&'a [Recorded]);
    impl Source for Holed<'_> {
        fn size(&mut self) -> Result<TreeSize, SourceError> {
            self.0.size()
        }
        fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError> {
            let mut items = self.0.read(from, limit)?;
            items.retain(|item| item.as_ref().is_ok_and(|it| it.position != Position::new(6)));
            Ok(items)
        }
    }
    let history = small_history();
    let mut folded = Folded::of(&history.events[..4]);
    let error = folded.views.catch_up(&mut Holed(&history.events), &mut no_breaches).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the views stand at 6 and were given event 7, not the next one; please report it"
    );
    assert_eq!(folded.views.size().unwrap(), TreeSize::new(4));
}

#[test]
fn each_event_is_shown_once_to_whoever_looks_for_irregularities() {
    let history = small_history();
    let mut folded = Folded::empty();
    let mut seen = Vec::new();
    let mut look = |it: &Recorded| {
        seen.push(it.position.get());
        let even = it.position.get().is_multiple_of(2);
        Ok(if even { vec![Norm::PhaseOpen, Norm::ReasonsGiven] } else { vec![] })
    };
    folded.views.catch_up(&mut &history.events[..5], &mut look).unwrap();
    folded.views.catch_up(&mut history.events.as_slice(), &mut look).unwrap();
    let all: Vec<u64> = (0..history.events.len() as u64).collect();
    assert_eq!(seen, all);
    let read = folded.read();
    assert_eq!(read.irregularities(Position::new(4)).unwrap(), [Norm::PhaseOpen, Norm::ReasonsGiven]);
    assert_eq!(read.irregularities(Position::new(5)).unwrap(), []);
    let counted: u64 = read.findings(None).unwrap().iter().map(|finding| finding.count).sum();
    assert_eq!(counted, 2 * history.events.len().div_ceil(2) as u64);
}

#[cfg(unix)]
#[test]
fn nobody_but_the_owner_reads_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut history = small_history();
    let mut folded = Folded::of(&history.events);
    history.submit(1, 40, words("Nouveau", "texte"));
    folded.catch_up(&history.events);
    let _reading = folded.read();
    for entry in std::fs::read_dir(folded.dir.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}
