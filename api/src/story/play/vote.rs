//! Ballots and votes.
//!
//! A vote binds to the version of its moment, which the writer completes. This module counts nothing.

use super::{Learns, Player, wrong};
use crate::act::{CastVote, ChangeVote, CloseBallot, OpenBallot, RetractVote};
use crate::story::deed::Vote;
use crate::story::error::StoryError;
use crate::story::names::Name;
use crate::story::timeline::Step;
use devenir_core::event::code::Choice;
use devenir_core::id::IntentId;

impl Player<'_> {
    fn ballot(&mut self, step: &Step, ballot: &str) -> Result<IntentId, StoryError> {
        self.known(step, &Name::Ballot(ballot.to_owned()))
    }

    pub(super) fn open_ballot(&mut self, step: &Step, id: &str) -> Result<(), StoryError> {
        let Some(ballot) = self.story.page.ballots.iter().find(|ballot| ballot.id == id) else {
            return Err(wrong(step, "an entry of [[ballots]]", id, "add it to the list"));
        };
        let act = OpenBallot {
            consultation: self.consultation(step)?,
            kind: ballot.kind,
            choices_withheld: false,
            question: ballot.question.clone(),
            options: Vec::new(),
            per_territory: false,
            votes_per_person: None,
            subject: None,
        };
        self.give(step, &act, Learns::name(Name::Ballot(id.to_owned())))
    }

    pub(super) fn close_ballot(&mut self, step: &Step, id: &str) -> Result<(), StoryError> {
        let act = CloseBallot { consultation: self.consultation(step)?, ballot: self.ballot(step, id)? };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn vote(&mut self, step: &Step, vote: &Vote) -> Result<(), StoryError> {
        let act = CastVote {
            consultation: self.consultation(step)?,
            ballot: self.ballot(step, &vote.ballot)?,
            subject: Some(self.text(step, &vote.of)?),
            version: None,
            choice: vote.choice.unwrap_or(Choice::Support),
            option: None,
            territory: None,
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn change_vote(
        &mut self,
        step: &Step,
        ballot: &str,
        of: &str,
        choice: Choice,
    ) -> Result<(), StoryError> {
        let act = ChangeVote {
            consultation: self.consultation(step)?,
            ballot: self.ballot(step, ballot)?,
            subject: Some(self.text(step, of)?),
            version: None,
            choice,
            option: None,
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn retract_vote(&mut self, step: &Step, ballot: &str, of: &str) -> Result<(), StoryError> {
        let act = RetractVote {
            consultation: self.consultation(step)?,
            ballot: self.ballot(step, ballot)?,
            subject: Some(self.text(step, of)?),
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::nothing())
    }
}
