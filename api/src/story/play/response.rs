//! Answers of the authority: published, mended, replaced.
//!
//! Who signs stands in the story's list with a capacity and a body. This module decides nothing.

use super::{Learns, Player};
use crate::act::{CorrectResponse, PublishResponse, ResponsePointer, SupersedeResponse};
use crate::story::deed::{Pointer, Replacement, Response};
use crate::story::error::StoryError;
use crate::story::names::Name;
use crate::story::timeline::Step;
use devenir_core::event::code::Correction;
use devenir_core::rules::Outcome;

impl Player<'_> {
    pub(super) fn respond(&mut self, step: &Step, response: &Response) -> Result<(), StoryError> {
        let plain =
            self.answer(step, &response.of, response.outcome, response.pointer.as_ref(), &response.text)?;
        let act = PublishResponse {
            referred_to: response.referred_to.as_ref().map(|body| self.body(step, body)).transpose()?,
            deferred_until: response.deferred_until_day.map(|day| self.end_of(step, day)).transpose()?,
            decided_at: response.decided_day.map(|day| self.start_of(step, day)).transpose()?,
            reasons: response.reasons.clone(),
            ..plain
        };
        self.give(step, &act, Learns::name(Name::Response(response.id.clone())))
    }

    pub(super) fn supersede_response(
        &mut self,
        step: &Step,
        replacement: &Replacement,
    ) -> Result<(), StoryError> {
        let Replacement { of, id, answers, outcome, pointer, text } = replacement;
        let act = SupersedeResponse {
            replaces: self.known(step, &Name::Response(of.clone()))?,
            response: self.answer(step, answers, *outcome, pointer.as_ref(), text)?,
        };
        self.give(step, &act, Learns::name(Name::Response(id.clone())))
    }

    pub(super) fn correct_response(
        &mut self,
        step: &Step,
        of: &str,
        corrects: Correction,
        text: &str,
    ) -> Result<(), StoryError> {
        let act = CorrectResponse {
            consultation: self.consultation(step)?,
            response: self.known(step, &Name::Response(of.to_owned()))?,
            corrects,
            // The words of an answer are its reasons.
            reason: Some(self.words(step, text)?.body),
            text: None,
            pointers: Vec::new(),
            signatory: None,
        };
        self.give(step, &act, Learns::nothing())
    }

    fn answer(
        &mut self,
        step: &Step,
        answers: &[String],
        outcome: Outcome,
        pointer: Option<&Pointer>,
        text: &str,
    ) -> Result<PublishResponse, StoryError> {
        let (signatory, body) = self.signed(step)?;
        Ok(PublishResponse {
            consultation: self.consultation(step)?,
            answers: answers.iter().map(|of| self.text(step, of)).collect::<Result<_, _>>()?,
            outcome,
            bodies: vec![body],
            reason: self.words(step, text)?.body,
            reasons: Vec::new(),
            text: None,
            pointers: pointer.map(|pointer| self.pointer(step, pointer)).transpose()?.into_iter().collect(),
            passages: Vec::new(),
            referred_to: None,
            deferred_until: None,
            decided_at: None,
            signatory,
        })
    }

    fn pointer(&self, step: &Step, pointer: &Pointer) -> Result<ResponsePointer, StoryError> {
        Ok(ResponsePointer {
            kind: pointer.kind,
            words: pointer.words.clone(),
            url: pointer.url.clone(),
            dated: pointer.dated_day.map(|day| self.start_of(step, day)).transpose()?,
        })
    }
}
