//! Base64 text: the standard alphabet of RFC 4648 4, padded, one text for given bytes.
//!
//! `docs/format.md` (Text forms) uses it where the C2SP formats do. A text with stray bits behind its last byte, without
//! its padding, or with white space is refused, so whatever decodes encodes to the same text. This module does not
//! know what the bytes are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::hash::Hash;

/// The text of `bytes`.
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of `text`.
///
/// # Errors
///
/// [`Base64Error`] when the text is not the one that [`encode`] writes for some bytes.
pub fn decode(text: &str) -> Result<Vec<u8>, Base64Error> {
    STANDARD.decode(text).map_err(Base64Error::Text)
}

/// The hash of which `text` is the base64 form.
///
/// # Errors
///
/// [`Base64Error`] when it is no base64, or not of 32 bytes.
pub fn decode_hash(text: &str) -> Result<Hash, Base64Error> {
    let bytes = decode(text)?;
    Hash::try_from(bytes.as_slice()).map_err(|_| Base64Error::NotAHash { found: bytes.len() })
}

/// A text that is not the base64 form of anything, or not of a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Base64Error {
    /// Not standard base64.
    #[error("not standard base64 with padding: {0}")]
    Text(#[source] base64::DecodeError),
    /// Bytes of another length.
    #[error("a hash is the base64 of 32 bytes, found {found}")]
    NotAHash {
        /// How many bytes were found.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_byte_string_has_one_text() {
        assert_eq!(encode(b"\xfb\xff"), "+/8=");
        assert_eq!(decode("+/8="), Ok(vec![0xfb, 0xff]));
        for other in ["+/9=", "+/8", "-_8=", "+/8= ", " +/8=", "+/8=\n", "+/8==", "+/\n8="] {
            assert!(decode(other).is_err(), "{other:?} was read");
        }
    }

    #[test]
    fn a_hash_has_32_bytes() {
        assert_eq!(decode_hash(&encode(Hash::ZERO)), Ok(Hash::ZERO));
        insta::assert_snapshot!(decode_hash("AAAA").unwrap_err(), @"a hash is the base64 of 32 bytes, found 3");
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_text(text in "[A-Za-z0-9+/=]{0,12}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(bytes), text);
            }
        }
    }
}
