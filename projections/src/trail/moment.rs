//! Moments as people read them: in the consultation's zone, never more precise than claimed.
//!
//! `docs/design.md` (Trail) decides that a step says both when something happened and when it was recorded where
//! they differ by more than a day, and that a claimed time never pretends to more precision than its source
//! had. This module knows the calendar of a zone, no event and no clock.

use devenir_core::envelope::Recorded;
use devenir_core::event::code::Trust;
use devenir_core::rules::{Locale, Zone};
use devenir_core::time::{Claimed, Precision, Timestamp};

use super::message::Message;

/// A moment of the calendar, as precise as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    civil: Option<Civil>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Civil {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Year,
    Month,
    Day,
    Minute,
}

impl Moment {
    /// A moment that nobody states.
    pub const UNKNOWN: Self = Self { civil: None };

    /// The day that an instant falls on.
    #[must_use]
    pub fn day(zone: &Zone, at: Timestamp) -> Self {
        Self::shown(zone, at, Shown::Day)
    }

    /// An instant, to the minute.
    #[must_use]
    pub fn minute(zone: &Zone, at: Timestamp) -> Self {
        Self::shown(zone, at, Shown::Minute)
    }

    /// The last day before an end, which is the first instant that is too late.
    #[must_use]
    pub fn last_day(zone: &Zone, end: Timestamp) -> Self {
        Self::day(zone, end.plus_ms(-1))
    }

    /// A claimed time: its day, or less where less is claimed.
    #[must_use]
    pub fn claimed(zone: &Zone, claimed: Claimed) -> Self {
        let Some(at) = claimed.at() else { return Self::UNKNOWN };
        match claimed.precision() {
            Precision::Instant | Precision::Second | Precision::Minute | Precision::Hour | Precision::Day => {
                Self::shown(zone, at, Shown::Day)
            }
            Precision::Month => Self::shown(zone, at, Shown::Month),
            Precision::Year => Self::shown(zone, at, Shown::Year),
            Precision::Unknown => Self::UNKNOWN,
        }
    }

    /// When something happened: as claimed; else, for an act of this record, when it was recorded; else unknown.
    #[must_use]
    pub fn of(zone: &Zone, it: &Recorded) -> Self {
        match (it.occurred.at(), is_of_this_record(it)) {
            (Some(_), _) => Self::claimed(zone, it.occurred),
            (None, true) => Self::day(zone, it.recorded_at),
            (None, false) => Self::UNKNOWN,
        }
    }

    /// The same with hour and minute, where the time is known to the minute.
    #[must_use]
    pub fn of_to_the_minute(zone: &Zone, it: &Recorded) -> Self {
        match (it.occurred.at(), it.occurred.precision()) {
            (Some(at), Precision::Instant | Precision::Second | Precision::Minute) => Self::minute(zone, at),
            (None, _) if is_of_this_record(it) => Self::minute(zone, it.recorded_at),
            (
                _,
                Precision::Instant
                | Precision::Second
                | Precision::Minute
                | Precision::Hour
                | Precision::Day
                | Precision::Month
                | Precision::Year
                | Precision::Unknown,
            ) => Self::of(zone, it),
        }
    }

    fn shown(zone: &Zone, at: Timestamp, shown: Shown) -> Self {
        // What is not shown is left out, so that two moments that read alike are equal.
        let (monthly, daily) = (shown != Shown::Year, matches!(shown, Shown::Day | Shown::Minute));
        let to_the_minute = shown == Shown::Minute;
        let civil = |at: jiff::civil::DateTime| Civil {
            year: at.year(),
            month: if monthly { at.month() } else { 1 },
            day: if daily { at.day() } else { 1 },
            hour: if to_the_minute { at.hour() } else { 0 },
            minute: if to_the_minute { at.minute() } else { 0 },
            shown,
        };
        Self { civil: zone.civil(at).map(civil) }
    }

