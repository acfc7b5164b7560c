//! Hexadecimal text of fixed-length bytes: two lower-case digits a byte, nothing else.
//!
//! `docs/format.md` (Text forms) allows exactly one text for given bytes, so upper-case digits, prefixes
//! and white space are refused. This module does not know what the bytes are.

use std::fmt;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Bytes that print themselves as lower-case hexadecimal.
///
/// ```
/// # use devenir_core::ledger::hex::Hex;
/// assert_eq!(Hex(&[0xd3, 0x0a]).to_string(), "d30a");
/// ```
#[derive(Clone, Copy)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0u8; 64];
        for chunk in self.0.chunks(buffer.len() / 2) {
            for (pair, byte) in buffer.chunks_exact_mut(2).zip(chunk) {
                pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0x0f)]);
            }
            let written = buffer.get(..2 * chunk.len()).unwrap_or_default();
            f.write_str(std::str::from_utf8(written).map_err(|_| fmt::Error)?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digit of the low four bits of `nibble`.
fn digit(nibble: u8) -> u8 {
    DIGITS.get(usize::from(nibble & 0x0f)).copied().unwrap_or(b'0')
}

/// Reads exactly `N` bytes from `2 N` lower-case hexadecimal digits.
///
/// # Errors
///
/// [`HexError`] when the text is longer or shorter, or holds anything but `0-9a-f`.
pub fn parse<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    if text.len() != 2 * N {
        return Err(HexError::Length { expected: 2 * N, found: text.len() });
    }
    let mut bytes = [0u8; N];
    for (place, (byte, pair)) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)).enumerate() {
        let mut value = 0;
        for (half, found) in pair.iter().enumerate() {
            value = value << 4 | nibble(*found).ok_or(HexError::Digit { place: 2 * place + half })?;
        }
        *byte = value;
    }
    Ok(bytes)
}

/// The value of one lower-case digit.
fn nibble(found: u8) -> Option<u8> {
    match found {
        b'0'..=b'9' => Some(found - b'0'),
        b'a'..=b'f' => Some(found - b'a' + 10),
        _ => None,
    }
}

/// A text that is not the hexadecimal form of so many bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// The text has another length.
    #[error("expected {expected} hexadecimal digits, found {found} bytes of text")]
    Length {
        /// Digits that were expected.
        expected: usize,
        /// Bytes that were found.
        found: usize,
    },
    /// Something that is not one of `0-9a-f`.
    #[error("byte {place} of the text is not one of 0-9a-f (upper-case digits are refused)")]
    Digit {
        /// Its 0-based place in the text.
        place: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_of_another_length_is_refused() {
        assert_eq!(parse::<2>("abc"), Err(HexError::Length { expected: 4, found: 3 }));
        assert_eq!(parse::<2>("abcdef"), Err(HexError::Length { expected: 4, found: 6 }));
    }

    #[test]
    fn upper_case_and_other_characters_are_refused_with_their_place() {
        assert_eq!(parse::<2>("abcD"), Err(HexError::Digit { place: 3 }));
        assert_eq!(parse::<2>("0xab"), Err(HexError::Digit { place: 1 }));
        assert_eq!(parse::<2>("aé0"), Err(HexError::Digit { place: 1 }));
    }

    proptest! {
        #[test]
        fn parsing_undoes_printing(bytes: [u8; 32]) {
            prop_assert_eq!(parse::<32>(&Hex(&bytes).to_string()), Ok(bytes));
        }

        #[test]
        fn bytes_of_any_length_print_two_digits_each(bytes: Vec<u8>) {
            let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(Hex(&bytes).to_string(), expected);
        }
    }
}
