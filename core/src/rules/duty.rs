//! What is owed: by when, since when, and how late.
//!
//! A duty is opened by something that happened, runs for a delay, may be extended or handed over, and
//! ends when it is discharged (`docs/design.md`, Duties). Nothing of this is recorded as "overdue": it
//! is computed at an instant that is an argument. This module knows neither the body that owes nor
//! what counts as a discharge.

use super::calendar::{BeyondCalendar, Delay, Zone};
use super::labels::labels;
use crate::time::Timestamp;

crate::codes! {
    /// How strongly a rule asks for an answer.
    pub enum DutyKind {
        /// The rule obliges: a late answer is overdue.
        Must = "must",
        /// The rule encourages: nothing is ever overdue.
        Should = "should",
    }
}

labels! { DutyKind {
    Must: "réponse obligatoire", "answer required";
    Should: "réponse souhaitée", "answer expected";
} }

/// A duty as the record knows it, whatever the present instant.
///
/// `deadline`, like every end in this crate, is the first instant that is too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// How strongly it is asked.
    pub kind: DutyKind,
    /// When it began.
    pub trigger: Timestamp,
    /// Its end, extensions included; none where the rule sets no date.
    pub deadline: Option<Timestamp>,
    /// When it was handed over to another body, which then owes in its place.
    pub transferred: Option<Timestamp>,
    /// When it was discharged.
    pub discharged: Option<Timestamp>,
}

impl Duty {
    /// A duty without a date, that began at `trigger`.
    #[must_use]
    pub const fn open_ended(kind: DutyKind, trigger: Timestamp) -> Self {
        Self { kind, trigger, deadline: None, transferred: None, discharged: None }
    }

    /// A duty that runs for `delay` from `trigger`, in days of `zone`.
    ///
    /// # Errors
    /// [`BeyondCalendar`] if the delay leads out of the calendar.
    pub fn within(
        kind: DutyKind,
        trigger: Timestamp,
        delay: Delay,
        zone: &Zone,
    ) -> Result<Self, BeyondCalendar> {
        Ok(Self { deadline: Some(zone.end_of_delay(trigger, delay)?), ..Self::open_ended(kind, trigger) })
    }

    /// The same duty, with `delay` more days or months after its last day.
    ///
    /// A duty without a date has nothing to extend and stays as it is.
    ///
    /// # Errors
    /// [`BeyondCalendar`] if the delay leads out of the calendar.
    pub fn extended(self, delay: Delay, zone: &Zone) -> Result<Self, BeyondCalendar> {
        let Some(end) = self.deadline else { return Ok(self) };
        // The delay is counted from the last day itself, whose last millisecond comes before its end.
        let last_day = end.plus_ms(-1);
        Ok(Self { deadline: Some(zone.end_of_delay(last_day, delay)?), ..self })
    }

    /// How the duty stands at `now`, in days of `zone`; none before it began.
    #[must_use]
    pub fn at(&self, now: Timestamp, zone: &Zone) -> Option<DutyState> {
        if now < self.trigger {
            return None;
        }
        let done = self.discharged.filter(|at| *at <= now);
        let handed_over = self.transferred.filter(|at| *at <= now);
        Some(match (done, handed_over, self.deadline) {
            (Some(at), _, deadline) => DutyState::Discharged { at, late: self.late_by(at, deadline, zone) },
            (None, Some(at), _) => DutyState::Transferred { at },
            (None, None, None) => DutyState::Undated,
            (None, None, Some(deadline)) => self.awaited(now, deadline, zone),
        })
    }

    /// How a duty that is neither discharged nor handed over stands.
    fn awaited(&self, now: Timestamp, deadline: Timestamp, zone: &Zone) -> DutyState {
        let days = zone.days_between(now, deadline.plus_ms(-1)).unwrap_or(i32::MAX);
        match (now < deadline, self.kind) {
            (true, _) => DutyState::Due { deadline, in_days: days.unsigned_abs() },
            (false, DutyKind::Must) => DutyState::Overdue { deadline, days: days.unsigned_abs() },
            (false, DutyKind::Should) => DutyState::DatePassed { deadline },
        }
    }

