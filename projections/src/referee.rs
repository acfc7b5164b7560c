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
#[derive(Debug, Default)]
pub struct Referee {
    known: HashMap<StreamId, Known>,
}

/// A consultation as deciders knew it before the event of a revision.
#[derive(Debug, Default)]
struct Known {
    book: MemoryBook,
    next: Revision,
}

impl Referee {
    /// The norms that an event did not respect, if it is an observed fact; then it is part of what is known.
    ///
    /// What was decided here was refused where it broke a norm, so there is nothing to say of it. Where events
    /// of the consultation were missed, `record` is read back.
    ///
    /// # Errors
    /// [`SourceError`] where the record cannot be read back.
    pub fn judge(&mut self, it: &Recorded, record: &mut dyn Source) -> Result<Vec<Norm>, SourceError> {
        let observed = matches!(it.trust, Trust::Observed | Trust::Reconstructed);
        if self.known.get(&it.stream).is_none_or(|known| known.next != it.revision) {
            self.known.remove(&it.stream);
            if !observed {
                return Ok(Vec::new());
            }
            let book = state_before(it, record)?;
            self.known.insert(it.stream, Known { book, next: it.revision });
        }
        let known = self.known.entry(it.stream).or_default();
        let broken = if observed { breaches(&known.book, &Proposed::of(it)) } else { Vec::new() };
        take(&mut known.book, it);
        known.next = it.revision.next();
        Ok(broken)
    }
}

/// What deciders knew of a consultation before an event, read back from the record.
fn state_before(it: &Recorded, record: &mut dyn Source) -> Result<MemoryBook, SourceError> {
    let mut book = MemoryBook::default();
    // The first event of a consultation has nothing before it.
    let mut at = if it.revision == Revision::FIRST { it.position } else { Position::FIRST };
    while at < it.position {
        let missing = usize::try_from(it.position.get() - at.get()).unwrap_or(usize::MAX);
        let items = record.read(at, CHUNK.min(missing))?;
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

fn take(book: &mut MemoryBook, it: &Recorded) {
    for change in evolve(book, it) {
        book.apply(change);
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
        let mut record = history.events.as_slice();
        folded.views.catch_up(&mut source, &mut |it| referee.judge(it, &mut record)).unwrap();
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
        let mut record = history.events.as_slice();
        let mut from_the_start = Referee::default();
        let mut judge = |it| from_the_start.judge(it, &mut record).unwrap();
        let all: Vec<_> = history.events.iter().map(&mut judge).collect();
        let mut skipping = Referee::default();
        for (at, (it, expected)) in history.events.iter().zip(&all).enumerate() {
            assert_eq!(&Referee::default().judge(it, &mut record).unwrap(), expected, "at {at}");
            if at % 2 == 0 {
                assert_eq!(
                    &skipping.judge(it, &mut record).unwrap(),
                    expected,
                    "at {at}, after one was missed"
                );
            }
        }
    }

    #[test]
    fn a_native_consultation_costs_no_memory() {
        let mut history = History::new();
        history.register(1, "velo", RulesOrigin::Native);
        history.rules(1, plain_rules());
        let mut referee = Referee::default();
        for it in &history.events {
            assert_eq!(referee.judge(it, &mut [].as_slice()).unwrap(), []);
        }
        assert!(referee.known.is_empty());
    }

    #[test]
    fn a_record_that_ends_too_early_is_an_error_and_no_judgement() {
        let (history, hidden) = hidden_without_a_ground();
        let it = history.events.iter().find(|it| it.position == hidden).unwrap();
        let error = Referee::default().judge(it, &mut [].as_slice()).unwrap_err().to_string();
        assert!(error.contains(&format!("before event {hidden}")), "{error}");
    }
}
