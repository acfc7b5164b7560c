//! Scalars: instants, days, positions, digests and languages as front ends read them.
//!
//! `docs/design.md` (API) fixes their forms: positions are strings because they outgrow 32 bits, times are
//! RFC 3339 in UTC. This module knows no object.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use devenir_core::event::code::Lang;
use devenir_core::id::{IntentId, LogId};
use devenir_core::ledger;
use devenir_core::rules;
use devenir_core::time::Timestamp;

fn text(value: &Value, expected: &str) -> Result<String, String> {
    let refuse = || format!("expected {expected}, found {value}");
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Null
        | Value::Number(_)
        | Value::Boolean(_)
        | Value::Binary(_)
        | Value::Enum(_)
        | Value::List(_)
        | Value::Object(_) => Err(refuse()),
    }
}

/// An instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// An instant: RFC 3339 in UTC, with milliseconds where there are some, such as `2027-03-12T08:30:00Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(&value, DATE_TIME)?;
        let read = text.parse::<jiff::Timestamp>();
        let refuse = |_| InputValueError::custom(format!("expected {DATE_TIME}, found `{text}`"));
        read.map(|instant| Self(Timestamp(instant.as_millisecond()))).map_err(refuse)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339())
    }
}

const DATE_TIME: &str = "an RFC 3339 instant such as `2027-03-12T08:30:00Z`";
const DATE: &str = "a day such as `2027-03-12`";

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub jiff::civil::Date);

/// A day, `2027-03-12`; days count from midnight UTC.
#[Scalar(name = "Date", specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(&value, DATE)?;
        let refuse = |_| InputValueError::custom(format!("expected {DATE}, found `{text}`"));
        text.parse().map(Self).map_err(refuse)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Date {
    /// The first instant of the day in UTC; none beyond the calendar.
    #[must_use]
    pub fn start(self) -> Option<Timestamp> {
        let zoned = self.0.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Timestamp(zoned.timestamp().as_millisecond()))
    }
}

/// A place in the record, or in a consultation's own part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(pub u64);

impl From<ledger::Position> for Position {
    fn from(position: ledger::Position) -> Self {
        Self(position.get())
    }
}

/// A place in the record, counted from 0: a whole number written as a string, since it outgrows 32 bits.
#[Scalar(name = "Position")]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        let expected = "a whole number as a string, such as \"41\"";
        let text = text(&value, expected)?;
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let read = text.parse().ok().filter(|_| digits);
        read.map(Self).ok_or_else(|| InputValueError::custom(format!("expected {expected}, found `{text}`")))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A digest of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sha256(pub [u8; 32]);

impl From<IntentId> for Sha256 {
    fn from(id: IntentId) -> Self {
        Self(id.0)
    }
}

impl From<LogId> for Sha256 {
    fn from(id: LogId) -> Self {
        Self(id.0)
    }
}

impl From<ledger::Hash> for Sha256 {
    fn from(hash: ledger::Hash) -> Self {
        Self(*hash.as_bytes())
    }
}

/// A digest: 64 hexadecimal digits in small letters.
#[Scalar(name = "Sha256")]
impl ScalarType for Sha256 {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(&value, "64 hexadecimal digits")?;
        text.parse::<IntentId>().map(Self::from).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(devenir_core::ledger::hex::Hex(&self.0).to_string())
    }
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale(pub Lang);

/// A language as BCP 47 writes it, `fr` or `en`; `und` where nobody said. What follows the language in a longer
/// tag is ignored: `fr-CA` is read as `fr`.
#[Scalar(name = "Locale", specified_by_url = "https://www.rfc-editor.org/info/bcp47")]
impl ScalarType for Locale {
    fn parse(value: Value) -> InputValueResult<Self> {
        let expected = "a language such as `fr` or `en`";
        let text = text(&value, expected)?;
        let language = text.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        language.parse::<Lang>().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.as_str().to_owned())
    }
}

impl Locale {
    /// The language in which sentences of this project are said: French where it is asked for, else English.
    #[must_use]
    pub fn said(self) -> rules::Locale {
        if self.0 == Lang::Fr { rules::Locale::Fr } else { rules::Locale::En }
    }

    /// The language of a sentence.
    #[must_use]
    pub const fn of(locale: rules::Locale) -> Self {
        match locale {
            rules::Locale::Fr => Self(Lang::Fr),
            rules::Locale::En => Self(Lang::En),
        }
    }
}

/// Bytes, as they stand in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

/// Bytes in base64 (RFC 4648, with padding).
#[Scalar(name = "Base64", specified_by_url = "https://www.rfc-editor.org/rfc/rfc4648#section-4")]
impl ScalarType for Bytes {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(&value, "base64")?;
        STANDARD.decode(&text).map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(STANDARD.encode(&self.0))
    }
}

/// A count as the schema's `Int` holds it; what is larger stands at its end.
#[must_use]
pub fn int(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
