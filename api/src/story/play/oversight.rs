//! The guarantor's observations and recommendations, and what the record says that it lacks.
//!
//! This module decides nothing. It gives acts only.

use super::{Learns, Player};
use crate::act::{AnswerRecommendation, DecideErasure, DeclareGap, Observe, Recommend, RequestErasure};
use crate::story::deed::Gap;
use crate::story::error::StoryError;
use crate::story::names::Name;
use crate::story::timeline::Step;
use devenir_core::event::code::{ErasureGround, ErasureOutcome, ErasureScope, Followed};

impl Player<'_> {
    pub(super) fn recommend(&mut self, step: &Step, number: u32, text: &str) -> Result<(), StoryError> {
        let act = Recommend {
            consultation: self.consultation(step)?,
            text: text.to_owned(),
            signatory: self.signed(step)?.0,
        };
        self.give(step, &act, Learns::number(Name::Recommendation(number), number))
    }

    pub(super) fn answer_recommendation(
        &mut self,
        step: &Step,
        number: u32,
        followed: Followed,
        text: &str,
    ) -> Result<(), StoryError> {
        let act = AnswerRecommendation {
            consultation: self.consultation(step)?,
            recommendation: self.known(step, &Name::Recommendation(number))?,
            followed,
            text: text.to_owned(),
            signatory: self.signed(step)?.0,
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn observe(&mut self, step: &Step, of: Option<&String>, text: &str) -> Result<(), StoryError> {
        let act = Observe {
            consultation: self.consultation(step)?,
            subject: of.map(|of| self.text(step, of)).transpose()?,
            text: text.to_owned(),
            signatory: self.signed(step)?.0,
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn request_erasure(
        &mut self,
        step: &Step,
        of: &str,
        scope: ErasureScope,
        ground: ErasureGround,
    ) -> Result<(), StoryError> {
        let act = RequestErasure {
            consultation: self.consultation(step)?,
            target: self.text(step, of)?,
            scope,
            ground,
            on_behalf_of: Some(self.person(step)),
            author_token: None,
            concerned: None,
            ticket: None,
        };
        self.settle()?;
        self.give(step, &act, Learns::name(Name::ErasureRequest(of.to_owned())))
    }

    pub(super) fn decide_erasure(
        &mut self,
        step: &Step,
        of: &str,
        (scope, ground): (ErasureScope, ErasureGround),
        outcome: ErasureOutcome,
    ) -> Result<(), StoryError> {
        let act = DecideErasure {
            consultation: self.consultation(step)?,
            request: Some(self.known(step, &Name::ErasureRequest(of.to_owned()))?),
            target: self.text(step, of)?,
            scope,
            ground,
            outcome,
            refusal: None,
            explanation: None,
            signatory: self.signed(step)?.0,
            ticket: None,
        };
        self.settle()?;
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn declare_gap(&mut self, step: &Step, gap: &Gap) -> Result<(), StoryError> {
        let consultation = match &gap.into {
            Some(into) => self.imported(step, into)?,
            None => self.consultation(step)?,
        };
        let act = DeclareGap {
            consultation,
            cause: gap.cause,
            platform: gap.platform.clone(),
            kind: gap.kind.clone(),
            external_id: gap.missing.clone(),
        };
        self.give(step, &act, Learns::nothing())
    }
}
