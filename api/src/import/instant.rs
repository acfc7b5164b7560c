//! When a source was observed, and the times that it claims.
//!
//! `docs/format.md` (Envelope): a claimed time is the first millisecond of the stated period, read in
//! the zone that the source prints, else in the consultation's zone. This module reads no clock: a
//! time is absurd when it lies before 1900 or more than a day after the observation itself.

use std::path::Path;

use devenir_core::event::code::Lang;
use devenir_core::time::{Claimed, Precision, Timestamp};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::ImportError;

/// What the operator says of a source, beside its path.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// `--observed-at`: a day or an instant; else a stamp in the file's name.
    pub observed_at: Option<String>,
    /// `--zone`: where the source prints none; each format has its own default.
    pub zone: Option<String>,
    /// `--lang`: the language of the texts, each format has its own default.
    pub lang: Option<Lang>,
    /// `--platform`: the installation that the identifiers belong to, where the source does not say.
    pub platform: Option<String>,
    /// `--site`: where the installation is found, `https://decide.madrid.es`, where the source gives no addresses.
    pub site: Option<String>,
    /// `--partial`: the source is an extract, so what it does not list is not missing.
    pub partial: bool,
}

/// How the times of one source are read.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    zone: TimeZone,
    zone_name: String,
    observed_at: Claimed,
    latest: Timestamp,
}

impl Calendar {
    /// The calendar of the source at `path`, whose format's own zone is `default_zone`.
    pub(super) fn of(
        path: &Path,
        options: &ReadOptions,
        default_zone: &'static str,
    ) -> Result<Self, ImportError> {
        let zone_name = options.zone.clone().unwrap_or_else(|| default_zone.to_owned());
        let zone =
            TimeZone::get(&zone_name).map_err(|_| ImportError::BadZone { found: zone_name.clone() })?;
        let observed_at = match &options.observed_at {
            Some(text) => stated(text, &zone)?,
            None => {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                name.and_then(|name| stamp_in(&name, &zone))
                    .ok_or_else(|| ImportError::NoInstant { path: path.into() })?
            }
        };
        let begins = observed_at.at().unwrap_or(Timestamp(0));
        let lasts = if observed_at.precision() == Precision::Day { Timestamp::DAY_MS } else { 0 };
        let latest = begins.plus_ms(lasts).plus_days(1);
        Ok(Self { zone, zone_name, observed_at, latest })
    }

    /// The moment of the observation.
    pub(super) fn observed_at(&self) -> Claimed {
        self.observed_at
    }

    /// The zone's name, for the report.
    pub(super) fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// The moment of the observation as the revision of what the source does not number.
    pub(super) fn revision(&self) -> String {
        self.observed_at.at().map(Timestamp::to_rfc3339).unwrap_or_default()
    }

    /// An instant with its offset: `2015-09-26T14:21:35+0200`, `2021-04-21T14:11:31.429Z`,
    /// `2024-01-03 20:05:12 +0100`. With a fraction it is an instant, else a second.
    pub(super) fn instant(&self, text: &str) -> Result<Claimed, String> {
        let compact: String = text.trim().chars().filter(|c| *c != ' ').collect();
        let joined = match text.trim().split_once(' ') {
            Some((date, time)) => format!("{date}T{}", time.replace(' ', "")),
            None => compact,
        };
        let instant: jiff::Timestamp = joined
            .parse()
            .map_err(|_| "an instant with its offset, such as 2015-09-26T14:21:35+0200".to_owned())?;
        let precision = if joined.contains('.') { Precision::Instant } else { Precision::Second };
        self.plausible(Claimed::new(Timestamp(instant.as_millisecond()), precision))
    }

    /// A day of the calendar, `2021-01-14` or `14/01/2021`, in the source's zone.
    pub(super) fn day(&self, text: &str) -> Result<Claimed, String> {
        let text = text.trim();
        let date = parse_day(text).ok_or_else(|| "a day, such as 2021-01-14 or 14/01/2021".to_owned())?;
        let claimed = begin_of(date.to_datetime(jiff::civil::Time::midnight()), &self.zone, Precision::Day)
            .ok_or_else(|| format!("a day of this calendar in {}", self.zone_name))?;
        self.plausible(claimed)
    }

