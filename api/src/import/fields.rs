//! Fields of one JSON item, read strictly: a value of another kind is a [`Problem`], never a default.
//!
//! The mapping of each field is in the reader that asks for it; this module only knows how to name the
//! place, what was expected there and what was found.

use devenir_core::time::Claimed;
use serde_json::Value;

use super::instant::Calendar;

/// The longest identifier that is accepted, in bytes.
const ID_BYTES_MAX: usize = 200;
/// The longest text that is accepted, in bytes: a part of the record holds at most 1 MiB.
pub(super) const TEXT_BYTES_MAX: usize = 1_000_000;

/// Why one item is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// The field, by its path in the item; empty for the item itself.
    pub(super) place: String,
    /// What should be there.
    pub(super) expected: String,
    /// What is there, shortened.
    pub(super) found: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl Problem {
    pub(super) fn new(
        place: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self { place: place.into(), expected: expected.into(), found: found.into() }
    }
}

/// A JSON object and its path.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    value: &'a serde_json::Map<String, Value>,
    path: String,
}

impl<'a> Item<'a> {
    /// The object `value`, which stands at `path`.
    pub(super) fn new(value: &'a Value, path: impl Into<String>) -> Result<Self, Problem> {
        let path = path.into();
        match value.as_object() {
            Some(fields) => Ok(Self { value: fields, path }),
            None => Err(Problem::new(path, "an object", describe(value))),
        }
    }

    fn place(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The problem that `name` is not what was `expected`.
    pub(super) fn problem(&self, name: &str, expected: impl Into<String>) -> Problem {
        let found = self.value.get(name).map_or_else(|| "nothing".to_owned(), describe);
        Problem::new(self.place(name), expected, found)
    }

    fn present(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name).filter(|value| !value.is_null())
    }

    /// Whether the field is there at all, null or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value.contains_key(name)
    }

    /// A text that must be there; it may be empty.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Problem> {
        self.optional_text(name)?.ok_or_else(|| self.problem(name, "a text"))
    }

    /// A text that must be there and say something.
    pub(super) fn words(&self, name: &str) -> Result<&'a str, Problem> {
        let text = self.text(name)?;
        if text.trim().is_empty() { Err(self.problem(name, "a text that is not empty")) } else { Ok(text) }
    }

    /// A text that may be absent or null.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, Problem> {
        match self.present(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= TEXT_BYTES_MAX => Ok(Some(text)),
            Some(Value::String(text)) => Err(Problem::new(
                self.place(name),
                format!("a text of at most {TEXT_BYTES_MAX} bytes"),
                format!("{} bytes", text.len()),
            )),
            Some(_) => Err(self.problem(name, "a text")),
        }
    }

    /// A text that may be absent, null or empty; `None` in all three.
    pub(super) fn optional_words(&self, name: &str) -> Result<Option<&'a str>, Problem> {
        Ok(self.optional_text(name)?.filter(|text| !text.trim().is_empty()))
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self, name: &str) -> Result<u64, Problem> {
        self.present(name)
            .and_then(Value::as_u64)
            .ok_or_else(|| self.problem(name, "a whole number, not negative"))
    }

    /// An identifier: a whole number or a short text, as text.
    pub(super) fn id(&self, name: &str) -> Result<String, Problem> {
        match self.present(name) {
            Some(Value::Number(number)) if number.is_u64() => Ok(number.to_string()),
            Some(Value::String(text)) if !text.is_empty() && text.len() <= ID_BYTES_MAX => Ok(text.clone()),
            _ => Err(self.problem(name, "an identifier")),
        }
    }

    /// A yes or no.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Problem> {
        self.present(name).and_then(Value::as_bool).ok_or_else(|| self.problem(name, "true or false"))
    }

    /// An object that must be there.
    pub(super) fn child(&self, name: &str) -> Result<Item<'a>, Problem> {
        self.optional_child(name)?.ok_or_else(|| self.problem(name, "an object"))
    }

    /// An object that may be absent or null.
    pub(super) fn optional_child(&self, name: &str) -> Result<Option<Item<'a>>, Problem> {
        self.present(name).map(|value| Item::new(value, self.place(name))).transpose()
    }

    /// A list that must be there, each element with its path.
    pub(super) fn list(&self, name: &str) -> Result<Vec<(String, &'a Value)>, Problem> {
        match self.present(name) {
            Some(Value::Array(values)) => {
                let place = self.place(name);
                Ok(values.iter().enumerate().map(|(n, value)| (format!("{place}[{n}]"), value)).collect())
            }
            _ => Err(self.problem(name, "a list")),
        }
    }

    /// A list of objects.
    pub(super) fn children(&self, name: &str) -> Result<Vec<Item<'a>>, Problem> {
        self.list(name)?.into_iter().map(|(path, value)| Item::new(value, path)).collect()
    }

    /// An instant that must be there.
    pub(super) fn instant(&self, name: &str, calendar: &Calendar) -> Result<Claimed, Problem> {
        self.optional_instant(name, calendar)?.ok_or_else(|| self.problem(name, "an instant"))
    }

    /// An instant that may be absent or null.
    pub(super) fn optional_instant(
        &self,
        name: &str,
        calendar: &Calendar,
    ) -> Result<Option<Claimed>, Problem> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        calendar.instant(text).map(Some).map_err(|expected| self.problem(name, expected))
    }

    /// A day that may be absent or null.
    pub(super) fn optional_day(&self, name: &str, calendar: &Calendar) -> Result<Option<Claimed>, Problem> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        calendar.day(text).map(Some).map_err(|expected| self.problem(name, expected))
    }
}

/// What a value is, in a few words that fit a message.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("{flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => quote(text),
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::Object(map) => format!("an object of {} fields", map.len()),
    }
}

/// The first 60 characters of a text, as a message shows them.
pub(super) fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_of_another_kind_names_its_place_and_both_kinds() {
        let value = json!({"votes": {"ok": "12"}, "title": 7, "list": {}, "empty": " "});
        let item = Item::new(&value, "opinion").unwrap();
        let votes = item.child("votes").unwrap();
        assert_eq!(
            votes.count("ok").unwrap_err().to_string(),
            "opinion.votes.ok: expected a whole number, not negative, found `12`"
        );
        assert_eq!(
            item.text("title").unwrap_err().to_string(),
            "opinion.title: expected a text, found the number 7"
        );
        assert_eq!(
            item.list("list").unwrap_err().to_string(),
            "opinion.list: expected a list, found an object of 0 fields"
        );
        assert_eq!(
            item.words("empty").unwrap_err().to_string(),
            "opinion.empty: expected a text that is not empty, found ` `"
        );
        assert_eq!(
            item.flag("gone").unwrap_err().to_string(),
            "opinion.gone: expected true or false, found nothing"
        );
    }
}
