//! Entry bundles: up to 256 entries of a ledger in one file, each after its length.
//!
//! C2SP tlog-tiles defines them, `docs/format.md` (Tiles) repeats it: `length u16 || entry`, big-endian, one after the
//! other. A bundle holds the entries whose leaf hashes the tile of level 0 with the same index holds. This module does not
//! know what an entry says.

use super::tile::Tile;

/// The bundle of `entries`.
///
/// # Errors
///
/// [`BundleError`] when there are none or more than 256, or one is longer than 65,535 bytes.
pub fn encode_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    if entries.is_empty() || entries.len() > usize::from(Tile::WIDTH) {
        return Err(BundleError::Count { found: entries.len() });
    }
    let mut bytes = Vec::new();
    for (place, entry) in entries.iter().map(AsRef::as_ref).enumerate() {
        let length =
            u16::try_from(entry.len()).map_err(|_| BundleError::Long { place, found: entry.len() })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle that is said to hold `width` of them.
///
/// # Errors
///
/// [`BundleError`] when the bytes end inside an entry, or hold more or fewer.
pub fn decode_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let cut = BundleError::Cut { place: entries.len(), at: bytes.len() - rest.len() };
        let Some((length, after)) = rest.split_first_chunk::<2>() else { return Err(cut) };
        let Some((entry, after)) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))) else {
            return Err(cut);
        };
        if entries.len() == usize::from(width) {
            return Err(BundleError::More { expected: width });
        }
        entries.push(entry);
        rest = after;
    }
    if entries.len() == usize::from(width) {
        Ok(entries)
    } else {
        Err(BundleError::Fewer { expected: width, found: entries.len() })
    }
}

/// What is no bundle of entries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// No entry, or too many.
    #[error("a bundle holds 1 to 256 entries, found {found}")]
    Count {
        /// How many there are.
        found: usize,
    },
    /// An entry that is too long.
    #[error("entry {place} has {found} bytes; a bundle's entry has at most 65,535")]
    Long {
        /// Its 0-based place.
        place: usize,
        /// How many bytes it has.
        found: usize,
    },
    /// The bytes end inside an entry.
    #[error("the bundle ends inside entry {place}, which begins at byte {at}")]
    Cut {
        /// The entry's 0-based place.
        place: usize,
        /// Where it begins.
        at: usize,
    },
    /// More entries than stated.
    #[error("the bundle holds more than the {expected} entries of its width")]
    More {
        /// The stated number.
        expected: u16,
    },
    /// Fewer entries than stated.
    #[error("the bundle holds {found} entries, its width is {expected}")]
    Fewer {
        /// The stated number.
        expected: u16,
        /// How many there are.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_bundle_says_why_and_where() {
        insta::assert_snapshot!(encode_bundle::<&[u8]>(&[]).unwrap_err(), @"a bundle holds 1 to 256 entries, found 0");
        insta::assert_snapshot!(encode_bundle(&[vec![0; 65_536]]).unwrap_err(), @"entry 0 has 65536 bytes; a bundle's entry has at most 65,535");
        insta::assert_snapshot!(decode_bundle(&[0, 1, 7, 0, 2, 8], 2).unwrap_err(), @"the bundle ends inside entry 1, which begins at byte 3");
        insta::assert_snapshot!(decode_bundle(&[0, 1, 7, 0], 2).unwrap_err(), @"the bundle ends inside entry 1, which begins at byte 3");
        insta::assert_snapshot!(decode_bundle(&[0, 1, 7], 2).unwrap_err(), @"the bundle holds 1 entries, its width is 2");
        insta::assert_snapshot!(decode_bundle(&[0, 1, 7, 0, 0], 1).unwrap_err(), @"the bundle holds more than the 1 entries of its width");
    }

    #[test]
    fn a_full_bundle_of_the_longest_entries_is_read_back() {
        let entries = vec![vec![0xab; 65_535]; 256];
        let bytes = encode_bundle(&entries).unwrap();
        assert_eq!(decode_bundle(&bytes, 256).unwrap(), entries);
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 1..20)) {
            let bytes = encode_bundle(&entries).unwrap();
            prop_assert_eq!(decode_bundle(&bytes, entries.len() as u16).unwrap(), entries);
        }

        #[test]
        fn any_bytes_are_refused_or_written_back(bytes in proptest::collection::vec(prop_oneof![Just(0u8), 0u8..4], 0..40), width in 1u16..9) {
            if let Ok(entries) = decode_bundle(&bytes, width) {
                prop_assert_eq!(encode_bundle(&entries).unwrap(), bytes);
            }
        }
    }
}
