//! Which of the two media types a response has, from the `Accept` header; and whether a request's body is JSON.
//!
//! Defined in the GraphQL-over-HTTP draft, chapter "Media Types". This module reads two headers and nothing else.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{code::ErrorCode, refusal::Refusal};

/// What a response is written as. Both are the same JSON; they differ in what the HTTP status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`: the status tells whether the document was refused.
    GraphqlResponse,
    /// `application/json`: as before 2025, a refused document is answered 200.
    Json,
}

impl MediaType {
    /// The `Content-Type` of the response.
    #[must_use]
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            MediaType::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            MediaType::Json => "application/json; charset=utf-8",
        })
    }
}

/// The media type to answer with.
///
/// A client that names no preference (`*/*`, `application/*`, no header) gets `application/json`, which every
/// client reads. Among named ones the higher quality wins, and `application/graphql-response+json` at equality.
///
/// # Errors
/// `NOT_ACCEPTABLE` when the header excludes both.
pub(super) fn negotiate(headers: &HeaderMap) -> Result<MediaType, Refusal> {
    let mut ranges =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if ranges.peek().is_none() {
        return Ok(MediaType::Json);
    }
    let offers = Offers::read(ranges.flat_map(|value| value.split(',')));
    let (graphql, json) = (offers.graphql.unwrap_or(0), offers.json.or(offers.any).unwrap_or(0));
    match (graphql, json) {
        (0, 0) => Err(Refusal::new(
            ErrorCode::NotAcceptable,
            "this API answers application/graphql-response+json or application/json, and `Accept` excludes both",
        )),
        (graphql, json) if graphql >= json => Ok(MediaType::GraphqlResponse),
        (_, _) => Ok(MediaType::Json),
    }
}

/// Qualities in thousandths, `None` where the client did not speak of it.
#[derive(Default)]
struct Offers {
    graphql: Option<u16>,
    json: Option<u16>,
    any: Option<u16>,
}

impl Offers {
    fn read<'a>(ranges: impl Iterator<Item = &'a str>) -> Self {
        let mut offers = Offers::default();
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let slot = match parts.next().map(str::to_ascii_lowercase).as_deref() {
                Some("application/graphql-response+json") => &mut offers.graphql,
                Some("application/json") => &mut offers.json,
                Some("application/*" | "*/*") => &mut offers.any,
                Some(_) | None => continue,
            };
            let quality = parts.find_map(quality).unwrap_or(1000);
            *slot = Some(slot.map_or(quality, |before| before.max(quality)));
        }
        offers
    }
}

/// `q=0.25` is 250; an unreadable quality counts as absent.
fn quality(parameter: &str) -> Option<u16> {
    let value: f32 =
        parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?.trim().parse().ok()?;
    // The cast is exact for 0..=1000 and saturates outside.
    Some((value.clamp(0.0, 1.0) * 1000.0).round() as u16)
}

/// Checks that a body is declared as JSON in UTF-8.
///
/// It is also what keeps foreign pages out: a browser sends a cross-origin request with this type only after a
/// preflight, and the types that need none (forms, plain text, multipart, none) are refused.
///
/// # Errors
/// `UNSUPPORTED_MEDIA_TYPE`, naming what was found.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("none");
    let mut parts = found.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parts.next().as_deref() == Some("application/json");
    let charset_fits = parts.all(|part| match part.strip_prefix("charset=") {
        Some(charset) => matches!(charset.trim_matches('"'), "utf-8" | "utf8"),
        None => true,
    });
    if is_json && charset_fits {
        return Ok(());
    }
    let shown: String = found.chars().filter(|c| !c.is_control()).take(60).collect();
    Err(Refusal::new(
        ErrorCode::UnsupportedMediaType,
        format!("a body must be `application/json` in UTF-8; this one is declared as `{shown}`"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_accept_header_decides_as_the_table_says() {
        use MediaType::{GraphqlResponse, Json};
        for (header, want) in [
            ("application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json", Some(Json)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(Json)),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphqlResponse)),
            ("application/graphql-response+json;q=0.5, application/json", Some(Json)),
            ("application/json, application/graphql-response+json", Some(GraphqlResponse)),
            ("application/graphql-response+json, */*;q=0.1", Some(GraphqlResponse)),
            ("APPLICATION/JSON; charset=utf-8", Some(Json)),
            ("application/json;q=0, application/graphql-response+json;q=0", None),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(negotiate(&accept(header)).ok(), want, "Accept: {header}");
        }
        assert_eq!(negotiate(&HeaderMap::new()), Ok(Json));
    }

    #[test]
    fn only_json_in_utf_8_is_taken_as_a_body() {
        for (value, fits) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/JSON;charset=\"UTF-8\"", true),
            ("application/json; charset=iso-8859-1", false),
            ("application/graphql", false),
            ("text/plain", false),
            ("multipart/form-data; boundary=x", false),
            ("application/x-www-form-urlencoded", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]);
            assert_eq!(require_json(&headers).is_ok(), fits, "Content-Type: {value}");
        }
        assert!(require_json(&HeaderMap::new()).is_err());
    }
}
