//! The independent axes under a headline: each read alone, whatever the headline says.
//!
//! `docs/design.md` (Fates) names the axes. This module ranks nothing.

use super::{FateInputs, Question};
use crate::rules::calendar::Zone;
use crate::rules::vocabulary::{Entry, FateCode};
use crate::time::Timestamp;

/// Where a contribution stands on each axis; none where nothing is known of it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axes {
    /// How far it has come.
    pub stage: FateCode,
    /// Whether its text can be read; none before it was published.
    pub visibility: Option<FateCode>,
    /// In what it goes on.
    pub linkage: Option<FateCode>,
    /// What was decided of it.
    pub decision: Option<FateCode>,
    /// What was done of it.
    pub delivery: Option<FateCode>,
    /// What nobody did, at this instant.
    pub silence: Option<FateCode>,
}

impl Axes {
    /// The axes at `now`, with days counted in `zone`.
    #[must_use]
    pub fn at(inputs: &FateInputs<'_>, now: Timestamp, zone: &Zone) -> Self {
        let question = Question { inputs, now, zone };
        let decision = question.decision().map(|found| found.code);
        let owed = question.overdue().or_else(|| question.awaiting()).map(|found| found.code);
        let acted_on = decision.is_some() || inputs.delivery.is_some() || inputs.moderated.inadmissible;
        let unanswered = if acted_on { None } else { question.silence().map(|found| found.code) };
        Self {
            stage: stage(inputs),
            visibility: visibility(inputs),
            linkage: inputs.linkage.map(|link| link.how.into()),
            decision,
            delivery: inputs.delivery.map(|delivered| delivered.state.into()),
            silence: owed.or(unanswered),
        }
    }
}

/// The farthest stage.
fn stage(inputs: &FateInputs<'_>) -> FateCode {
    let reached = [
        (inputs.moderated.inadmissible, FateCode::Inadmissible),
        (inputs.withdrawn, FateCode::Withdrawn),
        (inputs.under_review, FateCode::UnderReview),
        (inputs.threshold_met, FateCode::ThresholdMet),
        (inputs.entry == Entry::PendingModeration, FateCode::PendingModeration),
    ];
    reached.into_iter().find(|(is_reached, _)| *is_reached).map_or(FateCode::Received, |(_, code)| code)
}

/// What can be read of it.
fn visibility(inputs: &FateInputs<'_>) -> Option<FateCode> {
    let published = match inputs.entry {
        Entry::Published => Some(FateCode::Published),
        Entry::Received | Entry::PendingModeration => None,
    };
    inputs.moderated.visibility.fate().or(published)
}