    /// Whether anything is known of it.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.civil.is_some()
    }

    /// The bare date: "12 mars 2027", "mars 2027", "2027", "date inconnue".
    #[must_use]
    pub fn date(self, locale: Locale) -> String {
        self.message("date").say_within(locale)
    }

    /// The message `id` (`moment` or `date`) with what it selects on.
    pub(super) fn message(self, id: &'static str) -> Message {
        let unknown = Civil { year: 0, month: 1, day: 1, hour: 0, minute: 0, shown: Shown::Year };
        let it = self.civil.unwrap_or(unknown);
        let shown = match self.civil.map(|civil| civil.shown) {
            None => "unknown",
            Some(Shown::Year) => "year",
            Some(Shown::Month) => "month",
            Some(Shown::Day) => "day",
            Some(Shown::Minute) => "minute",
        };
        Message::new(id)
            .code("shown", shown)
            .words("year", Some(it.year.to_string()))
            .number("month", it.month.unsigned_abs())
            .number("day", it.day.unsigned_abs())
            .words("hour", Some(it.hour.to_string()))
            .words("minute", Some(format!("{:02}", it.minute)))
    }
}

/// Whether a fact without a claimed time happened when it was recorded: acts of this record, and what an
/// importer does itself.
fn is_of_this_record(it: &Recorded) -> bool {
    use devenir_core::event::Event;
    use devenir_core::event::oversight::OversightEvent;
    let import = matches!(
        it.event,
        Event::Oversight(OversightEvent::ImportSealed(_) | OversightEvent::GapDeclared(_))
    );
    import
        || match it.trust {
            Trust::Native => true,
            Trust::Attested | Trust::Observed | Trust::Reconstructed => false,
        }
}

/// Whether a claimed time and the time of recording lie more than a day apart.
pub(super) fn lie_apart(occurred: Claimed, recorded_at: Timestamp) -> bool {
    let Some(at) = occurred.at() else { return false };
    let gap = recorded_at.0.saturating_sub(at.0).saturating_abs();
    let within = match occurred.precision() {
        Precision::Instant | Precision::Second | Precision::Minute | Precision::Hour => Timestamp::DAY_MS,
        Precision::Day => 2 * Timestamp::DAY_MS,
        Precision::Month => 32 * Timestamp::DAY_MS,
        Precision::Year => 367 * Timestamp::DAY_MS,
        Precision::Unknown => i64::MAX,
    };
    gap > within
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn paris() -> Zone {
        Zone::named("Europe/Paris").unwrap()
    }

    #[test]
    fn a_date_is_read_in_the_zone_of_the_consultation() {
        let moment = Moment::day(&paris(), at("2027-03-11T23:30:00Z"));
        assert_eq!(moment.date(Locale::Fr), "12 mars 2027");
        assert_eq!(moment.date(Locale::En), "12 March 2027");
    }

    #[test]
    fn a_date_is_never_more_precise_than_claimed() {
        let claim =
            |precision| Moment::claimed(&paris(), Claimed::new(at("2027-02-28T23:00:00Z"), precision));
        let said = |precision| claim(precision).date(Locale::Fr);
        assert_eq!(said(Precision::Instant), "1er mars 2027");
        assert_eq!(said(Precision::Month), "mars 2027");
        assert_eq!(said(Precision::Year), "2027");
        assert_eq!(said(Precision::Unknown), "date inconnue");
        assert_eq!(claim(Precision::Unknown).date(Locale::En), "date unknown");
    }

    #[test]
    fn two_moments_that_read_alike_are_equal() {
        let (morning, evening) = (at("2027-03-12T06:00:00Z"), at("2027-03-12T19:30:00Z"));
        assert_eq!(Moment::day(&paris(), morning), Moment::day(&paris(), evening));
        assert_ne!(Moment::minute(&paris(), morning), Moment::minute(&paris(), evening));
    }

    #[test]
    fn an_hour_is_given_where_it_is_asked_for() {
        let moment = Moment::minute(&paris(), at("2027-03-12T22:05:00Z"));
        assert_eq!(moment.date(Locale::Fr), "12 mars 2027 à 23 h 05");
        assert_eq!(moment.date(Locale::En), "12 March 2027 at 23:05");
    }

    #[test]
    fn the_last_day_of_a_delay_is_the_one_before_its_end() {
        let end = paris().start_of(jiff::civil::date(2027, 6, 25)).unwrap();
        assert_eq!(Moment::last_day(&paris(), end).date(Locale::Fr), "24 juin 2027");
    }
}
