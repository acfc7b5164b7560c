//! The headline: what became of a contribution, in one code, at an instant.
//!
//! The order of the ranks is decided in `docs/design.md` (Fates): the first that applies is the answer,
//! what moderation did stands before it, what is disputed stands after it. Silence is computed here
//! and recorded nowhere. This module knows plain values only: whoever folds the record states them.
//!
//! ```text
//! hidden   in progress        behind commitment, contested      until 2026-03-10
//! prefix   code (rank 2)      appended                          next change
//! ```

mod axes;
mod inputs;
#[cfg(test)]
mod tests;

pub use axes::Axes;
pub use inputs::{Coverage, Delivered, FateInputs, LinkedTo, latest};

use super::calendar::Zone;
use super::duty::DutyState;
use super::vocabulary::{Decision, Delivery, Entry, FateCode, Linkage};
use crate::time::Timestamp;

crate::codes! {
    /// What a headline rests on, the strongest first.
    pub enum Rank {
        /// It was refused as inadmissible.
        Admissibility = "admissibility",
        /// What was done of it.
        Delivery = "delivery",
        /// What was decided of it.
        Decision = "decision",
        /// What became of those in which it goes on.
        Linkage = "linkage",
        /// Its author took it back.
        Withdrawal = "withdrawal",
        /// An answer is late.
        Overdue = "overdue",
        /// An authority is examining it.
        Review = "review",
        /// An answer is awaited.
        Awaiting = "awaiting",
        /// It reached a threshold.
        Threshold = "threshold",
        /// Nobody has to answer, or the record does not know.
        Silence = "silence",
        /// It came into the record, and no more is known.
        Entry = "entry",
        /// It came into the record and moderation took it out of sight: then that is the answer.
        Visibility = "visibility",
    }
}

/// A headline inherits through at most so many merges, splits and groupings.
pub const HOPS_MAX: u8 = 3;

/// The answer to "what became of it", at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// What moderation or erasure did to the text, where something else became of the contribution.
    pub prefix: Option<FateCode>,
    /// What became of it.
    pub code: FateCode,
    /// What `code` rests on.
    pub rank: Rank,
    /// The answer that is awaited or late, for [`Rank::Overdue`] and [`Rank::Awaiting`].
    pub owed: Option<Owed>,
    /// How `code` was inherited, for [`Rank::Linkage`].
    pub through: Option<Through>,
    /// What must be said beside it: [`FateCode::Slipped`], [`FateCode::Insufficient`],
    /// [`FateCode::Contested`], in this order.
    pub appended: Vec<FateCode>,
    /// The next instant at which any of the above changes by itself, if nothing new is recorded.
    pub next_change: Option<Timestamp>,
}

/// One of the duties of [`FateInputs::duties`], and how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// Its index there.
    pub duty: usize,
    /// How it stands.
    pub state: DutyState,
}

/// How a headline was inherited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through {
    /// What ties the contribution to its targets.
    pub how: Linkage,
    /// Through how many ties the answer came. 0 where none was inherited, because the targets are
    /// unknown, differ, or lie more than [`HOPS_MAX`] ties away; the code is then that of `how`.
    pub hops: u8,
}

/// The headline at `now`, with days counted in `zone`.
#[must_use]
pub fn headline(inputs: &FateInputs<'_>, now: Timestamp, zone: &Zone) -> Headline {
    let answer = Question { inputs, now, zone }.answer();
    let targets = answer.through.and(inputs.linkage).map_or(&[][..], |link| link.targets);
    let inherited = targets.iter().filter_map(|target| target.next_change).min();
    let own = inputs
        .instants(now, zone)
        .into_iter()
        .find(|instant| Question { inputs, now: *instant, zone }.answer() != answer);
    Headline { next_change: [inherited, own].into_iter().flatten().min(), ..answer }
}

/// The inputs together with the instant and the zone in which they are asked about.
#[derive(Clone, Copy)]
struct Question<'a> {
    inputs: &'a FateInputs<'a>,
    now: Timestamp,
    zone: &'a Zone,
}

/// What one rank found.
struct Found {
    code: FateCode,
    owed: Option<Owed>,
    through: Option<Through>,
}

impl Found {
    fn plain(code: impl Into<FateCode>) -> Self {
        Self { code: code.into(), owed: None, through: None }
    }
}

/// A rank, and what it finds if it applies.
type Ranked<'a> = (Rank, fn(&Question<'a>) -> Option<Found>);

impl<'a> Question<'a> {
    /// The ranks in their order: the first that finds something is the answer.
    const RANKS: [Ranked<'a>; 10] = [
        (Rank::Admissibility, Self::inadmissible),
        (Rank::Delivery, Self::delivery),
        (Rank::Decision, Self::decision),
        (Rank::Linkage, Self::linkage),
        (Rank::Withdrawal, Self::withdrawal),
        (Rank::Overdue, Self::overdue),
        (Rank::Review, Self::review),
        (Rank::Awaiting, Self::awaiting),
        (Rank::Threshold, Self::threshold),
        (Rank::Silence, Self::silence),
    ];

    /// The headline, its next change aside.
    fn answer(&self) -> Headline {
        let found = Self::RANKS.iter().find_map(|(rank, find)| Some((*rank, find(self)?)));
        let hidden_by = self.inputs.moderated.visibility.fate();
        let (prefix, rank, found) = match (found, hidden_by) {
            (Some((rank, found)), prefix) => (prefix, rank, found),
            // "Text hidden; since then: published" would contradict itself: nothing else became of it.
            (None, Some(code)) => (None, Rank::Visibility, Found::plain(code)),
            (None, None) => (None, Rank::Entry, Found::plain(self.inputs.entry)),
        };
        let appended = self.appended(found.through);
        let Found { code, owed, through } = found;
        Headline { prefix, code, rank, owed, through, appended, next_change: None }
    }

