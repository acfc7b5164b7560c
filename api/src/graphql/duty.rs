//! Duties to answer: who owes, to whom, by which rule, until when, how late.
//!
//! `docs/design.md` (Duties) decides that lateness is computed at reading, from an instant that is an argument. This
//! module shows what the views computed.

use async_graphql::{Enum, Object};
use devenir_core::rules::{DutyKind, DutyState, Role};
use devenir_projections::fate as views;
use devenir_projections::model::Subject;
use devenir_projections::query::{DutyOn, DutyStanding};

use super::code::Code;
use super::contribution::Contribution;
use super::scalar::DateTime;

/// A duty to answer.
#[derive(Debug, Clone)]
pub struct Duty {
    duty: views::OwedDuty,
    subject: Subject,
}

impl Duty {
    /// The duty to answer a subject.
    #[must_use]
    pub const fn new(duty: views::OwedDuty, subject: Subject) -> Self {
        Self { duty, subject }
    }
}

impl From<DutyOn> for Duty {
    fn from(DutyOn { subject, duty }: DutyOn) -> Self {
        Self { duty, subject }
    }
}

/// How a duty stands. Values may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DutyStatus {
    /// It has not begun.
    NotBegun,
    /// Owed, without a date.
    Undated,
    /// Owed, in time.
    Due,
    /// Owed and late; only a duty that obliges.
    Overdue,
    /// Expected, and the date is over: a duty that encourages is never late.
    DatePassed,
    /// Done.
    Discharged,
    /// Owed by another body now.
    Transferred,
    /// Nobody knows whether it was answered: the source does not say what came after.
    UnknownInSource,
}

/// Which duties are wanted. Values may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DutyFilter {
    /// Owed, and not late: in time, without a date, or only encouraged.
    Due,
    /// Owed and late.
    Overdue,
    /// Answered, and not late.
    Met,
    /// Answered late.
    MetLate,
    /// Nobody knows whether they were answered.
    UnknownInSource,
}

impl DutyFilter {
    /// The standing that is wanted, with the name of its list.
    #[must_use]
    pub const fn list(this: Option<Self>) -> (Option<DutyStanding>, &'static str) {
        match this {
            None => (None, "consultation.duties"),
            Some(Self::Due) => (Some(DutyStanding::Due), "consultation.duties.due"),
            Some(Self::Overdue) => (Some(DutyStanding::Overdue), "consultation.duties.overdue"),
            Some(Self::Met) => (Some(DutyStanding::Met), "consultation.duties.met"),
            Some(Self::MetLate) => (Some(DutyStanding::MetLate), "consultation.duties.met_late"),
            Some(Self::UnknownInSource) => (Some(DutyStanding::Unknown), "consultation.duties.unknown"),
        }
    }
}

/// A duty to answer: who owes, by which rule, until when.
#[Object]
impl Duty {
    /// What must be answered.
    async fn contribution(&self) -> Contribution {
        Contribution(self.subject.clone())
    }

    /// Whether the rule obliges or encourages.
    async fn kind(&self) -> Code<DutyKind> {
        Code(self.duty.duty.kind)
    }

    /// How it stands at the instant asked for.
    async fn status(&self) -> DutyStatus {
        if self.duty.standing() == Some(DutyStanding::Unknown) {
            return DutyStatus::UnknownInSource;
        }
        match self.duty.state {
            None => DutyStatus::NotBegun,
            Some(DutyState::Undated) => DutyStatus::Undated,
            Some(DutyState::Due { .. }) => DutyStatus::Due,
            Some(DutyState::Overdue { .. }) => DutyStatus::Overdue,
            Some(DutyState::DatePassed { .. }) => DutyStatus::DatePassed,
            Some(DutyState::Discharged { .. }) => DutyStatus::Discharged,
            Some(DutyState::Transferred { .. }) => DutyStatus::Transferred,
        }
    }

    /// The capacity of who owes.
    async fn role(&self) -> Code<Role> {
        Code(Role::Authority)
    }

    /// The body that owes; null where the list does not name it.
    async fn body(&self) -> Option<&str> {
        self.duty.body.as_deref()
    }

    /// Where the rule stands.
    async fn rule(&self) -> &str {
        &self.duty.rule
    }

    /// When it began.
    async fn since(&self) -> DateTime {
        DateTime(self.duty.duty.trigger)
    }

    /// The first instant that is too late; null where the rule sets no date.
    async fn deadline(&self) -> Option<DateTime> {
        self.duty.duty.deadline.map(DateTime)
    }

    /// Days to the last day, 0 on the last day itself; null where it is not due.
    async fn days_left(&self) -> Option<u32> {
        match self.duty.state.filter(|_| self.duty.is_owed())? {
            DutyState::Due { in_days, .. } => Some(in_days),
            DutyState::Undated
            | DutyState::Overdue { .. }
            | DutyState::DatePassed { .. }
            | DutyState::Discharged { .. }
            | DutyState::Transferred { .. } => None,
        }
    }

    /// Since when it is late; null where it is not.
    async fn overdue_since(&self) -> Option<DateTime> {
        let deadline = self.duty.duty.deadline;
        deadline.filter(|_| self.duty.standing() == Some(DutyStanding::Overdue)).map(DateTime)
    }

    /// Days after the last day, for one that is late or was discharged late.
    async fn days_late(&self) -> Option<u32> {
        match self.duty.state.filter(|_| self.duty.standing() != Some(DutyStanding::Unknown))? {
            DutyState::Overdue { days, .. } => Some(days),
            DutyState::Discharged { late, .. } => late,
            DutyState::Undated
            | DutyState::Due { .. }
            | DutyState::DatePassed { .. }
            | DutyState::Transferred { .. } => None,
        }
    }

    /// When it was discharged; null while it is not.
    async fn discharged_at(&self) -> Option<DateTime> {
        match self.duty.state? {
            DutyState::Discharged { at, .. } => Some(DateTime(at)),
            DutyState::Undated
            | DutyState::Due { .. }
            | DutyState::Overdue { .. }
            | DutyState::DatePassed { .. }
            | DutyState::Transferred { .. } => None,
        }
    }
}
