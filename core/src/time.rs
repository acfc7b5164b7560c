//! Instants and dates as the record states them: never more precise than their source.
//!
//! `docs/format.md` (Envelope) defines `recorded_at`, `occurred_at` and its precision. This module
//! reads no clock: instants arrive as arguments. It knows no time zone but UTC.

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds in a day of 24 hours.
    pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    /// This instant moved by `ms` milliseconds, held at the ends of the range.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This instant moved by `days` days of 24 hours, held at the ends of the range.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(Self::DAY_MS)))
    }

    /// RFC 3339 text in UTC, or the bare milliseconds where the year has no four digits.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => instant.to_string(),
            Err(_) => format!("{} ms", self.0),
        }
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

crate::codes! {
    /// How precise a claimed time is (envelope flags, bits 2 to 4, in this order from 0).
    pub enum Precision {
        /// The very instant.
        Instant = "instant",
        /// The second.
        Second = "second",
        /// The minute.
        Minute = "minute",
        /// The hour.
        Hour = "hour",
        /// The day.
        Day = "day",
        /// The month.
        Month = "month",
        /// The year.
        Year = "year",
        /// No time is claimed.
        Unknown = "unknown",
    }
}

/// When something happened, as somebody claims it.
///
/// `at` is the first millisecond of the stated period; it is absent exactly when the precision is
/// [`Precision::Unknown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claimed {
    at: Option<Timestamp>,
    precision: Precision,
}

impl Claimed {
    /// No claimed time.
    pub const UNKNOWN: Self = Self { at: None, precision: Precision::Unknown };

    /// A period that begins at `at`; [`Precision::Unknown`] gives [`Claimed::UNKNOWN`].
    #[must_use]
    pub const fn new(at: Timestamp, precision: Precision) -> Self {
        if matches!(precision, Precision::Unknown) {
            return Self::UNKNOWN;
        }
        Self { at: Some(at), precision }
    }

    /// The very instant `at`.
    #[must_use]
    pub const fn instant(at: Timestamp) -> Self {
        Self { at: Some(at), precision: Precision::Instant }
    }

    /// The first millisecond of the stated period.
    #[must_use]
    pub const fn at(self) -> Option<Timestamp> {
        self.at
    }

    /// How precise the claim is.
    #[must_use]
    pub const fn precision(self) -> Precision {
        self.precision
    }
}
