//! Days, working days and months, counted in a named zone.
//!
//! The law counts in days of a calendar, not in hours (`docs/design.md`, Duties): the day on which a
//! delay starts is not counted and the last day counts to its end. Working days are Monday to Friday
//! without the eleven legal holidays of metropolitan France; those of Alsace-Moselle and of the
//! overseas territories are not known here, nor is the present moment.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};

use crate::time::Timestamp;

/// The zone in which days begin and end, by its name in the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A name that no time zone has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not the name of a time zone; expected an IANA name such as `Europe/Paris` or `UTC`")]
pub struct UnknownZone {
    /// What was found, at most 60 characters of it.
    pub name: String,
}

/// An instant or a day beyond the calendar, which ends with the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{from} moved by {delay} leaves the calendar, which ends with the year 9999")]
pub struct BeyondCalendar {
    /// Where the count began.
    pub from: Timestamp,
    /// How far it was to go.
    pub delay: Delay,
}

impl Zone {
    /// The zone of this name, from the database that is compiled in.
    ///
    /// # Errors
    /// [`UnknownZone`] if the database has no such name.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(Self).map_err(|_| UnknownZone { name: name.chars().take(60).collect() })
    }

    /// Coordinated universal time.
    #[must_use]
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The day that `at` falls on; none beyond the calendar.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Option<Date> {
        self.civil(at).map(DateTime::date)
    }

    /// What calendars and clocks of the zone show at `at`; none beyond the calendar.
    #[must_use]
    pub fn civil(&self, at: Timestamp) -> Option<DateTime> {
        let instant = jiff::Timestamp::from_millisecond(at.0).ok()?;
        Some(self.0.to_datetime(instant))
    }

    /// The first instant of `day`; none beyond the calendar.
    ///
    /// Where the clocks skip midnight this is the first instant after it.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Option<Timestamp> {
        let start = day.to_zoned(self.0.clone()).ok()?;
        Some(Timestamp(start.timestamp().as_millisecond()))
    }

    /// The first instant of the day after the one that `at` falls on; none beyond the calendar.
    #[must_use]
    pub fn next_midnight(&self, at: Timestamp) -> Option<Timestamp> {
        self.start_of(self.day_of(at)?.tomorrow().ok()?)
    }

    /// How many midnights lie between two instants: 0 within one day, negative if `to` comes before.
    #[must_use]
    pub fn days_between(&self, from: Timestamp, to: Timestamp) -> Option<i32> {
        let span = self.day_of(from)?.until(self.day_of(to)?).ok()?;
        Some(span.get_days())
    }

    /// The first instant after a delay that starts at `from`: midnight at the end of its last day.
    ///
    /// # Errors
    /// [`BeyondCalendar`] if that day is not in the calendar.
    pub fn end_of_delay(&self, from: Timestamp, delay: Delay) -> Result<Timestamp, BeyondCalendar> {
        self.day_of(from)
            .and_then(|first| delay.last_day_from(first))
            .and_then(|last| self.start_of(last.tomorrow().ok()?))
            .ok_or(BeyondCalendar { from, delay })
    }
}

crate::codes! {
    /// What a delay is counted in.
    pub enum DelayUnit {
        /// Every day of the calendar.
        Day = "day",
        /// Monday to Friday, without legal holidays.
        WorkingDay = "working_day",
        /// Months of the calendar: from the 31st of January, one month ends on the last of February.
        Month = "month",
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Delay {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: DelayUnit,
}

impl Delay {
    /// So many days of the calendar.
    #[must_use]
    pub const fn days(count: u32) -> Self {
        Self { count, unit: DelayUnit::Day }
    }

    /// So many working days.
    #[must_use]
    pub const fn working_days(count: u32) -> Self {
        Self { count, unit: DelayUnit::WorkingDay }
    }

    /// So many months of the calendar.
    #[must_use]
    pub const fn months(count: u32) -> Self {
        Self { count, unit: DelayUnit::Month }
    }

    /// The last day of a delay whose first, uncounted day is `first`; none beyond the calendar.
    fn last_day_from(self, first: Date) -> Option<Date> {
        match self.unit {
            DelayUnit::Day => first.checked_add(span(self.count, |count| 0.days().try_days(count))?).ok(),
            DelayUnit::Month => {
                first.checked_add(span(self.count, |count| 0.months().try_months(count))?).ok()
            }
            DelayUnit::WorkingDay => nth_working_day_after(first, self.count),
        }
    }
}

impl std::fmt::Display for Delay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.count, self.unit)
    }
}

