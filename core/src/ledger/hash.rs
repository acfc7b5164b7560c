//! SHA-256 values, and the three ways in which the ledger makes them.
//!
//! `docs/format.md` (Hashes) and RFC 6962 2.1 define them: a leaf, a node and a tagged purpose never
//! hash the same bytes, so none can pass for another. This module does not know what an envelope holds.
//!
//! ```text
//! leaf_hash(envelope)   = SHA-256(0x00 || envelope)             chains, proves, names no one
//! node_hash(l, r)       = SHA-256(0x01 || l || r)               joins two subtrees
//! tagged_hash(tag, x)   = SHA-256(tag || 0x00 || x)             every other purpose, tag = "devenir/.../v1"
//! ```

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::hex::{self, Hex, HexError};

/// A SHA-256 value; its text is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// How many bytes a hash has.
    pub const LEN: usize = 32;

    /// 32 zero bytes: what stands in place of a hash where there is nothing to hash.
    pub const ZERO: Self = Self([0; Self::LEN]);

    /// Names 32 bytes that are a hash already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first six digits and an ellipsis, for messages that people read.
    #[must_use]
    pub fn short(self) -> impl fmt::Display {
        Short(self)
    }
}

/// See [`Hash::short`].
struct Short(Hash);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, ..] = self.0.0;
        write!(f, "{}…", Hex(&[a, b, c]))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({})", self.short())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hex(&self.0), f)
    }
}

impl FromStr for Hash {
    type Err = HashError;
    fn from_str(text: &str) -> Result<Self, HashError> {
        hex::parse(text).map(Self).map_err(HashError::Text)
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = HashError;
    fn try_from(bytes: &[u8]) -> Result<Self, HashError> {
        bytes.try_into().map(Self).map_err(|_| HashError::Length { found: bytes.len() })
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schemas")]
impl schemars::JsonSchema for Hash {
    fn schema_name() -> Cow<'static, str> {
        "Hash".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}

/// The hash of a leaf of a tree: of an envelope, when the tree is the ledger's.
///
/// It links the events of a stream, stands at the bottom of the Merkle tree, and is what proofs carry.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0x00]).chain_update(leaf).finalize().into())
}

/// The hash of an inner node of a tree.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of a tree without leaves: SHA-256 of no bytes (RFC 6962 2.1).
#[must_use]
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// The hash of `parts`, one after the other, for the purpose that `tag` names.
///
/// A zero byte ends the tag, so no tag is the beginning of another. The parts are *not* separated:
/// give them fixed lengths, or write their lengths.
#[must_use]
pub fn tagged_hash(tag: &str, parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new().chain_update(tag).chain_update([0x00]);
    for part in parts {
        hasher.update(part);
    }
    Hash(hasher.finalize().into())
}

/// The plain SHA-256 of `bytes`, where the format asks for it under a tag or a key of its own.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// Something that is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// A text that is not 64 lower-case hexadecimal digits.
    #[error("not a hash: {0}")]
    Text(#[source] HexError),
    /// Bytes of another length.
    #[error("a hash has 32 bytes, found {found}")]
    Length {
        /// How many bytes were found.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_rfc_6962() {
        // The roots of the empty tree and of the tree of one empty leaf are in every published set.
        assert_eq!(
            empty_root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            leaf_hash(&[]).to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            node_hash(&leaf_hash(b"a"), &leaf_hash(b"b")),
            sha256(&[&[1], leaf_hash(b"a").as_ref(), leaf_hash(b"b").as_ref()].concat())
        );
    }

    #[test]
    fn a_node_never_passes_for_a_leaf() {
        let (left, right) = (leaf_hash(b"left"), leaf_hash(b"right"));
        let joined = [left.as_ref(), right.as_ref()].concat();
        assert_ne!(node_hash(&left, &right), leaf_hash(&joined));
    }

    #[test]
    fn a_tag_ends_in_a_zero_byte() {
        assert_eq!(tagged_hash("devenir/key/v1", &[b"ab", b"c"]), sha256(b"devenir/key/v1\0abc"));
    }

    #[test]
    fn a_hash_is_64_digits_in_json_and_short_in_debug() {
        let hash = sha256(b"abc");
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json, "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"");
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
        assert_eq!(format!("{hash:?}"), "Hash(ba7816…)");
    }

    #[test]
    fn what_is_not_a_hash_says_why() {
        insta::assert_snapshot!("ab".parse::<Hash>().unwrap_err(), @"not a hash: expected 64 hexadecimal digits, found 2 bytes of text");
        insta::assert_snapshot!("A".repeat(64).parse::<Hash>().unwrap_err(), @"not a hash: byte 0 of the text is not one of 0-9a-f (upper-case digits are refused)");
        insta::assert_snapshot!(Hash::try_from([0u8; 31].as_slice()).unwrap_err(), @"a hash has 32 bytes, found 31");
    }
}
