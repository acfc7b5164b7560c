//! The referee: which norms an event did not respect, computed again by whoever reads the record.
//!
//! `docs/design.md` (Native and observed) decides that breaches are never stored; the deciders' own
//! [`breaches`] finds them in the state before the event. This module
//! keeps that state and judges nothing itself.

use devenir_core::consultation::{MemoryBook, Proposed, breaches, evolve};
use devenir_core::envelope::Recorded;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::rules::Norm;

use crate::source::{Source, SourceError};

/// Events read at once while the referee catches up.
const CHUNK: usize = 256;

/// Knows the record up to a size, and what of the next event does not respect a norm.
#[derive(Debug, Default)]
pub struct Referee {
    book: MemoryBook,
    size: TreeSize,
}

impl Referee {
    /// Reads the record up to `size`, so that the next event can be judged there. Views that go on from a size
    /// need it; views that are built anew do not.
    ///
    /// # Errors
    /// [`SourceError`] where the record cannot be read.
    pub fn stand_at(&mut self, source: &mut dyn Source, size: TreeSize) -> Result<(), SourceError> {
        if size < self.size {
            *self = Self::default();
        }
        while self.size < size {
            let missing = usize::try_from(size.get() - self.size.get()).unwrap_or(usize::MAX);
            let items = source.read(self.size.next_position(), CHUNK.min(missing))?;
            if items.is_empty() {
                return Err(SourceError(format!("it ends at {}, before {size}", self.size)));
            }
            for item in items {
                if let Ok(recorded) = item {
                    self.take(&recorded);
                }
                self.size = self.size.plus(1);
            }
        }
        Ok(())
    }

    /// The norms that an event did not respect; then the event is part of what is known.
    ///
    /// The event at position 0 makes the referee forget what it knew: views are being built anew.
    pub fn judge(&mut self, it: &Recorded) -> Vec<Norm> {
        if it.position == Position::FIRST {
            *self = Self::default();
        }
        let broken = breaches(&self.book, &Proposed::of(it));
        self.take(it);
        self.size = it.position.size_through();
        broken
    }

    fn take(&mut self, it: &Recorded) {
        for change in evolve(&self.book, it) {
            self.book.apply(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use devenir_core::event::code::RulesOrigin;
    use devenir_core::rules::ModerationAction;

    use super::*;
    use crate::testing::{Folded, History, OBSERVED, plain_rules, words};

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
        let mut referee = Referee::default();
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
    fn a_referee_that_comes_later_says_the_same() {
        let (history, _) = hidden_without_a_ground();
        let mut from_the_start = Referee::default();
        let all: Vec<_> = history.events.iter().map(|it| from_the_start.judge(it)).collect();
        for (it, expected) in history.events.iter().zip(all) {
            let mut late = Referee::default();
            let size = TreeSize::new(it.position.get());
            late.stand_at(&mut history.events.as_slice(), size).unwrap();
            assert_eq!(late.judge(it), expected, "at {size}");
        }
    }
}