/// A span of `count` units, unless it is longer than any calendar.
fn span(count: u32, unit: impl FnOnce(i64) -> Result<Span, jiff::Error>) -> Option<Span> {
    unit(i64::from(count)).ok()
}

/// The `count`-th working day after `first`; `first` itself for 0. None beyond the calendar.
fn nth_working_day_after(first: Date, count: u32) -> Option<Date> {
    let mut day = first;
    for _ in 0..count {
        day = day.tomorrow().ok()?;
        while !is_working_day(day) {
            day = day.tomorrow().ok()?;
        }
    }
    Some(day)
}

/// Whether `day` is a working day in metropolitan France.
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_french_holiday(day)
}

/// The legal holidays of fixed date, as (month, day): labour code, article L3133-1.
const FIXED_HOLIDAYS: [(i8, i8); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];

/// The others, in days after Easter Sunday: Easter Monday, Ascension, Whit Monday.
const DAYS_AFTER_EASTER: [i32; 3] = [1, 39, 50];

/// Whether `day` is one of the eleven legal holidays of metropolitan France.
#[must_use]
pub fn is_french_holiday(day: Date) -> bool {
    if FIXED_HOLIDAYS.contains(&(day.month(), day.day())) {
        return true;
    }
    let Some(easter) = easter(day.year()) else { return false };
    easter.until(day).is_ok_and(|since| DAYS_AFTER_EASTER.contains(&since.get_days()))
}

