//! Opaque cursors of keyset pages: where in its list an item stands, by value and never by count.
//!
//! ```text
//! base64url( version u8 = 1 | list digest[4] | key tag u8 | key | position u64 )      no padding
//!   key tag 0: no key, the position orders     1: i64     2: u16 length | UTF-8
//! ```
//!
//! The digest of the list's name makes a cursor of one list an error on another, instead of a wrong page. This module
//! knows no list and no store; cursors are handed back by clients, so nothing in them is trusted.

use async_graphql::connection::CursorType;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{code::ErrorCode, refusal::Refusal};

const VERSION: u8 = 1;
/// Text keys are cut here when a cursor is made; the position decides between equal ones.
const TEXT_BYTES_MAX: usize = 512;
/// 1 version + 4 digest + 1 tag + 2 length + 512 text + 8 position = 528 bytes, in base64.
const ENCODED_CHARS_MAX: usize = 704;

/// What a list is sorted by, before the position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// The list is in the order of positions.
    Position,
    /// A number or an instant in milliseconds.
    Integer(i64),
    /// A text in byte order, at most 512 bytes of it. A list that is sorted by text must sort by this prefix.
    Text(String),
}

impl SortKey {
    /// The key for `text`: its longest prefix of whole characters within 512 bytes.
    #[must_use]
    pub fn text(text: &str) -> Self {
        SortKey::Text(text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or("").to_owned())
    }
}

/// Where an item stands in a list: what follows it is what is greater in (key, position).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    list: [u8; 4],
    /// The item's sort key.
    pub key: SortKey,
    /// The item's position in the ledger, which decides between equal keys.
    pub position: u64,
}

impl Cursor {
    /// The place of an item in the list named `list`. The name is fixed for ever, such as `contribution.trail`;
    /// an order that differs is another list.
    #[must_use]
    pub fn new(list: &str, key: SortKey, position: u64) -> Self {
        Self { list: list_digest(list), key, position }
    }

    /// Writes the cursor.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.list);
        match &self.key {
            SortKey::Position => bytes.push(0),
            SortKey::Integer(number) => {
                bytes.push(1);
                bytes.extend_from_slice(&number.to_be_bytes());
            }
            SortKey::Text(text) => {
                bytes.push(2);
                bytes.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
        bytes.extend_from_slice(&self.position.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor that a client handed back for the list named `list`.
    ///
    /// # Errors
    /// `INVALID_CURSOR`: not one of ours, of another version, or of another list.
    pub fn decode(list: &str, text: &str) -> Result<Self, Refusal> {
        let cursor = Self::parse(text)?;
        if cursor.list != list_digest(list) {
            return Err(Refusal::new(
                ErrorCode::InvalidCursor,
                "this cursor belongs to another list, or to another order of this one",
            ));
        }
        Ok(cursor)
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        let refuse = |reason: &str| Refusal::new(ErrorCode::InvalidCursor, reason);
        let malformed =
            || refuse("this is not a cursor; take one from `pageInfo` or `edges` and keep it as it is");
        if text.len() > ENCODED_CHARS_MAX {
            return Err(malformed());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
        let Some((&version, rest)) = bytes.split_first() else { return Err(malformed()) };
        if version != VERSION {
            return Err(refuse(
                "this cursor is of another version of the API; start again from the first page",
            ));
        }
        Self::read(rest).ok_or_else(malformed)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (list, bytes) = bytes.split_first_chunk::<4>()?;
        let (tag, bytes) = bytes.split_first()?;
        let (key, bytes) = match tag {
            0 => (SortKey::Position, bytes),
            1 => {
                let (number, bytes) = bytes.split_first_chunk::<8>()?;
                (SortKey::Integer(i64::from_be_bytes(*number)), bytes)
            }
            2 => {
                let (length, bytes) = bytes.split_first_chunk::<2>()?;
                let (text, bytes) = bytes.split_at_checked(u16::from_be_bytes(*length).into())?;
                let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= TEXT_BYTES_MAX)?;
                (SortKey::Text(text.to_owned()), bytes)
            }
            _ => return None,
        };
        let position = u64::from_be_bytes(bytes.try_into().ok()?);
        Some(Self { list: *list, key, position })
    }
}

/// What the engine's connection type asks for; resolvers read cursors with [`Cursor::decode`], which checks the list.
impl CursorType for Cursor {
    type Error = Refusal;

    fn decode_cursor(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }

    fn encode_cursor(&self) -> String {
        self.encode()
    }
}

fn list_digest(list: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(list.as_bytes()));
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_key() -> impl Strategy<Value = SortKey> {
        prop_oneof![
            Just(SortKey::Position),
            any::<i64>().prop_map(SortKey::Integer),
            ".{0,300}".prop_map(|text| SortKey::text(&text)),
        ]
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_as_it_was_written(key in any_key(), position: u64) {
            let cursor = Cursor::new("list", key, position);
            prop_assert_eq!(Cursor::decode("list", &cursor.encode()), Ok(cursor));
        }

        #[test]
        fn each_cursor_has_one_spelling(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut bytes = bytes;
            bytes.splice(0..0, [VERSION].into_iter().chain(list_digest("list")));
            let text = URL_SAFE_NO_PAD.encode(&bytes);
            if let Ok(cursor) = Cursor::decode("list", &text) {
                prop_assert_eq!(cursor.encode(), text);
            }
        }

        #[test]
        fn no_text_makes_decoding_fail_otherwise_than_by_refusing(text in ".{0,800}") {
            if let Err(refusal) = Cursor::decode("list", &text) {
                prop_assert_eq!(refusal.code, ErrorCode::InvalidCursor);
            }
        }
    }

    #[test]
    fn a_cursor_of_another_list_or_version_is_refused_with_its_reason() {
        let cursor = Cursor::new("contribution.trail", SortKey::Integer(7), 41).encode();
        let refusal = Cursor::decode("consultation.contributions", &cursor).unwrap_err();
        assert_eq!(refusal.message, "this cursor belongs to another list, or to another order of this one");
        let later = URL_SAFE_NO_PAD.encode([2, 0, 0, 0, 0]);
        assert!(Cursor::decode("list", &later).unwrap_err().message.contains("another version"));
        assert!(Cursor::decode("list", "MTIz").is_err());
        assert!(Cursor::decode("list", "").is_err());
    }

    #[test]
    fn the_bytes_of_a_cursor_do_not_change() {
        assert_eq!(Cursor::new("list", SortKey::Position, 41).encode(), "AaMwOVwAAAAAAAAAACk");
        assert_eq!(Cursor::new("list", SortKey::text("vélo"), 41).encode(), "AaMwOVwCAAV2w6lsbwAAAAAAAAAp");
    }
}
