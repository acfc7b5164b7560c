//! The language of a page: as the address says, else as the reader's browser asks, else French.
//!
//! RFC 9110 (12.5.4) defines `Accept-Language`. Only the two languages that everything is written in are told
//! apart here.

use axum::http::{HeaderMap, header};
use devenir_core::rules::Locale;

/// The language to speak.
pub(super) fn language(given: Option<&str>, headers: &HeaderMap) -> Locale {
    if let Some(locale) = given.and_then(|text| text.parse().ok()) {
        return locale;
    }
    let asked =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0u16, Locale::Fr);
    for item in asked.split(',') {
        let mut fields = item.split(';');
        let tag = fields.next().unwrap_or_default().trim();
        let quality =
            fields.find_map(|field| field.trim().strip_prefix("q=").map(thousandths)).unwrap_or(1_000);
        let locale = match tag.split('-').next() {
            Some("fr") => Locale::Fr,
            Some("en") => Locale::En,
            Some(_) | None => continue,
        };
        if quality > best.0 {
            best = (quality, locale);
        }
    }
    best.1
}

/// A quality of 0 to 1 in thousandths; nonsense counts as nothing.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole: u16 = whole.parse().unwrap_or(0);
    let part: u16 = format!("{part:0<3}").chars().take(3).collect::<String>().parse().unwrap_or(0);
    (whole.min(1) * 1_000 + part).min(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(value: &str) -> Locale {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, value.parse().unwrap());
        language(None, &headers)
    }

    #[test]
    fn the_reader_s_first_choice_among_the_two_is_spoken() {
        assert_eq!(asks("en-GB,en;q=0.9,fr;q=0.8"), Locale::En);
        assert_eq!(asks("de, fr;q=0.7, en;q=0.3"), Locale::Fr);
        assert_eq!(asks("es"), Locale::Fr);
        assert_eq!(language(Some("en"), &HeaderMap::new()), Locale::En);
        assert_eq!(language(Some("xx"), &HeaderMap::new()), Locale::Fr);
    }
}