/// Easter Sunday of a year of the Gregorian calendar; none before the year 1.
///
/// The anonymous Gregorian computus (Meeus, *Astronomical Algorithms*, chapter 8); letters as there.
fn easter(year: i16) -> Option<Date> {
    if year < 1 {
        return None;
    }
    let year_number = i32::from(year);
    let (a, b, c) = (year_number % 19, year_number / 100, year_number % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month_and_day = h + l - 7 * m + 114;
    let (month, day) = (month_and_day / 31, month_and_day % 31 + 1);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn paris() -> Zone {
        Zone::named("Europe/Paris").unwrap()
    }

    /// An instant from its RFC 3339 text.
    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn deadline(from: &str, delay: Delay) -> String {
        paris().end_of_delay(at(from), delay).unwrap().to_rfc3339()
    }

    #[test]
    fn a_delay_ends_at_midnight_after_its_last_day() {
        // The 3rd of March is not counted; the 18th is the fifteenth day and counts to its end.
        assert_eq!(deadline("2026-03-03T10:30:00Z", Delay::days(15)), "2026-03-18T23:00:00Z");
    }

    #[test]
    fn the_hour_of_the_start_makes_no_difference_but_the_zone_does() {
        assert_eq!(deadline("2026-03-03T22:59:59Z", Delay::days(1)), "2026-03-04T23:00:00Z");
        // In Paris it is already the 4th.
        assert_eq!(deadline("2026-03-03T23:00:00Z", Delay::days(1)), "2026-03-05T23:00:00Z");
    }

    #[test]
    fn a_day_on_which_the_clocks_change_is_one_day() {
        // Summer time begins on 2026-03-29: that day has 23 hours.
        assert_eq!(deadline("2026-03-28T12:00:00Z", Delay::days(1)), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn a_month_from_the_31st_ends_on_the_last_day_of_a_shorter_month() {
        assert_eq!(deadline("2026-01-31T12:00:00Z", Delay::months(1)), "2026-02-28T23:00:00Z");
        assert_eq!(deadline("2028-01-31T12:00:00Z", Delay::months(1)), "2028-02-29T23:00:00Z");
        assert_eq!(deadline("2026-06-15T12:00:00Z", Delay::months(6)), "2026-12-15T23:00:00Z");
    }

    #[test]
    fn working_days_skip_week_ends_and_holidays() {
        // Thursday 30 April 2026: the 1st is a holiday, then a week-end, then Monday the 4th.
        assert_eq!(deadline("2026-04-30T08:00:00Z", Delay::working_days(1)), "2026-05-04T22:00:00Z");
        // Five working days from then also step over Friday the 8th of May and a week-end.
        assert_eq!(deadline("2026-04-30T08:00:00Z", Delay::working_days(5)), "2026-05-11T22:00:00Z");
    }

    #[test]
    fn a_delay_of_nothing_ends_with_the_day() {
        for unit in DelayUnit::ALL {
            let delay = Delay { count: 0, unit: *unit };
            assert_eq!(deadline("2026-03-07T08:00:00Z", delay), "2026-03-07T23:00:00Z", "{unit}");
        }
    }

    #[test]
    fn easter_falls_where_the_church_tables_put_it() {
        let known = [
            date(1818, 3, 22),
            date(1943, 4, 25),
            date(1961, 4, 2),
            date(2000, 4, 23),
            date(2008, 3, 23),
            date(2011, 4, 24),
            date(2024, 3, 31),
            date(2025, 4, 20),
            date(2026, 4, 5),
            date(2027, 3, 28),
            date(2038, 4, 25),
            date(2285, 3, 22),
        ];
        for day in known {
            assert_eq!(easter(day.year()), Some(day));
        }
    }

    #[test]
    fn the_eleven_holidays_of_2026_are_these_and_no_others() {
        let mut day = date(2026, 1, 1);
        let mut found = vec![];
        while day.year() == 2026 {
            if is_french_holiday(day) {
                found.push(day.to_string());
            }
            day = day.tomorrow().unwrap();
        }
        let expected = [
            "2026-01-01",
            "2026-04-06",
            "2026-05-01",
            "2026-05-08",
            "2026-05-14",
            "2026-05-25",
            "2026-07-14",
            "2026-08-15",
            "2026-11-01",
            "2026-11-11",
            "2026-12-25",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_unknown_zone_is_named_in_the_message() {
        let message = Zone::named("Europe/Villeneuve").unwrap_err().to_string();
        insta::assert_snapshot!(message, @"`Europe/Villeneuve` is not the name of a time zone; expected an IANA name such as `Europe/Paris` or `UTC`");
    }

    #[test]
    fn a_delay_beyond_the_year_9999_is_refused_with_its_figures() {
        let message =
            paris().end_of_delay(at("2026-03-03T00:00:00Z"), Delay::months(200_000)).unwrap_err().to_string();
        insta::assert_snapshot!(message, @"2026-03-03T00:00:00Z moved by 200000 month leaves the calendar, which ends with the year 9999");
        for unit in DelayUnit::ALL {
            let longest = Delay { count: u32::MAX, unit: *unit };
            assert!(paris().end_of_delay(at("2026-03-03T00:00:00Z"), longest).is_err(), "{unit}");
        }
    }

    proptest! {
        #[test]
        fn a_longer_delay_never_ends_earlier(
            from in 0_i64..4_000_000_000_000, count in 0_u32..400, unit in 0_usize..3,
        ) {
            let delay = |count| Delay { count, unit: DelayUnit::ALL[unit] };
            let end = |count| paris().end_of_delay(Timestamp(from), delay(count)).unwrap();
            prop_assert!(end(count) > Timestamp(from));
            prop_assert!(end(count) <= end(count + 1));
        }

        #[test]
        fn the_last_working_day_of_a_delay_is_one(from in 0_i64..4_000_000_000_000, count in 1_u32..300) {
            let end = paris().end_of_delay(Timestamp(from), Delay::working_days(count)).unwrap();
            let last = paris().day_of(end.plus_ms(-1)).unwrap();
            prop_assert!(is_working_day(last));
        }

        #[test]
        fn midnights_counted_one_by_one_are_the_days_between(from in 0_i64..4_000_000_000_000, days in 0_i32..60) {
            let mut to = Timestamp(from);
            for _ in 0..days {
                to = paris().next_midnight(to).unwrap();
            }
            prop_assert_eq!(paris().days_between(Timestamp(from), to), Some(days));
        }
    }
}