    fn inadmissible(&self) -> Option<Found> {
        self.inputs.moderated.inadmissible.then(|| Found::plain(FateCode::Inadmissible))
    }

    fn delivery(&self) -> Option<Found> {
        self.inputs.delivery.map(|delivered| Found::plain(delivered.state))
    }

    fn decision(&self) -> Option<Found> {
        self.inputs.decision.or_else(|| self.expired()).map(Found::plain)
    }

    /// Whether its time ran out before anything else took it further.
    fn expired(&self) -> Option<Decision> {
        let inputs = self.inputs;
        let went_on = inputs.linkage.is_some() || inputs.withdrawn || inputs.threshold_met;
        inputs.expires_at.filter(|at| *at <= self.now && !went_on).map(|_| Decision::Expired)
    }

    fn linkage(&self) -> Option<Found> {
        let link = self.inputs.linkage?;
        let nothing_inherited = (FateCode::from(link.how), 0);
        let (code, hops) = match link.targets {
            [] => nothing_inherited,
            [first, others @ ..] => {
                let hops = link.targets.iter().map(Headline::hops).max().unwrap_or(0);
                let agreed = others.iter().all(|other| other.code == first.code);
                if agreed && hops < HOPS_MAX { (first.code, hops + 1) } else { nothing_inherited }
            }
        };
        Some(Found { code, owed: None, through: Some(Through { how: link.how, hops }) })
    }

    fn withdrawal(&self) -> Option<Found> {
        self.inputs.withdrawn.then(|| Found::plain(FateCode::Withdrawn))
    }

    fn overdue(&self) -> Option<Found> {
        let owed = self.owed().filter(|owed| owed.state.is_overdue())?;
        Some(Found { code: FateCode::NoResponseOverdue, owed: Some(owed), through: None })
    }

    fn review(&self) -> Option<Found> {
        self.inputs.under_review.then(|| Found::plain(FateCode::UnderReview))
    }

    fn awaiting(&self) -> Option<Found> {
        let owed = self.owed()?;
        Some(Found { code: FateCode::NoResponseYet, owed: Some(owed), through: None })
    }

    fn threshold(&self) -> Option<Found> {
        self.inputs.threshold_met.then(|| Found::plain(FateCode::ThresholdMet))
    }

    /// What can be said where nobody owes an answer, or nobody knows. A contribution that waits for a
    /// moderator is not there yet.
    fn silence(&self) -> Option<Found> {
        match (self.inputs.entry, self.inputs.coverage.knows(self.now)) {
            (Entry::PendingModeration, _) => None,
            (Entry::Received | Entry::Published, false) => Some(Found::plain(FateCode::UnknownInSource)),
            (Entry::Received | Entry::Published, true) => {
                self.inputs.no_duty.then(|| Found::plain(FateCode::NoDuty))
            }
        }
    }

    /// The duty to speak of: the one longest overdue, else the next that falls due, else one without a
    /// date, else one whose date is over. None where the record would not know of an answer.
    fn owed(&self) -> Option<Owed> {
        if !self.inputs.coverage.knows(self.now) {
            return None;
        }
        let states = self.inputs.duties.iter().map(|duty| duty.at(self.now, self.zone));
        states
            .enumerate()
            .filter_map(|(duty, state)| Some(Owed { duty, state: state? }))
            .filter_map(|owed| Some((urgency(owed.state)?, owed)))
            .min_by_key(|(urgency, _)| *urgency)
            .map(|(_, owed)| owed)
    }

    /// What must be said beside the code, with what is inherited.
    fn appended(&self, through: Option<Through>) -> Vec<FateCode> {
        let inherits = through.is_some_and(|through| through.hops > 0);
        let targets = self.inputs.linkage.filter(|_| inherits).map_or(&[][..], |link| link.targets);
        let inherited = |code| targets.iter().any(|target| target.appended.contains(&code));
        [
            (FateCode::Slipped, self.slipped()),
            (FateCode::Insufficient, self.inputs.insufficient),
            (FateCode::Contested, self.inputs.contested),
        ]
        .into_iter()
        .filter(|(code, own)| *own || inherited(*code))
        .map(|(code, _)| code)
        .collect()
    }

    /// Whether a commitment that is not yet kept is behind its date.
    fn slipped(&self) -> bool {
        self.inputs.delivery.is_some_and(|delivered| match delivered.state {
            Delivery::Planned | Delivery::InProgress | Delivery::PartiallyDone => {
                delivered.promised.is_some_and(|promised| promised <= self.now)
            }
            Delivery::Done | Delivery::Abandoned => false,
        })
    }
}

impl Headline {
    /// Through how many ties this answer came; 0 for a contribution's own.
    fn hops(&self) -> u8 {
        self.through.map_or(0, |through| through.hops)
    }
}

/// Where a duty stands among several: what is most pressing first, then the earliest; none where
/// nothing is owed.
const fn urgency(state: DutyState) -> Option<(u8, i64)> {
    match state {
        DutyState::Overdue { deadline, .. } => Some((0, deadline.0)),
        DutyState::Due { deadline, .. } => Some((1, deadline.0)),
        DutyState::Undated => Some((2, 0)),
        DutyState::DatePassed { deadline } => Some((3, deadline.0)),
        DutyState::Discharged { .. } | DutyState::Transferred { .. } => None,
    }
}