    /// By how many days a discharge was late, for a duty that can be.
    fn late_by(&self, at: Timestamp, deadline: Option<Timestamp>, zone: &Zone) -> Option<u32> {
        let deadline = deadline.filter(|deadline| self.kind == DutyKind::Must && at >= *deadline)?;
        zone.days_between(deadline.plus_ms(-1), at).map(i32::unsigned_abs)
    }

    /// The next instant after `now` at which [`Duty::at`] answers something else by itself.
    #[must_use]
    pub fn next_change(&self, now: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let stated = [Some(self.trigger), self.deadline, self.transferred, self.discharged];
        let counted = match self.at(now, zone) {
            Some(DutyState::Due { .. } | DutyState::Overdue { .. }) => zone.next_midnight(now),
            Some(
                DutyState::Undated
                | DutyState::DatePassed { .. }
                | DutyState::Discharged { .. }
                | DutyState::Transferred { .. },
            )
            | None => None,
        };
        let before = self.at(now, zone);
        stated
            .into_iter()
            .chain([counted])
            .flatten()
            .filter(|at| *at > now && self.at(*at, zone) != before)
            .min()
    }
}

/// How a duty stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DutyState {
    /// Owed, without a date.
    Undated,
    /// Owed, in time.
    Due {
        /// The first instant that is too late.
        deadline: Timestamp,
        /// Days to the last day: 0 on the last day itself.
        in_days: u32,
    },
    /// Owed and late; only a duty that obliges.
    Overdue {
        /// The first instant that was too late.
        deadline: Timestamp,
        /// Days since the last day: 1 on the day after.
        days: u32,
    },
    /// Expected, and the date is over, without any lateness in it.
    DatePassed {
        /// The first instant after the date.
        deadline: Timestamp,
    },
    /// Done.
    Discharged {
        /// When.
        at: Timestamp,
        /// Days after the last day, where it was late; only a duty that obliges.
        late: Option<u32>,
    },
    /// Owed by another body now.
    Transferred {
        /// Since when.
        at: Timestamp,
    },
}

impl DutyState {
    /// Whether an answer is still awaited.
    #[must_use]
    pub const fn is_owed(self) -> bool {
        match self {
            Self::Undated | Self::Due { .. } | Self::Overdue { .. } | Self::DatePassed { .. } => true,
            Self::Discharged { .. } | Self::Transferred { .. } => false,
        }
    }