    /// Whether a day of the source's zone is over at an instant.
    pub(super) fn ends_before(&self, day: Claimed, instant: Claimed) -> bool {
        let civil = |claimed: Claimed| {
            let at = jiff::Timestamp::from_millisecond(claimed.at()?.0).ok()?;
            Some(at.to_zoned(self.zone.clone()).date())
        };
        civil(day).zip(civil(instant)).is_some_and(|(day, date)| day < date)
    }

    fn plausible(&self, claimed: Claimed) -> Result<Claimed, String> {
        /// 1900-01-01T00:00:00Z
        const EARLIEST: Timestamp = Timestamp(-2_208_988_800_000);
        match claimed.at() {
            Some(at) if at < EARLIEST => Err("a time after 1900".to_owned()),
            Some(at) if at >= self.latest => {
                Err(format!("a time before {}, a day after the observation", self.latest))
            }
            Some(_) | None => Ok(claimed),
        }
    }
}

/// `2021-01-14`, or `14/01/2021`.
fn parse_day(text: &str) -> Option<Date> {
    let strict = |pattern: &str| {
        (text.len() == 10 && text.is_ascii()).then(|| Date::strptime(pattern, text).ok()).flatten()
    };
    if text.contains('/') { strict("%d/%m/%Y") } else { strict("%Y-%m-%d") }
}

fn begin_of(civil: DateTime, zone: &TimeZone, precision: Precision) -> Option<Claimed> {
    let zoned = zone.to_ambiguous_zoned(civil).compatible().ok()?;
    Some(Claimed::new(Timestamp(zoned.timestamp().as_millisecond()), precision))
}

/// The moment that the operator states.
fn stated(text: &str, zone: &TimeZone) -> Result<Claimed, ImportError> {
    let bad = |because| ImportError::BadInstant { found: text.chars().take(60).collect(), because };
    let claimed = match parse_day(text) {
        Some(day) => begin_of(day.to_datetime(jiff::civil::Time::midnight()), zone, Precision::Day),
        None => text
            .parse::<jiff::Timestamp>()
            .ok()
            .map(|instant| Claimed::new(Timestamp(instant.as_millisecond()), Precision::Second)),
    };
    let claimed = claimed.ok_or_else(|| bad(""))?;
    /// 1990-01-01 and 2200-01-01, UTC.
    const SENSIBLE: std::ops::Range<i64> = 631_152_000_000..7_258_118_400_000;
    match claimed.at() {
        Some(at) if SENSIBLE.contains(&at.0) => Ok(claimed),
        Some(_) | None => Err(bad(", between 1990 and 2200")),
    }
}

