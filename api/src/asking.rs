//! Asking for an act: drafted from the record, handed to the writer, shown before the answer.
//!
//! `ARCHITECTURE.md` (Life of a contribution) is the walk through it. Two things may have changed since an act was drafted
//! or asked for first: what it is drafted from may be gone with it, and a voter's tag with an erasure. This module knows no
//! role; whoever asks says what is admitted.

use devenir_core::consultation::{Invariant, Rejection};
use devenir_core::envelope::Reference;
use devenir_core::event::vote::VoteEvent;
use devenir_core::event::{Event, RefRole};
use devenir_core::id::{IntentId, VoterTag};
use devenir_core::writer::{Command, Receipt, WriteError};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::act::{Act, Caller};
use crate::app::{ActError, App, AppError, bare_command};

impl App {
    /// Asks for an act, and returns when it is durable and shown.
    ///
    /// # Errors
    /// [`ActError`]: nothing was written, but in the case of [`ActError::Views`].
    pub fn ask(&self, caller: &Caller, key: &[u8], act: &impl Act) -> Result<Receipt, ActError> {
        self.ask_admitted(caller, key, act, |_| Ok(()))
    }

    /// The same, where `admit` lets the command through, or says in which capacity it does.
    ///
    /// # Errors
    /// That of `admit`, and as [`App::ask`].
    pub(crate) fn ask_admitted<E: From<ActError>>(
        &self,
        caller: &Caller,
        key: &[u8],
        act: &impl Act,
        mut admit: impl FnMut(&mut Command) -> Result<(), E>,
    ) -> Result<Receipt, E> {
        let _turn = Turn::take(self.turns(), act.is_alone());
        let drafted = || -> Result<Command, ActError> { self.command(caller, key, act) };
        let mut command = match drafted() {
            Ok(command) => command,
            Err(error) => {
                // What it was drafted from may be gone with the first asking: its receipt is not.
                let mut bare = bare_command(caller, key, act);
                admit(&mut bare)?;
                let before = self.writer().recorded(bare).map_err(ActError::from)?;
                return before.ok_or_else(|| error.into());
            }
        };
        admit(&mut command)?;
        let voter = voter_of(&command);
        let told = match self.writer().ask(command) {
            // Where it cannot be looked up, the refusal is told.
            Err(error) if is_erased(&error) && self.may_draw_again(voter).unwrap_or(false) => {
                let mut again = drafted()?;
                admit(&mut again)?;
                self.writer().ask(again)
            }
            told => told,
        };
        let receipt = told.map_err(ActError::from)?;
        self.catch_up().map_err(ActError::Views)?;
        Ok(receipt)
    }

    /// Whether the tag of a voter whose votes were erased is forgotten, so that another one is drawn.
    fn may_draw_again(&self, voter: Option<(IntentId, VoterTag)>) -> Result<bool, AppError> {
        self.catch_up()?;
        voter.map_or(Ok(false), |(ballot, tag)| self.forget_if_gone(ballot, tag))
    }
}

/// From drafting an act until it is recorded: many at once, or one alone.
enum Turn<'a> {
    Among { _others: RwLockReadGuard<'a, ()> },
    Alone { _others: RwLockWriteGuard<'a, ()> },
}

impl<'a> Turn<'a> {
    fn take(turns: &'a RwLock<()>, is_alone: bool) -> Self {
        if is_alone {
            Self::Alone { _others: turns.write().unwrap_or_else(PoisonError::into_inner) }
        } else {
            Self::Among { _others: turns.read().unwrap_or_else(PoisonError::into_inner) }
        }
    }
}

/// Whether a vote was refused since the votes under its tag went with their voter.
const fn is_erased(error: &WriteError) -> bool {
    matches!(error, WriteError::Rejected(Rejection::Invariant(Invariant::VoterErased)))
}

/// The ballot and the tag of a vote that is cast.
fn voter_of(command: &Command) -> Option<(IntentId, VoterTag)> {
    let [draft] = command.drafts.as_slice() else { return None };
    let Event::Vote(VoteEvent::Cast(cast)) = &draft.event else { return None };
    let ballot = draft.refs.iter().find_map(|(role, reference)| match reference {
        Reference::Recorded(id) if *role == RefRole::Ballot => Some(*id),
        Reference::Recorded(_) | Reference::Own(_) | Reference::Command(_) => None,
    });
    Some((ballot?, cast.facts.tag))
}