    /// Whether it is late.
    #[must_use]
    pub const fn is_overdue(self) -> bool {
        matches!(self, Self::Overdue { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paris() -> Zone {
        Zone::named("Europe/Paris").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    /// A duty to answer within two months of the 10th of January 2026: until the 10th of March included.
    fn two_months(kind: DutyKind) -> Duty {
        Duty::within(kind, at("2026-01-10T14:00:00Z"), Delay::months(2), &paris()).unwrap()
    }

    fn state(duty: Duty, now: &str) -> DutyState {
        duty.at(at(now), &paris()).unwrap()
    }

    const END: &str = "2026-03-10T23:00:00Z";

    #[test]
    fn before_it_began_there_is_no_duty() {
        assert_eq!(two_months(DutyKind::Must).at(at("2026-01-10T13:59:59Z"), &paris()), None);
    }

    #[test]
    fn the_last_day_is_due_in_nought_days_to_its_last_instant() {
        let duty = two_months(DutyKind::Must);
        let deadline = at(END);
        assert_eq!(state(duty, "2026-03-01T08:00:00Z"), DutyState::Due { deadline, in_days: 9 });
        assert_eq!(state(duty, "2026-03-10T22:59:59.999Z"), DutyState::Due { deadline, in_days: 0 });
    }

    #[test]
    fn the_day_after_the_last_is_one_day_overdue() {
        let duty = two_months(DutyKind::Must);
        let deadline = at(END);
        assert_eq!(state(duty, END), DutyState::Overdue { deadline, days: 1 });
        assert_eq!(state(duty, "2026-04-20T12:00:00Z"), DutyState::Overdue { deadline, days: 41 });
    }

    #[test]
    fn only_a_duty_that_obliges_can_be_overdue_or_late() {
        let duty = two_months(DutyKind::Should);
        assert_eq!(state(duty, "2026-04-20T12:00:00Z"), DutyState::DatePassed { deadline: at(END) });
        let done = Duty { discharged: Some(at("2026-04-20T12:00:00Z")), ..duty };
        let discharged = DutyState::Discharged { at: at("2026-04-20T12:00:00Z"), late: None };
        assert_eq!(state(done, "2026-05-01T00:00:00Z"), discharged);
    }

    #[test]
    fn an_answer_on_the_last_day_is_in_time_and_one_a_day_later_is_a_day_late() {
        let duty = two_months(DutyKind::Must);
        for (answered, late) in [("2026-03-10T22:00:00Z", None), ("2026-03-11T09:00:00Z", Some(1))] {
            let done = Duty { discharged: Some(at(answered)), ..duty };
            let expected = DutyState::Discharged { at: at(answered), late };
            assert_eq!(state(done, "2026-06-01T00:00:00Z"), expected);
        }
    }

    #[test]
    fn a_duty_without_a_date_is_owed_and_never_overdue() {
        let duty = Duty::open_ended(DutyKind::Must, at("2026-01-10T14:00:00Z"));
        assert_eq!(state(duty, "2036-01-10T14:00:00Z"), DutyState::Undated);
        assert!(state(duty, "2036-01-10T14:00:00Z").is_owed());
        assert_eq!(duty.next_change(at("2036-01-10T14:00:00Z"), &paris()), None);
    }

    #[test]
    fn an_extension_runs_from_the_last_day() {
        let duty = two_months(DutyKind::Must).extended(Delay::days(10), &paris()).unwrap();
        assert_eq!(duty.deadline, Some(at("2026-03-20T23:00:00Z")));
        let undated = Duty::open_ended(DutyKind::Must, at("2026-01-10T14:00:00Z"));
        assert_eq!(undated.extended(Delay::days(10), &paris()).unwrap(), undated);
    }

    #[test]
    fn a_duty_handed_over_is_no_longer_owed_here() {
        let handed = at("2026-02-01T10:00:00Z");
        let duty = Duty { transferred: Some(handed), ..two_months(DutyKind::Must) };
        let before = DutyState::Due { deadline: at(END), in_days: 38 };
        assert_eq!(state(duty, "2026-01-31T10:00:00Z"), before);
        assert_eq!(state(duty, "2027-01-01T00:00:00Z"), DutyState::Transferred { at: handed });
        assert!(!state(duty, "2027-01-01T00:00:00Z").is_owed());
    }

    /// Any duty that began within the same two years.
    fn any_duty() -> impl Strategy<Value = Duty> {
        let instant = 1_760_000_000_000_i64..1_820_000_000_000;
        let maybe = || proptest::option::of(instant.clone().prop_map(Timestamp));
        (proptest::bool::ANY, instant.clone(), maybe(), maybe(), maybe()).prop_map(
            |(must, trigger, deadline, transferred, discharged)| Duty {
                kind: if must { DutyKind::Must } else { DutyKind::Should },
                trigger: Timestamp(trigger),
                deadline,
                transferred,
                discharged,
            },
        )
    }

    proptest! {
        #[test]
        fn nothing_changes_before_the_next_change_and_something_does_then(
            duty in any_duty(), now in 1_760_000_000_000_i64..1_820_000_000_000, share in 0.0_f64..1.0,
        ) {
            let (zone, now) = (paris(), Timestamp(now));
            let next = duty.next_change(now, &zone);
            let horizon = next.unwrap_or(Timestamp(1_900_000_000_000));
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            let between = now.plus_ms(((horizon.0 - now.0 - 1) as f64 * share) as i64);
            prop_assert_eq!(duty.at(between, &zone), duty.at(now, &zone));
            if let Some(next) = next {
                prop_assert_ne!(duty.at(next, &zone), duty.at(now, &zone));
            }
        }

        #[test]
        fn a_duty_that_only_encourages_is_never_overdue(
            duty in any_duty(), now in 1_760_000_000_000_i64..1_900_000_000_000,
        ) {
            let duty = Duty { kind: DutyKind::Should, ..duty };
            prop_assert!(!duty.at(Timestamp(now), &paris()).is_some_and(DutyState::is_overdue));
        }
    }
}
