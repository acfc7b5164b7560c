//! The `Idempotency-Key` header, an alias of the `idempotencyKey` of a command's input.
//!
//! Defined in the IETF draft of that header, narrowed to UUIDs. This module only reads the key; what it protects is the
//! writer's.

use async_graphql::Context;
use axum::http::HeaderMap;
use uuid::Uuid;

use super::{code::ErrorCode, refusal::Refusal};

/// The key of the header, found in the engine's context of a POST that carried one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Uuid);

impl IdempotencyKey {
    /// Reads the header: a UUID, bare or in the quotes of a structured field.
    ///
    /// # Errors
    /// `INVALID_IDEMPOTENCY_KEY` when it is there and is not exactly one UUID.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let mut values = headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else { return Ok(None) };
        let refuse = || Refusal::new(ErrorCode::InvalidIdempotencyKey, "`Idempotency-Key` must be one UUID");
        if values.next().is_some() {
            return Err(refuse());
        }
        let text = value.to_str().map_err(|_| refuse())?.trim();
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        Uuid::try_parse(bare).map(|key| Some(Self(key))).map_err(|_| refuse())
    }
}

/// The key of a command: that of its input, or of the header, and if both are given they must agree.
///
/// # Errors
/// `IDEMPOTENCY_KEY_MISSING` without either, `INVALID_IDEMPOTENCY_KEY` when they differ.
pub fn idempotency_key(ctx: &Context<'_>, input: Option<Uuid>) -> Result<Uuid, Refusal> {
    match (input, ctx.data_opt::<IdempotencyKey>()) {
        (Some(input), Some(IdempotencyKey(header))) if input != *header => Err(Refusal::new(
            ErrorCode::InvalidIdempotencyKey,
            format!("the header says {header} and the input says {input}; give one, or the same"),
        )),
        (Some(key), _) | (None, Some(&IdempotencyKey(key))) => Ok(key),
        (None, None) => Err(Refusal::new(
            ErrorCode::IdempotencyKeyMissing,
            "a command needs an `idempotencyKey` in its input, or the `Idempotency-Key` header: a UUID drawn once by \
             the caller, and the same at each retry",
        )),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_header_is_one_uuid_bare_or_quoted() {
        let read = |value: &'static str| {
            let value = HeaderValue::from_static(value);
            IdempotencyKey::from_headers(&HeaderMap::from_iter([("idempotency-key".parse().unwrap(), value)]))
        };
        let key = Uuid::from_u128(0x0190_a5b2_0000_7000_8000_0000_0000_0001);
        assert_eq!(read("0190a5b2-0000-7000-8000-000000000001"), Ok(Some(IdempotencyKey(key))));
        assert_eq!(read("\"0190a5b2-0000-7000-8000-000000000001\""), Ok(Some(IdempotencyKey(key))));
        assert_eq!(read("abc").unwrap_err().code, ErrorCode::InvalidIdempotencyKey);
        assert_eq!(IdempotencyKey::from_headers(&HeaderMap::new()), Ok(None));
    }
}
