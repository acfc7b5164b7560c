//! Days of a story, counted from its opening, and the instants that they stand for.
//!
//! The README of the story (Days) defines them: the story is loaded as if the day of loading were its
//! `loading_day`. This module reads no clock and knows no act.

use super::chance::Chance;
use devenir_core::time::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};

/// When people are up, in minutes of the day: 8:10 to 22:40. Phases open at 8 and close at midnight.
const UP_FROM: i64 = 8 * 60 + 10;
/// How long they are up, in minutes.
const UP_FOR: i64 = 14 * 60 + 30;

/// A moment of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// The day, counted from the opening.
    pub(super) day: i64,
    /// The time in the town's zone.
    pub(super) time: Time,
}

/// The days of a story that is loaded on a given day.
#[derive(Debug, Clone)]
pub(super) struct Days {
    zone: TimeZone,
    opening: Date,
}

impl Days {
    /// The days of a story whose day `loading_number` is `loading_day`; none beyond the calendar.
    pub(super) fn new(zone: TimeZone, loading_day: Date, loading_number: i64) -> Option<Self> {
        let before = Span::new().try_days(loading_number).ok()?;
        let opening = loading_day.checked_sub(before).ok()?;
        Some(Self { zone, opening })
    }

    /// The instant of a moment; none beyond the calendar.
    pub(super) fn instant(&self, moment: Moment) -> Option<Timestamp> {
        let date = self.opening.checked_add(Span::new().try_days(moment.day).ok()?).ok()?;
        let zoned = date.to_datetime(moment.time).to_zoned(self.zone.clone()).ok()?;
        Some(Timestamp(zoned.timestamp().as_millisecond()))
    }

    /// The first instant of a day.
    pub(super) fn start(&self, day: i64) -> Option<Timestamp> {
        self.instant(Moment { day, time: Time::midnight() })
    }

    /// The last millisecond of a day.
    pub(super) fn end(&self, day: i64) -> Option<Timestamp> {
        Some(self.start(day.checked_add(1)?)?.plus_ms(-1))
    }
}

/// `count` moments between two, evenly apart, in the hours when people are up; both ends left out.
pub(super) fn between(from: Moment, to: Moment, count: u64) -> Vec<Moment> {
    let (first, last) = (minutes_up(from), minutes_up(to));
    let apart = i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1);
    (1..apart).map(|step| moment_of(first + (last - first) * step / apart, 0)).collect()
}

/// `count` moments from one to the end of a day, irregularly apart, the first of them exactly there.
pub(super) fn spread(from: Moment, until_day: i64, count: u64, chance: &mut Chance) -> Vec<Moment> {
    let first = minutes_up(from);
    let width = ((until_day + 1) * UP_FOR - 1 - first).max(0);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let mut moments = vec![from; usize::from(count > 0)];
    for slot in 1..count {
        let start = first + width * slot / count;
        let length = u64::try_from(width / count).unwrap_or(0);
        let jitter = i64::try_from(chance.below(length)).unwrap_or(0);
        let second = i8::try_from(chance.below(60)).unwrap_or(0);
        moments.push(later(from, moment_of(start + jitter, second)));
    }
    moments
}

/// A moment some minutes later, by the wall clock.
pub(super) fn after_minutes(moment: Moment, minutes: i64) -> Moment {
    let midnights = i64::from(moment.time.hour()) * 60 + i64::from(moment.time.minute()) + minutes;
    let time = Time::midnight() + midnights.rem_euclid(24 * 60).minutes();
    Moment { day: moment.day + midnights.div_euclid(24 * 60), time }
}

/// The moment itself where people are up, else when they get up next.
pub(super) fn when_up(moment: Moment) -> Moment {
    let minute = i64::from(moment.time.hour()) * 60 + i64::from(moment.time.minute());
    if minute >= UP_FROM + UP_FOR {
        return moment_of((moment.day + 1) * UP_FOR, 0);
    }
    later(moment, moment_of(moment.day * UP_FOR, 0))
}

/// The later of two moments.
pub(super) fn later(one: Moment, other: Moment) -> Moment {
    if (other.day, other.time) > (one.day, one.time) { other } else { one }
}

/// Minutes when people were up, from the opening to a moment.
fn minutes_up(moment: Moment) -> i64 {
    let minute = i64::from(moment.time.hour()) * 60 + i64::from(moment.time.minute());
    moment.day * UP_FOR + (minute - UP_FROM).clamp(0, UP_FOR - 1)
}

fn moment_of(minutes_up: i64, second: i8) -> Moment {
    let minute = UP_FROM + minutes_up.rem_euclid(UP_FOR);
    let time = Time::midnight() + minute.minutes() + i64::from(second).seconds();
    Moment { day: minutes_up.div_euclid(UP_FOR), time }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn a_day_of_the_story_is_counted_back_from_the_day_of_loading() {
        let days = Days::new(TimeZone::get("Europe/Paris").unwrap(), date(2027, 3, 15), 190).unwrap();
        let opening = days.instant(Moment { day: 0, time: time(8, 30, 0, 0) }).unwrap();
        assert_eq!(opening.to_rfc3339(), "2026-09-06T06:30:00Z");
        assert_eq!(days.end(190).unwrap().to_rfc3339(), "2027-03-15T22:59:59.999Z");
    }

    #[test]
    fn spread_moments_start_exactly_at_the_first_and_stay_in_order_within_their_days() {
        let from = Moment { day: 9, time: time(12, 10, 0, 0) };
        let moments = spread(from, 20, 44, &mut Chance::new(1, "votes"));
        assert_eq!((moments.len(), moments[0]), (44, from));
        assert!(moments.windows(2).all(|pair| (pair[0].day, pair[0].time) <= (pair[1].day, pair[1].time)));
        assert!(moments.iter().all(|moment| moment.day <= 20));
    }

    #[test]
    fn an_hour_past_midnight_is_the_next_day() {
        let evening = Moment { day: 7, time: time(23, 30, 0, 0) };
        assert_eq!(after_minutes(evening, 130), Moment { day: 8, time: time(1, 40, 0, 0) });
    }
}