/// A stamp in a file's name: `20250912T060959Z` (UTC), else `2025-09-12`, else `20250912`.
fn stamp_in(name: &str, zone: &TimeZone) -> Option<Claimed> {
    let windows = |width: usize| {
        let bounds = name.char_indices().map(|(start, _)| start);
        bounds.filter_map(move |start| {
            let text = name.get(start..start.checked_add(width)?)?;
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            let before = name.get(..start).and_then(|head| head.chars().next_back());
            let after = name.get(start + width..).and_then(|tail| tail.chars().next());
            (!digit(before) && !digit(after)).then_some(text)
        })
    };
    let instant = windows(16).find_map(|text| {
        let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
        begin_of(civil, &TimeZone::UTC, Precision::Second)
    });
    let day = |text: &str, pattern| {
        text.is_ascii()
            .then(|| Date::strptime(pattern, text).ok())
            .flatten()
            .and_then(|day| begin_of(day.to_datetime(jiff::civil::Time::midnight()), zone, Precision::Day))
    };
    instant
        .or_else(|| windows(10).find_map(|text| day(text, "%Y-%m-%d")))
        .or_else(|| windows(8).find_map(|text| day(text, "%Y%m%d")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(observed_at: &str) -> Calendar {
        let options = ReadOptions { observed_at: Some(observed_at.into()), ..ReadOptions::default() };
        Calendar::of(Path::new("x.csv"), &options, "Europe/Paris").unwrap()
    }

    fn shown(claimed: Claimed) -> String {
        format!("{} {}", claimed.at().unwrap(), claimed.precision())
    }

    #[test]
    fn the_three_ways_to_print_an_instant_are_read() {
        let calendar = calendar("2025-01-01");
        for (text, want) in [
            ("2015-09-26T14:21:35+0200", "2015-09-26T12:21:35Z second"),
            ("2021-04-21T14:11:31.429Z", "2021-04-21T14:11:31.429Z instant"),
            ("2024-01-03 20:05:12 +0100", "2024-01-03T19:05:12Z second"),
        ] {
            assert_eq!(calendar.instant(text).map(shown).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn a_day_begins_in_the_zone_of_the_source() {
        let calendar = calendar("2025-01-01");
        assert_eq!(calendar.day("2021-07-14").map(shown).as_deref(), Ok("2021-07-13T22:00:00Z day"));
        assert_eq!(calendar.day("14/07/2021").map(shown).as_deref(), Ok("2021-07-13T22:00:00Z day"));
    }

    #[test]
    fn absurd_times_are_refused_with_what_would_do() {
        let calendar = calendar("2015-10-18");
        for (text, want) in [
            ("2015-02-30T00:00:00+0200", "an instant with its offset, such as 2015-09-26T14:21:35+0200"),
            ("2015-09-26T14:21:35", "an instant with its offset, such as 2015-09-26T14:21:35+0200"),
            ("", "an instant with its offset, such as 2015-09-26T14:21:35+0200"),
            ("2015-10-20T00:00:00+0200", "a time before 2015-10-19T22:00:00Z, a day after the observation"),
            ("0001-01-01T00:00:00Z", "a time after 1900"),
        ] {
            assert_eq!(calendar.instant(text).unwrap_err(), want, "{text}");
        }
        for text in ["2015-13-01", "31/02/2015", "1/1/2015", "2015-10-1é", "99999999999"] {
            assert_eq!(calendar.day(text).unwrap_err(), "a day, such as 2021-01-14 or 14/01/2021", "{text}");
        }
    }

    #[test]
    fn a_stamp_in_the_name_gives_the_moment() {
        for (name, want) in [
            ("proposals_20250912T060959Z_8ac8595.csv", Some("2025-09-12T06:09:59Z second")),
            ("proposals-2025-09-12.csv", Some("2025-09-11T22:00:00Z day")),
            ("20250912.csv", Some("2025-09-11T22:00:00Z day")),
            ("proposals_12345678901.csv", None),
            ("proposals_20251399.csv", None),
            ("propositions_été.csv", None),
            ("", None),
        ] {
            let zone = TimeZone::get("Europe/Paris").unwrap();
            assert_eq!(stamp_in(name, &zone).map(shown).as_deref(), want, "{name}");
        }
    }

    #[test]
    fn a_source_without_a_moment_is_refused_with_how_to_give_it() {
        let error =
            Calendar::of(Path::new("export/data.csv"), &ReadOptions::default(), "Europe/Madrid").unwrap_err();
        insta::assert_snapshot!(error, @"export/data.csv: nothing says when this was observed: its name has no stamp such as 20250912T060959Z or 2025-09-12; give it with --observed-at, as 2015-10-18 or 2025-09-12T06:09:59Z");
        let options = ReadOptions { observed_at: Some("yesterday".into()), ..ReadOptions::default() };
        insta::assert_snapshot!(Calendar::of(Path::new("x"), &options, "UTC").unwrap_err(), @"--observed-at yesterday: expected a day such as 2015-10-18 or an instant such as 2025-09-12T06:09:59Z");
        let options = ReadOptions { observed_at: Some("0026-01-01".into()), ..ReadOptions::default() };
        insta::assert_snapshot!(Calendar::of(Path::new("x"), &options, "UTC").unwrap_err(), @"--observed-at 0026-01-01: expected a day such as 2015-10-18 or an instant such as 2025-09-12T06:09:59Z, between 1990 and 2200");
        let options = ReadOptions { zone: Some("Paris".into()), ..ReadOptions::default() };
        insta::assert_snapshot!(Calendar::of(Path::new("x"), &options, "UTC").unwrap_err(), @"--zone Paris: expected the name of a time zone, such as Europe/Paris");
    }
}
