//! The referee: which norms an observed fact did not respect, computed again by whoever reads the record.
//!
//! `docs/design.md` (Native and observed) decides that breaches are never stored; the deciders' own
//! [`breaches`] finds them in the state before the event. This module keeps that state, for the consultations
//! that have observed facts and for no other, and judges nothing itself.

use std::collections::HashMap;

use devenir_core::consultation::{MemoryBook, Proposed, breaches, evolve};
use devenir_core::envelope::Recorded;
use devenir_core::event::code::Trust;
use devenir_core::id::StreamId;
use devenir_core::ledger::{Position, Revision};
use devenir_core::rules::Norm;

use crate::source::{Source, SourceError};

/// Events read at once while the state of a consultation is made.
const CHUNK: usize = 256;

/// Knows the consultations that have observed facts, and what of the next one does not respect a norm.
pub struct Referee {
    /// The record, where the state before an event is read back.
    record: Box<dyn Source>,
    books: HashMap<StreamId, MemoryBook>,
    /// The event after the last one that was judged: another one means that something was missed.
    next: Position,
}

impl std::fmt::Debug for Referee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Referee").field("books", &self.books.len()).field("next", &self.next).finish()
    }
}

impl Referee {
    /// A referee of a record.
    #[must_use]
    pub fn new(record: Box<dyn Source>) -> Self {
        Self { record, books: HashMap::new(), next: Position::FIRST }
    }

    /// The norms that an event did not respect, if it is an observed fact; then it is part of what is known.
    ///
    /// What was decided here was refused where it broke a norm, so there is nothing to say of it.
    ///
    /// # Errors
    /// [`SourceError`] where the record cannot be read back.
    pub fn judge(&mut self, it: &Recorded) -> Result<Vec<Norm>, SourceError> {
        if it.position != self.next {
            self.books.clear();
        }
        self.next = it.position.next();
        if !self.books.contains_key(&it.stream) {
            if !is_from_a_source(it) {
                return Ok(Vec::new());
            }
            let before = self.state_before(it)?;
            self.books.insert(it.stream, before);
        }
        let book = self.books.entry(it.stream).or_default();
        let broken = if is_from_a_source(it) { breaches(book, &Proposed::of(it)) } else { Vec::new() };
        take(book, it);
        Ok(broken)
    }

    /// What deciders knew of a consultation before an event, read back from the record.
    fn state_before(&mut self, it: &Recorded) -> Result<MemoryBook, SourceError> {
        let mut book = MemoryBook::default();
        // The first event of a consultation has nothing before it.
        let mut at = if it.revision == Revision::FIRST { it.position } else { Position::FIRST };
        while at < it.position {
            let missing = usize::try_from(it.position.get() - at.get()).unwrap_or(usize::MAX);
            let items = self.record.read(at, CHUNK.min(missing))?;
            if items.is_empty() {
                return Err(SourceError(format!("it ends at {at}, before event {}", it.position)));
            }
            for item in items {
                if let Ok(recorded) = item
                    && recorded.stream == it.stream
                {
                    take(&mut book, &recorded);
                }
                at = at.next();
            }
        }
        Ok(book)
    }
}

fn is_from_a_source(it: &Recorded) -> bool {
    matches!(it.trust, Trust::Observed | Trust::Reconstructed)
}

fn take(book: &mut MemoryBook, it: &Recorded) {
    for change in evolve(book, it) {
        book.apply(change);
    }
}

#[cfg(test)]
mod tests {
    use devenir_core::event::code::RulesOrigin;
    use devenir_core::ledger::TreeSize;
    use devenir_core::rules::ModerationAction;

    use super::*;
    use crate::source::Item;
    use crate::testing::{Folded, History, OBSERVED, plain_rules, words};

    /// A record that a referee may keep.
    struct Kept(Vec<Recorded>);

    impl Source for Kept {
        fn size(&mut self) -> Result<TreeSize, SourceError> {
            self.0.as_slice().size()
        }
        fn read(&mut self, from: Position, limit: usize) -> Result<Vec<Item>, SourceError> {
            self.0.as_slice().read(from, limit)
        }
    }

    /// A contribution that a source hid, without saying why.
    fn hidden_without_a_ground() -> (History, Position) {
        let mut history = History::new();
        history.register(1, "ancien", RulesOrigin::Observed);
        history.rules(1, plain_rules());
        let id = history.submit_said(1, OBSERVED, 1, words("Titre", "texte"));
        let hidden = history.moderate_said(1, OBSERVED, id, ModerationAction::Hide, None);
        let position = history.position_of(hidden);
        history.observe(1, id, 12);
        (history, position)
    }

    #[test]
    fn a_measure_of_a_source_without_its_ground_is_kept_and_the_breach_is_said() {
        let (history, position) = hidden_without_a_ground();
        let mut referee = Referee::new(Box::new(Kept(history.events.clone())));
        let mut folded = Folded::empty();
        let mut source = history.events.as_slice();
        folded.views.catch_up(&mut source, &mut |it| referee.judge(it)).unwrap();
        let read = folded.read();
        assert!(read.irregularities(position).unwrap().contains(&Norm::GroundStated));
        let findings = read.findings(None).unwrap();
        let ground = findings.iter().find(|it| it.norm == Norm::GroundStated).unwrap();
        assert_eq!(
            (ground.slug.as_deref(), ground.platform.as_deref()),
            (Some("ancien"), Some("old.example"))
        );
    }

    #[test]
    fn a_referee_that_comes_later_or_missed_something_says_the_same() {
        let (history, _) = hidden_without_a_ground();
        let referee = || Referee::new(Box::new(Kept(history.events.clone())));
        let mut from_the_start = referee();
        let all: Vec<_> = history.events.iter().map(|it| from_the_start.judge(it).unwrap()).collect();
        let mut skipping = referee();
        for (at, (it, expected)) in history.events.iter().zip(&all).enumerate() {
            assert_eq!(&referee().judge(it).unwrap(), expected, "at {at}");
            if at % 2 == 0 {
                assert_eq!(&skipping.judge(it).unwrap(), expected, "at {at}, after one was missed");
            }
        }
    }

    #[test]
    fn a_native_consultation_costs_no_memory() {
        let mut history = History::new();
        history.register(1, "velo", RulesOrigin::Native);
        history.rules(1, plain_rules());
        let mut referee = Referee::new(Box::new(Kept(Vec::new())));
        for it in &history.events {
            assert_eq!(referee.judge(it).unwrap(), []);
        }
        assert!(referee.books.is_empty());
    }

    #[test]
    fn a_record_that_ends_too_early_is_an_error_and_no_judgement() {
        let (history, hidden) = hidden_without_a_ground();
        let mut referee = Referee::new(Box::new(Kept(Vec::new())));
        let it = history.events.iter().find(|it| it.position == hidden).unwrap();
        let error = referee.judge(it).unwrap_err().to_string();
        assert!(error.contains(&format!("before event {hidden}")), "{error}");
    }
}
