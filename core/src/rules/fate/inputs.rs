//! What the headline is computed from: one plain value for each rank.
//!
//! `docs/design.md` (Fates) lists the ranks. Nothing here says how a value was folded from the record.

use super::Headline;
use crate::rules::calendar::Zone;
use crate::rules::duty::Duty;
use crate::rules::moderation::Moderated;
use crate::rules::vocabulary::{Decision, Delivery, Entry, Linkage};
use crate::time::Timestamp;

/// Everything that the headline of one contribution depends on, but the present instant.
///
/// The default is a contribution just received by a platform whose record covers everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FateInputs<'a> {
    /// How far it came into the record.
    pub entry: Entry,
    /// What moderation and erasure left of it.
    pub moderated: Moderated,
    /// Its own delivery, the latest report.
    pub delivery: Option<Delivered>,
    /// Its own standing decision, the latest by publication ([`latest`]); superseded ones left out.
    pub decision: Option<Decision>,
    /// The first instant at which its time has run out, where the rules give it a time.
    pub expires_at: Option<Timestamp>,
    /// In what it goes on.
    pub linkage: Option<LinkedTo<'a>>,
    /// Whether its author took it back.
    pub withdrawn: bool,
    /// The duties to answer it, in the order of the record.
    pub duties: &'a [Duty],
    /// Whether the rules ask nobody to answer it, now or later.
    pub no_duty: bool,
    /// Whether the record would know of an answer.
    pub coverage: Coverage,
    /// Whether an authority stated that it is examining it, and has not stated anything since.
    pub under_review: bool,
    /// Whether it reached its threshold.
    pub threshold_met: bool,
    /// Whether its author, a panel or a guarantor disputes what became of it.
    pub contested: bool,
    /// Whether the standing answer was judged insufficient.
    pub insufficient: bool,
}

/// The latest report on a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// How far it has come.
    pub state: Delivery,
    /// The first instant that is behind the date promised, where one was.
    pub promised: Option<Timestamp>,
}

/// In what a contribution goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkedTo<'a> {
    /// How.
    pub how: Linkage,
    /// The headlines of the targets, computed at the same instant; empty where they are not known.
    pub targets: &'a [Headline],
}

/// Whether the record would know of an answer: only a covered stage can be silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// The source does not contain answers.
    None,
    /// The source contains the answers given before this instant; later ones are unknown.
    Until(Timestamp),
    /// Answers are recorded as they are given.
    Live,
}

impl Coverage {
    /// Whether an answer given just before `now` would be in the record.
    #[must_use]
    pub fn knows(self, now: Timestamp) -> bool {
        match self {
            Self::None => false,
            Self::Until(end) => now < end,
            Self::Live => true,
        }
    }
}

impl Default for FateInputs<'_> {
    fn default() -> Self {
        Self {
            entry: Entry::Received,
            moderated: Moderated::UNTOUCHED,
            delivery: None,
            decision: None,
            expires_at: None,
            linkage: None,
            withdrawn: false,
            duties: &[],
            no_duty: false,
            coverage: Coverage::Live,
            under_review: false,
            threshold_met: false,
            contested: false,
            insufficient: false,
        }
    }
}

impl FateInputs<'_> {
    /// The instants after `now` at which the headline may change by itself, in order.
    ///
    /// Day counts change at midnight; if the next midnight changes nothing, later ones do not either
    /// until one of the stated instants has passed.
    pub(super) fn instants(&self, now: Timestamp, zone: &Zone) -> Vec<Timestamp> {
        let covered_until = match self.coverage {
            Coverage::Until(end) => Some(end),
            Coverage::None | Coverage::Live => None,
        };
        let promised = self.delivery.and_then(|delivered| delivered.promised);
        let midnight = if self.duties.is_empty() { None } else { zone.next_midnight(now) };
        let duties = self.duties.iter();
        let of_duties = duties.flat_map(|it| [Some(it.trigger), it.deadline, it.transferred, it.discharged]);
        let mut instants: Vec<_> = [covered_until, promised, self.expires_at, midnight]
            .into_iter()
            .chain(of_duties)
            .flatten()
            .filter(|instant| *instant > now)
            .collect();
        instants.sort_unstable();
        instants
    }
}

/// The latest of several acts by the instant of publication; of two at one instant, the later in the
/// order given, which is the order of the record.
pub fn latest<T>(acts: impl IntoIterator<Item = (Timestamp, T)>) -> Option<T> {
    acts.into_iter().max_by_key(|(published_at, _)| *published_at).map(|(_, act)| act)
}
